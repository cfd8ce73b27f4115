"""How finely pages are drawn where nobody said a resolution."""

from collections.abc import Mapping
from typing import Final

from ippserver.iana.enums import PrintQuality

_DPI: Final[Mapping[int, int]] = {
    PrintQuality.DRAFT: 150,
    PrintQuality.NORMAL: 300,
    PrintQuality.HIGH: 600,
}
"""Dots per inch."""


def dpi_of(quality: int) -> int:
    """Dots per inch for print-quality; what is not known is normal."""
    return _DPI.get(quality, _DPI[PrintQuality.NORMAL])
