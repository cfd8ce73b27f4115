"""Bits as a generic region of JBIG2 codes them: each in the context of bits around it (ITU-T T.88 6.2.5).

Where nothing black is near, eight bits are not looked at but counted; all else is worked out for many octets
at once. Rows that repeat are not told apart (TPGDON): pdf.js 4.10 reads that wrong where places are chosen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ippserver.documents.raster.bands import Band

Place: TypeAlias = tuple[int, int]
"""Of a bit beside the one that is coded: columns to the right, and rows up."""
_Numbers: TypeAlias = npt.NDArray[Any]  # Any: integers as wide as they need to be

CONTEXTS: Final = 2**16
NEAR: Final = frozenset(
    [*((right, 2) for right in (-1, 0, 1)), *((right, 1) for right in (-2, -1, 0, 1, 2))]
    + [(right, 0) for right in (-4, -3, -2, -1)]
)
"""What every context has (template 0); four places more can be chosen."""
ACROSS: Final = 32
"""Columns that a chosen place is away at most."""
UP: Final = 16
"""Rows that it is."""

_MARGIN: Final = ACROSS // 8 + 1
"""Octets of white on either side."""
_CHOSEN_BITS: Final = (5, 11, 12, 16)
"""Of the chosen places, in a decision."""
_AT_ONCE: Final = 2**14
"""Octets that are looked at at once."""


def decisions(ink: Band, width: int, places: Sequence[Place]) -> Iterator[tuple[_Numbers, _Numbers]]:
    """All bits, 1 where it is black, each as twice its context and itself, and how often it comes in a row.

    `places` are the four that are chosen; what is in `ink` behind `width` is 0.
    """
    step = max(1, _AT_ONCE // ink.shape[1])
    for top in range(0, len(ink), step):
        rows = ink[max(0, top - UP) : top + step]
        height = min(step, len(ink) - top)
        held = np.zeros((UP + height, ink.shape[1] + 2 * _MARGIN), np.uint8)
        held[len(held) - len(rows) :, _MARGIN:-_MARGIN] = rows
        yield _Strip(held, width).decisions(places)


@dataclass(frozen=True, slots=True)
class _Strip:
    """Some rows, below those that the contexts of the first reach up to, with white at the sides."""

    held: Band
    width: int

    def decisions(self, places: Sequence[Place]) -> tuple[_Numbers, _Numbers]:
        """See above."""
        if not self.held.any():
            return np.zeros(1, np.uint32), np.full(1, (len(self.held) - UP) * self.width)
        near = self._near(places)
        near[0, 0] = True  # so that white is behind something
        row, column = np.nonzero(near)
        bits = self._bits((UP + row) * self.held.shape[1] + _MARGIN + column, places)
        begin = row * self.width + 8 * column
        end = np.minimum(begin + 8, (row + 1) * self.width)
        times = np.ones(bits.shape, np.int32)
        times[:, :8] = np.arange(8) < (end - begin)[:, np.newaxis]
        times[:, 8] = np.append(begin[1:], len(near) * self.width) - end
        return _joined(bits.reshape(-1), times.reshape(-1))

    def _near(self, places: Sequence[Place]) -> npt.NDArray[np.bool_]:
        """Which octets are not white, or some of their contexts are not."""
        marked = self.held != 0
        height, octets = len(marked) - UP, marked.shape[1] - 2 * _MARGIN
        near: npt.NDArray[np.bool_] = np.zeros((height, octets), bool)
        reached = {(right + more >> 3, up) for right, up in (*NEAR, *places) for more in (0, 7)}
        for right, up in {*reached, (0, 0)}:
            left = _MARGIN + right
            near |= marked[UP - up : UP - up + height, left : left + octets]
        return near

    def _bits(self, at: _Numbers, places: Sequence[Place]) -> _Numbers:
        """The eight decisions of each octet at `at`, and a ninth of white."""
        flat, line = self.held.reshape(-1), self.held.shape[1]

        def seen(right: int, up: int) -> _Numbers:
            """That octet and the two behind it, as one number."""
            begin = at - up * line + right
            three = [flat[begin + each].astype(np.uint32) << np.uint32(16 - 8 * each) for each in range(3)]
            joined: _Numbers = three[0] | three[1] | three[2]
            return joined

        this, above, second = (seen(-1, up) for up in range(3))
        chosen = [(seen(right >> 3, up), right & 7) for right, up in places]
        bits = np.zeros((len(at), 9), np.uint32)
        for number in range(8):
            bit = (second >> np.uint32(13 - number) & np.uint32(0b01110)) << np.uint32(12)
            bit |= (above >> np.uint32(12 - number) & np.uint32(0b0111110)) << np.uint32(5)
            bit |= this >> np.uint32(15 - number) & np.uint32(0b11111)
            for (octets, right), place in zip(chosen, _CHOSEN_BITS, strict=True):
                bit |= (octets >> np.uint32(23 - number - right) & np.uint32(1)) << np.uint32(place)
            bits[:, number] = bit
        return bits


def _joined(bits: _Numbers, times: _Numbers) -> tuple[_Numbers, _Numbers]:
    """Decisions, with those that repeat each other as one."""
    there = times > 0
    bits, times = bits[there], times[there]
    starts = np.flatnonzero(np.diff(bits, prepend=bits[:1] + 1))
    return bits[starts], np.add.reduceat(times, starts)
