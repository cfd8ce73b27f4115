import pytest

from ippserver.interfaces import SpoolFailed, SpoolFull
from ippserver.spools.memory import MemorySpool
from ippserver.testing.fakes import stream


async def test_a_document_beyond_the_limit_fails_and_leaves_its_room() -> None:
    spool = MemorySpool(max_octets=10)
    with pytest.raises(SpoolFailed):
        await spool.write("a", stream([b"01234", b"567890"]))
    await spool.write("a", stream([b"0123456789"]))
    assert await spool.full()


async def test_a_full_spool_refuses_before_it_reads() -> None:
    spool = MemorySpool(max_octets=3)
    await spool.write("a", stream([b"abc"]))
    with pytest.raises(SpoolFull):
        await spool.write("b", stream([], then=AssertionError("it was read")))


async def test_replaced_and_deleted_documents_give_their_room_back() -> None:
    spool = MemorySpool(max_octets=4)
    await spool.write("a", stream([b"abc"]))
    await spool.write("a", stream([b"a"]))
    await spool.write("b", stream([b"b"]))
    await spool.delete(["a", "b", "c"])
    await spool.write("d", stream([b"abcd"]))
    assert await spool.sweep([]) == 1
    assert not await spool.full()
