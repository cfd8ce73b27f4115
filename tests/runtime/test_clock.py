import asyncio
import time

from ippserver.interfaces import Clock
from ippserver.runtime.clock import SystemClock


def test_now_is_the_systems_wall_clock() -> None:
    clock: Clock = SystemClock()
    assert abs(clock.now() - time.time()) < 60


async def test_sleeping_takes_the_time_it_should() -> None:
    clock: Clock = SystemClock()
    before = clock.monotonic()
    async with asyncio.timeout(30):
        await clock.sleep(0.01)
    assert clock.monotonic() - before >= 0.009
