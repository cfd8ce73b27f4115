"""What CUPS's clients ask of a server, and the names by which they call its printers and jobs."""

import gzip

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.groups import ALL, PRINTER_DESCRIPTION
from ippserver.iana.keywords import Compression, JobStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Enum, Keyword, Uri
from ippserver.model.access import Preset, Principal, Role
from ippserver.model.cups import PrinterType
from ippserver.model.printer import PrinterConfig
from ippserver.testing.desk import AUTHORITY, PDF, Answer, Desk, here

LOCAL = "ipp://localhost"
"""What CUPS's programs write, whatever host and port they talk to."""
HERE = f"ipp://{AUTHORITY}"
ROOT = here(path="/")
PRINTER_STOPPED = {JobStateReason.PRINTER_STOPPED}
WHAT = (names.PRINTER_NAME, names.PRINTER_URI_SUPPORTED)
NAMES = names.REQUESTED_ATTRIBUTES.of(*(Keyword(each.name) for each in WHAT))

BIG = PrinterConfig(path="/ipp/print", name="big", color=True, location="Hall", media=("iso_a3_297x420mm",))
SMALL = PrinterConfig(path="/ipp/print/small", name="small one", color=False, location="Attic")
SLOW = PrinterConfig(path="/slow", name="slow", color=False, duplex=False, location="hall")


@pytest.fixture
async def house() -> Desk:
    """A server with three printers."""
    return await Desk(BIG, SMALL, SLOW).open()


async def ask(desk: Desk, operation: Operation, *attributes: Attribute) -> Answer:
    """The answer to a request without target, as CUPS's clients post it to /."""
    return await desk.ask(operation, *attributes, target=(), origin=ROOT)


async def named(desk: Desk, *attributes: Attribute) -> list[str]:
    """The names of the printers that CUPS-Get-Printers shows."""
    answer = await ask(desk, Operation.CUPS_GET_PRINTERS, NAMES, *attributes)
    assert answer.status is Status.SUCCESSFUL_OK
    shown = [group for group in answer.response.groups if group.tag == GroupTag.PRINTER]
    return [str(names.PRINTER_NAME.get(group)) for group in shown]


# ---- CUPS-Get-Default


@pytest.mark.effect(Operation.CUPS_GET_DEFAULT)
async def test_the_first_printer_is_the_default_one(house: Desk) -> None:
    answer = await ask(house, Operation.CUPS_GET_DEFAULT, NAMES)
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.PRINTER_NAME.get(answer.printer) == "big"
    assert names.PRINTER_URI_SUPPORTED.get(answer.printer) == f"{HERE}/printers/big"
    assert len(answer.printer) == 2


async def test_unasked_all_is_shown_of_it(house: Desk) -> None:
    answer = await ask(house, Operation.CUPS_GET_DEFAULT)
    asked = await house.ask(Operation.GET_PRINTER_ATTRIBUTES)
    assert [each.name for each in answer.printer] == [each.name for each in asked.printer]


CUPS = (Operation.CUPS_GET_DEFAULT, Operation.CUPS_GET_PRINTERS, Operation.CUPS_GET_CLASSES)


@pytest.mark.effect(Operation.CUPS_GET_CLASSES)
async def test_names_that_no_printer_has_are_ignored_and_reported(house: Desk) -> None:
    wanted = names.REQUESTED_ATTRIBUTES.of(
        Keyword(names.PRINTER_NAME.name), Keyword(vendor.MEMBER_NAMES.name)
    )
    for operation in CUPS:
        answer = await ask(house, operation, wanted)
        assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
        assert answer.unsupported == (names.REQUESTED_ATTRIBUTES.of(Keyword(vendor.MEMBER_NAMES.name)),)


# ---- CUPS-Get-Printers


@pytest.mark.effect(Operation.CUPS_GET_PRINTERS)
async def test_every_printer_is_shown_in_a_group_of_its_own(house: Desk) -> None:
    answer = await ask(house, Operation.CUPS_GET_PRINTERS, NAMES)
    groups = [group for group in answer.response.groups if group.tag == GroupTag.PRINTER]
    assert [[each.get(group) for each in WHAT] for group in groups] == [
        ["big", f"{HERE}/printers/big"],
        ["small one", f"{HERE}/printers/small%20one"],
        ["slow", f"{HERE}/printers/slow"],
    ]


async def test_groups_of_attributes_are_known(house: Desk) -> None:
    wanted = names.REQUESTED_ATTRIBUTES.of(PRINTER_DESCRIPTION)
    answer = await ask(house, Operation.CUPS_GET_PRINTERS, wanted)
    for group in answer.response.groups[1:]:
        assert names.PRINTER_STATE.get(group) is not None
        assert names.COPIES_DEFAULT.get(group) is None


TYPE, MASK = vendor.PRINTER_TYPE, vendor.PRINTER_TYPE_MASK


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ([names.LIMIT.of(2)], ["big", "small one"]),
        ([vendor.FIRST_PRINTER_NAME.of("small one")], ["small one", "slow"]),
        ([vendor.FIRST_PRINTER_NAME.of("small one"), names.LIMIT.of(1)], ["small one"]),
        ([vendor.FIRST_PRINTER_NAME.of("nobody")], ["big", "small one", "slow"]),
        ([names.PRINTER_LOCATION.of("HALL")], ["big", "slow"]),
        ([names.PRINTER_LOCATION.of("HALL"), names.LIMIT.of(1)], ["big"]),
        ([names.PRINTER_LOCATION.of("Garden")], []),
        ([names.PRINTER_INFO.of("Slow")], ["slow"]),
        ([TYPE.of(Enum(PrinterType.COLOR)), MASK.of(Enum(PrinterType.COLOR))], ["big"]),
        ([TYPE.of(Enum(0)), MASK.of(Enum(PrinterType.COLOR))], ["small one", "slow"]),
        ([MASK.of(Enum(PrinterType.COLOR))], ["small one", "slow"]),
        ([MASK.of(Enum(PrinterType.COLOR | PrinterType.DUPLEX))], ["slow"]),
        ([TYPE.of(Enum(PrinterType.CLASS)), MASK.of(Enum(PrinterType.CLASS))], []),
        ([TYPE.of(Enum(PrinterType.COLOR))], ["big", "small one", "slow"]),
    ],
)
async def test_filters_choose_among_the_printers(
    house: Desk, filters: list[Attribute], shown: list[str]
) -> None:
    assert await named(house, *filters) == shown


async def test_a_limit_is_positive(house: Desk) -> None:
    answer = await ask(house, Operation.CUPS_GET_PRINTERS, names.LIMIT.of(0))
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_everybody_may_ask_in_preset_home() -> None:
    desk = await Desk(BIG, SMALL, preset=Preset.HOME).open()
    assert await named(desk) == ["big", "small one"]
    assert (await ask(desk, Operation.CUPS_GET_DEFAULT)).status is Status.SUCCESSFUL_OK
    assert (await ask(desk, Operation.CUPS_GET_CLASSES)).status is Status.SUCCESSFUL_OK


# ---- CUPS-Get-Classes


async def test_there_are_printers_and_no_classes(house: Desk) -> None:
    answer = await ask(house, Operation.CUPS_GET_CLASSES, names.LIMIT.of(5))
    assert answer.status is Status.SUCCESSFUL_OK
    assert [group.tag for group in answer.response.groups] == [GroupTag.OPERATION]
    assert len(await named(house)) == 3


# ---- CUPS-Get-Document


async def fetched(desk: Desk, job_id: int, number: int = 1, user: str = "alice") -> Answer:
    """The answer to CUPS-Get-Document."""
    return await desk.ask_of(Operation.CUPS_GET_DOCUMENT, job_id, names.DOCUMENT_NUMBER.of(number), user=user)


@pytest.mark.effect(Operation.CUPS_GET_DOCUMENT)
async def test_a_document_follows_the_answer_that_says_what_it_is(desk: Desk) -> None:
    document = gzip.compress(PDF)
    more = (names.DOCUMENT_NAME.of("letter.pdf"), names.COMPRESSION.of(Compression.GZIP))
    job_id = (await desk.ask(Operation.PRINT_JOB, *more, document=document)).job_id
    answer = await fetched(desk, job_id)
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.document == PDF
    assert names.DOCUMENT_NUMBER.get(answer.operation) == 1
    assert names.DOCUMENT_NAME.get(answer.operation) == "letter.pdf"
    assert names.DOCUMENT_FORMAT.get(answer.operation) == "application/pdf"


async def test_each_document_of_a_job_is_had_by_its_number(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    for octets, last in ((PDF, False), (b"text", True)):
        await desk.ask_of(Operation.SEND_DOCUMENT, job_id, names.LAST_DOCUMENT.of(last), document=octets)
    assert [(await fetched(desk, job_id, number)).document for number in (1, 2)] == [PDF, b"text"]
    answer = await fetched(desk, job_id, 3)
    assert (answer.status, answer.document) == (Status.CLIENT_ERROR_NOT_FOUND, b"")


async def test_a_document_that_left_the_spool_is_not_found(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    await desk.spool.delete([document.key for document in (await desk.job(job_id)).documents])
    assert (await fetched(desk, job_id)).status is Status.CLIENT_ERROR_NOT_FOUND


async def test_the_document_is_named_by_its_number(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    answer = await desk.ask_of(Operation.CUPS_GET_DOCUMENT, job_id)
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_in_preset_home_a_document_is_its_owners_alone() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    assert (await fetched(desk, job_id)).document == PDF
    refused = await fetched(desk, job_id, user="bob")
    assert (refused.status, refused.document) == (Status.CLIENT_ERROR_NOT_AUTHORIZED, b"")
    operator = here(principal=Principal(name="olga", role=Role.OPERATOR, authenticated=True))
    answer = await desk.ask(
        Operation.CUPS_GET_DOCUMENT,
        names.DOCUMENT_NUMBER.of(1),
        target=[names.JOB_URI.of(Uri(f"{LOCAL}/jobs/{job_id}"))],
        origin=operator,
    )
    assert answer.document == PDF


# ---- aliases


async def test_a_printer_is_found_by_its_name_and_shown_by_it(house: Desk) -> None:
    for uri, shown in (
        (f"{HERE}/printers/big", f"{HERE}/printers/big"),
        (f"{HERE}:631/printers/small%20one", f"{HERE}:631/printers/small%20one"),
        (f"{HERE}/classes/slow", f"{HERE}/classes/slow"),
        (f"{LOCAL}/printers/small%20on%65", f"{HERE}/printers/small%20one"),
        (f"{LOCAL}:7631/classes/slow", f"{HERE}/printers/slow"),
    ):
        answer = await house.ask(Operation.GET_PRINTER_ATTRIBUTES, target=[names.PRINTER_URI.of(Uri(uri))])
        assert names.PRINTER_URI_SUPPORTED.get(answer.printer) == shown


async def printed(desk: Desk, path: str) -> int:
    """The job-id of a new Job at that path."""
    target = [names.PRINTER_URI.of(Uri(HERE + path))]
    return (await desk.ask(Operation.PRINT_JOB, document=PDF, target=target)).job_id


async def uris(desk: Desk, *target: Attribute) -> tuple[str | None, str | None]:
    """job-printer-uri and job-uri of the Job that `target` names."""
    shown = await desk.ask(Operation.GET_JOB_ATTRIBUTES, target=target)
    assert shown.status is Status.SUCCESSFUL_OK
    return names.JOB_PRINTER_URI.get(shown.job), names.JOB_URI.get(shown.job)


async def test_a_job_is_found_by_every_name_and_shown_below_that_of_its_printer(house: Desk) -> None:
    await printed(house, BIG.path)
    job_id = await printed(house, SMALL.path)
    own, alias = f"{HERE}{SMALL.path}", f"{HERE}/printers/small%20one"
    for uri, shown in (
        (f"{own}/{job_id}", own),
        (f"{alias}/{job_id}", alias),
        (f"{LOCAL}/jobs/{job_id}", alias),
        (f"{HERE}/jobs/{job_id}", alias),
        (f"{LOCAL}/printers/small%20one/{job_id}", alias),
    ):
        expected = (shown, f"{shown}/{job_id}")
        assert await uris(house, names.JOB_URI.of(Uri(uri))) == expected
    for uri, shown in ((own, own), (alias, alias), (f"{LOCAL}/", alias), (f"{HERE}/printers/", alias)):
        expected = (shown, f"{shown}/{job_id}")
        assert await uris(house, names.PRINTER_URI.of(Uri(uri)), names.JOB_ID.of(job_id)) == expected


async def test_a_job_made_under_an_alias_is_a_job_like_any_other(house: Desk) -> None:
    job_id = await printed(house, "/printers/slow")
    job = await house.job(job_id)
    assert (job.printer, job.state) == (SLOW.path, JobState.PENDING)


@pytest.mark.parametrize("uri", ["/printers/nobody/1", "/printers/big/1", "/jobs/99", "/jobs/1/1", "/jobs/"])
async def test_a_name_of_no_job_is_not_found(house: Desk, uri: str) -> None:
    await printed(house, SMALL.path)
    answer = await house.ask(Operation.GET_JOB_ATTRIBUTES, target=[names.JOB_URI.of(Uri(LOCAL + uri))])
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND


async def test_a_job_that_was_deleted_is_gone_by_its_alias_too(house: Desk) -> None:
    job_id = await printed(house, BIG.path)
    await house.ask(Operation.PURGE_JOBS)
    answer = await house.ask(
        Operation.GET_JOB_ATTRIBUTES, target=[names.JOB_URI.of(Uri(f"{LOCAL}/jobs/{job_id}"))]
    )
    assert answer.status is Status.CLIENT_ERROR_GONE


@pytest.mark.parametrize("path", ["/", "/printers/", "/jobs/1", "/printers/big/1"])
async def test_the_server_and_a_job_are_no_printer_to_print_to(house: Desk, path: str) -> None:
    await printed(house, BIG.path)
    target = [names.PRINTER_URI.of(Uri(LOCAL + path))]
    for operation in (Operation.PRINT_JOB, Operation.GET_PRINTER_ATTRIBUTES, Operation.PAUSE_PRINTER):
        answer = await house.ask(operation, target=target)
        assert answer.status is Status.CLIENT_ERROR_NOT_FOUND
    named_by_job = [names.PRINTER_URI.of(Uri(f"{LOCAL}/jobs/1")), names.JOB_ID.of(1)]
    answer = await house.ask(Operation.GET_JOB_ATTRIBUTES, target=named_by_job)
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND


@pytest.mark.parametrize("root", [f"{LOCAL}/", f"{HERE}/", f"{LOCAL}/printers/"])
async def test_the_jobs_of_the_server_are_those_of_all_printers(house: Desk, root: str) -> None:
    expected = [
        (await printed(house, SMALL.path), f"{HERE}/printers/small%20one"),
        (await printed(house, BIG.path), f"{HERE}/printers/big"),
        (await printed(house, SLOW.path), f"{HERE}/printers/slow"),
    ]
    paused = [names.PRINTER_URI.of(Uri(f"{HERE}/slow"))]
    await house.ask(Operation.PAUSE_PRINTER, target=paused)
    answer = await house.ask(
        Operation.GET_JOBS, names.REQUESTED_ATTRIBUTES.of(ALL), target=[names.PRINTER_URI.of(Uri(root))]
    )
    assert [(names.JOB_ID.get(job), names.JOB_PRINTER_URI.get(job)) for job in answer.jobs] == expected
    for job, (job_id, printer_uri) in zip(answer.jobs, expected, strict=True):
        assert names.JOB_URI.get(job) == f"{printer_uri}/{job_id}"
    stopped = [bool(PRINTER_STOPPED & set(names.JOB_STATE_REASONS.all(job))) for job in answer.jobs]
    assert stopped == [False, False, True]


async def test_jobs_of_a_printer_that_was_taken_away_are_still_listed(house: Desk) -> None:
    job_id = await printed(house, SLOW.path)
    less = await Desk(BIG, store=house.store, spool=house.spool).open()
    everywhere = [names.PRINTER_URI.of(Uri(f"{LOCAL}/"))]
    answer = await less.ask(Operation.GET_JOBS, target=everywhere)
    assert answer.job_id == job_id
    assert names.JOB_URI.get(answer.job) == f"{HERE}/slow/{job_id}"
    shown = await less.ask(Operation.GET_JOB_ATTRIBUTES, target=[*everywhere, names.JOB_ID.of(job_id)])
    assert shown.status is Status.CLIENT_ERROR_NOT_FOUND


async def test_a_printer_at_the_root_keeps_its_own_meaning() -> None:
    desk = await Desk(PrinterConfig(path="/", name="root"), BIG).open()
    await printed(desk, BIG.path)
    job_id = await printed(desk, "/")
    root = [names.PRINTER_URI.of(Uri(f"{HERE}/"))]
    answer = await desk.ask(Operation.GET_JOBS, target=root)
    assert answer.job_id == job_id
    assert names.JOB_URI.get(answer.job) == f"{HERE}/{job_id}"
    answer = await desk.ask(Operation.GET_JOBS, target=[names.PRINTER_URI.of(Uri(f"{HERE}/printers/"))])
    assert len(answer.jobs) == 2


# ---- time


async def test_whoever_asks_by_an_alias_is_told_the_time_since_1970(house: Desk) -> None:
    house.clock.advance(100)
    job_id = await printed(house, BIG.path)
    house.clock.advance(10)
    now = int(house.clock.now())
    cups = (await ask(house, Operation.CUPS_GET_DEFAULT)).printer
    own = (await house.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    assert names.PRINTER_UP_TIME.get(cups) == now
    assert names.PRINTER_UP_TIME.get(own) == 111
    assert names.PRINTER_STATE_CHANGE_TIME.get(cups) == now - 110
    assert names.PRINTER_STATE_CHANGE_TIME.get(own) == 1
    assert names.PRINTER_CURRENT_TIME.get(cups) == names.PRINTER_CURRENT_TIME.get(own)
    shown = await house.ask(
        Operation.GET_JOB_ATTRIBUTES, target=[names.JOB_URI.of(Uri(f"{LOCAL}/jobs/{job_id}"))]
    )
    assert names.TIME_AT_CREATION.get(shown.job) == now - 10
    assert names.JOB_PRINTER_UP_TIME.get(shown.job) == now


# ---- HTTP


@pytest.mark.parametrize(
    "path", ["/", "/printers/big", "/classes/big", "/jobs", "/jobs/", "/jobs/7", "/admin/"]
)
def test_the_aliases_are_paths_to_post_to(house: Desk, path: str) -> None:
    assert house.dispatcher.serves(path)
    assert not house.dispatcher.serves(path, "x")


@pytest.mark.parametrize("path", ["/printers/nobody", "/jobs/x", "/admin/conf", "/icons/big.png"])
def test_what_is_no_alias_is_no_path(house: Desk, path: str) -> None:
    assert not house.dispatcher.serves(path)
