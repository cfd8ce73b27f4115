"""Which Printer or Job is meant, and under which URI it is shown again (RFC 8011 4.1.5, RFC 3510 4.6)."""

from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.groups import ALL
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, Uri
from ippserver.model.printer import PrinterConfig
from ippserver.operations.declare import Target
from ippserver.operations.table import OPERATIONS
from ippserver.testing.desk import AUTHORITY, URI, Answer, Desk, here, unsupported

PATHS = ("/", "/printer", "/printer/tiger", "/printer/tiger/bob", "/ipp/print?floor=2")
JOB_OPERATIONS = [
    spec.operation for spec in OPERATIONS if spec.target is Target.JOB and not spec.by_reference
]


@pytest.fixture
async def house() -> Desk:
    """A server with printers inside one another's paths, and one with a query."""
    return await Desk(*(PrinterConfig(path=path, name=path) for path in PATHS)).open()


async def show(desk: Desk, uri: str, authority: str = AUTHORITY) -> Answer:
    """What Get-Printer-Attributes says of `uri`."""
    return await desk.ask(
        Operation.GET_PRINTER_ATTRIBUTES,
        target=[names.PRINTER_URI.of(Uri(uri))],
        origin=here(authority=authority),
    )


async def uris_of_new_job(desk: Desk, uri: str, authority: str = AUTHORITY) -> tuple[str, str]:
    """The job-uri and the job-printer-uri of a Job made at `uri`."""
    origin = here(authority=authority)
    target = [names.PRINTER_URI.of(Uri(uri))]
    created = await desk.ask(Operation.CREATE_JOB, target=target, origin=origin)
    assert created.status is Status.SUCCESSFUL_OK
    shown = await desk.ask(
        Operation.GET_JOB_ATTRIBUTES, target=[*target, names.JOB_ID.of(created.job_id)], origin=origin
    )
    job_uri, printer_uri = names.JOB_URI.get(shown.job), names.JOB_PRINTER_URI.get(shown.job)
    assert job_uri == names.JOB_URI.get(created.job)
    assert job_uri is not None
    assert printer_uri is not None
    return job_uri, printer_uri


# ---- Printers


@pytest.mark.parametrize(
    ("uri", "printer"),
    [
        (f"ipp://{AUTHORITY}", "/"),
        (f"ipp://{AUTHORITY}/", "/"),
        (f"ipp://{AUTHORITY}/printer", "/printer"),
        (f"ipp://{AUTHORITY}/printer/tiger", "/printer/tiger"),
        (f"ipp://{AUTHORITY}/printer/tiger/bob", "/printer/tiger/bob"),
        (f"ipp://{AUTHORITY}/%70rinter", "/printer"),
        (f"ipp://{AUTHORITY}/printer?", "/printer"),
        (f"ipp://{AUTHORITY}/ipp/print?floor=2", "/ipp/print?floor=2"),
        (f"IPP://{AUTHORITY.upper()}:631/printer", "/printer"),
        (f"ipps://{AUTHORITY}/printer", "/printer"),
        (f"http://{AUTHORITY}:631/printer", "/printer"),
        (f"https://{AUTHORITY}/printer", "/printer"),
        ("ipp://192.0.2.7/printer", "/printer"),
        ("ipp://[2001:db8::7]:8631/printer", "/printer"),
        ("ipp://another.example/printer", "/printer"),
        (f"ipp://user@{AUTHORITY}/printer", "/printer"),
    ],
)
async def test_a_printer_is_found_by_its_path_whatever_the_host(house: Desk, uri: str, printer: str) -> None:
    answer = await show(house, uri)
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.PRINTER_NAME.get(answer.printer) == printer


@pytest.mark.parametrize(
    "path",
    [
        "/Printer",
        "/printer/",
        "/printer/lion",
        "//printer",
        "/printer/../printer",
        "/%2e%2e/printer",
        "/printer%2ftiger",
        "/printer?floor=2",
        "/printer#top",
        "/ipp/print",
        "/ipp/print?floor=3",
        "/printer/1",
    ],
)
async def test_another_path_is_another_printer_which_is_not_there(house: Desk, path: str) -> None:
    assert (await show(house, f"ipp://{AUTHORITY}{path}")).status is Status.CLIENT_ERROR_NOT_FOUND


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "ipp:",
        "/printer",
        "printer",
        "//printer.local/printer",
        "file:///printer",
        "javascript:alert(1)",
        "ipp://printer.local:0/printer",
        "ipp://printer.local:65536/printer",
        "ipp://printer.local:-1/printer",
        "ipp://printer.local:abc/printer",
        "ipp:#top",
        "ipp://printer.local/pri%00nter",
        "ipp://printer.local/pri%zznter",
        "ipp://printer.local/pri\\nter",
        "ipp://[2001:db8::7/printer",
        f"ipp://[{'1' * 300}]/printer",
    ],
)
async def test_what_is_no_uri_of_a_printer_is_a_bad_request(house: Desk, uri: str) -> None:
    assert (await show(house, uri)).status is Status.CLIENT_ERROR_BAD_REQUEST


@pytest.mark.parametrize(
    "target",
    [
        pytest.param((), id="none"),
        pytest.param((names.JOB_URI.of(Uri(f"{URI}/1")),), id="a job"),
        pytest.param((Attribute(names.PRINTER_URI.name, (Keyword("x"),)),), id="a keyword"),
        pytest.param((Attribute(names.PRINTER_URI.name, (Uri(URI), Uri(URI))),), id="two"),
    ],
)
async def test_an_operation_on_a_printer_needs_exactly_one_printer_uri(
    desk: Desk, target: tuple[Attribute, ...]
) -> None:
    answer = await desk.ask(Operation.GET_JOBS, target=target)
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_the_path_in_the_message_counts_more_than_that_of_the_request(house: Desk) -> None:
    answer = await house.ask(
        Operation.GET_PRINTER_ATTRIBUTES,
        target=[names.PRINTER_URI.of(Uri(f"ipp://{AUTHORITY}/printer"))],
        origin=here(path="/"),
    )
    assert names.PRINTER_NAME.get(answer.printer) == "/printer"


async def test_a_job_id_beside_the_target_of_a_printer_operation_is_ignored_and_reported(desk: Desk) -> None:
    answer = await desk.ask(Operation.GET_JOBS, names.JOB_ID.of(1))
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == (unsupported(names.JOB_ID.name),)


# ---- Jobs


@pytest.mark.parametrize("operation", JOB_OPERATIONS)
async def test_every_job_operation_takes_both_names_of_a_job(operation: Operation) -> None:
    by_uri, by_id = await Desk().open(), await Desk().open()
    more = [names.LAST_DOCUMENT.of(True)] if operation is Operation.SEND_DOCUMENT else []
    job_id = (await by_id.ask(Operation.CREATE_JOB)).job_id
    job_uri = names.JOB_URI.get((await by_uri.ask(Operation.CREATE_JOB)).job)
    assert job_uri is not None
    one = await by_uri.ask(operation, *more, target=[names.JOB_URI.of(job_uri)])
    other = await by_id.ask_of(operation, job_id, *more)
    assert one.status is other.status
    assert one.response.groups == other.response.groups
    assert await by_uri.job(job_id) == await by_id.job(job_id)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param((), id="nothing"),
        pytest.param((names.PRINTER_URI.of(Uri(URI)),), id="printer-uri alone"),
        pytest.param((names.JOB_ID.of(1),), id="job-id alone"),
        pytest.param((names.JOB_URI.of(Uri(f"{URI}/1")), names.JOB_ID.of(1)), id="job-uri and job-id"),
        pytest.param(
            (names.PRINTER_URI.of(Uri(URI)), names.JOB_URI.of(Uri(f"{URI}/1"))), id="printer-uri and job-uri"
        ),
        pytest.param((names.PRINTER_URI.of(Uri(URI)), names.JOB_ID.of(0)), id="job-id 0"),
        pytest.param((names.PRINTER_URI.of(Uri(URI)), names.JOB_ID.of(-(2**31))), id="job-id negative"),
        pytest.param((names.PRINTER_URI.of(Uri(URI)), names.JOB_ID.of(1, 2)), id="two job-ids"),
        pytest.param(
            (names.PRINTER_URI.of(Uri(URI)), Attribute(names.JOB_ID.name, (True,))), id="job-id boolean"
        ),
        pytest.param((names.JOB_URI.of(Uri("ipp:1")),), id="job-uri is none"),
    ],
)
async def test_a_job_that_is_not_named_in_one_of_the_two_ways_is_a_bad_request(
    desk: Desk, target: tuple[Attribute, ...]
) -> None:
    await desk.ask(Operation.CREATE_JOB)
    answer = await desk.ask(Operation.GET_JOB_ATTRIBUTES, target=target)
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


@pytest.mark.parametrize(
    "last",
    [
        "1_0",
        "+1",
        "%201",
        "%EF%BC%91",
        "01",
        "1" * 900,
        "1/../1",
        "0",
        "1/",
        "1?x",
        "x",
        "2147483648",
        "2",
    ],
)
async def test_nothing_but_the_exact_job_uri_names_a_job(desk: Desk, last: str) -> None:
    await desk.ask(Operation.CREATE_JOB)
    uri = f"{URI}/{last}"
    answer = await desk.ask(Operation.GET_JOB_ATTRIBUTES, target=[names.JOB_URI.of(Uri(uri))])
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND


async def test_a_job_is_not_found_below_another_printer(house: Desk) -> None:
    target = [names.PRINTER_URI.of(Uri(f"ipp://{AUTHORITY}/printer"))]
    job_id = (await house.ask(Operation.CREATE_JOB, target=target)).job_id
    for path in ("/printer/tiger", ""):
        elsewhere = f"ipp://{AUTHORITY}{path}"
        by_uri = [names.JOB_URI.of(Uri(f"{elsewhere}/{job_id}"))]
        by_id = [names.PRINTER_URI.of(Uri(elsewhere)), names.JOB_ID.of(job_id)]
        for wrong in (by_uri, by_id):
            answer = await house.ask(Operation.CANCEL_JOB, target=wrong)
            assert answer.status is Status.CLIENT_ERROR_NOT_FOUND
    assert not (await house.job(job_id)).terminal


async def test_a_job_that_was_purged_is_gone_and_one_that_never_was_is_not_found(house: Desk) -> None:
    uri = f"ipp://{AUTHORITY}/printer"
    target = [names.PRINTER_URI.of(Uri(uri))]
    job_id = (await house.ask(Operation.CREATE_JOB, target=target)).job_id
    await house.ask(Operation.PURGE_JOBS, target=target)

    async def status(found_at: str, number: int) -> Status:
        answer = await house.ask(
            Operation.GET_JOB_ATTRIBUTES, target=[names.JOB_URI.of(Uri(f"{found_at}/{number}"))]
        )
        return answer.status

    assert await status(uri, job_id) is Status.CLIENT_ERROR_GONE
    assert await status(uri, job_id + 1) is Status.CLIENT_ERROR_NOT_FOUND
    assert await status(f"{uri}/tiger", job_id) is Status.CLIENT_ERROR_NOT_FOUND


# ---- what is shown


@pytest.mark.parametrize(
    ("uri", "authority"),
    [
        (URI, AUTHORITY),
        (f"ipp://{AUTHORITY}:631/ipp/print", AUTHORITY),
        ("IPP://Printer.Local/ipp/print", AUTHORITY),
        (f"ipp://{AUTHORITY}/%69pp/print", AUTHORITY),
        (f"ipp://{AUTHORITY}:8631/ipp/print", f"{AUTHORITY}:8631"),
        ("ipp://192.0.2.7:8631/ipp/print", "192.0.2.7:8631"),
        ("ipp://[::1]:8631/ipp/print", "[::1]:8631"),
    ],
)
async def test_the_clients_own_uri_comes_back_octet_by_octet(desk: Desk, uri: str, authority: str) -> None:
    job_uri, printer_uri = await uris_of_new_job(desk, uri, authority)
    assert printer_uri == uri
    assert job_uri == f"{uri}/1"
    shown = await show(desk, uri, authority)
    assert names.PRINTER_URI_SUPPORTED.all(shown.printer) == (uri,)


@pytest.mark.parametrize(
    "uri",
    [
        "ipp://another.example/ipp/print",
        f"ipp://{AUTHORITY}:8632/ipp/print",
        f"ipp://{AUTHORITY}/ipp/print",
        f"ipps://{AUTHORITY}:8631/ipp/print",
        f"http://{AUTHORITY}:8631/ipp/print",
        f"ipp://user:secret@{AUTHORITY}:8631/ipp/print",
    ],
)
async def test_any_other_uri_is_replaced_by_that_of_the_connection(desk: Desk, uri: str) -> None:
    job_uri, printer_uri = await uris_of_new_job(desk, uri, f"{AUTHORITY}:8631")
    assert printer_uri == f"ipp://{AUTHORITY}:8631/ipp/print"
    assert job_uri == f"ipp://{AUTHORITY}:8631/ipp/print/1"


async def test_a_job_uri_beside_the_target_of_a_printer_operation_changes_nothing(desk: Desk) -> None:
    answer = await desk.ask(Operation.CREATE_JOB, names.JOB_URI.of(Uri("ipp://another.example/ipp/print/7")))
    assert names.JOB_URI.get(answer.job) == f"{URI}/1"
    assert answer.unsupported == (unsupported(names.JOB_URI.name),)


async def test_the_scheme_is_that_of_the_connection(desk: Desk) -> None:
    answer = await desk.ask(Operation.CREATE_JOB, origin=replace(here(), scheme="ipps"))
    assert names.JOB_URI.get(answer.job) == f"ipps://{AUTHORITY}/ipp/print/1"


@pytest.mark.parametrize("uri", [f"ipp://{AUTHORITY}", f"ipp://{AUTHORITY}/"])
async def test_the_printer_at_the_root_has_jobs_right_below(house: Desk, uri: str) -> None:
    job_uri, printer_uri = await uris_of_new_job(house, uri)
    assert printer_uri == uri
    assert job_uri == f"ipp://{AUTHORITY}/1"


async def test_a_printers_query_is_part_of_its_uri_and_not_of_its_jobs(house: Desk) -> None:
    uri = f"ipp://{AUTHORITY}/ipp/print?floor=2"
    job_uri, printer_uri = await uris_of_new_job(house, uri)
    assert printer_uri == uri
    assert job_uri == f"ipp://{AUTHORITY}/ipp/print/1"
    elsewhere = await show(house, "ipp://another.example/ipp/print?floor=2")
    assert names.PRINTER_URI_SUPPORTED.all(elsewhere.printer) == (uri,)


@pytest.mark.parametrize(
    ("job_uri", "printer_uri"),
    [
        (f"ipp://{AUTHORITY}/ipp/print/1", f"ipp://{AUTHORITY}/ipp/print?floor=2"),
        (f"ipp://{AUTHORITY}:631/ipp/print/1", f"ipp://{AUTHORITY}:631/ipp/print?floor=2"),
        (f"ipp://{AUTHORITY}:631/ipp/print/%31", f"ipp://{AUTHORITY}/ipp/print?floor=2"),
        (f"ipp://{AUTHORITY}:631/ipp/print/1?", f"ipp://{AUTHORITY}/ipp/print?floor=2"),
        ("ipp://another.example/ipp/print/1", f"ipp://{AUTHORITY}/ipp/print?floor=2"),
    ],
)
async def test_a_job_named_by_its_uri_shows_the_printer_in_the_same_words(
    house: Desk, job_uri: str, printer_uri: str
) -> None:
    await house.ask(Operation.CREATE_JOB, target=[names.PRINTER_URI.of(Uri(printer_uri))])
    answer = await house.ask(
        Operation.GET_JOB_ATTRIBUTES,
        names.REQUESTED_ATTRIBUTES.of(ALL),
        target=[names.JOB_URI.of(Uri(job_uri))],
    )
    assert names.JOB_PRINTER_URI.get(answer.job) == printer_uri


async def test_the_up_time_begins_at_one_and_goes_on_with_the_clock(desk: Desk) -> None:
    async def up_time() -> int | None:
        return names.PRINTER_UP_TIME.get((await show(desk, URI)).printer)

    assert await up_time() == 1
    desk.clock.advance(41.9)
    assert await up_time() == 42
    desk.clock.set_wall_clock(0.0)
    assert await up_time() == 42
