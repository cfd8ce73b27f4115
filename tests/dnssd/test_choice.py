"""Whether the network is told of Printers, and through what."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from ippserver.dnssd import avahi, zeroconf
from ippserver.dnssd.choice import ChosenAdvertiser, Through
from ippserver.dnssd.network import Terms
from ippserver.interfaces import Advertisement, Named
from ippserver.testing.fakes import FakeClock
from tests.dnssd.printers import advertisement

PATIENCE_SECONDS: Final = 60.0
NETWORK: Final = [("0.0.0.0", 631)]


async def nobody(path: str, name: str) -> None:
    raise AssertionError("nothing gets a name here")


def chosen(through: Through) -> ChosenAdvertiser:
    return ChosenAdvertiser(through, Terms(), FakeClock())


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, Sequence[Advertisement]]]:
    """The advertisers that ran, with what they were to show; there is no D-Bus."""
    found: list[tuple[str, Sequence[Advertisement]]] = []

    async def run(self: object, listening: Sequence[tuple[str, int]], named: Named) -> None:
        found.append((type(self).__name__, list(self._printers.values())))  # type: ignore[attr-defined]

    monkeypatch.setattr(avahi.AvahiAdvertiser, "run", run)
    monkeypatch.setattr(zeroconf.ZeroconfAdvertiser, "run", run)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")
    return found


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_server_on_loopback_is_told_of_nowhere(host: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await chosen("auto").run([(host, 631)], nobody)
    assert "loopback only" in caplog.text


@pytest.mark.parametrize(
    ("through", "name"),
    [("auto", "ZeroconfAdvertiser"), ("zeroconf", "ZeroconfAdvertiser"), ("avahi", "AvahiAdvertiser")],
)
async def test_without_a_d_bus_the_server_speaks_for_itself(
    through: Through, name: str, ran: list[tuple[str, Sequence[Advertisement]]]
) -> None:
    printer = advertisement()
    advertiser = chosen(through)
    advertiser.show([printer])
    async with asyncio.timeout(PATIENCE_SECONDS):
        await advertiser.run(NETWORK, nobody)
    assert ran == [(name, [printer])]


async def test_what_is_chosen_stays_chosen_and_is_shown_what_changes(
    ran: list[tuple[str, Sequence[Advertisement]]],
) -> None:
    advertiser = chosen("zeroconf")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await advertiser.run(NETWORK, nobody)
        advertiser.show([advertisement()])
        await advertiser.run(NETWORK, nobody)
    assert [name for name, _ in ran] == ["ZeroconfAdvertiser"] * 2
    assert ran[1][1][0].name == "office"


async def test_without_avahi_it_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")
    clock = FakeClock()
    advertiser = avahi.AvahiAdvertiser(Terms(), clock)
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(advertiser.run(NETWORK, nobody))
        for _ in range(3):
            await clock.until_sleeping()
            clock.advance(30.0)
        await clock.until_sleeping()
        task.cancel()
    assert caplog.text.count("D-Bus cannot be reached") == 1


def test_a_server_that_is_told_of_nowhere_loads_no_library_for_it() -> None:
    program = "import sys, ippserver.app; print({'zeroconf', 'dbus_fast', 'ifaddr'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
