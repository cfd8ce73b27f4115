"""The words of texts, and what it means that a text holds some.

Letters and digits make words, in whatever case and width. Where a script puts no spaces between words each
character is one.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

MOST_SHOWN: Final = 100_000
"""Characters of the text of one Document that are kept to be shown; all of its words are kept to be found."""
_UNSPACED: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Kana and Han."""
_WORD: Final = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_PIECE: Final = re.compile(r"\S{1,256}(?:\s++\S{1,256}){0,63}")
"""What is looked at at once. Else one call would go through all of a text, and nothing else in the process
meanwhile; and it takes minutes to put a hundred thousand marks above one letter in order (UAX #15).
"""
_ANY: Final = "*"
_MOST_CHARACTERS: Final = 64
"""Of a word; longer ones are the same as far as these."""
_AROUND: Final = 40
"""Characters on each side of what was found."""


def _words(text: str) -> Iterator[str]:
    for piece in _PIECE.finditer(text):
        for word in _WORD.findall(unicodedata.normalize("NFKC", piece[0]).casefold()):
            yield word[:_MOST_CHARACTERS]


def indexed(text: str) -> str:
    """Each word of `text` once, in a form for `holds`."""
    found = dict.fromkeys(_words(text))
    return f" {' '.join(found)} " if found else ""


def needles(query: str) -> tuple[str, ...]:
    """What `holds` looks for: every word of `query`; one that ends with `*` stands for all that begin so."""
    return tuple(dict.fromkeys(_needles(query)))


def _needles(query: str) -> Iterator[str]:
    for part in query.split():
        found = list(_words(part))
        last = len(found) - 1
        for at, word in enumerate(found):
            yield f" {word}" if at == last and part.endswith(_ANY) else f" {word} "


def holds(index: str, wanted: Sequence[str]) -> bool:
    """Whether a text, `indexed`, holds all of the `needles`."""
    return all(needle in index for needle in wanted)


def excerpt(text: str, wanted: Sequence[str]) -> str:
    """One line of `text` around the first of the `needles` in it; empty where there is none."""
    for found in _WORD.finditer(text):
        if any(needle in indexed(found[0]) for needle in wanted):
            start, end = max(0, found.start() - _AROUND), found.end() + _AROUND
            before = "…" if start else ""
            after = "…" if end < len(text) else ""
            return f"{before}{' '.join(text[start:end].split())}{after}"
    return ""
