import pytest

from ippserver.iana.enums import PrinterState
from ippserver.iana.keywords import PrinterStateReason as Reason
from ippserver.ipp.values import Keyword
from ippserver.model.printer import UNDELIVERED, GivenUp, PrinterStatus
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
            PrinterStatus(given_up=(GivenUp("mail", 1, 17),), reports=(Report(reasons=(UNDELIVERED,)),)),
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


def test_the_sentence_tells_which_output_gave_up_on_which_job_whatever_else_there_is_to_say() -> None:
    given_up = (GivenUp("folder", 1, 17), GivenUp("mail", 3, 17))
    said = "The output folder gave up on job 17. The output mail gave up on 3 jobs, the newest is job 17."
    assert PrinterStatus(given_up=given_up).message == f"Ready to print. {said}"
    down = PrinterStatus(given_up=given_up, outputs_down=("mail", "copy"))
    assert down.message == f"The output mail cannot be reached. The output copy cannot be reached. {said}"


def test_of_very_many_outputs_that_gave_up_the_sentence_is_cut_off() -> None:
    given_up = tuple(GivenUp(f"output-{number}", 1, number) for number in range(100))
    assert len(PrinterStatus(given_up=given_up).message.encode()) <= 1023
