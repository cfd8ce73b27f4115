"""Black and white in JBIG2, as it stands in PDF (ITU-T T.88).

What is there more than once, such as letters, is told once, and then only where it is; all else is one region
that is coded bit by bit.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

import numpy as np
from numpy import fft

from ippserver.documents.images import contexts, integers
from ippserver.documents.images.arithmetic import ArithmeticEncoder
from ippserver.documents.images.contexts import ACROSS, NEAR, UP, Place
from ippserver.documents.images.symbols import Symbol, symbols
from ippserver.documents.raster.bands import Band

_SYMBOL_DICTIONARY: Final = 0
_TEXT_REGION: Final = 6
_GENERIC_REGION: Final = 38
_PAGE: Final = 48
_USUAL: Final = ((3, 1), (-3, 1), (2, 2), (-2, 2))
"""The four places that can be chosen, where they are not."""
_SAMPLE: Final = (256, 128)
"""Rows, and octets of each, in the middle, that they are chosen by."""
_SPARSE: Final = 0.5
"""Part of the octets that are not white on a page of text: what has more is not searched for letters."""
_MOSTLY: Final = 0.2
"""Part of those that letters have to be."""
_USES: Final = 3
"""How often a letter has to be there, on average: what is told twice is hardly worth to be told apart."""
_FEW: Final = 2**13
"""Octets that are not white: so few are coded with letters and without, and the smaller one is taken."""


def encoded(rows: Band, width: int) -> bytes:
    """Rows of one bit a pixel, where 1 is white, without loss."""
    ink = ~rows
    ink[:, -1] &= 0xFF << (8 * ink.shape[1] - width) & 0xFF
    found, rest = _letters(ink, width)
    made = _segments(found, rest, width)
    if found and np.count_nonzero(ink) <= _FEW:
        return min(made, _segments([], ink, width), key=len)
    return made


def _segments(found: Sequence[Symbol], rest: Band, width: int) -> bytes:
    """All of the page: what was found on it, and the rest."""
    page = struct.pack(">IIIIBH", width, len(rest), 0, 0, 0, 0)
    segments = [_segment(0, _PAGE, page)]
    if found:
        segments.append(_segment(1, _SYMBOL_DICTIONARY, _dictionary(found)))
        text = _text(found, len(rest), width)
        segments.append(_segment(2, _TEXT_REGION, text, refers_to=[1]))
    if not found or rest.any():
        segments.append(_segment(3, _GENERIC_REGION, _generic(rest, width)))
    return b"".join(segments)


def _segment(number: int, kind: int, content: bytes, refers_to: Sequence[int] = ()) -> bytes:
    """A segment of the only page (7.2)."""
    head = struct.pack(">IBB", number, kind, len(refers_to) << 5) + bytes(refers_to)
    return head + struct.pack(">BI", 1, len(content)) + content


def _region(height: int, width: int) -> bytes:
    """The field of a region that is all of the page (7.4.1)."""
    return struct.pack(">IIIIB", width, height, 0, 0, 0)


def _chosen(places: Iterable[Place]) -> bytes:
    return b"".join(struct.pack(">bb", right, -up) for right, up in places)


def _generic(ink: Band, width: int) -> bytes:
    """A generic region (7.4.6)."""
    places = _places(ink)
    coder = ArithmeticEncoder(contexts.CONTEXTS)
    for decisions, times in contexts.decisions(ink, width, places):
        coder.encode(decisions.tolist(), times.tolist())
    return _region(len(ink), width) + b"\0" + _chosen(places) + coder.finished()


def _places(ink: Band) -> list[Place]:
    """Where bits are most often as the one that is coded: in the same stroke, or a period of dots away."""
    height, octets = np.minimum(ink.shape, _SAMPLE).tolist()
    top, left = (len(ink) - height) // 2, (ink.shape[1] - octets) // 2
    sample = np.unpackbits(ink[top : top + height, left : left + octets], axis=1)
    waves = fft.rfft2(sample - sample.mean(), (height + UP, 8 * octets + ACROSS))
    alike = fft.irfft2(np.abs(waves) ** 2, (height + UP, 8 * octets + ACROSS))
    columns = np.arange(-ACROSS, ACROSS + 1)
    alike = alike[: UP + 1, -columns]
    alike[0, ACROSS:] = -np.inf
    for right, up in NEAR:
        alike[up, ACROSS + right] = -np.inf
    best = np.argsort(-alike, axis=None, kind="stable")[: len(_USUAL)]
    rows, found = np.divmod(best, len(columns))
    return list(zip(columns[found].tolist(), rows.tolist(), strict=True))


def _letters(ink: Band, width: int) -> tuple[list[Symbol], Band]:
    """What is told once, where that is most of the page, and the rest of it."""
    marked = np.count_nonzero(ink)
    if marked > _SPARSE * ink.size:
        return [], ink
    found, rest = symbols(ink, width)
    uses = sum(len(symbol.places) for symbol in found)
    if uses < _USES * max(2, len(found)) or np.count_nonzero(rest) > (1 - _MOSTLY) * marked:
        return [], ink
    return found, rest


class _Coder:
    """Codes integers of several kinds, and what else has contexts before theirs."""

    def __init__(self, before: int, kinds: int) -> None:
        self._before = before
        self.bits = ArithmeticEncoder(before + kinds * integers.CONTEXTS)

    def integer(self, kind: int, value: int | None) -> None:
        self._once(integers.of_integer(value, self._before + kind * integers.CONTEXTS))

    def number(self, value: int, bits: int) -> None:
        self._once(integers.of_number(value, bits, 0))

    def _once(self, decisions: Iterable[int]) -> None:
        all_of_them = list(decisions)
        self.bits.encode(all_of_them, [1] * len(all_of_them))


def _dictionary(found: Sequence[Symbol]) -> bytes:
    """A symbol dictionary (6.5, 7.4.2): from low to high, and of the same height from narrow to wide."""
    heights, widths, exported = range(3)
    coder = _Coder(contexts.CONTEXTS, 3)
    last = 0
    for height, row in groupby(found, key=attrgetter("height")):
        coder.integer(heights, height - last)
        last, width = height, 0
        for symbol in row:
            coder.integer(widths, symbol.width - width)
            width = symbol.width
            for decisions, times in contexts.decisions(symbol.ink, symbol.width, _USUAL):
                coder.bits.encode(decisions.tolist(), times.tolist())
        coder.integer(widths, None)
    coder.integer(exported, 0)
    coder.integer(exported, len(found))
    head = b"\0\0" + _chosen(_USUAL) + struct.pack(">II", len(found), len(found))
    return head + coder.bits.finished()


def _text(found: Sequence[Symbol], height: int, width: int) -> bytes:
    """A text region (6.4, 7.4.3): line by line from left to right, by their lower left corners."""
    lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, symbol in enumerate(found):
        for left, _, _, bottom in symbol.places:
            lines[bottom - 1].append((left, number))
    down, first, further = range(3)
    bits = (len(found) - 1).bit_length()
    coder = _Coder(2**bits, 3)
    coder.integer(down, 0)
    last_line = last_start = 0
    for line in sorted(lines):
        coder.integer(down, line - last_line)
        last_line = line
        at = None
        for left, number in sorted(lines[line]):
            if at is None:
                coder.integer(first, left - last_start)
                last_start = left
            else:
                coder.integer(further, left - at)
            coder.number(number, bits)
            at = left + found[number].width - 1
        coder.integer(further, None)
    instances = sum(len(symbol.places) for symbol in found)
    return _region(height, width) + struct.pack(">HI", 0, instances) + coder.bits.finished()
