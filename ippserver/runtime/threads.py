"""Blocking calls in threads, never left running behind the back of whoever asked for them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, suppress
from io import IOBase
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F", bound=IOBase)


async def to_end(work: Awaitable[T]) -> T:
    """The result of `work`; a caller that is cancelled meanwhile hears of it only when `work` has ended.

    A thread cannot be stopped. Were it left alone, its descriptor could be closed, and given to another file,
    while it still writes.
    """
    future = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait((future,))
        except asyncio.CancelledError as order:
            cancelled = order
    if cancelled is None:
        return future.result()
    if not future.cancelled():
        future.exception()  # seen: nobody will ask for it any more
    raise cancelled


class OneBehind:
    """Work that goes on while its caller does something else, one piece at a time."""

    def __init__(self) -> None:
        self._running: asyncio.Future[object] | None = None

    async def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Begins `work` once the piece before it has ended; raises what that one raised."""
        try:
            await self.end()
        except BaseException:
            work.close()
            raise
        self._running = asyncio.ensure_future(work)

    async def end(self) -> None:
        """Returns when the last piece has ended; raises what it raised."""
        running, self._running = self._running, None
        if running is not None:
            await to_end(running)

    async def abandon(self) -> None:
        """Returns when the last piece has ended, whatever it raised."""
        if self._running is not None:
            await to_end(asyncio.gather(self._running, return_exceptions=True))


@asynccontextmanager
async def one_behind() -> AsyncIterator[OneBehind]:
    """Nothing that was begun in the block is running after it; what it raises then, nobody asks for."""
    work = OneBehind()
    try:
        yield work
    finally:
        await work.abandon()


class Workers:
    """A pool of threads for one kind of blocking calls, so that a slow disk delays no name look-up.

    Without `threads` it is the event loop's own pool, which needs no closing.
    """

    def __init__(self, name: str, threads: int | None = None) -> None:
        self.executor = ThreadPoolExecutor(threads, thread_name_prefix=name) if threads else None

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `call` returns or raises, run in a thread; also when cancelled, it has ended on return."""
        loop = asyncio.get_running_loop()
        return await to_end(loop.run_in_executor(self.executor, lambda: call(*args, **kwargs)))

    @asynccontextmanager
    async def opened(self, open_file: Callable[[], F]) -> AsyncIterator[F]:
        """The file that `open_file` opens in a thread, closed in one, also when cancelled meanwhile.

        What closing says is ignored: whoever writes asks fsync.
        """
        held = ExitStack()

        def hold() -> F:
            file = open_file()
            held.callback(file.close)
            return file

        try:
            yield await self.run(hold)
        finally:
            with suppress(OSError):
                await self.run(held.close)

    async def close(self) -> None:
        """Ends the threads; nothing can run afterwards."""
        if self.executor is not None:
            await asyncio.to_thread(self.executor.shutdown)
