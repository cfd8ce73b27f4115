"""Jobs that are canceled, held or purged at every stage of their printing."""

import asyncio
from collections.abc import Sequence

import pytest

from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.interfaces import (
    DocumentStream,
    Parcel,
    StoreUnavailable,
)
from ippserver.model.job import Job
from ippserver.model.states import IllegalTransition, JobEvent
from tests.engine.faults import PATIENCE_SECONDS, FaultyStore, Tray
from tests.engine.house import TEXT, House, Store, house_of


async def test_a_job_is_canceled_before_it_begins(house: House, tray: Tray) -> None:
    await house.printer.pause()
    async with house.printing():
        job = await house.print()
        await house.cancel(job)
        await house.printer.resume()
        await house.settle()
    after = await house.job(job.id)
    assert after.state is JobState.CANCELED
    assert after.reasons == {Reason.JOB_CANCELED_BY_USER, Reason.JOB_RESTARTABLE}
    assert tray.delivered == {}
    house.assert_idle()


async def test_a_job_is_canceled_while_it_is_planned(house: House, tray: Tray) -> None:
    gate = tray.faults.waits("plan")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await house.cancel(job)
        gate.set()
        await house.settle()
    assert (await house.job(job.id)).state is JobState.CANCELED
    assert tray.delivered == {}
    house.assert_idle()


async def test_an_output_that_hangs_while_it_plans_is_let_go_with_its_job(house: House, tray: Tray) -> None:
    tray.faults.waits("plan")
    async with house.printing():
        canceled, purged = await house.print(), await house.print()
        await tray.reached()
        await house.cancel(canceled)
        await house.settle()
        assert house.printer.status.processing == 1
        await house.jobs.delete([purged.id])
        await house.settle()
        house.assert_idle()
    assert (await house.job(canceled.id)).state is JobState.CANCELED


async def test_a_job_is_canceled_while_its_beginning_is_stored(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    deliver = tray.faults.waits("deliver")
    gate = store.faults.waits("update-done")
    async with house.printing(), asyncio.timeout(PATIENCE_SECONDS):
        job = await house.print()
        await store.faults.reached.wait()  # begun, and nobody knows
        canceling = asyncio.ensure_future(house.cancel(job))
        await house.settle()
        gate.set()
        assert (await canceling).canceling
        after = await house.until(job.id, JobState.CANCELED)
    assert after.reasons == {Reason.JOB_CANCELED_BY_USER, Reason.JOB_RESTARTABLE}
    assert not deliver.is_set()
    assert tray.delivered == {}
    house.assert_idle()


async def test_a_job_is_canceled_while_it_is_delivered(house: House, tray: Tray) -> None:
    tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        assert Reason.PROCESSING_TO_STOP_POINT in (await house.cancel(job)).reasons
        with pytest.raises(IllegalTransition):
            await house.cancel(job)
        after = await house.until(job.id, JobState.CANCELED)
    assert after.reasons == {Reason.JOB_CANCELED_BY_USER, Reason.JOB_RESTARTABLE}
    assert (tray.interrupted, tray.delivered) == (1, {})
    house.assert_idle()


async def test_a_job_is_canceled_after_its_delivery_and_says_what_was_delivered(tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=5.0)
    async with house.printing():
        job = await house.print()
        await house.clock.until_sleeping()
        await house.cancel(job)
        after = await house.until(job.id, JobState.CANCELED)
    assert after.documents[0].deliveries[0].done
    assert house.clock.sleepers == 0


async def test_a_job_whose_end_is_stored_cannot_be_canceled(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    deliver = tray.faults.waits("deliver")
    async with house.printing(), asyncio.timeout(PATIENCE_SECONDS):
        job = await house.print()
        await tray.reached()
        gate = store.faults.waits("update-done")
        deliver.set()
        await store.faults.reached.wait()  # completed, and nobody knows
        with pytest.raises(IllegalTransition):
            await house.cancel(job)
        gate.set()
        assert (await house.until(job.id, JobState.COMPLETED)).reasons == {
            Reason.JOB_COMPLETED_SUCCESSFULLY,
            Reason.JOB_RESTARTABLE,
        }
        await house.settle()
    house.assert_idle()


@pytest.mark.parametrize("pauses", range(12))
async def test_canceling_at_any_moment_ends_the_job_one_way_or_the_other(
    store: Store, tray: Tray, pauses: int
) -> None:
    house = await house_of(tray, store=store, concurrency=3)
    async with house.printing():
        jobs = [await house.print() for _ in range(5)]
        for _ in range(pauses):
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(*(house.cancel(job) for job in jobs), return_exceptions=True)
        ended = [await house.until_job(job.id, lambda job: job.terminal) for job in jobs]
        await house.settle()
    for job, outcome in zip(ended, outcomes, strict=True):
        if isinstance(outcome, Job):
            assert job.state is JobState.CANCELED
            assert Reason.JOB_CANCELED_BY_USER in job.reasons
        else:
            assert isinstance(outcome, IllegalTransition)
            assert job.state is JobState.COMPLETED
    house.assert_idle()


async def test_a_job_that_is_held_while_it_is_planned_waits_and_is_printed_once(
    house: House, tray: Tray
) -> None:
    gate = tray.faults.waits("plan")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await house.jobs.on(job.id, JobEvent.HOLD)
        gate.set()
        await house.settle()
        assert (await house.job(job.id)).state is JobState.PENDING_HELD
        await house.jobs.apply(
            job.id,
            lambda job: job.on(JobEvent.RELEASE, house.clock.now(), drops={Reason.JOB_HOLD_UNTIL_SPECIFIED}),
        )
        await house.until(job.id, JobState.COMPLETED)
    assert tray.faults.calls.count("deliver") == 1


async def test_a_job_that_is_held_and_released_while_it_is_planned_is_printed_once(tray: Tray) -> None:
    house = await house_of(tray, concurrency=3)
    gate = tray.faults.waits("plan")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await house.jobs.on(job.id, JobEvent.HOLD)
        await house.jobs.apply(
            job.id,
            lambda job: job.on(JobEvent.RELEASE, house.clock.now(), drops={Reason.JOB_HOLD_UNTIL_SPECIFIED}),
        )
        await house.settle()
        gate.set()
        await house.until(job.id, JobState.COMPLETED)
        await house.settle()
    assert tray.faults.calls.count("deliver") == 1
    house.assert_idle()


@pytest.mark.parametrize("stage", ["plan", "deliver"])
async def test_a_job_that_is_purged_while_it_is_printed_is_stopped_and_gone(
    house: House, tray: Tray, stage: str
) -> None:
    gate = tray.faults.waits(stage)
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await house.jobs.delete([job.id])
        await house.settle()
        gate.set()
        await house.settle()
        assert await house.jobs.get(job.id) is None
        house.assert_idle()
        following = await house.print()
        await house.until(following.id, JobState.COMPLETED)
    assert tray.delivered == {"2-1": TEXT}


class Careful(Tray):
    """An Output that has to tidy up before it lets go."""

    def __init__(self) -> None:
        super().__init__()
        self.tidy = asyncio.Event()
        self.tidied = False

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Works until it is interrupted."""
        self.faults.reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            await self.tidy.wait()
            self.tidied = True
        return target


async def test_an_output_that_is_told_to_stop_is_not_told_again() -> None:
    tray = Careful()
    house = await house_of(tray)
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await house.cancel(job)
        await house.settle()
        await house.jobs.delete([job.id])
        await house.settle()
        tray.tidy.set()
        await house.settle()
    assert tray.tidied
    house.assert_idle()


async def test_a_job_that_is_purged_while_only_its_state_waits_is_gone(tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=5.0)
    async with house.printing():
        job = await house.print()
        await house.clock.until_sleeping()
        await house.jobs.delete([job.id])
        await house.settle()
    assert house.clock.sleepers == 0
    house.assert_idle()


async def test_a_purge_that_fails_leaves_the_job_in_process_alone(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    gate = tray.faults.waits("deliver")
    store.faults.fails("delete", StoreUnavailable("locked"))
    async with house.printing():
        job = await house.print()
        await tray.reached()
        with pytest.raises(StoreUnavailable):
            await house.jobs.delete([job.id])
        await house.settle()
        assert (await house.job(job.id)).state is JobState.PROCESSING
        gate.set()
        await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": TEXT}


async def test_a_restarted_job_is_printed_again(house: House, tray: Tray) -> None:
    async with house.printing():
        job = await house.print()
        await house.until(job.id, JobState.COMPLETED)
        await house.jobs.on(job.id, JobEvent.RESTART)
        await house.until(job.id, JobState.COMPLETED)
    assert tray.faults.calls == ["plan", "deliver", "plan", "deliver"]
