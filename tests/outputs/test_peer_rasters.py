"""Rasters for another Printer: in the resolution, the pixels and the way round that it takes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import PrintQuality
from ippserver.iana.keywords import (
    PrintColorMode,
)
from ippserver.interfaces import OutputRefused
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, RangeOfInteger, Resolution
from ippserver.model import formats
from ippserver.model.conversion import Wanted
from ippserver.outputs.peer import Peer
from tests.outputs.described import OFFICE, asked, peer

FIRST_PAGE = names.PAGES.of(RangeOfInteger(1, 1))


def raster(*template: Attribute, there: Peer) -> Wanted:
    found = there.wanted(asked(*template))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("template", "supported", "dpi"),
    [
        ((), (300, 600), 300),
        ((names.PRINT_QUALITY.of(PrintQuality.DRAFT),), (300, 600), 300),
        ((names.PRINT_QUALITY.of(PrintQuality.HIGH),), (300, 600, 1200), 600),
        ((names.PRINT_QUALITY.of(PrintQuality.HIGH),), (300,), 300),
        ((names.PRINTER_RESOLUTION.of(Resolution(600, 600)),), (300, 600), 600),
        ((names.PRINTER_RESOLUTION.of(Resolution(600, 600)),), (300,), 300),
        ((), (360, 720), 360),
        ((), (200, 203), 203),
    ],
)
@pytest.mark.parametrize("media_type", [formats.PWG_RASTER, formats.APPLE_RASTER])
def test_the_resolution_is_one_of_its_own(
    media_type: str, template: tuple[Attribute, ...], supported: tuple[int, ...], dpi: int
) -> None:
    there = peer(media_type, config=replace(OFFICE, resolutions_dpi=supported))
    assert raster(*template, there=there).dpi == dpi


@pytest.mark.parametrize(
    ("mode", "types", "best"),
    [
        (PrintColorMode.AUTO, ("sgray_8", "srgb_8"), "srgb_8"),
        (PrintColorMode.COLOR, ("sgray_8", "adobe-rgb_8"), "adobe-rgb_8"),
        (PrintColorMode.MONOCHROME, ("srgb_8", "sgray_8"), "sgray_8"),
        (PrintColorMode.MONOCHROME, ("srgb_8",), "srgb_8"),
        (PrintColorMode.MONOCHROME, ("srgb_8", "black_8"), "black_8"),
        (PrintColorMode.BI_LEVEL, ("srgb_8", "sgray_8", "black_1"), "black_1"),
        (PrintColorMode.BI_LEVEL, ("srgb_8", "sgray_8"), "sgray_8"),
        (PrintColorMode.AUTO, ("black_1",), "black_1"),
    ],
)
def test_the_pixels_are_of_a_kind_that_it_takes(mode: Keyword, types: tuple[str, ...], best: str) -> None:
    there = peer(formats.PWG_RASTER, config=replace(OFFICE, raster_types=types))
    assert raster(names.PRINT_COLOR_MODE.of(mode), there=there).raster_type == best


def test_one_page_in_color_makes_all_of_a_raster_colored() -> None:
    colored = Collection([FIRST_PAGE, names.PRINT_COLOR_MODE.of(PrintColorMode.COLOR)])
    template = (names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME), names.OVERRIDES.of(colored))
    assert raster(*template, there=peer(formats.PWG_RASTER)).raster_type == "srgb_8"


def test_a_printer_without_color_gets_gray() -> None:
    having = [names.COLOR_SUPPORTED.of(False)]
    assert raster(there=peer(formats.PWG_RASTER, having=having)).raster_type == "sgray_8"


@pytest.mark.parametrize("media_type", [formats.PWG_RASTER, formats.APPLE_RASTER])
@pytest.mark.parametrize("back", ["normal", "flipped", "rotated", "manual-tumble"])
def test_the_backs_of_sheets_stand_as_it_wants_them(media_type: str, back: str) -> None:
    there = peer(media_type, config=replace(OFFICE, sheet_back=back))
    assert raster(there=there).sheet_back == back


def urf(*words: str) -> Peer:
    told = [vendor.URF_SUPPORTED.of(*map(Keyword, words))]
    return peer(formats.APPLE_RASTER, without=["urf-supported"], having=told)


def test_words_of_apple_raster_are_understood_as_printers_write_them() -> None:
    words = (
        "CP1",
        "MT1-2-8-9-10-11",
        "PQ3-4-5",
        "RS300-600",
        "SRGB24",
        "W8-16",
        "DEVRGB24-48",
        "DM3",
        "V1.4",
    )
    found = raster(there=urf(*words))
    assert (found.dpi, found.raster_type, found.sheet_back) == (300, "srgb_8", "rotated")
    deep = raster(there=urf("RS600", "DEVRGB48", "ADOBERGB24-48"))
    assert (deep.dpi, deep.raster_type, deep.sheet_back) == (600, "adobe-rgb_8", "normal")


@pytest.mark.parametrize(
    "words", [("V1.4", "SRGB24"), ("RS300", "DEVN8"), ("RS", "RSx", "RS0", "W8"), ("W8",)]
)
def test_an_apple_raster_that_is_not_described_is_not_made(words: Sequence[str]) -> None:
    with pytest.raises(OutputRefused):
        urf(*words).wanted(asked())


def test_a_resolution_that_differs_across_and_along_is_passed_over() -> None:
    told = [
        names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED.of(
            Resolution(1440, 720), Resolution(118, 118, 4), Resolution(360, 360)
        ),
        names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.of(Keyword("Sgray_8"), Keyword("Srgb_8")),
    ]
    there = peer(formats.PWG_RASTER, having=told)
    found = raster(there=there)
    assert (found.dpi, found.raster_type) == (360, "srgb_8")


def test_a_sheet_back_is_found_under_the_name_that_brother_gives_it() -> None:
    told = [Attribute("pwg-raster-document-sheet-back-supported", (Keyword("Rotated"),))]
    there = peer(formats.PWG_RASTER, without=["pwg-raster-document-sheet-back"], having=told)
    assert raster(there=there).sheet_back == "rotated"


@pytest.mark.parametrize("media_type", [formats.PWG_RASTER, formats.APPLE_RASTER])
def test_a_raster_goes_on_as_it_came_where_it_takes_all_that_clients_may_send_here(media_type: str) -> None:
    assert peer().wanted(asked(media_type=media_type)) is None
    for change in ({"resolutions_dpi": (600,)}, {"raster_types": ("sgray_8",)}, {"sheet_back": "rotated"}):
        other = peer(media_type, config=replace(OFFICE, **change))
        wanted = other.wanted(asked(media_type=media_type))
        assert wanted is not None
        assert wanted.media_type == media_type
