"""What happens by itself at its time: holds that end, documents that never came, work that takes too long."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import Enum, auto
from heapq import heappop, heappush
from typing import Final, NamedTuple

from ippserver.engine.jobs import Jobs
from ippserver.engine.printers import PrinterRegistry
from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import Clock, NoSuchJob, StoreError
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.hold import Until, release_moment
from ippserver.model.job import Change, Job
from ippserver.model.states import JobEvent

logger: Final = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 5.0
"""When to look again at a Job that cannot go on yet."""
_LONGEST_SLEEP_SECONDS: Final = 60.0
"""Holds end by the wall clock, which may be set while we sleep."""


class _Cause(Enum):
    """Why a Job has a moment at which something happens to it."""

    DOCUMENTS = auto()
    """multiple-operation-time-out: the next one does not come (RFC 8011 5.4.31)."""
    HOLD = auto()
    """job-hold-until, or -time, is over (RFC 8011 5.2.2)."""
    DELAY = auto()
    """job-delay-output-until, or -time, is over (PWG 5100.7)."""
    PROCESSING = auto()
    """job-cancel-after: it is processed for too long (PWG 5100.11)."""


class _Wait(NamedTuple):
    """What a Job waits for; another one as soon as the Job has been touched."""

    cause: _Cause
    since: float
    """When it began, seconds since the epoch."""
    until: Until | int | None = None
    """What ends it: a period, a moment, or so many seconds; None is multiple-operation-time-out."""


class _Entry(NamedTuple):
    """When to look at a Job again, by the monotonic clock."""

    moment: float
    order: int
    """No two are the same, so that nothing behind it is compared."""
    job_id: int
    wait: _Wait
    due: float
    """When its time has come, as far as that was known."""


class Timers:
    """Wakes Jobs at their moment. Entries of Jobs that have changed since are looked at and dropped.

    Moments are kept by the monotonic clock, so that setting the other one takes no time from a client that
    is about to send a document.
    """

    def __init__(self, jobs: Jobs, printers: PrinterRegistry, clock: Clock) -> None:
        """Watches `jobs` from now on, so it is made before they are opened."""
        self._jobs = jobs
        self._printers = printers
        self._clock = clock
        self._heap: list[_Entry] = []
        self._entered = 0
        self._earlier = asyncio.Event()
        jobs.watch(self._changed)

    def _changed(self, change: Change) -> None:
        known = frozenset() if change.before is None else _waits(change.before)
        for wait in frozenset() if change.after is None else _waits(change.after) - known:
            self._enter(change.job, wait)

    def _enter(self, job: Job, wait: _Wait, *, at_least: float = 0.0) -> None:
        """Has the Job looked at when its time has come, by what is known now."""
        seconds = self._seconds_left(job, wait)
        if seconds is not None:
            self._push(job.id, wait, self._clock.monotonic() + max(at_least, seconds))

    def _push(self, job_id: int, wait: _Wait, due: float) -> None:
        # Looked at long before, so that what waits no more is forgotten however far its moment was.
        moment = min(due, self._clock.monotonic() + _LONGEST_SLEEP_SECONDS)
        if not self._heap or moment < self._heap[0].moment:
            self._earlier.set()
        self._entered += 1
        heappush(self._heap, _Entry(moment, self._entered, job_id, wait, due))

    def _seconds_left(self, job: Job, wait: _Wait) -> float | None:
        """How long the Job waits at least; None is until somebody releases it."""
        now = self._clock.now()
        until = self._time_out_seconds(job) if wait.until is None else wait.until
        if isinstance(until, int):
            return min(max(0.0, wait.since + until - now), until)
        moment = release_moment(until, wait.since)
        return None if moment is None else max(0.0, moment - now)

    def _time_out_seconds(self, job: Job) -> int:
        printer = self._printers.find(job.printer)
        return 0 if printer is None else printer.config.multiple_operation_time_out_seconds

    @property
    def waiting(self) -> int:
        """How many moments it has in mind, those of Jobs that have changed since too."""
        return len(self._heap)

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            self._earlier.clear()
            while self._heap and self._heap[0].moment <= self._clock.monotonic():
                await self._wake(heappop(self._heap))
            rest = self._heap[0].moment - self._clock.monotonic() if self._heap else _LONGEST_SLEEP_SECONDS
            await self._sleep(rest)

    async def _sleep(self, seconds: float) -> None:
        """Returns after `seconds`, or as soon as something earlier is entered."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._clock.sleep(seconds)),
                group.create_task(self._earlier.wait()),
            ]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()

    async def _wake(self, entry: _Entry) -> None:
        job, wait = self._jobs.unfinished.get(entry.job_id), entry.wait
        if job is None or wait not in _waits(job):
            return
        if wait.cause not in _BY_THE_CLOCK and self._clock.monotonic() < entry.due:
            self._push(job.id, wait, entry.due)
        elif wait.cause is _Cause.DOCUMENTS and self._jobs.receiving(job.id):
            self._enter(job, wait, at_least=_RETRY_SECONDS)
        elif wait.cause in _BY_THE_CLOCK and self._seconds_left(job, wait):
            self._enter(job, wait)
        else:
            await self._end(job, wait)

    async def _end(self, job: Job, wait: _Wait) -> None:
        """Does what is due, unless it has been done already."""
        step = _STEPS[wait.cause]
        now = self._clock.now()
        try:
            await self._jobs.apply(job.id, lambda job: step(job, now) if wait in _waits(job) else job)
        except NoSuchJob:
            logger.debug("job %d is gone before its time", job.id)
        except StoreError as error:
            logger.error("job %d is overdue: %s", job.id, error, extra={"job_id": job.id})  # noqa: TRY400
            self._enter(job, wait, at_least=_RETRY_SECONDS)


def _waits(job: Job) -> frozenset[_Wait]:
    return frozenset(_each_wait(job))


def _each_wait(job: Job) -> Iterator[_Wait]:
    if job.state is JobState.PENDING_HELD:
        if job.incoming:
            yield _Wait(_Cause.DOCUMENTS, job.touched)
        if job.hold_until is not None:
            yield _Wait(_Cause.HOLD, job.touched, job.hold_until)
        if job.delay_until is not None:
            yield _Wait(_Cause.DELAY, job.touched, job.delay_until)
    seconds = names.JOB_CANCEL_AFTER.get(AttributeGroup(GroupTag.JOB, job.template))
    if seconds is not None and job.active and not job.canceling:
        yield _Wait(_Cause.PROCESSING, job.touched, seconds)


def _documents_due(job: Job, now: float) -> Job:
    """multiple-operation-time-out-action is process-job: what was accepted is printed."""
    if not job.documents:
        interrupted = {JobStateReason.SUBMISSION_INTERRUPTED}
        return job.on(JobEvent.ABORT, now, adds=interrupted, message="No document came in time.")
    return replace(job, incoming=False, touched=now).on(
        JobEvent.RELEASE,
        now,
        drops={JobStateReason.JOB_INCOMING, JobStateReason.JOB_DATA_INSUFFICIENT},
        message="The last document did not come in time; printed without it.",
    )


def _hold_due(job: Job, now: float) -> Job:
    released = job.on(JobEvent.RELEASE, now, drops={JobStateReason.JOB_HOLD_UNTIL_SPECIFIED})
    return replace(released, hold_until=None)


def _delay_due(job: Job, now: float) -> Job:
    released = job.on(JobEvent.RELEASE, now, drops={JobStateReason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED})
    return replace(released, delay_until=None)


def _processing_due(job: Job, now: float) -> Job:
    reason = {JobStateReason.JOB_CANCELED_AFTER_TIMEOUT}
    return job.on(JobEvent.CANCEL, now, adds=reason, message="Its processing took longer than it may.")


_STEPS: Final[Mapping[_Cause, Callable[[Job, float], Job]]] = {
    _Cause.DOCUMENTS: _documents_due,
    _Cause.HOLD: _hold_due,
    _Cause.DELAY: _delay_due,
    _Cause.PROCESSING: _processing_due,
}
"""What happens to a Job whose moment has come."""
_BY_THE_CLOCK: Final = (_Cause.HOLD, _Cause.DELAY)
"""What ends by the wall clock, which is looked at again since it may have been set."""
