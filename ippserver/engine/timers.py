"""What happens by itself at its time: holds that end, documents that never came (RFC 8011 5.2.2, 5.4.31)."""

import asyncio
import logging
from dataclasses import replace
from heapq import heappop, heappush
from typing import Final

from ippserver.engine.jobs import Jobs
from ippserver.engine.printers import PrinterRegistry
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import Clock, NoSuchJob, StoreError
from ippserver.model.hold import release_moment
from ippserver.model.job import Change, Job
from ippserver.model.states import IllegalTransition, JobEvent

logger: Final = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 5.0
"""When to look again at a Job that cannot go on yet."""
_LONGEST_SLEEP_SECONDS: Final = 60.0
"""Holds end by the wall clock, which may be set while we sleep."""


class Timers:
    """Wakes Jobs at their moment. Entries of Jobs that have changed since are looked at and dropped."""

    def __init__(self, jobs: Jobs, printers: PrinterRegistry, clock: Clock) -> None:
        """Watches `jobs` from now on, so it is made before they are opened."""
        self._jobs = jobs
        self._printers = printers
        self._clock = clock
        self._heap: list[tuple[float, int]] = []
        self._earlier = asyncio.Event()
        jobs.watch(self._changed)

    def _changed(self, change: Change) -> None:
        moment = None if change.after is None else self._moment(change.after)
        if moment is not None:
            self._add(moment, change.job.id)

    def _add(self, moment: float, job_id: int) -> None:
        if not self._heap or moment < self._heap[0][0]:
            self._earlier.set()
        heappush(self._heap, (moment, job_id))

    def _moment(self, job: Job) -> float | None:
        """When something is to happen to the Job by itself, seconds since the epoch."""
        if job.terminal:
            return None
        if job.incoming:
            return job.touched + self._time_out_seconds(job)
        return None if job.hold_until is None else release_moment(_plain(job), job.touched)

    def _time_out_seconds(self, job: Job) -> int:
        printer = self._printers.find(job.printer)
        return 0 if printer is None else printer.config.multiple_operation_time_out_seconds

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            self._earlier.clear()
            now = self._clock.now()
            while self._heap and self._heap[0][0] <= now:
                await self._wake(heappop(self._heap)[1])
            rest = self._heap[0][0] - now if self._heap else _LONGEST_SLEEP_SECONDS
            await self._sleep(min(rest, _LONGEST_SLEEP_SECONDS))

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

    async def _wake(self, job_id: int) -> None:
        job = self._jobs.unfinished.get(job_id)
        moment = None if job is None else self._moment(job)
        now = self._clock.now()
        if moment is None or moment > now:
            return
        if self._jobs.receiving(job_id):
            self._add(now + _RETRY_SECONDS, job_id)
            return
        try:
            await self._jobs.apply(job_id, self._due)
        except (NoSuchJob, IllegalTransition):
            logger.debug("job %d went on before its time", job_id)
        except StoreError as error:
            logger.error("job %d is overdue: %s", job_id, error, extra={"job_id": job_id})  # noqa: TRY400
            self._add(now + _RETRY_SECONDS, job_id)

    def _due(self, job: Job) -> Job:
        """The step of a Job whose moment has come, as it is now."""
        moment, now = self._moment(job), self._clock.now()
        if moment is None or moment > now:
            return job
        if not job.incoming:
            released = job.on(JobEvent.RELEASE, now, drops={JobStateReason.JOB_HOLD_UNTIL_SPECIFIED})
            return replace(released, hold_until=None)
        if not job.documents:
            return job.on(JobEvent.ABORT, now, message="No document came in time.")
        # multiple-operation-time-out-action is process-job: what was accepted is printed.
        return replace(job, incoming=False, touched=now).on(
            JobEvent.RELEASE,
            now,
            drops={JobStateReason.JOB_INCOMING, JobStateReason.JOB_DATA_INSUFFICIENT},
            message="The last document did not come in time; printed without it.",
        )


def _plain(job: Job) -> str:
    until = job.hold_until
    return "" if until is None else until if isinstance(until, str) else until.text
