"""A House for every test that needs no special one, and one for each store where it matters."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from tests.engine.faults import FaultySpool, FaultyStore, Tray
from tests.engine.house import House, Store


@pytest.fixture
def tray() -> Tray:
    """The output of `house`."""
    return Tray()


@pytest.fixture
async def house(tray: Tray) -> House:
    """An engine with one printer and one output."""
    return await House(tray).open()


@pytest.fixture
async def faulty() -> House:
    """An engine whose store and spool fail when told to."""
    return await House(store=FaultyStore(), spool=FaultySpool()).open()


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Every store that we have, open."""
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "s" / "jobs.sqlite3")
    await made.open()
    yield made
    await made.close()
