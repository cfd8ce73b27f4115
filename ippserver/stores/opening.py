"""Making a store's file, upgrading it, and opening it for those who write and those who read.

Everything here blocks. A store is made under another name and renamed when it is whole, so a file that is
empty or no database was damaged by somebody, and is refused: forgetting accepted Jobs silently is the one
thing that a store must not do.
"""

import os
import sqlite3
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

from ippserver.interfaces import StoreError, StoreUnavailable
from ippserver.runtime.files import (
    PRIVATE_FILE,
    Disk,
    Locked,
    UnsafePath,
    check_private_file,
    hold_lock,
    open_private_folder,
    sync_folder,
)
from ippserver.stores.faults import translated

APPLICATION_ID: Final = int.from_bytes(b"IPPs")
"""Marks an SQLite file as ours."""
SCHEMA: Final = 12
"""What this code reads and writes: the number of the last file in `sql`."""
_MAX_JOURNAL_OCTETS: Final = 64 * 1024 * 1024  # once it is checkpointed; a long reader may hold it longer
_OLDEST_SQLITE: Final = (3, 37, 0)  # STRICT tables


def guard(path: Path, inode: int) -> None:
    """Does nothing while the store's files are there.

    Raises:
        StoreUnavailable: Somebody removed them: what were written now would be gone with the process.
    """
    try:
        there = path.stat().st_ino == inode and beside(path, "-wal").exists()
    except OSError:
        there = False
    if not there:
        raise StoreUnavailable(f"the store {path} was removed while in use: restart to begin a new one")


def lock_store(path: Path) -> int:
    """A descriptor that keeps every other server from the store at `path` until it is closed.

    Raises:
        StoreError: Another one uses it, or its folder or its file are not safe.
    """
    try:
        open_private_folder(path.parent)
        lock = hold_lock(beside(path, ".lock"))
    except Locked as error:
        raise StoreError(f"the store {path} is in use by another server") from error
    except (UnsafePath, OSError) as error:
        raise StoreError(f"the store cannot be used: {error}") from error
    return lock


def prepare(path: Path) -> None:
    """Makes the store at `path` where there is none, and brings an older one to today's schema.

    Raises:
        StoreError: It is damaged, newer, not ours or not safe.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old: 3.37 is needed")
    try:
        if not path.exists():
            _make(path)
        check_private_file(path)
        size_octets = path.stat().st_size
    except (UnsafePath, OSError) as error:
        raise StoreError(f"the store cannot be used: {error}") from error
    if size_octets == 0:
        raise StoreError(f"the store {path} is damaged: it is empty; restore it, or remove it to begin anew")
    with translated(), closing(_connect(f"{path.resolve().as_uri()}?mode=rw")) as connection:
        _check_origin(connection, path)
        _upgrade(connection)
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StoreError(f"the store {path} is on a file system that cannot share memory (a network's?)")


def open_writer(
    path: Path, busy_timeout_seconds: float, factory: type[sqlite3.Connection]
) -> sqlite3.Connection:
    """The one connection that writes and checkpoints: SQLite before 3.51.3 could tear a store with two."""
    connection = _connect(f"{path.resolve().as_uri()}?mode=rw", busy_timeout_seconds, factory)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # of documents' passwords nothing is left in the file
    connection.execute(f"PRAGMA journal_size_limit = {_MAX_JOURNAL_OCTETS}")
    _schema(connection)  # makes the journal's files, which readers cannot
    return connection


def open_reader(path: Path, busy_timeout_seconds: float) -> sqlite3.Connection:
    """A connection that cannot write."""
    return _connect(f"{path.resolve().as_uri()}?mode=ro", busy_timeout_seconds)


def open_guest(path: Path, busy_timeout_seconds: float, *, running: bool) -> sqlite3.Connection:
    """A connection of another program than the server, which runs or cannot begin; it changes nothing.

    Raises:
        StoreError: The store is not ours, or was written by another release.
    """
    mode = "ro" if running else "rw"  # the journal's files are there while a server runs
    connection = _connect(f"{path.resolve().as_uri()}?mode={mode}", busy_timeout_seconds)
    try:
        connection.execute("PRAGMA query_only = ON")
        _check_origin(connection, path)
        _check_age(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_age(connection: sqlite3.Connection, path: Path) -> None:
    if _schema(connection) < SCHEMA:
        raise StoreError(f"the store {path} is of an older ippserver: the next start upgrades it")


def _connect(
    uri: str, busy_timeout_seconds: float = 5.0, factory: type[sqlite3.Connection] = sqlite3.Connection
) -> sqlite3.Connection:
    connection: sqlite3.Connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=busy_timeout_seconds,
        isolation_level=None,  # BEGIN and COMMIT are ours
        check_same_thread=False,  # each is handed to the thread that uses it
        factory=factory,
    )
    connection.execute("PRAGMA mmap_size = 0")
    return connection


def beside(path: Path, ending: str) -> Path:
    """The file of SQLite's, or of ours, that belongs to the store at `path`."""
    return path.with_name(path.name + ending)


def _make(path: Path) -> None:
    if beside(path, "-wal").exists():
        raise StoreError(f"the store {path} is gone, though its journal is there: restore it")
    draft = beside(path, ".new")
    for ending in ("", "-journal"):
        with suppress(FileNotFoundError):
            beside(draft, ending).unlink()
    disk = Disk()
    os.close(disk.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
    with translated(), closing(_connect(f"{draft.resolve().as_uri()}?mode=rw")) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _upgrade(connection)
    draft.rename(path)
    sync_folder(path.parent.resolve(), disk)


def _check_origin(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path} is a database of another program")
    found = _schema(connection)
    if found > SCHEMA:
        raise StoreError(
            f"the store {path} was written by a newer ippserver (schema {found}, this one knows {SCHEMA})"
        )


def _schema(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def _upgrade(connection: sqlite3.Connection) -> None:
    """Runs the migrations that are missing, each with its number in one transaction; there is no way back."""
    for number in range(_schema(connection) + 1, SCHEMA + 1):
        script = files(__package__).joinpath("sql", f"{number:04d}.sql").read_text("utf-8")
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
