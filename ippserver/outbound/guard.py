"""The guard of every connection that a client's words make us open: which addresses, and exactly those.

A host is resolved once, every address it has is judged, and the caller connects to the addresses answered
here, never to the name again, so that a name that changes its mind gains nothing. Judging sends no packet.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

Lookup: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to the addresses that the host has; OSError or UnicodeError where it has none."""

_FORBIDDEN_IPV4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this host on this network
            "10.0.0.0/8",  # private use
            "100.64.0.0/10",  # shared address space of carriers; cloud metadata services live here too
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, with the metadata service of most clouds
            "172.16.0.0/12",  # private use
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relay anycast
            "192.168.0.0/16",  # private use
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast, which IPv4Address.is_global lets pass
            "240.0.0.0/4",  # reserved, with limited broadcast
        ),
    )
)
_GLOBAL_IPV6: Final = IPv6Network("2000::/3")
"""The only part of IPv6 in which global unicast addresses are given out (RFC 4291 2.4)."""
_FORBIDDEN_IPV6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo (a private IPv4 inside), ORCHID, benchmarking
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, any IPv4 inside, which IPv6Address.is_global lets pass
            "3fff::/20",  # documentation
        ),
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")
_NUMBER_PATTERN: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)")
"""Hosts that some resolver reads as an IPv4 address: the last label is a number."""


class OutboundRefused(Exception):
    """The connection is not made; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """What an operator opened on purpose: names, and networks of addresses."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "AllowedHosts":
        """The hosts that `entries` name: host names, addresses, or networks (`10.1.0.0/16`).

        Raises:
            ValueError: An entry is none of them.
        """
        names: set[str] = set()
        networks: list[Network] = []
        for entry in entries:
            text = entry.strip().removeprefix("[").removesuffix("]")
            if "/" in text or ":" in text or _NUMBER_PATTERN.fullmatch(text):
                networks.append(ip_network(text))
            elif re.fullmatch(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_])?\.?", text):
                names.add(_plain(text))
            else:
                raise ValueError(f"{entry!r} is neither a host name nor an address nor a network")
        return cls(frozenset(names), tuple(networks))


@dataclass(frozen=True, slots=True)
class Pinned:
    """A host after judgement: connect to one of `addresses` and to nothing else."""

    host: str
    port: int
    addresses: tuple[str, ...]


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """The addresses that the system's resolver has for `host`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for _, _, _, _, sockaddr in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges hosts: public addresses pass, all others only where `allowed` names them."""

    allowed: AllowedHosts = AllowedHosts()
    lookup: Lookup = system_lookup

    async def pin(self, host: str, port: int) -> Pinned:
        """The addresses of `host`, once each of them may be connected to.

        Raises:
            OutboundRefused: The host is unknown, or one of its addresses is forbidden.
        """
        name = _plain(host)
        texts = [name] if _is_literal(name) else await self._look_up(name, port)
        if not texts:
            raise OutboundRefused(f"The host {name} has no address.")
        if name not in self.allowed.names:
            # One forbidden address condemns the host: a name with a public and a private address is the
            # usual way to reach the private one on the second try.
            for text in texts:
                self._judge(name, ip_address(text))
        return Pinned(name, port, tuple(texts))

    async def _look_up(self, name: str, port: int) -> list[str]:
        try:
            return list(await self.lookup(name, port))
        except (OSError, UnicodeError):
            raise OutboundRefused(f"The host {name} is not known.") from None

    def _judge(self, name: str, address: Address) -> None:
        meant = _meant(address)
        if any(address in network or meant in network for network in self.allowed.networks):
            return
        if not is_public(address) or _is_own(address):
            raise OutboundRefused(
                f"The host {name} has an address that this server may not connect to;"
                " an entry in allowed-hosts opens it."
            )


def is_public(address: Address) -> bool:
    """Whether `address` is a host of the public network: what stands in no list of special addresses."""
    meant = _meant(address)
    if isinstance(meant, IPv4Address):
        return not any(meant in network for network in _FORBIDDEN_IPV4)
    return meant in _GLOBAL_IPV6 and not any(meant in network for network in _FORBIDDEN_IPV6)


def _meant(address: Address) -> Address:
    """The IPv4 address inside a mapped or translated one, else `address` itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_own(address: Address) -> bool:
    """Whether `address` is one of this host's: the kernel would then use it as the source too.

    Connecting a datagram socket chooses a route and sends nothing.
    """
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect((str(address), 9))
            source = ip_address(probe.getsockname()[0])
        except OSError:
            return False
    return source == address


def _plain(host: str) -> str:
    """`host` in lower case, without the dot that only marks it as complete."""
    return host.lower().removesuffix(".")


def _is_literal(host: str) -> bool:
    """True for an address, False for a name.

    Raises:
        OutboundRefused: It is neither: a number that resolvers read as an address (`127.1`, `0x7f.1`).
    """
    if not host.isascii():
        raise OutboundRefused("The host is not written in US-ASCII.")
    try:
        ip_address(host)
    except ValueError:
        if ":" in host or _NUMBER_PATTERN.fullmatch(host):
            raise OutboundRefused(f"The host {host} is an address in a form that is not accepted.") from None
        return False
    return True
