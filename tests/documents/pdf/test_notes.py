"""Notes that have no picture of themselves are drawn where poppler draws them."""

import io
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from ippserver.documents.task import Target
from ippserver.iana import names
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from tests.documents.press import BLACK, BLUE, WHITE, Color, Picture, at, printed, seen, words_of

SIDE = 216
SHEET = names.MEDIA.of(Keyword("custom_note_3x3in"))
INVISIBLE, HIDDEN, PRINTED, NOT_ON_SCREENS = 1, 2, 4, 32
YELLOW = (255, 255, 0)
PINK = (255, 204, 204)
QUAD = [20, 150, 120, 150, 20, 130, 120, 130]
FRAME: dict[str, Any] = {
    "C": [0, 0, 1],
    "IC": [1, 0.8, 0.8],
    "Rect": [50, 50, 150, 150],
    "BS": Dictionary(W=10),
}
DASHED = Dictionary(W=10, S=Name.D, D=[20, 20])
UNDERLINED = Dictionary(W=10, S=Name.U)
ARROWS = [Name.Slash, Name.OpenArrow]
BLOCKS = [Name.Square, Name("/None")]
NOTED: dict[str, Any] = {
    "C": [1, 1, 0],
    "Rect": [50, 50, 150, 150],
    "DA": String("/Helv 12 Tf 0 0 1 rg"),
    "Contents": String("Noted\rbelow it"),
}
PEN: dict[str, Any] = {"C": [0, 0, 1], "Rect": [0, 0, SIDE, SIDE], "BS": Dictionary(W=10)}


def page(kind: str, *, picture: bytes | None = None, **entries: object) -> bytes:
    """A white page with a note on it that is to be printed, unless its flags say otherwise."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(SIDE, SIDE))
        note = Dictionary({f"/{name}": value for name, value in entries.items()})
        note.Type, note.Subtype, note.F = Name.Annot, Name(f"/{kind}"), entries.get("F", PRINTED)
        if picture is not None:
            look = pdf.make_stream(
                picture, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 100])
            )
            note.AP = Dictionary(N=look)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
        pdf.save(file)
    return file.getvalue()


def copied(document: bytes) -> bytes:
    """Two copies, which have no notes any more."""
    return printed((formats.PDF, document), attributes=[SHEET, names.COPIES.of(2)]).file


def looked_at(document: bytes) -> Picture:
    """The first of two copies."""
    return seen(copied(document), 72)[0]


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
        ("Line", {**PEN, "L": [20, 100, 180, 100], "BS": DASHED}, {(30, 100): BLUE, (50, 100): WHITE}),
        ("Line", {**PEN, "L": [20, 100, 180, 100], "LE": ARROWS}, {(60, 118): WHITE, (136, 78): BLUE}),
        ("PolyLine", {**PEN, "Vertices": [50, 50, 150, 50], "LE": BLOCKS}, {(65, 78): BLUE, (65, 50): WHITE}),
        ("Link", FRAME, {(53, 100): BLUE, (100, 53): BLUE, (100, 100): WHITE}),
        ("Link", {**FRAME, "BS": UNDERLINED}, {(52, 100): WHITE, (100, 52): BLUE}),
        ("Link", {"Rect": [50, 50, 150, 150], "Border": [0, 0, 0]}, {(53, 100): WHITE, (100, 53): WHITE}),
        ("FreeText", {**NOTED, "BS": Dictionary(W=10)}, {(55, 100): BLUE, (100, 70): YELLOW}),
    ],
)  # fmt: skip
def test_a_note_is_drawn(kind: str, entries: dict[str, Any], colors: dict[Color, Color]) -> None:
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
        ("FileAttachment", {"Rect": [50, 50, 150, 150]}),
        ("FreeText", {**NOTED, "Rect": [50, 50]}),
        ("Line", {**PEN, "L": [20, 20]}),
    ],
)
def test_a_note_that_nobody_can_draw_is_left_out(kind: str, entries: dict[str, Any]) -> None:
    assert (looked_at(page(kind, **entries)) == 255).all()


@pytest.mark.parametrize("has_picture", [False, True])
@pytest.mark.parametrize(
    ("flags", "is_printed"),
    [
        (0, False),
        (PRINTED, True),
        (PRINTED | HIDDEN, False),
        (PRINTED | NOT_ON_SCREENS, True),
        (NOT_ON_SCREENS, False),
        (PRINTED | INVISIBLE, True),
        (PRINTED | 10**15 << 10, True),
    ],
)
def test_flags_say_what_is_printed_whatever_it_is_printed_as(
    flags: int, is_printed: bool, has_picture: bool
) -> None:
    picture = b"0 0 1 rg 0 0 100 100 re f" if has_picture else None
    document = page("Square", **{**FRAME, "IC": [0, 0, 1], "F": flags}, picture=picture)
    target = Target(media_type=formats.PNG, dpi=72)
    drawn = printed((formats.PDF, document), attributes=[SHEET], target=target).file
    with Image.open(io.BytesIO(drawn)) as image:
        shown = np.asarray(image.convert("RGB"))
    wanted = BLUE if is_printed else WHITE
    assert at(looked_at(document), 0.5, 0.5) == at(shown, 0.5, 0.5) == wanted


@pytest.mark.parametrize(
    ("kind", "entries", "words"),
    [
        ("FreeText", NOTED, ["Noted", "below", "it"]),
        ("FreeText", {**NOTED, "DA": String("/CoBo 0 Tf 0 g"), "Q": 1}, ["Noted", "below", "it"]),
        ("FreeText", {**NOTED, "DA": String("no font"), "Contents": String("x" * 40)}, ["xxxxxxxxxxxx"]),
        ("FreeText", {**NOTED, "Contents": String("Заметка")}, ["Заметка"]),
        ("Stamp", {"Rect": [20, 50, 200, 100], "Name": Name.NotApproved}, ["NOT", "APPROVED"]),
        ("Stamp", {"Rect": [20, 50, 200, 100]}, ["DRAFT"]),
    ],
)
def test_what_is_written_in_a_note_can_be_read(kind: str, entries: dict[str, Any], words: list[str]) -> None:
    (first, second) = words_of(copied(page(kind, **entries)))
    assert first == second
    assert first.split()[: len(words)] == words or words[0] in first


@pytest.mark.parametrize(("align", "columns"), [(0, (54, 90)), (1, (80, 120)), (2, (110, 146))])
def test_text_in_a_note_is_at_the_side_that_it_says(align: int, columns: tuple[int, int]) -> None:
    note: dict[str, Any] = {**NOTED, "C": [], "Contents": String("HHHH"), "BS": Dictionary(W=0), "Q": align}
    inked = np.flatnonzero((looked_at(page("FreeText", **note)) != 255).any(axis=(0, 2)))
    assert columns[0] - 3 <= inked[0] <= inked[-1] <= columns[1] + 3
    assert 30 <= inked[-1] - inked[0] <= 40


def test_a_note_whose_picture_is_missing_is_drawn() -> None:
    assert at(looked_at(page("Square", **FRAME, AP=Dictionary())), 55 / SIDE, 0.5) == BLUE


def test_a_note_that_is_closed_is_a_sign_and_one_that_inserts_a_wedge() -> None:
    sign = looked_at(page("Text", Rect=[50, 50, 70, 70], C=[1, 1, 0]))
    wedge = looked_at(page("Caret", Rect=[50, 50, 150, 150], C=[0, 0, 1]))
    assert at(sign, 52 / SIDE, 1 - 60 / SIDE) == YELLOW
    assert at(sign, 60 / SIDE, 1 - 60 / SIDE) == BLACK
    assert at(wedge, 100 / SIDE, 1 - 70 / SIDE) == BLUE
    assert at(wedge, 60 / SIDE, 1 - 120 / SIDE) == WHITE


def test_a_link_to_the_web_whose_frame_is_printed_stays_one() -> None:
    action = Dictionary(S=Name.URI, URI=String("https://example.org/"))
    with pikepdf.open(io.BytesIO(copied(page("Link", **FRAME, A=action)))) as pdf:
        links = [note for each in pdf.pages for note in each.obj.Annots]
        assert [str(link.A.URI) for link in links] == ["https://example.org/"] * 2
        assert not any(float(edge) for link in links for edge in link.Border)


@pytest.mark.parametrize(("flags", "text"), [(PRINTED, "Noted\nbelow it"), (0, "")])
def test_what_is_written_in_a_note_that_is_printed_is_kept_for_search(flags: int, text: str) -> None:
    made = printed((formats.PDF, page("FreeText", **NOTED, F=flags)), attributes=[SHEET])
    assert made.result.text == text
