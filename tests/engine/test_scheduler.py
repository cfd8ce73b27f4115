import asyncio
from dataclasses import replace
from typing import Any

import pytest

from ippserver.iana.enums import JobState, PrinterState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.iana.keywords import PrinterStateReason
from ippserver.interfaces import (
    DocumentStream,
    OutputError,
    Parcel,
    SpoolFailed,
    StoreError,
    StoreUnavailable,
)
from ippserver.ipp.values import Keyword
from ippserver.model.errors import NotPossible
from ippserver.model.job import Job
from ippserver.model.printer import PrinterConfig
from ippserver.model.states import TERMINAL, IllegalTransition, JobEvent
from tests.engine.house import CONFIG, PATIENCE_SECONDS, TEXT, FaultySpool, FaultyStore, House, Store, Tray


async def house_of(
    tray: Tray, *more: Tray, store: Store | None = None, spool: FaultySpool | None = None, **config: Any
) -> House:
    """A house whose printer is as `config` says."""
    return await House(tray, *more, configs=[replace(CONFIG, **config)], store=store, spool=spool).open()


async def cancel(house: House, job: Job) -> Job:
    """As Cancel-Job."""
    return await house.jobs.apply(
        job.id, lambda job: job.on(JobEvent.CANCEL, house.clock.now(), adds={Reason.JOB_CANCELED_BY_USER})
    )


async def reached(tray: Tray) -> None:
    """Returns when the tray waits at its gate."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await tray.faults.reached.wait()


def assert_idle(house: House) -> None:
    status = house.printer.status
    assert (status.processing, status.queued, status.state) == (0, 0, PrinterState.IDLE)


def shown(house: House) -> tuple[PrinterState, tuple[Keyword, ...]]:
    """printer-state and printer-state-reasons."""
    status = house.printer.status
    return status.state, status.reasons


# ---- the usual way


async def test_a_job_is_delivered_and_completed(store: Store, tray: Tray) -> None:
    house = await house_of(tray, store=store)
    async with house.printing():
        job = await house.print(TEXT)
        done = await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {f"{job.id}-1": TEXT}
    assert done.reasons == {Reason.JOB_COMPLETED_SUCCESSFULLY, Reason.JOB_RESTARTABLE}
    assert [(each.output, each.target, each.done) for each in done.documents[0].deliveries] == [
        ("tray", f"{job.id}-1", True)
    ]
    assert done.attempts == 1
    assert_idle(house)


async def test_every_document_goes_to_every_output(tray: Tray) -> None:
    other = Tray("other")
    house = await house_of(tray, other)
    async with house.printing():
        job = await house.create()
        await house.send(job.id, b"one", last=False)
        await house.send(job.id, b"two", last=True)
        await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == other.delivered == {"1-1": b"one", "1-2": b"two"}


async def test_a_job_without_documents_completes(house: House) -> None:
    async with house.printing():
        job = await house.create()
        await house.send(job.id, None, last=True)
        assert (await house.until(job.id, JobState.COMPLETED)).documents == ()


async def test_jobs_that_wait_at_the_start_are_printed(house: House, tray: Tray) -> None:
    jobs = [await house.print() for _ in range(3)]
    moved = await house.moved()
    async with moved.printing():
        for job in jobs:
            await moved.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered) == ["1-1", "2-1", "3-1"]


async def test_jobs_are_printed_by_priority_then_by_age(house: House, tray: Tray) -> None:
    priorities = [50, 1, 100, 50, 99]
    jobs = [await house.print(priority=priority) for priority in priorities]
    async with house.printing():
        for job in jobs:
            await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered) == ["3-1", "5-1", "1-1", "4-1", "2-1"]


@pytest.mark.parametrize("concurrency", [1, 2, 5])
async def test_so_many_jobs_are_processed_at_once(tray: Tray, concurrency: int) -> None:
    house = await house_of(tray, concurrency=concurrency)
    jobs = [await house.print() for _ in range(7)]
    gate = tray.faults.waits("deliver")
    async with house.printing():
        await reached(tray)
        await house.settle()
        assert (tray.busy, house.printer.status.processing) == (concurrency, concurrency)
        gate.set()
        for job in jobs:
            await house.until(job.id, JobState.COMPLETED)
    assert tray.most_busy == concurrency
    assert_idle(house)


async def test_printers_do_not_wait_for_each_other(tray: Tray) -> None:
    elsewhere = PrinterConfig(path="/ipp/other", name="other", minimum_processing_seconds=0.0)
    house = await House(tray, configs=[CONFIG, elsewhere]).open()
    gate = tray.faults.waits("deliver")
    async with house.printing():
        one, other = await house.print(), await house.print(printer=elsewhere.path)
        await reached(tray)
        await house.settle()
        assert tray.busy == 2
        gate.set()
        for job in (one, other):
            await house.until(job.id, JobState.COMPLETED)


async def test_a_job_stays_processing_for_a_while_but_its_printer_does_not(tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=5.0)
    async with house.printing():
        job, following = await house.print(), await house.print()
        await house.clock.until_sleeping(2)
        assert list(tray.delivered) == ["1-1", "2-1"]
        for each in (job, following):
            lingering = await house.job(each.id)
            assert lingering.state is JobState.PROCESSING
            assert lingering.documents[0].deliveries[0].done
        assert house.printer.status.state is PrinterState.IDLE
        assert house.printer.status.queued == 2
        house.clock.advance(4.9)
        await house.settle()
        assert (await house.job(job.id)).state is JobState.PROCESSING
        house.clock.advance(0.2)
        for each in (job, following):
            await house.until(each.id, JobState.COMPLETED)


async def test_a_job_that_took_long_does_not_stay_longer(tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=5.0)
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await reached(tray)
        house.clock.advance(6.0)
        gate.set()
        await house.until(job.id, JobState.COMPLETED)
    assert house.clock.sleepers == 0


# ---- pausing


async def test_a_paused_printer_finishes_what_is_in_process_and_begins_nothing(
    house: House, tray: Tray
) -> None:
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await reached(tray)
        await house.printer.pause()
        waiting = await house.print()
        assert shown(house) == (PrinterState.PROCESSING, (PrinterStateReason.MOVING_TO_PAUSED,))
        gate.set()
        await house.until(job.id, JobState.COMPLETED)
        await house.settle()
        assert shown(house) == (PrinterState.STOPPED, (PrinterStateReason.PAUSED,))
        assert (await house.job(waiting.id)).state is JobState.PENDING
        await house.printer.resume()
        await house.until(waiting.id, JobState.COMPLETED)
    assert_idle(house)


async def test_a_job_whose_printer_is_paused_while_it_is_planned_does_not_begin(
    house: House, tray: Tray
) -> None:
    gate = tray.faults.waits("plan")
    async with house.printing():
        job = await house.print()
        await reached(tray)
        await house.printer.pause()
        gate.set()
        await house.settle()
        assert (await house.job(job.id)).state is JobState.PENDING
        assert house.printer.status.state is PrinterState.STOPPED
        await house.printer.resume()
        await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered) == ["1-1"]


# ---- canceling, holding, purging


async def test_a_job_is_canceled_before_it_begins(house: House, tray: Tray) -> None:
    await house.printer.pause()
    async with house.printing():
        job = await house.print()
        await cancel(house, job)
        await house.printer.resume()
        await house.settle()
    after = await house.job(job.id)
    assert after.state is JobState.CANCELED
    assert after.reasons == {Reason.JOB_CANCELED_BY_USER, Reason.JOB_RESTARTABLE}
    assert tray.delivered == {}
    assert_idle(house)


async def test_a_job_is_canceled_while_it_is_planned(house: House, tray: Tray) -> None:
    gate = tray.faults.waits("plan")
    async with house.printing():
        job = await house.print()
        await reached(tray)
        await cancel(house, job)
        gate.set()
        await house.settle()
    assert (await house.job(job.id)).state is JobState.CANCELED
    assert tray.delivered == {}
    assert_idle(house)


async def test_a_job_is_canceled_while_its_beginning_is_stored(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    deliver = tray.faults.waits("deliver")
    gate = store.faults.waits("update-done")
    async with house.printing(), asyncio.timeout(PATIENCE_SECONDS):
        job = await house.print()
        await store.faults.reached.wait()  # begun, and nobody knows
        canceling = asyncio.ensure_future(cancel(house, job))
        await house.settle()
        gate.set()
        assert (await canceling).canceling
        after = await house.until(job.id, JobState.CANCELED)
    assert after.reasons == {Reason.JOB_CANCELED_BY_USER, Reason.JOB_RESTARTABLE}
    assert not deliver.is_set()
    assert tray.delivered == {}
    assert_idle(house)


async def test_a_job_is_canceled_while_it_is_delivered(house: House, tray: Tray) -> None:
    tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await reached(tray)
        assert Reason.PROCESSING_TO_STOP_POINT in (await cancel(house, job)).reasons
        with pytest.raises(IllegalTransition):
            await cancel(house, job)
        after = await house.until(job.id, JobState.CANCELED)
    assert after.reasons == {Reason.JOB_CANCELED_BY_USER, Reason.JOB_RESTARTABLE}
    assert (tray.interrupted, tray.delivered) == (1, {})
    assert_idle(house)


async def test_a_job_is_canceled_after_its_delivery_and_says_what_was_delivered(tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=5.0)
    async with house.printing():
        job = await house.print()
        await house.clock.until_sleeping()
        await cancel(house, job)
        after = await house.until(job.id, JobState.CANCELED)
    assert after.documents[0].deliveries[0].done
    assert house.clock.sleepers == 0


async def test_a_job_whose_end_is_stored_cannot_be_canceled(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    deliver = tray.faults.waits("deliver")
    async with house.printing(), asyncio.timeout(PATIENCE_SECONDS):
        job = await house.print()
        await reached(tray)
        gate = store.faults.waits("update-done")
        deliver.set()
        await store.faults.reached.wait()  # completed, and nobody knows
        with pytest.raises(IllegalTransition):
            await cancel(house, job)
        gate.set()
        assert (await house.until(job.id, JobState.COMPLETED)).reasons == {
            Reason.JOB_COMPLETED_SUCCESSFULLY,
            Reason.JOB_RESTARTABLE,
        }
        await house.settle()
    assert_idle(house)


@pytest.mark.parametrize("pauses", range(12))
async def test_canceling_at_any_moment_ends_the_job_one_way_or_the_other(
    store: Store, tray: Tray, pauses: int
) -> None:
    house = await house_of(tray, store=store, concurrency=3)
    async with house.printing():
        jobs = [await house.print() for _ in range(5)]
        for _ in range(pauses):
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(*(cancel(house, job) for job in jobs), return_exceptions=True)
        ended = [await house.until_job(job.id, lambda job: job.terminal) for job in jobs]
        await house.settle()
    for job, outcome in zip(ended, outcomes, strict=True):
        if isinstance(outcome, Job):
            assert job.state is JobState.CANCELED
            assert Reason.JOB_CANCELED_BY_USER in job.reasons
        else:
            assert isinstance(outcome, IllegalTransition)
            assert job.state is JobState.COMPLETED
    assert_idle(house)


async def test_a_job_that_is_held_while_it_is_planned_waits_and_is_printed_once(
    house: House, tray: Tray
) -> None:
    gate = tray.faults.waits("plan")
    async with house.printing():
        job = await house.print()
        await reached(tray)
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
        await reached(tray)
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
    assert_idle(house)


@pytest.mark.parametrize("stage", ["plan", "deliver"])
async def test_a_job_that_is_purged_while_it_is_printed_is_stopped_and_gone(
    house: House, tray: Tray, stage: str
) -> None:
    gate = tray.faults.waits(stage)
    async with house.printing():
        job = await house.print()
        await reached(tray)
        await house.jobs.delete([job.id])
        await house.settle()
        gate.set()
        await house.settle()
        assert await house.jobs.get(job.id) is None
        assert_idle(house)
        following = await house.print()
        await house.until(following.id, JobState.COMPLETED)
    assert tray.delivered == {"2-1": TEXT}


class Careful(Tray):
    """An Output that has to tidy up before it lets go."""

    def __init__(self) -> None:
        super().__init__()
        self.tidy = asyncio.Event()
        self.tidied = False

    async def deliver(self, parcel: Parcel, target: str, content: DocumentStream) -> str:
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
        await reached(tray)
        await cancel(house, job)
        await house.settle()
        await house.jobs.delete([job.id])
        await house.settle()
        tray.tidy.set()
        await house.settle()
    assert tray.tidied
    assert_idle(house)


async def test_a_job_that_is_purged_while_only_its_state_waits_is_gone(tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=5.0)
    async with house.printing():
        job = await house.print()
        await house.clock.until_sleeping()
        await house.jobs.delete([job.id])
        await house.settle()
    assert house.clock.sleepers == 0
    assert_idle(house)


async def test_a_purge_that_fails_leaves_the_job_in_process_alone(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    gate = tray.faults.waits("deliver")
    store.faults.fails("delete", StoreUnavailable("locked"))
    async with house.printing():
        job = await house.print()
        await reached(tray)
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
        await house.jobs.apply(
            job.id,
            lambda job: replace(
                job.on(JobEvent.RESTART, house.clock.now()),
                documents=tuple(replace(document, deliveries=()) for document in job.documents),
            ),
        )
        await house.until(job.id, JobState.COMPLETED)
    assert tray.faults.calls == ["plan", "deliver", "plan", "deliver"]


# ---- what fails


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
    assert_idle(house)


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


async def test_what_one_output_has_is_not_delivered_again_when_the_other_failed(tray: Tray) -> None:
    other = Tray("other")
    house = await house_of(tray, other)
    other.faults.fails("deliver", OutputError("jam"))
    async with house.printing():
        job = await house.print()
        await house.until(job.id, JobState.ABORTED)
    assert tray.delivered == {"1-1": TEXT}
    assert other.delivered == {}


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
            await reached(tray)
            store.faults.fails("update", *([error] * failing))
            gate.set()
            done = await house.until(job.id, JobState.COMPLETED)
            await house.settle()
    assert (done.attempts, tray.delivered) == (1, {"1-1": TEXT})
    assert tray.faults.calls.count("deliver") == 1
    assert done.documents[0].deliveries[0].done
    assert_idle(house)


async def test_a_failure_that_cannot_be_stored_at_once_is_stored_later(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    tray.faults.fails("plan", OutputError("no paper"))
    store.faults.fails("update", StoreUnavailable("locked"), StoreUnavailable("locked"))
    async with house.time_passing(), house.printing():
        job = await house.print()
        assert (await house.until(job.id, JobState.ABORTED)).message == "no paper"
    assert_idle(house)


async def test_a_job_that_is_canceled_while_the_store_fails_is_canceled(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    store.faults.fails("update", StoreUnavailable("locked"))
    async with house.printing():
        job = await house.print()
        await house.clock.until_sleeping()
        await cancel(house, job)
        house.clock.advance(1.0)
        await house.settle()
    assert (await house.job(job.id)).state is JobState.CANCELED
    assert tray.delivered == {}
    assert_idle(house)


# ---- stopping and starting


async def test_a_job_that_a_stop_interrupts_is_printed_once_after_the_start(store: Store, tray: Tray) -> None:
    house = await house_of(tray, store=store)
    tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await reached(tray)
    await house.jobs.put_back()
    assert (await house.job(job.id)).state is JobState.PENDING
    fresh = Tray()
    moved = await house.moved(fresh)
    async with moved.printing():
        done = await moved.until(job.id, JobState.COMPLETED)
    assert (fresh.delivered, fresh.faults.calls) == ({"1-1": TEXT}, ["deliver"])
    assert done.attempts == 1


async def test_what_was_delivered_before_a_crash_is_not_delivered_again(tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=60.0)
    async with house.printing():
        job = await house.print()
        await house.clock.until_sleeping()
    fresh = Tray()
    moved = await house.moved(fresh)
    async with moved.printing(), moved.time_passing():
        done = await moved.until(job.id, JobState.COMPLETED)
    assert (fresh.faults.calls, done.attempts) == ([], 2)


async def test_an_interrupted_job_waits_a_second_for_each_attempt_while_others_are_printed(
    tray: Tray,
) -> None:
    house = await house_of(tray, minimum_processing_seconds=0.0)
    interrupted = await house.print()
    for _ in range(2):
        await house.jobs.on(interrupted.id, JobEvent.START)
        house = await house.moved(tray)
    async with house.printing():
        await house.clock.until_sleeping()
        other = await house.until((await house.print()).id, JobState.COMPLETED)
        house.clock.advance(1.9)
        await house.settle()
        waiting = await house.job(interrupted.id)
        house.clock.advance(0.1)
        done = await house.until(interrupted.id, JobState.COMPLETED)
    assert (other.state, waiting.state, done.attempts) == (JobState.COMPLETED, JobState.PENDING, 3)


async def test_a_server_killed_soon_after_each_start_uses_up_no_attempts(tray: Tray) -> None:
    house = await house_of(tray)
    job = await house.print()
    await house.jobs.on(job.id, JobEvent.START)
    for _ in range(10):
        house = await house.moved(tray)
        async with house.printing():
            await house.clock.until_sleeping()
    assert (await house.job(job.id)).attempts == 1


@pytest.mark.parametrize("stage", ["plan", "deliver"])
async def test_a_stop_ends_every_task(house: House, tray: Tray, stage: str) -> None:
    before = asyncio.all_tasks()
    tray.faults.waits(stage)
    async with house.printing():
        for _ in range(3):
            await house.print()
        await reached(tray)
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("pauses", range(0, 40, 4))
async def test_a_stop_at_any_moment_leaves_every_job_to_be_taken_up(
    store: Store, tray: Tray, pauses: int
) -> None:
    house = await house_of(tray, store=store, concurrency=2)
    jobs = [await house.print() for _ in range(4)]
    async with house.printing():
        for _ in range(pauses):
            await asyncio.sleep(0)
    await house.jobs.put_back()
    for job in jobs:
        now = await house.job(job.id)
        assert now.state is JobState.PENDING or now.state in TERMINAL
        assert house.jobs.unfinished.get(job.id) == (None if now.terminal else now)
    moved = await house.moved()
    async with moved.printing():
        for job in jobs:
            await moved.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {f"{job.id}-1": TEXT for job in jobs}
