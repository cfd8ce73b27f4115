"""The HTTP side as a whole, over real sockets: answers, refusals, deadlines and caps."""

import asyncio
import hashlib
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace

import aiohttp.http_parser
import pytest

from ippserver.testing.http import Answer, RawConnection, exchange
from ippserver.testing.wire import field, header, message
from ippserver.web.listeners import BindError
from ippserver.web.service import UnsafeParser, WebService
from tests.web.printer import BAD_REQUEST, CREDULOUS, OK, QUICK, TOO_LARGE, TinyPrinter, ipp_status, post

Address = tuple[str, int]
Serve = Callable[..., Awaitable[WebService]]

DOCUMENT = random.Random(1).randbytes(300_000)
DIGEST = hashlib.sha256(DOCUMENT).hexdigest()
CHUNKED = {"Transfer-Encoding": "chunked", "Content-Length": ""}


async def answer_to(address: Address, octets: bytes) -> Answer:
    answer = await exchange(address, octets)
    assert answer is not None
    return answer


async def empty(service: WebService) -> None:
    """Returns when nobody is connected any more."""
    async with asyncio.timeout(5):
        while service.connections:  # noqa: ASYNC110 - the service tells nobody
            await asyncio.sleep(0.01)


class TestAnswers:
    async def test_a_message_is_answered_in_http_200(self, address: Address, printer: TinyPrinter) -> None:
        answer = await answer_to(address, post())
        assert answer.status == 200
        assert ipp_status(answer.body) == OK
        assert answer.fields["content-type"] == "application/ipp"
        assert answer.fields["cache-control"] == "no-cache"
        assert answer.fields["server"] == "ippserver"
        assert printer.requests[0].operation_id == 0x000B

    @pytest.mark.parametrize("chunks_of", [None, 1, 7, 65536])
    async def test_a_document_arrives_whole(
        self, address: Address, printer: TinyPrinter, chunks_of: int | None
    ) -> None:
        document = DOCUMENT[:5000] if chunks_of == 1 else DOCUMENT
        answer = await answer_to(address, post(CREDULOUS + document, chunks_of=chunks_of))
        assert ipp_status(answer.body) == OK
        assert printer.digests == [hashlib.sha256(document).hexdigest()]

    @pytest.mark.parametrize("chunks_of", [None, 3])
    async def test_single_octets_make_the_same_request(
        self, address: Address, printer: TinyPrinter, chunks_of: int | None
    ) -> None:
        octets = post(CREDULOUS + b"document", chunks_of=chunks_of)
        answer = await exchange(address, octets, segments_of=1)
        assert answer is not None
        assert answer.status == 200
        assert printer.digests == [hashlib.sha256(b"document").hexdigest()]

    async def test_where_the_request_came_from_is_passed_on(
        self, address: Address, printer: TinyPrinter
    ) -> None:
        await answer_to(address, post(target="/%69pp/print"))
        [origin] = printer.origins
        assert (origin.path, origin.query, origin.scheme) == ("/ipp/print", "", "ipp")
        assert (origin.authority, origin.peer, origin.principal) == ("localhost:631", "127.0.0.1", None)

    async def test_an_absolute_target_names_the_host(self, address: Address, printer: TinyPrinter) -> None:
        await answer_to(address, post(target="http://printer.local:631/ipp/print"))
        assert printer.origins[0].authority == "printer.local:631"

    async def test_http_1_0_is_answered_and_closed(self, address: Address, printer: TinyPrinter) -> None:
        async with RawConnection(*address) as connection:
            await connection.send(post(version="1.0", fields={"Host": ""}))
            answer = await connection.answer()
            assert answer is not None
            assert ipp_status(answer.body) == OK
            assert await connection.is_closed()
        assert printer.origins[0].authority == f"127.0.0.1:{address[1]}"

    async def test_octets_that_are_no_message_are_answered_by_ipp(self, address: Address) -> None:
        for body in (b"\x02\x00\x00\x0b\x00\x00\x00", header(), header() + b"\x01\x00", message(b"\x00")):
            answer = await answer_to(address, post(body))
            assert (answer.status, ipp_status(answer.body)) == (200, BAD_REQUEST)

    async def test_an_endless_attribute_section_is_answered_before_its_end(self, address: Address) -> None:
        endless = header() + b"\x01" + field(0x44, "keyword", b"x" * 30000) * 10
        answer = await answer_to(address, post(endless, fields={"Content-Length": str(2**30)}))
        assert (answer.status, ipp_status(answer.body), answer.closes) == (200, BAD_REQUEST, True)

    async def test_a_too_large_message_is_answered_by_ipp(self, address: Address) -> None:
        large = header() + b"\x01" + b"".join(field(0x30, f"a{n}", bytes(30000)) for n in range(10))
        answer = await answer_to(address, post(large + b"\x03"))
        assert (answer.status, ipp_status(answer.body)) == (200, TOO_LARGE)

    async def test_the_largest_document_is_taken_and_one_octet_more_is_not(self, serve: Serve) -> None:
        service = await serve(max_document_octets=1000)
        for octets, status in ((1000, OK), (1001, TOO_LARGE)):
            answer = await answer_to(service.addresses[0], post(CREDULOUS + bytes(octets), chunks_of=400))
            assert (answer.status, ipp_status(answer.body)) == (200, status)


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
            for closes in (False, True):
                answer = await connection.answer()
                assert answer is not None
                assert (answer.status, answer.closes) == (200, closes)
            assert await connection.is_closed()

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
        service = await serve(limits=replace(QUICK, lingering_seconds=60.0))
        async with RawConnection(*service.addresses[0]) as connection:
            await connection.send(post(CREDULOUS, fields={"Content-Length": str(2**30)}))
            answer = await connection.answer()
            assert answer is not None
            assert answer.closes
            await connection.send(bytes(2**24))
            assert await connection.is_closed()

    async def test_requests_under_way_end_when_the_service_stops(
        self, serve: Serve, printer: TinyPrinter
    ) -> None:
        printer.holding = asyncio.Event()
        service = await serve(limits=replace(QUICK, stop_seconds=10.0))
        async with RawConnection(*service.addresses[0]) as connection, asyncio.TaskGroup() as tasks:
            await connection.send(post(CREDULOUS + DOCUMENT[:1000], fields={"Content-Length": "2009"}))
            await printer.asked.wait()
            stopping = tasks.create_task(service.stop())
            await asyncio.sleep(0.05)
            await connection.send(DOCUMENT[1000:2000])
            printer.holding.set()
            answer = await connection.answer()
            assert answer is not None
            assert (ipp_status(answer.body), answer.closes) == (OK, True)
            await stopping
        assert printer.digests == [hashlib.sha256(DOCUMENT[:2000]).hexdigest()]

    async def test_a_stalled_request_does_not_keep_the_service_from_stopping(
        self, serve: Serve, printer: TinyPrinter
    ) -> None:
        service = await serve(limits=replace(QUICK, stop_seconds=0.1, document_seconds=60.0))
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


class TestRefusals:
    @pytest.mark.parametrize(
        ("octets", "status"),
        [
            pytest.param(post(b""), 400, id="no-body"),
            pytest.param(post(b"", chunks_of=1), 400, id="no-chunk"),
            pytest.param(post(fields={"Content-Type": ""}), 415, id="no-type"),
            pytest.param(post(fields={"Content-Type": "text/plain"}), 415, id="text"),
            pytest.param(post(fields={"Content-Type": "application/ippx"}), 415, id="ippx"),
            pytest.param(post(fields={"Content-Encoding": "gzip"}), 415, id="gzip"),
            pytest.param(post(fields={"Content-Encoding": "identity, gzip"}), 415, id="identity-gzip"),
            pytest.param(post(fields={"Expect": "200-ok"}), 417, id="expectation"),
            pytest.param(post(fields={"Host": "evil.example"}), 400, id="foreign-host"),
            pytest.param(post(fields={"Host": "a b/../"}), 400, id="no-host"),
            pytest.param(post(target="http://evil.example/ipp/print"), 400, id="foreign-absolute-target"),
            pytest.param(post(target="/ipp%2fprint"), 404, id="encoded-slash"),
            pytest.param(post(target="/x/../ipp/print"), 404, id="dot-segments"),
            pytest.param(post(target="/ipp/print%00"), 400, id="nul-in-path"),
            pytest.param(post(target="/else"), 404, id="other-path"),
            pytest.param(post(fields={"Origin": "null"}), 403, id="null-origin"),
            pytest.param(post(fields={"Origin": "http://evil.example"}), 403, id="foreign-origin"),
            pytest.param(post(fields={"Sec-Fetch-Site": "cross-site"}), 403, id="cross-site"),
            pytest.param(b"GET /ipp/print HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, id="get"),
            pytest.param(b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", 405, id="put"),
            pytest.param(b"GET /else HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, id="get-other-path"),
            pytest.param(post(fields={"Content-Length": str(2**40)}), 413, id="too-long"),
            pytest.param(post(b"-4\r\n", fields=CHUNKED), 400, id="malformed-chunk"),
            pytest.param(post(b"ffffffffffffffff\r\n", fields=CHUNKED), 413, id="huge-chunk"),
        ],
    )
    async def test_http_refuses_in_one_fixed_sentence_and_closes(
        self, address: Address, printer: TinyPrinter, octets: bytes, status: int
    ) -> None:
        async with RawConnection(*address) as connection:
            await connection.send(octets)
            answer = await connection.answer()
            assert answer is not None
            assert (answer.status, answer.closes) == (status, True)
            assert answer.fields["content-type"] == "text/plain; charset=utf-8"
            assert b"evil" not in answer.body
            assert await connection.is_closed()
        assert printer.requests == []

    async def test_a_fault_in_the_middle_of_a_document_is_answered_by_http(
        self, address: Address, printer: TinyPrinter
    ) -> None:
        octets = post(b"%x\r\n%b\r\n" % (len(CREDULOUS), CREDULOUS), fields=CHUNKED)
        async with RawConnection(*address) as connection:
            await connection.send(octets + b"5\r\nhello\r\n")
            await printer.asked.wait()
            await connection.send(b"nonsense\r\n")
            answer = await connection.answer()
        assert answer is not None
        assert (answer.status, answer.closes) == (400, True)
        assert printer.interrupted.is_set()

    async def test_a_page_of_our_own_may_print(self, address: Address) -> None:
        fields = {"Origin": "http://localhost:631", "Sec-Fetch-Site": "same-origin"}
        assert (await answer_to(address, post(fields=fields))).status == 200

    @pytest.mark.parametrize("media_type", ["application/ipp; charset=x", "APPLICATION/IPP ;a=b"])
    async def test_case_and_parameters_of_the_type_do_not_matter(
        self, address: Address, media_type: str
    ) -> None:
        assert (await answer_to(address, post(fields={"Content-Type": media_type}))).status == 200

    async def test_a_browser_is_told_where_to_print(self, address: Address) -> None:
        answer = await answer_to(address, b"GET /ipp/print HTTP/1.1\r\nHost: localhost:631\r\n\r\n")
        assert answer.body == b"This is a printer: print to ipp://localhost:631/ipp/print\n"
        assert answer.fields["allow"] == "POST, OPTIONS"

    @pytest.mark.parametrize("target", ["*", "/ipp/print"])
    async def test_options_are_told(self, address: Address, target: str) -> None:
        octets = f"OPTIONS {target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: TLS/1.2\r\n\r\n".encode()
        answer = await answer_to(address, octets)
        assert (answer.status, answer.fields["allow"], answer.body) == (200, "POST, OPTIONS", b"")

    @pytest.mark.parametrize("octets", [b"GET /\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01"])
    async def test_what_is_no_http_is_closed_without_a_word(self, address: Address, octets: bytes) -> None:
        assert await exchange(address, octets) is None

    async def test_a_head_that_the_parser_behind_refuses_is_a_bad_request(self, address: Address) -> None:
        answer = await answer_to(address, post(fields={"Sec-WebSocket-Key1": "x"}))
        assert (answer.status, answer.body) == (400, b"The request is malformed.\n")

    @pytest.mark.parametrize("protocol", ["h2c", "websocket", "TLS/1.0"])
    async def test_an_upgrade_is_not_taken_up(
        self, address: Address, printer: TinyPrinter, protocol: str
    ) -> None:
        fields = {"Upgrade": protocol, "Connection": "upgrade"}
        async with RawConnection(*address) as connection:
            for _ in range(2):
                await connection.send(post(CREDULOUS + DOCUMENT, fields=fields))
                answer = await connection.answer()
                assert answer is not None
                assert ipp_status(answer.body) == OK
        assert printer.digests == [DIGEST, DIGEST]


class TestExpectations:
    async def test_the_body_is_asked_for_after_the_checks(self, address: Address) -> None:
        head = post(b"", fields={"Expect": "100-continue", "Content-Length": str(len(CREDULOUS))})
        async with RawConnection(*address) as connection:
            await connection.send(head)
            interim = await connection.answer()
            assert interim is not None
            assert interim.status == 100
            await connection.send(CREDULOUS)
            answer = await connection.answer()
            assert answer is not None
            assert (ipp_status(answer.body), answer.closes) == (OK, False)

    @pytest.mark.parametrize(
        ("fields", "target", "status"),
        [
            ({}, "/else", 404),
            ({"Content-Type": "text/plain"}, "/ipp/print", 415),
            ({"Host": "evil.example"}, "/ipp/print", 400),
            ({"Content-Length": str(2**40)}, "/ipp/print", 413),
            ({"Origin": "null"}, "/ipp/print", 403),
        ],
    )
    async def test_what_is_refused_is_not_asked_for(
        self, address: Address, fields: dict[str, str], target: str, status: int
    ) -> None:
        octets = post(b"", target=target, fields={"Content-Length": "9", "Expect": "100-continue", **fields})
        async with RawConnection(*address) as connection:
            await connection.send(octets)
            answer = await connection.answer()
            assert answer is not None
            assert answer.status == status

    async def test_a_client_that_was_asked_and_sends_nothing_times_out(self, address: Address) -> None:
        octets = post(b"", fields={"Content-Length": "9", "Expect": "100-continue"})
        answer = await answer_to(address, octets)
        assert answer.status == 408


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
        async with RawConnection(*address) as connection, asyncio.TaskGroup() as tasks:
            dripping = tasks.create_task(connection.send(b"POST /" + b"a" * 5000, segments_of=1))
            answer = await connection.answer()
            assert answer is not None
            assert answer.status == 408
            dripping.cancel()

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
            async with asyncio.timeout(5):
                await printer.asked.wait()
                await empty(service)
        assert "the answer was not read" in caplog.text

    async def test_a_slow_reader_gets_its_answer(self, serve: Serve, printer: TinyPrinter) -> None:
        printer.answer_octets = 2_000_000
        service = await serve(limits=replace(QUICK, answer_seconds=0.1, minimum_rate=1.0))
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
            async with asyncio.timeout(5):
                await printer.interrupted.wait()
        assert printer.digests == []
        assert [record.exc_info for record in caplog.records] == [None]
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
        assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


class TestCaps:
    async def test_a_connection_above_the_cap_is_told_and_closed(self, serve: Serve) -> None:
        service = await serve(limits=replace(QUICK, connections=2))
        address = service.addresses[0]
        async with RawConnection(*address) as first, RawConnection(*address):
            await first.send(post())
            assert await first.answer() is not None
            async with RawConnection(*address) as third:
                answer = await third.answer(seconds=1.0)
                assert answer is not None
                assert (answer.status, answer.closes) == (503, True)
                assert await third.is_closed(seconds=1.0)
        await empty(service)
        assert (await answer_to(address, post())).status == 200

    async def test_far_too_many_connections_are_closed_without_a_word(self, serve: Serve) -> None:
        service = await serve(limits=replace(QUICK, connections=0, turned_away=0))
        async with RawConnection(*service.addresses[0]) as connection:
            assert await connection.answer() is None


class TestService:
    async def test_it_refuses_to_start_without_the_c_parser(
        self, printer: TinyPrinter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parser = aiohttp.http_parser.HttpRequestParserPy
        monkeypatch.setattr("ippserver.web.service.HttpRequestParser", parser)
        with pytest.raises(UnsafeParser, match="AIOHTTP_NO_EXTENSIONS"):
            await WebService(printer).start([("127.0.0.1", 0)])

    async def test_it_listens_on_all_its_addresses(self, printer: TinyPrinter) -> None:
        service = WebService(printer)
        await service.start([("127.0.0.1", 0), ("127.0.0.2", 0)])
        try:
            for address in service.addresses:
                assert (await answer_to(address, post())).status == 200
        finally:
            await service.stop()

    async def test_it_serves_ipv6(self, printer: TinyPrinter) -> None:
        service = WebService(printer)
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
