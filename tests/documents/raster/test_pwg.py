"""PWG Raster, read and written."""

import io
import struct
import subprocess
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.errors import DamagedDocument, DocumentTooLarge
from ippserver.documents.raster import pwg
from ippserver.documents.raster.bands import Band, RasterLimits, banded
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.testing.tools import require_tool

FORMATS: Final = (
    *(PixelFormat(space, bits) for space in ColorSpace for bits in (8, 16)),
    PixelFormat(ColorSpace.BLACK, 1),
    PixelFormat(ColorSpace.SGRAY, 1),
)
SECONDS: Final = 60.0
GRAY: Final = PixelFormat(ColorSpace.SGRAY, 8)
strings = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=15)


@st.composite
def documents(draw: st.DrawFn) -> list[tuple[pwg.PageHeader, Band]]:
    """Pages with all that a header can say."""
    return [draw(pages()) for _ in range(draw(st.integers(1, 3)))]


@st.composite
def pages(draw: st.DrawFn) -> tuple[pwg.PageHeader, Band]:
    word = st.integers(0, 2**32 - 1)
    header = pwg.PageHeader(
        pixels=draw(st.sampled_from(FORMATS)),
        width=draw(st.integers(1, 40)),
        height=draw(st.integers(1, 20)),
        resolution=draw(st.tuples(st.integers(1, 9600), st.integers(1, 9600))),
        page_size=draw(st.tuples(word, word)),
        page_size_name=draw(strings),
        media_color=draw(strings),
        media_type=draw(strings),
        media_position=draw(word),
        media_weight=draw(word),
        two_sided=draw(st.booleans()),
        tumble=draw(st.booleans()),
        copies=draw(word),
        orientation=draw(word),
        leading_edge=draw(word),
        print_quality=draw(word),
        content_optimize=draw(strings),
        rendering_intent=draw(strings),
        transform=draw(st.tuples(st.sampled_from((1, -1)), st.sampled_from((1, -1)))),
        total_pages=draw(word),
        image_box=draw(st.tuples(word, word, word, word)),
        alternate_primary=draw(word),
        cut=draw(st.sampled_from(pwg.When)),
        jog=draw(st.sampled_from(pwg.When)),
        insert_sheet=draw(st.booleans()),
        vendor_identifier=draw(word),
        vendor_data=draw(st.binary(max_size=1088)),
    )
    octets = draw(st.binary(min_size=header.row_octets, max_size=header.row_octets))
    rows = np.frombuffer(octets * header.height, np.uint8).reshape(header.height, -1)
    return header, rows


def written(document: list[tuple[pwg.PageHeader, Band]]) -> bytes:
    file = io.BytesIO()
    writer = pwg.Writer(file)
    for header, rows in document:
        writer.page(header, banded(rows))
    return file.getvalue()


def plain(width: int = 8, height: int = 4, pixels: PixelFormat = GRAY) -> pwg.PageHeader:
    return pwg.PageHeader(
        pixels=pixels, width=width, height=height, resolution=(300, 300), page_size=(595, 842)
    )


def one_page(header: pwg.PageHeader | None = None) -> bytes:
    header = header or plain()
    return written([(header, np.zeros((header.height, header.row_octets), np.uint8))])


@given(documents())
def test_what_is_written_is_read_again(document: list[tuple[pwg.PageHeader, Band]]) -> None:
    read = [
        (page.header, np.concatenate(list(page.bands))) for page in pwg.read(io.BytesIO(written(document)))
    ]
    assert [header for header, _ in read] == [header for header, _ in document]
    assert all(np.array_equal(rows, back) for (_, rows), (_, back) in zip(document, read, strict=True))


@given(documents())
def test_pages_that_nobody_looks_at_are_passed_over(document: list[tuple[pwg.PageHeader, Band]]) -> None:
    assert len(list(pwg.read(io.BytesIO(written(document))))) == len(document)


@pytest.mark.parametrize(
    ("offset", "value", "reason"),
    [
        (0, 0x52615333, "does not begin as PWG Raster"),
        (4, 0, "does not begin as one"),
        (4 + 276, 0, "no size"),
        (4 + 372, 0, "no size"),
        (4 + 376, 0, "no size"),
        (4 + 384, 0, "0 bits"),
        (4 + 384, 255, "255 bits"),
        (4 + 388, 24, "length of its rows"),
        (4 + 392, 9, "length of its rows"),
        (4 + 396, 1, "order 1"),
        (4 + 400, 7, "color space 7"),
        (4 + 420, 3, "about its colors"),
        (4 + 456, 2, "transformation"),
        (4 + 268, 9, "cut or jog"),
    ],
)
def test_a_header_that_lies_is_refused_with_the_reason(offset: int, value: int, reason: str) -> None:
    octets = bytearray(one_page())
    struct.pack_into(">I", octets, offset, value)
    with pytest.raises(DamagedDocument, match=reason):
        list(pwg.read(io.BytesIO(bytes(octets))))


@pytest.mark.parametrize("octets", [b"", b"RaS2", one_page()[:-1], one_page() + b"x"])
def test_a_document_that_is_cut_off_is_refused(octets: bytes) -> None:
    with pytest.raises(DamagedDocument):
        list(pwg.read(io.BytesIO(octets)))


def test_a_page_of_any_size_is_refused_before_it_is_unpacked() -> None:
    huge = plain(width=2**30, height=2**31)
    with pytest.raises(DocumentTooLarge):
        next(pwg.read(io.BytesIO(pwg.SYNC + huge.encode())))


def test_more_pages_than_allowed_are_refused() -> None:
    page = plain(width=1, height=1)
    octets = written([(page, np.zeros((1, 1), np.uint8))] * 3)
    assert len(list(pwg.read(io.BytesIO(octets), RasterLimits(pages=3)))) == 3
    with pytest.raises(DocumentTooLarge):
        list(pwg.read(io.BytesIO(octets), RasterLimits(pages=2)))


def test_a_long_name_is_cut_at_the_end_of_a_character() -> None:
    header = pwg.PageHeader(
        pixels=GRAY, width=1, height=1, resolution=(300, 300), page_size=(1, 1), media_type="ä" * 40
    )
    (page,) = pwg.read(io.BytesIO(one_page(header)))
    assert page.header.media_type == "ä" * 31


@pytest.mark.parametrize(
    ("space", "bits", "pixels"),
    [(19, 8, "srgb_8"), (18, 8, "sgray_8"), (3, 1, "black_1"), (6, 8, "cmyk_8")],
)
def test_it_reads_what_ghostscript_writes(space: int, bits: int, pixels: str, tmp_path: Path) -> None:
    source = tmp_path / "page.ps"
    source.write_text("%!PS\n100 100 200 300 rectfill showpage 72 72 10 10 rectfill showpage\n")
    command = [
        require_tool("gs"),
        *("-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pwgraster", "-r144", "-sPAPERSIZE=a4"),
        *(f"-dcupsColorSpace={space}", f"-dcupsBitsPerColor={bits}"),
        f"-sOutputFile={tmp_path / 'page.pwg'}",
    ]
    subprocess.run([*command, source], check=True, timeout=SECONDS)
    with (tmp_path / "page.pwg").open("rb") as file:
        read = [(page.header, np.concatenate(list(page.bands))) for page in pwg.read(file)]
    assert [str(header.pixels) for header, _ in read] == [pixels] * 2
    header, rows = read[0]
    assert header.resolution == (144, 144)
    ink = 0x00 if not header.pixels.is_ink else 0xFF
    row = rows[header.height - 2 * 250]  # through the rectangle, 100 to 300 points from the left
    unit = header.pixels.bits_per_pixel / 8
    assert row[int(250 * unit) : int(550 * unit)].tolist()[-1] == ink
    assert row[0] == header.pixels.white


def test_what_a_page_says_of_itself_is_where_the_standard_has_it() -> None:
    octets = pwg.PageHeader(
        pixels=PixelFormat(ColorSpace.SRGB, 8),
        width=2480,
        height=3508,
        resolution=(300, 301),
        page_size=(595, 842),
        page_size_name="iso_a4_210x297mm",
        two_sided=True,
        total_pages=7,
        transform=(-1, 1),
        print_quality=5,
    ).encode()
    assert len(octets) == pwg.HEADER_OCTETS
    words = {at: struct.unpack_from(">i", octets, at)[0] for at in range(256, 520, 4)}
    assert {at: value for at, value in words.items() if value} == {
        272: 1,
        276: 300,
        280: 301,
        352: 595,
        356: 842,
        372: 2480,
        376: 3508,
        384: 8,
        388: 24,
        392: 7440,
        400: 19,
        420: 3,
        452: 7,
        456: -1,
        460: 1,
        484: 5,
    }
    assert octets[1732:].rstrip(b"\0") == b"iso_a4_210x297mm"
