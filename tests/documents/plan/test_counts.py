"""Pages, sides and sheets by their kind."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.plan.counts import counted
from ippserver.documents.plan.geometry import Size
from ippserver.documents.plan.instructions import Instructions, Override, PageStyle
from ippserver.documents.plan.layout import plan
from ippserver.documents.plan.placing import Page
from ippserver.iana import names
from ippserver.iana.keywords import PrintColorMode, Sides
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Keyword, RangeOfInteger
from ippserver.model.amount import Counts, Kinds

LONG_EDGE: Final = PageStyle(sides=Sides.TWO_SIDED_LONG_EDGE)


def counts_of(pages: int, wanted: Instructions, *colorless: int, in_gray: bool = False) -> Counts:
    laid_out = plan([Page(size=Size(595, 842))] * pages, wanted)
    return counted(laid_out, frozenset(colorless), in_gray=in_gray)


def test_pages_sides_and_sheets_are_counted_apart() -> None:
    found = counts_of(3, Instructions(style=LONG_EDGE, copies=2))
    assert found.pages == Kinds(color=3)
    assert found.impressions == Kinds(color_two_sided=3, blank_two_sided=1)
    assert found.impressions_completed == Kinds(color_two_sided=6, blank_two_sided=2)
    assert found.sheets == Kinds(color_two_sided=4)


@pytest.mark.parametrize(
    "mode",
    [
        PrintColorMode.MONOCHROME,
        PrintColorMode.AUTO_MONOCHROME,
        PrintColorMode.PROCESS_MONOCHROME,
        PrintColorMode.BI_LEVEL,
        PrintColorMode.PROCESS_BI_LEVEL,
    ],
)
def test_what_is_asked_for_without_color_has_none(mode: Keyword) -> None:
    found = counts_of(2, Instructions(style=PageStyle(color_mode=mode)))
    assert (found.pages, found.impressions, found.sheets) == (Kinds(monochrome=2),) * 3


@pytest.mark.parametrize("mode", [PrintColorMode.COLOR, PrintColorMode.AUTO])
def test_what_may_have_color_counts_as_in_color_unless_its_pages_have_none(mode: Keyword) -> None:
    found = counts_of(3, Instructions(style=PageStyle(color_mode=mode)), 1, 2)
    assert found.pages == Kinds(color=1, monochrome=2)


def test_what_is_drawn_in_gray_has_no_color() -> None:
    assert counts_of(2, Instructions(), in_gray=True).impressions == Kinds(monochrome=2)


def test_a_side_has_the_color_of_any_of_its_pages_and_a_sheet_of_any_of_its_sides() -> None:
    found = counts_of(4, Instructions(style=LONG_EDGE, number_up=2), 0, 2, 3)
    assert found.impressions == Kinds(color_two_sided=1, monochrome_two_sided=1)
    assert found.sheets == Kinds(color_two_sided=1)


def test_an_override_counts_for_its_pages() -> None:
    gray = Override(
        pages=[RangeOfInteger(2, 3)],
        documents=(),
        copies=(),
        members=Collection([names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)]),
    )
    assert counts_of(4, Instructions(overrides=(gray,))).pages == Kinds(color=2, monochrome=2)


def test_a_job_sheet_is_printed_and_no_part_of_a_copy() -> None:
    pages = [Page(size=Size(595, 842)), Page(size=Size(595, 842), document=0)]
    found = counted(plan(pages, Instructions(copies=3), job_sheet=1), {1}, in_gray=False)
    assert (found.pages, found.impressions) == (Kinds(color=1),) * 2
    assert (found.impressions_completed, found.sheets) == (Kinds(color=3, monochrome=1),) * 2


@given(
    st.integers(1, 9),
    st.sampled_from([1, 2, 4]),
    st.integers(1, 3),
    st.sampled_from([Sides.ONE_SIDED, Sides.TWO_SIDED_LONG_EDGE]),
    st.sets(st.integers(0, 8)),
)
def test_the_kinds_add_up_to_what_is_counted_without_them(
    pages: int, up: int, copies: int, sides: Keyword, colorless: set[int]
) -> None:
    made = plan(
        [Page(size=Size(595, 842))] * pages,
        Instructions(number_up=up, copies=copies, style=PageStyle(sides=sides)),
    )
    found = counted(made, colorless, in_gray=False)
    assert sum(found.pages.all) == made.pages
    printed = (found.impressions, made.impressions), (found.impressions_completed, made.impressions_completed)
    for kinds, number in printed:
        assert sum(kinds.all) - kinds.blank - kinds.blank_two_sided == number
    assert sum(found.sheets.all) == len(made.sheets)
