"""Pause-Printer, Resume-Printer and Purge-Jobs (RFC 8011 4.2.7-4.2.9)."""

import asyncio

import pytest

from ippserver.engine.identification import Identification
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.iana.keywords import IdentifyActions, JobStateReason, PrinterStateReason, WhichJobs
from ippserver.ipp.values import Keyword, Uri
from ippserver.model.access import Preset
from ippserver.model.printer import PrinterConfig
from ippserver.testing.desk import AUTHORITY, PDF, Desk, Tray

EVERY = names.WHICH_JOBS.of(WhichJobs.ALL)


async def printed(desk: Desk) -> int:
    """The job-id of a new Job."""
    return (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id


async def state(desk: Desk) -> int | None:
    """printer-state."""
    return names.PRINTER_STATE.get((await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer)


async def job_reasons(desk: Desk, job_id: int) -> tuple[Keyword, ...]:
    """job-state-reasons."""
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    return names.JOB_STATE_REASONS.all(shown.job)


@pytest.mark.parametrize(
    "operation", [Operation.PAUSE_PRINTER, Operation.RESUME_PRINTER, Operation.PURGE_JOBS]
)
async def test_they_succeed_in_any_state_also_twice(desk: Desk, operation: Operation) -> None:
    for before in (Operation.RESUME_PRINTER, Operation.PAUSE_PRINTER):
        await desk.ask(before)
        for _ in range(2):
            answer = await desk.ask(operation)
            assert answer.status is Status.SUCCESSFUL_OK
            assert [group.tag for group in answer.response.groups] == [1]


# ---- Pause-Printer and Resume-Printer


@pytest.mark.effect(Operation.PAUSE_PRINTER, Operation.RESUME_PRINTER)
async def test_a_paused_printer_begins_nothing_and_says_so_at_its_jobs() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    await desk.ask(Operation.PAUSE_PRINTER)
    async with desk.printing():
        job_id = await printed(desk)
        for _ in range(20):
            await asyncio.sleep(0)
        assert (await desk.job(job_id)).state is JobState.PENDING
        assert await job_reasons(desk, job_id) == (JobStateReason.PRINTER_STOPPED,)
        assert await state(desk) == PrinterState.STOPPED
        await desk.ask(Operation.RESUME_PRINTER)
        await desk.until(job_id, JobState.COMPLETED)
    assert tray.delivered


async def test_what_is_in_process_is_finished_before_the_pause() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(outputs=[tray]).open()
    async with desk.printing():
        first, second = await printed(desk), await printed(desk)
        await tray.working.wait()
        await desk.ask(Operation.PAUSE_PRINTER)
        tray.may_finish.set()
        await desk.until(first, JobState.COMPLETED)
        assert (await desk.job(second)).state is JobState.PENDING
    assert await state(desk) == PrinterState.STOPPED


async def test_a_pause_is_remembered(desk: Desk) -> None:
    await desk.ask(Operation.PAUSE_PRINTER)
    again = await Desk(store=desk.store, spool=desk.spool).open()
    assert await state(again) == PrinterState.STOPPED


async def test_resume_takes_the_reason_from_every_job(desk: Desk) -> None:
    job_id = await printed(desk)
    await desk.ask(Operation.PAUSE_PRINTER)
    await desk.ask(Operation.RESUME_PRINTER)
    assert await job_reasons(desk, job_id) == (JobStateReason.NONE,)
    assert await state(desk) == PrinterState.IDLE


async def test_one_printer_pauses_alone() -> None:
    paths = ("/one", "/two")
    desk = await Desk(*(PrinterConfig(path=path, name=path) for path in paths)).open()
    one, two = ([names.PRINTER_URI.of(Uri(f"ipp://{AUTHORITY}{path}"))] for path in paths)
    await desk.ask(Operation.PAUSE_PRINTER, target=one)
    for target, expected in ((one, PrinterState.STOPPED), (two, PrinterState.IDLE)):
        shown = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, target=target)
        assert names.PRINTER_STATE.get(shown.printer) == expected


# ---- Purge-Jobs


@pytest.mark.effect(Operation.PURGE_JOBS)
async def test_after_a_purge_there_is_no_job_and_no_document() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    done = await printed(desk)
    async with desk.printing():
        await desk.until(done, JobState.COMPLETED)
    kept = [await printed(desk), (await desk.ask(Operation.CREATE_JOB)).job_id, done]
    assert (await desk.ask(Operation.PURGE_JOBS)).status is Status.SUCCESSFUL_OK
    assert (await desk.ask(Operation.GET_JOBS, EVERY)).jobs == []
    for job_id in kept:
        answer = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
        assert answer.status is Status.CLIENT_ERROR_GONE
    assert await desk.spool.sweep([]) == 0
    assert await printed(desk) == max(kept) + 1


async def test_a_purge_stops_what_is_in_process() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(outputs=[tray]).open()
    async with desk.printing():
        await printed(desk)
        await tray.working.wait()
        await desk.ask(Operation.PURGE_JOBS)
        tray.working.clear()
        tray.may_finish.set()
        later = await printed(desk)
        await desk.until(later, JobState.COMPLETED)
    assert list(tray.delivered) == [f"{later}-1"]
    assert await state(desk) == PrinterState.IDLE


async def test_a_purge_leaves_the_printer_idle_though_it_was_paused(desk: Desk) -> None:
    await desk.ask(Operation.PAUSE_PRINTER)
    await desk.ask(Operation.PURGE_JOBS)
    assert await state(desk) == PrinterState.IDLE


async def test_a_purge_leaves_the_jobs_of_other_printers() -> None:
    paths = ("/", "/printer")
    desk = await Desk(*(PrinterConfig(path=path, name=path) for path in paths)).open()
    root, below = ([names.PRINTER_URI.of(Uri(f"ipp://{AUTHORITY}{path}"))] for path in paths)
    await desk.ask(Operation.CREATE_JOB, target=root)
    await desk.ask(Operation.CREATE_JOB, target=below)
    await desk.ask(Operation.PURGE_JOBS, target=root)
    assert (await desk.ask(Operation.GET_JOBS, EVERY, target=root)).jobs == []
    assert len((await desk.ask(Operation.GET_JOBS, EVERY, target=below)).jobs) == 1


# ---- Identify-Printer


@pytest.mark.effect(Operation.IDENTIFY_PRINTER)
async def test_an_identified_printer_says_so_to_watchers_in_the_log_and_in_its_reasons(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Identification] = []
    desk.printers.watch_identification(seen.append)
    with caplog.at_level("INFO"):
        answer = await desk.ask(
            Operation.IDENTIFY_PRINTER,
            names.IDENTIFY_ACTIONS.of(IdentifyActions.SPEAK, IdentifyActions.SOUND),
            names.MESSAGE.of("Over here!"),
            names.JOB_ID.of(7),
        )
    assert answer.status is Status.SUCCESSFUL_OK
    (identification,) = seen
    assert identification.actions == (IdentifyActions.SPEAK, IdentifyActions.SOUND)
    assert (identification.message, identification.user, identification.job_id) == ("Over here!", "alice", 7)
    assert "Over here!" in caplog.text
    shown = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    assert names.PRINTER_STATE_REASONS.all(shown) == (PrinterStateReason.IDENTIFY_PRINTER_REQUESTED,)


async def test_unasked_it_identifies_itself_by_its_default(desk: Desk) -> None:
    seen: list[Identification] = []
    desk.printers.watch_identification(seen.append)
    await desk.ask(Operation.IDENTIFY_PRINTER)
    shown = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    assert [one.actions for one in seen] == [names.IDENTIFY_ACTIONS_DEFAULT.all(shown)]


async def test_actions_that_it_does_not_know_are_ignored_and_named(desk: Desk) -> None:
    seen: list[Identification] = []
    desk.printers.watch_identification(seen.append)
    unknown = Keyword("smell")
    answer = await desk.ask(
        Operation.IDENTIFY_PRINTER, names.IDENTIFY_ACTIONS.of(unknown, IdentifyActions.SOUND)
    )
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == (names.IDENTIFY_ACTIONS.of(unknown),)
    assert [one.actions for one in seen] == [(IdentifyActions.SOUND,)]


async def test_whoever_may_print_may_look_for_the_printer() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    assert (await desk.ask(Operation.IDENTIFY_PRINTER, user=None)).status is Status.SUCCESSFUL_OK
