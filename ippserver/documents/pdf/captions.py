"""Text in boxes on a page: what stands in notes and forms, where readers are to draw it.

It is written in the fonts that every reader has, and which notes and forms therefore name; a line with a
character that those lack is written in our own font.
"""

import ctypes
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from ippserver.documents.pdf.pictures import NOTHING
from ippserver.documents.pdf.plain import PlainPdf, number, numbers
from ippserver.documents.plan.geometry import Box
from ippserver.documents.text.letters import Letters
from ippserver.documents.text.own_font import width_of_cell
from ippserver.documents.text.rows import row
from ippserver.documents.text.shaping import cells
from ippserver.documents.text.system_fonts import SystemFonts

DINGBATS: Final = "ZapfDingbats"
_ENCODING: Final = "cp1252"
_MOST_CHARACTERS: Final = 4000
"""More does not fit into a note."""
_MOST_OF_APPEARANCE: Final = 1000
"""Characters of a default appearance that are looked at: nobody needs more than fifty."""
_USUAL_POINTS: Final = 12.0
_LEAST_POINTS: Final = 4.0
_LEADING: Final = 1.15
"""From one line to the next, in parts of the size of letters, as are the next three."""
_ASCENT: Final = 0.9
_MIDDLE: Final = 0.36
"""Half as high as capital letters."""
_MARK: Final = 0.78
"""How wide the marks are that fill in boxes of forms; PDFium does not tell."""
_DASH: Final = 0.56
"""The same of quotes and dashes."""
_FAMILIES: Final = (
    (re.compile("zadb|dingbat", re.IGNORECASE), (DINGBATS,) * 4),
    (
        re.compile("cour|^co|mono", re.IGNORECASE),
        ("Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique"),
    ),
    (
        re.compile("tim|^ti|roman|serif|georgia", re.IGNORECASE),
        ("Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic"),
    ),
    (re.compile(""), ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique")),
)
"""Plain, bold, slanted and both; the first that the name of a font is like."""
_WORDS: Final = re.compile(r"\s*\S+")
_SANS_SERIF: Final = re.compile("sans.?serif", re.IGNORECASE)
_BOLD: Final = re.compile("(?i:bold|black|heavy)|(?:Bo|BI|BO)$")
_SLANTED: Final = re.compile("(?i:ital|obl)|(?:It|Ob|BI|BO)$")
"""Forms often say TiBo for Times-Bold, and the like."""
_SIZE: Final = re.compile(r"/(\S*)\s+([\d.]+)\s+Tf")
_COLOR: Final = re.compile(r"(?<![\d.] )(?:(?:[\d.]+ ){3}rg|[\d.]+ g|(?:[\d.]+ ){4}k)\b")
_BLACK: Final = "0 g"

_Width = Callable[[str], float]
"""Of text, in parts of the size of its letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How text looks."""

    font: str = "Helvetica"
    points: float = 0
    """Of its letters; 0 where they are as large as fits."""
    color: bytes = b"0 g"
    """What sets it."""
    align: int = 0
    """0 at the left, 1 in the middle, 2 at the right."""
    wraps: bool = False
    """Whether it is broken into lines, which begin at the top; else one line is in the middle."""


def _standard(name: str) -> str:
    """Of the fonts that every reader has, the one that is most like that of this name."""
    name = _SANS_SERIF.sub("", name)
    family = next(family for pattern, family in _FAMILIES if pattern.search(name))
    return family[bool(_BOLD.search(name)) + 2 * bool(_SLANTED.search(name))]


class Captions:
    """Writes text for pictures in one PDF."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._fonts: dict[str, pikepdf.Object] = {}
        self._of_system = SystemFonts()

    def style(self, appearance: str, align: int, *, wraps: bool) -> Style:
        """That of a default appearance string, with which notes and fields say it (ISO 32000-1, 12.7.3.3)."""
        appearance = " ".join(appearance[:_MOST_OF_APPEARANCE].split())
        found = _SIZE.search(appearance)
        name, points = found.groups() if found else ("", "0")
        color = _COLOR.findall(appearance) or [_BLACK]
        return Style(
            font=_standard(self._called(name)),
            points=float(points),
            color=color[-1].encode(),
            align=align,
            wraps=wraps,
        )

    def _called(self, name: str) -> str:
        """What the font is called that forms know by `name`."""
        fonts = self._pdf.Root.get("/AcroForm", NOTHING).get("/DR", NOTHING).get("/Font", NOTHING)
        return str(fonts.get(f"/{name}", NOTHING).get("/BaseFont", f"/{name}"))[1:]

    def drawn(
        self, text: str, box: Box, style: Style, *, name: str = "T"
    ) -> tuple[bytes, pikepdf.Dictionary]:
        """What draws `text` in `box`, nothing of it outside, and the resource that it needs, by that name."""
        text = text[:_MOST_CHARACTERS]
        if _is_in_all_readers(text):
            width = _width_in(style.font)
            lines, points = _fitted(text, box, style, width)
            font = pikepdf.Dictionary({"/Font": {f"/{name}": self._font(style.font)}})
            shown = (
                b"1 0 0 1 %b Tm %b Tj " % (numbers(at), _literal(line))
                for line, at in _placed(lines, points, box, style, width)
            )
            content = b"BT /%b %b Tf %bET" % (name.encode(), number(points), b"".join(shown))
        else:
            lines, points = _fitted(text, box, style, _width_in_ours)
            font = pikepdf.Dictionary({"/XObject": {f"/{name}": self._in_ours(lines, points, box, style)}})
            content = b"1 0 0 1 %b cm /%b Do" % (numbers((box.left, box.bottom)), name.encode())
        clip = numbers((box.left, box.bottom, *box.size))
        return b" q %b re W n %b %b Q" % (clip, style.color, content), font

    def _font(self, name: str) -> pikepdf.Object:
        if name not in self._fonts:
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name(f"/{name}")
            )
            if name != DINGBATS:
                font.Encoding = pikepdf.Name.WinAnsiEncoding
            self._fonts[name] = self._pdf.make_indirect(font)
        return self._fonts[name]

    def _in_ours(self, lines: Sequence[str], points: float, box: Box, style: Style) -> pikepdf.Object:
        """A form with lines in our font, its corner at (0, 0)."""
        file = io.BytesIO()
        plain = PlainPdf(file)
        letters = Letters(plain, self._of_system)
        inner = Box(0, 0, *box.size)
        if lines and row(lines[0]).is_from_right and not style.align:
            style = replace(style, align=2)
        content = b"".join(
            letters.line(row(line), points, *at)
            for line, at in _placed(lines, points, inner, style, _width_in_ours)
        )
        plain.add_page(box.size, content, letters.resources)
        letters.close()
        plain.close()
        with pikepdf.open(file) as made:
            return self._pdf.copy_foreign(made.pages[0].as_form_xobject())


def _is_in_all_readers(text: str) -> bool:
    try:
        text.encode(_ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def _literal(text: str) -> bytes:
    return b"<%b>" % text.encode(_ENCODING).hex().encode()


def _width_in_ours(text: str) -> float:
    return sum(map(cells, text)) * width_of_cell()


@cache
def _width_in(font: str) -> Callable[[str], float]:
    """What answers the width of text, in parts of the size of its letters."""
    if font == DINGBATS:
        return lambda text: _MARK * len(text)
    with pypdfium2.PdfDocument.new() as pdf:
        loaded = pdfium.FPDFText_LoadStandardFont(pdf.raw, font.encode())
        widths = [_width_of(loaded, code) for code in range(256)]
        pdfium.FPDFFont_Close(loaded)
    widths[0x80:0xA0] = [max(_DASH, width) for width in widths[0x80:0xA0]]
    return lambda text: sum(widths[code] for code in text.encode(_ENCODING))


def _width_of(font: Any, code: int) -> float:  # Any: pypdfium2 has no types
    width = ctypes.c_float()
    pdfium.FPDFFont_GetGlyphWidth(font, code, 1, width)
    return width.value


def _fitted(text: str, box: Box, style: Style, width: _Width) -> tuple[list[str], float]:
    """The lines, and how large their letters are."""
    room, height = box.size
    if not style.wraps:
        line = " ".join(text.split())
        largest = min(height / _LEADING, room / (width(line) or 1))
        return [line], style.points or max(_LEAST_POINTS, largest)
    points = style.points or _USUAL_POINTS
    lines = list(_wrapped(text, room / points, width))
    while not style.points and points > _LEAST_POINTS and len(lines) * points * _LEADING > height:
        points -= 1
        lines = list(_wrapped(text, room / points, width))
    return lines, points


def _wrapped(text: str, room: float, width: _Width) -> Iterator[str]:
    """`text` in lines, broken between words where that is possible."""
    for paragraph in text.splitlines():
        line, used = "", 0.0
        for word in _WORDS.findall(paragraph):
            if line and used + width(word) > room:
                yield line
                line, used, word = "", 0.0, word.lstrip()
            for character in word:
                wide = width(character)
                if line and used + wide > room:
                    yield line
                    line, used = "", 0.0
                line, used = line + character, used + wide
        yield line


def _placed(
    lines: Sequence[str], points: float, box: Box, style: Style, width: _Width
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Where each line begins."""
    room = box.size.width
    first = box.top - _ASCENT * points if style.wraps else (box.bottom + box.top) / 2 - _MIDDLE * points
    for down, line in enumerate(lines):
        blank = (room - points * width(line)) * style.align / 2
        yield line, (box.left + max(0, blank), first - down * _LEADING * points)
