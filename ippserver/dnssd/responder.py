"""A multicast DNS responder that holds the services of Printers: python-zeroconf, and what it lacks.

It has no subtypes, claims every service for itself, and takes back a host's addresses that other servers on
this host still need.
"""

import asyncio
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from zeroconf import (  # type: ignore[attr-defined]  # some are not in its __all__
    DNSOutgoing,
    DNSQuestion,
    DNSRecord,
    DNSService,
    IPVersion,
    RecordUpdate,
    RecordUpdateListener,
    ServiceInfo,
    Zeroconf,
)
from zeroconf.asyncio import AsyncZeroconf

from ippserver.dnssd.network import Reach
from ippserver.dnssd.records import Service

_DOMAIN: Final = "local."
_QUERY: Final = 0
_AUTHORITATIVE_RESPONSE: Final = 0x8400
_ANY_TYPE: Final = 255
_INTERNET: Final = 1
_PROBES: Final = 3
_PROBE_EVERY_SECONDS: Final = 0.25
_ANNOUNCEMENTS: Final = 3
_ANNOUNCE_EVERY_SECONDS: Final = 0.25
_GOODBYE_EVERY_SECONDS: Final = 0.125
_DEFEND_EVERY_SECONDS: Final = 1.0
_MAX_DEFENSES: Final = 5


@dataclass(slots=True)
class Holding:
    """The services of one Printer under the name that they have."""

    name: str
    services: tuple[Service, ...]
    infos: list[ServiceInfo]
    aliases: list[ServiceInfo]
    """One for each subtype."""
    registered: bool = False
    """Whether the name is ours; before, it is being asked who has it."""
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody else has it."""
    defenses: int = 0
    """How often others were told that they cannot have it."""
    defended_at: float = -math.inf
    """When they were told so last, by the loop's time."""

    @property
    def places(self) -> dict[str, tuple[str, int]]:
        """The host and port of each service, by its whole name in lower case."""
        return {info.key: ((info.server or "").lower(), info.port or 0) for info in self.infos}


class NameTaken(Exception):
    """Another service has that name."""


class Responder(RecordUpdateListener):
    """Services at one place in the network, until it is closed."""

    def __init__(self, there: Reach, host: str, ttl_seconds: int, lost: Callable[[str], None]) -> None:
        """Opens the sockets; `lost` is called with the path of a Printer whose name another one took.

        Raises:
            OSError: There is no port 5353 to be had, or the network is down.
        """
        self._addresses: Final = list(there.addresses)
        self._host: Final = f"{host}."
        self._ttl: Final = ttl_seconds
        self._lost: Final = lost
        self._held: dict[str, Holding] = {}
        interfaces: list[str | int] = []
        for link in there.links:
            interfaces += [str(each) for each in link.addresses if each.version == 4][:1]
            interfaces += [link.index] if any(each.version == 6 for each in link.addresses) else []
        has_v6 = any(isinstance(each, int) for each in interfaces)
        self._aio: Final = AsyncZeroconf(
            interfaces=interfaces, ip_version=IPVersion.All if has_v6 else IPVersion.V4Only
        )
        self._aio.zeroconf.async_add_listener(self, None)

    @property
    def _zeroconf(self) -> Zeroconf:
        return self._aio.zeroconf

    def holding(self, path: str) -> Holding | None:
        """What is held for the Printer at `path`."""
        return self._held.get(path)

    async def mend(self) -> None:
        """Opens the sockets that could not be opened before, such as those of addresses just assigned."""
        await self._aio.async_update_interfaces()

    async def claim(self, path: str, name: str, services: Sequence[Service]) -> None:
        """Finds out that nobody has `name`, and takes it for all `services` of the Printer at `path`.

        Raises:
            NameTaken: Somebody has it.
        """
        holding = self._made(name, services)
        if any(holding.places.keys() & held.places.keys() for held in self._held.values()):
            raise NameTaken(name)
        self._held[path] = holding  # before the answers come, so that no other Printer of ours tries it
        try:
            await self._probe(holding)
        except BaseException:
            del self._held[path]
            raise
        self._register(holding)
        await self._announce(holding)

    async def _probe(self, holding: Holding) -> None:
        """Asks three times who has the name (RFC 6762 8.1).

        Not by the library's own probes: it has them answered to one address, where the answer goes to any of
        the programs on this host that have port 5353.
        """
        await self._zeroconf.async_wait_for_start()
        for _ in range(_PROBES):
            out = DNSOutgoing(_QUERY)
            for info in holding.infos:
                out.add_question(DNSQuestion(info.name, _ANY_TYPE, _INTERNET))
                out.add_authorative_answer(info.dns_pointer())
                for record in self._zeroconf.cache.async_entries_with_name(info.key):
                    self._hear(record)
            self._zeroconf.async_send(out)
            try:
                async with asyncio.timeout(_PROBE_EVERY_SECONDS):
                    await holding.taken.wait()
            except TimeoutError:
                continue
            raise NameTaken(holding.name)

    async def update(self, path: str, services: Sequence[Service]) -> None:
        """Tells of `services` in the place of those that are held, under the same name (RFC 6762 8.4)."""
        before = self._held[path]
        self._held[path] = after = self._made(before.name, services)
        gone = [info for info in before.infos if info.key not in after.places]
        self._unregister(before)
        self._register(after)
        if gone:
            self._send(gone, [], 0)
        await self._announce(after)

    def forget(self, path: str) -> None:
        """Gives up what is held for the Printer at `path`, which another one has now: no goodbye for it."""
        self._unregister(self._held.pop(path))

    async def close(self, *, goodbye: bool) -> None:
        """Closes the sockets, after it took everything back if `goodbye` (RFC 6762 10.1)."""
        holdings = [held for held in self._held.values() if held.registered and goodbye]
        for number in range(_ANNOUNCEMENTS if holdings else 0):
            if number:
                await asyncio.sleep(_GOODBYE_EVERY_SECONDS)
            for holding in holdings:
                self._send(holding.infos, holding.aliases, 0)
        for path in list(self._held):
            self.forget(path)
        self._zeroconf.async_remove_listener(self)
        await self._aio.async_close()

    def async_update_records(self, zc: Zeroconf, now: float, records: Sequence[RecordUpdate]) -> None:
        """Looks for services of others under our names."""
        for update in records:
            if not update.new.is_expired(now):
                self._hear(update.new)

    def _hear(self, record: DNSRecord) -> None:
        """Where it is another's service under a name of ours, decides whose name that is."""
        if not isinstance(record, DNSService):
            return
        theirs = (record.server.lower(), record.port)
        for path, holding in list(self._held.items()):
            ours = holding.places.get(record.key, theirs)
            if ours != theirs and holding.registered:
                self._settle(path, holding, is_ours=ours > theirs)
            elif ours != theirs:
                holding.taken.set()

    def _settle(self, path: str, holding: Holding, *, is_ours: bool) -> None:
        """Insists on a name or gives it up (RFC 6762 9), one and the same for all services of a server.

        So the greater host decides, and not the port, which RFC 6762 8.2.1 would look at before.
        """
        now = asyncio.get_running_loop().time()
        if not is_ours or holding.defenses >= _MAX_DEFENSES:
            self._lost(path)
        elif now - holding.defended_at >= _DEFEND_EVERY_SECONDS:
            holding.defended_at = now
            holding.defenses += 1
            self._send(holding.infos, holding.aliases)

    def async_update_records_complete(self) -> None:
        """Nothing to do."""

    def _made(self, name: str, services: Sequence[Service]) -> Holding:
        infos, aliases = [], []
        for service in services:
            kind = f"{service.type}.{_DOMAIN}"
            infos.append(self._info(kind, f"{name}.{kind}", service))
            aliases += [
                self._info(f"{subtype}._sub.{kind}", f"{name}.{kind}", service)
                for subtype in service.subtypes
            ]
        return Holding(name, tuple(services), infos, aliases)

    def _info(self, kind: str, name: str, service: Service) -> ServiceInfo:
        text = b"".join(bytes([len(string)]) + string for string in service.txt)
        return ServiceInfo(
            kind,
            name,
            port=service.port,
            properties=text or b"\0",
            server=self._host,
            host_ttl=self._ttl,
            other_ttl=self._ttl,
            parsed_addresses=self._addresses,
        )

    def _register(self, holding: Holding) -> None:
        holding.registered = True
        registry = self._zeroconf.registry
        for info in holding.infos:
            registry.async_add(info)
        for alias in holding.aliases:
            # The registry knows one entry for each name; answers about types come from here, though.
            registry.types.setdefault(alias.type.lower(), {})[alias.key] = alias

    def _unregister(self, holding: Holding) -> None:
        registry = self._zeroconf.registry
        for alias in holding.aliases:
            bucket = registry.types.get(alias.type.lower(), {})
            bucket.pop(alias.key, None)
            if not bucket:
                registry.types.pop(alias.type.lower(), None)
        registry.async_remove(holding.infos)

    async def _announce(self, holding: Holding) -> None:
        for number in range(_ANNOUNCEMENTS):
            if number:
                await asyncio.sleep(_ANNOUNCE_EVERY_SECONDS)
            self._send(holding.infos, holding.aliases)

    def _send(
        self, infos: Iterable[ServiceInfo], aliases: Iterable[ServiceInfo], ttl: int | None = None
    ) -> None:
        """Sends the records of `infos`; 0 as `ttl` takes them back, but never the addresses of this host."""
        out = DNSOutgoing(_AUTHORITATIVE_RESPONSE)
        addresses = set()
        for info in infos:
            for record in (info.dns_pointer(ttl), info.dns_service(ttl), info.dns_text(ttl)):
                out.add_answer_at_time(record, 0)
            addresses |= info.get_address_and_nsec_records(ttl)
        for alias in aliases:
            out.add_answer_at_time(alias.dns_pointer(ttl), 0)
        if ttl is None:
            for address in addresses:
                out.add_answer_at_time(address, 0)
        self._zeroconf.async_send(out)
