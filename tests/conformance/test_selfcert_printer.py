"""Self-certification of IPP Everywhere, I-10: what Get-Printer-Attributes answers."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from ippserver.iana import groups, names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import Finishings, Operation, Status
from ippserver.iana.keywords import Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword
from ippserver.testing.desk import AUTHORITY
from tests.conformance.subject import Subject
from tests.conformance.test_selfcert_ipp import everything

DESCRIPTION: Final = (
    names.CHARSET_CONFIGURED,
    names.CHARSET_SUPPORTED,
    names.COLOR_SUPPORTED,
    names.COMPRESSION_SUPPORTED,
    names.DOCUMENT_FORMAT_DEFAULT,
    names.DOCUMENT_FORMAT_SUPPORTED,
    names.DOCUMENT_PASSWORD_SUPPORTED,
    names.GENERATED_NATURAL_LANGUAGE_SUPPORTED,
    names.IDENTIFY_ACTIONS_DEFAULT,
    names.IDENTIFY_ACTIONS_SUPPORTED,
    names.IPP_FEATURES_SUPPORTED,
    names.IPP_VERSIONS_SUPPORTED,
    names.JOB_CREATION_ATTRIBUTES_SUPPORTED,
    names.JOB_IDS_SUPPORTED,
    names.MULTIPLE_DOCUMENT_JOBS_SUPPORTED,
    names.MULTIPLE_OPERATION_TIME_OUT,
    names.MULTIPLE_OPERATION_TIME_OUT_ACTION,
    names.NATURAL_LANGUAGE_CONFIGURED,
    names.OPERATIONS_SUPPORTED,
    names.PAGES_PER_MINUTE,
    names.PAGES_PER_MINUTE_COLOR,
    names.PDL_OVERRIDE_SUPPORTED,
    names.PREFERRED_ATTRIBUTES_SUPPORTED,
    names.PRINTER_ALERT,
    names.PRINTER_ALERT_DESCRIPTION,
    names.PRINTER_CONFIG_CHANGE_DATE_TIME,
    names.PRINTER_CONFIG_CHANGE_TIME,
    names.PRINTER_CURRENT_TIME,
    names.PRINTER_DEVICE_ID,
    names.PRINTER_GEO_LOCATION,
    names.PRINTER_GET_ATTRIBUTES_SUPPORTED,
    names.PRINTER_ICONS,
    names.PRINTER_INFO,
    names.PRINTER_IS_ACCEPTING_JOBS,
    names.PRINTER_LOCATION,
    names.PRINTER_MAKE_AND_MODEL,
    names.PRINTER_MORE_INFO,
    names.PRINTER_NAME,
    names.PRINTER_ORGANIZATION,
    names.PRINTER_ORGANIZATIONAL_UNIT,
    names.PRINTER_STATE,
    names.PRINTER_STATE_CHANGE_DATE_TIME,
    names.PRINTER_STATE_CHANGE_TIME,
    names.PRINTER_STATE_MESSAGE,
    names.PRINTER_STATE_REASONS,
    names.PRINTER_SUPPLY,
    names.PRINTER_SUPPLY_DESCRIPTION,
    names.PRINTER_SUPPLY_INFO_URI,
    names.PRINTER_UP_TIME,
    names.PRINTER_URI_SUPPORTED,
    names.PRINTER_UUID,
    names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED,
    names.PWG_RASTER_DOCUMENT_SHEET_BACK,
    names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED,
    names.QUEUED_JOB_COUNT,
    names.URI_AUTHENTICATION_SUPPORTED,
    names.URI_SECURITY_SUPPORTED,
    names.WHICH_JOBS_SUPPORTED,
)
"""Of the group printer-description."""


TEMPLATE: Final = (
    names.COPIES_DEFAULT,
    names.COPIES_SUPPORTED,
    names.FINISHINGS_DEFAULT,
    names.FINISHINGS_SUPPORTED,
    names.MEDIA_BOTTOM_MARGIN_SUPPORTED,
    names.MEDIA_COL_DEFAULT,
    names.MEDIA_COL_READY,
    names.MEDIA_COL_SUPPORTED,
    names.MEDIA_DEFAULT,
    names.MEDIA_LEFT_MARGIN_SUPPORTED,
    names.MEDIA_READY,
    names.MEDIA_RIGHT_MARGIN_SUPPORTED,
    names.MEDIA_SIZE_SUPPORTED,
    names.MEDIA_SOURCE_SUPPORTED,
    names.MEDIA_SUPPORTED,
    names.MEDIA_TOP_MARGIN_SUPPORTED,
    names.MEDIA_TYPE_SUPPORTED,
    names.ORIENTATION_REQUESTED_DEFAULT,
    names.ORIENTATION_REQUESTED_SUPPORTED,
    names.OUTPUT_BIN_DEFAULT,
    names.OUTPUT_BIN_SUPPORTED,
    names.OVERRIDES_SUPPORTED,
    names.PAGE_RANGES_SUPPORTED,
    names.PRINT_COLOR_MODE_DEFAULT,
    names.PRINT_COLOR_MODE_SUPPORTED,
    names.PRINT_CONTENT_OPTIMIZE_DEFAULT,
    names.PRINT_CONTENT_OPTIMIZE_SUPPORTED,
    names.PRINT_QUALITY_DEFAULT,
    names.PRINT_QUALITY_SUPPORTED,
    names.PRINT_RENDERING_INTENT_DEFAULT,
    names.PRINT_RENDERING_INTENT_SUPPORTED,
    names.PRINTER_RESOLUTION_DEFAULT,
    names.PRINTER_RESOLUTION_SUPPORTED,
    names.SIDES_DEFAULT,
    names.SIDES_SUPPORTED,
)
"""Of the group job-template."""


NAMELESS: Final = {groups.ALL, groups.JOB_TEMPLATE, groups.PRINTER_DESCRIPTION, names.MEDIA_COL_DATABASE.name}
"""What is asked for that is not looked for by its name."""


def by_name(definition: object) -> str | None:
    """What a test is called that is about an attribute."""
    return definition.name if isinstance(definition, AttributeDef) else None


# ---- I-10: Get-Printer-Attributes


@pytest.mark.parametrize("definition", [*DESCRIPTION, *TEMPLATE], ids=by_name)
async def test_i_10_each_attribute_comes_unasked(subject: Subject, definition: AttributeDef[Any]) -> None:
    assert definition.attribute(await everything(subject)) is not None


async def test_i_10_all_of_them_have_the_registered_syntax(subject: Subject) -> None:
    wrong = {
        attribute.name: attribute.values
        for attribute in await everything(subject)
        if (known := names.definition(attribute.name)) is not None and not fits(known, attribute)
    }
    assert wrong == {}


def fits(definition: AttributeDef[Any], attribute: Attribute) -> bool:
    """Whether the values of the attribute are right under one of its registrations."""
    return any(each.syntax.problem(attribute.values) is None for each in definition.registrations)


@pytest.mark.parametrize(
    ("definition", "wanted"),
    [
        (names.IPP_VERSIONS_SUPPORTED, {"2.0"}),
        (names.CHARSET_SUPPORTED, {"utf-8"}),
        (names.COMPRESSION_SUPPORTED, {"none", "deflate", "gzip"}),
        (names.DOCUMENT_FORMAT_SUPPORTED, {"image/pwg-raster", "image/jpeg", "application/pdf"}),
        (names.JOB_CREATION_ATTRIBUTES_SUPPORTED, {"media", "print-color-mode"}),
        (names.JOB_IDS_SUPPORTED, {True}),
        (names.MEDIA_COL_SUPPORTED, {"media-size", "media-source", "media-type"}),
        (names.OVERRIDES_SUPPORTED, {"pages"}),
        (names.PAGE_RANGES_SUPPORTED, {True}),
        (names.PRINTER_GET_ATTRIBUTES_SUPPORTED, {"document-format"}),
        (names.WHICH_JOBS_SUPPORTED, {"completed", "not-completed"}),
        (names.FINISHINGS_SUPPORTED, {Finishings.NONE}),
        (
            names.OPERATIONS_SUPPORTED,
            {
                Operation.PRINT_JOB,
                Operation.VALIDATE_JOB,
                Operation.CREATE_JOB,
                Operation.SEND_DOCUMENT,
                Operation.CANCEL_JOB,
                Operation.GET_JOB_ATTRIBUTES,
                Operation.GET_JOBS,
                Operation.GET_PRINTER_ATTRIBUTES,
                Operation.CANCEL_MY_JOBS,
                Operation.CLOSE_JOB,
                Operation.IDENTIFY_PRINTER,
            },
        ),
    ],
    ids=by_name,
)
async def test_i_10_what_must_be_supported_is(
    subject: Subject, definition: AttributeDef[Any], wanted: set[object]
) -> None:
    assert wanted <= set(definition.all(await everything(subject)))


@pytest.mark.parametrize(
    ("definition", "pattern"),
    [
        (names.IDENTIFY_ACTIONS_DEFAULT, r"display|flash|sound|speak"),
        (names.IDENTIFY_ACTIONS_SUPPORTED, r"display|flash|sound|speak"),
        (names.MULTIPLE_OPERATION_TIME_OUT, r"[1-9]\d*"),
        (names.MULTIPLE_OPERATION_TIME_OUT_ACTION, r"abort-job|hold-job|process-job"),
        (names.ORIENTATION_REQUESTED_SUPPORTED, r"[3-7]"),
        (names.PRINT_COLOR_MODE_SUPPORTED, r"auto|auto-monochrome|bi-level|color|highlight|monochrome"),
        (names.PRINT_CONTENT_OPTIMIZE_SUPPORTED, r"auto|graphic|photo|text|text-and-graphic"),
        (names.PRINT_QUALITY_SUPPORTED, r"[345]"),
        (
            names.PRINT_RENDERING_INTENT_SUPPORTED,
            r"auto|absolute|perceptual|relative|relative-bpc|saturation",
        ),
        (names.PRINTER_CONFIG_CHANGE_TIME, r"\d+"),
        (names.PRINTER_DEVICE_ID, r"([-A-Za-z ]+:[^;]*;)+"),
        (names.PRINTER_INFO, r".{0,127}"),
        (names.PRINTER_LOCATION, r".{0,127}"),
        (names.PRINTER_MAKE_AND_MODEL, r".{1,127}"),
        (names.PRINTER_NAME, r".{1,127}"),
        (names.PRINTER_STATE, r"[345]"),
        (names.PRINTER_UP_TIME, r"[1-9]\d*"),
        (names.PRINTER_UUID, r"urn:uuid:[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
        (names.PWG_RASTER_DOCUMENT_SHEET_BACK, r"flipped|manual-tumble|normal|rotated"),
        (names.SIDES_SUPPORTED, r"one-sided|two-sided-long-edge|two-sided-short-edge"),
        (names.MEDIA_SUPPORTED, r"[a-z][a-z0-9-]*_[a-z0-9][-.a-z0-9]*_[0-9.]+x[0-9.]+(in|mm)"),
        (names.MEDIA_READY, r"[a-z][a-z0-9-]*_[a-z0-9][-.a-z0-9]*_[0-9.]+x[0-9.]+(in|mm)"),
        (names.MEDIA_DEFAULT, r"[a-z][a-z0-9-]*_[a-z0-9][-.a-z0-9]*_[0-9.]+x[0-9.]+(in|mm)"),
    ],
    ids=by_name,
)
async def test_i_10_every_value_has_the_form_that_it_must(
    subject: Subject, definition: AttributeDef[Any], pattern: str
) -> None:
    values = definition.all(await everything(subject))
    assert values
    assert all(re.fullmatch(pattern, str(value)) for value in values), values


@pytest.mark.parametrize(
    ("definition", "pattern"),
    [
        (
            names.PRINTER_ALERT,
            r"|code=[A-Za-z]+(;(severity|training|group)=[A-Za-z]+|;(index|groupindex|location|time)=\d+)*;?",
        ),
        (
            names.PRINTER_SUPPLY,
            r"((type|class|unit|colorantrole|colorantname)=[A-Za-z]+;|(maxcapacity|level)=-?\d+;"
            r"|(index|markerindex|colorantindex|coloranttonality)=\d+;)*",
        ),
    ],
    ids=by_name,
)
async def test_i_10_alerts_and_supplies_are_lists_of_keys(
    subject: Subject, definition: AttributeDef[Any], pattern: str
) -> None:
    values = [bytes(value).decode() for value in definition.all(await everything(subject))]
    assert values
    assert all(re.fullmatch(pattern, value) for value in values), values


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (names.PRINTER_ALERT, names.PRINTER_ALERT_DESCRIPTION),
        (names.PRINTER_SUPPLY, names.PRINTER_SUPPLY_DESCRIPTION),
        (names.PRINTER_URI_SUPPORTED, names.URI_SECURITY_SUPPORTED),
        (names.URI_SECURITY_SUPPORTED, names.URI_AUTHENTICATION_SUPPORTED),
        (names.PRINTER_INPUT_TRAY, names.MEDIA_SOURCE_SUPPORTED),
        (names.PRINTER_OUTPUT_TRAY, names.OUTPUT_BIN_SUPPORTED),
    ],
    ids=by_name,
)
async def test_i_10_lists_that_belong_together_are_equally_long(
    subject: Subject, one: AttributeDef[Any], other: AttributeDef[Any]
) -> None:
    printer = await everything(subject)
    assert len(one.all(printer)) == len(other.all(printer)) > 0


@pytest.mark.parametrize(
    ("default", "supported"),
    [
        (names.FINISHINGS_DEFAULT, names.FINISHINGS_SUPPORTED),
        (names.IDENTIFY_ACTIONS_DEFAULT, names.IDENTIFY_ACTIONS_SUPPORTED),
        (names.MEDIA_DEFAULT, names.MEDIA_SUPPORTED),
        (names.MEDIA_READY, names.MEDIA_SUPPORTED),
        (names.ORIENTATION_REQUESTED_DEFAULT, names.ORIENTATION_REQUESTED_SUPPORTED),
        (names.OUTPUT_BIN_DEFAULT, names.OUTPUT_BIN_SUPPORTED),
        (names.PRINT_COLOR_MODE_DEFAULT, names.PRINT_COLOR_MODE_SUPPORTED),
        (names.PRINT_CONTENT_OPTIMIZE_DEFAULT, names.PRINT_CONTENT_OPTIMIZE_SUPPORTED),
        (names.PRINT_QUALITY_DEFAULT, names.PRINT_QUALITY_SUPPORTED),
        (names.PRINT_RENDERING_INTENT_DEFAULT, names.PRINT_RENDERING_INTENT_SUPPORTED),
        (names.PRINTER_RESOLUTION_DEFAULT, names.PRINTER_RESOLUTION_SUPPORTED),
        (names.SIDES_DEFAULT, names.SIDES_SUPPORTED),
    ],
    ids=by_name,
)
async def test_i_10_what_is_the_default_is_supported(
    subject: Subject, default: AttributeDef[Any], supported: AttributeDef[Any]
) -> None:
    printer = await everything(subject)
    assert default.all(printer)
    assert set(default.all(printer)) <= set(supported.all(printer))


@pytest.mark.parametrize(
    "definition",
    [names.PRINTER_ICONS, names.PRINTER_MORE_INFO, names.PRINTER_SUPPLY_INFO_URI],
    ids=by_name,
)
async def test_i_10_web_pages_are_on_the_host_that_was_asked(
    subject: Subject, definition: AttributeDef[Any]
) -> None:
    uris = [urlsplit(uri) for uri in definition.all(await everything(subject))]
    assert uris
    assert {uri.scheme for uri in uris} <= {"http", "https"}
    assert {uri.hostname for uri in uris} == {AUTHORITY}


async def test_i_10_a_printer_with_finishers_describes_them(subject: Subject) -> None:
    printer = await everything(subject)
    described = [
        definition.all(printer)
        for definition in (
            names.FINISHING_TEMPLATE_SUPPORTED,
            names.FINISHINGS_COL_DATABASE,
            names.FINISHINGS_COL_DEFAULT,
            names.FINISHINGS_COL_READY,
            names.FINISHINGS_COL_SUPPORTED,
        )
    ]
    has_finishers = set(names.FINISHINGS_SUPPORTED.all(printer)) > {Finishings.NONE}
    assert [bool(values) for values in described] == [has_finishers] * len(described)


async def test_i_10_printing_on_both_sides_brings_the_back_of_rasters(subject: Subject) -> None:
    printer = await everything(subject)
    assert Sides.TWO_SIDED_LONG_EDGE in names.SIDES_SUPPORTED.all(printer)
    assert len(names.PWG_RASTER_DOCUMENT_SHEET_BACK.all(printer)) == 1


async def test_i_10_a_pin_brings_the_ways_to_hide_it(subject: Subject) -> None:
    printer = await everything(subject)
    assert names.JOB_PASSWORD_SUPPORTED.all(printer)
    assert names.JOB_PASSWORD_ENCRYPTION_SUPPORTED.all(printer)


@pytest.mark.parametrize(
    ("requested", "description", "template", "database"),
    [
        pytest.param([groups.ALL], True, True, False, id="I-10.1"),
        pytest.param([groups.ALL, names.MEDIA_COL_DATABASE], True, True, True, id="I-10.2"),
        pytest.param([names.MEDIA_COL_DATABASE], False, False, True, id="I-10.4"),
        pytest.param([groups.PRINTER_DESCRIPTION], True, False, False, id="I-10.5"),
        pytest.param([groups.JOB_TEMPLATE], False, True, False, id="I-10.6"),
        pytest.param(
            [names.MEDIA_COL_DATABASE, names.PRINTER_URI_SUPPORTED], False, False, True, id="I-10.7"
        ),
    ],
)
async def test_what_is_asked_for_comes_and_nothing_else(
    subject: Subject,
    requested: list[Keyword | AttributeDef[Any]],
    description: bool,
    template: bool,
    database: bool,
) -> None:
    wanted = [each if isinstance(each, Keyword) else Keyword(each.name) for each in requested]
    shown = {attribute.name for attribute in await everything(subject, *wanted)}
    named = set(map(str, wanted))
    expected = named | {each.name for each in DESCRIPTION if description}
    expected |= {each.name for each in TEMPLATE if template}
    assert shown & {each.name for each in (*DESCRIPTION, *TEMPLATE)} == expected - NAMELESS
    assert (names.MEDIA_COL_DATABASE.name in shown) is database


async def test_i_10_3_nothing_comes_where_nothing_is_asked_for(subject: Subject) -> None:
    answer = await subject.answer(
        Operation.GET_PRINTER_ATTRIBUTES, names.REQUESTED_ATTRIBUTES.of(groups.NONE)
    )
    assert answer.status in (
        Status.SUCCESSFUL_OK,
        Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES,
    )
    assert len(answer.printer.attributes) == 0
