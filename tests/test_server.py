import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ippserver.app import build
from ippserver.config import load
from ippserver.engine.intake import Incoming
from ippserver.engine.jobs import NewDocument
from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.interfaces import OutputError, StoreError
from ippserver.model import formats
from ippserver.model.job import Change, Job
from ippserver.server import Addresses, Server
from ippserver.testing.fakes import job_draft, stream
from ippserver.testing.ports import free_port
from ippserver.web.listeners import BindError

PATIENCE_SECONDS = 60.0


async def server_in(folder: Path, **overrides: Any) -> Server:
    """A server that keeps everything below `folder` and prints to `folder`/out."""
    settings = {
        "server": {"listen": ["127.0.0.1:0"], "data-dir": str(folder / "data")},
        "access": {"preset": "open"},
        "spool": {"min-free-octets": 0},
        "printer": [
            {
                "name": "office",
                "minimum-processing-seconds": 0,
                "output": [{"type": "folder", "folder": str(folder / "out"), "format": "original"}],
            }
        ],
    }
    return await asyncio.to_thread(lambda: build(load(None, {}, settings | overrides)))


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[Addresses]:
    """Runs `server` inside, and stops it in order."""
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(server.run(stop, ready.set_result))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield ready.result()
        stop.set()
        await task


async def submit(server: Server, content: bytes) -> Job:
    (printer,) = server.printers
    incoming = Incoming(stream=stream([content]), format=formats.TEXT)
    return await server.jobs.submit(job_draft(), NewDocument(incoming=incoming), printer.config)


async def until(server: Server, fits: Callable[[], bool]) -> None:
    """Returns after the change with which it `fits`."""
    changed = asyncio.Event()

    def note(change: Change) -> None:
        changed.set()

    server.jobs.watch(note)
    while not fits():
        changed.clear()
        await changed.wait()


async def test_a_server_serves_and_prints_until_it_is_stopped(tmp_path: Path) -> None:
    # What the kernel may give to others, somebody else may listen on as soon as the server has stopped.
    own = {"listen": [f"127.0.0.1:{free_port()}"], "data-dir": str(tmp_path / "data")}
    server = await server_in(tmp_path, server=own)
    async with running(server) as ((host, port),):
        _, writer = await asyncio.open_connection(host, port)
        writer.close()
        await writer.wait_closed()
        await submit(server, b"one")
        await until(server, lambda: not server.jobs.unfinished)
    assert [file.read_bytes() for file in (tmp_path / "out").iterdir()] == [b"one"]
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection(host, port)


async def test_what_was_in_process_at_the_stop_is_printed_once_after_the_start(tmp_path: Path) -> None:
    server = await server_in(tmp_path)
    async with running(server):
        jobs = [await submit(server, b"%d" % number) for number in range(8)]
    following = await server_in(tmp_path)
    async with running(following):
        await until(following, lambda: not following.jobs.unfinished)
        ended = [await following.jobs.get(job.id) for job in jobs]
    assert [job.state for job in ended if job is not None] == [JobState.COMPLETED] * 8
    printed = sorted(file.read_bytes() for file in (tmp_path / "out").iterdir())
    assert printed == [b"%d" % number for number in range(8)]


async def test_a_second_server_on_the_same_store_does_not_start_and_the_first_goes_on(tmp_path: Path) -> None:
    server = await server_in(tmp_path)
    async with running(server):
        with pytest.raises(StoreError, match="in use"):
            async with running(await server_in(tmp_path)):
                raise AssertionError("it started")
        await submit(server, b"one")
        await until(server, lambda: not server.jobs.unfinished)


async def test_a_server_that_cannot_listen_leaves_nothing_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        data = str(tmp_path / "data")
        with pytest.raises(BindError):
            async with running(await server_in(tmp_path, server={"listen": [listen], "data-dir": data})):
                raise AssertionError("it started")
    async with running(await server_in(tmp_path)) as addresses:
        assert addresses


async def test_a_server_whose_output_cannot_work_leaves_nothing_open(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("no folder")
    with pytest.raises(OutputError):
        async with running(await server_in(tmp_path)):
            raise AssertionError("it started")
    (tmp_path / "out").unlink()
    async with running(await server_in(tmp_path)) as addresses:
        assert addresses


async def test_what_is_configured_of_notifications_is_advertised_and_kept_to(tmp_path: Path) -> None:
    notifications = {
        "event-life-seconds": 15,
        "lease-seconds": 5,
        "max-lease-seconds": 50,
        "infinite-leases": True,
        "wait-seconds": 0.5,
        "max-waiting": 2,
        "max-subscriptions": 3,
        "max-subscriptions-per-user": 4,
        "max-events": 6,
    }
    server = await server_in(tmp_path, notifications=notifications)
    terms = server.events.terms
    assert {name.replace("_", "-"): getattr(terms, name) for name in terms.__slots__} == notifications
    async with running(server):
        (printer,) = server.printers
        assert names.IPPGET_EVENT_LIFE.get(printer.capabilities) == 15
        assert names.NOTIFY_LEASE_DURATION_SUPPORTED.all(printer.capabilities) == (0, (1, 50))


async def test_clients_are_held_to_the_limits_of_the_settings(tmp_path: Path) -> None:
    limits = {
        "max-connections": 11,
        "max-connections-per-address": 7,
        "max-tls-connections": 5,
        "tls-handshake-timeout-seconds": 1.5,
        "header-timeout-seconds": 2.5,
        "keep-alive-seconds": 3.5,
        "attributes-timeout-seconds": 4.5,
        "document-timeout-seconds": 5.5,
        "answer-timeout-seconds": 6.5,
        "lingering-seconds": 7.5,
        "stop-timeout-seconds": 8.5,
    }
    server = await server_in(tmp_path, limits=limits)
    held = server.web.limits
    assert [
        held.connections,
        held.connections_per_address,
        held.tls_connections,
        held.handshake_seconds,
        held.head_seconds,
        held.keep_alive_seconds,
        held.attributes_seconds,
        held.document_seconds,
        held.answer_seconds,
        held.lingering_seconds,
        held.stop_seconds,
    ] == list(limits.values())


async def test_a_server_that_stops_cuts_off_a_request_that_does_not_come(tmp_path: Path) -> None:
    server = await server_in(tmp_path, limits={"stop-timeout-seconds": 0.05})
    async with running(server) as (address,):
        reader, writer = await asyncio.open_connection(*address)
        head = b"POST /ipp/print HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ipp\r\n"
        writer.write(head + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n")
        assert (await reader.readline()).split()[1] == b"100"
    assert await reader.read() in (b"", b"\r\n")
    writer.close()
