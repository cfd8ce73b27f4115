"""Plain text, laid out and written."""

import io
import subprocess
from time import process_time
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ippserver.documents.errors import DocumentTooLarge
from ippserver.documents.opened import Workshop
from ippserver.documents.plan.geometry import Box, Size
from ippserver.documents.plan.instructions import Medium, PageStyle
from ippserver.documents.task import Limits
from ippserver.documents.text.document import Sheet, TextDocument
from ippserver.iana import names
from ippserver.iana.enums import OrientationRequested
from ippserver.iana.keywords import JobSheets
from ippserver.ipp.values import Keyword
from ippserver.testing.tools import require_tool
from tests.documents.press import SECONDS, MemorySink, printed, seen

NARROW: Final = Sheet(Size(100, 100), Box(10, 10, 10 + 10 * 6.03, 10 + 4 * 12))
"""Ten columns and four lines."""


def pages(octets: bytes, charset: str | None = None, limits: Limits | None = None) -> list[list[str]]:
    """The lines of each page on NARROW."""
    workshop = Workshop(MemorySink(), limits or Limits(), lambda: None, lambda: None)
    document = TextDocument(io.BytesIO(octets), workshop, NARROW, charset)
    return [document.text([index]).split("\n") for index in range(len(document.sizes))]


def read(document: bytes) -> str:
    """The text that poppler finds."""
    command = [require_tool("pdftotext"), "-layout", "-", "-"]
    return subprocess.run(
        command, input=document, capture_output=True, check=True, timeout=SECONDS
    ).stdout.decode()


def test_the_sheet_has_the_columns_and_lines_of_a_line_printer() -> None:
    assert (NARROW.columns, NARROW.lines) == (10, 4)
    a4 = Sheet.of(PageStyle())
    assert (a4.columns, a4.lines) == (86, 64)
    across = Sheet.of(PageStyle(turn=90))
    assert (across.columns, across.lines) == (127, 43)


@given(st.binary(max_size=300), st.sampled_from((None, "utf-8", "utf-16", "iso-8859-1", "shift_jis")))
def test_any_octets_are_pages_within_the_sheet(octets: bytes, charset: str | None) -> None:
    found = pages(octets, charset)
    assert found
    assert all(len(page) <= NARROW.lines for page in found)
    assert all(len(line) <= 10 or not line.isascii() for page in found for line in page)


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(DocumentTooLarge, match="more than 2 pages"):
        pages(b"\f" * 10, limits=Limits(pages=2))


def test_somebody_else_reads_what_is_written() -> None:
    text = "Grüße, Ελληνικά, Кириллица, 100 €\n\tä combined: e\u0301\n"
    made = printed(("text/plain", text.encode()))
    found = read(made.file)
    assert all(word in found for word in ("Grüße, Ελληνικά, Кириллица, 100 €", "ä combined: é"))
    assert made.result.text == "Grüße, Ελληνικά, Кириллица, 100 €\n        ä combined: é"
    assert len(made.file) < 30_000


def test_letters_stand_in_columns() -> None:
    (page,) = seen(printed(("text/plain", b"HHHHHHHHHH\nH        H\n" * 20)).file, 72)
    ink = np.flatnonzero((page < 128).any(axis=(0, 2)))
    assert (ink[0], ink[-1]) == pytest.approx((36, 36 + 60), abs=3)


def test_a_paragraph_that_runs_from_the_right_begins_at_the_right_edge() -> None:
    (page,) = seen(printed(("text/plain", "ب\nabc بب\n".encode())).file, 72)
    ink = page.min(axis=2) < 128
    first, second = (np.flatnonzero(ink[top : top + 12].any(axis=0)) for top in (36, 48))
    right = 36 + 86 * 6.02
    assert (first[0], first[-1]) == pytest.approx((right - 6, right), abs=3)
    assert (second[0], second[-1]) == pytest.approx((36, 36 + 6 * 6.02), abs=5)


SCRIPTS: Final = (
    "Latin 1 ελληνικά кириллица (שלום) עָ العربية ولا \u0301 a\u0301\u0323 日本 नमस्ते \U0001f600 \t"
)


@settings(max_examples=15)
@given(
    text=st.text(st.sampled_from(SCRIPTS) | st.sampled_from("\n\f\b_"), max_size=400),
    medium=st.sampled_from(["iso_a5_148x210mm", "na_letter_8.5x11in", "custom_label_50x30mm"]),
    orientation=st.sampled_from([OrientationRequested.PORTRAIT, OrientationRequested.LANDSCAPE]),
)
def test_nothing_is_printed_in_the_margins(text: str, medium: str, orientation: OrientationRequested) -> None:
    attributes = [names.MEDIA.of(Keyword(medium)), names.ORIENTATION_REQUESTED.of(orientation)]
    made = printed(("text/plain", text.encode()), attributes=attributes)
    pages = seen(made.file, 72)
    assert len(pages) == made.result.pages
    for page in pages:
        margin = int(min(36, *(edge / 8 for edge in page.shape[:2])))
        is_outside = np.ones(page.shape, bool)
        is_outside[margin - 2 : 2 - margin, margin - 2 : 2 - margin] = False
        assert (page[is_outside] > 128).all()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 500_000,
        "a" + "\u0301" * 100_000,
        "\u05d0" + "\u05b8" * 100_000,
        "a\b" * 50_000,
        "a" * 80 + "\b" * 50_000,
        "\u202e" * 50_000,
        "\u2068" * 50_000 + "\u2069" * 50_000,
        "(\u05d0[" * 20_000,
        "\u0915\u200d" * 50_000,
        "\x1b\x00" * 50_000,
        "\r" * 50_000,
    ],
    ids=(
        "line",
        "marks",
        "points",
        "strokes",
        "back",
        "overrides",
        "isolates",
        "brackets",
        "bound",
        "escapes",
        "ends",
    ),
)
def test_text_that_means_harm_takes_a_moment(text: str) -> None:
    begin = process_time()
    made = printed(("text/plain", text.encode()))
    assert process_time() - begin < 10
    assert made.result.pages <= 1 + len(text) // 64


def test_landscape_text_goes_across_the_sheet() -> None:
    attributes = [names.ORIENTATION_REQUESTED.of(OrientationRequested.LANDSCAPE)]
    made = printed(("text/plain", b"x" * 100), attributes=attributes)
    assert made.result.text == "x" * 100
    (page,) = seen(made.file, 72)
    assert page.shape[:2] == pytest.approx((595, 842), abs=1)
    ink = np.flatnonzero((page < 128).any(axis=(1, 2)))
    assert ink[0] < 50


def test_text_keeps_to_a_small_medium() -> None:
    label = Medium(name="custom", hundredths=(5000, 3000), margins=(0, 0, 0, 0))
    sheet = Sheet.of(PageStyle(medium=label))
    assert (sheet.columns, sheet.lines) == (20, 5)


def test_a_job_sheet_says_whose_job_it_is() -> None:
    attributes = [
        names.JOB_SHEETS.of(JobSheets.STANDARD),
        names.JOB_ORIGINATING_USER_NAME.of("maria"),
        names.JOB_SHEET_MESSAGE.of("At the desk,\nplease"),
        names.MEDIA.of(Keyword("iso_a5_148x210mm")),
    ]
    made = printed(("text/plain", b"content"), attributes=attributes)
    sheet, page = read(made.file).split("\f")[:2]
    assert [line.split() for line in sheet.splitlines() if line.strip()] == [
        ["A", "title"],
        ["User", "maria"],
        ["Message", *"At the desk, please".split()],
    ]
    assert page.strip() == "content"
    assert (made.result.impressions, made.result.impressions_completed, made.result.sheets) == (1, 2, 2)
