"""Documents that are nearly what they were: some octets are others, or some parts of their formats."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from typing import Final, TypeAlias

from ippserver.model import formats
from tests.fuzz.surgery.jpeg import of_jpeg
from tests.fuzz.surgery.pdf import of_pdf
from tests.fuzz.surgery.png import of_png
from tests.fuzz.surgery.rasters import of_pwg, of_urf
from tests.fuzz.surgery.text import of_text
from tests.fuzz.surgery.tiff import of_tiff

MOST_OCTETS: Final = 2**14
"""Of most mutants."""
GROWN_OCTETS: Final = 2**17
"""Of those that are grown: what takes more than its share of time shows there."""
_ODD: Final = (0, 1, 2, 3, 7, 8, 9, 16, 32, 64, 127, 128, 255, 256, 32767, 32768, 65535, 2**31 - 1, 2**32 - 1)
_OFTEN: Final = 0.6
"""How often a change is one of the format's own."""

Surgeon: TypeAlias = Callable[[Random, bytes], bytes]
"""Answers octets with one change, of a part that the format's readers know."""
_Change: TypeAlias = Callable[[Random, bytearray, bytes], None]
_SURGEONS: Final[Mapping[str, Surgeon]] = {
    formats.PDF: of_pdf,
    formats.PCLM: of_pdf,
    formats.JPEG: of_jpeg,
    formats.PNG: of_png,
    formats.TIFF: of_tiff,
    formats.PWG_RASTER: of_pwg,
    formats.APPLE_RASTER: of_urf,
}


def mutant(random: Random, source_format: str, documents: Sequence[bytes]) -> bytes:
    """One of `documents`, which are all of that format, after a few changes."""
    document = random.choice(documents)
    charset = formats.charset(source_format) or "utf-8"
    operate = _SURGEONS.get(source_format, partial(of_text, charset=charset))
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        if random.random() < _OFTEN:
            document = operate(random, document)
        else:
            changed = bytearray(document)
            random.choice(_CHANGES)(random, changed, random.choice(documents))
            document = bytes(changed)
    if random.random() < 0.01:
        return _grown(random, document)
    return document[:MOST_OCTETS]


def _grown(random: Random, document: bytes) -> bytes:
    """It with a part of it again and again."""
    start, end = _part(random, document, random.choice((1, 8, 64, 512)))
    some = document[start:end] or b"\0"
    return document[:start] + some * (GROWN_OCTETS // len(some)) + document[end:]


def _part(random: Random, octets: bytes | bytearray, most: int) -> tuple[int, int]:
    start = random.randint(0, len(octets))
    return start, min(len(octets), start + random.randint(1, most))


def _overwrite(random: Random, octets: bytearray, _: bytes) -> None:
    start, end = _part(random, octets, 4)
    octets[start:end] = random.randbytes(end - start)


def _flip(random: Random, octets: bytearray, _: bytes) -> None:
    if octets:
        octets[random.randrange(len(octets))] ^= 1 << random.randrange(8)


def _count(random: Random, octets: bytearray, _: bytes) -> None:
    size = random.choice((1, 2, 4))
    number = random.choice(_ODD) % 256**size
    start = random.randint(0, len(octets))
    octets[start : start + size] = number.to_bytes(size, random.choice(("big", "little")))


def _remove(random: Random, octets: bytearray, _: bytes) -> None:
    start, end = _part(random, octets, random.choice((1, 8, 256)))
    del octets[start:end]


def _repeat(random: Random, octets: bytearray, _: bytes) -> None:
    start, end = _part(random, octets, random.choice((1, 8, 256)))
    octets[end:end] = octets[start:end] * random.choice((1, 2, 30))


def _transplant(random: Random, octets: bytearray, other: bytes) -> None:
    start, end = _part(random, other, random.choice((4, 64, 2048)))
    place, past = _part(random, octets, random.choice((1, 64, 2048)))
    octets[place:past] = other[start:end]


def _cut(random: Random, octets: bytearray, _: bytes) -> None:
    del octets[random.randint(0, len(octets)) :]


def _append(_: Random, octets: bytearray, other: bytes) -> None:
    octets += other


_CHANGES: Final[Sequence[_Change]] = (
    *(_overwrite, _flip, _count) * 2,
    *(_remove, _repeat, _transplant) * 2,
    _cut,
    _append,
)
