"""Rows into run coding: as short as it should be, and from pixels that are not yet what is written."""

import io
from typing import Final

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ippserver.documents.raster.bands import Band
from ippserver.documents.raster.packing import Units, as_octets, packed, packed_units
from ippserver.documents.raster.runs import Source, unpacked

PALETTE: Final = np.array(((9, 8, 7), (9, 8, 7), (0, 0, 255), (255, 255, 255)), np.uint8)
"""Two of the colors are the same."""


def in_colors(units: Units) -> Band:
    colors: Band = PALETTE[units]
    return colors


@given(
    arrays.arrays(np.uint32, st.tuples(st.integers(1, 6), st.integers(1, 300)), elements=st.integers(0, 3))
)
def test_what_ink_makes_of_units_is_what_is_written(units: npt.NDArray[np.uint32]) -> None:
    octets = packed_units(units, in_colors)
    height, width = units.shape
    bands = unpacked(Source(io.BytesIO(octets)), row_octets=3 * width, height=height, unit=3, white=0xFF)
    assert np.array_equal(np.concatenate(list(bands)), PALETTE[units].reshape(height, -1))


def test_ink_is_asked_for_few_where_most_are_the_same() -> None:
    asked: list[int] = []

    def counted(units: Units) -> Band:
        asked.append(len(units))
        return as_octets(units)

    page = np.zeros((5000, 1000), np.uint32)
    page[3000] = 7
    packed_units(page, counted)
    assert sum(asked) <= (5000 // 256 + 3) * (1000 // 128 + 1)


@pytest.mark.parametrize(
    ("row", "octets"),
    [
        ((5,), (0, 0, 5)),
        ((5, 5), (0, 1, 5)),
        ((5, 5, 5), (0, 2, 5)),
        ((1, 5, 5, 2), (0, 0, 1, 1, 5, 0, 2)),
        ((*range(20), 5, 5, *range(20)), (0, 257 - 42, *range(20), 5, 5, *range(20))),
        ((1, 5, 5, 5, 2), (0, 0, 1, 2, 5, 0, 2)),
        ((*range(20), 5, 5, 5, *range(20)), (0, 257 - 20, *range(20), 2, 5, 257 - 20, *range(20))),
        ((5, 5, 5, 1, 1), (0, 2, 5, 1, 1)),
        ((5,) * 129, (0, 127, 5, 0, 5)),
        (tuple(range(130)), (0, 129, *range(128), 255, 128, 129)),
    ],
    ids=[
        *("one", "two", "three", "a pair amid others", "a pair amid many others", "a run amid others"),
        *("a run amid many others", "a pair alone", "long", "mixed"),
    ],
)
def test_a_row_is_written_in_few_octets(row: tuple[int, ...], octets: tuple[int, ...]) -> None:
    assert tuple(packed(np.array([row], np.uint8), 1)) == octets


def test_a_repeated_row_is_written_once_for_256() -> None:
    assert packed(np.full((300, 3), 5, np.uint8), 3) == bytes((255, 0, 5, 5, 5, 43, 0, 5, 5, 5))
