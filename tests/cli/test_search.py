"""`ippserver search`, on the store of this computer."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ippserver.cli import main
from ippserver.config import load
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import job_draft
from tests.contract.jobs import document


def search(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["search", "--data-dir", str(folder), *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a server has printed an invoice."""
    asyncio.run(fill(load(None, {}, {"server": {"data-dir": str(tmp_path)}}).store.path))
    return tmp_path


async def fill(path: Path) -> None:
    done = Delivery(output="folder", target="1-may.pdf", state=DeliveryState.DONE)
    path.parent.mkdir(mode=0o700)
    store = SqliteStore(path)
    await store.open()
    draft = job_draft(name="may\x1b[2J", user="alice", documents=(document().with_delivery(done),))
    job = await store.create(draft)
    await store.keep_text(job.id, 1, "An Invoice\nof \x1b[2J May")
    await store.close()


def test_jobs_are_listed_by_words_of_their_documents_with_the_place(folder: Path) -> None:
    result = search(folder, "invoice", "may")
    assert result.exit_code == 0, result.stderr
    first, second = result.stdout.splitlines()
    assert first.split()[0] == "1"
    assert "alice" in first
    assert "An Invoice of" in second
    assert "\x1b" not in result.stdout


def test_programs_get_json(folder: Path) -> None:
    (found,) = json.loads(search(folder, "invoi*", "--json").stdout)
    assert (found["id"], found["user"], found["state"]) == (1, "alice", "pending")
    assert found["deliveries"] == [{"document": 1, "output": "folder", "target": "1-may.pdf"}]
    assert found["created"].startswith("20")


def test_nothing_found_is_told_and_no_error(folder: Path) -> None:
    result = search(folder, "receipt")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No jobs.\n")
    assert search(folder, "receipt", "--json").stdout == "[]\n"


def test_without_a_store_it_says_no(tmp_path: Path) -> None:
    result = search(tmp_path, "invoice")
    assert result.exit_code == 1
    assert "there is no store" in result.stderr


def test_a_wrong_configuration_is_told(folder: Path) -> None:
    config = folder / "ippserver.toml"
    config.write_text("[server]\nlisten = 5\n")
    assert search(folder, "invoice", "--config", str(config)).exit_code == 2


def test_a_history_in_memory_is_wrong_usage(folder: Path) -> None:
    config = folder / "ippserver.toml"
    config.write_text('[store]\nkind = "memory"\n')
    assert search(folder, "invoice", "--config", str(config)).exit_code == 2
