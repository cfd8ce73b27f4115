"""An engine over stand-ins for the world, and implementations of the plugs that fail or wait when told to."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Coroutine
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any, Final, Self, TypeAlias

from ippserver.engine.intake import Incoming
from ippserver.engine.jobs import Jobs, NewDocument
from ippserver.engine.printers import Printer, PrinterRegistry, Setup
from ippserver.engine.scheduler import Scheduler
from ippserver.engine.timers import Timers
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import Compression, JobStateReason
from ippserver.interfaces import (
    DocumentStream,
    Output,
    OutputError,
    Parcel,
    PrinterRecord,
    Spool,
    Spooled,
)
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from ippserver.model.job import Change, Job, JobDraft
from ippserver.model.printer import PrinterConfig
from ippserver.spools.memory import MemorySpool
from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import CountingIds, FakeClock, job_draft, stream

PATIENCE_SECONDS: Final = 10.0
PATH: Final = "/ipp/print"
CONFIG: Final = PrinterConfig(
    path=PATH, name="office", minimum_processing_seconds=0.0, multiple_operation_time_out_seconds=120
)
TEXT: Final = b"Dear Alice,\n"
Store: TypeAlias = MemoryStore | SqliteStore


class Faults:
    """What goes wrong, by the name of the call: errors that it raises one after the other, then none."""

    def __init__(self) -> None:
        self.errors: dict[str, list[Exception]] = {}
        self.calls: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.reached = asyncio.Event()

    def fails(self, call: str, *errors: Exception) -> None:
        """Has the next calls raise `errors`."""
        self.errors[call] = list(errors)

    def waits(self, call: str) -> asyncio.Event:
        """Has `call` wait until the event, which is answered, is set; `reached` says that it does."""
        self.reached.clear()
        gate = self.gates[call] = asyncio.Event()
        return gate

    async def pass_(self, call: str) -> None:
        """Goes wrong now, if it shall."""
        self.calls.append(call)
        gate = self.gates.get(call)
        if gate is not None:
            self.reached.set()
            await gate.wait()
        if self.errors.get(call):
            raise self.errors[call].pop(0)


class FaultyStore(MemoryStore):
    """A store whose writing fails or waits before it happens, and may wait after it (`create-done` ...)."""

    def __init__(self) -> None:
        super().__init__()
        self.faults = Faults()

    async def create(self, draft: JobDraft) -> Job:
        """As MemoryStore.create."""
        await self.faults.pass_("create")
        job = await super().create(draft)
        await self.faults.pass_("create-done")
        return job

    async def update(self, job_id: int, change: Callable[[Job], Job]) -> Change:
        """As MemoryStore.update."""
        await self.faults.pass_("update")
        done = await super().update(job_id, change)
        await self.faults.pass_("update-done")
        return done

    async def delete(self, job_ids: Collection[int]) -> list[Job]:
        """As MemoryStore.delete."""
        await self.faults.pass_("delete")
        return list(await super().delete(job_ids))

    async def save_printer(self, record: PrinterRecord) -> None:
        """As MemoryStore.save_printer."""
        await self.faults.pass_("save_printer")
        await super().save_printer(record)


class FaultySpool(MemorySpool):
    """A spool whose calls fail or wait."""

    def __init__(self) -> None:
        super().__init__()
        self.faults = Faults()

    async def write(self, key: str, document: DocumentStream) -> Spooled:
        """As MemorySpool.write."""
        await self.faults.pass_("write")
        return await super().write(key, document)

    async def read(self, key: str) -> AsyncGenerator[bytes, None]:
        """As MemorySpool.read."""
        await self.faults.pass_("read")
        async with aclosing(super().read(key)) as pieces:
            async for piece in pieces:
                yield piece

    async def delete(self, keys: Collection[str]) -> None:
        """As MemorySpool.delete."""
        await self.faults.pass_("delete")
        await super().delete(keys)

    @property
    def keys(self) -> frozenset[str]:
        """What is in it."""
        return frozenset(self._documents)


class Tray:
    """An Output that keeps what it gets, once each; it fails or waits when told to."""

    def __init__(self, name: str = "tray") -> None:
        self._name = name
        self.faults = Faults()
        self.delivered: dict[str, bytes] = {}
        self.interrupted = 0
        self.busy = 0
        self.most_busy = 0

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    async def open(self) -> None:
        """Nothing is needed."""

    async def plan(self, parcel: Parcel) -> str:
        """Job and document, by number."""
        await self.faults.pass_("plan")
        return f"{parcel.job.id}-{parcel.document.number}"

    async def deliver(self, parcel: Parcel, target: str, content: DocumentStream) -> str:
        """Keeps the document."""
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        try:
            await self.faults.pass_("deliver")
            octets = b"".join([piece async for piece in content])
        except asyncio.CancelledError:
            self.interrupted += 1
            raise
        finally:
            self.busy -= 1
        if target in self.delivered and self.delivered[target] != octets:
            raise OutputError("there is something else")
        self.delivered[target] = octets
        return target


class House:
    """Everything between requests. What it stores and spools outlives it: see `moved`."""

    def __init__(
        self,
        *outputs: Output,
        configs: Collection[PrinterConfig] = (CONFIG,),
        store: Store | None = None,
        spool: Spool | None = None,
        clock: FakeClock | None = None,
        ids: CountingIds | None = None,
        max_unfinished: int = 1000,
    ) -> None:
        self.outputs = outputs
        self.clock = clock or FakeClock()
        self.store = store or MemoryStore()
        self.spool: Spool = spool or FaultySpool()
        self.ids = ids or CountingIds()
        setups = [Setup(config=config, outputs=outputs) for config in configs]
        self.printers = PrinterRegistry(setups, self.store, self.clock, self.ids)
        self.jobs = Jobs(self.store, self.spool, self.clock, self.ids, max_unfinished=max_unfinished)
        self.scheduler = Scheduler(self.jobs, self.printers, self.clock)
        self.timers = Timers(self.jobs, self.printers, self.clock)
        self.told: list[Change] = []
        self._changed = asyncio.Event()
        self.jobs.watch(self._note)

    def _note(self, change: Change) -> None:
        self.told.append(change)
        self._changed.set()
        self._changed = asyncio.Event()

    async def open(self) -> Self:
        """Makes it ready."""
        await self.printers.open()
        await self.jobs.open()
        return self

    async def moved(self, *outputs: Output, configs: Collection[PrinterConfig] = (CONFIG,)) -> "House":
        """Another server on what this one left behind."""
        house = House(
            *(outputs or self.outputs),
            configs=configs,
            store=self.store,
            spool=self.spool,
            clock=self.clock,
            ids=self.ids,
        )
        return await house.open()

    @property
    def printer(self) -> Printer:
        """The one at PATH."""
        found = self.printers.find(PATH)
        assert found is not None
        return found

    # ---- running

    @asynccontextmanager
    async def printing(self) -> AsyncIterator[None]:
        """Runs the scheduler inside."""
        async with _running(self.scheduler.run()):
            yield

    @asynccontextmanager
    async def minding(self) -> AsyncIterator[None]:
        """Runs the timers inside."""
        async with _running(self.timers.run()):
            yield

    @asynccontextmanager
    async def time_passing(self) -> AsyncIterator[None]:
        """Lets a second pass inside whenever somebody sleeps."""

        async def pass_() -> None:
            while True:
                await self.clock.until_sleeping()
                self.clock.advance(1.0)
                await asyncio.sleep(0)

        async with _running(pass_()):
            yield

    async def until(self, job_id: int, state: JobState) -> Job:
        """The Job as soon as it is in `state`."""
        return await self.until_job(job_id, lambda job: job.state is state)

    async def until_job(self, job_id: int, fits: Callable[[Job], bool]) -> Job:
        """The Job as soon as it `fits`; TimeoutError if it never does."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                changed, job = self._changed, await self.job(job_id)
                if fits(job):
                    return job
                await changed.wait()

    async def job(self, job_id: int) -> Job:
        """The Job as it is in the store."""
        job = await self.store.get(job_id)
        assert job is not None, f"there is no job {job_id}"
        return job

    async def settle(self) -> None:
        """Lets everybody run who can."""
        for _ in range(50):
            await asyncio.sleep(0)

    # ---- asking

    async def print(self, content: bytes = TEXT, *, printer: str = PATH, **draft: Any) -> Job:
        """As Print-Job; `draft` are fields of the JobDraft."""
        made = replace(job_draft(self.ids.uuid(), printer=printer, created=self.clock.now()), **draft)
        return await self.jobs.submit(made, document(content), self.config(printer))

    async def create(self, **draft: Any) -> Job:
        """As Create-Job."""
        reasons = frozenset({JobStateReason.JOB_INCOMING, JobStateReason.JOB_DATA_INSUFFICIENT})
        made = replace(
            job_draft(self.ids.uuid(), state=JobState.PENDING_HELD, created=self.clock.now()),
            reasons=reasons,
            incoming=True,
            **draft,
        )
        return await self.jobs.submit(made, None, self.config(made.printer))

    async def send(self, job_id: int, content: bytes | DocumentStream | None = TEXT, *, last: bool) -> Job:
        """As Send-Document."""
        sent = None if content is None else document(content)
        return await self.jobs.add_document(job_id, sent, self.config(PATH), last=last)

    def config(self, path: str) -> PrinterConfig:
        """Of the Printer at `path`, also where it is none any more."""
        printer = self.printers.find(path)
        return CONFIG if printer is None else printer.config

    async def spooled(self) -> frozenset[str]:
        """What the spool holds beside what the store knows of, or the other way round."""
        assert isinstance(self.spool, FaultySpool)
        return self.spool.keys ^ frozenset(await self.store.spool_keys())


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.result()


def document(
    content: bytes | DocumentStream,
    *,
    media_type: str = formats.OCTET_STREAM,
    compression: Keyword = Compression.NONE,
) -> NewDocument:
    """A document as a request brings it."""
    pieces = stream([content]) if isinstance(content, bytes) else content
    return NewDocument(incoming=Incoming(stream=pieces, format=media_type, compression=compression))
