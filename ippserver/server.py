"""What runs: one coroutine, one TaskGroup; everything starts and stops here, in this order."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final, TypeAlias

from ippserver.engine.advertising import Advertising
from ippserver.engine.events import EventHub
from ippserver.engine.jobs import Jobs
from ippserver.engine.printers import PrinterRegistry
from ippserver.engine.retention import Retention
from ippserver.engine.scheduler import Scheduler
from ippserver.engine.timers import Timers
from ippserver.interfaces import Converter, JobStore, Output, Spool
from ippserver.web.service import WebService

logger: Final = logging.getLogger(__name__)

Addresses: TypeAlias = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The living parts of one server, put together by `app`."""

    store: JobStore
    spool: Spool
    outputs: tuple[Output, ...]
    printers: PrinterRegistry
    jobs: Jobs
    events: EventHub
    scheduler: Scheduler
    timers: Timers
    retention: Retention
    web: WebService
    listeners: Addresses
    advertising: Advertising | None = None
    converter: Converter | None = None

    async def run(self, stop: asyncio.Event, ready: Callable[[Addresses], None]) -> None:
        """Serves until `stop` is set; calls `ready` with the real addresses once clients are served.

        Requests that are under way are answered before it returns, and what is in process goes on at the
        next start.

        Raises:
            StoreError, SpoolError, OutputError: A part cannot work; nothing is left open.
            BindError, UnsafeParser: It cannot listen.
        """
        async with AsyncExitStack() as parts:
            await self._open(parts)
            await self._listen()
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self.scheduler.run(), name="scheduler"),
                    group.create_task(self.timers.run(), name="timers"),
                    group.create_task(self.retention.run(), name="retention"),
                    group.create_task(self.printers.run(), name="printers"),
                    group.create_task(self.events.run(), name="events"),
                ]
                if self.converter is not None:
                    tasks.append(group.create_task(self.converter.run(), name="converter"))
                if self.advertising is not None:
                    told = self.advertising.run(self.web.addresses)
                    tasks.append(group.create_task(told, name="advertising"))
                try:
                    ready(self.web.addresses)
                    await stop.wait()
                finally:
                    self.events.stop()  # first, for the requests that wait for events
                    if self.advertising is not None:
                        tasks.pop().cancel()  # nobody is sent to us any more
                    await self.web.stop()
                    for task in tasks:
                        task.cancel()
            await self.jobs.put_back()
            await self.events.close()
            await self.printers.close()
            logger.info("stopped")

    async def _open(self, parts: AsyncExitStack) -> None:
        parts.push_async_callback(self.store.close)
        await self.store.open()
        parts.push_async_callback(self.spool.close)
        await self.spool.open()
        if self.converter is not None:
            await self.converter.open()
        for output in self.outputs:
            await output.open()
        await self.printers.open()
        await self.events.open()
        await self.jobs.open()
        self.events.begin()

    async def _listen(self) -> None:
        # Before the tasks begin: what it raises is told as it is, not wrapped up in their group.
        try:
            await self.web.start(self.listeners)
        except BaseException:
            await self.web.stop()
            raise
