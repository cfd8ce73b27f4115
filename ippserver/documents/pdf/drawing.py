"""Pages of PDF as pixels, drawn by PDFium in bands."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from ippserver.documents.errors import blamed_on_the_document
from ippserver.documents.plan.geometry import POINTS_PER_INCH
from ippserver.documents.raster.bands import Band

_BAND_OCTETS: Final = 2**25
"""Each band is a pass over the page, so there are few: a page of A4 in color with 600 dpi has five."""
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
    padded: bool = False
    """Whether a pixel in color takes four octets, the last of which means nothing."""
    turn: int = 0
    """Degrees, clockwise, beyond what the page says itself."""
    mirror: tuple[int, int] = (1, 1)
    """-1 across or along where the pixels are mirrored that way."""

    @property
    def pixel_octets(self) -> int:
        """Of a pixel in a band."""
        return 1 if self.gray else 4 if self.padded else 3


class Drawer:
    """Draws the pages of the PDF in `file`, as long as it is entered."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises DamagedDocument: PDFium does not read it."""
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

    def bands(self, index: int, view: View) -> Iterator[Band]:
        """The rows of a page, a component being an octet: gray, or red, green and blue.

        Raises:
            DamagedDocument: PDFium cannot draw it.
        """
        with blamed_on_the_document():
            page = self._pdf[index]
        try:
            across, along = view.mirror
            passes = -(-view.height * view.width * view.pixel_octets // _BAND_OCTETS)
            step = -(-view.height // passes)
            for first in range(0, view.height, step):
                rows = min(step, view.height - first)
                top = first if along > 0 else view.height - first - rows
                with blamed_on_the_document():
                    band = _drawn(page, view, top, rows)
                band = band[::along]
                if across < 0:
                    band = band.reshape(rows, view.width, -1)[:, ::-1].reshape(rows, -1)
                yield np.ascontiguousarray(band)
        finally:
            page.close()


def _drawn(page: Any, view: View, top: int, rows: int) -> Band:  # Any: pypdfium2 has no types
    """`rows` of the page from `top` on."""
    stride = view.width * view.pixel_octets
    pixels = np.empty((rows, stride), np.uint8)
    kind = _KINDS[view.pixel_octets]
    address = pixels.ctypes.data_as(ctypes.c_void_p)
    bitmap = pdfium.FPDFBitmap_CreateEx(view.width, rows, kind, address, stride)
    if not bitmap:
        raise MemoryError
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, view.width, rows, _WHITE)
        width, height = (round(side * view.dpi / POINTS_PER_INCH) for side in page.get_size())
        if view.turn % 180:
            width, height = height, width
        pdfium.FPDF_RenderPageBitmap(
            bitmap, page.raw, 0, -top, width, height, view.turn // 90 % 4, _FLAGS[kind]
        )
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return pixels
