"""Documents in the formats that outputs want."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Final

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import (
    ConversionError,
    DocumentStream,
    JobQuery,
    OutputError,
    OutputUnavailable,
    StoreUnavailable,
    Wishes,
)
from ippserver.model import events, formats
from ippserver.model.amount import Amount
from ippserver.model.conversion import Conversion, Outcome, Part, Progress, Wanted
from ippserver.model.delivery import RetryPolicy
from ippserver.model.job import Job
from ippserver.model.parcel import Parcel
from ippserver.model.progress import impressions_completed, pages, sheets_completed
from ippserver.model.states import JobEvent
from ippserver.testing.fakes import stream
from tests.engine.faults import FaultySpool, FaultyStore, Tray
from tests.engine.house import House

RASTER: Final = Wanted(formats.PWG_RASTER)
BAD: Final = ConversionError("It is broken.", JobStateReason.DOCUMENT_FORMAT_ERROR)


class Shouter:
    """A Converter that makes letters large, and fails as often as it has faults."""

    def __init__(
        self,
        *faults: Exception,
        parts: int = 1,
        sheets: int = 2,
        torn: bool = False,
        unchanged: bool = False,
    ) -> None:
        self.asked: list[Conversion] = []
        self._faults = list(faults)
        self._parts = parts
        self._sheets = sheets
        self._torn = torn
        self._unchanged = unchanged
        self.gate: asyncio.Event | None = None
        """What it waits for in the middle."""
        self.reached = asyncio.Event()
        """Set when it is there."""

    async def open(self) -> None:
        """Nothing is needed."""

    async def run(self) -> None:
        """There is nothing to do meanwhile."""

    @asynccontextmanager
    async def convert(
        self,
        conversions: Sequence[Conversion],
        contents: Sequence[DocumentStream],
        progress: Callable[[Progress], None],
    ) -> AsyncIterator[tuple[Outcome, Sequence[Part]]]:
        """Upper case."""
        self.asked.extend(conversions)
        if self._faults:
            raise self._faults.pop(0)
        if self.gate is not None:
            progress(Progress(pages=1, impressions=3))
            self.reached.set()
            await self.gate.wait()
        made = b"".join([piece for content in contents async for piece in content]).upper()

        def read(number: int) -> AsyncGenerator[bytes, None]:
            torn = self._torn and number == self._parts
            return stream([made[number - 1 :: self._parts]], then=BAD if torn else None)

        outcome = Outcome(
            media_type=conversions[0].target.media_type,
            extension=".pwg",
            pages=min(1, self._sheets),
            impressions=min(1, self._sheets),
            impressions_completed=2 * self._sheets,
            sheets=self._sheets,
            text=made.decode(),
            unchanged=self._unchanged,
        )
        parts = 0 if self._unchanged else self._parts
        yield outcome, [Part(number, partial(read, number)) for number in range(1, parts + 1)]


class Other(Tray):
    """A second output."""

    name = "other"


class Noting(Tray):
    """Notes what it is told of a document, and what is in which file."""

    def __init__(self) -> None:
        super().__init__()
        self.parcels: list[Parcel] = []
        self.files: list[bytes] = []

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """As Tray.deliver."""
        self.parcels.append(parcel)
        self.files = [b"".join([piece async for piece in content]) for content in contents]
        return await super().deliver(parcel, target, [stream(self.files)])


def house_of(converter: Shouter, *outputs: Tray, retry: RetryPolicy | None = None) -> House:
    """Printers whose outputs all want PWG Raster."""
    wanted = {output.name: RASTER for output in outputs}
    policy = retry or RetryPolicy()
    return House(*outputs, wanted=wanted, converter=converter, retry=policy)


async def printed(house: House, *contents: bytes, state: JobState = JobState.COMPLETED) -> Job:
    """A Job of such documents, at its end."""
    await house.open()
    async with house.printing():
        job = await house.create(template=(names.COPIES.of(2),))
        for number, content in enumerate(contents, 1):
            await house.send(job.id, content, last=number == len(contents))
        return await house.until(job.id, state)


async def test_an_output_gets_what_was_made_of_the_document() -> None:
    tray = Noting()
    shouter = Shouter()
    await printed(house_of(shouter, tray), b"one", b"two")
    assert list(tray.delivered.values()) == [b"ONE", b"TWO"]
    (first, _) = tray.parcels
    assert (first.media_type, first.extension, first.size_octets) == (formats.PWG_RASTER, ".pwg", 3)
    assert first.files[0].sha256 != first.document.sha256


async def test_it_is_made_as_the_job_wants_it_and_the_printer_otherwise_does_it() -> None:
    shouter = Shouter()
    await printed(house_of(shouter, Tray()), b"one")
    (asked,) = shouter.asked
    assert names.COPIES.get(asked.attributes) == 2
    assert names.SIDES.get(asked.attributes) is not None
    assert names.MEDIA_COL.get(asked.attributes) is not None


async def test_two_outputs_share_what_is_made_once() -> None:
    shouter, first, second = Shouter(), Tray(), Other()
    await printed(house_of(shouter, first, second), b"one")
    assert len(shouter.asked) == 1
    assert first.delivered == second.delivered


async def test_an_output_that_is_tried_again_gets_the_same() -> None:
    shouter, tray = Shouter(), Tray()
    tray.faults.fails("deliver", OutputError("jam"))
    house = house_of(shouter, tray, retry=RetryPolicy(attempts=2, first_seconds=1.0))
    await house.open()
    async with house.printing():
        job = await house.create()
        await house.send(job.id, b"one", last=True)
        await house.clock.until_sleeping()
        house.clock.advance(10.0)
        await house.until(job.id, JobState.COMPLETED)
    assert (len(shouter.asked), list(tray.delivered.values())) == (1, [b"ONE"])


@pytest.mark.parametrize("shouter", [Shouter(), Shouter(parts=3), Shouter(unchanged=True)])
async def test_only_the_document_itself_stays_in_the_spool(shouter: Shouter) -> None:
    house = house_of(shouter, Tray())
    job = await printed(house, b"one")
    assert house.keys == {document.key for document in job.documents}


async def test_the_disk_is_waited_for_with_what_was_sent_and_not_with_what_can_be_made_again() -> None:
    house = house_of(Shouter(parts=3), Tray())
    job = await printed(house, b"one", b"two")
    assert isinstance(house.spool, FaultySpool)
    assert len(house.spool.passing) == 6
    assert {document.key for document in job.documents}.isdisjoint(house.spool.passing)


async def test_an_output_gets_all_files_in_order() -> None:
    tray = Noting()
    await printed(house_of(Shouter(parts=3), tray), b"abcdef")
    assert tray.files == [b"AD", b"BE", b"CF"]
    (parcel,) = tray.parcels
    assert [file.sha256 for file in parcel.files] == [sha256(each).hexdigest() for each in tray.files]
    assert parcel.size_octets == 6


async def test_a_document_that_is_what_is_wanted_is_delivered_as_it_is_and_not_copied() -> None:
    tray = Noting()
    job = await printed(house_of(Shouter(unchanged=True), tray), b"one")
    (parcel,) = tray.parcels
    assert tray.files == [b"one"]
    assert [file.key for file in parcel.files] == [job.documents[0].key]


async def test_of_pages_that_are_not_there_no_output_gets_anything() -> None:
    tray, other = Tray(), Other()
    job = await printed(house_of(Shouter(parts=0, sheets=0), tray, other), b"loud")
    assert JobStateReason.JOB_COMPLETED_WITH_WARNINGS in job.reasons
    assert (tray.delivered, other.delivered) == ({}, {})
    assert (pages(job), impressions_completed(job), sheets_completed(job)) == (0, 0, 0)


async def test_a_conversion_that_makes_nothing_of_pages_has_failed() -> None:
    job = await printed(house_of(Shouter(parts=0), Tray()), b"loud", state=JobState.ABORTED)
    assert job.message == "Nothing comes of the document."


async def test_files_that_could_not_all_be_kept_leave_nothing_behind() -> None:
    house = house_of(Shouter(parts=3, torn=True), Tray())
    job = await printed(house, b"one", state=JobState.ABORTED)
    assert house.keys == {document.key for document in job.documents}


@pytest.mark.parametrize(
    ("shouter", "message", "reason"),
    [
        (Shouter(BAD), "It is broken.", JobStateReason.DOCUMENT_FORMAT_ERROR),
        (Shouter(ConversionError("No room.")), "No room.", JobStateReason.ABORTED_BY_SYSTEM),
        (Shouter(parts=0), "Nothing comes of the document.", JobStateReason.ABORTED_BY_SYSTEM),
    ],
    ids=["damaged", "no room", "nothing"],
)
async def test_a_document_that_cannot_be_made_aborts_its_job(
    shouter: Shouter, message: str, reason: str
) -> None:
    job = await printed(house_of(shouter, Tray()), b"one", state=JobState.ABORTED)
    assert message in job.message
    assert reason in job.reasons
    assert len(shouter.asked) == 1


@pytest.mark.parametrize("faults", [(), (BAD,)], ids=["made", "damaged"])
async def test_nothing_is_held_of_a_job_that_is_over(faults: tuple[ConversionError, ...]) -> None:
    house = house_of(Shouter(*faults), Tray())
    await printed(house, b"one", state=JobState.ABORTED if faults else JobState.COMPLETED)
    renditions = house.scheduler._renditions
    assert renditions is not None
    assert [held for held in vars(renditions).values() if isinstance(held, dict) and held] == []


async def test_a_job_shows_how_far_its_documents_are_converted_and_at_the_end_what_they_are() -> None:
    shouter = Shouter()
    shouter.gate = asyncio.Event()
    house = await house_of(shouter, Tray()).open()
    async with house.printing():
        job = await house.create()
        await house.send(job.id, b"one", last=True)
        await house.clock.until_sleeping()
        house.clock.advance(1.0)
        seen = await house.until_job(job.id, lambda job: impressions_completed(job) > 0)
        assert (seen.state, impressions_completed(seen)) == (JobState.PROCESSING, 3)
        assert pages(seen) is None
        shouter.gate.set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert (pages(done), impressions_completed(done), sheets_completed(done)) == (1, 4, 2)
    told = [events.PROGRESS in events.of_job(change) for change in house.told]
    assert told.count(True) == 2


async def test_copies_that_an_output_makes_itself_count_as_those_of_the_rendition() -> None:
    wanted = Wanted(formats.PWG_RASTER, instead=(names.COPIES.of(1),))
    tray = Tray()
    job = await printed(House(tray, wanted={tray.name: wanted}, converter=Shouter()), b"one")
    assert (pages(job), impressions_completed(job), sheets_completed(job)) == (1, 8, 4)


async def test_what_can_be_read_in_a_document_is_kept_for_search() -> None:
    house = house_of(Shouter(), Tray())
    job = await printed(house, b"one", b"two")
    assert await house.store.texts(job.id) == {1: "ONE", 2: "TWO"}


async def test_of_many_documents_with_very_much_to_read_not_all_of_that_is_kept() -> None:
    house = house_of(Shouter(), Tray())
    await printed(house, *(b"x" * 500_000 + b" word%d" % number for number in (1, 2, 3)))
    found = {word: await house.store.ids(JobQuery(text=word)) for word in ("word1", "word2", "word3")}
    assert found == {"word1": [1], "word2": [1], "word3": []}


async def test_what_only_a_password_opens_is_not_kept_in_the_clear() -> None:
    house = await house_of(Shouter(), Tray()).open()
    async with house.printing():
        job = await house.create()
        sent = await house.send(job.id, b"one", last=False)
        secret = replace(sent.documents[0], password="secret")
        await house.jobs.apply(job.id, lambda job: job.with_document(secret))
        await house.send(job.id, b"one", last=True)
        await house.until(job.id, JobState.COMPLETED)
    assert await house.store.texts(job.id) == {2: "ONE"}


async def test_an_output_is_told_how_much_it_gets() -> None:
    tray = Noting()
    await printed(house_of(Shouter(), tray), b"one", b"two")
    assert [pages(parcel.job) for parcel in tray.parcels] == [None, 2]
    assert [parcel.document.extent for parcel in tray.parcels] == [
        Amount(pages=1, impressions=1, sheets=2)
    ] * 2


async def test_where_it_cannot_be_kept_the_job_is_printed_all_the_same() -> None:
    store = FaultyStore()
    store.faults.fails("keep_text", StoreUnavailable("full"))
    tray = Tray()
    house = House(tray, wanted={tray.name: RASTER}, converter=Shouter(), store=store)
    job = await printed(house, b"one", b"two")
    assert await store.texts(job.id) == {2: "TWO"}
    assert list(tray.delivered.values()) == [b"ONE", b"TWO"]


async def test_what_is_counted_of_a_job_is_counted_anew_when_it_is_printed_again() -> None:
    house = house_of(Shouter(), Tray())
    job = await printed(house, b"one", b"two")
    assert impressions_completed(job) == 8
    again = await house.jobs.on(job.id, JobEvent.RESTART)
    assert (pages(again), impressions_completed(again)) == (2, 0)


async def test_an_output_that_takes_documents_as_they_are_gets_those() -> None:
    shouter, plain = Shouter(), Other()
    tray = Tray()
    house = House(tray, plain, wanted={tray.name: RASTER}, converter=shouter)
    await printed(house, b"one")
    assert (list(tray.delivered.values()), list(plain.delivered.values())) == ([b"ONE"], [b"one"])


# ---- outputs that look first


class Looking:
    """Wants something else each time it is asked."""

    def __init__(self, *answers: Wanted | OutputError | None) -> None:
        self.targets: list[str] = []
        self._answers = list(answers)

    async def __call__(self, parcel: Parcel, target: str) -> Wishes:
        """As interfaces.Wish."""
        self.targets.append(target)
        answer = self._answers.pop(0)
        if isinstance(answer, OutputError):
            raise answer
        return Wishes(wanted=answer)


async def test_an_output_that_looks_first_gets_each_document_as_it_wants_that_one() -> None:
    tray, looking = Noting(), Looking(RASTER, None)
    house = House(tray, wishes={tray.name: looking}, converter=Shouter())
    await printed(house, b"one", b"two")
    assert list(tray.delivered.values()) == [b"ONE", b"two"]
    assert [parcel.wanted for parcel in tray.parcels] == [RASTER, None]
    assert looking.targets == list(tray.delivered)


async def test_an_output_that_cannot_look_now_is_asked_again_and_nothing_is_made_in_vain() -> None:
    shouter, tray = Shouter(), Tray()
    looking = Looking(OutputUnavailable("nobody there"), RASTER)
    policy = RetryPolicy(attempts=2, first_seconds=1.0)
    house = House(tray, wishes={tray.name: looking}, converter=shouter, retry=policy)
    await house.open()
    async with house.printing():
        job = await house.create()
        await house.send(job.id, b"one", last=True)
        await house.clock.until_sleeping()
        assert shouter.asked == []
        house.clock.advance(10.0)
        await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered.values()) == [b"ONE"]


async def test_what_it_wants_instead_counts_more_than_what_the_job_says() -> None:
    shouter, tray = Shouter(), Tray()
    once = Wanted(formats.PDF, instead=(names.COPIES.of(1),))
    await printed(House(tray, wishes={tray.name: Looking(once)}, converter=shouter), b"one")
    assert names.COPIES.get(shouter.asked[0].attributes) == 1
