"""A page of pixels in parts: what is white around and between them is left out, for paper is white already.

Each part is looked at by itself, so that one photograph does not make a page of text one in color. Cuts go
through white rows only: nobody can see a seam there, however coarsely it is drawn.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Final

import numpy as np

from ippserver.documents.images.shrinking import Look, Pixels, as_they_are, can_be_reduced, reduced
from ippserver.documents.raster.bands import Band, Rows
from ippserver.documents.raster.pixels import PixelFormat

_GAP: Final = 12
"""White rows that are worth a cut: a point of 600 dpi has eight."""
_SMALL: Final = 2**16
"""Pixels of a page that stays whole: there is nothing to save."""
_SCRAP: Final = 32
"""Bits that are less than this part of a page are no region of their own."""
_MOST_REGIONS: Final = 32
"""A page that would fall into more stays whole."""
_HELD_OCTETS: Final = 3 * 2**24
"""A page up to this, rows that repeat counted once, is read once and held; a larger one is read again."""

_WHITE: Final = Look(gray=True, colors=np.array([0xFF], np.uint32), changes=0, pixels=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Some of a page's pixels; those that are in none are white."""

    left: int
    """Pixels left of it."""
    top: int
    """Rows above it."""
    pixels: Pixels
    """Their bands can be taken once, and from one region after the other."""
    is_picture: bool
    """Whether it looks like one: no text, no drawing."""


def regions(
    pixels: PixelFormat, width: int, height: int, read: Callable[[], Iterable[Rows]]
) -> Iterator[Region]:
    """What is on a page, from above; `read`, which is called twice at most, answers all its rows."""
    whole = as_they_are(pixels, width, height, list)
    kept = _Kept(read, inverted=pixels.is_ink and pixels.components == 1)
    stretches = _united(_stretches(whole, kept.first()), whole)
    cut = _Cut(kept.again())
    for stretch in stretches:
        part = replace(
            whole,
            width=stretch.right - stretch.left,
            height=stretch.bottom - stretch.top,
            bands=partial(cut.bands, stretch, whole),
        )
        look = stretch.look
        yield Region(
            left=stretch.left,
            top=stretch.top,
            pixels=reduced(part, look) if look is not None and can_be_reduced(whole) else part,
            is_picture=look is not None and look.is_dense,
        )


@dataclass(slots=True)
class _Kept:
    """The rows of a page, light, and held from the first time to the second unless they are too many."""

    read: Callable[[], Iterable[Rows]]
    inverted: bool
    held: list[Rows] | None = None

    def first(self) -> Iterator[Rows]:
        held, octets = [], 0
        for rows in self._light():
            octets += rows.rows.nbytes
            if octets <= _HELD_OCTETS:
                held.append(rows)
            else:
                held.clear()
            yield rows
        self.held = held if octets <= _HELD_OCTETS else None

    def again(self) -> Iterator[Rows]:
        return self._light() if self.held is None else iter(self.held)

    def _light(self) -> Iterator[Rows]:
        for rows in self.read():
            yield Rows(~rows.rows, rows.times) if self.inverted else rows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Rows without a white one between them."""

    left: int
    right: int
    top: int
    bottom: int
    look: Look | None
    """None where the pixels stay as they are anyway, and are not of a bit."""

    def with_(self, other: "_Stretch") -> "_Stretch":
        """All within both, where there may be white as well."""
        look = None
        if self.look is not None and other.look is not None:
            look = self.look.with_(other.look)
            if (self.left, self.right, self.bottom) != (other.left, other.right, other.top):
                look = look.with_(_WHITE)
        return _Stretch(
            left=min(self.left, other.left),
            right=max(self.right, other.right),
            top=self.top,
            bottom=other.bottom,
            look=look,
        )

    def around(self, whole: Pixels) -> "_Stretch":
        """The page that it is all of."""
        page = replace(self, left=0, right=whole.width, top=0, bottom=whole.height)
        return self if page == self else page.with_(page)

    @property
    def area(self) -> int:
        """Pixels."""
        return (self.right - self.left) * (self.bottom - self.top)

    def is_like(self, other: "_Stretch", whole: Pixels) -> bool:
        """Whether both would be written in the same way."""
        if self.look is None or other.look is None:
            return True
        if whole.bits == 1:
            return self.look.is_busy == other.look.is_busy
        return _kind(self.look) == _kind(other.look)


def _stretches(whole: Pixels, strips: Iterable[Rows]) -> Iterator[_Stretch]:
    """The stretches of a page; one may come in pieces."""
    unit, per_unit = whole.unit_octets, 8 if whole.bits == 1 else 1
    white = 0 if whole.components == 4 else 0xFF
    top = 0
    for strip in strips:
        inked = strip.rows != white
        ends = np.cumsum(strip.times) + top
        edges = np.flatnonzero(np.diff(inked.any(axis=1), prepend=False, append=False))
        for first, last in edges.reshape(-1, 2).tolist():
            columns = np.flatnonzero(inked[first:last].any(axis=0))
            left, right = int(columns[0]) // unit, int(columns[-1]) // unit + 1
            part = strip.rows[first:last, left * unit : right * unit]
            yield _Stretch(
                left=left * per_unit,
                right=min(right * per_unit, whole.width),
                top=int(ends[first] - strip.times[first]),
                bottom=int(ends[last - 1]),
                look=_look(part, whole),
            )
        top = int(ends[-1])


def _kind(look: Look) -> tuple[bool, ...]:
    return (look.gray, look.is_bilevel, look.is_dense, look.colors is None)


def _look(band: Band, whole: Pixels) -> Look | None:
    if whole.bits == 1:
        return Look.of_bits(band)
    return Look.of(band, whole.components) if can_be_reduced(whole) else None


def _united(stretches: Iterable[_Stretch], whole: Pixels) -> list[_Stretch]:
    """Stretches that are best taken together."""
    united = _grouped(stretches, lambda one, other: other.top - one.bottom < _GAP)
    united = _grouped(united, lambda one, other: one.is_like(other, whole))
    if whole.bits == 1:
        united = _grouped(united, lambda one, other: min(one.area, other.area) * _SCRAP < whole.area)
    is_small = whole.area < _SMALL
    if len(united) > (0 if is_small else _MOST_REGIONS):
        united = [reduce(_Stretch.with_, united)]
    return [united[0].around(whole)] if united and is_small else united


def _grouped(stretches: Iterable[_Stretch], together: Callable[[_Stretch, _Stretch], bool]) -> list[_Stretch]:
    """Stretches, with neighbours as one that `together` says belong together."""
    grouped: list[_Stretch] = []
    for stretch in stretches:
        if grouped and together(grouped[-1], stretch):
            grouped[-1] = grouped[-1].with_(stretch)
        else:
            grouped.append(stretch)
    return grouped


class _Cut:
    """The rows of a page, taken stretch by stretch."""

    def __init__(self, strips: Iterable[Rows]) -> None:
        self._strips = iter(strips)
        self._strip: Rows | None = None
        self._top = self._end = 0

    def bands(self, stretch: _Stretch, whole: Pixels) -> Iterator[Band]:
        """The pixels of `stretch`, below which no other one was asked for yet."""
        octets = whole.unit_octets if whole.bits != 1 else 1
        per_unit = 8 if whole.bits == 1 else 1
        left, right = stretch.left // per_unit * octets, -(-stretch.right // per_unit) * octets
        at = stretch.top
        while at < stretch.bottom:
            while self._strip is None or self._end <= at:
                self._strip = next(self._strips)
                self._top, self._end = self._end, self._end + int(self._strip.times.sum())
            end = min(stretch.bottom, self._end)
            rows = Rows(self._strip.rows[:, left:right], self._strip.times)
            yield from rows.bands(at - self._top, end - self._top)
            at = end
