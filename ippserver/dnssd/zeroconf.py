"""Tells the network of Printers by a multicast DNS responder of our own, in this process."""

import asyncio
import logging
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from ippserver.dnssd.names import choices, instance_name, without_dots
from ippserver.dnssd.network import Reach, Terms, host_name
from ippserver.dnssd.records import Place, Service, services
from ippserver.dnssd.surroundings import Surroundings
from ippserver.interfaces import Advertisement, Clock, Named

if TYPE_CHECKING:
    from ippserver.dnssd.responder import Responder

logger: Final = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 30.0
_QUICK_CHOICES: Final = 15
_SLOW_CHOICE_SECONDS: Final = 5.0
"""Between further names, where so many were taken (RFC 6762 8.1)."""


class ZeroconfAdvertiser:
    """An Advertiser (see interfaces) over python-zeroconf."""

    def __init__(self, terms: Terms, clock: Clock) -> None:
        self._terms = terms
        self._clock = clock
        self._printers: dict[str, Advertisement] = {}
        self._changed = asyncio.Event()
        self._lost: set[str] = set()
        self._named: Named = _nobody

    def show(self, printers: Sequence[Advertisement]) -> None:
        """Has the network told of `printers`."""
        self._printers = {printer.path: printer for printer in printers}
        self._changed.set()

    async def run(self, listening: Sequence[tuple[str, int]], named: Named) -> None:
        """Tells of them until it is cancelled."""
        self._named = named
        surroundings = Surroundings(listening, self._terms, self._clock)
        was_there = True
        while True:
            there = await surroundings.look()
            if there is not None and self._printers:
                await self._tell(there, surroundings)
            elif was_there:
                logger.info("the network is told nothing (DNS-SD): this server listens where it cannot reach")
            was_there = there is not None
            while there is None and not await surroundings.is_changed():
                pass

    async def _tell(self, there: Reach, surroundings: Surroundings) -> None:
        """Tells that the Printers are `there`, until the network is another."""
        # Here and in a thread, since it takes a while, and a server that is not told of need not load it.
        module = await asyncio.to_thread(import_module, "ippserver.dnssd.responder")
        host = host_name(self._terms, next(iter(self._printers.values())).uuid)
        try:
            responder: Responder = module.Responder(there, host, self._terms.ttl_seconds, self._lose)
        except OSError as error:
            logger.warning("nothing is told to the network (DNS-SD) for now: %s", error)
            await self._clock.sleep(_RETRY_SECONDS)
            return
        goodbye = True
        try:
            place = Place(host=host, port=there.port, tls=self._terms.tls, clear=self._terms.clear)
            async with asyncio.TaskGroup() as tasks:
                following = tasks.create_task(self._follow(responder, place))
                while not await surroundings.is_changed():
                    await responder.mend()
                following.cancel()
            logger.info("the network has changed")
            goodbye = False  # the new records take the place of the old ones soon
        finally:
            await responder.close(goodbye=goodbye)

    async def _follow(self, responder: "Responder", place: Place) -> None:
        """Keeps what is told as the Printers are."""
        while True:
            self._changed.clear()
            async with asyncio.TaskGroup() as tasks:
                for printer in self._printers.values():
                    tasks.create_task(self._bring_up_to_date(responder, place, printer))
            await self._changed.wait()

    async def _bring_up_to_date(self, responder: "Responder", place: Place, printer: Advertisement) -> None:
        told = services(printer, place)
        held, kept = responder.holding(printer.path), printer.kept
        if held is not None and printer.path in self._lost:
            logger.info("another printer is called %s, too", held.name)
            responder.forget(printer.path)
            kept = held.name
            held = None
        self._lost.discard(printer.path)
        if held is None and told:
            await self._claim(responder, printer, kept, told)
        elif held is not None and held.services != told:
            await responder.update(printer.path, told)

    async def _claim(
        self, responder: "Responder", printer: Advertisement, kept: str, told: Sequence[Service]
    ) -> None:
        from ippserver.dnssd.responder import NameTaken

        wanted = instance_name(without_dots(printer.name))
        for number, name in enumerate(choices(wanted, kept)):
            if number >= _QUICK_CHOICES:
                await self._clock.sleep(_SLOW_CHOICE_SECONDS)
            try:
                await responder.claim(printer.path, name, told)
            except NameTaken:
                continue
            await self._named(printer.path, name)
            logger.info("the network sees %s as %s", printer.path, name)
            return

    def _lose(self, path: str) -> None:
        self._lost.add(path)
        self._changed.set()


async def _nobody(path: str, name: str) -> None:
    """Nobody wants to know."""
