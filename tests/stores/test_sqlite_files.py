import asyncio
import os
import stat
from pathlib import Path

import pytest

from ippserver.interfaces import JobQuery, StoreError, StoreUnavailable
from ippserver.stores.opening import SCHEMA
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import job_draft
from ippserver.testing.stores import opened_store, other_program


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "jobs.sqlite3"


def _octets(path: Path) -> bytes:
    return path.read_bytes()


def _put(path: Path, octets: bytes) -> None:
    path.parent.mkdir(0o700, exist_ok=True)
    path.touch(0o600)
    path.write_bytes(octets)


def _remove(path: Path) -> None:
    path.unlink()


def _link(path: Path, target: Path) -> None:
    path.symlink_to(target)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _set_mode(path: Path, mode: int) -> None:
    path.chmod(mode)


async def _refusal(path: Path) -> str:
    store = SqliteStore(path)
    with pytest.raises(StoreError) as caught:
        await store.open()
    return str(caught.value)


async def test_files_and_folder_are_private(path: Path) -> None:
    async with opened_store(path) as store:
        await store.create(job_draft())
        found = {file.name: _mode(file) for file in path.parent.iterdir()}
    assert set(found.values()) == {0o600}
    assert set(found) >= {"jobs.sqlite3", "jobs.sqlite3-wal", "jobs.sqlite3.lock"}
    assert _mode(path.parent) == 0o700


async def test_a_closed_store_is_one_file(path: Path) -> None:
    async with opened_store(path) as store:
        await store.create(job_draft())
        await asyncio.gather(*(store.query(JobQuery()) for _ in range(4)))
    assert sorted(file.name for file in path.parent.iterdir()) == ["jobs.sqlite3", "jobs.sqlite3.lock"]


async def test_a_second_server_is_refused(path: Path) -> None:
    async with opened_store(path):
        assert "in use by another server" in await _refusal(path)
    async with opened_store(path) as store:
        await store.create(job_draft())


async def test_a_newer_schema_is_refused_with_both_numbers(path: Path) -> None:
    async with opened_store(path):
        pass
    with other_program(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert f"newer ippserver (schema 99, this one knows {SCHEMA})" in await _refusal(path)


async def test_another_programs_database_is_refused(path: Path) -> None:
    path.parent.mkdir(0o700)
    with other_program(path) as connection:
        connection.execute("CREATE TABLE jobs (id)")
    _set_mode(path, 0o600)
    assert "another program" in await _refusal(path)


async def test_what_is_no_database_is_refused_and_kept(path: Path) -> None:
    async with opened_store(path):
        pass
    _put(path, b"not a database" * 1000)
    assert "damaged" in await _refusal(path)
    assert _octets(path).startswith(b"not a database")


async def test_an_empty_file_is_refused_and_kept(path: Path) -> None:
    async with opened_store(path):
        pass
    _put(path, b"")
    assert "it is empty" in await _refusal(path)
    assert _octets(path) == b""


async def test_a_store_that_is_gone_while_its_journal_is_there_is_refused(path: Path) -> None:
    async with opened_store(path):
        pass
    _remove(path)
    _put(Path(f"{path}-wal"), b"")
    assert "gone, though its journal is there" in await _refusal(path)


async def test_a_torn_page_is_told_and_stops_nothing_else(path: Path) -> None:
    async with opened_store(path) as store:
        jobs = [await store.create(job_draft(name="x" * 200)) for _ in range(200)]
    with other_program(path) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'jobs'").fetchone()
    octets = bytearray(_octets(path))
    octets[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    _put(path, bytes(octets))
    async with opened_store(path) as store:
        with pytest.raises(StoreError, match="damaged"):
            await store.get(jobs[0].id)
        with pytest.raises(StoreError, match="damaged"):
            await store.update(jobs[0].id, lambda job: job)
        assert await store.forgotten(1) is None


async def test_attributes_that_are_no_message_are_told(path: Path) -> None:
    async with opened_store(path) as store:
        job = await store.create(job_draft())
    with other_program(path) as connection:
        connection.execute("UPDATE jobs SET attributes = x'0101'")
    async with opened_store(path) as store:
        with pytest.raises(StoreError, match="damaged"):
            await store.get(job.id)


async def test_the_rest_of_a_making_that_was_interrupted_is_in_nobodys_way(path: Path) -> None:
    for ending in (".new", ".new-journal"):
        _put(Path(f"{path}{ending}"), b"half")
    async with opened_store(path) as store:
        await store.create(job_draft())
    assert sorted(file.name for file in path.parent.iterdir()) == ["jobs.sqlite3", "jobs.sqlite3.lock"]


async def test_a_store_behind_a_symlink_is_refused(path: Path, tmp_path: Path) -> None:
    _put(tmp_path / "elsewhere", b"secret")
    _put(path, b"")
    _remove(path)
    _link(path, tmp_path / "elsewhere")
    assert "symlink" in await _refusal(path)


async def test_a_store_that_others_can_write_is_refused(path: Path) -> None:
    async with opened_store(path):
        pass
    _set_mode(path, 0o622)
    assert "written by others" in await _refusal(path)


async def test_a_store_that_others_can_read_is_closed_to_them(path: Path) -> None:
    async with opened_store(path):
        pass
    _set_mode(path, 0o644)
    async with opened_store(path):
        assert _mode(path) == 0o600


async def test_a_folder_that_others_can_write_is_refused(path: Path) -> None:
    _put(path, b"")
    _set_mode(path.parent, 0o777)
    assert "written by others" in await _refusal(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_a_store_of_somebody_else_is_refused(path: Path) -> None:
    async with opened_store(path):
        pass
    os.chown(path, 12345, -1)
    assert "belongs to user 12345" in await _refusal(path)


@pytest.mark.parametrize("ending", ["", "-wal"], ids=["store", "journal"])
async def test_a_store_that_is_removed_while_in_use_accepts_nothing_more(path: Path, ending: str) -> None:
    async with opened_store(path) as store:
        await store.create(job_draft())
        _remove(Path(f"{path}{ending}"))
        with pytest.raises(StoreUnavailable, match="removed while in use"):
            await store.create(job_draft())
