"""Jobs in memory: the same contract as on disk, for tests and for servers that shall leave nothing behind."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice

from ippserver.interfaces import JobQuery, Keep, NoSuchJob, PrinterRecord
from ippserver.model.access import user_name
from ippserver.model.errors import TooManyJobs
from ippserver.model.job import Change, Job, JobDraft
from ippserver.model.subscription import Subscription
from ippserver.model.words import MOST_SHOWN, holds, indexed, needles
from ippserver.stores.order import (
    LIVE_RANK,
    MAX_FORGOTTEN,
    MAX_JOB_ID,
    Excess,
    ended,
    kept_since,
    let_go,
    proof,
    stored,
    undelivered,
)


class MemoryStore:
    """A JobStore, PrinterStore and SubscriptionStore, gone with the process (see interfaces)."""

    def __init__(self, *, first_id: int = 1) -> None:
        self._next_id = first_id
        self._jobs: dict[int, Job] = {}
        self._forgotten: dict[int, str] = {}
        self._texts: dict[int, dict[int, str]] = {}
        self._printers: dict[str, PrinterRecord] = {}
        self._subscriptions: dict[int, Subscription] = {}
        self._last_subscription_id = 0

    async def open(self) -> None:
        """Nothing is needed."""

    async def close(self) -> None:
        """Nothing is held."""

    async def create(self, draft: JobDraft) -> Job:
        """The Job with its new job-id."""
        if self._next_id > MAX_JOB_ID:
            raise TooManyJobs("all job-ids are used up")
        job = Job.of(draft, self._next_id)
        self._next_id += 1
        self._jobs[job.id] = job
        return job

    async def get(self, job_id: int) -> Job | None:
        """The Job, or None."""
        return self._jobs.get(job_id)

    async def forgotten(self, job_id: int) -> str | None:
        """The Printer that had the Job."""
        return self._forgotten.get(job_id)

    async def query(self, query: JobQuery) -> Sequence[Job]:
        """The Jobs that match, in order."""
        among = self._jobs.values() if query.ids is None else self._those(query.ids)
        found = sorted((job for job in among if self._matches(job, query)), key=_place)
        return found[query.first - 1 :][: query.limit]

    def _matches(self, job: Job, query: JobQuery) -> bool:
        if query.text is not None:
            wanted, known = needles(query.text), map(indexed, self._texts_of(job).values())
            if not wanted or not holds("".join(known), wanted):
                return False
        return _matches(job, query)

    def _texts_of(self, job: Job) -> Mapping[int, str]:
        known = self._texts.get(job.id, {})
        there = {document.number for document in job.documents}
        return {number: text for number, text in sorted(known.items()) if number in there}

    async def keep_text(self, job_id: int, number: int, text: str) -> None:
        """Keeps what can be read in a Document."""
        if job_id in self._jobs:
            self._texts.setdefault(job_id, {})[number] = text

    async def texts(self, job_id: int) -> Mapping[int, str]:
        """What can be read in the Documents of the Job."""
        job = self._jobs.get(job_id)
        known = {} if job is None else self._texts_of(job)
        return {number: text[:MOST_SHOWN] for number, text in known.items()}

    def _those(self, ids: Collection[int]) -> Iterator[Job]:
        return (self._jobs[job_id] for job_id in set(ids) if job_id in self._jobs)

    async def ids(self, query: JobQuery) -> Sequence[int]:
        """Their job-ids."""
        return [job.id for job in await self.query(query)]

    async def update(self, job_id: int, change: Callable[[Job], Job]) -> Change:
        """Replaces the Job by `change(job)`."""
        (done,) = self._updated([job_id], change)
        return done

    async def update_all(self, job_ids: Sequence[int], change: Callable[[Job], Job]) -> Sequence[Change]:
        """Replaces all of the Jobs, or none."""
        return self._updated(job_ids, change)

    def _updated(self, job_ids: Sequence[int], change: Callable[[Job], Job]) -> Sequence[Change]:
        changes = [self._changed(job_id, change) for job_id in dict.fromkeys(job_ids)]
        self._jobs |= {done.job.id: done.job for done in changes}
        return changes

    def _changed(self, job_id: int, change: Callable[[Job], Job]) -> Change:
        before = self._jobs.get(job_id)
        if before is None:
            raise NoSuchJob(f"there is no job {job_id}")
        return Change(before=before, after=change(before))

    async def delete(self, job_ids: Collection[int]) -> Sequence[Job]:
        """Forgets the Jobs."""
        deleted = [self._jobs.pop(job_id) for job_id in sorted(set(job_ids)) if job_id in self._jobs]
        self._forgotten |= {job.id: job.printer for job in deleted}
        for job_id in sorted(self._forgotten)[:-MAX_FORGOTTEN]:
            del self._forgotten[job_id]
        gone = {job.id for job in deleted}
        for job_id in gone:
            self._texts.pop(job_id, None)
        await self.delete_subscriptions(
            [known.id for known in self._subscriptions.values() if known.job_id in gone]
        )
        return deleted

    async def excess(self, keep: Keep, limit: int) -> Sequence[Job]:
        """At most `limit` terminal Jobs that go beyond `keep`, oldest first."""
        terminal = sorted(
            (moment, job.id, job)
            for job in self._jobs.values()
            if (moment := ended(job)) is not None and not job.stored
        )
        excess = Excess(keep, len(terminal), sum(job.retained_octets for _, _, job in terminal))
        return [
            job for moment, _, job in islice(terminal, limit) if excess.takes(moment, job.retained_octets)
        ]

    async def overdue(self, now: float, limit: int) -> Sequence[Job]:
        """At most `limit` Jobs whose documents are to be let go."""
        waiting = (
            (moment, job.id, job) for job in self._jobs.values() if (moment := let_go(job)) is not None
        )
        return [job for moment, _, job in sorted(waiting)[:limit] if moment <= now]

    async def kept(self, before: float, limit: int) -> Sequence[Job]:
        """At most `limit` Jobs that ended before then, and keep their documents."""
        waiting = ((moment, job.id) for job in self._jobs.values() if (moment := kept_since(job)) is not None)
        return [self._jobs[job_id] for moment, job_id in sorted(waiting)[:limit] if moment < before]

    async def spool_keys(self) -> Collection[str]:
        """The keys of every Document."""
        return {
            document.key for job in self._jobs.values() for document in job.documents if document.retained
        }

    async def load_printer(self, path: str) -> PrinterRecord | None:
        """The record of the Printer at `path`, or None."""
        return self._printers.get(path)

    async def save_printer(self, record: PrinterRecord) -> None:
        """Stores `record`."""
        self._printers[record.path] = record

    async def subscriptions(self) -> Sequence[Subscription]:
        """All Subscriptions, by id."""
        return sorted(self._subscriptions.values(), key=lambda known: known.id)

    async def last_subscription_id(self) -> int:
        """The largest id so far."""
        return self._last_subscription_id

    async def add_subscriptions(self, subscriptions: Collection[Subscription]) -> None:
        """Stores new ones."""
        for new in subscriptions:
            if new.job_id is None or new.job_id in self._jobs:
                self._subscriptions[new.id] = new
            self._last_subscription_id = max(new.id, self._last_subscription_id)

    async def change_subscriptions(self, subscriptions: Collection[Subscription]) -> None:
        """Replaces those that are there."""
        self._subscriptions |= {new.id: new for new in subscriptions if new.id in self._subscriptions}

    async def delete_subscriptions(self, ids: Collection[int]) -> None:
        """Forgets them."""
        for subscription_id in ids:
            self._subscriptions.pop(subscription_id, None)


def _matches(job: Job, query: JobQuery) -> bool:
    return (
        (query.printer is None or job.printer == query.printer)
        and (query.states is None or job.state in query.states)
        and (query.user is None or user_name(job) == query.user)
        and (query.stored is None or stored(job) in query.stored)
        and (query.proof is None or proof(job) == query.proof)
        and (not query.undelivered or undelivered(job) is not None)
    )


def _place(job: Job) -> tuple[float, float, float, str]:
    moment = ended(job)
    if moment is None:
        return (0, LIVE_RANK[job.state], -job.priority, job.place)
    return (1, -moment, -job.id, "")
