import asyncio

import pytest

from ippserver.iana.enums import JobState, PrinterState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.iana.keywords import PrinterStateReason
from ippserver.ipp.values import Keyword
from ippserver.model.printer import PrinterConfig
from ippserver.model.states import TERMINAL, JobEvent
from tests.engine.faults import Tray
from tests.engine.house import CONFIG, TEXT, House, Store, house_of


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
    house.assert_idle()


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
        await tray.reached()
        await house.settle()
        assert (tray.busy, house.printer.status.processing) == (concurrency, concurrency)
        gate.set()
        for job in jobs:
            await house.until(job.id, JobState.COMPLETED)
    assert tray.most_busy == concurrency
    house.assert_idle()


async def test_printers_do_not_wait_for_each_other(tray: Tray) -> None:
    elsewhere = PrinterConfig(path="/ipp/other", name="other", minimum_processing_seconds=0.0)
    house = await House(tray, configs=[CONFIG, elsewhere]).open()
    gate = tray.faults.waits("deliver")
    async with house.printing():
        one, other = await house.print(), await house.print(printer=elsewhere.path)
        await tray.reached()
        await house.settle()
        assert tray.busy == 2
        gate.set()
        for job in (one, other):
            await house.until(job.id, JobState.COMPLETED)


async def test_a_job_and_its_printer_are_seen_processing_for_a_while_and_the_next_does_not_wait(
    tray: Tray,
) -> None:
    house = await house_of(tray, minimum_processing_seconds=5.0)
    async with house.printing():
        job, following = await house.print(), await house.print()
        await house.clock.until_sleeping(2)
        assert list(tray.delivered) == ["1-1", "2-1"]
        for each in (job, following):
            lingering = await house.job(each.id)
            assert lingering.state is JobState.PROCESSING
            assert lingering.documents[0].deliveries[0].done
        assert house.printer.status.state is PrinterState.PROCESSING
        assert house.printer.status.queued == 2
        house.clock.advance(4.9)
        await house.settle()
        assert (await house.job(job.id)).state is JobState.PROCESSING
        house.clock.advance(0.2)
        for each in (job, following):
            await house.until(each.id, JobState.COMPLETED)
        house.assert_idle()


async def test_a_job_that_took_long_does_not_stay_longer(tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=5.0)
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await tray.reached()
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
        await tray.reached()
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
    house.assert_idle()


async def test_a_job_whose_printer_is_paused_while_it_is_planned_does_not_begin(
    house: House, tray: Tray
) -> None:
    gate = tray.faults.waits("plan")
    async with house.printing():
        job = await house.print()
        await tray.reached()
        await house.printer.pause()
        gate.set()
        await house.settle()
        assert (await house.job(job.id)).state is JobState.PENDING
        assert house.printer.status.state is PrinterState.STOPPED
        await house.printer.resume()
        await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered) == ["1-1"]


# ---- stopping and starting


async def test_a_job_that_a_stop_interrupts_is_printed_once_after_the_start(store: Store, tray: Tray) -> None:
    house = await house_of(tray, store=store)
    tray.faults.waits("deliver")
    async with house.printing():
        job = await house.print()
        await tray.reached()
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
        await tray.reached()
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
