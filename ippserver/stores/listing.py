"""Which Jobs, in which order, by the indexes of the schema: of a long history only what is shown is read."""

from sqlite3 import Connection
from typing import Final

from ippserver.interfaces import JobQuery, Keep
from ippserver.model.job import Job
from ippserver.model.states import TERMINAL
from ippserver.stores.order import LIVE_RANK, Excess
from ippserver.stores.rows import SELECT_JOBS, SqlValue, load_job, load_jobs

_NO_LIMIT: Final = -1
_PARTS: Final = (
    (frozenset(LIVE_RANK), "live IS NOT NULL", "live, priority DESC, id"),
    (TERMINAL, "ended IS NOT NULL", "ended DESC, id DESC"),
)
"""States, which rows have them, and their order: first the Jobs that are not terminal, then the others."""


def query(connection: Connection, wanted: JobQuery) -> list[Job]:
    """The Jobs that are wanted, in the order of JobQuery."""
    found: list[Job] = []
    for all_states, condition, order in _PARTS:
        states = all_states if wanted.states is None else all_states.intersection(wanted.states)
        limit = _NO_LIMIT if wanted.limit is None else wanted.limit - len(found)
        if not states or limit == 0:
            continue
        conditions = [condition]
        parameters: list[SqlValue] = []
        for column, value in (("printer", wanted.printer), ("user", wanted.user)):
            if value is not None:
                conditions.append(f"{column} = ?")
                parameters.append(value)
        if states != all_states:
            conditions.append(f"state IN ({', '.join(str(int(state)) for state in states)})")
        select = f"{SELECT_JOBS} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT ?"
        found += load_jobs(connection, select, (*parameters, limit))
    return found


def excess(connection: Connection, keep: Keep, limit: int) -> list[Job]:
    """At most `limit` terminal Jobs that go beyond `keep`, oldest first."""
    count, octets = connection.execute(
        "SELECT COUNT(*), TOTAL(octets) FROM jobs WHERE ended IS NOT NULL"
    ).fetchone()
    beyond = Excess(keep, count, octets)
    oldest = connection.execute(
        "SELECT id, ended, octets FROM jobs WHERE ended IS NOT NULL ORDER BY ended, id LIMIT ?", (limit,)
    ).fetchall()
    ids = [job_id for job_id, moment, size in oldest if beyond.takes(moment, size)]
    return [job for job_id in ids if (job := load_job(connection, job_id)) is not None]
