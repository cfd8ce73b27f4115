"""Notes without a picture of themselves: marks on text, frames, lines, text, drawn as readers draw them.

Programs may leave that to readers (ISO 32000-1, 12.5.5), who would not know of these notes any more.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import pikepdf

from ippserver.documents.pdf import fields
from ippserver.documents.pdf.captions import Captions, Style
from ippserver.documents.pdf.pens import (
    FILL,
    STROKE,
    color,
    ellipse,
    ended,
    framed,
    outline,
    painted,
    pairs,
    pen,
    rectangle,
    stroked,
    width,
)
from ippserver.documents.pdf.pictures import BROKEN, NOTHING, PRINT, box_of, give, is_printed, smaller
from ippserver.documents.pdf.plain import number, numbers
from ippserver.documents.plan.geometry import Box

_INVISIBLE: Final = 1
_FLAGS: Final = 0x3FF
_REACH: Final = 7
"""How far the ends of a line are from it at most, in parts of its width."""
_ICON_POINTS: Final = 20
"""Of the sign of a note that is closed, at most."""
_ZIGZAG_POINTS: Final = 2
_MOST_ZIGZAGS: Final = 1000
_INSET_POINTS: Final = 2
"""Between a frame and the text in it."""
_RED: Final = b"0.8 0 0 "
"""Of stamps that do not say their color."""
_YELLOW: Final = b"1 1 0.6 rg "
_WORDS: Final = re.compile("(?<=[a-z])(?=[A-Z])")
_Points = Sequence[float]


def draw(pdf: pikepdf.Pdf, pages: Iterable[pikepdf.Page]) -> None:
    """Gives the notes on `pages` that are printed a picture where they have none and are known."""
    captions = Captions(pdf)
    for page in pages:
        for note in list(page.obj.get("/Annots", ())):
            try:
                _heed_flags(note)
                if is_printed(note):
                    _picture(pdf, page, note, captions)
            except BROKEN:
                continue


def texts(pdf: pikepdf.Pdf, page: pikepdf.Page) -> Iterator[str]:
    """What is written in the notes and fields on `page` that are printed."""
    for note in page.obj.get("/Annots", ()):
        try:
            if is_printed(note) and note.Subtype == "/Widget":
                yield "\n".join(fields.text(pdf, note).splitlines())
            elif is_printed(note) and note.Subtype == "/FreeText":
                yield "\n".join(str(note.Contents).splitlines())
        except BROKEN:
            continue


def _heed_flags(note: pikepdf.Object) -> None:
    """Leaves what counts of the flags: to be invisible is for kinds that nobody knows."""
    known = str(note.get("/Subtype")) in _KINDS
    if "/F" in note:
        note.F = int(note.F) & (_FLAGS & ~_INVISIBLE if known else _FLAGS)


def _picture(pdf: pikepdf.Pdf, page: pikepdf.Page, note: pikepdf.Object, captions: Captions) -> None:
    kind = str(note.get("/Subtype"))
    if "/N" in note.get("/AP", NOTHING):
        return
    resources = pikepdf.Dictionary()
    content = b""
    if kind in _SHAPES:
        content = _SHAPES[kind](note)
    elif kind in _WRITTEN:
        content, resources = _WRITTEN[kind](note, captions)
    if not content:
        return
    if kind == "/Link":
        note = _frame_alone(pdf, page, note)
    state = pikepdf.Dictionary(ca=note.get("/CA", 1), CA=note.get("/CA", 1))
    if kind == "/Highlight":
        state.BM = pikepdf.Name.Multiply
    resources.ExtGState = pikepdf.Dictionary(S=state)
    box = smaller(box_of(note), -_REACH * width(note) - _ZIGZAG_POINTS)
    note.Rect = pikepdf.Array(box)
    give(pdf, note, b"/S gs " + content, resources, box=box)


def _frame_alone(pdf: pikepdf.Pdf, page: pikepdf.Page, link: pikepdf.Object) -> pikepdf.Object:
    """A note that is the frame of a link; the link stays one."""
    frame = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, F=PRINT, Rect=link.Rect)
    frame.BS = pikepdf.Dictionary(W=width(link))
    if "/OC" in link:
        frame.OC = link.OC
    link.Border = pikepdf.Array([0, 0, 0])
    if "/BS" in link:
        del link.BS
    page.obj.Annots.append(pdf.make_indirect(frame))
    return page.obj.Annots[-1]


def _marks(note: pikepdf.Object) -> list[_Points]:
    """The parts of text that are marked: above left, above right, below left, below right."""
    points = [float(part) for part in note.QuadPoints]
    return [points[first : first + 8] for first in range(0, len(points) - 7, 8)]


def _highlight(note: pikepdf.Object) -> bytes:
    fill = color(note, "/C", FILL)
    outlines = (outline([(q[0], q[1]), (q[2], q[3]), (q[6], q[7]), (q[4], q[5])]) for q in _marks(note))
    return fill + b"".join(shape + b" h f " for shape in outlines) if fill else b""


def _underline(note: pikepdf.Object) -> bytes:
    return stroked(note, ([(q[4], q[5]), (q[6], q[7])] for q in _marks(note)))


def _squiggly(note: pikepdf.Object) -> bytes:
    return stroked(note, (_zigzag((q[4], q[5]), (q[6], q[7])) for q in _marks(note)))


def _zigzag(begin: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    across, along = end[0] - begin[0], end[1] - begin[1]
    count = max(1, min(_MOST_ZIGZAGS, int(max(abs(across), abs(along)) / _ZIGZAG_POINTS)))
    return [
        (begin[0] + across * step / count, begin[1] + along * step / count + step % 2 * _ZIGZAG_POINTS)
        for step in range(count + 1)
    ]


def _strike_out(note: pikepdf.Object) -> bytes:
    return stroked(
        note,
        (
            [((q[0] + q[4]) / 2, (q[1] + q[5]) / 2), ((q[2] + q[6]) / 2, (q[3] + q[7]) / 2)]
            for q in _marks(note)
        ),
    )


def _line(note: pikepdf.Object) -> bytes:
    return ended(note, pairs(note.L), note.get("/LE", ()))


def _poly_line(note: pikepdf.Object) -> bytes:
    return ended(note, pairs(note.Vertices), note.get("/LE", ()))


def _ink(note: pikepdf.Object) -> bytes:
    return stroked(note, [pairs(stroke) for stroke in note.InkList])


def _polygon(note: pikepdf.Object) -> bytes:
    return framed(note, outline(pairs(note.Vertices)) + b" h")


def _square(note: pikepdf.Object) -> bytes:
    box = smaller(box_of(note), width(note) / 2)
    return framed(note, rectangle(box))


def _circle(note: pikepdf.Object) -> bytes:
    return framed(note, ellipse(smaller(box_of(note), width(note) / 2)))


def _caret(note: pikepdf.Object) -> bytes:
    left, bottom, right, top = box_of(note)
    middle = (left + right) / 2
    curves = (middle, bottom, middle, bottom, middle, top), (middle, bottom, middle, bottom, right, bottom)
    shape = numbers((left, bottom)) + b" m " + b"".join(numbers(curve) + b" c " for curve in curves)
    return (color(note, "/C", FILL) or b"0 g ") + shape + b"f"


def _icon(note: pikepdf.Object) -> bytes:
    """A leaf with three lines, in the upper left corner."""
    left, bottom, right, top = box_of(note)
    side = min(_ICON_POINTS, right - left, top - bottom)
    leaf = numbers((left + 0.5, top - side + 0.5, side - 1, side - 1))
    lines = (
        [(left + side / 4, top - side * down / 4), (left + side * 3 / 4, top - side * down / 4)]
        for down in (1, 2, 3)
    )
    fill = color(note, "/C", FILL) or _YELLOW
    return fill + b"0 G 1 w " + leaf + b" re B " + b"".join(outline(line) + b"S " for line in lines)


def _link(note: pikepdf.Object) -> bytes:
    """The frame around a link, or the line below it; Acrobat, poppler and Ghostscript print that, too."""
    if width(note) <= 0 or ("/C" in note and not len(note.C)):
        return b""
    left, bottom, right, top = smaller(box_of(note), width(note) / 2)
    line = [(left, bottom), (right, bottom)]
    if note.get("/BS", NOTHING).get("/S") != "/U":
        line += [(right, top), (left, top), (left, bottom)]
    return stroked(note, [line])


def _free_text(note: pikepdf.Object, captions: Captions) -> tuple[bytes, pikepdf.Dictionary]:
    style = captions.style(str(note.get("/DA", "")), int(note.get("/Q", 0)), wraps=True)
    stroke = style.color.upper() + b" "
    left, bottom, right, top = (float(edge) for edge in note.get("/RD", (0, 0, 0, 0)))
    outer = box_of(note)
    box = Box(outer.left + left, outer.bottom + bottom, outer.right - right, outer.top - top)
    edge = smaller(box, width(note) / 2)
    content = b""
    if "/CL" in note:
        content += ended(note, pairs(note.CL), [note.get("/LE")], stroke)
    fill = color(note, "/C", FILL)
    content += painted(pen(note) + rectangle(edge), fill, stroke if width(note) > 0 else b"")
    text, resources = captions.drawn(
        str(note.get("/Contents", "")), smaller(box, width(note) + _INSET_POINTS), style
    )
    return content + text, resources


def _stamp(note: pikepdf.Object, captions: Captions) -> tuple[bytes, pikepdf.Dictionary]:
    label = _WORDS.sub(" ", str(note.get("/Name", "/Draft"))[1:]).upper()
    fill, stroke = (
        color(note, "/C", operators) or _RED + operators[3] + b" " for operators in (FILL, STROKE)
    )
    box = box_of(note)
    line = min(box.size) / 16
    edge = smaller(box, line)
    style = Style(font="Helvetica-Bold", color=fill, align=1)
    text, resources = captions.drawn(label, smaller(box, 3 * line), style)
    return painted(b"%b w %b" % (number(line), rectangle(edge)), b"", stroke) + text, resources


_SHAPES: Final[Mapping[str, Callable[[pikepdf.Object], bytes]]] = {
    "/Highlight": _highlight,
    "/Underline": _underline,
    "/Squiggly": _squiggly,
    "/StrikeOut": _strike_out,
    "/Line": _line,
    "/Ink": _ink,
    "/PolyLine": _poly_line,
    "/Polygon": _polygon,
    "/Square": _square,
    "/Circle": _circle,
    "/Caret": _caret,
    "/Text": _icon,
    "/Link": _link,
}
_WRITTEN: Final[Mapping[str, Callable[[pikepdf.Object, Captions], tuple[bytes, pikepdf.Dictionary]]]] = {
    "/FreeText": _free_text,
    "/Stamp": _stamp,
}
_KINDS: Final = frozenset(
    (*_SHAPES, *_WRITTEN, "/Widget", "/Watermark", "/PrinterMark", "/TrapNet", "/Redact")
)
