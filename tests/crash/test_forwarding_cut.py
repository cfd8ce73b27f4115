"""What another printer has half of when the server ends by SIGKILL: it is neither lost nor doubled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from tests.crash.kill_cycles import PDF, START_SECONDS, ask, ready, server
from tests.crash.test_forwarding import CONFIG, until_state
from tests.documents.press import pdf
from tests.outputs.peers import OtherPrinter, hangs, job, refuses, serving, tells

pytestmark = pytest.mark.timeout(400)
MAKING, SENDING, FOLLOWING = Operation.CREATE_JOB, Operation.SEND_DOCUMENT, Operation.GET_JOB_ATTRIBUTES
INCOMING: Final = job(
    JobState.PENDING_HELD, JobStateReason.JOB_INCOMING, more=[names.NUMBER_OF_DOCUMENTS.of(1)]
)
DOCUMENTS: Final = (pdf(1)[1], pdf(2)[1])


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[OtherPrinter]:
    """A printer of several documents; the server's configuration names it."""
    printer = OtherPrinter()
    printer.more = [names.MULTIPLE_DOCUMENT_JOBS_SUPPORTED.of(True)]
    async with serving(printer) as uri:
        (tmp_path / "ippserver.toml").write_text(CONFIG.format(folder=tmp_path, uri=uri))
        yield printer


async def until(fits: Callable[[], bool]) -> None:
    async with asyncio.timeout(START_SECONDS):
        while not fits():  # noqa: ASYNC110 (another process: there is no event)
            await asyncio.sleep(0.02)


async def printed(port: int) -> None:
    """Has it print a job of both documents."""
    await ask(port, MAKING, [])
    for number, document in enumerate(DOCUMENTS, 1):
        last = names.LAST_DOCUMENT.of(number == len(DOCUMENTS))
        await ask(port, SENDING, [names.JOB_ID.of(1), PDF, last], document)


async def test_a_job_with_one_of_two_documents_is_canceled_and_made_anew(
    tmp_path: Path, other: OtherPrinter
) -> None:
    gone = asyncio.Event()
    other.on(SENDING, tells(INCOMING), hangs(gone))
    async with server(tmp_path) as child:
        await printed(await ready(child))
        await until(lambda: other.asked.count(SENDING) == 2)
    gone.set()
    other.on(FOLLOWING, *[tells(INCOMING)] * 3)
    async with server(tmp_path) as child:
        await until_state(await ready(child), JobState.COMPLETED)
    assert other.documents == [*DOCUMENTS, *DOCUMENTS]
    assert (other.asked.count(MAKING), other.asked.count(Operation.CANCEL_JOB)) == (2, 1)


async def test_a_document_that_was_sent_and_not_answered_is_looked_for(
    tmp_path: Path, other: OtherPrinter
) -> None:
    gone = asyncio.Event()
    other.operations = (Operation.PRINT_JOB, Operation.GET_JOBS)
    other.on(Operation.PRINT_JOB, hangs(gone))
    async with server(tmp_path) as child:
        await ask(await ready(child), Operation.PRINT_JOB, [PDF], DOCUMENTS[0])
        await until(lambda: other.asked[-1:] == [Operation.PRINT_JOB])
    gone.set()
    ours = [names.JOB_ID.of(7), names.TIME_AT_CREATION.of(other.up_time)]
    other.on(Operation.GET_JOBS, tells(job(JobState.PROCESSING, more=ours)))
    async with server(tmp_path) as child:
        await until_state(await ready(child), JobState.COMPLETED)
    assert other.documents == [DOCUMENTS[0]]


async def test_a_job_that_could_not_be_canceled_is_after_the_next_start(
    tmp_path: Path, other: OtherPrinter
) -> None:
    busy = refuses(Status.SERVER_ERROR_BUSY)
    other.on(FOLLOWING, tells(job(JobState.PROCESSING)), *[busy] * 1000)
    async with server(tmp_path) as child:
        port = await ready(child)
        await ask(port, Operation.PRINT_JOB, [PDF], DOCUMENTS[0])
        await until(lambda: FOLLOWING in other.asked)
        await ask(port, Operation.CANCEL_JOB, [names.JOB_ID.of(1)])
        await until_state(port, JobState.CANCELED)
    other.forget(FOLLOWING)
    other.on(FOLLOWING, tells(job(JobState.PROCESSING)))
    assert Operation.CANCEL_JOB not in other.asked
    async with server(tmp_path) as child:
        await ready(child)
        await until(lambda: Operation.CANCEL_JOB in other.asked)
    assert len(other.documents) == 1
