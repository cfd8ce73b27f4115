"""Folders of TIFF have other entries."""

import struct
from random import Random

from tests.fuzz.surgery.numbers import ODD


def of_tiff(random: Random, octets: bytes) -> bytes:
    """Another tag, type, count or value in a folder, or another place of the next folder."""
    order = "<" if octets[:2] == b"II" else ">"
    if len(octets) < 8:
        return octets
    (folder,) = struct.unpack_from(order + "I", octets, 4)
    if folder + 2 > len(octets):
        return octets
    (count,) = struct.unpack_from(order + "H", octets, folder)
    entry = folder + 2 + 12 * random.randrange(min(count, 60) + 1)
    at, form = random.choice(((0, "H"), (2, "H"), (4, "I"), (8, "I"), (8, "H")))
    odd = (*ODD, folder, entry, 262, 258, 259, 273, 277, 279, 320, 330, 34665, *range(1, 14))
    number = random.choice(odd) % (2**16 if form == "H" else 2**32)
    changed = bytearray(octets)
    packed = struct.pack(order + form, number)
    changed[entry + at : entry + at + len(packed)] = packed
    return bytes(changed)
