"""Several documents that an output takes at once, if it wants to when it is asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import JobStateReason, MultipleDocumentHandling
from ippserver.interfaces import DocumentStream, OutputError, OutputRefused, Parcel, Wishes
from ippserver.ipp.attributes import Attribute
from ippserver.model import formats
from ippserver.model.conversion import Wanted
from ippserver.model.delivery import RetryPolicy
from ippserver.model.document import Document
from ippserver.model.document_states import DocumentEvent
from ippserver.model.ending import deliveries
from ippserver.model.job import Job
from ippserver.model.progress import impressions_completed, pages
from ippserver.model.states import JobEvent
from ippserver.testing.fakes import job_draft, stream
from tests.engine.faults import Tray
from tests.engine.house import PATH, House, Store
from tests.engine.test_renditions import RASTER, Noting, Other, Shouter
from tests.steps import MOST_SECONDS, steps

POLICY: Final = RetryPolicy(attempts=3, first_seconds=1.0)
APART: Final = Wishes(apart=True)
AS_ONE: Final = names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT)


class Choosy:
    """Wants the documents so, if there are several; else each as it was sent."""

    def __init__(self, several: Wishes, alone: Wanted | None = None) -> None:
        self._several = several
        self._alone = alone

    async def __call__(self, parcel: Parcel, target: str) -> Wishes:
        """As interfaces.Wish."""
        left = self._several.each[-len(parcel.each) :]
        return replace(self._several, each=left) if parcel.each else Wishes(wanted=self._alone)


class Counting(Noting):
    """Says that it prints so much of what it gets, and waits then."""

    def __init__(self, impressions: int) -> None:
        super().__init__()
        self._impressions = impressions
        self.gate = asyncio.Event()

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """As Tray.deliver."""
        assert parcel.watch is not None
        parcel.watch.prints(self._impressions, None)
        await self.gate.wait()
        return await super().deliver(parcel, target, contents)


def each(*wanted: Wanted | None) -> Wishes:
    return Wishes(each=wanted)


def house_of(tray: Tray, wish: Choosy, *others: Tray, store: Store | None = None) -> House:
    """A Printer whose first output may take all documents of a Job at once."""
    tray.chooses = False
    return House(
        tray,
        *others,
        wishes={tray.name: wish},
        gather={tray.name},
        converter=Shouter(),
        store=store,
        retry=POLICY,
    )


async def sent(house: House, *contents: bytes, template: tuple[Attribute, ...] = ()) -> Job:
    """A Job of such documents."""
    job = await house.create(template=template)
    for number, content in enumerate(contents, 1):
        job = await house.send(job.id, content, last=number == len(contents))
    return job


async def printed(house: House, *contents: bytes, state: JobState = JobState.COMPLETED) -> Job:
    """The same at its end."""
    await house.open()
    async with house.printing(), house.time_passing():
        job = await sent(house, *contents)
        return await house.until(job.id, state)


async def test_documents_go_at_once_each_as_it_is_wanted() -> None:
    tray = Noting()
    job = await printed(house_of(tray, Choosy(each(None, RASTER, None))), b"one", b"two", b"three")
    assert tray.files == [b"one", b"TWO", b"three"]
    assert tray.faults.calls.count("deliver") == 1
    (parcel,) = tray.parcels
    assert [part.document.number for part in parcel.parts] == [1, 2, 3]
    assert [one.state for one in job.documents] == [DocumentState.COMPLETED] * 3


async def test_what_became_of_each_is_told() -> None:
    job = await printed(house_of(Tray(), Choosy(each(None, None))), b"one", b"two")
    assert [str(text) for text in deliveries(job)] == [
        "document 1 to tray: done, 1-1",
        "document 2 to tray: done, with document 1, 1-1",
    ]


async def test_documents_that_cannot_go_at_once_go_one_after_the_other() -> None:
    tray = Noting()
    job = await printed(house_of(tray, Choosy(APART, RASTER)), b"one", b"two")
    assert tray.delivered == {"1-1": b"ONE", "1-2": b"TWO"}
    assert [one.deliveries[0].together for one in job.documents] == [0, 0]


async def test_of_very_many_documents_each_is_parted_in_a_step_of_its_own() -> None:
    tray = Tray()
    tray.faults.waits("deliver")
    house = house_of(tray, Choosy(APART))
    documents = [
        Document(number=number, key=f"{number}", format=formats.PDF, size_octets=1, sha256="")
        for number in range(1, 301)
    ]
    for one in documents:
        await house.spool.write(one.key, stream([b"one"]))
    await house.store.create(job_draft(printer=PATH, documents=tuple(documents)))
    await house.open()
    with steps() as seen:
        async with house.printing():
            await tray.reached()
    assert seen.longest_seconds < MOST_SECONDS


async def test_an_only_document_goes_alone() -> None:
    tray = Noting()
    await printed(house_of(tray, Choosy(APART)), b"one")
    assert tray.files == [b"one"]
    assert tray.parcels[0].each == ()


async def test_documents_that_go_as_one_are_counted_once_and_others_each() -> None:
    one = await printed(house_of(Tray(), Choosy(Wishes(wanted=RASTER))), b"one", b"two")
    several = await printed(house_of(Tray(), Choosy(each(RASTER, RASTER))), b"one", b"two")
    assert (pages(one), impressions_completed(one)) == (1, 4)
    assert (pages(several), impressions_completed(several)) == (2, 8)


async def test_what_goes_at_once_unmade_is_counted_where_another_output_has_it_made() -> None:
    tray, other = Tray(), Other()
    house = House(
        tray,
        other,
        wanted={other.name: RASTER},
        wishes={tray.name: Choosy(each(None, None))},
        gather={tray.name},
        converter=Shouter(),
    )
    job = await printed(house, b"one", b"two")
    assert (pages(job), impressions_completed(job)) == (2, 8)


async def test_what_a_device_has_printed_is_shared_out_in_order() -> None:
    tray = Counting(5)
    house = await house_of(tray, Choosy(each(RASTER, RASTER))).open()
    async with house.printing(), house.time_passing():
        job = await sent(house, b"one", b"two")
        shown = await house.until_job(job.id, lambda job: job.documents[1].done.impressions == 1)
        tray.gate.set()
        await house.until(job.id, JobState.COMPLETED)
    assert [one.done.impressions for one in shown.documents] == [4, 1]
    assert impressions_completed(shown) == 5


async def test_one_that_is_refused_is_refused_with_all() -> None:
    tray = Tray()
    tray.faults.fails("deliver", OutputRefused("No."))
    job = await printed(house_of(tray, Choosy(each(None, None))), b"one", b"two", state=JobState.ABORTED)
    assert (job.message, tray.delivered) == ("No.", {})
    assert [one.state for one in job.documents] == [DocumentState.ABORTED] * 2


async def test_only_what_is_missing_is_delivered_when_the_job_is_restarted() -> None:
    tray, other = Tray(), Other()
    house = await house_of(tray, Choosy(APART), other).open()
    async with house.printing(), house.time_passing():
        job = await house.create()
        await house.send(job.id, b"one", last=False)
        tray.faults.fails("deliver", OutputError("jam"), OutputRefused("No."))
        await house.send(job.id, b"two", last=True)
        done = await house.until(job.id, JobState.COMPLETED)
        assert JobStateReason.JOB_COMPLETED_WITH_ERRORS in done.reasons
        assert list(tray.delivered) == ["1-2"]
        await house.jobs.on(job.id, JobEvent.RESTART)
        await house.until_job(job.id, lambda job: job.terminal and not job.undelivered)
    assert tray.delivered == {"1-1": b"one", "1-2": b"two"}
    assert other.faults.calls.count("deliver") == 2


async def test_when_the_first_is_canceled_at_work_the_others_go_without_it() -> None:
    tray = Noting()
    gate = tray.faults.waits("deliver")
    house = await house_of(tray, Choosy(each(None, None, None))).open()
    async with house.printing(), house.time_passing():
        job = await sent(house, b"one", b"two", b"three")
        await tray.reached()
        await house.jobs.apply(
            job.id, lambda job: job.with_document(job.document(1).on(DocumentEvent.CANCEL, 1.0))
        )
        gate.set()
        await house.until(job.id, JobState.COMPLETED)
    assert tray.files == [b"two", b"three"]
    assert list(tray.delivered) == ["1-2"]


@pytest.mark.parametrize("wishes", [each(None, RASTER, None), APART, Wishes(wanted=RASTER)])
@pytest.mark.parametrize("pauses", range(0, 100, 20))
async def test_a_crash_at_any_moment_delivers_them_once(store: Store, pauses: int, wishes: Wishes) -> None:
    tray, plain = Tray(), Other()
    tray.faults.fails("deliver", OutputError("jam"))
    house = await house_of(tray, Choosy(wishes), plain, store=store).open()
    job = await sent(house, b"one", b"two", b"three", template=(AS_ONE,))
    async with house.printing():
        for _ in range(pauses):
            await asyncio.sleep(0)
    house = await house.moved()
    async with house.printing(), house.time_passing():
        await house.until(job.id, JobState.COMPLETED)
    assert sorted(tray.delivered) == (["1-1", "1-2", "1-3"] if wishes.apart else ["1-1"])
    assert plain.delivered == {"1-1": b"one", "1-2": b"two", "1-3": b"three"}
    assert await house.spooled() == frozenset()
