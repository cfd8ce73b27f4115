import sqlite3

import pytest

from ippserver.interfaces import StoreError, StoreUnavailable
from ippserver.model.errors import TooManyJobs
from ippserver.stores.faults import fault, translated


def _error(code: int, text: str = "what SQLite says") -> sqlite3.Error:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (sqlite3.SQLITE_BUSY, StoreUnavailable, "lock"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreUnavailable, "lock"),
        (sqlite3.SQLITE_FULL, StoreUnavailable, "disk is full"),
        (sqlite3.SQLITE_READONLY, StoreUnavailable, "cannot be written"),
        (sqlite3.SQLITE_CANTOPEN, StoreUnavailable, "cannot be opened"),
        (sqlite3.SQLITE_NOMEM, StoreUnavailable, "no memory"),
        (sqlite3.SQLITE_CORRUPT, StoreError, "damaged"),
        (sqlite3.SQLITE_NOTADB, StoreError, "damaged"),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreError, "failed"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, StoreError, "failed"),
    ],
)
def test_an_error_is_told_by_its_code(code: int, kind: type[Exception], reason: str) -> None:
    found = fault(_error(code))
    assert type(found) is kind
    assert reason in str(found)
    assert "what SQLite says" in str(found)


def test_an_error_of_the_module_itself_is_told() -> None:
    assert "closed database" in str(fault(sqlite3.ProgrammingError("Cannot operate on a closed database.")))


def test_an_id_beyond_the_last_is_one_job_too_many() -> None:
    error = _error(sqlite3.SQLITE_CONSTRAINT_CHECK, "CHECK constraint failed: id BETWEEN 1 AND 2147483647")
    assert type(fault(error)) is TooManyJobs


def test_other_checks_are_faults_of_the_store() -> None:
    error = _error(sqlite3.SQLITE_CONSTRAINT_CHECK, "CHECK constraint failed: (live IS NULL)")
    assert type(fault(error)) is StoreError


def test_errors_are_translated_with_their_cause() -> None:
    cause = _error(sqlite3.SQLITE_FULL)
    with pytest.raises(StoreUnavailable) as caught, translated():
        raise cause
    assert caught.value.__cause__ is cause
