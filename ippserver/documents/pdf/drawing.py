"""Pages of PDF as pixels, drawn by PDFium in bands."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from ippserver.documents.errors import blamed_on_the_document
from ippserver.documents.pdf.contents import SHARP_DPI, Contents, Secrets, Stretch
from ippserver.documents.plan.geometry import POINTS_PER_INCH, Matrix, Size
from ippserver.documents.raster.bands import Band

BAND_OCTETS: Final = 2**23
"""Each band is a pass over the page, which costs little; memory of more is new each time, and costs more."""
_FAR: Final = 1000
_FINE: Final = 256
"""PDFium tells places in whole pixels, hence we ask for very small ones, and points that are far apart."""
_WHITE: Final = 0xFFFFFFFF
_FLAGS: Final = {
    pdfium.FPDFBitmap_BGR: pdfium.FPDF_REVERSE_BYTE_ORDER,
    pdfium.FPDFBitmap_BGRx: pdfium.FPDF_REVERSE_BYTE_ORDER,
    pdfium.FPDFBitmap_Gray: pdfium.FPDF_GRAYSCALE,
}
"""PDFium ends the process where gray is drawn with the octets reversed."""
_KINDS: Final = {1: pdfium.FPDFBitmap_Gray, 3: pdfium.FPDFBitmap_BGR, 4: pdfium.FPDFBitmap_BGRx}
"""By the octets of a pixel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a page is looked at."""

    width: int
    """Pixels."""
    height: int
    dpi: int
    gray: bool = False
    for_paper: bool = False
    """Whether it is drawn for a printer, as fast as can be: where nothing has a color bands are gray, where
    something has, a pixel takes four octets, the last of which means nothing. Pictures that are fine enough
    for eyes, if not for the printer, keep their pixels, and letters from SHARP_DPI on their edges.
    """
    turn: int = 0
    """Degrees, clockwise, beyond what the page says itself."""
    mirror: tuple[int, int] = (1, 1)
    """-1 across or along where the pixels are mirrored that way."""

    def pixel_octets(self, band: Band) -> int:
        """Of a pixel in `band`."""
        octets: int = band.shape[1] // self.width
        return octets


class Drawer:
    """Draws the pages of the PDF in `file`, as long as it is entered."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises DamagedDocument: PDFium does not read it."""
        self._file = file
        self._secrets: Secrets | None = None
        file.seek(0)
        with blamed_on_the_document():
            self._pdf = pypdfium2.PdfDocument(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pdf.close()

    def bands(self, index: int, view: View, octets: int = BAND_OCTETS) -> Iterator[Band]:
        """The rows of a page, a component being an octet: gray, or red, green and blue.

        Of about so many `octets` a band is at most.

        Raises:
            DamagedDocument: PDFium cannot draw it.
        """
        with blamed_on_the_document():
            page = self._pdf[index]
        try:
            with blamed_on_the_document():
                plate = self._plate(page, view)
            across, along = view.mirror
            for first, rows, pixel_octets in _strips(plate.stretches, view, octets):
                with blamed_on_the_document():
                    band = plate.drawn(first, rows, pixel_octets)
                band = band[::along]
                if across < 0:
                    band = band.reshape(rows, view.width, -1)[:, ::-1].reshape(rows, -1)
                yield np.ascontiguousarray(band)
        finally:
            page.close()

    def _plate(self, page: Any, view: View) -> "_Plate":  # Any: pypdfium2 has no types
        width, height = (round(side * view.dpi / POINTS_PER_INCH) for side in page.get_size())
        if view.turn % 180:
            width, height = height, width
        whole = Stretch(0, view.height, gray=view.gray)
        plate = _Plate(page.raw, view, Size(width, height), stretches=(whole,))
        if not view.for_paper:
            return plate
        if self._secrets is None:
            self._secrets = Secrets.of(self._file)
        contents = Contents.of(page.raw, view.height, view.dpi, plate.to_pixels(), self._secrets)
        if not view.gray:
            plate = replace(plate, stretches=contents.stretches())
        return replace(plate, smooth=contents.smooth)


@dataclass(frozen=True, slots=True)
class _Plate:
    """A page, ready to be drawn."""

    page: Any
    view: View
    size: Size
    """Pixels of the whole page, of which the view may show less, or more."""
    stretches: Sequence[Stretch]
    smooth: bool = True

    @property
    def _turn(self) -> int:
        """Quarters."""
        return self.view.turn // 90 % 4

    def to_pixels(self) -> Matrix:
        """The map from points of the page to pixels."""
        (e, f), right, up = map(self._pixel, ((0, 0), (_FAR, 0), (0, _FAR)))
        (a, b), (c, d) = (((x - e) / _FAR, (y - f) / _FAR) for x, y in (right, up))
        return Matrix(a, b, c, d, e, f)

    def _pixel(self, point: tuple[int, int]) -> tuple[float, float]:
        across, along = ctypes.c_int(), ctypes.c_int()
        size = (int(side) * _FINE for side in self.size)
        pdfium.FPDF_PageToDevice(self.page, 0, 0, *size, self._turn, *point, across, along)
        return across.value / _FINE, along.value / _FINE

    def drawn(self, first: int, rows: int, pixel_octets: int) -> Band:
        """`rows` of the page from `first` on."""
        stride = self.view.width * pixel_octets
        pixels = np.empty((rows, stride), np.uint8)
        kind = _KINDS[pixel_octets]
        address = pixels.ctypes.data_as(ctypes.c_void_p)
        bitmap = pdfium.FPDFBitmap_CreateEx(self.view.width, rows, kind, address, stride)
        if not bitmap:
            raise MemoryError
        flags = _FLAGS[kind] | (0 if self.smooth else pdfium.FPDF_RENDER_NO_SMOOTHIMAGE)
        if self.view.for_paper and self.view.dpi >= SHARP_DPI:
            flags |= pdfium.FPDF_RENDER_NO_SMOOTHTEXT
        width, height = map(int, self.size)
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, self.view.width, rows, _WHITE)
            pdfium.FPDF_RenderPageBitmap(bitmap, self.page, 0, -first, width, height, self._turn, flags)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
        return pixels


def _strips(stretches: Sequence[Stretch], view: View, octets: int) -> Iterator[tuple[int, int, int]]:
    """First row, rows and octets of a pixel of each band, in the order that they come in."""
    _, along = view.mirror
    for stretch in stretches[::along]:
        pixel_octets = 1 if stretch.gray else 4 if view.for_paper else 3
        count = -(-stretch.rows * view.width * pixel_octets // octets)
        step = -(-stretch.rows // count)
        for done in range(0, stretch.rows, step):
            rows = min(step, stretch.rows - done)
            top = done if along > 0 else stretch.rows - done - rows
            yield stretch.first + top, rows, pixel_octets
