"""One document of several that are a Job at another Printer is canceled here."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiohttp import web

from ippserver.client import IppClient
from ippserver.iana import names
from ippserver.iana.enums import DocumentState, JobState, Operation, Status
from ippserver.interfaces import OutputError, OutputUnavailable, Parcel
from ippserver.ipp.message import Request
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from ippserver.testing import VirtualPrinter
from ippserver.testing.fakes import stream
from tests.client.servers import ipp, response
from tests.documents.press import pdf
from tests.outputs.forwarding import FOLLOWING, PROCESSING, output
from tests.outputs.parcels import document, several
from tests.outputs.peers import OtherPrinter, Reaction, job, refuses, tells

PATIENCE_SECONDS = 30.0
CANCELING = Operation.CANCEL_DOCUMENT
CANCELED, COMPLETED = DocumentState.CANCELED, DocumentState.COMPLETED


@pytest.fixture
def other(other: OtherPrinter) -> OtherPrinter:
    other.operations = (*other.operations, CANCELING)
    other.on(FOLLOWING, tells(PROCESSING))
    return other


def second() -> Parcel:
    """The one in the middle of three, among them."""
    three = several(document(), document(), document())
    return replace(three.each[1], each=three.each)


async def taken_back(uri: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await output(uri).recall(second(), f"{uri}/7")


async def test_it_is_canceled_there_by_its_place(other: OtherPrinter, uri: str) -> None:
    asked: list[tuple[int | None, int | None]] = []

    async def notes(_: web.Request, message: Request) -> web.StreamResponse:
        group = message.group(GroupTag.OPERATION)
        asked.append((names.JOB_ID.get(group), names.DOCUMENT_NUMBER.get(group)))
        return ipp(response(message))

    other.on(CANCELING, notes)
    await taken_back(uri)
    assert asked == [(7, 2)]
    assert Operation.CANCEL_JOB not in other.asked


async def test_a_printer_that_cannot_do_that_is_not_asked_to(other: OtherPrinter, uri: str) -> None:
    other.operations = (Operation.PRINT_JOB,)
    with pytest.raises(OutputError, match="cannot cancel one document of a job") as caught:
        await taken_back(uri)
    assert not isinstance(caught.value, OutputUnavailable)
    assert not {CANCELING, Operation.CANCEL_JOB} & set(other.asked)


@pytest.mark.parametrize(
    ("reaction", "later"),
    [
        (refuses(Status.CLIENT_ERROR_NOT_FOUND), True),
        (refuses(Status.SERVER_ERROR_BUSY), True),
        (refuses(Status.CLIENT_ERROR_NOT_POSSIBLE), False),
    ],
)
async def test_what_is_not_possible_now_is_perhaps_later(
    other: OtherPrinter, uri: str, reaction: Reaction, later: bool
) -> None:
    other.on(CANCELING, reaction)
    other.on(FOLLOWING, tells(PROCESSING))
    with pytest.raises(OutputError) as caught:
        await taken_back(uri)
    assert isinstance(caught.value, OutputUnavailable) == later


async def test_a_job_that_ends_meanwhile_is_no_fault(other: OtherPrinter, uri: str) -> None:
    other.on(CANCELING, refuses(Status.CLIENT_ERROR_NOT_POSSIBLE))
    await taken_back(uri)
    assert other.asked[-2] is FOLLOWING


async def test_of_a_job_that_has_ended_nothing_is_canceled(other: OtherPrinter, uri: str) -> None:
    other.forget(FOLLOWING)
    other.on(FOLLOWING, tells(job(JobState.COMPLETED)))
    await taken_back(uri)
    assert CANCELING not in other.asked


# ---- two servers


@pytest.fixture
def there() -> Iterator[VirtualPrinter]:
    with VirtualPrinter(name="other") as printer:
        yield printer


async def seen_states(client: IppClient, job_id: int) -> list[int]:
    """How the documents of a Job are."""
    requested = names.REQUESTED_ATTRIBUTES.of(Keyword(names.DOCUMENT_STATE.name))
    found = await client.request(Operation.GET_DOCUMENTS, [requested], job_id=job_id)
    groups = [group for group in found.groups if group.tag == GroupTag.DOCUMENT]
    return [names.DOCUMENT_STATE.get(group) or 0 for group in groups]


async def until_seen(client: IppClient, states: list[DocumentState]) -> None:
    """Returns when the documents of its only Job are so."""
    while True:
        for one in await client.get_jobs():
            if await seen_states(client, one.id) == states:
                return
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("number", [1, 2])
async def test_one_server_cancels_one_document_at_another(there: VirtualPrinter, number: int) -> None:
    settings = {"printer": [{"output": [{"type": "forward", "uri": there.uri}]}]}
    with VirtualPrinter(name="first", settings=settings) as first:
        async with (
            IppClient(first.uri) as client,
            IppClient(there.uri) as beyond,
            asyncio.timeout(PATIENCE_SECONDS),
        ):
            await beyond.request(Operation.PAUSE_PRINTER)
            sent = await client.create_job([names.JOB_NAME.of("three")])
            for at in (1, 2, 3):
                said = [names.DOCUMENT_FORMAT.of(formats.PDF)]
                await client.send_document(sent.id, stream([pdf(at)[1]]), said, last=at == 3)
            await until_seen(beyond, [DocumentState.PENDING] * 3)
            await client.cancel_document(sent.id, number)
            await until_seen(beyond, wanted(number, DocumentState.PENDING))
            await beyond.request(Operation.RESUME_PRINTER)
            done = await client.wait_for_job(sent.id)
            here = await seen_states(client, sent.id)
    assert done.state is JobState.COMPLETED
    assert here == wanted(number, COMPLETED)
    assert [job.state for job in there.jobs] == ["completed"]


def wanted(canceled: int, others: DocumentState) -> list[DocumentState]:
    return [CANCELED if at == canceled else others for at in (1, 2, 3)]
