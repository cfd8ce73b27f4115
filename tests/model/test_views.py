from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.groups import ALL
from ippserver.iana.keywords import JobHoldUntil, JobStateReason
from ippserver.iana.names import DEFINITIONS
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import MIN_INTEGER, Keyword, OutOfBand
from ippserver.model.capabilities import capabilities
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.printer import PrinterConfig, PrinterStatus
from ippserver.model.selection import JOB_GROUPS, Selection
from ippserver.model.states import JOB_STEPS, IllegalTransition, JobEvent
from ippserver.model.views import At, JobScene, date_time, job_attributes, job_created, job_names
from ippserver.testing.fakes import job_draft

NOW = 1_800_000_000.0
URI = "ipp://localhost/ipp/print"
AT = At(now=NOW, up_time=500, printer_uri=URI)
CAPABILITIES = capabilities(PrinterConfig(path="/ipp/print", name="office"))
DOCUMENT = Document(number=1, key="aa", format="text/plain", size_octets=1025, sha256="00")
MINE = Job.of(job_draft(documents=(DOCUMENT,), created=NOW - 10), 7)
IDLE = PrinterStatus()


def seen(job: Job, *, at: At = AT, printer: PrinterStatus = IDLE, ahead: int = 0) -> AttributeGroup:
    return AttributeGroup(
        GroupTag.JOB, job_attributes(JobScene(job, at, printer, ahead), Selection((ALL,), JOB_GROUPS))
    )


def in_state(state: JobState) -> Job:
    """A Job in `state`, brought there by events."""
    paths: dict[JobState, tuple[JobEvent, ...]] = {
        JobState.PENDING: (),
        JobState.PENDING_HELD: (JobEvent.HOLD,),
        JobState.PROCESSING: (JobEvent.START,),
        JobState.PROCESSING_STOPPED: (JobEvent.START, JobEvent.PAUSE),
        JobState.CANCELED: (JobEvent.CANCEL,),
        JobState.ABORTED: (JobEvent.START, JobEvent.ABORT),
        JobState.COMPLETED: (JobEvent.START, JobEvent.FINISH),
    }
    job = MINE
    for event in paths[state]:
        job = job.on(event, NOW - 5)
    return job


SIZES_UNTOLD = (names.JOB_IMPRESSIONS.of(OutOfBand.NO_VALUE), names.JOB_MEDIA_SHEETS.of(OutOfBand.NO_VALUE))
"""Known to nobody (RFC 8011 5.1.1); self-certification wants them shown (PWG 5100.20, I-13.1)."""


@pytest.mark.parametrize("state", JobState)
def test_everything_shown_of_a_job_has_the_syntax_that_is_registered(state: JobState) -> None:
    for attribute in seen(in_state(state)):
        definition = DEFINITIONS[attribute.name]
        assert attribute in SIZES_UNTOLD or definition.problem(attribute.values) is None, attribute


@pytest.mark.parametrize("state", JobState)
def test_everything_shown_of_a_job_is_among_its_names(state: JobState) -> None:
    assert {attribute.name for attribute in seen(in_state(state))} <= job_names(CAPABILITIES)


REQUIRED = [
    definition
    for definition in (
        names.JOB_ID,
        names.JOB_URI,
        names.JOB_PRINTER_URI,
        names.JOB_NAME,
        names.JOB_ORIGINATING_USER_NAME,
        names.JOB_STATE,
        names.JOB_STATE_REASONS,
        names.JOB_UUID,
        names.JOB_K_OCTETS,
        names.JOB_PRINTER_UP_TIME,
        names.TIME_AT_CREATION,
        names.TIME_AT_PROCESSING,
        names.TIME_AT_COMPLETED,
        names.ATTRIBUTES_CHARSET,
        names.ATTRIBUTES_NATURAL_LANGUAGE,
    )
]


@pytest.mark.parametrize("state", JobState)
def test_the_required_attributes_are_shown_in_every_state(state: JobState) -> None:
    group = seen(in_state(state))
    assert [one.name for one in REQUIRED if one.attribute(group) is None] == []


@pytest.mark.parametrize("state", JobState)
def test_reasons_are_never_empty_and_none_stands_alone(state: JobState) -> None:
    reasons = names.JOB_STATE_REASONS.all(seen(in_state(state)))
    assert reasons
    assert (JobStateReason.NONE in reasons) == (state is JobState.PENDING)
    assert JobStateReason.NONE not in reasons or len(reasons) == 1


@given(st.lists(st.sampled_from(list(JobEvent)), max_size=12), st.booleans())
def test_whatever_happens_a_job_can_be_shown(events: list[JobEvent], paused: bool) -> None:
    job = MINE
    for event in events:
        if event in JOB_STEPS[job.state]:
            try:
                job = job.on(event, NOW)
            except IllegalTransition:
                continue
    group = seen(job, printer=PrinterStatus(paused=paused))
    assert names.JOB_STATE_REASONS.all(group)
    assert all(attribute.wire for attribute in group)


@pytest.mark.parametrize(
    ("state", "processing", "completed"),
    [
        (JobState.PENDING, OutOfBand.NO_VALUE, OutOfBand.NO_VALUE),
        (JobState.PROCESSING, 495, OutOfBand.NO_VALUE),
        (JobState.COMPLETED, 495, 495),
        (JobState.CANCELED, OutOfBand.NO_VALUE, 495),
    ],
)
def test_times_have_no_value_until_they_come(
    state: JobState, processing: int | OutOfBand, completed: int | OutOfBand
) -> None:
    group = seen(in_state(state))
    assert names.TIME_AT_CREATION.get(group) == 490
    assert names.TIME_AT_PROCESSING.attribute(group) == names.TIME_AT_PROCESSING.of(processing)
    assert names.TIME_AT_COMPLETED.attribute(group) == names.TIME_AT_COMPLETED.of(completed)
    for time, date in (
        (names.TIME_AT_PROCESSING, names.DATE_TIME_AT_PROCESSING),
        (names.TIME_AT_COMPLETED, names.DATE_TIME_AT_COMPLETED),
    ):
        assert (time.get(group) is None) == (date.get(group) is None)


def test_a_time_before_the_start_is_not_positive() -> None:
    at = At(now=NOW, up_time=1, printer_uri=URI)
    assert names.TIME_AT_CREATION.get(seen(MINE, at=at)) == -9


@pytest.mark.parametrize("jump", [-3600.0, -0.7, 3600.0, 366 * 86_400.0, 1e11])
def test_a_clock_that_is_set_puts_nothing_into_the_future_or_out_of_range(jump: float) -> None:
    at = At(now=NOW + jump, up_time=500, printer_uri=URI)
    created = at.up_time_at(NOW)
    assert isinstance(created, int)
    assert MIN_INTEGER <= created <= 500


@pytest.mark.parametrize(
    ("state", "ahead"),
    [(JobState.PENDING, 3), (JobState.PENDING_HELD, 3), (JobState.PROCESSING, 0), (JobState.COMPLETED, None)],
)
def test_jobs_stand_ahead_of_those_that_wait(state: JobState, ahead: int | None) -> None:
    assert names.NUMBER_OF_INTERVENING_JOBS.get(seen(in_state(state), ahead=3)) == ahead


@pytest.mark.parametrize("state", JobState)
def test_waiting_jobs_show_that_their_printer_is_paused(state: JobState) -> None:
    shown = names.JOB_STATE_REASONS.all(seen(in_state(state), printer=PrinterStatus(paused=True)))
    waits = state in (JobState.PENDING, JobState.PENDING_HELD, JobState.PROCESSING_STOPPED)
    assert (JobStateReason.PRINTER_STOPPED in shown) == waits


@pytest.mark.parametrize("state", JobState)
def test_only_a_job_in_process_shows_how_it_stands_behind_an_output(state: JobState) -> None:
    told = frozenset({JobStateReason.JOB_QUEUED})
    job = in_state(state)
    shown = names.JOB_STATE_REASONS.all(seen(job, printer=PrinterStatus(elsewhere={job.id: told})))
    assert (JobStateReason.JOB_QUEUED in shown) == (state is JobState.PROCESSING)
    others = names.JOB_STATE_REASONS.all(seen(job, printer=PrinterStatus(elsewhere={job.id + 1: told})))
    assert JobStateReason.JOB_QUEUED not in others


@pytest.mark.parametrize(("octets", "k_octets"), [(0, 0), (1, 1), (1024, 1), (1025, 2)])
def test_sizes_are_rounded_up_and_processed_when_the_job_is_done(octets: int, k_octets: int) -> None:
    job = replace(in_state(JobState.PROCESSING), documents=(replace(DOCUMENT, size_octets=octets),))
    group, done = seen(job), seen(job.on(JobEvent.FINISH, NOW))
    assert names.JOB_K_OCTETS.get(group) == k_octets
    assert names.JOB_K_OCTETS_PROCESSED.get(group) == 0
    assert names.JOB_K_OCTETS_PROCESSED.get(done) == k_octets


def test_every_state_says_a_sentence_and_a_message_of_its_own_comes_before_it() -> None:
    sentences = {names.JOB_STATE_MESSAGE.get(seen(in_state(state))) for state in JobState}
    assert len(sentences) == len(JobState)
    failed = in_state(JobState.PROCESSING).on(JobEvent.ABORT, NOW, message="The disk is full.")
    assert names.JOB_STATE_MESSAGE.get(seen(failed)) == "The disk is full."


def test_job_hold_until_is_shown_while_it_holds() -> None:
    held = replace(in_state(JobState.PENDING_HELD), hold_until=JobHoldUntil.NIGHT)
    assert names.JOB_HOLD_UNTIL.get(seen(held)) == JobHoldUntil.NIGHT
    assert names.JOB_HOLD_UNTIL.attribute(seen(MINE)) is None


def test_template_and_supplied_attributes_are_shown_once_and_rows_come_before_them() -> None:
    template = (names.COPIES.of(2), names.JOB_PRIORITY.of(99))
    job = replace(MINE, template=template, supplied=(names.JOB_IMPRESSIONS.of(4),))
    group = seen(job)
    assert names.COPIES.get(group) == 2
    assert names.JOB_IMPRESSIONS.get(group) == 4
    assert names.JOB_PRIORITY.get(group) == 50
    assert len({attribute.name for attribute in group}) == len(group)


def test_only_what_is_wanted_is_shown() -> None:
    wanted = Selection((names.COPIES.name, names.JOB_ID.name), JOB_GROUPS)
    job = replace(MINE, template=(names.COPIES.of(2), names.SIDES.of(Keyword("one-sided"))))
    shown = job_attributes(JobScene(job, AT, PrinterStatus()), wanted)
    assert [attribute.name for attribute in shown] == [names.JOB_ID.name, names.COPIES.name]


def test_the_answer_to_creation_names_the_job_and_its_state() -> None:
    group = AttributeGroup(GroupTag.JOB, job_created(JobScene(MINE, AT, PrinterStatus(), 2)))
    assert names.JOB_URI.get(group) == f"{URI}/7"
    assert names.JOB_ID.get(group) == 7
    assert names.JOB_STATE.get(group) == JobState.PENDING
    assert names.JOB_STATE_REASONS.all(group) == (JobStateReason.NONE,)
    assert names.NUMBER_OF_INTERVENING_JOBS.get(group) == 2


@pytest.mark.parametrize("moment", [0.0, NOW, NOW + 0.25, 4e9])
def test_a_moment_is_shown_in_utc_to_a_tenth_of_a_second(moment: float) -> None:
    shown = date_time(moment)
    assert not isinstance(shown, OutOfBand)
    assert shown.datetime is not None
    assert abs(shown.datetime - datetime.fromtimestamp(moment, UTC)).total_seconds() < 0.1
