"""Rows of text in PDF: in our font, and in pictures of what that does not have.

What is found and copied is what was written. Readers take text that runs from right to left for the mirror
image of what was written, code by code; so each code means one character there, and marks come before the
letter that they are on.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from ippserver.documents.pdf.plain import PlainPdf, number, numbers
from ippserver.documents.text.drawn import Drawn
from ippserver.documents.text.own_font import ADVANCE, NOT_SIMPLE, OwnFont, has, width_of_cell
from ippserver.documents.text.shaping import (
    BOLD,
    UNDERLINED,
    Cluster,
    Row,
    Span,
    cells,
    clusters,
    is_seen,
    spans,
)
from ippserver.documents.text.system_fonts import SystemFonts

_OURS: Final = b"F"
_MOST_FOUND: Final = 30_000
"""Spans whose codes are held."""
_NOTHING: Final = " "
_FILLED: Final = 0
_FILLED_AND_STROKED: Final = 2
_BOLD: Final = 0.035
"""Of a line around bold letters, in parts of the font's size, as are the next two."""
_UNDERLINE: Final = 0.15
"""How far below the letters it ends."""
_THICK: Final = 0.05


class _Piece(NamedTuple):
    """Codes for a font, as TJ takes them."""

    font: bytes
    codes: bytes


class Letters:
    """The fonts of one PDF; `close` writes them, when all that is written with them is known."""

    def __init__(self, pdf: PlainPdf, fonts: SystemFonts | None = None) -> None:
        """What ours does not have comes from `fonts`, else those of the system."""
        self._own = OwnFont(pdf)
        self._drawn = Drawn(pdf, fonts or SystemFonts(), ADVANCE)
        self._found: dict[tuple[str, bool], tuple[_Piece, ...]] = {}

    @property
    def resources(self) -> bytes:
        """What a page needs that has text: all that was written so far."""
        return b"/Font<</%b %d 0 R%b>>" % (_OURS, self._own.number, self._drawn.resources)

    def line(self, row: Row, size: float, left: float, bottom: float) -> bytes:
        """What writes `row` with its left end there, points."""
        begin = b"BT /%b %b Tf %b Td " % (_OURS, number(size), numbers((left, bottom)))
        if not row.levels and not row.styles:
            codes = row.text.translate(self._own.simple)
            if NOT_SIMPLE not in codes:
                return b"%b<%b> Tj ET\n" % (begin, codes.encode())
        found = spans(row)
        shown = b"".join(self._shown(found, number(size)))
        if not row.styles:
            return b"%b%bET\n" % (begin, shown)
        lines = b"".join(_underlines(found, size, left, bottom))
        return b"q %b w %b%bET %bQ\n" % (number(size * _BOLD), begin, shown, lines)

    def close(self) -> None:
        """Writes the fonts."""
        self._drawn.close()
        self._own.close()

    def _shown(self, found: Iterable[Span], size: bytes) -> Iterator[bytes]:
        """What writes spans; our font is in force before, and what is not bold."""
        last = (_OURS, 0)
        pieces = ((font, span.style & BOLD, codes) for span in found for font, codes in self._pieces(span))
        for (font, bold), same in groupby(pieces, key=itemgetter(0, 1)):
            if font != last[0]:
                yield b"/%b %b Tf " % (font, size)
            if bold != last[1]:
                yield b"%d Tr " % (_FILLED_AND_STROKED if bold else _FILLED)
            yield b"[%b] TJ " % b"".join([codes for *_, codes in same]).replace(b"><", b"")
            last = (font, bold)

    def _pieces(self, span: Span) -> Sequence[_Piece]:
        key = (span.text, span.is_from_right)
        pieces = self._found.get(key)
        if pieces is None:
            pieces = tuple(
                _Piece(font, b"".join([piece.codes for piece in same]).replace(b"><", b""))
                for font, same in groupby(self._each(span), key=itemgetter(0))
            )
            if len(self._found) == _MOST_FOUND:
                self._found.clear()
            self._found[key] = pieces
        return pieces

    def _each(self, span: Span) -> Iterator[_Piece]:
        """The pieces of a span; a blank behind a word that is in pictures is one, too."""
        if not span.is_from_right:
            for cluster in clusters(span):
                yield from self._set(cluster)
            return
        is_pictured = not has(span.text[0])
        for cluster in clusters(span):
            if is_pictured and cluster.shown == _NOTHING:
                yield _pictured(self._drawn.silent(_NOTHING, 1))
            else:
                yield from self._set_from_right(cluster)

    def _set(self, cluster: Cluster) -> Iterator[_Piece]:
        """A cluster of text that runs from left to right."""
        base, *marks = list(filter(is_seen, cluster.shown)) or [_NOTHING]
        base = _NOTHING if base.isspace() else base
        code = None if has(base) else self._drawn.code(cluster.shown, cluster.cells, cluster.written)
        if code is not None:
            yield _pictured(code, is_before=not cluster.cells)
        elif any(map(cells, marks)):
            for part in _by_columns(cluster.shown):
                yield from self._set(Cluster(part, part))
        elif not marks:
            yield self._letter(base, cluster.written, cluster.cells)
        else:
            # Each of them would be found as a word of its own.
            written = f"\ufeff{cluster.written}".encode("utf-16-be").hex().encode()
            yield _Piece(_OURS, b"]TJ/Span<</ActualText<%b>>>BDC[" % written)
            yield from map(self._mark, marks)
            yield self._letter(base, base, cluster.cells)
            yield _Piece(_OURS, b"]TJ EMC[")

    def _set_from_right(self, cluster: Cluster) -> Iterator[_Piece]:
        """A cluster of text that runs from right to left."""
        base, marks = cluster.shown[0], cluster.shown[1:]
        base = _NOTHING if base.isspace() else base
        written = cluster.written[0]
        pictures = () if has(base) or not is_seen(base) else (cluster.shown, cluster.written)
        for picture in pictures:
            code = self._drawn.code(picture, cluster.cells, written)
            if code is not None:
                yield from (_pictured(self._drawn.silent(mark)) for mark in reversed(marks))
                yield _pictured(code, is_before=not cluster.cells)
                return
        yield from map(self._mark, reversed(marks))
        if cluster.cells:
            yield self._letter(base if has(base) else written, written, cluster.columns)
        else:  # there is nothing to its right
            font, codes = self._mark(base)
            yield _Piece(font, b"%d%b%d " % (ADVANCE, codes, -ADVANCE))

    def _mark(self, mark: str) -> _Piece:
        """What stands on the column that follows; nothing is seen of a mark that no font has."""
        if has(mark) and is_seen(mark):
            return self._letter(mark, mark, 0)
        code = self._drawn.code(mark, 0, mark) if is_seen(mark) else None
        return self._letter(_NOTHING, mark, 0) if code is None else _pictured(code, is_before=True)

    def _letter(self, shown: str, written: str, columns: float) -> _Piece:
        """One of ours."""
        return _Piece(_OURS, b"<%b>" % self._own.code(shown, written, columns).encode())


def _by_columns(text: str) -> Iterator[str]:
    """`text` in pieces with one character each that takes room."""
    part = ""
    for character in text:
        if part and cells(character):
            yield part
            part = ""
        part += character
    yield part


def _pictured(code: tuple[int, int], *, is_before: bool = False) -> _Piece:
    """A picture; one without room stands on the column before, or else on that after it."""
    codes = b"<%02X>" % code[1]
    return _Piece(b"D%d" % code[0], b"%d%b%d " % (-ADVANCE, codes, ADVANCE) if is_before else codes)


def _underlines(found: Iterable[Span], size: float, left: float, bottom: float) -> Iterator[bytes]:
    cell = size * width_of_cell()
    column = 0
    for is_underlined, same in groupby(found, key=lambda span: span.style & UNDERLINED):
        columns = sum(cells(character) for span in same for character in span.text)
        if is_underlined:
            edges = left + column * cell, bottom - _UNDERLINE * size, columns * cell, _THICK * size
            yield b"%b re f " % numbers(edges)
        column += columns
