"""A page in parts: all of it is there, each part in as few bits as it takes."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.images import regions as module
from ippserver.documents.images.regions import Region, regions
from ippserver.documents.images.shrinking import Pixels
from ippserver.documents.raster.bands import Band, Rows
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.iana import names
from ippserver.ipp.attributes import Collection
from tests.documents.press import images_of, printed, raster, rows_of, seen

GRAY: Final = PixelFormat(ColorSpace.SGRAY, 8)
SRGB: Final = PixelFormat(ColorSpace.SRGB, 8)
BITS: Final = PixelFormat(ColorSpace.SGRAY, 1)
INK: Final = PixelFormat(ColorSpace.BLACK, 8)
CMYK: Final = PixelFormat(ColorSpace.CMYK, 8)
DEEP: Final = PixelFormat(ColorSpace.SRGB, 16)
SIZE: Final = names.MEDIA_COL.of(
    Collection([names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(21167), names.Y_DIMENSION.of(31750)]))])
)
"""As many points as `mixed` has pixels."""
RANDOM: Final = np.random.default_rng(2026)


def strips(page: Band, at_once: int) -> list[Rows]:
    return [
        Rows(page[at : at + at_once], np.ones(len(page[at : at + at_once]), np.intp))
        for at in range(0, len(page), at_once)
    ]


def found(pixels: PixelFormat, page: Band, at_once: int = 7) -> list[Region]:
    width = page.shape[1] * 8 // pixels.bits_per_pixel
    return list(regions(pixels, width, len(page), lambda: strips(page, at_once)))


def plain(part: Pixels, like: PixelFormat) -> Band:
    """The pixels of a part as the page had them."""
    rows = np.concatenate(list(part.bands()))
    if part.bits < 8 and like.bits == 8:
        bits = np.unpackbits(rows, axis=1, count=part.width * part.bits).reshape(len(rows), -1, part.bits)
        rows = np.packbits(np.pad(bits, ((0, 0), (0, 0), (8 - part.bits, 0))), axis=2)[:, :, 0]
        rows = rows if part.table is not None else rows * np.uint8(255)
    if part.table is not None:
        colors = [(color >> 16 & 255, color >> 8 & 255, color & 255) for color in part.table]
        levels = [[color] for color in part.table]
        table = levels if part.space == ColorSpace.SGRAY else colors
        rows = np.array(table, np.uint8)[rows].reshape(len(rows), -1)
    if rows.shape[1] * like.components == part.width * like.components**2 and like.components == 3:
        return rows
    return np.repeat(rows, 3, axis=1) if like.components == 3 and like.bits == 8 else rows


def put_together(pixels: PixelFormat, shape: tuple[int, int], parts: Iterable[Region]) -> Band:
    height, octets = shape
    page = np.full((height, octets), 0 if pixels == CMYK else 0xFF, np.uint8)
    for part in parts:
        rows = plain(part.pixels, pixels)
        left = part.left * pixels.bits_per_pixel // 8
        page[part.top : part.top + len(rows), left : left + rows.shape[1]] = rows
    return page


@st.composite
def pages(draw: st.DrawFn) -> tuple[PixelFormat, Band]:
    """Blocks of few or many colors on white, some beside and some below each other."""
    pixels = draw(st.sampled_from((GRAY, SRGB, BITS, CMYK, DEEP)))
    width, height = 8 * draw(st.integers(1, 6)), draw(st.integers(1, 90))
    unit = max(1, pixels.bits_per_pixel // 8)
    across = width * pixels.bits_per_pixel // 8 // unit
    page = np.full((height, across, unit), 0 if pixels == CMYK else 0xFF, np.uint8)
    for _ in range(draw(st.integers(0, 4))):
        top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, across - 1))
        bottom, right = draw(st.integers(top + 1, height)), draw(st.integers(left + 1, across))
        colors = draw(st.sampled_from((1, 2, 9, 300)))
        gray = draw(st.booleans())
        table = RANDOM.integers(0, 256, (colors, unit), np.uint8)
        table = np.repeat(table[:, :1], unit, axis=1) if gray else table
        page[top:bottom, left:right] = table[RANDOM.integers(0, colors, (bottom - top, right - left))]
    return pixels, page.reshape(height, -1)


@given(pages(), st.sampled_from((0, 2**16)), st.sampled_from((0, 2**20)))
def test_the_parts_of_a_page_are_all_of_it(page: tuple[PixelFormat, Band], small: int, held: int) -> None:
    pixels, rows = page
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_SMALL", small)
        patch.setattr(module, "_HELD_OCTETS", held)
        parts = found(pixels, rows)
        assert np.array_equal(put_together(pixels, rows.shape, parts), rows)


def test_ink_comes_as_light() -> None:
    page = np.zeros((400, 400), np.uint8)
    page[100:200, 50:90] = 200
    (part,) = found(INK, page)
    assert (part.top, part.left, part.pixels.height, part.pixels.width) == (100, 50, 100, 40)
    assert part.pixels.table == (55,)


def letters(height: int, width: int) -> Band:
    """Something like text: black in white, in lines that have white between them."""
    lines = np.full((height, width), 255, np.uint8)
    for top in range(0, height - 10, 30):
        lines[top : top + 10] = np.repeat(RANDOM.integers(0, 2, (10, width // 4)), 4, axis=1) * 255
    return lines


def mixed() -> Band:
    """A page with text, a photograph, more text."""
    page = np.full((900, 600, 3), 255, np.uint8)
    page[60:340, 60:540] = letters(280, 480)[:, :, None]
    down, across = np.mgrid[:200, :240]
    for color in range(3):
        page[370:570, 180:420, color] = 90 + 60 * np.sin(down / 31 + color) + 60 * np.cos(across / 43)
    page[370:570, 180:420] += RANDOM.integers(0, 40, (200, 240, 1), np.uint8)
    page[600:840, 60:540] = letters(240, 480)[:, :, None]
    return rows_of(page)


def test_text_stays_black_and_white_beside_a_picture(tmp_path: Path) -> None:
    page = mixed()
    made = printed(raster([page], 72), attributes=[SIZE])
    assert images_of(made.file, tmp_path) == [("gray", 1), ("rgb", 8), ("gray", 1)]
    assert b"JPXDecode" in made.file
    (drawn,) = seen(made.file, 72)
    assert np.array_equal(drawn, page.reshape(900, 600, 3))


def test_what_is_mirrored_stays_so_in_parts() -> None:
    page = mixed()
    parts = found(SRGB, page, at_once=100)
    assert [part.is_picture for part in parts] == [False, True, False]
    assert np.array_equal(put_together(SRGB, page.shape, parts), page)


def test_a_page_that_would_fall_into_many_parts_stays_whole() -> None:
    page = np.full((60 * 40, 200, 3), 255, np.uint8)
    for number in range(60):
        page[number * 40 : number * 40 + 10, :50] = (0, 0, 255 * (number % 2))
    (part,) = found(SRGB, rows_of(page), at_once=100)
    assert part.pixels.table == (0x000000, 0x0000FF, 0xFFFFFF)
    assert (part.pixels.width, part.pixels.height) == (50, 60 * 40 - 30)


def test_a_blank_page_has_no_parts() -> None:
    assert found(GRAY, np.full((300, 300), 255, np.uint8)) == []


def test_a_page_too_large_to_hold_is_read_again() -> None:
    times: list[int] = []
    page = rows_of(np.zeros((300, 300, 3), np.uint8))

    def read() -> list[Rows]:
        times.append(1)
        return strips(page, 100)

    with pytest.MonkeyPatch.context() as patch:
        for most in (math.prod(page.shape) - 1, math.prod(page.shape)):
            patch.setattr(module, "_HELD_OCTETS", most)
            for part in regions(SRGB, 300, 300, read):
                assert sum(len(band) for band in part.pixels.bands()) == 300
    assert len(times) == 3


@pytest.mark.parametrize(("colors", "bits"), [(16, 4), (256, 8), (257, 24)])
def test_colors_are_counted_that_are_in_few_places(colors: int, bits: int) -> None:
    page = np.zeros((90_000, 3), np.uint8)
    page[1::2] = 255
    rare = np.arange(colors - 2)
    page[RANDOM.permutation(90_000)[: colors - 2]] = np.stack((rare % 256, rare // 256, rare * 0 + 7), axis=1)
    (part,) = found(SRGB, page.reshape(300, 900), at_once=300)
    assert part.pixels.bits * part.pixels.components == bits
