"""Group T where one request and one answer do not tell it: time, order, clients that vanish."""

import asyncio
import hashlib
from collections.abc import Callable

import pytest

from ippserver.testing.http import RawConnection, exchange
from ippserver.testing.wire import header
from tests.hostile.build import (
    BASE,
    GET_PRINTER_ATTRIBUTES,
    KEYWORD,
    RASTER,
    chunked,
    http,
    message,
)
from tests.hostile.case import Scene
from tests.hostile.catalogue.documents import send
from tests.hostile.catalogue.transport import LINE
from tests.hostile.decode import decode
from tests.hostile.printers import SERVER
from tests.hostile.server import PATIENCE_SECONDS, Holdings, Journal, Server
from tests.steps import steps

CHUNKED = {"Transfer-Encoding": "chunked", "Content-Length": ""}
BODY = message(document=RASTER)
CHUNKS_SECONDS = 1.0
"""Of computing, for chunks that are read at once; with an interpreter of its own the server takes 0.07 s."""
DIGEST = hashlib.sha256(RASTER).hexdigest()
Leave = Callable[[RawConnection], None]
LEAVES = pytest.mark.parametrize("leave", [RawConnection.end, RawConnection.reset], ids=["fin", "rst"])


def new_jobs(before: Holdings, after: Holdings) -> list[tuple[str, ...]]:
    """The documents' hashes of the jobs that came; no old one has changed."""
    assert {job: after.jobs.get(job) for job in before.jobs} == before.jobs
    return [hashes for job, hashes in after.jobs.items() if job not in before.jobs]


async def statuses(connection: RawConnection, count: int) -> list[int]:
    """The HTTP statuses of the next answers."""
    found = []
    for _ in range(count):
        answer = await connection.answer()
        assert answer is not None
        found.append(answer.status)
    return found


async def outcome(connection: RawConnection) -> int:
    """The status-code of the next answer."""
    answer = await connection.answer()
    assert answer is not None
    assert answer.status == 200
    return decode(answer.body).code


async def test_t18_a_million_chunks_of_one_octet(server: Server, journal: Journal) -> None:
    document = b"RaS2" + bytes(1_000_000)
    octets = http(message(document=document), chunks_of=1)
    before = await server.holdings()
    with steps(SERVER) as seen:
        async with RawConnection(*server.address) as connection:
            await connection.send(octets)
            assert await outcome(connection) == 0
    assert new_jobs(before, await server.holdings()) == [(hashlib.sha256(document).hexdigest(),)]
    assert seen.longest_seconds < CHUNKS_SECONDS
    journal.check()


async def test_t22_what_follows_a_short_length_is_a_request_of_its_own(server: Server) -> None:
    before = await server.holdings()
    async with RawConnection(*server.address) as connection:
        await connection.send(http(BODY) + http(BODY))
        assert await statuses(connection, 2) == [200, 200]
    assert new_jobs(before, await server.holdings()) == [(DIGEST,), (DIGEST,)]


async def test_t22_a_document_beyond_its_length_is_no_document(server: Server) -> None:
    before = await server.holdings()
    short = http(BODY, fields={"Content-Length": str(len(BODY) - 100)})
    async with RawConnection(*server.address) as connection:
        await connection.send(short)
        assert await statuses(connection, 2) == [200, 400]
        assert await connection.is_closed()
    assert new_jobs(before, await server.holdings()) == [(hashlib.sha256(RASTER[:-100]).hexdigest(),)]


async def test_t23_a_thousand_pipelined_requests(server: Server, journal: Journal) -> None:
    resources = await server.resources()
    requests = [
        http(message(operation=GET_PRINTER_ATTRIBUTES, request_id=number)) for number in range(1, 1001)
    ]
    async with RawConnection(*server.address) as connection, asyncio.TaskGroup() as tasks:
        tasks.create_task(connection.send(b"".join(requests)))
        for number in range(1, 1001):
            answer = await connection.answer()
            assert answer is not None
            assert decode(answer.body).request_id == number
    await server.settle(resources)
    journal.check()


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        pytest.param(LINE + b"X:" + b"a" * 6000 + b"\r\n\r\n", 431, id="field"),
        pytest.param(LINE + b"X: a\r\n" * 70 + b"\r\n", 431, id="fields"),
        pytest.param(b"POST /" + b"a" * 9000, 414, id="target"),
    ],
)
async def test_t27_limits_hold_across_segments(server: Server, octets: bytes, status: int) -> None:
    async with RawConnection(*server.address) as connection, asyncio.TaskGroup() as tasks:
        # Who does not read while it sends loses the answer with a connection that is closed meanwhile.
        tasks.create_task(connection.send(octets, segments_of=1))
        assert await statuses(connection, 1) == [status]


@pytest.mark.parametrize("chunks_of", [None, 1000])
async def test_t28_the_body_is_asked_for_and_taken(server: Server, chunks_of: int | None) -> None:
    before = await server.holdings()
    octets = http(BODY, chunks_of=chunks_of, fields={"Expect": "100-continue"})
    split = octets.index(b"\r\n\r\n") + 4
    async with RawConnection(*server.address) as connection:
        await connection.send(octets[:split])
        assert await statuses(connection, 1) == [100]
        await connection.send(octets[split:])
        assert await statuses(connection, 1) == [200]
    assert new_jobs(before, await server.holdings()) == [(DIGEST,)]


async def test_t28_a_client_that_was_asked_and_sends_nothing(server_without_attributes: Server) -> None:
    octets = http(b"", fields={"Expect": "100-continue", "Content-Length": "99"})
    async with RawConnection(*server_without_attributes.address) as connection:
        await connection.send(octets)
        assert await statuses(connection, 2) == [100, 408]
        assert await connection.is_closed()


async def test_t40_silence(impatient_server: Server, journal: Journal) -> None:
    resources = await impatient_server.resources()
    async with RawConnection(*impatient_server.address) as connection:
        assert await connection.is_closed()
    await impatient_server.settle(resources)
    journal.check()


async def test_t41_a_head_octet_by_octet(impatient_server: Server) -> None:
    async with RawConnection(*impatient_server.address) as connection, asyncio.TaskGroup() as tasks:

        async def drip() -> None:
            for octet in http(BODY)[:200]:
                await connection.send(bytes((octet,)))
                await asyncio.sleep(0.02)

        dripping = tasks.create_task(drip())
        assert await statuses(connection, 1) == [408]
        dripping.cancel()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="t42"),
        pytest.param(header()[:5], id="t42-header"),
        pytest.param(header() + BASE + bytes((KEYWORD,)) + b"\x00\x01a\x7f\xff\x61", id="l04"),
    ],
)
async def test_attributes_that_do_not_come(server_without_attributes: Server, body: bytes) -> None:
    server = server_without_attributes
    before = await server.holdings()
    octets = http(body, fields={"Content-Length": "40000"})
    answer = await exchange(server.address, octets)
    assert answer is not None
    assert (answer.status, answer.closes) == (408, True)
    assert await server.holdings() == before


async def test_t43_t44_a_dripping_document_is_taken_while_there_is_room(patient_server: Server) -> None:
    async def drip(chunks_of: int | None) -> int:
        octets = http(message(document=b"RaS2" + bytes(12)), chunks_of=chunks_of)
        step, end = (len(b"1\r\nx\r\n"), len(b"0\r\n\r\n")) if chunks_of else (1, 0)
        async with RawConnection(*patient_server.address) as connection:
            await connection.send(octets[: -(12 * step + end)])
            for start in range(len(octets) - 12 * step - end, len(octets), step):
                await asyncio.sleep(1.05 * PATIENCE_SECONDS / 12)  # all of them together are above it
                await connection.send(octets[start : start + step])
            return await outcome(connection)

    before = await patient_server.holdings()
    assert list(await asyncio.gather(drip(None), drip(1))) == [0, 0]
    assert len(new_jobs(before, await patient_server.holdings())) == 2


@pytest.mark.parametrize("fields", [{"Content-Length": "5000"}, CHUNKED], ids=["t43", "t44"])
async def test_a_document_that_stops_is_given_up(
    server_without_documents: Server, fields: dict[str, str]
) -> None:
    server = server_without_documents
    resources, before = await server.resources(), await server.holdings()
    octets = BODY if fields is not CHUNKED else chunked(BODY, 1000)[:-5]
    async with RawConnection(*server.address) as connection:
        await connection.send(http(octets, fields={"Content-Length": "", **fields}))
        assert await outcome(connection) == 0x0405
        assert await connection.is_closed()
    await server.settle(resources)
    assert await server.holdings() == before


CHUNKS = chunked(BODY, 1000)
PLACES = (
    pytest.param(http(BODY)[:-20], id="in-body"),
    pytest.param(http(CHUNKS[:1500], fields=CHUNKED), id="mid-chunk"),
    pytest.param(http(CHUNKS[: len(chunked(BODY[:1000], 1000)) - 5], fields=CHUNKED), id="chunk-border"),
    pytest.param(http(CHUNKS[:-2], fields=CHUNKED), id="after-0-line"),
)


@LEAVES
@pytest.mark.parametrize("octets", PLACES)
async def test_t47_t49_a_client_that_leaves_in_its_document(
    server: Server, journal: Journal, octets: bytes, leave: Leave
) -> None:
    resources, before = await server.resources(), await server.holdings()
    async with RawConnection(*server.address) as connection:
        await connection.send(octets)
        await server.is_well()
        leave(connection)
    await server.settle(resources)
    assert await server.holdings() == before
    journal.check()


@LEAVES
async def test_t50_a_client_that_leaves_before_its_answer(
    server: Server, journal: Journal, leave: Leave
) -> None:
    resources, before = await server.resources(), await server.holdings()
    async with RawConnection(*server.address) as connection:
        await connection.send(http(BODY))
        leave(connection)
    await server.is_well()  # connections are taken in their order, so the one before was seen
    await server.settle(resources)
    assert new_jobs(before, await server.holdings()) in ([], [(DIGEST,)])
    journal.check()


@LEAVES
@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
async def test_t51_a_document_that_was_cut_can_be_sent_again(
    server: Server, share: float, leave: Leave
) -> None:
    scene = Scene(await server.make_job("incoming"))
    resources, before = await server.resources(), await server.holdings()
    octets = send(True, RASTER)(scene)
    async with RawConnection(*server.address) as connection:
        await connection.send(octets[: len(octets) - round(len(RASTER) * (1 - share))])
        await server.is_well()
        leave(connection)
    await server.settle(resources)
    assert await server.holdings() == before
    async with RawConnection(*server.address) as connection:
        await connection.send(octets)
        assert await outcome(connection) == 0
    assert (await server.holdings()).jobs[scene.job_id] == (DIGEST,)


async def test_t52_a_client_that_has_said_all_is_answered(server: Server) -> None:
    before = await server.holdings()
    async with RawConnection(*server.address) as connection:
        await connection.send(http(BODY))
        connection.end()
        assert await outcome(connection) == 0
        assert await connection.is_closed()
    assert new_jobs(before, await server.holdings()) == [(DIGEST,)]


class TestAtHome:
    """What preset `open` does not refuse."""

    async def test_t20_the_host_of_another_site(self, home_server: Server) -> None:
        for octets in (
            http(BODY, fields={"Host": "evil.example"}),
            http(BODY, target="http://evil.example/ipp/print"),
        ):
            answer = await exchange(home_server.address, octets)
            assert answer is not None
            assert (answer.status, b"host-names" in answer.body) == (400, True)
        assert (await home_server.holdings()).jobs == {}

    async def test_d03_the_job_of_somebody_else(self, home_server: Server) -> None:
        scene = Scene(await home_server.make_job("incoming"))
        before = await home_server.holdings()
        answer = await exchange(home_server.address, send(True, RASTER, user="mallory")(scene))
        assert answer is not None
        assert decode(answer.body).code == 0x0403
        assert await home_server.holdings() == before


async def test_d04_more_documents_than_a_job_may_have(frugal_server: Server) -> None:
    scene = Scene(await frugal_server.make_job("incoming"))
    async with RawConnection(*frugal_server.address) as connection:
        for expected in (0, 0, 0, 0x050C):
            await connection.send(send(False, RASTER)(scene))
            assert await outcome(connection) == expected
    assert (await frugal_server.holdings()).jobs[scene.job_id] == (DIGEST, DIGEST, DIGEST)
