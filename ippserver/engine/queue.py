"""Which Job is next: priority from high to low, then its place (RFC 8011 5.2.1, RFC 3998 4.4)."""

from bisect import bisect_left
from typing import Final, TypeAlias

from ippserver.model.job import Job
from ippserver.model.place import between, by_age, right_after

HIGHEST_PRIORITY: Final = 100

_Place: TypeAlias = tuple[int, str, int]


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
        return self._places.pop(0)[-1] if self._places else None

    def ahead_of(self, job: Job) -> int:
        """How many are begun before `job`, whether it is here itself or not."""
        return bisect_left(self._places, _place(job))

    def front(self, priority: int) -> str:
        """A place before all Jobs of `priority`, those that are still to come too."""
        first = self._after((-priority, "", 0))
        return between("", by_age(1) if first is None else first)

    def behind(self, job: Job) -> str:
        """A place right after `job`, before all others of its priority."""
        following = self._after((-job.priority, job.place, job.id + 1))
        return right_after(job.place) if following is None else between(job.place, following)

    def _after(self, place: _Place) -> str | None:
        """The place of the first Job from `place` on, if it is of the same priority."""
        at = bisect_left(self._places, place)
        same = self._places[at : at + 1] and self._places[at][0] == place[0]
        return self._places[at][1] if same else None


def _place(job: Job) -> _Place:
    return -job.priority, job.place, job.id
