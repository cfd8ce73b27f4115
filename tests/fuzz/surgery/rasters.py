"""Page headers of rasters say something else, of which some has to agree; rows are coded otherwise."""

import struct
from random import Random
from typing import Final

from ippserver.documents.raster import pwg
from tests.fuzz.surgery.numbers import ODD

_PWG_FIELDS: Final = range(256, 452, 4)
_PWG_WIDTH, _PWG_BITS, _PWG_PIXEL_BITS, _PWG_ROW, _PWG_SPACE = 372, 384, 388, 392, 400
_PWG_COMPONENTS: Final = 420
_URF_WIDTH: Final = 12


def of_pwg(random: Random, octets: bytes) -> bytes:
    """Another number in the first header; or another format of pixels, all of it."""
    first = len(pwg.SYNC)
    if len(octets) < first + pwg.HEADER_OCTETS:
        return octets
    changed = bytearray(octets)
    if random.random() < 0.3:
        return _rows_changed(random, octets, first + pwg.HEADER_OCTETS)
    if random.random() < 0.5:
        at = first + random.choice((*_PWG_FIELDS, _PWG_WIDTH, _PWG_WIDTH + 4, 276, 280))
        struct.pack_into(">I", changed, at, random.choice((*ODD, random.randrange(64))))
        return bytes(changed)
    space, components = random.choice(((1, 3), (3, 1), (6, 4), (18, 1), (19, 3), (20, 3)))
    bits = random.choice((1, 8, 16))
    width = random.choice((1, 7, 9, 16, 25, random.randrange(1, 300), 2**20))
    fields = {
        _PWG_WIDTH: width,
        _PWG_BITS: bits,
        _PWG_PIXEL_BITS: bits * components,
        _PWG_ROW: (bits * components * width + 7) // 8,
        _PWG_SPACE: space,
        _PWG_COMPONENTS: components,
    }
    for field, number in fields.items():
        struct.pack_into(">I", changed, first + field, number)
    return bytes(changed)


def of_urf(random: Random, octets: bytes) -> bytes:
    """Another number in the first header, or another code of runs."""
    first = 12
    if len(octets) < first + 32:
        return octets
    if random.random() < 0.4:
        return _rows_changed(random, octets, first + 32)
    changed = bytearray(octets)
    if random.random() < 0.5:
        struct.pack_into(
            ">I", changed, first + random.choice((12, 16, 20)), random.choice((*ODD, random.randrange(99)))
        )
    else:
        changed[first + random.randrange(6)] = random.choice(
            (0, 1, 2, 3, 4, 5, 6, 8, 16, 24, 32, 48, 64, 255)
        )
    return bytes(changed)


def _rows_changed(random: Random, octets: bytes, begin: int) -> bytes:
    """Another octet behind the header: how often a row is repeated, a code, or a pixel."""
    at = random.randint(begin, max(begin, len(octets)))
    code = random.choice((0, 1, 7, 127, 128, 129, 200, 255, random.randrange(256)))
    return octets[:at] + bytes((code,)) + octets[at + random.randint(0, 1) :]
