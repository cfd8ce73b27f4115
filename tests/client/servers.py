"""Servers that a client may meet: printers of a few lines, and what is none."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from ippserver.iana import names
from ippserver.iana.enums import Status
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.message import Request, Response
from ippserver.ipp.tags import GroupTag

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LANGUAGE = (names.ATTRIBUTES_CHARSET.of("utf-8"), names.ATTRIBUTES_NATURAL_LANGUAGE.of("en"))


def response(request: Request, status: Status = Status.SUCCESSFUL_OK, *more: AttributeGroup) -> bytes:
    return Response(
        version=request.version,
        status_code=int(status),
        request_id=request.request_id,
        groups=(AttributeGroup(GroupTag.OPERATION, LANGUAGE), *more),
    ).encode()


def ipp(octets: bytes) -> web.Response:
    return web.Response(body=octets, content_type="application/ipp")


async def received(request: web.Request) -> tuple[Request, bytes]:
    decoder = Decoder(Request)
    body = await request.read()
    assert decoder.feed(body)
    return decoder.message, decoder.remainder


@asynccontextmanager
async def printer(handler: Handler, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """A web server that answers POST on /ipp/print with `handler`; its URI."""
    application = web.Application()
    application.router.add_post("/ipp/print", handler)
    async with TestServer(application, host=host) as server:
        yield f"ipp://{host}:{server.port}/ipp/print"


@asynccontextmanager
async def speaking(answer: bytes) -> AsyncIterator[str]:
    """A server that reads a request's header and says `answer`, then reads on; its URI.

    If it left octets unread, its answer would be lost with the connection.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.write_eof()
        with suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"ipp://127.0.0.1:{server.sockets[0].getsockname()[1]}/ipp/print"


@asynccontextmanager
async def tls_printer(handler: Handler, certificate: Path) -> AsyncIterator[str]:
    """As `printer`, with TLS from the first octet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    await asyncio.to_thread(context.load_cert_chain, certificate)
    application = web.Application()
    application.router.add_post("/ipp/print", handler)
    server = TestServer(application, host="127.0.0.1", scheme="https")
    await server.start_server(ssl=context)
    try:
        yield f"ipps://localhost:{server.port}/ipp/print"
    finally:
        await server.close()


async def document() -> AsyncIterator[bytes]:
    yield b"%PDF-"
    yield b"1.7"
