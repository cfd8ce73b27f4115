"""The Jobs that were changed last, as committed, so that most reading needs neither a thread nor the disk."""

from typing import Final

from ippserver.model.job import Job

MAX_JOBS: Final = 1000


class RecentJobs:
    """Written by the writer's thread, read by every thread; at most `capacity` Jobs.

    What a transaction changes is known to the writer alone until it is committed.
    """

    def __init__(self, capacity: int = MAX_JOBS) -> None:
        self._capacity = capacity
        self._committed: dict[int, Job] = {}  # the longest unchanged first
        self._changed: dict[int, Job | None] = {}

    def get(self, job_id: int) -> Job | None:
        """The Job as it was last committed; None where the store must be asked."""
        return self._committed.get(job_id)

    def known(self, job_id: int) -> tuple[bool, Job | None]:
        """The Job as the writer sees it, after True; after False the store must be asked."""
        if job_id in self._changed:
            return True, self._changed[job_id]
        return job_id in self._committed, self._committed.get(job_id)

    def put(self, job: Job) -> None:
        """Notes the Job that the open transaction stored."""
        self._changed[job.id] = job

    def drop(self, job_id: int) -> None:
        """Notes that the open transaction deleted the Job."""
        self._changed[job_id] = None

    def commit(self) -> None:
        """The transaction has happened."""
        for job_id, job in self._changed.items():
            self._committed.pop(job_id, None)
            if job is not None:
                self._committed[job_id] = job
        self._changed.clear()
        for job_id in list(self._committed)[: max(0, len(self._committed) - self._capacity)]:
            del self._committed[job_id]

    def rollback(self) -> None:
        """The transaction has not happened."""
        self._changed.clear()
