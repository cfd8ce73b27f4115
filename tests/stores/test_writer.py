import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import pytest

from ippserver.interfaces import StoreError, StoreUnavailable
from ippserver.model.job import Job
from ippserver.stores.recent import RecentJobs
from ippserver.stores.writer import MAX_CHANGES, Writer
from ippserver.testing.fakes import job_draft


class Counting(sqlite3.Connection):
    """Counts the transactions."""

    commits = 0

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        self.commits += arguments[0] == "COMMIT"
        return super().execute(*arguments)


class Guard:
    """Lets transactions through, or not."""

    closed = False

    def __call__(self) -> None:
        if self.closed:
            raise StoreUnavailable("the guard is closed")


@pytest.fixture
def connection() -> Iterator[Counting]:
    made = sqlite3.connect(":memory:", factory=Counting, isolation_level=None, check_same_thread=False)
    with closing(made) as opened:
        opened.execute("CREATE TABLE notes (text)")
        yield opened


@pytest.fixture
def guard() -> Guard:
    return Guard()


@pytest.fixture
def recent() -> RecentJobs:
    return RecentJobs()


@pytest.fixture
async def writer(connection: Counting, recent: RecentJobs, guard: Guard) -> AsyncIterator[Writer]:
    made = Writer(connection, recent, guard)
    yield made
    await made.close()


def _note(connection: sqlite3.Connection) -> int | None:
    return connection.execute("INSERT INTO notes VALUES ('x')").lastrowid


async def test_a_change_answers_what_its_work_answers(writer: Writer) -> None:
    assert await writer.submit(_note) == 1


async def test_changes_happen_in_the_order_in_which_they_were_submitted(writer: Writer) -> None:
    assert await asyncio.gather(*(writer.submit(_note) for _ in range(50))) == list(range(1, 51))


async def test_changes_that_wait_share_a_transaction(writer: Writer, connection: Counting) -> None:
    go_on = threading.Event()
    first = asyncio.ensure_future(writer.submit(lambda _: go_on.wait(10)))
    others = [asyncio.ensure_future(writer.submit(_note)) for _ in range(2 * MAX_CHANGES)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, *others)
    assert connection.commits in (3, 4)


async def test_what_a_work_raises_undoes_that_work_only(writer: Writer, connection: Counting) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        _note(connection)
        raise LookupError("no")

    outcomes = await asyncio.gather(
        writer.submit(_note), writer.submit(fail), writer.submit(_note), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [int, LookupError, int]
    assert connection.execute("SELECT COUNT(*) FROM notes").fetchone() == (2,)


async def test_what_is_recent_is_known_when_the_answer_is_there(writer: Writer, recent: RecentJobs) -> None:
    job = Job.of(job_draft(), 3)
    await writer.submit(lambda _: recent.put(job))
    assert recent.get(3) == job


async def test_a_closed_guard_stops_changes_before_they_begin(
    writer: Writer, guard: Guard, recent: RecentJobs
) -> None:
    guard.closed = True
    with pytest.raises(StoreUnavailable, match="guard"):
        await writer.submit(lambda _: recent.put(Job.of(job_draft(), 3)))
    guard.closed = False
    await writer.submit(_note)
    assert recent.get(3) is None


async def test_a_closed_writer_takes_no_changes(writer: Writer) -> None:
    await writer.close()
    with pytest.raises(StoreError, match="closed"):
        await writer.submit(_note)
