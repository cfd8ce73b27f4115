"""How requests travel: ports, lengths, waiting, credentials, and answers that are none."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import encode_basic_auth, web
from aiohttp.test_utils import TestServer

from ippserver.client import (
    BadAnswer,
    ClientError,
    HttpError,
    IppClient,
    IppStatusError,
    Unreachable,
    Untrusted,
)
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.message import Request, Response, Version
from ippserver.ipp.tags import GroupTag
from ippserver.model.uris import InvalidUri
from ippserver.testing.tools import require_tool

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
    """A server that reads a request's header and says `answer`, then listens on; its URI."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"ipp://127.0.0.1:{server.sockets[0].getsockname()[1]}/ipp/print"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the key and the certificate of localhost, signed by nobody else."""
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    output = ["-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([require_tool("openssl"), *request, *subject, *output], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


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


async def test_a_request_is_a_post_with_its_length_that_names_its_target_twice() -> None:
    seen: list[tuple[web.Request, Request]] = []

    async def answer(request: web.Request) -> web.Response:
        message, rest = await received(request)
        assert rest == b""
        seen.append((request, message))
        return ipp(response(message))

    async with printer(answer) as uri, IppClient(uri, user="fred") as client:
        await client.request(Operation.PAUSE_PRINTER)
        await client.request(Operation.GET_PRINTER_ATTRIBUTES)
    (http, message), (_, second) = seen
    assert (http.method, http.path) == ("POST", "/ipp/print")
    assert http.headers["Content-Type"] == "application/ipp"
    assert http.headers["Host"] == uri.removeprefix("ipp://").removesuffix("/ipp/print")
    assert int(http.headers["Content-Length"]) == len(message.encode())
    assert "Expect" not in http.headers
    assert message.version == Version(2, 0)
    assert (message.request_id, second.request_id) == (1, 2)
    assert [attribute.name for attribute in message.group(GroupTag.OPERATION)] == [
        names.ATTRIBUTES_CHARSET.name,
        names.ATTRIBUTES_NATURAL_LANGUAGE.name,
        names.PRINTER_URI.name,
        names.REQUESTING_USER_NAME.name,
    ]
    assert names.PRINTER_URI.get(message.group(GroupTag.OPERATION)) == uri


async def test_a_document_is_sent_in_chunks_once_the_server_wants_it() -> None:
    async def answer(request: web.Request) -> web.Response:
        message, rest = await received(request)
        assert request.headers["Expect"] == "100-continue"
        assert request.headers["Transfer-Encoding"] == "chunked"
        assert rest == b"%PDF-1.7"
        job = AttributeGroup(GroupTag.JOB, (names.JOB_ID.of(7), names.JOB_STATE.of(JobState.PENDING)))
        return ipp(response(message, Status.SUCCESSFUL_OK, job))

    async with printer(answer) as uri, IppClient(uri) as client:
        job = await client.print_job(document())
    assert (job.id, job.state) == (7, JobState.PENDING)


async def test_a_document_that_the_server_refuses_is_not_sent() -> None:
    begun = False

    async def watched() -> AsyncIterator[bytes]:
        nonlocal begun
        begun = True
        yield b"secret"

    async with speaking(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n") as uri:
        async with IppClient(uri) as client:
            with pytest.raises(HttpError, match="413") as caught:
                await client.print_job(watched())
    assert caught.value.status == 413
    assert not begun


async def test_an_error_of_the_document_is_passed_on_as_it_is() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"%PDF"
        raise FileNotFoundError("gone")

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        raise AssertionError

    async with printer(answer) as uri, IppClient(uri) as client:
        with pytest.raises(FileNotFoundError, match="gone"):
            await client.print_job(broken())


async def test_a_redirect_is_not_followed_to_another_port() -> None:
    asked = False

    async def elsewhere(request: web.Request) -> web.Response:
        nonlocal asked
        asked = True
        raise AssertionError

    async with printer(elsewhere) as other:
        target = other.replace("ipp:", "http:").encode()
        header = b"HTTP/1.1 307 Elsewhere\r\nLocation: " + target + b"\r\nContent-Length: 0\r\n\r\n"
        async with speaking(header) as uri, IppClient(uri) as client:
            with pytest.raises(HttpError, match="307"):
                await client.get_printer_attributes()
    assert not asked


async def test_a_port_where_nobody_listens_is_unreachable_and_no_other_is_tried(unused_tcp_port: int) -> None:
    async with IppClient(f"ipp://127.0.0.1:{unused_tcp_port}/ipp/print") as client:
        with pytest.raises(Unreachable, match=rf"127\.0\.0\.1:{unused_tcp_port} cannot be reached"):
            await client.get_printer_attributes()


@pytest.mark.parametrize(
    ("uri", "port", "scheme"),
    [
        ("ipp://h/p", 631, "ipp"),
        ("ipp://h:/p", 631, "ipp"),
        ("ipps://h/p", 631, "ipps"),
        ("ipp://h:80/p", 80, "ipp"),
        ("http://h/p", 80, "ipp"),
        ("https://h/p", 443, "ipps"),
        ("http://h:631/p", 631, "ipp"),
    ],
)
def test_the_port_is_the_one_named_or_631(uri: str, port: int, scheme: str) -> None:
    client = IppClient(uri)
    assert (client.uri.port, client.uri.scheme) == (port, scheme)


@pytest.mark.parametrize("uri", ["ipp://h:0/", "printer", "ipp://fred:secret@h/", "ftp://h/", "ipp://h/#x"])
def test_a_uri_off_the_grammar_is_refused_before_anything_is_sent(uri: str) -> None:
    with pytest.raises(InvalidUri):
        IppClient(uri)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x02\x00\x00\x00",
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x01",
        b"\x02\x00\x00\x00\x00\x00\x00\x01\x00\x03",
        b"<html>hello</html>",
    ],
)
async def test_octets_that_are_no_response_are_a_bad_answer(octets: bytes) -> None:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return ipp(octets)

    async with printer(answer) as uri, IppClient(uri) as client:
        with pytest.raises(BadAnswer, match="malformed"):
            await client.get_printer_attributes()


async def test_the_answer_to_another_request_is_a_bad_answer() -> None:
    async def answer(request: web.Request) -> web.Response:
        message, _ = await received(request)
        octets = bytearray(response(message))
        octets[7] ^= 0x55
        return ipp(bytes(octets))

    async with printer(answer) as uri, IppClient(uri) as client:
        with pytest.raises(BadAnswer, match="another request"):
            await client.get_printer_attributes()


async def test_a_success_that_names_no_job_is_a_bad_answer() -> None:
    async def answer(request: web.Request) -> web.Response:
        message, _ = await received(request)
        return ipp(response(message))

    async with printer(answer) as uri, IppClient(uri) as client:
        with pytest.raises(BadAnswer, match="which one"):
            await client.create_job()


async def test_a_web_page_is_a_bad_answer() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="welcome", content_type="text/html")

    async with printer(answer) as uri, IppClient(uri) as client:
        with pytest.raises(BadAnswer, match="text/html"):
            await client.get_printer_attributes()


@pytest.mark.parametrize("octets", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"])
async def test_what_speaks_no_http_gives_a_client_error(octets: bytes) -> None:
    async with speaking(octets) as uri, IppClient(uri) as client:
        with pytest.raises(ClientError):
            await client.get_printer_attributes()


async def test_octets_after_the_message_are_ignored_without_end() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        message, _ = await received(request)
        stream = web.StreamResponse(headers={"Content-Type": "application/ipp"})
        await stream.prepare(request)
        await stream.write(response(message))
        with suppress(ConnectionError):
            while True:
                await stream.write(bytes(65536))
        return stream

    async with printer(answer) as uri, IppClient(uri) as client:
        assert (await client.request(Operation.GET_PRINTER_ATTRIBUTES)).status_code == Status.SUCCESSFUL_OK


async def test_silence_ends_at_the_timeout() -> None:
    async def answer(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with printer(answer) as uri, IppClient(uri, timeout_seconds=0.2) as client:
        with pytest.raises(Unreachable, match=r"does not answer for 0\.2 seconds"):
            await client.get_printer_attributes()


async def test_time_that_the_document_takes_to_come_does_not_count() -> None:
    async def slow() -> AsyncIterator[bytes]:
        for _ in range(3):
            await asyncio.sleep(0.15)
            yield b"."

    async def answer(request: web.Request) -> web.Response:
        message, rest = await received(request)
        job = AttributeGroup(GroupTag.JOB, (names.JOB_ID.of(len(rest)),))
        return ipp(response(message, Status.SUCCESSFUL_OK, job))

    async with printer(answer) as uri, IppClient(uri, timeout_seconds=0.3) as client:
        assert (await client.print_job(slow())).id == 3


async def test_credentials_are_sent_when_the_printer_asks_for_them() -> None:
    asked: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization"))
        if asked[-1] is None:
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="printer"'})
        message, _ = await received(request)
        return ipp(response(message))

    async with printer(answer) as uri, IppClient(uri, user="fred", password="s:ecret") as client:
        await client.request(Operation.PAUSE_PRINTER)
        await client.request(Operation.RESUME_PRINTER)
    basic = encode_basic_auth("fred", "s:ecret")
    assert asked == [None, basic, basic]


async def test_credentials_are_no_use_where_they_are_refused() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="printer"'})

    async with printer(answer) as uri:
        for password in (None, "wrong"):
            async with IppClient(uri, user="fred", password=password) as client:
                with pytest.raises(HttpError, match="user name and password"):
                    await client.request(Operation.PAUSE_PRINTER)


async def test_an_upgrade_that_is_required_points_to_ipps() -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=426, headers={"Upgrade": "TLS/1.2"})

    async with printer(answer) as uri, IppClient(uri) as client:
        with pytest.raises(HttpError, match="ipps:"):
            await client.request(Operation.PAUSE_PRINTER)


async def test_a_plain_server_is_unreachable_by_ipps() -> None:
    async def answer(request: web.Request) -> web.Response:
        raise AssertionError

    async with printer(answer) as uri, IppClient(uri.replace("ipp:", "ipps:")) as client:
        with pytest.raises(Unreachable):
            await client.request(Operation.PAUSE_PRINTER)


async def test_ipps_is_tls_from_the_first_octet_with_a_certificate_that_is_trusted(certificate: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        message, rest = await received(request)
        assert request.secure
        job = AttributeGroup(GroupTag.JOB, (names.JOB_ID.of(len(rest)),))
        return ipp(response(message, Status.SUCCESSFUL_OK, job))

    async with tls_printer(answer, certificate) as uri:
        async with IppClient(uri, cafile=certificate) as client:
            assert (await client.print_job(document())).id == len(b"%PDF-1.7")
        async with IppClient(uri.replace("localhost", "127.0.0.1"), cafile=certificate) as client:
            with pytest.raises(Untrusted, match=r"not trusted: .*127\.0\.0\.1"):
                await client.print_job(document())


async def test_nothing_is_sent_where_the_certificate_is_not_trusted(certificate: Path) -> None:
    asked = False

    async def answer(request: web.Request) -> web.Response:
        nonlocal asked
        asked = True
        raise AssertionError

    async with tls_printer(answer, certificate) as uri, IppClient(uri) as client:
        with pytest.raises(Untrusted, match="self-signed certificate"):
            await client.print_job(document())
    assert not asked


@pytest.mark.parametrize(
    "host", ["..", "a" * 300, "127.1", "256.0.0.1", "[v1.fe80::1+lo]", "[fe80::1%25no-such-link]", "%C3%A4"]
)
async def test_a_host_that_is_none_is_unreachable(host: str) -> None:
    async with IppClient(f"ipp://{host}:1/ipp/print") as client:
        with pytest.raises(Unreachable, match="cannot be reached"):
            await client.request(Operation.PAUSE_PRINTER)


async def test_a_password_does_not_travel_unencrypted_beyond_this_host() -> None:
    async def answer(request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers
        return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="printer"'})

    async with printer(answer, host="127.0.0.2") as uri:
        async with IppClient(uri, user="fred", password="secret") as client:
            with pytest.raises(ClientError, match="use an ipps: URI"):
                await client.request(Operation.PAUSE_PRINTER)


async def test_a_user_with_a_colon_cannot_log_in() -> None:
    with pytest.raises(ClientError, match="colon"):
        async with IppClient("ipp://127.0.0.1/", user="fr:ed", password="secret"):
            pass


async def test_a_file_that_holds_no_certificates_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClientError, match=r"no-such\.pem"):
        async with IppClient("ipps://127.0.0.1/", cafile=tmp_path / "no-such.pem"):
            pass
    (tmp_path / "empty.pem").write_text("hello")
    with pytest.raises(ClientError, match=r"empty\.pem"):
        async with IppClient("ipps://127.0.0.1/", cafile=tmp_path / "empty.pem"):
            pass


async def test_an_error_status_carries_message_and_unsupported_attributes() -> None:
    async def answer(request: web.Request) -> web.Response:
        message, _ = await received(request)
        refused = AttributeGroup(GroupTag.UNSUPPORTED, (names.COPIES.of(1000),))
        reply = Response(
            version=message.version,
            status_code=int(Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED),
            request_id=message.request_id,
            groups=(
                AttributeGroup(GroupTag.OPERATION, (*LANGUAGE, names.STATUS_MESSAGE.of("Too many copies."))),
                refused,
            ),
        )
        return ipp(reply.encode())

    async with printer(answer) as uri, IppClient(uri) as client:
        with pytest.raises(IppStatusError, match=r"Too many copies\.") as caught:
            await client.validate_job(template=(names.COPIES.of(1000),))
    assert names.COPIES.get(caught.value.unsupported) == 1000
