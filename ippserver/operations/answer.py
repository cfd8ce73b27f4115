"""What the Dispatcher hands back: a response, and how long it stays the right one."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from ippserver.engine.printer import Printer
from ippserver.interfaces import PrinterRecord
from ippserver.ipp.message import Response
from ippserver.model.printer import PrinterStatus
from ippserver.operations.declare import Enclosed, Services


class Moment(NamedTuple):
    """The second by both clocks: what an answer shows of the time."""

    now: int
    """Seconds since the epoch."""
    up_time: int

    @classmethod
    def of(cls, services: Services) -> Self:
        """The one that it is."""
        return cls(int(services.clock.now()), services.up_time)


class Lasting(Protocol):
    """How long an answer is the right one for the same question, asked again."""

    @property
    def holds(self) -> bool:
        """True while nothing that the answer shows has changed."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Lasting while a Printer is as it was, and it is the same second: all that the answer shows beside it
    follows from the question.
    """

    services: Services
    printer: Printer
    moment: Moment
    status: PrinterStatus
    record: PrinterRecord

    @classmethod
    def of(cls, services: Services, printer: Printer) -> Self:
        """For an answer that is made from now on."""
        return cls(services, printer, Moment.of(services), printer.status, printer.record)

    @property
    def holds(self) -> bool:
        """True while the Printer is what it was."""
        printer = self.printer
        return (
            printer.record is self.record
            and self.moment == Moment.of(self.services)
            and printer.status == self.status
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and where it may be given again, how long."""

    response: Response
    lasting: Lasting | None = None
    document: Enclosed | None = None
    """What follows it."""
