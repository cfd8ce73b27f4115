"""PDFs that come one behind the other in one file.

CUPS 2.4 sends the files of one `lp`, and its banner pages, to a queue without a driver as one document: each
as the PDF or raster that it has become, and nothing between them. Of rasters, `raster.pages` knows that.
"""

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MOST: Final = 1000
"""More of them than any job has are taken for one document that is strange."""
_READ_OCTETS: Final = 2**20
_TAIL_OCTETS: Final = 2048
_MARK: Final = b"%PDF-"
_END: Final = re.compile(rb"%%EOF[\0\s]{0,16}\Z")
_END_OCTETS: Final = 32
_LAST_TABLE: Final = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF[\0\s]*\Z")
_TABLE: Final = re.compile(rb"\s*(xref|\d+\s+\d+\s+obj)")


def split(file: BinaryIO) -> list[BinaryIO]:
    """The PDFs in `file`, which is at its beginning, each as a file: mostly there is one, and that is `file`.

    Several are told from one only where each is whole.
    """
    firsts = [0]
    for at in _joints(file):
        if _is_whole(file, firsts[-1], at):
            firsts.append(at)
    size = file.seek(0, io.SEEK_END)
    is_series = 1 < len(firsts) <= _MOST and _is_whole(file, firsts[-1], size)
    file.seek(0)
    if not is_series:
        return [file]
    return [_window(file, first, end) for first, end in zip(firsts, [*firsts[1:], size], strict=True)]


def _joints(file: BinaryIO) -> Iterator[int]:
    """Where one may end and another begin."""
    before, passed = b"", 0
    while piece := _read_at(file, passed + len(before), _READ_OCTETS):
        data = before + piece
        at = data.find(_MARK, max(1, len(before) - len(_MARK) + 1))
        while at >= 0:
            if _END.search(data, max(0, at - _END_OCTETS), at):
                yield passed + at
            at = data.find(_MARK, at + 1)
        before = data[-_END_OCTETS:]
        passed += len(data) - len(before)


def _is_whole(file: BinaryIO, first: int, end: int) -> bool:
    """Whether the octets from `first` to `end` are one PDF: where they say, there is its table of objects.

    So an attached PDF is not one.
    """
    tail = max(first, end - _TAIL_OCTETS)
    table = _LAST_TABLE.search(_read_at(file, tail, end - tail))
    return table is not None and _TABLE.match(_read_at(file, first + int(table[1]), 32)) is not None


def _read_at(file: BinaryIO, place: int, octets: int) -> bytes:
    file.seek(place)
    return file.read(octets)


def _window(file: BinaryIO, first: int, end: int) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Window(file, first, end)))


class _Window(io.RawIOBase):
    """A part of a file, to be read as if it were one; it never closes the file."""

    def __init__(self, file: BinaryIO, first: int, end: int) -> None:
        self._file = file
        self._first = first
        self._size = end - first
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        room = memoryview(buffer)
        octets = _read_at(self._file, self._first + self._at, max(0, min(len(room), self._size - self._at)))
        room[: len(octets)] = octets
        self._at += len(octets)
        return len(octets)
