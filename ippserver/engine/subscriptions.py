"""Every Subscription of the server: kept in the store, and all of them in memory with what they are told.

Those whose Job is completed stay for as long as the Job's history, unless new ones need the room.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from ippserver.engine.channel import Channel
from ippserver.engine.commitment import seen_through
from ippserver.interfaces import Clock, StoreError, SubscriptionStore
from ippserver.model.access import user_name
from ippserver.model.job import Job
from ippserver.model.subscription import NotificationTerms, Subscription, SubscriptionDraft

logger: Final = logging.getLogger(__name__)


class Subscriptions:
    """The Subscriptions, by id, by Printer and by Job. What is not async happens in memory alone."""

    def __init__(
        self,
        store: SubscriptionStore,
        clock: Clock,
        terms: NotificationTerms,
        unfinished: Mapping[int, Job],
    ) -> None:
        """`unfinished` are the Jobs that are not completed, at every time."""
        self._store = store
        self._clock = clock
        self._terms = terms
        self._unfinished = unfinished
        self._channels: dict[int, Channel] = {}
        self._of_printers: defaultdict[str, dict[int, Channel]] = defaultdict(dict)
        self._of_jobs: defaultdict[int, dict[int, Channel]] = defaultdict(dict)
        self._last_id = 0
        self._doomed: set[int] = set()

    async def open(self) -> None:
        """Takes up those of the store; every lease begins anew (RFC 3995 5.4.3)."""
        self._last_id = await self._store.last_subscription_id()
        for subscription in await self._store.subscriptions():
            self._take(Channel(subscription, self._terms, self._clock))

    async def close(self) -> None:
        """Stores the numbers as they are, so that none is skipped."""
        behind = [each for each in self._channels.values() if each.number != each.subscription.promised]
        await self._promise(behind, ahead=0)

    # ---- finding

    def __len__(self) -> int:
        return len(self._channels)

    def __iter__(self) -> Iterator[Channel]:
        return iter(list(self._channels.values()))

    def find(self, subscription_id: int) -> Channel | None:
        """The Subscription of that id whose lease has not run out."""
        channel = self._channels.get(subscription_id)
        return None if channel is None or channel.is_over else channel

    def of_printer(self, path: str) -> list[Channel]:
        """Those about a whole Printer, by id."""
        return [channel for channel in self._of_printers.get(path, {}).values() if not channel.is_over]

    def of_job(self, job_id: int) -> list[Channel]:
        """Those about one Job, by id."""
        return list(self._of_jobs.get(job_id, {}).values())

    def about_unfinished(self, path: str) -> list[Channel]:
        """Those about Jobs of a Printer that are not completed."""
        return [
            channel
            for job_id, channels in self._of_jobs.items()
            if (job := self._unfinished.get(job_id)) is not None and job.printer == path
            for channel in channels.values()
        ]

    def is_complete(self, channel: Channel) -> bool:
        """Whether it will never be told anything again (RFC 3996 10.1): ended, or its Job is completed."""
        job_id = channel.subscription.job_id
        return channel.is_ended or channel.is_over or (job_id is not None and job_id not in self._unfinished)

    # ---- coming and going

    def room(self, drafts: Iterable[SubscriptionDraft]) -> list[bool]:
        """For each of `drafts`, whether there is room for it beside those before it."""
        live = [channel for channel in self._channels.values() if not self.is_complete(channel)]
        users = [user_name(channel.subscription) for channel in live]
        answers = []
        for draft in drafts:
            user = user_name(draft)
            fits = len(users) < self._terms.max_subscriptions
            answers.append(fits and users.count(user) < self._terms.max_subscriptions_per_user)
            if answers[-1]:
                users.append(user)
        return answers

    def admit(self, drafts: Collection[SubscriptionDraft], job_id: int | None = None) -> list[Channel | None]:
        """A Subscription for each draft, not stored yet; None where there is no room."""
        admitted: list[Channel | None] = []
        for draft, has_room in zip(drafts, self.room(drafts), strict=True):
            if not has_room:
                admitted.append(None)
                continue
            self._make_room()
            self._last_id += 1
            subscription = Subscription.of(draft, self._last_id, job_id)
            admitted.append(self._take(Channel(subscription, self._terms, self._clock)))
        return admitted

    def _make_room(self) -> None:
        """Lets go of the oldest whose Job is completed where there are as many as there may be."""
        if len(self._channels) < self._terms.max_subscriptions:
            return
        oldest = next(channel for channel in self._channels.values() if self.is_complete(channel))
        self.doom(oldest)

    def _take(self, channel: Channel) -> Channel:
        subscription = channel.subscription
        self._channels[subscription.id] = channel
        if subscription.job_id is None:
            self._of_printers[subscription.printer][subscription.id] = channel
        else:
            self._of_jobs[subscription.job_id][subscription.id] = channel
        return channel

    def end(self, channel: Channel) -> None:
        """It is no more, and the store knows."""
        subscription = channel.subscription
        self._channels.pop(subscription.id, None)
        self._of_printers[subscription.printer].pop(subscription.id, None)
        if subscription.job_id is not None:
            siblings = self._of_jobs[subscription.job_id]
            siblings.pop(subscription.id, None)
            if not siblings:
                del self._of_jobs[subscription.job_id]
        channel.is_ended = True
        channel.wake()

    def doom(self, channel: Channel) -> None:
        """It is no more; the store is told with the next `tidy`."""
        self._doomed.add(channel.subscription.id)
        self.end(channel)

    # ---- the store

    async def keep(self, channels: Iterable[Channel | None]) -> None:
        """Stores those that were admitted; where that fails, they are no more.

        Raises:
            StoreError: It failed.
        """
        admitted = [channel for channel in channels if channel is not None]
        try:
            await self.tidy()
            if admitted:
                added = [channel.subscription for channel in admitted]
                await seen_through(self._store.add_subscriptions(added))
        except StoreError:
            for channel in admitted:
                self.end(channel)
            raise

    async def renew(self, channel: Channel, lease_seconds: int) -> None:
        """Has its lease begin anew; StoreError where that cannot be stored."""
        renewed = replace(channel.subscription, lease_seconds=lease_seconds)
        await seen_through(self._store.change_subscriptions([renewed]))
        channel.renew(renewed)

    async def cancel(self, channel: Channel) -> None:
        """Ends it; StoreError where it goes on."""
        await seen_through(self._store.delete_subscriptions([channel.subscription.id]))
        self.end(channel)

    async def promise(self, channels: Iterable[Channel]) -> None:
        """Sees to it that no number which a client is shown now is ever given again.

        Raises:
            StoreError: It cannot be stored, so none may be shown.
        """
        await self._promise([channel for channel in channels if channel.needs_promise])

    async def _promise(self, channels: Collection[Channel], **how: int) -> None:
        if not channels:
            return
        promised = [(channel, channel.promised(**how)) for channel in channels]
        await seen_through(self._store.change_subscriptions([after for _, after in promised]))
        for channel, after in promised:
            channel.subscription = replace(channel.subscription, promised=after.promised)

    async def tidy(self) -> None:
        """Ends what has run out, and has the store forget it; StoreError where that must wait."""
        for channel in self:
            if channel.is_over:
                logger.info("the lease of subscription %d has run out", channel.subscription.id)
                self.doom(channel)
        doomed = set(self._doomed)
        if doomed:
            await seen_through(self._store.delete_subscriptions(doomed))
            self._doomed -= doomed

    def seconds_to_next_end(self) -> float | None:
        """Until the next lease runs out; None where none does."""
        left = [seconds for channel in self if (seconds := channel.seconds_left) is not None]
        return min(left, default=None)
