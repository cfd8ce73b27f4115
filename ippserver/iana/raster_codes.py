"""The numbers of media types, sources and output bins in raster headers and urf-supported.

MediaPosition of PWG 5102.4 numbers sources as Apple raster does; the other two tables are Apple's.
"""

from collections.abc import Mapping
from typing import Final

from ippserver.iana.keywords import MediaSource, MediaType, OutputBin
from ippserver.ipp.values import Keyword


def _numbered(name: str, first: int, count: int) -> Mapping[str, int]:
    return {Keyword(f"{name}-{index + 1}"): first + index for index in range(count)}


MEDIA_TYPE_CODES: Final[Mapping[str, int]] = {
    MediaType.AUTO: 0,
    MediaType.STATIONERY: 1,
    MediaType.TRANSPARENCY: 2,
    MediaType.ENVELOPE: 3,
    MediaType.CARDSTOCK: 4,
    MediaType.LABELS: 5,
    MediaType.STATIONERY_LETTERHEAD: 6,
    MediaType.DISC: 7,
    MediaType.PHOTOGRAPHIC_MATTE: 8,
    MediaType.PHOTOGRAPHIC_SATIN: 9,
    MediaType.PHOTOGRAPHIC_SEMI_GLOSS: 10,
    MediaType.PHOTOGRAPHIC_GLOSSY: 11,
    MediaType.PHOTOGRAPHIC_HIGH_GLOSS: 12,
    MediaType.OTHER: 13,
}
"""MTn; what has no number is 13."""

MEDIA_SOURCE_CODES: Final[Mapping[str, int]] = {
    MediaSource.AUTO: 0,
    MediaSource.MAIN: 1,
    MediaSource.ALTERNATE: 2,
    MediaSource.LARGE_CAPACITY: 3,
    MediaSource.MANUAL: 4,
    MediaSource.ENVELOPE: 5,
    MediaSource.DISC: 6,
    MediaSource.PHOTO: 7,
    MediaSource.HAGAKI: 8,
    MediaSource.MAIN_ROLL: 9,
    MediaSource.ALTERNATE_ROLL: 10,
    MediaSource.TOP: 11,
    MediaSource.MIDDLE: 12,
    MediaSource.BOTTOM: 13,
    MediaSource.SIDE: 14,
    MediaSource.LEFT: 15,
    MediaSource.RIGHT: 16,
    MediaSource.CENTER: 17,
    MediaSource.REAR: 18,
    MediaSource.BY_PASS_TRAY: 19,
    **_numbered("tray", 20, 20),
    **_numbered("roll", 40, 10),
}
"""ISn, and MediaPosition in PWG raster."""

OUTPUT_BIN_CODES: Final[Mapping[str, int]] = {
    OutputBin.AUTO: 0,
    OutputBin.TOP: 1,
    OutputBin.MIDDLE: 2,
    OutputBin.BOTTOM: 3,
    OutputBin.SIDE: 4,
    OutputBin.LEFT: 5,
    OutputBin.RIGHT: 6,
    OutputBin.CENTER: 7,
    OutputBin.REAR: 8,
    OutputBin.FACE_UP: 9,
    OutputBin.FACE_DOWN: 10,
    OutputBin.LARGE_CAPACITY: 11,
    Keyword("stacker"): 12,
    OutputBin.MY_MAILBOX: 13,
    **_numbered("mailbox", 14, 10),
    **_numbered("stacker", 24, 10),
    **_numbered("tray", 34, 10),
}
"""OBn."""
