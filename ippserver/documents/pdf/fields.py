"""Fields of forms without a picture of what is filled in, drawn as readers draw them.

Programs that fill in forms often leave that to readers (ISO 32000-1, 12.7.3.3).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import pikepdf

from ippserver.documents.pdf.captions import DINGBATS, Captions, Style
from ippserver.documents.pdf.pens import FILL, STROKE, color, painted, pen, rectangle, width
from ippserver.documents.pdf.pictures import BROKEN, NOTHING, box_of, give, is_printed, smaller
from ippserver.documents.plan.geometry import Box, turn

_Drawing = tuple[bytes, pikepdf.Dictionary]

_TEXT, _CHOICE, _BUTTON = "/Tx", "/Ch", "/Btn"
_MULTILINE: Final = 1 << 12
_PASSWORD: Final = 1 << 13
_RADIO: Final = 1 << 15
_PUSH: Final = 1 << 16
_COMBO: Final = 1 << 17
_COMB: Final = 1 << 24
_DEEP: Final = 32
"""Fields within fields."""
_MOST_COMBED: Final = 1000
_MOST_OPTIONS: Final = 1000
_INSET_POINTS: Final = 2
_LINE: Final = 1.15
"""Height of a line of a list, in parts of the size of its letters."""
_POINTS: Final = 12
_SELECTED: Final = b"0.6 0.76 0.86 rg "
_CHECK, _DOT = "4", "l"
"""In ZapfDingbats."""


def draw(pdf: pikepdf.Pdf, pages: Iterable[pikepdf.Page]) -> None:
    """Gives the fields on `pages` that are printed a picture where they have none.

    Where the form says that its pictures are old, text that has one gets another.
    """
    form = pdf.Root.get("/AcroForm")
    anew = isinstance(form, pikepdf.Dictionary) and bool(form.get("/NeedAppearances", False))
    pdf.generate_appearance_streams()  # so that buttons show what is chosen
    captions = Captions(pdf)
    for page in pages:
        for note in page.obj.get("/Annots", ()):
            try:
                if note.get("/Subtype") == "/Widget" and is_printed(note):
                    _picture(pdf, _Field(note, pdf.Root.get("/AcroForm", NOTHING)), captions, anew=anew)
            except BROKEN:
                continue


def text(pdf: pikepdf.Pdf, widget: pikepdf.Object) -> str:
    """What can be read in a field; nothing of passwords and buttons."""
    field = _Field(widget, pdf.Root.get("/AcroForm", NOTHING))
    is_secret = field.kind == _TEXT and field.flags & _PASSWORD
    if field.kind not in (_TEXT, _CHOICE) or is_secret:
        return ""
    return dict(_options(field)).get(field.text, field.text)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field, and where it is on a page; several widgets may be of one field."""

    widget: pikepdf.Object
    form: pikepdf.Object

    def get(self, name: str) -> pikepdf.Object | None:
        """An entry, its own or inherited (12.7.3.1)."""
        field = self.widget
        for _ in range(_DEEP):
            if name in field or "/Parent" not in field:
                break
            field = field.Parent
        return field.get(name, self.form.get(name))

    @property
    def kind(self) -> str:
        """What can be filled in."""
        return str(self.get("/FT"))

    @property
    def flags(self) -> int:
        """What is particular about it (Tables 226, 228 and 230)."""
        return int(self.get("/Ff") or 0)

    @property
    def looks(self) -> pikepdf.Object:
        """Its colors and the like."""
        return self.widget.get("/MK", NOTHING)

    @property
    def text(self) -> str:
        """What is filled in."""
        value = self.get("/V")
        if isinstance(value, pikepdf.Stream):
            return str(pikepdf.String(value.read_bytes()))
        return "" if value is None else str(value)


def _picture(pdf: pikepdf.Pdf, field: _Field, captions: Captions, *, anew: bool) -> None:
    if field.kind not in (_TEXT, _CHOICE, _BUTTON):
        return
    if "/N" in field.widget.get("/AP", NOTHING) and (field.kind == _BUTTON or not anew):
        return
    degrees = int(field.looks.get("/R", 0))
    size = box_of(field.widget).size.turned(degrees)
    box = Box(0, 0, *size)
    content, resources = _filled(field, box, captions)
    give(pdf, field.widget, _frame(field, box) + content, resources, box=box, matrix=turn(size, degrees))


def _frame(field: _Field, box: Box) -> bytes:
    line = width(field.widget)
    stroke = color(field.looks, "/BC", STROKE) if line > 0 else b""
    shape = pen(field.widget) + rectangle(smaller(box, line / 2 if stroke else 0))
    return painted(shape, color(field.looks, "/BG", FILL), stroke)


def _filled(field: _Field, box: Box, captions: Captions) -> _Drawing:
    style = captions.style(str(field.get("/DA") or ""), int(field.get("/Q") or 0), wraps=False)
    inner = smaller(box, (width(field.widget) if "/BC" in field.looks else 0) + _INSET_POINTS)
    if field.kind == _BUTTON:
        return _button(field, inner, style, captions)
    if field.kind == _CHOICE:
        if not field.flags & _COMBO:
            return _list(field, inner, style, captions)
        return captions.drawn(dict(_options(field)).get(field.text, field.text), inner, style)
    if field.flags & _MULTILINE:
        return captions.drawn(field.text, inner, replace(style, wraps=True))
    if field.flags & _COMB and field.get("/MaxLen"):
        return _comb(field, box, style, captions)
    text = "*" * len(field.text) if field.flags & _PASSWORD else field.text
    return captions.drawn(text, inner, style)


def _comb(field: _Field, box: Box, style: Style, captions: Captions) -> _Drawing:
    """Each character in a cell of its own."""
    count = min(_MOST_COMBED, max(1, int(field.get("/MaxLen") or 0)))
    text = field.text[:count]
    wide = box.size.width / count
    first = box.left + (count - len(text)) * style.align * wide / 2
    style = replace(style, align=1, points=style.points or min(_POINTS, box.size.height / _LINE))
    content, resources = b"", pikepdf.Dictionary(Font={}, XObject={})
    for place, character in enumerate(text):
        left = first + place * wide
        cell = Box(left, box.bottom, left + wide, box.top)
        one, needed = captions.drawn(character, cell, style, name=f"T{place}")
        content += one
        for kind in ("/Font", "/XObject"):
            resources[kind].update(needed.get(kind, NOTHING))
    return content, resources


def _list(field: _Field, box: Box, style: Style, captions: Captions) -> _Drawing:
    """Options one below the other, those that are chosen on a ground of their own."""
    points = style.points or _POINTS
    value = field.get("/V")
    chosen = {str(each) for each in value} if isinstance(value, pikepdf.Array) else {field.text}
    options = list(_options(field))[int(field.get("/TI") or 0) :]
    ground = b"".join(
        rectangle(Box(box.left, top - _LINE * points, box.right, top).cut(box)) + b" f "
        for number, (option, _) in enumerate(options)
        for top in [box.top - number * _LINE * points]
        if option in chosen
    )
    shown = "\n".join(name for _, name in options)
    text, resources = captions.drawn(shown, box, replace(style, points=points, wraps=True))
    return _SELECTED + ground + text, resources


def _options(field: _Field) -> Iterator[tuple[str, str]]:
    """What can be chosen, and what each is called."""
    for option in islice(field.get("/Opt") or (), _MOST_OPTIONS):
        named = isinstance(option, pikepdf.Array)
        yield (str(option[0]), str(option[1])) if named else (str(option), str(option))


def _button(field: _Field, box: Box, style: Style, captions: Captions) -> _Drawing:
    caption = str(field.looks.get("/CA", ""))
    style = replace(style, align=1)
    if field.flags & _PUSH:
        return captions.drawn(caption, box, style)
    state = field.widget.get("/AS") or field.get("/V")
    if state is None or state == "/Off":
        return b"", pikepdf.Dictionary()
    mark = caption or (_DOT if field.flags & _RADIO else _CHECK)
    return captions.drawn(mark, box, replace(style, font=DINGBATS))
