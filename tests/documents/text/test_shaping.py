"""What is shown for text: directions, forms of letters, clusters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.text.rows import row
from ippserver.documents.text.shaping import BOLD, UNDERLINED, Row, Span, cells, clusters, is_seen, spans


def seen(text: str) -> list[str]:
    """The clusters of a row, as they are drawn, from left to right."""
    return [cluster.shown for span in spans(row(text)) for cluster in clusters(span)]


def test_columns_are_those_of_terminals() -> None:
    assert [cells(character) for character in "aж日é\u0301\u200bא\u05b8\xad\uff21"] == [
        1,
        1,
        2,
        1,
        0,
        0,
        1,
        0,
        1,
        2,
    ]


def test_letters_of_arabic_are_joined() -> None:
    assert "".join(reversed(seen("بيت"))) == "\ufe91\ufef4\ufe96"
    assert "".join(reversed(seen("دار"))) == "\ufea9\ufe8d\ufead"
    assert "".join(reversed(seen("پچ"))) == "\ufb58\ufb7b"


def test_a_mark_does_not_part_letters_and_a_non_joiner_does() -> None:
    assert seen("بَت") == ["\ufe96", "\ufe91\u064e"]
    assert seen("ب\u200cت") == ["\ufe95", "\ufe8f\u200c"]
    assert seen("ب\u200d") == ["\ufe91\u200d"]


def test_lam_and_alef_become_one_that_keeps_two_columns() -> None:
    alone, joined = spans(row("لا"))[0], spans(row("بلا"))[0]
    assert [(each.shown, each.written, each.columns) for each in clusters(alone)] == [
        (" ", "ا", 0.5),
        ("\ufefb", "ل", 1.5),
    ]
    assert [(each.shown, each.written, each.columns) for each in clusters(joined)] == [
        ("\ufefc", "ا", 1),
        ("\u0640", "ل", 1),
        ("\ufe91", "ب", 1),
    ]


def test_letters_that_run_from_left_to_right_are_not_joined() -> None:
    assert seen("a\u202dبت") == ["a\u202d", "ب", "ت"]


def test_marks_go_with_their_letters_and_brackets_are_mirrored() -> None:
    assert seen("(שָׁל)") == ["(", "ל", "שָׁ", ")"]
    assert seen("a(b)") == ["a", "(", "b", ")"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("नमस्ते", ["न", "म", "स्ते"]),
        ("क्षि", ["क्षि"]),
        ("กี่", ["กี่"]),
        ("👩\u200d👧x", ["👩\u200d👧", "x"]),
        ("❤\ufe0f!", ["❤\ufe0f", "!"]),
        ("\u0301a", ["\u0301", "a"]),
    ],
)
def test_what_is_shown_as_one_stays_together(text: str, expected: list[str]) -> None:
    assert seen(text) == expected


def test_no_cluster_is_longer_than_anybody_reads() -> None:
    assert [len(part) for part in seen("a" + "\u0301" * 70)] == [32, 32, 7]


def test_a_style_parts_spans() -> None:
    styled = Row("abא", bytes([0, 0, 1]), styles=bytes([BOLD, BOLD | UNDERLINED, 0]))
    assert spans(styled) == [Span("a", style=BOLD), Span("b", style=BOLD | UNDERLINED), Span("א", True)]
    deep = Row("ab", bytes([124, 124]), styles=bytes([3, 0]))
    assert [span.style for span in spans(deep)] == [3, 0]


def test_controls_are_not_seen() -> None:
    assert [is_seen(character) for character in "a\u200f\ufe0f\u0301\u2067\xad"] == [
        *(True, False, False),
        *(True, False, True),
    ]


@given(
    st.text(
        st.sampled_from("aאלاب\u05b8\u064e\u200c\u200d\u094d\u0915\u093f 日(\u202e\u2067\u2069"), max_size=40
    )
)
def test_every_character_is_written_once(text: str) -> None:
    found = [cluster for span in spans(row(text)) for cluster in clusters(span)]
    assert sorted("".join(cluster.written for cluster in found)) == sorted(text)
    assert all(len(cluster.shown) == len(cluster.written) for cluster in found)
    assert sum(cluster.columns for cluster in found) == sum(map(cells, text))
