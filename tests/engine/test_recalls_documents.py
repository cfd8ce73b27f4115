"""Documents that are canceled while an output has begun with them, and what becomes of those beside them."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import pytest

from ippserver.iana.enums import DocumentState, JobState
from ippserver.interfaces import DocumentStream, OutputError, OutputUnavailable, Parcel, Wishes
from ippserver.model.conversion import Wanted
from ippserver.model.document_states import DocumentEvent
from ippserver.model.ending import message_of
from ippserver.model.job import Job
from tests.engine.bringing import has_failed
from tests.engine.faults import Tray
from tests.engine.house import House, Store
from tests.engine.test_gathering import POLICY, Choosy, each, sent
from tests.engine.test_renditions import RASTER, Other, Shouter

PATIENCE_SECONDS: Final = 20.0
PLACE: Final = "job 9"
AS_ONE: Final = Wishes(wanted=RASTER)


class Away(Tray):
    """Brings documents to PLACE, where they wait at its gate; a try that is stopped leaves them there."""

    def __init__(self) -> None:
        super().__init__("away")
        self.chooses = False
        self.parcels: list[Parcel] = []
        self.targets: list[str] = []
        self.gate = asyncio.Event()
        self.there = asyncio.Event()
        self.canceling: list[bool] = []

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """As Tray.deliver."""
        assert parcel.watch is not None
        self.parcels.append(parcel)
        self.targets.append(target)
        try:
            await self.faults.pass_("deliver")
            await parcel.watch.placed(PLACE)
            parcel.watch.waits()
            self.there.set()
            await self.gate.wait()
        except asyncio.CancelledError:
            self.canceling.append(parcel.watch.canceling)
            raise
        return PLACE


class Taking:
    """Notes what is taken back, when its faults are over."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.taken: list[tuple[int, list[int], str]] = []
        """Documents, those that they are among, and where."""
        self.done = asyncio.Event()

    async def __call__(self, parcel: Parcel, target: str) -> None:
        """As interfaces.Recall."""
        if self.faults:
            raise self.faults.pop(0)
        beside = [part.document.number for part in parcel.each]
        self.taken.append((parcel.document.number, beside, target))
        self.done.set()


@pytest.fixture
def away() -> Away:
    return Away()


@pytest.fixture
def taking() -> Taking:
    return Taking()


def house_of(
    away: Away,
    taking: Taking,
    wishes: Wishes | None,
    *others: Tray,
    store: Store | None = None,
    alone: Wanted | None = None,
) -> House:
    """A Printer whose first output takes documents of a Job at once, if it has wishes for that."""
    return House(
        away,
        *others,
        wishes={} if wishes is None else {away.name: Choosy(wishes, alone)},
        gather=() if wishes is None else {away.name},
        recalls={away.name: taking},
        converter=Shouter(),
        store=store,
        retry=POLICY,
    )


async def cancel(house: House, job: Job, number: int) -> None:
    """As Cancel-Document."""
    now = house.clock.now()
    await house.jobs.apply(
        job.id, lambda job: job.with_document(job.document(number).on(DocumentEvent.CANCEL, now))
    )


async def happened(event: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await event.wait()


def is_done(number: int, output: str) -> Callable[[Job], bool]:
    def fits(job: Job) -> bool:
        delivery = job.document(number).delivery(output)
        return delivery is not None and delivery.done

    return fits


def states(job: Job) -> list[DocumentState]:
    return [document.state for document in job.documents]


CANCELED, COMPLETED = DocumentState.CANCELED, DocumentState.COMPLETED


# ---- by themselves


async def test_an_only_document_is_taken_back(away: Away, taking: Taking) -> None:
    house = await house_of(away, taking, None).open()
    async with house.printing(), house.time_passing():
        job = await house.print()
        await happened(away.there)
        await cancel(house, job, 1)
        done = await house.until(job.id, JobState.COMPLETED)
        await happened(taking.done)
    assert states(done) == [CANCELED]
    assert taking.taken == [(1, [], PLACE)]
    assert away.canceling == [True]


async def test_one_that_is_ahead_of_its_turn_is_stopped_and_taken_back(away: Away, taking: Taking) -> None:
    slow = Other()
    slow.faults.fails("deliver", *[OutputUnavailable("jam")] * 2)
    house = await house_of(away, taking, None, slow).open()
    away.gate.set()
    async with house.printing():
        job = await sent(house, b"one", b"two")
        await house.until_job(job.id, is_done(1, "away"))
        away.gate.clear()
        away.there.clear()
        await happened(away.there)
        await cancel(house, job, 2)
        await happened(taking.done)
        async with house.time_passing():
            done = await house.until(job.id, JobState.COMPLETED)
    assert taking.taken == [(2, [], PLACE)]
    assert away.canceling == [True]
    assert states(done) == [COMPLETED, CANCELED]
    assert done.undelivered == ()
    assert slow.delivered == {"1-1": b"one"}


async def test_what_cannot_be_taken_back_yet_is_told_and_tried_again_though_the_job_ends(
    away: Away, taking: Taking
) -> None:
    taking.faults = [OutputUnavailable("Nobody is there.")]
    house = await house_of(away, taking, None).open()
    async with house.printing():
        job = await house.print()
        await happened(away.there)
        await cancel(house, job, 1)
        waiting = await house.until_job(job.id, lambda job: bool(job.documents[0].deliveries[0].missed))
        assert "Not canceled yet by the output away: Nobody is there." in message_of(waiting, ())
        async with house.time_passing():
            await happened(taking.done)
            done = await house.until_job(job.id, lambda job: not job.documents[0].deliveries[0].missed)
    assert done.documents[0].deliveries[0].target == ""


@pytest.mark.parametrize("ended", [False, True])
async def test_it_is_remembered_over_a_restart(away: Away, taking: Taking, store: Store, ended: bool) -> None:
    taking.faults = [OutputUnavailable("Nobody is there.")] * 2
    house = await house_of(away, taking, None, store=store).open()
    async with house.printing():
        job = await sent(house, b"one") if ended else await sent(house, b"one", b"two")
        await happened(away.there)
        await cancel(house, job, 1)
        await house.until_job(job.id, lambda job: bool(job.documents[0].deliveries[0].missed))
        await house.settle()
    house = await house.moved()
    async with house.printing(), house.time_passing():
        await happened(taking.done)
    assert taking.taken == [(1, [], PLACE)]


# ---- among others


async def test_one_among_others_is_taken_back_alone_and_they_go_on(away: Away, taking: Taking) -> None:
    house = await house_of(away, taking, each(None, None, None)).open()
    async with house.printing(), house.time_passing():
        job = await sent(house, b"one", b"two", b"three")
        await happened(away.there)
        await cancel(house, job, 2)
        await happened(taking.done)
        away.gate.set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert taking.taken == [(2, [1, 2, 3], PLACE)]
    assert (away.canceling, len(away.parcels)) == ([], 1)
    assert states(done) == [COMPLETED, CANCELED, COMPLETED]
    assert message_of(done, ()) == "Completed."


async def test_the_first_is_taken_back_alone_and_what_was_sent_is_followed(
    away: Away, taking: Taking
) -> None:
    house = await house_of(away, taking, each(None, None, None)).open()
    async with house.printing(), house.time_passing():
        job = await sent(house, b"one", b"two", b"three")
        await happened(away.there)
        away.there.clear()
        await cancel(house, job, 1)
        await happened(taking.done)
        await happened(away.there)
        away.gate.set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert taking.taken == [(1, [1, 2, 3], PLACE)]
    assert (away.targets, away.canceling) == (["", PLACE], [False])
    assert [part.document.number for part in away.parcels[-1].each] == [1, 2, 3]
    assert states(done) == [CANCELED, COMPLETED, COMPLETED]


async def test_when_all_are_canceled_one_by_one_all_of_it_is_taken_back(away: Away, taking: Taking) -> None:
    house = await house_of(away, taking, each(None, None)).open()
    async with house.printing(), house.time_passing():
        job = await sent(house, b"one", b"two")
        await happened(away.there)
        await cancel(house, job, 2)
        await happened(taking.done)
        taking.done.clear()
        await cancel(house, job, 1)
        await happened(taking.done)
        await house.until(job.id, JobState.COMPLETED)
    assert taking.taken == [(2, [1, 2], PLACE), (1, [], PLACE)]
    assert away.canceling == [True]


async def test_one_that_is_canceled_before_anything_is_sent_does_not_go(away: Away, taking: Taking) -> None:
    away.faults.fails("deliver", OutputError("jam"))
    house = await house_of(away, taking, each(None, None, None)).open()
    async with house.printing():
        job = await sent(house, b"one", b"two", b"three")
        await house.until_job(job.id, has_failed("away"))
        await cancel(house, job, 2)
        away.gate.set()
        async with house.time_passing():
            await house.until(job.id, JobState.COMPLETED)
    assert [part.document.number for part in away.parcels[-1].each] == [1, 3]
    assert taking.taken == []


async def test_a_try_that_follows_one_that_broke_off_knows_which_places_they_have(
    away: Away, taking: Taking
) -> None:
    house = await house_of(away, taking, each(None, None, None)).open()
    async with house.printing():
        job = await sent(house, b"one", b"two", b"three")
        await happened(away.there)
        await cancel(house, job, 2)
        await happened(taking.done)
    house = await house.moved()
    away.gate.set()
    async with house.printing(), house.time_passing():
        await house.until(job.id, JobState.COMPLETED)
    assert [part.document.number for part in away.parcels[-1].each] == [1, 2, 3]
    assert away.targets == ["", PLACE]


async def test_of_one_document_none_is_taken_back_and_that_is_told(away: Away, taking: Taking) -> None:
    house = await house_of(away, taking, AS_ONE).open()
    async with house.printing(), house.time_passing():
        job = await sent(house, b"one", b"two")
        await happened(away.there)
        await cancel(house, job, 2)
        told = await house.until_job(job.id, lambda job: bool(job.documents[1].deliveries[0].missed))
        away.gate.set()
        await house.until(job.id, JobState.COMPLETED)
    assert message_of(told, ()).endswith(
        "Not canceled by the output away: It is one document with others there."
    )
    assert taking.taken == []


async def test_what_was_one_document_with_the_first_is_taken_back_and_sent_anew(
    away: Away, taking: Taking
) -> None:
    house = await house_of(away, taking, AS_ONE).open()
    async with house.printing(), house.time_passing():
        job = await sent(house, b"one", b"two", b"three")
        await happened(away.there)
        away.there.clear()
        await cancel(house, job, 1)
        await happened(away.there)
        away.gate.set()
        await house.until(job.id, JobState.COMPLETED)
        await happened(taking.done)
    assert taking.taken == [(1, [], PLACE)]
    assert (away.targets, away.canceling) == (["", ""], [True])


async def test_it_is_not_tried_any_more_when_the_others_are_delivered(away: Away, taking: Taking) -> None:
    taking.faults = [OutputUnavailable("Nobody is there.")]
    house = await house_of(away, taking, each(None, None)).open()
    async with house.printing():
        job = await sent(house, b"one", b"two")
        await happened(away.there)
        await cancel(house, job, 2)
        await house.until_job(job.id, lambda job: bool(job.documents[1].deliveries[0].missed))
        away.gate.set()
        await house.until(job.id, JobState.COMPLETED)
        for _ in range(3):
            house.clock.advance(60.0)
            await house.settle()
        done = await house.job(job.id)
    assert taking.taken == []
    assert "Not canceled by the output away: Nobody is there." in message_of(done, ())
