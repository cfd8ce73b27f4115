"""How large a medium is, from its self-describing name (PWG 5101.1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ippserver.iana.media_sizes import ALIASES, MEDIA_SIZES

_NAME: Final = re.compile(
    r"(?P<family>[a-z][a-z0-9-]*)_(?P<short>[a-z0-9][a-z0-9._-]*)"
    r"_(?P<width>\d{1,6}(\.\d{1,6})?)x(?P<length>\d{1,6}(\.\d{1,6})?)(?P<unit>in|mm)"
)
"""Eleven digits at most a side: no peer gets a number of arbitrary size computed."""

_HUNDREDTHS: Final = {"in": 2540, "mm": 100}
_BOUNDS: Final = {"custom_min_": "custom_max_", "roll_min_": "roll_max_"}
"""How the names of the smallest size of a range begin, and those of its largest (PWG 5100.14 5.3)."""
_ROLL: Final = "roll_current_"
"""How the name of a roll begins that is loaded; its length is 0."""

SIZE_TOLERANCE: Final = 50
"""Half a millimetre: clients compute sizes from points and inches. Windows 11 has A4 as 20999 x 29699."""


@dataclass(frozen=True, slots=True)
class MediaSize:
    """Short side and long side of the feed as the name gives them, in hundredths of a millimetre."""

    name: str
    width: int
    length: int


@dataclass(frozen=True, slots=True)
class MediaRange:
    """All sizes between two: custom sizes, or pieces of a roll."""

    smallest: MediaSize
    largest: MediaSize

    def holds(self, size: MediaSize) -> bool:
        """Whether it is one of them; of a whole roll the width counts."""
        return self.smallest.width <= size.width <= self.largest.width and (
            is_roll(size.name) or self.smallest.length <= size.length <= self.largest.length
        )


def media_size(name: str) -> MediaSize | None:
    """The size that a self-describing name has, registered or not (`custom_x_86x54mm`); None for other names.

    Fractions of a hundredth of a millimetre are cut off. Discs are as wide and long as their outer diameter,
    and a roll that is loaded (`roll_current_62x0mm`) has the length 0.
    """
    known = MEDIA_SIZES.get(name)
    if known is not None:
        return MediaSize(name, *known)
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    scale = _HUNDREDTHS[match["unit"]]
    width, length = _measure(match["width"], scale), _measure(match["length"], scale)
    if width < 1 or (length < 1) != is_roll(name):
        return None
    return MediaSize(name, length if match["family"] == "disc" else width, length)


def standard_name(alias: str) -> str | None:
    """The self-describing name of a size that RFC 2911 (`iso-a4`) or PostScript (`A4`) calls `alias`."""
    return ALIASES.get(alias)


def is_roll(name: str) -> bool:
    """Whether it is the name of a roll that is loaded."""
    return name.startswith(_ROLL)


def is_bound(name: str) -> bool:
    """Whether it names the end of a range and no medium: `custom_min_...`, `roll_max_...`."""
    return name.startswith((*_BOUNDS.keys(), *_BOUNDS.values()))


def media_ranges(names: Iterable[str]) -> tuple[MediaRange, ...]:
    """The ranges whose ends are among `names`: at most one of custom sizes, and one of rolls."""
    known = [size for size in map(media_size, filter(is_bound, names)) if size is not None]
    found = []
    for smallest, largest in _BOUNDS.items():
        low = next((size for size in known if size.name.startswith(smallest)), None)
        high = next((size for size in known if size.name.startswith(largest)), None)
        if low is not None and high is not None:
            found.append(MediaRange(low, high))
    return tuple(found)


def fits_custom(name: str, supported: Iterable[str]) -> bool:
    """Whether the size lies in one of the ranges whose ends are among `supported`."""
    size = media_size(name)
    return size is not None and any(one.holds(size) for one in media_ranges(supported))


def custom_name(width: int, length: int) -> str:
    """The name of any size, in hundredths of a millimetre: `custom_62x100mm_62x100mm` (PWG 5101.1)."""
    sides = "x".join(f"{side // 100}.{side % 100:02}".rstrip("0").rstrip(".") for side in (width, length))
    return f"custom_{sides}mm_{sides}mm"


def _measure(number: str, scale: int) -> int:
    whole, _, fraction = number.partition(".")
    parts_of_unit: int = 10 ** len(fraction)
    return int(whole + fraction) * scale // parts_of_unit
