"""Which way text runs, by the Unicode Consortium's own tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.text import bidi
from ippserver.testing.tools import require_file

UNICODE: Final = Path("/usr/share/unicode")
"""Of Debian's package unicode-data."""
PARAGRAPH: Final = {"0": 0, "1": 1, "2": None}
EXAMPLES: Final = {
    **{"L": "a", "R": "\u05d0", "AL": "\u0627", "EN": "1", "AN": "\u0661", "ES": "-", "ET": "%", "CS": ","},
    **{"NSM": "\u0300", "BN": "\xad", "B": "\u2029", "S": "\t", "WS": " ", "ON": "!", "PDF": "\u202c"},
    **{"LRE": "\u202a", "RLE": "\u202b", "LRO": "\u202d", "RLO": "\u202e", "PDI": "\u2069"},
    **{"LRI": "\u2066", "RLI": "\u2067", "FSI": "\u2068"},
}
OGHAM: Final = "\u169b\u169c"
"""Brackets whose names do not say that they are a pair; their script runs from left to right."""


def lines(name: str) -> Iterator[list[str]]:
    """The fields of a file of Unicode's."""
    with require_file(UNICODE / name).open(encoding="utf-8") as file:
        for line in file:
            said = line.partition("#")[0].strip()
            if said:
                yield [field.strip() for field in said.split(";")]


def shown(text: str, base: int | None = None) -> str:
    """`text` as it is seen from left to right."""
    _, levels = bidi.levels(text, base)
    return "".join(
        bidi.mirrored(text[place]) if levels[place] % 2 else text[place] for place in bidi.order(levels)
    )


def known(levels: bytes, said: list[str]) -> list[str]:
    """Levels as files write them, without those of characters that are removed."""
    return [str(level) if one != "x" else "x" for level, one in zip(levels, said, strict=True)]


def test_characters_have_the_levels_and_the_order_that_unicode_says() -> None:
    tried = 0
    for digits, paragraph, base, levels, order in list(lines("BidiCharacterTest.txt"))[::4]:
        text = "".join(chr(int(number, 16)) for number in digits.split())
        found, each = bidi.levels(text, PARAGRAPH[paragraph])
        said = levels.split()
        kept = [place for place, level in enumerate(said) if level != "x"]
        places = [kept[place] for place in bidi.order([each[place] for place in kept])]
        assert (found, known(each, said)) == (int(base), said), digits
        assert places == [int(place) for place in order.split()], digits
        tried += 1
    assert tried > 20_000


def test_all_short_rows_of_classes_have_the_levels_that_unicode_says() -> None:
    tried, said = 0, [""]
    for number, (first, *bits) in enumerate(lines("BidiTest.txt")):
        if first.startswith("@Levels:"):
            said = first.removeprefix("@Levels:").split()
        elif not first.startswith("@") and number % 20 == 0:
            text = "".join(EXAMPLES[name] for name in first.split())
            for bit, base in ((1, None), (2, 0), (4, 1)):
                if int(bits[0], 16) & bit:
                    assert known(bidi.levels(text, base)[1], said) == said, (first, base)
                    tried += 1
    assert tried > 20_000


def test_brackets_are_the_pairs_that_unicode_says() -> None:
    tried = 0
    for digits, other, kind in lines("BidiBrackets.txt"):
        bracket, pair = chr(int(digits, 16)), chr(int(other, 16))
        if bracket not in OGHAM:
            assert bidi.mirrored(bracket) == pair
            inner = "\u05d0" if kind == "o" else "a"
            row = f"a{bracket}{inner}{pair} \u05d0" if kind == "o" else f"a{pair}{inner}{bracket} \u05d0"
            assert bidi.levels(row)[1][1] == 0, bracket
            tried += 1
    assert tried > 100


def test_what_is_mirrored_is_never_something_else() -> None:
    tried = 0
    for digits, other in lines("BidiMirroring.txt"):
        character = chr(int(digits, 16))
        assert bidi.mirrored(character) in (character, chr(int(other, 16)))
        tried += bidi.mirrored(character) != character
    assert tried > 300
    assert [bidi.mirrored(character) for character in "aא1+"] == list("aא1+")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("abc", "abc"),
        ("אבג", "גבא"),
        ("abc אבג def", "abc גבא def"),
        ("אבג abc דהו", "והד abc גבא"),
        ("אבג 12,345.67 (דה)", "(הד) 12,345.67 גבא"),
        ("عدد ١٢٣", "١٢٣ ددع"),
        ("\u202eabc", "\u202ecba"),
        ("a\u2067אב c\u2069!", "a\u2067c בא\u2069!"),
        ("", ""),
    ],
)
def test_a_row_is_seen_in_the_order_of_the_eye(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_the_first_strong_character_says_where_a_paragraph_begins() -> None:
    assert [bidi.levels(text)[0] for text in ("1 a א", "1 א a", "12", "\u2067א\u2069 a")] == [0, 1, 0, 0]
    assert bidi.levels("a", 1) == (1, bytes([2]))


@given(st.text(st.sampled_from("aא1(,)\u0627\u0661 \u0300\u202b\u202e\u202c\u2067\u2068\u2069"), max_size=60))
def test_every_character_is_seen_once(text: str) -> None:
    base, levels = bidi.levels(text)
    assert sorted(bidi.order(levels)) == list(range(len(text)))
    assert all(base <= level <= 126 for level in levels)
