"""RFC 3998: administration of printers, as ippsample's suite demands it; jobs have another file."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.iana.keywords import PrinterStateReason
from ippserver.testing.desk import PDF
from tests.conformance.subject import Subject

PAIRS = [
    (Operation.ENABLE_PRINTER, Operation.DISABLE_PRINTER),
    (Operation.PAUSE_PRINTER, Operation.RESUME_PRINTER),
    (Operation.PAUSE_PRINTER_AFTER_CURRENT_JOB, Operation.RESUME_PRINTER),
    (Operation.HOLD_NEW_JOBS, Operation.RELEASE_HELD_NEW_JOBS),
    (Operation.DEACTIVATE_PRINTER, Operation.ACTIVATE_PRINTER),
    (Operation.DEACTIVATE_PRINTER, Operation.DISABLE_PRINTER),
    (Operation.DEACTIVATE_PRINTER, Operation.PAUSE_PRINTER_AFTER_CURRENT_JOB),
    (Operation.ACTIVATE_PRINTER, Operation.RESUME_PRINTER),
    (Operation.ACTIVATE_PRINTER, Operation.ENABLE_PRINTER),
    (Operation.SHUTDOWN_PRINTER, Operation.STARTUP_PRINTER),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_operations_that_need_one_another_come_together(
    subject: Subject, one: Operation, other: Operation
) -> None:
    assert {one, other} <= set(await subject.printer(names.OPERATIONS_SUPPORTED))


# ---- printers


async def test_disable_printer_refuses_print_job_and_not_validate_job(subject: Subject) -> None:
    await subject.ask(Operation.DISABLE_PRINTER)
    refused = await subject.answer(Operation.PRINT_JOB, document=PDF)
    assert refused.status is Status.SERVER_ERROR_NOT_ACCEPTING_JOBS
    await subject.ask(Operation.VALIDATE_JOB)
    assert await subject.printer(names.PRINTER_IS_ACCEPTING_JOBS) == (False,)


async def test_enable_printer_accepts_jobs_again(subject: Subject) -> None:
    await subject.ask(Operation.DISABLE_PRINTER)
    await subject.ask(Operation.ENABLE_PRINTER)
    assert await subject.printer(names.PRINTER_IS_ACCEPTING_JOBS) == (True,)
    await subject.print()


@pytest.mark.parametrize("operation", [Operation.PAUSE_PRINTER, Operation.PAUSE_PRINTER_AFTER_CURRENT_JOB])
async def test_a_pause_shows_first_that_it_comes_and_then_that_it_is_there(
    subject: Subject, operation: Operation
) -> None:
    # The suite expects both reasons in one answer; RFC 8011 5.4.12 has one replace the other.
    async with subject.at_work():
        job_id = await subject.print()
        await subject.working(job_id)
        await subject.ask(operation)
        assert await subject.printer(names.PRINTER_STATE_REASONS) == (PrinterStateReason.MOVING_TO_PAUSED,)
        subject.finish()
        await subject.desk.until(job_id, JobState.COMPLETED)
        assert await subject.printer(names.PRINTER_STATE_REASONS) == (PrinterStateReason.PAUSED,)
        assert await subject.printer(names.PRINTER_STATE) == (PrinterState.STOPPED,)


async def test_resume_printer_takes_the_reasons_away(subject: Subject) -> None:
    await subject.ask(Operation.PAUSE_PRINTER)
    await subject.ask(Operation.RESUME_PRINTER)
    assert await subject.printer(names.PRINTER_STATE_REASONS) == (PrinterStateReason.NONE,)


async def test_hold_new_jobs_holds_a_new_job_and_says_so(subject: Subject) -> None:
    await subject.ask(Operation.HOLD_NEW_JOBS)
    answer = await subject.ask(Operation.PRINT_JOB, document=PDF)
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
    assert PrinterStateReason.HOLD_NEW_JOBS in await subject.printer(names.PRINTER_STATE_REASONS)


async def test_release_held_new_jobs_lets_them_be_printed(subject: Subject) -> None:
    subject.finish()
    await subject.ask(Operation.HOLD_NEW_JOBS)
    job_id = await subject.print()
    async with subject.at_work():
        await subject.ask(Operation.RELEASE_HELD_NEW_JOBS)
        await subject.desk.until(job_id, JobState.COMPLETED)
    assert await subject.printer(names.PRINTER_STATE_REASONS) == (PrinterStateReason.NONE,)


async def test_deactivate_printer_takes_it_out_of_service(subject: Subject) -> None:
    await subject.ask(Operation.DEACTIVATE_PRINTER)
    refused = await subject.answer(Operation.PRINT_JOB, document=PDF)
    assert refused.status is Status.SERVER_ERROR_SERVICE_UNAVAILABLE
    reasons = await subject.printer(names.PRINTER_STATE_REASONS)
    assert {PrinterStateReason.PAUSED, PrinterStateReason.DEACTIVATED} == set(reasons)


async def test_a_printer_deactivated_at_work_is_moving_to_paused(subject: Subject) -> None:
    async with subject.at_work():
        await subject.working(await subject.print())
        await subject.ask(Operation.DEACTIVATE_PRINTER)
        reasons = await subject.printer(names.PRINTER_STATE_REASONS)
    assert {PrinterStateReason.MOVING_TO_PAUSED, PrinterStateReason.DEACTIVATED} == set(reasons)


async def test_activate_printer_puts_it_back_into_service(subject: Subject) -> None:
    await subject.ask(Operation.DEACTIVATE_PRINTER)
    await subject.ask(Operation.ACTIVATE_PRINTER)
    assert await subject.printer(names.PRINTER_STATE_REASONS) == (PrinterStateReason.NONE,)
    await subject.print()


async def test_restart_printer_leaves_it_idle_and_accepting(subject: Subject) -> None:
    for before in (Operation.PAUSE_PRINTER, Operation.DISABLE_PRINTER):
        await subject.ask(before)
    await subject.ask(Operation.RESTART_PRINTER)
    assert await subject.printer(names.PRINTER_STATE) == (PrinterState.IDLE,)
    assert await subject.printer(names.PRINTER_STATE_REASONS) == (PrinterStateReason.NONE,)
    assert await subject.printer(names.PRINTER_IS_ACCEPTING_JOBS) == (True,)


async def test_shutdown_printer_ends_its_service(subject: Subject) -> None:
    await subject.ask(Operation.SHUTDOWN_PRINTER)
    assert PrinterStateReason.SHUTDOWN in await subject.printer(names.PRINTER_STATE_REASONS)
    refused = await subject.answer(Operation.PRINT_JOB, document=PDF)
    assert refused.status is Status.SERVER_ERROR_SERVICE_UNAVAILABLE


async def test_startup_printer_begins_it_again_without_accepting_jobs(subject: Subject) -> None:
    await subject.ask(Operation.SHUTDOWN_PRINTER)
    await subject.ask(Operation.STARTUP_PRINTER)
    assert await subject.printer(names.PRINTER_STATE) == (PrinterState.IDLE,)
    assert await subject.printer(names.PRINTER_IS_ACCEPTING_JOBS) == (False,)


async def test_startup_printer_is_not_possible_while_it_runs(subject: Subject) -> None:
    answer = await subject.answer(Operation.STARTUP_PRINTER)
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE
