"""Which Job is next: priority from high to low, then age (RFC 8011 5.2.1)."""

from collections.abc import Mapping
from heapq import heappop, heappush

from ippserver.iana.enums import JobState
from ippserver.model.job import Job


class PendingQueue:
    """The pending Jobs of one Printer. What left that state is dropped when it comes to the front."""

    def __init__(self, jobs: Mapping[int, Job]) -> None:
        """`jobs` are the Jobs as they are now, by id."""
        self._jobs = jobs
        self._heap: list[tuple[int, int]] = []

    def add(self, job: Job) -> None:
        """Enters `job`, which has become pending; entering it twice does no harm."""
        heappush(self._heap, (-job.priority, job.id))

    def pop(self) -> Job | None:
        """Takes out the next Job, or None."""
        while self._heap:
            priority, job_id = heappop(self._heap)
            job = self._jobs.get(job_id)
            if job is not None and job.state is JobState.PENDING and job.priority == -priority:
                return job
        return None
