"""What SQLite says, in the store's own words."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from ippserver.interfaces import StoreError, StoreUnavailable
from ippserver.model.errors import TooManyJobs

_UNAVAILABLE: Final[Mapping[int, str]] = {
    sqlite3.SQLITE_BUSY: "another program holds its lock",
    sqlite3.SQLITE_LOCKED: "another program holds its lock",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it cannot be written",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_NOMEM: "there is no memory",
}
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY: Final = 0xFF  # the rest of an extended error code says where it happened


def fault(error: sqlite3.Error) -> Exception:
    """The exception to raise in the place of `error`."""
    code = getattr(error, "sqlite_errorcode", 0)  # errors of the module itself have none
    primary = code & _PRIMARY
    if reason := _UNAVAILABLE.get(primary):
        return StoreUnavailable(f"the store is not available: {reason} ({error})")
    if primary in _DAMAGED:
        return StoreError(f"the store is damaged ({error}): restore it, or move it away to begin anew")
    if code == sqlite3.SQLITE_CONSTRAINT_CHECK and "id BETWEEN" in str(error):
        return TooManyJobs("all job-ids are used up")
    return StoreError(f"the store failed: {error}")


@contextmanager
def translated() -> Iterator[None]:
    """Raises StoreError and its like in the place of SQLite's errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise fault(error) from error
