"""What keeps a Job from being created, and that Validate-Job says the same (RFC 8011 4.1.9, 4.2.3)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import Operation, PrinterState, Status
from ippserver.iana.keywords import JobHoldUntil, JobStateReason, PrinterStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, MimeMediaType, OutOfBand, RangeOfInteger
from ippserver.operations.declare import Definition
from ippserver.operations.job_creation import JOB_CREATION
from ippserver.spools.memory import MemorySpool
from ippserver.testing.desk import PDF, PRINTER, Desk, unsupported
from ippserver.testing.fakes import stream

CREATING = pytest.mark.parametrize("operation", [Operation.PRINT_JOB, Operation.CREATE_JOB])
ADMITTING = pytest.mark.parametrize(
    "operation", [Operation.PRINT_JOB, Operation.CREATE_JOB, Operation.VALIDATE_JOB]
)


# ---- refusals, whatever the fidelity


SIZES = (names.JOB_K_OCTETS, names.JOB_IMPRESSIONS, names.JOB_MEDIA_SHEETS)


@ADMITTING
async def test_a_size_out_of_bounds_is_refused_with_everything_unsupported(operation: int) -> None:
    desk = await Desk(replace(PRINTER, max_document_octets=4096)).open()
    size = names.JOB_K_OCTETS.of(5)
    answer = await desk.create(operation, size, names.JOB_IMPRESSIONS.of(1), job=[names.COPIES.of(0)])
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert answer.unsupported == (size, names.COPIES.of(0))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
async def test_a_negative_size_is_a_bad_request(desk: Desk, size: AttributeDef[int]) -> None:
    answer = await desk.ask(Operation.VALIDATE_JOB, size.of(-1))
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


@pytest.mark.parametrize("operation", [Operation.PRINT_JOB, Operation.VALIDATE_JOB])
@pytest.mark.parametrize(
    ("attribute", "status"),
    [
        (names.COMPRESSION.of("lzw"), Status.CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED),
        (
            names.DOCUMENT_FORMAT.of(MimeMediaType("text/html")),
            Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED,
        ),
        (
            names.DOCUMENT_FORMAT.of(MimeMediaType("application/postscript")),
            Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED,
        ),
    ],
)
async def test_what_the_document_is_must_be_supported_whatever_the_fidelity(
    desk: Desk, operation: int, attribute: Attribute, status: Status
) -> None:
    for fidelity in (False, True):
        answer = await desk.create(
            operation, names.IPP_ATTRIBUTE_FIDELITY.of(fidelity), attribute, job=[names.COPIES.of(0)]
        )
        assert answer.status is status
        assert answer.unsupported == (attribute,)


@pytest.mark.parametrize("name", [names.DOCUMENT_NAME, names.COMPRESSION, names.DOCUMENT_FORMAT], ids=str)
async def test_create_job_takes_no_word_about_documents(desk: Desk, name: Definition) -> None:
    attribute = Attribute(name.name, (OutOfBand.UNKNOWN,))
    answer = await desk.ask(Operation.CREATE_JOB, attribute)
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == (unsupported(name.name),)


async def test_print_job_without_data_is_a_bad_request(desk: Desk) -> None:
    answer = await desk.ask(Operation.PRINT_JOB)
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert not desk.jobs.unfinished


@pytest.mark.parametrize("octets", [4095, 4096, 4097])
async def test_a_document_beyond_the_limit_is_too_large_and_leaves_nothing(octets: int) -> None:
    desk = await Desk(replace(PRINTER, max_document_octets=4096)).open()
    document = PDF + bytes(octets - len(PDF))
    answer = await desk.ask(Operation.PRINT_JOB, document=stream([document[:100], document[100:]]))
    if octets <= 4096:
        assert answer.status is Status.SUCCESSFUL_OK
        return
    assert answer.status is Status.CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE
    assert not desk.jobs.unfinished
    assert await desk.spool.sweep([]) == 0


# ---- room


@ADMITTING
async def test_a_printer_that_accepts_no_jobs_says_so_and_still_validates_them(
    desk: Desk, operation: int
) -> None:
    await desk.ask(Operation.DISABLE_PRINTER)
    validates = operation == Operation.VALIDATE_JOB  # RFC 3998 3.1.1, against RFC 3196 3.1.2.2.2
    expected = Status.SUCCESSFUL_OK if validates else Status.SERVER_ERROR_NOT_ACCEPTING_JOBS
    assert (await desk.create(operation)).status is expected


@ADMITTING
async def test_there_is_a_bound_to_the_jobs_that_wait(operation: int) -> None:
    desk = await Desk(max_unfinished=2).open()
    waiting = [await desk.create(Operation.CREATE_JOB) for _ in range(2)]
    assert (await desk.create(operation)).status is Status.SERVER_ERROR_TOO_MANY_JOBS
    await desk.ask_of(Operation.CANCEL_JOB, waiting[0].job_id)
    assert (await desk.create(operation)).status is Status.SUCCESSFUL_OK


@ADMITTING
async def test_a_full_spool_is_busy_and_shows_until_there_is_room(operation: int) -> None:
    spool = MemorySpool(max_octets=len(PDF))
    desk = await Desk(spool=spool).open()
    kept = (await desk.create(Operation.PRINT_JOB)).job_id
    assert (await desk.create(operation)).status is Status.SERVER_ERROR_BUSY

    async def reasons() -> tuple[Keyword, ...]:
        return names.PRINTER_STATE_REASONS.all((await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer)

    assert await reasons() == (PrinterStateReason.SPOOL_AREA_FULL,)
    await desk.jobs.delete([kept])
    assert await reasons() == (PrinterStateReason.NONE,)
    assert (await desk.create(operation)).status is Status.SUCCESSFUL_OK


async def test_a_document_that_fills_the_spool_is_a_temporary_error() -> None:
    desk = await Desk(spool=MemorySpool(max_octets=len(PDF) - 1)).open()
    answer = await desk.create(Operation.PRINT_JOB)
    assert answer.status is Status.SERVER_ERROR_TEMPORARY_ERROR
    assert not desk.jobs.unfinished


@ADMITTING
async def test_wrong_values_are_told_before_want_of_room(operation: int) -> None:
    desk = await Desk(max_unfinished=0).open()
    answer = await desk.create(operation, names.JOB_K_OCTETS.of(2**31 - 1))
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert (await desk.create(operation, job=[names.PAGE_RANGES.of(RangeOfInteger(2, 1))])).status is (
        Status.SERVER_ERROR_TOO_MANY_JOBS
    )


async def test_a_paused_printer_goes_on_accepting(desk: Desk) -> None:
    await desk.ask(Operation.PAUSE_PRINTER)
    answer = await desk.create(Operation.PRINT_JOB)
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.JOB_STATE_REASONS.all(answer.job) == (JobStateReason.PRINTER_STOPPED,)
    shown = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)
    assert names.PRINTER_STATE.get(shown.printer) == PrinterState.STOPPED


# ---- Validate-Job and Print-Job


WORDS = st.sampled_from(
    [
        names.JOB_NAME.of("report"),
        names.JOB_NAME.of("x" * 256),
        Attribute(names.JOB_NAME.name, (Keyword("report"),)),
        names.IPP_ATTRIBUTE_FIDELITY.of(True),
        Attribute(names.IPP_ATTRIBUTE_FIDELITY.name, (1,)),
        names.COMPRESSION.of("lzw"),
        names.DOCUMENT_FORMAT.of("application/pdf"),
        names.DOCUMENT_FORMAT.of("text/html"),
        names.JOB_K_OCTETS.of(1),
        names.JOB_K_OCTETS.of(2**31 - 1),
        Attribute("x-unknown", (1,)),
        names.DOCUMENT_NAME.of("report.pdf"),
    ]
)
TEMPLATE = st.sampled_from(
    [
        names.COPIES.of(2),
        names.COPIES.of(0),
        Attribute(names.COPIES.name, (Keyword("two"),)),
        names.SIDES.of("two-sided-long-edge"),
        names.SIDES.of("nine-sided"),
        names.PAGE_RANGES.of(RangeOfInteger(3, 1)),
        names.PAGE_RANGES.of(RangeOfInteger(1, 3)),
        names.MEDIA.of(Keyword("x" * 256)),
        names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE),
        Attribute("x-unknown", (OutOfBand.NO_VALUE,)),
    ]
)


@given(
    st.lists(WORDS, max_size=4, unique_by=lambda attribute: attribute.name),
    st.none() | st.lists(TEMPLATE, max_size=4, unique_by=lambda attribute: attribute.name),
    st.sampled_from([10, 0]),
)
async def test_validate_job_answers_as_print_job_does(
    attributes: list[Attribute], job: list[Attribute] | None, room: int
) -> None:
    desk = await Desk(max_unfinished=room).open()
    validated = await desk.ask(Operation.VALIDATE_JOB, *attributes, job=job)
    printed = await desk.ask(Operation.PRINT_JOB, *attributes, job=job, document=PDF)
    assert validated.status is printed.status
    assert validated.unsupported == printed.unsupported
    assert validated.operation == printed.operation
    assert bool(printed.jobs) is (printed.status < 0x0100)


def test_every_size_is_accepted_at_creation() -> None:
    assert set(SIZES) <= set(JOB_CREATION)
