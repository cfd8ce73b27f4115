from datetime import UTC, datetime

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef, RegistryGroup
from ippserver.iana.names import DEFINITIONS
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, OutOfBand, RangeOfInteger, Value
from ippserver.model import formats
from ippserver.model.capabilities import ONLY_BY_NAME, capabilities
from ippserver.model.printer import PrinterConfig

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CONFIGS = {
    "default": PrinterConfig(path="/ipp/print", name="office"),
    "plain": PrinterConfig(
        path="/",
        name="plain",
        color=False,
        duplex=False,
        formats=(formats.PDF,),
        media=("iso_a4_210x297mm",),
        resolutions_dpi=(600,),
        max_copies=1,
    ),
    "raster": PrinterConfig(path="/raster", name="raster", duplex=False, formats=(formats.PWG_RASTER,)),
    "any": PrinterConfig(
        path="/any",
        name="any",
        any_format=True,
        geo_location="geo:52.5,13.4",
        contact_name="Olga",
        contact_uri="mailto:olga@example.com",
        media_default="na_letter_8.5x11in",
        max_document_octets=2**62,
    ),
}
ALL = [pytest.param(config, id=name) for name, config in CONFIGS.items()]
every_config = pytest.mark.parametrize("config", ALL)


def definition(attribute: Attribute) -> AttributeDef[Value]:
    return DEFINITIONS.get(attribute.name) or vendor.DEFINITIONS[attribute.name]


@every_config
def test_everything_advertised_has_the_syntax_that_is_registered(config: PrinterConfig) -> None:
    attributes = capabilities(config).attributes.values()
    problems = {
        each.name: definition(each).problem(each.values, RegistryGroup.PRINTER_DESCRIPTION)
        for each in attributes
    }
    assert {name: problem for name, problem in problems.items() if problem} == {}


@every_config
def test_everything_advertised_is_an_attribute_of_printers(config: PrinterConfig) -> None:
    groups = {RegistryGroup.PRINTER_DESCRIPTION, RegistryGroup.PRINTER_STATUS}
    assert all(definition(each).collections & groups for each in capabilities(config).attributes.values())


@every_config
def test_every_default_and_all_that_is_ready_is_supported(config: PrinterConfig) -> None:
    printer = capabilities(config)
    for template in TEMPLATES.values():
        for paired in (template.default, template.ready):
            advertised = paired.attribute(printer) if paired is not None else None
            for value in advertised.values if advertised is not None else ():
                none = value is OutOfBand.NO_VALUE  # the default is to do without
                assert none or template.unsupported((value,), printer, now=NOW) == (), template.job.name


@every_config
def test_what_is_supported_has_a_default_where_one_is_registered(config: PrinterConfig) -> None:
    printer = capabilities(config)
    for template in TEMPLATES.values():
        if template.supported and template.default and template.supported.attribute(printer):
            assert template.default.attribute(printer), template.job.name


@every_config
def test_the_default_format_is_supported(config: PrinterConfig) -> None:
    printer = capabilities(config)
    supported = names.DOCUMENT_FORMAT_SUPPORTED.all(printer)
    assert names.DOCUMENT_FORMAT_DEFAULT.get(printer) in supported


@every_config
def test_every_medium_of_the_database_can_be_asked_for_as_it_stands(config: PrinterConfig) -> None:
    printer = capabilities(config)
    database = names.MEDIA_COL_DATABASE.all(printer)
    assert len(database) == len(config.media) + len(set(config.borderless) & set(config.media))
    assert all(
        TEMPLATES[names.MEDIA_COL.name].unsupported((one,), printer, now=NOW) == () for one in database
    )


@every_config
def test_the_members_of_media_col_are_those_that_are_supported(config: PrinterConfig) -> None:
    printer = capabilities(config)
    supported = set(names.MEDIA_COL_SUPPORTED.all(printer))
    default = names.MEDIA_COL_DEFAULT.get(printer)
    assert isinstance(default, Collection)
    assert {member.name for member in default} <= supported
    assert supported <= set(names.MEDIA_COL.members)


def test_the_default_medium_comes_first() -> None:
    printer = capabilities(CONFIGS["any"])
    media = names.MEDIA_SUPPORTED.all(printer)
    assert media[0] == names.MEDIA_DEFAULT.get(printer) == Keyword("na_letter_8.5x11in")
    assert sorted(media) == sorted(CONFIGS["any"].media)


def test_a_printer_without_color_and_duplex_offers_neither() -> None:
    printer = capabilities(CONFIGS["plain"])
    assert len(names.SIDES_SUPPORTED.all(printer)) == 1
    assert len(names.PRINT_COLOR_MODE_SUPPORTED.all(printer)) == 2
    assert names.COLOR_SUPPORTED.get(printer) is False
    assert names.PAGES_PER_MINUTE_COLOR.attribute(printer) is None


def test_raster_attributes_go_with_raster_formats() -> None:
    raster = (names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED, names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED)
    assert all(one.attribute(capabilities(CONFIGS["default"])) for one in raster)
    assert not any(one.attribute(capabilities(CONFIGS["plain"])) for one in raster)
    assert vendor.URF_SUPPORTED.attribute(capabilities(CONFIGS["plain"])) is None


def test_a_size_beyond_an_integer_is_advertised_as_the_largest_one() -> None:
    assert names.JOB_K_OCTETS_SUPPORTED.get(capabilities(CONFIGS["any"])) == RangeOfInteger(0, 2**31 - 1)


def test_an_unknown_place_is_unknown_and_a_known_one_is_shown() -> None:
    unknown = names.PRINTER_GEO_LOCATION.attribute(capabilities(CONFIGS["plain"]))
    assert unknown == names.PRINTER_GEO_LOCATION.of(OutOfBand.UNKNOWN)
    assert names.PRINTER_GEO_LOCATION.get(capabilities(CONFIGS["any"])) == "geo:52.5,13.4"


def test_attributes_of_the_server_stand_beside_and_before_those_of_the_printer() -> None:
    more = names.PRINTER_INFO.of("from outside")
    printer = capabilities(CONFIGS["plain"], [more])
    assert names.PRINTER_INFO.attribute(printer) is more
    assert [each.name for each in printer.shown].count(names.PRINTER_INFO.name) == 1


def test_what_comes_only_by_name_is_not_shown_to_everybody() -> None:
    printer = capabilities(CONFIGS["default"])
    assert {each.name for each in printer.only_by_name} == ONLY_BY_NAME
    assert not ONLY_BY_NAME & {each.name for each in printer.shown}
    assert len(printer.shown) + len(printer.only_by_name) == len(printer.attributes)
