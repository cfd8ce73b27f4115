"""How long the steps of an event loop take in processor time: what is ours, however busy the machine is."""

import asyncio
import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MOST_SECONDS = 0.1
"""No step of the server's loop may take longer: nobody else is answered meanwhile (SECURITY P13)."""


@dataclass(slots=True)
class Steps:
    """What was seen so far."""

    longest_seconds: float = 0.0


@contextmanager
def steps(thread: str | None = None) -> Iterator[Steps]:
    """Watches the loop of the `thread` with that name, or of this one.

    What other tests have left in memory is not looked through for garbage meanwhile: a server has none of it.
    """
    watched = thread or threading.current_thread().name
    run, seen = asyncio.Handle._run, Steps()

    def measured(self: asyncio.Handle) -> None:
        if threading.current_thread().name != watched:
            run(self)
            return
        begun = time.thread_time()
        try:
            run(self)
        finally:
            seen.longest_seconds = max(seen.longest_seconds, time.thread_time() - begun)

    gc.freeze()
    asyncio.Handle._run = measured  # type: ignore[method-assign] # what every loop calls, and nothing else
    try:
        yield seen
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]
        gc.unfreeze()
