"""Documents by FTP, from a small server on loopback that is as truthful or not as a test wants it."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from ippserver.interfaces import FetchError
from ippserver.outbound.fetcher import FetchSettings, GuardedFetcher


@dataclass
class FtpServer:
    """One document, `document` at `path`, and the ways to misbehave."""

    document: bytes = b"the document"
    path: str = "folder/page one.pdf"
    greeting: bytes = b"220 ready\r\n"
    login_reply: bytes = b"230 welcome\r\n"
    passive_host: str = "127,0,0,1"
    silent: bool = False
    opening_reply: bytes = b"150 here it comes\r\n"
    closing_reply: bytes = b"226 complete\r\n"
    endless_octet_pause_seconds: float | None = None
    port: int = 0
    commands: list[str] = field(default_factory=list)
    _data: asyncio.Queue[asyncio.StreamWriter] = field(default_factory=asyncio.Queue)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def running(self, host: str = "127.0.0.1") -> AsyncIterator["FtpServer"]:
        """Serves while entered; `port` is the one in use."""
        server = await asyncio.start_server(self._serve, host, 0)
        data_server = await asyncio.start_server(self._accept_data, host, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._data_port = data_server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._ended.set()
            for each in (server, data_server):
                each.close()
                await each.wait_closed()

    async def _accept_data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._data.put(writer)
        await self._ended.wait()
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(self.greeting)
            while line := await reader.readline():
                command = line.decode().strip()
                self.commands.append(command)
                if not self.silent:
                    await self._answer(command, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _answer(self, command: str, writer: asyncio.StreamWriter) -> None:
        match command.partition(" "):
            case "USER", *_:
                writer.write(self.login_reply)
            case "TYPE", *_:
                writer.write(b"200 binary\r\n")
            case "PASV", *_:
                high, low = divmod(self._data_port, 256)
                writer.write(f"227 Entering ({self.passive_host},{high},{low})\r\n".encode())
            case "EPSV", *_:
                writer.write(f"229 Entering (|||{self._data_port}|)\r\n".encode())
            case "RETR", _, self.path:
                writer.write(self.opening_reply)
                await self._send_document()
                writer.write(self.closing_reply)
            case _:
                writer.write(b"550 no\r\n")
        await writer.drain()

    async def _send_document(self) -> None:
        data = await self._data.get()
        data.write(self.document)
        await data.drain()
        while self.endless_octet_pause_seconds is not None and not self._ended.is_set():
            data.write(b".")
            await data.drain()
            await asyncio.sleep(self.endless_octet_pause_seconds)
        data.close()


def settings(timeout_seconds: float = 20) -> FetchSettings:
    return FetchSettings(allowed_hosts=("127.0.0.1",), max_octets=1_000_000, timeout_seconds=timeout_seconds)


async def fetched(
    server: FtpServer, path: str = "folder/page%20one.pdf", timeout_seconds: float = 20
) -> bytes:
    uri = f"ftp://127.0.0.1:{server.port}/{path}"
    async with GuardedFetcher(settings(timeout_seconds)).fetch(uri) as document:
        return b"".join([piece async for piece in document])


async def test_a_document_comes_by_ftp_as_anonymous() -> None:
    async with FtpServer(document=bytes(range(256)) * 3000).running() as server:
        assert await fetched(server) == bytes(range(256)) * 3000
    assert server.commands == ["USER anonymous", "TYPE I", "PASV", "RETR folder/page one.pdf"]


async def test_a_document_comes_by_ftp_over_ipv6() -> None:
    if not _has_ipv6():
        pytest.skip("this host has no IPv6 loopback")
    allowed = FetchSettings(allowed_hosts=("::1",), timeout_seconds=20)
    async with FtpServer().running("::1") as server:
        uri = f"ftp://[::1]:{server.port}/folder/page%20one.pdf"
        async with GuardedFetcher(allowed).fetch(uri) as document:
            assert [piece async for piece in document] == [b"the document"]
    assert "EPSV" in server.commands


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


async def test_a_type_suffix_is_not_part_of_the_name() -> None:
    async with FtpServer().running() as server:
        assert await fetched(server, "folder/page%20one.pdf;type=i") == b"the document"


async def test_the_data_connection_goes_to_the_judged_address_whatever_the_server_says() -> None:
    async with FtpServer(passive_host="192,0,2,1").running() as server:
        assert await fetched(server) == b"the document"


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (FtpServer(greeting=b"421 not now\r\n"), "does not give it"),
        (FtpServer(greeting=b"220-" + b"x" * 9000 + b"\r\n"), "does not give it"),
        (FtpServer(greeting=b"220-hello\r\n" * 10_000), "does not give it"),
        (FtpServer(greeting=b"\xff\xfe\r\n"), "does not give it"),
        (FtpServer(greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n"), "does not give it"),
        (FtpServer(login_reply=b"530 who are you\r\n"), "does not give it"),
        (FtpServer(passive_host="none"), "does not give it"),
        (FtpServer(path="another"), "does not give it"),
        (FtpServer(opening_reply=b"226 there it was\r\n"), "does not give it"),
        (FtpServer(closing_reply=b"426 broken off\r\n"), "does not give it"),
        (FtpServer(document=bytes(1_000_001)), "larger than 1000000"),
    ],
)
async def test_a_server_that_misbehaves_gives_a_sentence(server: FtpServer, reason: str) -> None:
    async with server.running():
        with pytest.raises(FetchError, match=reason):
            await fetched(server)


@pytest.mark.parametrize(
    "server",
    [
        FtpServer(greeting=b""),
        FtpServer(silent=True),
        FtpServer(endless_octet_pause_seconds=0.01),
        FtpServer(closing_reply=b""),
    ],
    ids=["no greeting", "no answer", "an octet now and then", "no end"],
)
async def test_a_slow_server_ends_at_the_deadline_and_leaves_no_thread(server: FtpServer) -> None:
    async with server.running():
        with pytest.raises(FetchError, match=r"within 0\.3 seconds"):
            await fetched(server, timeout_seconds=0.3)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("ftp")]


async def test_a_reader_that_stops_early_ends_both_connections() -> None:
    async with FtpServer(endless_octet_pause_seconds=0.001).running() as server:
        uri = f"ftp://127.0.0.1:{server.port}/folder/page%20one.pdf"
        async with asyncio.timeout(20), GuardedFetcher(settings()).fetch(uri) as pieces:
            assert await anext(pieces)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("ftp")]
