"""Which Job is next: priority from high to low, then age (RFC 8011 5.2.1)."""

from bisect import bisect_left
from typing import TypeAlias

from ippserver.model.job import Job

_Place: TypeAlias = tuple[int, int]


class PendingQueue:
    """The pending Jobs of one Printer, by id, in the order in which they are begun."""

    def __init__(self) -> None:
        self._places: list[_Place] = []

    def __len__(self) -> int:
        return len(self._places)

    def add(self, job: Job) -> None:
        """Enters `job`; entering it twice does no harm."""
        at = self.ahead_of(job)
        if self._places[at : at + 1] != [_place(job)]:
            self._places.insert(at, _place(job))

    def discard(self, job: Job) -> None:
        """Takes out `job`, as it was when it was entered, if it is still there."""
        at = self.ahead_of(job)
        if self._places[at : at + 1] == [_place(job)]:
            del self._places[at]

    def pop(self) -> int | None:
        """Takes out the next Job, and answers its id; None where there is none."""
        return self._places.pop(0)[1] if self._places else None

    def ahead_of(self, job: Job) -> int:
        """How many are begun before `job`, whether it is here itself or not."""
        return bisect_left(self._places, _place(job))


def _place(job: Job) -> _Place:
    return -job.priority, job.id
