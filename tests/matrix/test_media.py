"""Every medium, size, margin and scaling that is advertised is in the page boxes and on the pixels."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ippserver.documents.plan.geometry import Size
from ippserver.iana import names
from ippserver.iana.keywords import (
    PrintScaling,
)
from ippserver.ipp.values import Keyword, RangeOfInteger
from tests.documents.press import (
    pages_of,
    pdf,
    seen,
)
from tests.matrix.office import (
    BOUNDS,
    default_size,
    each_profile,
    ink,
    made,
    made_of,
    margins_of,
    marked,
    named_size,
    offered,
    refused,
    size_of,
    sized,
    tickets,
)


@each_profile
def test_every_medium_is_the_box_of_the_page(profile: str, tmp_path: Path) -> None:
    media = [str(each) for each in names.MEDIA_SUPPORTED.all(offered(profile))]
    named = [medium for medium in media if not medium.startswith(BOUNDS)]
    asked = tickets(profile, *([names.MEDIA.of(Keyword(medium))] for medium in named))
    for medium, ticket in zip(named, asked, strict=True):
        done = made_of(ticket, marked(profile))
        ((width, length, _),) = pages_of(done.file, tmp_path)
        assert (width, length) == pytest.approx(named_size(medium), abs=0.05), medium
        assert done.result.media == {medium: 1}


def _ranges(profile: str) -> Iterator[tuple[RangeOfInteger, RangeOfInteger]]:
    """The custom sizes, widths and lengths in hundredths of a millimetre."""
    for size in names.MEDIA_SIZE_SUPPORTED.all(offered(profile)):
        width, length = names.X_DIMENSION.attribute(size), names.Y_DIMENSION.attribute(size)
        assert width is not None
        assert length is not None
        sides = (width.values[0], length.values[0])
        if any(isinstance(side, RangeOfInteger) for side in sides):
            across, along = (
                side if isinstance(side, RangeOfInteger) else RangeOfInteger(int(str(side)), int(str(side)))
                for side in sides
            )
            yield across, along


@each_profile
def test_custom_sizes_from_the_smallest_to_the_largest(profile: str, tmp_path: Path) -> None:
    for across, along in _ranges(profile):
        middle_size = ((across.lower + across.upper) // 2, (along.lower + along.upper) // 2)
        for width, length in ((across.lower, along.lower), middle_size, (across.upper, along.upper)):
            done = made(profile, marked(profile), sized(width, length))
            ((wide, long, _),) = pages_of(done.file, tmp_path)
            assert (wide, long) == pytest.approx((width * 72 / 2540, length * 72 / 2540), abs=0.01)
        name = Keyword(f"custom_mine_{middle_size[0] / 100:g}x{middle_size[1] / 100:g}mm")
        ((wide, long, _),) = pages_of(made(profile, marked(profile), names.MEDIA.of(name)).file, tmp_path)
        assert (wide, long) == pytest.approx(named_size(name), abs=0.05)
        assert refused(profile, sized(across.upper + 200, along.upper + 200))


@each_profile
def test_every_entry_of_the_media_database_with_itsmargins_of(profile: str, tmp_path: Path) -> None:
    entries = {
        (size, margins_of(entry)): entry
        for entry in names.MEDIA_COL_DATABASE.all(offered(profile))
        if (size := size_of(entry)) is not None
    }
    assert entries
    fit = names.PRINT_SCALING.of(PrintScaling.FIT)
    asked = tickets(profile, *([names.MEDIA_COL.of(entry), fit] for entry in entries.values()))
    for ((size, margins), entry), ticket in zip(entries.items(), asked, strict=True):
        left, bottom, right, top = margins
        inner = Size(size.width - left - right, size.height - bottom - top)
        done = made_of(ticket, pdf(size=inner)[1])
        ((width, length, _),) = pages_of(done.file, tmp_path)
        assert (width, length) == pytest.approx(size, abs=0.01)
        (page,) = seen(done.file, 72)
        box = ink(page)
        places = (box[0] * width, (1 - box[3]) * length, (1 - box[2]) * width, box[1] * length)
        assert places == pytest.approx(margins, abs=2), entry


@each_profile
def test_every_scaling_of_pages_larger_and_smaller_than_the_sheet(profile: str) -> None:
    sheet = default_size(profile)
    large, small = Size(sheet.width * 1.4, sheet.height * 1.4), Size(sheet.width / 2, sheet.height / 2)
    supported = names.PRINT_SCALING_SUPPORTED.all(offered(profile))
    assert supported
    (entry,) = names.MEDIA_COL_DEFAULT.all(offered(profile))
    left, bottom, right, top = margins_of(entry)
    fitted = min((sheet.width - left - right) / sheet.width, (sheet.height - bottom - top) / sheet.height)
    is_borderless = max(left, bottom, right, top) == 0
    widths = {
        PrintScaling.AUTO: (1 if is_borderless else fitted, 0.5),
        PrintScaling.AUTO_FIT: (fitted, 0.5),
        PrintScaling.FILL: (1, 1),
        PrintScaling.FIT: (fitted, fitted),
        PrintScaling.NONE: (1, 0.5),
    }
    for scaling in supported:
        for size, width in zip((large, small), widths[Keyword(scaling)], strict=True):
            done = made(profile, pdf(size=size)[1], names.PRINT_SCALING.of(scaling))
            (page,) = seen(done.file, 72)
            box = ink(page)
            assert box[2] - box[0] == pytest.approx(width, abs=0.02), (scaling, size)
