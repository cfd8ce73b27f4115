"""Get-Printer-Attributes (RFC 8011 4.2.5)."""

from typing import Any

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef, RegistryGroup
from ippserver.iana.enums import Operation, PrinterState, Status
from ippserver.iana.groups import ALL, JOB_TEMPLATE, NONE, PRINTER_DEFAULTS, PRINTER_DESCRIPTION
from ippserver.iana.keywords import PrinterStateReason
from ippserver.iana.names import DEFINITIONS
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, MimeMediaType
from ippserver.model.capabilities import ONLY_BY_NAME
from ippserver.operations.checks import VERSIONS
from ippserver.testing.desk import PDF, PRINTER, URI, Answer, Desk, Tray

REQUIRED = (
    names.CHARSET_CONFIGURED,
    names.CHARSET_SUPPORTED,
    names.COMPRESSION_SUPPORTED,
    names.DOCUMENT_FORMAT_DEFAULT,
    names.DOCUMENT_FORMAT_SUPPORTED,
    names.GENERATED_NATURAL_LANGUAGE_SUPPORTED,
    names.IPP_VERSIONS_SUPPORTED,
    names.NATURAL_LANGUAGE_CONFIGURED,
    names.OPERATIONS_SUPPORTED,
    names.PDL_OVERRIDE_SUPPORTED,
    names.PRINTER_IS_ACCEPTING_JOBS,
    names.PRINTER_NAME,
    names.PRINTER_STATE,
    names.PRINTER_STATE_REASONS,
    names.PRINTER_UP_TIME,
    names.PRINTER_URI_SUPPORTED,
    names.QUEUED_JOB_COUNT,
    names.URI_AUTHENTICATION_SUPPORTED,
    names.URI_SECURITY_SUPPORTED,
    # REQUIRED by the operations that are there (RFC 8011 4.2.2, 4.2.4)
    names.MULTIPLE_DOCUMENT_JOBS_SUPPORTED,
    names.MULTIPLE_OPERATION_TIME_OUT,
    names.MULTIPLE_DOCUMENT_HANDLING_DEFAULT,
    names.MULTIPLE_DOCUMENT_HANDLING_SUPPORTED,
)
"""RFC 8011 table 17, REQUIRED."""


async def show(desk: Desk, *requested: str, more: tuple[Attribute, ...] = ()) -> Answer:
    """What Get-Printer-Attributes shows of those names."""
    wanted = (names.REQUESTED_ATTRIBUTES.of(*map(Keyword, requested)),) if requested else ()
    return await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, *wanted, *more)


def shown(answer: Answer) -> list[str]:
    """The names in the order in which they are shown."""
    return [attribute.name for attribute in answer.printer]


async def test_the_versions_claimed_are_those_that_are_processed(desk: Desk) -> None:
    claimed = names.IPP_VERSIONS_SUPPORTED.all((await desk.ask(Operation.GET_PRINTER_ATTRIBUTES)).printer)
    assert list(claimed) == [str(version) for version in VERSIONS]


async def test_unasked_all_is_shown(desk: Desk) -> None:
    unasked, asked = await show(desk), await show(desk, ALL)
    assert unasked.status is asked.status is Status.SUCCESSFUL_OK
    assert unasked.printer == asked.printer
    assert {definition.name for definition in REQUIRED} <= set(shown(asked))


async def test_everything_shown_has_the_syntax_of_its_definition(desk: Desk) -> None:
    answer = await show(desk, ALL, *ONLY_BY_NAME)
    for attribute in answer.printer:
        definition = DEFINITIONS[attribute.name]
        assert definition.problem(attribute.values, RegistryGroup.PRINTER_DESCRIPTION) is None, attribute


async def test_every_attribute_is_shown_once_however_often_it_is_asked_for(desk: Desk) -> None:
    answer = await show(desk, names.PRINTER_NAME.name, ALL, PRINTER_DESCRIPTION, names.PRINTER_NAME.name)
    assert len(shown(answer)) == len(set(shown(answer)))
    assert answer.status is Status.SUCCESSFUL_OK


@pytest.mark.parametrize(
    "requested",
    [
        (names.PRINTER_NAME.name,),
        (names.PRINTER_STATE.name, names.PRINTER_UP_TIME.name),
        (names.MEDIA_SUPPORTED.name, vendor.URF_SUPPORTED.name),
        (names.PRINTER_UUID.name,),
    ],
)
async def test_only_what_is_asked_for_is_shown(desk: Desk, requested: tuple[str, ...]) -> None:
    answer = await show(desk, *requested)
    assert answer.status is Status.SUCCESSFUL_OK
    assert set(shown(answer)) == set(requested)


async def test_the_two_groups_are_together_all(desk: Desk) -> None:
    template, description = await show(desk, JOB_TEMPLATE), await show(desk, PRINTER_DESCRIPTION)
    paired = {
        definition.name
        for each in TEMPLATES.values()
        for definition in (each.default, each.supported, each.ready)
        if definition is not None
    }
    everything = set(shown(await show(desk, ALL)))
    assert paired & everything <= set(shown(template))
    assert not set(shown(template)) & set(shown(description))
    assert set(shown(template)) | set(shown(description)) == everything


@pytest.mark.parametrize(
    ("definition", "group"),
    [
        (names.MEDIA_TYPE_SUPPORTED, JOB_TEMPLATE),
        (names.MEDIA_BOTTOM_MARGIN_SUPPORTED, JOB_TEMPLATE),
        (names.MEDIA_SIZE_SUPPORTED, JOB_TEMPLATE),
        (names.COMPRESSION_SUPPORTED, PRINTER_DESCRIPTION),
        (names.DOCUMENT_FORMAT_SUPPORTED, PRINTER_DESCRIPTION),
        (names.JOB_PASSWORD_SUPPORTED, PRINTER_DESCRIPTION),
    ],
    ids=lambda each: getattr(each, "name", None),
)
async def test_what_members_of_collections_can_be_is_with_the_collections(
    desk: Desk, definition: AttributeDef[Any], group: Keyword
) -> None:
    """Overrides hold members, too, that describe whole requests: these are none of a job's."""
    (other,) = {JOB_TEMPLATE, PRINTER_DESCRIPTION} - {group}
    assert definition.name in shown(await show(desk, group))
    assert definition.name not in shown(await show(desk, other))


async def test_the_defaults_that_cups_asks_for_are_a_group_too(desk: Desk) -> None:
    answer = await show(desk, PRINTER_DEFAULTS)
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.COPIES_DEFAULT.name in shown(answer)
    assert all(name.endswith("-default") for name in shown(answer))


@pytest.mark.parametrize("group", [ALL, JOB_TEMPLATE, PRINTER_DESCRIPTION])
async def test_the_database_of_media_is_shown_only_when_it_is_named(desk: Desk, group: str) -> None:
    name = names.MEDIA_COL_DATABASE.name
    assert name not in shown(await show(desk, group))
    assert name in shown(await show(desk, group, name))
    assert shown(await show(desk, name)) == [name]


async def test_none_is_a_group_of_nothing_and_still_a_group_in_the_answer(desk: Desk) -> None:
    answer = await show(desk, NONE)
    assert answer.status is Status.SUCCESSFUL_OK
    assert [group.tag for group in answer.response.groups] == [GroupTag.OPERATION, GroupTag.PRINTER]
    assert shown(answer) == []


async def test_unknown_names_are_ignored_and_reported(desk: Desk) -> None:
    unsupported = names.PRINTER_FINISHER.name
    answer = await show(desk, "x-unknown", names.PRINTER_NAME.name, unsupported, ALL)
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == (names.REQUESTED_ATTRIBUTES.of(Keyword(unsupported), Keyword("x-unknown")),)
    assert shown(answer) == shown(await show(desk, ALL))


async def test_a_long_list_of_unknown_names_makes_no_long_answer(desk: Desk) -> None:
    answer = await show(desk, *(f"x{number}" for number in range(9_999)))
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert len(answer.response.encode()) <= 64 * 1024


@pytest.mark.parametrize("declared", ["application/pdf", "application/octet-stream", "Image/JPEG"])
async def test_what_is_supported_is_the_same_for_every_format(desk: Desk, declared: str) -> None:
    answer = await show(desk, more=(names.DOCUMENT_FORMAT.of(MimeMediaType(declared)),))
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.printer == (await show(desk)).printer


async def test_a_format_that_is_not_supported_is_refused(desk: Desk) -> None:
    attribute = names.DOCUMENT_FORMAT.of(MimeMediaType("text/html"))
    answer = await show(desk, more=(attribute,))
    assert answer.status is Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED
    assert answer.unsupported == (attribute,)
    assert not answer.printer


async def test_the_three_lists_about_uris_are_of_one_length(desk: Desk) -> None:
    printer = (await show(desk)).printer
    assert names.PRINTER_URI_SUPPORTED.all(printer) == (URI,)
    assert len(names.URI_SECURITY_SUPPORTED.all(printer)) == 1
    assert len(names.URI_AUTHENTICATION_SUPPORTED.all(printer)) == 1


@pytest.mark.effect(Operation.GET_PRINTER_ATTRIBUTES)
async def test_the_state_follows_what_the_printer_does() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(PRINTER, outputs=[tray]).open()

    async def state() -> tuple[int | None, tuple[Keyword, ...], int | None]:
        printer = (await show(desk)).printer
        return (
            names.PRINTER_STATE.get(printer),
            names.PRINTER_STATE_REASONS.all(printer),
            names.QUEUED_JOB_COUNT.get(printer),
        )

    none, paused = (PrinterStateReason.NONE,), (PrinterStateReason.PAUSED,)
    assert await state() == (PrinterState.IDLE, none, 0)
    async with desk.printing():
        await desk.ask(Operation.PRINT_JOB, document=PDF)
        await tray.working.wait()
        assert await state() == (PrinterState.PROCESSING, none, 1)
        await desk.ask(Operation.PAUSE_PRINTER)
        assert await state() == (PrinterState.PROCESSING, (PrinterStateReason.MOVING_TO_PAUSED,), 1)
    assert await state() == (PrinterState.STOPPED, paused, 1)
