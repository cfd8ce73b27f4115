"""What is known of every Job: kept in the store, counted here, told to whoever watches."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ippserver.engine.commitment import seen_through
from ippserver.engine.queue import PendingQueue
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import Clock, JobQuery, JobStore, Keep, Spool, SpoolError, StoreError
from ippserver.model.errors import NotPossible
from ippserver.model.job import Change, Job, JobDraft
from ippserver.model.states import JobEvent

logger: Final = logging.getLogger(__name__)

_AT_ONCE: Final = 100
"""Jobs that are held of a long list: the more, the longer everybody waits for the garbage collector."""

Watcher = Callable[[Change], None]
"""Called, on the loop and in order, after every committed change; must return at once and never raise."""


class Ledger:
    """Changes Jobs and reads them: store, spool and whoever watches move together here, and only here."""

    def __init__(self, store: JobStore, spool: Spool, clock: Clock) -> None:
        self._store = store
        self._spool = spool
        self._clock = clock
        self._unfinished: dict[int, Job] = {}
        self._pending: defaultdict[str, PendingQueue] = defaultdict(PendingQueue)
        self._active: Counter[str] = Counter()
        self._watchers: list[Watcher] = []
        self._moving = asyncio.Lock()

    @property
    def unfinished(self) -> Mapping[int, Job]:
        """The Jobs that are not in a terminal state, by id, as they are in the store."""
        return self._unfinished

    @property
    def spool(self) -> Spool:
        """Where the documents lie."""
        return self._spool

    def pending(self, printer: str) -> PendingQueue:
        """The Jobs that wait to be begun by the Printer at that path, each as soon as it is pending."""
        return self._pending[printer]

    def current(self, printer: str) -> Sequence[Job]:
        """The Jobs that the Printer at that path has at work, the longest at it first (RFC 3998 4.2, 4.3)."""
        found = [job for job in self._unfinished.values() if job.printer == printer and job.active]
        return sorted(found, key=lambda job: (job.touched, job.id))

    def watch(self, watcher: Watcher) -> None:
        """Has `watcher` called after every change from now on."""
        self._watchers.append(watcher)

    # ---- changing

    async def apply(self, job_id: int, change: Callable[[Job], Job]) -> Job:
        """Changes a Job by a pure function, in one transaction, and tells the watchers.

        Raises:
            NoSuchJob: There is none.
            Exception: Whatever `change` raises; nothing happened then.
        """
        return await seen_through(self._update(job_id, change))

    async def apply_all(self, job_ids: Sequence[int], change: Callable[[Job], Job]) -> Sequence[Job]:
        """As `apply` to each, in order; all of them or none."""
        return await seen_through(self._update_all(job_ids, change))

    async def on(self, job_id: int, event: JobEvent, message: str = "") -> Job:
        """Applies one event; IllegalTransition where it is not possible."""
        return await self.apply(job_id, lambda job: job.on(event, self._clock.now(), message=message))

    async def move(self, job: Job, priority: int, *, behind: Job | None, change: Callable[[Job], Job]) -> Job:
        """Puts a pending Job to the front of the Jobs of `priority`, or right `behind` another one of it.

        `change` is applied in the same step.

        Raises:
            NotPossible: It is not pending.
        """
        async with self._moving:  # two at once would take the same place
            queue = self._pending[job.printer]
            place = queue.front(priority) if behind is None else queue.behind(behind)

            def moved(now: Job) -> Job:
                if now.state is not JobState.PENDING:
                    raise NotPossible("Only a job that waits to be printed can be moved in the queue.")
                return replace(change(now), priority=priority, moved=place)

            return await self.apply(job.id, moved)

    async def let_go(self, job: Job) -> None:
        """Removes the documents of a terminal Job from the spool; what is known of them stays."""
        await seen_through(self._let_go(job.id))
        logger.info("job %d let its documents go", job.id, extra={"job_id": job.id, "printer": job.printer})

    async def keep_text(self, job_id: int, number: int, text: str) -> None:
        """Keeps what can be read in a Document, for search; what cannot be kept is left out."""
        try:
            await self._store.keep_text(job_id, number, text)
        except StoreError as error:
            logger.warning("job %d cannot be searched: %s", job_id, error, extra={"job_id": job_id})

    async def delete_document(self, job_id: int, number: int, check: Callable[[Job], None]) -> None:
        """Forgets one Document of a Job, then its octets; `check` may raise what keeps it from being so.

        Raises:
            NoSuchJob: There is none.
            Exception: Whatever `check` raises; nothing happened then.
        """
        await seen_through(self._delete_document(job_id, number, check))

    async def delete(self, job_ids: Collection[int]) -> Sequence[Job]:
        """Forgets Jobs, then their documents; answers those that were there."""
        return await seen_through(self._delete(job_ids))

    async def _create(self, draft: JobDraft) -> Job:
        job = await self._store.create(draft)
        self._tell(Change(before=None, after=job))
        return job

    async def _update(self, job_id: int, change: Callable[[Job], Job]) -> Job:
        done = await self._store.update(job_id, change)
        self._tell(done)
        return done.job

    async def _update_all(self, job_ids: Sequence[int], change: Callable[[Job], Job]) -> Sequence[Job]:
        changes = await self._store.update_all(job_ids, change)
        for done in changes:
            self._tell(done)
        return [done.job for done in changes]

    async def _let_go(self, job_id: int) -> None:
        done = await self._store.update(job_id, _without_content)
        self._tell(done)
        if done.after is not done.before:
            await self._discard(keys_of([done.before or done.job]))

    async def _delete_document(self, job_id: int, number: int, check: Callable[[Job], None]) -> None:
        def without(job: Job) -> Job:
            check(job)
            return job.without_document(number)

        done = await self._store.update(job_id, without)
        self._tell(done)
        gone = (done.before or done.job).document(number)
        await self._discard([gone.key] if gone.retained else [])

    async def _delete(self, job_ids: Collection[int]) -> Sequence[Job]:
        gone = await self._store.delete(job_ids)
        for job in gone:
            self._tell(Change(before=job, after=None))
        await self._discard(keys_of(gone))
        return gone

    async def _discard(self, keys: Collection[str]) -> None:
        """Removes documents that no Job has any more."""
        try:
            await self._spool.delete(keys)
        except SpoolError as error:
            logger.error("%d documents stay in the spool until the next start: %s", len(keys), error)  # noqa: TRY400

    # ---- reading

    async def get(self, job_id: int) -> Job | None:
        """The Job, or None."""
        return self._unfinished.get(job_id) or await self._store.get(job_id)

    async def forgotten(self, job_id: int) -> str | None:
        """The path of the Printer that had the Job, where it is known to have been deleted."""
        return await self._store.forgotten(job_id)

    async def query(self, query: JobQuery) -> Sequence[Job]:
        """The Jobs that match, in the order of JobQuery."""
        return await self._store.query(query)

    async def each(self, query: JobQuery) -> AsyncGenerator[Job, None]:
        """As `query`, but of many only a few at a time are held.

        Each is as it is when its turn comes; those that are deleted meanwhile are left out.
        """
        limit = _AT_ONCE if query.limit is None else min(_AT_ONCE, query.limit)
        first = await self._store.query(replace(query, limit=limit))
        for job in first:
            yield job
        if len(first) < _AT_ONCE:
            return
        known = {job.id for job in first}
        rest = [job_id for job_id in await self._store.ids(query) if job_id not in known]
        for start in range(0, len(rest), _AT_ONCE):
            ids = rest[start : start + _AT_ONCE]
            there = {job.id: job for job in await self._store.query(JobQuery(ids=ids))}
            for job_id in ids:
                if job_id in there:
                    yield there[job_id]

    async def ids(self, query: JobQuery) -> Sequence[int]:
        """The job-ids of the Jobs that match, in the order of JobQuery."""
        return await self._store.ids(query)

    def ahead_of(self, job: Job) -> int:
        """How many Jobs of its Printer are processed before `job` (number-of-intervening-jobs)."""
        if job.active:
            return 0
        return self._active[job.printer] + self._pending[job.printer].ahead_of(job)

    async def overdue(self, now: float, limit: int) -> Sequence[Job]:
        """At most `limit` terminal Jobs whose documents are to be let go."""
        return await self._store.overdue(now, limit)

    async def kept(self, before: float, limit: int) -> Sequence[Job]:
        """At most `limit` terminal Jobs that ended before then and keep documents that nobody needs."""
        return await self._store.kept(before, limit)

    async def excess(self, keep: Keep, limit: int) -> Sequence[Job]:
        """Terminal Jobs beyond `keep`, oldest first."""
        return await self._store.excess(keep, limit)

    # ---- telling

    def _tell(self, change: Change) -> None:
        job = change.after
        self._forget(change.before)
        if job is not None and not job.terminal:
            self._remember(job)
        if job is not None and (change.before is None or change.before.state != job.state):
            logger.info(
                "job %d is %s", job.id, job.state.keyword, extra={"job_id": job.id, "printer": job.printer}
            )
        for watcher in self._watchers:
            watcher(change)

    def _forget(self, job: Job | None) -> None:
        known = None if job is None else self._unfinished.pop(job.id, None)
        if known is None:
            return
        self._active[known.printer] -= known.active
        self._pending[known.printer].discard(known)

    def _remember(self, job: Job) -> None:
        self._unfinished[job.id] = job
        self._active[job.printer] += job.active
        if job.state is JobState.PENDING:
            self._pending[job.printer].add(job)


def keys_of(jobs: Iterable[Job]) -> list[str]:
    """The keys of the documents that they have in the spool."""
    return [document.key for job in jobs for document in job.documents if document.retained]


def _without_content(job: Job) -> Job:
    if not job.terminal:
        return job  # it was restarted meanwhile
    emptied = tuple(replace(document, key="", password=None) for document in job.documents)
    return replace(job, documents=emptied, reasons=job.reasons - {JobStateReason.JOB_RESTARTABLE})
