"""Document formats: their media types, file extensions and first octets (RFC 8011 5.1.10, 5.4.22).

A declared format is trusted (RFC 8011 5.1.10.1) as long as the first octets do not rule it out; only
application/octet-stream is detected.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

OCTET_STREAM: Final = "application/octet-stream"
PDF: Final = "application/pdf"
POSTSCRIPT: Final = "application/postscript"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
TIFF: Final = "image/tiff"
PWG_RASTER: Final = "image/pwg-raster"
APPLE_RASTER: Final = "image/urf"
PCLM: Final = "application/PCLm"
TEXT: Final = "text/plain"

HEAD_OCTETS: Final = 1024
"""So many first octets decide: readers of PDF look for its mark in the first 1024."""


@dataclass(frozen=True, slots=True)
class Format:
    """A media type, its file extension, and the test of the first octets; None where nothing rules it out."""

    media_type: str
    extension: str
    begins: Callable[[bytes], bool] | None = None


def _starts(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _is_pdf(head: bytes) -> bool:
    return b"%PDF-" in head


def _is_pclm(head: bytes) -> bool:
    return head.startswith(b"%PDF-") and b"%PCLm" in head[:64]


def _is_postscript(head: bytes) -> bool:
    return head.startswith((b"%!", b"\x04%!")) or (head.startswith(b"\x1b%-12345X") and b"%!PS" in head)


def _is_text(head: bytes) -> bool:
    return bool(head) and not any(octet < 0x20 and octet not in b"\t\n\f\r\x1b\x08" for octet in head)


_FORMATS: Final = (
    Format(PCLM, ".pclm", _is_pclm),
    Format(POSTSCRIPT, ".ps", _is_postscript),
    Format(JPEG, ".jpg", _starts(b"\xff\xd8\xff")),
    Format(PNG, ".png", _starts(b"\x89PNG\r\n\x1a\n")),
    Format(TIFF, ".tif", _starts(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    Format(PWG_RASTER, ".pwg", _starts(b"RaS2")),
    Format(APPLE_RASTER, ".urf", _starts(b"UNIRAST\0")),
    Format(PDF, ".pdf", _is_pdf),  # its mark may stand anywhere in the head, so those at the start come first
    Format(TEXT, ".txt"),
)
_BY_TYPE: Final[Mapping[str, Format]] = {known.media_type.lower(): known for known in _FORMATS}

ACCEPTED: Final = (PDF, JPEG, PNG, PWG_RASTER, APPLE_RASTER, PCLM, TIFF, TEXT, OCTET_STREAM)
"""What a Printer with `accept = "known"` takes, in order of preference."""


def essence(media_type: str) -> str:
    """The media type without parameters, lower case: "text/plain; charset=utf-8" is "text/plain"."""
    return media_type.partition(";")[0].strip().lower()


def extension(media_type: str) -> str:
    """The file extension with its dot; ".bin" where the type is not known."""
    known = _BY_TYPE.get(essence(media_type))
    return known.extension if known else ".bin"


def detect(head: bytes) -> str | None:
    """The media type that the first HEAD_OCTETS of `head` show, or None."""
    first = head[:HEAD_OCTETS]
    for known in _FORMATS:
        if known.begins is not None and known.begins(first):
            return known.media_type
    return TEXT if _is_text(first) else None


def contradicts(media_type: str, head: bytes) -> bool:
    """Whether the first octets rule out the declared type: a PDF without its mark, a JPEG that is a PNG."""
    known = _BY_TYPE.get(essence(media_type))
    return known is not None and known.begins is not None and not known.begins(head[:HEAD_OCTETS])
