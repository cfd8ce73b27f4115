"""Subscriptions as they should be, and events as they should come: a log that tells what the model tells.

Nothing foresees which single events a step brings. An observer of each printer fetches all of them; they are
held against what the model says has changed, and every other subscription against the observer's log.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

from ippserver.iana.enums import Status
from tests.machine.model import Model
from tests.machine.records import OPERATOR, Refused

MAX_SUBSCRIPTIONS: Final = 14
MAX_OF_ONE_USER: Final = 6
MAX_HELD: Final = 60
EVENT_LIFE_SECONDS: Final = 60
LEASE_SECONDS: Final = 600
MAX_LEASE_SECONDS: Final = 3600

_BROADER: Final = {
    "job-created": "job-state-changed",
    "job-completed": "job-state-changed",
    "job-stopped": "job-state-changed",
    "printer-restarted": "printer-state-changed",
    "printer-shutdown": "printer-state-changed",
    "printer-stopped": "printer-state-changed",
}
"""What an event is a sub-value of (RFC 3995 5.3.3)."""
_UNDELIVERED: Final = "ippserver-undelivered-warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event, as the observer of a printer is told of it."""

    number: int
    kind: str
    job_id: int | None
    state: str
    reasons: frozenset[str]
    up_time: int

    def matches(self, wanted: Sequence[str]) -> bool:
        """Whether a subscription to `wanted` is told."""
        return self.kind in wanted or _BROADER.get(self.kind) in wanted


@dataclass(slots=True, kw_only=True)
class Subscription:
    """One subscription; `number` is unknown after a crash, until the next event."""

    id: int
    path: str
    owner: str
    job_id: int | None
    events: tuple[str, ...]
    lease: float
    ends: float
    number: int | None = 0
    shown: int = 0
    """The highest number that anybody has seen."""
    told: deque[Event] = field(default_factory=lambda: deque(maxlen=MAX_HELD))

    def tell(self, event: Event) -> None:
        """It is told of an event."""
        self.told.append(event)
        if self.number is not None:
            self.number += 1

    def held(self, up_time: int) -> list[Event]:
        """The events whose life has not ended."""
        while self.told and up_time - self.told[0].up_time > EVENT_LIFE_SECONDS:
            self.told.popleft()
        return list(self.told)

    def fetched(self, numbers: Sequence[int]) -> None:
        """Somebody was shown `numbers`: none is left out, given again, or another than it was."""
        if not numbers:
            return
        assert list(numbers) == list(range(numbers[0], numbers[-1] + 1)), f"numbers are missing: {numbers}"
        assert self.number in (None, numbers[-1]), f"the last number is {numbers[-1]}, not {self.number}"
        self.number = self.shown = numbers[-1]


def _next_job(events: Sequence[Event], kind: str) -> int | None:
    """The job of the first event of that kind."""
    return next((event.job_id for event in events if event.kind == kind), None)


class Subscriptions:
    """All of them, and what is known by the events that came."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.all: dict[int, Subscription] = {}
        self.newest = 0
        self._live: dict[str, set[int]] = {path: set() for path in model.printers}
        self._ending: int | None = None
        self._beginning: int | None = None
        self._seen = self._snapshot()
        self._is_new_life = False

    # ---- events

    def took(self, path: str, events: Sequence[Event]) -> None:
        """The observer of a printer was told `events`: they tell all that has changed, and nothing else."""
        last: dict[int | None, Event] = {}
        for at, event in enumerate(events):
            self._follow(path, event)
            warned = self._is_warned(path, last.get(None))
            if event.kind == "printer-state-changed" and warned != (_UNDELIVERED in event.reasons):
                # It is the end of a job that it warns of, or its new beginning, of which is told only next.
                if warned:
                    self._beginning = _next_job(events[at:], "job-created")
                else:
                    self._ending = _next_job(events[at:], "job-completed")
            if event.kind.endswith("-changed") or event.kind in _BROADER:
                last[event.job_id if event.kind.startswith("job") else None] = event
            for subscription in self.all.values():
                if subscription.path == path and self._is_told(subscription, event):
                    subscription.tell(event)
        self._check(path, last)

    def _is_warned(self, path: str, before: Event | None) -> bool:
        """Whether the printer told of something undelivered, in `before` if there is that."""
        return _UNDELIVERED in (before.reasons if before is not None else self._seen[path][None][1])

    def _follow(self, path: str, event: Event) -> None:
        live, job_id = self._live[path], event.job_id
        if event.kind == "job-created" and job_id is not None:
            assert job_id not in live, f"job {job_id} was created twice"
            live.add(job_id)
            self._beginning = None
        elif event.kind == "job-completed" and job_id is not None:
            assert job_id in live or job_id in self._model.gone, f"job {job_id} was completed twice"
            live.discard(job_id)
            self._ending = None
        elif event.kind.startswith("job-"):
            known = job_id in live or job_id in self._model.jobs or job_id in self._model.gone
            assert known, f"{event.kind} of job {job_id}, which was never created"

    def _is_told(self, subscription: Subscription, event: Event) -> bool:
        if not event.matches(subscription.events):
            return False
        if subscription.job_id is None or subscription.job_id == event.job_id:
            return True
        live = (self._live[subscription.path] | {self._beginning}) - {self._ending}
        return event.job_id is None and subscription.job_id in live

    def _check(self, path: str, last: dict[int | None, Event]) -> None:
        """The last event of whatever has changed shows it as it is now."""
        seen, now = self._seen.get(path, {}), self._snapshot()[path]
        for key, shown in now.items():
            event = last.get(key)
            is_told = event is not None or self._is_new_life or seen.get(key) == shown
            assert is_told, f"no event of {key or path}, which was {seen.get(key)} and is {shown}"
            if event is not None:
                told = event.state, event.reasons
                assert told == shown, f"the last event of {key} says {told}, not {shown}"
        unfinished = {job.id for job in self._model.unfinished(path)}
        assert self._live[path] == unfinished, (
            f"{self._live[path]} are unfinished by their events, not {unfinished}"
        )
        self._seen[path] = now

    def _snapshot(self) -> dict[str, dict[int | None, tuple[str, frozenset[str]]]]:
        found: dict[str, dict[int | None, tuple[str, frozenset[str]]]] = {}
        for path, printer in self._model.printers.items():
            found[path] = {None: (printer.state, frozenset(self._model.printer_reasons(path)))}
        for job in self._model.jobs.values():
            seen = self._model.shown_reasons(job) - {"job-restartable", "printer-stopped", "none"}
            found[job.printer][job.id] = job.state, frozenset(seen)
        return found

    # ---- coming and going

    def room(self, user: str) -> bool:
        """Whether there is room for one more of that user."""
        live = [each for each in self.all.values() if not self.is_complete(each)]
        mine = sum(each.owner == user for each in live)
        return len(live) < MAX_SUBSCRIPTIONS and mine < MAX_OF_ONE_USER

    def is_complete(self, subscription: Subscription) -> bool:
        """Whether nothing more will come."""
        job = self._model.jobs.get(subscription.job_id or 0)
        return subscription.job_id is not None and (job is None or job.is_over)

    def make_room(self) -> None:
        """For a new one the oldest that is complete goes where there are too many."""
        if len(self.all) >= MAX_SUBSCRIPTIONS:
            del self.all[next(each.id for each in self.all.values() if self.is_complete(each))]

    def add(self, subscription: Subscription) -> None:
        """A new one."""
        assert subscription.id > self.newest, "the id of a subscription was given again"
        self.newest = subscription.id
        self.make_room()
        self.all[subscription.id] = subscription

    def find(self, subscription_id: int, path: str, user: str) -> Subscription:
        """The subscription, if the user may; Refused otherwise."""
        found = self.all.get(subscription_id)
        if found is None or found.path != path:
            raise Refused(Status.CLIENT_ERROR_NOT_FOUND)
        if user not in (found.owner, OPERATOR):
            raise Refused(Status.CLIENT_ERROR_NOT_AUTHORIZED)
        return found

    def tidy(self) -> None:
        """Ends those whose lease has run out, and those whose job is gone."""
        for each in list(self.all.values()):
            is_gone = each.job_id is not None and each.job_id not in self._model.jobs
            if is_gone or each.ends <= self._model.now:
                del self.all[each.id]

    def next_end(self) -> float:
        """When the next lease runs out."""
        return min((each.ends for each in self.all.values()), default=inf)

    def restart(self) -> None:
        """Another server: events are forgotten, leases begin anew, numbers never go back."""
        self._is_new_life = True
        for each in self.all.values():
            each.told.clear()
            each.ends = self._model.now + each.lease
            each.number = None
        for path, live in self._live.items():
            live.clear()
            live |= {job.id for job in self._model.unfinished(path)}

    def settled(self) -> None:
        """The new server has begun."""
        self._is_new_life = False
