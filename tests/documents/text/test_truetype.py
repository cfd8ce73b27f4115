"""The font that we bring along, and subsets of it."""

from importlib import resources
from typing import Final

from ippserver.documents.text.shaping import cells
from ippserver.documents.text.truetype import TrueType
from tests.documents.press import printed, seen

OCTETS: Final = (resources.files("ippserver.documents.text") / "fonts" / "DejaVuSansMono.ttf").read_bytes()
FONT: Final = TrueType(OCTETS)


def test_a_subset_has_the_same_outlines_and_advances() -> None:
    text = "Aäé€Ж"  # composed letters among them
    glyphs = [FONT.glyphs[ord(character)] for character in text]
    octets = FONT.subset([0, *glyphs])
    subset = TrueType(octets)
    assert [subset.advance(number) for number in range(1, 6)] == [FONT.advance(glyph) for glyph in glyphs]
    assert subset.box == FONT.box


def test_a_subset_is_sound_for_others() -> None:
    """A letter that is composed draws both of its parts."""
    pages = [seen(printed(("text/plain", letter.encode())).file, 144)[0] for letter in "aä"]
    plain, composed = (int((page < 128).sum()) for page in pages)
    assert plain < composed < 2 * plain


def test_a_subset_is_small() -> None:
    assert len(FONT.subset([0, *(FONT.glyphs[character] for character in b"Hello")])) < 20_000


def test_letters_of_east_asia_are_wide_and_marks_take_no_room() -> None:
    assert [cells(character) for character in "aж日é\u0301\u200b"] == [1, 1, 2, 1, 0, 0]
