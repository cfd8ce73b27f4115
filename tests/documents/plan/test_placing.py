"""Where pages go on a side of a sheet."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given

from ippserver.documents.plan.geometry import Box, Size
from ippserver.documents.plan.instructions import Instructions, PageStyle
from ippserver.documents.plan.layout import Plan, plan
from ippserver.documents.plan.placing import TOLERANCE, Page
from ippserver.iana.keywords import (
    PresentationDirectionNumberUp,
    PrintScaling,
)
from ippserver.ipp.values import Keyword
from tests.documents.plan.pages import A4, PORTRAIT, SCALINGS, documents, of, one, wishes

LANDSCAPE: Final = Page(size=A4.size.turned(90))


def placed(made: Plan, pages: list[Page]) -> Box:
    """Where the only page comes to stand."""
    placement = one(made)
    return placement.matrix.box(Box(0, 0, *pages[placement.page].size))


@given(documents(), wishes())
def test_what_is_visible_of_a_page_lies_on_the_sheet(pages: list[Page], wanted: Instructions) -> None:
    for side in plan(pages, wanted).sides:
        sheet = Box(0, 0, *side.style.medium.size)
        assert all(placement.clip.within(sheet) for placement in side.placements)


@given(documents(), wishes())
def test_what_must_fit_lies_within_the_margins(pages: list[Page], wanted: Instructions) -> None:
    pages = [replace(page, is_sheet=False) for page in pages]
    fitting = replace(wanted, style=replace(wanted.style, scaling=PrintScaling.FIT))
    for side in plan(pages, fitting).sides:
        for placement in side.placements:
            content = placement.matrix.box(Box(0, 0, *pages[placement.page].size))
            assert content.within(side.style.medium.printable, 1e-3)


@given(documents(), wishes())
def test_pages_that_share_a_side_do_not_overlap(pages: list[Page], wanted: Instructions) -> None:
    for side in plan(pages, wanted).sides:
        clips = [placement.clip for placement in side.placements]
        for at, clip in enumerate(clips):
            common = [clip.cut(other).size for other in clips[at + 1 :]]
            assert all(min(size) < 1e-6 for size in common)


@given(documents(), wishes())
def test_pages_keep_their_shape(pages: list[Page], wanted: Instructions) -> None:
    pages = [replace(page, is_sheet=False) for page in pages]  # those fill a sheet of about their size
    for side in plan(pages, wanted).sides:
        for placement in side.placements:
            a, b, c, d, *_ = placement.matrix
            assert (a, b) == pytest.approx((d, -c))
            assert a * b == pytest.approx(0)


def test_a_page_of_the_mediums_size_stays_as_it_is() -> None:
    for scaling in (PrintScaling.AUTO, PrintScaling.AUTO_FIT, PrintScaling.NONE, PrintScaling.FILL):
        wanted = Instructions(style=PageStyle(scaling=scaling))
        assert one(plan([PORTRAIT], wanted)).matrix.keeps(A4.size, 1e-6)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_a_raster_of_the_mediums_size_stays_as_it_is_whatever_is_asked(scaling: Keyword) -> None:
    wanted = Instructions(style=PageStyle(scaling=scaling, turn=90))
    made = plan([replace(PORTRAIT, is_sheet=True)], wanted)
    assert one(made).matrix.keeps(A4.size, 0.01)


def test_a_small_page_stands_in_the_middle_unless_it_must_grow() -> None:
    pages = [Page(size=Size(100, 200))]
    width, length = A4.size
    middle = Box((width - 100) / 2, (length - 200) / 2, (width + 100) / 2, (length + 200) / 2)
    for scaling in (PrintScaling.AUTO, PrintScaling.AUTO_FIT, PrintScaling.NONE):
        assert placed(plan(pages, Instructions(style=PageStyle(scaling=scaling))), pages) == middle
    fitted = placed(plan(pages, Instructions(style=PageStyle(scaling=PrintScaling.FIT))), pages)
    assert (fitted.bottom, fitted.top) == pytest.approx((A4.printable.bottom, A4.printable.top))
    filled = placed(plan(pages, Instructions(style=PageStyle(scaling=PrintScaling.FILL))), pages)
    assert (filled.left, filled.right) == pytest.approx((0, width))


def test_a_large_page_is_fitted_filled_or_cut() -> None:
    pages = [Page(size=Size(1000, 1000))]
    fitted = placed(plan(pages, Instructions(style=PageStyle(scaling=PrintScaling.AUTO))), pages)
    assert (fitted.left, fitted.right) == pytest.approx((A4.printable.left, A4.printable.right))
    made = plan(pages, Instructions(style=PageStyle(scaling=PrintScaling.NONE)))
    assert placed(made, pages).size == Size(1000, 1000)
    assert one(made).clip == Box(0, 0, *A4.size)


def test_without_margins_a_large_page_fills_the_sheet() -> None:
    borderless = replace(A4, margins=(0, 0, 0, 0))
    pages = [Page(size=Size(1000, 1000))]
    filled = placed(plan(pages, Instructions(style=PageStyle(medium=borderless))), pages)
    assert (filled.bottom, filled.top) == pytest.approx((0, A4.size.height))
    style = PageStyle(medium=borderless, scaling=PrintScaling.AUTO_FIT)
    fitted = placed(plan(pages, Instructions(style=style)), pages)
    assert (fitted.left, fitted.right) == pytest.approx((0, A4.size.width))


def test_a_landscape_page_lies_on_a_portrait_sheet_and_is_read_upright() -> None:
    made = plan([LANDSCAPE], Instructions())
    (side,) = made.sides
    assert side.turn == 90
    assert placed(made, [LANDSCAPE]).within(Box(0, 0, *A4.size), TOLERANCE)
    assert side.placements[0].matrix[:4] == (0, 1, -1, 0)


@pytest.mark.parametrize(
    ("turn", "matrix"),
    [(0, (1, 0, 0, 1)), (90, (0, 1, -1, 0)), (180, (-1, 0, 0, -1)), (270, (0, -1, 1, 0))],
)
def test_an_orientation_turns_the_page_counterclockwise(turn: int, matrix: tuple[float, ...]) -> None:
    pages = [Page(size=Size(100, 100))]
    made = plan(pages, Instructions(style=PageStyle(turn=turn)))
    assert one(made).matrix[:4] == matrix
    assert next(made.sides).turn == turn


def test_two_portrait_pages_lie_beside_each_other_on_a_turned_sheet() -> None:
    made = plan(of(2), Instructions(number_up=2))
    (side,) = made.sides
    first, second = (placement.clip for placement in side.placements)
    assert side.turn == 90
    assert first.top <= second.bottom  # turned clockwise to be read, the first is on the left


@pytest.mark.parametrize(
    ("direction", "corners"),
    [
        (PresentationDirectionNumberUp.TORIGHT_TOBOTTOM, "TL TR BL BR"),
        (PresentationDirectionNumberUp.TOLEFT_TOBOTTOM, "TR TL BR BL"),
        (PresentationDirectionNumberUp.TORIGHT_TOTOP, "BL BR TL TR"),
        (PresentationDirectionNumberUp.TOLEFT_TOTOP, "BR BL TR TL"),
        (PresentationDirectionNumberUp.TOBOTTOM_TORIGHT, "TL BL TR BR"),
        (PresentationDirectionNumberUp.TOBOTTOM_TOLEFT, "TR BR TL BL"),
        (PresentationDirectionNumberUp.TOTOP_TORIGHT, "BL TL BR TR"),
        (PresentationDirectionNumberUp.TOTOP_TOLEFT, "BR TR BL TL"),
    ],
)
def test_four_pages_go_in_the_direction_asked(direction: Keyword, corners: str) -> None:
    made = plan(of(4), Instructions(number_up=4, direction=direction))
    (side,) = made.sides
    middle = A4.size.width / 2, A4.size.height / 2
    found = [
        ("B" if placement.clip.top <= middle[1] + 1 else "T")
        + ("L" if placement.clip.right <= middle[0] + 1 else "R")
        for placement in side.placements
    ]
    assert " ".join(found) == corners
