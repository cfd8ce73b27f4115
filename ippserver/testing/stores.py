"""A store for the length of a block, and its file as another program sees it."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from ippserver.stores.sqlite import SqliteStore


@asynccontextmanager
async def opened_store(
    path: Path,
    *,
    busy_timeout_seconds: float = 5.0,
    connection_factory: type[sqlite3.Connection] = sqlite3.Connection,
) -> AsyncIterator[SqliteStore]:
    """The store at `path`, open."""
    store = SqliteStore(
        path, busy_timeout_seconds=busy_timeout_seconds, connection_factory=connection_factory
    )
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def other_program(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the store's file behind the store's back."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        yield connection
