"""POST application/ipp over real sockets: what is answered, what HTTP refuses, what is asked for."""

import hashlib

import pytest

from ippserver.testing.http import RawConnection, exchange
from ippserver.testing.wire import field, header, message
from tests.web.printer import (
    BAD_REQUEST,
    CHUNKED,
    CREDULOUS,
    DIGEST,
    DOCUMENT,
    OK,
    PAGE,
    TOO_LARGE,
    Address,
    Serve,
    TinyPrinter,
    answer_to,
    ipp_status,
    post,
    quickly,
)


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


class TestReading:
    async def test_a_page_is_read_under_the_host_that_was_named(self, address: Address) -> None:
        answer = await answer_to(address, b"GET /page HTTP/1.1\r\nHost: printer.local:631\r\n\r\n")
        assert (answer.status, answer.body) == (200, b"the page at /page for printer.local:631")
        assert not answer.closes

    async def test_a_head_has_no_body(self, address: Address) -> None:
        async with RawConnection(*address) as connection:
            for _ in range(2):
                await connection.send(b"HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n")
                answer = await connection.answer(to_head=True)
                assert answer is not None
                assert (answer.status, answer.fields["content-length"]) == (200, "34")

    async def test_reading_prints_nothing(self, address: Address, printer: TinyPrinter) -> None:
        octets = post().replace(b"POST", b"GET", 1)
        assert (await answer_to(address, octets)).status == 200
        assert printer.requests == []


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
            pytest.param(post(target=PAGE), 405, id="post-to-a-page"),
            pytest.param(b"GET /ipp/print/7 HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, id="get-job"),
            pytest.param(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, id="get-without-page"),
            pytest.param(b"GET /page HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400, id="get-foreign-host"),
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

    @pytest.mark.parametrize(
        ("target", "allowed"),
        [("/page", "GET, HEAD, OPTIONS"), ("/ipp/print", "GET, HEAD, POST, OPTIONS"), ("/", "POST, OPTIONS")],
    )
    async def test_a_refused_method_is_told_the_others(
        self, address: Address, target: str, allowed: str
    ) -> None:
        answer = await answer_to(address, f"DELETE {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert (answer.status, answer.fields["allow"]) == (405, allowed)

    @pytest.mark.parametrize("target", ["*", "/ipp/print"])
    async def test_options_are_told(self, address: Address, target: str) -> None:
        octets = f"OPTIONS {target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: TLS/1.2\r\n\r\n".encode()
        answer = await answer_to(address, octets)
        assert (answer.status, answer.fields["allow"], answer.body) == (200, "GET, HEAD, POST, OPTIONS", b"")

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

    @quickly
    async def test_a_client_that_was_asked_and_sends_nothing_times_out(self, address: Address) -> None:
        octets = post(b"", fields={"Content-Length": "9", "Expect": "100-continue"})
        answer = await answer_to(address, octets)
        assert answer.status == 408
