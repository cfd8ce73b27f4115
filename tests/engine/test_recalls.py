"""What outputs take back of Jobs that are canceled, now or later."""

from typing import Final

import pytest

from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import OutputError, OutputUnavailable, Parcel, StoreUnavailable
from ippserver.model.delivery import RetryPolicy
from ippserver.model.ending import message_of, reasons_of_deliveries
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from tests.engine.faults import FaultyStore, Tray
from tests.engine.house import House, Store

POLICY: Final = RetryPolicy(attempts=2, first_seconds=60.0)
DOWN: Final = OutputUnavailable("Nobody is there.")


class Taking:
    """Takes back what it is told, when its faults are over."""

    def __init__(self, *faults: Exception) -> None:
        self.tries: list[tuple[int, str]] = []
        self.faults = list(faults)

    async def __call__(self, parcel: Parcel, target: str) -> None:
        """As interfaces.Recall."""
        self.tries.append((parcel.job.id, target))
        if self.faults:
            raise self.faults.pop(0)


async def house_of(tray: Tray, taking: Taking, store: Store | None = None) -> House:
    """A Printer whose output is down."""
    tray.faults.fails("deliver", DOWN, DOWN)
    return await House(tray, recalls={tray.name: taking}, retry=POLICY, store=store).open()


async def canceled(house: House) -> Job:
    """A Job that its output had begun with, and that is canceled."""
    job = await house.print()
    await house.clock.until_sleeping()
    await house.cancel(job)
    return await house.until(job.id, JobState.CANCELED)


def is_taken_back(job: Job) -> bool:
    return not any(each.target for document in job.documents for each in document.deliveries)


async def test_what_an_output_has_begun_to_bring_of_a_canceled_job_is_taken_back(tray: Tray) -> None:
    taking = Taking()
    house = await house_of(tray, taking)
    async with house.printing():
        job = await canceled(house)
        job = await house.until_job(job.id, is_taken_back)
    assert taking.tries == [(job.id, "1-1")]
    assert message_of(job, ()) == "Canceled."


async def test_what_is_completed_is_not_taken_back(tray: Tray) -> None:
    taking = Taking()
    house = await House(tray, recalls={tray.name: taking}).open()
    async with house.printing():
        job = await house.print()
        await house.until(job.id, JobState.COMPLETED)
        await house.settle()
    assert taking.tries == []


async def test_what_cannot_be_taken_back_now_is_later_and_the_job_tells_of_it(tray: Tray) -> None:
    taking = Taking(DOWN, DOWN)
    house = await house_of(tray, taking)
    async with house.printing():
        job = await canceled(house)
        waiting = await house.until_job(job.id, lambda job: bool(job.documents[0].deliveries[0].missed))
        assert message_of(waiting, ()) == "Canceled. Not canceled yet by the output tray: Nobody is there."
        assert reasons_of_deliveries(waiting, ()) == {JobStateReason.CONNECTING_TO_DESTINATION}
        async with house.time_passing():
            done = await house.until_job(job.id, is_taken_back)
    assert len(taking.tries) == 3
    assert message_of(done, ()) == "Canceled."
    assert reasons_of_deliveries(done, ()) == set()


async def test_what_can_never_be_taken_back_is_told(tray: Tray) -> None:
    taking = Taking(OutputError("It may not be canceled."))
    house = await house_of(tray, taking)
    async with house.printing():
        job = await canceled(house)
        job = await house.until_job(job.id, is_taken_back)
    assert message_of(job, ()) == "Canceled. Not canceled by the output tray: It may not be canceled."
    assert reasons_of_deliveries(job, ()) == set()
    assert len(taking.tries) == 1


async def test_a_bug_in_an_output_costs_one_job_its_cancelation(
    tray: Tray, caplog: pytest.LogCaptureFixture
) -> None:
    taking = Taking(RuntimeError("a bug"))
    tray.faults.fails("deliver", DOWN, DOWN)
    house = await house_of(tray, taking)
    async with house.printing():
        job = await house.until_job((await canceled(house)).id, is_taken_back)
        await house.until_job((await canceled(house)).id, is_taken_back)
    assert message_of(job, ()) == (
        "Canceled. Not canceled by the output tray: The server failed while canceling this job."
    )
    assert "RuntimeError: a bug" in caplog.text
    assert len(taking.tries) == 2


@pytest.mark.parametrize("pauses", [0, 20])
async def test_it_is_remembered_over_a_restart(store: Store, tray: Tray, pauses: int) -> None:
    taking = Taking(DOWN)
    house = await house_of(tray, taking, store)
    async with house.printing():
        job = await canceled(house)
        await house.settle()
    house = await house.moved()
    async with house.printing(), house.time_passing():
        await house.until_job(job.id, is_taken_back)
    assert taking.tries == [(job.id, "1-1")] * 2


async def test_it_is_remembered_over_a_restart_of_a_job_that_is_printed_again(
    store: Store, tray: Tray
) -> None:
    taking = Taking(*[DOWN] * 100)
    house = await house_of(tray, taking, store)
    async with house.printing():
        job = await canceled(house)
        await house.until_job(job.id, lambda job: bool(job.documents[0].deliveries[0].missed))
        tray.faults.fails("deliver")
        await house.jobs.on(job.id, JobEvent.RESTART)
        async with house.time_passing():
            await house.until(job.id, JobState.COMPLETED)
    taking.faults.clear()
    taking.tries.clear()
    house = await house.moved()
    async with house.printing(), house.time_passing():
        done = await house.until_job(job.id, lambda job: not job.documents[0].left_behind)
    assert taking.tries == [(job.id, "1-1")]
    assert (done.state, done.documents[0].deliveries[0].done) == (JobState.COMPLETED, True)
    house = await house.moved()
    async with house.printing():
        await house.settle()
    assert len(taking.tries) == 1


async def test_it_is_forgotten_with_its_job(tray: Tray) -> None:
    taking = Taking(*[DOWN] * 5)
    house = await house_of(tray, taking)
    async with house.printing():
        job = await canceled(house)
        await house.settle()
        await house.jobs.delete([job.id])
        for _ in range(3):
            house.clock.advance(1000.0)
            await house.settle()
    assert len(taking.tries) == 2


async def test_of_a_job_that_is_printed_again_only_the_old_one_is_taken_back(tray: Tray) -> None:
    taking = Taking(DOWN)
    house = await house_of(tray, taking)
    async with house.printing():
        job = await canceled(house)
        await house.settle()
        tray.faults.fails("deliver")
        await house.jobs.on(job.id, JobEvent.RESTART)
        async with house.time_passing():
            done = await house.until(job.id, JobState.COMPLETED)
            while len(taking.tries) < 2:
                await house.settle()
    assert done.documents[0].deliveries[0].target == "1-1"
    assert (await house.job(job.id)).state is JobState.COMPLETED


async def test_a_store_that_fails_does_not_end_it(tray: Tray) -> None:
    store, taking = FaultyStore(), Taking(DOWN)
    house = await house_of(tray, taking, store)
    async with house.printing():
        job = await canceled(house)
        store.faults.fails("update", StoreUnavailable("disk full"))
        async with house.time_passing():
            await house.until_job(job.id, is_taken_back)
    assert len(taking.tries) == 2
    assert store.faults.errors["update"] == []
