"""Pages of pixels with no more bits than they need: the same pixels, looked at first.

What is gray is not kept as colors, what is black and white not as gray, and few colors become a table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from ippserver.documents.raster.bands import Band
from ippserver.documents.raster.packing import as_octets, changed_units, in_units
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat

Again: TypeAlias = Callable[[], Iterable[Band]]
"""The bands of a page from its beginning, as often as they are asked for."""
_Colors: TypeAlias = npt.NDArray[np.uint32]

_MOST_COLORS: Final = 256
_TRIED: Final = 4096
"""Pixels that are looked at before all of them."""
_MOST_GRAYS: Final = 16
"""More levels are kept as they are: a table of them would save no bits."""
_DENSE: Final = 0.2
"""Part of the pixels that differ from their left."""
_BUSY: Final = 0.6
"""Part of the octets that do, where they are eight pixels: of dots nearly all, of letters few."""
_TWO: Final = np.array([0, 0xFF], np.uint32)


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
    def area(self) -> int:
        """Pixels."""
        return self.width * self.height

    @property
    def components(self) -> int:
        """Of a pixel."""
        return 1 if self.table is not None else PixelFormat(self.space, 8).components

    @property
    def unit_octets(self) -> int:
        """Of a pixel, at least 1."""
        return max(1, self.components * self.bits // 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen in some pixels of 8 bits."""

    gray: bool
    colors: _Colors | None
    """In ascending order, 0xRRGGBB or, of what is gray, its levels; None where they are too many."""
    changes: int
    """Pixels that differ from the one to their left."""
    pixels: int

    @classmethod
    def of(cls, band: Band, components: int) -> Self:
        """What is in `band`, whose pixels are gray or RGB."""
        units = in_units(band, components)
        seen = as_octets(units.reshape(-1).compress(changed_units(units)))
        gray = all(np.array_equal(seen[:, 0], seen[:, other]) for other in range(1, components))
        if gray:
            levels = np.flatnonzero(np.bincount(seen[:, 0], minlength=256)).astype(np.uint32)
        return cls(gray=gray, colors=levels if gray else _few(seen), changes=len(seen), pixels=units.size)

    @classmethod
    def of_bits(cls, band: Band) -> Self:
        """What is in `band`, whose octets are eight pixels each, and count as one here."""
        changes = int(np.count_nonzero(band[:, 1:] != band[:, :-1]))
        return cls(gray=True, colors=_TWO, changes=changes, pixels=band.size)

    def with_(self, other: "Look") -> "Look":
        """What is in both."""
        gray = self.gray and other.gray
        mine, theirs = (look.colors if gray else look.in_color() for look in (self, other))
        colors: _Colors | None = None
        if mine is not None and theirs is not None:
            united = np.union1d(mine, theirs)
            colors = united if len(united) <= _MOST_COLORS else None
        return Look(
            gray=gray,
            colors=colors,
            changes=self.changes + other.changes,
            pixels=self.pixels + other.pixels,
        )

    def in_color(self) -> _Colors | None:
        """Its colors as 0xRRGGBB."""
        if self.gray and self.colors is not None:
            return np.multiply(self.colors, 0x010101, dtype=np.uint32)
        return self.colors

    @property
    def is_bilevel(self) -> bool:
        """Whether all is black or white."""
        return self.gray and self.colors is not None and not set(self.colors.tolist()) - {0, 255}

    @property
    def is_busy(self) -> bool:
        """Whether bits look like a picture made of dots."""
        return self.changes > self.pixels * _BUSY

    @property
    def is_dense(self) -> bool:
        """Whether it looks like a picture: no runs to speak of, and more colors than a table has."""
        many = self.colors is None or (self.gray and len(self.colors) > _MOST_GRAYS)
        return many and self.changes > self.pixels * _DENSE


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
    return reduced(plain, _looked_at(plain)) if can_be_reduced(plain) else plain


def can_be_reduced(page: Pixels) -> bool:
    """Whether it is worth looking at."""
    return page.bits == 8 and page.space != ColorSpace.CMYK


def reduced(plain: Pixels, look: Look) -> Pixels:
    """The page in as few bits as it takes, which was looked at."""
    step = plain.components
    if look.is_bilevel:
        return _like(plain, 1, lambda: (np.packbits(band[:, ::step] > 127, axis=1) for band in plain.bands()))
    if look.colors is not None and len(look.colors) <= (_MOST_GRAYS if look.gray else _MOST_COLORS):
        return _indexed(plain, look.colors, look.gray)
    if look.gray and step == 3:
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
            if gray:
                indices = places[band[:, :: page.components]]
            else:
                places_of = np.searchsorted(colors, _joined(band.reshape(-1, 3)))
                indices = places_of.astype(np.uint8).reshape(len(band), -1)
            yield _packed(indices, bits)

    return Pixels(
        width=page.width,
        height=page.height,
        bits=bits,
        space=ColorSpace.SGRAY if gray else page.space,
        table=tuple(colors.tolist()),
        bands=bands,
    )


def _looked_at(page: Pixels) -> Look:
    looks = (Look.of(band, page.components) for band in page.bands())
    look = next(looks)
    for other in looks:
        look = look.with_(other)
        if look.colors is None and not look.gray:
            break
    return look


def _few(pixels: Band) -> _Colors | None:
    """The colors of pixels of three octets, one under the other; None where they are too many."""
    for some in (pixels[:: 1 + len(pixels) // _TRIED], pixels):  # of a photograph, some are too many already
        colors = np.unique(_joined(some))
        if len(colors) > _MOST_COLORS:
            return None
    return colors


def _joined(pixels: Band) -> _Colors:
    """Pixels of three octets, one under the other, as one number each."""
    red, green, blue = (pixels[:, color].astype(np.uint32) for color in range(3))
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
