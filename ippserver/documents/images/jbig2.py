"""Black and white in JBIG2, as it stands in PDF: one region that is coded bit by bit (ITU-T T.88 6.2, 7)."""

import struct
from typing import Final

import numpy as np
from numpy import fft

from ippserver.documents.images.arithmetic import ArithmeticEncoder
from ippserver.documents.images.contexts import ACROSS, CONTEXTS, NEAR, UP, Place, decisions
from ippserver.documents.raster.bands import Band

_PAGE: Final = 48
_GENERIC_REGION: Final = 38
_CHOSEN: Final = 4
_SAMPLE: Final = (256, 128)
"""Rows, and octets of each, in the middle, that the places are chosen by."""


def encoded(rows: Band, width: int) -> bytes:
    """Rows of one bit a pixel, where 1 is white, without loss."""
    ink = ~rows
    ink[:, -1] &= 0xFF << (8 * ink.shape[1] - width) & 0xFF
    places = _places(ink)
    coder = ArithmeticEncoder(CONTEXTS)
    for bits, times in decisions(ink, width, places):
        coder.encode(bits.tolist(), times.tolist())
    page = struct.pack(">IIIIBH", width, len(rows), 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", width, len(rows), 0, 0, 0, 0)
    chosen = b"".join(struct.pack(">bb", right, -up) for right, up in places)
    return _segment(0, _PAGE, page) + _segment(1, _GENERIC_REGION, region + chosen + coder.finished())


def _segment(number: int, kind: int, content: bytes) -> bytes:
    """A segment of the only page, which refers to no other."""
    return struct.pack(">IBBBI", number, kind, 0, 1, len(content)) + content


def _places(ink: Band) -> list[Place]:
    """Where bits are most often as the one that is coded: in the same stroke, or a period of dots away."""
    height, octets = np.minimum(ink.shape, _SAMPLE).tolist()
    top, left = (len(ink) - height) // 2, (ink.shape[1] - octets) // 2
    sample = np.unpackbits(ink[top : top + height, left : left + octets], axis=1)
    waves = fft.rfft2(sample - sample.mean(), (height + UP, 8 * octets + ACROSS))
    alike = fft.irfft2(np.abs(waves) ** 2, (height + UP, 8 * octets + ACROSS))
    columns = np.arange(-ACROSS, ACROSS + 1)
    alike = alike[: UP + 1, -columns]
    alike[0, ACROSS:] = -np.inf
    for right, up in NEAR:
        alike[up, ACROSS + right] = -np.inf
    best = np.argsort(-alike, axis=None, kind="stable")[:_CHOSEN]
    rows, found = np.divmod(best, len(columns))
    return list(zip(columns[found].tolist(), rows.tolist(), strict=True))
