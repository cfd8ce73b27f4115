"""What is shown for text: in the order of the eye, Arabic letters joined, marks with what they stand on."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from ippserver.documents.text import bidi

_WIDE: Final = ("W", "F")
_NO_CELL: Final = ("Mn", "Me", "Cf")
_SOFT_HYPHEN: Final = "\xad"
"""A letter like others in terminals, and in text that is older than Unicode."""
_JOINER: Final = "\u200d"
_NON_JOINER: Final = "\u200c"
_KASHIDA: Final = "\u0640"
_LAM: Final = "\u0644"
_ALEFS: Final = ("\u0622", "\u0623", "\u0625", "\u0627")
_ALONE: Final = "\ufef5\ufef7\ufef9\ufefb"
"""Lam with alef that is not joined to the letter before."""
_INITIAL: Final = "<initial>"
_FINAL: Final = "<final>"
_FORM: Final = {
    (False, False): "<isolated>",
    (False, True): _INITIAL,
    (True, True): "<medial>",
    (True, False): _FINAL,
}
"""By whether a letter is joined to the one before, and to the one after."""
_VIRAMA: Final = 9
"""The combining class of marks that make one letter of two in scripts of India."""
_FORMS: Final = ((0xFB50, 0xFE00), (0xFE70, 0xFEFD))
"""Where Unicode has the forms of Arabic letters."""
_LETTER, _STANDS_ON, _VOWEL, _BINDS = "LMVB"
"""What a character is to that before it: independent, on it, beside it, or on it and the next with it."""
_FROM_LEFT: Final = re.compile(".(?:[MV]|BL?){0,31}")
_FROM_RIGHT: Final = re.compile(".[MB]{0,31}")
"""Clusters; nobody reads what has more marks."""
_RUNS: Final = re.compile(r"(.)\1*", re.DOTALL)
_WORDS: Final = re.compile("[^ ]+ ?| +")


class Row(NamedTuple):
    """What stands on one line, in the order in which it was written."""

    text: str
    levels: bytes = b""
    """Of its characters (UAX 9); none where all of them run from left to right."""
    is_from_right: bool = False
    """Whether its paragraph begins at the right edge."""
    styles: bytes = b""
    """Of its characters, BOLD and UNDERLINED; none where it is plain."""

    @property
    def cells(self) -> int:
        """How many columns it takes."""
        return sum(map(cells, self.text))


BOLD: Final = 1
UNDERLINED: Final = 2


class Span(NamedTuple):
    """A piece of a row of one direction and one style; from right to left it is a word at most."""

    text: str
    is_from_right: bool = False
    style: int = 0


class Cluster(NamedTuple):
    """What is shown as one: a character and the marks on it, a syllable."""

    shown: str
    """As many characters as were written, forms of them in their places."""
    written: str

    @property
    def cells(self) -> int:
        """How many columns it has."""
        return sum(map(cells, self.written))

    @property
    def columns(self) -> float:
        """How many it takes when it is drawn: where lam and alef stand alone, lam has some of alef's."""
        if self.shown[0] != self.written[0] and self.shown[0] in _ALONE:
            return 1.5
        return 0.5 if self.shown[0] == " " and self.written[0] in _ALEFS else self.cells


@cache
def cells(character: str) -> int:
    """How many columns a character takes: none where it stands on the one before, two in East Asia."""
    if unicodedata.combining(character) or unicodedata.category(character) in _NO_CELL:
        return int(character == _SOFT_HYPHEN)
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


@cache
def is_seen(character: str) -> bool:
    """Whether it is drawn: controls of layout and variants are not."""
    return cells(character) > 0 or not (
        unicodedata.category(character) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(character, "")
    )


def spans(row: Row) -> list[Span]:
    """The row in pieces, from left to right."""
    if not row.levels and not row.styles:
        return [Span(row.text)]
    levels = row.levels or bytes(len(row.text))
    keys = levels.decode("latin-1")
    if row.styles:
        keys = "".join([chr(level + 128 * style) for level, style in zip(levels, row.styles, strict=True)])
    found: list[Span] = []
    of_spans = bytearray()
    for run in _RUNS.finditer(keys):
        begin, end = run.span()
        level, style = levels[begin], row.styles[begin] if row.styles else 0
        pieces = _WORDS.findall(row.text, begin, end) if level % 2 else [row.text[begin:end]]
        found += [Span(piece, level % 2 == 1, style) for piece in pieces]
        of_spans += bytes([level]) * len(pieces)
    return [found[place] for place in bidi.order(of_spans)]


def clusters(span: Span) -> list[Cluster]:
    """The span in clusters, from left to right."""
    text = span.text
    kinds = text.translate(_KINDS)
    parts = [match.span() for match in (_FROM_RIGHT if span.is_from_right else _FROM_LEFT).finditer(kinds)]
    if not span.is_from_right:
        return [Cluster(text[begin:end], text[begin:end]) for begin, end in parts]
    shown = "".join(_joined(text))
    return [
        Cluster(bidi.mirrored(shown[begin]) + shown[begin + 1 : end], text[begin:end])
        for begin, end in reversed(parts)
    ]


class _Kinds(dict[int, str]):
    """What each character is to that before it, as a letter."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        if character == _JOINER or unicodedata.combining(character) == _VIRAMA:
            kind = _BINDS
        elif not cells(character):
            kind = _STANDS_ON
        else:
            kind = _VOWEL if unicodedata.category(character) == "Mc" else _LETTER
        self[number] = kind
        return kind


_KINDS: Final = _Kinds()


def _joined(text: str) -> list[str]:
    """For each character the form of it that stands there.

    Lam and alef are one form: where they are joined to a letter before, it stands in the column of alef, and
    in that of lam what joins it; else it stands in that of lam, and blank in that of alef.
    """
    shown = list(text)
    letters = [place for place, character in enumerate(text) if not _is_transparent(character)]
    joined = is_done = False
    for place, following in pairwise([*letters, None]):
        if place is None or is_done:
            joined = is_done = False
            continue
        written, joins = text[place], False
        if following is not None:
            joins = _joins(written, _INITIAL) and _joins(text[following], _FINAL)
            if joins and (ligature := _forms().get(written + text[following])):
                form = ligature[_FORM[joined, False]]
                shown[place], shown[following] = (_KASHIDA, form) if joined else (form, " ")
                is_done = True
                continue
        shown[place] = _forms().get(written, {}).get(_FORM[joined, joins], written)
        joined = joins
    return shown


@cache
def _is_transparent(character: str) -> bool:
    """Whether letters join over it."""
    return unicodedata.category(character) in _NO_CELL and character not in (_JOINER, _NON_JOINER)


def _joins(character: str, form: str) -> bool:
    return character in (_JOINER, _KASHIDA) or form in _forms().get(character, {})


@cache
def _forms() -> Mapping[str, Mapping[str, str]]:
    """The forms of each Arabic letter, and of lam with alef, by how they are joined."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for number in (number for first, end in _FORMS for number in range(first, end)):
        form, *written = unicodedata.decomposition(chr(number)).split() or [""]
        letters = "".join(chr(int(digits, 16)) for digits in written)
        if form in _FORM.values() and (len(letters) == 1 or (letters[0] == _LAM and letters[1:] in _ALEFS)):
            found[letters].setdefault(form, chr(number))
    return found
