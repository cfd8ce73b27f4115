"""Answers that are given again: to the same question about an unchanged Printer, in the same second.

Watchers ask Get-Printer-Attributes over and over, and its answer follows from the question, the state of the
Printer and the second alone. All else is asked anew.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, TypeAlias

from ippserver.engine.printers import Printer
from ippserver.interfaces import PrinterRecord
from ippserver.model.printer import PrinterStatus
from ippserver.operations.checks import Inquiry
from ippserver.operations.declare import Reply

ANSWERS: Final = 64
"""How many are remembered; they are of the size of the messages, some ten kB."""
QUESTION_OCTETS: Final = 1024
"""Longer questions are not remembered."""

Moment: TypeAlias = tuple[int, int]
"""The second by both clocks: what an answer shows of the time."""


@dataclass(frozen=True, slots=True)
class _Answer:
    reply: Reply
    moment: Moment
    printer: Printer
    status: PrinterStatus
    record: PrinterRecord


class Recall:
    """The answers that were given last."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, inquiry: Inquiry, moment: Moment) -> Reply | None:
        """The reply to the same question, if it still holds at `moment`."""
        answer = self._answers.get(_question(inquiry))
        if answer is None or answer.moment != moment:
            return None
        printer = answer.printer
        return answer.reply if printer.record is answer.record and printer.status == answer.status else None

    def keep(self, inquiry: Inquiry, moment: Moment, reply: Reply) -> None:
        """Remembers that `reply` was given at `moment`."""
        question = _question(inquiry)
        if question is None:
            return
        printer = inquiry.printer
        self._answers[question] = _Answer(reply, moment, printer, printer.status, printer.record)
        self._answers.move_to_end(question)
        if len(self._answers) > ANSWERS:
            self._answers.popitem(last=False)


def _question(inquiry: Inquiry) -> Hashable:
    """All of the request that its answer depends on; None where that is too long to be remembered."""
    request, origin = inquiry.request, inquiry.origin
    octets = b"".join([group.wire for group in request.groups])
    if len(octets) > QUESTION_OCTETS:
        return None
    return request.operation_id, octets, origin.scheme, origin.authority, origin.principal
