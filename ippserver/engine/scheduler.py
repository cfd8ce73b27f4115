"""Who works on which Job, and when: begin, deliver, settle; cancellation at every stage.

The work on a Job that is suspended is stopped, as if it were canceled, and its turn ends. When it is resumed
it is begun again: what its outputs had whole is not delivered twice, the document in the middle begins anew.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Set
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, TypeVar

from ippserver.engine.deliveries import Deliveries
from ippserver.engine.jobs import Jobs
from ippserver.engine.pipeline import planned
from ippserver.engine.printer import Printer
from ippserver.engine.printers import PrinterRegistry
from ippserver.engine.recalls import Recalls
from ippserver.engine.renditions import Renditions
from ippserver.engine.supplies import Feeder, feed
from ippserver.iana.enums import JobState
from ippserver.interfaces import Clock, NoSuchJob, OutputError, SpoolError, StoreError
from ippserver.model.actuals import actuals
from ippserver.model.job import Change, Job
from ippserver.model.proof import due, ended
from ippserver.model.states import IllegalTransition, JobEvent
from ippserver.model.supplies import need_of

logger: Final = logging.getLogger(__name__)

T = TypeVar("T")

_RETRY_SECONDS: Final = 1.0
_LONGEST_RETRY_SECONDS: Final = 30.0
"""How long to wait before the store is asked again for what it could not do: at first, and at last."""

_REST_SECONDS: Final = 1.0
"""For each time that a Job was interrupted, how long it waits before it is begun again."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a Job cannot be finished, for job-state-message."""

    reason: str


_CUT_OFF: Final = _Failure("The printing of this job was cut off.")


class _Paused(Exception):
    """The Printer was paused before the Job began."""


class _Turn:
    """A Job's turn at its Printer, which begins the next one when it ends: others wait for it till then."""

    def __init__(self, printer: Printer, taken: Counter[str]) -> None:
        """`taken` counts the turns at each path."""
        self.printer: Final = printer
        self._taken = taken
        self._ended = False
        taken[printer.path] += 1

    def end(self) -> None:
        """Ends it; ending it twice does no harm."""
        if not self._ended:
            self._ended = True
            self._taken[self.printer.path] -= 1
            self.printer.wake.set()


class Scheduler:
    """Runs the Jobs of all Printers. Every task belongs to the TaskGroup of `run`."""

    def __init__(
        self, jobs: Jobs, printers: PrinterRegistry, clock: Clock, *, renditions: Renditions | None = None
    ) -> None:
        """Watches `jobs` from now on, so it is made before they are opened."""
        self._renditions = renditions
        self._jobs = jobs
        self._printers = printers
        self._clock = clock
        self._running: defaultdict[int, set[asyncio.Task[Any]]] = defaultdict(set)
        self._at_work: Counter[str] = Counter()
        """Jobs that are planned or delivered, by their Printers; others are only shown as active."""
        self._rested: set[int] = set()
        self._busy: set[int] = set()
        """Jobs whose work has not ended yet, though they may have been suspended and resumed meanwhile."""
        self._under_way: dict[int, Deliveries] = {}
        self._recalls: dict[str, Recalls] = {}
        jobs.watch(self._changed)

    def _changed(self, change: Change) -> None:
        self._interrupt(change.job.id)
        printer = self._printers.find(change.job.printer)
        if printer is None:
            return  # no longer configured: its Jobs wait until it comes back
        was = change.before is not None and not change.before.terminal
        now = change.after is not None and not change.after.terminal
        printer.queues(now - was)
        if change.before is not None and change.after is not None:
            self._recalls_of(printer).take(change.before, change.after)
        gave_up, give_up = _giving_up(change.before), _giving_up(change.after)
        if gave_up != give_up:
            printer.outlets.gives_up(change.job.id, gave_up, give_up)

    def _recalls_of(self, printer: Printer) -> Recalls:
        """Printers are known only after the scheduler was made."""
        if printer.path not in self._recalls:
            self._recalls[printer.path] = Recalls(printer, self._jobs, self._clock)
        return self._recalls[printer.path]

    async def run(self) -> None:
        """Works until it is cancelled. What is processing then stays so: the next start takes it up."""
        async with asyncio.TaskGroup() as group:
            for printer in self._printers:
                group.create_task(self._recalls_of(printer).run(), name=f"recalls of {printer.path}")
                group.create_task(self._serve(printer, group), name=f"printer {printer.path}")

    async def _serve(self, printer: Printer, group: asyncio.TaskGroup) -> None:
        while True:
            printer.wake.clear()
            while not printer.status.paused and self._at_work[printer.path] < printer.config.concurrency:
                job_id = self._jobs.pending(printer.path).pop()
                if job_id is None:
                    break
                if job_id in self._busy:
                    continue  # it is entered again when that work has ended
                job = self._jobs.unfinished[job_id]
                if job.attempts and job.id not in self._rested:
                    self._rested.add(job.id)
                    group.create_task(self._rest(printer, job), name=f"rest of job {job.id}")
                    continue
                printer.works(1)
                self._busy.add(job.id)
                group.create_task(self._work(_Turn(printer, self._at_work), job, group), name=f"job {job.id}")
            await printer.wake.wait()

    async def _rest(self, printer: Printer, job: Job) -> None:
        """Lets a Job that an earlier end of the server interrupted wait, the longer the oftener that was.

        If it is what ends the server, the others are printed meanwhile; and a server that is killed again and
        again soon after its start does not use up the Job's attempts.
        """
        await self._clock.sleep(job.attempts * _REST_SECONDS)
        self._again(job)
        printer.wake.set()

    def _again(self, job: Job) -> None:
        """Lets a Job that was taken out, and not begun, wait on, if it still does."""
        now = self._jobs.unfinished.get(job.id)
        if now is not None and now.state is JobState.PENDING:
            self._jobs.pending(now.printer).add(now)

    async def _work(self, turn: _Turn, queued: Job, group: asyncio.TaskGroup) -> None:
        try:
            try:
                settle = await self._worked(turn, queued, group)
            finally:
                turn.printer.works(-1)
            if settle is not None:
                # The levels go with it, in one transaction.
                group.create_task(turn.printer.keep_levels(), name=f"levels after job {queued.id}")
                await self._insist(queued.id, settle)
        finally:
            await self._tidy(queued.id)
            self._busy.discard(queued.id)
            self._again(queued)
            turn.printer.wake.set()

    async def _tidy(self, job_id: int) -> None:
        """Removes what was made of the Job's documents; what stays is swept at the next start."""
        if self._renditions is not None:
            try:
                await self._renditions.forget(job_id)
            except SpoolError as error:
                logger.warning("job %d: %s", job_id, error, extra={"job_id": job_id})

    async def _worked(
        self, turn: _Turn, queued: Job, group: asyncio.TaskGroup
    ) -> Callable[[Job], Job] | None:
        """The step that ends the work on a Job, after all of it; None where it was not to be begun."""
        try:
            job = await self._begin(turn.printer, queued, group)
            if job is None:
                return None
            begun = self._clock.monotonic()
            outcome = await self._printed(turn, job, group)
        finally:
            turn.end()
        rest = turn.printer.config.minimum_processing_seconds - (self._clock.monotonic() - begun)
        if isinstance(outcome, Job) and rest > 0:
            # The output has the Job: only its state waits, for clients that look for it among the unfinished.
            await self._insist(job.id, _with_what_was_done(outcome))
            await self._interruptible(job.id, self._clock.sleep(rest), group)
        return self._settled(outcome)

    async def _printed(self, turn: _Turn, job: Job, group: asyncio.TaskGroup) -> Job | _Failure | None:
        """What becomes of `job` after the device had what it needs; None where it may not go on."""
        work = self._attempt(job, partial(self._fed, turn.printer, job))
        fed = await self._interruptible(job.id, work, group)
        if isinstance(fed, _Failure):
            return fed
        ready = fed or await self._insist(job.id, self._without_canceled)
        if ready is None or ready.canceling or not ready.active:
            return None
        return await self._delivered(turn, ready, group)

    async def _fed(self, printer: Printer, job: Job) -> Job:
        run = due(job)
        if run is not None and not printer.outputs:  # else they have it fed when they get it
            await feed(printer, run, need_of(run, printer.capabilities), self._clock.now, self._insist)
        return self._jobs.unfinished.get(job.id, job)

    async def _delivered(self, turn: _Turn, job: Job, group: asyncio.TaskGroup) -> Job | _Failure | None:
        """What becomes of `job`; a document that is canceled meanwhile is left out.

        The last one stays in process until its Job is finished. None where the Job may not go on.
        """
        feeder = Feeder(turn.printer, job, self._clock.now, self._insist)
        while (document := job.document_at_work) is not None:
            deliveries = Deliveries(
                turn.printer,
                self._jobs,
                self._clock,
                self._insist,
                renditions=self._renditions,
                feeder=feeder,
            )
            work = self._attempt(job, partial(deliveries.run, job, turn.end))
            self._under_way[job.id] = deliveries
            try:
                outcome = await self._interruptible(job.id, work, group)
            finally:
                del self._under_way[job.id]
            if outcome is not None:
                return outcome
            further = await self._insist(job.id, self._without_canceled)
            if further is None or further.canceling or not further.active:
                return None
            if not further.document(document.number).over:
                return None
            job = further
        return job

    def _without_canceled(self, job: Job) -> Job:
        """The step to the next document after one that was canceled while it was at work."""
        at_work = job.document_at_work
        if at_work is None or job.canceling or not at_work.canceling:
            return job
        return job.with_next_document(self._clock.now())

    async def _begin(self, printer: Printer, queued: Job, group: asyncio.TaskGroup) -> Job | None:
        """The Job, processing, with every target chosen and stored; None if it was not to be."""
        work = self._attempt(queued, partial(planned, printer, queued, self._clock.now))
        ready = await self._interruptible(queued.id, work, group)
        if not isinstance(ready, Job):
            await self._insist(queued.id, self._settled(ready, begun=False))
            return None
        try:
            return await self._insist(queued.id, self._started(printer, ready))
        except _Paused:
            return None

    def _started(self, printer: Printer, ready: Job) -> Callable[[Job], Job]:
        """The step that begins a Job; none does after Pause-Printer was answered (RFC 8011 4.2.7)."""

        def start(job: Job) -> Job:
            if printer.status.paused:
                raise _Paused
            return _with_what_was_done(ready)(job).on(JobEvent.START, self._clock.now())

        return start

    async def _interruptible(
        self, job_id: int, work: Coroutine[Any, Any, T], group: asyncio.TaskGroup
    ) -> T | None:
        """What `work` answers; None where the Job is canceled, suspended or deleted before, or was."""
        task = group.create_task(work, name=f"work on job {job_id}")
        self._running[job_id].add(task)
        self._interrupt(job_id)
        try:
            await asyncio.wait([task])
        finally:
            self._running[job_id].discard(task)
            if not self._running[job_id]:
                del self._running[job_id]
        return None if task.cancelled() else task.result()

    def _interrupt(self, job_id: int) -> None:
        """Stops the work, if any, on a Job that is canceled, suspended or gone, or whose document is."""
        job = self._jobs.unfinished.get(job_id)
        at_work = None if job is None else job.document_at_work
        if job is None or job.canceling or job.suspended or (at_work is not None and at_work.canceling):
            for task in self._running.get(job_id, ()):
                if not task.cancelling():  # once: an output may have to tidy up
                    task.cancel()
        elif job_id in self._under_way:
            self._under_way[job_id].let_go()

    async def _attempt(self, job: Job, work: Callable[[], Awaitable[Job]]) -> Job | _Failure:
        """What `work` makes of the Job, or why it cannot: one Job's fault is nobody else's."""
        known = {"job_id": job.id, "printer": job.printer}
        try:
            return await work()
        except (OutputError, SpoolError) as error:
            logger.warning("job %d: %s", job.id, error, extra=known)
            return _Failure(str(error))
        except Exception:
            logger.exception("job %d failed", job.id, extra=known)
            return _Failure("The server failed while printing this job.")

    def _settled(self, outcome: Job | _Failure | None, *, begun: bool = True) -> Callable[[Job], Job]:
        """The step that ends the work on a Job.

        One that is being canceled ends canceled in any case; one that was suspended, and perhaps resumed
        since, has not ended unless it failed.
        """

        def settle(job: Job) -> Job:
            now = self._clock.now()
            if isinstance(outcome, Job) and job.processing_since is not None:  # else it was restarted since
                job = _with_what_was_done(outcome)(job)
            if job.canceling:
                return job.on(JobEvent.CANCEL_DONE, now, message=job.message)
            if begun and not job.active and not isinstance(outcome, _Failure):
                return job
            if isinstance(outcome, Job):
                return self._finished(job, now)
            return job.on(JobEvent.ABORT, now, message=(outcome or _CUT_OFF).reason)

        return settle

    def _finished(self, job: Job, now: float) -> Job:
        """`job`, printed, with what it really got (PWG 5100.8)."""
        printer = self._printers.find(job.printer)
        done = ended(job, now)
        if printer is None or done.state is not JobState.COMPLETED:
            return done
        got = job if job.proofed else due(job) or job
        return replace(done, actual=actuals(got, printer.capabilities))

    async def _insist(self, job_id: int, change: Callable[[Job], Job]) -> Job | None:
        """Applies `change`, again and again while the store cannot: work that was done is not forgotten.

        None where it is not possible any more.
        """
        rest = _RETRY_SECONDS
        while True:
            try:
                return await self._jobs.apply(job_id, change)
            except (NoSuchJob, IllegalTransition):
                return None  # purged, canceled, held, or settled by somebody else
            except StoreError as error:
                logger.error("job %d waits for the store: %s", job_id, error, extra={"job_id": job_id})  # noqa: TRY400
                await self._clock.sleep(rest)
                rest = min(2 * rest, _LONGEST_RETRY_SECONDS)


def _giving_up(job: Job | None) -> Set[str]:
    """The outputs that do not have everything of it, now that it is over."""
    if job is None or not job.terminal:
        return frozenset()
    return {delivery.output for delivery in job.undelivered}


def _with_what_was_done(done: Job) -> Callable[[Job], Job]:
    """The step that takes over the deliveries of `done` and what is counted of it, and nothing else."""

    def take_over(job: Job) -> Job:
        known = {document.number: document for document in done.documents}
        return replace(
            job,
            documents=tuple(
                document.with_what_was_done(known.get(document.number, document))
                for document in job.documents
            ),
        )

    return take_over
