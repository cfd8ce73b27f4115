"""How requests travel: ports, lengths, waiting."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from ippserver.client import (
    HttpError,
    IppClient,
    Unreachable,
)
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.message import Request, Version
from ippserver.ipp.tags import GroupTag
from ippserver.model.uris import InvalidUri
from tests.client.servers import (
    document,
    ipp,
    printer,
    received,
    response,
    speaking,
)


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


@pytest.mark.usefixtures("leaping")
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


@pytest.mark.usefixtures("leaping")
async def test_silence_ends_at_the_timeout() -> None:
    async def answer(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with printer(answer) as uri, IppClient(uri, timeout_seconds=0.2) as client:
        with pytest.raises(Unreachable, match=r"does not answer for 0\.2 seconds"):
            await client.get_printer_attributes()


@pytest.mark.usefixtures("leaping")
async def test_time_that_the_document_takes_to_come_does_not_count() -> None:
    async def slow() -> AsyncIterator[bytes]:
        for _ in range(3):
            await asyncio.sleep(0.4)
            yield b"."

    async def answer(request: web.Request) -> web.Response:
        message, rest = await received(request)
        job = AttributeGroup(GroupTag.JOB, (names.JOB_ID.of(len(rest)),))
        return ipp(response(message, Status.SUCCESSFUL_OK, job))

    async with printer(answer) as uri, IppClient(uri, timeout_seconds=1.0) as client:
        assert (await client.print_job(slow())).id == 3


@pytest.mark.parametrize(
    "host", ["..", "a" * 300, "127.1", "256.0.0.1", "[v1.fe80::1+lo]", "[fe80::1%25no-such-link]", "%C3%A4"]
)
async def test_a_host_that_is_none_is_unreachable(host: str) -> None:
    async with IppClient(f"ipp://{host}:1/ipp/print") as client:
        with pytest.raises(Unreachable, match="cannot be reached"):
            await client.request(Operation.PAUSE_PRINTER)
