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

SIZE_TOLERANCE: Final = 50
"""Half a millimetre: clients compute sizes from points and inches. Windows 11 has A4 as 20999 x 29699."""


@dataclass(frozen=True, slots=True)
class MediaSize:
    """Short side and long side of the feed as the name gives them, in hundredths of a millimetre."""

    name: str
    width: int
    length: int


def media_size(name: str) -> MediaSize | None:
    """The size that a self-describing name has, registered or not (`custom_x_86x54mm`); None for other names.

    Fractions of a hundredth of a millimetre are cut off. Discs are as wide and long as their outer diameter.
    """
    known = MEDIA_SIZES.get(name)
    if known is not None:
        return MediaSize(name, *known)
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    scale = _HUNDREDTHS[match["unit"]]
    width, length = _measure(match["width"], scale), _measure(match["length"], scale)
    if width < 1 or length < 1:
        return None
    return MediaSize(name, length if match["family"] == "disc" else width, length)


def standard_name(alias: str) -> str | None:
    """The self-describing name of a size that RFC 2911 (`iso-a4`) or PostScript (`A4`) calls `alias`."""
    return ALIASES.get(alias)


def fits_custom(name: str, supported: Iterable[str]) -> bool:
    """Whether the size lies between the `custom_min_...` and `custom_max_...` names among `supported`."""
    size = media_size(name)
    if size is None:
        return False
    limits = [other for other in map(media_size, _custom(supported)) if other is not None]
    smallest = [limit for limit in limits if "_min_" in limit.name]
    largest = [limit for limit in limits if "_max_" in limit.name]
    return any(limit.width <= size.width and limit.length <= size.length for limit in smallest) and any(
        limit.width >= size.width and limit.length >= size.length for limit in largest
    )


def _custom(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if name.startswith(("custom_min_", "custom_max_")))


def _measure(number: str, scale: int) -> int:
    whole, _, fraction = number.partition(".")
    parts_of_unit: int = 10 ** len(fraction)
    return int(whole + fraction) * scale // parts_of_unit
