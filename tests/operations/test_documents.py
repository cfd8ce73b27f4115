"""Send-Document, Print-URI and Send-URI (RFC 8011 4.2.2, 4.3.1, 4.3.2)."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import Compression, JobStateReason
from ippserver.interfaces import DocumentInterrupted
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import MimeMediaType, Name, Uri
from ippserver.model.access import Preset
from ippserver.model.job import Job
from ippserver.operations.table import OPERATIONS
from ippserver.outbound.fetcher import FetchSettings, GuardedFetcher
from ippserver.stores.memory import MemoryStore
from ippserver.testing.desk import PDF, PRINTER, URI, Answer, Desk, Tray
from ippserver.testing.fakes import stream

LAST = names.LAST_DOCUMENT.of(True)
MORE = names.LAST_DOCUMENT.of(False)


async def send(desk: Desk, job_id: int, *attributes: Attribute, document: bytes = PDF) -> Answer:
    """The answer to a Send-Document."""
    return await desk.ask_of(Operation.SEND_DOCUMENT, job_id, *attributes, document=document)


async def content(desk: Desk, job: Job) -> list[bytes]:
    """What is in the spool for each document of the Job."""
    return [b"".join([piece async for piece in desk.spool.read(document.key)]) for document in job.documents]


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
    assert await content(desk, await desk.job(job_id)) == [PDF]


async def test_empty_pieces_are_no_document_and_no_end_of_one(desk: Desk, job_id: int) -> None:
    await desk.ask_of(Operation.SEND_DOCUMENT, job_id, MORE, document=stream([b"", PDF, b""]))
    await desk.ask_of(Operation.SEND_DOCUMENT, job_id, LAST, document=stream([b"", b""]))
    assert await content(desk, await desk.job(job_id)) == [PDF]


async def test_documents_are_added_in_order_until_the_last(desk: Desk, job_id: int) -> None:
    for number in range(3):
        answer = await send(desk, job_id, MORE, document=b"%PDF-1.7 " + bytes([48 + number]))
        assert names.JOB_STATE.get(answer.job) == JobState.PENDING_HELD
        assert names.JOB_STATE_REASONS.all(answer.job) == (JobStateReason.JOB_INCOMING,)
    await send(desk, job_id, LAST, document=b"%PDF-1.7 3")
    job = await desk.job(job_id)
    assert [document.number for document in job.documents] == [1, 2, 3, 4]
    assert await content(desk, job) == [b"%PDF-1.7 " + bytes([48 + number]) for number in range(4)]


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
    assert await content(desk, job) == [b"%PDF-1.7 two", b"%PDF-1.7 one"]
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
    assert await content(desk, await desk.job(job_id)) == [PDF]


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
    assert await content(desk, await desk.job(answer.job_id)) == [PDF]


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


# ---- by reference


@pytest.fixture
async def library() -> AsyncIterator[TestServer]:
    """A web server with a document, on loopback."""

    async def document(request: web.Request) -> web.Response:
        return web.Response(body=PDF)

    async def garbage(request: web.Request) -> web.Response:
        return web.Response(body=b"\x00\x01\x02")

    application = web.Application()
    application.router.add_get("/folder/my report.pdf", document)
    application.router.add_get("/garbage", garbage)
    server = TestServer(application, host="127.0.0.1")
    async with server:
        yield server


@pytest.fixture
async def fetching() -> Desk:
    """A server that fetches documents from loopback, and nowhere else near."""
    fetcher = GuardedFetcher(FetchSettings(allowed_hosts=("127.0.0.1",), timeout_seconds=10))
    return await Desk(fetcher=fetcher).open()


def at(library: TestServer, path: str) -> Attribute:
    """document-uri of what the library has there."""
    return names.DOCUMENT_URI.of(Uri(f"http://127.0.0.1:{library.port}{path}"))


async def test_print_uri_prints_what_the_uri_names(fetching: Desk, library: TestServer) -> None:
    answer = await fetching.ask(Operation.PRINT_URI, at(library, "/folder/my%20report.pdf"))
    assert answer.status is Status.SUCCESSFUL_OK
    job = await fetching.job(answer.job_id)
    assert job.name == Name("my report.pdf")
    assert await content(fetching, job) == [PDF]


async def test_send_uri_adds_what_the_uri_names(fetching: Desk, library: TestServer) -> None:
    job_id = (await fetching.ask(Operation.CREATE_JOB)).job_id
    uri = at(library, "/folder/my%20report.pdf")
    for last in (MORE, LAST):
        answer = await fetching.ask_of(Operation.SEND_URI, job_id, uri, last)
        assert answer.status is Status.SUCCESSFUL_OK
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING
    assert await content(fetching, await fetching.job(job_id)) == [PDF, PDF]


REFERRING = pytest.mark.parametrize("operation", [Operation.PRINT_URI, Operation.SEND_URI])


async def refer(desk: Desk, operation: Operation, *attributes: Attribute) -> Answer:
    """The answer to an operation that prints by reference."""
    if operation is Operation.PRINT_URI:
        return await desk.ask(operation, *attributes)
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    return await desk.ask_of(operation, job_id, LAST, *attributes)


@REFERRING
async def test_it_is_off_unless_switched_on(desk: Desk, operation: Operation) -> None:
    answer = await refer(desk, operation, names.DOCUMENT_URI.of(Uri("http://192.0.2.1/")))
    assert answer.status is Status.SERVER_ERROR_OPERATION_NOT_SUPPORTED


@REFERRING
@pytest.mark.parametrize(
    "uri", ["file:///etc/passwd", "gopher://127.0.0.1/", "data:,x", "bogus://bogus", "unix:/x"]
)
async def test_a_scheme_that_is_not_fetched_is_refused(
    fetching: Desk, operation: Operation, uri: str
) -> None:
    attribute = names.DOCUMENT_URI.of(Uri(uri))
    answer = await refer(fetching, operation, attribute)
    assert answer.status is Status.CLIENT_ERROR_URI_SCHEME_NOT_SUPPORTED
    assert answer.unsupported == (attribute,)
    assert answer.jobs == []


@REFERRING
@pytest.mark.parametrize("uri", ["", "report.pdf", "/report.pdf", "//host/report.pdf", "1http://host/", ":x"])
async def test_what_is_no_absolute_uri_is_a_bad_request(
    fetching: Desk, operation: Operation, uri: str
) -> None:
    answer = await refer(fetching, operation, names.DOCUMENT_URI.of(Uri(uri)))
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


@REFERRING
@pytest.mark.parametrize(
    "uri", ["http://127.0.0.2/", "http://[::1]/", "http://10.0.0.1/", "ftp://169.254.169.254/", "http:///x"]
)
async def test_a_host_that_is_not_allowed_is_refused(fetching: Desk, operation: Operation, uri: str) -> None:
    answer = await refer(fetching, operation, names.DOCUMENT_URI.of(Uri(uri)))
    assert answer.status is Status.CLIENT_ERROR_DOCUMENT_ACCESS_ERROR
    assert all(not job.documents for job in fetching.jobs.unfinished.values())


@REFERRING
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/absent", Status.CLIENT_ERROR_DOCUMENT_ACCESS_ERROR),
        ("/garbage", Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED),
    ],
)
async def test_a_document_that_cannot_be_had_leaves_nothing(
    fetching: Desk, library: TestServer, operation: Operation, path: str, status: Status
) -> None:
    assert (await refer(fetching, operation, at(library, path))).status is status
    assert await fetching.spool.sweep([]) == 0


@REFERRING
async def test_the_uri_is_required(fetching: Desk, operation: Operation) -> None:
    assert (await refer(fetching, operation)).status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_the_scheme_is_judged_before_want_of_room(library: TestServer) -> None:
    fetcher = GuardedFetcher(FetchSettings(allowed_hosts=("127.0.0.1",)))
    desk = await Desk(fetcher=fetcher, max_unfinished=0).open()
    wrong = await desk.ask(Operation.PRINT_URI, names.DOCUMENT_URI.of(Uri("bogus://bogus")))
    assert wrong.status is Status.CLIENT_ERROR_URI_SCHEME_NOT_SUPPORTED
    right = await desk.ask(Operation.PRINT_URI, at(library, "/folder/my%20report.pdf"))
    assert right.status is Status.SERVER_ERROR_TOO_MANY_JOBS


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("http://127.0.0.1:{port}/folder/my%20report.pdf", "my report.pdf"),
        ("http://127.0.0.1:{port}/folder/my%20report.pdf?page=1", "my report.pdf"),
    ],
)
async def test_a_job_is_named_after_its_uri(fetching: Desk, library: TestServer, uri: str, name: str) -> None:
    attribute = names.DOCUMENT_URI.of(Uri(uri.format(port=library.port)))
    answer = await fetching.ask(Operation.PRINT_URI, attribute)
    assert (await fetching.job(answer.job_id)).name == Name(name)


# ---- Restart-Job of what came by reference


@pytest.fixture
async def changing() -> AsyncIterator[tuple[TestServer, list[bytes]]]:
    """A web server whose document is the last of a list, gone once that is empty."""
    editions = [b"%PDF-1.7 first edition"]

    async def document(request: web.Request) -> web.Response:
        return web.Response(body=editions[-1]) if editions else web.Response(status=404)

    application = web.Application()
    application.router.add_get("/report", document)
    server = TestServer(application, host="127.0.0.1")
    async with server:
        yield server, editions


async def restarted(desk: Desk, job_id: int) -> Answer:
    """The answer to a Restart-Job of a Job that has just been printed."""
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    return await desk.ask_of(Operation.RESTART_JOB, job_id)


async def test_a_restart_fetches_again_what_came_by_reference(
    fetching: Desk, changing: tuple[TestServer, list[bytes]]
) -> None:
    server, editions = changing
    job_id = (await fetching.ask(Operation.CREATE_JOB)).job_id
    await send(fetching, job_id, MORE)
    await fetching.ask_of(Operation.SEND_URI, job_id, LAST, at(server, "/report"))
    editions.append(b"%PDF-1.7 second edition")
    assert (await restarted(fetching, job_id)).status is Status.SUCCESSFUL_OK
    job = await fetching.job(job_id)
    assert await content(fetching, job) == [PDF, b"%PDF-1.7 second edition"]
    assert [document.number for document in job.documents] == [1, 2]
    assert await fetching.spool.sweep([document.key for document in job.documents]) == 0


async def test_a_restart_fetches_one_document_and_no_more(
    fetching: Desk, changing: tuple[TestServer, list[bytes]]
) -> None:
    job_id = (await fetching.ask(Operation.CREATE_JOB)).job_id
    for last in (MORE, LAST):
        await fetching.ask_of(Operation.SEND_URI, job_id, last, at(changing[0], "/report"))
    assert (await restarted(fetching, job_id)).status is Status.CLIENT_ERROR_NOT_POSSIBLE
    assert (await fetching.job(job_id)).state is JobState.COMPLETED


async def test_a_restart_whose_document_is_gone_leaves_the_job_as_it_was(
    fetching: Desk, changing: tuple[TestServer, list[bytes]]
) -> None:
    server, editions = changing
    job_id = (await fetching.ask(Operation.PRINT_URI, at(server, "/report"))).job_id
    first = editions.pop()
    answer = await restarted(fetching, job_id)
    assert answer.status is Status.CLIENT_ERROR_DOCUMENT_ACCESS_ERROR
    job = await fetching.job(job_id)
    assert job.state is JobState.COMPLETED
    assert await content(fetching, job) == [first]


async def test_a_restart_where_nothing_is_fetched_any_more_is_refused(
    fetching: Desk, changing: tuple[TestServer, list[bytes]]
) -> None:
    job_id = (await fetching.ask(Operation.PRINT_URI, at(changing[0], "/report"))).job_id
    desk = await Desk(store=fetching.store, spool=fetching.spool).open()
    assert (await restarted(desk, job_id)).status is Status.CLIENT_ERROR_DOCUMENT_ACCESS_ERROR


async def test_a_restart_that_is_not_possible_fetches_nothing(
    fetching: Desk, changing: tuple[TestServer, list[bytes]]
) -> None:
    server, editions = changing
    job_id = (await fetching.ask(Operation.PRINT_URI, at(server, "/report"))).job_id
    editions.clear()
    answer = await fetching.ask_of(Operation.RESTART_JOB, job_id)
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE


async def test_where_a_document_came_from_is_not_for_everybody_to_see(
    fetching: Desk, library: TestServer
) -> None:
    answer = await fetching.ask(Operation.PRINT_URI, at(library, "/folder/my%20report.pdf"))
    shown = await fetching.ask_of(Operation.GET_JOB_ATTRIBUTES, answer.job_id)
    assert names.DOCUMENT_URI.name not in shown.job


async def test_what_is_printed_is_what_came() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await send(desk, job_id, MORE, document=b"%PDF-1.7 one")
    await send(desk, job_id, LAST, document=b"%PDF-1.7 two")
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": b"%PDF-1.7 one", "1-2": b"%PDF-1.7 two"}


def test_both_operations_that_fetch_are_marked_so() -> None:
    marked = {spec.operation for spec in OPERATIONS if spec.by_reference}
    assert marked == {Operation.PRINT_URI, Operation.SEND_URI}
