"""Steps that are seen through once they are begun, whoever is cancelled meanwhile."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def seen_through(work: Coroutine[Any, Any, T]) -> T:
    """What `work` answers; a caller that is cancelled hears of it only when `work` has ended.

    What the store has committed must be told: else the engine would go on with a Job that is no more as it
    thinks (a client that goes away, a server that stops).
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
