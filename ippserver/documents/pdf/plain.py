"""PDF files written from the first octet to the last, object by object: nothing is held but their places."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import BinaryIO, Final

from ippserver.documents.plan.geometry import Size

_HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class PlainPdf:
    """Writes a PDF to `file`, which is at its beginning, page after page; `close` makes it whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._places: dict[int, int] = {}
        self._pages: list[int] = []
        self._next = 1
        self._tree = self.reserve()
        self._write(_HEADER)

    def reserve(self) -> int:
        """The number of an object that is written later."""
        self._next += 1
        return self._next - 1

    def add(self, body: bytes, number: int | None = None) -> int:
        """Writes an object, and answers its number."""
        number = self.reserve() if number is None else number
        self._places[number] = self._at
        self._write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        return number

    def add_stream(self, entries: bytes, pieces: Iterable[bytes]) -> int:
        """Writes a stream, whose dictionary has `entries`, and answers its number."""
        number, length = self.reserve(), self.reserve()
        self._places[number] = self._at
        self._write(b"%d 0 obj\n<<%b/Length %d 0 R>>stream\n" % (number, entries, length))
        begin = self._at
        for piece in pieces:
            self._write(piece)
        octets = self._at - begin
        self._write(b"\nendstream\nendobj\n")
        self.add(b"%d" % octets, length)
        return number

    def add_page(self, size: Size, content: bytes, resources: bytes, turn: int = 0) -> None:
        """Writes a page; `turn` is how it is turned clockwise to be read, degrees."""
        stream = self.add_stream(b"", [content])
        page = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %b %b]%b/Contents %d 0 R/Resources<<%b>>>>" % (
            self._tree,
            number(size.width),
            number(size.height),
            b"/Rotate %d" % turn if turn else b"",
            stream,
            resources,
        )
        self._pages.append(self.add(page))

    def close(self) -> None:
        """Writes what makes the file whole; `file` stays open."""
        kids = b" ".join(b"%d 0 R" % page for page in self._pages)
        self.add(b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._pages), kids), self._tree)
        root = self.add(b"<</Type/Catalog/Pages %d 0 R>>" % self._tree)
        place = self._at
        lines = [b"%010d 00000 n \n" % self._places[each] for each in range(1, self._next)]
        self._write(b"xref\n0 %d\n0000000000 65535 f \n%b" % (self._next, b"".join(lines)))
        self._write(b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (self._next, root, place))
        self._file.flush()

    def _write(self, octets: bytes) -> None:
        self._file.write(octets)
        self._at += len(octets)


@lru_cache(4096)
def number(value: float) -> bytes:
    """A number as PDF writes it; pages have the same ones again and again."""
    return f"{value:.7f}".rstrip("0").rstrip(".").encode()


def numbers(values: Sequence[float]) -> bytes:
    """Several of them."""
    return b" ".join(map(number, values))
