"""Which Host a request may name (T20): a page of another site must not reach us by a name of its own.

Generated URIs are made from the Host field, and a browser whose name service was turned to our address (DNS
rebinding) sends the attacker's name in it. Allowed is what no public page can own.
"""

import re
import socket
from collections.abc import Collection
from functools import lru_cache
from http import HTTPStatus
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

from ippserver.model.uris import DEFAULT_PORT
from ippserver.web.refusal import Refusal

ANY: Final = "*"

_AUTHORITY: Final = re.compile(
    r"(?:\[(?P<literal>[0-9A-Fa-f:.]{2,45}(?:%25[0-9A-Za-z._~-]{1,32})?)\]|(?P<name>[0-9A-Za-z_-][0-9A-Za-z._-]{0,252}))"
    r"(?::(?P<port>[0-9]{0,5}))?"
)
_PRIVATE_SUFFIXES: Final = (".local", ".internal", ".lan", ".home.arpa", ".localhost")
_HTTP_PORT: Final = 80
_HTTPS_PORT: Final = 443


class HostPolicy:
    """Judges Host fields. `names` are further names that are ours; "*" allows any."""

    def __init__(self, names: Collection[str] = ()) -> None:
        self._any = ANY in names
        self._names = frozenset(name.lower().rstrip(".") for name in (socket.gethostname(), *names))
        self.authority = lru_cache(maxsize=256)(self._authority)

    def _authority(self, host: str, local_port: int, is_secure: bool = False) -> str:
        """The authority for URIs that we generate, from the Host field of a request to `local_port`.

        A Host without a port means port 80, or 443 with TLS (RFC 9110 4.2), but for clients of port 631, who
        know ours.

        Raises:
            Refusal: It is malformed, or the name of another site.
        """
        match = _AUTHORITY.fullmatch(host)
        port = (match["port"] or "") if match else ""
        if match is None or (port and not 0 < int(port) < 2**16):
            raise Refusal(HTTPStatus.BAD_REQUEST, "The Host field is malformed.")
        if not self._is_ours(match["literal"], match["name"]):
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                "This host name is not ours. If it should be, add it to host-names in the [server] settings.",
            )
        name = f"[{match['literal']}]" if match["literal"] else match["name"]
        if not port and local_port != DEFAULT_PORT:
            port = str(_HTTPS_PORT if is_secure else _HTTP_PORT)
        return f"{name.lower()}:{port}" if port else name.lower()

    def is_misdirected(self, host: str, server_name: str | None) -> bool:
        """Whether a request for `host` came on a connection made to `server_name` (RFC 9110 7.4)."""
        if server_name is None or self._any:
            return False
        match = _AUTHORITY.fullmatch(host)
        name = (match["name"] or match["literal"]) if match else host
        return name.lower().rstrip(".") != server_name.lower().rstrip(".")

    def _is_ours(self, literal: str | None, name: str) -> bool:
        if literal is not None:
            return _is_ipv6(literal.partition("%")[0])
        if self._any or _is_ipv4(name):
            return True
        name = name.lower().rstrip(".")
        return "." not in name or name in self._names or name.endswith(_PRIVATE_SUFFIXES)


def socket_authority(address: str, port: int) -> str:
    """The authority of a request without Host: the address that its connection came to (HTTP/1.0 only)."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True
