"""A server and the model of one, to which everything is done twice; after each step they are compared."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.interfaces import DocumentInterrupted, DocumentStream, SpoolFailed, StoreUnavailable
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import Keyword
from ippserver.model.access import Principal, Role
from ippserver.model.hold import release_moment
from ippserver.operations.origin import Origin
from ippserver.testing.desk import AUTHORITY, PDF, Answer, here
from tests.machine.model import Model
from tests.machine.records import IDENTIFY_SECONDS, OPERATOR, Job, Order, Printer, Refused
from tests.machine.subscriptions import Subscriptions
from tests.machine.world import CONFIGS, PATHS, World, store_writes

NO_JOB: Final = 999_999_999

_SHOWN: Final = tuple(
    Keyword(definition.name)
    for definition in (
        names.JOB_ID,
        names.JOB_STATE,
        names.JOB_STATE_REASONS,
        names.NUMBER_OF_INTERVENING_JOBS,
        names.NUMBER_OF_DOCUMENTS,
        names.JOB_PRIORITY,
        names.JOB_ORIGINATING_USER_NAME,
    )
)
_STATUS_SHOWN: Final = tuple(
    Keyword(definition.name)
    for definition in (
        names.PRINTER_STATE,
        names.PRINTER_STATE_REASONS,
        names.PRINTER_IS_ACCEPTING_JOBS,
        names.QUEUED_JOB_COUNT,
    )
)
_OPERATORS: Final = Principal(name=OPERATOR, role=Role.OPERATOR, authenticated=True)
_FAULTS: Final[dict[str | None, Status | None]] = {
    "store": Status.SERVER_ERROR_BUSY,
    "spool": Status.SERVER_ERROR_TEMPORARY_ERROR,
    "gone": None,
}
"""How requests are answered that fail by a fault of the world."""


class Machine:
    """A server and its model."""

    def __init__(self, kind: str, folder: Path, observe: "Callable[[Machine], Awaitable[None]]") -> None:
        """`kind` is memory or sqlite; `observe` looks at what happens, each time that something may have."""
        self.observe = observe
        self.world = World(kind, folder)
        self.model = Model(
            self.world.clock.now(),
            (Printer(path=config.path, concurrency=config.concurrency) for config in CONFIGS),
        )
        self.subscriptions = Subscriptions(self.model)
        self.observers: dict[str, int] = {}
        """The subscriptions that are told everything, by the paths of their printers."""
        self._documents = 0

    # ---- both at once

    async def both(
        self,
        change: Callable[[Model], Status | None],
        ask: Callable[[], Awaitable[Answer]],
        fault: str | None = None,
    ) -> bool:
        """Does one request to both; answers whether the world's `fault` kept it from being done."""
        with self.fault(fault) as has_fired:
            try:
                status: Status | None = (await ask()).status
            except DocumentInterrupted:
                status = None
            fired = has_fired() or status is None
        expected = _FAULTS[fault] if fired else _outcome(change, self.model)
        assert status == expected, f"answered with {status!r}, not {expected!r}"
        return fired

    @contextmanager
    def fault(self, fault: str | None) -> Iterator[Callable[[], bool]]:
        """Has the next call that `fault` is about fail inside; answers whether it did."""
        traffic = self.world.traffic
        if fault == "store":
            traffic.error, traffic.calls = StoreUnavailable("locked"), store_writes
        elif fault == "settlement":
            traffic.error, traffic.calls = StoreUnavailable("locked"), "store.update".__eq__
        elif fault in ("spool", "read"):
            calls = ("spool.write", "spool.copy") if fault == "spool" else ("spool.read",)
            traffic.error, traffic.calls = SpoolFailed("no room"), calls.__contains__
        armed = traffic.error is not None
        yield lambda: armed and traffic.error is None
        traffic.error = None

    async def ask(
        self,
        operation: Operation,
        user: str,
        target: tuple[Attribute, ...],
        *attributes: Attribute,
        job: tuple[Attribute, ...] | None = None,
        subscriptions: Sequence[tuple[Attribute, ...]] = (),
        document: bytes | DocumentStream = b"",
    ) -> Answer:
        """The server's answer to a request of `user`."""
        return await self.world.desk.ask(
            operation,
            *attributes,
            target=target,
            user=user,
            job=job,
            subscriptions=subscriptions,
            document=document,
            origin=_origin(user),
        )

    def named(self, job: int, *, astray: bool = False) -> tuple[int, str]:
        """The job-id of the job of that number, the unfinished first, and the path of its printer.

        `astray`, it is that of another printer; after the last job come those that are gone, and none at all.
        """
        known = sorted(self.model.jobs.values(), key=lambda one: (one.is_over, one.id))
        if job < len(known):
            job_id, path = known[job].id, known[job].printer
        else:
            job_id, path = next(reversed(self.model.gone.items()), (NO_JOB, PATHS[0]))
            job_id = job_id if job % 2 else NO_JOB
        return job_id, next(other for other in PATHS if (other != path) is astray)

    def content(self, fault: str | None) -> bytes:
        """A document like no other."""
        self._documents += 1
        return b"" if fault == "empty" else PDF + b"%d" % self._documents

    def order(self, hold: str | None = None, **wanted: int | bool | None) -> Order:
        """What a request wants of a job, by the clock of now.

        No two holds end at one moment: in which order jobs are let go then is nobody's business.
        """
        moment = -inf
        if hold is not None:
            moment = release_moment(Keyword(hold), self.model.now) or inf
        if moment > self.model.now and any(job.hold_ends == moment for job in self.model.unfinished()):
            hold, moment = "indefinite", inf
        return Order(hold=hold, hold_ends=moment, **wanted)  # type: ignore[arg-type]  # each of its own type

    # ---- time

    async def pass_(self, seconds: float) -> None:
        """Lets some time pass, and what is due on the way happen, each at its moment."""
        end = self.model.now + seconds
        while (moment := min(self.model.next_moment(), self.subscriptions.next_end())) <= end:
            await self._advance(moment)
            self.model.happen()
            self.model.schedule()
            self.subscriptions.tidy()
            await self.observe(self)
        await self._advance(end)
        if seconds >= 1:
            await self.observe(self)

    async def _advance(self, moment: float) -> None:
        if moment > self.model.now:
            self.world.clock.advance(moment - self.model.now)
            self.model.now = moment
            await self.world.settle()

    def adopt(self, path: str) -> None:
        """Has the model begin the jobs that the server began, where their order is open.

        One without documents is over as soon as it begins, and no output knows of it (RFC 3196 4.5).
        """
        printer = self.model.printers[path]
        if len(printer.working) < printer.concurrency:
            for job in self.model.unfinished(path):
                if (
                    job.state == "pending"
                    and not job.documents
                    and job.id not in self.world.desk.jobs.unfinished
                ):
                    self.model.start(job)
        begun = [job for job in self.model.unfinished(path) if job.id in self.world.outlet.busy]
        for job in begun:
            if job.id not in printer.working:
                assert job.state == "pending", f"job {job.id} began though {job.state}"
                assert len(printer.working) < printer.concurrency, f"job {job.id} began too early"
                self.model.start(job)

    # ---- comparing

    def glance(self) -> None:
        """Fails where the engine is not as the model, without asking for anything."""
        engine, model = self.world.desk, self.model
        shown = {
            job.id: (job.state.keyword, sorted(job.reasons), engine.jobs.ahead_of(job), job.priority)
            for job in engine.jobs.unfinished.values()
        }
        expected = {
            job.id: (job.state, sorted(job.reasons), model.ahead(job, engine=True), job.priority)
            for job in model.unfinished()
        }
        assert shown == expected, f"the unfinished jobs are {shown}, not {expected}"
        for printer in engine.printers:
            path, status = printer.path, printer.status
            has = status.state.keyword, status.accepting, status.queued
            wanted = model.printers[path].state, model.printers[path].accepting, len(model.unfinished(path))
            assert has == wanted, f"{path} is {has}, not {wanted}"
        busy = {job_id for printer in self.model.printers.values() for job_id in printer.working}
        assert self.world.outlet.busy == busy, f"outputs work on {self.world.outlet.busy}, not {busy}"
        there = [channel.subscription.id for channel in self.world.desk.events.subscriptions]
        kept = list(self.subscriptions.all)
        assert sorted(there) == kept, f"there are the subscriptions {there}, not {kept}"

    async def compare(self) -> None:
        """Fails where anything that the server shows is not as the model has it."""
        for path, printer in self.model.printers.items():
            await self._compare_jobs(path)
            await self._compare_printer(printer)

    async def _compare_jobs(self, path: str) -> None:
        which = names.WHICH_JOBS.of(Keyword("all"))
        requested = names.REQUESTED_ATTRIBUTES.of(*_SHOWN)
        answer = await self.ask(Operation.GET_JOBS, OPERATOR, target(path), which, requested)
        shown = [_seen(group) for group in answer.jobs]
        expected = [self._expected(job) for job in self.model.listed(path)]
        assert shown == expected, _difference(f"jobs of {path}", shown, expected)

    def _expected(self, job: Job) -> dict[str, object]:
        return {
            "id": job.id,
            "state": job.state,
            "reasons": sorted(self.model.shown_reasons(job)),
            "ahead": self.model.ahead(job),
            "documents": len(job.documents),
            "priority": job.priority,
            "owner": job.owner,
        }

    async def _compare_printer(self, printer: Printer) -> None:
        requested = names.REQUESTED_ATTRIBUTES.of(*_STATUS_SHOWN)
        answer = await self.ask(Operation.GET_PRINTER_ATTRIBUTES, OPERATOR, target(printer.path), requested)
        reasons = {str(reason) for reason in names.PRINTER_STATE_REASONS.all(answer.printer)} - {"none"}
        since = self.model.now - printer.identified
        if not IDENTIFY_SECONDS <= since < 2 * IDENTIFY_SECONDS:
            assert ("identify-printer-requested" in reasons) == (since < IDENTIFY_SECONDS), since
        shown = (
            PrinterState(names.PRINTER_STATE.get(answer.printer) or 0).keyword,
            reasons - {"identify-printer-requested"},
            names.PRINTER_IS_ACCEPTING_JOBS.get(answer.printer),
            names.QUEUED_JOB_COUNT.get(answer.printer),
        )
        queued = len(self.model.unfinished(printer.path))
        expected = (printer.state, self.model.printer_reasons(printer.path), printer.accepting, queued)
        assert shown == expected, f"{printer.path} is {shown}, not {expected}"

    async def compare_documents(self) -> None:
        """Fails where the spool has anything but the documents of the jobs."""
        kept = set()
        for job in self.model.jobs.values():
            stored = await self.world.desk.job(job.id)
            if not job.is_emptied:
                assert await self.world.desk.content(stored) == job.documents, f"documents of job {job.id}"
                kept |= {document.key for document in stored.documents}
        assert await self.world.spool.sweep(kept) == 0, "there are documents of no job"


def target(path: str, job_id: int | None = None) -> tuple[Attribute, ...]:
    """The attributes that name a printer or a job."""
    printer = names.PRINTER_URI.of(f"ipp://{AUTHORITY}{path}")
    return (printer,) if job_id is None else (printer, names.JOB_ID.of(job_id))


def _outcome(change: Callable[[Model], Status | None], model: Model) -> Status:
    try:
        return change(model) or Status.SUCCESSFUL_OK
    except Refused as refused:
        return refused.status


def _origin(user: str) -> Origin:
    return here(principal=_OPERATORS) if user == OPERATOR else here()


def _seen(group: AttributeGroup) -> dict[str, object]:
    return {
        "id": names.JOB_ID.get(group),
        "state": JobState(names.JOB_STATE.get(group) or 0).keyword,
        "reasons": sorted(names.JOB_STATE_REASONS.all(group)),
        "ahead": names.NUMBER_OF_INTERVENING_JOBS.get(group),
        "documents": names.NUMBER_OF_DOCUMENTS.get(group),
        "priority": names.JOB_PRIORITY.get(group),
        "owner": str(names.JOB_ORIGINATING_USER_NAME.get(group)),
    }


def _difference(what: str, shown: list[dict[str, object]], expected: list[dict[str, object]]) -> str:
    lines = [f"{what} are not as expected:"]
    lines += [f"  only the server has {one}" for one in shown if one not in expected]
    lines += [f"  only the model has  {one}" for one in expected if one not in shown]
    order = [one["id"] for one in shown], [one["id"] for one in expected]
    return "\n".join([*lines, f"  in the order {order[0]}, not {order[1]}"])
