import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from ippserver.iana.enums import JobState
from ippserver.interfaces import JobQuery, Keep
from ippserver.model.job import Job
from ippserver.model.states import TERMINAL, JobEvent
from ippserver.stores import listing, opening, rows
from ippserver.testing.fakes import job_draft

MANY = 20_000
STEPS = 100


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Many completed Jobs of two Printers and ten users, and twenty that wait."""
    path = tmp_path_factory.mktemp("history") / "store" / "jobs.sqlite3"
    path.parent.mkdir(0o700)
    opening.prepare(path)
    with closing(opening.open_writer(path, 5.0, sqlite3.Connection)) as connection:
        connection.execute("BEGIN")
        for number in range(MANY + 20):
            draft = job_draft(user=f"user-{number % 10}", printer=f"/{number % 2}", created=float(number))
            job = Job.of(draft, 0)
            if number < MANY:
                job = job.on(JobEvent.START, 1.0).on(JobEvent.FINISH, float(number))
            rows.insert_job(connection, job)
        connection.execute("COMMIT")
        yield connection


def _steps(connection: sqlite3.Connection, work: Callable[[], object]) -> int:
    """How many hundreds of steps SQLite's machine makes for `work`."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection.set_progress_handler(step, STEPS)
    try:
        work()
    finally:
        connection.set_progress_handler(None, STEPS)
    return count


QUERIES = {
    "all": JobQuery(limit=50),
    "waiting": JobQuery(limit=50, states={JobState.PENDING}),
    "completed": JobQuery(limit=50, states=TERMINAL),
    "printer": JobQuery(limit=50, states=TERMINAL, printer="/1"),
    "user": JobQuery(limit=50, states=TERMINAL, user="user-3"),
    "both": JobQuery(limit=50, states=TERMINAL, user="user-3", printer="/1"),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_short_list_of_a_long_history_costs_little(history: sqlite3.Connection, query: JobQuery) -> None:
    assert len(listing.query(history, query)) == (20 if query.states == {JobState.PENDING} else 50)
    assert _steps(history, lambda: listing.query(history, query)) < 200


def test_states_that_are_rare_are_found_in_the_index_alone(history: sqlite3.Connection) -> None:
    plan = history.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM jobs WHERE ended IS NOT NULL AND printer = '/1' AND state IN (8)"
        " ORDER BY ended DESC, id DESC"
    ).fetchall()
    assert [row[3] for row in plan] == [
        "SEARCH jobs USING COVERING INDEX jobs_ended_by_printer (printer=? AND ended>?)"
    ]


def test_looking_for_excess_reads_an_index_and_not_the_jobs(history: sqlite3.Connection) -> None:
    keep = Keep(jobs=MANY - 10, octets=10**9, completed_after=5.0)
    assert [job.id for job in listing.excess(history, keep, 100)] == list(range(1, 11))
    assert _steps(history, lambda: listing.excess(history, keep, 100)) < MANY * 10 / STEPS
