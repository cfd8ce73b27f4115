"""Trays, supplies and bins: what they show, how printing uses them up, and who fills them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.iana.keywords import JobStateReason, NotifyEvent, PrintColorMode
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword
from ippserver.model.device_config import DeviceConfig, TrayConfig
from ippserver.testing.desk import PDF, PRINTER, Answer, Desk, Tray
from tests.operations.subscribed import subscribe, told

A4, A5, LETTER = "iso_a4_210x297mm", "iso_a5_148x210mm", "na_letter_8.5x11in"
SIMULATED = replace(
    PRINTER,
    device=DeviceConfig(
        simulate=True,
        trays=(TrayConfig(capacity=10), TrayConfig(source="top", media=A5, capacity=5)),
        supply_impressions=100,
        bin_capacity=20,
    ),
)
TRAYS, BINS = vendor.IPPSERVER_INPUT_TRAY_LEVELS, vendor.IPPSERVER_OUTPUT_TRAY_LEVELS


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A Desk whose printer has a simulated device, and prints."""
    made = await Desk(SIMULATED, outputs=[Tray()]).open()
    async with made.printing():
        yield made


async def put(desk: Desk, *attributes: Attribute) -> Answer:
    """Set-Printer-Attributes."""
    return await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=attributes)


async def printed(desk: Desk, copies: int = 1, *template: Attribute) -> int:
    """The job-id of a new Job."""
    job = [names.COPIES.of(copies), *template]
    return (await desk.ask(Operation.PRINT_JOB, job=job, document=PDF)).job_id


async def shown(desk: Desk) -> Answer:
    """All that the printer shows."""
    return await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)


async def reasons(desk: Desk) -> tuple[Keyword, ...]:
    """printer-state-reasons."""
    return names.PRINTER_STATE_REASONS.all((await shown(desk)).printer)


async def test_printing_lowers_the_levels_and_they_outlive_the_server(desk: Desk) -> None:
    await desk.until(await printed(desk, 3), JobState.COMPLETED)
    await desk.printers.close()
    again = await Desk(SIMULATED, store=desk.store, spool=desk.spool).open()
    for one in (desk, again):
        printer = (await shown(one)).printer
        assert TRAYS.all(printer) == (7, 5)
        assert BINS.all(printer) == (3,)
        assert vendor.MARKER_LEVELS.all(printer) == (97, 97, 97, 97)


async def test_a_job_whose_tray_is_empty_waits_and_goes_on_when_it_is_filled(desk: Desk) -> None:
    job_id = await printed(desk, 12)
    job = await desk.until(job_id, JobState.PROCESSING_STOPPED)
    assert job.reasons == {JobStateReason.PRINTER_STOPPED}
    printer = (await shown(desk)).printer
    assert names.PRINTER_STATE.get(printer) == PrinterState.STOPPED
    assert names.PRINTER_STATE_REASONS.all(printer) == ("media-needed-error", "media-empty-error")
    assert names.PRINTER_STATE_MESSAGE.get(printer) == f"Load {A4}. Tray main is empty."
    assert len(names.PRINTER_ALERT.all(printer)) == 2
    assert TRAYS.all(printer) == (0, 5)
    assert (await put(desk, TRAYS.of(10, 5))).status is Status.SUCCESSFUL_OK
    await desk.until(job_id, JobState.COMPLETED)
    assert TRAYS.all((await shown(desk)).printer) == (8, 5)
    assert await reasons(desk) == ("none",)


async def test_who_watches_the_media_hears_of_an_empty_tray_and_of_its_filling(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_MEDIA_CHANGED)
    job_id = await printed(desk, 12)
    await desk.until(job_id, JobState.PROCESSING_STOPPED)
    emptied = await told(desk, 1)
    await put(desk, TRAYS.of(10, 5))
    await desk.until(job_id, JobState.COMPLETED)
    assert emptied == [NotifyEvent.PRINTER_MEDIA_CHANGED]
    assert len(await told(desk, 1)) > len(emptied)


async def test_a_medium_that_is_not_loaded_is_waited_for_until_it_is(desk: Desk) -> None:
    job_id = await printed(desk, 1, names.MEDIA.of(Keyword(LETTER)))
    await desk.until(job_id, JobState.PROCESSING_STOPPED)
    assert await reasons(desk) == ("media-needed-error",)
    loaded = names.MEDIA_READY.of(Keyword(LETTER), Keyword(A5))
    assert (await put(desk, loaded)).status is Status.SUCCESSFUL_OK
    await desk.until(job_id, JobState.COMPLETED)
    assert names.MEDIA_READY.attribute((await shown(desk)).printer) == loaded
    await desk.printers.close()
    again = await Desk(SIMULATED, store=desk.store, spool=desk.spool).open()
    assert names.MEDIA_READY.attribute((await shown(again)).printer) == loaded


async def test_used_up_toner_stops_what_is_printed_in_color_alone(desk: Desk) -> None:
    await put(desk, vendor.MARKER_LEVELS.of(100, 0, 100, 100))
    assert await reasons(desk) == ("toner-empty-warning",)
    colored = await printed(desk)
    await desk.until(colored, JobState.PROCESSING_STOPPED)
    assert await reasons(desk) == ("toner-empty-error",)
    await desk.ask_of(Operation.CANCEL_JOB, colored)
    await desk.until(colored, JobState.CANCELED)
    black = await printed(desk, 1, names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME))
    await desk.until(black, JobState.COMPLETED)


async def test_a_full_bin_stops_everything_until_it_is_emptied(desk: Desk) -> None:
    await put(desk, BINS.of(20))
    job_id = await printed(desk)
    await desk.until(job_id, JobState.PROCESSING_STOPPED)
    assert await reasons(desk) == ("output-area-full-error",)
    await put(desk, BINS.of(0))
    await desk.until(job_id, JobState.COMPLETED)


async def test_little_left_is_a_warning(desk: Desk) -> None:
    await put(desk, TRAYS.of(1, 5))
    assert await reasons(desk) == ("media-low-warning",)
    assert names.PRINTER_STATE.get((await shown(desk)).printer) == PrinterState.IDLE


async def test_a_job_that_waits_can_be_canceled_and_the_next_one_is_printed(desk: Desk) -> None:
    waiting = await printed(desk, 1, names.MEDIA.of(Keyword(LETTER)))
    await desk.until(waiting, JobState.PROCESSING_STOPPED)
    after = await printed(desk)
    behind = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, after)).job
    assert names.JOB_STATE_REASONS.all(behind) == (JobStateReason.PRINTER_STOPPED,)
    assert (await desk.ask_of(Operation.CANCEL_JOB, waiting)).status is Status.SUCCESSFUL_OK
    await desk.until(after, JobState.COMPLETED)
    assert (await desk.job(waiting)).state is JobState.CANCELED
    assert await reasons(desk) == ("none",)


async def test_a_job_that_waits_while_the_server_stops_is_printed_after_the_next_start() -> None:
    desk = await Desk(SIMULATED, outputs=[Tray()]).open()
    async with desk.printing():
        job_id = await printed(desk, 1, names.MEDIA.of(Keyword(LETTER)))
        await desk.until(job_id, JobState.PROCESSING_STOPPED)
    assert (await desk.job(job_id)).state is JobState.PENDING
    again = await Desk(SIMULATED, outputs=[Tray()], store=desk.store, spool=desk.spool).open()
    await put(again, names.MEDIA_READY.of(Keyword(LETTER), Keyword(A5)))
    async with again.printing():
        await again.until(job_id, JobState.COMPLETED)


async def test_of_several_jobs_at_once_those_that_can_go_on_do() -> None:
    desk = await Desk(replace(SIMULATED, concurrency=2), outputs=[Tray()]).open()
    async with desk.printing():
        waiting = await printed(desk, 1, names.MEDIA.of(Keyword(LETTER)))
        await desk.until(waiting, JobState.PROCESSING_STOPPED)
        await desk.until(await printed(desk), JobState.COMPLETED)
        assert (await desk.job(waiting)).state is JobState.PROCESSING_STOPPED


@pytest.mark.parametrize(
    "wrong",
    [
        TRAYS.of(11, 5),
        TRAYS.of(1),
        BINS.of(21),
        vendor.MARKER_LEVELS.of(100),
        names.MEDIA_READY.of(Keyword(A4)),
        names.MEDIA_READY.of(Keyword(A4), Keyword("na_foolscap_8.5x13in")),
    ],
)
async def test_levels_and_media_that_cannot_be_are_refused_and_nothing_set(
    desk: Desk, wrong: Attribute
) -> None:
    before = (await shown(desk)).printer
    answer = await put(desk, names.PRINTER_LOCATION.of("hall"), wrong)
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert [each.name for each in answer.unsupported] == [wrong.name]
    assert (await shown(desk)).printer == before


async def test_where_it_is_not_simulated_nothing_runs_out() -> None:
    desk = await Desk(replace(SIMULATED, device=replace(SIMULATED.device, simulate=False))).open()
    assert (await put(desk, TRAYS.of(0, 0))).status is Status.SUCCESSFUL_OK
    assert await reasons(desk) == ("none",)
    async with desk.printing():
        await desk.until(await printed(desk, 500, names.MEDIA.of(Keyword(LETTER))), JobState.COMPLETED)
    answer = await put(desk, names.MEDIA_READY.of(Keyword(A4), Keyword(A5)))
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE
    ready = names.MEDIA_READY.all((await shown(desk)).printer)
    assert ready == names.MEDIA_SUPPORTED.all((await shown(desk)).printer)
