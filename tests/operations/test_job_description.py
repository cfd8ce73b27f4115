"""What a client says of its Job and of itself is kept, shown and, where it must be, hidden or refused."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import ClientType, JobState, Operation, Status
from ippserver.iana.groups import JOB_ACTUAL, JOB_DESCRIPTION
from ippserver.iana.keywords import JobAccountType, MediaColor, PrintContentOptimize, Sides
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.values import Keyword, OctetString, OutOfBand, RangeOfInteger
from ippserver.model.access import Preset, Principal
from ippserver.testing.desk import PDF, Desk, Tray, here

IGNORED = Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
CREATING = [Operation.PRINT_JOB, Operation.CREATE_JOB]
CLIENT = Collection(
    [
        names.CLIENT_NAME.of("ipptool"),
        names.CLIENT_PATCHES.of(""),
        names.CLIENT_STRING_VERSION.of("3.0.1.2"),
        names.CLIENT_TYPE.of(ClientType.APPLICATION),
        names.CLIENT_VERSION.of(OctetString(bytes.fromhex("0003000000010002"))),
    ]
)
SYSTEM = Collection([names.CLIENT_NAME.of("Linux"), names.CLIENT_VERSION.of(OutOfBand.NO_VALUE)])


@pytest.fixture
async def desk() -> Desk:
    return await Desk().open()


async def seen(desk: Desk, job_id: int, *wanted: str, user: str = "alice") -> AttributeGroup:
    asked = [names.REQUESTED_ATTRIBUTES.of(*map(Keyword, wanted))] if wanted else []
    return (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id, *asked, user=user)).job


# ---- client-info (PWG 5100.7)


@pytest.mark.parametrize("operation", CREATING)
@pytest.mark.parametrize("values", [[CLIENT], [CLIENT, SYSTEM]], ids=len)
async def test_client_info_comes_back_as_it_was_sent(
    desk: Desk, operation: Operation, values: list[Collection]
) -> None:
    info = names.CLIENT_INFO.of(*values)
    answer = await desk.create(operation, info)
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.CLIENT_INFO.attribute(await seen(desk, answer.job_id)) == info


async def test_of_client_info_what_is_not_supported_is_left_out_and_told(desk: Desk) -> None:
    stranger = Attribute("x-licence", (7,))
    info = names.CLIENT_INFO.of(Collection([*SYSTEM, stranger]))
    answer = await desk.create(Operation.PRINT_JOB, info)
    assert answer.status is IGNORED
    told = Collection([Attribute(stranger.name, (OutOfBand.UNSUPPORTED,))])
    assert answer.unsupported == (names.CLIENT_INFO.of(told),)
    assert names.CLIENT_INFO.all(await seen(desk, answer.job_id)) == (SYSTEM,)


@pytest.mark.parametrize("operation", [*CREATING, Operation.VALIDATE_JOB])
async def test_more_clients_than_there_is_room_for_are_left_out_and_told(
    desk: Desk, operation: Operation
) -> None:
    clients = [Collection([names.CLIENT_NAME.of(f"relay {number}")]) for number in range(6)]
    answer = await desk.create(
        operation, names.CLIENT_INFO.of(*clients), names.IPP_ATTRIBUTE_FIDELITY.of(True)
    )
    assert answer.status is IGNORED
    assert answer.unsupported == (names.CLIENT_INFO.of(*clients[4:]),)
    if operation is not Operation.VALIDATE_JOB:
        assert names.CLIENT_INFO.all(await seen(desk, answer.job_id)) == tuple(clients[:4])


async def test_client_info_of_a_wrong_syntax_is_a_bad_request(desk: Desk) -> None:
    wrong = names.CLIENT_INFO.of(Collection([Attribute(names.CLIENT_TYPE.name, (Keyword("driver"),))]))
    for operation in (Operation.PRINT_JOB, Operation.GET_PRINTER_ATTRIBUTES):
        assert (await desk.create(operation, wrong)).status is Status.CLIENT_ERROR_BAD_REQUEST
    assert await desk.store.get(1) is None


async def test_any_request_may_say_who_sends_it(desk: Desk) -> None:
    about = (names.CLIENT_INFO.of(CLIENT), names.REQUESTING_USER_URI.of("urn:example:alice"))
    for operation in (Operation.GET_PRINTER_ATTRIBUTES, Operation.GET_JOBS, Operation.VALIDATE_JOB):
        answer = await desk.ask(operation, *about)
        assert (answer.status, answer.unsupported) == (Status.SUCCESSFUL_OK, ())


# ---- requesting-user-uri (PWG 5100.13)


@pytest.mark.parametrize("operation", CREATING)
@pytest.mark.parametrize("uri", ["mailto:alice@example.com", "URN:uuid:1", "tel:+49301234", "xmpp:a@b.c"])
async def test_the_user_uri_becomes_part_of_the_job(desk: Desk, operation: Operation, uri: str) -> None:
    answer = await desk.create(operation, names.REQUESTING_USER_URI.of(uri))
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.JOB_ORIGINATING_USER_URI.get(await seen(desk, answer.job_id)) == uri


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "https://tracker.example/alice", "alice"])
async def test_a_user_uri_that_runs_or_fetches_something_is_left_out_and_told(desk: Desk, uri: str) -> None:
    answer = await desk.create(Operation.PRINT_JOB, names.REQUESTING_USER_URI.of(uri))
    assert answer.status is IGNORED
    assert answer.unsupported == (names.REQUESTING_USER_URI.of(uri),)
    assert names.JOB_ORIGINATING_USER_URI.attribute(await seen(desk, answer.job_id)) is None


async def test_who_is_authenticated_cannot_be_somebody_else_by_uri(desk: Desk) -> None:
    origin = here(principal=Principal(name="mallory", authenticated=True))
    uri = names.REQUESTING_USER_URI.of("mailto:alice@example.com")
    answer = await desk.ask(Operation.PRINT_JOB, uri, document=PDF, origin=origin)
    assert answer.status is Status.SUCCESSFUL_OK
    shown = await seen(desk, answer.job_id)
    assert names.JOB_ORIGINATING_USER_NAME.get(shown) == "mallory"
    assert names.JOB_ORIGINATING_USER_URI.attribute(shown) is None


# ---- accounting, people and sizes


KEPT = (
    names.JOB_ACCOUNT_ID.of("4711"),
    names.JOB_ACCOUNTING_USER_ID.of("project-x"),
    names.JOB_ACCOUNT_TYPE.of(JobAccountType.GROUP),
    names.JOB_RECIPIENT_NAME.of("Bob"),
    names.PRINT_CONTENT_OPTIMIZE.of(PrintContentOptimize.AUTO),
    names.MEDIA_COL.of(Collection([names.MEDIA_COLOR.of(MediaColor.WHITE)])),
    names.OVERRIDES.of(
        Collection([names.PAGES.of(RangeOfInteger(1, 2)), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)])
    ),
)


@pytest.mark.parametrize("wanted", KEPT, ids=lambda wanted: wanted.name)
async def test_template_attributes_of_the_extensions_are_kept_and_shown(
    desk: Desk, wanted: Attribute
) -> None:
    answer = await desk.create(Operation.PRINT_JOB, job=[wanted])
    assert answer.status is Status.SUCCESSFUL_OK
    assert (await seen(desk, answer.job_id)).get(wanted.name) == wanted


async def test_what_the_client_counted_is_shown(desk: Desk) -> None:
    said = (
        names.JOB_PAGES.of(12),
        names.JOB_PAGES_COL.of(Collection([names.MONOCHROME.of(12)])),
        names.JOB_IMPRESSIONS_COL.of(Collection([names.FULL_COLOR.of(3)])),
        names.JOB_MEDIA_SHEETS_COL.of(Collection([names.BLANK.of(1)])),
    )
    answer = await desk.create(Operation.PRINT_JOB, *said)
    shown = await seen(desk, answer.job_id)
    assert [shown.get(each.name) for each in said] == list(said)


async def test_a_copy_of_a_job_is_its_own_clients(desk: Desk) -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    first = await desk.create(
        Operation.PRINT_JOB,
        names.CLIENT_INFO.of(CLIENT),
        names.REQUESTING_USER_URI.of("mailto:alice@example.com"),
        names.JOB_PAGES.of(12),
        job=[names.JOB_ACCOUNT_ID.of("4711")],
    )
    async with desk.printing():
        await desk.until(first.job_id, JobState.COMPLETED)
    again = await desk.ask_of(
        Operation.RESUBMIT_JOB, first.job_id, names.CLIENT_INFO.of(SYSTEM), user="alice"
    )
    shown = await seen(desk, again.job_id)
    assert names.CLIENT_INFO.all(shown) == (SYSTEM,)
    assert names.JOB_ORIGINATING_USER_URI.attribute(shown) is None
    assert names.JOB_PAGES.get(shown) == 12
    assert names.JOB_ACCOUNT_ID.get(shown) == "4711"


# ---- xxx-actual (PWG 5100.8)


async def printed(desk: Desk, *template: Attribute) -> int:
    job_id = (await desk.create(Operation.PRINT_JOB, job=template)).job_id
    async with desk.printing():
        await desk.until(job_id, JobState.COMPLETED)
    return job_id


@pytest.mark.parametrize("group", [JOB_ACTUAL, JOB_DESCRIPTION, names.COPIES_ACTUAL.name])
async def test_what_the_job_really_got_is_unknown_until_it_is_printed(desk: Desk, group: str) -> None:
    answer = await desk.create(Operation.PRINT_JOB, job=[names.COPIES.of(2)])
    shown = await seen(desk, answer.job_id, group)
    assert names.COPIES_ACTUAL.attribute(shown) == names.COPIES_ACTUAL.of(OutOfBand.UNKNOWN)


async def test_a_printed_job_shows_what_it_asked_for_and_what_it_got_unasked() -> None:
    desk = await Desk(outputs=[Tray()]).open()
    job_id = await printed(desk, names.COPIES.of(2))
    shown = await seen(desk, job_id, JOB_ACTUAL)
    assert names.COPIES_ACTUAL.all(shown) == (2,)
    assert names.SIDES_ACTUAL.all(shown) == (Sides.ONE_SIDED,)
    assert names.MEDIA_ACTUAL.all(shown) == (Keyword("iso_a4_210x297mm"),)
    assert all(attribute.name.endswith("-actual") for attribute in shown)


async def test_what_a_job_got_stays_so_when_the_printers_defaults_change() -> None:
    desk = await Desk(outputs=[Tray()]).open()
    job_id = await printed(desk)
    setting = names.SIDES_DEFAULT.of(Sides.TWO_SIDED_LONG_EDGE)
    assert (
        await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=[setting])
    ).status is Status.SUCCESSFUL_OK
    assert names.SIDES_ACTUAL.all(await seen(desk, job_id)) == (Sides.ONE_SIDED,)
    later = await printed(desk)
    assert names.SIDES_ACTUAL.all(await seen(desk, later)) == (Sides.TWO_SIDED_LONG_EDGE,)


async def test_a_job_that_came_to_nothing_got_nothing_that_is_known() -> None:
    desk = await Desk(outputs=[Tray(fault="out of order")]).open()
    job_id = (await desk.create(Operation.PRINT_JOB)).job_id
    async with desk.printing():
        await desk.until(job_id, JobState.ABORTED)
    assert names.SIDES_ACTUAL.attribute(await seen(desk, job_id)) == names.SIDES_ACTUAL.of(OutOfBand.UNKNOWN)


async def test_a_job_that_is_printed_again_does_not_know_what_it_will_get() -> None:
    desk = await Desk(outputs=[Tray()]).open()
    job_id = await printed(desk)
    assert (await desk.ask_of(Operation.RESTART_JOB, job_id)).status is Status.SUCCESSFUL_OK
    assert names.SIDES_ACTUAL.attribute(await seen(desk, job_id)) == names.SIDES_ACTUAL.of(OutOfBand.UNKNOWN)


# ---- what is advertised of it


async def test_job_creation_attributes_supported_names_what_creates_jobs_and_nothing_else(desk: Desk) -> None:
    answer = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)
    found = {*map(str, names.JOB_CREATION_ATTRIBUTES_SUPPORTED.all(answer.printer))}
    said = (names.JOB_NAME, names.IPP_ATTRIBUTE_FIDELITY, names.CLIENT_INFO, names.DOCUMENT_FORMAT)
    asked = (names.COPIES, names.OVERRIDES, names.JOB_ACCOUNT_ID, names.MEDIA_COL)
    assert found >= {definition.name for definition in (*said, *asked)}
    others = (names.ATTRIBUTES_CHARSET, names.PRINTER_URI, names.LAST_DOCUMENT, names.REQUESTED_ATTRIBUTES)
    assert found.isdisjoint(definition.name for definition in others)


async def test_preset_home_hides_a_clients_programs_from_strangers() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = (await desk.create(Operation.PRINT_JOB, names.CLIENT_INFO.of(CLIENT))).job_id
    assert names.CLIENT_INFO.attribute(await seen(desk, job_id)) is not None
    assert names.CLIENT_INFO.attribute(await seen(desk, job_id, user="bob")) is None
