"""What is where on a page that is drawn for paper: rows with nothing but gray, pictures to be smoothed.

PDFium draws an object of a page only where its bounds are, so that these can be relied upon. What is not
known to be gray counts as colored.
"""

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import hypot, isfinite
from typing import Any, BinaryIO, Final

import pypdfium2.raw as pdfium

from ippserver.documents.plan.geometry import Box, Matrix

SHARP_DPI: Final = 600
"""From here on letters need no smoothing on paper: a printer makes dots of edges that are gray."""
_MOST_OBJECTS: Final = 2000
"""So many are looked at; a page with more is not worth the time."""
_DEEP: Final = 8
"""Forms in forms."""
_MITER: Final = 10
"""How much further than the width of a stroke its corners are (ISO 32000 8.4.3.5)."""
_NEAR: Final = 2
"""Rows around an object that its edges may reach."""
_LEAST_ROWS: Final = 128
"""Less is not drawn on its own."""
_OUTLINED: Final = 51
"""PDFium draws letters of more than 50 pixels as outlines; in color, edges of smaller ones are softer."""
_EYES_DPI: Final = 150
"""Pixels of pictures finer than that need not be smoothed into each other to look smooth."""
_LARGER: Final = (1.5, 2.8)
"""By how much their pixels must be larger than those drawn, so that the edges of none show; PDFium itself
smooths none that are larger still, unless the document asks for it.
"""
_FILLED: Final = (
    pdfium.FPDF_TEXTRENDERMODE_FILL,
    pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP,
)
_UNSEEN: Final = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_GRAYS: Final = (pdfium.FPDF_COLORSPACE_DEVICEGRAY, pdfium.FPDF_COLORSPACE_CALGRAY)
_OF_PATTERNS: Final = (0xBF, 0xFF)
"""The grays that PDFium gives for patterns, whose colors it does not tell."""
_PIECE_OCTETS: Final = 2**20

_Object = Any  # Any: pypdfium2 has no types
_Rows = tuple[float, float]
"""First and last."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What in a document can give color to objects that look gray."""

    patterns: bool
    others: bool
    """Transfer functions, or whatever is in objects that are packed."""

    @classmethod
    def of(cls, file: BinaryIO) -> "Secrets":
        """Those of a PDF; wherever the words stand, one too many does no harm."""
        patterns = others = False
        file.seek(0)
        end = b""
        while piece := file.read(_PIECE_OCTETS):
            piece = end + piece
            patterns = patterns or b"/PatternType" in piece
            others = others or b"/TR" in piece or b"/ObjStm" in piece
            end = piece[-16:]
        return cls(patterns, others)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of a page that are drawn alike."""

    first: int
    rows: int
    gray: bool


@dataclass(slots=True)
class Contents:
    """What is on a page that is drawn with `height` rows and `dpi`."""

    height: int
    dpi: int
    secrets: Secrets
    smooth: bool = False
    """Whether pictures are to be smoothed."""
    _colored: list[_Rows] = field(default_factory=list)
    _small: list[_Rows] = field(default_factory=list)
    """Letters that look a little otherwise in color than in gray."""
    _left: int = _MOST_OBJECTS

    @classmethod
    def of(cls, page: Any, height: int, dpi: int, to_pixels: Matrix, secrets: Secrets) -> "Contents":
        """Of a page of PDFium, whose points `to_pixels` takes to what is drawn."""
        contents = cls(height, dpi, secrets)
        count = pdfium.FPDFPage_CountObjects(page)
        contents._look(page, _objects(page, count, pdfium.FPDFPage_GetObject), to_pixels)
        return contents

    def stretches(self) -> list[Stretch]:
        """All its rows, from above; letters look the same in all of them."""
        found: list[Stretch] = []
        at = 0
        colored = list(_joined(self._colored, self.height))
        if any(first < end and begin < last for begin, end in colored for first, last in self._small):
            colored = list(_joined([*colored, *self._small], self.height))
        for first, end in colored:
            if first > at:
                found.append(Stretch(at, first - at, gray=True))
            found.append(Stretch(first, end - first, gray=False))
            at = end
        if at < self.height:
            found.append(Stretch(at, self.height - at, gray=True))
        return found

    def _look(self, page: Any, objects: Iterable[_Object], to_pixels: Matrix, deep: int = 0) -> None:
        for one in objects:
            self._left -= 1
            if self._left < 0 or deep > _DEEP or self.secrets.others:
                self._colored.append((0, self.height))
                self.smooth = True
                return
            kind = pdfium.FPDFPageObj_GetType(one)
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                count = pdfium.FPDFFormObj_CountObjects(one)
                within = _objects(one, count, pdfium.FPDFFormObj_GetObject)
                self._look(page, within, _matrix(one).then(to_pixels), deep + 1)
            elif not self._is_gray(page, kind, one, to_pixels):
                self._colored += self._rows(one, to_pixels)

    def _rows(self, one: _Object, to_pixels: Matrix) -> Iterator[_Rows]:
        """Those that it may be seen in, if there are any."""
        place = to_pixels.box(_bounds(one))
        if not all(map(isfinite, place)):
            yield 0, self.height
        elif place.bottom < self.height and place.top >= 0:
            yield place.bottom, place.top

    def _is_gray(self, page: Any, kind: int, one: _Object, to_pixels: Matrix) -> bool:
        match kind:
            case pdfium.FPDF_PAGEOBJ_TEXT:
                return self._is_gray_text(one, to_pixels)
            case pdfium.FPDF_PAGEOBJ_PATH:
                return self._is_gray_path(one)
            case pdfium.FPDF_PAGEOBJ_IMAGE:
                return self._is_gray_image(page, one, to_pixels)
        return False

    def _is_gray_text(self, text: _Object, to_pixels: Matrix) -> bool:
        mode = pdfium.FPDFTextObj_GetTextRenderMode(text)
        if mode in _UNSEEN:
            return True
        if not self._is_gray_in(text, fill=True, stroke=mode not in _FILLED) or not _is_font(text):
            return False
        size = ctypes.c_float()
        pdfium.FPDFTextObj_GetFontSize(text, size)
        letters = _matrix(text).then(to_pixels)
        pixels = (abs(letters.a) + abs(letters.b)) * abs(size.value)
        if pixels < _OUTLINED and self.dpi < SHARP_DPI:
            self._small += self._rows(text, to_pixels)
        return True

    def _is_gray_path(self, path: _Object) -> bool:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        known = pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        return known and self._is_gray_in(path, fill=bool(fill.value), stroke=bool(stroke.value))

    def _is_gray_image(self, page: Any, image: _Object, to_pixels: Matrix) -> bool:
        told = pdfium.FPDF_IMAGEOBJ_METADATA()
        if not pdfium.FPDFImageObj_GetImageMetadata(image, page, told):
            self.smooth = True
            return False
        place = _matrix(image).then(to_pixels)
        across = hypot(place.a, place.b) / max(1, told.width)
        along = hypot(place.c, place.d) / max(1, told.height)
        least, most = _LARGER
        if min(across, along) < least or max(across, along) > min(most, self.dpi / _EYES_DPI):
            self.smooth = True
        if told.colorspace == pdfium.FPDF_COLORSPACE_UNKNOWN and told.bits_per_pixel == 1:  # a mask
            return self._is_gray_in(image, fill=True, stroke=False)
        return told.colorspace in _GRAYS and told.bits_per_pixel <= 8

    def _is_gray_in(self, one: _Object, *, fill: bool, stroke: bool) -> bool:
        return (not fill or self._is_gray_color(pdfium.FPDFPageObj_GetFillColor, one)) and (
            not stroke or self._is_gray_color(pdfium.FPDFPageObj_GetStrokeColor, one)
        )

    def _is_gray_color(self, get: Callable[..., bool], one: _Object) -> bool:
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        return (
            get(one, red, green, blue, alpha)
            and red.value == green.value == blue.value
            and not (self.secrets.patterns and red.value in _OF_PATTERNS)
        )


def _joined(colored: Sequence[_Rows], height: int) -> Iterator[tuple[int, int]]:
    """First and end of stretches, in order, those that are near each other or an edge as one."""
    begin = end = 0
    for first, last in sorted(colored):
        above = max(0, int(first) - _NEAR)
        if above > end + _LEAST_ROWS:
            if end > begin:
                yield begin, end
            begin = end = above
        end = min(height, max(end, int(last) + 1 + _NEAR))
    if end > begin:
        yield begin, height if height - end < _LEAST_ROWS else end


def _objects(parent: Any, count: int, get: Callable[[Any, int], _Object]) -> Iterator[_Object]:
    return (get(parent, index) for index in range(count))


def _matrix(one: _Object) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(one, matrix)
    return Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _bounds(one: _Object) -> Box:
    edges = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(one, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    reach = _reach(one)
    return Box(left - reach, bottom - reach, right + reach, top + reach)


def _reach(one: _Object) -> float:
    """How far strokes of letters are outside of PDFium's bounds: corners and the matrix are left out."""
    is_text = pdfium.FPDFPageObj_GetType(one) == pdfium.FPDF_PAGEOBJ_TEXT
    if not is_text or pdfium.FPDFTextObj_GetTextRenderMode(one) in _FILLED:
        return 0
    width = ctypes.c_float()
    pdfium.FPDFPageObj_GetStrokeWidth(one, width)
    matrix = _matrix(one)
    larger = max(1, hypot(matrix.a, matrix.b), hypot(matrix.c, matrix.d))
    return _MITER / 2 * abs(width.value) * larger


def _is_font(text: _Object) -> bool:
    """Whether its letters are outlines: those of Type 3 are drawings, and may have colors."""
    octets = ctypes.c_size_t()
    font = pdfium.FPDFTextObj_GetFont(text)
    return bool(pdfium.FPDFFont_GetFontData(font, None, 0, octets) and octets.value)
