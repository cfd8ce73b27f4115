"""A job at another printer, over lives of the server that end by SIGKILL."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from ippserver.client import IppClient
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import PrinterStateReason
from ippserver.ipp.tags import GroupTag
from ippserver.testing import VirtualPrinter
from tests.crash.kill_cycles import START_SECONDS, ask, ready, server
from tests.crash.one_printer import ONE_PRINTER
from tests.documents.press import pdf

pytestmark = pytest.mark.timeout(400)
CONFIG: Final = (
    ONE_PRINTER
    + """\
[[printer.output]]
type = "forward"
uri = "{uri}"
retry-seconds = 0.1
max-retry-seconds = 0.1
"""
)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[VirtualPrinter]:
    """A printer of rasters; the server's configuration names it."""
    settings = {"printer": [{"formats": ["image/pwg-raster"], "resolutions-dpi": [60]}]}
    with VirtualPrinter(name="other", settings=settings) as printer:
        (tmp_path / "ippserver.toml").write_text(CONFIG.format(folder=tmp_path, uri=printer.uri))
        yield printer


async def at(uri: str, operation: Operation) -> None:
    async with IppClient(uri) as client:
        await client.request(operation)


async def until(fits: Callable[[], bool]) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not await asyncio.to_thread(fits):  # noqa: ASYNC110 (another process: there is no event)
            await asyncio.sleep(0.05)


async def until_seen(port: int, reason: str) -> None:
    """Returns when the Printer shows that reason."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            answer = await ask(port, Operation.GET_PRINTER_ATTRIBUTES, [])
            if reason in names.PRINTER_STATE_REASONS.all(answer.group(GroupTag.PRINTER)):
                return
            await asyncio.sleep(0.05)


async def until_state(port: int, state: JobState) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            answer = await ask(port, Operation.GET_JOB_ATTRIBUTES, [names.JOB_ID.of(1)])
            if names.JOB_STATE.get(answer.group(GroupTag.JOB)) == state:
                return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("operation", "here", "there"),
    [
        (Operation.RESUME_PRINTER, JobState.COMPLETED, "completed"),
        (Operation.CANCEL_JOB, JobState.CANCELED, "canceled"),
    ],
)
async def test_a_job_that_waits_at_another_printer_is_followed_after_kill_9(
    tmp_path: Path, other: VirtualPrinter, operation: Operation, here: JobState, there: str
) -> None:
    await at(other.uri, Operation.PAUSE_PRINTER)
    media_type, document = pdf()
    async with server(tmp_path) as child:
        port = await ready(child)
        await ask(port, Operation.PRINT_JOB, [names.DOCUMENT_FORMAT.of(media_type)], document)
        await until(lambda: [job.state for job in other.jobs] == ["pending"])
        await until_seen(port, PrinterStateReason.PAUSED)
    async with server(tmp_path) as child:
        port = await ready(child)
        await until_seen(port, PrinterStateReason.PAUSED)  # it asks for the job again
        if operation is Operation.CANCEL_JOB:
            await ask(port, operation, [names.JOB_ID.of(1)])
        else:
            await at(other.uri, operation)
        await until_state(port, here)
        await until(lambda: [job.state for job in other.jobs] == [there])
    assert "Traceback" not in await asyncio.to_thread((tmp_path / "stderr").read_text)
