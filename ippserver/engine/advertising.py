"""Keeps what the network is told of the Printers as they are (DNS-SD)."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from ippserver.engine.printer import Printer, PrinterChange
from ippserver.engine.printers import PrinterRegistry
from ippserver.interfaces import Advertisement, Advertiser, Clock, StoreError

logger: Final = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 60.0


class Advertising:
    """Watches the Printers for an Advertiser."""

    def __init__(self, printers: PrinterRegistry, advertiser: Advertiser, clock: Clock) -> None:
        self._printers = printers
        self._advertiser = advertiser
        self._clock = clock
        printers.watch(self._changed)

    async def run(self, listening: Sequence[tuple[str, int]]) -> None:
        """Tells the network of every Printer until it is cancelled; the server listens at `listening`.

        Returns where nobody could reach it there.
        """
        self._show()
        has_ended = False
        while not has_ended:
            # In a task of its own: a TaskGroup in there that fails while we are cancelled forgets about that.
            async with asyncio.TaskGroup() as tasks:
                attempt = tasks.create_task(self._attempt(listening))
            has_ended = attempt.result()
            if not has_ended:
                await self._clock.sleep(_RETRY_SECONDS)

    async def _attempt(self, listening: Sequence[tuple[str, int]]) -> bool:
        """Whether there is nothing to tell."""
        try:
            await self._advertiser.run(listening, self._named)
        except Exception:
            # What others have written does the work, and printing goes on whatever they raise.
            logger.exception("the printers are not told to the network (DNS-SD) for now")
            return False
        return True

    def _changed(self, change: PrinterChange) -> None:
        if change.config:
            self._show()

    def _show(self) -> None:
        self._advertiser.show([_advertisement(printer) for printer in self._printers])

    async def _named(self, path: str, name: str) -> None:
        printer = self._printers.find(path)
        if printer is None:
            return
        try:
            await printer.rename(name)
        except StoreError as error:
            logger.error("the network name of %s is not kept: %s", path, error)  # noqa: TRY400


def _advertisement(printer: Printer) -> Advertisement:
    return Advertisement(
        path=printer.path,
        name=printer.config.dns_sd_name or printer.config.name,
        kept=printer.record.dns_sd_name,
        uuid=printer.record.uuid,
        attributes=printer.capabilities,
    )
