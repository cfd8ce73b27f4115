"""Jobs as a whole: store, spool and whoever watches move together here, and only here."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any, Final

from ippserver.engine.commitment import seen_through
from ippserver.engine.intake import Incoming, receive
from ippserver.engine.queue import PendingQueue
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import Clock, Ids, JobQuery, JobStore, Keep, Spool, SpoolError, StoreError
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
_TAKES_NO_MORE: Final = "The job takes no more documents."


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
        self._pending: defaultdict[str, PendingQueue] = defaultdict(PendingQueue)
        self._active: Counter[str] = Counter()
        self._arriving = 0
        self._receiving: Counter[int] = Counter()
        self._watchers: list[Watcher] = []

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

    def watch(self, watcher: Watcher) -> None:
        """Has `watcher` called after every change from now on."""
        self._watchers.append(watcher)

    async def open(self) -> None:
        """Takes up what an earlier run left: every accepted Job in its right state, orphans swept.

        A Job whose work was interrupted runs again, at most MAX_ATTEMPTS times; one whose cancellation was
        under way is canceled; one whose document is gone is aborted.
        """
        await self._spool.sweep(await self._store.spool_keys())
        found = await self._store.query(JobQuery(states=_UNFINISHED))
        missing = await self._spool.missing([document.key for job in found for document in job.documents])
        for job in found:
            self._tell(Change(before=None, after=job))
            if any(document.key in missing for document in job.documents):
                logger.error("job %d has lost its document", job.id, extra={"job_id": job.id})
                await self.apply(job.id, self._lost)
            elif job.state in ACTIVE:
                await self.apply(job.id, self._interrupted)
        logger.info("%d unfinished jobs", len(self._unfinished))

    def _lost(self, job: Job) -> Job:
        if job.canceling:
            return job.on(JobEvent.CANCEL_DONE, self._clock.now())
        return job.on(
            JobEvent.ABORT,
            self._clock.now(),
            drops={JobStateReason.JOB_RESTARTABLE},
            message="A document of this job is no longer in the spool.",
        )

    def _interrupted(self, job: Job) -> Job:
        now = self._clock.now()
        if job.canceling:
            return job.on(JobEvent.CANCEL_DONE, now)
        if job.attempts >= MAX_ATTEMPTS:
            message = f"Given up: the server ended {job.attempts} times while printing this job."
            return job.on(JobEvent.ABORT, now, message=message)
        return job.on(JobEvent.REQUEUE, now)

    async def put_back(self) -> None:
        """Makes pending again what was interrupted by an orderly stop: that counts as no attempt.

        What the store cannot put back now is taken up by the next start, as after a crash.
        """
        for job in [job for job in self._unfinished.values() if job.state in ACTIVE]:
            try:
                await self.apply(job.id, self._put_back)
            except StoreError as error:
                logger.error("job %d stays as it is: %s", job.id, error, extra={"job_id": job.id})  # noqa: TRY400

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
                return await seen_through(self._create(draft))
            stored = await self._received(document, config)
            draft = replace(draft, documents=(replace(stored, number=1),))
            return await seen_through(self._kept(stored, self._create(draft)))
        finally:
            self._arriving -= 1

    async def add_document(
        self, job_id: int, document: NewDocument | None, config: PrinterConfig, *, last: bool
    ) -> Job:
        """Adds `document`, if any, to a Job that is open for more, and closes the Job after the `last` one.

        Raises:
            NotPossible: The Job is not open for documents.
            TooManyDocuments: It has as many as it may.
            JobCanceled: It was canceled while the document was arriving (RFC 8011 B.1.5.9).
            IppError, SpoolError, StoreError, DocumentInterrupted: The Job has the documents that it had.
        """
        if document is None:
            return await self.apply(job_id, lambda job: self._extended(job, None, config, last=last))
        known = self._unfinished.get(job_id)
        if known is None:
            raise NotPossible(_TAKES_NO_MORE)
        _check_open(known, config)
        try:
            with self._receives(job_id):
                stored = await self._received(document, config)
                extend = partial(self._extended, document=stored, config=config, last=last)
                return await seen_through(self._kept(stored, self._update(job_id, extend)))
        except BaseException:
            await self._touch(job_id)
            raise

    async def take_again(
        self,
        job_id: int,
        documents: Mapping[int, NewDocument],
        config: PrinterConfig,
        change: Callable[[Job], Job],
    ) -> Job:
        """Puts `documents` in the place of the Job's own of those numbers and applies `change`, in one step.

        Raises:
            IppError, SpoolError, StoreError: The Job and its documents are as they were.
        """
        fresh: list[Document] = []
        try:
            for number, document in documents.items():
                fresh.append(replace(await self._received(document, config), number=number))
            return await seen_through(self._exchange(job_id, fresh, change))
        except Exception:
            await self._discard([document.key for document in fresh])
            raise

    async def _exchange(self, job_id: int, fresh: Sequence[Document], change: Callable[[Job], Job]) -> Job:
        done = await self._store.update(job_id, lambda job: change(reduce(Job.with_document, fresh, job)))
        self._tell(done)
        before = done.before or done.job
        await self._discard([before.document(document.number).key for document in fresh])
        return done.job

    @contextmanager
    def _receives(self, job_id: int) -> Iterator[None]:
        self._receiving[job_id] += 1
        try:
            yield
        finally:
            self._receiving[job_id] -= 1
            self._receiving += Counter()  # without those that are zero

    def receiving(self, job_id: int) -> bool:
        """Whether a document for the Job is arriving at this moment."""
        return job_id in self._receiving

    async def _touch(self, job_id: int) -> None:
        """Has multiple-operation-time-out begin anew: whoever failed to send a document may try again."""
        with suppress(StoreError):
            await self.apply(
                job_id, lambda job: replace(job, touched=self._clock.now()) if job.incoming else job
            )

    def _extended(self, job: Job, document: Document | None, config: PrinterConfig, *, last: bool) -> Job:
        """A pure step for the store: `job` with one more document, closed where it was the last."""
        if document is None and not job.incoming:
            raise NotPossible(_TAKES_NO_MORE)
        if document is not None:
            if job.terminal:
                raise JobCanceled
            _check_open(job, config)
            job = job.with_document(replace(document, number=len(job.documents) + 1))
        now = self._clock.now()
        if not last:
            return replace(job, touched=now, reasons=job.reasons - {JobStateReason.JOB_DATA_INSUFFICIENT})
        return replace(job, incoming=False, touched=now).on(JobEvent.RELEASE, now, drops=_CLOSED)

    async def _received(self, document: NewDocument, config: PrinterConfig) -> Document:
        """The document in the spool, not yet numbered; whatever this raises, nothing of it is left."""
        key = self._ids.uuid()
        spooled, found = await receive(self._spool, key, document.incoming, config)
        return Document(
            number=0,
            key=key,
            format=found,
            size_octets=spooled.size_octets,
            sha256=spooled.sha256,
            name=document.name,
            natural_language=document.natural_language,
            supplied=document.supplied,
        )

    async def _kept(self, document: Document, commit: Coroutine[Any, Any, Job]) -> Job:
        """What `commit` answers; where it fails, the document leaves the spool."""
        try:
            return await commit
        except Exception:
            await self._discard([document.key])
            raise

    async def _discard(self, keys: Collection[str]) -> None:
        """Removes documents that no Job has any more."""
        try:
            await self._spool.delete(keys)
        except SpoolError as error:
            logger.error("%d documents stay in the spool until the next start: %s", len(keys), error)  # noqa: TRY400

    # ---- changing

    async def apply(self, job_id: int, change: Callable[[Job], Job]) -> Job:
        """Changes a Job by a pure function, in one transaction, and tells the watchers.

        Raises:
            NoSuchJob: There is none.
            Exception: Whatever `change` raises; nothing happened then.
        """
        return await seen_through(self._update(job_id, change))

    async def on(self, job_id: int, event: JobEvent, message: str = "") -> Job:
        """Applies one event; IllegalTransition where it is not possible."""
        return await self.apply(job_id, lambda job: job.on(event, self._clock.now(), message=message))

    async def delete(self, job_ids: Collection[int]) -> None:
        """Forgets Jobs, then their documents."""
        await seen_through(self._delete(job_ids))

    async def _create(self, draft: JobDraft) -> Job:
        job = await self._store.create(draft)
        self._tell(Change(before=None, after=job))
        return job

    async def _update(self, job_id: int, change: Callable[[Job], Job]) -> Job:
        done = await self._store.update(job_id, change)
        self._tell(done)
        return done.job

    async def _delete(self, job_ids: Collection[int]) -> None:
        gone = await self._store.delete(job_ids)
        for job in gone:
            self._tell(Change(before=job, after=None))
        await self._discard([document.key for job in gone for document in job.documents])

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
        if job.state in ACTIVE:
            return 0
        return self._active[job.printer] + self._pending[job.printer].ahead_of(job)

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
        self._active[known.printer] -= known.state in ACTIVE
        self._pending[known.printer].discard(known)

    def _remember(self, job: Job) -> None:
        self._unfinished[job.id] = job
        self._active[job.printer] += job.state in ACTIVE
        if job.state is JobState.PENDING:
            self._pending[job.printer].add(job)


def _check_open(job: Job, config: PrinterConfig) -> None:
    if not job.incoming:
        raise NotPossible(_TAKES_NO_MORE)
    if len(job.documents) >= config.max_documents_per_job:
        raise TooManyDocuments
