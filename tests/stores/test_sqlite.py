import asyncio
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ippserver.interfaces import JobQuery, StoreError, StoreUnavailable
from ippserver.ipp.values import Name
from ippserver.model.errors import TooManyJobs
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.stores.order import MAX_FORGOTTEN, MAX_JOB_ID
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import job_draft
from ippserver.testing.stores import opened_store, other_program


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "jobs.sqlite3"


async def test_what_was_stored_is_there_after_a_restart(path: Path) -> None:
    async with opened_store(path) as store:
        job = await store.create(job_draft())
        job = (await store.update(job.id, lambda old: old.on(JobEvent.START, 1.0))).job
        gone = await store.create(job_draft())
        await store.delete([gone.id])
    async with opened_store(path) as store:
        assert await store.get(job.id) == job
        assert await store.forgotten(gone.id) == gone.printer
        assert (await store.create(job_draft())).id > gone.id


async def test_a_thousand_jobs_later_the_first_is_still_there(path: Path) -> None:
    async with opened_store(path) as store:
        jobs = await asyncio.gather(*(store.create(job_draft(name=str(n))) for n in range(1200)))
        changed = (await store.update(jobs[0].id, lambda job: replace(job, priority=1))).job
        await asyncio.gather(*(store.update(job.id, lambda job: job) for job in jobs[1:]))
        assert await store.get(changed.id) == changed
        assert await store.get(jobs[1].id) == jobs[1]


async def test_commits_are_synced(path: Path) -> None:
    modes: list[object] = []

    class Watched(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            if arguments[0] == "COMMIT":
                for pragma in ("synchronous", "journal_mode", "foreign_keys", "mmap_size"):
                    modes.extend(super().execute(f"PRAGMA {pragma}").fetchone() or (0,))
            return super().execute(*arguments)

    async with opened_store(path, connection_factory=Watched) as store:
        await store.create(job_draft())
    assert modes == [2, "wal", 1, 0]


async def test_a_lock_of_another_program_is_waited_for(path: Path) -> None:
    async with opened_store(path) as store:
        with other_program(path) as other:
            other.execute("BEGIN IMMEDIATE")
            creating = asyncio.ensure_future(store.create(job_draft()))
            done, _ = await asyncio.wait([creating], timeout=0.2)
            assert not done
            other.execute("ROLLBACK")
        job = await creating
        assert await store.get(job.id) == job


async def test_a_lock_that_stays_makes_the_store_unavailable_until_it_is_gone(path: Path) -> None:
    async with opened_store(path, busy_timeout_seconds=0.05) as store:
        job = await store.create(job_draft())
        with other_program(path) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable, match="lock"):
                await store.create(job_draft())
            with pytest.raises(StoreUnavailable, match="lock"):
                await store.update(job.id, lambda old: replace(old, priority=1))
            assert await store.query(JobQuery()) == [job]
            other.execute("ROLLBACK")
        await store.create(job_draft())
        assert len(await store.query(JobQuery())) == 2


class SmallDisk(sqlite3.Connection):
    """A store that may not grow beyond 400 KiB."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.execute("PRAGMA max_page_count = 100")


async def test_on_a_full_disk_nothing_is_half_stored_and_room_makes_it_go_on(path: Path) -> None:
    large = job_draft(name="x" * 250)
    stored: list[Job] = []
    async with opened_store(path, connection_factory=SmallDisk) as store:
        with suppress(StoreUnavailable):
            for _ in range(2000):
                stored += [await store.create(large)]
        with pytest.raises(StoreUnavailable, match="full"):
            await store.create(large)
        assert await store.query(JobQuery()) == stored
        await store.delete([job.id for job in stored[:50]])
        stored.append(await store.create(large))
        assert await store.query(JobQuery()) == stored[50:]


def _failing(statement: str, fails_at: int) -> type[sqlite3.Connection]:
    """A connection whose `fails_at`th execution of `statement` is an I/O error, once."""

    class Failing(sqlite3.Connection):
        seen = 0

        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            if arguments[0].startswith(statement):
                self.seen += 1
                if self.seen == fails_at:
                    error = sqlite3.OperationalError("disk I/O error")
                    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
                    raise error
            return super().execute(*arguments)

    return Failing


@pytest.mark.parametrize("statement", ["BEGIN", "SAVEPOINT", "INSERT INTO jobs", "RELEASE", "COMMIT"])
async def test_an_input_output_error_stores_nothing_and_the_next_change_is_taken(
    path: Path, statement: str
) -> None:
    async with opened_store(path, connection_factory=_failing(statement, 2)) as store:
        first = await store.create(job_draft())
        with pytest.raises(StoreError, match="I/O"):
            await store.create(job_draft())
        assert await store.query(JobQuery()) == [first]
        third = await store.create(job_draft())
        assert await store.query(JobQuery()) == [first, third]


async def test_an_error_of_the_transaction_fails_every_change_in_it(path: Path) -> None:
    async with opened_store(path, connection_factory=_failing("COMMIT", 2)) as store:
        job = await store.create(job_draft())
        outcomes = await asyncio.gather(
            *(store.update(job.id, lambda old: replace(old, attempts=old.attempts + 1)) for _ in range(20)),
            return_exceptions=True,
        )
        failed = sum(isinstance(outcome, StoreError) for outcome in outcomes)
        found = await store.get(job.id)
        assert failed > 0
        assert found is not None
        assert found.attempts == 20 - failed
    async with opened_store(path) as store:
        assert await store.get(job.id) == found


async def test_a_transaction_that_sqlite_gave_up_fails_as_a_whole(path: Path) -> None:
    class GivesUp(sqlite3.Connection):
        seen = 0

        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            if arguments[0].startswith("INSERT INTO jobs"):
                self.seen += 1
                if self.seen == 2:
                    super().execute("ROLLBACK")
                    raise sqlite3.OperationalError("out of memory")
            return super().execute(*arguments)

    async with opened_store(path, connection_factory=GivesUp) as store:
        await store.create(job_draft())
        with pytest.raises(StoreError, match="out of memory"):
            await store.create(job_draft())
        await store.create(job_draft())
        assert len(await store.query(JobQuery())) == 2


@pytest.mark.parametrize(
    "draft",
    [
        job_draft(name="lone \udce4 surrogate"),
        job_draft(user="\ud800"),
        replace(job_draft(), printer="/\udcff"),
        replace(job_draft(), name=Name("NUL\0")),
        replace(job_draft(), created=float("nan")),
    ],
    ids=["name", "user", "printer", "nul", "nan"],
)
async def test_what_cannot_be_kept_is_refused_and_spares_its_neighbours(path: Path, draft: Any) -> None:
    async with opened_store(path) as store:
        outcomes = await asyncio.gather(
            store.create(job_draft()), store.create(draft), store.create(job_draft()), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [Job, StoreError, Job]
        assert len(await store.query(JobQuery())) == 2


async def test_when_job_ids_are_used_up_there_are_too_many_jobs(path: Path) -> None:
    async with opened_store(path) as store:
        await store.create(job_draft())
    with other_program(path) as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = ?", (MAX_JOB_ID - 1,))
    async with opened_store(path) as store:
        assert (await store.create(job_draft())).id == MAX_JOB_ID
        for _ in range(2):
            with pytest.raises(TooManyJobs):
                await store.create(job_draft())


async def test_only_the_newest_deleted_jobs_are_known(path: Path) -> None:
    async with opened_store(path) as store:
        await store.create(job_draft())
    rows = [(number, "/old") for number in range(1, MAX_FORGOTTEN + 1)]
    with other_program(path) as connection:
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO forgotten VALUES (?, ?)", rows)
        connection.execute("UPDATE sqlite_sequence SET seq = ?", (MAX_FORGOTTEN,))
        connection.execute("COMMIT")
    async with opened_store(path) as store:
        job = await store.create(job_draft())
        await store.delete([job.id])
        assert [await store.forgotten(job_id) for job_id in (1, 2, job.id)] == [None, "/old", job.printer]


async def test_a_caller_who_is_cancelled_hears_of_it_when_the_change_is_settled(path: Path) -> None:
    async with opened_store(path) as store:
        with other_program(path) as other:
            other.execute("BEGIN IMMEDIATE")
            creating = asyncio.ensure_future(store.create(job_draft()))
            await asyncio.sleep(0)
            creating.cancel()
            done, _ = await asyncio.wait([creating], timeout=0.1)
            assert not done
            other.execute("ROLLBACK")
        with pytest.raises(asyncio.CancelledError):
            await creating
        assert len(await store.query(JobQuery())) == 1


async def test_closing_waits_for_the_changes_that_are_under_way(path: Path) -> None:
    async with opened_store(path) as store:
        creating = [asyncio.ensure_future(store.create(job_draft())) for _ in range(600)]
        await asyncio.sleep(0)
    jobs = await asyncio.gather(*creating)
    async with opened_store(path) as store:
        assert await store.query(JobQuery()) == jobs


USES: dict[str, Callable[[SqliteStore], Any]] = {
    "write": lambda store: store.create(job_draft()),
    "read": lambda store: store.query(JobQuery()),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
async def test_a_store_that_is_not_open_says_so(path: Path, use: Callable[[SqliteStore], Any]) -> None:
    store = SqliteStore(path)
    with pytest.raises(StoreError, match="not open"):
        await use(store)
    await store.open()
    await store.close()
    with pytest.raises(StoreError, match="not open"):
        await use(store)
    await store.close()


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import job_draft

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    await store.open()
    done = 0
    async def create():
        nonlocal done
        while True:
            job = await store.create(job_draft())
            os.write(1, b"%d\\n" % job.id)
            done += 1
            if done == 200:
                os.kill(os.getpid(), signal.SIGKILL)
    await asyncio.gather(*(create() for _ in range(8)))

asyncio.run(main())
"""


async def test_what_was_answered_before_a_kill_is_there_afterwards(path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(path), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(child.communicate(), 60)
    answered = {int(line) for line in output.split()}
    assert len(answered) == 200
    async with opened_store(path) as store:
        assert {job.id for job in await store.query(JobQuery())} >= answered
