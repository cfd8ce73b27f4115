"""Pages of pixels, whatever the file is that they come from or go to.

A page is read and written in bands of whole rows, so that memory does not grow with it. The pixels of a row
stand as PWG Raster has them (PWG 5102.4 4.3.3): chunky, most significant octet and bit first, each row filled
up to a whole octet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from ippserver.documents.errors import DocumentTooLarge
from ippserver.documents.raster.pixels import PixelFormat

Band: TypeAlias = npt.NDArray[np.uint8]
"""Rows of one page, from above: an array of rows by octets."""

BAND_OCTETS: Final = 2**21
"""What a band holds at most, if it has more than one row."""


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


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a page, of which those that repeat the one above are there only once."""

    rows: Band
    times: npt.NDArray[np.intp]
    """How often each stands there."""

    @classmethod
    def of(cls, band: Band) -> Self:
        """The rows of a band, none of which is known to repeat another."""
        return cls(band, np.ones(len(band), np.intp))

    def bands(self, first: int = 0, end: int | None = None) -> Iterator[Band]:
        """All the rows, or from `first` to before `end` of them, in bands."""
        step = rows_of_band(self.rows.shape[1])
        which = np.repeat(np.arange(len(self.rows)), self.times)[first:end]
        for at in range(0, len(which), step):
            yield self.rows[which[at : at + step]]


def banded(rows: Band) -> Iterator[Band]:
    """A page that is in memory, band by band."""
    step = rows_of_band(rows.shape[1])
    for first in range(0, rows.shape[0], step):
        yield rows[first : first + step]
