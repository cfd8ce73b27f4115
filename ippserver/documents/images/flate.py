"""Flate, and the filters of PNG before it, which PDF shares (PNG 9, ISO 32000 7.4.4.4)."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from ippserver.documents.raster.bands import Band

LEVEL: Final = 6
FAST_LEVEL: Final = 1
DEAR_LEVEL: Final = 8
"""Three times as long, and some percent less: for pixels of an octet or less."""
_SAMPLE_LEVEL: Final = 1
_BLOCK_ROWS: Final = 32
_SAMPLED: Final = 8
"""Each such row of a block is tried."""
_PLAIN: Final = 0.15
"""Text and drawings come down to this without a filter, and would only suffer from one."""
_CHEAPER: Final = 0.95
"""A dearer filter has to leave so much less."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is left of rows when what the pixels before let expect is taken away."""

    number: int
    """PNG's."""
    left_over: Callable[[Band, Band, int], Band]
    """Takes rows, the rows above them, and the octets of a pixel."""


def deflated(pieces: Iterable[bytes], level: int = LEVEL) -> Iterator[bytes]:
    """`pieces`, compressed."""
    compressor = zlib.compressobj(level)
    for piece in pieces:
        yield compressor.compress(piece)
    yield compressor.flush()


def filtered(bands: Iterable[Band], unit: int) -> Iterator[bytes]:
    """The rows of `bands`, each behind the number of its filter: that which does best some rows around it."""
    above: Band | None = None
    for band in bands:
        first = np.zeros_like(band[:1]) if above is None else above
        before = np.concatenate((first, band[:-1]))
        rows = np.empty((band.shape[0], band.shape[1] + 1), np.uint8)
        for begin in range(0, len(band), _BLOCK_ROWS):
            block, over = band[begin : begin + _BLOCK_ROWS], before[begin : begin + _BLOCK_ROWS]
            chosen = _best(block[::_SAMPLED], over[::_SAMPLED], unit)
            rows[begin : begin + _BLOCK_ROWS, 0] = chosen.number
            rows[begin : begin + _BLOCK_ROWS, 1:] = chosen.left_over(block, over, unit)
        above = band[-1:].copy()
        yield rows.tobytes()


def _best(rows: Band, above: Band, unit: int) -> Filter:
    """The filter that leaves least of `rows`."""
    best = NOTHING
    least = float(_octets(rows))
    if least < rows.nbytes * _PLAIN:
        return best
    for tried in FILTERS[1:]:
        octets = _octets(tried.left_over(rows, above, unit))
        if octets < least * _CHEAPER:
            best, least = tried, octets
    return best


def _octets(rows: Band) -> int:
    return len(zlib.compress(rows.tobytes(), _SAMPLE_LEVEL))


def _nothing(rows: Band, above: Band, unit: int) -> Band:
    return rows


def _up(rows: Band, above: Band, unit: int) -> Band:
    return rows - above


def _sub(rows: Band, above: Band, unit: int) -> Band:
    left_over = rows.copy()
    left_over[:, unit:] -= rows[:, :-unit]
    return left_over


def _paeth(rows: Band, above: Band, unit: int) -> Band:
    upper = above.astype(np.int16)
    left, corner = np.zeros_like(upper), np.zeros_like(upper)
    left[:, unit:] = rows[:, :-unit]
    corner[:, unit:] = above[:, :-unit]
    by_left, by_upper, by_corner = (
        np.abs(upper - corner),
        np.abs(left - corner),
        np.abs(left + upper - 2 * corner),
    )
    is_left = (by_left <= by_upper) & (by_left <= by_corner)
    guess = np.where(is_left, left, np.where(by_upper <= by_corner, upper, corner))
    return rows - guess.astype(np.uint8)


NOTHING: Final = Filter(0, _nothing)
FILTERS: Final = (NOTHING, Filter(2, _up), Filter(1, _sub), Filter(4, _paeth))
"""The cheaper ones first."""
