"""Listening sockets: binding, taking connections, counting them."""

import asyncio
import errno
import gc
import os
import resource
import socket
import warnings
from collections.abc import Iterator

import pytest

from ippserver.testing.ports import free_port
from ippserver.web.limits import HttpLimits
from ippserver.web.listeners import BindError, Census, accept, activated_sockets, bind_all
from tests.web.printer import PATIENCE_SECONDS


@pytest.fixture
def taken() -> Iterator[tuple[str, int]]:
    """An address that is in use."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()


def close(sockets: list[socket.socket]) -> list[tuple[str, int]]:
    found = [listening.getsockname()[:2] for listening in sockets]
    for listening in sockets:
        listening.close()
    return found


def test_port_0_is_any_free_port() -> None:
    [(host, port)] = close(bind_all([("127.0.0.1", 0)]))
    assert host == "127.0.0.1"
    assert port > 0


def test_several_addresses_are_bound_each() -> None:
    found = close(bind_all([("127.0.0.1", 0), ("127.0.0.2", 0)]))
    assert [host for host, _ in found] == ["127.0.0.1", "127.0.0.2"]


def test_ipv6_and_ipv4_share_a_port() -> None:
    port = free_port()
    found = close(bind_all([("0.0.0.0", port), ("::", port)]))
    assert ("0.0.0.0", port) in found


def test_a_port_in_use_is_named_with_the_remedy(taken: tuple[str, int]) -> None:
    with pytest.raises(BindError) as error:
        bind_all([("127.0.0.1", 0), taken])
    assert str(error.value) == (
        f"cannot listen on 127.0.0.1:{taken[1]}: port {taken[1]} is already in use, perhaps by CUPS;"
        " stop that, or choose another with --port"
    )


def test_a_forbidden_port_comes_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(self: socket.socket, place: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", forbidden)
    with pytest.raises(BindError, match=r"127\.0\.0\.1:631: permission denied; use --port 8631") as error:
        bind_all([("127.0.0.1", 631)])
    assert "CAP_NET_BIND_SERVICE" in str(error.value)
    assert "socket activation" in str(error.value)
    assert "\n" not in str(error.value)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(BindError, match="this host has no such address"):
        bind_all([("192.0.2.1", 0)])


def test_a_name_without_addresses_is_refused() -> None:
    with pytest.raises(BindError, match=r"cannot listen on no\.such\.host\.invalid:631"):
        bind_all([("no.such.host.invalid", 631)])


def test_a_machine_without_ipv6_listens_on_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    original = socket.socket.bind

    def without_ipv6(self: socket.socket, place: tuple[str, int]) -> None:
        if self.family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        original(self, place)

    monkeypatch.setattr(socket.socket, "bind", without_ipv6)
    assert len(close(bind_all([("::", 0), ("127.0.0.1", 0)]))) == 1
    with pytest.raises(BindError, match=r"\[::\]:0"):
        bind_all([("::", 0)])


def test_sockets_of_the_service_manager_are_meant_for_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert activated_sockets({}) == []
    assert activated_sockets({"LISTEN_PID": "1", "LISTEN_FDS": "1"}) == []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setattr("ippserver.web.listeners._FIRST_ACTIVATED", os.dup(listening.fileno()))
        found = activated_sockets({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"})
        assert close(found) == [listening.getsockname()]


def test_connections_are_capped_in_all_and_by_address() -> None:
    census = Census(HttpLimits(connections=3, connections_per_address=2))
    assert census.admit("a")
    assert census.admit("a")
    assert not census.admit("a")
    assert census.admit("b")
    assert not census.admit("c")
    assert census.is_crowded()
    census.leave("a")
    assert census.admit("a")
    assert census.total == 3


def test_a_quiet_server_is_not_crowded() -> None:
    census = Census(HttpLimits(connections=10, crowded_share=0.8))
    for number in range(8):
        census.admit(str(number))
    assert not census.is_crowded()


async def test_without_descriptors_that_is_said_and_connections_are_taken_later(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ippserver.web.listeners._RETRY_SECONDS", 0.02)
    accepted: asyncio.Queue[socket.socket] = asyncio.Queue()
    exhausted = asyncio.Event()
    monkeypatch.setattr(caplog.handler, "emit", lambda record: exhausted.set())

    async def connect(connection: socket.socket, address: str) -> None:
        assert address == "127.0.0.1"
        await accepted.put(connection)

    [listening] = bind_all([("127.0.0.1", 0)])
    client = socket.create_connection(listening.getsockname())
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        async with asyncio.TaskGroup() as tasks:
            acceptor = tasks.create_task(accept(listening, connect))
            async with asyncio.timeout(PATIENCE_SECONDS):
                await exhausted.wait()
            assert accepted.empty()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            async with asyncio.timeout(PATIENCE_SECONDS):
                connection = await accepted.get()
            acceptor.cancel()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    for open_socket in (connection, client, listening):
        open_socket.close()


@pytest.mark.parametrize("moment", range(6))
async def test_a_client_that_comes_while_accepting_ends_is_not_lost(moment: int) -> None:
    accepted: list[socket.socket] = []

    async def connect(connection: socket.socket, address: str) -> None:
        accepted.append(connection)

    [listening] = bind_all([("127.0.0.1", 0)])
    acceptor = asyncio.create_task(accept(listening, connect))
    await asyncio.sleep(0)
    with socket.create_connection(listening.getsockname()), warnings.catch_warnings(record=True) as unclosed:
        warnings.simplefilter("always")
        for _ in range(moment):
            await asyncio.sleep(0)
        acceptor.cancel()
        with pytest.raises(asyncio.CancelledError):
            await acceptor
        gc.collect()
    for open_socket in (*accepted, listening):
        open_socket.close()
    assert unclosed == []


async def test_a_listening_socket_that_is_gone_is_an_error() -> None:
    async def connect(connection: socket.socket, address: str) -> None:
        connection.close()

    [listening] = bind_all([("127.0.0.1", 0)])
    listening.close()
    with pytest.raises((OSError, ValueError)):
        await accept(listening, connect)
