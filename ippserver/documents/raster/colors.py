"""From gray or sRGB with 8 bits to whatever pixels are wanted."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from ippserver.documents.raster.bands import Band
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat

_SRGB_TO_ADOBE: Final = np.array(
    ((0.71513, 0.28487, 0.0), (0.0, 1.0, 0.0), (0.0, 0.04117, 0.95883)), np.float32
)
"""Linear light to linear light; both have the same white."""
_ADOBE_GAMMA: Final = 563 / 256
_STEPS: Final = 4096


def is_gray(wanted: PixelFormat) -> bool:
    """Whether pages are best drawn in gray for it."""
    return wanted.components == 1


def converted(bands: Iterable[Band], wanted: PixelFormat, *, dither: bool = True) -> Iterator[Band]:
    """`bands` of gray, where `is_gray` says so, or sRGB, as `wanted`.

    One bit a pixel is spread as Floyd and Steinberg do it, or, without `dither`, cut in the middle.
    """
    return (_converted(band, wanted, dither) for band in bands)


def _converted(band: Band, wanted: PixelFormat, dither: bool) -> Band:
    if wanted.bits == 1:
        bits = _bits(band, dither)
        return ~bits if wanted.is_ink else bits
    if wanted.space == ColorSpace.ADOBE_RGB:
        band = _adobe(band)
    elif wanted.space == ColorSpace.CMYK:
        band = _inks(band)
    elif wanted.space == ColorSpace.BLACK:
        band = ~band
    return np.repeat(band, 2, axis=1) if wanted.bits == 16 else band  # 0xAB becomes 0xABAB


def _bits(band: Band, dither: bool) -> Band:
    """One bit a pixel, 1 for white; what fills a row up is white, too."""
    height, width = band.shape
    if not dither:
        return _white_ended(np.packbits(band > 127, axis=1), width)
    how = Image.Dither.FLOYDSTEINBERG
    octets = Image.fromarray(band).convert("1", dither=how).tobytes()
    return _white_ended(np.frombuffer(octets, np.uint8).reshape(height, -1).copy(), width)


def _white_ended(bits: Band, width: int) -> Band:
    if width % 8:
        bits[:, -1] |= 0xFF >> (width % 8)
    return bits


def _inks(band: Band) -> Band:
    """Cyan, magenta, yellow, and all they have in common as black."""
    ink = ~band.reshape(len(band), -1, 3)
    black = ink.min(axis=2, keepdims=True)
    return np.concatenate((ink - black, black), axis=2).reshape(len(band), -1)


def _adobe(band: Band) -> Band:
    light = _LINEAR[band.reshape(len(band), -1, 3)] @ _SRGB_TO_ADOBE.T
    steps = np.rint(light * (_STEPS - 1)).astype(np.uint16).clip(0, _STEPS - 1)
    values: Band = _ADOBE[steps]
    return values.reshape(len(band), -1)


def _linear() -> npt.NDArray[np.float32]:
    """The light of each value of sRGB."""
    value = np.arange(256) / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def _adobe_values() -> npt.NDArray[np.uint8]:
    """The value of Adobe RGB for each step of light."""
    light = np.arange(_STEPS) / (_STEPS - 1)
    return np.rint(255 * light ** (1 / _ADOBE_GAMMA)).astype(np.uint8)


_LINEAR: Final = _linear()
_ADOBE: Final = _adobe_values()
