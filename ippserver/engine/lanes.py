"""The way to one output of a Printer: in order, so many at once, and only one while the output is down."""

import asyncio
import random
from bisect import insort
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count

from ippserver.interfaces import Clock
from ippserver.model.delivery import RetryPolicy


@dataclass(order=True, slots=True)
class _Waiting:
    place: int
    woken: asyncio.Event = field(compare=False, default_factory=asyncio.Event)


class Lane:
    """Lets deliveries to one output pass.

    Whoever came first passes first, also when it has to try again. While the output is down, only the first
    one tries, and after each failure the pause before the next try is longer; all others wait behind it.
    """

    def __init__(
        self,
        policy: RetryPolicy,
        clock: Clock,
        *,
        width: int = 1,
        chance: Callable[[], float] = random.random,
        moved: Callable[[], None] = lambda: None,
    ) -> None:
        """`moved` is called when the output goes down or comes up."""
        self.policy = policy
        self._clock = clock
        self._width = width
        self._chance = chance
        self._moved = moved
        self._places = count(1)
        self._waiting: list[_Waiting] = []
        self._inside = 0
        self._failures = 0
        self._closed_until = 0.0

    @property
    def down(self) -> bool:
        """Whether the last try said that the output is down."""
        return self._failures > 0

    @property
    def free(self) -> bool:
        """Whether a delivery would pass without waiting."""
        return not self._waiting and self._open

    @property
    def _open(self) -> bool:
        return self._inside < (1 if self.down else self._width) and self._rest_seconds <= 0

    @property
    def _rest_seconds(self) -> float:
        return self._closed_until - self._clock.monotonic() if self.down else 0.0

    def place(self) -> int:
        """A place in the order, behind all that were given before."""
        return next(self._places)

    @asynccontextmanager
    async def passage(self, place: int) -> AsyncIterator[None]:
        """Enters when it is the turn of `place`; others follow when it is left."""
        with self._queued(place) as waiting:
            while not (self._waiting[0] is waiting and self._open):
                await self._wait(waiting)
            self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._wake()

    @contextmanager
    def _queued(self, place: int) -> Iterator[_Waiting]:
        waiting = _Waiting(place)
        insort(self._waiting, waiting)
        try:
            yield waiting
        finally:
            self._waiting.remove(waiting)
            self._wake()

    async def _wait(self, waiting: _Waiting) -> None:
        waiting.woken.clear()
        first = self._waiting[0] is waiting
        if first and self.down and not self._inside:
            await self._clock.sleep(self._rest_seconds)  # nobody can change it meanwhile
        else:
            await waiting.woken.wait()

    def _wake(self) -> None:
        if self._waiting:
            self._waiting[0].woken.set()

    def came_through(self) -> None:
        """Notes that the output works, whatever it said to one document."""
        was, self._failures = self._failures, 0
        if was:
            self._moved()
        self._wake()

    def is_down(self) -> float:
        """Notes that the output is down; answers after how many seconds it is tried again."""
        self._failures += 1
        seconds = self.pause_seconds(self._failures)
        self._closed_until = self._clock.monotonic() + seconds
        if self._failures == 1:
            self._moved()
        return seconds

    def pause_seconds(self, failures: int) -> float:
        """How long to wait after so many failures of the same."""
        return self.policy.pause_seconds(failures, self._chance())
