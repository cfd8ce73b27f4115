"""The state machine of a Document, as a table (PWG 5100.5 9.1.25).

A Document is passive: most of what happens to it follows from what happens to its Job. By itself it can be
canceled, and it is begun and finished while its Job is processing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from ippserver.iana.enums import DocumentState
from ippserver.iana.keywords import DocumentStateReason as Reason
from ippserver.ipp.values import Keyword
from ippserver.model.states import IllegalTransition, JobEvent


class DocumentEvent(Enum):
    """What can happen to a Document."""

    START = auto()
    """Its turn has come."""
    STOP = auto()
    """Its Job has stopped, or was suspended."""
    CONTINUE = auto()
    """Its Job goes on."""
    CANCEL = auto()
    """Cancel-Document, or Cancel-Job."""
    CANCEL_DONE = auto()
    """The work on it has stopped."""
    REQUEUE = auto()
    """Its Job waits again: what was begun of it is begun anew."""
    ABORT = auto()
    """Its Job cannot be finished."""
    FINISH = auto()
    """It is delivered."""
    RESTART = auto()
    """Its Job is printed once more."""


@dataclass(frozen=True, slots=True)
class DocumentStep:
    """One cell of the table: the next state, and the reasons that come and go with the step."""

    state: DocumentState
    adds: frozenset[Keyword] = frozenset()
    drops: frozenset[Keyword] = frozenset()


_PASSING: Final = frozenset({Reason.PRINTING, Reason.PROCESSING_TO_STOP_POINT})
CAUSES: Final = frozenset(
    {
        Reason.CANCELED_BY_USER,
        Reason.CANCELED_BY_OPERATOR,
        Reason.ABORTED_BY_SYSTEM,
        Reason.COMPRESSION_ERROR,
        Reason.DOCUMENT_ACCESS_ERROR,
        Reason.DOCUMENT_FORMAT_ERROR,
        Reason.DOCUMENT_PASSWORD_ERROR,
        Reason.SUBMISSION_INTERRUPTED,
        Reason.UNSUPPORTED_COMPRESSION,
        Reason.UNSUPPORTED_DOCUMENT_FORMAT,
    }
)
"""Why a Document was not printed; a Job hands them on to those that end with it."""
_FINAL: Final = CAUSES | {Reason.COMPLETED_SUCCESSFULLY}
_CANCELED: Final = DocumentStep(DocumentState.CANCELED, drops=_PASSING)
_ABORTED: Final = DocumentStep(DocumentState.ABORTED, frozenset({Reason.ABORTED_BY_SYSTEM}), _PASSING)
_COMPLETED: Final = DocumentStep(
    DocumentState.COMPLETED, frozenset({Reason.COMPLETED_SUCCESSFULLY}), _PASSING
)
_PROCESSING: Final = DocumentStep(DocumentState.PROCESSING, frozenset({Reason.PRINTING}))
_PENDING: Final = DocumentStep(DocumentState.PENDING, drops=_PASSING)
_AGAIN: Final = DocumentStep(DocumentState.PENDING, drops=_PASSING | _FINAL)

DOCUMENT_STEPS: Final[Mapping[DocumentState, Mapping[DocumentEvent, DocumentStep]]] = {
    DocumentState.PENDING: {
        DocumentEvent.START: _PROCESSING,
        DocumentEvent.CANCEL: _CANCELED,
        DocumentEvent.CANCEL_DONE: _CANCELED,
        DocumentEvent.ABORT: _ABORTED,
        DocumentEvent.FINISH: _COMPLETED,
    },
    DocumentState.PROCESSING: {
        DocumentEvent.STOP: DocumentStep(DocumentState.PROCESSING_STOPPED, drops=_PASSING),
        DocumentEvent.CANCEL: DocumentStep(
            DocumentState.PROCESSING, frozenset({Reason.PROCESSING_TO_STOP_POINT})
        ),
        DocumentEvent.CANCEL_DONE: _CANCELED,
        DocumentEvent.REQUEUE: _PENDING,
        DocumentEvent.ABORT: _ABORTED,
        DocumentEvent.FINISH: _COMPLETED,
    },
    DocumentState.PROCESSING_STOPPED: {
        DocumentEvent.CONTINUE: _PROCESSING,
        DocumentEvent.CANCEL: _CANCELED,
        DocumentEvent.REQUEUE: _PENDING,
        DocumentEvent.ABORT: _ABORTED,
    },
    DocumentState.CANCELED: {DocumentEvent.RESTART: _AGAIN},
    DocumentState.ABORTED: {DocumentEvent.RESTART: _AGAIN},
    DocumentState.COMPLETED: {DocumentEvent.RESTART: _AGAIN},
}
"""State and event to step; what is not listed is not possible (client-error-not-possible)."""

LETS_GO: Final = frozenset(
    {
        DocumentEvent.CANCEL_DONE,
        DocumentEvent.FINISH,
        DocumentEvent.STOP,
        DocumentEvent.REQUEUE,
        DocumentEvent.ABORT,
    }
)
"""What can happen to a Document between Cancel-Document and the end of the work on it: it ends canceled."""

DOCUMENTS_OVER: Final = frozenset({DocumentState.CANCELED, DocumentState.ABORTED, DocumentState.COMPLETED})
"""The states that a Document leaves only when its Job is printed once more."""

FOLLOWS: Final[Mapping[JobEvent, DocumentEvent]] = {
    JobEvent.PAUSE: DocumentEvent.STOP,
    JobEvent.SUSPEND: DocumentEvent.STOP,
    JobEvent.RESUME_PRINTER: DocumentEvent.CONTINUE,
    JobEvent.RESUME_JOB: DocumentEvent.REQUEUE,
    JobEvent.REQUEUE: DocumentEvent.REQUEUE,
    JobEvent.CANCEL: DocumentEvent.CANCEL,
    JobEvent.CANCEL_DONE: DocumentEvent.CANCEL_DONE,
    JobEvent.ABORT: DocumentEvent.ABORT,
    JobEvent.FINISH: DocumentEvent.FINISH,
    JobEvent.RESTART: DocumentEvent.RESTART,
}
"""What an event of its Job is for each Document to which that can happen."""


def document_step(state: DocumentState, event: DocumentEvent) -> DocumentStep:
    """The table's cell for `state` and `event`.

    Raises:
        IllegalTransition: The table has no such cell.
    """
    found = DOCUMENT_STEPS[state].get(event)
    if found is None:
        raise IllegalTransition(state, event, "document")
    return found
