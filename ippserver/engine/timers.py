"""What happens by itself at its time: holds that end, documents that never came (RFC 8011 5.2.2, 5.4.31)."""

import asyncio
import logging
from dataclasses import replace
from heapq import heappop, heappush
from typing import Final, NamedTuple

from ippserver.engine.jobs import Jobs
from ippserver.engine.printers import PrinterRegistry
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobHoldUntil, JobStateReason
from ippserver.interfaces import Clock, NoSuchJob, StoreError
from ippserver.ipp.values import Keyword
from ippserver.model.hold import release_moment
from ippserver.model.job import Change, Job
from ippserver.model.states import JobEvent

logger: Final = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 5.0
"""When to look again at a Job that cannot go on yet."""
_LONGEST_SLEEP_SECONDS: Final = 60.0
"""Holds end by the wall clock, which may be set while we sleep."""


class _Wait(NamedTuple):
    """What a Job waits for; another one as soon as the Job has been touched."""

    incoming: bool
    """For documents; else for the end of a hold."""
    until: Keyword
    """The period that ends the hold."""
    since: float
    """When it began, seconds since the epoch."""


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
        self._heap: list[tuple[float, int, _Wait]] = []
        self._earlier = asyncio.Event()
        jobs.watch(self._changed)

    def _changed(self, change: Change) -> None:
        wait = None if change.after is None else _wait(change.after)
        if wait is not None and (change.before is None or _wait(change.before) != wait):
            self._enter(change.job, wait)

    def _enter(self, job: Job, wait: _Wait, *, at_least: float = 0.0) -> None:
        """Has the Job looked at when its time has come, by what is known now."""
        seconds = self._seconds_left(job, wait)
        if seconds is None:
            return
        moment = self._clock.monotonic() + max(at_least, seconds)
        if not self._heap or moment < self._heap[0][0]:
            self._earlier.set()
        heappush(self._heap, (moment, job.id, wait))

    def _seconds_left(self, job: Job, wait: _Wait) -> float | None:
        """How long the Job waits at least; None is until somebody releases it."""
        now = self._clock.now()
        if wait.incoming:
            time_out = self._time_out_seconds(job)
            return min(max(0.0, wait.since + time_out - now), time_out)
        moment = release_moment(wait.until, wait.since)
        return None if moment is None else min(max(0.0, moment - now), _LONGEST_SLEEP_SECONDS)

    def _time_out_seconds(self, job: Job) -> int:
        printer = self._printers.find(job.printer)
        return 0 if printer is None else printer.config.multiple_operation_time_out_seconds

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            self._earlier.clear()
            while self._heap and self._heap[0][0] <= self._clock.monotonic():
                _, job_id, wait = heappop(self._heap)
                await self._wake(job_id, wait)
            rest = self._heap[0][0] - self._clock.monotonic() if self._heap else _LONGEST_SLEEP_SECONDS
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

    async def _wake(self, job_id: int, wait: _Wait) -> None:
        job = self._jobs.unfinished.get(job_id)
        if job is None or _wait(job) != wait:
            return
        if self._jobs.receiving(job_id):
            self._enter(job, wait, at_least=_RETRY_SECONDS)
        elif not wait.incoming and self._seconds_left(job, wait):
            self._enter(job, wait)
        else:
            await self._end(job, wait)

    async def _end(self, job: Job, wait: _Wait) -> None:
        """Lets the Job go on, unless it has done so already."""
        try:
            await self._jobs.apply(job.id, lambda now: self._due(now) if _wait(now) == wait else now)
        except NoSuchJob:
            logger.debug("job %d is gone before its time", job.id)
        except StoreError as error:
            logger.error("job %d is overdue: %s", job.id, error, extra={"job_id": job.id})  # noqa: TRY400
            self._enter(job, wait, at_least=_RETRY_SECONDS)

    def _due(self, job: Job) -> Job:
        """The step of a Job whose moment has come."""
        now = self._clock.now()
        if not job.incoming:
            released = job.on(JobEvent.RELEASE, now, drops={JobStateReason.JOB_HOLD_UNTIL_SPECIFIED})
            return replace(released, hold_until=None)
        if not job.documents:
            interrupted = {JobStateReason.SUBMISSION_INTERRUPTED}
            return job.on(JobEvent.ABORT, now, adds=interrupted, message="No document came in time.")
        # multiple-operation-time-out-action is process-job: what was accepted is printed.
        return replace(job, incoming=False, touched=now).on(
            JobEvent.RELEASE,
            now,
            drops={JobStateReason.JOB_INCOMING, JobStateReason.JOB_DATA_INSUFFICIENT},
            message="The last document did not come in time; printed without it.",
        )


def _wait(job: Job) -> _Wait | None:
    if job.state is not JobState.PENDING_HELD or not (job.incoming or job.hold_until):
        return None
    # A name, were one supported, would be of a period that we do not know.
    until = job.hold_until if isinstance(job.hold_until, Keyword) else JobHoldUntil.INDEFINITE
    return _Wait(job.incoming, until, job.touched)
