"""Apple Raster, image/urf: read and written page by page.

There is no public standard; this is what CUPS and printers write and read (docs/design/rasters.md).
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO, Final

from ippserver.documents.errors import DamagedDocument
from ippserver.documents.raster.bands import RasterLimits
from ippserver.documents.raster.ordered import Ordered
from ippserver.documents.raster.packing import Ink, Units
from ippserver.documents.raster.pages import Form, Page, Place, find_pages, read_pages, write_page
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat

SYNC: Final = b"UNIRAST\0"
_FILE: Final = struct.Struct(">8sI")
_PAGE: Final = struct.Struct(">6B6x3I8x")

_SPACES: Final = {
    0: ColorSpace.SGRAY,
    1: ColorSpace.SRGB,
    3: ColorSpace.ADOBE_RGB,
    4: ColorSpace.SGRAY,
    5: ColorSpace.RGB,
    6: ColorSpace.CMYK,
}
"""4 is the device's own gray: light too, as CUPS's library reads it (CUPS_CSPACE_W)."""
_NUMBERS: Final = {space: number for number, space in reversed(_SPACES.items())}


class Duplex(IntEnum):
    """Sides of the sheets."""

    ONE_SIDED = 1
    SHORT_EDGE = 2
    LONG_EDGE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHeader:
    """What stands before a page; 0 leaves it to the printer."""

    pixels: PixelFormat
    width: int
    """Pixels."""
    height: int
    """Rows."""
    dpi: int
    """Across and along."""
    duplex: Duplex = Duplex.ONE_SIDED
    print_quality: int = 0
    media_type: int = 0
    """The number of urf-supported's MT."""
    media_position: int = 0
    """The number of urf-supported's IS."""

    @property
    def row_octets(self) -> int:
        """Of a row, unpacked."""
        return self.pixels.row_octets(self.width)

    def encode(self) -> bytes:
        """The header's 32 octets."""
        return _PAGE.pack(
            self.pixels.bits_per_pixel,
            _NUMBERS[self.pixels.space],
            self.duplex,
            self.print_quality,
            self.media_type,
            self.media_position,
            self.width,
            self.height,
            self.dpi,
        )

    @classmethod
    def decode(cls, octets: bytes) -> "PageHeader":
        """The header in `octets`.

        Raises:
            DamagedDocument: It is no header.
        """
        bits, space, duplex, quality, media_type, media_position, width, height, dpi = _PAGE.unpack(octets)
        known = _SPACES.get(space)
        if known is None:
            raise DamagedDocument(f"The color space {space} is not known.")
        components = PixelFormat(known, 8).components
        if bits not in (8 * components, 16 * components):
            raise DamagedDocument(f"A pixel of {bits} bits does not go with the color space {space}.")
        if not width or not height or not dpi:
            raise DamagedDocument("A page has no size.")
        if duplex > Duplex.LONG_EDGE:
            raise DamagedDocument(f"There is no way {duplex} to print on both sides.")
        return cls(
            pixels=PixelFormat(known, bits // components),
            width=width,
            height=height,
            dpi=dpi,
            duplex=Duplex(max(duplex, Duplex.ONE_SIDED)),
            print_quality=quality,
            media_type=media_type,
            media_position=media_position,
        )


_FORM: Final = Form(
    name="Apple Raster",
    sync=SYNC,
    beginning_octets=_FILE.size,
    header_octets=_PAGE.size,
    decode=PageHeader.decode,
)


def read(file: BinaryIO, limits: RasterLimits | None = None) -> Iterator[Page[PageHeader]]:
    """The pages of `file`, one after the other; what was not taken of one is passed over.

    The number of pages that the file's header states is not looked at: those that are there count.

    Raises:
        DamagedDocument: It is not Apple Raster, or ends too early.
        DocumentTooLarge: It passes `limits`.
    """
    return read_pages(file, _FORM, limits)


def find(file: BinaryIO, limits: RasterLimits | None = None) -> Iterator[Place[PageHeader]]:
    """Where the pages of `file` are, which is at its beginning: `read` without unpacking them.

    Raises:
        DamagedDocument: It is not Apple Raster, or contradicts itself, or ends too early.
        DocumentTooLarge: It passes `limits`.
    """
    return find_pages(file, _FORM, limits)


class Writer:
    """Writes Apple Raster to `file`, page after page; `pages` is their number, 0 where nobody knows."""

    def __init__(self, file: BinaryIO | Ordered, pages: int = 0) -> None:
        self._file = file
        file.write(_FILE.pack(SYNC, pages))

    def page(self, header: PageHeader, bands: Iterable[Units], ink: Ink | None = None) -> None:
        """Writes a page; `bands` have exactly its rows: of octets, or of what `ink` makes octets of."""
        write_page(self._file, header, bands, ink)
