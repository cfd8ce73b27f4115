import asyncio

from ippserver.interfaces import Clock, Ids
from ippserver.testing.fakes import CountingIds, FakeClock


async def _sleep(clock: Clock, seconds: float, woken: asyncio.Queue[float]) -> None:
    await clock.sleep(seconds)
    woken.put_nowait(seconds)


async def test_advancing_wakes_those_whose_moment_has_come_in_order() -> None:
    clock, woken = FakeClock(), asyncio.Queue[float]()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for seconds in (30, 10, 20):
            tasks.create_task(_sleep(clock, seconds, woken))
        await clock.until_sleeping(3)
        clock.advance(20)
        assert [await woken.get(), await woken.get(), woken.qsize()] == [10, 20, 0]
        clock.advance(10)
        assert await woken.get() == 30


async def test_a_sleeper_that_is_cancelled_is_forgotten() -> None:
    clock = FakeClock()
    task = asyncio.ensure_future(clock.sleep(5))
    async with asyncio.timeout(30):
        await clock.until_sleeping()
    task.cancel()
    await asyncio.wait([task])
    assert clock.sleepers == 0
    clock.advance(10)


async def test_sleeping_for_no_time_returns() -> None:
    async with asyncio.timeout(30):
        await FakeClock().sleep(0)


def test_correcting_the_wall_clock_leaves_the_monotonic_one_alone() -> None:
    clock = FakeClock()
    clock.advance(3)
    clock.set_wall_clock(17.0)
    assert (clock.now(), clock.monotonic()) == (17.0, 3.0)


def test_ids_count_from_one() -> None:
    ids: Ids = CountingIds()
    assert [ids.uuid()[-2:] for _ in range(2)] == ["01", "02"]
