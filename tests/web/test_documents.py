"""The document in a request's body: counted, timed, and never confused with a fault of ours."""

import asyncio
from collections.abc import Callable

import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol

from ippserver.interfaces import DocumentInterrupted
from ippserver.model.errors import RequestEntityTooLarge, Timeout
from ippserver.web.documents import IncomingDocument
from ippserver.web.limits import HttpLimits

MAX_OCTETS = 10


class _Protocol(BaseProtocol):
    """A connection whose octets the test feeds."""

    connected = True

    def resume_reading(self, resume_parser: bool = True) -> None:
        pass


@pytest.fixture
async def content() -> StreamReader:
    loop = asyncio.get_running_loop()
    return StreamReader(_Protocol(loop), 2**16, loop=loop)


def document_of(
    content: StreamReader,
    start: bytes = b"",
    *,
    limits: HttpLimits | None = None,
    is_crowded: Callable[[], bool] = bool,
) -> IncomingDocument:
    return IncomingDocument(
        content,
        start,
        limits=limits or HttpLimits(),
        max_octets=MAX_OCTETS,
        is_crowded=is_crowded,
    )


async def read(document: IncomingDocument) -> bytes:
    return b"".join([piece async for piece in document])


async def test_the_start_that_came_with_the_attributes_comes_first(content: StreamReader) -> None:
    content.feed_data(b"two")
    content.feed_eof()
    document = document_of(content, b"one")
    assert await read(document) == b"onetwo"
    assert document.octets_read == 6


async def test_a_request_without_a_document_has_an_empty_one(content: StreamReader) -> None:
    content.feed_eof()
    assert await read(document_of(content)) == b""


async def test_the_largest_document_is_read(content: StreamReader) -> None:
    content.feed_data(bytes(MAX_OCTETS - 1))
    content.feed_eof()
    assert len(await read(document_of(content, b"x"))) == MAX_OCTETS


async def test_one_octet_more_is_too_large(content: StreamReader) -> None:
    content.feed_data(bytes(MAX_OCTETS))
    content.feed_eof()
    with pytest.raises(RequestEntityTooLarge):
        await read(document_of(content, b"x"))


@pytest.mark.parametrize(
    "fault",
    [ConnectionResetError("gone"), OSError(28, "disk full?"), web.RequestPayloadError("cut"), TimeoutError()],
    ids=["reset", "os-error", "cut", "tcp-timeout"],
)
async def test_a_vanished_client_is_called_that(content: StreamReader, fault: Exception) -> None:
    content.feed_data(b"abc")
    document = document_of(content)
    await anext(document)
    content.set_exception(fault)
    with pytest.raises(DocumentInterrupted) as interrupted:
        await anext(document)
    assert interrupted.value.__cause__ is fault


async def test_silence_is_a_timeout(content: StreamReader) -> None:
    limits = HttpLimits(document_seconds=0.05, rate_seconds=0.02)
    with pytest.raises(Timeout):
        await anext(document_of(content, limits=limits))


async def drip(content: StreamReader, done: asyncio.Event) -> None:
    while not done.is_set():
        content.feed_data(b"x")
        await asyncio.sleep(0.01)


async def test_a_dripping_client_is_cut_off_while_the_server_is_crowded(content: StreamReader) -> None:
    limits = HttpLimits(rate_seconds=0.05, minimum_rate=10_000.0)
    document = IncomingDocument(content, b"", limits=limits, max_octets=10**6, is_crowded=lambda: True)
    done = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(drip(content, done))
        with pytest.raises(Timeout):
            await read(document)
        done.set()


async def test_a_dripping_client_is_let_alone_while_there_is_room(content: StreamReader) -> None:
    limits = HttpLimits(rate_seconds=0.02, minimum_rate=10_000.0)
    document = IncomingDocument(content, b"", limits=limits, max_octets=10**6, is_crowded=lambda: False)
    done = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(drip(content, done))
        pieces = [await anext(document) for _ in range(10)]
        done.set()
    assert len(pieces) == 10


async def test_cancelling_the_reader_cancels_it(content: StreamReader) -> None:
    document = document_of(content)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await anext(document)
