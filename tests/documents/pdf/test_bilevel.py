"""Pixels of one bit in PDF: the filter that leaves least, and every pixel."""

import zlib
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from ippserver.documents.pdf import bilevel
from ippserver.documents.raster.bands import Band
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.iana import names
from ippserver.ipp.attributes import Collection
from tests.documents.press import images_of, pixels_in, printed, raster, rows_of, seen

BITS: Final = PixelFormat(ColorSpace.SGRAY, 1)
RANDOM: Final = np.random.default_rng(2026)


def letters(rows: int = 400, octets: int = 60) -> Band:
    """Something like text: strokes of any place and length."""
    page = np.full((rows, octets * 8), 255, np.uint8)
    for _ in range(rows // 2):
        down, across = RANDOM.integers(0, rows - 9), RANDOM.integers(0, octets * 8 - 9)
        page[down : down + RANDOM.integers(1, 9), across : across + RANDOM.integers(1, 9)] = 0
    return np.packbits(page, axis=1)


def repeated_dots() -> Band:
    """Dots that are random, and repeat after 64 rows."""
    return np.tile(RANDOM.integers(0, 256, (64, 60), np.uint8), (8, 1))


def filter_of(rows: Band) -> bytes:
    how, _ = bilevel.encoded([rows.tobytes()], rows.shape[1] * 8, len(rows))
    return how.split(b"/")[2]


def test_text_is_in_jbig2_and_much_less_than_in_flate() -> None:
    rows = letters()
    assert filter_of(rows) == b"JBIG2Decode"
    _, octets = bilevel.encoded([rows.tobytes()], 480, len(rows))
    assert len(octets) < 0.6 * len(zlib.compress(rows.tobytes()))


def test_dots_that_repeat_exactly_are_in_flate() -> None:
    assert filter_of(repeated_dots()) == b"FlateDecode"


def test_a_page_that_would_take_long_is_in_group_4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bilevel, "_MOST_OCTETS", 100)
    assert filter_of(letters()) == b"CCITTFaxDecode"


@pytest.mark.parametrize("most", [0, 2**24])
@pytest.mark.parametrize("rows", [letters(), repeated_dots()], ids=["letters", "dots"])
def test_every_pixel_comes_back(
    rows: Band, most: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bilevel, "_MOST_OCTETS", most)
    made = printed(raster([rows], 72, BITS)).file
    white = np.unpackbits(rows, axis=1)
    down, across = (np.flatnonzero((white == 0).any(axis=other)) for other in (1, 0))
    page = white[down[0] : down[-1] + 1, across[0] // 8 * 8 : (across[-1] // 8 + 1) * 8]
    assert np.array_equal(pixels_in(made, tmp_path)[:, :, 0], page * 255)


def test_one_color_on_white_is_a_bit_a_pixel(tmp_path: Path) -> None:
    white = np.unpackbits(letters(900, 75), axis=1)[:, :, np.newaxis]
    page = np.where(white, 255, np.array([0, 0, 128])).astype(np.uint8)
    size = Collection([names.X_DIMENSION.of(21167), names.Y_DIMENSION.of(31750)])  # as many points as pixels
    media = names.MEDIA_COL.of(Collection([names.MEDIA_SIZE.of(size)]))
    made = printed(raster([rows_of(page)], 72), attributes=[media]).file
    assert images_of(made, tmp_path) == [("index", 1)]
    assert b"/JBIG2Decode" in made
    (found,) = seen(made, 72)
    assert np.array_equal(found, page)
