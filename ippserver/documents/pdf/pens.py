"""Lines and frames of notes: their colors, dashes and ends (ISO 32000-1, 12.5.4 and 12.5.6.7)."""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, hypot, radians, sin
from typing import Final

import pikepdf

from ippserver.documents.pdf.plain import number, numbers
from ippserver.documents.plan.geometry import Box

Point = tuple[float, float]

STROKE: Final = {1: b"G", 3: b"RG", 4: b"K"}
FILL: Final = {1: b"g", 3: b"rg", 4: b"k"}
_KAPPA: Final = 0.5523
"""How far the handles of a curve lie that is a quarter of a circle."""
_USUAL_DASHES: Final = (3,)
_MOST_DASHES: Final = 16
_END: Final = 6
"""The length of an arrow, in parts of the width of its line, as is the next."""
_HALF: Final = 3
_OPENING: Final = radians(30)
"""Of an arrow, to either side."""
_SLANT: Final = radians(60)


def color(note: pikepdf.Object, entry: str, operators: Mapping[int, bytes]) -> bytes:
    """What sets the color that the note has there; nothing where it has none."""
    parts = [float(part) for part in note.get(entry, ())]
    return numbers(parts) + b" " + operators[len(parts)] + b" " if parts else b""


def width(note: pikepdf.Object) -> float:
    """Of the lines of a note, points."""
    style = note.get("/BS")
    border = note.get("/Border", (0, 0, 1))
    return float(border[2] if style is None else style.get("/W", 1))


def pen(note: pikepdf.Object) -> bytes:
    """What sets the width and the dashes of the lines of a note."""
    return number(width(note)) + b" w " + _dashes(note)


def _dashes(note: pikepdf.Object) -> bytes:
    style, border = note.get("/BS"), list(note.get("/Border", ()))
    dashes: Iterable[pikepdf.Object | float] = ()
    if style is None and len(border) > 3:
        dashes = border[3]
    elif style is not None and style.get("/S") == "/D":
        dashes = style.get("/D", _USUAL_DASHES)
    lengths = [float(length) for length in dashes][:_MOST_DASHES]
    return b"[%b] 0 d " % numbers(lengths) if any(lengths) and min(lengths) >= 0 else b""


def pairs(points: Iterable[pikepdf.Object]) -> list[Point]:
    """Points of numbers that follow each other."""
    flat = [float(part) for part in points]
    return list(zip(flat[::2], flat[1::2], strict=True))


def outline(points: Sequence[Point]) -> bytes:
    """A line through points, begun and not painted."""
    first, *others = points
    return numbers(first) + b" m " + b"".join(numbers(point) + b" l " for point in others)


def ellipse(box: Box) -> bytes:
    """One that fills `box`, begun and not painted."""
    left, bottom, right, top = box
    x, y = (left + right) / 2, (bottom + top) / 2
    across, along = (right - left) / 2 * _KAPPA, (top - bottom) / 2 * _KAPPA
    curves = (
        (right, y + along, x + across, top, x, top),
        (x - across, top, left, y + along, left, y),
        (left, y - along, x - across, bottom, x, bottom),
        (x + across, bottom, right, y - along, right, y),
    )
    return numbers((right, y)) + b" m " + b"".join(numbers(curve) + b" c " for curve in curves)


def stroked(note: pikepdf.Object, lines: Iterable[Sequence[Point]], stroke: bytes = b"") -> bytes:
    """Lines in the color that `stroke` sets, else in that of the note, else in black."""
    stroke = stroke or color(note, "/C", STROKE) or b"0 G "
    return stroke + pen(note) + b"".join(outline(line) + b"S " for line in lines)


def framed(note: pikepdf.Object, shape: bytes) -> bytes:
    """A shape with the border and the inside of the note, as far as it has them."""
    stroke = color(note, "/C", STROKE) if width(note) > 0 else b""
    fill = color(note, "/IC", FILL)
    return painted(pen(note) + shape, fill, stroke)


def painted(shape: bytes, fill: bytes, stroke: bytes) -> bytes:
    """A shape with what sets the color inside and that of its edge, each empty where there is none."""
    paint = {(True, True): b" B ", (True, False): b" f ", (False, True): b" S "}.get(
        (bool(fill), bool(stroke))
    )
    return fill + stroke + shape + paint if paint else b""


def rectangle(box: Box) -> bytes:
    """One that is `box`, begun and not painted."""
    return numbers((box.left, box.bottom, *box.size)) + b" re"


def ended(note: pikepdf.Object, line: Sequence[Point], ends: Iterable[object], stroke: bytes = b"") -> bytes:
    """`line` with what is at its first point and at its last one."""
    fill = color(note, "/IC", FILL)
    points, shapes = list(line), b""
    for end, (at, near) in zip(ends, ((0, 1), (-1, -2)), strict=False):
        shape, is_closed = _ENDS.get(str(end), ((), False))
        (x, y), (from_x, from_y) = line[at], line[near]
        far = hypot(x - from_x, y - from_y)
        if shape and far:
            along, across = ((x - from_x) / far * width(note), (y - from_y) / far * width(note))
            moved = [(x + along * a - across * b, y + across * a + along * b) for a, b in shape]
            shapes += b"[] 0 d " + outline(moved) + (b"S " if not is_closed else b"b " if fill else b"s ")
            if is_closed:  # the line ends where it begins
                back = min(-min(a for a, _ in shape), far / width(note))
                points[at] = (x - along * back, y - across * back)
    return fill + stroked(note, [points], stroke) + shapes


_ARROW: Final = (
    (-_END * cos(_OPENING), _END * sin(_OPENING)),
    (0, 0),
    (-_END * cos(_OPENING), -_END * sin(_OPENING)),
)
_FORKED: Final = tuple((-x, y) for x, y in _ARROW)
_ROUND: Final = tuple((_HALF * cos(radians(turn)), _HALF * sin(radians(turn))) for turn in range(0, 360, 15))
_ENDS: Final[Mapping[str, tuple[Sequence[Point], bool]]] = {
    "/OpenArrow": (_ARROW, False),
    "/ClosedArrow": (_ARROW, True),
    "/ROpenArrow": (_FORKED, False),
    "/RClosedArrow": (_FORKED, True),
    "/Square": (((-_HALF, -_HALF), (_HALF, -_HALF), (_HALF, _HALF), (-_HALF, _HALF)), True),
    "/Circle": (_ROUND, True),
    "/Diamond": (((-_HALF, 0), (0, -_HALF), (_HALF, 0), (0, _HALF)), True),
    "/Butt": (((0, -_HALF), (0, _HALF)), False),
    "/Slash": (
        ((-_HALF * cos(_SLANT), -_HALF * sin(_SLANT)), (_HALF * cos(_SLANT), _HALF * sin(_SLANT))),
        False,
    ),
}
"""Points around the end of a line that comes from the left and is as wide as one unit, and whether they are
joined all around."""
