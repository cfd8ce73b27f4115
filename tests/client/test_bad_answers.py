"""Answers that are none, or say no."""

from contextlib import suppress

import pytest
from aiohttp import web

from ippserver.client import (
    BadAnswer,
    ClientError,
    IppClient,
    IppStatusError,
)
from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.message import Response
from ippserver.ipp.tags import GroupTag
from tests.client.servers import LANGUAGE, ipp, printer, received, response, speaking


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
