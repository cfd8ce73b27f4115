"""Characters that our font does not have, as fonts of pictures in a PDF (ISO 32000, 9.6.5: Type 3)."""

from base64 import a85encode
from typing import Final
from zlib import compress

from ippserver.documents.pdf.plain import PlainPdf, number, numbers
from ippserver.documents.text.system_fonts import ASCENT_PIXELS, EM_PIXELS, HEIGHT_PIXELS, SystemFonts

_EM: Final = 1000
_CODES: Final = 256
"""Of one font."""
_MOST_GLYPHS: Final = 10_000
"""Of one document: more than anybody reads."""
_UNIT: Final = _EM / EM_PIXELS
_BELOW: Final = (ASCENT_PIXELS - HEIGHT_PIXELS) * _UNIT


class Drawn:
    """Fonts of those characters that are used; `close` writes them.

    What takes so many columns is as wide as those times `advance`, in thousandths of the size.
    """

    def __init__(self, pdf: PlainPdf, fonts: SystemFonts, advance: float) -> None:
        self._pdf = pdf
        self._fonts = fonts
        self._advance = advance
        self._codes: dict[tuple[str, str], int | None] = {}
        self._glyphs: list[tuple[str, float, int]] = []
        """What it means, its width, and the object that draws it."""
        self._objects: list[int] = []

    def code(self, shown: str, cells: int, written: str) -> tuple[int, int] | None:
        """The number of the font, and the code in that, of what is shown in so many columns for `written`.

        None where no font of the system has it.
        """
        key = (shown, written)
        if key not in self._codes:
            self._codes[key] = self._added(shown, cells, written)
        found = self._codes[key]
        return None if found is None else divmod(found, _CODES)

    def silent(self, written: str, cells: int = 0) -> tuple[int, int]:
        """The same of what is not drawn, but is found and copied."""
        key = ("", written)
        if key not in self._codes:
            width = cells * self._advance
            self._codes[key] = self._numbered(written, width, b"%b 0 d0" % number(width))
        return divmod(self._codes[key] or 0, _CODES)

    @property
    def resources(self) -> bytes:
        """The entries of /Font for those that are used so far."""
        return b"".join(b"/D%d %d 0 R" % each for each in enumerate(self._objects))

    def close(self) -> None:
        """Writes the fonts."""
        for at, object_number in enumerate(self._objects):
            glyphs = self._glyphs[at * _CODES : (at + 1) * _CODES]
            self._pdf.add(self._font(glyphs), object_number)

    def _added(self, shown: str, cells: int, written: str) -> int | None:
        width = max(1, cells) * self._advance
        full = len(self._glyphs) == _MOST_GLYPHS
        picture = None if full else self._fonts.drawn(shown, round(width / _UNIT))
        if picture is None:
            return None
        left = 0 if cells else -width  # what takes no column stands on the one before
        box = numbers((left, _BELOW, left + width, _BELOW + HEIGHT_PIXELS * _UNIT))
        content = b"%b %b d1 q %b cm BI/W %d/H %d/IM true/BPC 1/D[1 0]/F[/A85/Fl] ID %b~> EI Q" % (
            numbers((cells * self._advance, 0)),
            box,
            numbers((width, 0, 0, HEIGHT_PIXELS * _UNIT, left, _BELOW)),
            *picture.size,
            a85encode(compress(picture.tobytes())),
        )
        return self._numbered(written, cells * self._advance, content)

    def _numbered(self, written: str, width: float, content: bytes) -> int:
        if len(self._glyphs) % _CODES == 0:
            self._objects.append(self._pdf.reserve())
        self._glyphs.append((written, width, self._pdf.add_stream(b"", [content])))
        return len(self._glyphs) - 1

    def _font(self, glyphs: list[tuple[str, float, int]]) -> bytes:
        lines = b"\n".join(
            b"<%02X><%b>" % (code, written.encode("utf-16-be").hex().encode())
            for code, (written, _, _) in enumerate(glyphs)
        )
        # A block of such a map has 100 lines at most (9.7.5 with 9.10.3), hence a block for each.
        blocks = b"".join(b"1 beginbfchar\n%b\nendbfchar\n" % line for line in lines.splitlines())
        to_unicode = self._pdf.add_stream(
            b"",
            [
                b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n/CMapType 2 def\n"
                b"1 begincodespacerange\n<00><FF>\nendcodespacerange\n%bendcmap end end" % blocks
            ],
        )
        widest = max(width for _, width, _ in glyphs) + self._advance
        box = (-widest, _BELOW, widest, _BELOW + HEIGHT_PIXELS * _UNIT)
        names = b"".join(b"/g%d" % code for code in range(len(glyphs)))
        procedures = b"".join(b"/g%d %d 0 R" % (code, glyph[2]) for code, glyph in enumerate(glyphs))
        return (
            b"<</Type/Font/Subtype/Type3/FontBBox[%b]/FontMatrix[0.001 0 0 0.001 0 0]/FirstChar 0"
            b"/LastChar %d/Widths[%b]/Encoding<</Type/Encoding/Differences[0%b]>>/CharProcs<<%b>>"
            b"/Resources<<>>/ToUnicode %d 0 R>>"
            % (
                numbers(box),
                len(glyphs) - 1,
                numbers([glyph[1] for glyph in glyphs]),
                names,
                procedures,
                to_unicode,
            )
        )
