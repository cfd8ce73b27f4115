"""Rows in PDF: what is seen, and what others find and copy."""

import io
import subprocess
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import features

from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Size
from ippserver.documents.text.letters import Letters
from ippserver.documents.text.own_font import width_of_cell
from ippserver.documents.text.rows import row
from ippserver.documents.text.shaping import BOLD, UNDERLINED, Row, cells
from ippserver.documents.text.system_fonts import SystemFonts
from ippserver.testing.tools import absent, require_file, require_tool
from tests.documents.press import SECONDS, Picture, seen

SIZE: Final = 20.0
CELL: Final = SIZE * width_of_cell()
LEFT: Final = 60.0
NO_FONTS: Final = SystemFonts([])
DEVANAGARI: Final = Path("/usr/share/fonts/truetype/lohit-devanagari/Lohit-Devanagari.ttf")
CONTROLS: Final = dict.fromkeys([*range(0x202A, 0x202F)])
"""With which poppler says how its output runs."""


def written(*rows: Row, fonts: SystemFonts = NO_FONTS) -> bytes:
    """A PDF with rows one below the other."""
    file = io.BytesIO()
    pdf = PlainPdf(file)
    letters = Letters(pdf, fonts)
    height = 40.0 * len(rows)
    content = [letters.line(each, SIZE, LEFT, height - 28 - 40 * number) for number, each in enumerate(rows)]
    pdf.add_page(Size(600, height), b"".join(content), letters.resources)
    letters.close()
    pdf.close()
    return file.getvalue()


def picture(text: str | Row) -> Picture:
    """How a row looks, at 72 dpi."""
    (page,) = seen(written(text if isinstance(text, Row) else row(text)), 72, smooth=True)
    return page


def columns(page: Picture) -> tuple[int, int]:
    """The first and the last column with ink."""
    ink = np.flatnonzero((page < 200).any(axis=(0, 2)))
    return int(ink[0]), int(ink[-1])


def by_pdfium(document: bytes) -> str:
    """What PDFium finds, without blanks."""
    with pypdfium2.PdfDocument(document) as pdf:
        found = pdf[0].get_textpage().get_text_range()
    return unicodedata.normalize("NFC", "".join(found.split()))


def by_poppler(document: bytes) -> Sequence[str]:
    """The lines that poppler finds, without blanks."""
    command = [require_tool("pdftotext"), "-layout", "-", "-"]
    found = subprocess.run(command, input=document, capture_output=True, check=True, timeout=SECONDS).stdout
    lines = ("".join(line.split()) for line in found.decode().translate(CONTROLS).splitlines())
    return [line for line in lines if line]


TEXTS: Final = (
    "שלום עולם",
    "שָׁלוֹם",
    "English שלום abc",
    "السلام عليكم",
    "أهلاً وسهلاً",
    "لا إله الأرض",
    "می‌خواهم",
    "а́б e̴x",
    "नमस्ते",
    "日本語",
    "👩\u200d👧 ok",
    "a b",
)
"""Some without a font that has them."""


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_found_and_copied_is_what_was_written(text: str) -> None:
    document = written(row(text))
    assert by_poppler(document) == ["".join(text.split())]
    assert by_pdfium(document) == "".join(text.split())


def lettered(letters: str, marks: str, most: int) -> st.SearchStrategy[str]:
    """Letters with so many marks each."""
    few = st.lists(st.sampled_from(marks), unique=True, max_size=most)
    return st.lists(st.builds(lambda letter, on: letter + "".join(on), st.sampled_from(letters), few)).map(
        lambda parts: unicodedata.normalize("NFC", "".join(parts))
    )


@given(
    lettered("abéßжБ日नमक", "\u0301\u0302\u093f\u094d\u200d", 2)
    | lettered("אבגדש", "\u05b8\u05bc", 1)  # PDFium turns several of them around
    | lettered("ابتلوم", "\u064e\u0651\u200c", 1)
)
def test_all_that_was_written_is_found_in_order(text: str) -> None:
    assert by_pdfium(written(row(text))) == text


def test_rows_from_right_to_left_are_the_mirror_of_what_was_written() -> None:
    assert (picture("(ب)") == picture(Row("(\ufe8f)"))).all()
    assert (picture("ب(د") == picture(Row("د)\ufe8f"))).all()


def test_letters_are_shown_in_the_forms_that_join() -> None:
    assert (picture("بت") == picture(Row("\ufe96\ufe91"))).all()
    assert (picture("بلا") == picture(Row("\ufefc\u0640\ufe91"))).all()


@pytest.mark.parametrize("text", ["لا", "بلا", "لاً", "ب", "日", "🙂", "\u0301a", "\u05b8א", "a\u0301", "नि"])
def test_nothing_is_drawn_beside_its_columns(text: str) -> None:
    first, last = columns(picture(f"{text}"))
    assert LEFT - 1 <= first
    assert last <= LEFT + CELL * sum(map(cells, text)) + 1


def test_what_follows_lam_and_alef_keeps_its_column() -> None:
    for text in ("دلاد", "بلاد"):
        page, plain = picture(text), picture("د")
        width = round(CELL)
        left = round(LEFT)
        assert (
            np.abs(page[:, left : left + width - 1].astype(int) - plain[:, left : left + width - 1]).mean()
            < 2
        )


def test_bold_letters_are_heavier_and_underlined_ones_have_a_line() -> None:
    plain = picture("HHH")
    bold = picture(Row("HHH", styles=bytes([BOLD] * 3)))
    lined = picture(Row("HHH", styles=bytes([0, UNDERLINED, UNDERLINED])))
    assert int((bold < 128).sum()) > 1.1 * int((plain < 128).sum())
    below = np.flatnonzero((lined != plain).any(axis=(0, 2)))
    assert (below[0], below[-1]) == pytest.approx((LEFT + CELL, LEFT + 3 * CELL), abs=1.5)
    assert by_poppler(written(Row("HHH", styles=bytes([0, BOLD, UNDERLINED])))) == ["HHH"]


def test_controls_leave_no_trace_on_the_page() -> None:
    assert (picture("a\u200b\u2066b\u2069\ufe0fc") == picture("abc")).all()
    assert (picture("\u200eabc") == picture("abc")).all()


def test_a_box_stands_for_what_no_font_has() -> None:
    assert columns(picture("x\U00010300"))[1] > LEFT + CELL + 2
    family = picture("👩\u200d👧")
    assert columns(family)[1] > LEFT + 2 * CELL


def inked(text: str) -> Picture:
    """What the font of Devanagari draws for `text`, cut to its ink."""
    fonts = SystemFonts([require_file(DEVANAGARI).parent])
    drawn = fonts.drawn(text, 300)
    assert drawn is not None
    ink = np.asarray(drawn)
    rows, across = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, across[0] : across[-1] + 1].astype(np.uint8)


def test_syllables_are_put_together_with_the_fonts_of_the_system() -> None:
    if not features.check("raqm"):
        absent("Pillow does not find FriBidi, and so has no HarfBuzz")
    letter, sign, syllable = inked("क"), inked("ि"), inked("कि")
    at_left, at_right = (part[:, : letter.shape[1]] for part in (syllable, syllable[:, -letter.shape[1] :]))
    body = letter.shape[0] // 2
    assert syllable.shape[1] < letter.shape[1] + sign.shape[1]
    assert (at_right[-body:] == letter[-body:]).mean() > 0.9, "the vowel is written after its letter"
    assert (at_left[-body:] == letter[-body:]).mean() < 0.9, "and stands before it"
    assert inked("क्ष").shape[1] < inked("क").shape[1] + inked("ष").shape[1]


def test_text_in_a_script_of_india_is_found_and_copied() -> None:
    text = "नमस्ते क्षत्रिय हिन्दी"
    document = written(row(text), fonts=SystemFonts([require_file(DEVANAGARI).parent]))
    assert by_poppler(document) == ["".join(text.split())]
    assert by_pdfium(document) == "".join(text.split())


def test_more_codes_than_a_font_has_are_boxes(tmp_path: Path) -> None:
    file = io.BytesIO()
    pdf = PlainPdf(file)
    letters = Letters(pdf, SystemFonts([tmp_path]))
    text = "".join(chr(number) for number in range(0x10000, 0x19000))
    content = letters.line(Row(text), 10, 0, 20)
    pdf.add_page(Size(600, 40), content, letters.resources)
    letters.close()
    pdf.close()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        assert len(document) == 1
    assert content.count(b"0000>") > 0 or b"<0000" in content


@pytest.mark.parametrize("text", ["a\u3000", "a\u20e3", "\u05d0\u0b3f"])
def test_of_a_blank_or_a_mark_that_no_font_has_nothing_is_seen(text: str) -> None:
    assert np.array_equal(picture(text), picture(text[0]))
