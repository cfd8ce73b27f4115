"""The state machines of Jobs and Printers, as tables (RFC 8011 5.3.7, 5.4.11, 4.3.3-4.3.7).

What a row says is all there is: a Job enters and leaves a state only as listed, and its job-state-reasons
change with the same step. Diagrams in the docs and an exhaustive test are made from these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.ipp.values import Keyword
from ippserver.model.release import REASONS as RELEASE_REASONS


class JobEvent(Enum):
    """What can happen to a Job."""

    RELEASE = auto()
    """A reason to hold is gone (Release-Job, the hold's time, the last document)."""
    HOLD = auto()
    """Somebody wants it held (Hold-Job, Restart-Job with job-hold-until)."""
    START = auto()
    """The scheduler took it."""
    PAUSE = auto()
    """Its Printer stopped while it was processing."""
    RESUME_PRINTER = auto()
    """Its Printer goes on."""
    SUSPEND = auto()
    """Suspend-Current-Job: others go first (RFC 3998 4.3.1)."""
    RESUME_JOB = auto()
    """A suspended Job may be scheduled again (RFC 3998 4.3.2)."""
    CANCEL = auto()
    """Cancel-Job."""
    CANCEL_DONE = auto()
    """The work for a Job that was being canceled has stopped."""
    REQUEUE = auto()
    """Whoever processed it is gone (a crash, a lease that ran out)."""
    ABORT = auto()
    """The system cannot finish it."""
    FINISH = auto()
    """Every document is delivered."""
    RESTART = auto()
    """Restart-Job."""
    UNSTORE = auto()
    """It is stored no longer (Cancel-Job of a stored Job, PWG 5100.11)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One cell of the table: the next state, and the reasons that come and go with the step."""

    state: JobState
    adds: frozenset[Keyword] = frozenset()
    drops: frozenset[Keyword] = frozenset()


HOLD_REASONS: Final = frozenset(
    {
        Reason.JOB_HOLD_UNTIL_SPECIFIED,
        Reason.JOB_HELD_ON_CREATE,
        Reason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED,
        Reason.JOB_INCOMING,
        Reason.JOB_DATA_INSUFFICIENT,
        Reason.SUBMISSION_INTERRUPTED,
        Reason.RESOURCES_ARE_NOT_READY,
        *RELEASE_REASONS,
    }
)
"""Reasons that keep a Job pending-held; it is pending when the last of them is gone (RFC 8011 5.3.7)."""

_PASSING: Final = HOLD_REASONS | {
    Reason.JOB_QUEUED,
    Reason.JOB_PRINTING,
    Reason.JOB_STORING,
    Reason.JOB_SUSPENDED,
    Reason.JOB_SUSPENDED_FOR_APPROVAL,
    Reason.PRINTER_STOPPED,
    Reason.PROCESSING_TO_STOP_POINT,
}
_FINAL: Final = frozenset(
    {
        Reason.JOB_CANCELED_AT_DEVICE,
        Reason.JOB_CANCELED_BY_USER,
        Reason.JOB_CANCELED_BY_OPERATOR,
        Reason.JOB_CANCELED_AFTER_TIMEOUT,
        Reason.JOB_COMPLETED_SUCCESSFULLY,
        Reason.JOB_COMPLETED_WITH_WARNINGS,
        Reason.JOB_COMPLETED_WITH_ERRORS,
        Reason.ABORTED_BY_SYSTEM,
        Reason.DOCUMENT_FORMAT_ERROR,
        Reason.DOCUMENT_ACCESS_ERROR,
        Reason.DOCUMENT_PASSWORD_ERROR,
        Reason.DOCUMENT_PERMISSION_ERROR,
        Reason.DOCUMENT_SECURITY_ERROR,
        Reason.DOCUMENT_UNPRINTABLE_ERROR,
        Reason.COMPRESSION_ERROR,
        Reason.UNSUPPORTED_COMPRESSION,
        Reason.UNSUPPORTED_DOCUMENT_FORMAT,
        Reason.JOB_RESTARTABLE,
        Reason.JOB_STORED,
    }
)

_HELD: Final = Step(JobState.PENDING_HELD, frozenset({Reason.JOB_HOLD_UNTIL_SPECIFIED}))
_END_CANCELED: Final = Step(JobState.CANCELED, frozenset({Reason.JOB_RESTARTABLE}), _PASSING)
_END_ABORTED: Final = Step(
    JobState.ABORTED, frozenset({Reason.ABORTED_BY_SYSTEM, Reason.JOB_RESTARTABLE}), _PASSING
)
_BACK_TO_PENDING: Final = Step(
    JobState.PENDING,
    drops=frozenset(
        {
            Reason.JOB_PRINTING,
            Reason.JOB_STORING,
            Reason.JOB_SUSPENDED,
            Reason.JOB_SUSPENDED_FOR_APPROVAL,
            Reason.PRINTER_STOPPED,
        }
    ),
)
_SUSPENDED: Final = Step(
    JobState.PROCESSING_STOPPED,
    frozenset({Reason.JOB_SUSPENDED}),
    frozenset({Reason.JOB_PRINTING, Reason.PRINTER_STOPPED}),
)
_AGAIN: Final = Step(JobState.PENDING, drops=_PASSING | _FINAL)

JOB_STEPS: Final[Mapping[JobState, Mapping[JobEvent, Step]]] = {
    JobState.PENDING_HELD: {
        JobEvent.RELEASE: Step(JobState.PENDING),
        JobEvent.HOLD: _HELD,
        JobEvent.CANCEL: _END_CANCELED,
        JobEvent.ABORT: _END_ABORTED,
    },
    JobState.PENDING: {
        JobEvent.RELEASE: Step(JobState.PENDING),
        JobEvent.HOLD: _HELD,
        JobEvent.START: Step(JobState.PROCESSING, frozenset({Reason.JOB_PRINTING})),
        JobEvent.CANCEL: _END_CANCELED,
        JobEvent.ABORT: _END_ABORTED,
    },
    JobState.PROCESSING: {
        JobEvent.RELEASE: Step(JobState.PROCESSING),
        JobEvent.PAUSE: Step(
            JobState.PROCESSING_STOPPED,
            frozenset({Reason.PRINTER_STOPPED}),
            frozenset({Reason.JOB_PRINTING}),
        ),
        JobEvent.SUSPEND: _SUSPENDED,
        JobEvent.CANCEL: Step(JobState.PROCESSING, frozenset({Reason.PROCESSING_TO_STOP_POINT})),
        JobEvent.CANCEL_DONE: _END_CANCELED,
        JobEvent.REQUEUE: _BACK_TO_PENDING,
        JobEvent.ABORT: _END_ABORTED,
        JobEvent.FINISH: Step(
            JobState.COMPLETED,
            frozenset({Reason.JOB_COMPLETED_SUCCESSFULLY, Reason.JOB_RESTARTABLE}),
            _PASSING,
        ),
    },
    JobState.PROCESSING_STOPPED: {
        JobEvent.RELEASE: Step(JobState.PROCESSING_STOPPED),
        JobEvent.RESUME_PRINTER: Step(
            JobState.PROCESSING,
            frozenset({Reason.JOB_PRINTING}),
            frozenset({Reason.PRINTER_STOPPED}),
        ),
        JobEvent.SUSPEND: _SUSPENDED,
        JobEvent.RESUME_JOB: _BACK_TO_PENDING,
        JobEvent.CANCEL: _END_CANCELED,
        JobEvent.REQUEUE: _BACK_TO_PENDING,
        JobEvent.ABORT: _END_ABORTED,
    },
    JobState.CANCELED: {JobEvent.RESTART: _AGAIN},
    JobState.ABORTED: {JobEvent.RESTART: _AGAIN},
    JobState.COMPLETED: {
        JobEvent.RESTART: _AGAIN,
        JobEvent.UNSTORE: Step(JobState.COMPLETED, drops=frozenset({Reason.JOB_STORED})),
    },
}
"""State and event to Step; what is not listed is not possible (client-error-not-possible)."""

WHILE_CANCELING: Final = frozenset({JobEvent.RELEASE, JobEvent.CANCEL_DONE})
"""What can happen to a Job between Cancel-Job and the end of the work on it (RFC 8011 4.3.3, note 2)."""

WHILE_SUSPENDED: Final = frozenset({JobEvent.RELEASE, JobEvent.RESUME_JOB, JobEvent.CANCEL, JobEvent.ABORT})
"""What can happen to a Job between Suspend-Current-Job and Resume-Job."""

WHILE_STORED: Final = frozenset({JobEvent.UNSTORE})
"""What can happen to a Job that is stored: it is printed again as a copy, and itself stays as it is."""

OTHERWISE: Final = frozenset(JobEvent) - {JobEvent.CANCEL_DONE, JobEvent.RESUME_JOB, JobEvent.UNSTORE}
"""What can happen to a Job that is none of these, where its state allows it."""

TERMINAL: Final = frozenset({JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED})
"""The states that only Restart-Job leaves."""

ACTIVE: Final = frozenset({JobState.PROCESSING, JobState.PROCESSING_STOPPED})
"""The states in which somebody works, or has stopped to work, on the Job."""


class IllegalTransition(Exception):
    """A `thing`, a Job or one of its Documents, knows no `event` while it is in `state`."""

    def __init__(self, state: JobState | DocumentState, event: Enum, thing: str = "job") -> None:
        super().__init__(state, event, thing)
        self.state = state
        self.event = event
        self.thing = thing

    def __str__(self) -> str:
        what = self.event.name.lower().replace("_", "-")
        return f"a {self.thing} that is {self.state.keyword} cannot {what}"


def step(state: JobState, event: JobEvent) -> Step:
    """The table's cell for `state` and `event`.

    Raises:
        IllegalTransition: The table has no such cell.
    """
    found = JOB_STEPS[state].get(event)
    if found is None:
        raise IllegalTransition(state, event)
    return found


# ---- Printers


class PrinterEvent(Enum):
    """What an Operator can do to a Printer (RFC 8011 4.2.7, 4.2.8; RFC 3998 3)."""

    ENABLE = auto()
    DISABLE = auto()
    PAUSE = auto()
    """Pause-Printer and Pause-Printer-After-Current-Job: ours lets the Jobs in process end in any case."""
    RESUME = auto()
    HOLD_NEW_JOBS = auto()
    RELEASE_HELD_NEW_JOBS = auto()
    DEACTIVATE = auto()
    ACTIVATE = auto()
    RESTART = auto()
    SHUT_DOWN = auto()
    START_UP = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterStep:
    """What becomes of a Printer's conditions; None leaves one as it is."""

    accepting: bool | None = None
    """printer-is-accepting-jobs."""
    paused: bool | None = None
    holding: bool | None = None
    """New Jobs are held."""
    deactivated: bool | None = None
    """Nothing is served but queries."""
    shut_down: bool | None = None
    """As deactivated, and only Startup-Printer ends it."""

    @property
    def changes(self) -> Mapping[str, bool]:
        """The conditions that it sets."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}


PRINTER_STEPS: Final[Mapping[PrinterEvent, PrinterStep]] = {
    PrinterEvent.ENABLE: PrinterStep(accepting=True),
    PrinterEvent.DISABLE: PrinterStep(accepting=False),
    PrinterEvent.PAUSE: PrinterStep(paused=True),
    PrinterEvent.RESUME: PrinterStep(paused=False),
    PrinterEvent.HOLD_NEW_JOBS: PrinterStep(holding=True),
    PrinterEvent.RELEASE_HELD_NEW_JOBS: PrinterStep(holding=False),
    PrinterEvent.DEACTIVATE: PrinterStep(accepting=False, paused=True, deactivated=True),
    PrinterEvent.ACTIVATE: PrinterStep(accepting=True, paused=False, deactivated=False),
    PrinterEvent.RESTART: PrinterStep(accepting=True, paused=False, holding=False, deactivated=False),
    PrinterEvent.SHUT_DOWN: PrinterStep(accepting=False, paused=True, deactivated=True, shut_down=True),
    PrinterEvent.START_UP: PrinterStep(
        accepting=False, paused=False, holding=False, deactivated=False, shut_down=False
    ),
}
"""Every event is possible in every state of a Printer that is not shut down (RFC 3998 3)."""
