"""Segments of JPEG are changed, doubled, taken away and put in."""

import re
from random import Random
from typing import Final

from tests.fuzz.surgery.numbers import poked

_EXIF: Final = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"
_PROFILE: Final = b"\xff\xe2\0\x1cICC_PROFILE\0\1\1" + bytes(12)
_ADOBE: Final = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\2"


def of_jpeg(random: Random, octets: bytes) -> bytes:
    """A segment with other data, one more, or one less."""
    places = [each.start() for each in re.finditer(rb"\xff[\x01-\xfe]", octets)]
    if len(places) < 2:
        return octets
    place = random.randrange(len(places) - 1)
    start, end = places[place], places[place + 1]
    segment = octets[start:end]
    kind, rest = segment[:2], segment[2:]
    put = random.choice(
        (
            *(kind + poked(random, rest),) * 3,
            segment * random.choice((0, 2, 50)),
            segment
            + random.choice((_EXIF, _PROFILE, _ADOBE, b"\xff\xfe\0\2", b"\xff\xdd\0\4\0\1", b"\xff\xd9")),
            bytes((0xFF, random.choice((0xC0, 0xC1, 0xC2, 0xC4, 0xC9, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE)))) + rest,
        )
    )
    return octets[:start] + put + octets[end:]
