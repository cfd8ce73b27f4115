"""Text in PDF, in the font that we bring along: of DejaVu Sans Mono, those glyphs that are used."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Final

from ippserver.documents.images.flate import deflated
from ippserver.documents.pdf.plain import PlainPdf, number, numbers
from ippserver.documents.text.drawn import Drawn
from ippserver.documents.text.system_fonts import SystemFonts
from ippserver.documents.text.truetype import TrueType

_NAME: Final = b"/IPPSRV+DejaVuSansMono"
_EM: Final = 1000
_NOT_DEFINED: Final = "0000"
_WIDE: Final = ("W", "F")
_MAPPED_AT_ONCE: Final = 100
"""Lines of one block of a CMap at most (ISO 32000, 9.7.5)."""


@cache
def _font() -> TrueType:
    return TrueType((resources.files(__package__) / "fonts" / "DejaVuSansMono.ttf").read_bytes())


@cache
def cells(character: str) -> int:
    """How many columns a character takes: none where it stands on the one before, two in East Asia."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def width_of_cell() -> float:
    """Of one column, in parts of the font's size."""
    font = _font()
    return font.advance(font.glyphs[ord("0")]) / font.units


class _Codes(dict[int, str]):
    """The code of each character in hexadecimal digits, found when it is first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.glyphs: dict[int, int] = {0: 0}
        """The number of each glyph that is used; what stands for unknown characters is always the first."""

    def __missing__(self, character: int) -> str:
        glyph = _font().glyphs.get(character, 0)
        code = self[character] = f"{self.glyphs.setdefault(glyph, len(self.glyphs)):04X}"
        return code


class Letters:
    """The font in one PDF; `close` writes it, when all that is written with it is known."""

    def __init__(self, pdf: PlainPdf, fonts: SystemFonts | None = None) -> None:
        """What it does not have comes from `fonts`, else those of the system."""
        self._pdf = pdf
        self._object = pdf.reserve()
        self._codes = _Codes()
        self._advance = round(width_of_cell() * _EM)
        self._drawn = Drawn(pdf, fonts or SystemFonts(), self._advance, cells)

    @property
    def resources(self) -> bytes:
        """What a page needs that has text: all that was written so far."""
        return b"/Font<</F %d 0 R%b>>" % (self._object, self._drawn.resources)

    def line(self, text: str, size: float, left: float, bottom: float) -> bytes:
        """What writes `text` with its first letter there, points."""
        shown = b"".join(self._shown(text, number(size)))
        return b"BT /F %b Tf %b Td %b ET\n" % (number(size), numbers((left, bottom)), shown)

    def close(self) -> None:
        """Writes the font."""
        self._drawn.close()
        font = _font()
        file = font.subset(list(self._codes.glyphs))
        entries = b"/Filter/FlateDecode/Length1 %d" % len(file)
        program = self._pdf.add_stream(entries, deflated([file]))
        left, bottom, right, top = (round(edge * _EM / font.units) for edge in font.box)
        descriptor = self._pdf.add(
            b"<</Type/FontDescriptor/FontName%b/Flags 5/FontBBox[%d %d %d %d]/ItalicAngle 0"
            b"/Ascent %d/Descent %d/CapHeight 729/StemV 80/FontFile2 %d 0 R>>"
            % (
                _NAME,
                *(left, bottom, right, top),
                *(round(height * _EM / font.units) for height in (font.ascent, font.descent)),
                program,
            )
        )
        descendant = self._pdf.add(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont%b/CIDToGIDMap/Identity/DW %d/FontDescriptor %d 0 R"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
            % (_NAME, self._advance, descriptor)
        )
        to_unicode = self._pdf.add_stream(b"/Filter/FlateDecode", deflated([self._to_unicode()]))
        self._pdf.add(
            b"<</Type/Font/Subtype/Type0/BaseFont%b/Encoding/Identity-H"
            b"/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>" % (_NAME, descendant, to_unicode),
            self._object,
        )

    def _shown(self, text: str, size: bytes) -> Iterator[bytes]:
        """What writes `text` in our font, and in those of pictures where that has not all of it."""
        if text.isascii():
            yield b"[%b] TJ" % b"".join(self._pieces(text))
            return
        for drawn_in, same in groupby(text, key=self._drawn_in):
            run = "".join(same)
            if drawn_in is None:
                yield b"[%b] TJ " % b"".join(self._pieces(run))
            else:
                codes = bytes(code[1] for code in map(self._drawn.code, run) if code is not None)
                yield b"/D%d %b Tf <%b> Tj /F %b Tf " % (drawn_in, size, codes.hex().encode(), size)

    def _drawn_in(self, character: str) -> int | None:
        """The number of the font of pictures that it is in; None where ours has it, or nobody."""
        if ord(character) in _font().glyphs:
            return None
        code = self._drawn.code(character)
        return None if code is None else code[0]

    def _pieces(self, text: str) -> Iterator[bytes]:
        """The codes of the letters, and between them by how much to go back, or on."""
        if text.isascii():
            yield b"<%b>" % text.translate(self._codes).encode()
            return
        for columns, same in groupby(text, key=cells):
            for run in ("".join(same),) if columns == 1 else same:
                codes = b"<%b>" % run.translate(self._codes).encode()
                back = b"%d" % self._advance if columns == 0 else b""
                on = b"%d" % -self._advance if columns == 2 else b""
                yield back + codes + on

    def _to_unicode(self) -> bytes:
        """Which character each code means, so that text can be found and copied."""
        lines = [
            b"<%b><%b>" % (code.encode(), chr(character).encode("utf-16-be").hex().upper().encode())
            for character, code in self._codes.items()
            if code != _NOT_DEFINED
        ]
        blocks = [
            b"%d beginbfchar\n%b\nendbfchar\n" % (len(block), b"\n".join(block))
            for block in (
                lines[first : first + _MAPPED_AT_ONCE] for first in range(0, len(lines), _MAPPED_AT_ONCE)
            )
        ]
        return (
            b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n/CMapType 2 def\n"
            b"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n%bendcmap end end" % b"".join(blocks)
        )
