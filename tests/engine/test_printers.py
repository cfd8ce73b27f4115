"""The printers of a server."""

from dataclasses import replace

import pytest

from ippserver.engine.printers import PrinterRegistry
from ippserver.engine.setup import Setup
from ippserver.iana import names
from ippserver.ipp.values import Keyword
from ippserver.model.uris import AmbiguousPath
from ippserver.stores.memory import MemoryStore
from ippserver.testing.fakes import CountingIds, FakeClock
from tests.engine.house import CONFIG, PATH, House, Store


async def test_a_printer_is_found_at_its_path_and_nowhere_else(house: House) -> None:
    assert house.printers.find(PATH) is house.printer
    assert list(house.printers) == [house.printer]
    for path in ("/ipp/print/", "/IPP/PRINT", "/", ""):
        assert house.printers.find(path) is None


async def test_what_a_printer_remembers_outlives_the_server(store: Store) -> None:
    house = await House(store=store).open()
    await house.printer.pause()
    before = house.printer.record
    house.clock.advance(1000.0)
    moved = await house.moved()
    after = moved.printer.record
    assert moved.printer.status.paused
    assert (after.uuid, after.config_digest, after.config_changed) == (
        before.uuid,
        before.config_digest,
        before.config_changed,
    )
    assert after.state_changed == house.clock.now()
    assert await store.load_printer(PATH) == after


async def test_printers_have_uuids_of_their_own() -> None:
    house = await House(configs=[CONFIG, replace(CONFIG, path="/other")]).open()
    assert len({printer.record.uuid for printer in house.printers}) == 2


async def test_another_configuration_is_noted_with_its_time(house: House) -> None:
    before = house.printer.record
    house.clock.advance(1000.0)
    after = (await house.moved(configs=[replace(CONFIG, location="attic")])).printer.record
    assert after.uuid == before.uuid
    assert after.config_digest != before.config_digest
    assert after.config_changed == house.clock.now()


def test_paths_that_could_be_mistaken_are_refused() -> None:
    setups = [Setup(config=replace(CONFIG, path=path), outputs=()) for path in ("/ipp", "/ipp/1")]
    with pytest.raises(AmbiguousPath):
        PrinterRegistry(setups, MemoryStore(), FakeClock(), CountingIds())


async def test_what_was_set_is_forgotten_where_the_configuration_does_not_allow_it_any_more(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.printer.set(
        [names.PRINTER_LOCATION.of("hall"), names.MEDIA_DEFAULT.of(Keyword("iso_a5_148x210mm"))]
    )
    narrow = replace(CONFIG, media=("iso_a4_210x297mm",))
    moved = await house.moved(configs=[narrow])
    assert names.PRINTER_LOCATION.get(moved.printer.capabilities) == "hall"
    assert names.MEDIA_DEFAULT.get(moved.printer.capabilities) == "iso_a4_210x297mm"
    assert names.MEDIA_DEFAULT.name in caplog.text
