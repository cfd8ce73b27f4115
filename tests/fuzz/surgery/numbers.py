"""Numbers in octets."""

import struct
from random import Random
from typing import Final

ODD: Final = (0, 1, 2, 3, 4, 8, 9, 90, 255, 256, 65535, 2**20, 2**31 - 1, 2**31, 2**32 - 1)
"""Numbers that readers are told seldom."""


def poked(random: Random, data: bytes) -> bytes:
    """Octets with another number in them, of one, two or four octets."""
    size, order = random.choice(((1, ">B"), (2, ">H"), (4, ">I"), (2, "<H"), (4, "<I")))
    at = random.randint(0, max(0, len(data) - size))
    return data[:at] + struct.pack(order, random.choice(ODD) % 256**size) + data[at + size :]
