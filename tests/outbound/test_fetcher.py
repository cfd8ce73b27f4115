"""Documents by reference, fetched from real servers on loopback."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ippserver.interfaces import FetchError
from ippserver.outbound.fetcher import FetchSettings, GuardedFetcher

LOOPBACK = FetchSettings(allowed_hosts=("127.0.0.1",), max_octets=1_000_000, timeout_seconds=20)


async def fetched(fetcher: GuardedFetcher, uri: str) -> bytes:
    async with fetcher.fetch(uri) as document:
        return b"".join([piece async for piece in document])


@asynccontextmanager
async def served(**handlers: Callable[[web.Request], object]) -> AsyncIterator[TestServer]:
    """A web server that answers /NAME with the handler of that name."""
    application = web.Application()
    for name, handler in handlers.items():
        application.router.add_get(f"/{name}", handler)  # type: ignore[arg-type]  # aiohttp wants a narrower type
    server = TestServer(application, host="127.0.0.1")
    async with server:
        yield server


@asynccontextmanager
async def speaking(answer: bytes) -> AsyncIterator[str]:
    """A server that reads a request and says `answer`; answers its URI."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def document(request: web.Request) -> web.Response:
    assert "Authorization" not in request.headers
    assert "Cookie" not in request.headers
    return web.Response(body=b"%PDF-1.7 " * 40_000)


async def test_a_document_comes_by_http_from_an_allowed_host() -> None:
    async with served(document=document) as server:
        assert (
            await fetched(GuardedFetcher(LOOPBACK), str(server.make_url("/document")))
            == b"%PDF-1.7 " * 40_000
        )


async def test_a_host_allowed_by_name_is_found_at_the_address_it_was_judged_by() -> None:
    settings = FetchSettings(allowed_hosts=("localhost",), timeout_seconds=20)
    async with served(document=document) as server:
        uri = f"http://localhost:{server.port}/document"
        assert len(await fetched(GuardedFetcher(settings), uri)) == 360_000


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:{port}/document",
        "http://localhost:{port}/document",
        "http://[::ffff:127.0.0.1]:{port}/document",
        "http://127.1:{port}/document",
        "http://2130706433:{port}/document",
        "http://0x7f.1:{port}/document",
        "http://127.0.0.1.:{port}/document",
        "http://0.0.0.0:{port}/document",
        "ftp://127.0.0.1:{port}/document",
    ],
)
async def test_without_an_entry_nothing_on_loopback_is_asked(uri: str) -> None:
    asked = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.close()

    async with await asyncio.start_server(count, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(FetchError):
            await fetched(GuardedFetcher(FetchSettings(timeout_seconds=20)), uri.format(port=port))
    assert asked == 0


async def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_judged() -> None:
    answers = iter([["127.0.0.2"], ["127.0.0.1"], ["127.0.0.1"]])

    async def lookup(host: str, port: int) -> Sequence[str]:
        return next(answers)

    async def secret(request: web.Request) -> web.Response:
        return web.Response(text="secret")

    settings = FetchSettings(allowed_hosts=("127.0.0.2",), timeout_seconds=20)
    async with served(document=secret) as forbidden:
        allowed = TestServer(web.Application(), host="127.0.0.2", port=forbidden.port)
        allowed.app.router.add_get("/document", document)
        async with allowed:
            uri = f"http://rebinding.example:{forbidden.port}/document"
            fetcher = GuardedFetcher(settings, lookup=lookup)
            assert len(await fetched(fetcher, uri)) == 360_000
            with pytest.raises(FetchError, match="allowed-hosts"):
                await fetched(fetcher, uri)


@pytest.mark.parametrize(("hops", "arrives"), [(1, True), (3, True), (4, False), (99, False)])
async def test_three_redirects_are_followed_and_no_more(hops: int, arrives: bool) -> None:
    async def hop(request: web.Request) -> web.Response:
        left = int(request.query["left"])
        raise web.HTTPFound(f"/hop?left={left - 1}" if left > 1 else "/document")

    async with served(hop=hop, document=document) as server:
        fetching = fetched(GuardedFetcher(LOOPBACK), str(server.make_url(f"/hop?left={hops}")))
        if arrives:
            assert len(await fetching) == 360_000
        else:
            with pytest.raises(FetchError, match="redirected more than 3 times"):
                await fetching


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.2:{port}/document", "allowed-hosts"),
        ("http://169.254.169.254/latest/meta-data", "allowed-hosts"),
        ("http://[::1]:{port}/document", "allowed-hosts"),
        ("file:///etc/passwd", "by http, https, ftp only"),
        ("gopher://127.0.0.1/", "by http, https, ftp only"),
        ("http://fred:secret@127.0.0.1:{port}/document", "credentials"),
        ("http://127.0.0.1:99999/", "no URI"),
        ("", "redirected more"),
        ("/again", "redirected more"),
    ],
)
async def test_every_redirect_is_judged_like_the_first_address(location: str, reason: str) -> None:
    async def again(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location.format(port=request.url.port)})

    settings = FetchSettings(allowed_hosts=("127.0.0.1",), timeout_seconds=20)
    async with served(again=again, document=document) as server:
        with pytest.raises(FetchError, match=reason):
            await fetched(GuardedFetcher(settings), str(server.make_url("/again")))


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("http://fred:secret@127.0.0.1/", "credentials"),
        ("http://fred@127.0.0.1/", "credentials"),
        ("ftp://fred:secret@127.0.0.1/x", "credentials"),
        ("file:///etc/passwd", "only"),
        ("data:,x", "only"),
        ("unix:///run/x", "only"),
        ("document.pdf", "only"),
        ("", "only"),
        ("http://", "no host|no URI"),
        ("http:///document", "no host|no URI"),
        ("http://127.0.0.1:99999/", "no URI"),
        ("http://[::1/", "no URI"),
        ("http://127.0.0.1\\@example.com/", "characters"),
        ("http://127.0.0.1/\r\nX: y", "characters"),
        ("http://１２７.0.0.1/", "characters"),
        ("ftp://127.0.0.1/", "names no file"),
        ("ftp://127.0.0.1/a%0d%0aDELE%20b", "names no file"),
    ],
)
async def test_a_reference_that_cannot_be_followed_is_refused_with_a_sentence(uri: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason):
        await fetched(GuardedFetcher(LOOPBACK), uri)


async def test_a_scheme_that_is_not_configured_is_refused() -> None:
    fetcher = GuardedFetcher(FetchSettings(schemes=("https",), allowed_hosts=("127.0.0.1",)))
    assert fetcher.schemes == ("https",)
    with pytest.raises(FetchError, match="by https only"):
        await fetched(fetcher, "http://127.0.0.1/")


def test_a_scheme_that_nobody_can_fetch_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="gopher"):
        GuardedFetcher(FetchSettings(schemes=("http", "gopher")))


@pytest.mark.parametrize("status", [204, 206, 304, 401, 404, 500])
async def test_only_status_200_is_a_document(status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status)

    async with served(answer=answer) as server:
        with pytest.raises(FetchError, match=f"HTTP status {status}"):
            await fetched(GuardedFetcher(LOOPBACK), str(server.make_url("/answer")))


async def test_a_compressed_answer_is_refused_rather_than_inflated() -> None:
    async def bomb(request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(10_000_000)), headers={"Content-Encoding": "gzip"})

    async with served(bomb=bomb) as server:
        with pytest.raises(FetchError, match="encoding"):
            await fetched(GuardedFetcher(LOOPBACK), str(server.make_url("/bomb")))


@pytest.mark.parametrize("length", ["1000001", "9223372036854775808"])
async def test_a_length_above_the_limit_is_refused_before_reading(length: str) -> None:
    async with speaking(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode()) as uri:
        with pytest.raises(FetchError, match=r"larger|to its end"):
            await fetched(GuardedFetcher(LOOPBACK), uri)


async def test_an_endless_document_is_cut_at_the_limit() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(65536))

    async with served(endless=endless) as server:
        with pytest.raises(FetchError, match="larger than 1000000"):
            await fetched(GuardedFetcher(LOOPBACK), str(server.make_url("/endless")))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf!",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 2000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000_000 + b"\r\n\r\n",
    ],
    ids=["nothing", "another protocol", "cut", "cut chunk", "bad chunk", "many headers", "long header"],
)
async def test_half_an_answer_is_no_document(answer: bytes) -> None:
    async with speaking(answer) as uri:
        with pytest.raises(FetchError):
            await fetched(GuardedFetcher(LOOPBACK), uri)


async def test_a_silent_server_and_a_slow_one_end_at_the_deadline() -> None:
    async def silent(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.01)

    settings = FetchSettings(allowed_hosts=("127.0.0.1",), timeout_seconds=0.3)
    async with served(silent=silent, slow=slow) as server:
        for name in ("silent", "slow"):
            with pytest.raises(FetchError, match=r"within 0\.3 seconds"):
                await fetched(GuardedFetcher(settings), str(server.make_url(f"/{name}")))


async def test_a_server_that_is_not_there_cannot_be_reached(unused_tcp_port: int) -> None:
    for scheme in ("http", "ftp"):
        with pytest.raises(FetchError, match=r"cannot be reached|to its end"):
            await fetched(GuardedFetcher(LOOPBACK), f"{scheme}://127.0.0.1:{unused_tcp_port}/x")


async def test_a_reader_that_stops_early_ends_the_connection() -> None:
    ended = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(65536))
        finally:
            ended.set()

    async with served(endless=endless) as server:
        async with GuardedFetcher(LOOPBACK).fetch(str(server.make_url("/endless"))) as pieces:
            assert await anext(pieces)
        async with asyncio.timeout(20):
            await ended.wait()
