"""What stays white at the edges of media."""

from typing import Final, NamedTuple


class Margins(NamedTuple):
    """What stays white at each edge of a medium, in hundredths of a millimetre."""

    top: int
    bottom: int
    left: int
    right: int


DEFAULT_MARGINS: Final = Margins(423, 423, 423, 423)
"""A sixth of an inch."""
BORDERLESS: Final = Margins(0, 0, 0, 0)
