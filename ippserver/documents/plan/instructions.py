"""What Job Template attributes ask of the pages, in the terms of the pages.

Knows attributes; not what pages there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from ippserver.documents.plan.geometry import Box, Size, points
from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, Holder
from ippserver.iana.enums import OrientationRequested, PrintQuality
from ippserver.iana.keywords import (
    JobSheets,
    MultipleDocumentHandling,
    PresentationDirectionNumberUp,
    PrintColorMode,
    PrintScaling,
    Sides,
)
from ippserver.iana.media import media_size
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import MAX_INTEGER, Keyword, RangeOfInteger
from ippserver.model.margins import DEFAULT_MARGINS

GRAY_MODES: Final = (
    PrintColorMode.MONOCHROME,
    PrintColorMode.AUTO_MONOCHROME,
    PrintColorMode.PROCESS_MONOCHROME,
)
BILEVEL_MODES: Final = (PrintColorMode.BI_LEVEL, PrintColorMode.PROCESS_BI_LEVEL)
MOST_UP: Final = 400
"""Pages on a side."""
_A4: Final = (21000, 29700)
_PER_INCH: Final = 3
"""The units of a resolution that is in dots per inch."""
_CENTIMETRES_PER_INCH: Final = 2.54
_TURNS: Final[Mapping[int, int]] = {
    OrientationRequested.PORTRAIT: 0,
    OrientationRequested.LANDSCAPE: 90,
    OrientationRequested.REVERSE_PORTRAIT: 180,
    OrientationRequested.REVERSE_LANDSCAPE: 270,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A kind of sheet, as it is fed."""

    name: str
    """Of media, or the size in hundredths of a millimetre: "21000x29700"."""
    hundredths: tuple[int, int]
    """Width and length, hundredths of a millimetre."""
    margins: tuple[int, int, int, int] = DEFAULT_MARGINS
    """Left, bottom, right, top, hundredths of a millimetre."""
    media_type: str = ""
    """Empty where nobody says it, as is media-source."""
    media_source: str = ""

    @property
    def size(self) -> Size:
        """Width and length, points."""
        return Size(*map(points, self.hundredths))

    @property
    def printable(self) -> Box:
        """What is within the margins, points; all where they leave nothing."""
        left, bottom, right, top = map(points, self.margins)
        width, length = self.size
        box = Box(left, bottom, width - right, length - top)
        return box if min(box.size) > 0 else Box(0, 0, width, length)

    def pixels(self, dpi: int) -> tuple[int, int]:
        """Width and length at `dpi`."""
        width, length = (max(1, round(side * dpi / 2540)) for side in self.hundredths)
        return width, length


A4: Final = Medium(name="iso_a4_210x297mm", hundredths=_A4)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStyle:
    """How a page is printed."""

    medium: Medium = A4
    sides: Keyword = Sides.ONE_SIDED
    turn: int = 0
    """By how many degrees it stands counterclockwise on the sheet; 0 leaves it to its own shape."""
    scaling: Keyword = PrintScaling.AUTO
    color_mode: Keyword = PrintColorMode.AUTO
    quality: int = PrintQuality.NORMAL
    dpi: int | None = None
    """printer-resolution; of two that differ, the finer."""

    @property
    def two_sided(self) -> bool:
        """Whether the sheet has a back."""
        return self.sides != Sides.ONE_SIDED

    @property
    def is_gray(self) -> bool:
        """Whether color was not asked for."""
        return self.color_mode in (*GRAY_MODES, *BILEVEL_MODES)

    @property
    def tumbles(self) -> bool:
        """Whether the back stands on its head: the short edges meet."""
        return self.sides == Sides.TWO_SIDED_SHORT_EDGE


class Place(NamedTuple):
    """A page of a Job: its document, its number in the Set, and the copy, all counted from 1."""

    document: int
    page: int
    copy: int


@dataclass(frozen=True, slots=True)
class Override:
    """What is otherwise on some pages (PWG 5100.6)."""

    pages: Sequence[RangeOfInteger]
    documents: Sequence[RangeOfInteger]
    """Empty for all."""
    copies: Sequence[RangeOfInteger]
    """Empty for all."""
    members: Collection

    def meets(self, at: Place, ends: Place) -> bool:
        """Whether it is about the page `at` that place; `ends` has the last document, page and copy."""
        chosen = zip((self.documents, self.pages, self.copies), at, ends, strict=True)
        return all(
            not ranges or within([_counted(one, last) for one in ranges], number)
            for ranges, number, last in chosen
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """How a Job is printed."""

    style: PageStyle = PageStyle()
    overrides: tuple[Override, ...] = ()
    copies: int = 1
    page_ranges: tuple[RangeOfInteger, ...] = ()
    """Empty for all."""
    number_up: int = 1
    direction: Keyword = PresentationDirectionNumberUp.TORIGHT_TOBOTTOM
    handling: Keyword = MultipleDocumentHandling.SEPARATE_DOCUMENTS_COLLATED_COPIES
    job_sheet: Medium | None = None
    """What the job sheet before the pages is printed on; None for no such sheet."""

    def style_of(self, at: Place, ends: Place) -> PageStyle:
        """How the page `at` that place is printed; `ends` has the last document, page and copy."""
        style = self.style
        for override in self.overrides:
            if override.meets(at, ends):
                style = styled(style, override.members)
        return style

    @property
    def copies_differ(self) -> bool:
        """Whether what is printed is not the same in all copies."""
        return any(override.copies for override in self.overrides)


def instructions(attributes: Holder) -> Instructions:
    """What `attributes` ask: the Job's own, or else its Printer's defaults.

    Where both media and media-col are there, media-col counts.
    """
    style = styled(PageStyle(), attributes)
    plain = Instructions()
    return Instructions(
        style=style,
        overrides=tuple(map(_override, names.OVERRIDES.all(attributes))),
        copies=names.COPIES.get(attributes) or 1,
        page_ranges=names.PAGE_RANGES.all(attributes),
        number_up=min(names.NUMBER_UP.get(attributes) or 1, MOST_UP),
        direction=names.PRESENTATION_DIRECTION_NUMBER_UP.get(attributes) or plain.direction,
        handling=names.MULTIPLE_DOCUMENT_HANDLING.get(attributes) or plain.handling,
        job_sheet=_job_sheet(attributes, style.medium),
    )


def styled(style: PageStyle, attributes: Holder) -> PageStyle:
    """`style`, as far as `attributes` say nothing else."""
    requested = names.ORIENTATION_REQUESTED.get(attributes)
    return replace(
        style,
        medium=_medium(attributes, style.medium),
        sides=names.SIDES.get(attributes) or style.sides,
        turn=style.turn if requested is None else _TURNS.get(requested, 0),
        scaling=names.PRINT_SCALING.get(attributes) or style.scaling,
        color_mode=names.PRINT_COLOR_MODE.get(attributes) or style.color_mode,
        quality=names.PRINT_QUALITY.get(attributes) or style.quality,
        dpi=_dpi(attributes) or style.dpi,
    )


def within(ranges: Sequence[RangeOfInteger], number: int) -> bool:
    """Whether one of `ranges` has `number`."""
    return any(one.lower <= number <= one.upper for one in ranges)


def _counted(ranges: RangeOfInteger, last: int) -> RangeOfInteger:
    """The range where the `last` number is known: MAX is that, MAX - 1 the one before (PWG 5100.6 4.1)."""
    lower, upper = (last - MAX_INTEGER + each if each >= MAX_INTEGER - 1 else each for each in ranges)
    return RangeOfInteger(lower, upper)


def _override(collection: Collection) -> Override:
    return Override(
        pages=_ranges(names.PAGES, collection),
        documents=_ranges(names.DOCUMENT_NUMBERS, collection) or _ranges(names.DOCUMENT_NUMBER, collection),
        copies=_ranges(names.DOCUMENT_COPIES, collection),
        members=collection,
    )


def _ranges(
    selector: AttributeDef[RangeOfInteger] | AttributeDef[int] | AttributeDef[RangeOfInteger | int],
    collection: Collection,
) -> tuple[RangeOfInteger, ...]:
    values: tuple[RangeOfInteger | int, ...] = selector.all(collection)
    return tuple(
        value if isinstance(value, RangeOfInteger) else RangeOfInteger(value, value) for value in values
    )


def _medium(attributes: Holder, usual: Medium) -> Medium:
    """What `attributes` say of a medium that is the `usual` one else: perhaps only where it comes from."""
    named = names.MEDIA.get(attributes)
    plain = _as_usual((None if named is None else _named(str(named))) or usual, usual)
    chosen = names.MEDIA_COL.get(attributes)
    if chosen is None:
        return plain
    name = names.MEDIA_SIZE_NAME.get(chosen) or names.MEDIA_KEY.get(chosen)
    found = _sized(chosen, usual) or _named(str(name))
    medium = plain if found is None else _as_usual(found, usual)
    edges = (
        names.MEDIA_LEFT_MARGIN,
        names.MEDIA_BOTTOM_MARGIN,
        names.MEDIA_RIGHT_MARGIN,
        names.MEDIA_TOP_MARGIN,
    )
    asked = [edge.get(chosen) for edge in edges]
    left, bottom, right, top = (
        of_medium if margin is None else margin
        for margin, of_medium in zip(asked, medium.margins, strict=True)
    )
    return replace(
        medium,
        margins=(left, bottom, right, top),
        media_type=str(names.MEDIA_TYPE.get(chosen) or medium.media_type),
        media_source=str(names.MEDIA_SOURCE.get(chosen) or medium.media_source),
    )


def _as_usual(medium: Medium, usual: Medium) -> Medium:
    """`medium`, of the usual type; the usual one, if it is as large, unless both have names."""
    if medium.hundredths != usual.hundredths:
        return replace(medium, media_type=usual.media_type, media_source="")
    return usual if usual.name == _size_name(usual.hundredths) else replace(usual, name=medium.name)


def _size_name(hundredths: tuple[int, int]) -> str:
    """What a medium is called that has no name."""
    return "{}x{}".format(*hundredths)


def _named(name: str) -> Medium | None:
    size = media_size(name)
    return None if size is None else Medium(name=name, hundredths=(size.width, size.length))


def _sized(media_col: Collection, usual: Medium) -> Medium | None:
    size = names.MEDIA_SIZE.get(media_col) or Collection()
    width, length = names.X_DIMENSION.get(size), names.Y_DIMENSION.get(size)
    if type(width) is not int or type(length) is not int or width < 1 or length < 1:
        return None
    name = names.MEDIA_SIZE_NAME.get(media_col) or names.MEDIA_KEY.get(media_col)
    known = None if name is None else _named(str(name))
    if known is not None and known.hundredths == (width, length):
        return known
    if usual.hundredths == (width, length):
        return usual
    return Medium(name=_size_name((width, length)), hundredths=(width, length))


def _dpi(attributes: Holder) -> int | None:
    resolution = names.PRINTER_RESOLUTION.get(attributes)
    if resolution is None:
        return None
    dots = max(resolution.cross_feed, resolution.feed)
    return dots if resolution.units == _PER_INCH else round(dots * _CENTIMETRES_PER_INCH)


def _job_sheet(attributes: Holder, medium: Medium) -> Medium | None:
    whole = names.JOB_SHEETS_COL.get(attributes)
    wanted = (None if whole is None else names.JOB_SHEETS.get(whole)) or names.JOB_SHEETS.get(attributes)
    if wanted is None or wanted == JobSheets.NONE:
        return None
    return medium if whole is None else _medium(whole, medium)
