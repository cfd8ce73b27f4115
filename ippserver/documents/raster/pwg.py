"""PWG Raster, image/pwg-raster (PWG 5102.4-2012): read and written page by page."""

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

SYNC: Final = b"RaS2"
HEADER_OCTETS: Final = 1796
_SIGNATURE: Final = b"PwgRaster"
_VENDOR_OCTETS: Final = 1088
_STRING_OCTETS: Final = 64

_LAYOUT: Final = struct.Struct(
    ">64s64s64s64s"  # PwgRaster, MediaColor, MediaType, PrintContentOptimize
    "12xII2I16x3I12x2I8x2I4x2I8x3I4x5I16xI28x"  # CutMedia to NumColors
    "Iii4I2I20x2I1088s64x64s64s"  # TotalPageCount to PageSizeName
)
"""A page header (PWG 5102.4 4.3): what is reserved is written as 0 and not looked at."""

_SPACES: Final = {
    1: ColorSpace.RGB,
    3: ColorSpace.BLACK,
    6: ColorSpace.CMYK,
    18: ColorSpace.SGRAY,
    19: ColorSpace.SRGB,
    20: ColorSpace.ADOBE_RGB,
}
_NUMBERS: Final = {space: number for number, space in _SPACES.items()}
_BITS: Final = (1, 8, 16)


class When(IntEnum):
    """When the medium is cut or jogged."""

    NEVER = 0
    AFTER_DOCUMENT = 1
    AFTER_JOB = 2
    AFTER_SET = 3
    AFTER_PAGE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHeader:
    """What stands before a page (PWG 5102.4 4.3); 0 and "" leave it to the printer."""

    pixels: PixelFormat
    width: int
    """Pixels."""
    height: int
    """Rows."""
    resolution: tuple[int, int]
    """Across and along, dots per inch."""
    page_size: tuple[int, int]
    """Width and length, points."""
    page_size_name: str = ""
    media_color: str = ""
    media_type: str = ""
    media_position: int = 0
    media_weight: int = 0
    """Grams per square metre."""
    two_sided: bool = False
    tumble: bool = False
    """The back stands on its head: the short edges meet."""
    copies: int = 0
    orientation: int = 0
    """0 portrait, 1 landscape, 2 reverse-portrait, 3 reverse-landscape."""
    leading_edge: int = 0
    print_quality: int = 0
    content_optimize: str = ""
    rendering_intent: str = ""
    transform: tuple[int, int] = (1, 1)
    """1 or -1 across and along: -1 for a back whose pixels are mirrored that way."""
    total_pages: int = 0
    """Of the document; 0 is unknown."""
    image_box: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Left, top, right, bottom of what is not white, pixels."""
    alternate_primary: int = 0
    cut: When = When.NEVER
    jog: When = When.NEVER
    insert_sheet: bool = False
    vendor_identifier: int = 0
    vendor_data: bytes = b""

    @property
    def row_octets(self) -> int:
        """Of a row, unpacked."""
        return self.pixels.row_octets(self.width)

    def encode(self) -> bytes:
        """The header, without the synchronization word before the first one."""
        pixels = self.pixels
        return _LAYOUT.pack(
            _SIGNATURE,
            *map(_octets, (self.media_color, self.media_type, self.content_optimize)),
            self.cut,
            self.two_sided,
            *self.resolution,
            self.insert_sheet,
            self.jog,
            self.leading_edge,
            self.media_position,
            self.media_weight,
            self.copies,
            self.orientation,
            *self.page_size,
            self.tumble,
            self.width,
            self.height,
            pixels.bits,
            pixels.bits_per_pixel,
            self.row_octets,
            0,  # chunky
            _NUMBERS[pixels.space],
            pixels.components,
            self.total_pages,
            *self.transform,
            *self.image_box,
            self.alternate_primary,
            self.print_quality,
            self.vendor_identifier,
            len(self.vendor_data),
            self.vendor_data,
            *map(_octets, (self.rendering_intent, self.page_size_name)),
        )

    @classmethod
    def decode(cls, octets: bytes) -> "PageHeader":
        """The header in `octets`.

        Raises:
            DamagedDocument: It is no header, or contradicts itself.
        """
        (
            signature, media_color, media_type, content_optimize, cut, two_sided, across, along, insert_sheet,
            jog, leading_edge, media_position, media_weight, copies, orientation, page_width, page_length,
            tumble, width, height, bits, bits_per_pixel, row_octets, order, space, components, total_pages,
            cross_feed, feed, left, top, right, bottom, alternate_primary, print_quality, vendor_identifier,
            vendor_octets, vendor_data, rendering_intent, page_size_name,
        ) = _LAYOUT.unpack(octets)  # fmt: skip
        if _text(signature) != _SIGNATURE.decode():
            raise DamagedDocument("A page header does not begin as one.")
        pixels = _pixels(space, bits, order)
        header = cls(
            pixels=pixels,
            width=width,
            height=height,
            resolution=(across, along),
            page_size=(page_width, page_length),
            page_size_name=_text(page_size_name),
            media_color=_text(media_color),
            media_type=_text(media_type),
            media_position=media_position,
            media_weight=media_weight,
            two_sided=bool(two_sided),
            tumble=bool(tumble),
            copies=copies,
            orientation=orientation,
            leading_edge=leading_edge,
            print_quality=print_quality,
            content_optimize=_text(content_optimize),
            rendering_intent=_text(rendering_intent),
            transform=(cross_feed or 1, feed or 1),  # Ghostscript leaves them 0
            total_pages=total_pages,
            image_box=(left, top, right, bottom),
            alternate_primary=alternate_primary,
            cut=_when(cut),
            jog=_when(jog),
            insert_sheet=bool(insert_sheet),
            vendor_identifier=vendor_identifier,
            vendor_data=vendor_data[: min(vendor_octets, _VENDOR_OCTETS)],
        )
        if not width or not height or not across or not along:
            raise DamagedDocument("A page has no size.")
        if (bits_per_pixel, row_octets) != (pixels.bits_per_pixel, header.row_octets):
            raise DamagedDocument("A page header contradicts itself about the length of its rows.")
        if components not in (0, pixels.components):
            raise DamagedDocument("A page header contradicts itself about its colors.")
        if not set(header.transform) <= {1, -1}:
            raise DamagedDocument("A page header has an unknown transformation.")
        return header


_FORM: Final = Form(
    name="PWG Raster",
    sync=SYNC,
    beginning_octets=len(SYNC),
    header_octets=HEADER_OCTETS,
    decode=PageHeader.decode,
)


def read(file: BinaryIO, limits: RasterLimits | None = None) -> Iterator[Page[PageHeader]]:
    """The pages of `file`, one after the other; what was not taken of one is passed over.

    Raises:
        DamagedDocument: It is not PWG Raster, or contradicts itself, or ends too early.
        DocumentTooLarge: It passes `limits`.
    """
    return read_pages(file, _FORM, limits)


def find(file: BinaryIO, limits: RasterLimits | None = None) -> Iterator[Place[PageHeader]]:
    """Where the pages of `file` are, which is at its beginning: `read` without unpacking them.

    Raises:
        DamagedDocument: It is not PWG Raster, or contradicts itself, or ends too early.
        DocumentTooLarge: It passes `limits`.
    """
    return find_pages(file, _FORM, limits)


class Writer:
    """Writes PWG Raster to `file`, page after page."""

    def __init__(self, file: BinaryIO | Ordered) -> None:
        self._file = file
        file.write(SYNC)

    def page(self, header: PageHeader, bands: Iterable[Units], ink: Ink | None = None) -> None:
        """Writes a page; `bands` have exactly its rows: of octets, or of what `ink` makes octets of."""
        write_page(self._file, header, bands, ink)


def _pixels(space: int, bits: int, order: int) -> PixelFormat:
    known = _SPACES.get(space)
    if known is None:
        raise DamagedDocument(f"The color space {space} is not known.")
    if bits not in _BITS or (bits == 1 and known not in (ColorSpace.BLACK, ColorSpace.SGRAY)) or order:
        raise DamagedDocument(f"Pixels with {bits} bits a color in order {order} are not known.")
    return PixelFormat(known, bits)


def _when(number: int) -> When:
    try:
        return When(number)
    except ValueError:
        raise DamagedDocument("A page header has an unknown time to cut or jog.") from None


def _octets(text: str) -> bytes:
    """For a field of 64 octets, whose last one is 0; cut at a character's end."""
    return text.encode()[: _STRING_OCTETS - 1].decode(errors="ignore").encode()


def _text(octets: bytes) -> str:
    return octets.partition(b"\0")[0].decode(errors="replace")
