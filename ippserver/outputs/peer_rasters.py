"""In which of its rasters another Printer is best sent pages, by what it says of itself.

PWG 5102.4 and PWG 5100.14 for PWG Raster; Apple Raster has no public standard (docs/design/rasters.md).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.enums import PrintQuality
from ippserver.iana.keywords import PrintColorMode, PwgRasterDocumentSheetBack, PwgRasterDocumentType
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Resolution
from ippserver.model import formats
from ippserver.model.capabilities import Capabilities
from ippserver.model.capabilities.rasters import SHEET_BACKS
from ippserver.model.conversion import Wanted

_COLORS: Final = (
    PwgRasterDocumentType.SRGB_8,
    PwgRasterDocumentType.ADOBE_RGB_8,
    PwgRasterDocumentType.RGB_8,
    PwgRasterDocumentType.SRGB_16,
    PwgRasterDocumentType.ADOBE_RGB_16,
    PwgRasterDocumentType.RGB_16,
    PwgRasterDocumentType.CMYK_8,
    PwgRasterDocumentType.CMYK_16,
)
"""The best first: what needs no conversion at the printer, then what is smaller."""
_GRAYS: Final = (
    PwgRasterDocumentType.SGRAY_8,
    PwgRasterDocumentType.BLACK_8,
    PwgRasterDocumentType.SGRAY_16,
    PwgRasterDocumentType.BLACK_16,
    PwgRasterDocumentType.SGRAY_1,
    PwgRasterDocumentType.BLACK_1,
)
_BITS: Final = (PwgRasterDocumentType.BLACK_1, PwgRasterDocumentType.SGRAY_1)
_BY_MODE: Final[Mapping[str, tuple[str, ...]]] = {
    PrintColorMode.MONOCHROME: (*_GRAYS, *_COLORS),
    PrintColorMode.AUTO_MONOCHROME: (*_GRAYS, *_COLORS),
    PrintColorMode.PROCESS_MONOCHROME: (*_GRAYS, *_COLORS),
    PrintColorMode.BI_LEVEL: (*_BITS, *_GRAYS, *_COLORS),
    PrintColorMode.PROCESS_BI_LEVEL: (*_BITS, *_GRAYS, *_COLORS),
}
WITHOUT_COLOR: Final = frozenset(_BY_MODE)
"""The print-color-modes in which nothing is printed in color."""
_DPI: Final[Mapping[int, int]] = {PrintQuality.DRAFT: 150, PrintQuality.NORMAL: 300, PrintQuality.HIGH: 600}
_PER_INCH: Final = 3
"""The units of a resolution that is in dots per inch."""
_URF_SPACES: Final[Mapping[str, tuple[str, int]]] = {
    "W": ("sgray", 1),
    "SRGB": ("srgb", 3),
    "ADOBERGB": ("adobe-rgb", 3),
    "DEVRGB": ("rgb", 3),
    "DEVCMYK": ("cmyk", 4),
}
"""How Apple Raster calls the spaces, and how many components each has; nobody has its device gray alone."""
_BROTHERS_SHEET_BACK: Final = f"{names.PWG_RASTER_DOCUMENT_SHEET_BACK.name}-supported"
"""The MFC-J870DW and J5320DW call it so, and its values "Rotated"."""
_URF_TYPE: Final = re.compile(r"([A-Z]+)([0-9]{1,2}(?:-[0-9]{1,2}){0,7})")


@dataclass(frozen=True, slots=True)
class RasterWish:
    """What a Job asks of rasters."""

    color_mode: str = PrintColorMode.AUTO
    quality: int = PrintQuality.NORMAL
    dpi: int | None = None
    """printer-resolution, where that was asked for."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a Printer takes of one kind of raster."""

    media_type: str
    types: Collection[str]
    """As pwg-raster-document-type-supported has them."""
    resolutions_dpi: Collection[int]
    sheet_back: str

    def chosen(self, wish: RasterWish) -> Wanted | None:
        """The best of it; None where there is nothing that is written here."""
        ordered = _BY_MODE.get(wish.color_mode, (*_COLORS, *_GRAYS))
        kind = next((each for each in ordered if each in self.types), None)
        if kind is None or not self.resolutions_dpi:
            return None
        dpi = _resolution(self.resolutions_dpi, wish)
        return Wanted(self.media_type, dpi=dpi, raster_type=kind, sheet_back=self.sheet_back)


def raster(media_type: str, peer: Capabilities, wish: RasterWish) -> Wanted | None:
    """Pages in that kind of raster as the Printer `peer` takes them; None where it does not say how."""
    offer = _pwg(peer) if media_type == formats.PWG_RASTER else _urf(peer)
    return offer.chosen(wish)


def takes_as_offered(media_type: str, peer: Capabilities, printer: Capabilities) -> bool:
    """Whether whatever raster `printer` invites clients to send suits `peer`, too."""
    read = _pwg if media_type == formats.PWG_RASTER else _urf
    ours, theirs = read(printer), read(peer)
    return (
        set(ours.types) <= set(theirs.types)
        and set(ours.resolutions_dpi) <= set(theirs.resolutions_dpi)
        and ours.sheet_back == theirs.sheet_back
    )


def _pwg(peer: Capabilities) -> _Offer:
    told = names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED.all(peer)
    resolutions = told or names.PRINTER_RESOLUTION_SUPPORTED.all(peer)
    back = names.PWG_RASTER_DOCUMENT_SHEET_BACK.attribute(peer) or peer.get(_BROTHERS_SHEET_BACK)
    return _Offer(
        formats.PWG_RASTER,
        {str(kind).lower() for kind in names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.all(peer)},  # Epson: Srgb_8
        set(_square(resolutions)),
        _back(back),
    )


def _urf(peer: Capabilities) -> _Offer:
    words = [str(word).upper() for word in vendor.URF_SUPPORTED.all(peer)]
    backs = {word: back for back, word in SHEET_BACKS.items()}
    return _Offer(
        formats.APPLE_RASTER,
        {kind for word in words for kind in _urf_types(word)},
        {
            int(dpi)
            for word in words
            if re.fullmatch(r"RS[0-9]{1,4}(-[0-9]{1,4}){0,7}", word)
            for dpi in word[2:].split("-")
        }
        - {0},
        next((backs[word] for word in words if word in backs), PwgRasterDocumentSheetBack.NORMAL),
    )


def _urf_types(word: str) -> Iterator[str]:
    """The types of pages in a word like "ADOBERGB24-48"."""
    found = _URF_TYPE.fullmatch(word)
    if found is not None and found[1] in _URF_SPACES:
        space, components = _URF_SPACES[found[1]]
        for bits in found[2].split("-"):
            yield f"{space}_{int(bits) // components}"


def _back(told: Attribute | None) -> str:
    word = "" if told is None else str(told.values[0]).lower()
    return word if word in SHEET_BACKS else PwgRasterDocumentSheetBack.NORMAL


def _square(resolutions: Iterable[Resolution]) -> Iterator[int]:
    """Those that are alike across and along, and in dots per inch: others are not written here."""
    for each in resolutions:
        if each.units == _PER_INCH and each.cross_feed == each.feed > 0:
            yield each.feed


def _resolution(supported: Collection[int], wish: RasterWish) -> int:
    """What was asked for, or the least that is as fine as the quality asks, or the finest there is."""
    asked = wish.dpi or _DPI.get(wish.quality, _DPI[PrintQuality.NORMAL])
    return min((dpi for dpi in supported if dpi >= asked), default=max(supported))
