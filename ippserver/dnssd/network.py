"""Where the server is found: from what it listens on and this host's interfaces to addresses and a port.

Only what can be reached is told of. A server that listens on loopback alone is told of nowhere.
"""

import re
import socket
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final, TypeAlias

IpAddress: TypeAlias = IPv4Address | IPv6Address

_INNER: Final = re.compile(
    r"docker\d+|br-[0-9a-f]{12}|veth[0-9a-f]{7,}|virbr\d+|cni\d+|podman\d+|lxcbr\d+|lxdbr\d+"
)
"""Bridges to containers and virtual machines of this host: nobody outside reaches their addresses."""
_INTERFACES: Final = Path("/sys/class/net")
_DOWN: Final = frozenset(("down", "lowerlayerdown", "notpresent", "dormant"))
"""States of RFC 2863 in which nothing passes."""
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a server wants to be told of; see the `[dns-sd]` settings."""

    host_name: str = ""
    """Without ".local"; empty for one that is made up."""
    addresses: tuple[str, ...] = ()
    """Empty for those of the interfaces."""
    port: int = 0
    """0 for the one that it listens on."""
    interfaces: tuple[str, ...] = ()
    """The names of the interfaces to use; empty for all that lead outside."""
    ttl_seconds: int = 120
    """How long others remember what they were told, if nobody takes it back."""
    tls: str = ""
    """The highest version of TLS that is offered, "1.3"; empty for none."""
    clear: bool = True
    """Whether requests in the clear are answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One interface of this host."""

    name: str
    index: int
    addresses: tuple[IpAddress, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where the server can be reached from the network."""

    port: int
    addresses: tuple[str, ...]
    links: tuple[Link, ...]
    """The interfaces to tell of it on."""


def read_links(wanted: Collection[str]) -> tuple[Link, ...]:
    """The interfaces called `wanted`, or all that lead outside, with their addresses; asks the kernel."""
    import ifaddr

    found = []
    for adapter in ifaddr.get_adapters():
        is_meant = adapter.name in wanted if wanted else not _INNER.fullmatch(adapter.name)
        if adapter.index is None or not is_meant or not _is_up(adapter.name):
            continue
        addresses = (ip_address(each.ip if isinstance(each.ip, str) else each.ip[0]) for each in adapter.ips)
        outside = tuple(sorted((each for each in addresses if not each.is_loopback), key=_order))
        if outside:
            found.append(Link(name=adapter.name, index=adapter.index, addresses=outside))
    return tuple(sorted(found, key=lambda link: link.index))


def _is_up(name: str) -> bool:
    """Whether the interface has a cable or its like; some cannot know."""
    try:
        return (_INTERFACES / name / "operstate").read_text().strip() not in _DOWN
    except OSError:
        return True


def _order(address: IpAddress) -> tuple[int, bytes]:
    return address.version, address.packed


def is_reachable(listening: Iterable[tuple[str, int]], terms: Terms) -> bool:
    """Whether others than this host could reach a server that listens at `listening`."""
    return bool(terms.addresses) or any(
        address is not None and not address.is_loopback
        for address in (_parsed(host) for host, _ in listening)
    )


def reach(listening: Iterable[tuple[str, int]], links: Sequence[Link], terms: Terms) -> Reach | None:
    """Where a server that listens at `listening` is reached; None where that is nowhere outside this host."""
    by_port: dict[int, list[IpAddress]] = {}
    for host, port in listening:
        address = _parsed(host)
        if address is not None and not (address.is_loopback and not terms.addresses):
            by_port.setdefault(port, []).append(address)
    if not by_port:
        return None
    # Android resolves to IPv4 only, so of several ports one that it reaches.
    port = min(by_port, key=lambda each: all(address.version == 6 for address in by_port[each]))
    port_told = terms.port or port
    if terms.addresses:
        return Reach(port=port_told, addresses=terms.addresses, links=tuple(links)) if links else None
    reached = [(link, _reached(link, by_port[port])) for link in links]
    addresses = dict.fromkeys(str(address) for _, some in reached for address in some)
    if not addresses:
        return None
    return Reach(
        port=port_told, addresses=tuple(addresses), links=tuple(link for link, some in reached if some)
    )


def _parsed(host: str) -> IpAddress | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None  # a socket that a service manager passed may be of any family


def _reached(link: Link, listening: Collection[IpAddress]) -> list[IpAddress]:
    """The addresses of `link` that are listened on; those of the link alone where there are no others."""
    all_of = {address.version for address in listening if address.is_unspecified}
    found = [each for each in link.addresses if each.version in all_of or each in listening]
    return list(_best(found))


def _best(addresses: Sequence[IpAddress]) -> Iterator[IpAddress]:
    for version in (4, 6):
        some = [each for each in addresses if each.version == version]
        yield from [each for each in some if not each.is_link_local] or some


def host_name(terms: Terms, uuid: str) -> str:
    """The name under which this server's addresses are told of, without a dot at its end.

    It is not the host's own name by default: an avahi-daemon on this host, which tells of the addresses of
    each interface there alone, would take ours for another host's, and rename the host.
    """
    if terms.host_name:
        return f"{terms.host_name.lower()}.local"
    own = _NOT_IN_NAMES.sub("-", socket.gethostname().partition(".")[0].lower()).strip("-")[:40].rstrip("-")
    return f"{own or 'ippserver'}-{uuid.replace('-', '')[:6]}.local"
