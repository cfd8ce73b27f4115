"""What the devices behind outputs say, whatever becomes of those who listen."""

import asyncio
from collections.abc import Callable

import pytest

from ippserver.engine.outlets import Outlets
from ippserver.engine.setup import Setup
from ippserver.iana.keywords import PrinterStateReason
from ippserver.model.report import Report
from ippserver.testing.fakes import FakeClock
from tests.engine.faults import PATIENCE_SECONDS
from tests.engine.house import CONFIG

WORD = Report((PrinterStateReason.MEDIA_LOW,))


async def test_an_output_whose_listener_has_a_bug_is_heard_again(caplog: pytest.LogCaptureFixture) -> None:
    tries = 0

    async def mirror(tell: Callable[[Report], None]) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("a bug")
        tell(WORD)

    clock = FakeClock()
    outlets = Outlets(Setup(config=CONFIG, outputs=(), mirrors={"tray": mirror}), clock, lambda: None)
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as tasks:
        attending = tasks.create_task(outlets.attend())
        await clock.until_sleeping()
        assert not outlets.reports
        clock.advance(60.0)
        await attending
    assert outlets.reports == (WORD,)
    assert "RuntimeError: a bug" in caplog.text
