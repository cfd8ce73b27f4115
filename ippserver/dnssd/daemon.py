"""The host's avahi-daemon, as it is spoken to over D-Bus (org.freedesktop.Avahi.Server, .EntryGroup)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from dbus_fast import BusType, DBusFastError, Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from ippserver.dnssd.records import Service

logger: Final = logging.getLogger(__name__)

_AVAHI: Final = "org.freedesktop.Avahi"
_SERVER: Final = f"{_AVAHI}.Server"
_GROUP: Final = f"{_AVAHI}.EntryGroup"
_BUS: Final = "org.freedesktop.DBus"
_CALL_SECONDS: Final = 5.0
_RUNNING: Final = 2
"""The state of a server whose host name is settled."""
_ANY_PROTOCOL: Final = -1
_NO_REVERSE: Final = 16
"""The address belongs to more names than this one."""

ALL_INTERFACES: Final = -1
AVAHIS_HOST: Final = ""
"""The name that avahi itself gave to this host."""
ESTABLISHED: Final = 2
COLLISION: Final = 3
FAILURE: Final = 4
"""States of a group of entries."""


class Unreachable(Exception):
    """There is no avahi-daemon, or no D-Bus to reach it by."""


class Refused(Exception):
    """The daemon cannot do it."""


class Collision(Refused):
    """The name belongs to another service of this host."""


class Daemon:
    """A connection to avahi; `heard` is called after everything that it tells."""

    def __init__(self, bus: MessageBus, heard: Callable[[], None]) -> None:
        self.generation = 0
        """Another number as soon as groups made before are of no use: it has begun anew."""
        self._bus = bus
        self._heard = heard
        self._is_there = True
        self._is_running = False
        self._states: dict[str, int] = {}

    @classmethod
    @asynccontextmanager
    async def connected(cls, heard: Callable[[], None]) -> AsyncIterator["Daemon"]:
        """A connection as long as the context lasts; what was published over it ends with it.

        Raises:
            Unreachable: There is none, or it broke; raised in the context, too.
        """
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                bus = await MessageBus(bus_type=BusType.SYSTEM, auth_timeout=_CALL_SECONDS).connect()
        except (OSError, EOFError, DBusFastError) as error:
            raise Unreachable(f"D-Bus cannot be reached: {error}") from error
        daemon = cls(bus, heard)
        bus.add_message_handler(daemon._listen)
        try:
            await daemon._begin()
            yield daemon
        finally:
            bus.disconnect()

    def disconnect(self) -> None:
        """Breaks the connection."""
        self._bus.disconnect()

    async def until_broken(self) -> None:
        """Returns when the connection has broken."""
        try:
            await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        except (OSError, EOFError) as error:
            logger.info("D-Bus is gone: %s", error)

    async def host(self) -> str:
        """The name of this host on the network, with its domain."""
        return str((await self._server("GetHostNameFqdn"))[0])

    async def new_group(self) -> str:
        """An empty group of entries."""
        return str((await self._server("EntryGroupNew"))[0])

    def state(self, group: str) -> int:
        """What became of the group."""
        return self._states.get(group, 0)

    async def add_service(self, group: str, index: int, name: str, service: Service, *, host: str) -> None:
        """Adds a service, on the interface of that index, to a group that is not published yet."""
        place = (index, _ANY_PROTOCOL, 0, name, service.type, "")
        txt = list(service.txt)
        await self._in_group(group, "AddService", "iiussssqaay", *place, host, service.port, txt)
        for subtype in service.subtypes:
            whole = f"{subtype}._sub.{service.type}"
            await self._in_group(group, "AddServiceSubtype", "iiussss", *place, whole)

    async def add_address(self, group: str, index: int, host: str, address: str) -> None:
        """Adds an address of `host` to a group that is not published yet."""
        await self._in_group(group, "AddAddress", "iiuss", index, _ANY_PROTOCOL, _NO_REVERSE, host, address)

    async def publish(self, group: str) -> None:
        """Has the network told of a group."""
        await self._in_group(group, "Commit", "")

    async def set_txt(self, group: str, index: int, name: str, service: Service) -> None:
        """Changes the TXT record of a service that is published to that of `service`."""
        place = (index, _ANY_PROTOCOL, 0, name, service.type, "")
        await self._in_group(group, "UpdateServiceTxt", "iiusssaay", *place, list(service.txt))

    async def free(self, group: str) -> None:
        """Takes back a group, and forgets it; one that went with a daemon is no error."""
        self._states.pop(group, None)
        try:
            await self._in_group(group, "Free", "")
        except Refused as error:
            logger.debug("%s: %s", group, error)

    async def _begin(self) -> None:
        for rule in (
            f"type='signal',sender='{_AVAHI}'",
            f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg0='{_AVAHI}'",
        ):
            await self._call(_BUS, "/org/freedesktop/DBus", _BUS, "AddMatch", "s", rule)
        try:  # has the bus start it, where it is installed and not running yet
            await self._call(_BUS, "/org/freedesktop/DBus", _BUS, "StartServiceByName", "su", _AVAHI, 0)
        except Refused as error:
            logger.debug("%s", error)
        await self.is_running()
        if not self._is_there:
            raise Unreachable("there is no avahi-daemon")

    async def is_running(self) -> bool:
        """Whether it tells the network of what it is told."""
        # What it said of itself at its start may have come before anybody listened.
        if self._is_there and not self._is_running:
            try:
                (state,) = await self._server("GetState")
            except Refused:
                self._is_there = False
            else:
                self._is_running = state == _RUNNING
        return self._is_running

    async def _server(self, member: str) -> list[Any]:
        return await self._call(_AVAHI, "/", _SERVER, member)

    async def _in_group(self, group: str, member: str, signature: str, *values: object) -> None:
        await self._call(_AVAHI, group, _GROUP, member, signature, *values)

    async def _call(
        self, destination: str, path: str, interface: str, member: str, signature: str = "", *values: object
    ) -> list[Any]:  # of any types, by the signature of what is called
        message = Message(
            destination=destination,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(values),
            flags=MessageFlag.NO_AUTOSTART,  # somebody may have stopped avahi on purpose
        )
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                reply = await self._bus.call(message)
        except TimeoutError as error:
            raise Unreachable(f"{member} is not answered") from error
        except (OSError, EOFError, DBusFastError) as error:
            raise Unreachable(f"the connection has broken: {error}") from error
        if reply.message_type is MessageType.ERROR:
            text = f"{member}: {reply.body[0] if reply.body else reply.error_name}"
            raise (Collision if reply.error_name == f"{_AVAHI}.CollisionError" else Refused)(text)
        return list(reply.body)

    def _listen(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        match message.interface, message.member, message.body:
            case (str(interface), "StateChanged", [int(state), *_]) if interface == _SERVER:
                self._moved(state == _RUNNING)
            case (str(interface), "StateChanged", [int(state), *_]) if interface == _GROUP:
                self._states[str(message.path)] = state
            case (_, "NameOwnerChanged", [_, _, str(owner)]):
                self._is_there = bool(owner)
                self._moved(False)
                logger.info("avahi-daemon is %s", "there again" if owner else "gone")
            case _:
                return
        self._heard()

    def _moved(self, running: bool) -> None:
        self._is_running = running
        self.generation += 1
        self._states.clear()
