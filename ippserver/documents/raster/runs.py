"""The run coding that PWG Raster and Apple Raster share (PWG 5102.4 4.4).

An octet says how often a row is repeated. Then follow runs until the row is full: 0 to 127, the next unit
once more than that; 129 to 255, so many units as 257 less that, as they stand; 128, white up to the row's end
(Apple's; readers of PWG Raster take it, too). A unit is a pixel, or an octet where pixels are smaller.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ippserver.documents.errors import DamagedDocument
from ippserver.documents.raster.bands import Band, rows_of_band

_Indices: TypeAlias = npt.NDArray[np.integer[Any]]

_MOST: Final = 128
"""Units of one run."""
_WHITE: Final = 128
_MOST_ROWS: Final = 256
_READ_OCTETS: Final = 2**18
_WHOLE: Final = {octets: np.dtype(f"u{octets}") for octets in (1, 2, 4, 8)}
_ENCODED_UNITS: Final = 2**19
"""So many units are encoded at once: their indices take 40 octets each."""


class Source:
    """A file that is read from its beginning to its end, with a window to look into."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._data = b""
        self._at = 0
        self._read = 0

    def take(self, octets: int) -> bytes:
        """The next `octets`, or fewer where the file ends before."""
        data, at = self.window(octets)
        taken = data[at : at + octets]
        self._at = at + len(taken)
        return taken

    def window(self, octets: int) -> tuple[bytes, int]:
        """Octets and the place in them where to go on; `octets` are behind it unless the file ends before."""
        if len(self._data) - self._at < octets:
            rest = [self._data[self._at :]]
            missing = octets - len(rest[0])
            while missing > 0 and (piece := self._file.read(max(missing, _READ_OCTETS))):
                rest.append(piece)
                missing -= len(piece)
                self._read += len(piece)
            self._data, self._at = b"".join(rest), 0
        return self._data, self._at

    @property
    def position(self) -> int:
        """The octets that have been passed since the source was made."""
        return self._read - len(self._data) + self._at

    def go_on(self, at: int) -> None:
        """Goes on at the place `at` of the window."""
        self._at = at


def unpacked(source: Source, *, row_octets: int, height: int, unit: int, white: int) -> Iterator[Band]:
    """The `height` rows that begin at `source`, in bands.

    Raises:
        DamagedDocument: It ends too early, or a run or a repetition goes past the end.
    """
    most = rows_of_band(row_octets)
    pieces: list[bytes] = []
    held = done = 0
    while done < height:
        row, count = _next_row(source, row_octets, unit, white)
        done += count
        if done > height:
            raise DamagedDocument("A row is repeated past the end of its page.")
        while count:
            taken = min(count, most - held)
            pieces.append(row if taken == 1 else row * taken)
            held += taken
            count -= taken
            if held == most:
                yield _band(pieces, row_octets)
                pieces, held = [], 0
    if held:
        yield _band(pieces, row_octets)


def skip(source: Source, *, row_octets: int, height: int, unit: int) -> None:
    """Passes over the `height` rows that begin at `source`: what `unpacked` refuses is refused.

    Raises:
        DamagedDocument: It ends too early, or a run or a repetition goes past the end.
    """
    units_of_row = row_octets // unit
    done = 0
    while done < height:
        data, at = source.window(1 + units_of_row * (1 + unit))
        units = units_of_row
        try:
            done += data[at] + 1
            at += 1
            while units > 0:
                code = data[at]
                if code < _WHITE:
                    at += 1 + unit
                    units -= code + 1
                elif code > _WHITE:
                    at += 1 + (257 - code) * unit
                    units -= 257 - code
                else:
                    at += 1
                    units = 0
        except IndexError:
            raise DamagedDocument("The document ends within a page.") from None
        if units < 0:
            raise DamagedDocument("A run goes past the end of its row.")
        if at > len(data):
            raise DamagedDocument("The document ends within a page.")
        source.go_on(at)
    if done > height:
        raise DamagedDocument("A row is repeated past the end of its page.")


def _band(pieces: list[bytes], row_octets: int) -> Band:
    return np.frombuffer(b"".join(pieces), np.uint8).reshape(-1, row_octets)


def _next_row(source: Source, row_octets: int, unit: int, white: int) -> tuple[bytes, int]:
    """A row, and how many times it stands there."""
    units = row_octets // unit
    data, at = source.window(1 + units * (1 + unit))  # each unit a run of its own: no row takes more
    pieces: list[bytes] = []
    try:
        repeated = data[at] + 1
        at += 1
        while units > 0:
            code = data[at]
            if code < _WHITE:
                end = at + 1 + unit
                pieces.append(data[at + 1 : end] * (code + 1))
                units -= code + 1
            elif code > _WHITE:
                end = at + 1 + (257 - code) * unit
                pieces.append(data[at + 1 : end])
                units -= 257 - code
            else:
                end = at + 1
                pieces.append(bytes((white,)) * (units * unit))
                units = 0
            at = end
    except IndexError:
        raise DamagedDocument("The document ends within a page.") from None
    row = b"".join(pieces)
    if units < 0:
        raise DamagedDocument("A run goes past the end of its row.")
    if len(row) < row_octets:
        raise DamagedDocument("The document ends within a page.")
    source.go_on(at)
    return row, repeated


def packed(rows: Band, unit: int) -> bytes:
    """`rows`, encoded; each begins anew, so that bands can be joined."""
    firsts = _split(np.flatnonzero(_changes(rows)), rows.shape[0], _MOST_ROWS)
    repeated = np.diff(firsts, append=rows.shape[0])
    step = max(1, _ENCODED_UNITS * unit // rows.shape[1])
    return b"".join(
        _runs(rows[firsts[at : at + step]], repeated[at : at + step], unit)
        for at in range(0, len(firsts), step)
    )


def _changes(units: Band) -> npt.NDArray[np.bool_]:
    """Which units, one under the other, differ from the one above; the first does."""
    octets = units.shape[1]
    # As one value of memory each, they are compared several times as fast as octet by octet.
    whole = np.ascontiguousarray(units).view(_WHOLE.get(octets, np.dtype((np.void, octets))))[:, 0]
    changes = np.ones(len(whole), bool)
    changes[1:] = whole[1:] != whole[:-1]
    return changes


def _split(starts: _Indices, end: int, most: int) -> _Indices:
    """The `starts` of stretches up to the next one or `end`, and more, so that none is longer than `most`."""
    lengths = np.diff(starts, append=end)
    parts = -(-lengths // most)
    total = int(parts.sum())
    if total == len(starts):
        return starts
    within = np.arange(total) - np.repeat(np.cumsum(parts) - parts, parts)
    split: _Indices = np.repeat(starts, parts) + within * most
    return split


def _runs(rows: Band, repeated: _Indices, unit: int) -> bytes:
    """Rows, with the number of times that each stands there, encoded."""
    width = rows.shape[1] // unit
    flat = rows.reshape(-1, unit)
    total = len(flat)
    changes = _changes(flat)
    changes[::width] = True
    starts = np.flatnonzero(changes)
    alone = np.diff(starts, append=total) == 1
    # Neighbours that are each alone make one stretch, which is written as it stands.
    joins = np.zeros(len(starts), bool)
    joins[1:] = alone[1:] & alone[:-1] & (starts[1:] % width != 0)
    starts, alone = starts[~joins], alone[~joins]
    begins = _split(starts, total, _MOST)
    lengths = np.diff(begins, append=total)
    alone = alone[np.searchsorted(starts, begins, side="right") - 1]
    literal = alone & (lengths > 1)
    octets = np.where(literal, lengths, 1) * unit
    heads = begins % width == 0
    ends = np.cumsum(octets + 1 + heads)
    codes = ends - octets - 1
    out = np.empty(int(ends[-1]), np.uint8)
    out[codes[heads] - 1] = repeated - 1
    out[codes] = np.where(literal, 257 - lengths, lengths - 1)
    # What stands between the codes is the first unit of each run, and all of a stretch, as they come.
    is_data = np.ones(len(out), bool)
    is_data[codes] = False
    is_data[codes[heads] - 1] = False
    changes[begins] = True
    out[is_data] = flat[changes].ravel()
    return out.tobytes()
