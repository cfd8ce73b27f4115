"""Who is told of what: from changes of Jobs and Printers to the events of Subscriptions (RFC 3995, 3996).

Events are kept in memory alone, for the time that they can be fetched. Knows nothing of requests.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from ippserver.engine.channel import Channel
from ippserver.engine.jobs import Jobs
from ippserver.engine.printer import Printer, PrinterChange
from ippserver.engine.printers import PrinterRegistry
from ippserver.engine.subscriptions import Subscriptions
from ippserver.engine.waking import woken
from ippserver.interfaces import Clock, StoreError, SubscriptionStore
from ippserver.model import events
from ippserver.model.events import Event, Kinds
from ippserver.model.job import Change, Job
from ippserver.model.states import ACTIVE, PrinterEvent
from ippserver.model.subscription import NotificationTerms, SubscriptionDraft

logger: Final = logging.getLogger(__name__)

_LONGEST_SLEEP_SECONDS: Final = 60.0
_RETRY_SECONDS: Final = 5.0


def up_time(clock: Clock, started: float) -> int:
    """printer-up-time, seconds, from 1, of a server that began at `started` (RFC 8011 5.4.29)."""
    return max(1, int(clock.monotonic() - started) + 1)


@dataclass(slots=True)
class Expected:
    """Subscriptions about a Job that is being created."""

    drafts: Sequence[SubscriptionDraft]
    channels: list[Channel | None] = field(default_factory=list)
    """What became of each, once the Job is there; None where there was no room."""


class EventHub:
    """Watches Jobs and Printers, and tells the Subscriptions that want to know."""

    def __init__(
        self,
        store: SubscriptionStore,
        jobs: Jobs,
        printers: PrinterRegistry,
        clock: Clock,
        *,
        started: float,
        terms: NotificationTerms | None = None,
    ) -> None:
        """Watches from now on, so it is made before they are opened; `started` is by the monotonic clock."""
        self.terms: Final = terms or NotificationTerms()
        self.subscriptions: Final = Subscriptions(store, clock, self.terms, jobs.unfinished)
        self._jobs = jobs
        self._printers = printers
        self._clock = clock
        self._started = started
        self._expected: dict[str, Expected] = {}
        self._waiting = 0
        self._has_begun = False
        self._is_stopping = asyncio.Event()
        self._earlier = asyncio.Event()
        jobs.watch(self._job_changed)
        printers.watch(self._printer_changed)

    # ---- running

    async def open(self) -> None:
        """Takes up the Subscriptions: after the Printers, before the Jobs, whose first changes are told."""
        await self.subscriptions.open()

    def begin(self) -> None:
        """From now on Jobs are created; tells that the Printers are there again, and ends what has none."""
        self._has_begun = True
        for channel in self.subscriptions:
            about_all = channel.subscription.job_id is None
            if about_all and self._printers.find(channel.subscription.printer) is None:
                self.subscriptions.doom(channel)
        for printer in self._printers:
            if not printer.status.shut_down:
                self._tell_of_printer(printer, events.RESTARTED)

    async def run(self) -> None:
        """Ends Subscriptions whose leases run out, until it is cancelled."""
        while True:
            self._earlier.clear()
            try:
                await self.subscriptions.tidy()
                left = self.subscriptions.seconds_to_next_end()
                rest = _LONGEST_SLEEP_SECONDS if left is None else min(left, _LONGEST_SLEEP_SECONDS)
            except StoreError as error:
                logger.error("subscriptions are not tidied: %s", error)  # noqa: TRY400
                rest = _RETRY_SECONDS
            await woken(self._clock, rest, self._earlier)

    def stop(self) -> None:
        """Tells that the Printers are shut down, and lets everybody go who waits."""
        for printer in self._printers:
            self._tell_of_printer(printer, events.SHUTDOWN)
        self._is_stopping.set()

    async def close(self) -> None:
        """Stores what must not be forgotten; to be called when nothing happens any more."""
        try:
            await self.subscriptions.close()
        except StoreError as error:
            logger.error("events may seem to be missing after the next start: %s", error)  # noqa: TRY400

    # ---- subscribing

    async def subscribe(
        self, drafts: Collection[SubscriptionDraft], job_id: int | None = None
    ) -> list[Channel | None]:
        """A stored Subscription for each of `drafts`, about the Job if any; None where there is no room.

        Raises:
            StoreError: None was made.
        """
        channels = self.subscriptions.admit(drafts, job_id)
        self._earlier.set()
        await self.subscriptions.keep(channels)
        return channels

    @contextmanager
    def expecting(self, uuid: str, drafts: Sequence[SubscriptionDraft]) -> Iterator[Expected]:
        """Around the creation of the Job with that UUID: it has Subscriptions from its first moment on."""
        expected = Expected(drafts)
        if drafts:
            self._expected[uuid] = expected
        try:
            yield expected
        finally:
            self._expected.pop(uuid, None)

    async def keep(self, expected: Expected) -> list[Channel | None]:
        """Stores the Subscriptions that were expected; where that fails, it is as if there were no room."""
        try:
            await self.subscriptions.keep(expected.channels)
        except StoreError as error:
            logger.error("a job has no subscriptions: %s", error)  # noqa: TRY400
            return [None for _ in expected.drafts]
        return expected.channels

    async def renew(self, channel: Channel, lease_seconds: int) -> None:
        """Has its lease begin anew; StoreError where that cannot be stored."""
        await self.subscriptions.renew(channel, lease_seconds)
        self._earlier.set()

    # ---- waiting

    @property
    def waiting(self) -> int:
        """How many wait for events."""
        return self._waiting

    @property
    def up_time(self) -> int:
        """printer-up-time."""
        return up_time(self._clock, self._started)

    def has_news(self, wanted: Mapping[Channel, int]) -> bool:
        """Whether one of the channels has an event of the wanted number or a higher one."""
        return any(channel.held(first, self.up_time) for channel, first in wanted.items())

    async def news(self, wanted: Mapping[Channel, int], gone: asyncio.Event | None = None) -> None:
        """Returns when there are news, or none can come any more, or the time is over, or `gone` is set.

        At once where too many wait already, and when the server stops.
        """
        if self._waiting >= self.terms.max_waiting:
            return
        arrived = asyncio.Event()
        ends = [self._is_stopping, *([] if gone is None else [gone])]
        deadline = self._clock.monotonic() + self.terms.wait_seconds
        self._waiting += 1
        for channel in wanted:
            channel.waiters.add(arrived)
        try:
            while not any(end.is_set() for end in ends) and self._may_come(wanted):
                rest = deadline - self._clock.monotonic()
                if rest <= 0:
                    return
                arrived.clear()
                await woken(self._clock, rest, arrived, *ends)
        finally:
            self._waiting -= 1
            for channel in wanted:
                channel.waiters.discard(arrived)

    def _may_come(self, wanted: Mapping[Channel, int]) -> bool:
        """Whether there is nothing yet, and may be something later."""
        return not self.has_news(wanted) and not all(map(self.subscriptions.is_complete, wanted))

    # ---- telling

    def purged(self, jobs: Iterable[Job]) -> None:
        """Tells of completed Jobs that Purge-Jobs has removed; of others their changes tell (5.3.3.4.3)."""
        for job in jobs:
            if job.terminal:
                self._tell_of_job(events.removed(job), events.COMPLETED)

    def _job_changed(self, change: Change) -> None:
        is_new = change.before is None
        if is_new and not self._has_begun:
            return  # it was there before
        job = change.job
        expected = self._expected.get(job.uuid) if is_new else None
        if expected is not None:
            expected.channels = self.subscriptions.admit(expected.drafts, job.id)
        shown = job if change.after is not None else events.removed(job)
        for kinds in events.of_job(change):
            self._tell_of_job(shown, kinds)
        printer = self._printers.find(job.printer)
        if printer is not None and events.reorders(change):
            self._tell_of_printer(printer, events.REORDERED)
        for channel in self.subscriptions.of_job(job.id):
            if change.after is None:
                self.subscriptions.end(channel)  # the store has forgotten it with its Job
            elif job.terminal:
                channel.wake()

    def _printer_changed(self, change: PrinterChange) -> None:
        if not self._has_begun:
            return  # it is as its history made it: that it is there again tells of everything
        restarted = change.event is PrinterEvent.RESTART
        for kinds in events.of_printer(change.before, change.after, change.config, restarted=restarted):
            self._tell_of_printer(change.printer, kinds)

    def _tell_of_job(self, job: Job, kinds: Kinds) -> None:
        printer = self._printers.find(job.printer)
        there = [*self.subscriptions.of_printer(job.printer), *self.subscriptions.of_job(job.id)]
        if printer is not None and there:
            self._tell(there, self._event(printer, kinds, job))

    def _tell_of_printer(self, printer: Printer, kinds: Kinds) -> None:
        path = printer.path
        there = [*self.subscriptions.of_printer(path), *self.subscriptions.about_unfinished(path)]
        if there:
            self._tell(there, self._event(printer, kinds))

    def _event(self, printer: Printer, kinds: Kinds, job: Job | None = None) -> Event:
        return Event(
            kinds=kinds,
            printer=printer.path,
            printer_name=printer.config.name,
            status=printer.status,
            job=job,
            now=self._clock.now(),
            up_time=self.up_time,
        )

    def _tell(self, channels: Iterable[Channel], event: Event) -> None:
        for channel in channels:
            subscribed = event.matched(channel.subscription.events)
            if subscribed is not None:
                job = self._job_for(channel, event) if channel.subscription.attributes else event.job
                channel.tell(event, subscribed, job)

    def _job_for(self, channel: Channel, event: Event) -> Job | None:
        """The Job that notify-attributes are about: its own, that of the event, the active one (5.3.4)."""
        job_id = channel.subscription.job_id
        if event.job is not None:
            return event.job
        if job_id is not None:
            return self._jobs.unfinished.get(job_id)
        return next(
            (
                job
                for job in self._jobs.unfinished.values()
                if job.printer == event.printer and job.state in ACTIVE
            ),
            None,
        )
