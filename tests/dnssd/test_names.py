"""Names of services, and the next ones where they are taken."""

import unicodedata
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.dnssd.names import choices, cut, instance_name, numbered, one_line, without_dots

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=100)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("office", "office"),
        ("Drucker im 1. OG", "Drucker im 1. OG"),
        ("a\r\nb\tc\x7f", "a  b c"),
        ("  \x00 ", "Printer"),
        ("", "Printer"),
        (unicodedata.normalize("NFD", "B\u00fcro"), "B\u00fcro"),
        ("x" * 70, "x" * 63),
        ("x" * 62 + "\u00fc", "x" * 62),
        ("\U0001f5a8" * 16, "\U0001f5a8" * 15),
    ],
)
def test_a_name_is_one_label_of_net_unicode(text: str, name: str) -> None:
    assert instance_name(text) == name


@given(TEXTS)
def test_every_text_becomes_a_name_that_dns_sd_allows(text: str) -> None:
    name = instance_name(text)
    assert 1 <= len(name.encode()) <= 63
    assert name == name.strip() == unicodedata.normalize("NFC", name)
    assert not any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in name)
    assert instance_name(name) == name


@given(TEXTS, st.integers(0, 400))
def test_a_cut_text_is_a_beginning_that_fits(text: str, octets: int) -> None:
    short = cut(text, octets)
    assert text.startswith(short)
    assert len(short.encode()) <= octets
    assert short == text or len(text[: len(short) + 1].encode()) > octets


def test_a_lone_surrogate_is_no_trouble() -> None:
    assert instance_name("a\udc80b") == "a?b"
    assert one_line("\x00") == ""


def test_dots_become_leaders_which_look_the_same() -> None:
    assert without_dots("1. OG") == "1\u2024 OG"


def test_the_second_choice_has_its_number_in_brackets() -> None:
    assert [numbered("office", number) for number in (1, 2, 11)] == ["office", "office (2)", "office (11)"]
    assert numbered("x" * 63, 2) == "x" * 59 + " (2)"
    assert numbered("x" * 58 + " yyyy", 2) == "x" * 58 + " (2)"


@pytest.mark.parametrize(
    ("kept", "tried"),
    [
        ("", ["office", "office (2)", "office (3)"]),
        ("office", ["office", "office (2)", "office (3)"]),
        ("office (3)", ["office (3)", "office (4)", "office (5)"]),
        ("kitchen (3)", ["office", "office (2)", "office (3)"]),
        ("office (1)", ["office", "office (2)", "office (3)"]),
        ("office (x)", ["office", "office (2)", "office (3)"]),
    ],
)
def test_the_name_that_it_had_is_tried_first_if_it_is_of_the_family(kept: str, tried: list[str]) -> None:
    assert list(islice(choices("office", kept), 3)) == tried


@given(TEXTS.map(instance_name), st.integers(1, 9999))
def test_no_choice_repeats_and_each_is_a_name(wanted: str, number: int) -> None:
    found = list(islice(choices(wanted, numbered(wanted, number)), 5))
    assert found[0] == numbered(wanted, number)
    assert len(set(found)) == 5
    assert all(len(name.encode()) <= 63 for name in found)
