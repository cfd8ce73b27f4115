"""Every attribute at every value that a printer of any profile advertises is seen in what comes out.

What a printer advertises is taken from its own answer; what came of it is looked at by poppler, or in the
octets of raster headers. A value that is advertised and has no effect fails here.
"""

import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pikepdf
import pytest

from ippserver.documents.plan.geometry import Size
from ippserver.iana import names
from ippserver.iana.enums import OrientationRequested
from ippserver.iana.keywords import (
    JobSheets,
    PresentationDirectionNumberUp,
    PrintColorMode,
    PrintScaling,
    Sides,
)
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, OutOfBand, RangeOfInteger, Resolution
from ippserver.model import formats
from tests.documents.press import (
    RED,
    about,
    at,
    corners,
    images_of,
    level,
    pages_of,
    pdf,
    seen,
    upright,
    words_of,
)
from tests.matrix.office import (
    default_size,
    each_profile,
    ink,
    is_color,
    joined,
    made,
    made_of,
    marked,
    middle,
    named_size,
    offered,
    plain_color,
    plain_pages,
    raster_header,
    refused,
    shown,
    sized,
    smallest,
    tickets,
)

SEEN: Final = {
    names.COPIES,
    names.JOB_RECIPIENT_NAME,
    names.JOB_ACCOUNT_ID,
    names.JOB_SHEET_MESSAGE,
    names.JOB_SHEETS,
    names.JOB_SHEETS_COL,
    names.MEDIA,
    names.MEDIA_COL,
    names.MULTIPLE_DOCUMENT_HANDLING,
    names.NUMBER_UP,
    names.ORIENTATION_REQUESTED,
    names.OVERRIDES,
    names.PAGE_RANGES,
    names.PRESENTATION_DIRECTION_NUMBER_UP,
    names.PRINT_COLOR_MODE,
    names.PRINT_QUALITY,
    names.PRINT_SCALING,
    names.PRINTER_RESOLUTION,
    names.PROOF_PRINT,
    names.SIDES,
}
"""What is on the pages, and shown here."""
RECORDED: Final = {
    names.FINISHINGS,
    names.FINISHINGS_COL,
    names.JOB_ACCOUNT_TYPE,
    names.JOB_ACCOUNTING_USER_ID,
    names.JOB_MESSAGE_TO_OPERATOR,
    names.JOB_PHONE_NUMBER,
    names.OUTPUT_BIN,
    names.PCLM_SOURCE_RESOLUTION,
}
"""What is kept with the Job for whoever has the pages: nobody staples a file."""
SCHEDULED: Final = {
    names.JOB_CANCEL_AFTER,
    names.JOB_DELAY_OUTPUT_UNTIL,
    names.JOB_DELAY_OUTPUT_UNTIL_TIME,
    names.JOB_ERROR_ACTION,
    names.JOB_HOLD_UNTIL,
    names.JOB_HOLD_UNTIL_TIME,
    names.JOB_PRIORITY,
    names.JOB_RETAIN_UNTIL,
    names.JOB_RETAIN_UNTIL_INTERVAL,
    names.JOB_RETAIN_UNTIL_TIME,
    names.PROOF_COPIES,
}
"""What says when a Job is printed and kept, not what is on its pages."""
WITHOUT_A_CHOICE: Final = {names.PRINT_CONTENT_OPTIMIZE, names.PRINT_RENDERING_INTENT}
"""What may only be "auto"."""


@each_profile
def test_every_attribute_that_is_advertised_is_accounted_for(profile: str) -> None:
    known = {each.name for each in SEEN | RECORDED | SCHEDULED | WITHOUT_A_CHOICE}
    advertised = set(map(str, names.JOB_CREATION_ATTRIBUTES_SUPPORTED.all(offered(profile))))
    assert advertised & TEMPLATES.keys() <= known
    supported = {name for name, template in TEMPLATES.items() if _is_supported(profile, name)}
    assert supported - known == set()


def _is_supported(profile: str, name: str) -> bool:
    supported = TEMPLATES[name].supported
    return supported is not None and supported.attribute(offered(profile)) is not None


@each_profile
@pytest.mark.parametrize("name", sorted(each.name for each in WITHOUT_A_CHOICE))
def test_what_has_no_effect_leaves_no_choice(profile: str, name: str) -> None:
    supported = offered(profile).get(f"{name}-supported")
    assert supported is None or supported.values == (Keyword("auto"),)


@each_profile
def test_copies_up_to_the_bound(profile: str, tmp_path: Path) -> None:
    (bounds,) = names.COPIES_SUPPORTED.all(offered(profile))
    assert isinstance(bounds, RangeOfInteger)
    for copies in (bounds.lower, bounds.lower + 1, 7):
        found = seen(made(profile, marked(profile, 2), names.COPIES.of(copies)).file, 9)
        assert len(found) == 2 * copies
        assert all(about(corners(page), shown(profile, 1 + number % 2)) for number, page in enumerate(found))
    most = made(profile, marked(profile), names.COPIES.of(bounds.upper))
    assert len(pages_of(most.file, tmp_path)) == most.result.sheets == bounds.upper
    assert refused(profile, names.COPIES.of(bounds.upper + 1))


@each_profile
def test_every_way_to_use_both_sides(profile: str) -> None:
    supported = names.SIDES_SUPPORTED.all(offered(profile))
    assert supported
    hints = {
        Sides.ONE_SIDED: ("/Simplex", 3, 0, 0),
        Sides.TWO_SIDED_LONG_EDGE: ("/DuplexFlipLongEdge", 4, 1, 0),
        Sides.TWO_SIDED_SHORT_EDGE: ("/DuplexFlipShortEdge", 4, 1, 1),
    }
    for sides in supported:
        hint, count, duplex, tumble = hints[Keyword(sides)]
        done = made(profile, marked(profile, 3), names.SIDES.of(sides))
        pages = seen(done.file, 9)
        assert [bool((page == 255).all()) for page in pages] == [False] * 3 + [True] * (count - 3)
        with pikepdf.open(io.BytesIO(done.file)) as read:
            hints_of_file = read.Root.get("/ViewerPreferences", pikepdf.Dictionary())
            assert hints_of_file.get("/Duplex", "/Simplex") == hint
        small = (smallest(profile), names.SIDES.of(sides))
        raster = made(profile, marked(profile), *small, target=formats.PWG_RASTER)
        header = raster_header(raster.file)
        assert (header.duplex, header.tumble) == (duplex, tumble)


@each_profile
def test_pages_are_chosen(profile: str) -> None:
    ranges = (RangeOfInteger(2, 3), RangeOfInteger(5, 5), RangeOfInteger(7, 99))
    done = made(profile, marked(profile, 8), names.PAGE_RANGES.of(*ranges))
    found = [corners(page)[3][0] for page in seen(done.file, 9)]
    assert found == pytest.approx([level(number) for number in (2, 3, 5, 7, 8)], abs=2)
    assert names.PAGE_RANGES_SUPPORTED.get(offered(profile)) is True


STEPS: Final = {
    PresentationDirectionNumberUp.TORIGHT_TOBOTTOM: ((1, 0), (0, 1)),
    PresentationDirectionNumberUp.TOLEFT_TOBOTTOM: ((-1, 0), (0, 1)),
    PresentationDirectionNumberUp.TORIGHT_TOTOP: ((1, 0), (0, -1)),
    PresentationDirectionNumberUp.TOLEFT_TOTOP: ((-1, 0), (0, -1)),
    PresentationDirectionNumberUp.TOBOTTOM_TORIGHT: ((0, 1), (1, 0)),
    PresentationDirectionNumberUp.TOBOTTOM_TOLEFT: ((0, 1), (-1, 0)),
    PresentationDirectionNumberUp.TOTOP_TORIGHT: ((0, -1), (1, 0)),
    PresentationDirectionNumberUp.TOTOP_TOLEFT: ((0, -1), (-1, 0)),
}
"""Where the next page is, across and down, and where the next row or column."""


@each_profile
def test_every_number_up_in_every_direction(profile: str) -> None:
    numbers = [int(str(number)) for number in names.NUMBER_UP_SUPPORTED.all(offered(profile))]
    directions = names.PRESENTATION_DIRECTION_NUMBER_UP_SUPPORTED.all(offered(profile))
    assert set(directions) <= set(STEPS)
    wanted = [(number, direction) for number in numbers for direction in directions]
    if profile != "office-color":  # elsewhere each number once, and each direction once
        wanted = [*((number, directions[0]) for number in numbers), *((4, one) for one in directions)]
    asked = tickets(
        profile,
        *(
            [names.NUMBER_UP.of(number), names.PRESENTATION_DIRECTION_NUMBER_UP.of(direction)]
            for number, direction in wanted
        ),
    )
    size = default_size(profile)
    files = [
        made_of(ticket, plain_pages(number + 1, size)).file
        for (number, _), ticket in zip(wanted, asked, strict=True)
    ]
    pages = iter(seen(joined(files), 36))
    for number, direction in wanted:
        first, second = next(pages), next(pages)
        places = [middle(first, plain_color(each + 1)) for each in range(number)]
        assert _follow(places, *STEPS[Keyword(direction)]), (number, direction, places)
        assert middle(second, plain_color(number + 1)) == pytest.approx(places[0], abs=0.01)
    assert next(pages, None) is None


def _follow(places: list[tuple[float, float]], step: tuple[int, int], turn: tuple[int, int]) -> bool:
    """Whether each place is a `step` from the one before, or at the beginning of the line after a `turn`."""

    def along(axis: tuple[int, int], place: tuple[float, float]) -> float:
        return axis[0] * place[0] + axis[1] * place[1]

    near = 0.02
    start = along(step, places[0])
    for before, after in pairwise(places):
        forward = along(step, after) - along(step, before)
        down = along(turn, after) - along(turn, before)
        goes_on = forward > near and abs(down) < near
        begins = down > near and abs(along(step, after) - start) < near
        if not goes_on and not begins:
            return False
    return True


@each_profile
def test_every_orientation(profile: str, tmp_path: Path) -> None:
    turns = {
        OrientationRequested.PORTRAIT: 0,
        OrientationRequested.LANDSCAPE: 90,
        OrientationRequested.REVERSE_PORTRAIT: 180,
        OrientationRequested.REVERSE_LANDSCAPE: 270,
    }
    supported = names.ORIENTATION_REQUESTED_SUPPORTED.all(offered(profile))
    assert supported
    for orientation in supported:
        done = made(profile, marked(profile), names.ORIENTATION_REQUESTED.of(orientation))
        ((width, length, turned),) = pages_of(done.file, tmp_path)
        assert (width, length) == pytest.approx(default_size(profile), abs=0.01)
        assert turned == turns[OrientationRequested(orientation)]
        (page,) = seen(done.file)
        assert (page.shape[1] > page.shape[0]) == (turned in (90, 270))
        assert about(corners(page, ink(page)), shown(profile))


@each_profile
def test_every_color_mode(profile: str, tmp_path: Path) -> None:
    supported = names.PRINT_COLOR_MODE_SUPPORTED.all(offered(profile))
    assert supported
    for mode in supported:
        done = made(profile, marked(profile), names.PRINT_COLOR_MODE.of(mode))
        (page,) = seen(done.file)
        is_gray = bool((page.max(axis=2) == page.min(axis=2)).all())
        keeps_color = is_color(profile) and mode in (PrintColorMode.AUTO, PrintColorMode.COLOR)
        assert is_gray != keeps_color, mode
        if keeps_color:
            assert about(corners(page), upright())
        elif mode == PrintColorMode.BI_LEVEL:
            assert images_of(done.file, tmp_path) == [("gray", 1)]
        else:
            assert about(
                [(color[0],) for color in corners(page)], [(shade,) for shade in (76, 150, 28, level(1))]
            )


@each_profile
def test_every_quality_and_resolution_is_that_of_the_raster(profile: str) -> None:
    qualities = names.PRINT_QUALITY_SUPPORTED.all(offered(profile))
    resolutions = names.PRINTER_RESOLUTION_SUPPORTED.all(offered(profile))
    assert qualities
    assert resolutions
    document, small = marked(profile), smallest(profile)
    found = [
        raster_header(
            made(profile, document, small, names.PRINT_QUALITY.of(each), target=formats.PWG_RASTER).file
        )
        for each in qualities
    ]
    assert [header.quality for header in found] == [int(each) for each in qualities]
    dots = [header.resolution[0] for header in found]
    assert dots == sorted(dots)
    for resolution in resolutions:
        assert isinstance(resolution, Resolution)
        asked = names.PRINTER_RESOLUTION.of(resolution)
        header = raster_header(made(profile, document, small, asked, target=formats.PWG_RASTER).file)
        assert header.resolution == (resolution.cross_feed, resolution.feed)
        inches = [pixels / dots for pixels, dots in zip(header.pixels, header.resolution, strict=True)]
        assert inches == pytest.approx([side / 72 for side in header.page_size], abs=0.01)


@each_profile
def test_every_job_sheet_is_a_page_of_its_own(profile: str) -> None:
    supported = names.JOB_SHEETS_SUPPORTED.all(offered(profile))
    assert supported
    message = names.JOB_SHEET_MESSAGE.of("To the third floor")
    recipient, account = names.JOB_RECIPIENT_NAME.of("Bob"), names.JOB_ACCOUNT_ID.of("4711")
    for sheets in supported:
        asked = (names.JOB_SHEETS.of(sheets), message, recipient, account)
        done = made(profile, marked(profile), *asked, names.COPIES.of(2))
        has_one = sheets != JobSheets.NONE
        assert len(seen(done.file, 9)) == done.result.sheets == (3 if has_one else 2)
        said = words_of(done.file)[0]
        expected = ("The Matrix", "alice", "Bob", "4711", "To the third floor") if has_one else ()
        assert [each for each in expected if each not in said] == []


@each_profile
def test_a_job_sheet_may_have_a_medium_of_its_own(profile: str, tmp_path: Path) -> None:
    (standard, *_) = [
        each for each in names.JOB_SHEETS_SUPPORTED.all(offered(profile)) if each != JobSheets.NONE
    ]
    small = smallest(profile)
    sheet = names.JOB_SHEETS_COL.of(Collection([names.JOB_SHEETS.of(standard), small]))
    cover, page = pages_of(made(profile, marked(profile), sheet).file, tmp_path)
    assert cover[:2] == pytest.approx(named_size(str(small.values[0])), abs=0.05)
    assert page[:2] == pytest.approx(default_size(profile), abs=0.05)


@each_profile
def test_overrides_of_every_member_are_seen_on_the_pages_they_name(profile: str, tmp_path: Path) -> None:
    members = set(map(str, names.OVERRIDES_SUPPORTED.all(offered(profile))))
    for attribute in _overriding(profile):
        if attribute.name not in members:
            continue
        override = Collection([names.PAGES.of(RangeOfInteger(2, 2)), attribute])
        page = pdf(3, Size(*(side * 0.6 for side in default_size(profile))))[1]
        done = made(profile, page, names.OVERRIDES.of(override))
        boxes = pages_of(done.file, tmp_path)
        first, second, third = (
            (box, corners(picture), ink(picture))
            for box, picture in zip(boxes, seen(done.file, 36), strict=True)
        )
        assert first[0] == third[0], attribute
        assert first[2] == third[2], attribute
        assert (first[0], first[1][:3], first[2]) != (second[0], second[1][:3], second[2]), attribute


def _overriding(profile: str) -> Iterator[Attribute]:
    """What makes a page look otherwise than is usual."""
    small = smallest(profile)
    width, length = (round(side * 2540 / 72) for side in named_size(str(small.values[0])))
    yield small
    yield sized(width, length)
    yield names.ORIENTATION_REQUESTED.of(OrientationRequested.LANDSCAPE)
    yield names.PRINT_SCALING.of(PrintScaling.FILL)
    if is_color(profile):
        yield names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)


@each_profile
def test_a_proof_has_as_many_copies_as_it_asks_for(profile: str, tmp_path: Path) -> None:
    small = smallest(profile)
    proof = names.PROOF_PRINT.of(Collection([names.PROOF_PRINT_COPIES.of(2), small]))
    done = made(profile, marked(profile), names.COPIES.of(5), proof)
    found = pages_of(done.file, tmp_path)
    assert len(found) == 2
    assert found[0][:2] == pytest.approx(named_size(str(small.values[0])), abs=0.05)


@each_profile
def test_defaults_that_are_told_are_what_happens(profile: str, tmp_path: Path) -> None:
    """A document of which nothing is asked is printed as each xxx-default says."""
    told = [
        Attribute(name, template.default.attribute(offered(profile)).values)  # type: ignore[union-attr]
        for name, template in TEMPLATES.items()
        if template.default is not None
        and (default := template.default.attribute(offered(profile))) is not None
        and type(default.values[0]) is not OutOfBand
        and name in {each.name for each in SEEN} - {names.MEDIA.name}
    ]
    unasked = made(profile, marked(profile, 2))
    asked = made(profile, marked(profile, 2), *told)
    assert unasked.result == asked.result
    assert pages_of(unasked.file, tmp_path) == pages_of(asked.file, tmp_path)
    for one, other in zip(seen(unasked.file, 18), seen(asked.file, 18), strict=True):
        assert (one == other).all()
    is_red = at(seen(unasked.file, 18)[0], 0.25, 0.25) == RED
    assert is_red == is_color(profile)
