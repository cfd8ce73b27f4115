"""The font that we bring along, and subsets of it."""

from importlib import resources
from typing import Final

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


def test_a_subset_may_have_a_glyph_twice_with_other_advances() -> None:
    glyph = FONT.glyphs[ord("ä")]
    subset = TrueType(FONT.subset([0, glyph, glyph], {2: 0}))
    assert [subset.advance(number) for number in (1, 2)] == [FONT.advance(glyph), 0]
