"""Several documents that outputs get as one (multiple-document-handling)."""

import asyncio
from collections.abc import Callable
from typing import Final

import pytest

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import JobSheets, JobStateReason, MultipleDocumentHandling
from ippserver.interfaces import OutputError
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword
from ippserver.model.delivery import RetryPolicy
from ippserver.model.document_states import DocumentEvent
from ippserver.model.ending import deliveries
from ippserver.model.job import Job
from ippserver.model.progress import impressions_completed, pages
from ippserver.model.states import JobEvent
from tests.engine.faults import PATIENCE_SECONDS, Tray
from tests.engine.house import House, Store
from tests.engine.test_renditions import BAD, RASTER, Noting, Other, Shouter, house_of

AS_ONE: Final = names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT)
APART: Final = names.MULTIPLE_DOCUMENT_HANDLING.of(
    MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES
)
POLICY: Final = RetryPolicy(attempts=3, first_seconds=1.0)


def canceled(number: int) -> Callable[[Job], Job]:
    """The step that cancels a Document of a Job."""

    def cancel(job: Job) -> Job:
        return job.with_document(job.document(number).on(DocumentEvent.CANCEL, 1.0))

    return cancel


async def sent(house: House, *contents: bytes, template: tuple[Attribute, ...] = (AS_ONE,)) -> Job:
    """A Job of such documents."""
    job = await house.create(template=template)
    for number, content in enumerate(contents, 1):
        job = await house.send(job.id, content, last=number == len(contents))
    return job


async def printed(house: House, *contents: bytes, state: JobState = JobState.COMPLETED) -> Job:
    """The same at its end."""
    await house.open()
    async with house.printing():
        job = await sent(house, *contents)
        return await house.until(job.id, state)


@pytest.mark.parametrize(
    "handling",
    [MultipleDocumentHandling.SINGLE_DOCUMENT, MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET],
)
async def test_documents_that_are_one_are_made_one_and_delivered_once(handling: Keyword) -> None:
    shouter, tray = Shouter(), Noting()
    house = await house_of(shouter, tray).open()
    async with house.printing():
        template = (names.MULTIPLE_DOCUMENT_HANDLING.of(handling),)
        job = await sent(house, b"one", b"two", b"three", template=template)
        done = await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": b"ONETWOTHREE"}
    assert {asked.title for asked in shouter.asked} == {str(job.name)}
    assert [one.state for one in done.documents] == [DocumentState.COMPLETED] * 3
    assert house.keys == {document.key for document in job.documents}


async def test_what_became_of_each_is_told() -> None:
    job = await printed(house_of(Shouter(), Tray()), b"one", b"two")
    assert [str(text) for text in deliveries(job)] == [
        "document 1 to tray: done, 1-1",
        "document 2 to tray: done, as one with document 1, 1-1",
    ]


async def test_they_are_counted_once() -> None:
    job = await printed(house_of(Shouter(), Tray()), b"one", b"two")
    assert (pages(job), impressions_completed(job)) == (1, 4)


async def test_documents_that_are_apart_are_made_each_by_itself_after_one_job_sheet() -> None:
    shouter, tray = Shouter(), Tray()
    house = await house_of(shouter, tray).open()
    template = (APART, names.JOB_SHEETS.of(JobSheets.STANDARD))
    async with house.printing():
        job = await sent(house, b"one", b"two", template=template)
        await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": b"ONE", "1-2": b"TWO"}
    first, second = (asked.attributes for asked in shouter.asked)
    none = Collection([names.JOB_SHEETS.of(JobSheets.NONE)])
    assert (names.JOB_SHEETS.get(first), names.JOB_SHEETS_COL.get(first)) == (JobSheets.STANDARD, None)
    assert names.JOB_SHEETS_COL.get(second) == none


async def test_an_output_that_takes_documents_as_they_are_gets_each() -> None:
    tray, plain = Tray(), Other()
    house = House(tray, plain, wanted={tray.name: RASTER}, converter=Shouter())
    await printed(house, b"one", b"two")
    assert tray.delivered == {"1-1": b"ONETWO"}
    assert plain.delivered == {"1-1": b"one", "1-2": b"two"}


async def test_one_that_is_damaged_aborts_the_job() -> None:
    shouter, tray = Shouter(BAD), Tray()
    job = await printed(house_of(shouter, tray), b"one", b"two", state=JobState.ABORTED)
    assert JobStateReason.DOCUMENT_FORMAT_ERROR in job.reasons
    assert job.message == "It is broken."
    assert [one.state for one in job.documents] == [DocumentState.ABORTED] * 2
    assert (tray.delivered, len(shouter.asked)) == ({}, 2)


async def test_where_another_output_has_them_the_job_is_completed_with_errors() -> None:
    tray, plain = Tray(), Other()
    house = House(tray, plain, wanted={tray.name: RASTER}, converter=Shouter(BAD))
    job = await printed(house, b"one", b"two")
    assert plain.delivered == {"1-1": b"one", "1-2": b"two"}
    assert JobStateReason.JOB_COMPLETED_WITH_ERRORS in job.reasons
    assert (len(job.given_up), job.undelivered) == (2, ())  # since no further try would help


async def test_what_is_missing_is_delivered_as_one_when_the_job_is_restarted() -> None:
    tray, plain = Tray(), Other()
    house = House(tray, plain, wanted={tray.name: RASTER}, converter=Shouter(BAD))
    job = await printed(house, b"one", b"two")
    async with house.printing():
        await house.jobs.on(job.id, JobEvent.RESTART)
        await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": b"ONETWO"}
    assert plain.faults.calls.count("deliver") == 2


async def test_a_try_that_fails_is_one_of_all() -> None:
    tray = Tray()
    tray.faults.fails("deliver", OutputError("jam"))
    house = await house_of(Shouter(), tray, retry=POLICY).open()
    async with house.printing(), house.time_passing():
        job = await sent(house, b"one", b"two")
        await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": b"ONETWO"}
    assert tray.faults.calls.count("deliver") == 2


@pytest.mark.parametrize("first", [1, 2])
async def test_one_that_was_canceled_before_is_not_among_them(first: int) -> None:
    tray = Tray()
    house = await house_of(Shouter(), tray).open()
    job = await sent(house, b"one", b"two", b"three")
    await house.jobs.apply(job.id, canceled(first))
    async with house.printing():
        done = await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered.values()) == [b"TWOTHREE" if first == 1 else b"ONETHREE"]
    assert done.document(first).state is DocumentState.CANCELED


async def test_when_the_first_is_canceled_at_work_the_others_are_one_without_it() -> None:
    shouter, tray = Shouter(), Tray()
    shouter.gate = asyncio.Event()
    house = await house_of(shouter, tray).open()
    async with house.printing():
        job = await sent(house, b"one", b"two", b"three")
        await asyncio.wait_for(shouter.reached.wait(), PATIENCE_SECONDS)
        await house.jobs.apply(job.id, canceled(1))
        shouter.gate.set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-2": b"TWOTHREE"}
    assert [one.state for one in done.documents] == [
        DocumentState.CANCELED,
        DocumentState.COMPLETED,
        DocumentState.COMPLETED,
    ]
    assert pages(done) == 1


@pytest.mark.parametrize("pauses", range(0, 100, 5))
async def test_a_crash_at_any_moment_delivers_them_once(store: Store, pauses: int) -> None:
    tray, plain = Tray(), Other()
    tray.faults.fails("deliver", OutputError("jam"))
    house = House(tray, plain, wanted={tray.name: RASTER}, converter=Shouter(), store=store, retry=POLICY)
    await house.open()
    job = await sent(house, b"one", b"two", b"three")
    async with house.printing():
        for _ in range(pauses):
            await asyncio.sleep(0)
    house = await house.moved()
    async with house.printing(), house.time_passing():
        done = await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": b"ONETWOTHREE"}
    assert plain.delivered == {"1-1": b"one", "1-2": b"two", "1-3": b"three"}
    assert [one.deliveries[0].target for one in done.documents] == ["1-1"] * 3
    assert await house.spooled() == frozenset()
