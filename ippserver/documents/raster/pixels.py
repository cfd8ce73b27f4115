"""What a pixel is. Nothing here needs numpy: the server says in these words what it wants of a worker."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ColorSpace(StrEnum):
    """What the components of a pixel mean; the value is the beginning of a PwgRasterDocumentType keyword."""

    BLACK = "black"
    """Ink: 0 is none."""
    SGRAY = "sgray"
    """Light: 0 is black."""
    SRGB = "srgb"
    ADOBE_RGB = "adobe-rgb"
    RGB = "rgb"
    """Of the device."""
    CMYK = "cmyk"
    """Ink: 0 is none."""


_COMPONENTS: Final = {
    ColorSpace.BLACK: 1,
    ColorSpace.SGRAY: 1,
    ColorSpace.SRGB: 3,
    ColorSpace.ADOBE_RGB: 3,
    ColorSpace.RGB: 3,
    ColorSpace.CMYK: 4,
}


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """Color space and bits of each component: 1, 8 or 16."""

    space: ColorSpace
    bits: int

    @property
    def components(self) -> int:
        """How many a pixel has."""
        return _COMPONENTS[self.space]

    @property
    def bits_per_pixel(self) -> int:
        """Of all components."""
        return self.components * self.bits

    @property
    def is_ink(self) -> bool:
        """Whether 0 leaves the paper white."""
        return self.space in (ColorSpace.BLACK, ColorSpace.CMYK)

    @property
    def unit_octets(self) -> int:
        """What run coding repeats: a pixel, or an octet where pixels are smaller (PWG 5102.4 4.4)."""
        return max(1, self.bits_per_pixel // 8)

    @property
    def white(self) -> int:
        """Each octet of a white pixel."""
        return 0x00 if self.is_ink else 0xFF

    def row_octets(self, width: int) -> int:
        """Octets of a row of `width` pixels."""
        return (self.bits_per_pixel * width + 7) // 8

    def __str__(self) -> str:
        """As in pwg-raster-document-type-supported."""
        return f"{self.space}_{self.bits}"
