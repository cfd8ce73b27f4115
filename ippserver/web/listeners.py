"""Listening sockets: binding them with errors that help, and taking connections without ever giving up."""

import asyncio
import errno
import logging
import os
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final, TypeAlias

from ippserver.web.limits import HttpLimits
from ippserver.web.refusal import Refusal

logger: Final = logging.getLogger(__name__)

_BACKLOG: Final = 512
_FIRST_ACTIVATED: Final = 3
_NO_SUCH_ADDRESS: Final = frozenset((errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL))
_EXHAUSTED: Final = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))
_RETRY_SECONDS: Final = 0.5
"""How long to wait for descriptors to come back; a client may wait two seconds (O11)."""
_PEERS_FAULT: Final = frozenset(
    (
        errno.ECONNABORTED,
        errno.EPROTO,
        errno.EPERM,
        errno.ENETDOWN,
        errno.ENETUNREACH,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ENONET,
        errno.ENOPROTOOPT,
        errno.EOPNOTSUPP,
        errno.ETIMEDOUT,
        errno.ECONNRESET,
    )
)
"""What accept(2) reports of the connection that it should have given, and not of the socket."""

_Place: TypeAlias = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]


class BindError(Exception):
    """An address cannot be listened on; the text is one line, with the remedy."""


def bind_all(addresses: Sequence[tuple[str, int]]) -> list[socket.socket]:
    """Sockets that listen on `addresses`, of a host's name on each that it has; port 0 is any free one.

    A machine without IPv6 is no error while another address can be had. Resolves names: not for a loop.

    Raises:
        BindError: One of them may not be had; no socket is left open then.
    """
    sockets: list[socket.socket] = []
    missing: BindError | None = None
    try:
        for host, port in addresses:
            for family, place in _places(host, port):
                try:
                    sockets.append(_listening(family, place))
                except OSError as error:
                    problem = BindError(_remedy(host, port, error))
                    if family != socket.AF_INET6 or error.errno not in _NO_SUCH_ADDRESS:
                        raise problem from error
                    missing = problem
        if missing is not None and not sockets:
            raise missing
    except BindError:
        for listening in sockets:
            listening.close()
        raise
    if missing is not None:
        logger.info("%s", missing)
    return sockets


def activated_sockets(environ: Mapping[str, str]) -> list[socket.socket]:
    """The sockets that a service manager passed to this process (sd_listen_fds(3)); usually none."""
    if environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = int(environ.get("LISTEN_FDS", "0"))
    return [socket.socket(fileno=_FIRST_ACTIVATED + number) for number in range(count)]


def _places(host: str, port: int) -> Iterable[tuple[int, _Place]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise BindError(f"cannot listen on {_named(host, port)}: {error.strerror}") from error
    return dict.fromkeys((entry[0], entry[4]) for entry in found)


def _listening(family: int, place: _Place) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setblocking(False)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # [::] and 0.0.0.0 are listed apart, and an IPv4 client is to be known by its own address.
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(place)
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _named(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _remedy(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EACCES | errno.EPERM:
            reason = (
                "permission denied; use --port 8631, or grant the capability CAP_NET_BIND_SERVICE, or lower"
                " the sysctl net.ipv4.ip_unprivileged_port_start, or use socket activation"
            )
        case errno.EADDRINUSE:
            reason = (
                f"port {port} is already in use, perhaps by CUPS; stop that, or choose another with --port"
            )
        case errno.EADDRNOTAVAIL:
            reason = "this host has no such address; choose another with --listen"
        case errno.EAFNOSUPPORT:
            reason = "this host has no addresses of that kind; choose another with --listen"
        case _:
            reason = os.strerror(error.errno or 0)
    return f"cannot listen on {_named(host, port)}: {reason}"


class Census:
    """Counts the connections, in all and of each address, against the caps."""

    def __init__(self, limits: HttpLimits) -> None:
        self.total = 0
        self._limits = limits
        self._of_address: Counter[str] = Counter()

    def admit(self, address: str) -> bool:
        """Counts a connection from `address`, or answers False where there are too many already."""
        if (
            self.total >= self._limits.connections
            or self._of_address[address] >= self._limits.connections_per_address
        ):
            return False
        self.total += 1
        self._of_address[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Forgets a connection that was admitted."""
        self.total -= 1
        self._of_address[address] -= 1
        if not self._of_address[address]:
            del self._of_address[address]

    def is_crowded(self) -> bool:
        """True while so many are connected that nobody may dawdle."""
        return self.total > self._limits.connections * self._limits.crowded_share


class TurnedAway(asyncio.Protocol):
    """A connection above the cap: told so, kept for a moment so that it can read that, and closed."""

    def __init__(self, seconds: float, closed: Callable[[], None]) -> None:
        self._seconds = seconds
        self._closed = closed
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        refusal = Refusal(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "There are too many connections; try again.",
            headers={"Retry-After": "1"},
        )
        transport.write(refusal.encode())
        if transport.can_write_eof():
            transport.write_eof()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._closed()


async def accept(listening: socket.socket, connect: Callable[[socket.socket, str], Awaitable[None]]) -> None:
    """Hands every connection that comes to `listening`, with its address, to `connect`; until cancelled.

    `listening` does not block. Out of descriptors or memory, it waits and goes on (O11).
    """
    is_exhausted = False
    while True:
        try:
            # Not the loop's sock_accept: cancelled at the wrong moment, it forgets what it has accepted.
            connection, peer = listening.accept()
        except BlockingIOError:
            await _readable(listening)
        except OSError as error:
            if error.errno in _PEERS_FAULT:
                continue
            if error.errno not in _EXHAUSTED:
                raise
            if not is_exhausted:
                logger.warning("no more connections can be taken for now: %s", error.strerror)
            is_exhausted = True
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            is_exhausted = False
            connection.setblocking(False)
            await connect(connection, peer[0] if isinstance(peer, tuple) else "local")


async def _readable(listening: socket.socket) -> None:
    """Returns when somebody has come."""
    loop, descriptor, has_come = asyncio.get_running_loop(), listening.fileno(), asyncio.Event()
    loop.add_reader(descriptor, has_come.set)
    try:
        await has_come.wait()
    finally:
        loop.remove_reader(descriptor)
