"""Ports for programs that have to be told one, and ports where nobody listens."""

import os
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_CHOSEN_FROM: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL: Final = 32768
_LOWEST: Final = 10_000
_WORKERS: Final = 16
_TRIES: Final = 100


def free_port() -> int:
    """A port that nobody has, and that nobody else gets before the program that is told it.

    It is none of those from which the kernel chooses for others, and each worker of pytest-xdist has its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    own = range(_LOWEST + worker, _first_chosen(), _WORKERS)
    for port in random.sample(own, min(_TRIES, len(own))):
        try:
            with _bound(port):
                return port
        except OSError:  # somebody has it
            continue
    with _bound(0) as probe:  # better than none, where the kernel chooses from all
        return _port(probe)


@contextmanager
def closed_port() -> Iterator[int]:
    """A port where nobody listens, and nobody can as long as the context lasts."""
    with _bound(0) as held:
        yield _port(held)


def _first_chosen() -> int:
    try:
        return int(_CHOSEN_FROM.read_text().split()[0])
    except OSError:  # another system than Linux
        return _USUAL


def _bound(port: int) -> socket.socket:
    """A socket that has `port` on all addresses, and does not listen."""
    both = socket.has_dualstack_ipv6()
    made = socket.socket(socket.AF_INET6 if both else socket.AF_INET)
    try:
        if both:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        made.bind(("", port))
    except OSError:
        made.close()
        raise
    return made


def _port(bound: socket.socket) -> int:
    port: int = bound.getsockname()[1]
    return port
