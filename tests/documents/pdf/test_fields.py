"""What is filled in on forms is printed, where the program that did left the drawing to readers."""

import io
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from ippserver.iana import names
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from tests.documents.press import BLUE, WHITE, Picture, Printed, at, printed, seen, words_of

SIDE = 216
RECT = [50, 50, 150, 150]
MULTILINE, PASSWORD, RADIO, PUSH, COMBO, COMB = (1 << bit for bit in (12, 13, 15, 16, 17, 24))
FRAMED = Dictionary(BG=[1, 1, 0], BC=[0, 0, 1])
OPTIONS = [Array([String("1"), String("First")]), Array([String("2"), String("Second")])]


def form(kind: str, *, anew: bool = True, old: bytes | None = None, **entries: object) -> bytes:
    """A white page with one field, which has the `old` picture, if that is given."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(SIDE, SIDE))
        field = Dictionary({f"/{name}": value for name, value in entries.items()})
        field.Type, field.Subtype, field.FT, field.T = Name.Annot, Name.Widget, Name(f"/{kind}"), String("a")
        field.Rect, field.F = Array(RECT), 4
        if old is not None:
            look = pdf.make_stream(old, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 100]))
            field.AP = Dictionary(N=look)
        if "/DA" not in field:
            field.DA = String("/Helv 12 Tf 0 g")
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(field)])
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        fonts = Dictionary(Helv=pdf.make_indirect(font))
        pdf.Root.AcroForm = Dictionary(
            Fields=pdf.pages[0].obj.Annots, NeedAppearances=anew, DR=Dictionary(Font=fonts)
        )
        pdf.save(file)
    return file.getvalue()


def made_of(document: bytes) -> Printed:
    """Two copies, which have no fields any more."""
    sheet = names.MEDIA.of(Keyword("custom_form_3x3in"))
    return printed((formats.PDF, document), attributes=[sheet, names.COPIES.of(2)])


def copied(document: bytes) -> bytes:
    """The same as octets."""
    return made_of(document).file


def looked_at(document: bytes) -> Picture:
    """The first of two copies."""
    return seen(copied(document), 72)[0]


def inked(picture: Picture, axis: int) -> tuple[int, int]:
    """The first and the last column (0) or row (1) that is not white all over."""
    found = np.flatnonzero((picture != 255).any(axis=(axis, 2)))
    return int(found[0]), int(found[-1])


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize(
    ("kind", "entries", "words"),
    [
        ("Tx", {"V": String("Filled in")}, ["Filled", "in"]),
        ("Tx", {"V": String("12 Long Street\rWhitchurch and Tongwynlais"), "Ff": MULTILINE},
         ["12", "Long", "Street", "Whitchurch", "and", "Tongwynlais"]),
        ("Tx", {"V": String("word " * 60), "Ff": MULTILINE, "DA": String("/Helv 0 Tf 0 g")}, ["word"] * 60),
        ("Tx", {"V": String("Zażółć Ж")}, ["Zażółć", "Ж"]),
        ("Tx", {"V": String("secret"), "Ff": PASSWORD}, ["******"]),
        ("Tx", {"V": String("12345"), "Ff": COMB, "MaxLen": 8}, ["1", "2", "3", "4", "5"]),
        ("Tx", {"V": String("aДoм"), "Ff": COMB, "MaxLen": 8}, ["a", "Д", "o", "м"]),
        ("Ch", {"V": String("2"), "Ff": COMBO, "Opt": OPTIONS}, ["Second"]),
        ("Ch", {"V": String("2"), "Opt": OPTIONS}, ["First", "Second"]),
        ("Btn", {"Ff": PUSH, "MK": Dictionary(CA=String("Press"))}, ["Press"]),
    ],
)  # fmt: skip
def test_what_is_filled_in_can_be_read(
    kind: str, entries: dict[str, Any], words: list[str], anew: bool
) -> None:
    made = made_of(form(kind, anew=anew, **entries))
    assert [page.split() for page in words_of(made.file)] == [words] * 2


@pytest.mark.parametrize(("anew", "words"), [(True, ["new"] * 2), (False, [""] * 2)])
def test_a_picture_that_is_there_is_replaced_only_where_the_form_says_that_it_is_old(
    anew: bool, words: list[str]
) -> None:
    document = copied(form("Tx", anew=anew, old=b"0 0 1 rg 0 0 100 100 re f", V=String("new")))
    assert words_of(document) == words
    assert at(seen(document, 72)[0], 0.3, 0.35) == (WHITE if anew else BLUE)


@pytest.mark.parametrize("mark", [String("4"), String("8"), None])
def test_a_box_shows_whether_it_is_checked(mark: String | None) -> None:
    looks = Dictionary(BC=[0, 0, 1]) if mark is None else Dictionary(BC=[0, 0, 1], CA=mark)
    checked, unchecked = (
        looked_at(form("Btn", AS=state, MK=looks, BS=Dictionary(W=4), DA=String("/ZaDb 0 Tf 0 g")))
        for state in (Name.Yes, Name.Off)
    )
    within = slice(75, 155), slice(60, 140)
    assert 0.1 < (checked[within] < 128).mean() < 0.6
    assert (unchecked[within] == 255).all()
    assert at(checked, 52 / SIDE, 0.5) == at(unchecked, 52 / SIDE, 0.5) == BLUE


def test_a_field_has_its_ground_and_its_frame() -> None:
    shown = looked_at(form("Tx", V=String("x"), MK=FRAMED, BS=Dictionary(W=6)))
    assert at(shown, 52 / SIDE, 0.5) == BLUE
    assert at(shown, 0.5, 1 - 60 / SIDE) == (255, 255, 0)


def test_text_is_at_its_side_as_large_as_fits_and_turned_as_the_field_says() -> None:
    left, right, large, turned = (
        looked_at(form("Tx", V=String("HHH"), **entries))
        for entries in ({"Q": 0}, {"Q": 2}, {"DA": String("/Helv 0 Tf 0 g")}, {"MK": Dictionary(R=90)})
    )
    assert inked(left, 0)[1] < 90 < 120 < inked(right, 0)[0]
    assert inked(large, 0)[1] - inked(large, 0)[0] > 85
    assert inked(turned, 1)[1] - inked(turned, 1)[0] > 2 * (inked(turned, 0)[1] - inked(turned, 0)[0])


def test_what_a_field_does_not_say_it_has_from_its_parent_or_the_form() -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(form("Tx", V=String("inherited"), Q=2))) as pdf:
        (widget,) = pdf.pages[0].obj.Annots
        parent = Dictionary({name: widget[name] for name in ("/FT", "/V", "/Q", "/T")})
        parent.Kids = Array([widget])
        pdf.Root.AcroForm.DA = widget.DA
        for name in ("/FT", "/V", "/Q", "/T", "/DA"):
            del widget[name]
        widget.Parent = pdf.make_indirect(parent)
        pdf.Root.AcroForm.Fields = Array([widget.Parent])
        pdf.save(file)
    document = copied(file.getvalue())
    assert words_of(document) == ["inherited"] * 2
    assert inked(seen(document, 72)[0], 0)[0] > 85


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        ("Tx", {"V": String("x"), "Q": Name.Left}),
        ("Tx", {"V": String("x"), "MK": 7}),
        ("Tx", {"V": String("x"), "MK": Dictionary(R=45)}),
        ("Ch", {"V": String("x"), "Opt": 7}),
        ("Sig", {"V": Dictionary()}),
    ],
)
def test_what_is_broken_about_a_field_keeps_no_page_from_being_printed(
    kind: str, entries: dict[str, Any]
) -> None:
    assert (looked_at(form(kind, anew=False, **entries)) == 255).all()


@pytest.mark.parametrize(
    ("kind", "entries", "text"),
    [
        ("Tx", {"V": String("Filled in")}, "Filled in"),
        ("Tx", {"V": String("Заметка")}, "Заметка"),
        ("Tx", {"V": String("secret"), "Ff": PASSWORD}, ""),
        ("Ch", {"V": String("2"), "Ff": COMBO, "Opt": OPTIONS}, "Second"),
        ("Btn", {"V": Name.Yes, "AS": Name.Yes}, ""),
    ],
)
def test_what_is_filled_in_is_kept_for_search(kind: str, entries: dict[str, Any], text: str) -> None:
    assert made_of(form(kind, **entries)).result.text == text
