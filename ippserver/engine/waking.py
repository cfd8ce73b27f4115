"""Sleep that something may end before its time."""

import asyncio
from collections.abc import Iterable

from ippserver.interfaces import Clock


async def woken(clock: Clock, seconds: float, *events: asyncio.Event) -> None:
    """Returns after `seconds`, or as soon as one of `events` is set."""
    async with asyncio.TaskGroup() as group:
        tasks: Iterable[asyncio.Task[object]] = [
            group.create_task(clock.sleep(seconds)),
            *(group.create_task(event.wait()) for event in events),
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
