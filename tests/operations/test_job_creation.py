"""Print-Job, Validate-Job and Create-Job (RFC 8011 4.2.1, 4.2.3, 4.2.4)."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.iana.keywords import Compression, JobHoldUntil, JobStateReason, PrinterStateReason, Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, MimeMediaType, Name, OutOfBand, RangeOfInteger
from ippserver.model.job import DEFAULT_PRIORITY
from ippserver.operations.declare import Definition
from ippserver.operations.job_creation import JOB_CREATION
from ippserver.spools.memory import MemorySpool
from ippserver.testing.desk import PDF, PRINTER, URI, Answer, Desk, unsupported
from ippserver.testing.fakes import stream

CREATING = pytest.mark.parametrize("operation", [Operation.PRINT_JOB, Operation.CREATE_JOB])
ADMITTING = pytest.mark.parametrize(
    "operation", [Operation.PRINT_JOB, Operation.CREATE_JOB, Operation.VALIDATE_JOB]
)


async def create(
    desk: Desk, operation: int, *attributes: Attribute, job: list[Attribute] | None = None
) -> Answer:
    """The answer to `operation`, which gets a document if it wants one."""
    document = PDF if operation == Operation.PRINT_JOB else b""
    return await desk.ask(operation, *attributes, job=job, document=document)


# ---- success


async def test_the_simplest_print_job_makes_a_pending_job_of_one_document(desk: Desk) -> None:
    answer = await desk.ask(Operation.PRINT_JOB, document=PDF, user=None)
    assert answer.status is Status.SUCCESSFUL_OK
    job = await desk.job(answer.job_id)
    assert job.state is JobState.PENDING
    assert (job.name, job.user, job.priority) == (Name("Untitled"), Name("anonymous"), DEFAULT_PRIORITY)
    (document,) = job.documents
    assert b"".join([piece async for piece in desk.spool.read(document.key)]) == PDF


async def test_a_new_job_is_told_with_uri_id_state_reasons_message_and_jobs_before_it(desk: Desk) -> None:
    await desk.ask(Operation.PRINT_JOB, document=PDF)
    answer = await desk.ask(Operation.PRINT_JOB, document=PDF)
    assert [attribute.name for attribute in answer.job] == [
        names.JOB_URI.name,
        names.JOB_ID.name,
        names.JOB_STATE.name,
        names.JOB_STATE_REASONS.name,
        names.JOB_STATE_MESSAGE.name,
        names.NUMBER_OF_INTERVENING_JOBS.name,
    ]
    assert names.JOB_URI.get(answer.job) == f"{URI}/2"
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING
    assert names.JOB_STATE_REASONS.all(answer.job) == (JobStateReason.NONE,)
    assert names.NUMBER_OF_INTERVENING_JOBS.get(answer.job) == 1


async def test_create_job_makes_a_held_job_that_waits_for_documents(desk: Desk) -> None:
    answer = await desk.ask(Operation.CREATE_JOB)
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
    assert set(names.JOB_STATE_REASONS.all(answer.job)) == {
        JobStateReason.JOB_INCOMING,
        JobStateReason.JOB_DATA_INSUFFICIENT,
    }


async def test_validate_job_answers_without_a_job_and_makes_none(desk: Desk) -> None:
    answer = await desk.ask(Operation.VALIDATE_JOB, names.JOB_NAME.of("report"))
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.jobs == []
    assert not desk.jobs.unfinished


async def test_the_document_may_come_in_any_pieces(desk: Desk) -> None:
    pieces = stream([b"", *(bytes([octet]) for octet in PDF), b""])
    answer = await desk.ask(Operation.PRINT_JOB, document=pieces)
    (document,) = (await desk.job(answer.job_id)).documents
    assert document.size_octets == len(PDF)


@CREATING
async def test_a_job_remembers_who_made_it_and_how_they_speak(desk: Desk, operation: int) -> None:
    answer = await create(desk, operation, names.JOB_NAME.of("report"))
    job = await desk.job(answer.job_id)
    assert (job.name, job.user) == (Name("report"), Name("alice"))
    assert (job.charset, job.natural_language) == ("utf-8", "en")
    assert job.created == desk.clock.now()


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ((names.JOB_NAME.of("job"), names.DOCUMENT_NAME.of("document")), "job"),
        ((names.DOCUMENT_NAME.of("document"),), "document"),
        ((names.JOB_NAME.of(""), names.DOCUMENT_NAME.of("document")), "document"),
        ((names.DOCUMENT_NAME.of(""),), "Untitled"),
        ((), "Untitled"),
    ],
)
async def test_a_job_without_a_name_is_called_as_its_document(
    desk: Desk, attributes: tuple[Attribute, ...], name: str
) -> None:
    answer = await desk.ask(Operation.PRINT_JOB, *attributes, document=PDF)
    assert (await desk.job(answer.job_id)).name == Name(name)


async def test_what_the_client_says_of_its_document_is_kept(desk: Desk) -> None:
    answer = await desk.ask(
        Operation.PRINT_JOB,
        names.DOCUMENT_NAME.of("report.pdf"),
        names.DOCUMENT_FORMAT.of(MimeMediaType("application/PDF; version=1.7")),
        names.DOCUMENT_NATURAL_LANGUAGE.of("de"),
        names.COMPRESSION.of(Compression.NONE),
        names.JOB_IMPRESSIONS.of(3),
        names.JOB_MEDIA_SHEETS.of(2),
        names.JOB_K_OCTETS.of(1),
        document=PDF,
    )
    assert answer.status is Status.SUCCESSFUL_OK
    (document,) = (await desk.job(answer.job_id)).documents
    assert (document.format, document.natural_language) == ("application/pdf", "de")
    shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, answer.job_id)).job
    assert names.DOCUMENT_FORMAT_SUPPLIED.get(shown) == "application/PDF; version=1.7"
    assert names.DOCUMENT_NAME_SUPPLIED.get(shown) == Name("report.pdf")
    assert names.COMPRESSION_SUPPLIED.get(shown) == Compression.NONE
    assert (names.JOB_IMPRESSIONS.get(shown), names.JOB_MEDIA_SHEETS.get(shown)) == (3, 2)
    assert names.JOB_K_OCTETS.get(shown) == 1


# ---- Job Template attributes


@CREATING
async def test_template_attributes_are_kept_as_they_were_asked_for(desk: Desk, operation: int) -> None:
    asked = [
        names.COPIES.of(3),
        names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
        names.PAGE_RANGES.of(RangeOfInteger(1, 2)),
    ]
    answer = await create(desk, operation, job=asked)
    assert answer.status is Status.SUCCESSFUL_OK
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, answer.job_id)
    assert [shown.job.get(attribute.name) for attribute in asked] == asked


async def test_defaults_are_not_filled_into_the_job(desk: Desk) -> None:
    answer = await desk.ask(Operation.PRINT_JOB, document=PDF)
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, answer.job_id)
    assert names.COPIES.name not in shown.job
    assert names.SIDES.name not in shown.job


BAD = [names.COPIES.of(0), Attribute("x-unknown", (1,)), names.SIDES.of(Keyword("nine-sided"))]
TOLD = (names.COPIES.of(0), unsupported("x-unknown"), names.SIDES.of(Keyword("nine-sided")))


@ADMITTING
@pytest.mark.parametrize("fidelity", [(), (names.IPP_ATTRIBUTE_FIDELITY.of(False),)], ids=["absent", "false"])
async def test_without_fidelity_what_is_unsupported_is_ignored_and_reported(
    desk: Desk, operation: int, fidelity: tuple[Attribute, ...]
) -> None:
    answer = await create(desk, operation, *fidelity, job=[*BAD, names.NUMBER_UP.of(2)])
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == TOLD
    if answer.jobs:
        assert (await desk.job(answer.job_id)).template == (names.NUMBER_UP.of(2),)


@ADMITTING
async def test_with_fidelity_it_is_refused_and_nothing_is_left(desk: Desk, operation: int) -> None:
    answer = await create(desk, operation, names.IPP_ATTRIBUTE_FIDELITY.of(True), job=BAD)
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert answer.unsupported == TOLD
    assert not desk.jobs.unfinished
    assert await desk.spool.sweep([]) == 0


@ADMITTING
@pytest.mark.parametrize("fidelity", [False, True])
async def test_a_conflict_outweighs_what_is_merely_unsupported(
    desk: Desk, operation: int, fidelity: bool
) -> None:
    media = names.MEDIA.of(Keyword("na_letter_8.5x11in"))
    capabilities = desk.services.printers.find("/ipp/print")
    assert capabilities is not None
    column = names.MEDIA_COL.of(*names.MEDIA_COL_DEFAULT.all(capabilities.capabilities))
    answer = await create(
        desk,
        operation,
        names.IPP_ATTRIBUTE_FIDELITY.of(fidelity),
        job=[names.COPIES.of(0), media, column],
    )
    assert answer.status is (
        Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES
        if fidelity
        else Status.SUCCESSFUL_OK_CONFLICTING_ATTRIBUTES
    )
    assert set(answer.unsupported) == {names.COPIES.of(0), media}


async def test_an_operation_attribute_in_the_job_group_is_no_template_attribute(desk: Desk) -> None:
    answer = await desk.ask(Operation.VALIDATE_JOB, job=[names.JOB_NAME.of("report")])
    assert answer.unsupported == (unsupported(names.JOB_NAME.name),)


@ADMITTING
async def test_page_ranges_that_do_not_ascend_are_a_bad_request(desk: Desk, operation: int) -> None:
    ranges = names.PAGE_RANGES.of(RangeOfInteger(5, 6), RangeOfInteger(1, 2))
    assert (await create(desk, operation, job=[ranges])).status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_the_priority_is_the_jobs_own_and_50_without(desk: Desk) -> None:
    urgent = await desk.ask(Operation.PRINT_JOB, job=[names.JOB_PRIORITY.of(99)], document=PDF)
    assert (await desk.job(urgent.job_id)).priority == 99
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, urgent.job_id)
    assert names.JOB_PRIORITY.all(shown.job) == (99,)


@pytest.mark.parametrize("priority", [0, 101])
async def test_a_priority_out_of_bounds_is_unsupported(desk: Desk, priority: int) -> None:
    asked = names.JOB_PRIORITY.of(priority)
    answer = await desk.ask(Operation.PRINT_JOB, job=[asked], document=PDF)
    assert answer.unsupported == (asked,)
    assert (await desk.job(answer.job_id)).priority == DEFAULT_PRIORITY


# ---- job-hold-until


@CREATING
async def test_a_job_may_be_held_from_the_start(desk: Desk, operation: int) -> None:
    answer = await create(desk, operation, job=[names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)])
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
    assert JobStateReason.JOB_HOLD_UNTIL_SPECIFIED in names.JOB_STATE_REASONS.all(answer.job)
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, answer.job_id)
    assert names.JOB_HOLD_UNTIL.all(shown.job) == (JobHoldUntil.INDEFINITE,)


async def test_no_hold_holds_nothing_and_is_remembered(desk: Desk) -> None:
    asked = names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD)
    answer = await desk.ask(Operation.PRINT_JOB, job=[asked], document=PDF)
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, answer.job_id)
    assert shown.job.get(asked.name) == asked


@pytest.mark.parametrize(
    ("period", "hour", "state"),
    [
        (JobHoldUntil.DAY_TIME, 12, JobState.PENDING),
        (JobHoldUntil.DAY_TIME, 22, JobState.PENDING_HELD),
        (JobHoldUntil.NIGHT, 12, JobState.PENDING_HELD),
        (JobHoldUntil.NIGHT, 3, JobState.PENDING),
    ],
)
async def test_a_period_holds_only_until_it_begins(
    desk: Desk, period: Keyword, hour: int, state: JobState
) -> None:
    desk.clock.set_wall_clock(datetime(2026, 11, 18, hour).astimezone().timestamp())
    answer = await desk.ask(Operation.PRINT_JOB, job=[names.JOB_HOLD_UNTIL.of(period)], document=PDF)
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.JOB_STATE.get(answer.job) == state


@pytest.mark.parametrize("until", [Name("lunch"), Keyword("next-year")])
async def test_a_period_that_we_do_not_know_is_unsupported_and_holds_nothing(
    desk: Desk, until: Name | Keyword
) -> None:
    asked = names.JOB_HOLD_UNTIL.of(until)
    answer = await desk.ask(Operation.PRINT_JOB, job=[asked], document=PDF)
    assert answer.unsupported == (asked,)
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING


# ---- refusals, whatever the fidelity


SIZES = (names.JOB_K_OCTETS, names.JOB_IMPRESSIONS, names.JOB_MEDIA_SHEETS)


@ADMITTING
async def test_a_size_out_of_bounds_is_refused_with_everything_unsupported(operation: int) -> None:
    desk = await Desk(replace(PRINTER, max_document_octets=4096)).open()
    size = names.JOB_K_OCTETS.of(5)
    answer = await create(desk, operation, size, names.JOB_IMPRESSIONS.of(1), job=[names.COPIES.of(0)])
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
        answer = await create(
            desk, operation, names.IPP_ATTRIBUTE_FIDELITY.of(fidelity), attribute, job=[names.COPIES.of(0)]
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
async def test_a_printer_that_accepts_no_jobs_says_so(desk: Desk, operation: int) -> None:
    record = await desk.store.load_printer("/ipp/print")
    assert record is not None
    await desk.store.save_printer(replace(record, accepting=False))
    await desk.printers.open()
    assert (await create(desk, operation)).status is Status.SERVER_ERROR_NOT_ACCEPTING_JOBS


@ADMITTING
async def test_there_is_a_bound_to_the_jobs_that_wait(operation: int) -> None:
    desk = await Desk(max_unfinished=2).open()
    waiting = [await create(desk, Operation.CREATE_JOB) for _ in range(2)]
    assert (await create(desk, operation)).status is Status.SERVER_ERROR_TOO_MANY_JOBS
    await desk.ask_of(Operation.CANCEL_JOB, waiting[0].job_id)
    assert (await create(desk, operation)).status is Status.SUCCESSFUL_OK


@ADMITTING
async def test_a_full_spool_is_busy_and_shows_until_there_is_room(operation: int) -> None:
    spool = MemorySpool(max_octets=len(PDF))
    desk = await Desk(spool=spool).open()
    kept = (await create(desk, Operation.PRINT_JOB)).job_id
    assert (await create(desk, operation)).status is Status.SERVER_ERROR_BUSY

    async def reasons() -> tuple[Keyword, ...]:
        return names.PRINTER_STATE_REASONS.all((await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer)

    assert await reasons() == (PrinterStateReason.SPOOL_AREA_FULL,)
    await desk.jobs.delete([kept])
    assert await reasons() == (PrinterStateReason.NONE,)
    assert (await create(desk, operation)).status is Status.SUCCESSFUL_OK


async def test_a_document_that_fills_the_spool_is_a_temporary_error() -> None:
    desk = await Desk(spool=MemorySpool(max_octets=len(PDF) - 1)).open()
    answer = await create(desk, Operation.PRINT_JOB)
    assert answer.status is Status.SERVER_ERROR_TEMPORARY_ERROR
    assert not desk.jobs.unfinished


@ADMITTING
async def test_wrong_values_are_told_before_want_of_room(operation: int) -> None:
    desk = await Desk(max_unfinished=0).open()
    answer = await create(desk, operation, names.JOB_K_OCTETS.of(2**31 - 1))
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert (await create(desk, operation, job=[names.PAGE_RANGES.of(RangeOfInteger(2, 1))])).status is (
        Status.SERVER_ERROR_TOO_MANY_JOBS
    )


async def test_a_paused_printer_goes_on_accepting(desk: Desk) -> None:
    await desk.ask(Operation.PAUSE_PRINTER)
    answer = await create(desk, Operation.PRINT_JOB)
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
