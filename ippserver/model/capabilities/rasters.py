"""Which rasters a Printer takes: PWG raster, Apple raster and PCLm, each in its own words for the same.

PWG 5102.4 and PWG 5100.14 for the first; the other two have no public standard.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.enums import Finishings
from ippserver.iana.keywords import PwgRasterDocumentSheetBack, PwgRasterDocumentType
from ippserver.iana.raster_codes import MEDIA_SOURCE_CODES, MEDIA_TYPE_CODES, OUTPUT_BIN_CODES
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, Resolution
from ippserver.model import formats
from ippserver.model.printer import PrinterConfig

URF_TYPES: Final[Mapping[str, str]] = {
    PwgRasterDocumentType.SGRAY_8: "W8",
    PwgRasterDocumentType.SRGB_8: "SRGB24",
    PwgRasterDocumentType.ADOBE_RGB_8: "ADOBERGB24",
    PwgRasterDocumentType.ADOBE_RGB_16: "ADOBERGB24-48",
    PwgRasterDocumentType.CMYK_8: "DEVCMYK32",
}
"""How Apple raster calls the types of pages that it has, too: ink alone it has not."""
SHEET_BACKS: Final[Mapping[str, str]] = {
    PwgRasterDocumentSheetBack.NORMAL: "DM1",
    PwgRasterDocumentSheetBack.FLIPPED: "DM2",
    PwgRasterDocumentSheetBack.ROTATED: "DM3",
    PwgRasterDocumentSheetBack.MANUAL_TUMBLE: "DM4",
}
_COLORLESS: Final = ("black_", "sgray_")
_URF_VERSION: Final = "V1.4"
PCLM_STRIP_HEIGHTS: Final = (16, 32, 64, 128)
"""Rows in a strip: any can be read, and the first is asked for."""
_PCLM_COMPRESSIONS: Final = ("jpeg", "flate", "rle")


def rasters(config: PrinterConfig) -> Iterator[Attribute]:
    """The attributes of those raster formats that `config` has."""
    resolutions = [Resolution(dpi, dpi) for dpi in config.resolutions_dpi]
    types = [one for one in config.raster_types if config.color or one.startswith(_COLORLESS)]
    if formats.PWG_RASTER in config.formats:
        yield names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED.of(*resolutions)
        yield names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.of(*map(Keyword, types))
        yield names.PWG_RASTER_DOCUMENT_SHEET_BACK.of(Keyword(config.sheet_back))
    if formats.APPLE_RASTER in config.formats:
        yield vendor.URF_SUPPORTED.of(*map(Keyword, _urf(config, types)))
    if formats.PCLM in config.formats:
        yield names.PCLM_SOURCE_RESOLUTION_DEFAULT.of(resolutions[0])
        yield names.PCLM_SOURCE_RESOLUTION_SUPPORTED.of(*resolutions)
        yield names.PCLM_STRIP_HEIGHT_PREFERRED.of(PCLM_STRIP_HEIGHTS[0])
        yield names.PCLM_STRIP_HEIGHT_SUPPORTED.of(*PCLM_STRIP_HEIGHTS)
        yield vendor.PCLM_COMPRESSION_METHOD_PREFERRED.of(*map(Keyword, _PCLM_COMPRESSIONS))
        if config.duplex and config.sheet_back != PwgRasterDocumentSheetBack.MANUAL_TUMBLE:
            yield names.PCLM_RASTER_BACK_SIDE.of(Keyword(config.sheet_back))


def _urf(config: PrinterConfig, types: list[str]) -> Iterator[str]:
    """urf-supported, its numbers ascending."""
    yield _URF_VERSION
    yield "CP1"
    yield f"RS{_numbers(config.resolutions_dpi)}"
    yield from (word for one, word in URF_TYPES.items() if one in types)
    yield f"PQ{_numbers(config.qualities)}"
    yield f"MT{_numbers(MEDIA_TYPE_CODES.get(one, 13) for one in config.media_types)}"
    sources = [MEDIA_SOURCE_CODES.get(tray.source) for tray in config.device.trays]
    if None not in sources:
        yield f"IS{_numbers(code for code in sources if code is not None)}"
    bins = [OUTPUT_BIN_CODES.get(name) for name in config.device.bins]
    if None not in bins:
        yield f"OB{_numbers(code for code in bins if code is not None)}"
    if config.finishings:
        yield f"FN{_numbers((Finishings.NONE, *config.finishings))}"
    if config.duplex:
        yield SHEET_BACKS[config.sheet_back]


def _numbers(numbers: Iterable[int]) -> str:
    return "-".join(map(str, sorted({int(number) for number in numbers})))
