"""Notes that have no picture of themselves are drawn where poppler draws them."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from ippserver.iana import names
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from tests.documents.press import BLUE, WHITE, Color, Picture, at, printed, seen

SIDE = 216
YELLOW = (255, 255, 0)
PINK = (255, 204, 204)
QUAD = [20, 150, 120, 150, 20, 130, 120, 130]
FRAME = {"C": [0, 0, 1], "IC": [1, 0.8, 0.8], "Rect": [50, 50, 150, 150], "BS": Dictionary(W=10)}
PEN = {"C": [0, 0, 1], "Rect": [0, 0, SIDE, SIDE], "BS": Dictionary(W=10)}


def page(kind: str, **entries: object) -> bytes:
    """A white page with a note on it that is to be printed."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(SIDE, SIDE))
        note = Dictionary({f"/{name}": value for name, value in entries.items()})
        note.Type, note.Subtype, note.F = Name.Annot, Name(f"/{kind}"), 4
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
        pdf.save(file)
    return file.getvalue()


def looked_at(document: bytes) -> Picture:
    """The first of two copies, which has no notes any more."""
    sheet = names.MEDIA.of(Keyword("custom_note_3x3in"))
    return seen(printed((formats.PDF, document), attributes=[sheet, names.COPIES.of(2)]).file, 72)[0]


@pytest.mark.parametrize(
    ("kind", "entries", "colors"),
    [
        ("Highlight", {"C": [1, 1, 0], "Rect": [20, 130, 120, 150], "QuadPoints": QUAD}, {(70, 140): YELLOW}),
        ("Underline", {**PEN, "QuadPoints": QUAD}, {(70, 130): BLUE, (70, 140): WHITE}),
        ("Squiggly", {**PEN, "QuadPoints": QUAD}, {(70, 130): BLUE}),
        ("StrikeOut", {**PEN, "QuadPoints": QUAD}, {(70, 140): BLUE, (70, 125): WHITE}),
        ("Square", FRAME, {(55, 100): BLUE, (52, 52): BLUE, (100, 100): PINK, (40, 100): WHITE}),
        ("Circle", FRAME, {(55, 100): BLUE, (52, 52): WHITE, (100, 100): PINK, (40, 100): WHITE}),
        ("Line", {**PEN, "L": [20, 20, 180, 180]}, {(100, 100): BLUE, (100, 150): WHITE}),
        ("Ink", {**PEN, "InkList": [[20, 50, 180, 50], [50, 20, 50, 180]]}, {(150, 50): BLUE}),
        ("PolyLine", {**PEN, "Vertices": [20, 20, 180, 20, 180, 180]}, {(100, 20): BLUE, (100, 100): WHITE}),
        ("Polygon", {**PEN, "Vertices": [20, 20, 180, 20, 180, 180]}, {(100, 20): BLUE, (100, 100): BLUE}),
    ],
)  # fmt: skip
def test_a_note_is_drawn(kind: str, entries: dict[str, object], colors: dict[Color, Color]) -> None:
    drawn = looked_at(page(kind, **entries))
    theirs = seen(page(kind, **entries), 72)[0]
    for (x, y), color in colors.items():
        assert at(drawn, x / SIDE, 1 - y / SIDE) == color, (x, y)
        if kind != "Squiggly":
            assert at(theirs, x / SIDE, 1 - y / SIDE) == color, (x, y)


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        ("Highlight", {"C": [1, 1, 0], "Rect": [0, 0, 9, 9], "QuadPoints": [1, 2, 3]}),
        ("Highlight", {"C": [1, 1], "Rect": [0, 0, 9, 9], "QuadPoints": QUAD}),
        ("Highlight", {"C": [1, 1, 0], "Rect": [0, 0, 9, 9]}),
        ("Line", {**PEN, "L": [20, 20, 180]}),
        ("Ink", {**PEN, "InkList": 7}),
        ("Square", {**FRAME, "Rect": []}),
        ("Square", {"Rect": [50, 50, 150, 150]}),
        ("Text", {"Rect": [50, 50, 150, 150]}),
    ],
)
def test_a_note_that_nobody_can_draw_is_left_out(kind: str, entries: dict[str, object]) -> None:
    assert (looked_at(page(kind, **entries)) == 255).all()
