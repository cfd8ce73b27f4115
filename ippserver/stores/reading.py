"""Reading the store of a server from another program, whether that server runs or not."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ippserver.interfaces import JobQuery, StoreError
from ippserver.model.job import Job
from ippserver.model.words import excerpt, needles
from ippserver.runtime.files import Locked, hold_lock
from ippserver.stores import listing, opening, texts
from ippserver.stores.faults import translated

_LOCK_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """A Job that was looked for."""

    job: Job
    excerpt: str
    """Where the first of the words is in it."""


@translated()
def search(path: Path, text: str, limit: int) -> list[Found]:
    """The Jobs of the store at `path` whose Documents hold all words of `text`, at most `limit`.

    Raises:
        StoreError: There is no store, or none that this program reads.
    """
    wanted = needles(text)
    with _reader(path) as connection:
        return [
            Found(job, next(filter(None, _excerpts(connection, job.id, wanted)), ""))
            for job in listing.query(connection, JobQuery(text=text, limit=limit))
        ]


def _excerpts(connection: sqlite3.Connection, job_id: int, wanted: tuple[str, ...]) -> Iterator[str]:
    for read in texts.load(connection, job_id).values():
        yield excerpt(read, wanted)


@contextmanager
def _reader(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection in one snapshot of the store.

    Where no server runs, none can begin meanwhile: then the journal's files may have to be made.
    """
    lock: int | None = None
    try:
        path.stat()
        lock = hold_lock(opening.beside(path, ".lock"))
    except Locked:
        pass
    except FileNotFoundError:
        raise StoreError(f"there is no store at {path}") from None
    except OSError as error:
        raise StoreError(f"the store cannot be used: {error}") from error
    try:
        with closing(opening.open_guest(path, _LOCK_SECONDS, running=lock is None)) as connection:
            connection.execute("BEGIN")
            yield connection
    finally:
        if lock is not None:
            os.close(lock)
