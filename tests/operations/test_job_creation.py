"""Print-Job, Validate-Job and Create-Job (RFC 8011 4.2.1, 4.2.3, 4.2.4)."""

from datetime import UTC, datetime

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import Compression, JobDelayOutputUntil, JobHoldUntil, JobStateReason, Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import DateTime, Keyword, MimeMediaType, Name, RangeOfInteger
from ippserver.model.job import DEFAULT_PRIORITY
from ippserver.testing.desk import PDF, URI, Desk, unsupported
from ippserver.testing.fakes import stream

CREATING = pytest.mark.parametrize("operation", [Operation.PRINT_JOB, Operation.CREATE_JOB])
ADMITTING = pytest.mark.parametrize(
    "operation", [Operation.PRINT_JOB, Operation.CREATE_JOB, Operation.VALIDATE_JOB]
)


# ---- success


@pytest.mark.effect(Operation.PRINT_JOB)
async def test_the_simplest_print_job_makes_a_pending_job_of_one_document(desk: Desk) -> None:
    answer = await desk.ask(Operation.PRINT_JOB, document=PDF, user=None)
    assert answer.status is Status.SUCCESSFUL_OK
    job = await desk.job(answer.job_id)
    assert job.state is JobState.PENDING
    assert (job.title, job.user, job.priority) == (Name("Untitled"), Name("anonymous"), DEFAULT_PRIORITY)
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


@pytest.mark.effect(Operation.CREATE_JOB)
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


@pytest.mark.effect(Operation.VALIDATE_JOB)
async def test_validate_job_says_beforehand_what_print_job_would_refuse(desk: Desk) -> None:
    strict = names.IPP_ATTRIBUTE_FIDELITY.of(True)
    answer = await desk.ask(Operation.VALIDATE_JOB, strict, job=[names.COPIES.of(0), names.NUMBER_UP.of(2)])
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert answer.unsupported == (names.COPIES.of(0),)


async def test_the_document_may_come_in_any_pieces(desk: Desk) -> None:
    pieces = stream([b"", *(bytes([octet]) for octet in PDF), b""])
    answer = await desk.ask(Operation.PRINT_JOB, document=pieces)
    (document,) = (await desk.job(answer.job_id)).documents
    assert document.size_octets == len(PDF)


@CREATING
async def test_a_job_remembers_who_made_it_and_how_they_speak(desk: Desk, operation: int) -> None:
    answer = await desk.create(operation, names.JOB_NAME.of("report"))
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
    assert (await desk.job(answer.job_id)).title == Name(name)


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
    answer = await desk.create(operation, job=asked)
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
    answer = await desk.create(operation, *fidelity, job=[*BAD, names.NUMBER_UP.of(2)])
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == TOLD
    if answer.jobs:
        assert (await desk.job(answer.job_id)).template == (names.NUMBER_UP.of(2),)


@ADMITTING
async def test_with_fidelity_it_is_refused_and_nothing_is_left(desk: Desk, operation: int) -> None:
    answer = await desk.create(operation, names.IPP_ATTRIBUTE_FIDELITY.of(True), job=BAD)
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
    answer = await desk.create(
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
    assert (await desk.create(operation, job=[ranges])).status is Status.CLIENT_ERROR_BAD_REQUEST


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
    answer = await desk.create(operation, job=[names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)])
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


# ---- job-mandatory-attributes (PWG 5100.7)


@pytest.mark.parametrize("operation", [Operation.PRINT_JOB, Operation.CREATE_JOB, Operation.VALIDATE_JOB])
async def test_what_is_mandatory_must_be_had_and_the_rest_may_be_ignored(
    desk: Desk, operation: Operation
) -> None:
    wanted = [names.COPIES.of(1_000_000), names.IMPOSITION_TEMPLATE.of(Keyword("none"))]
    for mandatory, status in (
        (names.COPIES.name, Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED),
        (names.IMPOSITION_TEMPLATE.name, Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED),
        (names.SIDES.name, Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES),
        ("x-unknown", Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES),
    ):
        insists = names.JOB_MANDATORY_ATTRIBUTES.of(Keyword(mandatory))
        answer = await desk.create(operation, insists, job=wanted)
        assert answer.status is status
        assert {each.name for each in answer.unsupported} == {each.name for each in wanted}


async def test_what_was_mandatory_is_told_of_the_job(desk: Desk) -> None:
    insists = names.JOB_MANDATORY_ATTRIBUTES.of(Keyword(names.COPIES.name), Keyword(names.SIDES.name))
    job_id = (await desk.create(Operation.PRINT_JOB, insists, job=[names.COPIES.of(2)])).job_id
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert names.JOB_MANDATORY_ATTRIBUTES.all(shown.job) == insists.values


# ---- when a Job may go


def soon(desk: Desk, seconds: float) -> DateTime:
    """So many seconds from now."""
    return DateTime.of(datetime.fromtimestamp(desk.clock.now() + seconds, UTC))


@pytest.mark.parametrize("definition", [names.JOB_HOLD_UNTIL_TIME, names.JOB_DELAY_OUTPUT_UNTIL_TIME])
async def test_a_job_waits_for_its_moment_and_says_so(desk: Desk, definition: AttributeDef[DateTime]) -> None:
    moment = definition.of(soon(desk, 60))
    answer = await desk.create(Operation.PRINT_JOB, job=[moment])
    assert (answer.status, names.JOB_STATE.get(answer.job)) == (
        Status.SUCCESSFUL_OK,
        JobState.PENDING_HELD,
    )
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, answer.job_id)
    assert definition.all(shown.job) == moment.values


async def test_a_moment_counts_more_than_a_period(desk: Desk) -> None:
    period = names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)
    moment = names.JOB_HOLD_UNTIL_TIME.of(soon(desk, 60))
    answer = await desk.create(Operation.PRINT_JOB, job=[period, moment])
    assert (answer.status, answer.unsupported) == (
        Status.SUCCESSFUL_OK_CONFLICTING_ATTRIBUTES,
        (period,),
    )
    assert (await desk.job(answer.job_id)).hold_until == moment.values[0]


async def test_a_delay_is_none_of_release_job(desk: Desk) -> None:
    delay = names.JOB_DELAY_OUTPUT_UNTIL.of(JobDelayOutputUntil.INDEFINITE)
    job_id = (await desk.create(Operation.PRINT_JOB, job=[delay])).job_id
    assert (await desk.ask_of(Operation.RELEASE_JOB, job_id)).status is Status.SUCCESSFUL_OK
    job = await desk.job(job_id)
    assert job.state is JobState.PENDING_HELD
    assert job.reasons == {JobStateReason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED}


async def test_the_printers_defaults_say_when_a_job_goes(desk: Desk) -> None:
    defaults = [
        names.JOB_DELAY_OUTPUT_UNTIL_DEFAULT.of(JobDelayOutputUntil.INDEFINITE),
        names.JOB_CANCEL_AFTER_DEFAULT.of(60),
    ]
    answer = await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=defaults)
    assert answer.status is Status.SUCCESSFUL_OK
    job = await desk.job((await desk.create(Operation.PRINT_JOB)).job_id)
    assert job.delay_until == JobDelayOutputUntil.INDEFINITE
    assert job.template == (names.JOB_CANCEL_AFTER.of(60),)
