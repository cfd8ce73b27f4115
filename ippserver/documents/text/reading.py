"""The characters of text, whatever charset it is in (RFC 2046 4.1.2)."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Final

from ippserver.documents.errors import Unsupported
from ippserver.model import formats

_READ_OCTETS: Final = 2**16
_UTF_8: Final = "utf-8"
_WESTERN: Final = "cp1252"
"""What text without a charset, or in ASCII as it says, is that is not UTF-8."""


def characters(file: BinaryIO, charset: str | None) -> Iterator[str]:
    """The text, piece by piece, one character in the place of what cannot be read.

    Raises:
        Unsupported: The charset is not known.
    """
    name = _codec(file, charset)
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    file.seek(0)
    while octets := file.read(_READ_OCTETS):
        yield decoder.decode(octets)
    yield decoder.decode(b"", final=True)


def _codec(file: BinaryIO, charset: str | None) -> str:
    file.seek(0)
    head = file.read(_READ_OCTETS)
    for mark, name in formats.BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return name
    codec = "" if charset is None else formats.CHARSETS.get(charset.lower())
    if codec is None:
        raise Unsupported(f"The charset {charset!r} is not known.")
    return codec or (_UTF_8 if _is_utf8(file) else _WESTERN)


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder(_UTF_8)()
    file.seek(0)
    try:
        while octets := file.read(_READ_OCTETS):
            decoder.decode(octets)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
