"""The service as a whole: starting, stopping, caps."""

import asyncio
import hashlib
import os
import socket
from dataclasses import replace

import aiohttp.http_parser
import pytest

from ippserver.testing.http import RawConnection
from ippserver.testing.wire import message
from ippserver.web.listeners import BindError
from ippserver.web.service import UnsafeParser, WebService
from tests.web.printer import (
    CREDULOUS,
    DOCUMENT,
    OK,
    PATIENT,
    Address,
    Serve,
    TinyPrinter,
    TinySite,
    answer_to,
    empty,
    ipp_status,
    post,
)


class TestCaps:
    async def test_a_connection_above_the_cap_is_told_and_closed(self, serve: Serve) -> None:
        service = await serve(limits=replace(PATIENT, connections=2))
        address = service.addresses[0]
        async with RawConnection(*address) as first, RawConnection(*address):
            await first.send(post())
            assert await first.answer() is not None
            async with RawConnection(*address) as third:
                answer = await third.answer()
                assert answer is not None
                assert (answer.status, answer.closes) == (503, True)
                assert await third.is_closed()
        await empty(service)
        assert (await answer_to(address, post())).status == 200

    async def test_far_too_many_connections_are_closed_without_a_word(self, serve: Serve) -> None:
        service = await serve(limits=replace(PATIENT, connections=0, turned_away=0))
        async with RawConnection(*service.addresses[0]) as connection:
            assert await connection.answer() is None


class TestService:
    async def test_requests_under_way_end_when_the_service_stops(
        self, serve: Serve, printer: TinyPrinter
    ) -> None:
        printer.holding = asyncio.Event()
        service = await serve()
        address = service.addresses[0]
        async with RawConnection(*address) as idle, RawConnection(*address) as busy:
            await idle.send(post(message(b"\x00")))
            assert await idle.answer() is not None
            await busy.send(post(CREDULOUS + DOCUMENT[:1000], fields={"Content-Length": "2009"}))
            await printer.asked.wait()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(service.stop())
                assert await idle.is_closed()
                await busy.send(DOCUMENT[1000:2000])
                printer.holding.set()
                answer = await busy.answer()
                assert answer is not None
                assert (ipp_status(answer.body), answer.closes) == (OK, True)
        assert printer.digests == [hashlib.sha256(DOCUMENT[:2000]).hexdigest()]

    async def test_a_stalled_request_does_not_keep_the_service_from_stopping(
        self, serve: Serve, printer: TinyPrinter
    ) -> None:
        service = await serve(limits=replace(PATIENT, stop_seconds=0.1, document_seconds=60.0))
        async with RawConnection(*service.addresses[0]) as connection:
            await connection.send(post(CREDULOUS, fields={"Content-Length": "2000"}))
            await printer.asked.wait()
            await service.stop()
            assert await connection.answer() is None

    async def test_idle_connections_are_closed_when_the_service_stops(self, serve: Serve) -> None:
        service = await serve()
        async with RawConnection(*service.addresses[0]) as connection:
            await connection.send(post())
            assert await connection.answer() is not None
            await service.stop()
            assert await connection.is_closed()
        assert service.connections == 0

    async def test_it_refuses_to_start_without_the_c_parser(
        self, printer: TinyPrinter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parser = aiohttp.http_parser.HttpRequestParserPy
        monkeypatch.setattr("ippserver.web.service.HttpRequestParser", parser)
        with pytest.raises(UnsafeParser, match="AIOHTTP_NO_EXTENSIONS"):
            await WebService(printer, TinySite()).start([("127.0.0.1", 0)])

    async def test_it_refuses_to_listen_nowhere(self, printer: TinyPrinter) -> None:
        service = WebService(printer, TinySite())
        with pytest.raises(BindError, match="no address"):
            await service.start([])
        await service.stop()

    async def test_it_serves_on_the_sockets_of_a_service_manager(
        self, printer: TinyPrinter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            monkeypatch.setattr("ippserver.web.listeners._FIRST_ACTIVATED", os.dup(listening.fileno()))
            monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
            monkeypatch.setenv("LISTEN_FDS", "1")
            service = WebService(printer, TinySite())
            await service.start([("192.0.2.1", 631)])
            try:
                assert list(service.addresses) == [listening.getsockname()]
                assert (await answer_to(service.addresses[0], post())).status == 200
            finally:
                await service.stop()

    async def test_it_listens_on_all_its_addresses(self, printer: TinyPrinter) -> None:
        service = WebService(printer, TinySite())
        await service.start([("127.0.0.1", 0), ("127.0.0.2", 0)])
        try:
            for address in service.addresses:
                assert (await answer_to(address, post())).status == 200
        finally:
            await service.stop()

    async def test_it_serves_ipv6(self, printer: TinyPrinter) -> None:
        service = WebService(printer, TinySite())
        try:
            await service.start([("::1", 0)])
        except BindError as error:
            pytest.skip(f"no IPv6 here: {error}")
        try:
            answer = await answer_to(service.addresses[0], post(version="1.0", fields={"Host": ""}))
        finally:
            await service.stop()
        assert answer.status == 200
        assert printer.origins[0].authority == f"[::1]:{service.addresses[0][1]}"

    async def test_a_fault_of_ours_is_a_500_without_its_text(
        self, address: Address, printer: TinyPrinter, caplog: pytest.LogCaptureFixture
    ) -> None:
        def failing(path: str, query: str = "") -> bool:
            raise ValueError("secret")

        printer.serves = failing  # type: ignore[method-assign] # a fault that only a bug could cause
        answer = await answer_to(address, post())
        assert (answer.status, answer.body) == (500, b"The server failed.\n")
        assert "ValueError" in caplog.text
