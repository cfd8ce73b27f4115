"""Print-URI, Send-URI, and Restart-Job of what came by them (RFC 8011 4.2.2, 4.3.2, 4.3.7)."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Name, Uri
from ippserver.operations.table import OPERATIONS
from ippserver.outbound.fetcher import FetchSettings, GuardedFetcher
from ippserver.testing.desk import PDF, URI, Answer, Desk

LAST = names.LAST_DOCUMENT.of(True)
MORE = names.LAST_DOCUMENT.of(False)


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


@pytest.mark.effect(Operation.PRINT_URI)
async def test_print_uri_prints_what_the_uri_names(fetching: Desk, library: TestServer) -> None:
    answer = await fetching.ask(Operation.PRINT_URI, at(library, "/folder/my%20report.pdf"))
    assert answer.status is Status.SUCCESSFUL_OK
    job = await fetching.job(answer.job_id)
    assert job.name == Name("my report.pdf")
    assert await fetching.content(job) == [PDF]


@pytest.mark.effect(Operation.SEND_URI)
async def test_send_uri_adds_what_the_uri_names(fetching: Desk, library: TestServer) -> None:
    job_id = (await fetching.ask(Operation.CREATE_JOB)).job_id
    uri = at(library, "/folder/my%20report.pdf")
    for last in (MORE, LAST):
        answer = await fetching.ask_of(Operation.SEND_URI, job_id, uri, last)
        assert answer.status is Status.SUCCESSFUL_OK
    assert names.JOB_STATE.get(answer.job) == JobState.PENDING
    assert await fetching.content(await fetching.job(job_id)) == [PDF, PDF]


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
    await fetching.ask_of(Operation.SEND_DOCUMENT, job_id, MORE, document=PDF)
    await fetching.ask_of(Operation.SEND_URI, job_id, LAST, at(server, "/report"))
    editions.append(b"%PDF-1.7 second edition")
    assert (await restarted(fetching, job_id)).status is Status.SUCCESSFUL_OK
    job = await fetching.job(job_id)
    assert await fetching.content(job) == [PDF, b"%PDF-1.7 second edition"]
    assert [document.number for document in job.documents] == [1, 2]
    assert await fetching.spool.sweep([document.key for document in job.documents]) == 0


@pytest.mark.parametrize("operation", [Operation.REPROCESS_JOB, Operation.RESUBMIT_JOB])
async def test_a_copy_fetches_again_what_came_by_reference_and_leaves_the_original_its_own(
    operation: Operation, fetching: Desk, changing: tuple[TestServer, list[bytes]]
) -> None:
    server, editions = changing
    job_id = (await fetching.ask(Operation.CREATE_JOB)).job_id
    await fetching.ask_of(Operation.SEND_DOCUMENT, job_id, MORE, document=PDF)
    await fetching.ask_of(Operation.SEND_URI, job_id, LAST, at(server, "/report"))
    first = await fetching.content(await fetching.job(job_id))
    await fetching.ask_of(Operation.CANCEL_JOB, job_id)
    editions.append(b"%PDF-1.7 second edition")
    answer = await fetching.ask_of(operation, job_id)
    copy = await fetching.job(answer.job_id)
    assert await fetching.content(copy) == [PDF, b"%PDF-1.7 second edition"]
    assert [document.number for document in copy.documents] == [1, 2]
    assert await fetching.content(await fetching.job(job_id)) == first


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
    assert await fetching.content(job) == [first]


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


def test_both_operations_that_fetch_are_marked_so() -> None:
    marked = {spec.operation for spec in OPERATIONS if spec.by_reference}
    assert marked == {Operation.PRINT_URI, Operation.SEND_URI}


async def test_a_document_shows_where_it_came_from_to_its_owner(fetching: Desk, library: TestServer) -> None:
    uri = str(library.make_url("/folder/my report.pdf"))
    job_id = (await fetching.ask(Operation.PRINT_URI, names.DOCUMENT_URI.of(uri))).job_id
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id), names.DOCUMENT_NUMBER.of(1))
    answer = await fetching.ask(Operation.GET_DOCUMENT_ATTRIBUTES, target=target)
    (group,) = [group for group in answer.response.groups if group.tag == GroupTag.DOCUMENT]
    assert names.DOCUMENT_URI.get(group) == uri
    job = (await fetching.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)).job
    assert names.DOCUMENT_URI.get(job) is None
