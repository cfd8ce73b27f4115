import asyncio

import pytest

from ippserver.engine.commitment import seen_through
from tests.engine.faults import PATIENCE_SECONDS


async def answer(gate: asyncio.Event, ended: asyncio.Event) -> str:
    await gate.wait()
    ended.set()
    return "done"


async def test_it_answers_what_the_work_answers() -> None:
    gate = asyncio.Event()
    gate.set()
    assert await seen_through(answer(gate, asyncio.Event())) == "done"


async def test_it_raises_what_the_work_raises() -> None:
    async def fail() -> None:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await seen_through(fail())


async def test_a_cancelled_caller_hears_of_it_when_the_work_has_ended() -> None:
    gate, ended = asyncio.Event(), asyncio.Event()
    task = asyncio.ensure_future(seen_through(answer(gate, ended)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not task.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_who_is_cancelled_twice_leaves_the_work_alone() -> None:
    gate, ended = asyncio.Event(), asyncio.Event()
    task = asyncio.ensure_future(seen_through(answer(gate, ended)))
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.wait([task])
    assert not ended.is_set()
    gate.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await ended.wait()


async def test_a_fault_of_the_work_after_a_cancellation_is_nobodys_any_more() -> None:
    gate = asyncio.Event()

    async def fail() -> None:
        await gate.wait()
        raise LookupError("no")

    task = asyncio.ensure_future(seen_through(fail()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
