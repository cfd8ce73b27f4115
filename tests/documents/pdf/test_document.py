"""What is special about PDF: boxes, turns, layers, what stands on a page beside its content."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ippserver.documents.plan.geometry import Size
from ippserver.documents.task import Target
from ippserver.iana import names
from ippserver.model import formats
from tests.documents.press import (
    A4,
    BLACK,
    RED,
    WHITE,
    Picture,
    about,
    at,
    corners,
    pages_of,
    pdf,
    printed,
    seen,
    upright,
    words_of,
)

PNG = Target(media_type=formats.PNG, dpi=36)


def changed(change: Callable[[pikepdf.Pdf, pikepdf.Page], None], size: Size = A4) -> tuple[str, bytes]:
    """A marked page, changed."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(size=size)[1])) as read:
        change(read, read.pages[0])
        read.save(file)
    return formats.PDF, file.getvalue()


def drawn(document: tuple[str, bytes]) -> list[Picture]:
    """The only page as poppler sees the PDF of two copies, and as it comes out as PNG."""
    page, _ = seen(printed(document, attributes=[names.COPIES.of(2)]).file)
    png = Image.open(io.BytesIO(printed(document, target=PNG).file))
    return [page, np.asarray(png.convert("RGB"))]


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 450])
def test_a_page_that_is_turned_is_read_as_it_is_meant(turn: int) -> None:
    stored = {0: 0, 90: 3, 180: 2, 270: 1, 450: 3}[turn]

    def change(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj.Rotate = turn

    for page in drawn(changed(change)):
        four = np.array(upright()).reshape(2, 2, 3)
        turned = np.rot90(four, stored).reshape(4, 3)
        assert about(corners(page), [tuple(map(int, color)) for color in turned])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pages_beside_each_other_stand_upright_however_they_are_stored(turn: int) -> None:
    def change(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj.Rotate = turn
        page.cropbox = pikepdf.Array([5, 430, 290, 830])  # what is red

    document = changed(change)
    (page,) = seen(printed(document, attributes=[names.NUMBER_UP.of(4)]).file)
    colors = {tuple(color) for color in page.reshape(-1, 3).tolist()}
    assert colors == {RED, WHITE}


def test_what_is_seen_is_the_crop_box(tmp_path: Path) -> None:
    def change(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.mediabox = pikepdf.Array([-100, -100, 900, 900])
        page.cropbox = pikepdf.Array([0, 0, 595.276, 841.89])
        page.trimbox = pikepdf.Array([100, 100, 200, 200])

    for page in drawn(changed(change)):
        assert page.shape == pytest.approx((421, 298, 3), abs=1)
        assert about(corners(page), upright())


@pytest.mark.parametrize("copies", [1, 2])
def test_a_page_whose_crop_box_lies_beside_it_is_seen_whole(copies: int) -> None:
    def change(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.cropbox = pikepdf.Array([700, 900, 1295.276, 1741.89])

    document = changed(change)
    pages = seen(printed(document, attributes=[names.COPIES.of(copies)]).file)
    png = Image.open(io.BytesIO(printed(document, target=PNG).file))
    for page in (*pages, np.asarray(png.convert("RGB"))):
        assert about(corners(page), upright())


def test_a_unit_makes_a_page_larger(tmp_path: Path) -> None:
    def change(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.obj.UserUnit = 2

    made = printed(changed(change, Size(A4.width / 2, A4.height / 2)), attributes=[names.NUMBER_UP.of(1)])
    assert about(corners(seen(made.file)[0]), upright())
    assert len(pages_of(made.file, tmp_path)) == 1


@pytest.mark.parametrize(("flags", "is_printed"), [(4, True), (0, False), (4 | 2, False)])
def test_notes_that_are_printed_are_drawn_and_others_not(flags: int, is_printed: bool) -> None:
    def change(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
        look = document.make_stream(b"1 1 1 rg 0 0 100 100 re f")
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox = pikepdf.Array([0, 0, 100, 100])
        stamp = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Stamp,
            Rect=pikepdf.Array([100, 600, 200, 700]),
            F=flags,
            AP=pikepdf.Dictionary(N=look),
        )
        page.obj.Annots = pikepdf.Array([document.make_indirect(stamp)])

    for page in drawn(changed(change)):
        assert about([at(page, 150 / 595, 1 - 650 / 842)], [WHITE if is_printed else RED])


@pytest.mark.parametrize("content", [b"", b"q 1 0 0 rg q .5 0 0 .5 0 0 cm q .5 0 0 .5 0 0 cm q"])
def test_a_note_stands_where_it_says_whatever_the_page_leaves_open(content: bytes) -> None:
    def change(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.contents_add(content)
        look = document.make_stream(b"0 0 10 10 re f")
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox = pikepdf.Array([0, 0, 10, 10])
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Stamp,
            F=4,
            Rect=[100, 350, 200, 450],
            AP=pikepdf.Dictionary(N=look),
        )
        page.obj.Annots = pikepdf.Array([document.make_indirect(note)])

    for page in drawn(changed(change)):
        assert at(page, 150 / A4.width, 1 - 400 / A4.height) == BLACK
        assert about(corners(page), upright())


def test_a_form_that_was_filled_in_without_a_picture_of_it_is_printed() -> None:
    """pdftk and others leave it to readers to draw what stands in the fields."""

    def change(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("name"),
            V=pikepdf.String("Filled in"),
            DA=pikepdf.String("/Helv 12 Tf 0 g"),
            Rect=pikepdf.Array([100, 100, 300, 130]),
            F=4,
        )
        page.obj.Annots = pikepdf.Array([document.make_indirect(field)])
        document.Root.AcroForm = pikepdf.Dictionary(
            Fields=page.obj.Annots,
            NeedAppearances=True,
            DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=document.make_indirect(font))),
        )

    made = printed(changed(change), attributes=[names.COPIES.of(2)])
    assert words_of(made.file) == ["Filled in"] * 2


def test_a_layer_that_is_off_stays_off() -> None:
    def change(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
        layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Draft"))
        off = pikepdf.Array([layer])
        document.Root.OCProperties = pikepdf.Dictionary(
            OCGs=off, D=pikepdf.Dictionary(OFF=off, Order=pikepdf.Array([]))
        )
        page.obj.Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(L=layer))
        page.contents_add(b"/OC /L BDC 1 1 1 rg 0 0 600 900 re f EMC")

    for page in drawn(changed(change)):
        assert about(corners(page), upright())


def test_pages_come_out_as_poppler_draws_them() -> None:
    """Of a page full of text, some pixels at a time, the mean difference is below 4 of 255."""
    text = b"The quick brown fox jumps over the lazy dog. " * 60
    document = printed(("text/plain", text)).file
    target = Target(media_type=formats.PNG, dpi=100)
    png = Image.open(io.BytesIO(printed((formats.PDF, document), target=target).file)).convert("L")
    theirs = Image.fromarray(seen(document, 100, smooth=True)[0]).convert("L").crop((0, 0, *png.size))
    coarse = [np.asarray(image.reduce(3)).astype(int) for image in (png, theirs)]
    assert np.abs(coarse[0] - coarse[1]).mean() < 4
    assert coarse[0].mean() == pytest.approx(coarse[1].mean(), abs=1)
