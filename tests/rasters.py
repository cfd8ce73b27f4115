"""Small and valid rasters, as clients and test suites send them: a white page with a box on it."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH_INCHES: Final = 0.5
LENGTH_INCHES: Final = 0.25
MAX_REPEATED_LINES: Final = 256
MAX_REPEATED_UNITS: Final = 128


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of raster: its colour space by number, and what a unit of white and one of ink are."""

    space: int
    bits_per_color: int
    colors: int
    white: bytes
    ink: bytes

    @property
    def bits_per_pixel(self) -> int:
        """Bits of one pixel."""
        return self.bits_per_color * self.colors


PWG_KINDS: Final = {
    "black_1": Kind(3, 1, 1, b"\x00", b"\xff"),
    "black_8": Kind(3, 8, 1, b"\x00", b"\xff"),
    "sgray_8": Kind(18, 8, 1, b"\xff", b"\x00"),
    "sgray_16": Kind(18, 16, 1, b"\xff\xff", b"\x00\x00"),
    "srgb_8": Kind(19, 8, 3, b"\xff\xff\xff", b"\x00\x40\xc0"),
    "srgb_16": Kind(19, 16, 3, b"\xff" * 6, b"\x00\x00\x40\x00\xc0\x00"),
    "adobe-rgb_8": Kind(20, 8, 3, b"\xff\xff\xff", b"\x00\x40\xc0"),
    "adobe-rgb_16": Kind(20, 16, 3, b"\xff" * 6, b"\x00\x00\x40\x00\xc0\x00"),
    "cmyk_8": Kind(6, 8, 4, b"\x00\x00\x00\x00", b"\xff\x80\x00\x00"),
    "cmyk_16": Kind(6, 16, 4, b"\x00" * 8, b"\xff\xff\x80\x00\x00\x00\x00\x00"),
}
"""The values of pwg-raster-document-type-supported (PWG 5102.4)."""

URF_KINDS: Final = {
    "W8": Kind(0, 8, 1, b"\xff", b"\x00"),
    "SRGB24": Kind(1, 8, 3, b"\xff\xff\xff", b"\x00\x40\xc0"),
}
"""Values of urf-supported."""


def pwg_raster(
    kind: str, resolution: tuple[int, int], *, pages: int = 1, medium: str = "iso_a4_210x297mm"
) -> bytes:
    """A document of image/pwg-raster of `kind` and `resolution` in dpi (PWG 5102.4)."""
    page = _pwg_header(PWG_KINDS[kind], resolution, pages, medium) + b"".join(
        _lines(PWG_KINDS[kind], *_pixels(resolution))
    )
    return b"RaS2" + page * pages


def apple_raster(kind: str, dpi: int, *, pages: int = 1) -> bytes:
    """A document of image/urf of `kind`."""
    width, length = _pixels((dpi, dpi))
    what = URF_KINDS[kind]
    header = struct.pack(">6B6x3I8x", what.bits_per_pixel, what.space, 1, 4, 0, 0, width, length, dpi)
    page = header + b"".join(_lines(what, width, length))
    return b"UNIRAST\0" + pages.to_bytes(4) + page * pages


def _pixels(resolution: tuple[int, int]) -> tuple[int, int]:
    across, along = resolution
    return int(across * WIDTH_INCHES), int(along * LENGTH_INCHES)


def _pwg_header(kind: Kind, resolution: tuple[int, int], pages: int, medium: str) -> bytes:
    """The 1796 octets before the lines of each page (PWG 5102.4 4.3)."""
    width, length = _pixels(resolution)
    octets_per_line = (kind.bits_per_pixel * width + 7) // 8
    header = bytearray(1796)
    header[0:9] = b"PwgRaster"
    points = (int(WIDTH_INCHES * 72), int(LENGTH_INCHES * 72))
    fields: Sequence[tuple[int, tuple[int, ...]]] = (
        (276, resolution),
        (340, (1,)),  # NumCopies
        (352, points),
        (372, (width, length)),
        (384, (kind.bits_per_color, kind.bits_per_pixel, octets_per_line)),
        (396, (0, kind.space)),
        (420, (kind.colors,)),
        (452, (pages,)),
        (456, (1, 1)),  # CrossFeedTransform, FeedTransform
        (484, (4,)),  # PrintQuality
    )
    for offset, numbers in fields:
        struct.pack_into(f">{len(numbers)}I", header, offset, *numbers)
    header[1732 : 1732 + len(medium)] = medium.encode()
    return bytes(header)


def _lines(kind: Kind, width: int, length: int) -> Iterator[bytes]:
    """Lines of white, then lines with a box in the middle, compressed."""
    units = (kind.bits_per_pixel * width + 7) // 8 // len(kind.white)
    edge, band = units // 4, length // 4
    white = _run(kind.white, units)
    box = _run(kind.white, edge) + _run(kind.ink, units - 2 * edge) + _run(kind.white, edge)
    for line, count in ((white, band), (box, length - 2 * band), (white, band)):
        yield from _repeated(line, count)


def _repeated(line: bytes, count: int) -> Iterator[bytes]:
    while count > 0:
        step = min(count, MAX_REPEATED_LINES)
        yield bytes([step - 1]) + line
        count -= step


def _run(unit: bytes, count: int) -> bytes:
    whole, rest = divmod(count, MAX_REPEATED_UNITS)
    run = bytes([MAX_REPEATED_UNITS - 1]) + unit
    return run * whole + (bytes([rest - 1]) + unit if rest else b"")
