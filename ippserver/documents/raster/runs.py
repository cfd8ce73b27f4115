"""The run coding that PWG Raster and Apple Raster share (PWG 5102.4 4.4).

An octet says how often a row is repeated. Then follow runs until the row is full: 0 to 127, the next unit
once more than that; 129 to 255, so many units as 257 less that, as they stand; 128, white up to the row's end
(Apple's; readers of PWG Raster take it, too). A unit is a pixel, or an octet where pixels are smaller.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

import numpy as np

from ippserver.documents.errors import DamagedDocument
from ippserver.documents.raster.bands import Band, Rows, rows_of_band

_WHITE: Final = 128
_READ_OCTETS: Final = 2**18


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
    for some in unrepeated(source, row_octets=row_octets, height=height, unit=unit, white=white):
        yield from some.bands()


def unrepeated(source: Source, *, row_octets: int, height: int, unit: int, white: int) -> Iterator[Rows]:
    """The same, with the rows that the document repeats only once.

    Raises:
        DamagedDocument: It ends too early, or a run or a repetition goes past the end.
    """
    most = rows_of_band(row_octets)
    rows: list[bytes] = []
    times: list[int] = []
    done = 0
    while done < height:
        row, count = _next_row(source, row_octets, unit, white)
        done += count
        if done > height:
            raise DamagedDocument("A row is repeated past the end of its page.")
        rows.append(row)
        times.append(count)
        if len(rows) == most or done == height:
            band = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, row_octets)
            yield Rows(band, np.array(times, np.intp))
            rows, times = [], []


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
