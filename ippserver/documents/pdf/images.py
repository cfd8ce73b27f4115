"""Pages of pixels as images in PDF, exactly as they are.

What has a bit a pixel goes through what bilevel.py finds smallest, what looks like a picture through
JPEG 2000 or Flate, everything else through Flate.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

import numpy as np

from ippserver.documents.images import jpeg2000
from ippserver.documents.images.flate import DEAR_LEVEL, FAST_LEVEL, LEVEL, deflated, filtered
from ippserver.documents.images.regions import Region, regions
from ippserver.documents.images.shrinking import Pixels
from ippserver.documents.pdf import bilevel
from ippserver.documents.pdf.plain import PlainPdf, numbers
from ippserver.documents.plan.geometry import Matrix, Size
from ippserver.documents.raster.bands import Band, Rows
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat

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
_MOST_PIXELS: Final = 2**24
"""Of a picture in JPEG 2000, which takes three times as long as Flate, and a reader even more."""
_CLEARLY: Final = 0.95
"""It has to leave less than this part of what Flate leaves."""
_TRIED_ROWS: Final = 128
_INSET: Final = 1 / 32
"""Of a pixel: poppler draws one more where an edge is exactly between two, and all others out of place."""


def add_page_of_pixels(
    pdf: PlainPdf,
    size: Size,
    place: Matrix,
    pixels: PixelFormat,
    shape: tuple[int, int],
    rows: Callable[[], Iterable[Rows]],
    *,
    turn: int = 0,
    draft: bool = False,
) -> None:
    """Writes a page on which pixels are all there is.

    `place` puts them there from the unit square; `shape` is their width and height. A `draft` is only drawn
    from: it is written fast rather than small.
    """
    width, height = shape
    content, names = [], []
    for number, region in enumerate(regions(pixels, width, height, rows)):
        part = region.pixels
        image = add_image(pdf, part, is_picture=region.is_picture, draft=draft)
        inside = _inside(region, width, height).then(place)
        content.append(b"q %b cm/I%d Do Q\n" % (numbers(inside), number))
        names.append(b"/I%d %d 0 R" % (number, image))
    pdf.add_page(size, b"".join(content), b"/XObject<<%b>>" % b"".join(names), turn)


def _inside(region: Region, width: int, height: int) -> Matrix:
    """The place of a region in the unit square that is the page."""
    part = region.pixels
    bottom = height - region.top - part.height
    return Matrix(
        (part.width - 2 * _INSET) / width,
        0,
        0,
        (part.height - 2 * _INSET) / height,
        (region.left + _INSET) / width,
        (bottom + _INSET) / height,
    )


def add_image(pdf: PlainPdf, page: Pixels, *, is_picture: bool = False, draft: bool = False) -> int:
    """Writes `page` as an image to `pdf`, and answers the number of its object."""
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d" % (
        page.width,
        page.height,
        page.bits,
    )
    if draft:
        head += b"/ColorSpace%b/Filter/FlateDecode" % (_space(page))
        return pdf.add_stream(head, deflated(_octets(page.bands()), FAST_LEVEL))
    if page.bits == 1:
        how, octets = bilevel.encoded(_octets(page.bands()), page.width, page.height)
        return pdf.add_stream(b"%b/ColorSpace%b%b" % (head, _space(page), how), [octets])
    level = DEAR_LEVEL if page.components == 1 and not is_picture else LEVEL
    head += b"/ColorSpace%b" % _space(page)
    if page.table is not None:
        return pdf.add_stream(head + b"/Filter/FlateDecode", deflated(_octets(page.bands()), level))
    bands: Iterable[Band] = page.bands()
    if is_picture and page.area <= _MOST_PIXELS and jpeg2000.fits(page.width, page.height):
        strips = _strips(bands)
        first = next(strips)
        bands = chain([first], strips)
        if _is_less_in_jpeg2000(_middle(first), page, level):
            made = [jpeg2000.strip(strip, page.components) for strip in bands]
            file = jpeg2000.joined(made, page.width, page.height, page.components)
            return pdf.add_stream(head + b"/Filter/JPXDecode", [file])
    head += b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent %d/Columns %d>>" % (
        page.components,
        page.bits,
        page.width,
    )
    return pdf.add_stream(head, deflated(filtered(bands, page.unit_octets), level))


def _middle(rows: Band) -> Band:
    """Some of the rows, where it is most like a picture."""
    first = max(0, len(rows) - _TRIED_ROWS) // 2
    return rows[first : first + _TRIED_ROWS]


def _is_less_in_jpeg2000(rows: Band, page: Pixels, level: int) -> bool:
    flate = sum(map(len, deflated(filtered([rows], page.unit_octets), level)))
    return len(jpeg2000.strip(rows, page.components)) < _CLEARLY * flate


def _octets(bands: Iterable[Band]) -> Iterator[bytes]:
    return (band.tobytes() for band in bands)


def _strips(bands: Iterable[Band]) -> Iterator[Band]:
    """The same rows, in strips of JPEG 2000."""
    held: list[Band] = []
    rows = 0
    for band in bands:
        while len(band):
            taken = band[: jpeg2000.STRIP_ROWS - rows]
            held.append(taken)
            rows += len(taken)
            band = band[len(taken) :]
            if rows == jpeg2000.STRIP_ROWS:
                yield np.concatenate(held)
                held, rows = [], 0
    if held:
        yield np.concatenate(held)


def _space(page: Pixels) -> bytes:
    return _SPACES[page.space] if page.table is None else _table(page)


def _table(page: Pixels) -> bytes:
    assert page.table is not None, "asked only of pages that have one"
    octets = 1 if page.space == ColorSpace.SGRAY else 3
    colors = b"".join(color.to_bytes(octets) for color in page.table)
    return b"[/Indexed%b %d<%b>]" % (_SPACES[page.space], len(page.table) - 1, colors.hex().encode())
