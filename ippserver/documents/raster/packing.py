"""Rows into the run coding of PWG Raster and Apple Raster (raster.runs reads it).

Pixels are compared as whole values of memory, many at once; all else is done for the runs only, and
octets are made of those pixels alone that get written.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ippserver.documents.raster.bands import Band

Units: TypeAlias = npt.NDArray[Any]  # Any: an integer of one to eight octets, or so many octets as a whole
"""Rows by units, each unit one value: what runs repeat."""
Ink: TypeAlias = Callable[[Units], Band]
"""The octets that are written for some units, one after the other: units by octets."""

_Indices: TypeAlias = npt.NDArray[np.intp]

_MOST: Final = 128
"""Units of one run."""
_MOST_ROWS: Final = 256
_MANY: Final = 0.85
"""Of the units that differ from the one before, those that differ from the next one, too, if they are many:
pictures are then written as they stand. A run for each takes an octet more, and half of the time.
"""
_WHOLE: Final = {octets: np.dtype(f"u{octets}") for octets in (1, 2, 4, 8)}
_AT_ONCE: Final = 2**18
"""So many units are looked at at once: they and what is made of them stay in the processor's cache."""


def packed(rows: Band, unit: int) -> bytes:
    """`rows` of octets, encoded; each begins anew, so that bands can be joined."""
    return packed_units(in_units(rows, unit), as_octets)


def packed_units(units: Units, ink: Ink) -> bytes:
    """The same for rows of units, whose octets are what `ink` makes of them.

    `ink` is asked for those units only that are written, and not for each that looks the same.
    """
    height, width = units.shape
    firsts = _split(np.flatnonzero(_changed_rows(units)), height, _MOST_ROWS)
    repeated = np.diff(firsts, append=height)
    step = max(1, _AT_ONCE // width)
    return b"".join(
        _runs(_taken(units, firsts[at : at + step]), repeated[at : at + step], ink)
        for at in range(0, len(firsts), step)
    )


def _taken(units: Units, rows: _Indices) -> Units:
    """Some of the rows, which need not be copied where they follow each other."""
    first, last = int(rows[0]), int(rows[-1])
    return units[first : last + 1] if last - first == len(rows) - 1 else units[rows]


def in_units(rows: Band, octets: int) -> Units:
    """Rows of octets as rows of units of so many of them."""
    return np.ascontiguousarray(rows).view(_WHOLE.get(octets, np.dtype((np.void, octets))))


def as_octets(units: Units) -> Band:
    """The octets that units have in memory."""
    return np.ascontiguousarray(units).view(np.uint8).reshape(len(units), -1)


def _differ(some: Units, others: Units) -> npt.NDArray[np.bool_]:
    """Which of two arrays' units are not the same."""
    octets = some.dtype.itemsize
    if octets in _WHOLE:
        differ: npt.NDArray[np.bool_] = some != others
        return differ
    # numpy compares such units one by one; their octets it compares many at once.
    apart = some.view(np.uint8) != others.view(np.uint8)
    differ = apart[..., 0::octets].copy()
    for octet in range(1, octets):
        differ |= apart[..., octet::octets]
    return differ


def changed_units(rows: Units) -> npt.NDArray[np.bool_]:
    """Which of all units differ from the one before, one row behind the other; the first of a row does."""
    flat = rows.reshape(-1)
    changed = np.ones(len(flat), bool)
    changed[1:] = _differ(flat[1:], flat[:-1])
    changed[:: rows.shape[1]] = True
    return changed


def _changed_rows(units: Units) -> npt.NDArray[np.bool_]:
    """Which rows differ from the one above; the first does."""
    height, width = units.shape
    changed = np.ones(height, bool)
    step = max(1, _AT_ONCE // width)
    for at in range(1, height, step):
        end = min(at + step, height)
        changed[at:end] = _differ(units[at:end], units[at - 1 : end - 1]).any(axis=1)
    return changed


def _split(starts: _Indices, end: int, most: int) -> _Indices:
    """The `starts` of stretches up to the next one or `end`, and more, so that none is longer than `most`."""
    lengths = np.diff(starts, append=end)
    long = np.flatnonzero(lengths > most)
    if not len(long):
        return starts
    more = (lengths[long] - 1) // most
    after = np.repeat(long, more)
    within = np.arange(1, len(after) + 1) - np.repeat(np.cumsum(more) - more, more)
    split: _Indices = np.insert(starts, after + 1, starts[after] + within * most)
    return split


def _runs(rows: Units, repeated: _Indices, ink: Ink) -> bytes:
    """Rows, with the number of times that each stands there, encoded."""
    changed = changed_units(rows)
    alone = np.count_nonzero(changed[1:] & changed[:-1])
    encode = _as_runs if alone < _MANY * np.count_nonzero(changed) else _as_they_stand
    return encode(rows, changed, repeated, ink)


def _as_runs(rows: Units, changed: npt.NDArray[np.bool_], repeated: _Indices, ink: Ink) -> bytes:
    """The same, where each unit that differs from the one before begins a run."""
    flat = rows.reshape(-1)
    total = len(flat)
    starts = _split(np.flatnonzero(changed), total, _MOST)
    octets = ink(flat.take(starts))
    runs = np.empty((len(starts), 1 + octets.shape[1]), np.uint8)
    runs[:, 0] = np.diff(starts, append=total) - 1
    runs[:, 1:] = octets
    heads = np.searchsorted(starts, np.arange(0, total, rows.shape[1]))
    return np.insert(runs.ravel(), heads * runs.shape[1], (repeated - 1).astype(np.uint8)).tobytes()


def _as_they_stand(rows: Units, changed: npt.NDArray[np.bool_], repeated: _Indices, ink: Ink) -> bytes:
    """The same, where units that no two others like them stand beside are written one after the other."""
    width = rows.shape[1]
    flat = rows.reshape(-1)
    total = len(flat)
    mixed = _mixed(changed)
    begins = changed & ~mixed
    begins[1:] |= mixed[1:] != mixed[:-1]
    begins[::width] = True
    starts = _split(np.flatnonzero(begins), total, _MOST)
    lengths = np.diff(starts, append=total)
    literal = mixed[starts] & (lengths > 1)
    pairs = starts[literal & (lengths == 2)] + 1
    pairs = pairs[~changed[pairs]]  # two that are the same and stand alone, which a run says in less
    mixed[starts] = True
    mixed[pairs] = False
    literal[np.searchsorted(starts, pairs) - 1] = False
    octets = ink(flat.compress(mixed))
    heads = np.searchsorted(starts, np.arange(0, total, width))
    return _joined(lengths, literal, heads, repeated, octets)


def _mixed(changed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which units are none of three or more that are the same: those are best written as they stand.

    Two that are the same amid others would save nothing as a run of their own.
    """
    same = ~changed
    third = same[1:] & same[:-1]
    mixed = np.ones(len(changed), bool)
    mixed[1:] ^= third
    mixed[:-1] &= ~third
    mixed[:-2] &= ~third[1:]
    return mixed


def _joined(
    lengths: _Indices, literal: npt.NDArray[np.bool_], heads: _Indices, repeated: _Indices, octets: Band
) -> bytes:
    """Runs as they are written: `heads` begin the rows, `octets` stand between the codes."""
    sizes = np.where(literal, lengths, 1) * octets.shape[1] + 1
    places = sizes.copy()
    places[heads] += 1
    codes = np.cumsum(places) - sizes
    out = np.empty(int(codes[-1] + sizes[-1]), np.uint8)
    is_data = np.ones(len(out), bool)
    is_data[codes] = False
    is_data[codes[heads] - 1] = False
    out[codes] = np.where(literal, 257 - lengths, lengths - 1).astype(np.uint8)
    out[codes[heads] - 1] = repeated - 1
    out[is_data] = octets.ravel()
    return out.tobytes()
