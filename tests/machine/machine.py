"""Does every step twice, to a server and to the model of one, and compares what becomes of both."""

from collections.abc import Awaitable, Callable, Iterator
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
from ippserver.testing.fakes import stream
from tests.machine.model import IDENTIFY_SECONDS, OPERATOR, Job, Model, Printer, Refused
from tests.machine.steps import Step
from tests.machine.world import CONFIGS, PATHS, World, store_writes

MOMENT: Final = 1 / 64
"""Seconds between two steps, so that no two things are of the same time; a float adds them up exactly."""
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


class Machine:
    """A server and its model. Every method named as a kind of step does one."""

    def __init__(self, kind: str, folder: Path) -> None:
        """`kind` is memory or sqlite."""
        self.world = World(kind, folder)
        self.model = Model(
            self.world.clock.now(),
            (Printer(path=config.path, concurrency=config.concurrency) for config in CONFIGS),
        )
        self._documents = 0

    async def open(self) -> None:
        """Starts the server."""
        await self.world.open()

    async def close(self) -> None:
        """Ends everything: nothing must be left of what is purged."""
        await self.do(Step("restart", (("crashed", False),)))
        for path in PATHS:
            for event in ("startup_printer", "restart_printer", "purge_jobs"):
                await self.do(Step(event, (("path", path), ("user", OPERATOR), ("fault", None))))
        await self.world.stop(crashed=False)

    async def do(self, step: Step) -> None:
        """Does `step`, and fails where the server is then not as the model."""
        await self._pass(MOMENT)
        await getattr(self, step.kind)(**dict(step.arguments))
        await self.world.settle()
        self.model.schedule()
        await self.compare()

    # ---- creating jobs

    async def print_job(
        self, *, path: str, user: str, priority: int | None, hold: str | None, fault: str | None
    ) -> None:
        """Print-Job, whose document may come to nothing."""
        content = self._content(fault)
        await self._both(
            lambda model: model.print_job(
                path, user, document=content, priority=priority, hold_ends=self._hold_ends(hold, path)
            ),
            lambda: self._ask(
                Operation.PRINT_JOB,
                user,
                *_target(path),
                job=_template(priority, hold),
                document=_sent(content, fault),
            ),
            fault,
        )

    async def create_job(
        self, *, path: str, user: str, priority: int | None, hold: str | None, fault: str | None
    ) -> None:
        """Create-Job."""
        await self._both(
            lambda model: model.create_job(
                path, user, priority=priority, hold_ends=self._hold_ends(hold, path)
            ),
            lambda: self._ask(Operation.CREATE_JOB, user, *_target(path), job=_template(priority, hold)),
            fault,
        )

    async def validate_job(self, *, path: str, user: str) -> None:
        """Validate-Job."""
        await self._both(
            lambda model: model.validate_job(path, user),
            lambda: self._ask(Operation.VALIDATE_JOB, user, *_target(path)),
        )

    async def send_document(
        self, *, job: int, user: str, last: bool, astray: bool, fault: str | None
    ) -> None:
        """Send-Document, whose document may come to nothing."""
        job_id, path = self._named(job, astray=astray)
        content = self._content(fault)
        failed = await self._both(
            lambda model: model.send_document(job_id, path, user, document=content, last=last),
            lambda: self._ask(
                Operation.SEND_DOCUMENT,
                user,
                *_target(path, job_id),
                names.LAST_DOCUMENT.of(last),
                document=_sent(content, fault),
            ),
            fault,
        )
        if failed:
            self.model.touch(job_id)

    # ---- changing one job

    async def cancel_job(self, *, job: int, user: str, astray: bool, fault: str | None) -> None:
        """Cancel-Job."""
        await self._job_operation(Operation.CANCEL_JOB, job, user, astray, fault)

    async def release_job(self, *, job: int, user: str, astray: bool, fault: str | None) -> None:
        """Release-Job."""
        await self._job_operation(Operation.RELEASE_JOB, job, user, astray, fault)

    async def hold_job(
        self, *, job: int, user: str, astray: bool, fault: str | None, hold: str | None
    ) -> None:
        """Hold-Job."""
        await self._hold_operation(Operation.HOLD_JOB, job, user, astray, fault, hold or "indefinite")

    async def restart_job(
        self, *, job: int, user: str, astray: bool, fault: str | None, hold: str | None
    ) -> None:
        """Restart-Job."""
        await self._hold_operation(Operation.RESTART_JOB, job, user, astray, fault, hold or "no-hold")

    async def _job_operation(
        self, operation: Operation, job: int, user: str, astray: bool, fault: str | None
    ) -> None:
        job_id, path = self._named(job, astray=astray)
        await self._both(
            lambda model: getattr(model, _method(operation))(job_id, path, user),
            lambda: self._ask(operation, user, *_target(path, job_id)),
            fault,
        )

    async def _hold_operation(
        self, operation: Operation, job: int, user: str, astray: bool, fault: str | None, hold: str
    ) -> None:
        job_id, path = self._named(job, astray=astray)
        hold_ends = self._hold_ends(hold, path)
        await self._both(
            lambda model: getattr(model, _method(operation))(job_id, path, user, hold_ends=hold_ends),
            lambda: self._ask(
                operation, user, *_target(path, job_id), names.JOB_HOLD_UNTIL.of(Keyword(hold))
            ),
            fault,
        )

    # ---- printers

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        """The operations that change what a printer does are all of one form."""
        if name not in EVENT_OPERATIONS:
            raise AttributeError(name)
        operation = EVENT_OPERATIONS[name]

        async def happen(*, path: str, user: str, fault: str | None) -> None:
            held = [job for job in self.model.unfinished(path) if "job-held-on-create" in job.reasons]
            if held and self._are_tired(path):
                return  # which of them are begun is open where they are let go one by one
            await self._both(
                lambda model: model.printer_event(name, path, user),
                lambda: self._ask(operation, user, *_target(path)),
                fault,
            )
            if held:
                await self.world.settle()
                self._adopt(path)

        return happen

    def _are_tired(self, path: str) -> bool:
        """Whether there are jobs that have to rest as soon as it is their turn."""
        return any(job.attempts and not job.is_rested for job in self.model.unfinished(path))

    def _adopt(self, path: str) -> None:
        """Has the model begin the jobs that the server began, which only the capacity limits here."""
        printer = self.model.printers[path]
        begun = [job for job in self.model.unfinished(path) if job.id in self.world.outlet.busy]
        for job in begun:
            if job.id not in printer.working:
                assert job.state == "pending", f"job {job.id} began though {job.state}"
                assert len(printer.working) < printer.concurrency, f"job {job.id} began too early"
                self.model.start(job)

    async def identify_printer(self, *, path: str, user: str) -> None:
        """Identify-Printer."""
        await self._both(
            lambda model: model.identify_printer(path, user),
            lambda: self._ask(Operation.IDENTIFY_PRINTER, user, *_target(path)),
        )

    async def purge_jobs(self, *, path: str, user: str, fault: str | None) -> None:
        """Purge-Jobs."""
        await self._both(
            lambda model: model.purge_jobs(path, user),
            lambda: self._ask(Operation.PURGE_JOBS, user, *_target(path)),
            fault,
        )

    # ---- asking

    async def get_job_attributes(self, *, job: int, user: str, astray: bool) -> None:
        """Get-Job-Attributes, of jobs that are gone, too."""
        job_id, path = self._named(job, astray=astray)
        await self._both(
            lambda model: _ignored(model.job(job_id, path)),
            lambda: self._ask(Operation.GET_JOB_ATTRIBUTES, user, *_target(path, job_id)),
        )

    async def get_jobs(self, *, path: str, user: str, which: str, mine: bool, limit: int | None) -> None:
        """Get-Jobs."""
        limited = () if limit is None else (names.LIMIT.of(limit),)
        answer = await self._ask(
            Operation.GET_JOBS,
            user,
            *_target(path),
            names.WHICH_JOBS.of(Keyword(which)),
            names.MY_JOBS.of(mine),
            *limited,
        )
        assert answer.status is Status.SUCCESSFUL_OK, answer.status
        matching = [
            job.id for job in self.model.listed(path) if _is(job, which) and (not mine or job.owner == user)
        ]
        shown = [names.JOB_ID.get(group) for group in answer.jobs]
        assert shown == matching[:limit], f"Get-Jobs shows {shown}, not {matching[:limit]}"

    # ---- the world

    async def finish(self, *, path: str, nth: int, fault: str | None) -> None:
        """An output comes to an end with a job."""
        working = sorted(self.model.printers[path].working)
        if not working:
            return
        job_id = working[nth % len(working)]
        wanted = {job_id: self.model.jobs[job_id].documents} if job_id in self.model.jobs else {}
        is_cut = self.model.printers[path].working[job_id].cut
        with self._fault(None if is_cut else fault):
            self.world.outlet.end(job_id, jammed=fault == "jam")
            await self.world.settle()
        self.model.finish(path, job_id, jammed=fault in ("jam", "read"), late=fault == "store")
        for number, document in enumerate(wanted.get(job_id, ()), 1):
            came = self.world.outlet.delivered.pop((job_id, number), None)
            assert came == document or is_cut or fault in ("jam", "read"), f"job {job_id} came as {came!r}"

    async def turn_stubborn(self, *, stubborn: bool) -> None:
        """Outputs take their time to stop, or do so at once, from now on."""
        self.model.is_stubborn = self.world.outlet.stubborn = stubborn

    async def pass_time(self, *, seconds: float) -> None:
        """Some time passes."""
        await self._pass(seconds)

    async def _pass(self, seconds: float) -> None:
        """Lets what is due on the way happen, each at its moment."""
        end = self.model.now + seconds
        while (moment := self.model.next_moment()) <= end:
            await self._advance(moment)
            if self.model.happen() > 1:
                for path in PATHS:
                    self._adopt(path)
            self.model.schedule()
        await self._advance(end)

    async def _advance(self, moment: float) -> None:
        if moment > self.model.now:
            self.world.clock.advance(moment - self.model.now)
            self.model.now = moment
            await self.world.settle()

    async def tidy_history(self) -> None:
        """Forgets what is too much."""
        await self.world.retention.forget()
        self.model.forget()

    async def restart(self, *, crashed: bool) -> None:
        """The server ends, and another one starts."""
        await self.world.stop(crashed=crashed)
        self.model.restart(crashed=crashed)
        await self.world.open()

    # ---- comparing

    async def compare(self) -> None:
        """Fails where anything that the server shows is not as the model has it."""
        for path, printer in self.model.printers.items():
            await self._compare_jobs(path)
            await self._compare_printer(printer)
        busy = {job_id for printer in self.model.printers.values() for job_id in printer.working}
        assert self.world.outlet.busy == busy, f"outputs work on {self.world.outlet.busy}, not {busy}"

    async def _compare_jobs(self, path: str) -> None:
        answer = await self._ask(
            Operation.GET_JOBS,
            OPERATOR,
            *_target(path),
            names.WHICH_JOBS.of(Keyword("all")),
            names.REQUESTED_ATTRIBUTES.of(*_SHOWN),
        )
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
        answer = await self._ask(
            Operation.GET_PRINTER_ATTRIBUTES,
            OPERATOR,
            *_target(printer.path),
            names.REQUESTED_ATTRIBUTES.of(*_STATUS_SHOWN),
        )
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
        expected = (printer.state, printer.reasons, printer.accepting, queued)
        assert shown == expected, f"{printer.path} is {shown}, not {expected}"

    async def compare_documents(self) -> None:
        """Fails where the spool has anything but the documents of the jobs."""
        kept = set()
        for job in self.model.jobs.values():
            stored = await self.world.desk.job(job.id)
            assert await self.world.desk.content(stored) == job.documents, f"the documents of job {job.id}"
            kept |= {document.key for document in stored.documents}
        assert await self.world.spool.sweep(kept) == 0, "there are documents of no job"

    # ---- both at once

    async def _both(
        self, change: Callable[[Model], None], ask: Callable[[], Awaitable[Answer]], fault: str | None = None
    ) -> bool:
        """Does one request to both; answers whether the world's `fault` kept it from being done."""
        with self._fault(fault) as has_fired:
            try:
                status: Status | None = (await ask()).status
            except DocumentInterrupted:
                status = None
            fired = has_fired() or status is None
        if fired:
            expected = _FAULTS[fault or ""]
        else:
            expected = _outcome(change, self.model)
        assert status == expected, f"answered with {status!r}, not {expected!r}"
        return fired

    @contextmanager
    def _fault(self, fault: str | None) -> Iterator[Callable[[], bool]]:
        """Has the next call that `fault` is about fail inside; answers whether it did."""
        traffic = self.world.traffic
        if fault == "store":
            traffic.error, traffic.calls = StoreUnavailable("locked"), store_writes
        elif fault in ("spool", "read"):
            call = "spool.write" if fault == "spool" else "spool.read"
            traffic.error, traffic.calls = SpoolFailed("no room"), call.__eq__
        armed = traffic.error is not None
        yield lambda: armed and traffic.error is None
        traffic.error = None

    async def _ask(
        self,
        operation: Operation,
        user: str,
        printer_uri: Attribute,
        *attributes: Attribute,
        job: tuple[Attribute, ...] | None = None,
        document: bytes | DocumentStream = b"",
    ) -> Answer:
        return await self.world.desk.ask(
            operation,
            *attributes,
            target=(printer_uri,),
            user=user,
            job=job,
            document=document,
            origin=_origin(user),
        )

    # ---- arguments

    def _named(self, job: int, *, astray: bool) -> tuple[int, str]:
        """A job-id and the path of its printer, or of another one."""
        known = sorted(self.model.jobs.values(), key=lambda one: (one.is_over, one.id))
        if job < len(known):
            job_id, path = known[job].id, known[job].printer
        else:
            job_id, path = next(reversed(self.model.gone.items()), (NO_JOB, PATHS[0]))
            job_id = job_id if job % 2 else NO_JOB
        return job_id, next(other for other in PATHS if (other != path) is astray)

    def _content(self, fault: str | None) -> bytes:
        self._documents += 1
        return b"" if fault == "empty" else PDF + b"%d" % self._documents

    def _hold_ends(self, hold: str | None, path: str) -> float:
        if hold is None:
            return -inf
        moment = release_moment(Keyword(hold), self.model.now)
        return inf if moment is None else moment


EVENT_OPERATIONS: Final = {
    operation.name.lower(): operation
    for operation in (
        Operation.PAUSE_PRINTER,
        Operation.PAUSE_PRINTER_AFTER_CURRENT_JOB,
        Operation.RESUME_PRINTER,
        Operation.ENABLE_PRINTER,
        Operation.DISABLE_PRINTER,
        Operation.HOLD_NEW_JOBS,
        Operation.RELEASE_HELD_NEW_JOBS,
        Operation.DEACTIVATE_PRINTER,
        Operation.ACTIVATE_PRINTER,
        Operation.RESTART_PRINTER,
        Operation.SHUTDOWN_PRINTER,
        Operation.STARTUP_PRINTER,
    )
}
_FAULTS: Final[dict[str, Status | None]] = {
    "store": Status.SERVER_ERROR_BUSY,
    "spool": Status.SERVER_ERROR_TEMPORARY_ERROR,
    "gone": None,
}


def _outcome(change: Callable[[Model], None], model: Model) -> Status | None:
    try:
        change(model)
    except Refused as refused:
        return refused.status
    return Status.SUCCESSFUL_OK


def _ignored(found: object) -> None:
    """For what is done for its refusals alone."""


def _method(operation: Operation) -> str:
    return operation.name.lower()


def _target(path: str, job_id: int | None = None) -> tuple[Attribute, ...]:
    printer = names.PRINTER_URI.of(f"ipp://{AUTHORITY}{path}")
    return (printer,) if job_id is None else (printer, names.JOB_ID.of(job_id))


def _origin(user: str) -> Origin:
    return here(principal=_OPERATORS) if user == OPERATOR else here()


def _template(priority: int | None, hold: str | None) -> tuple[Attribute, ...]:
    priorities = () if priority is None else (names.JOB_PRIORITY.of(priority),)
    return (*priorities, *(() if hold is None else (names.JOB_HOLD_UNTIL.of(Keyword(hold)),)))


def _sent(content: bytes, fault: str | None) -> bytes | DocumentStream:
    return stream([content[:5]], then=DocumentInterrupted()) if fault == "gone" else content


def _is(job: Job, which: str) -> bool:
    if which in ("completed", "not-completed"):
        return job.is_over == (which == "completed")
    return which in ("all", job.state)


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
