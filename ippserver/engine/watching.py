"""What an output tells while it brings a document, and who learns of it (see model.parcel.Watch)."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from ippserver.interfaces import Output
from ippserver.model.report import Report

if TYPE_CHECKING:
    from ippserver.engine.deliveries import Deliveries


class Watching:
    """What an output tells while it brings a document (see interfaces.Watch)."""

    def __init__(self, deliveries: "Deliveries", number: int, output: Output) -> None:
        self._deliveries = deliveries
        self._number = number
        self._output = output

    def reports(self, report: Report) -> None:
        """Has the Printer show it."""
        self._deliveries.report(self._output, report)

    def says(self, text: str) -> None:
        """Has the Job show it."""
        self._deliveries.hear(text)

    def stands(self, reasons: Collection[str]) -> None:
        """Has the Job show them."""
        self._deliveries.stand(self._output, reasons)

    def prints(self, impressions: int | None, sheets: int | None) -> None:
        """Has it counted."""
        self._deliveries.count(self._output, self._number, impressions, sheets)

    def waits(self) -> None:
        """Lets others go ahead."""
        self._deliveries.wait(self._output)

    async def placed(self, target: str) -> None:
        """Stores it."""
        await self._deliveries.place(self._output, self._number, target)

    @property
    def canceling(self) -> bool:
        """Whether the work is of no use any more."""
        return self._deliveries.canceling(self._output, self._number)
