"""Answers that a document follows."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from ippserver.interfaces import SpoolFailed
from ippserver.operations.declare import Enclosed
from ippserver.testing.http import RawConnection
from tests.web.printer import DOCUMENT, PATIENCE_SECONDS, Address, TinyPrinter, post

PIECE = 64 * 1024


@pytest.fixture
def closed() -> asyncio.Event:
    """Set as soon as the document was let go."""
    return asyncio.Event()


async def document(
    octets: bytes, closed: asyncio.Event, *, fails: bool = False
) -> AsyncGenerator[bytes, None]:
    """`octets` in pieces; where it fails, it does so after them."""
    try:
        for start in range(0, len(octets), PIECE):
            yield octets[start : start + PIECE]
        if fails:
            raise SpoolFailed("the disk is gone")
    finally:
        closed.set()


async def test_the_document_follows_the_message_on_a_connection_that_is_kept(
    address: Address, printer: TinyPrinter, closed: asyncio.Event
) -> None:
    async with RawConnection(*address) as connection:
        for octets in (DOCUMENT * 10, b"", b"x"):
            await connection.send(post())
            plain = await connection.answer()
            printer.enclosed = Enclosed(document(octets, closed), len(octets))
            await connection.send(post())
            answer = await connection.answer()
            printer.enclosed = None
            assert answer is not None
            assert plain is not None
            assert answer.status == 200
            assert answer.fields["content-type"] == "application/ipp"
            assert answer.body == plain.body + octets


async def test_a_document_that_cannot_be_read_to_its_end_is_cut_short(
    address: Address, printer: TinyPrinter, closed: asyncio.Event
) -> None:
    printer.enclosed = Enclosed(document(DOCUMENT, closed, fails=True), len(DOCUMENT) + 1)
    async with RawConnection(*address) as connection:
        await connection.send(post())
        with pytest.raises(asyncio.IncompleteReadError):
            await connection.answer()
    assert closed.is_set()
    printer.enclosed = None
    async with RawConnection(*address) as connection:
        await connection.send(post())
        answer = await connection.answer()
        assert answer is not None
        assert answer.status == 200


async def test_a_document_is_let_go_when_the_client_is_gone(
    address: Address, printer: TinyPrinter, closed: asyncio.Event
) -> None:
    octets = DOCUMENT * 100
    printer.enclosed = Enclosed(document(octets, closed), len(octets))
    async with RawConnection(*address) as connection:
        await connection.send(post())
        assert not await connection.is_closed()  # the first octet of the answer is there
        connection.reset()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await closed.wait()
