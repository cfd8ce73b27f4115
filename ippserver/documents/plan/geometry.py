"""Places on paper: points, 72 to the inch, from the lower left corner."""

from math import hypot
from typing import Final, NamedTuple, Self

POINTS_PER_INCH: Final = 72
_HUNDREDTHS_PER_INCH: Final = 2540


def points(hundredths: float) -> float:
    """Points from hundredths of a millimetre."""
    return hundredths * POINTS_PER_INCH / _HUNDREDTHS_PER_INCH


class Size(NamedTuple):
    """Width and height."""

    width: float
    height: float

    def turned(self, degrees: int) -> "Size":
        """The size after a turn by a multiple of 90 degrees."""
        return Size(self.height, self.width) if degrees % 180 else self

    def scale_into(self, other: "Size") -> float:
        """By how much it may grow, at most, to lie within `other`."""
        return min(other.width / self.width, other.height / self.height)

    def is_about(self, other: "Size", tolerance: float) -> bool:
        """Whether neither side differs by more than `tolerance`."""
        return abs(self.width - other.width) <= tolerance and abs(self.height - other.height) <= tolerance


class Box(NamedTuple):
    """A rectangle: left, bottom, right, top."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> Size:
        """Its width and height."""
        return Size(self.right - self.left, self.top - self.bottom)

    def within(self, other: "Box", tolerance: float = 1e-6) -> bool:
        """Whether nothing of it is outside of `other`."""
        return (
            self.left >= other.left - tolerance
            and self.bottom >= other.bottom - tolerance
            and self.right <= other.right + tolerance
            and self.top <= other.top + tolerance
        )

    def cut(self, other: "Box") -> "Box":
        """What it has in common with `other`."""
        left, bottom = max(self.left, other.left), max(self.bottom, other.bottom)
        return Box(
            left, bottom, max(left, min(self.right, other.right)), max(bottom, min(self.top, other.top))
        )


class Matrix(NamedTuple):
    """An affine map as PDF writes it: (x, y) goes to (a x + c y + e, b x + d y + f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, other: "Matrix") -> Self:
        """First this, then `other`."""
        return type(self)(
            self.a * other.a + self.b * other.c,
            self.a * other.b + self.b * other.d,
            self.c * other.a + self.d * other.c,
            self.c * other.b + self.d * other.d,
            self.e * other.a + self.f * other.c + other.e,
            self.e * other.b + self.f * other.d + other.f,
        )

    def box(self, box: Box) -> Box:
        """The rectangle around what becomes of `box`."""
        corners = [(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
        xs = [self.a * x + self.c * y + self.e for x, y in corners]
        ys = [self.b * x + self.d * y + self.f for x, y in corners]
        return Box(min(xs), min(ys), max(xs), max(ys))

    def keeps(self, size: Size, tolerance: float) -> bool:
        """Whether it moves no point of a rectangle of `size` at (0, 0) by more than `tolerance` points."""
        corners = [(x, y) for x in (0, size.width) for y in (0, size.height)]
        moves = [
            (self.a * x + self.c * y + self.e - x, self.b * x + self.d * y + self.f - y) for x, y in corners
        ]
        return all(hypot(*move) <= tolerance for move in moves)


_TURNS: Final = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def turn(size: Size, degrees: int) -> Matrix:
    """The map that turns a rectangle of `size` at the origin counterclockwise, and leaves it there."""
    a, b, c, d = _TURNS[degrees % 360]
    turned = Matrix(a, b, c, d).box(Box(0, 0, *size))
    return Matrix(a, b, c, d, -turned.left, -turned.bottom)


def centered(size: Size, box: Box, scale: float) -> Matrix:
    """The map that scales a rectangle of `size` at the origin and puts it in the middle of `box`."""
    return Matrix(
        scale,
        0,
        0,
        scale,
        (box.left + box.right - scale * size.width) / 2,
        (box.bottom + box.top - scale * size.height) / 2,
    )
