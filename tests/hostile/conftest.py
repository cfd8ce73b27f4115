"""Servers for the catalogue: one with its usual deadlines, one with short ones."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ippserver.testing.printer import VirtualPrinter

pytest.register_assert_rewrite("tests.hostile.server")  # it judges, too, and must do so under python -O

from tests.hostile.server import PATIENCE_SECONDS, Journal, Server, settings  # noqa: E402


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> None:
    """The servers here, and the threads that they need, outlive a test; what may grow is counted instead."""


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers with the limits given; all end with the session."""
    with ExitStack() as servers:

        def start(access: str = "open", tls: str = "off", **limits: Any) -> Server:
            folder: Path = tmp_path_factory.mktemp("hostile")
            printer = servers.enter_context(VirtualPrinter(settings=settings(folder, access, tls, **limits)))
            server = Server(printer, folder / "spool")
            if tls != "require":
                asyncio.run(server.begin())
            return server

        yield start


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    """A server with the usual deadlines."""
    return start_server()


# Each has one short deadline: what must come in time has all the time that a stalled machine takes.


@pytest.fixture(scope="session")
def impatient_server(start_server: Callable[..., Server]) -> Server:
    """A server that waits half a second for the head of a request."""
    return start_server(**{"header-timeout-seconds": 0.5, "keep-alive-seconds": 1.0})


@pytest.fixture(scope="session")
def server_without_attributes(start_server: Callable[..., Server]) -> Server:
    """A server that waits half a second for attributes."""
    return start_server(**{"attributes-timeout-seconds": 0.5})


@pytest.fixture(scope="session")
def server_without_documents(start_server: Callable[..., Server]) -> Server:
    """A server that waits half a second for the next octet of a document."""
    return start_server(**{"document-timeout-seconds": 0.5})


@pytest.fixture(scope="session")
def patient_server(start_server: Callable[..., Server]) -> Server:
    """A server that waits some seconds for the next octet of a document."""
    return start_server(**{"document-timeout-seconds": PATIENCE_SECONDS})


@pytest.fixture(scope="session")
def frugal_server(start_server: Callable[..., Server]) -> Server:
    """A server whose jobs may have three documents."""
    return start_server(**{"max-documents-per-job": 3})


@pytest.fixture(scope="session")
def home_server(start_server: Callable[..., Server]) -> Server:
    """A server that does not let everybody do everything."""
    return start_server("home")


@pytest.fixture(scope="session")
def tls_server(start_server: Callable[..., Server]) -> Server:
    """A server that offers TLS."""
    return start_server(tls="offer")


@pytest.fixture(scope="session")
def impatient_tls_server(start_server: Callable[..., Server]) -> Server:
    """A server that offers TLS, and takes a handshake for half a second."""
    return start_server(tls="offer", **{"header-timeout-seconds": 0.7, "tls-handshake-timeout-seconds": 0.5})


@pytest.fixture(scope="session")
def tls_server_without_heads(start_server: Callable[..., Server]) -> Server:
    """A server that offers TLS, and waits some seconds for the head of a request."""
    return start_server(tls="offer", **{"header-timeout-seconds": 4.0})


@pytest.fixture(scope="session")
def home_tls_server(start_server: Callable[..., Server]) -> Server:
    """A server that offers TLS, and does not let everybody do everything."""
    return start_server("home", tls="offer")


@pytest.fixture(scope="session")
def narrow_tls_server(start_server: Callable[..., Server]) -> Server:
    """A server that has room for one TLS connection."""
    return start_server(tls="offer", **{"max-tls-connections": 1})


@pytest.fixture(scope="session")
def strict_server(start_server: Callable[..., Server]) -> Server:
    """A server that demands TLS."""
    return start_server(tls="require")


@pytest.fixture
def journal() -> Iterator[Journal]:
    """What is logged during the test, from all threads."""
    found = Journal()
    root, package = logging.getLogger(), logging.getLogger("ippserver")
    level = package.level
    package.setLevel(logging.DEBUG)
    root.addHandler(found)
    yield found
    root.removeHandler(found)
    package.setLevel(level)
