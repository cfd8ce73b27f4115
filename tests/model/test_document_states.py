import pytest

from ippserver.iana.enums import DocumentState
from ippserver.iana.keywords import DocumentStateReason as Reason
from ippserver.model.document_states import (
    DOCUMENT_STEPS,
    DOCUMENTS_OVER,
    LETS_GO,
    DocumentEvent,
    document_step,
)
from ippserver.model.states import IllegalTransition

EXPECTED: dict[DocumentState, dict[DocumentEvent, DocumentState]] = {
    DocumentState.PENDING: {
        DocumentEvent.START: DocumentState.PROCESSING,
        DocumentEvent.CANCEL: DocumentState.CANCELED,
        DocumentEvent.CANCEL_DONE: DocumentState.CANCELED,
        DocumentEvent.ABORT: DocumentState.ABORTED,
        DocumentEvent.FINISH: DocumentState.COMPLETED,
    },
    DocumentState.PROCESSING: {
        DocumentEvent.STOP: DocumentState.PROCESSING_STOPPED,
        DocumentEvent.CANCEL: DocumentState.PROCESSING,
        DocumentEvent.CANCEL_DONE: DocumentState.CANCELED,
        DocumentEvent.REQUEUE: DocumentState.PENDING,
        DocumentEvent.ABORT: DocumentState.ABORTED,
        DocumentEvent.FINISH: DocumentState.COMPLETED,
    },
    DocumentState.PROCESSING_STOPPED: {
        DocumentEvent.CONTINUE: DocumentState.PROCESSING,
        DocumentEvent.CANCEL: DocumentState.CANCELED,
        DocumentEvent.REQUEUE: DocumentState.PENDING,
        DocumentEvent.ABORT: DocumentState.ABORTED,
    },
    DocumentState.CANCELED: {DocumentEvent.RESTART: DocumentState.PENDING},
    DocumentState.ABORTED: {DocumentEvent.RESTART: DocumentState.PENDING},
    DocumentState.COMPLETED: {DocumentEvent.RESTART: DocumentState.PENDING},
}
"""PWG 5100.5 9.1.25, and what happens with the Job."""


@pytest.mark.parametrize("state", DocumentState)
@pytest.mark.parametrize("event", DocumentEvent)
def test_every_event_in_every_state_leads_where_the_standard_says_or_nowhere(
    state: DocumentState, event: DocumentEvent
) -> None:
    expected = EXPECTED[state].get(event)
    if expected is None:
        with pytest.raises(IllegalTransition, match=f"a document that is {state.keyword} cannot"):
            document_step(state, event)
    else:
        assert document_step(state, event).state is expected


def test_a_document_that_is_over_leaves_its_state_only_with_its_job() -> None:
    assert {state for state, steps in DOCUMENT_STEPS.items() if set(steps) == {DocumentEvent.RESTART}} == (
        DOCUMENTS_OVER
    )


def test_only_a_document_at_work_is_printing_or_on_its_way_to_a_stop() -> None:
    for steps in DOCUMENT_STEPS.values():
        for step in steps.values():
            passing = {Reason.PRINTING, Reason.PROCESSING_TO_STOP_POINT}
            assert not step.adds & passing or step.state is DocumentState.PROCESSING
            assert step.state is DocumentState.PROCESSING or passing <= step.drops


def test_whatever_lets_a_canceled_document_go_can_happen_while_it_is_at_work() -> None:
    assert set(DOCUMENT_STEPS[DocumentState.PROCESSING]) >= LETS_GO
