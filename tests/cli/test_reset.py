"""`ippserver reset`, on the store of a server that has ended."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ippserver.cli import main
from ippserver.config import load
from ippserver.interfaces import PrinterRecord
from ippserver.stores.sqlite import SqliteStore

PATHS = {"one": "/ipp/print/one", "two": "/ipp/print/two"}
CONFIG = "".join(f'[[printer]]\nname = "{name}"\npath = "{path}"\n' for name, path in PATHS.items())


def reset(folder: Path, *arguments: str) -> Result:
    config = str(folder / "ippserver.toml")
    return CliRunner().invoke(main, ["reset", "--config", config, "--data-dir", str(folder), *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where two printers have been, which Operators have changed."""
    (tmp_path / "ippserver.toml").write_text(CONFIG)
    store_of(tmp_path).parent.mkdir(mode=0o700)
    asyncio.run(change(store_of(tmp_path)))
    return tmp_path


def store_of(folder: Path) -> Path:
    return load(folder / "ippserver.toml", {}, {"server": {"data-dir": str(folder)}}).store.path


async def change(path: Path) -> None:
    store = SqliteStore(path)
    await store.open()
    for name, printer in PATHS.items():
        record = PrinterRecord(
            path=printer, uuid=name, accepting=False, paused=True, levels=(("tray main", 1),)
        )
        await store.save_printer(record)
    await store.close()


async def records(path: Path) -> dict[str, PrinterRecord]:
    store = SqliteStore(path)
    await store.open()
    found = {name: await store.load_printer(printer) for name, printer in PATHS.items()}
    await store.close()
    return {name: record for name, record in found.items() if record is not None}


def test_all_printers_become_what_they_are_configured_to_be(folder: Path) -> None:
    result = reset(folder)
    assert (result.exit_code, result.stdout) == (0, "one: as configured\ntwo: as configured\n"), result.stderr
    after = asyncio.run(records(store_of(folder)))
    assert after == {name: PrinterRecord(path=path, uuid=name) for name, path in PATHS.items()}


def test_one_printer_is_reset_alone(folder: Path) -> None:
    assert reset(folder, "two").stdout == "two: as configured\n"
    after = asyncio.run(records(store_of(folder)))
    assert (after["one"].paused, after["two"].paused) == (True, False)


def test_a_store_in_use_is_left_alone(folder: Path) -> None:
    path = store_of(folder)

    async def meanwhile() -> Result:
        store = SqliteStore(path)
        await store.open()
        try:
            return await asyncio.to_thread(reset, folder)
        finally:
            await store.close()

    result = asyncio.run(meanwhile())
    assert result.exit_code == 1
    assert "in use by another server" in result.stderr
    assert asyncio.run(records(path))["one"].paused


def test_an_unknown_name_is_wrong_usage(folder: Path) -> None:
    assert reset(folder, "three").exit_code == 2


def test_a_wrong_configuration_is_told(folder: Path) -> None:
    (folder / "ippserver.toml").write_text("[server]\nlisten = 5\n")
    assert reset(folder).exit_code == 2
