"""Jobs in one SQLite file: a thread that writes, others that read, and the newest changes in memory."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Concatenate, Final, ParamSpec, TypeVar

from ippserver.interfaces import JobQuery, Keep, NoSuchJob, PrinterRecord, StoreError
from ippserver.model.job import Change, Job, JobDraft
from ippserver.model.subscription import Subscription
from ippserver.model.words import MOST_SHOWN, indexed
from ippserver.runtime.threads import Workers, to_end
from ippserver.stores import listing, opening, rows, subscription_rows, texts
from ippserver.stores.faults import translated
from ippserver.stores.recent import RecentJobs
from ippserver.stores.writer import Writer

T = TypeVar("T")
P = ParamSpec("P")

BUSY_TIMEOUT_SECONDS: Final = 10.0
"""How long another program's lock (a backup's, a curious person's) is waited for."""
_READERS: Final = 2


class SqliteStore:
    """A JobStore, PrinterStore and SubscriptionStore in the file `path`, alone in its folder.

    `connection_factory` makes the writing connection; a test gives one that fails.
    """

    def __init__(
        self,
        path: Path,
        *,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
        connection_factory: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> None:
        self._path = path
        self._busy_timeout_seconds = busy_timeout_seconds
        self._connection_factory = connection_factory
        self._recent = RecentJobs()
        self._workers = Workers("store-read", _READERS)
        self._readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._held = ExitStack()
        self._writer: Writer | None = None

    async def open(self) -> None:
        """Makes the store or upgrades it; refuses one that is damaged, newer, or in use elsewhere."""
        try:
            connection, inode = await self._workers.run(self._open)
        except BaseException:
            await self.close()
            raise
        self._writer = Writer(connection, self._recent, partial(opening.guard, self._path, inode))

    @translated()
    def _open(self) -> tuple[sqlite3.Connection, int]:
        self._held.callback(os.close, opening.lock_store(self._path))
        opening.prepare(self._path)
        writer = opening.open_writer(self._path, self._busy_timeout_seconds, self._connection_factory)
        self._held.callback(writer.close)  # after the readers: the last one to close checkpoints
        for _ in range(_READERS):
            reader = opening.open_reader(self._path, self._busy_timeout_seconds)
            self._held.callback(reader.close)
            self._readers.put(reader)
        return writer, self._path.stat().st_ino

    async def close(self) -> None:
        """Ends it after the changes that are under way."""
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.close()
        await self._workers.close()
        await to_end(asyncio.to_thread(self._held.close))

    async def create(self, draft: JobDraft) -> Job:
        """The Job with its new job-id."""

        def work(connection: sqlite3.Connection) -> Job:
            with _storable():
                job_id = rows.insert_job(connection, Job.of(draft, 0))
            job = Job.of(draft, job_id)
            self._recent.put(job)
            return job

        return await self._write(work)

    async def get(self, job_id: int) -> Job | None:
        """The Job, or None."""
        return self._recent.get(job_id) or await self._read(rows.load_job, job_id)

    async def forgotten(self, job_id: int) -> str | None:
        """The Printer that had the Job."""
        return await self._read(rows.load_forgotten, job_id)

    async def query(self, query: JobQuery) -> Sequence[Job]:
        """The Jobs that match, in order."""
        return await self._read(listing.query, query)

    async def ids(self, query: JobQuery) -> Sequence[int]:
        """Their job-ids."""
        return await self._read(listing.query_ids, query)

    async def update(self, job_id: int, change: Callable[[Job], Job]) -> Change:
        """Replaces the Job by `change(job)`."""

        (done,) = await self.update_all([job_id], change)
        return done

    async def update_all(self, job_ids: Sequence[int], change: Callable[[Job], Job]) -> Sequence[Change]:
        """Replaces all of the Jobs, or none."""

        def work(connection: sqlite3.Connection) -> Sequence[Change]:
            steps = []
            for job_id in dict.fromkeys(job_ids):
                before = self._load(connection, job_id)
                if before is None:
                    raise NoSuchJob(f"there is no job {job_id}")
                steps.append((before, change(before)))
            with _storable():
                for before, after in steps:
                    if after is not before:
                        rows.replace_job(connection, before, after)
            for before, after in steps:  # when nothing can fail any more
                if after is not before:
                    self._recent.put(after)
            return [Change(before=before, after=after) for before, after in steps]

        return await self._write(work)

    async def delete(self, job_ids: Collection[int]) -> Sequence[Job]:
        """Forgets the Jobs."""

        def work(connection: sqlite3.Connection) -> Sequence[Job]:
            found = [self._load(connection, job_id) for job_id in sorted(set(job_ids))]
            jobs = [job for job in found if job is not None]
            rows.delete_jobs(connection, jobs)
            for job in jobs:
                self._recent.drop(job.id)
            return jobs

        return await self._write(work)

    async def excess(self, keep: Keep, limit: int) -> Sequence[Job]:
        """At most `limit` terminal Jobs that go beyond `keep`, oldest first."""
        return await self._read(listing.excess, keep, limit)

    async def overdue(self, now: float, limit: int) -> Sequence[Job]:
        """At most `limit` Jobs whose documents are to be let go."""
        return await self._read(listing.overdue, now, limit)

    async def kept(self, before: float, limit: int) -> Sequence[Job]:
        """At most `limit` Jobs that ended before then, and keep their documents."""
        return await self._read(listing.kept, before, limit)

    async def spool_keys(self) -> Collection[str]:
        """The keys of every Document."""
        return await self._read(rows.load_keys)

    async def keep_text(self, job_id: int, number: int, text: str) -> None:
        """Keeps what can be read in a Document."""

        if self._writer is None:
            raise StoreError("the store is not open")
        words = await self._workers.run(indexed, text)  # of a long one that takes its time

        def work(connection: sqlite3.Connection) -> None:
            with _storable():
                texts.save(connection, job_id, number, (words, text[:MOST_SHOWN]))

        await self._write(work)

    async def texts(self, job_id: int) -> Mapping[int, str]:
        """What can be read in the Documents of the Job."""
        return await self._read(texts.load, job_id)

    async def load_printer(self, path: str) -> PrinterRecord | None:
        """The record of the Printer at `path`, or None."""
        return await self._read(rows.load_printer, path)

    async def save_printer(self, record: PrinterRecord) -> None:
        """Stores `record`."""

        def work(connection: sqlite3.Connection) -> None:
            with _storable():
                rows.save_printer(connection, record)

        await self._write(work)

    async def subscriptions(self) -> Sequence[Subscription]:
        """All Subscriptions, by id."""
        return await self._read(subscription_rows.load_all)

    async def last_subscription_id(self) -> int:
        """The largest id so far."""
        return await self._read(subscription_rows.load_last_id)

    async def add_subscriptions(self, subscriptions: Collection[Subscription]) -> None:
        """Stores new ones."""
        await self._write_subscriptions(subscription_rows.insert, subscriptions)

    async def change_subscriptions(self, subscriptions: Collection[Subscription]) -> None:
        """Replaces those that are there."""
        await self._write_subscriptions(subscription_rows.update, subscriptions)

    async def delete_subscriptions(self, ids: Collection[int]) -> None:
        """Forgets them."""
        await self._write(lambda connection: subscription_rows.delete(connection, ids))

    async def _write_subscriptions(
        self,
        write: Callable[[sqlite3.Connection, Collection[Subscription]], None],
        subscriptions: Collection[Subscription],
    ) -> None:
        def work(connection: sqlite3.Connection) -> None:
            with _storable():
                write(connection, subscriptions)

        await self._write(work)

    def _load(self, connection: sqlite3.Connection, job_id: int) -> Job | None:
        """The Job as the writer sees it, in the open transaction."""
        known, job = self._recent.known(job_id)
        return job if known else rows.load_job(connection, job_id)

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._writer is None:
            raise StoreError("the store is not open")
        return await self._writer.submit(work)

    async def _read(
        self, load: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `load` answers from one snapshot of the store."""
        if self._writer is None:
            raise StoreError("the store is not open")

        @translated()
        def work() -> T:
            connection = self._readers.get()  # there are as many as threads
            try:
                connection.execute("BEGIN")
                try:
                    return load(connection, *args, **kwargs)
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
            finally:
                self._readers.put(connection)

        return await self._workers.run(work)


@contextmanager
def _storable() -> Iterator[None]:
    """Around making rows: text that is no text (lone surrogates) or no IPP value cannot be kept."""
    try:
        yield
    except (ValueError, OverflowError) as error:
        raise StoreError(f"the store cannot keep that: {error}") from error
