"""With which resolution and in which pixels a page is drawn, as it is asked for."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from ippserver.documents.pdf.drawing import Drawer, View
from ippserver.documents.plan.instructions import PageStyle
from ippserver.documents.raster.bands import Band, banded
from ippserver.documents.raster.colors import converted, is_gray
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Target
from ippserver.iana.enums import PrintQuality
from ippserver.iana.keywords import PrintColorMode

_DPI: Final = {PrintQuality.DRAFT.value: 150, PrintQuality.NORMAL.value: 300, PrintQuality.HIGH.value: 600}
GRAY_MODES: Final = (
    PrintColorMode.MONOCHROME,
    PrintColorMode.AUTO_MONOCHROME,
    PrintColorMode.PROCESS_MONOCHROME,
)
BILEVEL_MODES: Final = (PrintColorMode.BI_LEVEL, PrintColorMode.PROCESS_BI_LEVEL)
_SGRAY: Final = PixelFormat(ColorSpace.SGRAY, 8)
_SRGB: Final = PixelFormat(ColorSpace.SRGB, 8)
_BILEVEL: Final = PixelFormat(ColorSpace.SGRAY, 1)


def resolution(style: PageStyle, target: Target) -> int:
    """Dots per inch of what is drawn."""
    return target.dpi or style.dpi or _DPI.get(style.quality, _DPI[PrintQuality.NORMAL])


def pixels_of(style: PageStyle, target: Target) -> PixelFormat:
    """What is drawn in."""
    if target.pixels is not None:
        return target.pixels
    if style.color_mode in BILEVEL_MODES:
        return _BILEVEL
    return _SGRAY if style.color_mode in GRAY_MODES else _SRGB


def drawn(drawer: Drawer, index: int, view: View, style: PageStyle, pixels: PixelFormat) -> Iterator[Band]:
    """The rows of page `index` in `pixels`, in no more colors than its style allows."""
    bilevel = style.color_mode in BILEVEL_MODES
    gray = is_gray(pixels) or bilevel or style.color_mode in GRAY_MODES
    bands = drawer.bands(index, replace(view, gray=gray))
    if pixels.bits != 1 and not bilevel:  # dots are spread over all that was drawn at once
        bands = (small for band in bands for small in banded(band))
    if bilevel and pixels.bits != 1:
        halftoned = style.color_mode == PrintColorMode.PROCESS_BI_LEVEL
        bands = _black_and_white(converted(bands, _BILEVEL, dither=halftoned), view.width)
    if gray and not is_gray(pixels):
        bands = (np.repeat(band, 3, axis=1) for band in bands)
    return converted(bands, pixels, dither=style.color_mode != PrintColorMode.BI_LEVEL)


def _black_and_white(bands: Iterable[Band], width: int) -> Iterator[Band]:
    """Bits as octets."""
    return (np.unpackbits(band, axis=1, count=width) * np.uint8(255) for band in bands)
