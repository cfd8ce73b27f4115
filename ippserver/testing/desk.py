"""The operations of a server without its network: for tests of what is answered, octet by octet."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol, Self

from ippserver.engine.events import EventHub
from ippserver.engine.jobs import Jobs
from ippserver.engine.passwords import Passwords
from ippserver.engine.printers import PrinterRegistry
from ippserver.engine.retention import RetentionPolicy
from ippserver.engine.scheduler import Scheduler
from ippserver.engine.setup import Setup
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.interfaces import (
    DocumentStream,
    Fetcher,
    Ids,
    JobStore,
    Output,
    OutputError,
    Parcel,
    PrinterStore,
    Spool,
    SubscriptionStore,
)
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.limits import CLIENT_LIMITS
from ippserver.ipp.message import Request, Response, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Charset, NaturalLanguage, OutOfBand
from ippserver.model.access import Preset, Principal
from ippserver.model.job import Change, Job
from ippserver.model.language import Languages
from ippserver.model.printer import PrinterConfig
from ippserver.model.subscription import NotificationTerms
from ippserver.model.subscription_template import advertised
from ippserver.operations.advertised import (
    advertised_history,
    advertised_languages,
    advertised_operations,
)
from ippserver.operations.answer import Lasting
from ippserver.operations.declare import Services
from ippserver.operations.dispatch import Dispatcher
from ippserver.operations.origin import Origin
from ippserver.operations.table import operations
from ippserver.spools.memory import MemorySpool
from ippserver.stores.memory import MemoryStore
from ippserver.testing.fakes import CountingIds, FakeClock, stream
from ippserver.testing.wire import decode

PRINTER: Final = PrinterConfig(path="/ipp/print", name="Office", minimum_processing_seconds=0)
AUTHORITY: Final = "printer.local"
URI: Final = f"ipp://{AUTHORITY}/ipp/print"
PDF: Final = b"%PDF-1.7\n% one page, as far as anybody here looks\n%%EOF\n"
_PATIENCE_SECONDS: Final = 30.0


class Store(JobStore, PrinterStore, SubscriptionStore, Protocol):
    """What keeps Jobs, Printers and Subscriptions."""


class Tray:
    """An Output that keeps what it gets, and, while `open_for` is not set, never finishes."""

    name = "tray"

    def __init__(self, *, open_at_once: bool = True, fault: str = "") -> None:
        """With `fault` every delivery fails for that reason."""
        self.delivered: dict[str, bytes] = {}
        self.working = asyncio.Event()
        self.may_finish = asyncio.Event()
        self._fault = fault
        if open_at_once:
            self.may_finish.set()

    async def open(self) -> None:
        """Nothing is needed."""

    async def plan(self, parcel: Parcel) -> str:
        """Job and document, by number."""
        return f"{parcel.job.id}-{parcel.document.number}"

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Keeps the document once it may."""
        self.working.set()
        await self.may_finish.wait()
        if self._fault:
            raise OutputError(self._fault)
        self.delivered[target] = b"".join([piece for each in contents async for piece in each])
        return target


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, decoded from its octets."""

    response: Response
    lasting: Lasting | None = None
    """How long it holds."""
    document: bytes = b""
    """What follows it."""

    @property
    def status(self) -> Status:
        """Its status-code."""
        return Status(self.response.status_code)

    @property
    def operation(self) -> AttributeGroup:
        """Its operation attributes."""
        return self.response.group(GroupTag.OPERATION)

    @property
    def unsupported(self) -> tuple[Attribute, ...]:
        """What stands in its Unsupported group."""
        return self.response.group(GroupTag.UNSUPPORTED).attributes

    @property
    def printer(self) -> AttributeGroup:
        """The attributes of a Printer in it."""
        return self.response.group(GroupTag.PRINTER)

    @property
    def jobs(self) -> list[AttributeGroup]:
        """The attributes of every Job in it."""
        return [group for group in self.response.groups if group.tag == GroupTag.JOB]

    @property
    def subscriptions(self) -> list[AttributeGroup]:
        """The attributes of every Subscription in it."""
        return [group for group in self.response.groups if group.tag == GroupTag.SUBSCRIPTION]

    @property
    def subscription(self) -> AttributeGroup:
        """The attributes of the one Subscription in it."""
        (group,) = self.subscriptions
        return group

    @property
    def events(self) -> list[AttributeGroup]:
        """The Event Notifications in it."""
        return [group for group in self.response.groups if group.tag == GroupTag.EVENT_NOTIFICATION]

    @property
    def job(self) -> AttributeGroup:
        """The attributes of the one Job in it."""
        (group,) = self.jobs
        return group

    @property
    def job_id(self) -> int:
        """The job-id in it."""
        found = names.JOB_ID.get(self.job)
        assert found is not None, "the answer names no job"
        return found


class Desk:
    """A Dispatcher over memory and a clock that stands still; nothing is printed but inside `printing`."""

    def __init__(
        self,
        *printers: PrinterConfig,
        preset: Preset = Preset.OPEN,
        outputs: Sequence[Output] = (),
        fetcher: Fetcher | None = None,
        spool: Spool | None = None,
        store: Store | None = None,
        max_unfinished: int = 1000,
        terms: NotificationTerms | None = None,
        clock: FakeClock | None = None,
        ids: Ids | None = None,
        languages: Languages | None = None,
    ) -> None:
        """`printers` default to one, at /ipp/print; documents are printed by reference given a `fetcher`."""
        self.clock = clock or FakeClock()
        self.spool: Spool = spool or MemorySpool()
        self.store: Store = store or MemoryStore()
        specs = operations(by_reference=fetcher is not None)
        terms = terms or NotificationTerms()
        languages = languages or Languages()
        more = (
            *advertised_operations(specs),
            *advertised_history(RetentionPolicy().seconds),
            *advertised(terms),
            *advertised_languages(languages),
        )
        setups = [
            Setup(config=config, outputs=tuple(outputs), attributes=more) for config in printers or (PRINTER,)
        ]
        ids = ids or CountingIds()
        self.printers = PrinterRegistry(setups, self.store, self.clock, ids)
        self.jobs = Jobs(self.store, self.spool, self.clock, ids, max_unfinished=max_unfinished)
        self.scheduler = Scheduler(self.jobs, self.printers, self.clock)
        self.events = EventHub(
            self.store,
            self.jobs,
            self.printers,
            self.clock,
            started=self.clock.monotonic(),
            terms=terms,
        )
        self.services = Services(
            printers=self.printers,
            jobs=self.jobs,
            clock=self.clock,
            ids=ids,
            preset=preset,
            events=self.events,
            passwords=Passwords(self.jobs, self.clock, ids),
            fetcher=fetcher,
            languages=languages,
        )
        self.dispatcher = Dispatcher(specs, self.services)
        self._changed = asyncio.Event()
        self.jobs.watch(self._note)

    async def open(self) -> Self:
        """Makes it ready."""
        await self.printers.open()
        await self.events.open()
        await self.jobs.open()
        self.events.begin()
        return self

    def _note(self, change: Change) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    # ---- asking

    async def ask(
        self,
        operation: int,
        *attributes: Attribute,
        job: Iterable[Attribute] | None = None,
        printer: Iterable[Attribute] | None = None,
        subscriptions: Iterable[Iterable[Attribute]] = (),
        more: Iterable[AttributeGroup] = (),
        document: bytes | DocumentStream = b"",
        target: Iterable[Attribute] = (names.PRINTER_URI.of(URI),),
        user: str | None = "alice",
        language: str = "en",
        version: tuple[int, int] = (1, 1),
        request_id: int = 1,
        origin: Origin | None = None,
    ) -> Answer:
        """The answer to a request with `attributes` after the usual ones, and groups of others if any."""
        usual = [
            names.ATTRIBUTES_CHARSET.of(Charset("utf-8")),
            names.ATTRIBUTES_NATURAL_LANGUAGE.of(NaturalLanguage(language)),
            *target,
            *([] if user is None else [names.REQUESTING_USER_NAME.of(user)]),
        ]
        groups = [AttributeGroup(GroupTag.OPERATION, (*usual, *attributes))]
        if job is not None:
            groups.append(AttributeGroup(GroupTag.JOB, job))
        if printer is not None:
            groups.append(AttributeGroup(GroupTag.PRINTER, printer))
        groups += [AttributeGroup(GroupTag.SUBSCRIPTION, each) for each in subscriptions]
        groups += more
        request = Request(
            version=Version(*version), operation_id=operation, request_id=request_id, groups=tuple(groups)
        )
        return await self.answer(request, document=document, origin=origin)

    async def ask_of(
        self,
        operation: int,
        job_id: int,
        *attributes: Attribute,
        document: bytes | DocumentStream = b"",
        user: str | None = "alice",
    ) -> Answer:
        """As `ask`, about a Job, by printer-uri and job-id."""
        target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id))
        return await self.ask(operation, *attributes, document=document, target=target, user=user)

    async def create(
        self,
        operation: int,
        *attributes: Attribute,
        job: Iterable[Attribute] | None = None,
        subscriptions: Iterable[Iterable[Attribute]] = (),
    ) -> Answer:
        """As `ask`, of an operation that creates a Job or says whether it would: Print-Job brings PDF."""
        document = PDF if operation == Operation.PRINT_JOB else b""
        return await self.ask(operation, *attributes, job=job, subscriptions=subscriptions, document=document)

    async def answer(
        self, request: Request, *, document: bytes | DocumentStream = b"", origin: Origin | None = None
    ) -> Answer:
        """The answer to `request`, which is encoded and decoded on its way, as the answer is."""
        if isinstance(document, bytes):
            document = stream([document] if document else [])
        came = decode(request.encode())
        given = await self.dispatcher.dispatch(came, origin or here(), document)
        decoder = Decoder(Response, CLIENT_LIMITS)
        assert decoder.feed(given.response.encode()), "the answer has an end"
        assert not decoder.remainder, "nothing follows an answer"
        enclosed = given.document
        return Answer(
            decoder.message,
            given.lasting,
            b"" if enclosed is None else b"".join([piece async for piece in enclosed.octets]),
        )

    # ---- looking behind it

    async def job(self, job_id: int) -> Job:
        """The Job as it is in the store."""
        found = await self.store.get(job_id)
        assert found is not None, f"there is no job {job_id}"
        return found

    async def content(self, job: Job) -> list[bytes]:
        """What the spool has of each document of the Job."""
        return [b"".join([piece async for piece in self.spool.read(one.key)]) for one in job.documents]

    @asynccontextmanager
    async def printing(self) -> AsyncIterator[None]:
        """Has Jobs printed inside; what is in process then is put back."""
        task = asyncio.create_task(self.scheduler.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            await self.jobs.put_back()

    async def until(self, job_id: int, state: JobState) -> Job:
        """The Job as soon as it is in `state`.

        Raises:
            TimeoutError: It does not get there.
        """
        return await self.until_job(job_id, lambda job: job.state is state)

    async def until_job(self, job_id: int, fits: Callable[[Job], bool]) -> Job:
        """The Job as soon as it `fits`; TimeoutError if it never does."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                changed, job = self._changed, await self.job(job_id)
                if fits(job):
                    return job
                await changed.wait()


def here(
    *, path: str = "/ipp/print", authority: str = AUTHORITY, principal: Principal | None = None
) -> Origin:
    """Where the requests of a Desk come from."""
    return Origin(path=path, authority=authority, principal=principal)


def unsupported(name: str) -> Attribute:
    """What stands in the Unsupported group for an attribute that is not supported at all (RFC 8011 4.1.7)."""
    return Attribute(name, (OutOfBand.UNSUPPORTED,))
