"""Pages of pixels, whatever the file is that they come from or go to.

A page is read and written in bands of whole rows, so that memory does not grow with it. The pixels of a row
stand as PWG Raster has them (PWG 5102.4 4.3.3): chunky, most significant octet and bit first, each row filled
up to a whole octet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ippserver.documents.errors import DocumentTooLarge

Band: TypeAlias = npt.NDArray[np.uint8]
"""Rows of one page, from above: an array of rows by octets."""

BAND_OCTETS: Final = 2**21
"""What a band holds at most, if it has more than one row."""


class ColorSpace(StrEnum):
    """What the components of a pixel mean; the value is the beginning of a PwgRasterDocumentType keyword."""

    BLACK = "black"
    """Ink: 0 is none."""
    SGRAY = "sgray"
    """Light: 0 is black."""
    SRGB = "srgb"
    ADOBE_RGB = "adobe-rgb"
    RGB = "rgb"
    """Of the device."""
    CMYK = "cmyk"
    """Ink: 0 is none."""


_COMPONENTS: Final = {
    ColorSpace.BLACK: 1,
    ColorSpace.SGRAY: 1,
    ColorSpace.SRGB: 3,
    ColorSpace.ADOBE_RGB: 3,
    ColorSpace.RGB: 3,
    ColorSpace.CMYK: 4,
}


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """Color space and bits of each component: 1, 8 or 16."""

    space: ColorSpace
    bits: int

    @property
    def components(self) -> int:
        """How many a pixel has."""
        return _COMPONENTS[self.space]

    @property
    def bits_per_pixel(self) -> int:
        """Of all components."""
        return self.components * self.bits

    @property
    def is_ink(self) -> bool:
        """Whether 0 leaves the paper white."""
        return self.space in (ColorSpace.BLACK, ColorSpace.CMYK)

    @property
    def unit_octets(self) -> int:
        """What run coding repeats: a pixel, or an octet where pixels are smaller (PWG 5102.4 4.4)."""
        return max(1, self.bits_per_pixel // 8)

    @property
    def white(self) -> int:
        """Each octet of a white pixel."""
        return 0x00 if self.is_ink else 0xFF

    def row_octets(self, width: int) -> int:
        """Octets of a row of `width` pixels."""
        return (self.bits_per_pixel * width + 7) // 8

    def __str__(self) -> str:
        """As in pwg-raster-document-type-supported."""
        return f"{self.space}_{self.bits}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RasterLimits:
    """What a raster document may ask for at most."""

    pages: int = 100_000
    width: int = 65_536
    """Pixels."""
    height: int = 1_000_000
    """Rows; labels and receipts come from rolls."""
    page_octets: int = 2**31
    """One page, unpacked."""

    def check_page(self, pixels: PixelFormat, width: int, height: int) -> None:
        """Raises DocumentTooLarge where a page passes a limit."""
        if width > self.width or height > self.height:
            raise DocumentTooLarge(f"A page of {width} by {height} pixels is too large.")
        if pixels.row_octets(width) * height > self.page_octets:
            raise DocumentTooLarge(f"A page of {width} by {height} pixels in {pixels} is too large.")

    def check_pages(self, number: int) -> None:
        """Raises DocumentTooLarge where page `number` is one too many."""
        if number > self.pages:
            raise DocumentTooLarge(f"The document has more than {self.pages} pages.")


def rows_of_band(row_octets: int) -> int:
    """How many rows of so many octets a band has."""
    return max(1, BAND_OCTETS // max(1, row_octets))


def banded(rows: Band) -> Iterator[Band]:
    """A page that is in memory, band by band."""
    step = rows_of_band(rows.shape[1])
    for first in range(0, rows.shape[0], step):
        yield rows[first : first + step]
