"""What every Spool does (interfaces.Spool), on every one that there is."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from ippserver.interfaces import DocumentInterrupted, NoSuchDocument, Spool, SpoolError
from ippserver.runtime.streams import SMALL_OCTETS
from ippserver.spools.disk import DiskSpool
from ippserver.spools.memory import MemorySpool
from ippserver.testing.fakes import stream

KEY = "0123abcd-0000-4000-8000-000000000000-1"
OTHER = "0123abcd-0000-4000-8000-000000000000-2"

SMALL = [b"%PDF", b"", b"-1.7"]
LARGE = [bytes([number]) * 100_000 for number in range(30)]
"""More than a spool keeps in memory, and not in whole mebioctets."""
documents = pytest.mark.parametrize(
    "pieces",
    [[], SMALL, [b"x" * SMALL_OCTETS], [b"x" * SMALL_OCTETS, b"y"], LARGE, [b"".join(LARGE)]],
    ids=["empty", "small", "just-small", "just-large", "large", "one-piece"],
)


@pytest.fixture(params=["memory", "disk"])
async def spool(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Spool]:
    made: Spool = MemorySpool() if request.param == "memory" else DiskSpool(tmp_path / "spool")
    await made.open()
    yield made
    await made.close()


async def _read(spool: Spool, key: str) -> bytes:
    async with aclosing(spool.read(key)) as pieces:
        return b"".join([piece async for piece in pieces])


@documents
async def test_a_document_is_read_as_it_was_written(spool: Spool, pieces: Sequence[bytes]) -> None:
    await spool.write(KEY, stream(pieces))
    assert await _read(spool, KEY) == b"".join(pieces)


@documents
async def test_size_and_hash_are_those_of_the_document(spool: Spool, pieces: Sequence[bytes]) -> None:
    octets = b"".join(pieces)
    spooled = await spool.write(KEY, stream(pieces))
    assert (spooled.size_octets, spooled.sha256) == (len(octets), hashlib.sha256(octets).hexdigest())


@pytest.mark.parametrize("pieces", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("fault", [DocumentInterrupted(), ConnectionResetError(), ValueError("odd")])
async def test_an_interrupted_document_leaves_nothing_and_its_reason(
    spool: Spool, pieces: Sequence[bytes], fault: Exception
) -> None:
    with pytest.raises(type(fault)) as caught:
        await spool.write(KEY, stream(pieces, then=fault))
    assert caught.value is fault
    with pytest.raises(NoSuchDocument):
        await _read(spool, KEY)
    assert await spool.sweep([]) == 0


@pytest.mark.parametrize("pieces", [SMALL, LARGE], ids=["small", "large"])
async def test_a_document_cancelled_on_the_way_leaves_nothing(spool: Spool, pieces: Sequence[bytes]) -> None:
    read = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
        read.set()
        await asyncio.Event().wait()

    writing = asyncio.ensure_future(spool.write(KEY, endless()))
    async with asyncio.timeout(30):
        await read.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    with pytest.raises(NoSuchDocument):
        await _read(spool, KEY)
    assert await spool.sweep([]) == 0


async def test_after_an_interruption_the_document_can_come_again(spool: Spool) -> None:
    with pytest.raises(DocumentInterrupted):
        await spool.write(KEY, stream(LARGE, then=DocumentInterrupted()))
    await spool.write(KEY, stream(SMALL))
    assert await _read(spool, KEY) == b"".join(SMALL)


async def test_writing_again_takes_the_place_of_the_first(spool: Spool) -> None:
    await spool.write(KEY, stream([b"first"]))
    await spool.write(KEY, stream([b"second"]))
    assert await _read(spool, KEY) == b"second"


async def test_documents_can_be_written_at_the_same_time(spool: Spool) -> None:
    keys = [f"{KEY}{number}" for number in range(20)]
    async with asyncio.TaskGroup() as tasks:
        for number, key in enumerate(keys):
            tasks.create_task(spool.write(key, stream([bytes([number]) * 300_000])))
    for number, key in enumerate(keys):
        assert await _read(spool, key) == bytes([number]) * 300_000


async def test_a_document_can_be_read_in_part(spool: Spool) -> None:
    await spool.write(KEY, stream(LARGE))
    async with aclosing(spool.read(KEY)) as pieces:
        first = await anext(pieces)
    assert b"".join(LARGE).startswith(first)
    assert len(first) <= 1024 * 1024


async def test_reading_what_is_not_there_says_so(spool: Spool) -> None:
    with pytest.raises(NoSuchDocument):
        await _read(spool, KEY)


async def test_a_deleted_document_is_gone_and_the_others_are_not(spool: Spool) -> None:
    await spool.write(KEY, stream(SMALL))
    await spool.write(OTHER, stream(SMALL))
    await spool.delete([KEY])
    with pytest.raises(NoSuchDocument):
        await _read(spool, KEY)
    assert await _read(spool, OTHER) == b"".join(SMALL)


async def test_deleting_what_is_not_there_is_no_error(spool: Spool) -> None:
    await spool.delete([KEY, OTHER])
    assert await spool.sweep([]) == 0


async def test_sweeping_removes_what_is_not_kept_and_counts_it(spool: Spool) -> None:
    await spool.write(KEY, stream(SMALL))
    await spool.write(OTHER, stream(SMALL))
    assert await spool.sweep([OTHER, "0000-9"]) == 1
    assert await _read(spool, OTHER) == b"".join(SMALL)
    with pytest.raises(NoSuchDocument):
        await _read(spool, KEY)


async def test_it_says_which_documents_are_missing(spool: Spool) -> None:
    await spool.write(KEY, stream(SMALL))
    assert set(await spool.missing([KEY, OTHER, "0000-9"])) == {OTHER, "0000-9"}
    assert not await spool.missing([KEY])
    assert not await spool.missing([])


@pytest.mark.parametrize("key", ["", "../escape", "a/b", "A", "a\0", "é", ".", "a" * 300, "a\n"])
async def test_a_key_that_could_be_another_file_is_refused(spool: Spool, key: str) -> None:
    with pytest.raises(SpoolError):
        await spool.write(key, stream(SMALL))
    with pytest.raises(SpoolError):
        await _read(spool, key)
    with pytest.raises(SpoolError):
        await spool.delete([key])


async def test_a_spool_with_room_is_not_full(spool: Spool) -> None:
    assert not await spool.full()


@pytest.mark.parametrize("pieces", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("gone", [KEY, OTHER])
async def test_each_copy_of_a_document_can_be_deleted_without_the_other(
    spool: Spool, pieces: Sequence[bytes], gone: str
) -> None:
    await spool.write(KEY, stream(pieces))
    await spool.copy(KEY, OTHER)
    assert await _read(spool, OTHER) == b"".join(pieces)
    await spool.delete([gone])
    (left,) = {KEY, OTHER} - {gone}
    assert await _read(spool, left) == b"".join(pieces)
    assert await spool.missing([KEY, OTHER]) == {gone}
    assert await spool.sweep([]) == 1


async def test_what_is_not_there_cannot_be_copied(spool: Spool) -> None:
    with pytest.raises(NoSuchDocument):
        await spool.copy(KEY, OTHER)
    assert await spool.missing([OTHER]) == {OTHER}
