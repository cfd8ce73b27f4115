import pytest

from ippserver.iana.enums import PrinterState
from ippserver.iana.keywords import PrinterStateReason as Reason
from ippserver.ipp.values import Keyword
from ippserver.model.printer import UNDELIVERED, PrinterStatus
from ippserver.model.report import Report


@pytest.mark.parametrize(
    ("status", "state", "reasons"),
    [
        (PrinterStatus(), PrinterState.IDLE, (Reason.NONE,)),
        (PrinterStatus(processing=2), PrinterState.PROCESSING, (Reason.NONE,)),
        (PrinterStatus(paused=True), PrinterState.STOPPED, (Reason.PAUSED,)),
        (PrinterStatus(paused=True, processing=1), PrinterState.PROCESSING, (Reason.MOVING_TO_PAUSED,)),
        (PrinterStatus(spool_full=True), PrinterState.IDLE, (Reason.SPOOL_AREA_FULL,)),
        (
            PrinterStatus(spool_full=True, paused=True),
            PrinterState.STOPPED,
            (Reason.PAUSED, Reason.SPOOL_AREA_FULL),
        ),
        (
            PrinterStatus(undelivered=1, reports=(Report(reasons=(UNDELIVERED,)),)),
            PrinterState.IDLE,
            (UNDELIVERED,),
        ),
        (PrinterStatus(queued=3, accepting=False), PrinterState.IDLE, (Reason.NONE,)),
    ],
)
def test_state_and_reasons_follow_from_what_the_printer_is_doing(
    status: PrinterStatus, state: PrinterState, reasons: tuple[Keyword, ...]
) -> None:
    assert (status.state, status.reasons) == (state, reasons)


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("processing", [0, 1])
@pytest.mark.parametrize("spool_full", [False, True])
def test_there_is_always_a_reason_and_a_sentence(paused: bool, processing: int, spool_full: bool) -> None:
    status = PrinterStatus(paused=paused, processing=processing, spool_full=spool_full)
    assert status.reasons
    assert (Reason.NONE in status.reasons) == (status.reasons == (Reason.NONE,))
    assert status.message.endswith(".")
