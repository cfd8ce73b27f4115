"""Outputs, spools and stores that fail while a job is printed."""

import asyncio
from collections.abc import Sequence

import pytest

from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.interfaces import (
    DocumentStream,
    OutputError,
    Parcel,
    SpoolFailed,
    StoreError,
    StoreUnavailable,
)
from ippserver.model.errors import NotPossible
from ippserver.model.states import JobEvent
from tests.engine.faults import FaultySpool, FaultyStore, Tray
from tests.engine.house import TEXT, House, house_of


@pytest.mark.parametrize("stage", ["plan", "deliver"])
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OutputError("The tray is full."), "The tray is full."),
        (RuntimeError("a bug"), "The server failed while printing this job."),
        (NotPossible("odd"), "The server failed while printing this job."),
        (OSError(28, "No space left on device"), "The server failed while printing this job."),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_an_output_that_fails_aborts_its_job_and_no_other(
    house: House, tray: Tray, stage: str, error: Exception, message: str
) -> None:
    tray.faults.fails(stage, error)
    async with house.printing():
        job, following = await house.print(), await house.print()
        after = await house.until(job.id, JobState.ABORTED)
        await house.until(following.id, JobState.COMPLETED)
    assert after.reasons == {Reason.ABORTED_BY_SYSTEM, Reason.JOB_RESTARTABLE}
    assert after.message == message
    assert tray.delivered == {"2-1": TEXT}
    house.assert_idle()


class Sudden(Tray):
    """An Output in which something of its own is cancelled."""

    def __init__(self, stage: str) -> None:
        super().__init__()
        self.stage = stage

    async def plan(self, parcel: Parcel) -> str:
        """Perhaps."""
        if self.stage == "plan":
            raise asyncio.CancelledError
        return await super().plan(parcel)

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Perhaps."""
        raise asyncio.CancelledError


@pytest.mark.parametrize("stage", ["plan", "deliver"])
async def test_a_job_whose_output_is_cut_off_by_its_own_fault_is_not_completed(stage: str) -> None:
    house = await house_of(Sudden(stage))
    async with house.printing():
        job = await house.print()
        after = await house.until(job.id, JobState.ABORTED)
    assert "cut off" in after.message
    house.assert_idle()


async def test_a_spool_that_fails_aborts_the_job(tray: Tray) -> None:
    spool = FaultySpool()
    house = await house_of(tray, spool=spool)
    spool.faults.fails("read", SpoolFailed("the disk is gone"))
    async with house.printing():
        job = await house.print()
        assert (await house.until(job.id, JobState.ABORTED)).message == "the disk is gone"


async def test_a_document_that_is_gone_aborts_the_job(house: House) -> None:
    await house.printer.pause()
    job = await house.print()
    await house.spool.delete([job.documents[0].key])
    async with house.printing():
        await house.printer.resume()
        after = await house.until(job.id, JobState.ABORTED)
    assert "no document" in after.message


async def test_a_job_that_one_output_does_not_have_is_restarted_for_that_one_alone(tray: Tray) -> None:
    other = Tray("other")
    house = await house_of(tray, other)
    other.faults.fails("deliver", OutputError("jam"))
    async with house.printing():
        job = await house.print()
        done = await house.until(job.id, JobState.COMPLETED)
    assert (tray.delivered, other.delivered) == ({"1-1": TEXT}, {})
    assert done.reasons == {Reason.JOB_COMPLETED_WITH_ERRORS, Reason.JOB_RESTARTABLE}
    assert done.message == "The output other does not have it: jam"
    async with house.printing():
        await house.jobs.on(job.id, JobEvent.RESTART)
        done = await house.until(job.id, JobState.COMPLETED)
    assert Reason.JOB_COMPLETED_SUCCESSFULLY in done.reasons
    assert other.delivered == {"1-1": TEXT}
    assert (tray.faults.calls.count("deliver"), other.faults.calls.count("deliver")) == (1, 2)


@pytest.mark.parametrize("minimum_seconds", [0.0, 5.0])
@pytest.mark.parametrize("failing", range(4))
@pytest.mark.parametrize("error", [StoreUnavailable("locked"), StoreError("I/O error")])
async def test_a_store_that_fails_for_a_time_delays_a_job_and_loses_nothing(
    tray: Tray, minimum_seconds: float, failing: int, error: StoreError
) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store, minimum_processing_seconds=minimum_seconds)
    gate = tray.faults.waits("deliver")
    async with house.time_passing():
        store.faults.fails("update", *([error] * failing))
        async with house.printing():
            job = await house.print()
            await tray.reached()
            store.faults.fails("update", *([error] * failing))
            gate.set()
            done = await house.until(job.id, JobState.COMPLETED)
            await house.settle()
    assert (done.attempts, tray.delivered) == (1, {"1-1": TEXT})
    assert tray.faults.calls.count("deliver") == 1
    assert done.documents[0].deliveries[0].done
    house.assert_idle()


async def test_a_store_that_stays_away_is_asked_more_and_more_rarely(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        store.faults.fails("update", *[StoreUnavailable("locked")] * 8)
        gate.set()
        for seconds in (1, 2, 4, 8, 16, 30, 30, 30):
            await house.clock.until_sleeping()
            house.clock.advance(seconds - 0.5)
            await house.settle()
            assert house.clock.sleepers == 1, f"asked again before {seconds} s"
            house.clock.advance(0.5)
            await house.settle()
        assert (await house.job(job.id)).state is JobState.COMPLETED
    house.assert_idle()


async def test_a_failure_that_cannot_be_stored_at_once_is_stored_later(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    tray.faults.fails("deliver", OutputError("no paper"))
    gate = tray.faults.waits("deliver")
    async with house.time_passing(), house.printing():
        job = await house.print()
        await tray.reached()
        store.faults.fails("update", StoreUnavailable("locked"), StoreUnavailable("locked"))
        gate.set()
        assert (await house.until(job.id, JobState.ABORTED)).message == "no paper"
    house.assert_idle()


async def test_a_job_that_is_canceled_while_the_store_fails_is_canceled(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    store.faults.fails("update", StoreUnavailable("locked"))
    async with house.printing():
        job = await house.print()
        await house.clock.until_sleeping()
        await house.cancel(job)
        house.clock.advance(1.0)
        await house.settle()
    assert (await house.job(job.id)).state is JobState.CANCELED
    assert tray.delivered == {}
    house.assert_idle()
