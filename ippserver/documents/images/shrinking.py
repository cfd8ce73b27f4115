"""Pages of pixels with no more bits than they need: the same pixels, looked at first.

What is gray is not kept as colors, what is black and white not as gray, and few colors become a table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ippserver.documents.raster.bands import Band
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat

Again: TypeAlias = Callable[[], Iterable[Band]]
"""The bands of a page from its beginning, as often as they are asked for."""
_Colors: TypeAlias = npt.NDArray[np.uint32]

_MOST_COLORS: Final = 256
_MOST_GRAYS: Final = 16
"""More levels are kept as they are: a table of them would save no bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """A page of pixels: its bands, and what they mean."""

    width: int
    height: int
    bits: int
    """Of a component, or of an index into the table."""
    space: ColorSpace
    """SGRAY also where the page was black: its bands are light then."""
    table: tuple[int, ...] | None
    """The colors that the pixels are indices of, 0xRRGGBB or levels of gray; None where they are none."""
    bands: Again

    @property
    def components(self) -> int:
        """Of a pixel."""
        return 1 if self.table is not None else PixelFormat(self.space, 8).components

    @property
    def unit_octets(self) -> int:
        """Of a pixel, at least 1."""
        return max(1, self.components * self.bits // 8)


def as_they_are(pixels: PixelFormat, width: int, height: int, bands: Again) -> Pixels:
    """The page without a look at it."""
    return Pixels(
        width=width,
        height=height,
        bits=pixels.bits,
        space=ColorSpace.SGRAY if pixels.space == ColorSpace.BLACK else pixels.space,
        table=None,
        bands=(lambda: (~band for band in bands())) if pixels.space == ColorSpace.BLACK else bands,
    )


def shrunk(pixels: PixelFormat, width: int, height: int, bands: Again) -> Pixels:
    """The page in as few bits as it takes; `bands` are read twice at most."""
    plain = as_they_are(pixels, width, height, bands)
    if plain.bits != 8 or plain.space == ColorSpace.CMYK:
        return plain
    gray, colors = _looked_at(plain)
    step = plain.components
    if gray and colors is not None and set(colors) <= {0, 255}:
        return _like(plain, 1, lambda: (np.packbits(band[:, ::step] > 127, axis=1) for band in plain.bands()))
    if colors is not None and len(colors) <= (_MOST_GRAYS if gray else _MOST_COLORS):
        return _indexed(plain, np.array(colors, np.uint32), gray)
    if gray and step == 3:
        return _like(plain, 8, lambda: (np.ascontiguousarray(band[:, ::step]) for band in plain.bands()))
    return plain


def _like(page: Pixels, bits: int, bands: Again) -> Pixels:
    return Pixels(
        width=page.width, height=page.height, bits=bits, space=ColorSpace.SGRAY, table=None, bands=bands
    )


def _indexed(page: Pixels, colors: _Colors, gray: bool) -> Pixels:
    bits = next(bits for bits in (1, 2, 4, 8) if len(colors) <= 2**bits)
    places = np.zeros(256, np.uint8)
    if gray:
        places[colors] = np.arange(len(colors))

    def bands() -> Iterable[Band]:
        for band in page.bands():
            indices = places[band[:, :: page.components]] if gray else np.searchsorted(colors, _joined(band))
            yield _packed(indices.astype(np.uint8), bits)

    return Pixels(
        width=page.width,
        height=page.height,
        bits=bits,
        space=ColorSpace.SGRAY if gray else page.space,
        table=tuple(colors.tolist()),
        bands=bands,
    )


def _looked_at(page: Pixels) -> tuple[bool, list[int] | None]:
    """Whether the page is gray, and its colors in ascending order, unless they are too many."""
    gray = True
    colors: _Colors | None = np.zeros(0, np.uint32)
    for band in page.bands():
        if gray and page.components == 3 and not _is_gray(band):
            gray = False
            colors = None if colors is None else np.multiply(colors, 0x010101, dtype=np.uint32)
        if colors is not None:
            colors = _united(colors, _colors(band, page.components, gray))
        if colors is None and not gray:
            break
    return gray, None if colors is None else colors.tolist()


def _united(some: _Colors, others: _Colors) -> _Colors | None:
    """All of them, unless they are too many."""
    united: _Colors = np.unique(np.concatenate((some, others)))
    return united if len(united) <= _MOST_COLORS else None


def _is_gray(band: Band) -> bool:
    red = band[:, 0::3]
    return np.array_equal(red, band[:, 1::3]) and np.array_equal(red, band[:, 2::3])


def _colors(band: Band, components: int, gray: bool) -> _Colors:
    """The colors in `band`."""
    if gray:
        return np.flatnonzero(np.bincount(band[:, ::components].ravel(), minlength=256)).astype(np.uint32)
    flat = _joined(band).ravel()
    first_of_run = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    found: _Colors = np.unique(flat[np.append(first_of_run, 0)])
    return found


def _joined(band: Band) -> _Colors:
    """Three octets of a pixel as one number."""
    red, green, blue = (band[:, color::3].astype(np.uint32) for color in range(3))
    joined: _Colors = (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return joined


def _packed(values: npt.NDArray[np.uint8], bits: int) -> Band:
    """Rows of numbers below 2**bits, each row filled up to a whole octet."""
    if bits == 8:
        return values
    per_octet = 8 // bits
    padded = np.pad(values, ((0, 0), (0, -values.shape[1] % per_octet)))
    packed = np.zeros((len(padded), padded.shape[1] // per_octet), np.uint8)
    for place in range(per_octet):
        packed |= padded[:, place::per_octet] << np.uint8(8 - bits * (place + 1))
    return packed
