"""What the network is told follows the Printers, and its answer is kept."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from ippserver.engine.advertising import Advertising
from ippserver.engine.setup import Setup
from ippserver.iana import names
from ippserver.interfaces import Advertisement, Named, StoreUnavailable
from ippserver.ipp.values import OutOfBand
from ippserver.model.printer import PrinterConfig
from tests.engine.faults import PATIENCE_SECONDS, FaultyStore
from tests.engine.house import CONFIG, PATH, House, Store

LISTENING = [("0.0.0.0", 631)]


class Herald:
    """An Advertiser that remembers what it was told, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.shown: list[Sequence[Advertisement]] = []
        self.named: Named | None = None
        self.runs = 0
        self.goodbyes = 0
        self.began = asyncio.Event()
        self._failures = failures

    def show(self, printers: Sequence[Advertisement]) -> None:
        self.shown.append(printers)

    async def run(self, listening: Sequence[tuple[str, int]], named: Named) -> None:
        assert listening == LISTENING
        self.runs += 1
        if self.runs <= self._failures:
            raise RuntimeError("a library has a bug")
        self.named = named
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.goodbyes += 1

    async def name(self, name: str) -> None:
        assert self.named is not None
        await self.named(PATH, name)


@asynccontextmanager
async def telling(house: House, herald: Herald) -> AsyncIterator[None]:
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(Advertising(house.printers, herald, house.clock).run(LISTENING))
        await herald.began.wait()
        yield
        task.cancel()


async def test_every_printer_is_told_of_from_the_start() -> None:
    other = PrinterConfig(path="/other", name="second", dns_sd_name="Second floor")
    house, herald = await House(configs=[CONFIG, other]).open(), Herald()
    async with telling(house, herald):
        (printers,) = herald.shown
    assert [(each.path, each.name, each.kept) for each in printers] == [
        (PATH, "office", ""),
        ("/other", "Second floor", ""),
    ]
    assert printers[0].attributes is house.printer.capabilities
    assert printers[0].uuid == house.printer.record.uuid
    assert herald.goodbyes == 1


async def test_what_is_set_of_a_printer_is_told(house: House) -> None:
    herald = Herald()
    async with telling(house, herald):
        await house.printer.set([names.PRINTER_LOCATION.of("attic")])
    assert names.PRINTER_LOCATION.get(herald.shown[-1][0].attributes) == "attic"
    assert len(herald.shown) == 2


async def test_a_state_is_nothing_that_the_network_is_told(house: House) -> None:
    herald = Herald()
    async with telling(house, herald):
        await house.printer.pause()
    assert len(herald.shown) == 1


async def test_the_name_on_the_network_is_shown_and_kept(store: Store) -> None:
    house, herald = await House(store=store, advertised=True).open(), Herald()
    changed: list[frozenset[str]] = []
    house.printers.watch(lambda change: changed.append(change.config))
    before = house.printer.capabilities
    assert before.get(names.PRINTER_DNS_SD_NAME.name) == names.PRINTER_DNS_SD_NAME.of(OutOfBand.NO_VALUE)
    house.clock.advance(60.0)
    async with telling(house, herald):
        await herald.name("office (2)")
        await herald.name("office (2)")
    assert names.PRINTER_DNS_SD_NAME.get(house.printer.capabilities) == "office (2)"
    assert changed == [frozenset([names.PRINTER_DNS_SD_NAME.name])]
    assert house.printer.record.config_changed == house.clock.now()
    assert herald.shown[-1][0].kept == "office (2)"
    moved = await House(store=store, advertised=True).open()
    assert names.PRINTER_DNS_SD_NAME.get(moved.printer.capabilities) == "office (2)"


async def test_a_printer_that_is_not_told_of_any_more_has_no_name_on_the_network(store: Store) -> None:
    house, herald = await House(store=store, advertised=True).open(), Herald()
    async with telling(house, herald):
        await herald.name("office")
    moved = await House(store=store).open()
    assert names.PRINTER_DNS_SD_NAME.get(moved.printer.capabilities) is None
    assert moved.printer.record.dns_sd_name == "office"


async def test_what_is_set_over_ipp_keeps_the_name_on_the_network() -> None:
    house, herald = await House(advertised=True).open(), Herald()
    async with telling(house, herald):
        await herald.name("office (2)")
        await house.printer.set([names.PRINTER_LOCATION.of("attic")])
    assert names.PRINTER_DNS_SD_NAME.get(house.printer.capabilities) == "office (2)"


async def test_a_name_that_cannot_be_stored_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    house, herald = await House(store=FaultyStore()).open(), Herald()
    async with telling(house, herald):
        house.store_faults.fails("save_printer", StoreUnavailable("the disk is full"))
        await herald.name("office (2)")
    assert "the disk is full" in caplog.text
    assert house.printer.record.dns_sd_name == ""


async def test_a_name_for_a_printer_that_is_none_is_nothing(house: House) -> None:
    herald = Herald()
    async with telling(house, herald):
        assert herald.named is not None
        await herald.named("/nowhere", "x")
    assert house.printer.record.dns_sd_name == ""


async def test_what_fails_is_logged_and_tried_again(house: House, caplog: pytest.LogCaptureFixture) -> None:
    herald = Herald(failures=2)
    async with house.time_passing(), telling(house, herald):
        assert herald.runs == 3
    assert caplog.text.count("RuntimeError: a library has a bug") == 2
    assert house.clock.monotonic() >= 120.0


def test_a_setup_is_told_of_only_if_it_says_so() -> None:
    setup = Setup(config=CONFIG, outputs=())
    assert names.PRINTER_DNS_SD_NAME.get(setup.capabilities({}, "office")) is None
    assert (
        names.PRINTER_DNS_SD_NAME.get(replace(setup, advertised=True).capabilities({}, "office")) == "office"
    )
