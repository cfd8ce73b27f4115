"""What is found in a text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.model.words import excerpt, holds, indexed, needles

TEXT = "Invoice No. 47-11\nGrüße aus der Straße, Ｗｉｄｅ 東京タワー. naïve"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("invoice", True),
        ("INVOICE 47", True),
        ("47-11", True),
        ("voice", False),
        ("invoi", False),
        ("invoi*", True),
        ("straß*", True),
        ("STRASSE", True),
        ("grüße invoice", True),
        ("grüße receipt", False),
        ("wide", True),
        ("東京", True),
        ("naive", False),
        ("no", True),
        ("in*", True),
        ("x*", False),
    ],
)
def test_words_are_found_whole_in_any_case_or_by_how_they_begin(query: str, found: bool) -> None:
    assert holds(indexed(TEXT), needles(query)) is found


@pytest.mark.parametrize("query", ["", " ", "*", "...", "-"])
def test_without_a_word_there_is_nothing_to_look_for(query: str) -> None:
    assert needles(query) == ()


def test_the_words_of_nothing_are_none() -> None:
    assert indexed(" .\n") == ""


@given(st.text(), st.text())
def test_every_text_holds_its_own_words(text: str, more: str) -> None:
    assert holds(indexed(f"{text} {more}"), needles(text))


def test_very_long_words_are_the_same_as_far_as_their_beginning() -> None:
    assert holds(indexed("x" * 1000), needles("x" * 999))


@pytest.mark.parametrize(
    "text",
    ["a" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING GRAVE ACCENT BELOW}" * 262_144, "\ufdfa" * 349_525],
    ids=["marks that have to be put in order", "letters that become eighteen"],
)
def test_the_words_of_a_text_made_to_hurt_are_soon_found(text: str) -> None:
    """All marks in one go took half an hour, in which the whole process stood still."""
    begun = time.thread_time()
    assert holds(indexed(text), needles(text[:8]))
    assert time.thread_time() - begun < 10


def test_an_excerpt_is_one_line_around_the_first_word_that_is_found() -> None:
    text = f"{'before ' * 20}\nthe\tInvoice\n{'behind ' * 20}"
    assert excerpt(text, needles("nowhere invoice")) == (
        "…before before before before before the Invoice behind behind behind behind behind behi…"
    )
    assert excerpt("invoice", needles("invoice")) == "invoice"
    assert excerpt("receipt", needles("invoice")) == ""
