"""What is on a page more than once is found, and nothing gets lost."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.images import symbols as module
from ippserver.documents.images.symbols import Symbol, symbols

Bits = npt.NDArray[np.bool_]
"""Rows of pixels; True is black."""
A: Final = np.array([[0, 1, 0], [1, 1, 1], [1, 0, 1]], bool)
B: Final = np.array([[1, 1, 0, 0], [1, 1, 1, 1]], bool)


def found(page: Bits) -> tuple[list[Symbol], Bits]:
    made, rest = symbols(np.packbits(page, axis=1), page.shape[1])
    return made, np.unpackbits(rest, axis=1, count=page.shape[1]).astype(bool)


def picture(symbol: Symbol) -> Bits:
    return np.unpackbits(symbol.ink, axis=1, count=symbol.width).astype(bool)


def page_with(*letters: tuple[Bits, int, int], size: tuple[int, int] = (60, 90)) -> Bits:
    """A page on which letters are so far down and to the right."""
    page = np.zeros(size, bool)
    for letter, top, left in letters:
        page[top : top + letter.shape[0], left : left + letter.shape[1]] |= letter
    return page


def test_what_is_there_twice_is_a_symbol_and_what_is_there_once_stays() -> None:
    page = page_with((A, 3, 5), (B, 4, 17), (A, 30, 50))
    (letter,), rest = found(page)
    assert np.array_equal(picture(letter), A)
    assert letter.places == ((5, 3, 8, 6), (50, 30, 53, 33))
    assert np.array_equal(rest, page_with((B, 4, 17)))


def test_symbols_come_from_low_to_high_and_narrow_to_wide() -> None:
    dot = np.ones((1, 1), bool)
    page = page_with(*((letter, 20 * at, 30 * at) for at in (0, 1) for letter in (A,)))
    page |= page_with(
        (B, 10, 60), (B, 25, 60), (dot, 40, 3), (dot, 40, 9), (B[:, :2], 50, 3), (B[:, :2], 50, 9)
    )
    made, rest = found(page)
    assert [(symbol.height, symbol.width) for symbol in made] == [(1, 1), (2, 2), (2, 4), (3, 3)]
    assert not rest.any()


def test_columns_of_text_whose_lines_are_not_level_are_cut_apart() -> None:
    left = [(A, top, 3 + 5 * at) for top in range(0, 280, 20) for at in range(3)]
    right = [(B, top, 40 + 6 * at) for top in range(1, 280, 17) for at in range(3)]
    made, rest = found(page_with(*left, *right, size=(300, 90)))
    assert [len(symbol.places) for symbol in made] == [len(right), len(left)]
    assert not rest.any()


def test_what_is_too_large_for_a_letter_stays() -> None:
    bar = np.ones((3, module._LARGEST + 1), bool)
    page = page_with((bar, 2, 2), (bar, 20, 2), size=(60, 300))
    made, rest = found(page)
    assert made == []
    assert np.array_equal(rest, page)


def test_a_page_of_too_many_dots_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_with((A, 3, 5), (A, 3, 17), (A, 30, 50))
    monkeypatch.setattr(module, "_MOST_BOXES", 2)
    made, rest = found(page)
    assert made == []
    assert np.array_equal(rest, page)


def test_only_the_most_frequent_are_symbols(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_SYMBOLS", 1)
    page = page_with((A, 3, 5), (A, 3, 17), (B, 30, 50), (B, 30, 60), (B, 30, 70))
    (letter,), rest = found(page)
    assert np.array_equal(picture(letter), B)
    assert np.array_equal(rest, page_with((A, 3, 5), (A, 3, 17)))


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.001, 0.02, 0.1, 0.5]))
def test_symbols_and_the_rest_are_the_page(seed: int, black: float) -> None:
    random = np.random.default_rng(seed)
    page: Bits = random.random(random.integers(1, 120, 2)) < black
    made, rest = found(page)
    for symbol in made:
        for left, top, right, bottom in symbol.places:
            assert not rest[top:bottom, left:right].any()
            rest[top:bottom, left:right] |= picture(symbol)
    assert np.array_equal(rest, page)
