"""Which Jobs, in which order, by the indexes of the schema: of a long history only what is shown is read."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from sqlite3 import Connection
from typing import Final, TypeVar

from ippserver.iana.enums import JobState
from ippserver.interfaces import JobQuery, Keep
from ippserver.model.job import Job
from ippserver.model.states import TERMINAL
from ippserver.model.words import needles
from ippserver.stores import texts
from ippserver.stores.order import LIVE_RANK, Excess
from ippserver.stores.rows import SELECT_JOBS, SqlValue, load_job, load_jobs

T = TypeVar("T")

_NO_LIMIT: Final = -1
_PLACE: Final = "coalesce(moved, printf('%010d5', id))"  # as the index has it
_PARTS: Final = (
    (frozenset(LIVE_RANK), "live IS NOT NULL", f"live, priority DESC, {_PLACE}"),
    (TERMINAL, "ended IS NOT NULL", "ended DESC, id DESC"),
)
"""States, which rows have them, and their order: first the Jobs that are not terminal, then the others."""


def query(connection: Connection, wanted: JobQuery) -> list[Job]:
    """The Jobs that are wanted, in the order of JobQuery."""
    return _found(
        connection, wanted, lambda rest, named: load_jobs(connection, f"{SELECT_JOBS} {rest}", named)
    )


def query_ids(connection: Connection, wanted: JobQuery) -> list[int]:
    """The ids of the Jobs that are wanted, in the same order."""

    def load(rest: str, named: Sequence[SqlValue]) -> Iterator[int]:
        for (job_id,) in connection.execute(f"SELECT id FROM jobs {rest}", named):
            yield job_id

    return _found(connection, wanted, load)


def _found(
    connection: Connection, wanted: JobQuery, load: Callable[[str, Sequence[SqlValue]], Iterable[T]]
) -> list[T]:
    """What `load` makes of the rows that are wanted, given the end of a SELECT and its values."""
    found: list[T] = []
    skip = wanted.first - 1
    for all_states, condition, order in _PARTS:
        states = all_states if wanted.states is None else all_states.intersection(wanted.states)
        limit = _NO_LIMIT if wanted.limit is None else wanted.limit - len(found)
        if not states or limit == 0:
            continue
        where, named = _where(wanted, condition, () if states == all_states else states)
        if skip:
            (there,) = connection.execute(f"SELECT COUNT(*) FROM jobs WHERE {where}", named).fetchone()
            if there <= skip:
                skip -= there
                continue
        found += load(f"WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", (*named, limit, skip))
        skip = 0
    return found


def _where(
    wanted: JobQuery, condition: str, states: Collection[JobState]
) -> tuple[str, tuple[SqlValue, ...]]:
    """What a row must fulfil beside `condition`; in one of `states`, where any are named."""
    exact = (("printer", wanted.printer), ("user", wanted.user), ("proof", wanted.proof))
    named = [(column, str(value)) for column, value in exact if value is not None]
    conditions = [condition, *(f"{column} = ?" for column, _ in named)]
    for column, numbers in (("state", states or None), ("id", wanted.ids)):
        if numbers is not None:
            conditions.append(f"{column} IN ({', '.join(str(int(number)) for number in numbers)})")
    if wanted.undelivered:
        conditions.append("undelivered IS NOT NULL")
    if wanted.text is not None:
        wanted_words = needles(wanted.text)
        conditions.append(texts.condition(len(wanted_words)) if wanted_words else "FALSE")
        named += [("words", needle) for needle in wanted_words]
    if wanted.stored is not None:
        conditions.append(f"stored IN ({', '.join('?' * len(wanted.stored))})")
        named += [("stored", str(access)) for access in wanted.stored]
    return " AND ".join(conditions), tuple(value for _, value in named)


def overdue(connection: Connection, now: float, limit: int) -> list[Job]:
    """At most `limit` Jobs whose documents are to be let go, longest overdue first."""
    select = f"{SELECT_JOBS} WHERE let_go IS NOT NULL AND let_go <= ? ORDER BY let_go, id LIMIT ?"
    return list(load_jobs(connection, select, (now, limit)))


def kept(connection: Connection, before: float, limit: int) -> list[Job]:
    """At most `limit` Jobs that ended before then and keep documents that nobody needs, oldest first."""
    select = (
        f"{SELECT_JOBS} WHERE ended IS NOT NULL AND octets > 0 AND stored IS NULL AND undelivered IS NULL"
        " AND ended < ? ORDER BY ended, id LIMIT ?"
    )
    return list(load_jobs(connection, select, (before, limit)))


def excess(connection: Connection, keep: Keep, limit: int) -> list[Job]:
    """At most `limit` terminal Jobs that go beyond `keep`, oldest first."""
    count, octets = connection.execute(
        "SELECT COUNT(*), TOTAL(octets) FROM jobs WHERE ended IS NOT NULL AND stored IS NULL"
    ).fetchone()
    beyond = Excess(keep, count, octets)
    oldest = connection.execute(
        "SELECT id, ended, octets FROM jobs WHERE ended IS NOT NULL AND stored IS NULL"
        " ORDER BY ended, id LIMIT ?",
        (limit,),
    ).fetchall()
    ids = [job_id for job_id, moment, size in oldest if beyond.takes(moment, size)]
    return [job for job_id in ids if (job := load_job(connection, job_id)) is not None]
