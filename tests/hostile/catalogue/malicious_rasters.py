"""Group P: rasters that mean harm to whatever reads them."""

import struct
from typing import Final

from tests.hostile.build import RASTER
from tests.hostile.catalogue.malice import FORMAT, PRINTED, PWG, TOO_MUCH, URF, row

_PAGE: Final = RASTER[4 : 4 + 1796]


def _pwg(*fields: tuple[int, int], rows: bytes = b"\x00\x07\xff") -> bytes:
    """The smallest document, with other numbers at some places of its header."""
    page = bytearray(_PAGE)
    for place, number in fields:
        page[place : place + 4] = struct.pack(">I", number)
    return b"RaS2" + bytes(page) + rows


def _urf(
    *,
    pages: int = 1,
    bits: int = 8,
    space: int = 0,
    width: int = 8,
    height: int = 1,
    rows: bytes = b"\x00\x07\xff",
) -> bytes:
    page = struct.pack(">6B6x3I8x", bits, space, 1, 0, 1, 4, width, height, 72)
    return b"UNIRAST\0" + struct.pack(">I", pages) + page + rows


_HUGE: Final = 2**32 - 1
ROWS: Final = (
    row("P01-1", PWG, RASTER[:100], FORMAT),
    row("P01-2", PWG, RASTER[:-1], FORMAT),
    row("P01-3", PWG, b"RaS2" + bytes(1796) + b"\x00\x07\xff", FORMAT, served=False),
    row("P01-4", PWG, RASTER + b"RaS2", FORMAT, served=False),
    row("P01-5", URF, _urf()[:20], FORMAT, served=False),
    row("P01-6", URF, _urf()[:-1], FORMAT),
    row("P02-1", PWG, _pwg((372, 0)), FORMAT),
    row("P02-2", PWG, _pwg((376, 0)), FORMAT, served=False),
    row("P02-3", PWG, _pwg((372, _HUGE), (392, _HUGE)), FORMAT, TOO_MUCH),
    row("P02-4", PWG, _pwg((376, _HUGE)), FORMAT, TOO_MUCH, served=False),
    row("P02-5", PWG, _pwg((392, 7)), FORMAT, served=False),
    row("P02-6", PWG, _pwg((384, 0), (388, 0)), FORMAT, served=False),
    row("P02-7", PWG, _pwg((384, 255), (388, 255)), FORMAT),
    row("P02-8", PWG, _pwg((276, 0), (280, 0)), FORMAT, served=False),
    row("P02-9", URF, _urf(width=0), FORMAT, served=False),
    row("P02-10", URF, _urf(width=_HUGE, height=_HUGE), FORMAT, TOO_MUCH),
    row("P02-11", URF, _urf(bits=255), FORMAT, served=False),
    row("P02-12", URF, _urf(space=255), FORMAT, served=False),
    row("P03-1", PWG, _pwg(rows=b"\x00\x7f\xff"), FORMAT),
    row("P03-2", PWG, _pwg(rows=b"\xff\x07\xff"), FORMAT, served=False),
    row("P03-3", PWG, _pwg(rows=b"\x00\x81" + bytes(200)), FORMAT, served=False),
    row("P03-4", URF, _urf(rows=b"\xff\x07\xff"), FORMAT),
    row("P04", URF, _urf(pages=_HUGE), PRINTED, FORMAT),
    row(
        "P05",
        URF,
        lambda: _urf(width=1, rows=b"\x00\x00\xff") + _urf(width=1, rows=b"\x00\x00\xff")[12:] * 10_000,
        TOO_MUCH,
    ),
)
