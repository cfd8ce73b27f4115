"""Time that passes only while nothing happens: deadlines expire at once, but never by a stall of the machine.

For tests of deadlines whose clients and servers all run on the test's own event loop. Who waits for another
process, or for a thread that the loop has not started, must not use it: such waiting looks like nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from typing import Any, Final

import pytest

QUIET_SECONDS: Final = 0.05
"""Of the real clock: what one end of a connection on loopback sends is at the other end long before."""


@pytest.fixture
async def leaping(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The loop's clock stands still, and leaps to the next timer when there is nothing else to do."""
    loop: Any = asyncio.get_running_loop()  # Any: no public name leads to its selector
    now: float = loop.time()
    select, run_in_executor = loop._selector.select, loop.run_in_executor
    at_work: set[asyncio.Future[Any]] = set()

    def time() -> float:
        return now

    def select_or_leap(seconds: float | None = None) -> list[Any]:
        nonlocal now
        if seconds is None or seconds <= 0:
            return select(seconds)  # type: ignore[no-any-return] # what the selector answers
        events = select(QUIET_SECONDS) or (at_work and select(None))
        if not events:
            now += seconds
        return list(events)

    def noted(executor: Executor | None, call: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = run_in_executor(executor, call, *arguments)
        at_work.add(future)
        future.add_done_callback(at_work.discard)
        return future

    with monkeypatch.context() as patch:
        patch.setattr(loop, "time", time)
        patch.setattr(loop._selector, "select", select_or_leap)
        patch.setattr(loop, "run_in_executor", noted)
        yield
