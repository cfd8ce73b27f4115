"""Anti-aliased polygons on a transparent square, and PNG; enough to draw icons without a library.

Coverage is exact along a row and sampled `_SAMPLES` times across it. Coordinates are in units of a square of
UNITS by UNITS, whatever the size in pixels.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import cos, floor, pi, sin
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = Sequence[Point]

UNITS: Final = 512
_SAMPLES: Final = 5
_CORNER_STEPS: Final = 12
_OPAQUE: Final = 0.999
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_RGBA: Final = bytes((8, 6, 0, 0, 0))
"""Eight bits each of red, green, blue and alpha; no interlace."""


def box(left: float, top: float, right: float, bottom: float, radius: float = 0) -> Polygon:
    """A rectangle with round corners."""
    if not radius:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    corners = (
        (right - radius, top + radius, -0.5),
        (right - radius, bottom - radius, 0.0),
        (left + radius, bottom - radius, 0.5),
        (left + radius, top + radius, 1.0),
    )
    return [
        (x + radius * cos(angle), y + radius * sin(angle))
        for x, y, quarter in corners
        for step in range(_CORNER_STEPS + 1)
        for angle in [pi * (quarter + step / _CORNER_STEPS / 2)]
    ]


def disc(x: float, y: float, radius: float) -> Polygon:
    """A circle."""
    return box(x - radius, y - radius, x + radius, y + radius, radius)


class Canvas:
    """A square of `size` pixels a side."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._scale = size / UNITS
        self.rows = [bytearray(4 * size) for _ in range(size)]
        """Red, green, blue and alpha of each pixel."""

    def fill(self, polygon: Polygon, color: str, opacity: float = 1.0) -> None:
        """Lays `polygon` in `color` ("#rrggbb") over what is there; where it overlaps itself it is a hole."""
        points = [(x * self._scale, y * self._scale) for x, y in polygon]
        edges = [
            (*min(pair, key=_height), *max(pair, key=_height))
            for pair in zip(points, [*points[1:], points[0]], strict=True)
        ]
        paint = bytes.fromhex(color.removeprefix("#"))
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        for row in range(max(0, floor(top)), min(self._size, floor(bottom) + 1)):
            self._fill_row(row, edges, paint, opacity)

    def _fill_row(self, row: int, edges: Iterable[Sequence[float]], paint: bytes, opacity: float) -> None:
        changes: dict[int, float] = {}  # of the coverage, from this pixel on
        for sample in range(_SAMPLES):
            y = row + (sample + 0.5) / _SAMPLES
            crossings = sorted(
                x0 + (x1 - x0) * (y - y0) / (y1 - y0) for x0, y0, x1, y1 in edges if y0 <= y < y1
            )
            for left, right in zip(crossings[::2], crossings[1::2], strict=True):
                _cover(changes, left, right)
        coverage = 0.0
        pixels = sorted(changes)
        for first, end in pairwise(pixels):
            coverage += changes[first] / _SAMPLES
            self._blend(row, max(0, first), min(self._size, end), paint, coverage * opacity)

    def _blend(self, row: int, first: int, end: int, paint: bytes, alpha: float) -> None:
        pixels = self.rows[row]
        if alpha >= _OPAQUE:
            pixels[4 * first : 4 * end] = (paint + b"\xff") * (end - first)
            return
        for at in range(4 * first, 4 * end, 4):
            below = pixels[at + 3] / 255 * (1 - alpha)
            whole = alpha + below
            if whole <= 0:
                continue
            for channel in range(3):
                mixed = (paint[channel] * alpha + pixels[at + channel] * below) / whole
                pixels[at + channel] = round(mixed)
            pixels[at + 3] = round(whole * 255)

    def png(self) -> bytes:
        """The picture as a PNG file."""
        head = struct.pack(">II", self._size, self._size) + _RGBA
        lines = b"".join(b"\0" + row for row in self.rows)
        data = zlib.compress(lines, 9)
        return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _height(point: Point) -> float:
    return point[1]


def _cover(changes: dict[int, float], left: float, right: float) -> None:
    """Adds what of each pixel lies between `left` and `right`."""
    first, last = floor(left), floor(right)
    steps = (
        (first, first + 1 - left),
        (first + 1, left - first),
        (last, right - last - 1),
        (last + 1, last - right),
    )
    for pixel, change in steps:
        changes[pixel] = changes.get(pixel, 0.0) + change


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
