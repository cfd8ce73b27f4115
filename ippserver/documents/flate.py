"""Flate, and the filters of PNG before it, which PDF shares (PNG 9, ISO 32000 7.4.4.4)."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from ippserver.documents.raster import Band

LEVEL: Final = 6
_SAMPLE_LEVEL: Final = 1
_SAMPLED_BANDS: Final = 4
_SAMPLED_OCTETS: Final = 2**17
_CHEAPER: Final = 0.93
"""A dearer filter has to make a sample smaller by so much."""


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


def filtered(bands: Iterable[Band], chosen: Filter, unit: int) -> Iterator[bytes]:
    """The rows of `bands`, each with the filter's number before it."""
    above: Band | None = None
    for band in bands:
        first = np.zeros_like(band[:1]) if above is None else above
        rows = np.empty((band.shape[0], band.shape[1] + 1), np.uint8)
        rows[:, 0] = chosen.number
        rows[:, 1:] = chosen.left_over(band, np.concatenate((first, band[:-1])), unit)
        above = band[-1:].copy()
        yield rows.tobytes()


def best_filter(bands: Iterable[Band], unit: int) -> Filter:
    """The filter that does best on a sample of `bands`."""
    sample = list(_sample(bands))
    best, least = FILTERS[0], float("inf")
    for tried in FILTERS:
        left = b"".join(tried.left_over(rows[1:], rows[:-1], unit).tobytes() for rows in sample)
        octets = len(zlib.compress(left, _SAMPLE_LEVEL))
        if octets < least * _CHEAPER:
            best, least = tried, octets
    return best


def _sample(bands: Iterable[Band]) -> Iterator[Band]:
    """Some rows of the first bands, from the middle of where there is something."""
    taken = 0
    for band in bands:
        busy = np.flatnonzero(np.any(band[1:] != band[:-1], axis=1))
        if len(busy) == 0:
            continue
        around = max(1, _SAMPLED_OCTETS // band.shape[1] // 2)
        middle = int(busy[len(busy) // 2])
        yield band[max(0, middle - around) : middle + around + 1]
        taken += 1
        if taken == _SAMPLED_BANDS:
            return


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
