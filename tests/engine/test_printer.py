import asyncio
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from ippserver.engine.identification import Identification
from ippserver.engine.printer import IDENTIFY_SECONDS, PrinterChange
from ippserver.engine.printers import PrinterRegistry
from ippserver.engine.setup import Setup
from ippserver.iana import names, vendor
from ippserver.iana.enums import JobState, PrinterState
from ippserver.iana.keywords import IdentifyActions
from ippserver.interfaces import StoreUnavailable
from ippserver.model.device import Need
from ippserver.model.printer import PrinterStatus
from ippserver.model.states import PRINTER_STEPS, PrinterEvent
from ippserver.stores.memory import MemoryStore
from ippserver.testing.fakes import CountingIds, FakeClock
from tests.engine.faults import PATIENCE_SECONDS, FaultyStore
from tests.engine.house import CONFIG, PATH, House, Store


async def test_a_pause_persists_and_so_does_its_end(house: House) -> None:
    await house.printer.pause()
    stored = await house.store.load_printer(PATH)
    assert stored is not None
    assert stored.paused
    await house.printer.resume()
    stored = await house.store.load_printer(PATH)
    assert stored is not None
    assert not stored.paused
    assert house.printer.wake.is_set()


async def test_the_time_of_a_change_of_state_is_that_of_the_change(house: House) -> None:
    changes = []

    def note() -> None:
        changes.append(house.printer.record.state_changed - start)

    start = house.clock.now()
    for change in (1, 1, -1, -1):
        house.clock.advance(10.0)
        house.printer.works(change)
        note()
    assert changes == [10.0, 10.0, 10.0, 40.0]


async def test_what_changes_nothing_is_no_change_of_state(house: House) -> None:
    start = house.printer.record.state_changed
    house.clock.advance(10.0)
    house.printer.note_room(False)
    house.printer.queues(1)
    await house.printer.resume()
    assert house.printer.record.state_changed == start
    await house.printer.pause()
    paused = house.printer.record.state_changed
    house.clock.advance(10.0)
    await house.printer.pause()
    assert (start, house.printer.record.state_changed) == (paused - 10.0, paused)


async def test_want_of_room_is_shown_until_there_is_some(house: House) -> None:
    house.clock.advance(10.0)
    house.printer.note_room(True)
    assert house.printer.status.spool_full
    assert house.printer.record.state_changed == house.clock.now()
    house.printer.note_room(False)
    assert not house.printer.status.spool_full


async def test_a_pause_that_cannot_be_stored_is_none() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    store.faults.fails("save_printer", StoreUnavailable("locked"))
    with pytest.raises(StoreUnavailable):
        await house.printer.pause()
    assert not house.printer.status.paused
    await house.printer.pause()
    assert house.printer.status.state is PrinterState.STOPPED


async def test_a_pause_counts_before_it_is_stored() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    gate = store.faults.waits("save_printer")
    task = asyncio.ensure_future(house.printer.pause())
    async with asyncio.timeout(PATIENCE_SECONDS):
        await store.faults.reached.wait()
        assert house.printer.status.paused
        gate.set()
        await task


async def test_a_pause_is_stored_though_nobody_waits_for_it() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    gate = store.faults.waits("save_printer")
    task = asyncio.ensure_future(house.printer.pause())
    async with asyncio.timeout(PATIENCE_SECONDS):
        await store.faults.reached.wait()
        task.cancel()
        await asyncio.sleep(0)
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    stored = await store.load_printer(PATH)
    assert stored is not None
    assert stored.paused is house.printer.status.paused is True


async def test_the_store_ends_with_what_was_asked_last(store: Store) -> None:
    house = await House(store=store).open()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*(house.printer.pause() if n % 2 else house.printer.resume() for n in range(20)))
    stored = await store.load_printer(PATH)
    assert stored is not None
    assert stored.paused is house.printer.status.paused is True


async def test_capabilities_follow_from_the_configuration_and_the_server() -> None:
    more = (names.PRINTER_INFO.of("from the server"),)
    registry = PrinterRegistry(
        [Setup(config=CONFIG, outputs=(), attributes=more)], MemoryStore(), FakeClock(), CountingIds()
    )
    await registry.open()
    printer = registry.find(PATH)
    assert printer is not None
    assert names.PRINTER_NAME.get(printer.capabilities) == CONFIG.name
    assert names.PRINTER_INFO.get(printer.capabilities) == "from the server"


async def test_watchers_are_told_of_every_change_that_shows(house: House) -> None:
    told: list[PrinterChange] = []
    house.printers.watch(told.append)
    house.printer.queues(1)
    house.printer.note_room(False)
    await house.printer.resume()
    assert told == []
    house.printer.works(1)
    await house.printer.pause()
    house.printer.works(-1)
    assert [change.after.state for change in told] == [
        PrinterState.PROCESSING,
        PrinterState.PROCESSING,
        PrinterState.STOPPED,
    ]
    assert all(one.after.visible == other.before.visible for one, other in pairwise(told))
    assert {change.printer for change in told} == {house.printer}


async def test_nobody_is_told_of_a_pause_that_could_not_be_stored() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    told: list[PrinterChange] = []
    house.printers.watch(told.append)
    store.faults.fails("save_printer", StoreUnavailable("locked"))
    with pytest.raises(StoreUnavailable):
        await house.printer.pause()
    assert told == []


async def test_a_restart_is_told_though_nothing_else_changes(house: House) -> None:
    told: list[PrinterChange] = []
    house.printers.watch(told.append)
    await house.printer.on(PrinterEvent.RESTART)
    (change,) = told
    assert change.event is PrinterEvent.RESTART
    assert change.before == change.after


@pytest.mark.parametrize("event", PrinterEvent)
async def test_an_event_does_to_the_printer_what_its_row_says_and_is_told(
    house: House, event: PrinterEvent
) -> None:
    told: list[PrinterChange] = []
    house.printers.watch(told.append)
    before = house.printer.status
    await house.printer.on(event)
    assert house.printer.status == _after(before, event)
    assert [change.event for change in told if change.after != change.before] in ([event], [])
    stored = await house.store.load_printer(PATH)
    assert stored == house.printer.record


async def test_an_identification_lasts_a_while_and_is_told_with_its_end(house: House) -> None:
    told: list[PrinterChange] = []
    asked: list[Identification] = []
    ended = asyncio.Event()
    house.printers.watch(told.append)
    house.printers.watch(lambda change: None if change.after.identifying else ended.set())
    house.printers.watch_identification(asked.append)
    wanted = Identification(printer=PATH, actions=(IdentifyActions.SOUND,), message="here", user="alice")
    attendant = asyncio.ensure_future(house.printers.run())
    async with asyncio.timeout(PATIENCE_SECONDS):
        house.printer.identify(wanted)
        assert house.printer.status.identifying
        await house.clock.until_sleeping()
        house.clock.advance(IDENTIFY_SECONDS / 2)
        house.printer.identify(wanted)
        house.clock.advance(IDENTIFY_SECONDS / 2)
        await house.clock.until_sleeping()
        assert house.printer.status.identifying
        house.clock.advance(IDENTIFY_SECONDS)
        await ended.wait()
    attendant.cancel()
    await asyncio.wait([attendant])
    assert asked == [wanted, wanted]
    assert [change.after.identifying for change in told] == [True, False]
    assert house.printer.record.state_changed == house.clock.now()


async def test_what_cannot_be_stored_is_not_set() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    before = names.PRINTER_LOCATION.get(house.printer.capabilities)
    store.faults.fails("save_printer", StoreUnavailable("locked"))
    with pytest.raises(StoreUnavailable):
        await house.printer.set([names.PRINTER_LOCATION.of("hall")])
    assert names.PRINTER_LOCATION.get(house.printer.capabilities) == before


def _after(status: PrinterStatus, event: PrinterEvent) -> PrinterStatus:
    changes: dict[str, Any] = dict(PRINTER_STEPS[event].changes)
    return replace(status, **changes)


async def test_what_a_job_used_is_stored_as_soon_as_it_is_completed(store: Store) -> None:
    house = await House(store=store).open()
    async with house.printing(), asyncio.timeout(PATIENCE_SECONDS):
        job = await house.print()
        await house.until(job.id, JobState.COMPLETED)
        used = house.printer.status.device.levels
        while (stored := await store.load_printer(PATH)) is None or stored.levels != used:  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0)
    assert dict(stored.levels) != dict((await House().open()).printer.status.device.levels)


async def test_levels_are_stored_after_a_while_and_again_where_that_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    attendant = asyncio.ensure_future(house.printers.run())
    store.faults.fails("save_printer", StoreUnavailable("locked"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert house.printer.take(Need(media="iso_a4_210x297mm", sheets=3)) is None
        used = house.printer.status.device
        await house.clock.until_sleeping()
        house.clock.advance(IDENTIFY_SECONDS)
        await house.clock.until_sleeping()
        assert "not stored yet" in caplog.text
        assert house.printer.status.device == used
        house.clock.advance(IDENTIFY_SECONDS)
        while (stored := await store.load_printer(PATH)) is None or stored.levels != used.levels:  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0)
    attendant.cancel()
    await asyncio.wait([attendant])
    moved = await house.moved()
    assert moved.printer.status.device == used


async def test_setting_that_fails_leaves_the_levels_as_they_were() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    house.printer.take(Need(media="iso_a4_210x297mm", sheets=3))
    used = house.printer.status.device
    store.faults.fails("save_printer", StoreUnavailable("locked"))
    with pytest.raises(StoreUnavailable):
        await house.printer.set([vendor.IPPSERVER_INPUT_TRAY_LEVELS.of(250)])
    assert house.printer.status.device == used
