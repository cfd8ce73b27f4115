"""Tells the network of Printers through the host's avahi-daemon.

So port 5353 and the name of the host keep their one owner.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from ippserver.dnssd.daemon import (
    ALL_INTERFACES,
    AVAHIS_HOST,
    COLLISION,
    ESTABLISHED,
    FAILURE,
    Collision,
    Daemon,
    Refused,
    Unreachable,
)
from ippserver.dnssd.names import choices, instance_name
from ippserver.dnssd.network import Reach, Terms, host_name
from ippserver.dnssd.records import Place, Service, services
from ippserver.dnssd.surroundings import Surroundings
from ippserver.interfaces import Advertisement, Clock, Named

logger: Final = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 30.0


@dataclass(slots=True)
class _Group:
    """The services of one Printer, as avahi has them."""

    id: str
    name: str
    services: tuple[Service, ...]
    further: Iterator[str]
    """The names to try after this one."""
    state: int = 0
    """What was done about already."""


class AvahiAdvertiser:
    """An Advertiser (see interfaces) over D-Bus."""

    def __init__(self, terms: Terms, clock: Clock) -> None:
        self._terms = terms
        self._clock = clock
        self._printers: dict[str, Advertisement] = {}
        self._stirred = asyncio.Event()

    def show(self, printers: Sequence[Advertisement]) -> None:
        """Has the network told of `printers`."""
        self._printers = {printer.path: printer for printer in printers}
        self._stirred.set()

    async def run(self, listening: Sequence[tuple[str, int]], named: Named) -> None:
        """Tells of them until it is cancelled."""
        surroundings = Surroundings(listening, self._terms, self._clock)
        complaint = ""
        while True:
            try:
                async with Daemon.connected(self._stirred.set) as daemon:
                    complaint = ""
                    await self._tell(daemon, _Session(daemon, self._terms, named), surroundings)
            except Unreachable as error:
                if str(error) != complaint:
                    logger.warning("nothing is told to the network (DNS-SD) for now: %s", error)
                complaint = str(error)
            await self._clock.sleep(_RETRY_SECONDS)

    async def _tell(self, daemon: Daemon, session: "_Session", surroundings: Surroundings) -> None:
        """Keeps what is told as the Printers and the network are, until the connection breaks."""
        # No task of these fails: a TaskGroup that one fails in forgets if it was cancelled meanwhile.
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self._look(session, surroundings))
            following = tasks.create_task(self._follow(daemon, session))
            await daemon.until_broken()
            looking.cancel()
            following.cancel()

    async def _follow(self, daemon: Daemon, session: "_Session") -> None:
        try:
            while True:
                self._stirred.clear()
                await session.converge(list(self._printers.values()))
                await self._stirred.wait()
        except Unreachable as error:
            logger.info("%s", error)
            daemon.disconnect()

    async def _look(self, session: "_Session", surroundings: Surroundings) -> None:
        while True:
            session.there = await surroundings.look()
            self._stirred.set()
            while not await surroundings.is_changed():
                pass


class _Session:
    """What has been published over one connection."""

    def __init__(self, daemon: Daemon, terms: Terms, named: Named) -> None:
        self.there: Reach | None = None
        """Where the server can be reached."""
        self._daemon = daemon
        self._terms = terms
        self._named = named
        self._groups: dict[str, _Group] = {}
        self._basis: tuple[object, ...] = ()
        """What the groups were made for."""
        self._addresses: list[str] = []
        """The group of the addresses of a host name of our own, where there is one."""
        self._place = Place(host="", port=0)

    async def converge(self, printers: Sequence[Advertisement]) -> None:
        """Has avahi tell of `printers` as they are, as far as it is ready."""
        if not await self._daemon.is_running():
            return
        if self._basis != self._wanted_basis:
            try:
                await self._begin_anew(printers)
            except Refused as error:
                logger.warning("nothing is told to the network (DNS-SD) for now: %s", error)
                return
        if self.there is None:
            return
        for printer in printers:
            try:
                await self._bring_up_to_date(printer)
            except Refused as error:
                logger.warning("%s is not told of to the network: %s", printer.path, error)

    @property
    def _has_own_host(self) -> bool:
        """Whether addresses are told under a name of ours, and not by avahi itself."""
        return bool(self._terms.host_name or self._terms.addresses)

    @property
    def _wanted_basis(self) -> tuple[object, ...]:
        """What groups depend on: which daemon has them, and where the server is, if avahi does not know."""
        if self.there is None:
            return (self._daemon.generation,)
        addresses = self.there.addresses if self._has_own_host else ()
        return self._daemon.generation, self.there.port, self._indexes, addresses

    async def _begin_anew(self, printers: Sequence[Advertisement]) -> None:
        self._basis = ()
        for known in (*(group.id for group in self._groups.values()), *self._addresses):
            await self._daemon.free(known)
        self._groups.clear()
        self._addresses.clear()
        wanted = self._wanted_basis
        if self.there is None or not printers:
            self._basis = wanted
            return
        if self._has_own_host:
            host = host_name(self._terms, printers[0].uuid)
            await self._publish_addresses(host, self.there.addresses)
        else:
            host = await self._daemon.host()
        self._place = Place(host=host, port=self.there.port, tls=self._terms.tls, clear=self._terms.clear)
        self._basis = wanted

    async def _publish_addresses(self, host: str, addresses: Sequence[str]) -> None:
        group = await self._daemon.new_group()
        self._addresses.append(group)
        for address in addresses:
            for index in self._indexes:
                await self._daemon.add_address(group, index, host, address)
        await self._daemon.publish(group)

    @property
    def _indexes(self) -> tuple[int, ...]:
        """The interfaces to tell of it on; avahi itself knows best which all of them are."""
        if self.there is None or not self._terms.interfaces:
            return (ALL_INTERFACES,)
        return tuple(link.index for link in self.there.links)

    async def _bring_up_to_date(self, printer: Advertisement) -> None:
        told = services(printer, self._place)
        group = self._groups.get(printer.path)
        if group is None and not told:
            return
        if group is None:
            further = choices(instance_name(printer.name), printer.kept)
            await self._publish(printer.path, told, further)
            return
        state = self._daemon.state(group.id)
        if state == COLLISION:
            logger.info("another printer is called %s, too", group.name)
            await self._daemon.free(group.id)
            await self._publish(printer.path, told, group.further)
        elif state == FAILURE and state != group.state:
            logger.warning("%s is not told of to the network: avahi-daemon failed", printer.path)
        elif state == ESTABLISHED and state != group.state:
            await self._named(printer.path, group.name)
            logger.info("the network sees %s as %s", printer.path, group.name)
        group.state = state
        if told != group.services and state != COLLISION:
            await self._update(printer.path, group, told)

    async def _publish(self, path: str, told: tuple[Service, ...], further: Iterator[str]) -> None:
        """Publishes services under the first of the names that nothing on this host has."""
        for name in further:
            group = await self._daemon.new_group()
            self._groups[path] = _Group(group, name, told, further)
            try:
                for service in told:
                    await self._add(group, name, service)
                await self._daemon.publish(group)
            except Collision:
                await self._daemon.free(group)
            else:
                return

    async def _add(self, group: str, name: str, service: Service) -> None:
        host = self._place.host if self._has_own_host else AVAHIS_HOST
        for index in self._indexes:
            await self._daemon.add_service(group, index, name, service, host=host)

    async def _update(self, path: str, group: _Group, told: tuple[Service, ...]) -> None:
        """Tells of `told` in the place of what the group has."""
        if [replace(service, txt=()) for service in told] != [
            replace(service, txt=()) for service in group.services
        ]:
            await self._daemon.free(group.id)
            await self._publish(path, told, chain([group.name], group.further))
            return
        for service, before in zip(told, group.services, strict=True):
            if service.txt != before.txt:
                for index in self._indexes:
                    await self._daemon.set_txt(group.id, index, group.name, service)
        group.services = told
