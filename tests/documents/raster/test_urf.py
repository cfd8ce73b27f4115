"""Apple Raster, read and written."""

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
from ippserver.documents.raster import urf
from ippserver.documents.raster.bands import Band, RasterLimits, banded
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.testing.tools import require_tool

FORMATS: Final = tuple(
    PixelFormat(space, bits) for space in ColorSpace if space != ColorSpace.BLACK for bits in (8, 16)
)
SECONDS: Final = 60.0


@st.composite
def pages(draw: st.DrawFn) -> tuple[urf.PageHeader, Band]:
    octet = st.integers(0, 255)
    header = urf.PageHeader(
        pixels=draw(st.sampled_from(FORMATS)),
        width=draw(st.integers(1, 40)),
        height=draw(st.integers(1, 20)),
        dpi=draw(st.integers(1, 9600)),
        duplex=draw(st.sampled_from(urf.Duplex)),
        print_quality=draw(octet),
        media_type=draw(octet),
        media_position=draw(octet),
    )
    octets = draw(st.binary(min_size=header.row_octets, max_size=header.row_octets))
    return header, np.frombuffer(octets * header.height, np.uint8).reshape(header.height, -1)


def written(document: list[tuple[urf.PageHeader, Band]], pages: int = 0) -> bytes:
    file = io.BytesIO()
    writer = urf.Writer(file, pages)
    for header, rows in document:
        writer.page(header, banded(rows))
    return file.getvalue()


def one_page() -> bytes:
    header = urf.PageHeader(pixels=PixelFormat(ColorSpace.SRGB, 8), width=4, height=2, dpi=300)
    return written([(header, np.zeros((2, 12), np.uint8))], 1)


@given(st.lists(pages(), min_size=1, max_size=3))
def test_what_is_written_is_read_again(document: list[tuple[urf.PageHeader, Band]]) -> None:
    octets = written(document, len(document))
    read = [(page.header, np.concatenate(list(page.bands))) for page in urf.read(io.BytesIO(octets))]
    assert [header for header, _ in read] == [header for header, _ in document]
    assert all(np.array_equal(rows, back) for (_, rows), (_, back) in zip(document, read, strict=True))


def test_the_gray_of_the_device_is_light_like_the_other() -> None:
    header = urf.PageHeader(pixels=PixelFormat(ColorSpace.SGRAY, 8), width=4, height=2, dpi=300)
    octets = bytearray(header.encode())
    octets[1] = 4
    assert urf.PageHeader.decode(bytes(octets)) == header


@pytest.mark.parametrize(
    ("offset", "octet", "reason"),
    [
        (0, 0, "does not begin as Apple Raster"),
        (12, 7, "7 bits"),
        (12, 32, "32 bits"),
        (13, 2, "color space 2"),
        (14, 4, "both sides"),
        (27, 0, "no size"),
        (31, 0, "no size"),
    ],
)
def test_a_header_that_lies_is_refused_with_the_reason(offset: int, octet: int, reason: str) -> None:
    octets = bytearray(one_page())
    octets[offset] = octet
    with pytest.raises(DamagedDocument, match=reason):
        list(urf.read(io.BytesIO(bytes(octets))))


def test_the_pages_that_are_there_count() -> None:
    """P04: a header that claims 4 294 967 295 pages before one."""
    octets = bytearray(one_page())
    struct.pack_into(">I", octets, 8, 2**32 - 1)
    assert len(list(urf.read(io.BytesIO(bytes(octets))))) == 1


def test_more_pages_than_allowed_are_refused() -> None:
    header = urf.PageHeader(pixels=PixelFormat(ColorSpace.SGRAY, 8), width=1, height=1, dpi=300)
    octets = written([(header, np.zeros((1, 1), np.uint8))] * 3)
    with pytest.raises(DocumentTooLarge):
        list(urf.read(io.BytesIO(octets), RasterLimits(pages=2)))


@pytest.mark.parametrize("octets", [b"", b"UNIRAST\0\0\0\0\1", one_page()[:-1], one_page() + b"x"])
def test_a_document_that_is_cut_off_is_refused(octets: bytes) -> None:
    with pytest.raises(DamagedDocument):
        list(urf.read(io.BytesIO(octets)))


def test_it_reads_what_ghostscript_writes(tmp_path: Path) -> None:
    source = tmp_path / "page.ps"
    source.write_text("%!PS\n100 100 200 300 rectfill showpage\n")
    command = [
        require_tool("gs"),
        *("-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=appleraster", "-r144", "-sPAPERSIZE=a4"),
        *("-dcupsColorSpace=19", "-dcupsBitsPerColor=8", f"-sOutputFile={tmp_path / 'page.urf'}"),
    ]
    subprocess.run([*command, source], check=True, timeout=SECONDS)
    with (tmp_path / "page.urf").open("rb") as file:
        ((header, rows),) = [(page.header, np.concatenate(list(page.bands))) for page in urf.read(file)]
    assert (str(header.pixels), header.dpi) == ("srgb_8", 144)
    inside = rows[header.height - 2 * 250].reshape(-1, 3)
    assert inside[[0, 250, 550, -1]].tolist() == [[255] * 3, [0] * 3, [0] * 3, [255] * 3]
