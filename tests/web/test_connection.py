"""Connections over real sockets: order, half-closing, deadlines, clients that vanish."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from ippserver.testing.http import RawConnection
from ippserver.testing.wire import header, message
from tests.logs import logged
from tests.web.printer import (
    BAD_REQUEST,
    CHUNKED,
    CREDULOUS,
    PATIENCE_SECONDS,
    PATIENT,
    QUICK,
    Address,
    Serve,
    TinyPrinter,
    answer_to,
    empty,
    ipp_status,
    post,
    quickly,
)


class TestConnections:
    async def test_a_connection_is_kept_for_many_requests(self, address: Address) -> None:
        async with RawConnection(*address) as connection:
            for chunks_of in (None, 4, None, 100):
                await connection.send(post(CREDULOUS + b"document", chunks_of=chunks_of))
                answer = await connection.answer()
                assert answer is not None
                assert (answer.status, answer.closes) == (200, False)

    async def test_a_thousand_pipelined_requests_are_answered_in_order(
        self, address: Address, printer: TinyPrinter
    ) -> None:
        octets = b"".join(post(message(code=0x000B, request_id=number)) for number in range(1, 1001))
        async with RawConnection(*address) as connection, asyncio.TaskGroup() as tasks:
            tasks.create_task(connection.send(octets))
            for number in range(1, 1001):
                answer = await connection.answer()
                assert answer is not None
                assert int.from_bytes(answer.body[4:8]) == number

    async def test_a_client_may_close_its_half_after_the_last_request(self, address: Address) -> None:
        async with RawConnection(*address) as connection:
            await connection.send(post() + post())
            connection.end()
            answers = [await connection.answer() for _ in range(2)]
            assert [answer.status for answer in answers if answer is not None] == [200, 200]
            assert await connection.is_closed()

    @pytest.mark.parametrize(
        "octets",
        [
            pytest.param(b"FOO / HTTP/1.1\r\n\r\n", id="head"),
            pytest.param(post(b"zz\r\n", fields=CHUNKED), id="body"),
            pytest.param(post(message(b"\x00")), id="message"),
        ],
    )
    async def test_a_client_that_closed_its_half_is_told_what_was_wrong(
        self, address: Address, octets: bytes
    ) -> None:
        async with RawConnection(*address) as connection:
            await connection.send(octets)
            connection.end()
            assert await connection.answer() is not None
            assert await connection.is_closed()

    async def test_a_client_that_gives_up_after_an_early_answer_is_let_go(
        self, serve: Serve, printer: TinyPrinter
    ) -> None:
        printer.reads_documents = False
        service = await serve()
        async with RawConnection(*service.addresses[0]) as connection:
            await connection.send(post(CREDULOUS, fields={"Content-Length": "2000"}))
            assert await connection.answer() is not None
            connection.end()
            await empty(service)

    async def test_a_refusal_comes_after_the_answers_before_it(self, address: Address) -> None:
        async with RawConnection(*address) as connection:
            await connection.send(post() + b"FOO / HTTP/1.1\r\n\r\n" + post())
            first, second = await connection.answer(), await connection.answer()
            assert first is not None
            assert second is not None
            assert (first.status, first.closes, second.status) == (200, False, 400)
            assert await connection.is_closed()

    async def test_an_early_answer_is_read_although_the_client_still_sends(self, address: Address) -> None:
        octets = post(b"\xff" * 20, fields={"Content-Length": str(2**28)})
        async with RawConnection(*address) as connection:
            await connection.send(octets + bytes(60_000))
            answer = await connection.answer()
            assert answer is not None
            assert (ipp_status(answer.body), answer.closes) == (BAD_REQUEST, True)
            await connection.send(bytes(60_000))
            assert await connection.is_closed()

    async def test_after_an_early_answer_little_more_is_read(
        self, serve: Serve, printer: TinyPrinter
    ) -> None:
        printer.reads_documents = False
        service = await serve()
        async with RawConnection(*service.addresses[0]) as connection:
            await connection.send(post(CREDULOUS, fields={"Content-Length": str(2**30)}))
            answer = await connection.answer()
            assert answer is not None
            assert answer.closes
            await connection.send(bytes(2**24))
            assert await connection.is_closed()


@quickly
class TestDeadlines:
    async def test_a_silent_connection_is_closed(self, address: Address) -> None:
        async with RawConnection(*address) as connection:
            assert await connection.is_closed()

    @pytest.mark.parametrize("before", [b"", post()])
    async def test_an_unfinished_head_times_out(self, address: Address, before: bytes) -> None:
        async with RawConnection(*address) as connection:
            await connection.send(before + b"POST /ipp/print HTTP/1.1\r\nHost:")
            answer = await connection.answer()
            if before:
                answer = await connection.answer()
            assert answer is not None
            assert (answer.status, answer.closes) == (408, True)

    async def test_dripping_does_not_extend_the_head(self, address: Address) -> None:
        async def drip(connection: RawConnection) -> None:
            await connection.send(b"POST /")
            while True:
                await connection.send(b"a")
                await asyncio.sleep(QUICK.head_seconds / 3)

        async with RawConnection(*address) as connection, asyncio.TaskGroup() as tasks:
            dripping = tasks.create_task(drip(connection))
            answer = await connection.answer()
            assert answer is not None
            assert answer.status == 408
            dripping.cancel()

    async def test_a_refused_head_has_no_deadline_any_more(self, serve: Serve) -> None:
        service = await serve(limits=replace(QUICK, head_seconds=0.1, lingering_seconds=0.3))
        now = asyncio.get_running_loop().time
        async with RawConnection(*service.addresses[0]) as connection:
            begun = now()
            await connection.send(b"FOO / HTTP/1.1\r\n\r\n")
            assert await connection.answer() is not None
            await empty(service)
            assert now() - begun >= 0.3

    async def test_an_idle_connection_is_closed(self, address: Address) -> None:
        async with RawConnection(*address) as connection:
            await connection.send(post())
            assert await connection.answer() is not None
            assert await connection.is_closed()

    @pytest.mark.parametrize("body", [b"", CREDULOUS[:4], header() + b"\x01\x44\x7f\xff"])
    async def test_unfinished_attributes_time_out(self, address: Address, body: bytes) -> None:
        answer = await answer_to(address, post(body, fields={"Content-Length": "20000"}))
        assert (answer.status, answer.closes) == (408, True)

    async def test_a_stalled_document_times_out_in_ipp(self, address: Address) -> None:
        answer = await answer_to(address, post(CREDULOUS + b"begin", fields={"Content-Length": "20000"}))
        assert (answer.status, ipp_status(answer.body), answer.closes) == (200, 0x0405, True)

    async def test_a_reader_that_does_not_read_is_cut(
        self, serve: Serve, printer: TinyPrinter, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        printer.answer_octets = 20_000_000
        service = await serve()
        async with RawConnection(*service.addresses[0]) as connection:
            await connection.send(post())
            await printer.asked.wait()
            await empty(service)
        assert "the answer was not read" in caplog.text

    async def test_a_slow_reader_gets_its_answer(self, serve: Serve, printer: TinyPrinter) -> None:
        printer.answer_octets = 2_000_000
        service = await serve(limits=replace(PATIENT, answer_seconds=0.1, minimum_rate=1.0))
        async with RawConnection(*service.addresses[0]) as connection:
            await connection.send(post())
            await asyncio.sleep(0.05)
            answer = await connection.answer()
        assert answer is not None
        assert len(answer.body) > 2_000_000


class TestVanishingClients:
    @pytest.mark.parametrize("leave", [RawConnection.end, RawConnection.reset])
    @pytest.mark.parametrize(
        "octets",
        [
            pytest.param(post(CREDULOUS + b"doc", fields={"Content-Length": "99"}), id="counted"),
            pytest.param(post(b"9\r\n" + CREDULOUS + b"\r\n9\r\nabc", fields=CHUNKED), id="in-chunk"),
            pytest.param(post(b"9\r\n" + CREDULOUS + b"\r\n3\r\nabc\r\n", fields=CHUNKED), id="chunk-border"),
            pytest.param(post(b"9\r\n" + CREDULOUS + b"\r\n0\r\n", fields=CHUNKED), id="after-last-chunk"),
        ],
    )
    async def test_a_half_document_is_interrupted_in_one_log_line(
        self,
        address: Address,
        printer: TinyPrinter,
        caplog: pytest.LogCaptureFixture,
        octets: bytes,
        leave: Callable[[RawConnection], None],
    ) -> None:
        caplog.set_level(logging.INFO)
        async with RawConnection(*address) as connection:
            await connection.send(octets)
            await printer.asked.wait()
            leave(connection)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await printer.interrupted.wait()
        assert printer.digests == []
        assert [record.exc_info for record in logged(caplog)] == [None]
        assert (await answer_to(address, post())).status == 200

    async def test_a_client_that_does_not_wait_for_its_answer_does_no_harm(
        self, serve: Serve, printer: TinyPrinter, caplog: pytest.LogCaptureFixture
    ) -> None:
        printer.holding = asyncio.Event()
        service = await serve()
        async with RawConnection(*service.addresses[0]) as connection:
            await connection.send(post())
            await printer.asked.wait()
            connection.reset()
        await empty(service)
        printer.holding.set()
        assert (await answer_to(service.addresses[0], post())).status == 200
        assert [record for record in logged(caplog) if record.levelno >= logging.WARNING] == []

    async def test_a_client_that_leaves_while_its_document_waits_does_no_harm(
        self, serve: Serve, printer: TinyPrinter, caplog: pytest.LogCaptureFixture
    ) -> None:
        printer.reads_documents = False
        printer.holding = asyncio.Event()
        service = await serve()
        async with RawConnection(*service.addresses[0]) as connection:
            await connection.send(post(CREDULOUS + bytes(500_000), fields={"Content-Length": "10000000"}))
            await printer.asked.wait()
        printer.holding.set()  # the client is gone unnoticed, since no more is read
        await empty(service)
        assert [record for record in logged(caplog) if record.exc_info] == []
