"""Jobs that wait for an output that is down, over lives of the server that end by SIGKILL."""

import asyncio
from pathlib import Path

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.ipp.tags import GroupTag
from tests.crash.kill_cycles import START_SECONDS, ask, ready, server
from tests.crash.one_printer import ONE_PRINTER

pytestmark = pytest.mark.timeout(400)
JOBS = 2
CONFIG = (
    ONE_PRINTER
    + """\
[[printer.output]]
folder = "{folder}/prints"
template = "{{id}}"
format = "original"
[[printer.output]]
type = "command"
format = "original"
command = ["sh", "-c", 'test -e {folder}/up || exit 69; cat "$1" > {folder}/printed/$IPP_JOB_ID', "print"]
retry-seconds = 0.2
max-retry-seconds = 0.2
attempts = 1000
"""
)


async def states(port: int) -> list[tuple[int, frozenset[str]]]:
    """job-state and job-state-reasons of every job, the oldest first."""
    found = []
    for job_id in range(1, JOBS + 1):
        answer = await ask(port, Operation.GET_JOB_ATTRIBUTES, [names.JOB_ID.of(job_id)])
        job = answer.group(GroupTag.JOB)
        reasons = frozenset(map(str, names.JOB_STATE_REASONS.all(job)))
        found.append((int(names.JOB_STATE.get(job) or 0), reasons))
    return found


async def until_all(port: int, state: JobState, reason: str) -> None:
    """Returns when all jobs are so."""
    async with asyncio.timeout(START_SECONDS):
        while not all(seen == state and reason in reasons for seen, reasons in await states(port)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # another process: there is no event
        await all_is_stored(port)


async def all_is_stored(port: int) -> None:
    """Returns when what could be seen before is in the store, which takes changes one after the other.

    An output is seen to be down before the store knows that its jobs were begun again by no fault of theirs.
    """
    created = await ask(port, Operation.CREATE_JOB, [])
    job_id = names.JOB_ID.get(created.group(GroupTag.JOB))
    assert job_id is not None
    canceled = await ask(port, Operation.CANCEL_JOB, [names.JOB_ID.of(job_id)])
    assert canceled.status_code == Status.SUCCESSFUL_OK


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def live(folder: Path) -> None:
    documents = {str(number): b"%%PDF-1.4\n%d\n" % number for number in range(1, JOBS + 1)}
    async with server(folder) as child:
        port = await ready(child)
        for document in documents.values():
            await ask(port, Operation.PRINT_JOB, [names.DOCUMENT_FORMAT.of("application/pdf")], document)
        await until_all(port, JobState.PROCESSING, JobStateReason.CONNECTING_TO_DESTINATION)
    for _ in range(4):  # more often than a job may be interrupted by a crash of its own making
        async with server(folder) as child:
            port = await ready(child)
            await until_all(port, JobState.PROCESSING, JobStateReason.CONNECTING_TO_DESTINATION)
    assert await asyncio.to_thread(files, folder / "prints") == documents
    assert await asyncio.to_thread(files, folder / "printed") == {}
    await asyncio.to_thread((folder / "up").touch)
    async with server(folder) as child:
        port = await ready(child)
        await until_all(port, JobState.COMPLETED, JobStateReason.JOB_COMPLETED_SUCCESSFULLY)
    for name in ("prints", "printed"):
        assert await asyncio.to_thread(files, folder / name) == documents


async def test_jobs_that_wait_for_an_output_outlive_kill_9_and_are_delivered_once_it_is_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "printed").mkdir()
    (tmp_path / "ippserver.toml").write_text(CONFIG.format(folder=tmp_path))
    await live(tmp_path)
    assert "Traceback" not in (tmp_path / "stderr").read_text()
