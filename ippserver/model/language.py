"""What we say, and what our keywords are called, in the languages that we speak.

A language is one file of strings, `"key" = "text";` as Apple and CUPS have them (PWG 5100.13). Its keys are
English sentences of ours, and IPP's names: `media-type` for an attribute, `media-type.stationery` for a
keyword, `print-quality.4` for an enum. `{}` in a sentence stands for anything, which is put in again;
`{media-type}` stands for a keyword, in place of which its name is put.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, Self

from ippserver.model.capabilities import LANGUAGE

_STRING: Final = r'"((?:[^"\\\n]|\\.)*)"'
_TOKEN: Final = re.compile(rf"\s+|/\*.*?\*/|{_STRING}\s*=\s*{_STRING}\s*;", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)")
_END: Final = re.compile(r"(?<=[.!?]) ")
_MOST_SENTENCES: Final = 16
"""Of one text; what a client called something may look like very many."""
_GAP: Final = re.compile(r"\{([a-z-]*)\}")


class Language:
    """One natural language, `tag` as in "en" or "pt-br"."""

    def __init__(self, tag: str, entries: Mapping[str, str]) -> None:
        self.tag: Final = tag
        self.entries: Final = entries
        self.say = lru_cache(maxsize=256)(self._say)
        self._with_gaps = [
            (*_gaps(key), text) for key, text in entries.items() if _GAP.search(key) is not None
        ]

    @classmethod
    def parse(cls, tag: str, text: str) -> Self:
        """The language in a file of strings.

        Raises:
            ValueError: The text is none, or has a key twice.
        """
        entries: dict[str, str] = {}
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                line = text.count("\n", 0, position) + 1
                raise ValueError(f"{tag}.strings, line {line}: no string, and no comment")
            position = match.end()
            if match[1] is None:
                continue
            key = _ESCAPED.sub(r"\1", match[1])
            if key in entries:
                raise ValueError(f'{tag}.strings has "{key}" twice')
            entries[key] = _ESCAPED.sub(r"\1", match[2])
        return cls(tag, entries)

    def _say(self, sentence: str) -> str | None:
        """An English sentence of ours, or several, in this language; None where that is not translated."""
        if self.tag == LANGUAGE:
            return self.entries.get(sentence, sentence)
        pieces = _END.split(sentence, _MOST_SENTENCES)  # what fills a gap may look like an end
        said = [one for each in pieces if (one := self._said(each)) is not None]
        return " ".join(said) if len(said) == len(pieces) else self._said(sentence)

    def _said(self, sentence: str) -> str | None:
        known = self.entries.get(sentence)
        if known is not None:
            return known
        for literals, kinds, text in self._with_gaps:
            found = _in_gaps(literals, sentence)
            if found is not None:
                pairs = zip(kinds, found, strict=True)
                return text.format(*(self.entries.get(f"{kind}.{words}", words) for kind, words in pairs))
        return None

    def words(self, sentence: str) -> str:
        """As `say`, in English where it is not translated."""
        return self.say(sentence) or sentence

    def speaks(self, tag: str) -> bool:
        """Whether `tag` is this language, or a country's kind of it (RFC 8011 5.1.3.3)."""
        return f"{normal_tag(tag)}-".startswith(f"{self.tag}-")


def _gaps(key: str) -> tuple[Sequence[str], Sequence[str]]:
    """What stands around the gaps of a sentence, and what may stand in each."""
    parts = _GAP.split(key)
    return parts[::2], parts[1::2]


def _in_gaps(literals: Sequence[str], sentence: str) -> Sequence[str] | None:
    """What stands between `literals` in `sentence`, each gap as short as can be; None where they do not fit.

    Linear, where a regular expression would try every place: a job may be called anything.
    """
    first, *others, last = literals
    if not sentence.startswith(first) or not sentence.endswith(last):
        return None
    found, position, end = [], len(first), len(sentence) - len(last)
    for literal in others:
        next_one = sentence.find(literal, position + 1, end)
        if next_one < 0:
            return None
        found.append(sentence[position:next_one])
        position = next_one + len(literal)
    return None if position >= end else [*found, sentence[position:end]]


class Languages:
    """All languages that we speak, English first."""

    def __init__(self, *others: Language, english: Mapping[str, str] | None = None) -> None:
        self.english: Final = Language(LANGUAGE, english or {})
        self._all = (self.english, *others)

    def __iter__(self) -> Iterator[Language]:
        return iter(self._all)

    def find(self, tag: str) -> Language | None:
        """The language that `tag` is a kind of, or None."""
        return next((language for language in self._all if language.speaks(tag)), None)

    def best(self, tag: str) -> Language:
        """The language that `tag` is a kind of, or English (RFC 8011 4.1.4.1)."""
        return self.find(tag) or self.english


def normal_tag(tag: str) -> str:
    """`tag` in lower case and with hyphens: old clients send the name of a locale, en_US."""
    return tag.lower().replace("_", "-")


def strings_file(entries: Mapping[str, str]) -> str:
    """`entries` as a file of strings."""
    return "".join(f'"{_quoted(key)}" = "{_quoted(text)}";\n' for key, text in sorted(entries.items()))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
