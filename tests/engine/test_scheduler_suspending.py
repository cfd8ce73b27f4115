"""Jobs that are suspended and resumed at every stage of their printing (RFC 3998 4.3)."""

import asyncio
from collections.abc import Sequence

import pytest

from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.interfaces import DocumentStream, OutputError, Parcel
from ippserver.model.job import Job
from ippserver.model.states import IllegalTransition, JobEvent
from tests.engine.faults import Tray
from tests.engine.house import TEXT, House, Store, house_of


async def suspend(house: House, job: Job) -> Job:
    return await house.jobs.on(job.id, JobEvent.SUSPEND)


async def resume(house: House, job: Job) -> Job:
    return await house.jobs.on(job.id, JobEvent.RESUME_JOB)


async def test_the_work_stops_and_the_next_job_begins(house: House, tray: Tray) -> None:
    gate = tray.faults.waits("deliver")
    async with house.printing():
        first, second = await house.print(), await house.print()
        await tray.reached()
        assert (await suspend(house, first)).reasons == {Reason.JOB_SUSPENDED}
        await house.until(second.id, JobState.PROCESSING)
        assert tray.interrupted == 1
        assert house.jobs.ahead_of(await house.job(first.id)) == 1
        gate.set()
        await house.until(second.id, JobState.COMPLETED)
    assert list(tray.delivered) == ["2-1"]
    assert (await house.job(first.id)).suspended


async def test_a_resumed_job_is_printed_whole_at_its_turn(house: House, tray: Tray) -> None:
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await suspend(house, job)
        await resume(house, job)
        gate.set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": TEXT}
    assert done.attempts == 1
    house.assert_idle()


async def test_what_was_delivered_whole_is_not_delivered_again(house: House, tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=60.0)
    async with house.printing():
        job = await house.print()
        await house.until_job(job.id, lambda job: bool(job.documents[0].deliveries) and _done(job))
        await suspend(house, job)
        await house.settle()
        assert (await house.job(job.id)).suspended
        await resume(house, job)
        await house.until(job.id, JobState.PROCESSING)
        await house.clock.until_sleeping()
        house.clock.advance(60.0)
        await house.until(job.id, JobState.COMPLETED)
    assert tray.faults.calls.count("deliver") == 1


def _done(job: Job) -> bool:
    return all(delivery.done for delivery in job.documents[0].deliveries)


class Reluctant(Tray):
    """An output that takes its time to let go."""

    def __init__(self) -> None:
        super().__init__()
        self.may_let_go = asyncio.Event()
        self.working = 0
        self.most_working = 0

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """As Tray.deliver."""
        self.working += 1
        self.most_working = max(self.most_working, self.working)
        try:
            return await super().deliver(parcel, target, contents)
        except asyncio.CancelledError:
            await self.may_let_go.wait()
            raise
        finally:
            self.working -= 1


async def test_a_job_is_not_begun_again_before_the_work_on_it_has_ended() -> None:
    tray = Reluctant()
    house = await house_of(tray, concurrency=3)
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await suspend(house, job)
        await resume(house, job)
        await house.settle()
        assert (await house.job(job.id)).state is JobState.PENDING
        tray.may_let_go.set()
        gate.set()
        await house.until(job.id, JobState.COMPLETED)
    assert tray.most_working == 1
    assert tray.delivered == {"1-1": TEXT}
    house.assert_idle()


async def test_a_suspended_job_is_canceled_at_once(house: House, tray: Tray) -> None:
    tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await suspend(house, job)
        after = await house.cancel(job)
        await house.settle()
    assert after.state is JobState.CANCELED
    assert after.reasons == {Reason.JOB_CANCELED_BY_USER, Reason.JOB_RESTARTABLE}
    assert await house.job(job.id) == after
    house.assert_idle()


async def test_a_job_restarted_while_its_old_work_ends_is_printed_again() -> None:
    tray = Reluctant()
    house = await house_of(tray)
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await suspend(house, job)
        await house.cancel(job)
        await house.jobs.on(job.id, JobEvent.RESTART)
        tray.may_let_go.set()
        gate.set()
        await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": TEXT}


class Failing(Tray):
    """An output that is stuck when it shall let go."""

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """As Tray.deliver."""
        try:
            return await super().deliver(parcel, target, contents)
        except asyncio.CancelledError:
            raise OutputError("It is stuck.") from None


async def test_an_output_that_fails_while_it_lets_go_is_tried_again_when_the_job_goes_on() -> None:
    failing = Failing()
    house = await house_of(failing)
    gate = failing.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await failing.reached()
        await suspend(house, job)
        await house.settle()
        assert (await house.job(job.id)).suspended
        gate.set()
        await house.jobs.on(job.id, JobEvent.RESUME_JOB)
        done = await house.until(job.id, JobState.COMPLETED)
    assert (failing.delivered, done.undelivered) == ({"1-1": TEXT}, ())


@pytest.mark.parametrize("orderly", [True, False])
async def test_a_suspended_job_stays_so_when_the_server_starts_again(
    store: Store, tray: Tray, orderly: bool
) -> None:
    house = await House(tray, store=store).open()
    tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await suspend(house, job)
        await house.settle()
    if orderly:
        await house.jobs.put_back()
    del tray.faults.gates["deliver"]
    again = await house.moved()
    async with again.printing():
        await again.settle()
        assert (await again.job(job.id)).suspended
        assert tray.delivered == {}
        await resume(again, job)
        await again.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": TEXT}


async def test_a_job_that_is_not_begun_cannot_be_suspended(house: House, tray: Tray) -> None:
    gate = tray.faults.waits("plan")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        with pytest.raises(IllegalTransition):
            await suspend(house, job)
        gate.set()
        await house.until(job.id, JobState.COMPLETED)


async def test_a_job_that_is_moved_while_it_begins_is_printed_once(tray: Tray) -> None:
    house = await house_of(tray, concurrency=2)
    gate = tray.faults.waits("plan")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await house.jobs.move(job, 100, behind=None, change=lambda job: job)
        await house.settle()
        gate.set()
        await house.until(job.id, JobState.COMPLETED)
        await house.settle()
    assert tray.faults.calls.count("plan") == 1
    house.assert_idle()
