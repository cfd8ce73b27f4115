"""Three raster formats say the same of a Printer, each in its own words."""

from dataclasses import replace

import pytest

from ippserver.iana import names, vendor
from ippserver.iana.enums import Finishings, PrintQuality
from ippserver.iana.keywords import MediaType
from ippserver.ipp.values import Resolution
from ippserver.model import formats
from ippserver.model.capabilities import capabilities
from ippserver.model.device_config import DeviceConfig, TrayConfig
from ippserver.model.printer import PrinterConfig

CONFIG = PrinterConfig(
    path="/ipp/print",
    name="office",
    resolutions_dpi=(600, 300),
    raster_types=("black_1", "sgray_8", "srgb_8", "adobe-rgb_16", "cmyk_8"),
    qualities=(PrintQuality.HIGH, PrintQuality.NORMAL),
    media_types=(MediaType.STATIONERY, MediaType.PHOTOGRAPHIC_GLOSSY, MediaType.FABRIC),
    finishings=(Finishings.STAPLE_TOP_LEFT,),
    device=DeviceConfig(
        trays=(TrayConfig(source="manual"), TrayConfig(source="tray-2")), bins=("top", "face-up")
    ),
)


def urf(config: PrinterConfig) -> tuple[str, ...]:
    return tuple(map(str, vendor.URF_SUPPORTED.all(capabilities(config))))


def test_apple_raster_tells_everything_by_numbers_that_ascend() -> None:
    assert urf(CONFIG) == (
        *("V1.4", "CP1", "RS300-600", "W8", "SRGB24", "ADOBERGB24-48", "DEVCMYK32"),
        *("PQ4-5", "MT1-11-13", "IS4-21", "OB1-9", "FN3-20", "DM1"),
    )


def test_a_printer_without_color_has_no_colored_pages() -> None:
    plain = replace(CONFIG, color=False)
    assert not any("RGB" in word or "CMYK" in word for word in urf(plain))
    assert names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.all(capabilities(plain)) == ("black_1", "sgray_8")


@pytest.mark.parametrize(
    ("back", "word", "pclm"),
    [("normal", "DM1", 1), ("flipped", "DM2", 1), ("rotated", "DM3", 1), ("manual-tumble", "DM4", 0)],
)
def test_backs_of_sheets_have_a_word_in_each(back: str, word: str, pclm: int) -> None:
    config = replace(CONFIG, sheet_back=back)
    printer = capabilities(config)
    assert [known for known in urf(config) if known.startswith("DM")] == [word]
    assert names.PWG_RASTER_DOCUMENT_SHEET_BACK.get(printer) == back
    assert names.PCLM_RASTER_BACK_SIDE.all(printer) == (back,) * pclm
    one_sided = replace(config, duplex=False)
    assert word not in urf(one_sided)
    assert names.PCLM_RASTER_BACK_SIDE.attribute(capabilities(one_sided)) is None


def test_a_source_or_bin_without_a_number_is_not_told_of() -> None:
    odd = replace(CONFIG, device=DeviceConfig(trays=(TrayConfig(source="x-tray"),), bins=("x-bin",)))
    assert not any(word.startswith(("IS", "OB")) for word in urf(odd))


def test_pclm_has_the_same_resolutions_and_how_its_strips_are_made() -> None:
    printer = capabilities(CONFIG)
    both = (Resolution(600, 600), Resolution(300, 300))
    assert names.PCLM_SOURCE_RESOLUTION_SUPPORTED.all(printer) == both
    assert names.PCLM_SOURCE_RESOLUTION_DEFAULT.get(printer) == both[0]
    assert names.PCLM_STRIP_HEIGHT_PREFERRED.get(printer) == 16
    assert vendor.PCLM_COMPRESSION_METHOD_PREFERRED.all(printer) == ("jpeg", "flate", "rle")


def test_a_format_that_is_not_there_says_nothing() -> None:
    none = capabilities(replace(CONFIG, formats=(formats.PDF,)))
    for definition in (
        vendor.URF_SUPPORTED,
        names.PWG_RASTER_DOCUMENT_SHEET_BACK,
        names.PCLM_STRIP_HEIGHT_SUPPORTED,
    ):
        assert definition.attribute(none) is None
