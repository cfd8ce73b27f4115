"""A raw port as output."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from ippserver.interfaces import DocumentInterrupted, OutputUnavailable
from ippserver.outputs.socket import SocketOutput
from ippserver.testing.fakes import stream
from tests.outputs.parcels import PDF, parcel

SECONDS = 20.0
LARGE = [b"x" * 700_000] * 4


class Sink:
    """A printer's port 9100, which takes all and closes."""

    def __init__(self) -> None:
        self.taken = b""
        self.ended = asyncio.Event()
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(ConnectionError):
            self.taken = await reader.read()
        self.ended.set()
        writer.close()


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[int]:
    """The port at which `handler` serves."""
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def output(port: int, *, timeout_seconds: float = SECONDS, linger_seconds: float = SECONDS) -> SocketOutput:
    return SocketOutput(
        "raw", "127.0.0.1", port, timeout_seconds=timeout_seconds, linger_seconds=linger_seconds
    )


@pytest.mark.parametrize("pieces", [[PDF], LARGE], ids=["small", "large"])
async def test_a_port_gets_the_octets_and_nothing_else(pieces: list[bytes]) -> None:
    sink = Sink()
    async with listening(sink.handle) as port:
        made = output(port)
        await made.open()
        target = await made.plan(parcel())
        assert await made.deliver(parcel(b"".join(pieces)), target, [stream(pieces)]) == target
    assert sink.taken == b"".join(pieces)
    assert target == f"socket://127.0.0.1:{port}"


async def test_a_peer_that_stays_silent_after_the_end_has_the_document() -> None:
    heard, done = asyncio.Event(), asyncio.Event()
    taken = []

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(await reader.read())
        heard.set()
        writer.write(b"@PJL READY\r\n")
        await done.wait()
        writer.close()

    async with listening(keep) as port:
        await output(port, linger_seconds=0.1).deliver(parcel(), "", [stream([PDF])])
        async with asyncio.timeout(SECONDS):
            await heard.wait()
        done.set()
    assert taken == [PDF]


async def test_a_peer_that_never_stops_talking_has_the_document() -> None:
    async def chat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b"@PJL INFO STATUS\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)

    async with listening(chat) as port:
        async with asyncio.timeout(SECONDS):
            delivered = await output(port, timeout_seconds=0.3).deliver(parcel(), "there", [stream([PDF])])
    assert delivered == "there"


async def test_a_peer_that_takes_nothing_makes_the_output_unavailable() -> None:
    done = asyncio.Event()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.transport.abort()

    async with listening(refuse) as port:
        with pytest.raises(OutputUnavailable, match=f"127.0.0.1:{port} takes nothing."):
            await output(port, timeout_seconds=0.2).deliver(parcel(), "", [stream([b"x" * 700_000] * 40)])
        done.set()


async def test_a_peer_that_breaks_off_makes_the_output_unavailable() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.transport.abort()

    async with listening(hang_up) as port:
        with pytest.raises(OutputUnavailable):
            await output(port).deliver(parcel(), "", [stream([b"x" * 700_000] * 40)])


async def test_a_port_where_nobody_listens_makes_the_output_unavailable() -> None:
    with pytest.raises(OutputUnavailable, match=r"127\.0\.0\.1:1 cannot be reached: Connection refused\."):
        await output(1).deliver(parcel(), "", [stream([PDF])])


async def test_what_the_content_raises_comes_through_and_the_connection_is_cut() -> None:
    sink = Sink()
    async with listening(sink.handle) as port:
        with pytest.raises(DocumentInterrupted):
            await output(port).deliver(parcel(), "", [stream([b"ne"], then=DocumentInterrupted())])
        async with asyncio.timeout(SECONDS):
            await sink.ended.wait()
