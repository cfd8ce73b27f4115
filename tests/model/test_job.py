from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.ipp.values import Keyword
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.model.document import Document
from ippserver.model.job import Change, Job
from ippserver.model.states import ACTIVE, HOLD_REASONS, JOB_STEPS, TERMINAL, IllegalTransition, JobEvent
from ippserver.testing.fakes import job_draft

NOW = 1_800_000_100.0
DOCUMENT = Document(number=1, key="aa", format="text/plain", size_octets=10, sha256="00")

REASONS: dict[JobState, frozenset[Keyword]] = {
    JobState.PENDING: frozenset(),
    JobState.PENDING_HELD: frozenset({Reason.JOB_HOLD_UNTIL_SPECIFIED}),
    JobState.PROCESSING: frozenset({Reason.JOB_PRINTING}),
    JobState.PROCESSING_STOPPED: frozenset({Reason.PRINTER_STOPPED}),
    JobState.CANCELED: frozenset({Reason.JOB_CANCELED_BY_USER, Reason.JOB_RESTARTABLE}),
    JobState.ABORTED: frozenset({Reason.ABORTED_BY_SYSTEM, Reason.JOB_RESTARTABLE}),
    JobState.COMPLETED: frozenset({Reason.JOB_COMPLETED_SUCCESSFULLY, Reason.JOB_RESTARTABLE}),
}


def job(state: JobState = JobState.PENDING, *more: Keyword) -> Job:
    """A Job of one document in `state`, with its usual reasons and `more`."""
    made = Job.of(job_draft(state=state, documents=(DOCUMENT,)), 7)
    return replace(made, reasons=REASONS[state] | frozenset(more))


def canceling() -> Job:
    return job(JobState.PROCESSING).on(JobEvent.CANCEL, NOW, adds={Reason.JOB_CANCELED_BY_USER})


def suspended() -> Job:
    return job().on(JobEvent.START, NOW).on(JobEvent.SUSPEND, NOW)


@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("event", JobEvent)
def test_a_job_goes_where_the_table_says_but_ends_only_what_was_begun(
    state: JobState, event: JobEvent
) -> None:
    found = JOB_STEPS[state].get(event)
    if found is None or event in (JobEvent.CANCEL_DONE, JobEvent.RESUME_JOB, JobEvent.UNSTORE):
        with pytest.raises(IllegalTransition):
            job(state).on(event, NOW)
    elif event is JobEvent.RELEASE:
        after = job(state).on(event, NOW, drops={Reason.JOB_HOLD_UNTIL_SPECIFIED})
        assert after.state is found.state
    else:
        assert job(state).on(event, NOW).state is found.state


@pytest.mark.parametrize("event", [event for event in JobEvent if event is not JobEvent.CANCEL_DONE])
def test_nothing_but_its_end_happens_to_a_job_that_is_being_canceled(event: JobEvent) -> None:
    if event is JobEvent.RELEASE:
        assert canceling().on(event, NOW).canceling
        return
    with pytest.raises(IllegalTransition):
        canceling().on(event, NOW)


@pytest.mark.parametrize(
    ("before", "event", "reasons"),
    [
        (job(), JobEvent.START, {Reason.JOB_PRINTING}),
        (job(), JobEvent.HOLD, {Reason.JOB_HOLD_UNTIL_SPECIFIED}),
        (job(JobState.PROCESSING), JobEvent.PAUSE, {Reason.PRINTER_STOPPED}),
        (job(JobState.PROCESSING_STOPPED), JobEvent.RESUME_PRINTER, {Reason.JOB_PRINTING}),
        (job(JobState.PROCESSING), JobEvent.SUSPEND, {Reason.JOB_SUSPENDED}),
        (job(JobState.PROCESSING_STOPPED), JobEvent.SUSPEND, {Reason.JOB_SUSPENDED}),
        (suspended(), JobEvent.RESUME_JOB, set()),
        (suspended(), JobEvent.CANCEL, {Reason.JOB_RESTARTABLE}),
        (job(JobState.PROCESSING), JobEvent.REQUEUE, set()),
        (
            job(JobState.PROCESSING),
            JobEvent.FINISH,
            {Reason.JOB_COMPLETED_SUCCESSFULLY, Reason.JOB_RESTARTABLE},
        ),
        (job(JobState.PROCESSING), JobEvent.ABORT, {Reason.ABORTED_BY_SYSTEM, Reason.JOB_RESTARTABLE}),
        (job(JobState.PENDING_HELD), JobEvent.ABORT, {Reason.ABORTED_BY_SYSTEM, Reason.JOB_RESTARTABLE}),
        (job(JobState.COMPLETED), JobEvent.RESTART, set()),
        (job(JobState.CANCELED), JobEvent.RESTART, set()),
        (job(JobState.ABORTED, Reason.DOCUMENT_FORMAT_ERROR), JobEvent.RESTART, set()),
    ],
)
def test_reasons_come_and_go_with_the_step(before: Job, event: JobEvent, reasons: set[Keyword]) -> None:
    assert before.on(event, NOW).reasons == reasons


def test_canceling_shows_the_way_to_the_stop_point_and_keeps_who_canceled() -> None:
    assert canceling().reasons == {
        Reason.JOB_PRINTING,
        Reason.PROCESSING_TO_STOP_POINT,
        Reason.JOB_CANCELED_BY_USER,
    }
    done = canceling().on(JobEvent.CANCEL_DONE, NOW)
    assert done.reasons == {Reason.JOB_CANCELED_BY_USER, Reason.JOB_RESTARTABLE}


@pytest.mark.parametrize("event", JobEvent)
def test_a_suspended_job_waits_for_people_alone(event: JobEvent) -> None:
    ends = {JobEvent.RESUME_JOB: JobState.PENDING, JobEvent.CANCEL: JobState.CANCELED}
    ends |= {JobEvent.ABORT: JobState.ABORTED, JobEvent.RELEASE: JobState.PROCESSING_STOPPED}
    if event in ends:
        assert suspended().on(event, NOW).state is ends[event]
        return
    with pytest.raises(IllegalTransition):
        suspended().on(event, NOW)


def test_a_suspension_is_no_attempt_and_no_turn() -> None:
    assert (suspended().attempts, suspended().active, suspended().suspended) == (0, False, True)
    again = suspended().on(JobEvent.RESUME_JOB, NOW).on(JobEvent.START, NOW + 1)
    assert (again.attempts, again.active, again.processing_since, again.touched) == (1, True, NOW, NOW + 1)


def test_a_job_stands_by_age_until_it_is_moved_and_again_when_it_is_restarted() -> None:
    moved = replace(job(JobState.COMPLETED), moved="0")
    assert job().place == "00000000075"
    assert moved.place == "0"
    assert moved.on(JobEvent.RESTART, NOW).place == job().place


def test_a_job_whose_documents_were_let_go_cannot_be_printed_again() -> None:
    empty = replace(job(JobState.PROCESSING), documents=(replace(DOCUMENT, key=""),))
    assert not empty.retained
    assert (empty.size_octets, empty.retained_octets) == (10, 0)
    assert empty.on(JobEvent.FINISH, NOW).reasons == {Reason.JOB_COMPLETED_SUCCESSFULLY}


def test_a_released_job_stays_held_while_there_is_another_reason() -> None:
    held = job(JobState.PENDING_HELD, Reason.RESOURCES_ARE_NOT_READY)
    after = held.on(JobEvent.RELEASE, NOW, drops={Reason.JOB_HOLD_UNTIL_SPECIFIED})
    assert after.state is JobState.PENDING_HELD
    assert after.reasons == {Reason.RESOURCES_ARE_NOT_READY}


def test_a_job_that_restarts_with_a_reason_to_wait_is_held() -> None:
    after = job(JobState.COMPLETED).on(JobEvent.RESTART, NOW, adds={Reason.RESOURCES_ARE_NOT_READY})
    assert after.state is JobState.PENDING_HELD


def test_a_job_without_documents_is_not_restartable() -> None:
    empty = replace(job(JobState.PROCESSING), documents=())
    assert empty.on(JobEvent.FINISH, NOW).reasons == {Reason.JOB_COMPLETED_SUCCESSFULLY}


def test_what_a_caller_drops_goes_though_the_table_adds_it() -> None:
    after = job(JobState.PROCESSING).on(JobEvent.ABORT, NOW, drops={Reason.JOB_RESTARTABLE})
    assert after.reasons == {Reason.ABORTED_BY_SYSTEM}


def test_a_start_counts_and_is_timed_once() -> None:
    first = job().on(JobEvent.START, NOW)
    again = first.on(JobEvent.REQUEUE, NOW + 1).on(JobEvent.START, NOW + 2)
    assert (again.attempts, again.processing_since) == (2, NOW)


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (JobState.PROCESSING, JobEvent.FINISH),
        (JobState.PROCESSING, JobEvent.ABORT),
        (JobState.PENDING, JobEvent.CANCEL),
    ],
)
def test_an_end_is_timed_and_closes_the_job(state: JobState, event: JobEvent) -> None:
    after = replace(job(state), incoming=True).on(event, NOW)
    assert (after.completed, after.incoming, after.terminal) == (NOW, False, True)


def test_a_restart_forgets_the_times_and_the_attempts() -> None:
    ended = job().on(JobEvent.START, NOW).on(JobEvent.FINISH, NOW)
    after = ended.on(JobEvent.RESTART, NOW)
    assert (after.processing_since, after.completed, after.attempts) == (None, None, 0)


def test_a_message_lasts_until_the_next_event() -> None:
    held = job().on(JobEvent.HOLD, NOW, message="Why not.")
    assert held.message == "Why not."
    assert held.on(JobEvent.RELEASE, NOW).message == ""


@pytest.mark.parametrize("message", ["é" * 600, "a" + "\N{GRINNING FACE}" * 300, "bad \udcff name" * 200])
def test_a_message_is_cut_to_what_the_wire_and_the_store_take(message: str) -> None:
    kept = job().on(JobEvent.ABORT, NOW, message=message).message
    assert 1019 < len(kept.encode("utf-8")) <= 1023
    assert kept.startswith(message[:4].replace("\udcff", "?"))


reasons = st.sets(st.sampled_from([*HOLD_REASONS, Reason.JOB_CANCELED_BY_USER]), max_size=2)


@given(st.lists(st.tuples(st.sampled_from(list(JobEvent)), reasons), max_size=30))
def test_random_events_never_leave_the_table_and_every_state_has_its_reasons(
    happening: list[tuple[JobEvent, set[Keyword]]],
) -> None:
    current = job()
    for event, reason in happening:
        adds = reason if event is JobEvent.HOLD else set()
        drops = reason if event is JobEvent.RELEASE else set()
        try:
            after = current.on(event, NOW, adds=adds, drops=drops)
        except IllegalTransition:
            continue
        assert event in JOB_STEPS[current.state]
        current = after
        assert bool(current.reasons & HOLD_REASONS) == (current.state is JobState.PENDING_HELD)
        assert (Reason.JOB_RESTARTABLE in current.reasons) == current.terminal
        assert (current.completed is not None) == current.terminal
        assert not current.canceling or current.state in ACTIVE
        assert (Reason.JOB_PRINTING in current.reasons) == (current.state is JobState.PROCESSING)
        assert (current.state in TERMINAL) == current.terminal


def test_a_job_is_its_draft_with_an_id() -> None:
    draft = job_draft(documents=(DOCUMENT,))
    made = Job.of(draft, 12)
    assert (made.id, made.uuid, made.documents, made.size_octets) == (12, draft.uuid, (DOCUMENT,), 10)


def test_documents_stand_in_the_order_of_their_numbers() -> None:
    third, second = replace(DOCUMENT, number=3), replace(DOCUMENT, number=2)
    assert job().with_document(third).with_document(second).documents == (DOCUMENT, second, third)


def test_a_document_takes_the_place_of_the_one_with_its_number() -> None:
    other = replace(DOCUMENT, key="bb")
    changed = job().with_document(other)
    assert changed.document(1) is other
    with pytest.raises(KeyError):
        changed.document(2)


def test_a_delivery_takes_the_place_of_the_one_of_its_output() -> None:
    planned = Delivery(output="folder", target="a.pdf")
    elsewhere = Delivery(output="other", target="x")
    done = replace(planned, state=DeliveryState.DONE)
    document = DOCUMENT.with_delivery(planned).with_delivery(elsewhere).with_delivery(done)
    assert document.deliveries == (elsewhere, done)


def test_a_change_is_about_the_job_as_it_is_or_last_was() -> None:
    before, after = job(), job(JobState.PROCESSING)
    assert Change(before=before, after=after).job is after
    assert Change(before=before, after=None).job is before


def locked(*deliveries: Delivery) -> Job:
    """A Job at work whose document has a password."""
    made = job(JobState.PROCESSING)
    document = replace(
        made.documents[0], state=DocumentState.PROCESSING, password="hush", deliveries=deliveries
    )
    return replace(made, documents=(document,))


@pytest.mark.parametrize("event", [JobEvent.FINISH, JobEvent.ABORT])
def test_a_password_is_forgotten_when_nothing_is_left_to_be_printed(event: JobEvent) -> None:
    done = locked(Delivery(output="folder", target="x", state=DeliveryState.DONE))
    assert done.on(event, NOW).documents[0].password is None
    assert "hush" not in repr(done)


def test_a_password_stays_where_something_can_be_brought_later() -> None:
    missed = locked(Delivery(output="folder", target="x", state=DeliveryState.DEAD))
    assert missed.on(JobEvent.ABORT, NOW).documents[0].password == "hush"
    wrong = missed.on(JobEvent.ABORT, NOW, adds={Reason.DOCUMENT_PASSWORD_ERROR})
    assert wrong.documents[0].password is None
    canceled = missed.on(JobEvent.CANCEL, NOW).on(JobEvent.CANCEL_DONE, NOW)
    assert canceled.documents[0].password is None
