"""With which resolution and in which pixels a page is drawn, as it is asked for."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from ippserver.documents.pdf.drawing import BAND_OCTETS, Drawer, View
from ippserver.documents.plan.instructions import BILEVEL_MODES, GRAY_MODES, PageStyle
from ippserver.documents.raster.bands import Band, banded
from ippserver.documents.raster.colors import converted, is_gray
from ippserver.documents.raster.packing import Ink, Units, as_octets, in_units
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Target
from ippserver.iana.keywords import PrintColorMode
from ippserver.model import formats
from ippserver.model.quality import dpi_of

_SGRAY: Final = PixelFormat(ColorSpace.SGRAY, 8)
_SRGB: Final = PixelFormat(ColorSpace.SRGB, 8)
_BILEVEL: Final = PixelFormat(ColorSpace.SGRAY, 1)
_DOTTED_OCTETS: Final = 2**25
"""Dots are spread over all that was drawn at once."""


def resolution(style: PageStyle, target: Target) -> int:
    """Dots per inch of what is drawn."""
    return target.dpi or style.dpi or dpi_of(style.quality)


def pixels_of(style: PageStyle, target: Target) -> PixelFormat:
    """What is drawn in."""
    if target.pixels is not None:
        return target.pixels
    if style.color_mode in BILEVEL_MODES:
        return _SGRAY if target.media_type == formats.APPLE_RASTER else _BILEVEL  # that knows octets only
    return _SGRAY if style.color_mode in GRAY_MODES else _SRGB


def drawn(drawer: Drawer, index: int, view: View, style: PageStyle, pixels: PixelFormat) -> Iterator[Band]:
    """The rows of page `index` in `pixels`, in no more colors than its style allows."""
    bilevel = style.color_mode in BILEVEL_MODES
    gray = is_gray(pixels) or bilevel or style.color_mode in GRAY_MODES
    dots = bilevel or pixels.bits == 1
    bands = drawer.bands(index, replace(view, gray=gray), _DOTTED_OCTETS if dots else BAND_OCTETS)
    if not dots:
        bands = (small for band in bands for small in banded(band))
    if bilevel and pixels.bits != 1:
        halftoned = style.color_mode == PrintColorMode.PROCESS_BI_LEVEL
        bands = _black_and_white(converted(bands, _BILEVEL, dither=halftoned), view.width)
    if gray and not is_gray(pixels):
        bands = (np.repeat(band, 3, axis=1) for band in bands)
    return converted(bands, pixels, dither=style.color_mode != PrintColorMode.BI_LEVEL)


def inked(
    drawer: Drawer, index: int, view: View, style: PageStyle, pixels: PixelFormat
) -> tuple[Iterator[Units], Ink]:
    """The same rows as units, and what makes octets of those that are written."""
    if style.color_mode in BILEVEL_MODES or pixels.bits == 1:
        bands = drawn(drawer, index, view, style, pixels)
        return (in_units(band, pixels.unit_octets) for band in bands), as_octets
    gray = is_gray(pixels) or style.color_mode in GRAY_MODES
    view = replace(view, gray=gray, for_paper=True)
    units = (in_units(band, view.pixel_octets(band)) for band in drawer.bands(index, view))
    return units, partial(_ink, pixels)


def _ink(pixels: PixelFormat, units: Units) -> Band:
    """The octets of some pixels that were drawn."""
    octets = as_octets(units)
    if units.itemsize == 1:
        plain = octets if is_gray(pixels) else np.repeat(octets, 3, axis=1)
    else:
        plain = np.empty((len(units), 3), np.uint8)
        for color in range(3):
            plain[:, color] = octets[:, color]
    (made,) = converted([plain], pixels)
    return made


def _black_and_white(bands: Iterable[Band], width: int) -> Iterator[Band]:
    """Bits as octets."""
    return (np.unpackbits(band, axis=1, count=width) * np.uint8(255) for band in bands)
