"""What is asked of a PDF is seen in the PDF that comes out: pixels and page boxes, by somebody else."""

import io
from pathlib import Path
from typing import Final

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Size
from ippserver.documents.raster import pwg, urf
from ippserver.documents.task import Target
from ippserver.iana import names
from ippserver.iana.enums import OrientationRequested, PrintQuality
from ippserver.iana.keywords import (
    MediaSource,
    MediaType,
    PresentationDirectionNumberUp,
    PrintColorMode,
    PrintScaling,
    Sides,
)
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, RangeOfInteger, Resolution
from ippserver.model import formats
from tests.documents.press import (
    A4,
    A5,
    BLACK,
    RED,
    WHITE,
    Picture,
    about,
    at,
    corners,
    images_of,
    level,
    marked_raster,
    pages_of,
    pdf,
    printed,
    seen,
    seen_by_ghostscript,
    upright,
    words_of,
)

PWG, URF = formats.PWG_RASTER, formats.APPLE_RASTER
SMALL: Final = Size(200, 300)
COARSE: Final = names.PRINTER_RESOLUTION.of(Resolution(72, 72))
LETTER: Final = Keyword("na_letter_8.5x11in")


def pages(document: tuple[str, bytes], *attributes: Attribute, dpi: int = 36) -> list[Picture]:
    return seen(printed(document, attributes=attributes).file, dpi)


def ink(page: Picture) -> tuple[float, float, float, float]:
    """The part of a page that is not white: left, top, right, bottom, in parts of its size."""
    dark = page.min(axis=2) < 250
    rows, columns = np.flatnonzero(dark.max(axis=1)), np.flatnonzero(dark.max(axis=0))
    height, width, _ = page.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


def test_copies_repeat_all_pages() -> None:
    found = pages(pdf(2), names.COPIES.of(3))
    assert len(found) == 6
    assert all(about(corners(page), upright(number)) for page, number in zip(found, (1, 2) * 3, strict=True))


def test_copies_share_what_is_on_them() -> None:
    once = len(printed(marked_raster(2)).file)
    assert len(printed(marked_raster(2), attributes=[names.COPIES.of(50)]).file) < 2 * once + 20_000


def test_page_ranges_choose() -> None:
    found = pages(pdf(6), names.PAGE_RANGES.of(RangeOfInteger(2, 3), RangeOfInteger(6, 99)))
    assert [corners(page) for page in found] == [upright(number) for number in (2, 3, 6)]


@pytest.mark.parametrize(
    ("sides", "duplex", "count"),
    [
        (Sides.ONE_SIDED, b"/Simplex", 3),
        (Sides.TWO_SIDED_LONG_EDGE, b"/DuplexFlipLongEdge", 4),
        (Sides.TWO_SIDED_SHORT_EDGE, b"/DuplexFlipShortEdge", 4),
    ],
)
def test_sides_pair_pages_and_tell_the_reader(sides: Keyword, duplex: bytes, count: int) -> None:
    made = printed(marked_raster(3), attributes=[names.SIDES.of(sides)])
    with pikepdf.open(io.BytesIO(made.file)) as read:
        assert read.Root.ViewerPreferences.Duplex == duplex.decode()
    found = seen(made.file)
    assert len(found) == count
    assert [bool((page == 255).all()) for page in found] == [False] * 3 + [True] * (count - 3)


@pytest.mark.parametrize("number", [1, 2, 4, 6, 9, 16])
def test_number_up_puts_so_many_pages_on_a_side(number: int, tmp_path: Path) -> None:
    attributes = [names.NUMBER_UP.of(number)]
    made = printed(pdf(number + 1), attributes=attributes)
    assert (made.result.pages, made.result.impressions) == (number + 1, 2)
    first, second = seen(made.file)
    reds = [int((abs(page.astype(int) - RED).max(axis=2) < 10).sum()) for page in (first, second)]
    assert reds[0] == pytest.approx(number * reds[1], rel=0.2)
    turned = 90 if number in (2, 6) else 0
    assert pages_of(made.file, tmp_path)[0] == (595.276, 841.89, turned)


@pytest.mark.parametrize(
    ("direction", "order"),
    [
        (PresentationDirectionNumberUp.TORIGHT_TOBOTTOM, (1, 2, 3, 4)),
        (PresentationDirectionNumberUp.TOLEFT_TOBOTTOM, (2, 1, 4, 3)),
        (PresentationDirectionNumberUp.TORIGHT_TOTOP, (3, 4, 1, 2)),
        (PresentationDirectionNumberUp.TOLEFT_TOTOP, (4, 3, 2, 1)),
        (PresentationDirectionNumberUp.TOBOTTOM_TORIGHT, (1, 3, 2, 4)),
        (PresentationDirectionNumberUp.TOBOTTOM_TOLEFT, (3, 1, 4, 2)),
        (PresentationDirectionNumberUp.TOTOP_TORIGHT, (2, 4, 1, 3)),
        (PresentationDirectionNumberUp.TOTOP_TOLEFT, (4, 2, 3, 1)),
    ],
)
def test_the_direction_of_number_up_orders_them(direction: Keyword, order: tuple[int, ...]) -> None:
    (page,) = pages(pdf(4), names.NUMBER_UP.of(4), names.PRESENTATION_DIRECTION_NUMBER_UP.of(direction))
    quarters = [(0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)]
    assert all(
        about(corners(page, quarter), upright(number))
        for quarter, number in zip(quarters, order, strict=True)
    )


@pytest.mark.parametrize(
    ("orientation", "turned"),
    [
        (OrientationRequested.PORTRAIT, 0),
        (OrientationRequested.LANDSCAPE, 90),
        (OrientationRequested.REVERSE_PORTRAIT, 180),
        (OrientationRequested.REVERSE_LANDSCAPE, 270),
    ],
)
def test_orientation_turns_the_page_on_the_sheet(
    orientation: OrientationRequested, turned: int, tmp_path: Path
) -> None:
    """The reader turns the sheet back, so that the page is read upright."""
    attributes = [names.ORIENTATION_REQUESTED.of(orientation)]
    made = printed(pdf(), attributes=attributes)
    ((width, height, turn),) = pages_of(made.file, tmp_path)
    assert (round(width), round(height), turn) == (595, 842, turned)
    (page,) = seen(made.file)
    assert about(corners(page, ink(page)), upright())


@pytest.mark.parametrize(
    ("medium", "size"),
    [
        ("iso_a4_210x297mm", (595.276, 841.89)),
        ("na_letter_8.5x11in", (612, 792)),
        ("iso_a5_148x210mm", (419.528, 595.276)),
        ("custom_label_62x29mm", (175.748, 82.205)),
    ],
)
def test_media_gives_the_sheet_its_size(medium: str, size: tuple[float, float], tmp_path: Path) -> None:
    made = printed(pdf(size=SMALL), attributes=[names.MEDIA.of(Keyword(medium))])
    assert [pytest.approx(size, abs=0.01) == page[:2] for page in pages_of(made.file, tmp_path)] == [True]
    assert made.result.media == {medium: 1}


def media_col(width: int, length: int, margin: int | None = None) -> Attribute:
    size = Collection([names.X_DIMENSION.of(width), names.Y_DIMENSION.of(length)])
    edges = (
        names.MEDIA_LEFT_MARGIN,
        names.MEDIA_RIGHT_MARGIN,
        names.MEDIA_TOP_MARGIN,
        names.MEDIA_BOTTOM_MARGIN,
    )
    margins = [] if margin is None else [edge.of(margin) for edge in edges]
    return names.MEDIA_COL.of(Collection([names.MEDIA_SIZE.of(size), *margins]))


def test_media_col_gives_any_size(tmp_path: Path) -> None:
    made = printed(pdf(size=SMALL), attributes=[media_col(10000, 12345)])
    ((width, length, _),) = pages_of(made.file, tmp_path)
    assert (width, length) == pytest.approx((283.465, 349.937), abs=0.01)
    assert made.result.media == {"10000x12345": 1}


@pytest.mark.parametrize(
    "member", [names.MEDIA_SOURCE.of(Keyword("tray-2")), names.MEDIA_TYPE.of(MediaType.STATIONERY_LETTERHEAD)]
)
def test_pages_from_another_tray_are_as_large_as_the_others(member: Attribute) -> None:
    """On sheets of their own, since those are others."""
    page = RangeOfInteger(2, 2)
    of_page = Collection([names.PAGES.of(page), names.MEDIA_COL.of(Collection([member]))])
    asked = [names.MEDIA.of(LETTER), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), names.OVERRIDES.of(of_page)]
    made = printed(pdf(3), attributes=asked)
    assert made.result.media == {LETTER: 3}


@pytest.mark.parametrize("again", [names.MEDIA.of(LETTER), media_col(21590, 27940)], ids=["name", "size"])
def test_pages_of_which_the_same_medium_is_asked_stay_on_the_sheets_of_the_others(again: Attribute) -> None:
    of_page = Collection([names.PAGES.of(RangeOfInteger(2, 2)), again])
    whole = names.MEDIA_COL.of(
        Collection([names.MEDIA_TYPE.of(MediaType.STATIONERY), names.MEDIA_SOURCE.of(Keyword("tray-1"))])
    )
    asked = [names.MEDIA.of(LETTER), whole, names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)]
    made = printed(pdf(3), attributes=[*asked, names.OVERRIDES.of(of_page)])
    assert made.result.sheets == 2


@pytest.mark.parametrize("margin", [None, 0, 1000])
def test_pages_of_which_the_size_of_the_others_is_asked_by_its_name_stay_on_their_sheets(
    margin: int | None,
) -> None:
    of_page = Collection([names.PAGES.of(RangeOfInteger(2, 2)), names.MEDIA.of(LETTER)])
    for more in ([], [names.MEDIA.of(LETTER)]):
        asked = [media_col(21590, 27940, margin), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), *more]
        assert printed(pdf(3), attributes=[*asked, names.OVERRIDES.of(of_page)]).result.sheets == 2


@pytest.mark.parametrize(
    ("media_type", "source", "codes"),
    [
        (MediaType.PHOTOGRAPHIC_GLOSSY, Keyword("tray-2"), (11, 21)),
        (Keyword("com.example-felt"), MediaSource.AUTO, (13, 0)),
        (None, None, (0, 0)),
    ],
)
def test_rasters_say_what_their_paper_is_and_where_it_comes_from(
    media_type: Keyword | None, source: Keyword | None, codes: tuple[int, int]
) -> None:
    """MediaType and MediaPosition of PWG 5102.4 4.3; Apple Raster has numbers for both."""
    of_type = [] if media_type is None else [names.MEDIA_TYPE.of(media_type)]
    of_source = [] if source is None else [names.MEDIA_SOURCE.of(source)]
    asked = [names.MEDIA_COL.of(Collection([*of_type, *of_source])), COARSE]
    (page,) = pwg.read(io.BytesIO(printed(pdf(), attributes=asked, target=Target(media_type=PWG)).file))
    assert (page.header.media_type, page.header.media_position) == (media_type or "", codes[1])
    (of_apple,) = urf.read(io.BytesIO(printed(pdf(), attributes=asked, target=Target(media_type=URF)).file))
    assert (of_apple.header.media_type, of_apple.header.media_position) == codes


@pytest.mark.parametrize(("margin", "edge"), [(0, 0.0), (423, 423 / 21000), (2100, 0.1)])
def test_margins_of_media_col_bound_what_is_fitted(margin: int, edge: float) -> None:
    attributes = [media_col(21000, 29700, margin), names.PRINT_SCALING.of(PrintScaling.FIT)]
    (page,) = pages(pdf(size=A5), *attributes, dpi=72)
    left, _, right, _ = ink(page)
    assert (left, 1 - right) == pytest.approx((edge, edge), abs=0.005)


@pytest.mark.parametrize(
    ("scaling", "size", "width"),
    [
        (PrintScaling.AUTO, SMALL, 200 / 595.276),
        (PrintScaling.AUTO_FIT, SMALL, 200 / 595.276),
        (PrintScaling.NONE, SMALL, 200 / 595.276),
        (PrintScaling.FIT, SMALL, 0.916),
        (PrintScaling.FILL, SMALL, 1),
        (PrintScaling.AUTO, Size(1000, 1000), 1 - 2 * 423 / 21000),
        (PrintScaling.AUTO_FIT, Size(1000, 1000), 1 - 2 * 423 / 21000),
        (PrintScaling.FIT, Size(1000, 1000), 1 - 2 * 423 / 21000),
        (PrintScaling.FILL, Size(1000, 1000), 1),
        (PrintScaling.NONE, Size(1000, 1000), 1),
    ],
)
def test_scaling_makes_a_page_as_wide_as_it_says(scaling: Keyword, size: Size, width: float) -> None:
    (page,) = pages(pdf(size=size), names.PRINT_SCALING.of(scaling), dpi=72)
    left, top, right, bottom = ink(page)
    assert right - left == pytest.approx(width, abs=0.01)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((0.5, 0.5), abs=0.01)


@pytest.mark.parametrize(
    "mode",
    [PrintColorMode.MONOCHROME, PrintColorMode.AUTO_MONOCHROME, PrintColorMode.PROCESS_MONOCHROME],
)
def test_monochrome_is_gray(mode: Keyword) -> None:
    (page,) = pages(pdf(), names.PRINT_COLOR_MODE.of(mode), COARSE)
    assert bool((page[..., 0] == page[..., 1]).all() and (page[..., 1] == page[..., 2]).all())
    shades = [color[0] for color in corners(page)]
    assert about([(shades[3],)], [(level(1),)])
    assert 20 < shades[2] < shades[0] < shades[1] < 230  # blue is darker than red, and red than green


def test_what_names_no_color_is_black_in_gray() -> None:
    file = io.BytesIO()
    plain = PlainPdf(file)
    plain.add_page(A4, b"0 0 298 842 re f 1 0 0 rg 298 0 298 842 re f", b"")
    plain.close()
    made = printed(
        (formats.PDF, file.getvalue()), attributes=[names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)]
    )
    for page in (seen(made.file)[0], seen_by_ghostscript(made.file)):
        assert at(page, 0.25, 0.5) == BLACK
        assert BLACK < at(page, 0.75, 0.5) < WHITE


def test_text_in_color_stays_text_in_gray(tmp_path: Path) -> None:
    attributes = [names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)]
    red_text = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed(("text/plain", b"words\n" * 9)).file)) as read:
        read.pages[0].contents_add(b"1 0 0 rg", prepend=True)
        read.save(red_text)
    made = printed((formats.PDF, red_text.getvalue()), attributes=attributes)
    assert words_of(made.file) == ["words\n" * 8 + "words"]
    assert images_of(made.file, tmp_path) == []
    for page in (seen(made.file, smooth=True)[0], seen_by_ghostscript(made.file)):
        assert page.min() < 200
        assert (page.max(axis=2) == page.min(axis=2)).all()


@pytest.mark.parametrize("mode", [PrintColorMode.BI_LEVEL, PrintColorMode.PROCESS_BI_LEVEL])
def test_bi_level_is_black_and_white(mode: Keyword, tmp_path: Path) -> None:
    attributes = [names.PRINT_COLOR_MODE.of(mode), COARSE]
    assert images_of(printed(pdf(), attributes=attributes).file, tmp_path) == [("gray", 1)]
    drawn = printed(pdf(), attributes=attributes, target=Target(media_type=formats.PNG)).file
    page = np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB"))
    green = page[: len(page) // 2 - 2, page.shape[1] // 2 + 2 :]
    assert set(np.unique(page).tolist()) == {0, 255}
    assert bool((green == 255).all()) == (mode == PrintColorMode.BI_LEVEL)


@pytest.mark.parametrize("mode", [PrintColorMode.AUTO, PrintColorMode.COLOR])
def test_color_stays(mode: Keyword) -> None:
    (page,) = pages(pdf(), names.PRINT_COLOR_MODE.of(mode))
    assert about(corners(page), upright())


def test_what_is_gray_already_stays_text() -> None:
    made = printed(
        ("text/plain", b"words"), attributes=[names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)]
    )
    assert b"FontDescriptor" in made.file or len(made.file) < 10_000
    plain = printed(("text/plain", b"words"))
    assert len(made.file) == pytest.approx(len(plain.file), abs=100)


@pytest.mark.parametrize(
    ("attribute", "dpi"),
    [
        (names.PRINT_QUALITY.of(PrintQuality.DRAFT), 150),
        (names.PRINT_QUALITY.of(PrintQuality.NORMAL), 300),
        (names.PRINT_QUALITY.of(PrintQuality.HIGH), 600),
        (names.PRINTER_RESOLUTION.of(Resolution(100, 100)), 100),
        (names.PRINTER_RESOLUTION.of(Resolution(40, 40, 4)), 102),
    ],
)
def test_quality_and_resolution_are_those_of_what_is_drawn(attribute: Attribute, dpi: int) -> None:
    card = names.MEDIA.of(Keyword("custom_card_25.4x25.4mm"))
    made = printed(
        pdf(size=Size(72, 72)), attributes=[card, attribute], target=Target(media_type="image/png")
    )
    with Image.open(io.BytesIO(made.file)) as picture:
        assert picture.size == (dpi, dpi)
        assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)


def test_overrides_print_some_pages_otherwise(tmp_path: Path) -> None:
    override = Collection(
        [
            names.PAGES.of(RangeOfInteger(2, 2)),
            names.MEDIA.of(LETTER),
            names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME),
        ]
    )
    made = printed(pdf(3), attributes=[names.OVERRIDES.of(override), COARSE])
    assert [round(width) for width, _, _ in pages_of(made.file, tmp_path)] == [595, 612, 595]
    colorful = [at(page, 0.3, 0.3) == RED for page in seen(made.file)]
    assert colorful == [True, False, True]


def test_a_landscape_page_stays_landscape() -> None:
    (page,) = pages(pdf(size=A4.turned(90)))
    assert page.shape[:2] == (298, 421)
    assert about(corners(page), upright())
