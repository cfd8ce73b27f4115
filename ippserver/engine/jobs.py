"""How Jobs come in, and come back: documents are spooled, then the Job that has them is stored."""

import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, Final

from ippserver.engine.commitment import seen_through
from ippserver.engine.intake import Incoming, receive
from ippserver.engine.ledger import Ledger, keys_of
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import Clock, Ids, JobQuery, JobStore, Spool, StoreError
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Name, NameWithLanguage
from ippserver.model.document import Document
from ippserver.model.errors import JobCanceled, NotPossible, TooManyDocuments, TooManyJobs
from ippserver.model.job import MAX_ATTEMPTS, NAMELESS, Change, Job, JobDraft
from ippserver.model.printer import PrinterConfig
from ippserver.model.states import TERMINAL, JobEvent

logger: Final = logging.getLogger(__name__)

_UNFINISHED: Final = frozenset(JobState) - TERMINAL
_CLOSED: Final = frozenset({JobStateReason.JOB_INCOMING, JobStateReason.JOB_DATA_INSUFFICIENT})
_TAKES_NO_MORE: Final = "The job takes no more documents."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A document as a request brings it, with what is said about it."""

    incoming: Incoming
    name: Name | NameWithLanguage | None = None
    title: Name | NameWithLanguage = NAMELESS
    """job-name of a Job that has none when it comes, if any."""
    natural_language: str | None = None
    template: tuple[Attribute, ...] = ()
    supplied: tuple[Attribute, ...] = ()
    password: str | None = field(default=None, repr=False)
    """document-password."""


class Jobs(Ledger):
    """Every Job of the server. What succeeds here is kept (the accept rule): synced, committed, then told."""

    def __init__(
        self, store: JobStore, spool: Spool, clock: Clock, ids: Ids, *, max_unfinished: int = 10_000
    ) -> None:
        super().__init__(store, spool, clock)
        self._ids = ids
        self._max_unfinished = max_unfinished
        self._arriving = 0
        self._receiving: Counter[int] = Counter()

    async def open(self) -> None:
        """Takes up what an earlier run left: every accepted Job in its right state, orphans swept.

        A Job whose work was interrupted runs again, at most MAX_ATTEMPTS times; one whose cancellation was
        under way is canceled; one whose document is gone is aborted; one that was suspended stays so.
        """
        await self._spool.sweep(await self._store.spool_keys())
        for job in await self._store.query(JobQuery(undelivered=True)):
            self._tell(Change(before=None, after=job))
        found = await self._store.query(JobQuery(states=_UNFINISHED))
        missing = await self._spool.missing(keys_of(found))
        for job in found:
            self._tell(Change(before=None, after=job))
            if any(document.key in missing for document in job.documents):
                logger.error("job %d has lost its document", job.id, extra={"job_id": job.id})
                await self.apply(job.id, self._lost)
            elif job.active:
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
        for job in [job for job in self._unfinished.values() if job.active]:
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
            return await seen_through(self._kept([stored], self._create(draft)))
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

                def extend(job: Job) -> Job:
                    named = job if job.name else replace(job, name=document.title)
                    return self._extended(named, stored, config, last=last)

                return await seen_through(self._kept([stored], self._update(job_id, extend)))
        except BaseException:
            await self._touch(job_id)
            raise

    async def close(self, job_id: int) -> Job:
        """Takes no more documents for the Job; one that is closed already is left as it is.

        Raises:
            NotPossible: It is terminal.
        """
        return await self.apply(job_id, self._closed)

    def _closed(self, job: Job) -> Job:
        if job.terminal:
            raise NotPossible(_TAKES_NO_MORE)
        now = self._clock.now()
        if not job.incoming:
            return job
        return replace(job, incoming=False, touched=now).on(JobEvent.RELEASE, now, drops=_CLOSED)

    async def submit_copy(
        self, draft: JobDraft, original: Job, documents: Mapping[int, NewDocument], config: PrinterConfig
    ) -> Job:
        """Accepts a Job with the documents of `original`; those in `documents` come anew, by their number.

        Raises:
            TooManyJobs: The server holds as many unfinished Jobs as it may.
            IppError, SpoolError, StoreError: Nothing of the new Job is left then.
        """
        self.check_room()
        self._arriving += 1
        try:
            copies: list[Document] = []
            try:
                for document in original.documents:
                    again = documents.get(document.number)
                    copy = await (self._copied(document) if again is None else self._received(again, config))
                    copies.append(replace(copy, number=document.number))
            except BaseException:
                await self._discard([copy.key for copy in copies])
                raise
            create = self._create(replace(draft, documents=tuple(copies)))
            return await seen_through(self._kept(copies, create))
        finally:
            self._arriving -= 1

    async def _copied(self, document: Document) -> Document:
        """The same document under a key of its own, so that each of the two Jobs can forget it."""
        key = self._ids.uuid()
        await self._spool.copy(document.key, key)
        return document.copied(key, self._clock.now())

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
            job = job.with_document(replace(document, number=job.next_number))
        if last:
            return self._closed(job)
        now = self._clock.now()
        return replace(job, touched=now, reasons=job.reasons - {JobStateReason.JOB_DATA_INSUFFICIENT})

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
            template=document.template,
            supplied=document.supplied,
            created=self._clock.now(),
            password=document.password,
        )

    async def _kept(self, documents: Sequence[Document], commit: Coroutine[Any, Any, Job]) -> Job:
        """What `commit` answers; where it fails, the documents leave the spool."""
        try:
            return await commit
        except Exception:
            await self._discard([document.key for document in documents])
            raise


def _check_open(job: Job, config: PrinterConfig) -> None:
    if not job.incoming:
        raise NotPossible(_TAKES_NO_MORE)
    if len(job.documents) >= config.max_documents_per_job:
        raise TooManyDocuments
