"""Documents of either raster with octets that are wrong or missing."""

import io
import re
from types import ModuleType
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.errors import DocumentError
from ippserver.documents.raster import pwg, urf
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat

PIXELS: Final = PixelFormat(ColorSpace.SRGB, 8)
ROWS: Final = np.zeros((2, 12), np.uint8)


def a_page(codec: ModuleType) -> bytes:
    """A document of four by two black pixels."""
    file = io.BytesIO()
    if codec is pwg:
        header = pwg.PageHeader(pixels=PIXELS, width=4, height=2, resolution=(300, 300), page_size=(1, 1))
        pwg.Writer(file).page(header, [ROWS])
    else:
        urf.Writer(file, 1).page(urf.PageHeader(pixels=PIXELS, width=4, height=2, dpi=300), [ROWS])
    return file.getvalue()


@pytest.mark.parametrize("codec", [pwg, urf])
@given(st.data())
def test_it_is_read_or_refused_whoever_reads_it_and_in_whatever_order(
    codec: ModuleType, data: st.DataObject
) -> None:
    octets = bytearray(a_page(codec))
    for place in data.draw(st.lists(st.integers(0, len(octets) - 1), max_size=6)):
        octets[place] = data.draw(st.integers(0, 255))
    kept = bytes(octets[: data.draw(st.integers(0, len(octets)))])
    try:
        read = [np.concatenate(list(page.bands)) for page in codec.read(io.BytesIO(kept))]
    except DocumentError as error:
        with pytest.raises(type(error), match=re.escape(str(error))):
            list(codec.find(io.BytesIO(kept)))
        return
    file = io.BytesIO(kept)
    found = list(codec.find(file))
    again = [np.concatenate(list(page.bands(file))) for page in reversed(found)]
    assert all(np.array_equal(rows, back) for rows, back in zip(read, reversed(again), strict=True))
