import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ippserver.interfaces import StoreError, StoreUnavailable
from ippserver.stores import opening


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.sqlite3"


def test_an_old_sqlite_is_refused_with_the_version_that_is_needed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreError, match=r"3\.37 is needed"):
        opening.prepare(path)


def test_preparing_twice_changes_nothing(path: Path) -> None:
    opening.prepare(path)
    before = path.read_bytes()
    opening.prepare(path)
    assert path.read_bytes() == before


def test_a_reader_cannot_write(path: Path) -> None:
    opening.prepare(path)
    writer = opening.open_writer(path, 1.0, sqlite3.Connection)
    with closing(writer), closing(opening.open_reader(path, 1.0)) as reader:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM jobs")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("PRAGMA user_version = 7")


def test_a_path_with_odd_characters_is_no_uri(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=memory#b%20c.sqlite3"
    opening.prepare(path)
    assert path.stat().st_size > 0


def test_a_migration_that_fails_leaves_the_schema_as_it_was(path: Path) -> None:
    opening.prepare(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")  # its tables are there: making them again must fail
    with pytest.raises(StoreError, match="already exists"):
        opening.prepare(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)


def test_a_locked_store_is_locked_until_it_is_let_go(path: Path) -> None:
    lock = opening.lock_store(path)
    with pytest.raises(StoreError, match="another server"):
        opening.lock_store(path)
    os.close(lock)
    os.close(opening.lock_store(path))


def test_the_guard_is_silent_while_all_is_there(path: Path) -> None:
    opening.prepare(path)
    with closing(opening.open_writer(path, 1.0, sqlite3.Connection)):
        opening.guard(path, path.stat().st_ino)
        with pytest.raises(StoreUnavailable):
            opening.guard(path, path.stat().st_ino + 1)
        with pytest.raises(StoreUnavailable):
            opening.guard(path.with_name("elsewhere"), 1)
