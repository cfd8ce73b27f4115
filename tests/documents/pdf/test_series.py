"""PDFs one behind the other in one file, as CUPS sends the files of one `lp`: all are printed."""

import io
from collections.abc import Sequence

import pikepdf
import pytest

from ippserver.documents.pdf import series
from ippserver.iana import names
from ippserver.ipp.values import RangeOfInteger
from ippserver.model import formats
from tests.documents.press import at, level, pdf, printed, seen

PDF = pdf(2)[1]
OTHER = pdf(1)[1]


def parts_of(octets: bytes) -> list[bytes]:
    return [file.read() for file in series.split(io.BytesIO(octets))]


@pytest.mark.parametrize("documents", [(PDF, PDF), (PDF, OTHER), (OTHER, PDF, OTHER)])
def test_each_is_told_from_the_next(documents: Sequence[bytes]) -> None:
    assert parts_of(b"".join(documents)) == list(documents)


@pytest.mark.parametrize("blank", [b"", b"\n", b"\r\n", b"\0"])
def test_blanks_belong_to_the_one_before_them(blank: bytes) -> None:
    padded = PDF.rstrip() + blank
    assert parts_of(padded + PDF) == [padded, PDF]


@pytest.mark.parametrize("octets", [1, 7, 30, 31, 32, 33, 1000])
def test_it_does_not_matter_how_far_a_file_is_read(octets: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "_READ_OCTETS", octets)
    assert parts_of(PDF + OTHER + PDF) == [PDF, OTHER, PDF]


def with_attachment(attached: bytes) -> bytes:
    """A PDF that has two whole PDFs within."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        document.attachments["both.pdf"] = attached
        document.save(file, compress_streams=False)
    return file.getvalue()


def saved_twice() -> bytes:
    """A PDF to which its program has added what was changed."""
    return PDF + b"\n% a change\n" + PDF[PDF.rindex(b"startxref") :]


@pytest.mark.parametrize(
    "document",
    [
        PDF,
        saved_twice(),
        with_attachment(PDF + PDF),
        PDF + b"%PDF-1.4\n%%EOF\n",
        PDF[:-40] + b"%%EOF\n" + PDF,
        PDF + b"trailer" + PDF,
        OTHER * 1001,
        b"",
    ],
    ids=["one", "saved twice", "with others in it", "no second", "no first", "no joint", "too many", "empty"],
)
def test_what_is_one_document_stays_one(document: bytes) -> None:
    assert parts_of(document) == [document]


def test_all_pages_of_all_documents_are_printed() -> None:
    made = printed((formats.PDF, PDF + OTHER))
    assert [at(page, 0.75, 0.75)[0] for page in seen(made.file)] == [level(1), level(2), level(1)]
    assert made.result.pages == made.result.impressions_completed == 3


def test_page_ranges_go_through_all_of_them() -> None:
    made = printed((formats.PDF, PDF + PDF), attributes=[names.PAGE_RANGES.of(RangeOfInteger(2, 3))])
    assert [at(page, 0.75, 0.75)[0] for page in seen(made.file)] == [level(2), level(1)]


def test_a_window_reads_as_a_file_does() -> None:
    [_, file] = series.split(io.BytesIO(PDF + OTHER))
    assert file.seek(-2, io.SEEK_END) == len(OTHER) - 2
    assert (file.read(), file.tell()) == (OTHER[-2:], len(OTHER))
    file.seek(0)
    with pikepdf.open(file) as document:
        assert len(document.pages) == 1
