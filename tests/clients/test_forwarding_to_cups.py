"""Jobs that go on to a queue of CUPS, and from there to a printer.

Such a queue prints only the last of several PDFs (CUPS's issue 643), so it gets one.
"""

import asyncio
from collections.abc import Iterator

import pytest

from ippserver.client import IppClient, JobInfo
from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.testing import VirtualPrinter
from ippserver.testing.fakes import stream
from tests.clients.cupsd import Cups
from tests.documents.press import pdf, seen

PATIENCE_SECONDS = 60.0


@pytest.fixture
def last() -> Iterator[VirtualPrinter]:
    with VirtualPrinter(name="last") as printer:
        yield printer


def printed(uri: str) -> JobInfo:
    """A Job of two documents, one page and two, at its end."""

    async def print_() -> JobInfo:
        async with IppClient(uri, user="alice") as client, asyncio.timeout(PATIENCE_SECONDS):
            created = await client.create_job([names.JOB_NAME.of("both")])
            for number in (1, 2):
                media_type, content = pdf(number)
                said = [names.DOCUMENT_FORMAT.of(media_type)]
                await client.send_document(created.id, stream([content]), said, last=number == 2)
            return await client.wait_for_job(created.id)

    return asyncio.run(print_())


def test_two_documents_are_one_job_of_cups_and_of_its_printer_and_none_is_lost(
    cups: Cups, last: VirtualPrinter
) -> None:
    cups.add_queue(last.uri)
    queue = f"ipp://{cups.server}/printers/virtual"
    forward = {"type": "forward", "uri": queue}
    with VirtualPrinter(name="first", settings={"printer": [{"output": [forward]}]}) as first:
        job = printed(first.uri)
    assert job.state is JobState.COMPLETED
    assert cups.log.count('[Job 1] File of type application/pdf queued by "alice".') == 1
    assert "[Job 2]" not in cups.log
    (there,) = last.jobs
    assert (there.name, there.user) == ("both", "alice")
    assert sum(len(seen(document.data)) for document in there.documents) == 3
