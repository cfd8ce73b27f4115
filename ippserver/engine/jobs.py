"""Jobs as a whole: store, spool and whoever watches move together here, and only here."""

import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from ippserver.engine.intake import Incoming, receive
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import Clock, Ids, JobQuery, JobStore, Keep, Spool
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Name, NameWithLanguage
from ippserver.model.errors import JobCanceled, NotPossible, TooManyDocuments, TooManyJobs
from ippserver.model.job import MAX_ATTEMPTS, Change, Document, Job, JobDraft
from ippserver.model.printer import PrinterConfig
from ippserver.model.states import ACTIVE, TERMINAL, JobEvent

logger: Final = logging.getLogger(__name__)

Watcher = Callable[[Change], None]
"""Called, on the loop and in order, after every committed change; must return at once and never raise."""

_UNFINISHED: Final = frozenset(JobState) - TERMINAL
_CLOSED: Final = frozenset({JobStateReason.JOB_INCOMING, JobStateReason.JOB_DATA_INSUFFICIENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A document as a request brings it, with what is said about it."""

    incoming: Incoming
    name: Name | NameWithLanguage | None = None
    natural_language: str | None = None
    supplied: tuple[Attribute, ...] = ()


class Jobs:
    """Every Job of the server. What succeeds here is kept (the accept rule): synced, committed, then told."""

    def __init__(
        self, store: JobStore, spool: Spool, clock: Clock, ids: Ids, *, max_unfinished: int = 10_000
    ) -> None:
        self._store = store
        self._spool = spool
        self._clock = clock
        self._ids = ids
        self._max_unfinished = max_unfinished
        self._unfinished: dict[int, Job] = {}
        self._arriving = 0
        self._receiving: dict[int, int] = {}
        self._watchers: list[Watcher] = []

    @property
    def unfinished(self) -> Mapping[int, Job]:
        """The Jobs that are not in a terminal state, by id, as they are in the store."""
        return self._unfinished

    @property
    def spool(self) -> Spool:
        """Where the documents lie."""
        return self._spool

    def watch(self, watcher: Watcher) -> None:
        """Has `watcher` called after every change from now on."""
        self._watchers.append(watcher)

    async def open(self) -> None:
        """Takes up what an earlier run left: every accepted Job in its right state, orphans swept.

        A Job whose work was interrupted runs again, at most MAX_ATTEMPTS times; one whose cancellation was
        under way is canceled; one whose document is gone is aborted.
        """
        await self._spool.sweep(await self._store.spool_keys())
        for job in await self._store.query(JobQuery(states=_UNFINISHED)):
            self._tell(Change(before=None, after=job))
            if job.state in ACTIVE:
                await self.apply(job.id, self._interrupted)

    def _interrupted(self, job: Job) -> Job:
        now = self._clock.now()
        if job.canceling:
            return job.on(JobEvent.CANCEL_DONE, now)
        if job.attempts >= MAX_ATTEMPTS:
            message = f"Given up: the server ended {job.attempts} times while printing this job."
            return job.on(JobEvent.ABORT, now, message=message)
        return job.on(JobEvent.REQUEUE, now)

    async def put_back(self) -> None:
        """Makes pending again what was interrupted by an orderly stop: that counts as no attempt."""
        for job in [job for job in self._unfinished.values() if job.state in ACTIVE]:
            await self.apply(job.id, self._put_back)

    def _put_back(self, job: Job) -> Job:
        now = self._clock.now()
        if job.canceling:
            return job.on(JobEvent.CANCEL_DONE, now)
        return replace(job.on(JobEvent.REQUEUE, now), attempts=max(0, job.attempts - 1))

    # ---- coming in

    def check_room(self) -> None:
        """Raises TooManyJobs where the server holds as many unfinished Jobs as it may."""
        if len(self._unfinished) + self._arriving >= self._max_unfinished:
            raise TooManyJobs

    async def submit(self, draft: JobDraft, document: NewDocument | None, config: PrinterConfig) -> Job:
        """Accepts a Job: its document, if any, is on disk and the Job in the store when this returns.

        Raises:
            TooManyJobs: The server holds as many unfinished Jobs as it may.
            IppError, SpoolError, StoreError, DocumentInterrupted: Nothing of the Job is left then.
        """
        self.check_room()
        self._arriving += 1
        try:
            if document is None:
                return self._created(await self._store.create(draft))
            async with self._spooled(document, config) as stored:
                return self._created(
                    await self._store.create(replace(draft, documents=(replace(stored, number=1),)))
                )
        finally:
            self._arriving -= 1

    async def add_document(
        self, job_id: int, document: NewDocument | None, config: PrinterConfig, *, last: bool
    ) -> Job:
        """Adds `document`, if any, to a Job that is open for more, and closes the Job after the `last` one.

        Raises:
            NotPossible: The Job is not open for documents.
            JobCanceled: It was canceled while the document was arriving (RFC 8011 B.1.5.9).
            IppError, SpoolError, StoreError, DocumentInterrupted: The Job is as it was.
        """
        if document is None:
            return await self.apply(job_id, lambda job: self._extended(job, None, last))
        self._check_open(self._unfinished.get(job_id), config)
        self._receiving[job_id] = self._receiving.get(job_id, 0) + 1
        try:
            async with self._spooled(document, config) as stored:
                return await self.apply(job_id, lambda job: self._extended(job, stored, last))
        finally:
            self._receiving[job_id] -= 1
            if not self._receiving[job_id]:
                del self._receiving[job_id]

    @staticmethod
    def _check_open(job: Job | None, config: PrinterConfig) -> None:
        if job is None or not job.incoming:
            raise NotPossible("The job takes no more documents.")
        if len(job.documents) >= config.max_documents_per_job:
            raise TooManyDocuments

    def _extended(self, job: Job, document: Document | None, last: bool) -> Job:
        """A pure step for the store: `job` with one more document, closed where it was the last."""
        if not job.incoming:
            raise (
                JobCanceled if document and job.terminal else NotPossible("The job takes no more documents.")
            )
        now = self._clock.now()
        if document is not None:
            job = job.with_document(replace(document, number=len(job.documents) + 1))
        if not last:
            return replace(job, touched=now, reasons=job.reasons - {JobStateReason.JOB_DATA_INSUFFICIENT})
        return replace(job, incoming=False, touched=now).on(JobEvent.RELEASE, now, drops=_CLOSED)

    @asynccontextmanager
    async def _spooled(self, document: NewDocument, config: PrinterConfig) -> AsyncIterator[Document]:
        """The document in the spool; gone again if the body fails.

        Not so if the body is cancelled: the store may commit all the same, and what it does not know is swept
        at the next start.
        """
        key = self._ids.uuid()
        spooled, found = await receive(self._spool, key, document.incoming, config)
        try:
            yield Document(
                number=0,
                key=key,
                format=found,
                size_octets=spooled.size_octets,
                sha256=spooled.sha256,
                name=document.name,
                natural_language=document.natural_language,
                supplied=document.supplied,
            )
        except Exception:
            await self._spool.delete([key])
            raise

    def receiving(self, job_id: int) -> bool:
        """Whether a document for the Job is arriving at this moment."""
        return job_id in self._receiving

    # ---- changing

    async def apply(self, job_id: int, change: Callable[[Job], Job]) -> Job:
        """Changes a Job by a pure function, in one transaction, and tells the watchers.

        Raises:
            NoSuchJob: There is none.
            Exception: Whatever `change` raises; nothing happened then.
        """
        done = await self._store.update(job_id, change)
        self._tell(done)
        return done.job

    async def on(self, job_id: int, event: JobEvent, message: str = "") -> Job:
        """Applies one event; IllegalTransition where it is not possible."""
        return await self.apply(job_id, lambda job: job.on(event, self._clock.now(), message=message))

    async def delete(self, job_ids: Collection[int]) -> None:
        """Forgets Jobs, then their documents."""
        gone = await self._store.delete(job_ids)
        for job in gone:
            self._tell(Change(before=job, after=None))
        await self._spool.delete([document.key for job in gone for document in job.documents])

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

    def ahead_of(self, job: Job) -> int:
        """How many Jobs of its Printer are processed before `job` (number-of-intervening-jobs)."""
        return sum(
            1 for other in self._unfinished.values() if other.printer == job.printer and _before(other, job)
        )

    async def excess(self, keep: Keep, limit: int) -> Sequence[Job]:
        """Terminal Jobs beyond `keep`, oldest first."""
        return await self._store.excess(keep, limit)

    # ---- telling

    def _created(self, job: Job) -> Job:
        self._tell(Change(before=None, after=job))
        return job

    def _tell(self, change: Change) -> None:
        job = change.after
        if job is None or job.terminal:
            self._unfinished.pop(change.job.id, None)
        else:
            self._unfinished[job.id] = job
        if change.after is not None and (change.before is None or change.before.state != change.after.state):
            logger.info(
                "job %d is %s",
                change.after.id,
                change.after.state.keyword,
                extra={"job_id": change.after.id, "printer": change.after.printer},
            )
        for watcher in self._watchers:
            watcher(change)


def _before(other: Job, job: Job) -> bool:
    if other.state in ACTIVE:
        return other.id != job.id
    return other.state is JobState.PENDING and (-other.priority, other.id) < (-job.priority, job.id)
