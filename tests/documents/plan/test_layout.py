"""The plan of sheets: which page goes where, in which order, on which side."""

from collections import Counter
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.errors import DocumentTooLarge
from ippserver.documents.plan.geometry import Box
from ippserver.documents.plan.instructions import Instructions, Medium, Override, PageStyle
from ippserver.documents.plan.layout import Plan, plan
from ippserver.documents.plan.placing import Page, Side
from ippserver.iana import names
from ippserver.iana.enums import PrintQuality
from ippserver.iana.keywords import (
    MultipleDocumentHandling,
    PrintColorMode,
    Sides,
)
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import MAX_INTEGER, Keyword, RangeOfInteger
from tests.documents.plan.pages import (
    A4,
    PORTRAIT,
    SIDES,
    documents,
    of,
    wishes,
)

A5: Final = Medium(name="iso_a5_148x210mm", hundredths=(14800, 21000))


def indices(made: Plan) -> list[int]:
    """The pages as they come out."""
    return [placement.page for side in made.sides for placement in side.placements]


def with_ranges(*ranges: tuple[int, int]) -> tuple[RangeOfInteger, ...]:
    return tuple(RangeOfInteger(*one) for one in ranges)


@given(documents(), wishes())
def test_every_page_stands_once_in_every_copy(pages: list[Page], wanted: Instructions) -> None:
    counts = Counter(indices(plan(pages, wanted)))
    assert counts == dict.fromkeys(range(len(pages)), wanted.copies)


@given(documents(), wishes())
def test_a_side_holds_as_many_pages_as_asked(pages: list[Page], wanted: Instructions) -> None:
    made = plan(pages, wanted)
    most = max(len(side.placements) for side in made.sides)
    assert most <= wanted.number_up
    assert made.impressions <= made.impressions_completed


@given(documents(), wishes())
def test_a_sheet_has_a_back_where_both_sides_are_used(pages: list[Page], wanted: Instructions) -> None:
    made = plan(pages, wanted)
    assert all((sheet.back is not None) == wanted.style.two_sided for sheet in made.sheets)
    assert all(sheet.front.placements for sheet in made.sheets)


@given(documents(), wishes())
def test_every_copy_begins_on_a_sheet_of_its_own(pages: list[Page], wanted: Instructions) -> None:
    once = plan(pages, replace(wanted, copies=1))
    made = plan(pages, wanted)
    assert len(made.sheets) == wanted.copies * len(once.sheets)
    assert made.impressions == once.impressions
    assert made.impressions_completed == wanted.copies * once.impressions


@given(documents(), st.sampled_from(SIDES))
def test_collated_copies_follow_each_other_whole(pages: list[Page], sides: Keyword) -> None:
    wanted = Instructions(style=PageStyle(sides=sides), copies=2)
    assert indices(plan(pages, wanted)) == [*range(len(pages))] * 2


def test_uncollated_copies_follow_each_other_document_by_document() -> None:
    wanted = Instructions(copies=2, handling=MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES)
    assert indices(plan([*of(2), *of(1, 2)], wanted)) == [0, 1, 0, 1, 2, 2]


@pytest.mark.parametrize(
    ("handling", "sheets"),
    [
        (MultipleDocumentHandling.SINGLE_DOCUMENT, [(1, 1), (1, 1)]),
        (MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET, [(1, 1), (1, 0), (1, 0)]),
        (MultipleDocumentHandling.SEPARATE_DOCUMENTS_COLLATED_COPIES, [(1, 1), (1, 0), (1, 0)]),
    ],
)
def test_a_document_begins_on_a_back_only_within_a_single_document(
    handling: Keyword, sheets: list[tuple[int, int]]
) -> None:
    wanted = Instructions(style=PageStyle(sides=Sides.TWO_SIDED_LONG_EDGE), handling=handling)
    made = plan([*of(3), *of(1, 2)], wanted)
    assert [tuple(len(side.placements) for side in sheet.sides) for sheet in made.sheets] == sheets


def test_documents_share_a_side_only_within_a_single_document() -> None:
    pages = [*of(1), *of(1, 2)]
    together = Instructions(number_up=2, handling=MultipleDocumentHandling.SINGLE_DOCUMENT)
    assert len(plan(pages, together).sheets) == 1
    apart = replace(together, handling=MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET)
    assert len(plan(pages, apart).sheets) == 2


def test_page_ranges_choose_from_each_document_by_itself() -> None:
    wanted = Instructions(page_ranges=with_ranges((2, 2), (4, 9)))
    made = plan([*of(5), *of(3, 2)], wanted)
    assert indices(made) == [1, 3, 4, 6]
    assert made.pages == 4


def test_page_ranges_choose_from_a_single_document_as_a_whole() -> None:
    wanted = Instructions(
        page_ranges=with_ranges((2, 2), (5, 6)), handling=MultipleDocumentHandling.SINGLE_DOCUMENT
    )
    assert indices(plan([*of(5), *of(3, 2)], wanted)) == [1, 4, 5]


def test_ranges_without_any_page_leave_nothing() -> None:
    made = plan(of(3), Instructions(page_ranges=with_ranges((7, 9))))
    assert (made.sheets, made.pages, made.impressions) == ((), 0, 0)


def test_no_pages_are_not_copied() -> None:
    made = plan(of(3), Instructions(page_ranges=with_ranges((7, 9)), copies=MAX_INTEGER))
    assert made.sheets == ()


def test_blank_backs_are_no_impressions() -> None:
    made = plan(of(3), Instructions(style=PageStyle(sides=Sides.TWO_SIDED_LONG_EDGE), copies=2))
    assert [len(side.placements) for side in made.sides] == [1, 1, 1, 0] * 2
    assert (made.impressions, made.impressions_completed, len(made.sheets)) == (3, 6, 4)


def test_too_many_sides_are_refused_before_they_are_laid_out() -> None:
    with pytest.raises(DocumentTooLarge, match="more than 1000 pages"):
        plan(of(3), Instructions(copies=2**31 - 1), most_sides=1000)


def test_a_job_sheet_comes_first_and_by_itself() -> None:
    wanted = Instructions(
        style=PageStyle(sides=Sides.TWO_SIDED_LONG_EDGE), copies=2, number_up=2, job_sheet=A5
    )
    made = plan([*of(2), Page(size=A5.size, is_sheet=True)], wanted, job_sheet=2)
    assert indices(made) == [2, 0, 1, 0, 1]
    assert made.sheets[0].medium == A5
    (placement,) = made.sheets[0].front.placements
    assert placement.matrix.box(Box(0, 0, *A5.size)) == pytest.approx((0, 0, *A5.size), abs=0.01)
    assert made.media == {A5.name: 1, A4.name: 2}
    assert (made.impressions, made.impressions_completed, made.pages) == (1, 3, 2)


def test_a_job_sheet_has_no_more_colors_and_dots_than_the_pages_behind_it() -> None:
    style = PageStyle(color_mode=PrintColorMode.BI_LEVEL, quality=PrintQuality.HIGH, dpi=600)
    made = plan([PORTRAIT, PORTRAIT], Instructions(style=style, job_sheet=A4), job_sheet=1)
    assert [side.style for side in made.sides] == [style, style]


def test_an_override_prints_some_pages_otherwise() -> None:
    members = Collection(
        [
            names.PAGES.of(RangeOfInteger(2, 3)),
            names.MEDIA.of(Keyword(A5.name)),
            names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME),
        ]
    )
    override = Override(pages=with_ranges((2, 3)), documents=(), copies=(), members=members)
    wanted = Instructions(style=PageStyle(sides=Sides.TWO_SIDED_LONG_EDGE), overrides=(override,))
    made = plan(of(4), wanted)
    assert [sheet.medium.name for sheet in made.sheets] == [A4.name, A5.name, A4.name]
    assert [len(side.placements) for side in made.sides] == [1, 0, 1, 1, 1, 0]
    assert made.sheets[1].front.style.color_mode == PrintColorMode.MONOCHROME


def test_an_override_may_be_about_one_copy_or_document() -> None:
    members = Collection([names.SIDES.of(Sides.ONE_SIDED), names.MEDIA.of(Keyword(A5.name))])
    only = Override(
        pages=with_ranges((1, 1)), documents=with_ranges((2, 2)), copies=with_ranges((2, 2)), members=members
    )
    made = plan([*of(1), *of(1, 2)], Instructions(copies=3, overrides=(only,)))
    assert [sheet.medium.name for sheet in made.sheets] == [A4.name] * 3 + [A5.name] + [A4.name] * 2


LAST: Final = 2**31 - 1


@pytest.mark.parametrize(
    ("ranges", "gray"),
    [
        ((LAST, LAST), [4]),
        ((LAST - 1, LAST - 1), [3]),
        ((LAST - 1, LAST), [3, 4]),
        ((2, LAST - 1), [2, 3]),
        ((3, LAST), [3, 4]),
        ((3, 99), [3, 4]),
        ((5, 99), []),
    ],
)
def test_an_override_can_be_about_the_last_pages_and_nothing_beyond(
    ranges: tuple[int, int], gray: list[int]
) -> None:
    """PWG 5100.6 4.1."""
    members = Collection([names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)])
    override = Override(pages=with_ranges(ranges), documents=(), copies=(), members=members)
    made = plan([*of(4)], Instructions(overrides=(override,)))
    modes = [side.style.color_mode for side in made.sides]
    assert [number for number, mode in enumerate(modes, 1) if mode == PrintColorMode.MONOCHROME] == gray


def test_the_last_document_and_the_last_copy_can_be_named_so() -> None:
    members = Collection([names.MEDIA.of(Keyword(A5.name))])
    last = with_ranges((LAST, LAST))
    only = Override(pages=with_ranges((1, LAST)), documents=last, copies=last, members=members)
    made = plan([*of(1), *of(1, 2)], Instructions(copies=2, overrides=(only,)), documents=2)
    assert [sheet.medium.name for sheet in made.sheets] == [A4.name] * 3 + [A5.name]


def test_sides_that_are_the_same_are_one_object() -> None:
    made = plan(of(2), Instructions(copies=50))
    assert len({id(side) for side in made.sides}) == 2
    assert all(isinstance(side, Side) for side in made.sides)
