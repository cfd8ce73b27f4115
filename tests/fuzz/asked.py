"""What is asked of a document that is fuzzed: octets before it say what it is, and is to become, and how."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any, Final, TypeAlias

from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Limits, Target, Task
from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import OrientationRequested, PrintQuality
from ippserver.iana.keywords import (
    JobSheets,
    MultipleDocumentHandling,
    PresentationDirectionNumberUp,
    PrintColorMode,
    PrintScaling,
    PwgRasterDocumentSheetBack,
    Sides,
)
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import MAX_INTEGER, Keyword, RangeOfInteger, Resolution
from ippserver.model import formats

LIMITS: Final = Limits(pages=20, sides=40, pixels=2**20, octets=2**24, text_octets=2**12)
TARGETS: Final = (
    Target(dpi=9),
    Target(media_type=formats.PNG, dpi=9),
    Target(media_type=formats.JPEG, dpi=9),
    Target(media_type=formats.PWG_RASTER, dpi=9, pixels=PixelFormat(ColorSpace.SGRAY, 1)),
    Target(media_type=formats.APPLE_RASTER, dpi=9),
)
SOURCES: Final = (
    formats.PDF,
    formats.PCLM,
    formats.JPEG,
    formats.PNG,
    formats.TIFF,
    formats.PWG_RASTER,
    formats.APPLE_RASTER,
    formats.TEXT,
    "text/plain; charset=utf-16",
    "text/plain; charset=iso-8859-1",
)
"""What an input may be; its first octet counts through them."""
_HEAD_OCTETS: Final = 4
"""The one, and those of a number that stands for all else."""
_OFTEN_TWO: Final = 8
"""Of so many numbers, one has another document behind."""
_PIXELS: Final = {
    formats.PWG_RASTER: (*(PixelFormat(space, 8) for space in ColorSpace), PixelFormat(ColorSpace.BLACK, 1)),
    formats.APPLE_RASTER: tuple(PixelFormat(ColorSpace.SRGB, bits) for bits in (8, 16)),
}
_SHEET_BACKS: Final = (
    PwgRasterDocumentSheetBack.NORMAL,
    PwgRasterDocumentSheetBack.FLIPPED,
    PwgRasterDocumentSheetBack.ROTATED,
    PwgRasterDocumentSheetBack.MANUAL_TUMBLE,
)
_Chooser: TypeAlias = Callable[[Random], Attribute]
_NUMBERS: Final = (1, 2, 3, 4, 5, 39, MAX_INTEGER - 1, MAX_INTEGER)
_TITLES: Final = (
    "",
    "A title",
    "\u202eGr\u00fc\u00dfe \u05e9\u05dc\u05d5\u05dd",
    "\U0001f642\u0301" * 40,
    "x" * 1000,
)


def case(source_format: str, number: int, document: bytes) -> bytes:
    """An input; a `number` below that of TARGETS asks for one of them and nothing more."""
    return bytes((SOURCES.index(source_format),)) + number.to_bytes(_HEAD_OCTETS - 1) + document


def asked(data: bytes) -> tuple[list[Task], list[bytes]]:
    """The tasks that an input stands for, and their documents."""
    head, document = data[:_HEAD_OCTETS].ljust(_HEAD_OCTETS, b"\0"), data[_HEAD_OCTETS:]
    number = int.from_bytes(head[1:])
    target = TARGETS[number % len(TARGETS)]
    task = Task(source_format=SOURCES[head[0] % len(SOURCES)], target=target, limits=LIMITS)
    if number < len(TARGETS):
        return [task], [document]
    random = Random(number)
    task = replace(
        task,
        target=_changed(target, random),
        attributes=AttributeGroup(GroupTag.JOB, _attributes(random)),
        password=random.choice((None, "", "own", "ü", "wrong")),
        title=random.choice(_TITLES),
    )
    if number % _OFTEN_TWO:
        return [task], [document]
    behind = replace(task, source_format=formats.TEXT, number=2, of_documents=2)
    return [replace(task, of_documents=2), behind], [document, b"behind"]


def _changed(target: Target, random: Random) -> Target:
    return replace(
        target,
        pixels=random.choice((target.pixels, *_PIXELS.get(target.media_type, ()))),
        sheet_back=random.choice(_SHEET_BACKS),
        split=random.random() < 0.2,
    )


def _attributes(random: Random) -> Iterator[Attribute]:
    """Some of those that pages heed, mostly for small paper."""
    if random.random() < 0.8:
        yield _medium(random)
    for attribute in (*_OF_JOBS, *_OF_PAGES):
        if random.random() < 0.25:
            yield attribute(random)


def _chosen(
    attribute: AttributeDef[Any], keywords: type
) -> _Chooser:  # Any: keywords, and in some cases names
    """Any of the attribute's `keywords`."""
    values = [value for value in vars(keywords).values() if isinstance(value, Keyword)]
    return lambda random: attribute.of(random.choice(values))


def _resolution(random: Random) -> Attribute:
    across, along = random.choices((4, 9, 36), k=2)
    return names.PRINTER_RESOLUTION.of(Resolution(across, along, random.choice((3, 4))))


def _override(random: Random) -> Collection:
    chosen = [names.PAGES.of(*_ranges(random))]
    if random.random() < 0.3:
        chosen.append(names.DOCUMENT_COPIES.of(_range(random)))
    if random.random() < 0.3:
        chosen.append(names.DOCUMENT_NUMBERS.of(_range(random)))
    others = random.sample((_medium, *_OF_PAGES), random.randint(0, 3))
    return Collection([*chosen, *(attribute(random) for attribute in others)])


def _ranges(random: Random) -> list[RangeOfInteger]:
    return sorted(_range(random) for _ in range(random.randint(1, 3)))


def _range(random: Random) -> RangeOfInteger:
    return RangeOfInteger(*sorted(random.choices(_NUMBERS, k=2)))


def _medium(random: Random) -> Attribute:
    """Small paper: cards and labels, with margins that leave something, and such that do not."""
    width, length = (random.choice((1, 500, 2000, 3333, 6000)) for _ in range(2))
    margin = random.choice((0, 0, 100, 300, 4000))
    edges = (names.X_DIMENSION.of(width), names.Y_DIMENSION.of(length))
    members = [names.MEDIA_SIZE.of(Collection(edges)), names.MEDIA_LEFT_MARGIN.of(margin)]
    if random.random() < 0.5:
        members += [names.MEDIA_TOP_MARGIN.of(margin), names.MEDIA_BOTTOM_MARGIN.of(margin)]
    return names.MEDIA_COL.of(Collection(members))


_OF_PAGES: Final[Sequence[_Chooser]] = (
    _chosen(names.SIDES, Sides),
    _chosen(names.PRINT_SCALING, PrintScaling),
    _chosen(names.PRINT_COLOR_MODE, PrintColorMode),
    lambda random: names.ORIENTATION_REQUESTED.of(random.choice(list(OrientationRequested))),
    lambda random: names.PRINT_QUALITY.of(random.choice(list(PrintQuality))),
    _resolution,
)
"""What may be different on each page."""
_OF_JOBS: Final[Sequence[_Chooser]] = (
    _chosen(names.PRESENTATION_DIRECTION_NUMBER_UP, PresentationDirectionNumberUp),
    _chosen(names.MULTIPLE_DOCUMENT_HANDLING, MultipleDocumentHandling),
    lambda random: names.COPIES.of(random.choice((1, 2, 3, 41, MAX_INTEGER))),
    lambda random: names.PAGE_RANGES.of(*_ranges(random)),
    lambda random: names.NUMBER_UP.of(random.choice((1, 2, 3, 4, 6, 7, 16, 400, 401, MAX_INTEGER))),
    lambda random: names.OVERRIDES.of(*(_override(random) for _ in range(random.randint(1, 3)))),
    lambda _: names.JOB_SHEETS.of(JobSheets.STANDARD),
    lambda random: names.JOB_SHEET_MESSAGE.of(random.choice(_TITLES)),
)
