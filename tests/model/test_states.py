from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from ippserver.iana.enums import JobState, PrinterState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.iana.keywords import PrinterStateReason
from ippserver.ipp.values import Keyword
from ippserver.model.printer import PrinterStatus
from ippserver.model.states import (
    ACTIVE,
    HOLD_REASONS,
    JOB_STEPS,
    PRINTER_STEPS,
    TERMINAL,
    WHILE_CANCELING,
    WHILE_STORED,
    WHILE_SUSPENDED,
    IllegalTransition,
    JobEvent,
    PrinterEvent,
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


CONDITIONS = ("accepting", "paused", "holding", "deactivated", "shut_down")
EXPECTED_OF_PRINTERS: dict[PrinterEvent, dict[str, bool]] = {
    PrinterEvent.ENABLE: {"accepting": True},
    PrinterEvent.DISABLE: {"accepting": False},
    PrinterEvent.PAUSE: {"paused": True},
    PrinterEvent.RESUME: {"paused": False},
    PrinterEvent.HOLD_NEW_JOBS: {"holding": True},
    PrinterEvent.RELEASE_HELD_NEW_JOBS: {"holding": False},
    PrinterEvent.DEACTIVATE: {"accepting": False, "paused": True, "deactivated": True},
    PrinterEvent.ACTIVATE: {"accepting": True, "paused": False, "deactivated": False},
    PrinterEvent.RESTART: {"accepting": True, "paused": False, "holding": False, "deactivated": False},
    PrinterEvent.SHUT_DOWN: {"accepting": False, "paused": True, "deactivated": True, "shut_down": True},
    PrinterEvent.START_UP: dict.fromkeys(CONDITIONS, False),
}
"""RFC 8011 4.2.7, 4.2.8, RFC 3998 3."""


@pytest.mark.parametrize("event", PrinterEvent)
@pytest.mark.parametrize("conditions", list(product((False, True), repeat=len(CONDITIONS))), ids=str)
@pytest.mark.parametrize("processing", [0, 1])
def test_every_event_in_every_state_of_a_printer_does_what_the_standard_says_and_nothing_else(
    event: PrinterEvent, conditions: tuple[bool, ...], processing: int
) -> None:
    accepting, paused, holding, deactivated, shut_down = conditions
    before = PrinterStatus(
        processing=processing,
        accepting=accepting,
        paused=paused,
        holding=holding,
        deactivated=deactivated,
        shut_down=shut_down,
    )
    changed: dict[str, Any] = dict(PRINTER_STEPS[event].changes)  # Any: of fields of several types
    expected: dict[str, Any] = dict(EXPECTED_OF_PRINTERS[event])
    after = replace(before, **changed)
    assert after == replace(before, **expected)
    assert (after.state is PrinterState.STOPPED) == (after.paused and not processing)
    shown = {reason for reason in PRINTER_REASONS if reason in after.reasons}
    assert shown == {reason for reason, is_so in _conditions_shown(after).items() if is_so}


PRINTER_REASONS = (
    PrinterStateReason.PAUSED,
    PrinterStateReason.MOVING_TO_PAUSED,
    PrinterStateReason.HOLD_NEW_JOBS,
    PrinterStateReason.DEACTIVATED,
    PrinterStateReason.SHUTDOWN,
)


def _conditions_shown(status: PrinterStatus) -> dict[Keyword, bool]:
    return {
        PrinterStateReason.PAUSED: status.paused and not status.processing,
        PrinterStateReason.MOVING_TO_PAUSED: status.paused and bool(status.processing),
        PrinterStateReason.HOLD_NEW_JOBS: status.holding,
        PrinterStateReason.DEACTIVATED: status.deactivated,
        PrinterStateReason.SHUTDOWN: status.shut_down,
    }
