"""Names and strings as the encoding asks for them."""

import pytest

from ippserver.ipp.strings import has_control_characters, is_attribute_name, shortened


@pytest.mark.parametrize("name", ["a", "media-col", "print_wfds", "Job.Name", "x" * 255, "~", "a b"])
def test_printable_us_ascii_up_to_255_octets_is_a_name(name: str) -> None:
    assert is_attribute_name(name)


@pytest.mark.parametrize("name", ["", "x" * 256, "ä", "a\n", "\x7f", "\0", "a\u00a0b"])
def test_anything_else_is_none(name: str) -> None:
    assert not is_attribute_name(name)


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0)])
def test_c0_c1_and_del_are_control_characters(code: int) -> None:
    assert has_control_characters(f"a{chr(code)}b")


@pytest.mark.parametrize("string", ["", "one-sided", "a b", "ä", "\u00a0", "\u202e", "\u2028", "😀"])
def test_other_characters_are_none(string: str) -> None:
    assert not has_control_characters(string)


@pytest.mark.parametrize(
    ("text", "octets", "shorter"),
    [
        ("abc", 3, "abc"),
        ("abc", 2, "ab"),
        ("", 0, ""),
        ("aü", 3, "aü"),
        ("aü", 2, "a"),
        ("😀😀", 7, "😀"),
        ("a\udc80b", 3, "a?b"),
    ],
)
def test_a_text_is_shortened_to_whole_characters(text: str, octets: int, shorter: str) -> None:
    assert shortened(text, octets) == shorter
