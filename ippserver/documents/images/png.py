"""PNG files, written band by band (PNG third edition)."""

import struct
import zlib
from collections.abc import Iterable
from typing import BinaryIO, Final

from ippserver.documents.images.flate import deflated, filtered
from ippserver.documents.images.shrinking import Pixels
from ippserver.documents.raster.pixels import ColorSpace

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_INCHES_PER_METRE: Final = 1 / 0.0254
_KINDS: Final = {ColorSpace.SGRAY: 0, ColorSpace.SRGB: 2, ColorSpace.RGB: 2}
_OF_A_TABLE: Final = 3
_LEVEL: Final = 4


def write(file: BinaryIO, page: Pixels, dpi: int) -> None:
    """Writes `page`, which is gray or sRGB, to `file`."""
    file.write(_SIGNATURE)
    kind = _KINDS[page.space] if page.table is None else _OF_A_TABLE
    _chunk(file, b"IHDR", struct.pack(">2I5B", page.width, page.height, page.bits, kind, 0, 0, 0))
    if page.table is not None:
        _chunk(file, b"PLTE", b"".join(_color(page, color) for color in page.table))
    else:
        _chunk(file, b"sRGB", b"\0")
    dots = round(dpi * _INCHES_PER_METRE)
    _chunk(file, b"pHYs", struct.pack(">2IB", dots, dots, 1))
    _data(file, deflated(filtered(page.bands(), page.unit_octets), _LEVEL))
    _chunk(file, b"IEND", b"")


def _color(page: Pixels, color: int) -> bytes:
    return bytes((color,) * 3) if page.space == ColorSpace.SGRAY else color.to_bytes(3)


def _data(file: BinaryIO, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        if piece:
            _chunk(file, b"IDAT", piece)


def _chunk(file: BinaryIO, name: bytes, data: bytes) -> None:
    file.write(struct.pack(">I", len(data)) + name + data)
    file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(name))))
