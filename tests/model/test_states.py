import pytest

from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.model.states import (
    ACTIVE,
    HOLD_REASONS,
    JOB_STEPS,
    TERMINAL,
    WHILE_CANCELING,
    WHILE_STORED,
    WHILE_SUSPENDED,
    IllegalTransition,
    JobEvent,
    step,
)

EXPECTED: dict[JobState, dict[JobEvent, JobState]] = {
    JobState.PENDING_HELD: {
        JobEvent.RELEASE: JobState.PENDING,
        JobEvent.HOLD: JobState.PENDING_HELD,
        JobEvent.CANCEL: JobState.CANCELED,
        JobEvent.ABORT: JobState.ABORTED,
    },
    JobState.PENDING: {
        JobEvent.RELEASE: JobState.PENDING,
        JobEvent.HOLD: JobState.PENDING_HELD,
        JobEvent.START: JobState.PROCESSING,
        JobEvent.CANCEL: JobState.CANCELED,
        JobEvent.ABORT: JobState.ABORTED,
    },
    JobState.PROCESSING: {
        JobEvent.RELEASE: JobState.PROCESSING,
        JobEvent.PAUSE: JobState.PROCESSING_STOPPED,
        JobEvent.SUSPEND: JobState.PROCESSING_STOPPED,
        JobEvent.CANCEL: JobState.PROCESSING,
        JobEvent.CANCEL_DONE: JobState.CANCELED,
        JobEvent.REQUEUE: JobState.PENDING,
        JobEvent.ABORT: JobState.ABORTED,
        JobEvent.FINISH: JobState.COMPLETED,
    },
    JobState.PROCESSING_STOPPED: {
        JobEvent.RELEASE: JobState.PROCESSING_STOPPED,
        JobEvent.RESUME_PRINTER: JobState.PROCESSING,
        JobEvent.SUSPEND: JobState.PROCESSING_STOPPED,
        JobEvent.RESUME_JOB: JobState.PENDING,
        JobEvent.CANCEL: JobState.CANCELED,
        JobEvent.REQUEUE: JobState.PENDING,
        JobEvent.ABORT: JobState.ABORTED,
    },
    JobState.CANCELED: {JobEvent.RESTART: JobState.PENDING},
    JobState.ABORTED: {JobEvent.RESTART: JobState.PENDING},
    JobState.COMPLETED: {JobEvent.RESTART: JobState.PENDING, JobEvent.UNSTORE: JobState.COMPLETED},
}
"""RFC 8011 tables 4 to 7 and figure 3, RFC 3998 4.3, and what happens by itself."""


@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("event", JobEvent)
def test_every_event_in_every_state_leads_where_the_standard_says_or_nowhere(
    state: JobState, event: JobEvent
) -> None:
    expected = EXPECTED[state].get(event)
    if expected is None:
        with pytest.raises(IllegalTransition):
            step(state, event)
    else:
        assert step(state, event).state is expected


def test_the_table_has_a_row_for_every_state() -> None:
    assert set(JOB_STEPS) == set(JobState)


def test_terminal_states_are_left_by_a_restart_only() -> None:
    leaving = {
        event for state in TERMINAL for event, step in JOB_STEPS[state].items() if step.state is not state
    }
    assert leaving == {JobEvent.RESTART}


def test_a_state_is_active_where_work_can_be_requeued() -> None:
    assert {state for state in JobState if JobEvent.REQUEUE in JOB_STEPS[state]} == ACTIVE


@pytest.mark.parametrize("state", JobState)
def test_no_step_adds_what_it_drops(state: JobState) -> None:
    assert not any(found.adds & found.drops for found in JOB_STEPS[state].values())


@pytest.mark.parametrize("state", JobState)
def test_whatever_ends_a_job_drops_every_reason_to_wait_and_to_stop(state: JobState) -> None:
    endings = [
        found for found in JOB_STEPS[state].values() if found.state in TERMINAL and state not in TERMINAL
    ]
    passing = HOLD_REASONS | {Reason.PROCESSING_TO_STOP_POINT, Reason.PRINTER_STOPPED, Reason.JOB_PRINTING}
    assert all(passing <= found.drops for found in endings)


def test_a_job_that_is_being_canceled_can_only_be_released_without_effect_or_end_canceled() -> None:
    assert {event: JOB_STEPS[JobState.PROCESSING][event].state for event in WHILE_CANCELING} == {
        JobEvent.RELEASE: JobState.PROCESSING,
        JobEvent.CANCEL_DONE: JobState.CANCELED,
    }


def test_a_stored_job_stays_as_it_is_until_it_is_stored_no_longer() -> None:
    assert frozenset({JobEvent.UNSTORE}) == WHILE_STORED
    assert JOB_STEPS[JobState.COMPLETED][JobEvent.UNSTORE].drops == {Reason.JOB_STORED}


def test_a_suspended_job_is_let_go_by_whoever_resumes_or_ends_it_alone() -> None:
    steps = JOB_STEPS[JobState.PROCESSING_STOPPED]
    assert {event: steps[event].state for event in WHILE_SUSPENDED} == {
        JobEvent.RELEASE: JobState.PROCESSING_STOPPED,
        JobEvent.RESUME_JOB: JobState.PENDING,
        JobEvent.CANCEL: JobState.CANCELED,
        JobEvent.ABORT: JobState.ABORTED,
    }


def test_the_steps_out_of_a_suspension_drop_its_reason() -> None:
    steps = JOB_STEPS[JobState.PROCESSING_STOPPED]
    leaving = [step for step in steps.values() if step.state is not JobState.PROCESSING_STOPPED]
    going_on = [step for step in leaving if step is not steps[JobEvent.RESUME_PRINTER]]
    assert all(Reason.JOB_SUSPENDED in step.drops for step in going_on)


def test_an_illegal_transition_is_a_sentence_for_the_client() -> None:
    error = IllegalTransition(JobState.COMPLETED, JobEvent.CANCEL)
    assert str(error) == "a job that is completed cannot cancel"
    assert (error.state, error.event) == (JobState.COMPLETED, JobEvent.CANCEL)
