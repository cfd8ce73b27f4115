"""Send-Document, and what a document may be (RFC 8011 4.3.1, 4.2.1.1)."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import Compression, JobStateReason
from ippserver.interfaces import DocumentInterrupted
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import MimeMediaType, Name
from ippserver.model.access import Preset
from ippserver.model.job import Job
from ippserver.stores.memory import MemoryStore
from ippserver.testing.desk import PDF, PRINTER, URI, Answer, Desk, Tray
from ippserver.testing.fakes import stream

LAST = names.LAST_DOCUMENT.of(True)
MORE = names.LAST_DOCUMENT.of(False)


async def send(desk: Desk, job_id: int, *attributes: Attribute, document: bytes = PDF) -> Answer:
    """The answer to a Send-Document."""
    return await desk.ask_of(Operation.SEND_DOCUMENT, job_id, *attributes, document=document)


@pytest.fixture
async def job_id(desk: Desk) -> int:
    """A Job that is open for documents."""
    return (await desk.ask(Operation.CREATE_JOB)).job_id


# ---- Send-Document


async def test_the_last_document_closes_and_releases_the_job(desk: Desk, job_id: int) -> None:
    answer = await send(desk, job_id, LAST)
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.JOB_URI.get(answer.job) == f"{URI}/{job_id}"
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING
    assert names.JOB_STATE_REASONS.all(answer.job) == (JobStateReason.NONE,)
    assert await desk.content(await desk.job(job_id)) == [PDF]


@pytest.mark.parametrize(
    ("created", "sent", "name"),
    [
        ((), ("", "report.pdf", "annex.pdf"), "report.pdf"),
        ((names.JOB_NAME.of("Untitled"),), ("report.pdf",), "Untitled"),
        ((names.JOB_NAME.of(""),), ("report.pdf",), "report.pdf"),
        ((), ("",), "Untitled"),
    ],
)
async def test_a_job_that_nobody_named_is_called_as_its_first_document_with_a_name(
    desk: Desk, created: tuple[Attribute, ...], sent: tuple[str, ...], name: str
) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB, *created)).job_id
    for document_name in sent:
        await send(desk, job_id, MORE, names.DOCUMENT_NAME.of(document_name))
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert names.JOB_NAME.get(shown.job) == name


async def test_empty_pieces_are_no_document_and_no_end_of_one(desk: Desk, job_id: int) -> None:
    await desk.ask_of(Operation.SEND_DOCUMENT, job_id, MORE, document=stream([b"", PDF, b""]))
    await desk.ask_of(Operation.SEND_DOCUMENT, job_id, LAST, document=stream([b"", b""]))
    assert await desk.content(await desk.job(job_id)) == [PDF]


@pytest.mark.effect(Operation.SEND_DOCUMENT)
async def test_documents_are_added_in_order_until_the_last(desk: Desk, job_id: int) -> None:
    for number in range(3):
        answer = await send(desk, job_id, MORE, document=b"%PDF-1.7 " + bytes([48 + number]))
        assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
        assert names.JOB_STATE_REASONS.all(answer.job) == (JobStateReason.JOB_INCOMING,)
    await send(desk, job_id, LAST, document=b"%PDF-1.7 3")
    job = await desk.job(job_id)
    assert [document.number for document in job.documents] == [1, 2, 3, 4]
    assert await desk.content(job) == [b"%PDF-1.7 " + bytes([48 + number]) for number in range(4)]


async def test_the_last_one_without_data_only_closes_the_job(desk: Desk, job_id: int) -> None:
    await send(desk, job_id, MORE)
    answer = await send(desk, job_id, LAST, document=b"")
    assert answer.status is Status.SUCCESSFUL_OK
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert names.NUMBER_OF_DOCUMENTS.get(shown.job) == 1
    assert names.JOB_STATE.get(shown.job) == JobState.PENDING


async def test_a_job_without_any_document_is_legal(desk: Desk, job_id: int) -> None:
    answer = await send(desk, job_id, LAST, document=b"")
    assert answer.status is Status.SUCCESSFUL_OK
    async with desk.printing():
        job = await desk.until(job_id, JobState.COMPLETED)
    assert job.documents == ()


async def test_without_data_and_not_the_last_is_a_bad_request(desk: Desk, job_id: int) -> None:
    before = await desk.job(job_id)
    answer = await send(desk, job_id, MORE, document=b"")
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert await desk.job(job_id) == before


async def test_a_hold_outlives_the_last_document(desk: Desk, job_id: int) -> None:
    await desk.ask_of(Operation.HOLD_JOB, job_id)
    answer = await send(desk, job_id, LAST)
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
    assert names.JOB_STATE_REASONS.all(answer.job) == (JobStateReason.JOB_HOLD_UNTIL_SPECIFIED,)


async def test_what_is_said_of_each_document_is_kept_with_it(desk: Desk, job_id: int) -> None:
    said = (
        names.DOCUMENT_NAME.of("one.pdf"),
        names.DOCUMENT_FORMAT.of(MimeMediaType("application/pdf")),
        names.DOCUMENT_NATURAL_LANGUAGE.of("fr"),
    )
    await send(desk, job_id, MORE, *said)
    await send(desk, job_id, LAST, document=b"\xff\xd8\xff\xe0 a picture")
    one, two = (await desk.job(job_id)).documents
    assert (one.name, one.format, one.natural_language) == (Name("one.pdf"), "application/pdf", "fr")
    assert (two.name, two.format, two.natural_language) == (None, "image/jpeg", None)


@pytest.mark.parametrize(
    ("end", "refusal"),
    [
        ("closed", Status.CLIENT_ERROR_NOT_POSSIBLE),
        ("canceled", Status.CLIENT_ERROR_NOT_POSSIBLE),
        ("completed", Status.CLIENT_ERROR_NOT_POSSIBLE),
        ("printed at once", Status.CLIENT_ERROR_NOT_POSSIBLE),
        ("purged", Status.CLIENT_ERROR_GONE),
    ],
)
@pytest.mark.parametrize("document", [PDF, b""], ids=["data", "no data"])
async def test_a_job_that_is_closed_takes_nothing_more(
    desk: Desk, job_id: int, end: str, refusal: Status, document: bytes
) -> None:
    match end:
        case "closed":
            await send(desk, job_id, LAST)
        case "canceled":
            await desk.ask_of(Operation.CANCEL_JOB, job_id)
        case "completed":
            await send(desk, job_id, LAST)
            async with desk.printing():
                await desk.until(job_id, JobState.COMPLETED)
        case "printed at once":
            job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
        case _:
            await desk.ask(Operation.PURGE_JOBS)
    before = await desk.store.get(job_id)
    assert (await send(desk, job_id, LAST, document=document)).status is refusal
    assert await desk.store.get(job_id) == before
    keys = [kept.key for kept in before.documents] if before else []
    assert await desk.spool.sweep(keys) == 0


async def test_a_stranger_may_add_nothing_in_preset_home() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    answer = await desk.ask_of(Operation.SEND_DOCUMENT, job_id, LAST, document=PDF, user="bob")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert (await desk.job(job_id)).documents == ()


@pytest.mark.parametrize(
    ("attribute", "status"),
    [
        (names.COMPRESSION.of("lzw"), Status.CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED),
        (names.DOCUMENT_FORMAT.of("text/html"), Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED),
    ],
)
async def test_what_a_document_is_must_be_supported(
    desk: Desk, job_id: int, attribute: Attribute, status: Status
) -> None:
    answer = await send(desk, job_id, attribute, LAST)
    assert answer.status is status
    assert answer.unsupported == (attribute,)
    assert (await desk.job(job_id)).incoming


async def test_a_job_has_no_more_documents_than_it_may() -> None:
    desk = await Desk(replace(PRINTER, max_documents_per_job=2)).open()
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    statuses = [(await send(desk, job_id, MORE)).status for _ in range(3)]
    assert statuses == [0, 0, Status.SERVER_ERROR_TOO_MANY_DOCUMENTS]
    assert len((await desk.job(job_id)).documents) == 2
    assert (await send(desk, job_id, LAST, document=b"")).status is Status.SUCCESSFUL_OK


# ---- while a document arrives


class Arriving:
    """A document of which the first half has come, and the rest comes when it is told to."""

    def __init__(self, document: bytes = PDF) -> None:
        self.begun = asyncio.Event()
        self.rest = asyncio.Event()
        self._document = document

    async def pieces(self) -> AsyncIterator[bytes]:
        half = len(self._document) // 2
        yield self._document[:half]
        self.begun.set()
        await self.rest.wait()
        yield self._document[half:]


async def begin(desk: Desk, job_id: int, arriving: Arriving, last: Attribute) -> "asyncio.Task[Answer]":
    """A Send-Document that is under way."""
    task = asyncio.create_task(desk.ask_of(Operation.SEND_DOCUMENT, job_id, last, document=arriving.pieces()))
    await arriving.begun.wait()
    return task


async def test_a_job_canceled_while_its_document_arrives_is_told_and_shown(desk: Desk, job_id: int) -> None:
    arriving = Arriving()
    sending = await begin(desk, job_id, arriving, LAST)
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    arriving.rest.set()
    answer = await sending
    assert answer.status is Status.SERVER_ERROR_JOB_CANCELED
    assert names.JOB_ID.get(answer.job) == job_id
    assert names.JOB_STATE.get(answer.job) == JobState.CANCELED
    assert (await desk.job(job_id)).documents == ()
    assert await desk.spool.sweep([]) == 0


async def test_a_job_purged_while_its_document_arrives_is_not_found(desk: Desk, job_id: int) -> None:
    arriving = Arriving()
    sending = await begin(desk, job_id, arriving, LAST)
    await desk.ask(Operation.PURGE_JOBS)
    arriving.rest.set()
    assert (await sending).status is Status.CLIENT_ERROR_NOT_FOUND
    assert await desk.spool.sweep([]) == 0


class ForgetfulStore(MemoryStore):
    """A store whose Jobs are purged just before they are looked at again."""

    forgets = False

    async def get(self, job_id: int) -> Job | None:
        return None if self.forgets else await super().get(job_id)


async def test_a_job_canceled_and_purged_meanwhile_is_told_without_being_shown() -> None:
    store = ForgetfulStore()
    desk = await Desk(store=store).open()
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    arriving = Arriving()
    sending = await begin(desk, job_id, arriving, LAST)
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    store.forgets = True
    arriving.rest.set()
    answer = await sending
    assert answer.status is Status.SERVER_ERROR_JOB_CANCELED
    assert answer.jobs == []


async def test_two_documents_at_once_are_both_kept(desk: Desk, job_id: int) -> None:
    one, two = Arriving(b"%PDF-1.7 one"), Arriving(b"%PDF-1.7 two")
    sending = [await begin(desk, job_id, one, MORE), await begin(desk, job_id, two, MORE)]
    two.rest.set()
    await sending[1]
    one.rest.set()
    await sending[0]
    job = await desk.job(job_id)
    assert await desk.content(job) == [b"%PDF-1.7 two", b"%PDF-1.7 one"]
    assert [document.number for document in job.documents] == [1, 2]


async def test_of_two_last_documents_the_first_to_be_complete_closes_the_job(desk: Desk, job_id: int) -> None:
    one, two = Arriving(), Arriving()
    sending = [await begin(desk, job_id, one, LAST), await begin(desk, job_id, two, LAST)]
    two.rest.set()
    assert (await sending[1]).status is Status.SUCCESSFUL_OK
    one.rest.set()
    assert (await sending[0]).status is Status.CLIENT_ERROR_NOT_POSSIBLE
    assert len((await desk.job(job_id)).documents) == 1


async def test_a_document_that_was_cut_short_may_be_sent_again(desk: Desk, job_id: int) -> None:
    before = await desk.job(job_id)
    with pytest.raises(DocumentInterrupted):
        await desk.ask_of(
            Operation.SEND_DOCUMENT, job_id, LAST, document=stream([PDF[:5]], DocumentInterrupted())
        )
    assert await desk.job(job_id) == before
    assert (await send(desk, job_id, LAST)).status is Status.SUCCESSFUL_OK
    assert await desk.content(await desk.job(job_id)) == [PDF]


async def test_nobody_waits_for_a_document_that_is_still_arriving(desk: Desk, job_id: int) -> None:
    arriving = Arriving()
    sending = await begin(desk, job_id, arriving, LAST)
    shown = await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)
    assert names.NUMBER_OF_DOCUMENTS.get(shown.job) == 0
    assert (await desk.ask(Operation.PRINT_JOB, document=PDF)).status is Status.SUCCESSFUL_OK
    arriving.rest.set()
    assert (await sending).status is Status.SUCCESSFUL_OK


# ---- compression and format of what follows


@pytest.mark.parametrize(
    ("compression", "packed"),
    [
        (Compression.NONE, PDF),
        (Compression.GZIP, gzip.compress(PDF)),
        (Compression.DEFLATE, zlib.compress(PDF)),
        (Compression.DEFLATE, zlib.compress(PDF, wbits=-15)),
    ],
    ids=["none", "gzip", "zlib", "raw deflate"],
)
async def test_a_document_is_kept_decompressed(desk: Desk, compression: str, packed: bytes) -> None:
    answer = await desk.ask(Operation.PRINT_JOB, names.COMPRESSION.of(compression), document=packed)
    assert answer.status is Status.SUCCESSFUL_OK
    assert await desk.content(await desk.job(answer.job_id)) == [PDF]


@pytest.mark.parametrize(
    ("attributes", "document", "status"),
    [
        ((names.COMPRESSION.of(Compression.GZIP),), PDF, Status.CLIENT_ERROR_COMPRESSION_ERROR),
        (
            (names.COMPRESSION.of(Compression.GZIP),),
            gzip.compress(PDF)[:-3],
            Status.CLIENT_ERROR_COMPRESSION_ERROR,
        ),
        (
            (names.DOCUMENT_FORMAT.of("application/pdf"),),
            b"\xff\xd8\xff",
            Status.CLIENT_ERROR_DOCUMENT_FORMAT_ERROR,
        ),
        ((), b"\x00\x01\x02", Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED),
    ],
    ids=["not gzip", "cut", "a picture", "unknown"],
)
async def test_a_document_that_is_not_what_it_says_leaves_nothing(
    desk: Desk, attributes: tuple[Attribute, ...], document: bytes, status: Status
) -> None:
    answer = await desk.ask(Operation.PRINT_JOB, *attributes, document=document)
    assert answer.status is status
    assert not desk.jobs.unfinished
    assert await desk.spool.sweep([]) == 0


async def test_a_printer_of_any_format_takes_what_nobody_knows() -> None:
    desk = await Desk(replace(PRINTER, any_format=True)).open()
    for declared in ((), (names.DOCUMENT_FORMAT.of("application/x-zpl"),)):
        answer = await desk.ask(Operation.PRINT_JOB, *declared, document=b"\x00^XA^XZ")
        assert answer.status is Status.SUCCESSFUL_OK


async def test_what_is_printed_is_what_came() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await send(desk, job_id, MORE, document=b"%PDF-1.7 one")
    await send(desk, job_id, LAST, document=b"%PDF-1.7 two")
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": b"%PDF-1.7 one", "1-2": b"%PDF-1.7 two"}
