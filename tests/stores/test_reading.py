"""Looking into the store of a server that runs, and of one that does not."""

import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest

from ippserver.interfaces import StoreError
from ippserver.stores.reading import search
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import job_draft
from tests.contract.jobs import document

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "store" / "jobs.sqlite3"


async def opened(path: Path) -> SqliteStore:
    """A store in which one job can be found."""
    store = SqliteStore(path)
    await store.open()
    job = await store.create(job_draft(documents=(document(),)))
    await store.keep_text(job.id, 1, "An invoice of May")
    return store


async def test_a_store_is_searched_while_its_server_runs(path: Path) -> None:
    store = await opened(path)
    try:
        found = await asyncio.to_thread(search, path, "invoice", 5)
        assert [(each.job.id, each.excerpt) for each in found] == [(1, "An invoice of May")]
        assert (await store.create(job_draft())).id == 2
    finally:
        await store.close()


async def left(path: Path) -> None:
    """The same, of a server that has ended."""
    await (await opened(path)).close()


def test_a_store_is_searched_after_its_server_has_ended(path: Path) -> None:
    asyncio.run(left(path))
    before = path.read_bytes()
    assert [each.job.id for each in search(path, "may", 5)] == [1]
    assert search(path, "june", 5) == []
    assert path.read_bytes() == before


def test_a_store_is_searched_after_its_server_was_killed(path: Path, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    killed.mkdir(0o700)

    async def kill() -> None:
        store = await opened(path)
        for name in ("jobs.sqlite3", "jobs.sqlite3-wal"):  # all that counts of a server that ends now
            await asyncio.to_thread(shutil.copyfile, path.with_name(name), killed / name)
        await store.close()

    asyncio.run(kill())
    assert [each.job.id for each in search(killed / path.name, "invoice", 5)] == [1]


def test_so_many_are_found_at_most(path: Path) -> None:
    asyncio.run(left(path))
    asyncio.run(left(path))
    assert [len(search(path, "invoice", limit)) for limit in (1, 5)] == [1, 2]


def test_where_there_is_no_store_none_is_made(path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        search(path, "x", 1)
    assert not path.parent.exists()


def test_a_place_that_cannot_be_used_is_told(path: Path) -> None:
    path.parent.write_text("a file")
    with pytest.raises(StoreError, match="the store cannot be used"):
        search(path, "x", 1)


def test_an_older_store_is_left_as_it_is(path: Path) -> None:
    path.parent.mkdir(0o700)
    shutil.copyfile(DATA / "store-v6.sqlite3", path)
    with pytest.raises(StoreError, match="the next start upgrades it"):
        search(path, "x", 1)
    assert path.read_bytes() == (DATA / "store-v6.sqlite3").read_bytes()


def test_another_programs_database_is_refused(path: Path) -> None:
    path.parent.mkdir(0o700)
    sqlite3.connect(path).close()
    path.write_bytes(b"x" * 5000)
    with pytest.raises(StoreError):
        search(path, "x", 1)
