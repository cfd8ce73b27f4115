"""From the clear to TLS (RFC 2817): asked for, demanded, and not to be tricked into."""

import ssl
from collections.abc import Mapping

import pytest

from ippserver.testing.http import RawConnection
from ippserver.web.certificate import Pair, Provided
from ippserver.web.service import WebService
from ippserver.web.tls import Tls
from tests.logs import logged
from tests.web.printer import CREDULOUS, PATIENT, Address, Serve, TinyPrinter, answer_to, empty, post, quickly
from tests.web.tls_client import TlsClient

ASKING = {"Upgrade": "TLS/1.2,TLS/1.1,TLS/1.0", "Connection": "Upgrade"}
"""As CUPS 2.4 asks."""


def request(method: str, target: str, fields: Mapping[str, str], version: str = "1.1") -> bytes:
    """A request without a body."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "localhost:631", **fields}.items())
    return f"{method} {target} HTTP/{version}\r\n{lines}\r\n".encode()


@pytest.fixture
async def demanding(serve: Serve, pair: Pair) -> Address:
    """Where a service listens that demands TLS."""
    service = await serve(tls=Tls(Provided(pair), required=True, limits=PATIENT))
    return service.addresses[0]


async def upgraded(client: TlsClient, octets: bytes) -> bytes:
    """The head of the answer that announces the change; the handshake is done after it."""
    client.writer.write(octets)
    head = await client.reader.readuntil(b"\r\n\r\n")
    await client.shake_hands()
    return head


class TestAsked:
    @pytest.mark.parametrize("required", [False, True])
    async def test_the_request_that_asked_is_answered_within_tls(
        self, serve: Serve, pair: Pair, printer: TinyPrinter, trusting: ssl.SSLContext, required: bool
    ) -> None:
        service = await serve(tls=Tls(Provided(pair), required=required, limits=PATIENT))
        async with TlsClient(service.addresses[0], trusting) as client:
            head = await upgraded(client, request("OPTIONS", "*", ASKING))
            assert head.startswith(b"HTTP/1.1 101 ")
            assert b"\r\nUpgrade: TLS/1.2, HTTP/1.1\r\n" in head
            assert b"\r\nConnection: Upgrade\r\n" in head
            answer = await client.read()
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert b"\r\nAllow: " in answer
            client.write(post())
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")
        assert [origin.scheme for origin in printer.origins] == ["ipps"]

    @pytest.mark.parametrize(
        ("offer", "taken"),
        [("TLS/1.3", b"TLS/1.3"), ("TLS/1.0", b"TLS/1.0"), ("h2c, tls/1.2 , TLS/1.3", b"TLS/1.3")],
    )
    async def test_the_best_that_was_asked_for_is_taken(
        self, secure: Address, trusting: ssl.SSLContext, offer: str, taken: bytes
    ) -> None:
        async with TlsClient(secure, trusting) as client:
            head = await upgraded(client, request("OPTIONS", "*", {**ASKING, "Upgrade": offer}))
            assert b"\r\nUpgrade: " + taken + b", HTTP/1.1\r\n" in head

    async def test_whatever_has_no_body_may_ask(self, secure: Address, trusting: ssl.SSLContext) -> None:
        async with TlsClient(secure, trusting) as client:
            assert (await upgraded(client, request("GET", "/nowhere", ASKING))).startswith(b"HTTP/1.1 101 ")
            assert (await client.read()).startswith(b"HTTP/1.1 404 ")

    async def test_it_may_be_asked_for_after_other_requests(
        self, secure: Address, trusting: ssl.SSLContext
    ) -> None:
        async with TlsClient(secure, trusting) as client:
            client.writer.write(post())
            assert (await client.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            await client.reader.readexactly(9)
            assert (await upgraded(client, request("OPTIONS", "*", ASKING))).startswith(b"HTTP/1.1 101 ")
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")

    @pytest.mark.parametrize(
        "octets",
        [
            pytest.param(post(fields=ASKING), id="with a body"),
            pytest.param(request("OPTIONS", "*", {"Upgrade": "TLS/1.2"}), id="by a proxy"),
            pytest.param(request("OPTIONS", "*", {**ASKING, "Upgrade": "h2c, websocket"}), id="other"),
            pytest.param(request("OPTIONS", "*", ASKING, version="1.0"), id="HTTP/1.0"),
        ],
    )
    async def test_what_cannot_be_granted_is_ignored(self, secure: Address, octets: bytes) -> None:
        assert (await answer_to(secure, octets)).status == 200

    async def test_a_server_without_tls_ignores_it(self, serve: Serve) -> None:
        service = await serve()
        answer = await answer_to(service.addresses[0], request("OPTIONS", "*", ASKING))
        assert (answer.status, "upgrade" in answer.fields) == (200, False)


class TestTricked:
    @pytest.mark.parametrize(
        ("more", "status"),
        [(post(), 400), (b"P", 400), (b"\x16\x03\x01", None)],
        ids=["a request", "part of one", "TLS"],
    )
    async def test_nothing_that_came_in_the_clear_counts_as_encrypted(
        self,
        service: WebService,
        secure: Address,
        printer: TinyPrinter,
        caplog: pytest.LogCaptureFixture,
        more: bytes,
        status: int | None,
    ) -> None:
        async with RawConnection(*secure) as connection:
            await connection.send(request("OPTIONS", "*", ASKING) + more)
            answer = await connection.answer()
            assert status == (answer and answer.status)
            assert await connection.is_closed()
        await empty(service)
        assert printer.origins == []
        assert [record for record in logged(caplog) if record.exc_info] == []

    async def test_an_upgrade_with_a_body_that_does_not_come_is_refused(self, secure: Address) -> None:
        octets = request("OPTIONS", "*", {**ASKING, "Content-Length": "5"})
        async with RawConnection(*secure) as connection:
            await connection.send(octets)
            answer = await connection.answer()
            assert answer is not None
            assert answer.status == 400

    @quickly
    @pytest.mark.parametrize("octets", [b"", post(), b"\x16\x03\x01\x00\x05hello"])
    async def test_a_handshake_that_fails_ends_the_connection(
        self, service: WebService, secure: Address, printer: TinyPrinter, octets: bytes
    ) -> None:
        async with RawConnection(*secure) as connection:
            await connection.send(request("OPTIONS", "*", ASKING))
            interim = await connection.answer()
            assert interim is not None
            assert interim.status == 101
            await connection.send(octets)
            while not await connection.is_closed():
                pass  # an alert
        await empty(service)
        assert printer.origins == []

    async def test_a_client_that_leaves_in_the_handshake_is_forgotten(
        self, service: WebService, secure: Address
    ) -> None:
        async with RawConnection(*secure) as connection:
            await connection.send(request("OPTIONS", "*", ASKING))
            assert await connection.answer() is not None
        await empty(service)


class TestDemanded:
    @pytest.mark.parametrize("more", [{}, {"Expect": "100-continue"}], ids=["at once", "expecting"])
    async def test_a_message_in_the_clear_is_refused(
        self, demanding: Address, printer: TinyPrinter, more: dict[str, str]
    ) -> None:
        async with RawConnection(*demanding) as connection:
            await connection.send(post(CREDULOUS, fields=more))
            answer = await connection.answer()
            assert answer is not None
            assert answer.status == 426
            assert answer.fields["upgrade"] == "TLS/1.2, HTTP/1.1"
            assert [each.strip().lower() for each in answer.fields["connection"].split(",")] == [
                "upgrade",
                "close",
            ]
            assert await connection.is_closed()
        assert printer.requests == []

    async def test_a_page_is_elsewhere(self, demanding: Address) -> None:
        answer = await answer_to(
            demanding, request("GET", "/ipp/print?a=b", {"Host": f"localhost:{demanding[1]}"})
        )
        assert answer.status == 307
        assert answer.fields["location"] == f"https://localhost:{demanding[1]}/ipp/print?a=b"

    async def test_options_in_the_clear_are_refused(self, demanding: Address) -> None:
        assert (await answer_to(demanding, request("OPTIONS", "*", {}))).status == 426

    async def test_the_same_is_taken_within_tls(
        self, demanding: Address, printer: TinyPrinter, trusting: ssl.SSLContext
    ) -> None:
        async with RawConnection("localhost", demanding[1], tls=trusting) as connection:
            await connection.send(post())
            answer = await connection.answer()
            assert answer is not None
            assert answer.status == 200
        assert [origin.scheme for origin in printer.origins] == ["ipps"]


class TestNamed:
    @pytest.mark.parametrize(
        ("name", "host", "status"),
        [
            ("localhost", "localhost:631", 200),
            ("localhost", "LOCALHOST.:631", 200),
            ("localhost", "printer.local:631", 421),
            ("localhost", "127.0.0.1:631", 421),
            ("127.0.0.1", "printer.local:631", 200),
        ],
    )
    async def test_a_request_for_another_name_than_the_connection_is_misdirected(
        self, secure: Address, trusting: ssl.SSLContext, name: str, host: str, status: int
    ) -> None:
        async with TlsClient(secure, trusting, name) as client:
            await client.shake_hands()
            client.write(post(fields={"Host": host}))
            assert (await client.read()).startswith(b"HTTP/1.1 %d " % status)

    async def test_where_any_name_is_ours_it_is_not(
        self, serve: Serve, tls: Tls, trusting: ssl.SSLContext
    ) -> None:
        service = await serve(tls=tls, host_names=["*"])
        async with TlsClient(service.addresses[0], trusting) as client:
            await client.shake_hands()
            client.write(post(fields={"Host": "other.example"}))
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")

    @pytest.mark.parametrize(("host", "authority"), [("localhost", "localhost:443"), ("localhost:631",) * 2])
    async def test_a_host_without_a_port_means_the_one_of_https(
        self,
        secure: Address,
        printer: TinyPrinter,
        trusting: ssl.SSLContext,
        host: str,
        authority: str,
    ) -> None:
        async with TlsClient(secure, trusting) as client:
            await client.shake_hands()
            client.write(post(fields={"Host": host}))
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")
        assert [origin.authority for origin in printer.origins] == [authority]
