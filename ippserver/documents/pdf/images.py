"""Pages of pixels as images in PDF, exactly as they are.

Black and white goes through CCITT Group 4 or Flate, whichever is smaller, everything else through Flate.
"""

import io
import zlib
from typing import Final

from PIL import Image, TiffImagePlugin

from ippserver.documents.images.flate import DEAR_LEVEL, LEVEL, deflated, filtered
from ippserver.documents.images.shrinking import Pixels
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.raster.pixels import ColorSpace

_ADOBE_RGB: Final = (
    b"[/CalRGB<</WhitePoint[0.9505 1 1.089]/Gamma[2.2 2.2 2.2]"
    b"/Matrix[0.57667 0.29734 0.02703 0.18556 0.62736 0.07069 0.18823 0.07529 0.99134]>>]"
)
_SPACES: Final = {
    ColorSpace.SGRAY: b"/DeviceGray",
    ColorSpace.SRGB: b"/DeviceRGB",
    ColorSpace.RGB: b"/DeviceRGB",
    ColorSpace.ADOBE_RGB: _ADOBE_RGB,
    ColorSpace.CMYK: b"/DeviceCMYK",
}
_POOR: Final = 25
"""Group 4 that saves less than this many times is compared with Flate: it is made for text, not for dots."""


def add_image(pdf: PlainPdf, page: Pixels) -> int:
    """Writes `page` as an image to `pdf`, and answers the number of its object."""
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d" % (
        page.width,
        page.height,
        page.bits,
    )
    if page.bits == 1 and page.table is None:
        return _add_bilevel(pdf, head, page)
    level = DEAR_LEVEL if page.components == 1 else LEVEL
    if page.table is not None:
        head += b"/ColorSpace%b/Filter/FlateDecode" % _table(page)
        return pdf.add_stream(head, deflated((band.tobytes() for band in page.bands()), level))
    head += b"/ColorSpace%b/Filter/FlateDecode" % _SPACES[page.space]
    head += b"/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent %d/Columns %d>>" % (
        page.components,
        page.bits,
        page.width,
    )
    return pdf.add_stream(head, deflated(filtered(page.bands(), page.unit_octets), level))


def _table(page: Pixels) -> bytes:
    assert page.table is not None, "asked only of pages that have one"
    octets = 1 if page.space == ColorSpace.SGRAY else 3
    colors = b"".join(color.to_bytes(octets) for color in page.table)
    return b"[/Indexed%b %d<%b>]" % (_SPACES[page.space], len(page.table) - 1, colors.hex().encode())


def _add_bilevel(pdf: PlainPdf, head: bytes, page: Pixels) -> int:
    octets = b"".join(band.tobytes() for band in page.bands())
    head += b"/ColorSpace/DeviceGray"
    group4 = _group4(octets, (page.width, page.height))
    if len(group4) * _POOR > len(octets):
        flate = zlib.compress(octets, DEAR_LEVEL)
        if len(flate) < len(group4):
            return pdf.add_stream(head + b"/Filter/FlateDecode", [flate])
    how = b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/BlackIs1 true/Columns %d/Rows %d>>" % (
        page.width,
        page.height,
    )
    return pdf.add_stream(head + how, [group4])


def _group4(octets: bytes, size: tuple[int, int]) -> bytes:
    """Rows of one bit a pixel, where 1 is white, in CCITT Group 4."""
    file = io.BytesIO()
    one_strip = {TiffImagePlugin.ROWSPERSTRIP: size[1]}
    Image.frombytes("1", size, octets).save(file, "TIFF", compression="group4", tiffinfo=one_strip)
    file.seek(0)
    with TiffImagePlugin.TiffImageFile(file) as written:
        (place,) = written.tag_v2[TiffImagePlugin.STRIPOFFSETS]
        (length,) = written.tag_v2[TiffImagePlugin.STRIPBYTECOUNTS]
    return file.getvalue()[place : place + length]
