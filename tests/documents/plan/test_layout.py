"""The plan of sheets: which page goes where, in which order, on which side."""

from collections import Counter
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.documents.errors import DocumentTooLarge
from ippserver.documents.plan.geometry import Box, Size
from ippserver.documents.plan.instructions import Instructions, Medium, Override, PageStyle
from ippserver.documents.plan.layout import Plan, plan
from ippserver.documents.plan.placing import TOLERANCE, Page, Placement, Side
from ippserver.iana import names
from ippserver.iana.keywords import (
    MultipleDocumentHandling,
    PresentationDirectionNumberUp,
    PrintColorMode,
    PrintScaling,
    Sides,
)
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import Keyword, RangeOfInteger

A4: Final = Medium(name="iso_a4_210x297mm", hundredths=(21000, 29700))
A5: Final = Medium(name="iso_a5_148x210mm", hundredths=(14800, 21000))
PORTRAIT: Final = Page(size=A4.size)
LANDSCAPE: Final = Page(size=A4.size.turned(90))
SCALINGS: Final = (
    PrintScaling.AUTO,
    PrintScaling.AUTO_FIT,
    PrintScaling.FIT,
    PrintScaling.FILL,
    PrintScaling.NONE,
)
SIDES: Final = (Sides.ONE_SIDED, Sides.TWO_SIDED_LONG_EDGE, Sides.TWO_SIDED_SHORT_EDGE)
HANDLINGS: Final = (
    MultipleDocumentHandling.SINGLE_DOCUMENT,
    MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET,
    MultipleDocumentHandling.SEPARATE_DOCUMENTS_COLLATED_COPIES,
    MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES,
)
DIRECTIONS: Final = tuple(
    value for name, value in vars(PresentationDirectionNumberUp).items() if name.isupper()
)

lengths = st.floats(20, 3000)
sizes = st.builds(Size, lengths, lengths)
media = st.builds(
    Medium,
    name=st.just("custom"),
    hundredths=st.tuples(st.integers(2000, 90000), st.integers(2000, 90000)),
    margins=st.tuples(*[st.integers(0, 900)] * 4),
)
styles = st.builds(
    PageStyle,
    medium=media | st.just(A4),
    sides=st.sampled_from(SIDES),
    turn=st.sampled_from((0, 90, 180, 270)),
    scaling=st.sampled_from(SCALINGS),
)


@st.composite
def documents(draw: st.DrawFn) -> list[Page]:
    """The pages of up to three documents."""
    pages: list[Page] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        is_sheet = draw(st.booleans())
        of_document = draw(st.lists(sizes, min_size=1, max_size=5))
        pages += [Page(size=size, document=number, is_sheet=is_sheet) for size in of_document]
    return pages


@st.composite
def wishes(draw: st.DrawFn) -> Instructions:
    return Instructions(
        style=draw(styles),
        copies=draw(st.integers(1, 3)),
        number_up=draw(st.sampled_from((1, 2, 4, 6, 9, 16, 5))),
        direction=draw(st.sampled_from(DIRECTIONS)),
        handling=draw(st.sampled_from(HANDLINGS)),
    )


def indices(made: Plan) -> list[int]:
    """The pages as they come out."""
    return [placement.page for side in made.sides for placement in side.placements]


def one(made: Plan) -> Placement:
    ((placement,),) = [side.placements for side in made.sides]
    return placement


def placed(made: Plan, pages: list[Page]) -> Box:
    """Where the only page comes to stand."""
    placement = one(made)
    return placement.matrix.box(Box(0, 0, *pages[placement.page].size))


def of(count: int, document: int = 1) -> list[Page]:
    return [replace(PORTRAIT, document=document)] * count


def with_ranges(*ranges: tuple[int, int]) -> tuple[RangeOfInteger, ...]:
    return tuple(RangeOfInteger(*one) for one in ranges)


@given(documents(), wishes())
def test_every_page_stands_once_in_every_copy(pages: list[Page], wanted: Instructions) -> None:
    counts = Counter(indices(plan(pages, wanted)))
    assert counts == dict.fromkeys(range(len(pages)), wanted.copies)


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
def test_a_side_holds_as_many_pages_as_asked(pages: list[Page], wanted: Instructions) -> None:
    made = plan(pages, wanted)
    most = max(len(side.placements) for side in made.sides)
    assert most <= wanted.number_up
    assert made.impressions <= made.impressions_completed


@given(documents(), wishes())
def test_pages_keep_their_shape(pages: list[Page], wanted: Instructions) -> None:
    pages = [replace(page, is_sheet=False) for page in pages]  # those fill a sheet of about their size
    for side in plan(pages, wanted).sides:
        for placement in side.placements:
            a, b, c, d, *_ = placement.matrix
            assert (a, b) == pytest.approx((d, -c))
            assert a * b == pytest.approx(0)


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
    made = plan([*of(2), PORTRAIT], wanted, job_sheet=2)
    assert indices(made) == [2, 0, 1, 0, 1]
    assert made.sheets[0].medium == A5
    assert made.media == {A5.name: 1, A4.name: 2}
    assert (made.impressions, made.impressions_completed, made.pages) == (1, 3, 2)


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
