"""Every store that there is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from tests.contract.jobs import Store


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    made: Store = (
        MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "store" / "jobs.sqlite3")
    )
    await made.open()
    yield made
    await made.close()
