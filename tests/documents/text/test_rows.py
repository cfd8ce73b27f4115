"""Characters in rows and pages, as terminals show them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.text.rows import pages
from ippserver.documents.text.shaping import BOLD, UNDERLINED, Row, cells

COLUMNS, LINES = 10, 4


def rows(text: str) -> list[Row]:
    """The rows of all pages."""
    return [row for page in pages(iter([text]), COLUMNS, LINES) for row in page]


def styled(text: str) -> list[tuple[str, int]]:
    """The characters of the only row that are styled, and how."""
    (row,) = rows(text)
    return [(character, style) for character, style in zip(row.text, row.styles, strict=True) if style]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [[]]),
        ("one\ntwo\r\nthree\rfour", [["one", "two", "three", "four"]]),
        ("1\u20282\v3\x854", [["1", "2", "3", "4"]]),
        ("1\n2\n3\n4\n5\n", [["1", "2", "3", "4"], ["5"]]),
        ("a\fb\f", [["a"], ["b"]]),
        ("\f\fa", [[], [], ["a"]]),
        ("\n\na", [["", "", "a"]]),
        ("\tx\n1234567\ty", [["        x", "1234567 y"]]),
        ("123456789\tx", [["123456789", "x"]]),
        ("12345678901234", [["1234567890", "1234"]]),
        ("1234567890     \nx", [["1234567890", "x"]]),
        ("1234567890 \fx", [["1234567890"], ["x"]]),
        ("words are broken between", [["words are", "broken", "between"]]),
        ("  indented longwords", [["  indented", "longwords"]]),
        ("\x1b\x00\x07y", [["y"]]),
        ("\x1b[1;31mred\x1b[0m\x1b[K on", [["red on"]]),
        ("\x1b]8;;https://example.org/\x1b\\link\x1b]8;;\a", [["link"]]),
        ("\x1b[1\x1b[mz \x1b", [["[1z"]]),
        ("日本語日本語", [["日本語日本", "語"]]),
        ("日本 語日本語日本", [["日本 語日", "本語日本"]]),
        ("ab 日本語word", [["ab 日本語", "word"]]),
        ("Gru\u0308ße", [["Grüße"]]),
    ],
)
def test_lines_and_pages_break_where_they_should(text: str, lines: list[list[str]]) -> None:
    assert [[row.text for row in page] for page in pages(iter([text]), COLUMNS, LINES)] == lines


def test_what_is_for_terminals_is_left_out_wherever_the_text_is_cut() -> None:
    text = "a\x1b[01;32mb\x1b]0;title\x07c\x1bd"
    found = [list(pages(iter([text[:cut], text[cut:]]), COLUMNS, LINES)) for cut in range(len(text))]
    assert found == [[[Row("abcd")]]] * len(text)


@pytest.mark.parametrize(
    ("text", "plain", "styles"),
    [
        ("B\bBo\bold", "Bold", [("B", BOLD), ("o", BOLD)]),
        ("bo\b\bbo", "bo", [("b", BOLD), ("o", BOLD)]),
        ("_\ba_\bb c", "ab c", [("a", UNDERLINED), ("b", UNDERLINED)]),
        ("ab\b\b__", "ab", [("a", UNDERLINED), ("b", UNDERLINED)]),
        ("_\ba\ba", "a", [("a", BOLD | UNDERLINED)]),
        ("é\bé", "é", [("é", BOLD)]),
    ],
)
def test_what_is_struck_twice_is_bold_and_what_has_a_line_below_is_underlined(
    text: str, plain: str, styles: list[tuple[str, int]]
) -> None:
    assert [row.text for row in rows(text)] == [plain]
    assert styled(text) == styles


def test_a_backspace_takes_nothing_away() -> None:
    assert [row.text for row in rows("ab\b\b\b\b c\nab\b\bxyz\n\b\bq")] == ["ac", "xyz", "q"]
    assert [row.styles for row in rows("ab\b\b\b\n\b\bq")] == [b"", b""]


def test_a_mark_after_a_backspace_is_on_the_letter_before() -> None:
    (found,) = rows("abc\bc\b\u0301")
    assert (found.text, found.styles) == ("ab\u0301c", bytes([0, 0, 0, BOLD]))
    assert [row.text for row in rows("ab\b\u0301")] == ["áb"]
    assert len(rows("a\b" + "\u0301" * 1000)[0].text) <= 8 * COLUMNS


def test_a_wide_letter_is_not_struck_where_it_has_no_room() -> None:
    assert [row.text for row in rows("1234567890\b日")] == ["1234567890"]
    assert [row.text for row in rows("12345\b日")] == ["1234日"]


def test_a_style_ends_with_its_line() -> None:
    found = rows("1234567890\xa0\b\xa0\nab")
    assert [(row.text, row.styles) for row in found] == [("1234567890", b""), ("ab", b"")]


def test_a_style_goes_with_its_word_into_the_next_row() -> None:
    first, second = rows("bolder w\bwo\bor\brd\bds")
    assert (first.text, first.styles) == ("bolder", b"")
    assert (second.text, second.styles) == ("words", bytes([BOLD] * 4 + [0]))


def test_a_paragraph_runs_in_one_direction_in_all_of_its_rows() -> None:
    found = rows("שלום עולם english words\nabc אבג")
    assert [row.text for row in found] == ["שלום עולם", "english", "words", "abc אבג"]
    assert [row.is_from_right for row in found] == [True, True, True, False]
    assert found[1].levels == bytes([2] * 7)
    assert found[3].levels == bytes([0, 0, 0, 0, 1, 1, 1])


def test_a_paragraph_longer_than_anybody_reads_keeps_its_direction() -> None:
    found = rows("א " + "abcdefghi " * 3000)
    assert len(found) > 3000
    assert all(row.is_from_right for row in found)


def test_tabs_keep_the_columns_of_a_table_that_runs_from_right_to_left() -> None:
    (row,) = [row for page in pages(iter(["א\tab\tcd"]), 40, LINES) for row in page]
    assert row.text == "א       ab      cd"
    assert [row.levels[place] for place in (0, 1, 8, 10, 16)] == [1, 1, 2, 1, 2]


def test_more_marks_than_anybody_reads_do_not_make_a_row_endless() -> None:
    found = rows("a" + "\u0301" * 1000)
    assert len(found) > 1
    assert max(len(row.text) for row in found) <= 8 * COLUMNS


def test_text_may_come_in_pieces() -> None:
    assert [row.text for page in pages(iter(["a\r", "\nb", "c"]), COLUMNS, LINES) for row in page] == [
        "a",
        "bc",
    ]


ANY = st.text(
    st.sampled_from("ab \t\n\f\b_日\u0301א\u05b8لا1(\u202e\u200d\u0915\u093f\x00") | st.characters(),
    max_size=120,
)


@given(ANY)
def test_no_row_is_wider_than_the_page_and_no_page_longer(text: str) -> None:
    found = list(pages(iter([text]), COLUMNS, LINES))
    assert found
    for page in found:
        assert len(page) <= LINES
        assert all(row.cells <= COLUMNS for row in page)
        assert all(len(row.levels) in (0, len(row.text)) for row in page)
        assert all(len(row.styles) in (0, len(row.text)) for row in page)


@given(st.text(st.sampled_from("ab \t\n\f日本\u0301אב\u05b8لا1(\u202e\u200d\u0915\u093f"), max_size=120))
def test_no_letter_is_lost_or_moved(text: str) -> None:
    kept = "".join(row.text for row in rows(text))
    assert "".join(kept.split()) == "".join(unicodedata.normalize("NFC", text).split())


def test_a_wide_letter_is_never_cut() -> None:
    assert [row.text for row in rows("a日日日日日")] == ["a日日日日", "日"]
    assert sum(map(cells, "a日日日日")) == COLUMNS - 1


def test_a_mark_without_a_letter_is_not_taken_for_a_row() -> None:
    (page,) = pages(iter(["\u0301世\u0301A\bA"]), 2, LINES)
    assert [row.text for row in page] == ["\u0301世\u0301", "A"]
