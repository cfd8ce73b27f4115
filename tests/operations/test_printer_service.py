"""Enable- to Startup-Printer: the state, its reasons, and what is answered while it lasts (RFC 3998 3)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.iana.keywords import JobStateReason, WhichJobs
from ippserver.iana.keywords import PrinterStateReason as Reason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, OutOfBand, TextWithLanguage
from ippserver.model.access import Access, Preset, Principal, Role
from ippserver.operations.declare import OperationSpec
from ippserver.operations.table import operations
from ippserver.testing.desk import PDF, Desk, Tray, here
from tests.operations.subscribed import PULL

OPERATOR_EVENTS = (
    Operation.ENABLE_PRINTER,
    Operation.DISABLE_PRINTER,
    Operation.PAUSE_PRINTER,
    Operation.PAUSE_PRINTER_AFTER_CURRENT_JOB,
    Operation.RESUME_PRINTER,
    Operation.HOLD_NEW_JOBS,
    Operation.RELEASE_HELD_NEW_JOBS,
    Operation.DEACTIVATE_PRINTER,
    Operation.ACTIVATE_PRINTER,
    Operation.RESTART_PRINTER,
    Operation.CUPS_ACCEPT_JOBS,
    Operation.CUPS_REJECT_JOBS,
    Operation.SHUTDOWN_PRINTER,
)
MESSAGE = names.PRINTER_MESSAGE_FROM_OPERATOR
SERVED = {
    Operation.ACTIVATE_PRINTER,
    Operation.DEACTIVATE_PRINTER,
    Operation.RESTART_PRINTER,
    Operation.SHUTDOWN_PRINTER,
    Operation.STARTUP_PRINTER,
    Operation.SEND_DOCUMENT,
    Operation.SEND_URI,
    Operation.GET_SUBSCRIPTION_ATTRIBUTES,
    Operation.GET_SUBSCRIPTIONS,
    Operation.GET_NOTIFICATIONS,
}


async def done(desk: Desk, *operations: Operation) -> None:
    """Has `operations` succeed, one after the other."""
    for operation in operations:
        assert (await desk.ask(operation)).status is Status.SUCCESSFUL_OK


async def seen(desk: Desk) -> tuple[int | None, tuple[Keyword, ...], bool | None]:
    """printer-state, printer-state-reasons and printer-is-accepting-jobs."""
    shown = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    return (
        names.PRINTER_STATE.get(shown),
        names.PRINTER_STATE_REASONS.all(shown),
        names.PRINTER_IS_ACCEPTING_JOBS.get(shown),
    )


async def printed(desk: Desk) -> int:
    """The job-id of a new Job."""
    return (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id


# ---- Every one of them


@pytest.mark.parametrize("before", OPERATOR_EVENTS[:-1])
@pytest.mark.parametrize("operation", OPERATOR_EVENTS)
async def test_they_succeed_in_every_state_in_which_the_printer_serves_them(
    desk: Desk, before: Operation, operation: Operation
) -> None:
    await done(desk, before)
    refused = before is Operation.DEACTIVATE_PRINTER and operation not in SERVED
    for _ in range(2):
        answer = await desk.ask(operation)
        assert (answer.status is Status.SERVER_ERROR_SERVICE_UNAVAILABLE) is refused
        assert (answer.status is Status.SUCCESSFUL_OK) is not refused


@pytest.mark.parametrize("operation", [*OPERATOR_EVENTS, Operation.STARTUP_PRINTER])
async def test_only_operators_may(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    before = await seen(desk)
    assert (await desk.ask(operation)).status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await seen(desk) == before
    origin = here(principal=Principal(name="eve", role=Role.OPERATOR, authenticated=True))
    assert (await desk.ask(operation, origin=origin)).status is not Status.CLIENT_ERROR_NOT_AUTHORIZED


@pytest.mark.parametrize("operation", OPERATOR_EVENTS)
async def test_what_they_do_is_remembered(desk: Desk, operation: Operation) -> None:
    await done(desk, operation)
    again = await Desk(store=desk.store, spool=desk.spool).open()
    assert await seen(again) == await seen(desk)


# ---- Disable-Printer and Enable-Printer


@pytest.mark.effect(Operation.DISABLE_PRINTER, Operation.ENABLE_PRINTER)
async def test_a_disabled_printer_creates_no_job_and_is_otherwise_as_before(desk: Desk) -> None:
    await done(desk, Operation.DISABLE_PRINTER)
    assert await seen(desk) == (PrinterState.IDLE, (Reason.NONE,), False)
    for operation in (Operation.PRINT_JOB, Operation.CREATE_JOB):
        assert (await desk.create(operation)).status is Status.SERVER_ERROR_NOT_ACCEPTING_JOBS
    await done(desk, Operation.ENABLE_PRINTER)
    assert await seen(desk) == (PrinterState.IDLE, (Reason.NONE,), True)
    assert (await desk.create(Operation.PRINT_JOB)).status is Status.SUCCESSFUL_OK


@pytest.mark.effect(Operation.CUPS_REJECT_JOBS, Operation.CUPS_ACCEPT_JOBS)
async def test_what_cupsreject_and_cupsaccept_ask_for_disables_and_enables(desk: Desk) -> None:
    await done(desk, Operation.CUPS_REJECT_JOBS)
    assert (await desk.create(Operation.PRINT_JOB)).status is Status.SERVER_ERROR_NOT_ACCEPTING_JOBS
    await done(desk, Operation.CUPS_ACCEPT_JOBS)
    assert (await desk.create(Operation.PRINT_JOB)).status is Status.SUCCESSFUL_OK


async def test_a_disabled_printer_says_that_a_job_would_be_good(desk: Desk) -> None:
    await done(desk, Operation.DISABLE_PRINTER)
    assert (await desk.ask(Operation.VALIDATE_JOB)).status is Status.SUCCESSFUL_OK


async def test_a_disabled_printer_takes_the_rest_of_a_job_and_prints_it() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await done(desk, Operation.DISABLE_PRINTER)
    async with desk.printing():
        last = names.LAST_DOCUMENT.of(True)
        sent = await desk.ask_of(Operation.SEND_DOCUMENT, job_id, last, document=PDF)
        assert sent.status is Status.SUCCESSFUL_OK
        await desk.until(job_id, JobState.COMPLETED)
    assert tray.delivered


# ---- Pause-Printer-After-Current-Job


@pytest.mark.effect(Operation.PAUSE_PRINTER_AFTER_CURRENT_JOB)
async def test_after_the_current_job_it_is_paused_and_until_then_on_its_way_there() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(outputs=[tray]).open()
    async with desk.printing():
        first, second = await printed(desk), await printed(desk)
        await tray.working.wait()
        await done(desk, Operation.PAUSE_PRINTER_AFTER_CURRENT_JOB)
        assert await seen(desk) == (PrinterState.PROCESSING, (Reason.MOVING_TO_PAUSED,), True)
        tray.may_finish.set()
        await desk.until(first, JobState.COMPLETED)
        assert (await desk.job(second)).state is JobState.PENDING
    assert await seen(desk) == (PrinterState.STOPPED, (Reason.PAUSED,), True)


# ---- Hold-New-Jobs and Release-Held-New-Jobs


@pytest.mark.effect(Operation.HOLD_NEW_JOBS, Operation.RELEASE_HELD_NEW_JOBS)
async def test_new_jobs_are_held_and_old_ones_printed_until_they_are_released() -> None:
    desk = await Desk(outputs=[Tray()]).open()
    old = await printed(desk)
    await done(desk, Operation.HOLD_NEW_JOBS)
    assert (await seen(desk))[:2] == (PrinterState.IDLE, (Reason.HOLD_NEW_JOBS,))
    answer = await desk.ask(Operation.PRINT_JOB, document=PDF)
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
    assert names.JOB_STATE_REASONS.all(answer.job) == (JobStateReason.JOB_HELD_ON_CREATE,)
    async with desk.printing():
        await desk.until(old, JobState.COMPLETED)
        assert (await desk.job(answer.job_id)).state is JobState.PENDING_HELD
        await done(desk, Operation.RELEASE_HELD_NEW_JOBS)
        await desk.until(answer.job_id, JobState.COMPLETED)
    assert (await seen(desk))[1] == (Reason.NONE,)


async def test_release_job_does_not_undo_what_an_operator_holds(desk: Desk) -> None:
    await done(desk, Operation.HOLD_NEW_JOBS)
    job_id = await printed(desk)
    assert (await desk.ask_of(Operation.RELEASE_JOB, job_id)).status is Status.SUCCESSFUL_OK
    assert (await desk.job(job_id)).state is JobState.PENDING_HELD


async def test_a_job_that_is_held_for_another_reason_stays_held(desk: Desk) -> None:
    await done(desk, Operation.HOLD_NEW_JOBS)
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await done(desk, Operation.RELEASE_HELD_NEW_JOBS)
    job = await desk.job(job_id)
    assert job.state is JobState.PENDING_HELD
    assert JobStateReason.JOB_HELD_ON_CREATE not in job.reasons


async def test_a_job_that_was_arriving_when_the_hold_ended_is_not_left_behind(desk: Desk) -> None:
    await done(desk, Operation.HOLD_NEW_JOBS)
    gate = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield PDF
        await gate.wait()

    task = asyncio.ensure_future(desk.ask(Operation.PRINT_JOB, document=slowly()))
    await asyncio.sleep(0)
    await done(desk, Operation.RELEASE_HELD_NEW_JOBS)
    gate.set()
    answer = await task
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING
    assert (await desk.job(answer.job_id)).reasons == frozenset()


# ---- Deactivate-Printer and Activate-Printer


@pytest.mark.effect(Operation.DEACTIVATE_PRINTER, Operation.ACTIVATE_PRINTER)
async def test_a_deactivated_printer_is_paused_disabled_and_unavailable(desk: Desk) -> None:
    await done(desk, Operation.DEACTIVATE_PRINTER)
    assert await seen(desk) == (PrinterState.STOPPED, (Reason.DEACTIVATED, Reason.PAUSED), False)
    refused = await desk.ask(Operation.PRINT_JOB, document=PDF)
    assert refused.status is Status.SERVER_ERROR_SERVICE_UNAVAILABLE
    await done(desk, Operation.ACTIVATE_PRINTER)
    assert await seen(desk) == (PrinterState.IDLE, (Reason.NONE,), True)
    assert (await desk.ask(Operation.PRINT_JOB, document=PDF)).status is Status.SUCCESSFUL_OK


@pytest.mark.parametrize("spec", operations(by_reference=False), ids=lambda spec: spec.operation.keyword)
async def test_a_deactivated_printer_serves_queries_and_what_ends_a_job_that_was_begun(
    desk: Desk, spec: OperationSpec
) -> None:
    job_id = (await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])).job_id
    await desk.ask_of(Operation.SEND_DOCUMENT, job_id, names.LAST_DOCUMENT.of(False), document=PDF)
    await done(desk, Operation.DEACTIVATE_PRINTER)
    before = await desk.job(job_id)
    watched = (
        names.DOCUMENT_NUMBER.of(1),
        names.NOTIFY_JOB_ID.of(job_id),
        names.NOTIFY_SUBSCRIPTION_ID.of(1),
        names.NOTIFY_SUBSCRIPTION_IDS.of(1),
    )
    answer = await desk.ask_of(spec.operation, job_id, *watched)
    unavailable = answer.status is Status.SERVER_ERROR_SERVICE_UNAVAILABLE
    assert unavailable is not (spec.access is Access.QUERY or spec.operation in SERVED)
    if unavailable:
        assert await desk.job(job_id) == before


async def test_a_job_that_was_begun_is_completed_while_the_printer_is_deactivated() -> None:
    desk = await Desk(outputs=[Tray()]).open()
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await done(desk, Operation.DEACTIVATE_PRINTER)
    sent = await desk.ask_of(Operation.SEND_DOCUMENT, job_id, names.LAST_DOCUMENT.of(True), document=PDF)
    assert sent.status is Status.SUCCESSFUL_OK
    async with desk.printing():
        await done(desk, Operation.ACTIVATE_PRINTER)
        await desk.until(job_id, JobState.COMPLETED)


# ---- Restart-, Shutdown- and Startup-Printer


@pytest.mark.effect(Operation.RESTART_PRINTER)
async def test_a_restart_undoes_all_that_operators_did_and_keeps_the_jobs(desk: Desk) -> None:
    await done(desk, Operation.HOLD_NEW_JOBS)
    job_id = await printed(desk)
    await done(desk, Operation.DISABLE_PRINTER, Operation.PAUSE_PRINTER, Operation.DEACTIVATE_PRINTER)
    await done(desk, Operation.RESTART_PRINTER)
    assert await seen(desk) == (PrinterState.IDLE, (Reason.NONE,), True)
    assert (await desk.job(job_id)).state is JobState.PENDING


@pytest.mark.effect(Operation.SHUTDOWN_PRINTER, Operation.STARTUP_PRINTER)
async def test_only_startup_brings_back_a_printer_that_was_shut_down(desk: Desk) -> None:
    job_id = await printed(desk)
    await done(desk, Operation.SHUTDOWN_PRINTER)
    expected = (PrinterState.STOPPED, (Reason.SHUTDOWN, Reason.DEACTIVATED, Reason.PAUSED), False)
    assert await seen(desk) == expected
    for operation in (Operation.ACTIVATE_PRINTER, Operation.RESTART_PRINTER, Operation.PRINT_JOB):
        assert (await desk.create(operation)).status is Status.SERVER_ERROR_SERVICE_UNAVAILABLE
    assert await seen(desk) == expected
    await done(desk, Operation.STARTUP_PRINTER)
    # Accepting is for Enable-Printer, after whatever has to be configured (RFC 3998 3.5.3).
    assert await seen(desk) == (PrinterState.IDLE, (Reason.NONE,), False)
    assert (await desk.job(job_id)).state is JobState.PENDING


async def test_a_printer_that_is_not_shut_down_cannot_be_started_up(desk: Desk) -> None:
    for before in (Operation.ENABLE_PRINTER, Operation.DEACTIVATE_PRINTER):
        await done(desk, before)
        was = await seen(desk)
        assert (await desk.ask(Operation.STARTUP_PRINTER)).status is Status.CLIENT_ERROR_NOT_POSSIBLE
        assert await seen(desk) == was


async def test_a_job_in_process_is_finished_before_the_printer_is_shut_down() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(outputs=[tray]).open()
    async with desk.printing():
        job_id = await printed(desk)
        await tray.working.wait()
        await done(desk, Operation.SHUTDOWN_PRINTER)
        state, reasons, _ = await seen(desk)
        assert (state, reasons[0], reasons[-1]) == (
            PrinterState.PROCESSING,
            Reason.SHUTDOWN,
            Reason.MOVING_TO_PAUSED,
        )
        tray.may_finish.set()
        await desk.until(job_id, JobState.COMPLETED)
    assert (await seen(desk))[0] == PrinterState.STOPPED


# ---- printer-message-from-operator


async def message(desk: Desk) -> tuple[Attribute | None, int | None, Attribute | None]:
    """printer-message-from-operator, printer-message-time and printer-message-date-time."""
    shown = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    return (
        MESSAGE.attribute(shown),
        names.PRINTER_MESSAGE_TIME.get(shown),
        names.PRINTER_MESSAGE_DATE_TIME.attribute(shown),
    )


async def test_without_a_message_it_is_empty_and_has_no_time(desk: Desk) -> None:
    assert await message(desk) == (
        MESSAGE.of(""),
        None,
        names.PRINTER_MESSAGE_DATE_TIME.of(OutOfBand.NO_VALUE),
    )


@pytest.mark.parametrize("operation", [*OPERATOR_EVENTS, Operation.PURGE_JOBS])
async def test_a_message_is_kept_with_its_time_and_another_operation_leaves_it(
    desk: Desk, operation: Operation
) -> None:
    desk.clock.advance(100.0)
    said = MESSAGE.of("back on Monday")
    assert (await desk.ask(operation, said)).status is Status.SUCCESSFUL_OK
    shown, up_time, moment = await message(desk)
    assert shown == said
    assert up_time == 101
    assert moment is not None
    desk.clock.advance(100.0)
    await desk.ask(Operation.RESTART_PRINTER)
    assert await message(desk) == (shown, up_time, moment)


@pytest.mark.parametrize("nothing", [MESSAGE.of(""), MESSAGE.of(OutOfBand.NO_VALUE)])
async def test_an_empty_message_takes_the_place_of_another(desk: Desk, nothing: Attribute) -> None:
    await desk.ask(Operation.PAUSE_PRINTER, MESSAGE.of("back on Monday"))
    assert (await desk.ask(Operation.RESUME_PRINTER, nothing)).status is Status.SUCCESSFUL_OK
    assert (await message(desk))[0] == nothing


async def test_a_message_keeps_its_language_and_outlives_the_server(desk: Desk) -> None:
    await desk.ask(Operation.PAUSE_PRINTER, MESSAGE.of("bis Montag"), language="de")
    desk.clock.advance(50.0)
    again = Desk(store=desk.store, spool=desk.spool)
    again.clock.set_wall_clock(desk.clock.now())
    shown, up_time, _ = await message(await again.open())
    assert shown == MESSAGE.of(TextWithLanguage("de", "bis Montag"))
    assert up_time == 1 - 50


async def test_a_message_that_is_too_long_is_refused_and_nothing_done(desk: Desk) -> None:
    answer = await desk.ask(Operation.PAUSE_PRINTER, MESSAGE.of("x" * 128))
    assert answer.status is Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG
    assert (await seen(desk))[0] == PrinterState.IDLE


async def test_a_purge_with_a_message_still_purges(desk: Desk) -> None:
    await printed(desk)
    await desk.ask(Operation.PURGE_JOBS, MESSAGE.of("cleaned"))
    every = names.WHICH_JOBS.of(WhichJobs.ALL)
    assert (await desk.ask(Operation.GET_JOBS, every)).jobs == []
    assert (await message(desk))[0] == MESSAGE.of("cleaned")
