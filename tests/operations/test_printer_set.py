"""Set-Printer-Attributes, Get-Printer-Supported-Values and Get-User-Printer-Attributes."""

import pytest

from ippserver.engine.printer import PrinterChange
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, PrintQuality, Status
from ippserver.iana.groups import JOB_TEMPLATE, NONE
from ippserver.iana.keywords import JobHoldUntil, JobStateReason, PrinterKind, Sides
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import (
    Enum,
    Keyword,
    MimeMediaType,
    OutOfBand,
    RangeOfInteger,
    Text,
    TextWithLanguage,
)
from ippserver.model.access import Access, Preset, Principal, Role
from ippserver.testing.desk import PDF, Answer, Desk, here, unsupported

A4, A5 = Keyword("iso_a4_210x297mm"), Keyword("iso_a5_148x210mm")
OPERATOR = here(principal=Principal(name="eve", role=Role.OPERATOR, authenticated=True))
ADMINISTRATOR = here(principal=Principal(name="root", role=Role.ADMINISTRATOR, authenticated=True))


async def put(desk: Desk, *attributes: Attribute, language: str = "en") -> Answer:
    """Set-Printer-Attributes with `attributes`."""
    return await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=attributes, language=language)


async def seen(desk: Desk, *requested: str) -> dict[str, Attribute]:
    """What Get-Printer-Attributes shows."""
    wanted = (names.REQUESTED_ATTRIBUTES.of(*map(Keyword, requested)),) if requested else ()
    shown = await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, *wanted)
    return {attribute.name: attribute for attribute in shown.printer}


SETTINGS = [
    names.PRINTER_INFO.of("The one in the hall"),
    names.PRINTER_LOCATION.of("hall"),
    names.PRINTER_ORGANIZATION.of("Hotel"),
    names.PRINTER_ORGANIZATIONAL_UNIT.of("Reception"),
    names.PRINTER_GEO_LOCATION.of("geo:52.5,13.4"),
    names.PRINTER_SERVICE_CONTACT_COL.of(
        Collection([names.CONTACT_NAME.of("Olga"), names.CONTACT_URI.of("tel:+4930123456")])
    ),
    names.PRINTER_KIND.of(PrinterKind.DOCUMENT, PrinterKind.PHOTO),
    names.PRINTER_MESSAGE_FROM_OPERATOR.of("back on Monday"),
    names.COPIES_DEFAULT.of(2),
    names.COPIES_SUPPORTED.of(RangeOfInteger(1, 5)),
    names.SIDES_DEFAULT.of(Sides.TWO_SIDED_LONG_EDGE),
    names.PRINT_QUALITY_DEFAULT.of(PrintQuality.HIGH),
    names.JOB_PRIORITY_DEFAULT.of(99),
    names.JOB_HOLD_UNTIL_DEFAULT.of(JobHoldUntil.INDEFINITE),
    names.MEDIA_DEFAULT.of(A5),
    names.PAGE_RANGES_SUPPORTED.of(False),
]


@pytest.mark.effect(Operation.SET_PRINTER_ATTRIBUTES)
async def test_what_is_set_is_shown_at_once_and_after_a_restart(desk: Desk) -> None:
    assert (await put(desk, *SETTINGS)).status is Status.SUCCESSFUL_OK
    again = await Desk(store=desk.store, spool=desk.spool).open()
    for one in (desk, again):
        shown = await seen(one)
        assert [shown[setting.name] for setting in SETTINGS] == SETTINGS


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
async def test_it_changes_what_is_set_and_nothing_else(desk: Desk, setting: Attribute) -> None:
    before = await seen(desk)
    assert (await put(desk, setting)).status is Status.SUCCESSFUL_OK
    after = await seen(desk)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    beside = {
        names.MEDIA_DEFAULT.name: {
            names.MEDIA_COL_DEFAULT.name,
            names.MEDIA_COL_READY.name,
            names.MEDIA_SUPPORTED.name,  # the default comes first
            names.MEDIA_READY.name,
            names.MEDIA_SIZE_SUPPORTED.name,
            names.MEDIA_KEY_SUPPORTED.name,
        },
        names.PRINTER_MESSAGE_FROM_OPERATOR.name: {
            names.PRINTER_MESSAGE_TIME.name,
            names.PRINTER_MESSAGE_DATE_TIME.name,
        },
    }
    assert changed - {setting.name} <= beside.get(setting.name, set())


async def test_every_settable_attribute_is_there_and_takes_its_own_value(desk: Desk) -> None:
    shown = await seen(desk)
    settable = names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED.all(
        (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    )
    assert settable
    assert set(settable) <= shown.keys()
    answer = await put(desk, *(shown[name] for name in settable))
    assert (answer.status, answer.unsupported) == (Status.SUCCESSFUL_OK, ())
    after = await seen(desk)
    assert {name: after[name] for name in settable} == {name: shown[name] for name in settable}


async def test_everything_else_is_not_settable(desk: Desk) -> None:
    shown = await seen(desk)
    settable = shown[names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED.name].values
    for name in shown.keys() - set(settable):
        answer = await put(desk, shown[name])
        assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE
        assert answer.unsupported == (Attribute(name, (OutOfBand.NOT_SETTABLE,)),)


async def test_printer_config_change_time_is_that_of_the_change(desk: Desk) -> None:
    desk.clock.advance(100.0)
    await put(desk, names.PRINTER_LOCATION.of("hall"))
    desk.clock.advance(100.0)
    shown = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    assert names.PRINTER_CONFIG_CHANGE_TIME.get(shown) == 101


async def test_watchers_are_told_which_attributes_changed(desk: Desk) -> None:
    told: list[PrinterChange] = []
    desk.printers.watch(told.append)
    await put(desk, names.PRINTER_LOCATION.of("hall"), names.COPIES_DEFAULT.of(3))
    assert [change.config for change in told] == [{names.PRINTER_LOCATION.name, names.COPIES_DEFAULT.name}]


async def test_a_text_keeps_its_language(desk: Desk) -> None:
    await put(desk, names.PRINTER_LOCATION.of("Diele"), language="de")
    shown = await seen(desk, names.PRINTER_LOCATION.name)
    assert shown[names.PRINTER_LOCATION.name].values == (TextWithLanguage("de", "Diele"),)


# ---- Effects on jobs


async def test_what_is_not_supported_any_more_is_refused(desk: Desk) -> None:
    copies = names.COPIES.of(6)
    assert (await desk.ask(Operation.VALIDATE_JOB, job=[copies])).status is Status.SUCCESSFUL_OK
    await put(desk, names.COPIES_SUPPORTED.of(RangeOfInteger(1, 5)))
    answer = await desk.ask(Operation.VALIDATE_JOB, job=[copies])
    assert answer.unsupported == (copies,)


async def test_jobs_that_name_none_get_the_priority_and_hold_that_were_set(desk: Desk) -> None:
    hold = names.JOB_HOLD_UNTIL_DEFAULT.of(JobHoldUntil.INDEFINITE)
    await put(desk, names.JOB_PRIORITY_DEFAULT.of(70), hold)
    job = await desk.job((await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id)
    assert (job.priority, job.state) == (70, JobState.PENDING_HELD)
    assert job.reasons == {JobStateReason.JOB_HOLD_UNTIL_SPECIFIED}
    asked = [names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD), names.JOB_PRIORITY.of(1)]
    other = await desk.job((await desk.ask(Operation.PRINT_JOB, job=asked, document=PDF)).job_id)
    assert (other.priority, other.state) == (1, JobState.PENDING)


# ---- Refusals: nothing is set

BAD = unsupported("no-such-attribute")
NOT_SETTABLE = names.PRINTER_STATE.of(OutOfBand.NOT_SETTABLE)
WRONG = names.COPIES_SUPPORTED.of(RangeOfInteger(1, 10_000))
CLASH = names.COPIES_DEFAULT.of(1000)


@pytest.mark.parametrize(
    ("wanted", "status", "told"),
    [
        (
            [Attribute(BAD.name, (1,))],
            Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
            [BAD],
        ),
        ([names.PRINTER_STATE.of(Enum(3))], Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE, [NOT_SETTABLE]),
        ([WRONG], Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED, [WRONG]),
        (
            [names.SIDES_SUPPORTED.of(Sides.ONE_SIDED, Keyword("seven-sided"))],
            Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
            [names.SIDES_SUPPORTED.of(Keyword("seven-sided"))],
        ),
        (
            [Attribute(names.PRINTER_INFO.name, (5,))],
            Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
            [Attribute(names.PRINTER_INFO.name, (5,))],
        ),
        (
            [Attribute(names.PRINTER_INFO.name, (Text("a"), Text("b")))],
            Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
            [Attribute(names.PRINTER_INFO.name, (Text("a"), Text("b")))],
        ),
        ([CLASH], Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES, [CLASH]),
        (
            [names.COPIES_SUPPORTED.of(RangeOfInteger(2, 5))],
            Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES,
            [names.COPIES_SUPPORTED.of(RangeOfInteger(2, 5))],
        ),
        (
            [names.MEDIA_DEFAULT.of(Keyword("na_foolscap_8.5x13in"))],
            Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES,
            [names.MEDIA_DEFAULT.of(Keyword("na_foolscap_8.5x13in"))],
        ),
        (
            [names.MEDIA_DEFAULT.of(A4), names.MEDIA_SUPPORTED.of(A5)],
            Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES,
            [names.MEDIA_DEFAULT.of(A4), names.MEDIA_SUPPORTED.of(A5)],
        ),
        # Everything that is wrong is told, and of the reasons the first by the order of RFC 3380 4.1.3.
        (
            [CLASH, names.PRINTER_STATE.of(Enum(3)), Attribute(BAD.name, (1,))],
            Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
            [BAD, NOT_SETTABLE, CLASH],
        ),
        (
            [WRONG, names.PRINTER_STATE.of(Enum(3))],
            Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE,
            [NOT_SETTABLE, WRONG],
        ),
        ([], Status.CLIENT_ERROR_BAD_REQUEST, []),
        ([names.COPIES_DEFAULT.of(OutOfBand.DELETE_ATTRIBUTE)], Status.CLIENT_ERROR_BAD_REQUEST, []),
        ([names.COPIES_SUPPORTED.of(OutOfBand.ADMIN_DEFINE)], Status.CLIENT_ERROR_BAD_REQUEST, []),
        ([names.PRINTER_INFO.of("x" * 128)], Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG, []),
        ([names.PRINTER_INFO.of("x" * 1024)], Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG, []),
        (
            [Attribute(f"x-{n}", (n,)) for n in range(201)],
            Status.CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE,
            [],
        ),
    ],
)
async def test_all_or_nothing_is_set(
    desk: Desk, wanted: list[Attribute], status: Status, told: list[Attribute]
) -> None:
    before = await seen(desk)
    answer = await put(desk, names.PRINTER_LOCATION.of("hall"), *wanted) if wanted else await put(desk)
    assert answer.status is status
    assert list(answer.unsupported) == told
    assert await seen(desk) == before


async def test_a_default_and_what_supports_it_can_be_set_together(desk: Desk) -> None:
    both = (names.MEDIA_DEFAULT.of(A5), names.MEDIA_SUPPORTED.of(A5))
    assert (await put(desk, *both)).status is Status.SUCCESSFUL_OK
    shown = await seen(desk)
    assert (shown[names.MEDIA_DEFAULT.name], shown[names.MEDIA_SUPPORTED.name]) == both
    assert len(shown[names.MEDIA_SIZE_SUPPORTED.name].values) == 1


async def test_the_message_is_no_operation_attribute_of_it(desk: Desk) -> None:
    said = names.PRINTER_MESSAGE_FROM_OPERATOR.of("back on Monday")
    location = names.PRINTER_LOCATION.of("hall")
    answer = await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, said, printer=[location])
    assert answer.unsupported == (unsupported(said.name),)
    shown = await seen(desk)
    assert shown[said.name] == names.PRINTER_MESSAGE_FROM_OPERATOR.of("")
    assert shown[location.name] == location


@pytest.mark.parametrize("media_type", ["application/octet-stream", "image/unheard-of"])
async def test_a_document_format_that_is_none_is_refused(desk: Desk, media_type: str) -> None:
    declared = names.DOCUMENT_FORMAT.of(MimeMediaType(media_type))
    wanted = [names.COPIES_DEFAULT.of(2)]
    answer = await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, declared, printer=wanted)
    assert answer.status is Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED
    assert (await seen(desk))[names.COPIES_DEFAULT.name] == names.COPIES_DEFAULT.of(1)


async def test_printer_attributes_in_another_operation_are_out_of_place(desk: Desk) -> None:
    answer = await desk.ask(Operation.PAUSE_PRINTER, printer=[names.COPIES_DEFAULT.of(2)])
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_only_operators_set_anything() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    wanted = [names.PRINTER_LOCATION.of("hall")]
    refused = await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=wanted)
    assert refused.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    answer = await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=wanted, origin=OPERATOR)
    assert answer.status is Status.SUCCESSFUL_OK


# ---- Get-Printer-Supported-Values


@pytest.mark.effect(Operation.GET_PRINTER_SUPPORTED_VALUES)
async def test_supported_values_are_those_that_could_be_set_whatever_is_now(desk: Desk) -> None:
    await put(desk, names.SIDES_SUPPORTED.of(Sides.ONE_SIDED))
    group = (await desk.ask(Operation.GET_PRINTER_SUPPORTED_VALUES)).printer
    assert len(names.SIDES_SUPPORTED.all(group)) == 3
    assert names.PAGE_RANGES_SUPPORTED.all(group) == (True, False)
    settable = (await seen(desk))[names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED.name].values
    assert {each.name for each in group} == {name for name in settable if str(name).endswith("-supported")}
    assert (await put(desk, *(each for each in group if len(each.values) > 2))).status is Status.SUCCESSFUL_OK
    assert len((await seen(desk))[names.SIDES_SUPPORTED.name].values) == 3


async def test_supported_values_can_be_asked_for_by_name_and_group(desk: Desk) -> None:
    for requested, expected in (
        ([names.SIDES_SUPPORTED.name], 1),
        ([NONE], 0),
        ([names.PRINTER_STATE.name, "x"], 0),
    ):
        answer = await desk.ask(
            Operation.GET_PRINTER_SUPPORTED_VALUES, names.REQUESTED_ATTRIBUTES.of(*map(Keyword, requested))
        )
        assert (answer.status, len(answer.printer)) == (Status.SUCCESSFUL_OK, expected)
    every = await desk.ask(Operation.GET_PRINTER_SUPPORTED_VALUES)
    wanted = names.REQUESTED_ATTRIBUTES.of(JOB_TEMPLATE)
    assert (await desk.ask(Operation.GET_PRINTER_SUPPORTED_VALUES, wanted)).printer == every.printer


async def test_supported_values_are_for_administrators() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    for origin, allowed in ((None, False), (OPERATOR, False), (ADMINISTRATOR, True)):
        answer = await desk.ask(Operation.GET_PRINTER_SUPPORTED_VALUES, origin=origin)
        assert (answer.status is Status.SUCCESSFUL_OK) is allowed


# ---- Get-User-Printer-Attributes


@pytest.mark.effect(Operation.GET_USER_PRINTER_ATTRIBUTES)
async def test_a_user_sees_what_that_user_may_do() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    user = (await desk.ask(Operation.GET_USER_PRINTER_ATTRIBUTES)).printer
    everything = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    may = set(names.OPERATIONS_SUPPORTED.all(user))
    assert {Operation.PRINT_JOB, Operation.CANCEL_JOB, Operation.GET_JOBS} <= may
    assert not {Operation.PAUSE_PRINTER, Operation.SET_PRINTER_ATTRIBUTES} & may
    assert names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED.all(user) == (NONE,)
    assert [each.name for each in user] == [each.name for each in everything]


@pytest.mark.parametrize(
    ("role", "refused"), [(Role.OPERATOR, {Access.ADMINISTER}), (Role.ADMINISTRATOR, set[Access]())]
)
async def test_an_operator_sees_more(role: Role, refused: set[Access]) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    origin = here(principal=Principal(name="eve", role=role, authenticated=True))
    user = (await desk.ask(Operation.GET_USER_PRINTER_ATTRIBUTES, origin=origin)).printer
    everything = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer
    hidden = set(names.OPERATIONS_SUPPORTED.all(everything)) - set(names.OPERATIONS_SUPPORTED.all(user))
    assert hidden == ({Operation.GET_PRINTER_SUPPORTED_VALUES} if refused else set())


async def test_a_user_may_ask_for_single_attributes(desk: Desk) -> None:
    wanted = names.REQUESTED_ATTRIBUTES.of(Keyword(names.OPERATIONS_SUPPORTED.name), Keyword("x"))
    answer = await desk.ask(Operation.GET_USER_PRINTER_ATTRIBUTES, wanted)
    assert [each.name for each in answer.printer] == [names.OPERATIONS_SUPPORTED.name]
    assert answer.unsupported == (names.REQUESTED_ATTRIBUTES.of(Keyword("x")),)
