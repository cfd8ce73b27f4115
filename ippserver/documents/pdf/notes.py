"""Notes without a picture of themselves: marks on text, frames and lines, drawn as readers draw them.

Programs may leave that to readers (ISO 32000-1, 12.5.5), who would not know of these notes any more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import pikepdf

from ippserver.documents.pdf.plain import number, numbers
from ippserver.documents.plan.geometry import Box

_STROKE: Final = {1: b"G", 3: b"RG", 4: b"K"}
_FILL: Final = {1: b"g", 3: b"rg", 4: b"k"}
_KAPPA: Final = 0.5523
"""How far the handles of a curve lie that is a quarter of a circle."""
_Points = Sequence[float]


def draw(pdf: pikepdf.Pdf, pages: Iterable[pikepdf.Page]) -> None:
    """Gives the notes on `pages` a picture that have none, as far as it is known how they look."""
    for page in pages:
        for note in page.obj.get("/Annots", ()):
            try:
                _picture(pdf, note)
            except (TypeError, ValueError, AttributeError, KeyError, pikepdf.PdfError):
                continue  # what is broken about a note is no reason not to print the page


def _picture(pdf: pikepdf.Pdf, note: pikepdf.Object) -> None:
    shape = _SHAPES.get(str(note.get("/Subtype")))
    if shape is None or "/AP" in note:
        return
    content = shape(note)
    if not content:
        return
    state = pikepdf.Dictionary(ca=note.get("/CA", 1), CA=note.get("/CA", 1))
    if note.Subtype == "/Highlight":
        state.BM = pikepdf.Name.Multiply
    picture = pdf.make_stream(b"/S gs " + content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    picture.BBox = note.Rect
    picture.Resources = pikepdf.Dictionary(ExtGState=pikepdf.Dictionary(S=state))
    picture.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency)
    note.AP = pikepdf.Dictionary(N=picture)


def _color(note: pikepdf.Object, entry: str, operators: Mapping[int, bytes]) -> bytes:
    """What sets the color that the note has there; nothing where it has none."""
    color = [float(part) for part in note.get(entry, ())]
    return numbers(color) + b" " + operators[len(color)] + b" " if color else b""


def _width(note: pikepdf.Object) -> float:
    style = note.get("/BS")
    border = note.get("/Border", (0, 0, 1))
    return float(border[2] if style is None else style.get("/W", 1))


def _marks(note: pikepdf.Object) -> list[_Points]:
    """The parts of text that are marked: above left, above right, below left, below right."""
    points = [float(part) for part in note.QuadPoints]
    return [points[first : first + 8] for first in range(0, len(points) - 7, 8)]


def _highlight(note: pikepdf.Object) -> bytes:
    color = _color(note, "/C", _FILL)
    outlines = (_outline([(q[0], q[1]), (q[2], q[3]), (q[6], q[7]), (q[4], q[5])]) for q in _marks(note))
    return color + b"".join(outline + b" h f " for outline in outlines) if color else b""


def _underline(note: pikepdf.Object) -> bytes:
    return _stroked(note, ([(q[4], q[5]), (q[6], q[7])] for q in _marks(note)))


def _strike_out(note: pikepdf.Object) -> bytes:
    return _stroked(
        note,
        (
            [((q[0] + q[4]) / 2, (q[1] + q[5]) / 2), ((q[2] + q[6]) / 2, (q[3] + q[7]) / 2)]
            for q in _marks(note)
        ),
    )


def _line(note: pikepdf.Object) -> bytes:
    return _stroked(note, [_pairs(note.L)])


def _ink(note: pikepdf.Object) -> bytes:
    return _stroked(note, [_pairs(stroke) for stroke in note.InkList])


def _polygon(note: pikepdf.Object) -> bytes:
    return _framed(note, _outline(_pairs(note.Vertices)) + b" h")


def _square(note: pikepdf.Object) -> bytes:
    box = _inside(note)
    return _framed(note, numbers((box.left, box.bottom, *box.size)) + b" re")


def _circle(note: pikepdf.Object) -> bytes:
    left, bottom, right, top = _inside(note)
    x, y = (left + right) / 2, (bottom + top) / 2
    across, along = (right - left) / 2 * _KAPPA, (top - bottom) / 2 * _KAPPA
    curves = (
        (right, y + along, x + across, top, x, top),
        (x - across, top, left, y + along, left, y),
        (left, y - along, x - across, bottom, x, bottom),
        (x + across, bottom, right, y - along, right, y),
    )
    return _framed(note, numbers((right, y)) + b" m " + b"".join(numbers(curve) + b" c " for curve in curves))


def _inside(note: pikepdf.Object) -> Box:
    """Where the middle of the frame goes."""
    x, y, other_x, other_y = (float(edge) for edge in note.Rect)
    half = _width(note) / 2
    left, bottom = min(x, other_x) + half, min(y, other_y) + half
    return Box(left, bottom, max(x, other_x) - half, max(y, other_y) - half)


def _pairs(points: Iterable[pikepdf.Object]) -> list[tuple[float, float]]:
    flat = [float(part) for part in points]
    return list(zip(flat[::2], flat[1::2], strict=True))


def _outline(points: Sequence[tuple[float, float]]) -> bytes:
    first, *others = points
    return numbers(first) + b" m " + b"".join(numbers(point) + b" l " for point in others)


def _stroked(note: pikepdf.Object, lines: Iterable[Sequence[tuple[float, float]]]) -> bytes:
    color = _color(note, "/C", _STROKE) or b"0 G "
    return color + number(_width(note)) + b" w " + b"".join(_outline(line) + b"S " for line in lines)


def _framed(note: pikepdf.Object, outline: bytes) -> bytes:
    stroke = _color(note, "/C", _STROKE) if _width(note) > 0 else b""
    fill = _color(note, "/IC", _FILL)
    paint = {(True, True): b" B", (True, False): b" S", (False, True): b" f"}.get((bool(stroke), bool(fill)))
    return stroke + fill + number(_width(note)) + b" w " + outline + paint if paint else b""


_SHAPES: Final[Mapping[str, Callable[[pikepdf.Object], bytes]]] = {
    "/Highlight": _highlight,
    "/Underline": _underline,
    "/Squiggly": _underline,
    "/StrikeOut": _strike_out,
    "/Line": _line,
    "/Ink": _ink,
    "/PolyLine": lambda note: _stroked(note, [_pairs(note.Vertices)]),
    "/Polygon": _polygon,
    "/Square": _square,
    "/Circle": _circle,
}
