"""Which Job is next: priority from high to low, then age (RFC 8011 5.2.1)."""

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from typing import Final, TypeAlias

from ippserver.iana.enums import JobState
from ippserver.model.job import Job

_SLACK: Final = 100
_Place: TypeAlias = tuple[int, int]


class PendingQueue:
    """The pending Jobs of one Printer; what left that state is dropped when it comes to the front."""

    def __init__(self, jobs: Mapping[int, Job]) -> None:
        """`jobs` are the Jobs as they are now, by id."""
        self._jobs = jobs
        self._heap: list[_Place] = []

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, job: Job) -> None:
        """Enters `job`, which has become pending; entering it twice does no harm."""
        if len(self._heap) > 2 * len(self._jobs) + _SLACK:  # Jobs that came and were canceled, in a pause
            self._heap = [place for place in set(self._heap) if self._at(place) is not None]
            heapify(self._heap)
        heappush(self._heap, (-job.priority, job.id))

    def pop(self) -> Job | None:
        """Takes out the next Job, or None."""
        while self._heap:
            job = self._at(heappop(self._heap))
            if job is not None:
                return job
        return None

    def _at(self, place: _Place) -> Job | None:
        """The Job that waits at `place`, if it still does."""
        job = self._jobs.get(place[1])
        still = job is not None and job.state is JobState.PENDING and job.priority == -place[0]
        return job if still else None
