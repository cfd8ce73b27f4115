"""Chunks of PNG keep their sums, and what is packed in them stays packed."""

import struct
import zlib
from collections.abc import Iterator
from random import Random
from typing import Final

from tests.fuzz.surgery.numbers import poked

_PNG_HEAD: Final = 8
_CHUNKS: Final = (
    *(
        b"pHYs\0\0\x0b\x13\0\0\x0b\x13\1",
        b"pHYs\0\0\0\0\0\0\0\1\1",
        b"gAMA\0\0\0\0",
        b"tRNS\0\1\2\3",
        b"IEND",
    ),
    *(b"bKGD\0\0\0\0\0\0", b"acTL\0\0\0\2\0\0\0\0", b"tEXtx\0y", b"sBIT\x08\x08\x08"),
    b"iCCPx\0\0" + zlib.compress(bytes(128)),
    b"zTXtx\0\0" + zlib.compress(bytes(2**16)),
    b"eXIfMM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0",
    b"PLTE" + bytes(range(60)),
    b"IDAT",
)


def _chunks(octets: bytes) -> Iterator[bytes]:
    """The name and data of each."""
    at = _PNG_HEAD
    while at + 8 <= len(octets):
        (size,) = struct.unpack_from(">I", octets, at)
        yield octets[at + 4 : at + 8 + size]
        at += 12 + size


def of_png(random: Random, octets: bytes) -> bytes:
    """A chunk with other data, one more, or one less."""
    chunks = list(_chunks(octets))
    if not chunks:
        return octets
    place = random.randrange(len(chunks))
    chunk = chunks[place]
    match random.randrange(6):
        case 0:
            chunks.insert(place, random.choice(_CHUNKS))
        case 1:
            chunks.insert(random.randint(0, len(chunks)), chunk)
        case 2:
            del chunks[place]
        case _:
            chunks[place] = chunk[:4] + _data_changed(random, chunk[:4], chunk[4:])
    return octets[:_PNG_HEAD] + b"".join(
        struct.pack(">I", max(0, len(each) - 4)) + each + struct.pack(">I", zlib.crc32(each))
        for each in chunks
    )


def _data_changed(random: Random, name: bytes, data: bytes) -> bytes:
    if name == b"IDAT" and random.random() < 0.7:
        unpacker = zlib.decompressobj()
        try:
            return zlib.compress(poked(random, unpacker.decompress(data, 2**16)), 1)
        except zlib.error:
            pass
    return poked(random, data)
