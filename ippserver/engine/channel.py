"""A Subscription while the server runs: its numbers, the events that can be fetched, who waits for them."""

import asyncio
from collections import deque
from dataclasses import replace
from typing import Final

from ippserver.iana.keywords import NotifyEvent
from ippserver.interfaces import Clock
from ippserver.ipp.values import MAX_INTEGER, Keyword
from ippserver.model.events import Event
from ippserver.model.job import Job
from ippserver.model.notifications import Notification
from ippserver.model.subscription import INFINITE, NotificationTerms, Subscription, next_number

_PROMISES: Final = 100
"""Numbers that are stored as given at once, so that not every answer waits for the store."""


class Channel:
    """What one Subscription is told, until its events are old or too many."""

    def __init__(self, subscription: Subscription, terms: NotificationTerms, clock: Clock) -> None:
        """Its lease begins now, also after a restart (RFC 3995 5.4.3)."""
        self._clock = clock
        self._held: deque[Notification] = deque(maxlen=terms.max_events)
        self._life_seconds = terms.event_life_seconds
        self._progress_told: float | None = None
        self.waiters: Final[set[asyncio.Event]] = set()
        """Set whenever there is something new."""
        self.number = subscription.promised
        """notify-sequence-number."""
        self.is_ended = False
        """True once the Subscription is no more."""
        self.subscription = subscription
        self._ends = self._lease_end()

    def renew(self, subscription: Subscription) -> None:
        """Goes on as `subscription`, whose lease begins now."""
        self.subscription = subscription
        self._ends = self._lease_end()

    def _lease_end(self) -> float | None:
        lease = self.subscription.lease_seconds
        return None if lease is None or lease == INFINITE else self._clock.monotonic() + lease

    @property
    def seconds_left(self) -> float | None:
        """Of its lease; None where that does not end."""
        return None if self._ends is None else self._ends - self._clock.monotonic()

    @property
    def is_over(self) -> bool:
        """True once its lease has run out."""
        left = self.seconds_left
        return left is not None and left <= 0

    def tell(self, event: Event, subscribed: Keyword, job: Job | None) -> None:
        """Keeps the event under the next number; see Notification for `job`."""
        if event.kinds[0] == NotifyEvent.JOB_PROGRESS and not self._progress_is_due():
            return
        self.number = next_number(self.number)
        self._held.append(Notification(event=event, subscribed=subscribed, number=self.number, job=job))
        self.wake()

    def _progress_is_due(self) -> bool:
        """Whether notify-time-interval lets another job-progress through (RFC 3995 5.3.9)."""
        now = self._clock.monotonic()
        interval = self.subscription.time_interval or 0
        if self._progress_told is not None and now - self._progress_told < interval:
            return False
        self._progress_told = now
        return True

    def held(self, first: int, up_time: int) -> list[Notification]:
        """The events numbered `first` or higher whose life has not ended at `up_time`, in order."""
        while self._held and up_time - self._held[0].event.up_time > self._life_seconds:
            self._held.popleft()
        return [notification for notification in self._held if notification.number >= first]

    def wake(self) -> None:
        """Has everybody look who waits for something new."""
        for waiter in self.waiters:
            waiter.set()

    @property
    def needs_promise(self) -> bool:
        """True while clients would see a number that is not stored as given."""
        return self.number > self.subscription.promised

    def promised(self, ahead: int = _PROMISES) -> Subscription:
        """The Subscription, to be stored with its numbers and `ahead` more as given."""
        return replace(self.subscription, promised=min(self.number + ahead, MAX_INTEGER))
