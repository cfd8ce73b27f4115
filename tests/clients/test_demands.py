"""What each kind of client insists on to see of a printer, held against every profile.

Whether they then print is asked by the other tests here; this is why they offer a printer at all.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import pytest

from ippserver.client import IppClient
from ippserver.config import profile_names
from ippserver.iana import groups, names, vendor
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.media import media_size
from ippserver.ipp.attributes import AttributeGroup
from ippserver.testing import VirtualPrinter

Printer = AttributeGroup

MARGINS: Final = (
    names.MEDIA_TOP_MARGIN,
    names.MEDIA_BOTTOM_MARGIN,
    names.MEDIA_LEFT_MARGIN,
    names.MEDIA_RIGHT_MARGIN,
)
MARGINS_SUPPORTED: Final = (
    names.MEDIA_TOP_MARGIN_SUPPORTED,
    names.MEDIA_BOTTOM_MARGIN_SUPPORTED,
    names.MEDIA_LEFT_MARGIN_SUPPORTED,
    names.MEDIA_RIGHT_MARGIN_SUPPORTED,
)
MARKERS: Final = (
    vendor.MARKER_COLORS,
    vendor.MARKER_TYPES,
    vendor.MARKER_LEVELS,
    vendor.MARKER_LOW_LEVELS,
    vendor.MARKER_HIGH_LEVELS,
    names.PRINTER_SUPPLY,
    names.PRINTER_SUPPLY_DESCRIPTION,
)
STATE: Final = (names.PRINTER_STATE, names.PRINTER_STATE_REASONS, names.PRINTER_IS_ACCEPTING_JOBS)


def has(*definitions: AttributeDef[Any]) -> Callable[[Printer], bool]:
    """All of them are there, with values."""
    return lambda printer: all(definition.all(printer) for definition in definitions)


def equally_long(*definitions: AttributeDef[Any]) -> Callable[[Printer], bool]:
    return lambda printer: len({len(definition.all(printer)) for definition in definitions}) == 1


def one_of(definition: AttributeDef[Any], *values: str) -> Callable[[Printer], bool]:
    return lambda printer: bool(set(values) & set(map(str, definition.all(printer))))


def color(printer: Printer) -> bool:
    return names.COLOR_SUPPORTED.get(printer) is True


def two_sided(printer: Printer) -> bool:
    return len(names.SIDES_SUPPORTED.all(printer)) > 1


def urf(printer: Printer) -> list[str]:
    return [str(word) for word in vendor.URF_SUPPORTED.all(printer)]


def urf_is_complete(printer: Printer) -> bool:
    letters = [re.sub(r"[\d.-]+$", "", word) for word in urf(printer)]
    return {"V", "CP", "RS", "W", "PQ", "MT", "IS", "OB"} <= set(letters)


def every_ready_medium_is_whole(printer: Printer) -> bool:
    members = (*MARGINS, names.MEDIA_SIZE, names.MEDIA_SOURCE, names.MEDIA_TYPE)
    ready = names.MEDIA_COL_READY.all(printer)
    return bool(ready) and all(member.attribute(one) is not None for one in ready for member in members)


def a_ready_medium_has_one_size(printer: Printer) -> bool:
    sizes = [media_size(str(name)) for name in names.MEDIA_READY.all(printer)]
    return any(size is not None and size.length for size in sizes)


def borderless(printer: Printer) -> bool:
    return any(str(key).endswith("_borderless") for key in names.MEDIA_KEY_SUPPORTED.all(printer))


def device_id(printer: Printer) -> dict[str, str]:
    words = str(names.PRINTER_DEVICE_ID.get(printer)).rstrip(";").split(";")
    return dict(word.partition(":")[::2] for word in words)


class Demand(NamedTuple):
    """A client, what it needs, and whether a printer has that."""

    client: str
    need: str
    met: Callable[[Printer], bool]


DEMANDS: Final = (
    # CLIENTS.md 1
    Demand("iOS", "formats, among them Apple raster", one_of(names.DOCUMENT_FORMAT_SUPPORTED, "image/urf")),
    Demand("iOS", "urf-supported with all that it offers", urf_is_complete),
    Demand("iOS", "colour in urf-supported if there is any", lambda p: ("SRGB24" in urf(p)) == color(p)),
    Demand("iOS", "backs in urf-supported for two sides", lambda p: ("DM1" in urf(p)) == two_sided(p)),
    Demand(
        "iOS",
        "finishings in urf-supported",
        lambda p: (len(names.FINISHINGS_SUPPORTED.all(p)) > 1) == any(w.startswith("FN") for w in urf(p)),
    ),
    Demand("iOS", "media-col-ready with size, margins, source and type", every_ready_medium_is_whole),
    Demand("iOS", "media-ready that people can choose from", a_ready_medium_has_one_size),
    Demand(
        "iOS", "media-col-supported and -default", has(names.MEDIA_COL_SUPPORTED, names.MEDIA_COL_DEFAULT)
    ),
    Demand("iOS", "print-color-mode and sides", has(names.PRINT_COLOR_MODE_SUPPORTED, names.SIDES_SUPPORTED)),
    Demand("iOS", "state and reasons", has(*STATE)),
    Demand(
        "iOS",
        "to be told which format to send",
        one_of(vendor.DOCUMENT_FORMAT_PREFERRED, "application/pdf", "image/jpeg"),
    ),
    Demand("macOS", "icons of three sizes", lambda p: len(names.PRINTER_ICONS.all(p)) == 3),
    Demand("macOS", "a page and names", has(names.PRINTER_MORE_INFO, names.PRINTER_STRINGS_URI)),
    Demand("macOS", "supplies as its panel reads them", equally_long(vendor.MARKER_NAMES, *MARKERS)),
    Demand("macOS", "a device id with maker and model", lambda p: {"MFG", "MDL"} <= device_id(p).keys()),
    Demand("macOS", "print processing data", has(names.PRINT_PROCESSING_ATTRIBUTES_SUPPORTED)),
    # CLIENTS.md 2
    Demand(
        "Android",
        "a format that it can make",
        one_of(names.DOCUMENT_FORMAT_SUPPORTED, "application/pdf", "application/PCLm", "image/pwg-raster"),
    ),
    Demand("Android", "at most 50 media", lambda p: 0 < len(names.MEDIA_SUPPORTED.all(p)) <= 50),
    Demand("Android", "four lists of margins", has(*MARGINS_SUPPORTED)),
    Demand(
        "Android",
        "no margins in all lists where a medium is without borders",
        lambda p: all((0 in margin.all(p)) or not borderless(p) for margin in MARGINS_SUPPORTED),
    ),
    Demand(
        "Android",
        "a URI without TLS and login, in parallel lists",
        lambda p: (
            ("none", "requesting-user-name")
            in set(
                zip(
                    names.URI_SECURITY_SUPPORTED.all(p),
                    names.URI_AUTHENTICATION_SUPPORTED.all(p),
                    strict=True,
                )
            )
        ),
    ),
    Demand(
        "Android",
        "how PCLm is to be made, if it is taken",
        lambda p: (
            one_of(names.DOCUMENT_FORMAT_SUPPORTED, "application/PCLm")(p)
            == has(
                names.PCLM_STRIP_HEIGHT_PREFERRED,
                names.PCLM_SOURCE_RESOLUTION_SUPPORTED,
                vendor.PCLM_COMPRESSION_METHOD_PREFERRED,
            )(p)
        ),
    ),
    Demand("Mopria", "the version of its profile", has(vendor.MOPRIA_CERTIFIED)),
    # CLIENTS.md 3
    Demand(
        "Windows", "the features of IPP Everywhere", one_of(names.IPP_FEATURES_SUPPORTED, "ipp-everywhere")
    ),
    Demand(
        "Windows",
        "a device id with commands",
        lambda p: {"PDF", "PWGRaster"} <= set(device_id(p)["CMD"].split(",")),
    ),
    Demand("Windows", "firmware", has(names.PRINTER_FIRMWARE_NAME, names.PRINTER_FIRMWARE_STRING_VERSION)),
    Demand("Windows", "a readable name", has(names.PRINTER_NAME)),
    # CLIENTS.md 4
    Demand("ChromeOS", "a make and model", has(names.PRINTER_MAKE_AND_MODEL)),
    Demand(
        "ChromeOS", "IPP 1.1 and 2.0", lambda p: {"1.1", "2.0"} <= set(names.IPP_VERSIONS_SUPPORTED.all(p))
    ),
    Demand("ChromeOS", "IPP Everywhere", one_of(names.IPP_FEATURES_SUPPORTED, "ipp-everywhere")),
    # CLIENTS.md 5
    Demand("CUPS", "a URI", has(names.PRINTER_URI_SUPPORTED)),
    Demand("CUPS", "PDF", one_of(names.DOCUMENT_FORMAT_SUPPORTED, "application/pdf")),
    Demand(
        "CUPS",
        "rasters and their resolutions",
        has(names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED, names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED),
    ),
    Demand("CUPS", "resolutions in urf-supported", lambda p: any(w.startswith("RS") for w in urf(p))),
    Demand(
        "CUPS",
        "media with sizes in the database",
        lambda p: (
            has(names.MEDIA_COL_DATABASE)(p)
            and all(names.MEDIA_SIZE.get(one) is not None for one in names.MEDIA_COL_DATABASE.all(p))
        ),
    ),
    Demand(
        "CUPS",
        "templates for finishings",
        lambda p: (
            len(names.FINISHINGS_SUPPORTED.all(p)) == 1
            or has(names.FINISHINGS_COL_DATABASE, names.FINISHING_TEMPLATE_SUPPORTED)(p)
        ),
    ),
    Demand(
        "CUPS", "a default for print-quality", has(names.PRINT_QUALITY_DEFAULT, names.PRINT_QUALITY_SUPPORTED)
    ),
    # CLIENTS.md 6
    Demand("Home Assistant", "markers of equal length", equally_long(vendor.MARKER_NAMES, *MARKERS)),
    Demand(
        "Home Assistant", "an identity", has(names.PRINTER_UUID, names.PRINTER_NAME, names.PRINTER_MORE_INFO)
    ),
    Demand("Home Assistant", "the time since the start", has(names.PRINTER_UP_TIME)),
    # PWG 5100.14 and 5100.13, which every one of them builds upon
    Demand("all", "an id for the printer and one for the device", has(names.PRINTER_UUID, names.DEVICE_UUID)),
    Demand(
        "all",
        "as many trays as sources",
        equally_long(names.PRINTER_INPUT_TRAY, names.MEDIA_SOURCE_SUPPORTED),
    ),
    Demand("all", "as many bins", equally_long(names.PRINTER_OUTPUT_TRAY, names.OUTPUT_BIN_SUPPORTED)),
    Demand(
        "all",
        "the speed in colour where there is colour",
        lambda p: has(names.PAGES_PER_MINUTE_COLOR)(p) == color(p),
    ),
)


async def shown(profile: str) -> Printer:
    """All that a printer of that profile says, also what comes only by its name."""
    with VirtualPrinter(settings={"printer": [{"profile": profile}]}) as printer:
        async with IppClient(printer.uri) as client:
            return await client.get_printer_attributes([groups.ALL, names.MEDIA_COL_DATABASE])


def is_met(demand: Demand, printer: Printer) -> bool:
    try:
        return demand.met(printer)
    except (KeyError, ValueError):
        return False


@pytest.mark.parametrize("profile", profile_names())
async def test_a_printer_of_the_profile_has_what_every_client_needs(profile: str) -> None:
    printer = await shown(profile)
    assert [f"{one.client}: {one.need}" for one in DEMANDS if not is_met(one, printer)] == []


async def test_every_demand_is_about_something_that_could_be_missing() -> None:
    printer = await shown("office-color")
    without = [AttributeGroup(0, [one for one in printer if one is not gone]) for gone in printer]
    assert [one.need for one in DEMANDS if all(is_met(one, poorer) for poorer in without)] == []
