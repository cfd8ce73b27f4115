"""Black and white in JBIG2: what readers of PDF make of it is every pixel that went in."""

import io
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.images import contexts, jbig2
from ippserver.documents.images.symbols import Symbol
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Size
from ippserver.documents.raster.bands import Band
from tests.documents.press import pixels_in, seen_by_ghostscript

Bits = npt.NDArray[np.bool_]
"""Rows of pixels; True is white."""
RANDOM: Final = np.random.default_rng(2026)


def in_pdf(page: Bits) -> bytes:
    """A PDF of that image, a pixel a point."""
    height, width = page.shape
    file = io.BytesIO()
    pdf = PlainPdf(file)
    head = b"/Type/XObject/Subtype/Image/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode"
    shape = b"/Width %d/Height %d" % (width, height)
    image = pdf.add_stream(head + shape, [jbig2.encoded(np.packbits(page, axis=1), width)])
    content = b"%d 0 0 %d 0 0 cm/I Do" % (width, height)
    pdf.add_page(Size(width, height), content, b"/XObject<</I %d 0 R>>" % image)
    pdf.close()
    return file.getvalue()


def seen_by_pdfium(page: Bits) -> Bits:
    document = pypdfium2.PdfDocument(in_pdf(page))
    try:
        (image,) = document[0].get_objects()
        assert isinstance(image, pypdfium2.PdfImage)
        bitmap = image.get_bitmap()
        white: Bits = bitmap.to_numpy().reshape(len(page), -1)[:, : page.shape[1]] > 127
        return white.copy()
    finally:
        document.close()


def dots(width: int, height: int) -> Bits:
    """A picture from dark to light in ordered dots, with some grain."""
    raised = np.tile(RANDOM.permutation(64).reshape(8, 8) / 64, (height // 8 + 1, width // 8 + 1))
    grain = RANDOM.normal(0, 0.05, (height, width))
    picture: Bits = np.arange(width) / width + grain > raised[:height, :width]
    return picture


@st.composite
def pages(draw: st.DrawFn) -> Bits:
    """Pages of all kinds: from blank to noise, with rows that repeat."""
    width, height = draw(st.integers(1, 90)), draw(st.integers(1, 50))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = random.random((height, width)) < draw(st.sampled_from([0, 0.01, 0.1, 0.5, 0.99, 1]))
    page: Bits = np.repeat(rows, random.integers(1, 4, height), axis=0)
    return page


@st.composite
def texts(draw: st.DrawFn) -> Bits:
    """Pages of a few letters, over and over, and now and then something else."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.lists(st.tuples(st.integers(1, 15), st.integers(1, 15)), min_size=1, max_size=9))
    letters = [random.random(size) < draw(st.sampled_from([0.3, 1])) for size in sizes]
    page: Bits = np.ones((draw(st.integers(16, 200)), draw(st.integers(17, 300))), bool)
    for top in range(0, len(page) - 15, random.integers(16, 24)):
        for left in range(random.integers(0, 8), page.shape[1] - 15, random.integers(16, 20)):
            letter = letters[random.integers(len(letters))]
            down, across = top + random.integers(0, 2), left + random.integers(0, 3)
            inside = page[down : down + letter.shape[0], across : across + letter.shape[1]]
            inside &= ~letter[: inside.shape[0], : inside.shape[1]]
    return page


def text_of(width: int, height: int) -> Bits:
    """A page of twenty letters."""
    page: Bits = np.ones((height, width), bool)
    letters = RANDOM.random((20, 12, 9)) < 0.5
    for top in range(5, height - 20, 30):
        for left in range(3, width - 12, 24):
            page[top : top + 12, left : left + 9] = ~letters[RANDOM.integers(20)]
    return page


@given(pages())
def test_every_pixel_comes_back(page: Bits) -> None:
    assert np.array_equal(seen_by_pdfium(page), page)


@given(texts())
def test_every_letter_comes_back_where_it_was(page: Bits) -> None:
    assert np.array_equal(seen_by_pdfium(page), page)


def test_letters_are_told_once() -> None:
    rows = np.packbits(text_of(1000, 600), axis=1)
    made = jbig2.encoded(rows, 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jbig2, "symbols", lambda ink, width: ([], ink))
        assert len(made) < len(jbig2.encoded(rows, 1000)) / 4


def test_a_page_full_of_dots_is_not_searched_for_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []

    def search(ink: Band, width: int) -> tuple[list[Symbol], Band]:
        searched.append(width)
        return [], ink

    monkeypatch.setattr(jbig2, "symbols", search)
    jbig2.encoded(np.packbits(dots(320, 320), axis=1), 320)
    assert searched == []
    jbig2.encoded(np.packbits(text_of(320, 320), axis=1), 320)
    assert searched == [320]


@given(pages())
def test_it_does_not_matter_how_many_rows_are_looked_at_at_once(page: Bits) -> None:
    rows, width = np.packbits(page, axis=1), page.shape[1]
    whole = jbig2.encoded(rows, width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contexts, "_AT_ONCE", 12)
        assert jbig2.encoded(rows, width) == whole


def test_what_is_behind_the_last_pixel_of_a_row_does_not_matter() -> None:
    rows = np.array([[0b10110000], [0b01000000]], np.uint8)
    assert jbig2.encoded(rows | np.uint8(0b1111), 4) == jbig2.encoded(rows, 4)


@pytest.mark.parametrize("page", [dots(301, 203), text_of(301, 203)], ids=["dots", "text"])
def test_poppler_and_ghostscript_see_the_same(page: Bits, tmp_path: Path) -> None:
    made = in_pdf(page)
    wanted = np.where(page, 255, 0)[:, :, np.newaxis].repeat(3, axis=2)
    assert np.array_equal(pixels_in(made, tmp_path), wanted)
    assert np.array_equal(seen_by_ghostscript(made, 72), wanted)


def test_dots_are_coded_by_those_a_period_away() -> None:
    page = dots(640, 640)
    rows = np.packbits(page, axis=1)
    chosen = jbig2.encoded(rows, 640)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jbig2, "_places", lambda ink: [(3, 1), (-3, 1), (2, 2), (-2, 2)])
        assert len(chosen) < 0.8 * len(jbig2.encoded(rows, 640))
