"""TLS below the connection: handshakes that succeed and that do not, ends of every kind, backpressure."""

import asyncio
import gc
import hashlib
import random
import ssl
import tracemalloc

import pytest

from ippserver.testing.http import RawConnection
from ippserver.web.service import WebService
from ippserver.web.tls import Tls
from ippserver.web.wire import TlsWire
from tests.web.printer import (
    CREDULOUS,
    DIGEST,
    DOCUMENT,
    OK,
    PATIENCE_SECONDS,
    PATIENT,
    Address,
    Serve,
    TinyPrinter,
    empty,
    ipp_status,
    post,
    quickly,
)
from tests.web.tls_client import TlsClient


class TestBeginning:
    async def test_one_port_takes_both(
        self, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        async with (
            RawConnection(*secure) as clear,
            RawConnection("localhost", secure[1], tls=trusting) as tls,
        ):
            for connection in (clear, tls, clear, tls):
                await connection.send(post())
                answer = await connection.answer()
                assert answer is not None
                assert ipp_status(answer.body) == OK
        assert [origin.scheme for origin in printer.origins] == ["ipp", "ipps", "ipp", "ipps"]

    async def test_a_handshake_may_come_octet_by_octet(
        self, secure: Address, trusting: ssl.SSLContext
    ) -> None:
        async with TlsClient(secure, trusting) as client:
            hello = client.hello()
            for octet in hello:
                client.writer.write(bytes((octet,)))
                await client.writer.drain()
            await client.shake_hands(hello)
            client.write(post())
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")

    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    async def test_both_versions_are_taken_and_http_is_agreed_on(
        self, secure: Address, pair_context: ssl.SSLContext, version: ssl.TLSVersion
    ) -> None:
        pair_context.minimum_version = pair_context.maximum_version = version
        pair_context.set_alpn_protocols(["h2", "http/1.1"])
        async with TlsClient(secure, pair_context) as client:
            await client.shake_hands()
            assert client.session.selected_alpn_protocol() == "http/1.1"
            cipher = client.session.cipher()
            assert cipher is not None
            assert "GCM" in cipher[0] or "CHACHA20" in cipher[0]

    async def test_a_client_that_wants_another_protocol_gets_this_one(
        self, secure: Address, pair_context: ssl.SSLContext
    ) -> None:
        pair_context.set_alpn_protocols(["h2"])
        async with TlsClient(secure, pair_context) as client:
            await client.shake_hands()
            assert client.session.selected_alpn_protocol() is None
            client.write(post())
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")

    async def test_a_session_is_resumed(self, secure: Address, pair_context: ssl.SSLContext) -> None:
        async with TlsClient(secure, pair_context) as client:
            await client.shake_hands()
            client.write(post())
            await client.read()  # the tickets come with it
            pair_context.maximum_version = ssl.TLSVersion.TLSv1_3
            first = client.session.session
        async with TlsClient(secure, pair_context) as client:
            client.session.session = first
            await client.shake_hands()
            assert client.session.session_reused


class TestTraffic:
    @pytest.mark.parametrize("chunks_of", [None, 1000])
    async def test_a_document_arrives_as_it_was_sent(
        self, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext, chunks_of: int | None
    ) -> None:
        octets = post(CREDULOUS + DOCUMENT, fields={"Expect": "100-continue"}, chunks_of=chunks_of)
        split = octets.index(b"\r\n\r\n") + 4
        async with RawConnection("localhost", secure[1], tls=trusting) as connection:
            await connection.send(octets[:split])
            interim = await connection.answer()
            assert interim is not None
            assert interim.status == 100
            await connection.send(octets[split:])
            answer = await connection.answer()
            assert answer is not None
            assert ipp_status(answer.body) == OK
        assert printer.digests == [DIGEST]

    @pytest.mark.parametrize("seed", range(5))
    async def test_records_may_be_cut_anywhere(
        self, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext, seed: int
    ) -> None:
        chance = random.Random(seed)
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            records = client.encrypted(post(CREDULOUS + DOCUMENT) + post() + post(CREDULOUS + DOCUMENT))
            position = 0
            while position < len(records):
                size = chance.choice((1, 4, 5, 6, 100, 16_000, 16_406, 100_000))
                client.writer.write(records[position : position + size])
                await client.writer.drain()
                position += size
            answers = b""
            while answers.count(b"HTTP/1.1 200 ") < 3:
                answers += await client.read()
        assert printer.digests == [DIGEST, hashlib.sha256(b"").hexdigest(), DIGEST]

    async def test_a_large_document_is_not_held_on_its_way(
        self, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        document = bytes(16 * 2**20)
        gc.disable()  # which would find in time what a cycle of references holds
        tracemalloc.start()
        try:
            async with RawConnection("localhost", secure[1], tls=trusting) as connection:
                await connection.send(post(CREDULOUS, fields={"Content-Length": str(9 + len(document))}))
                before, _ = tracemalloc.get_traced_memory()
                await connection.send(document, segments_of=2**20)
                assert await connection.answer() is not None
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            gc.enable()
        assert peak - before < 8 * 2**20
        assert len(printer.digests) == 1

    async def test_a_long_answer_is_taken_as_fast_as_the_client_reads(
        self, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        printer.answer_octets = 3_000_000
        async with RawConnection("localhost", secure[1], tls=trusting) as connection:
            await connection.send(post())
            await printer.asked.wait()
            answer = await connection.answer()
            assert answer is not None
            assert len(answer.body) > 3_000_000

    @quickly
    async def test_a_reader_that_does_not_read_is_cut(
        self, service: WebService, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        printer.answer_octets = 8_000_000
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            client.write(post())
            await empty(service)
            assert printer.requests

    async def test_the_door_does_not_confuse_clear_and_encrypted(
        self, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        class Lasting:
            holds = True

        printer.lasting = Lasting()
        octets = post()
        async with (
            RawConnection(*secure) as clear,
            RawConnection("localhost", secure[1], tls=trusting) as tls,
        ):
            for connection in (clear, clear, tls, tls, clear):
                await connection.send(octets)
                assert await connection.answer() is not None
        assert [origin.scheme for origin in printer.origins] == ["ipp", "ipps"]


class TestEnding:
    async def test_an_answer_is_given_after_close_notify(
        self, service: WebService, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        printer.holding = asyncio.Event()
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            client.write(post())
            client.end()
            await printer.asked.wait()
            printer.holding.set()
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")
            assert await client.read() == b""  # and the server's own close_notify
        await empty(service)

    async def test_what_comes_after_close_notify_is_not_held(
        self, service: WebService, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        printer.holding = asyncio.Event()
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            client.write(post())
            client.end()
            await printer.asked.wait()
            (connection,) = service._connections
            wire = connection.transport
            assert isinstance(wire, TlsWire)
            client.writer.write(bytes(1_000_000))
            await client.writer.drain()
            await asyncio.get_running_loop().run_in_executor(None, int)  # it has arrived by then
            assert wire._incoming.pending == 0
            printer.holding.set()
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")
        await empty(service)

    async def test_an_answer_is_given_after_the_end_without_close_notify(
        self, service: WebService, secure: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        printer.holding = asyncio.Event()
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            client.write(post())
            client.writer.write_eof()
            await printer.asked.wait()
            printer.holding.set()
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")
        await empty(service)

    @pytest.mark.parametrize("says_so", [True, False])
    async def test_a_document_that_is_cut_off_is_interrupted(
        self,
        service: WebService,
        secure: Address,
        printer: TinyPrinter,
        trusting: ssl.SSLContext,
        says_so: bool,
    ) -> None:
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            client.write(post(CREDULOUS + DOCUMENT[:1000], fields={"Content-Length": "5000"}))
            await printer.asked.wait()
            if says_so:
                client.end()
            else:
                client.writer.write_eof()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await printer.interrupted.wait()
        await empty(service)

    async def test_an_early_refusal_reaches_a_client_that_is_still_sending(
        self, service: WebService, secure: Address, trusting: ssl.SSLContext
    ) -> None:
        octets = post(DOCUMENT[:60_000], fields={"Content-Type": "text/plain"})
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            for start in range(0, len(octets), 16_000):
                client.write(octets[start : start + 16_000])
            assert (await client.read()).startswith(b"HTTP/1.1 415 ")
        await empty(service)

    @quickly
    async def test_an_idle_session_is_closed(self, secure: Address, trusting: ssl.SSLContext) -> None:
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            client.write(post())
            assert await client.read()
            assert await client.read() == b""

    @quickly
    async def test_a_session_without_a_request_is_closed(
        self, secure: Address, trusting: ssl.SSLContext
    ) -> None:
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            assert await client.read() == b""

    async def test_requests_under_way_end_when_the_service_stops(
        self, serve: Serve, tls: Tls, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        printer.holding = asyncio.Event()
        service = await serve(tls=tls, limits=PATIENT)
        address = service.addresses[0]
        async with (
            TlsClient(address, trusting) as idle,
            TlsClient(address, trusting) as busy,
            TlsClient(address, trusting) as begun,
        ):
            for client in (idle, busy):
                await client.shake_hands()
            begun.writer.write(begun.hello()[:20])
            busy.write(post(CREDULOUS + DOCUMENT[:1000], fields={"Content-Length": "2009"}))
            await printer.asked.wait()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(service.stop())
                assert await begun.reader.read(1) == b""
                assert await idle.read() == b""
                busy.write(DOCUMENT[1000:2000])
                printer.holding.set()
                assert (await busy.read()).startswith(b"HTTP/1.1 200 ")
                assert await busy.read() == b""
        assert printer.digests == [hashlib.sha256(DOCUMENT[:2000]).hexdigest()]
