"""The catalogue within TLS, and what attacks TLS itself (T04, T20, T21, T46)."""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest

from ippserver.testing.http import RawConnection, exchange
from ippserver.testing.tools import require_tool
from tests.hostile.build import RASTER, http, message
from tests.hostile.case import Case, Scene, State
from tests.hostile.catalogue import (
    charset,
    collections,
    documents,
    groups,
    header,
    lengths,
    transport,
    uris,
    values,
)
from tests.hostile.catalogue.transport import HELLO
from tests.hostile.server import Journal, Server
from tests.hostile.test_catalogue import check_answer
from tests.web.tls_client import TlsClient

BODY = message(document=RASTER)
ASKING = http(b"", method="OPTIONS", target="*", fields={"Upgrade": "TLS/1.2", "Connection": "upgrade"})
GROUPS = (header, groups, lengths, collections, charset, values, uris, documents, transport)


@pytest.fixture(scope="module")
def careless() -> ssl.SSLContext:
    """A client's TLS that takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.mark.parametrize(
    "cases", [group.CASES for group in GROUPS], ids=[group.__name__.rpartition(".")[2] for group in GROUPS]
)
async def test_every_case_within_tls(
    cases: Sequence[Case], tls_server: Server, careless: ssl.SSLContext, journal: Journal
) -> None:
    resources, before = await tls_server.resources(), await tls_server.holdings()
    made = succeeded = 0
    connection: RawConnection | None = None
    async with AsyncExitStack() as connections:
        for case in cases:
            if connection is None:
                connection = RawConnection(*tls_server.address, tls=careless)
                await connections.enter_async_context(connection)
            scene = Scene(await tls_server.make_job(case.needs_job) if case.needs_job else 0)
            made += bool(case.needs_job)
            octets = case.request(scene)
            await connection.send(octets)
            answer = await connection.answer(to_head=octets.startswith(b"HEAD "))
            succeeded += check_answer(case, answer) and case.state in (State.JOB, State.BY_ANSWER)
            if case.needs_job == "incoming":
                await tls_server.cancel(scene.job_id)
            if answer is None or answer.closes or b" HTTP/1.0\r\n" in octets:
                await connections.aclose()
                connection = None
    await tls_server.settle(resources)
    assert len((await tls_server.holdings()).jobs) - len(before.jobs) == made + succeeded
    await tls_server.is_well()
    journal.check()


async def is_over(client: TlsClient) -> bool:
    """Whether the server sends nothing more; who still sends may hear of it by a reset."""
    try:
        return await client.reader.read(1) == b""
    except ConnectionError:
        return True


class TestUpgrade:
    async def test_t04_options_are_answered_within_tls(
        self, tls_server: Server, careless: ssl.SSLContext, journal: Journal
    ) -> None:
        resources = await tls_server.resources()
        async with TlsClient(tls_server.address, careless) as client:
            client.writer.write(ASKING)
            assert (await client.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
            await client.shake_hands()
            assert (await client.read()).startswith(b"HTTP/1.1 200 ")
        await tls_server.settle(resources)
        journal.check()

    async def test_t04_what_follows_in_the_clear_is_not_taken_for_encrypted(
        self, tls_server: Server, journal: Journal
    ) -> None:
        resources, before = await tls_server.resources(), await tls_server.holdings()
        async with RawConnection(*tls_server.address) as connection:
            await connection.send(ASKING + http(BODY))
            answer = await connection.answer()
            assert answer is not None
            assert (answer.status, answer.closes) == (400, True)
        await tls_server.settle(resources)
        assert await tls_server.holdings() == before
        journal.check()


class TestModes:
    async def test_t21_a_hello_where_tls_is_offered_is_answered_by_tls(self, tls_server: Server) -> None:
        async with RawConnection(*tls_server.address) as connection:
            await connection.send(HELLO)
            assert not await connection.is_closed()  # an alert: that hello is none

    async def test_t21_clear_text_where_tls_is_demanded(self, strict_server: Server) -> None:
        answer = await exchange(strict_server.address, http(BODY))
        assert answer is not None
        assert (answer.status, answer.fields["upgrade"]) == (426, "TLS/1.2, HTTP/1.1")
        assert (await strict_server.holdings()).jobs == {}

    async def test_t20_another_host_than_the_one_the_connection_is_for(
        self, home_tls_server: Server, careless: ssl.SSLContext
    ) -> None:
        async with TlsClient(home_tls_server.address, careless, "localhost") as client:
            await client.shake_hands()
            client.write(http(BODY, fields={"Host": "printer.local"}))
            assert (await client.read()).startswith(b"HTTP/1.1 421 ")
        assert (await home_tls_server.holdings()).jobs == {}


class TestHandshakes:
    async def test_more_than_there_is_room_for(
        self, narrow_tls_server: Server, careless: ssl.SSLContext, journal: Journal
    ) -> None:
        resources = await narrow_tls_server.resources()
        async with TlsClient(narrow_tls_server.address, careless) as first:
            await first.shake_hands()
            for _ in range(3):
                async with RawConnection(*narrow_tls_server.address) as other:
                    await other.send(HELLO)
                    assert await other.is_closed()
            await narrow_tls_server.is_well()  # in the clear
            first.write(http(BODY))
            assert (await first.read()).startswith(b"HTTP/1.1 200 ")
        await narrow_tls_server.settle(resources)
        async with TlsClient(narrow_tls_server.address, careless) as next_one:
            await next_one.shake_hands()
        journal.check()

    @pytest.mark.parametrize("octets", [b"", HELLO[:1], HELLO[:100]])
    async def test_t46_silence(self, impatient_tls_server: Server, journal: Journal, octets: bytes) -> None:
        resources = await impatient_tls_server.resources()
        async with RawConnection(*impatient_tls_server.address) as connection:
            await connection.send(octets)
            assert await connection.is_closed()
        await impatient_tls_server.settle(resources)
        journal.check()

    async def test_t46_a_hello_octet_by_octet(
        self, impatient_tls_server: Server, careless: ssl.SSLContext, journal: Journal
    ) -> None:
        resources = await impatient_tls_server.resources()
        async with TlsClient(impatient_tls_server.address, careless) as client:
            hello = client.hello()

            async def drip() -> None:
                for octet in hello:
                    client.writer.write(bytes((octet,)))
                    await asyncio.sleep(0.02)

            async with asyncio.TaskGroup() as tasks:
                dripping = tasks.create_task(drip())
                assert await is_over(client)
                assert not dripping.done()  # the deadline did not begin anew with each octet
                dripping.cancel()
        await impatient_tls_server.settle(resources)
        journal.check()

    async def test_t46_a_flood_of_key_updates_ends_with_the_head(
        self, tls_server_without_heads: Server, journal: Journal
    ) -> None:
        server = tls_server_without_heads
        resources = await server.resources()
        address = f"127.0.0.1:{server.address[1]}"
        client = await asyncio.create_subprocess_exec(
            *(require_tool("openssl"), "s_client", "-connect", address, "-tls1_3"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert client.stdin is not None
        assert client.stdout is not None
        async with asyncio.timeout(60):
            await client.stdout.readuntil(b"Verify return code")
            while client.returncode is None and not client.stdin.is_closing():
                try:
                    client.stdin.write(b"K\n")  # s_client's command for one
                    await client.stdin.drain()
                except ConnectionError:
                    break
                await asyncio.sleep(0.001)
            said = await client.stdout.read()
            await client.wait()
        assert b"KEYUPDATE" in said
        await server.settle(resources)
        await server.is_well()
        journal.check()
