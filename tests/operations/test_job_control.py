"""Cancel-Job, Hold-Job, Release-Job and Restart-Job (RFC 8011 4.3.3, 4.3.5-4.3.7)."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobHoldUntil, JobStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import DateTime, Keyword, Name, NameWithLanguage, TextWithLanguage
from ippserver.testing.desk import PDF, PRINTER, Desk, Tray
from tests.operations.jobs import job_in

NOT_POSSIBLE = Status.CLIENT_ERROR_NOT_POSSIBLE
OK = Status.SUCCESSFUL_OK
IGNORED = Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES


async def reasons(desk: Desk, job_id: int) -> set[Keyword]:
    """job-state-reasons as they are shown."""
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    return set(names.JOB_STATE_REASONS.all(shown.job))


def at_noon(desk: Desk) -> None:
    """Lets it be noon of a Wednesday, local time."""
    desk.clock.set_wall_clock(datetime(2026, 11, 18, 12).astimezone().timestamp())


# ---- the tables of RFC 8011: state, answer and next state


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        (JobState.PENDING, OK, JobState.CANCELED),
        (JobState.PENDING_HELD, OK, JobState.CANCELED),
        (JobState.PROCESSING, OK, JobState.PROCESSING),
        (JobState.PROCESSING_STOPPED, OK, JobState.CANCELED),
        (JobState.COMPLETED, NOT_POSSIBLE, JobState.COMPLETED),
        (JobState.CANCELED, NOT_POSSIBLE, JobState.CANCELED),
        (JobState.ABORTED, NOT_POSSIBLE, JobState.ABORTED),
    ],
)
async def test_cancel_job_does_as_table_4_says(
    desk: Desk, before: JobState, status: Status, after: JobState
) -> None:
    job_id = await job_in(desk, before)
    assert (await desk.ask_of(Operation.CANCEL_JOB, job_id)).status is status
    assert (await desk.job(job_id)).state is after


HELD_BY = [
    pytest.param((), JobState.PENDING_HELD, id="indefinitely"),
    pytest.param((names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD),), JobState.PENDING, id="no-hold"),
    pytest.param(
        (names.JOB_HOLD_UNTIL.of(JobHoldUntil.DAY_TIME),), JobState.PENDING, id="a period that began"
    ),
    pytest.param((names.JOB_HOLD_UNTIL.of(JobHoldUntil.NIGHT),), JobState.PENDING_HELD, id="a later period"),
]


@pytest.mark.parametrize(("asked", "after"), HELD_BY)
@pytest.mark.parametrize("before", list(JobState))
async def test_hold_job_does_as_table_5_says(
    desk: Desk, before: JobState, asked: tuple[Attribute, ...], after: JobState
) -> None:
    at_noon(desk)
    job_id = await job_in(desk, before)
    possible = before in (JobState.PENDING, JobState.PENDING_HELD)
    answer = await desk.ask_of(Operation.HOLD_JOB, job_id, *asked)
    assert answer.status is (OK if possible else NOT_POSSIBLE)
    assert (await desk.job(job_id)).state is (after if possible else before)


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        (JobState.PENDING, OK, JobState.PENDING),
        (JobState.PENDING_HELD, OK, JobState.PENDING),
        (JobState.PROCESSING, OK, JobState.PROCESSING),
        (JobState.PROCESSING_STOPPED, OK, JobState.PROCESSING_STOPPED),
        (JobState.COMPLETED, NOT_POSSIBLE, JobState.COMPLETED),
        (JobState.CANCELED, NOT_POSSIBLE, JobState.CANCELED),
        (JobState.ABORTED, NOT_POSSIBLE, JobState.ABORTED),
    ],
)
async def test_release_job_does_as_table_6_says(
    desk: Desk, before: JobState, status: Status, after: JobState
) -> None:
    job_id = await job_in(desk, before)
    assert (await desk.ask_of(Operation.RELEASE_JOB, job_id)).status is status
    assert (await desk.job(job_id)).state is after


@pytest.mark.parametrize(("asked", "after"), HELD_BY[1:])
@pytest.mark.parametrize("before", list(JobState))
async def test_restart_job_does_as_table_7_says(
    desk: Desk, before: JobState, asked: tuple[Attribute, ...], after: JobState
) -> None:
    at_noon(desk)
    job_id = await job_in(desk, before)
    possible = before in (JobState.COMPLETED, JobState.CANCELED, JobState.ABORTED)
    answer = await desk.ask_of(Operation.RESTART_JOB, job_id, *asked)
    assert answer.status is (OK if possible else NOT_POSSIBLE)
    assert (await desk.job(job_id)).state is (after if possible else before)


@pytest.mark.parametrize(
    "operation",
    [
        Operation.CANCEL_JOB,
        Operation.HOLD_JOB,
        Operation.RELEASE_JOB,
        Operation.RESTART_JOB,
        Operation.CLOSE_JOB,
    ],
)
async def test_they_answer_without_a_job_group(desk: Desk, operation: Operation) -> None:
    before = JobState.COMPLETED if operation is Operation.RESTART_JOB else JobState.PENDING
    answer = await desk.ask_of(operation, await job_in(desk, before))
    assert answer.status is OK
    assert answer.jobs == []


# ---- Cancel-Job


async def test_a_job_says_who_canceled_it(desk: Desk) -> None:
    for user, reason in (
        ("alice", JobStateReason.JOB_CANCELED_BY_USER),
        ("bob", JobStateReason.JOB_CANCELED_BY_OPERATOR),
    ):
        job_id = await job_in(desk, JobState.PENDING)
        await desk.ask_of(Operation.CANCEL_JOB, job_id, user=user)
        assert await reasons(desk, job_id) == {reason, JobStateReason.JOB_RESTARTABLE}


@pytest.mark.effect(Operation.CANCEL_JOB)
async def test_a_job_in_process_is_canceled_as_soon_as_its_output_lets_go() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(outputs=[tray]).open()
    async with desk.printing():
        job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
        await tray.working.wait()
        assert (await desk.ask_of(Operation.CANCEL_JOB, job_id)).status is OK
        assert JobStateReason.PROCESSING_TO_STOP_POINT in await reasons(desk, job_id)
        assert (await desk.ask_of(Operation.CANCEL_JOB, job_id)).status is NOT_POSSIBLE
        await desk.until(job_id, JobState.CANCELED)
    assert await reasons(desk, job_id) == {
        JobStateReason.JOB_CANCELED_BY_USER,
        JobStateReason.JOB_RESTARTABLE,
    }
    assert not tray.delivered


async def test_a_job_that_only_lingers_is_canceled_too() -> None:
    desk = await Desk(replace(PRINTER, minimum_processing_seconds=60.0), outputs=[Tray()]).open()
    async with desk.printing():
        job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
        await desk.until(job_id, JobState.PROCESSING)
        assert (await desk.ask_of(Operation.CANCEL_JOB, job_id)).status is OK
        await desk.until(job_id, JobState.CANCELED)
    assert (await desk.job(job_id)).completed == desk.clock.now()


# ---- job-hold-until


@pytest.mark.effect(Operation.HOLD_JOB, Operation.RELEASE_JOB)
async def test_hold_job_without_a_period_holds_until_somebody_releases(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    await desk.ask_of(Operation.HOLD_JOB, job_id)
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert names.JOB_HOLD_UNTIL.get(shown.job) == JobHoldUntil.INDEFINITE
    assert await reasons(desk, job_id) == {JobStateReason.JOB_HOLD_UNTIL_SPECIFIED}
    await desk.ask_of(Operation.RELEASE_JOB, job_id)
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert names.JOB_HOLD_UNTIL.name not in shown.job
    assert await reasons(desk, job_id) == {JobStateReason.NONE}


async def test_a_later_hold_replaces_the_period_of_an_earlier_one(desk: Desk) -> None:
    at_noon(desk)
    job_id = await job_in(desk, JobState.PENDING_HELD)
    await desk.ask_of(Operation.HOLD_JOB, job_id, names.JOB_HOLD_UNTIL.of(JobHoldUntil.NIGHT))
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert names.JOB_HOLD_UNTIL.all(shown.job) == (JobHoldUntil.NIGHT,)


@pytest.mark.parametrize(
    "until", [Keyword("next-year"), Name("lunch"), NameWithLanguage("fr", "midi"), Name(JobHoldUntil.NO_HOLD)]
)
@pytest.mark.parametrize("operation", [Operation.HOLD_JOB, Operation.RESTART_JOB])
async def test_a_period_that_we_do_not_know_holds_indefinitely_and_is_reported(
    desk: Desk, operation: Operation, until: Keyword | Name
) -> None:
    before = JobState.COMPLETED if operation is Operation.RESTART_JOB else JobState.PENDING
    job_id = await job_in(desk, before)
    asked = names.JOB_HOLD_UNTIL.of(until)
    answer = await desk.ask_of(operation, job_id, asked)
    assert answer.status is IGNORED
    assert answer.unsupported == (asked,)
    job = await desk.job(job_id)
    assert (job.state, job.hold_until) == (JobState.PENDING_HELD, JobHoldUntil.INDEFINITE)


async def test_release_job_removes_a_no_hold_of_the_creation_too(desk: Desk) -> None:
    asked = names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD)
    job_id = (await desk.ask(Operation.PRINT_JOB, job=[asked], document=PDF)).job_id
    await desk.ask_of(Operation.RELEASE_JOB, job_id)
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert asked.name not in shown.job


async def test_release_job_leaves_a_job_held_that_waits_for_documents(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await desk.ask_of(Operation.HOLD_JOB, job_id)
    assert (await desk.ask_of(Operation.RELEASE_JOB, job_id)).status is OK
    job = await desk.job(job_id)
    assert job.state is JobState.PENDING_HELD
    assert JobStateReason.JOB_HOLD_UNTIL_SPECIFIED not in job.reasons


# ---- Restart-Job


async def printed(desk: Desk) -> int:
    """A Job that was printed."""
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    return job_id


@pytest.mark.effect(Operation.RESTART_JOB)
async def test_a_job_of_the_history_is_printed_again_under_its_own_id() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    job_id = await printed(desk)
    tray.delivered.clear()
    assert (await desk.ask_of(Operation.RESTART_JOB, job_id)).status is OK
    job = await desk.job(job_id)
    assert (job.state, job.completed, job.processing_since) == (JobState.PENDING, None, None)
    assert await reasons(desk, job_id) == {JobStateReason.NONE}
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert names.JOB_K_OCTETS_PROCESSED.get(shown.job) == 0
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    assert tray.delivered == {f"{job_id}-1": PDF}


async def test_a_restart_forgets_the_hold_of_the_first_time(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING_HELD)
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    await desk.ask_of(Operation.RESTART_JOB, job_id)
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert names.JOB_HOLD_UNTIL.name not in shown.job


async def test_a_job_without_documents_cannot_be_restarted(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    assert (await desk.ask_of(Operation.RESTART_JOB, job_id)).status is NOT_POSSIBLE
    assert (await desk.job(job_id)).state is JobState.CANCELED


# ---- message


@pytest.mark.parametrize("message", [("please",), (TextWithLanguage("de", "bitte"),)])
async def test_a_message_to_the_operator_goes_to_the_log(
    desk: Desk, message: Iterable[TextWithLanguage | str], caplog: pytest.LogCaptureFixture
) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    with caplog.at_level(logging.INFO, "ippserver.operations"):
        answer = await desk.ask_of(Operation.CANCEL_JOB, job_id, names.MESSAGE.of(*message))
    assert answer.status is OK
    assert "please" in caplog.text or "bitte" in caplog.text


# ---- job-hold-until-time


@pytest.mark.effect(Operation.HOLD_JOB)
async def test_a_job_is_held_until_a_moment(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    soon = DateTime.of(datetime.fromtimestamp(desk.clock.now() + 3600, UTC))
    answer = await desk.ask_of(Operation.HOLD_JOB, job_id, names.JOB_HOLD_UNTIL_TIME.of(soon))
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert answer.status is OK
    assert names.JOB_HOLD_UNTIL_TIME.get(shown.job) == soon
    assert names.JOB_HOLD_UNTIL.name not in shown.job
    assert (await desk.job(job_id)).state is JobState.PENDING_HELD


async def test_a_moment_that_is_past_holds_nothing(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING_HELD)
    past = DateTime.of(datetime.fromtimestamp(desk.clock.now() - 1, UTC))
    assert (await desk.ask_of(Operation.HOLD_JOB, job_id, names.JOB_HOLD_UNTIL_TIME.of(past))).status is OK
    assert (await desk.job(job_id)).state is JobState.PENDING


async def test_a_moment_that_is_none_is_refused(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    never = names.JOB_HOLD_UNTIL_TIME.of(DateTime(b"\x07\xea\x0d\x20\x00\x00\x00\x00+\x00\x00"))
    answer = await desk.ask_of(Operation.HOLD_JOB, job_id, never)
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert (await desk.job(job_id)).state is JobState.PENDING


async def test_a_period_and_a_moment_contradict_each_other(desk: Desk) -> None:
    job_id = await job_in(desk, JobState.PENDING)
    soon = DateTime.of(datetime.fromtimestamp(desk.clock.now() + 3600, UTC))
    both = (names.JOB_HOLD_UNTIL.of(JobHoldUntil.NIGHT), names.JOB_HOLD_UNTIL_TIME.of(soon))
    answer = await desk.ask_of(Operation.HOLD_JOB, job_id, *both)
    assert (answer.status, answer.unsupported) == (Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES, both)
    assert (await desk.job(job_id)).state is JobState.PENDING


# ---- job-message-from-operator


@pytest.mark.parametrize(
    ("operation", "before"),
    [
        (Operation.CANCEL_JOB, JobState.PENDING),
        (Operation.HOLD_JOB, JobState.PENDING),
        (Operation.RELEASE_JOB, JobState.PENDING_HELD),
        (Operation.RESTART_JOB, JobState.COMPLETED),
        (Operation.PROMOTE_JOB, JobState.PENDING),
        (Operation.SCHEDULE_JOB_AFTER, JobState.PENDING),
    ],
)
async def test_the_last_message_of_an_operator_stands_in_the_job(
    desk: Desk, operation: Operation, before: JobState
) -> None:
    job_id = await job_in(desk, before)
    for words in ("Paper is coming.", "It is here."):
        said = names.JOB_MESSAGE_FROM_OPERATOR.of(words)
        await desk.jobs.apply(job_id, lambda job: replace(job, state=before))
        assert (await desk.ask_of(operation, job_id, said)).status is OK
        shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
        assert names.JOB_MESSAGE_FROM_OPERATOR.all(shown.job) == (words,)


# ---- Close-Job


@pytest.mark.effect(Operation.CLOSE_JOB)
async def test_a_closed_job_goes_with_the_documents_that_it_has(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    more = names.LAST_DOCUMENT.of(False)
    await desk.ask_of(Operation.SEND_DOCUMENT, job_id, more, document=PDF)
    assert (await desk.ask_of(Operation.CLOSE_JOB, job_id)).status is OK
    job = await desk.job(job_id)
    assert (job.state, job.incoming, len(job.documents)) == (JobState.PENDING, False, 1)
    assert (await desk.ask_of(Operation.SEND_DOCUMENT, job_id, more, document=PDF)).status is NOT_POSSIBLE


@pytest.mark.parametrize("state", list(JobState))
async def test_a_job_that_is_closed_can_be_closed_again_unless_it_is_over(
    desk: Desk, state: JobState
) -> None:
    job_id = await job_in(desk, state)
    before = await desk.job(job_id)
    answer = await desk.ask_of(Operation.CLOSE_JOB, job_id)
    assert answer.status is (NOT_POSSIBLE if before.terminal else OK)
    assert await desk.job(job_id) == before
