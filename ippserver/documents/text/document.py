"""Plain text as documents: in columns of one width, lines broken where they are too long."""

import codecs
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

from ippserver.documents.errors import Unsupported
from ippserver.documents.opened import PdfPages, Workshop, numbered, written
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Box, Size, turn
from ippserver.documents.plan.instructions import PageStyle
from ippserver.documents.text.letters import Letters, cells, width_of_cell
from ippserver.model import formats

_FONT_POINTS: Final = 10.0
_LINE_POINTS: Final = 12.0
"""Six lines to the inch, as line printers had them."""
_MARGIN_POINTS: Final = 36.0
_TAB: Final = 8
_READ_OCTETS: Final = 2**16
_UTF_8: Final = "utf-8"
_WESTERN: Final = "cp1252"
"""What text without a charset, or in ASCII as it says, is that is not UTF-8."""
_TOKENS: Final = re.compile(r"[ -~]+|.", re.DOTALL)
"""What takes a column each, as long as it goes; else a single character."""
_LINE_ENDS: Final = "\n\r\v\x85\u2028\u2029"
_NEW_PAGE: Final = "\f"
_BACKSPACE: Final = "\b"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What text is laid out for: a page that is read upright, points."""

    size: Size
    area: Box

    @classmethod
    def of(cls, style: PageStyle) -> "Sheet":
        """The sheet that `style` prints on, turned to be read."""
        medium = style.medium
        size = medium.size.turned(style.turn)
        printable = turn(medium.size, -style.turn).box(medium.printable)
        width, height = size
        margin = min(_MARGIN_POINTS, width / 8, height / 8)
        return cls(size, printable.cut(Box(margin, margin, width - margin, height - margin)))

    @property
    def columns(self) -> int:
        """Letters of a line."""
        return max(2, int(self.area.size.width / (_FONT_POINTS * width_of_cell())))

    @property
    def lines(self) -> int:
        """Lines of a page."""
        return max(1, int(self.area.size.height / _LINE_POINTS))


class TextDocument:
    """Opened text: its pages are laid out and held as lines."""

    are_sheets = False

    def __init__(self, file: BinaryIO, workshop: Workshop, sheet: Sheet, charset: str | None) -> None:
        """Raises DocumentError: Its charset is not known, or it passes a limit."""
        self._workshop = workshop
        self._sheet = sheet
        self._pages: list[list[str]] = []
        for page in _paged(_lines(_characters(file, charset), sheet.columns), sheet.lines):
            self._pages.append(page)
            workshop.check_pages(len(self._pages))

    @property
    def sizes(self) -> Sequence[Size]:
        """The size of each page: that of the sheet it is laid out for."""
        return [self._sheet.size] * len(self._pages)

    @property
    def colorless(self) -> Collection[int]:
        """All pages: text is black."""
        return range(len(self._pages))

    @contextmanager
    def as_pdf(self, chosen: Collection[int]) -> Iterator[PdfPages]:
        """The `chosen` pages, as text."""

        def write(pdf: PlainPdf) -> None:
            letters = Letters(pdf)
            for index in sorted(chosen):
                pdf.add_page(self._sheet.size, self._content(letters, index), letters.resources)
                self._workshop.on_page()
            letters.close()

        with written(self._workshop, write) as pdf:
            yield numbered(pdf, chosen)

    def text(self, chosen: Collection[int]) -> str:
        """What stands on them."""
        return "\f".join("\n".join(self._pages[index]) for index in sorted(chosen))

    def _content(self, letters: Letters, index: int) -> bytes:
        area = self._sheet.area
        first = area.top - _FONT_POINTS
        return b"".join(
            letters.line(line, _FONT_POINTS, area.left, first - number * _LINE_POINTS)
            for number, line in enumerate(self._pages[index])
            if line
        )


def _characters(file: BinaryIO, charset: str | None) -> Iterator[str]:
    """The text, piece by piece, one character in the place of what cannot be read."""
    name = _codec(file, charset)
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    file.seek(0)
    while octets := file.read(_READ_OCTETS):
        yield decoder.decode(octets)
    yield decoder.decode(b"", final=True)


def _codec(file: BinaryIO, charset: str | None) -> str:
    file.seek(0)
    head = file.read(_READ_OCTETS)
    for mark, name in formats.BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return name
    codec = "" if charset is None else formats.CHARSETS.get(charset.lower())
    if codec is None:
        raise Unsupported(f"The charset {charset!r} is not known.")
    return codec or (_UTF_8 if _is_utf8(file) else _WESTERN)


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder(_UTF_8)()
    file.seek(0)
    try:
        while octets := file.read(_READ_OCTETS):
            decoder.decode(octets)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(pieces: Iterator[str], columns: int) -> Iterator[str]:
    """The lines, none wider than `columns`; a form feed is a line of its own."""
    line, after_return = _Line(columns), False
    for token in (token for piece in pieces for token in _TOKENS.findall(piece)):
        if token == "\n" and after_return:
            after_return = False
            continue
        after_return = token == "\r"
        if token in _LINE_ENDS:
            yield line.taken()
        elif token == _NEW_PAGE:
            if line.text:
                yield line.taken()
            yield _NEW_PAGE
        else:
            yield from line.add(token)
    if line.text:
        yield line.taken()


class _Line:
    """The line that is being filled."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self.text = ""
        self._width = 0

    def taken(self) -> str:
        """The line, which then is empty."""
        text, self.text, self._width = self.text, "", 0
        return unicodedata.normalize("NFC", text.rstrip())

    def add(self, token: str) -> Iterator[str]:
        """Adds one of _TOKENS, and yields what is full."""
        if token == "\t":
            token = " " * (_TAB - self._width % _TAB)
        if " " <= token[0] <= "~":
            at = 0
            while self._width + len(token) - at > self._columns:
                room = max(0, self._columns - self._width)
                self._put(token[at : at + room], room)
                yield self._broken()
                at += room
                if not self.text and token[at] == " ":
                    at += 1
            self._put(token[at:], len(token) - at)
        elif token == _BACKSPACE:
            self._width -= sum(map(cells, self.text[-1:]))
            self.text = self.text[:-1]
        elif unicodedata.category(token) not in ("Cc", "Cs"):
            width = cells(token)
            if self._width + width > self._columns:
                yield self._broken()
            self._put(token, width)

    def _put(self, text: str, width: int) -> None:
        self.text += text
        self._width += width

    def _broken(self) -> str:
        """What goes on this line; a word that is begun goes to the next one, if it is not all there is."""
        kept, blank, word = self.text.rpartition(" ")
        if not blank or not kept.strip():
            return self.taken()
        self.taken()
        self.text, self._width = word, sum(map(cells, word))
        return kept.rstrip()


def _paged(lines: Iterator[str], count: int) -> Iterator[list[str]]:
    """Pages of so many lines; there is always one."""
    page: list[str] = []
    begun = False
    for line in lines:
        begun = True
        if line == _NEW_PAGE:
            yield page
            page = []
            continue
        if len(page) == count:
            yield page
            page = []
        page.append(line)
    if page or not begun:
        yield page
