"""Whatever an avahi-daemon does, the network is told in the end, or the log says why not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import ifaddr
import pytest

from ippserver.dnssd.avahi import AvahiAdvertiser
from ippserver.dnssd.network import Terms
from ippserver.iana import names
from ippserver.interfaces import Advertisement
from ippserver.model.printer import PrinterConfig
from ippserver.testing.fakes import FakeClock
from tests.dnssd.pretended import (
    COLLIDING,
    COLLISION,
    FAILURE,
    PATIENCE_SECONDS,
    RUNNING,
    Avahi,
    d_bus,
    until,
)
from tests.dnssd.printers import advertisement

LISTENING = [("0.0.0.0", 8631)]


class Told:
    """An advertiser that runs, and what it said."""

    def __init__(self, terms: Terms) -> None:
        self.clock = FakeClock()
        self.advertiser = AvahiAdvertiser(terms, self.clock)
        self.names: list[tuple[str, str]] = []

    async def named(self, path: str, name: str) -> None:
        self.names.append((path, name))

    @asynccontextmanager
    async def running(self, *printers: Advertisement) -> AsyncIterator[None]:
        self.advertiser.show(printers or [advertisement()])
        async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.advertiser.run(LISTENING, self.named))
            yield
            task.cancel()


@pytest.fixture
def interface(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that this host has."""
    address = ifaddr.IP("192.0.2.5", 24, "eth7")
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: [ifaddr.Adapter("eth7", "eth7", [address], index=7)])


@pytest.fixture
async def bus(interface: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The system's bus."""
    async with d_bus(tmp_path) as where:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", where)
        yield where


@pytest.fixture
async def avahi(bus: str) -> AsyncIterator[Avahi]:
    """A daemon that is told."""
    made = Avahi()
    async with made.on(bus):
        yield made


async def test_a_printer_is_one_group_with_all_of_its_services(avahi: Avahi) -> None:
    told = Told(Terms())
    async with told.running():
        await until(lambda: told.names == [("/ipp/print", "office")])
        (services,) = avahi.groups.values()
    assert [(index, name, kind, host, port) for index, _, _, name, kind, _, host, port, _ in services] == [
        (-1, "office", "_printer._tcp", "", 0),
        (-1, "office", "_ipp._tcp", "", 8631),
        (-1, "office", "_http._tcp", "", 8631),
    ]
    assert avahi.calls.count("AddServiceSubtype") == 3


async def test_each_printer_has_its_own_group(avahi: Avahi) -> None:
    told = Told(Terms())
    async with told.running(advertisement(), advertisement(PrinterConfig(path="/b", name="b"))):
        await until(lambda: told.names == [("/ipp/print", "office"), ("/b", "b")])
        assert len(avahi.published) == 2


async def test_a_name_that_this_host_has_already_is_not_taken(avahi: Avahi) -> None:
    avahi.errors["AddService"] = ["CollisionError", "CollisionError"]
    told = Told(Terms())
    async with told.running():
        await until(lambda: told.names == [("/ipp/print", "office (3)")])
        assert avahi.names() == ["office (3)"]
        assert len(avahi.groups) == 1


async def test_a_name_that_another_host_has_is_given_up(avahi: Avahi) -> None:
    avahi.outcomes = [COLLISION]
    told = Told(Terms())
    async with told.running():
        await until(lambda: told.names == [("/ipp/print", "office (2)")])
        avahi.say(avahi.published[0], COLLISION)
        await until(lambda: told.names[1:] == [("/ipp/print", "office (3)")])
        assert avahi.names() == ["office (3)"]


async def test_the_name_that_it_had_is_tried_first(avahi: Avahi) -> None:
    told = Told(Terms())
    async with told.running(advertisement(kept="office (4)")):
        await until(lambda: told.names == [("/ipp/print", "office (4)")])


async def test_what_changes_of_a_printer_changes_its_keys_alone(avahi: Avahi) -> None:
    told = Told(Terms())
    async with told.running():
        await until(lambda: bool(told.names))
        told.advertiser.show([advertisement(None, names.PRINTER_LOCATION.of("attic"))])
        await until(lambda: b"note=attic" in avahi.txt())
        assert avahi.calls.count("EntryGroupNew") == 1
        assert told.names == [("/ipp/print", "office")]


@pytest.mark.parametrize("again", [False, True])
async def test_what_avahi_refuses_is_a_line_in_the_log(
    avahi: Avahi, again: bool, caplog: pytest.LogCaptureFixture
) -> None:
    avahi.errors["Commit"] = ["InvalidServiceNameError"]
    told = Told(Terms())
    async with told.running():
        await until(lambda: "is not told of to the network: Commit: no" in caplog.text)
        assert told.names == []
        if again:
            avahi.say_of_itself(RUNNING)
            await until(lambda: told.names == [("/ipp/print", "office")])


async def test_a_group_that_fails_is_a_line_in_the_log(
    avahi: Avahi, caplog: pytest.LogCaptureFixture
) -> None:
    avahi.outcomes = [FAILURE]
    told = Told(Terms())
    async with told.running():
        await until(lambda: "avahi-daemon failed" in caplog.text)
    assert told.names == []


async def test_while_avahi_settles_the_name_of_the_host_it_is_waited_for(avahi: Avahi) -> None:
    avahi.state = COLLIDING
    told = Told(Terms())
    async with told.running():
        await until(lambda: "GetState" in avahi.calls)
        assert avahi.groups == {}
        avahi.say_of_itself(RUNNING)
        await until(lambda: told.names == [("/ipp/print", "office")])
        avahi.say_of_itself(COLLIDING)
        avahi.say_of_itself(RUNNING)
        await until(lambda: len(told.names) == 2)
        assert len(avahi.groups) == 1


async def test_a_host_name_of_the_settings_has_its_addresses_published(avahi: Avahi) -> None:
    told = Told(Terms(host_name="printers", addresses=("192.0.2.9",), interfaces=("eth7",)))
    async with told.running():
        await until(lambda: told.names == [("/ipp/print", "office")])
        address, services = avahi.groups.values()
    assert address == [[7, -1, 16, "printers.local", "192.0.2.9"]]
    assert {(each[0], each[6]) for each in services} == {(7, "printers.local")}


async def test_an_address_that_comes_is_avahis_own_business(
    avahi: Avahi, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(Terms())
    async with told.running():
        await until(lambda: bool(told.names))
        addresses = [ifaddr.IP(f"192.0.2.{number}", 24, "eth7") for number in (5, 6)]
        monkeypatch.setattr(
            ifaddr, "get_adapters", lambda: [ifaddr.Adapter("eth7", "eth7", addresses, index=7)]
        )
        await told.clock.until_sleeping()
        told.clock.advance(10.0)
        told.advertiser.show([advertisement(None, names.PRINTER_LOCATION.of("attic"))])
        await until(lambda: b"note=attic" in avahi.txt())
        assert avahi.calls.count("EntryGroupNew") == 1


async def test_what_avahi_refuses_of_the_host_is_a_line_in_the_log(
    avahi: Avahi, caplog: pytest.LogCaptureFixture
) -> None:
    avahi.errors["GetHostNameFqdn"] = ["InvalidHostNameError"]
    told = Told(Terms())
    async with told.running():
        await until(lambda: "GetHostNameFqdn: no" in caplog.text)
        avahi.say_of_itself(RUNNING)
        await until(lambda: told.names == [("/ipp/print", "office")])


async def test_without_a_network_nothing_is_published_until_there_is_one(
    avahi: Avahi, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapters = ifaddr.get_adapters()
    monkeypatch.setattr(ifaddr, "get_adapters", list)
    told = Told(Terms())
    async with told.running():
        await told.clock.until_sleeping()
        assert avahi.groups == {}
        monkeypatch.setattr(ifaddr, "get_adapters", lambda: adapters)
        told.clock.advance(10.0)
        await until(lambda: told.names == [("/ipp/print", "office")])


async def test_when_avahi_comes_back_it_is_told_anew(bus: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    first, second, told = Avahi(), Avahi(), Told(Terms())
    async with first.on(bus):
        running = told.running()
        await running.__aenter__()
        await until(lambda: len(told.names) == 1)
    await until(lambda: "avahi-daemon is gone" in caplog.text)
    async with second.on(bus):
        await until(lambda: len(told.names) == 2)
        assert second.names() == ["office"]
        await running.__aexit__(None, None, None)


async def test_when_d_bus_breaks_it_is_looked_for_again(
    interface: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
    told, daemon = Told(Terms()), Avahi()

    def seen(times: int) -> bool:
        told.clock.advance(30.0)
        return len(told.names) == times

    async with told.running():
        await told.clock.until_sleeping()
        for times in (1, 2):
            async with AsyncExitStack() as after_the_bus:
                async with d_bus(tmp_path) as where:
                    await after_the_bus.enter_async_context(daemon.on(where))
                    await until(partial(seen, times))
    assert "D-Bus cannot be reached" in caplog.text
