"""The font that we bring along, in a PDF: of DejaVu Sans Mono, those glyphs that are used."""

from functools import cache
from importlib import resources
from typing import Final

from ippserver.documents.images.flate import deflated
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.text.shaping import cells
from ippserver.documents.text.truetype import TrueType

NOT_SIMPLE: Final = "!"
_NAME: Final = b"/IPPSRV+DejaVuSansMono"
_EM: Final = 1000
_UNKNOWN: Final = 0
"""The glyph of characters that it does not have: a box."""
_MAPPED_AT_ONCE: Final = 100
"""Lines of one block of a CMap at most (ISO 32000, 9.7.5)."""


ADVANCE: Final = 602
"""Of one column, in thousandths of the font's size."""
_MOST_CODES: Final = 2**15
"""More would leave too few glyphs for what those of them are composed of."""


@cache
def _font() -> TrueType:
    return TrueType((resources.files(__package__) / "fonts" / "DejaVuSansMono.ttf").read_bytes())


def has(character: str) -> bool:
    """Whether there is a glyph for it."""
    return ord(character) in _font().glyphs


def width_of_cell() -> float:
    """Of one column, in parts of the font's size."""
    font = _font()
    return font.advance(font.glyphs[ord("0")]) / font.units


class OwnFont:
    """The font in one PDF; `close` writes it, when all that is written with it is known."""

    def __init__(self, pdf: PlainPdf) -> None:
        self._pdf = pdf
        self.number = pdf.reserve()
        """Of the object that it is."""
        self.simple = _Simple(self)
        """For `str.translate`: the codes of characters that take a column each, else NOT_SIMPLE."""
        self._glyphs = [_UNKNOWN]
        """By codes; one may have several, as it may mean several things."""
        self._codes: dict[tuple[str, str], str] = {}
        self._widths: dict[int, float] = {}
        """Of codes that take not just a column."""

    def code(self, shown: str, written: str, columns: float) -> str:
        """The code, in hexadecimal digits, of a character that is shown where another text was written.

        It makes room of so many columns, whatever its glyph is.
        """
        code = self._codes.get((shown, written))
        if code is None and len(self._glyphs) == _MOST_CODES:
            return f"{_UNKNOWN:04X}"
        if code is None:
            code = self._codes[shown, written] = f"{len(self._glyphs):04X}"
            if columns != 1:
                self._widths[len(self._glyphs)] = columns
            self._glyphs.append(_font().glyphs.get(ord(shown), _UNKNOWN))
        return code

    def close(self) -> None:
        """Writes the font."""
        font = _font()
        advance = font.advance(font.glyphs[ord("0")])
        advances = {code: round(columns * advance) for code, columns in self._widths.items()}
        file = font.subset(self._glyphs, advances)
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
        widths = b"".join(b"%d[%d]" % (code, columns * ADVANCE) for code, columns in self._widths.items())
        descendant = self._pdf.add(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont%b/CIDToGIDMap/Identity/DW %d/W[%b]/FontDescriptor"
            b" %d 0 R/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
            % (_NAME, ADVANCE, widths, descriptor)
        )
        to_unicode = self._pdf.add_stream(b"/Filter/FlateDecode", deflated([self._to_unicode()]))
        self._pdf.add(
            b"<</Type/Font/Subtype/Type0/BaseFont%b/Encoding/Identity-H"
            b"/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>" % (_NAME, descendant, to_unicode),
            self.number,
        )

    def _to_unicode(self) -> bytes:
        """What each code means, so that text can be found and copied."""
        lines = [
            b"<%b><%b>" % (code.encode(), written.encode("utf-16-be").hex().upper().encode())
            for (_, written), code in self._codes.items()
            if written
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


class _Simple(dict[int, str]):
    def __init__(self, font: OwnFont) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, number: int) -> str:
        character = chr(number)
        is_simple = has(character) and cells(character) == 1
        code = self[number] = self._font.code(character, character, 1) if is_simple else NOT_SIMPLE
        return code
