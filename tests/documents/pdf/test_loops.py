"""Forms and patterns that draw themselves are found before anybody draws them."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from ippserver.documents.errors import DamagedDocument, DocumentTooLarge
from ippserver.documents.pdf import loops
from ippserver.model import formats
from tests.documents.press import BLACK, at, printed, seen

FILLED = b"0 g 0 0 200 200 re f "


def form(pdf: pikepdf.Pdf, content: bytes, **drawn: pikepdf.Object) -> pikepdf.Object:
    """A form that has `drawn` among its resources."""
    stream = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 200]))
    stream.Resources = Dictionary(XObject=Dictionary({f"/{name}": each for name, each in drawn.items()}))
    return stream


def page(build: Callable[[pikepdf.Pdf], Dictionary], content: bytes = b"/X Do") -> bytes:
    """A page with the resources that `build` makes."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 200))
        pdf.pages[0].obj.Contents = pdf.make_stream(content)
        pdf.pages[0].obj.Resources = build(pdf)
        pdf.save(file)
    return file.getvalue()


def of_itself(pdf: pikepdf.Pdf) -> Dictionary:
    one = form(pdf, FILLED + b"/X Do /X Do")
    one.Resources.XObject["/X"] = one
    return Dictionary(XObject=Dictionary(X=one))


def of_each_other(pdf: pikepdf.Pdf) -> Dictionary:
    one = form(pdf, FILLED + b"/Y Do")
    one.Resources.XObject["/Y"] = form(pdf, b"/X\nDo", X=one)
    return Dictionary(XObject=Dictionary(X=one))


def by_what_is_around(pdf: pikepdf.Pdf) -> Dictionary:
    """A form without resources has those of the page (ISO 32000-1, 7.8.3)."""
    one = form(pdf, FILLED + b"/X Do")
    del one["/Resources"]
    return Dictionary(XObject=Dictionary(X=one))


def pattern(pdf: pikepdf.Pdf) -> Dictionary:
    one = pdf.make_stream(
        b"/Pattern cs /X scn 0 0 5 5 re f",
        **{"PatternType": 1, "PaintType": 1, "TilingType": 1, "XStep": 9, "YStep": 9},
        BBox=Array([0, 0, 9, 9]),
    )
    one.Resources = Dictionary(Pattern=Dictionary(X=one))
    return Dictionary(Pattern=Dictionary(X=one))


@pytest.mark.parametrize("build", [of_itself, of_each_other, by_what_is_around, pattern])
def test_what_draws_itself_is_damaged(build: Callable[[pikepdf.Pdf], Dictionary]) -> None:
    with pytest.raises(DamagedDocument, match="draws itself"):
        printed((formats.PDF, page(build)))


def test_forms_that_double_all_the_way_down_are_too_large() -> None:
    def build(pdf: pikepdf.Pdf) -> Dictionary:
        one = form(pdf, FILLED)
        for _ in range(25):
            one = form(pdf, b"/X Do /X Do", X=one)
        return Dictionary(XObject=Dictionary(X=one))

    with pytest.raises(DocumentTooLarge, match="too often"):
        printed((formats.PDF, page(build)))


def test_a_form_that_only_could_draw_itself_is_drawn() -> None:
    """Programs give all forms and the page the same resources."""

    def build(pdf: pikepdf.Pdf) -> Dictionary:
        one, other = form(pdf, FILLED + b"/Y Do"), form(pdf, FILLED)
        shared = pdf.make_indirect(Dictionary(XObject=Dictionary(X=one, Y=other)))
        one.Resources = other.Resources = shared
        return Dictionary(XObject=Dictionary(X=one))

    (drawn,) = seen(printed((formats.PDF, page(build))).file)
    assert at(drawn, 0.5, 0.5) == BLACK


def test_deep_forms_that_come_to_an_end_are_drawn() -> None:
    def build(pdf: pikepdf.Pdf) -> Dictionary:
        one = form(pdf, FILLED)
        for _ in range(12):
            one = form(pdf, b"/X Do", X=one)
        return Dictionary(XObject=Dictionary(X=one))

    with pikepdf.open(io.BytesIO(page(build))) as pdf:
        loops.check(pdf.pages)
        assert len(pdf.pages) == 1


def test_resources_that_are_none_draw_nothing() -> None:
    def build(pdf: pikepdf.Pdf) -> Dictionary:
        return Dictionary(XObject=Array([]), Pattern=1)

    (drawn,) = seen(printed((formats.PDF, page(build))).file, sound=False)
    assert (drawn == 255).all()
