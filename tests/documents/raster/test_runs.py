"""The run coding of raster pages."""

import io
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ippserver.documents.errors import DamagedDocument
from ippserver.documents.raster.bands import BAND_OCTETS, Band
from ippserver.documents.raster.packing import packed
from ippserver.documents.raster.runs import Source, unpacked

UNITS: Final = (1, 2, 3, 4, 6, 8)


def unpack(octets: bytes, row_octets: int, height: int, unit: int = 1, white: int = 0xFF) -> Band:
    bands = unpacked(Source(io.BytesIO(octets)), row_octets=row_octets, height=height, unit=unit, white=white)
    return np.concatenate([*bands, np.empty((0, row_octets), np.uint8)])


@st.composite
def pages(draw: st.DrawFn) -> tuple[int, Band]:
    """A size of units and rows of them: few colours, so that there are runs, and rows that are repeated."""
    unit = draw(st.sampled_from(UNITS))
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 300)))
    colours = draw(
        arrays.arrays(np.uint8, shape, elements=st.integers(0, draw(st.sampled_from((0, 1, 255)))))
    )
    times = draw(st.lists(st.sampled_from((1, 2, 300)), min_size=shape[0], max_size=shape[0]))
    rows = np.repeat(np.repeat(colours, unit, axis=1), times, axis=0)
    rows[:, ::unit] ^= draw(st.integers(0, 255))
    return unit, rows


@given(pages())
def test_what_is_packed_unpacks_to_the_same_rows(page: tuple[int, Band]) -> None:
    unit, rows = page
    octets = packed(rows, unit)
    assert np.array_equal(unpack(octets, rows.shape[1], rows.shape[0], unit), rows)


@given(st.binary(max_size=400), st.integers(1, 40), st.integers(1, 40), st.sampled_from(UNITS))
def test_any_octets_are_rows_or_damaged(octets: bytes, units: int, height: int, unit: int) -> None:
    try:
        rows = unpack(octets, units * unit, height, unit)
    except DamagedDocument:
        return
    assert rows.shape == (height, units * unit)


@pytest.mark.parametrize(
    ("octets", "rows"),
    [
        (bytes((0, 3, 7)), [[7, 7, 7, 7]]),
        (bytes((1, 254, 1, 2, 3, 0, 9)), [[1, 2, 3, 9], [1, 2, 3, 9]]),
        (bytes((0, 0, 5, 128)), [[5, 255, 255, 255]]),
        (bytes((0, 128)), [[255, 255, 255, 255]]),
    ],
    ids=["repeated unit", "repeated row", "white to the end", "white row"],
)
def test_codes_mean_what_pwg_5102_4_says(octets: bytes, rows: list[list[int]]) -> None:
    assert unpack(octets, 4, len(rows)).tolist() == rows


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "ends within a page"),
        (b"\0", "ends within a page"),
        (bytes((0, 3)), "ends within a page"),
        (bytes((0, 253, 1, 2)), "ends within a page"),
        (bytes((0, 4, 7)), "past the end of its row"),
        (bytes((0, 1, 7, 253, 1, 2, 3, 4)), "past the end of its row"),
        (bytes((2, 3, 7)), "past the end of its page"),
    ],
)
def test_a_damaged_page_is_told_with_the_reason(octets: bytes, reason: str) -> None:
    with pytest.raises(DamagedDocument, match=reason):
        unpack(octets, 4, 2)


def test_a_white_page_takes_few_octets() -> None:
    white = np.full((7016, 4960), 255, np.uint8)
    assert len(packed(white, 1)) < 28 * 80


def test_a_page_comes_in_bands_that_do_not_grow_with_it() -> None:
    row = bytes((255, *(127, 0) * 64))  # 256 rows of 8192 octets
    source = Source(io.BytesIO(row * 40))
    sizes = [band.nbytes for band in unpacked(source, row_octets=8192, height=10_240, unit=1, white=255)]
    assert sum(sizes) == 8192 * 10_240
    assert max(sizes) <= BAND_OCTETS


def test_a_source_is_read_as_far_as_it_is_needed() -> None:
    file = io.BytesIO(bytes(10_000_000))
    source = Source(file)
    assert source.take(4) == bytes(4)
    assert file.tell() < 1_000_000
    assert len(source.take(20_000_000)) == 10_000_000 - 4
    assert source.take(1) == b""
