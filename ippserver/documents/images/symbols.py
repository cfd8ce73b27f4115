"""What stands on a page more than once, pixel by pixel the same: letters, mostly.

The page is cut along white rows and white columns, again and again, until what is left is small enough to be
a letter. So nothing has to be followed from pixel to pixel.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ippserver.documents.raster.bands import Band

Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom; the last two are just outside."""
_Shape: TypeAlias = tuple[int, bytes]
"""How wide a box is, and its rows, packed."""

_LARGEST: Final = 200
"""Pixels of a letter, either way: 24 points in 600 dpi."""
_GAP: Final = 12
"""White rows within one at most: the dot of an i is nearer, the next line further away."""
_CUTS: Final = 3
"""How often what is too large is cut again, both ways: columns of text stand side by side."""
_MOST_BOXES: Final = 2**14
"""On a page; one with more is no text."""
_MOST_SYMBOLS: Final = 2**10


@dataclass(frozen=True, slots=True)
class Symbol:
    """A picture that is somewhere on a page."""

    ink: Band
    """Its rows, packed, where 1 is black."""
    width: int
    places: tuple[Box, ...]

    @property
    def height(self) -> int:
        """Rows."""
        return len(self.ink)


def symbols(ink: Band, width: int) -> tuple[list[Symbol], Band]:
    """What stands there more than once, from low to high and narrow to wide, and the page without it."""
    places: dict[_Shape, list[Box]] = defaultdict(list)
    for number, box in enumerate(_boxes(ink, (0, 0, width, len(ink)), _CUTS)):
        if number == _MOST_BOXES:
            return [], ink
        places[_shape(ink, box)].append(box)
    repeated = [(shape, found) for shape, found in places.items() if len(found) > 1]
    repeated.sort(key=lambda each: len(each[1]), reverse=True)
    rest = ink.copy()
    for _, found in repeated[:_MOST_SYMBOLS]:
        for box in found:
            left, top, right, bottom = box
            rest[top:bottom, _octets(left, right)] &= ~_mask(left, right)
    made = [_symbol(shape, found) for shape, found in repeated[:_MOST_SYMBOLS]]
    return sorted(made, key=lambda symbol: (symbol.height, symbol.width)), rest


def _boxes(ink: Band, within: Box, cuts: int) -> Iterator[Box]:
    """Where something stands by itself that is not too large."""
    left, top = within[:2]
    part = _taken(ink, within)
    start = left // 8 * 8
    for first, last in _runs(np.any(part, axis=1)):
        columns = np.unpackbits(np.bitwise_or.reduce(part[first:last], axis=0))
        for begin, end in _runs(columns):
            box = start + begin, top + first, start + end, top + last
            rows = np.flatnonzero(_taken(ink, box).any(axis=1))
            is_one = max(end - begin, last - first) <= _LARGEST and np.diff(rows).max(initial=0) <= _GAP
            if is_one:
                yield start + begin, top + first + int(rows[0]), start + end, top + first + int(rows[-1]) + 1
            elif cuts and box != within:
                yield from _boxes(ink, box, cuts - 1)


def _shape(ink: Band, box: Box) -> _Shape:
    left, _, right, _ = box
    bits = np.unpackbits(_taken(ink, box), axis=1)
    return right - left, np.packbits(bits[:, left % 8 : left % 8 + right - left], axis=1).tobytes()


def _symbol(shape: _Shape, found: list[Box]) -> Symbol:
    width, rows = shape
    return Symbol(np.frombuffer(rows, np.uint8).reshape(-1, -(-width // 8)), width, tuple(found))


def _taken(ink: Band, box: Box) -> Band:
    """The octets that a box is in, without what is beside it."""
    left, top, right, bottom = box
    taken: Band = ink[top:bottom, _octets(left, right)] & _mask(left, right)
    return taken


def _octets(left: int, right: int) -> slice:
    return slice(left // 8, -(-right // 8))


def _mask(left: int, right: int) -> npt.NDArray[np.uint8]:
    """Which bits of those octets are from `left` to before `right`."""
    bits = np.zeros(8 * (-(-right // 8) - left // 8), np.uint8)
    bits[left % 8 : left % 8 + right - left] = 1
    return np.packbits(bits)


def _runs(marked: npt.NDArray[np.uint8 | np.bool_]) -> list[list[int]]:
    """Where what is marked begins and where it ends, one pair after the other."""
    edges = np.flatnonzero(np.diff(marked.astype(np.int8), prepend=0, append=0))
    pairs: list[list[int]] = edges.reshape(-1, 2).tolist()
    return pairs
