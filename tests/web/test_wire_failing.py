"""Connections whose peers do not do what they should."""

import logging
import ssl
from dataclasses import replace

import pytest

from ippserver.testing.http import RawConnection
from ippserver.web.certificate import Pair, Provided
from ippserver.web.service import WebService
from ippserver.web.tls import Tls
from tests.logs import logged
from tests.web.printer import (
    PATIENT,
    QUICK,
    Address,
    Serve,
    TinyPrinter,
    answer_to,
    empty,
    post,
    quickly,
)
from tests.web.tls_client import TlsClient

HELLO_HEAD = bytes.fromhex("1603010040")
"""A record that says it carries 64 octets of a handshake."""


def refusals(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged of TLS that failed."""
    return [record.getMessage() for record in caplog.records if "TLS failed" in record.getMessage()]


class TestFailing:
    @quickly
    async def test_silence_after_the_first_octet_ends_in_time(
        self, secure: Address, service: WebService
    ) -> None:
        async with RawConnection(*secure) as connection:
            await connection.send(HELLO_HEAD[:1])
            assert await connection.is_closed()
        await empty(service)

    @quickly
    async def test_a_slow_handshake_ends_in_time(
        self, serve: Serve, tls: Tls, trusting: ssl.SSLContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        service = await serve(tls=tls, limits=replace(QUICK, head_seconds=20.0))
        async with TlsClient(service.addresses[0], trusting) as client:
            client.writer.write(client.hello()[:-1])
            assert await client.reader.read(1) == b""
        assert refusals(caplog) == ["closed: TLS failed: the handshake did not end in time"]
        await empty(service)

    @quickly
    async def test_a_handshake_may_take_longer_than_the_head_after_it(
        self, serve: Serve, pair: Pair, trusting: ssl.SSLContext
    ) -> None:
        limits = replace(QUICK, head_seconds=0.1, handshake_seconds=5.0, keep_alive_seconds=5.0)
        service = await serve(tls=Tls(Provided(pair), limits=limits), limits=limits)
        async with TlsClient(service.addresses[0], trusting) as client:
            hello = client.hello()
            client.writer.write(hello[:1])
            async with RawConnection(*service.addresses[0]) as silent:
                assert await silent.is_closed()  # whose head is overdue
            client.writer.write(hello[1:])
            await client.shake_hands(hello)
            assert await client.read() == b""  # no head came in its time

    async def test_a_client_that_leaves_halfway_is_forgotten(
        self, service: WebService, secure: Address, trusting: ssl.SSLContext, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        async with TlsClient(secure, trusting) as client:
            client.writer.write(client.hello())
            assert await client.reader.read(1)  # the server's part of it
        await empty(service)
        assert refusals(caplog) == ["closed: TLS failed: the client left during the handshake"]

    @pytest.mark.parametrize(
        "octets",
        [
            pytest.param(HELLO_HEAD + b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3, id="clear text"),
            pytest.param(b"\x16" + post(), id="no record"),
            pytest.param(b"\x16\x03\x01\xff\xff" + bytes(65535), id="huge record"),
            pytest.param((HELLO_HEAD + b"\x01\xff\xff\xff" + bytes(60)) * 2000, id="endless hello"),
        ],
    )
    async def test_what_is_no_handshake_is_closed(
        self, service: WebService, secure: Address, octets: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        async with RawConnection(*secure) as connection:
            await connection.send(octets)
            while not await connection.is_closed():
                pass  # an alert
        await empty(service)
        assert len(refusals(caplog)) == 1

    async def test_clear_text_within_a_session_ends_it(
        self, service: WebService, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            client.writer.write(post())
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await client.read()
        await empty(service)
        assert printer.requests == []

    async def test_tls_within_tls_is_none(self, secure: Address, trusting: ssl.SSLContext) -> None:
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            client.write(HELLO_HEAD)
            assert await client.read() == b""

    async def test_a_client_that_does_not_trust_us_is_one_line(
        self, service: WebService, secure: Address, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        async with TlsClient(secure, ssl.create_default_context()) as client:
            with pytest.raises(ssl.SSLCertVerificationError):
                await client.shake_hands()
            assert await client.reader.read(100) == b""
        await empty(service)
        assert len(refusals(caplog)) == 1
        assert [record for record in logged(caplog) if record.exc_info] == []

    async def test_connections_beyond_the_cap_are_closed_and_counted_once(
        self, serve: Serve, tls: Tls, pair_context: ssl.SSLContext
    ) -> None:
        capped = Tls(tls._source, limits=replace(PATIENT, tls_connections=1))
        service = await serve(tls=capped, limits=PATIENT)
        address = service.addresses[0]
        async with TlsClient(address, pair_context) as first:
            await first.shake_hands()
            async with TlsClient(address, pair_context) as second:
                with pytest.raises(ConnectionError):
                    await second.shake_hands()
            assert (await answer_to(address, post())).status == 200  # in the clear there is room
            first.write(post())
            assert (await first.read()).startswith(b"HTTP/1.1 200 ")
        await empty(service)
        async with TlsClient(address, pair_context) as third:
            await third.shake_hands()
