"""The rasters that tests print, written without this project's codecs: both sides agree on the formats."""

import io

import numpy as np
import pytest

from ippserver.documents.raster import pwg, urf
from tests.rasters import PWG_KINDS, URF_KINDS, apple_raster, pwg_raster


@pytest.mark.parametrize("resolution", [(150, 150), (300, 300), (300, 600), (1200, 1200)])
@pytest.mark.parametrize("kind", PWG_KINDS)
def test_a_pwg_raster_is_read_as_what_it_is(kind: str, resolution: tuple[int, int]) -> None:
    seen = 0
    for page in pwg.read(io.BytesIO(pwg_raster(kind, resolution, pages=2))):
        seen += 1
        space, _, bits = kind.rpartition("_")
        assert (page.header.pixels.space, page.header.pixels.bits) == (space, int(bits))
        assert page.header.resolution == resolution
        assert page.header.page_size_name == "iso_a4_210x297mm"
        rows = np.concatenate(list(page.bands))
        assert len(rows) == page.header.height == resolution[1] // 4
        assert (rows[0] == rows[-1]).all()
        assert not (rows[0] == rows[len(rows) // 2]).all()
    assert seen == 2


@pytest.mark.parametrize("kind", URF_KINDS)
def test_an_apple_raster_is_read_as_what_it_is(kind: str) -> None:
    (page,) = urf.read(io.BytesIO(apple_raster(kind, 300)))
    assert page.header.pixels.bits_per_pixel == URF_KINDS[kind].bits_per_pixel
    assert (page.header.width, page.header.height, page.header.dpi) == (150, 75, 300)
