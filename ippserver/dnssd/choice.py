"""Which of the ways to tell the network of Printers is taken, and whether it is told at all."""

import asyncio
import logging
from collections.abc import Sequence
from importlib import import_module
from typing import Final, Literal, TypeAlias

from ippserver.dnssd.network import Terms, is_reachable
from ippserver.interfaces import Advertisement, Advertiser, Clock, Named

logger: Final = logging.getLogger(__name__)

Through: TypeAlias = Literal["auto", "avahi", "zeroconf"]
"""By the host's avahi-daemon, by ourselves, or by avahi where it can be reached at the start."""


class ChosenAdvertiser:
    """An Advertiser (see interfaces) that becomes another one when it runs.

    The libraries are loaded then and not before: a server that is told of nowhere needs none of them.
    """

    def __init__(self, through: Through, terms: Terms, clock: Clock) -> None:
        self._through = through
        self._terms = terms
        self._clock = clock
        self._chosen: Advertiser | None = None
        self._printers: Sequence[Advertisement] = ()

    def show(self, printers: Sequence[Advertisement]) -> None:
        """Has the network told of `printers`."""
        self._printers = printers
        if self._chosen is not None:
            self._chosen.show(printers)

    async def run(self, listening: Sequence[tuple[str, int]], named: Named) -> None:
        """Chooses, and tells of them until it is cancelled; returns where nobody could reach them."""
        if not is_reachable(listening, self._terms):
            logger.info("the network is told nothing (DNS-SD): this server listens on loopback only")
            return
        if self._chosen is None:
            self._chosen = await self._choice()
        self._chosen.show(self._printers)
        await self._chosen.run(listening, named)

    async def _choice(self) -> Advertiser:
        if self._through == "avahi" or (self._through == "auto" and await _has_avahi()):
            module, name = "ippserver.dnssd.avahi", "AvahiAdvertiser"
        else:
            module, name = "ippserver.dnssd.zeroconf", "ZeroconfAdvertiser"
        loaded = await asyncio.to_thread(import_module, module)
        advertiser: Advertiser = getattr(loaded, name)(self._terms, self._clock)
        return advertiser


async def _has_avahi() -> bool:
    """Whether an avahi-daemon can be reached over D-Bus."""
    module = await asyncio.to_thread(import_module, "ippserver.dnssd.daemon")
    try:
        async with module.Daemon.connected(lambda: None):
            return True
    except module.Unreachable as error:
        logger.debug("%s", error)
        return False
