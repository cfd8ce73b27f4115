"""P17: a document during which the server dies, again and again."""

import asyncio
import os
from pathlib import Path

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.ipp.tags import GroupTag
from tests.crash.kill_cycles import START_SECONDS, ask, ready, server
from tests.crash.one_printer import ONE_PRINTER
from tests.hostile.hijacked.sitecustomize import HIJACKED

pytestmark = pytest.mark.timeout(400)
MOST_ATTEMPTS = 3
POISON = HIJACKED + b"file = sink.scratch()\nimport time\ntime.sleep(3600)"
CONFIG = (
    ONE_PRINTER
    + """\
[[printer.output]]
folder = "{folder}/prints"
format = "pdf"
"""
)


async def state(port: int, job_id: int) -> JobState:
    answer = await ask(port, Operation.GET_JOB_ATTRIBUTES, [names.JOB_ID.of(job_id)])
    return JobState(names.JOB_STATE.get(answer.group(GroupTag.JOB)) or 0)


def workers(folder: Path) -> list[str]:
    """The processes that convert for the server of this test."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().decode(errors="replace")
        except OSError:  # gone meanwhile
            continue
        if str(folder / "data" / "convert") in words:
            found.append(words)
    return found


def converting(folder: Path) -> list[Path]:
    """The folders of workers."""
    return list((folder / "data" / "convert").glob("*/out"))


def written(folder: Path) -> bool:
    """Whether a worker has begun to write."""
    try:
        return any(list(own.iterdir()) for own in converting(folder))
    except FileNotFoundError:  # of one that had done its work
        return False


async def end(folder: Path, child: asyncio.subprocess.Process) -> None:
    """Kills the server; no worker may outlive it."""
    child.kill()
    await child.wait()
    async with asyncio.timeout(START_SECONDS):
        while await asyncio.to_thread(workers, folder):  # noqa: ASYNC110 (nobody tells of their end)
            await asyncio.sleep(0.01)
    assert await asyncio.to_thread(converting, folder), "nobody was there to remove it"


async def live(folder: Path) -> None:
    """The lives of a server; the poison kills the first three."""
    text = [names.DOCUMENT_FORMAT.of("text/plain")]
    async with server(folder) as child:
        port = await ready(child)
        await ask(port, Operation.PRINT_JOB, text, POISON)
        await ask(port, Operation.PRINT_JOB, text, b"a letter")
        await begun(port, folder)
        await end(folder, child)
    for _ in range(MOST_ATTEMPTS - 1):
        async with server(folder) as child:
            port = await ready(child)
            await begun(port, folder)
            await end(folder, child)
    async with server(folder) as child:
        port = await ready(child)
        assert await asyncio.to_thread(converting, folder) == []
        await reached(port, 2, JobState.COMPLETED)
        assert await state(port, 1) == JobState.ABORTED


async def begun(port: int, folder: Path) -> None:
    """Returns when the poison works; others may go first."""
    await reached(port, 1, JobState.PROCESSING)
    async with asyncio.timeout(START_SECONDS):
        while not await asyncio.to_thread(written, folder):  # noqa: ASYNC110 (another process has no event)
            await asyncio.sleep(0.02)


async def reached(port: int, job_id: int, wanted: JobState) -> None:
    """Returns when the job is so."""
    async with asyncio.timeout(START_SECONDS):
        while await state(port, job_id) != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_document_that_ends_its_server_is_given_up_and_the_next_one_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hijacked = str(Path(__file__).parents[1] / "hostile" / "hijacked")
    path = filter(None, (hijacked, os.environ.get("PYTHONPATH")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))
    (tmp_path / "ippserver.toml").write_text(CONFIG.format(folder=tmp_path))
    await live(tmp_path)
    (printed,) = await asyncio.to_thread(lambda: list((tmp_path / "prints").iterdir()))
    assert printed.suffix == ".pdf"
