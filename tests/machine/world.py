"""A server without its network on stand-ins for the world, which can be stopped, crash, and start again."""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Sequence, Sized
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Final, cast

from ippserver.engine.retention import Retention, RetentionPolicy
from ippserver.engine.timers import Timers
from ippserver.interfaces import DocumentStream, OutputError, Parcel, Spool
from ippserver.model.access import Preset
from ippserver.model.printer import PrinterConfig
from ippserver.model.subscription import NotificationTerms
from ippserver.spools.disk import DiskSpool
from ippserver.spools.memory import MemorySpool
from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.desk import Desk, Store
from ippserver.testing.fakes import CountingIds, FakeClock
from tests.machine import records, subscriptions

_PATIENCE_SECONDS: Final = 30.0
_READS: Final = frozenset(
    {
        "open",
        "close",
        "get",
        "query",
        "ids",
        "forgotten",
        "excess",
        "kept",
        "overdue",
        "spool_keys",
        "load_printer",
        "subscriptions",
        "last_subscription_id",
    }
)
"""What a store does that changes nothing; everything else is made to fail now and then."""

CONFIGS: Final = tuple(
    PrinterConfig(
        path=path,
        name=f"Printer {number}",
        concurrency=number,
        minimum_processing_seconds=0,
        multiple_operation_time_out_seconds=records.TIME_OUT_SECONDS,
        max_documents_per_job=records.MAX_DOCUMENTS,
    )
    for number, path in enumerate(("/ipp/print", "/ipp/second"), 1)
)
_TERMS: Final = NotificationTerms(
    event_life_seconds=subscriptions.EVENT_LIFE_SECONDS,
    lease_seconds=subscriptions.LEASE_SECONDS,
    max_lease_seconds=subscriptions.MAX_LEASE_SECONDS,
    infinite_leases=True,
    max_subscriptions=subscriptions.MAX_SUBSCRIPTIONS,
    max_subscriptions_per_user=subscriptions.MAX_OF_ONE_USER,
    max_events=subscriptions.MAX_HELD,
)
PATHS: Final = tuple(config.path for config in CONFIGS)


@dataclass(slots=True)
class Traffic:
    """The calls that are under way to a store and a spool, and the one that shall fail."""

    under_way: int = 0
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None
    calls: Callable[[str], bool] = lambda name: False

    def begin(self, name: str) -> None:
        """A call begins; it fails here if it shall."""
        if self.error is not None and self.calls(name):
            error, self.error = self.error, None
            raise error
        self.under_way += 1
        self.quiet.clear()

    def end(self) -> None:
        """A call has ended."""
        self.under_way -= 1
        if not self.under_way:
            self.quiet.set()


class Watched:
    """`real`, whose calls are counted in `traffic` and fail when that says so."""

    def __init__(self, real: object, traffic: Traffic, kind: str) -> None:
        self._real = real
        self._traffic = traffic
        self._kind = kind

    def __getattr__(self, name: str) -> Any:  # Any: whatever the real one has
        found = getattr(self._real, name)
        if inspect.iscoroutinefunction(found):
            found = self._counted(f"{self._kind}.{name}", found)
        elif inspect.isasyncgenfunction(found):
            found = self._counted_pieces(f"{self._kind}.{name}", found)
        self.__dict__[name] = found
        return found

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(real)
        async def call(*arguments: Any, **named: Any) -> Any:
            self._traffic.begin(name)
            try:
                return await real(*arguments, **named)
            finally:
                self._traffic.end()

        return call

    def _counted_pieces(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(real)
        async def pieces(*arguments: Any, **named: Any) -> AsyncGenerator[bytes, None]:
            async with aclosing(real(*arguments, **named)) as source:
                while True:
                    self._traffic.begin(name)
                    try:
                        piece = await anext(source, None)
                    finally:
                        self._traffic.end()
                    if piece is None:
                        return
                    yield piece

        return pieces


def store_writes(name: str) -> bool:
    """Whether the call changes what a store has."""
    return name.startswith("store.") and name.removeprefix("store.") not in _READS


@dataclass(slots=True)
class _Gate:
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, too, where a stubborn output is to wait no longer."""
    jammed: bool = False


class Outlet:
    """An Output that waits with each Job until it is told how that ends; `stubborn`, it stops only then."""

    name = "outlet"

    def __init__(self) -> None:
        self.stubborn = False
        self.delivered: dict[tuple[int, int], bytes] = {}
        self.busy: set[int] = set()
        self._gates: dict[int, _Gate] = {}

    async def open(self) -> None:
        """Nothing is needed."""

    async def plan(self, parcel: Parcel) -> str:
        """Job and document, by number."""
        return f"{parcel.job.id}-{parcel.document.number}"

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Keeps the document as soon as it may."""
        gate = self._gates.setdefault(parcel.job.id, _Gate())
        self.busy.add(parcel.job.id)
        try:
            await self._passed(gate, parcel.job.id)
            self.delivered[parcel.job.id, parcel.document.number] = b"".join(
                [piece for each in contents async for piece in each]
            )
        finally:
            self.busy.discard(parcel.job.id)
        return target

    async def _passed(self, gate: _Gate, job_id: int) -> None:
        try:
            await gate.opened.wait()
        except asyncio.CancelledError:
            if self.stubborn:
                await gate.left.wait()
            del self._gates[job_id]  # what opened it is nothing to those who come later
            raise
        if gate.jammed:
            raise OutputError("jam")

    def end(self, job_id: int, *, jammed: bool) -> None:
        """Has the work on a Job end."""
        gate = self._gates[job_id]
        gate.jammed = jammed
        gate.opened.set()
        gate.left.set()

    def give_way(self) -> None:
        """Is stubborn no more, also where it has been told to stop already."""
        self.stubborn = False
        for gate in self._gates.values():
            gate.left.set()

    def tidy(self) -> None:
        """Forgets the gates where nobody waits any more."""
        self._gates = {job_id: gate for job_id, gate in self._gates.items() if job_id in self.busy}


class World:
    """One server after the other on the same store, spool, clock and ids."""

    def __init__(self, kind: str, folder: Path) -> None:
        """`kind` is that of the store and spool: memory, or sqlite with a folder of files."""
        self._kind = kind
        self._folder = folder
        self.clock = FakeClock()
        self.traffic = Traffic()
        self.outlet = Outlet()
        self._ids = CountingIds()
        self._memory = MemoryStore(), MemorySpool()
        self._tasks: list[asyncio.Task[None]] = []
        self._started = 0.0

    @property
    def up_time(self) -> int:
        """printer-up-time."""
        return int(self.clock.monotonic() - self._started) + 1

    async def open(self) -> None:
        """Starts a server."""
        self._started = self.clock.monotonic()
        store, spool = self._backends()
        await store.open()
        await spool.open()
        self.store, self.spool = store, spool
        self.desk = Desk(
            *CONFIGS,
            preset=Preset.HOME,
            outputs=(self.outlet,),
            store=store,
            spool=spool,
            max_unfinished=records.MAX_UNFINISHED,
            terms=_TERMS,
            clock=self.clock,
            ids=self._ids,
        )
        timers = Timers(self.desk.jobs, self.desk.printers, self.clock)
        policy = RetentionPolicy(seconds=None, jobs=records.MAX_HISTORY, octets=None)
        self.retention = Retention(self.desk.jobs, policy, self.clock)
        await self.desk.open()
        works = (self.desk.scheduler.run(), timers.run(), self.desk.printers.run(), self.desk.events.run())
        self._tasks = [asyncio.create_task(work) for work in works]
        await self.settle()

    def _backends(self) -> tuple[Store, Spool]:
        store: object
        spool: object
        store, spool = self._memory
        if self._kind == "sqlite":
            store = SqliteStore(self._folder / "store" / "jobs.sqlite3")
            spool = DiskSpool(self._folder / "spool", min_free_octets=0)
        watched = Watched(store, self.traffic, "store"), Watched(spool, self.traffic, "spool")
        return cast(Store, watched[0]), cast(Spool, watched[1])

    async def abandon(self) -> None:
        """Ends the server if it runs, in whatever state it is."""
        if not self._tasks:
            return
        self.outlet.give_way()
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        self._tasks = []
        await self.spool.close()
        await self.store.close()

    async def stop(self, *, crashed: bool) -> None:
        """Ends the server; one that has not crashed leaves everything in good order. Nothing goes on then."""
        self.outlet.give_way()
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        for task in self._tasks:
            if not task.cancelled():
                task.result()
        self._tasks = []
        if not crashed:
            self.desk.events.stop()
            await self.desk.jobs.put_back()
            await self.desk.events.close()
        await self.spool.close()
        await self.store.close()
        self.outlet.tidy()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks are left: {left}"
        assert not self.outlet.busy, "outputs work on"
        assert not self.clock.sleepers, "somebody sleeps"

    async def settle(self) -> None:
        """Returns when nobody can go on but by an answer, an output or the time."""
        runnable: Sized = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # who knows better?
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await asyncio.sleep(0)
            while runnable or self.traffic.under_way:
                if self.traffic.under_way:
                    await self.traffic.quiet.wait()
                await asyncio.sleep(0)
        self.outlet.tidy()
