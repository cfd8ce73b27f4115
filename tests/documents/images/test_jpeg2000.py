"""JPEG 2000 without loss, made of strips."""

import io

import numpy as np
import pytest
from PIL import Image

from ippserver.documents.images import jpeg2000
from ippserver.documents.images.jpeg2000 import STRIP_ROWS
from ippserver.documents.raster.bands import Band


def picture(width: int, height: int, components: int) -> Band:
    steps = np.random.default_rng(1).integers(-3, 4, (height, width * components))
    rows: Band = np.cumsum(steps, axis=1).astype(np.uint8)
    return rows


def encoded(rows: Band, width: int, components: int) -> bytes:
    strips = [
        jpeg2000.strip(rows[at : at + STRIP_ROWS], components) for at in range(0, len(rows), STRIP_ROWS)
    ]
    return jpeg2000.joined(strips, width, len(rows), components)


@pytest.mark.parametrize("components", [1, 3])
@pytest.mark.parametrize("height", [8, 511, 512, 520, 1024, 1033, 1100])
def test_every_pixel_comes_back(height: int, components: int) -> None:
    rows = picture(65, height, components)
    with Image.open(io.BytesIO(encoded(rows, 65, components))) as image:
        assert image.format == "JPEG2000"
        assert np.array_equal(np.asarray(image).reshape(height, -1), rows)


@pytest.mark.parametrize(
    ("width", "height", "fits"),
    [(8, 8, True), (7, 100, False), (100, 7, False), (100, 512, True), (100, 513, False), (100, 520, True)],
)
def test_a_strip_has_as_many_rows_as_the_wavelet_has_steps(width: int, height: int, fits: bool) -> None:
    assert jpeg2000.fits(width, height) is fits
