"""JPEG 2000 without loss, made of strips, so that memory does not grow with a picture (ISO 15444-1).

Each strip is encoded by itself and becomes a tile of the whole: it is as high as the steps of the wavelet and
the blocks of its coefficients want it, so that a tile is the same at the top and further down.
"""

import io
import struct
from collections.abc import Sequence
from typing import Final

from PIL import Image

from ippserver.documents.raster.bands import Band

_RESOLUTIONS: Final = 4
_BLOCK: Final = 64
STRIP_ROWS: Final = _BLOCK << (_RESOLUTIONS - 1)
"""Of every strip but the last, which may have fewer."""
_START_OF_TILE: Final = b"\xff\x90\x00\x0a"
_END: Final = b"\xff\xd9"
_HEIGHT_AT: Final = 12
"""Of the picture, in the header; 16 octets further that of a tile."""
_TILE_AT: Final = 28
_FILE: Final = struct.pack(">I4sI", 12, b"jP  ", 0x0D0A870A) + struct.pack(
    ">I4s4sI4s", 20, b"ftyp", b"jp2 ", 0, b"jp2 "
)
_SPACES: Final = {1: 17, 3: 16}
"""Gray and sRGB, by their components."""


def fits(width: int, height: int) -> bool:
    """Whether no strip is too small for its steps."""
    least = 1 << (_RESOLUTIONS - 1)
    return width >= least and ((height - 1) % STRIP_ROWS) + 1 >= least


def strip(rows: Band, components: int) -> bytes:
    """Up to `STRIP_ROWS` rows of gray or RGB, encoded."""
    shape = (rows.shape[1] // components, rows.shape[0])
    image = Image.frombytes("L" if components == 1 else "RGB", shape, rows.tobytes())
    file = io.BytesIO()
    image.save(
        file,
        "JPEG2000",
        no_jp2=True,
        irreversible=False,
        mct=int(components == 3),
        num_resolutions=_RESOLUTIONS,
        codeblock_size=(_BLOCK, _BLOCK),
    )
    return file.getvalue()


def joined(strips: Sequence[bytes], width: int, height: int, components: int) -> bytes:
    """The picture that `strips` are of, as a file."""
    header, _ = _parted(strips[0])
    sized = bytearray(header)
    sized[_HEIGHT_AT : _HEIGHT_AT + 4] = struct.pack(">I", height)
    sized[_TILE_AT : _TILE_AT + 4] = struct.pack(">I", STRIP_ROWS)
    stream = [bytes(sized)]
    for number, one in enumerate(strips):
        _, tile = _parted(one)
        stream.append(_START_OF_TILE + struct.pack(">H", number) + tile)
    stream.append(_END)
    return b"".join((_FILE, _described(width, height, components), _box(b"jp2c", b"".join(stream))))


def _parted(one: bytes) -> tuple[bytes, bytes]:
    """The header of a strip, and its only tile behind its number."""
    at = one.index(_START_OF_TILE)
    return one[:at], one[at + len(_START_OF_TILE) + 2 : -len(_END)]


def _described(width: int, height: int, components: int) -> bytes:
    header = struct.pack(">IIHBBBB", height, width, components, 7, 7, 0, 0)
    color = struct.pack(">BBBI", 1, 0, 0, _SPACES[components])
    return _box(b"jp2h", _box(b"ihdr", header) + _box(b"colr", color))


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content
