"""The measure of what an event loop is kept from."""

import asyncio
import hashlib
import time

from tests.steps import steps


def busy(seconds: float) -> None:
    """Computes for so long."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        hashlib.sha256(bytes(1000)).digest()


async def test_a_step_that_computes_is_seen_and_one_that_waits_or_computes_elsewhere_is_not() -> None:
    with steps() as waiting:
        await asyncio.sleep(0.1)
        await asyncio.to_thread(busy, 0.1)
    with steps() as computing:
        asyncio.get_running_loop().call_soon(busy, 0.1)
        await asyncio.sleep(0)
    assert waiting.longest_seconds < 0.05
    assert computing.longest_seconds >= 0.1
