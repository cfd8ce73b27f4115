"""A Printer of Print-Job alone that has the document and is silent: it is looked for, and not doubled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import OutputError, OutputRefused, OutputUnavailable
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.outputs.forward import ForwardConfig, ForwardOutput
from ippserver.testing.fakes import FakeClock, stream
from tests.outputs.parcels import PDF, Ear, parcel
from tests.outputs.peers import (
    HastyClock,
    OtherPrinter,
    Reaction,
    answers,
    breaks_off,
    job,
    refuses,
    tells,
)

PATIENCE_SECONDS = 20.0
PRINTING, LISTING = Operation.PRINT_JOB, Operation.GET_JOBS
UP = 1000
"""The printer-up-time when the document is sent."""


def listed(job_id: int, created: int | None, name: str = "report") -> AttributeGroup:
    known = [names.JOB_ID.of(job_id), names.JOB_NAME.of(name)]
    if created is not None:
        known.append(names.TIME_AT_CREATION.of(created))
    return job(JobState.COMPLETED, more=known)


@pytest.fixture
def other(other: OtherPrinter) -> OtherPrinter:
    other.operations = (PRINTING, LISTING)
    other.up_time = UP
    return other


class Tries:
    """The tries to deliver one document, each where the last one ended."""

    def __init__(self, uri: str, ear: Ear, **config: Any) -> None:
        self._given = parcel(watch=ear)
        self._ear = ear
        settings = ForwardConfig(uri=uri, timeout_seconds=10.0, **config)
        self.output = ForwardOutput("next", settings, HastyClock(self._given.job.created + 2 * UP))

    async def next(self) -> str:
        target = next(iter(self._ear.placed_at[-1:]), "")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.output.wants(self._given, target)
            return await self.output.deliver(self._given, target, [stream([PDF])])

    async def failure(self) -> OutputError:
        with pytest.raises(OutputError) as caught:
            await self.next()
        return caught.value


async def unanswered(other: OtherPrinter, uri: str, ear: Ear, **config: Any) -> Tries:
    """After the first try: the Printer has the document, and was silent."""
    other.on(PRINTING, breaks_off)
    tries = Tries(uri, ear, **config)
    assert type(await tries.failure()) is OutputUnavailable
    assert ear.placed_at == [f"{uri}/?{UP}"]
    return tries


@pytest.mark.parametrize("ended", [False, True])
async def test_a_job_that_is_found_there_is_followed(
    other: OtherPrinter, uri: str, ear: Ear, ended: bool
) -> None:
    tries = await unanswered(other, uri, ear)
    found = tells(listed(6, UP - 500), listed(7, UP))
    other.on(LISTING, *((tells(), found) if ended else (found, tells())))
    assert await tries.next() == f"{uri}/7"
    assert other.documents == [PDF]
    assert ear.placed_at[-1] == f"{uri}/7"


@pytest.mark.parametrize(
    "others",
    [
        [],
        [listed(6, UP - 500)],
        [listed(7, UP, "another")],
        [listed(7, None)],
    ],
)
async def test_a_document_that_is_not_there_soon_after_is_sent_again(
    other: OtherPrinter, uri: str, ear: Ear, others: list[AttributeGroup]
) -> None:
    tries = await unanswered(other, uri, ear)
    other.up_time = UP + 20
    other.on(LISTING, tells(*others), tells(*others))
    assert await tries.next() == f"{uri}/1"
    assert other.documents == [PDF, PDF]


async def test_it_is_sent_again_later_where_the_printer_still_knows_what_was_before(
    other: OtherPrinter, uri: str, ear: Ear
) -> None:
    tries = await unanswered(other, uri, ear)
    other.up_time = UP + 5000
    other.on(LISTING, tells(), tells(listed(6, UP - 10, "earlier")))
    assert await tries.next() == f"{uri}/1"
    assert other.documents == [PDF, PDF]


def later(other: OtherPrinter) -> None:
    other.up_time = UP + 5000


def begins_anew(other: OtherPrinter) -> None:
    other.up_time = 5


def lists_nothing(other: OtherPrinter) -> None:
    other.operations = (PRINTING,)


@pytest.mark.parametrize("change", [later, begins_anew, lists_nothing])
async def test_what_nobody_can_know_is_not_printed_twice_unless_that_is_wanted(
    other: OtherPrinter, uri: str, ear: Ear, change: Any
) -> None:
    tries = await unanswered(other, uri, ear)
    change(other)
    other.on(LISTING, tells(), tells())
    found = await tries.failure()
    assert isinstance(found, OutputRefused)
    assert str(found).endswith("its answer was lost. It is not sent again.")
    assert other.documents == [PDF]
    other.on(LISTING, tells(), tells())
    assert await Tries(uri, ear, resend=True).next() == f"{uri}/1"
    assert other.documents == [PDF, PDF]


async def test_a_job_of_another_document_is_not_taken_for_it(other: OtherPrinter, uri: str, ear: Ear) -> None:
    tries = await unanswered(other, uri, ear)
    given = parcel(watch=Ear())
    await tries.output.deliver(given, "", [stream([PDF])])
    other.on(LISTING, tells(), tells(listed(1, UP)))
    assert await tries.next() == f"{uri}/2"
    assert len(other.documents) == 3


async def test_a_printer_that_cannot_be_asked_is_asked_again(other: OtherPrinter, uri: str, ear: Ear) -> None:
    tries = await unanswered(other, uri, ear)
    other.on(LISTING, refuses(Status.SERVER_ERROR_BUSY))
    assert type(await tries.failure()) is OutputUnavailable
    other.on(LISTING, tells(listed(7, UP)), tells())
    assert await tries.next() == f"{uri}/7"
    assert other.documents == [PDF]


@pytest.mark.parametrize(
    "reaction",
    [answers(503), answers(500), refuses(Status.SERVER_ERROR_BUSY), refuses(Status.CLIENT_ERROR_BAD_REQUEST)],
)
async def test_after_an_answer_there_is_nothing_to_look_for(
    other: OtherPrinter, uri: str, ear: Ear, reaction: Reaction
) -> None:
    other.on(PRINTING, reaction)
    tries = Tries(uri, ear)
    await tries.failure()
    assert ear.placed_at == [f"{uri}/?{UP}", ""]
    assert await tries.next() == f"{uri}/1"
    assert LISTING not in other.asked


async def test_a_document_that_was_cut_off_is_sent_again(other: OtherPrinter, uri: str, ear: Ear) -> None:
    given = parcel(watch=ear)
    made = Tries(uri, ear).output
    with pytest.raises(OSError, match="disk"):
        await made.deliver(given, "", [stream([PDF[:5]], then=OSError("disk"))])
    assert ear.placed_at == [f"{uri}/?{UP}", ""]


async def test_a_document_is_sent_again_that_was_cut_off_by_the_end_of_the_server(
    other: OtherPrinter, uri: str, ear: Ear
) -> None:
    reached = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield PDF
        reached.set()
        await asyncio.Event().wait()

    made = Tries(uri, ear).output
    task = asyncio.ensure_future(made.deliver(parcel(watch=ear), "", [endless()]))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ear.placed_at == [f"{uri}/?{UP}", ""]


async def test_a_job_without_a_number_is_taken_for_printed(other: OtherPrinter, uri: str, ear: Ear) -> None:
    known = [names.JOB_URI.of(f"{uri}/unnumbered"), names.JOB_STATE.of(JobState.PENDING)]
    other.on(PRINTING, tells(AttributeGroup(GroupTag.JOB, known)))
    await Tries(uri, ear).next()
    assert other.documents == [PDF]
    assert Operation.GET_JOB_ATTRIBUTES not in other.asked


async def test_a_document_that_is_taken_back_is_canceled_if_it_is_found(
    other: OtherPrinter, uri: str, ear: Ear
) -> None:
    tries = await unanswered(other, uri, ear)
    other.on(LISTING, tells(listed(7, UP)), tells())
    other.on(Operation.GET_JOB_ATTRIBUTES, tells(job(JobState.PENDING, JobStateReason.JOB_QUEUED)))
    await tries.output.recall(replace(parcel(), watch=None), ear.placed_at[-1])
    assert other.asked[-1] is Operation.CANCEL_JOB


@pytest.mark.parametrize(("seconds", "waits"), [(0.0, True), (9.0, True), (10.0, False), (-1.0, False)])
async def test_one_that_was_canceled_just_now_and_is_not_found_is_looked_for_again(
    other: OtherPrinter, uri: str, ear: Ear, seconds: float, waits: bool
) -> None:
    given = replace(parcel(), watch=None)
    now = given.job.created
    given = replace(given, document=replace(given.document, completed=now - seconds))
    other.on(LISTING, tells())
    output = ForwardOutput("next", ForwardConfig(uri=uri, timeout_seconds=10.0), FakeClock(now))
    with pytest.raises(OutputUnavailable, match="on its way") if waits else nullcontext():
        await output.recall(given, f"{uri}/?{UP}")
    assert Operation.CANCEL_JOB not in other.asked
