"""An engine over stand-ins for the world."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final, Self, TypeAlias

from ippserver.engine.events import EventHub
from ippserver.engine.intake import Incoming
from ippserver.engine.jobs import Jobs, NewDocument
from ippserver.engine.printer import Printer
from ippserver.engine.printers import PrinterRegistry
from ippserver.engine.renditions import Renditions
from ippserver.engine.scheduler import Scheduler
from ippserver.engine.setup import Setup
from ippserver.engine.timers import Timers
from ippserver.iana.enums import JobState, PrinterState
from ippserver.iana.keywords import Compression, JobStateReason
from ippserver.interfaces import Converter, DocumentInterrupted, DocumentStream, JobQuery, Output, Spool
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from ippserver.model.conversion import Wanted
from ippserver.model.delivery import ONCE, RetryPolicy
from ippserver.model.errors import BadRequest, DocumentFormatError, RequestEntityTooLarge
from ippserver.model.job import Change, Job
from ippserver.model.parcel import Recall, Wish
from ippserver.model.printer import PrinterConfig
from ippserver.model.states import JobEvent
from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import CountingIds, FakeClock, job_draft, stream
from tests.engine.faults import PATIENCE_SECONDS, Faults, FaultySpool, FaultyStore

PATH: Final = "/ipp/print"
CONFIG: Final = PrinterConfig(
    path=PATH, name="office", minimum_processing_seconds=0.0, multiple_operation_time_out_seconds=120
)
TEXT: Final = b"Dear Alice,\n"
Store: TypeAlias = MemoryStore | SqliteStore


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
        advertised: bool = False,
        retry: RetryPolicy = ONCE,
        wanted: Mapping[str, Wanted] | None = None,
        wishes: Mapping[str, Wish] | None = None,
        gather: Collection[str] = (),
        recalls: Mapping[str, Recall] | None = None,
        converter: Converter | None = None,
    ) -> None:
        self.outputs = outputs
        self.retry = retry
        self.wanted = wanted
        self.recalls = recalls
        self.wishes = wishes
        self.gather = gather
        self.converter = converter
        self.clock = clock or FakeClock()
        self.store = store or MemoryStore()
        self.spool: Spool = spool or FaultySpool()
        self.ids = ids or CountingIds()
        retries = {output.name: retry for output in outputs}
        setups = [
            Setup(
                config=config,
                outputs=outputs,
                retries=retries,
                wanted=wanted or {},
                wishes=wishes or {},
                gather=frozenset(gather),
                recalls=recalls or {},
                advertised=advertised,
            )
            for config in configs
        ]
        self.printers = PrinterRegistry(setups, self.store, self.clock, self.ids)
        self.jobs = Jobs(self.store, self.spool, self.clock, self.ids, max_unfinished=max_unfinished)
        renditions = None if converter is None else Renditions(converter, self.spool)
        self.scheduler = Scheduler(self.jobs, self.printers, self.clock, renditions=renditions)
        self.events = EventHub(
            self.store, self.jobs, self.printers, self.clock, started=self.clock.monotonic()
        )
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
        await self.events.open()
        await self.jobs.open()
        self.events.begin()
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
            retry=self.retry,
            wanted=self.wanted,
            recalls=self.recalls,
            wishes=self.wishes,
            gather=self.gather,
            converter=self.converter,
        )
        return await house.open()

    @property
    def printer(self) -> Printer:
        """The one at PATH."""
        found = self.printers.find(PATH)
        assert found is not None
        return found

    @property
    def store_faults(self) -> Faults:
        """What shall go wrong with its FaultyStore."""
        assert isinstance(self.store, FaultyStore)
        return self.store.faults

    @property
    def spool_faults(self) -> Faults:
        """What shall go wrong with its FaultySpool."""
        assert isinstance(self.spool, FaultySpool)
        return self.spool.faults

    @property
    def keys(self) -> frozenset[str]:
        """Of the documents in its FaultySpool."""
        assert isinstance(self.spool, FaultySpool)
        return self.spool.keys

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

    async def cancel(self, job: Job) -> Job:
        """As Cancel-Job of its owner."""
        adds = {JobStateReason.JOB_CANCELED_BY_USER}
        return await self.jobs.apply(job.id, lambda job: job.on(JobEvent.CANCEL, self.clock.now(), adds=adds))

    # ---- looking

    async def spooled(self) -> frozenset[str]:
        """What the spool holds beside what the store knows of, or the other way round."""
        return self.keys ^ frozenset(await self.store.spool_keys())

    async def assert_nothing_is_left(self) -> None:
        """No job, no document row, no file (SECURITY, state S0)."""
        assert await self.store.query(JobQuery()) == []
        assert self.jobs.unfinished == {}
        assert self.keys == frozenset()

    def assert_idle(self) -> None:
        """Nobody works, and nothing waits."""
        status = self.printer.status
        assert (status.processing, status.queued, status.state) == (0, 0, PrinterState.IDLE)


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


async def house_of(
    *outputs: Output,
    store: Store | None = None,
    spool: Spool | None = None,
    retry: RetryPolicy = ONCE,
    **config: Any,
) -> House:
    """An open House whose one Printer is as `config` says."""
    configs = [replace(CONFIG, **config)]
    return await House(*outputs, configs=configs, store=store, spool=spool, retry=retry).open()


SMALL: Final = replace(CONFIG, max_document_octets=4096)


def _interrupted(pieces: int) -> NewDocument:
    return document(stream([b"x" * 600] * pieces, then=DocumentInterrupted()))


FAULTY_DOCUMENTS: Final[Sequence[tuple[Callable[[], NewDocument], type[Exception]]]] = (
    (lambda: document(b""), BadRequest),
    (lambda: document(stream([b"", b""])), BadRequest),
    (lambda: document(b"no pdf", media_type=formats.PDF), DocumentFormatError),
    (lambda: document(b"x" * (SMALL.max_document_octets + 1)), RequestEntityTooLarge),
    *((partial(_interrupted, pieces), DocumentInterrupted) for pieces in range(4)),
)
"""Documents that the Printer SMALL refuses, and with what."""
