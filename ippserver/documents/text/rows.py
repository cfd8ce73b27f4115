"""Characters as rows of so many columns and pages of so many rows, as terminals show them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ippserver.documents.text import bidi
from ippserver.documents.text.shaping import BOLD, UNDERLINED, Row, cells

_TAB: Final = 8
_TOKENS: Final = re.compile(
    "[ -~\u00a1-\u02ff\u0370-\u0482\u048a-\u052f\u05d0-\u05ea\u0621-\u064a\u2010-\u2027\u2500-\u259f]+|.",
    re.DOTALL,
)
"""What takes a column each, as long as it goes; else a single character."""
_ESCAPE: Final = "\x1b"
_ORDERS: Final = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\a\x1b]{0,2000}(?:\a|\x1b\\))")
"""What tells terminals of colors and links (ECMA-48, 5.4 and 5.6)."""
_LONGEST_ORDER: Final = 2048
_LINE_ENDS: Final = "\n\r\v\x85\u2028\u2029"
_NEW_PAGE: Final = "\f"
_BACKSPACE: Final = "\b"
_NOT_SHOWN: Final = ("Cc", "Cs")
_UNDERSCORE: Final = "_"
_FROM_RIGHT: Final = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Without any of those a paragraph runs from left to right."""
_MOST_OF_PARAGRAPH: Final = 10_000
"""Characters that are looked at together; a longer paragraph goes on in the same direction."""


_MARKS_OF_COLUMN: Final = 8
"""What has more of them in the mean is broken, as nobody reads it."""


class _Line(NamedTuple):
    """What comes between two breaks, with tabs as so many of them as they take columns."""

    text: str
    styles: bytes
    is_first: bool
    """Of its paragraph."""


def pages(pieces: Iterator[str], columns: int, lines: int) -> Iterator[list[Row]]:
    """The text in pages of rows; there is always one."""
    page: list[Row] = []
    begun = False
    for each in _rows(_lines(pieces, columns)):
        begun = True
        if each is None:
            yield page
            page = []
            continue
        if len(page) == lines:
            yield page
            page = []
        page.append(each)
    if page or not begun:
        yield page


def row(text: str) -> Row:
    """`text` in a row of its own."""
    return next(_directed([_Line(text, b"", is_first=True)]))


def _rows(lines: Iterator[_Line | None]) -> Iterator[Row | None]:
    """Rows; None is where a page begins."""
    paragraph: list[_Line] = []
    length, base = 0, None
    for line in lines:
        if line is None or line.is_first:
            yield from _directed(paragraph, base)
            paragraph, length, base = [], 0, None
        elif length >= _MOST_OF_PARAGRAPH:
            *begun, last = _directed(paragraph, base)
            yield from (*begun, last)
            paragraph, length, base = [], 0, int(last.is_from_right)
        if line is None:
            yield None
        else:
            paragraph.append(line)
            length += len(line.text)
    yield from _directed(paragraph, base)


def _directed(paragraph: Sequence[_Line], base: int | None = None) -> Iterator[Row]:
    """The rows of a paragraph, whose level is `base`, if that is known."""
    text = " ".join([line.text for line in paragraph])
    if not base and (text.isascii() or not _FROM_RIGHT.search(text)):
        for line in paragraph:
            yield Row(line.text.replace("\t", " "), styles=line.styles)
        return
    base, levels = bidi.levels(text, base)
    begin = 0
    for line in paragraph:
        part = levels[begin : begin + len(line.text)]
        begin += len(line.text) + 1
        yield Row(line.text.replace("\t", " "), part if any(part) else b"", bool(base), line.styles)


def _lines(pieces: Iterator[str], columns: int) -> Iterator[_Line | None]:
    """The lines, none wider than `columns`; None is where a page begins."""
    line, after_return = _Filling(columns), False
    for token in (token for piece in _without_orders(pieces) for token in _TOKENS.findall(piece)):
        if token == "\n" and after_return:
            after_return = False
            continue
        after_return = token == "\r"
        if token in _LINE_ENDS:
            yield from line.ended(is_wanted=True)
        elif token == _NEW_PAGE:
            yield from line.ended(is_wanted=False)
            yield None
        else:
            yield from line.add(token)
    yield from line.ended(is_wanted=False)


def _without_orders(pieces: Iterable[str]) -> Iterator[str]:
    """The text without what is meant for terminals, which may go on in the next piece."""
    rest = ""
    for piece in pieces:
        text = _ORDERS.sub("", rest + piece)
        begun = text.rfind(_ESCAPE, max(0, len(text) - _LONGEST_ORDER))
        text, rest = (text, "") if begun < 0 else (text[:begun], text[begun:])
        yield text
    yield rest


class _Filling:
    """The line that is being filled."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._most = _MARKS_OF_COLUMN * columns
        self._text = ""
        self._width = 0
        self._back = 0
        """How many characters before its end the next one comes, after backspaces."""
        self._styles: dict[int, int] = {}
        self._is_first = True

    def ended(self, *, is_wanted: bool) -> Iterator[_Line]:
        """The rest of a paragraph; an empty one if that is wanted, and does not come of blanks at an edge."""
        if self._text.strip() or ((self._text or is_wanted) and self._is_first):
            yield self._taken(len(self._text))
        self._text, self._width, self._back, self._styles, self._is_first = "", 0, 0, {}, True

    def add(self, token: str) -> Iterator[_Line]:
        """Adds one of _TOKENS, and yields what is full."""
        if token == _BACKSPACE:
            self._go_back()
        elif token == "\t":
            yield from self._add_plain(token * (_TAB - self._width % _TAB))
        elif len(token) > 1 or " " <= token <= "~":
            yield from self._add_plain(token)
        elif unicodedata.category(token) not in _NOT_SHOWN:
            width = cells(token)
            if self._back:
                self._strike(token)
            elif self._width + width > self._columns or len(self._text) >= self._most:
                yield self._taken(len(self._text) if width > 1 else self._break())
                self._put(token, width)
            else:
                self._put(token, width)

    def _add_plain(self, token: str) -> Iterator[_Line]:
        """Adds what takes a column each."""
        at = min(self._back, len(token))
        for character in token[:at]:
            self._strike(character)
        while self._width + len(token) - at > self._columns:
            room = max(0, self._columns - self._width)
            self._put(token[at : at + room], room)
            at += room
            place = len(self._text) if token[at].isspace() else self._break()
            yield self._taken(place)
            if not self._text:
                at += len(token[at:]) - len(token[at:].lstrip())
        self._put(token[at:], len(token) - at)

    def _put(self, text: str, width: int) -> None:
        self._text += text
        self._width += width

    def _go_back(self) -> None:
        """By one column, and the marks in it."""
        while self._back < len(self._text):
            self._back += 1
            if cells(self._text[-self._back]):
                break

    def _strike(self, character: str) -> None:
        """Prints over what is there: the same makes it bold, a line below it underlines it."""
        place = len(self._text) - self._back
        struck = self._text[place]
        if character != struck and not cells(character):  # a mark on what is before
            if len(self._text) < self._most:
                self._text = self._text[:place] + character + self._text[place:]
                self._styles = {each + (each >= place): style for each, style in self._styles.items()}
            return
        self._back -= 1
        style = 0
        if character == struck:
            style = BOLD
        elif _UNDERSCORE in (character, struck):
            style = UNDERLINED
            character = struck if character == _UNDERSCORE else character
        wider = cells(character) - cells(struck)
        if (character.isspace() and not style) or self._width + wider > self._columns:
            return
        self._styles[place] = self._styles.get(place, 0) | style
        self._width += wider
        self._text = self._text[:place] + character + self._text[place + 1 :]

    def _break(self) -> int:
        """Where this line is best broken: behind a blank that follows a word, or beside a wide letter."""
        for place in range(len(self._text), 0, -1):
            before, behind = self._text[place - 1], self._text[place : place + 1]
            if before in " \t":
                return place if self._text[:place].strip() else len(self._text)
            if cells(before) > 1 and (not behind or cells(behind)):
                return place
            if behind and cells(behind) > 1:  # not behind marks alone: that would make no room
                return place if any(map(cells, self._text[:place])) else len(self._text)
        return len(self._text)

    def _taken(self, place: int) -> _Line:
        """What is before `place`; what is behind it begins the next line."""
        text, styles = self._text[:place].rstrip(), b""
        if self._styles:
            styles = bytes([self._styles.get(each, 0) for each in range(len(text))])
            self._styles = {each - place: style for each, style in self._styles.items() if each >= place}
        else:
            text = unicodedata.normalize("NFC", text)
        line = _Line(text, styles if any(styles) else b"", self._is_first)
        self._text, self._is_first = self._text[place:], False
        self._width = sum(map(cells, self._text)) if self._text else 0
        return line
