"""Pixels of one bit as an image in PDF: JBIG2, CCITT Group 4 or Flate, whichever is smaller."""

import io
import zlib
from collections.abc import Iterable
from typing import Final

import numpy as np
from PIL import Image, TiffImagePlugin

from ippserver.documents.images import jbig2
from ippserver.documents.images.flate import DEAR_LEVEL, FAST_LEVEL

_MOST_OCTETS: Final = 2**21
"""That are not white, in JBIG2: two pages of 300 dpi full of dots have as many, and take two seconds."""
_POOR: Final = 16
"""What saves less than this many times is compared with Flate: dots may repeat exactly."""


def encoded(bands: Iterable[bytes], width: int, height: int) -> tuple[bytes, bytes]:
    """The entries of an image's dictionary that name its filter, and the octets; 1 is white."""
    octets = b"".join(bands)
    rows = np.frombuffer(octets, np.uint8).reshape(height, -1)
    if np.count_nonzero(rows != 0xFF) <= _MOST_OCTETS:
        how, best = b"/Filter/JBIG2Decode", jbig2.encoded(rows, width)
    else:
        how, best = _group4(octets, width, height)
    if len(best) * _POOR > len(octets) and len(zlib.compress(octets, FAST_LEVEL)) < len(best):
        flate = zlib.compress(octets, DEAR_LEVEL)
        if len(flate) < len(best):
            return b"/Filter/FlateDecode", flate
    return how, best


def _group4(octets: bytes, width: int, height: int) -> tuple[bytes, bytes]:
    file = io.BytesIO()
    one_strip = {TiffImagePlugin.ROWSPERSTRIP: height}
    Image.frombytes("1", (width, height), octets).save(file, "TIFF", compression="group4", tiffinfo=one_strip)
    file.seek(0)
    with TiffImagePlugin.TiffImageFile(file) as written:
        (place,) = written.tag_v2[TiffImagePlugin.STRIPOFFSETS]
        (length,) = written.tag_v2[TiffImagePlugin.STRIPBYTECOUNTS]
    how = b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/BlackIs1 true/Columns %d/Rows %d>>" % (width, height)
    return how, file.getvalue()[place : place + length]
