"""Rasters that come in, pixel for pixel; and rasters that go out, in every kind of pixels, every way up."""

import io
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ippserver.documents.errors import DamagedDocument
from ippserver.documents.raster import output, pwg, urf
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Target
from ippserver.iana import names
from ippserver.iana.enums import OrientationRequested, PrintQuality
from ippserver.iana.keywords import PrintColorMode, PrintScaling, PwgRasterDocumentSheetBack, Sides
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from tests.documents.press import (
    BLUE,
    GREEN,
    RED,
    Picture,
    about,
    at,
    corners,
    images_of,
    level,
    marked,
    marked_raster,
    pdf,
    pixels_in,
    printed,
    raster,
    rows_of,
    seen,
    upright,
)

WIDTH, HEIGHT = 61, 83
"""Odd, so that rows of bits end within an octet."""
DPI: Final = 72
SIZE: Final = names.MEDIA_COL.of(
    Collection([names.MEDIA_SIZE.of(Collection([names.X_DIMENSION.of(2152), names.Y_DIMENSION.of(2928)]))])
)
"""As many points as there are pixels."""
RANDOM: Final = np.random.default_rng(2026)
PLAIN: Final = (ColorSpace.BLACK, ColorSpace.SGRAY, ColorSpace.SRGB, ColorSpace.RGB)
APPLE: Final = tuple(space for space in PLAIN if space != ColorSpace.BLACK)
"""Those of them that Apple Raster has."""
GRAY: Final = PixelFormat(ColorSpace.SGRAY, 8)
SRGB: Final = PixelFormat(ColorSpace.SRGB, 8)


def noise(pixels: PixelFormat) -> npt.NDArray[np.uint8]:
    return RANDOM.integers(0, 256, (HEIGHT, pixels.row_octets(WIDTH)), np.uint8)


def few(pixels: PixelFormat, colors: int) -> npt.NDArray[np.uint8]:
    """Rows of so many colors."""
    table = RANDOM.integers(0, 256, (colors, pixels.components), np.uint8)
    return table[RANDOM.integers(0, colors, (HEIGHT, WIDTH))].reshape(HEIGHT, -1)


def expected(pixels: PixelFormat, rows: npt.NDArray[np.uint8]) -> Picture:
    """What gray and RGB mean, by another way than ours."""
    if pixels.bits == 1:
        values = np.unpackbits(rows, axis=1, count=WIDTH) * np.uint8(255)
    else:
        values = rows[:, :: pixels.bits // 8]
    values = 255 - values if pixels.is_ink else values
    shaped = values.reshape(HEIGHT, WIDTH, pixels.components)
    return np.broadcast_to(shaped, (HEIGHT, WIDTH, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    ("pixels", "apple"),
    [
        (PixelFormat(ColorSpace.BLACK, 1), False),
        (PixelFormat(ColorSpace.SGRAY, 1), False),
        *((PixelFormat(space, 8), False) for space in PLAIN),
        *((PixelFormat(space, 8), True) for space in APPLE),
    ],
    ids=str,
)
def test_every_pixel_comes_through(pixels: PixelFormat, apple: bool, tmp_path: Path) -> None:
    rows = noise(pixels)
    made = printed(raster([rows], DPI, pixels, width=WIDTH, apple=apple), attributes=[SIZE])
    assert np.array_equal(pixels_in(made.file, tmp_path), expected(pixels, rows))


@pytest.mark.parametrize(
    ("pixels", "apple"),
    [
        *((PixelFormat(space, 16), False) for space in PLAIN),
        *((PixelFormat(space, 16), True) for space in APPLE),
    ],
    ids=str,
)
def test_sixteen_bits_come_through(pixels: PixelFormat, apple: bool) -> None:
    row = np.repeat(np.array(range(0, 256, 5), np.uint8), 2 * pixels.components)
    (page,) = seen(printed(raster([np.tile(row, (60, 1))], DPI, pixels, apple=apple)).file, DPI)
    shades = page[len(page) // 2].astype(int)
    assert (shades.min(), shades.max()) == pytest.approx((0, 255), abs=2)
    assert np.array_equal(shades[:, 0], shades[:, 1])


@pytest.mark.parametrize("space", [ColorSpace.BLACK, ColorSpace.SGRAY])
def test_black_is_black_in_fax_coding(space: ColorSpace, tmp_path: Path) -> None:
    pixels = PixelFormat(space, 1)
    rows = np.full((HEIGHT, 8), 0xFF if pixels.is_ink else 0, np.uint8)
    rows[: HEIGHT // 2] ^= 0xFF
    made = printed(raster([rows], DPI, pixels, width=WIDTH), attributes=[SIZE])
    assert np.array_equal(pixels_in(made.file, tmp_path), expected(pixels, rows))
    (page,) = seen(made.file, DPI)
    assert [at(page, 0.5, down) for down in (0.2, 0.8)] == [(255,) * 3, (0,) * 3]


@pytest.mark.parametrize(
    ("pixels", "colors", "kind"),
    [
        (SRGB, 4, ("index", 2)),
        (SRGB, 9, ("index", 4)),
        (SRGB, 200, ("index", 8)),
        (GRAY, 3, ("index", 2)),
        (GRAY, 12, ("index", 4)),
        (PixelFormat(ColorSpace.BLACK, 8), 12, ("index", 4)),
        (GRAY, 100, ("gray", 8)),
    ],
)
def test_few_colors_take_few_bits_and_stay_the_same(
    pixels: PixelFormat, colors: int, kind: tuple[str, int], tmp_path: Path
) -> None:
    rows = few(pixels, colors)
    made = printed(raster([rows], DPI, pixels), attributes=[SIZE])
    assert np.array_equal(pixels_in(made.file, tmp_path), expected(pixels, rows))
    assert images_of(made.file, tmp_path) == [kind]


@pytest.mark.parametrize(("values", "kind"), [((0, 255), ("gray", 1)), (tuple(range(256)), ("gray", 8))])
def test_colors_that_are_gray_are_kept_as_gray(
    values: tuple[int, ...], kind: tuple[str, int], tmp_path: Path
) -> None:
    gray = np.array(values, np.uint8)[RANDOM.integers(0, len(values), (HEIGHT, WIDTH))]
    rows = np.repeat(gray, 3, axis=1)
    made = printed(raster([rows], DPI), attributes=[SIZE])
    assert np.array_equal(pixels_in(made.file, tmp_path), expected(SRGB, rows))
    assert images_of(made.file, tmp_path) == [kind]


def test_two_colors_take_a_bit(tmp_path: Path) -> None:
    rows = np.repeat(np.array([RED, BLUE], np.uint8).repeat(40, axis=0).reshape(1, -1), 100, axis=0)
    made = printed(raster([rows], DPI))
    assert images_of(made.file, tmp_path) == [("index", 1)]
    (page,) = seen(made.file, DPI)
    assert [at(page, across, 0.5) for across in (0.45, 0.55)] == [RED, BLUE]


@pytest.mark.parametrize("first_colored", [0, 40, HEIGHT - 1])
def test_one_colored_row_is_enough_to_keep_the_colors(first_colored: int, tmp_path: Path) -> None:
    rows = np.repeat(noise(GRAY), 3, axis=1)
    rows[first_colored, :3] = (1, 2, 3)
    page = pixels_in(printed(raster([rows], DPI), attributes=[SIZE]).file, tmp_path)
    assert np.array_equal(page, expected(SRGB, rows))


@pytest.mark.parametrize("pattern", ["noise", "ramp", "lines", "smooth"])
def test_whatever_filter_is_best_the_pixels_stay(pattern: str, tmp_path: Path) -> None:
    down, across = np.mgrid[:HEIGHT, :WIDTH]
    gray = {
        "noise": noise(GRAY),
        "ramp": (4 * across).astype(np.uint8),
        "lines": np.repeat((3 * down[:, :1]).astype(np.uint8), WIDTH, axis=1),
        "smooth": (2 * across + down).astype(np.uint8),
    }[pattern]
    rows = np.stack((gray, gray // 2, 255 - gray), axis=2).reshape(HEIGHT, -1).astype(np.uint8)
    page = pixels_in(printed(raster([rows], DPI), attributes=[SIZE]).file, tmp_path)
    assert np.array_equal(page, expected(SRGB, rows))


def test_cmyk_and_adobe_rgb_are_told_from_srgb(tmp_path: Path) -> None:
    inks = np.tile(np.array([255, 0, 0, 0], np.uint8), (HEIGHT, WIDTH))
    made = printed(raster([inks], DPI, PixelFormat(ColorSpace.CMYK, 8)), attributes=[SIZE])
    red, green, blue = at(seen(made.file, DPI)[0], 0.5, 0.5)
    assert red < 60
    assert min(green, blue) > 120
    adobe = PixelFormat(ColorSpace.ADOBE_RGB, 8)
    made = printed(raster([noise(adobe)], DPI, adobe), attributes=[SIZE])
    assert images_of(made.file, tmp_path) == [("rgb", 8)]


def test_a_raster_of_the_size_of_the_medium_is_never_scaled() -> None:
    picture = marked(1, WIDTH, HEIGHT)
    attributes = [
        SIZE,
        names.PRINT_SCALING.of(PrintScaling.FIT),
        names.ORIENTATION_REQUESTED.of(OrientationRequested.LANDSCAPE),
    ]
    (page,) = seen(printed(raster([rows_of(picture)], DPI), attributes=attributes).file, DPI)
    assert page.shape == pytest.approx((HEIGHT, WIDTH, 3), abs=1)
    assert corners(page) == upright()


@pytest.mark.parametrize(
    ("pixels", "target"),
    [
        (SRGB, formats.PWG_RASTER),
        (GRAY, formats.PWG_RASTER),
        (SRGB, formats.APPLE_RASTER),
        (PixelFormat(ColorSpace.BLACK, 1), formats.PWG_RASTER),
    ],
    ids=str,
)
def test_a_raster_becomes_a_raster_pixel_for_pixel(pixels: PixelFormat, target: str) -> None:
    """A4 has 148.8 by 210.5 pixels of 18 dpi: whoever draws them anew must not shift them by the rest."""
    width, height = 149, 210
    rows = RANDOM.integers(0, 256, (height, pixels.row_octets(width)), np.uint8)
    wanted = Target(media_type=target, dpi=18, pixels=pixels)
    made = printed(raster([rows], 18, pixels, width=width), target=wanted)
    if target == formats.PWG_RASTER:
        bands = next(pwg.read(io.BytesIO(made.file))).bands
    else:
        bands = next(urf.read(io.BytesIO(made.file))).bands
    found = np.concatenate(list(bands))
    if pixels.bits == 1:
        rows, found = (np.unpackbits(each, axis=1, count=width) for each in (rows, found))
    assert np.array_equal(found, rows)


@pytest.mark.parametrize("transform", [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_a_back_that_comes_mirrored_is_put_right(transform: tuple[int, int]) -> None:
    picture = marked(1, WIDTH, HEIGHT)[:: transform[1], :: transform[0]]
    file = io.BytesIO()
    header = pwg.PageHeader(
        pixels=SRGB,
        width=WIDTH,
        height=HEIGHT,
        resolution=(DPI, DPI),
        page_size=(0, 0),
        transform=transform,
    )
    pwg.Writer(file).page(header, [rows_of(picture.copy())])
    (page,) = seen(printed((formats.PWG_RASTER, file.getvalue()), attributes=[SIZE]).file, DPI)
    assert corners(page) == upright()


@settings(max_examples=15)
@given(
    st.integers(1, 40), st.integers(1, 40), st.sampled_from((SRGB, GRAY, PixelFormat(ColorSpace.BLACK, 1)))
)
def test_any_small_raster_becomes_a_page(width: int, height: int, pixels: PixelFormat) -> None:
    rows = RANDOM.integers(0, 256, (height, pixels.row_octets(width)), np.uint8)
    assert printed(raster([rows], DPI, pixels, width=width)).result.impressions == 1


OUT: Final = [PixelFormat(space, bits) for space in ColorSpace for bits in (8, 16)]
MARKS: Final = {
    ColorSpace.SRGB: [*RED, *GREEN, *BLUE, *(level(1),) * 3],
    ColorSpace.RGB: [*RED, *GREEN, *BLUE, *(level(1),) * 3],
    ColorSpace.ADOBE_RGB: [219, 0, 0, 144, 255, 60, 0, 0, 250, *(27,) * 3],
    ColorSpace.CMYK: [0, 255, 255, 0, 255, 0, 255, 0, 255, 255, 0, 0, 0, 0, 0, 235],
    ColorSpace.SGRAY: [77, 150, 29, level(1)],
    ColorSpace.BLACK: [178, 105, 226, 235],
}
"""What the four corners are in every space: sRGB's colors in light or ink."""


@pytest.mark.parametrize("pixels", OUT, ids=str)
def test_pixels_go_out_as_they_are_asked_for(pixels: PixelFormat) -> None:
    made = printed(pdf(), target=Target(media_type=formats.PWG_RASTER, pixels=pixels, dpi=18))
    (page,) = [(page.header, np.concatenate(list(page.bands))) for page in pwg.read(io.BytesIO(made.file))]
    header, rows = page
    assert header.pixels == pixels
    assert (header.width, header.height, header.resolution) == (149, 210, (18, 18))
    assert (header.page_size, header.page_size_name) == ((595, 842), "iso_a4_210x297mm")
    shaped = rows.reshape(210, 149, -1)[:, :, :: pixels.bits // 8]
    found = [int(value) for corner in corners(shaped) for value in corner]
    assert found == pytest.approx(MARKS[pixels.space], abs=2)


@pytest.mark.parametrize(("space", "white"), [(ColorSpace.BLACK, 0), (ColorSpace.SGRAY, 1)])
def test_one_bit_goes_out_spread_so_that_the_shade_stays(space: ColorSpace, white: int) -> None:
    target = Target(media_type=formats.PWG_RASTER, pixels=PixelFormat(space, 1), dpi=72)
    page = next(pwg.read(io.BytesIO(printed(pdf(), target=target).file)))
    bits = np.unpackbits(np.concatenate(list(page.bands)), axis=1)[:, : page.header.width] == white
    height, width = bits.shape
    shades = [255 * float(bits[:400, :280].mean()), 255 * float(bits[:400, -280:].mean())]
    assert (height, width) == (842, 595)
    assert shades == pytest.approx([77, 150], abs=4)


@pytest.mark.parametrize("mode", [PrintColorMode.BI_LEVEL, PrintColorMode.PROCESS_BI_LEVEL])
def test_black_and_white_goes_out_as_apple_raster_in_octets(mode: Keyword) -> None:
    target = Target(media_type=formats.APPLE_RASTER, dpi=36)
    made = printed(pdf(), target=target, attributes=[names.PRINT_COLOR_MODE.of(mode)])
    for page in urf.read(io.BytesIO(made.file)):
        assert page.header.pixels == PixelFormat(ColorSpace.SGRAY, 8)
        assert {int(value) for band in page.bands for value in np.unique(band)} == {0, 255}


def test_colors_are_kept_from_a_page_that_must_be_gray() -> None:
    target = Target(media_type=formats.PWG_RASTER, pixels=SRGB, dpi=18)
    made = printed(pdf(), target=target, attributes=[names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)])
    page = next(pwg.read(io.BytesIO(made.file)))
    colors = corners(np.concatenate(list(page.bands)).reshape(210, 149, 3))
    assert all(red == green == blue for red, green, blue in colors)


BACKS: Final = {
    PwgRasterDocumentSheetBack.NORMAL: ((1, 1), (1, 1)),
    PwgRasterDocumentSheetBack.FLIPPED: ((1, -1), (-1, 1)),
    PwgRasterDocumentSheetBack.ROTATED: ((-1, -1), (1, 1)),
    PwgRasterDocumentSheetBack.MANUAL_TUMBLE: ((1, 1), (-1, -1)),
}


@pytest.mark.parametrize(("back", "edge"), [*product(BACKS, (0, 1))])
def test_the_back_of_a_sheet_is_mirrored_as_the_printer_wants(back: Keyword, edge: int) -> None:
    sides = (Sides.TWO_SIDED_LONG_EDGE, Sides.TWO_SIDED_SHORT_EDGE)[edge]
    target = Target(media_type=formats.PWG_RASTER, dpi=18, sheet_back=back)
    made = printed(pdf(2), target=target, attributes=[names.SIDES.of(sides)])
    front, reverse = [
        (page.header, np.concatenate(list(page.bands)).reshape(210, 149, 3))
        for page in pwg.read(io.BytesIO(made.file))
    ]
    across, along = BACKS[back][edge]
    assert (front[0].transform, reverse[0].transform) == ((1, 1), (across, along))
    assert (reverse[0].two_sided, reverse[0].tumble) == (True, bool(edge))
    assert about(corners(front[1]), upright(1))
    assert about(corners(reverse[1][::along, ::across]), upright(2))


def test_a_sheet_goes_out_as_it_is_fed() -> None:
    """What is read across the sheet stands across it."""
    made = printed(
        pdf(),
        target=Target(media_type=formats.APPLE_RASTER, dpi=18),
        attributes=[
            names.ORIENTATION_REQUESTED.of(OrientationRequested.LANDSCAPE),
            names.PRINT_SCALING.of(PrintScaling.FILL),
            names.PRINT_QUALITY.of(PrintQuality.HIGH),
            names.SIDES.of(Sides.TWO_SIDED_SHORT_EDGE),
        ],
    )
    page, _ = [
        (page.header, np.concatenate(list(page.bands)).reshape(210, 149, 3))
        for page in urf.read(io.BytesIO(made.file))
    ]
    assert (page[0].width, page[0].height, page[0].dpi) == (149, 210, 18)
    assert (page[0].duplex, page[0].print_quality) == (urf.Duplex.SHORT_EDGE, PrintQuality.HIGH)
    red, green, blue, gray = upright()
    assert about(corners(page[1]), [green, gray, red, blue])  # counterclockwise


@pytest.mark.parametrize("target", [formats.PNG, formats.JPEG])
def test_pictures_are_the_same_whether_a_page_is_held_or_drawn_again(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = pdf(3)
    held = printed(document, target=Target(media_type=target, dpi=36))
    monkeypatch.setattr(output, "_HELD_OCTETS", 0)
    again = printed(document, target=Target(media_type=target, dpi=36))
    assert again.parts == held.parts
    assert [said.impressions for said in again.progress][-1] == 3


@pytest.mark.parametrize("apple", [False, True], ids=["pwg", "urf"])
def test_files_one_behind_the_other_are_one(apple: bool) -> None:
    """So CUPS sends the files of one `lp`, and its banner pages."""
    media_type, octets = marked_raster(2, apple=apple)
    made = printed((media_type, octets + marked_raster(1, apple=apple)[1]))
    assert [at(page, 0.75, 0.75)[0] for page in seen(made.file)] == [level(1), level(2), level(1)]


@pytest.mark.parametrize("apple", [False, True], ids=["pwg", "urf"])
def test_a_file_that_begins_again_and_ends_is_damaged(apple: bool) -> None:
    media_type, octets = marked_raster(1, apple=apple)
    with pytest.raises(DamagedDocument):
        printed((media_type, octets + octets[:40]))
