"""Pictures of every kind that Pillow writes, and how they stand on the page."""

import io
from typing import Final

import numpy as np
import pytest
from PIL import Image

from ippserver.documents.errors import DamagedDocument
from ippserver.iana import names
from ippserver.iana.keywords import PrintScaling
from ippserver.model import formats
from tests.documents.press import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    Picture,
    about,
    at,
    corners,
    marked,
    printed,
    seen,
    upright,
)

PICTURE: Final = Image.fromarray(marked(1, 120, 160))
KINDS: Final = {"JPEG": formats.JPEG, "PNG": formats.PNG, "TIFF": formats.TIFF}


def written(image: Image.Image, kind: str, **options: object) -> tuple[str, bytes]:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return KINDS[kind], file.getvalue()


def page(document: tuple[str, bytes]) -> Picture:
    """The picture as it fills a page; poppler draws it."""
    attributes = [names.PRINT_SCALING.of(PrintScaling.FILL)]
    (found,) = seen(printed(document, attributes=attributes).file)
    return found


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}),
        ("PNG", {}),
        ("PNG", {"optimize": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_deflate"}),
        ("TIFF", {"compression": "packbits"}),
        ("TIFF", {"compression": "jpeg", "quality": 95}),
    ],
)
def test_every_coding_is_read(kind: str, options: dict[str, object]) -> None:
    assert about(corners(page(written(PICTURE, kind, **options))), upright(), 12)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *[("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
        *[("TIFF", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "YCbCr")],
        *[("JPEG", mode) for mode in ("L", "RGB", "CMYK")],
    ],
)
def test_every_mode_is_read(kind: str, mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.asarray(PICTURE.convert("L")).astype(np.uint16) * 257)
    else:
        image = PICTURE.convert(mode)
    found = corners(page(written(image, kind)))
    gray = [(value,) * 3 for value in (76, 150, 29, 20)]
    if mode == "1":
        assert found[3] == (0, 0, 0) or max(found[3]) == 255
    else:
        tolerance = {"CMYK": 120, "P": 32}.get(mode, 12)  # inks are not light; a table is coarse
        assert about(found, gray if mode in ("L", "LA", "I;16") else upright(), tolerance)


def test_what_is_transparent_is_white_paper() -> None:
    image = PICTURE.convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 60, 80))
    assert about(corners(page(written(image, "PNG"))), [WHITE, *upright()[1:]])
    table = PICTURE.convert("P", palette=Image.Palette.ADAPTIVE)
    document = written(table, "PNG", transparency=table.getpixel((5, 5)))
    assert about(corners(page(document)), [WHITE, *upright()[1:]])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_says_which_way_is_up(kind: str, orientation: int) -> None:
    """The eight ways of Exif: what is stored is turned so that what is seen is upright."""
    stored = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = PICTURE if stored is None else PICTURE.transpose(stored)
    options: dict[str, object] = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert about(corners(page(written(image, kind, exif=exif, **options))), upright(), 12)


def test_a_jpeg_keeps_its_octets() -> None:
    media_type, octets = written(PICTURE, "JPEG")
    scan = octets[octets.index(b"\xff\xda") :]
    assert scan in printed((media_type, octets)).file


def test_the_pages_of_a_tiff_are_pages() -> None:
    pictures = [Image.fromarray(marked(number, 60, 80)) for number in (1, 2, 3)]
    document = written(pictures[0], "TIFF", save_all=True, append_images=pictures[1:])
    attributes = [names.PRINT_SCALING.of(PrintScaling.FILL)]
    found = seen(printed(document, attributes=attributes).file)
    assert [about(corners(one), upright(number)) for number, one in enumerate(found, 1)] == [True] * 3


@pytest.mark.parametrize(("dpi", "inches"), [(None, 0.8), (60, 2.0), (0, 0.8), (10**9, 0.8)])
def test_a_picture_is_as_large_as_it_says(dpi: int | None, inches: float) -> None:
    options: dict[str, object] = {} if dpi is None else {"dpi": (dpi, dpi)}
    try:
        document = written(PICTURE, "TIFF", **options)
    except OverflowError:
        pytest.skip("Pillow does not write this")
    (found,) = seen(printed(document).file, 72)
    wide = np.flatnonzero((found.min(axis=2) < 250).max(axis=0))
    assert (wide[-1] - wide[0] + 1) / 72 == pytest.approx(inches, abs=0.03)


def test_a_kind_that_nobody_can_print_is_damaged() -> None:
    with pytest.raises(DamagedDocument, match="the kind F"):
        printed(written(PICTURE.convert("F"), "TIFF"))


def test_a_landscape_picture_lies_on_the_sheet() -> None:
    found = page(written(PICTURE.rotate(90, expand=True), "PNG"))
    assert found.shape[1] > found.shape[0]
    assert [at(found, across, 0.2) for across in (0.2, 0.8)] == [GREEN, (20, 20, 20)]
    assert [at(found, across, 0.8) for across in (0.2, 0.8)] == [RED, BLUE]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (7, 9), (9, 7), (300, 1), (15_000, 9)])
def test_a_picture_of_few_pixels_or_of_many_is_a_picture(kind: str, size: tuple[int, int]) -> None:
    made = printed(written(Image.fromarray(marked(1, *size)), kind))
    assert made.result.impressions == 1
