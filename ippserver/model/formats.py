"""Document formats: their media types, file extensions and first octets (RFC 8011 5.1.10, 5.4.22).

A declared format is trusted (RFC 8011 5.1.10.1) as long as the first octets do not rule it out; only
application/octet-stream is detected. What begins as two formats do is the first of them in the table.
"""

import codecs
import re
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
ZPL: Final = "application/vnd.zebra-zpl"
"""What label printers understand: as PAPPL calls it."""

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
    return _PDF.search(head) is not None


def _is_pclm(head: bytes) -> bool:
    return head.startswith(b"%PDF-") and b"%PCLm" in head[:64]


def _is_postscript(head: bytes) -> bool:
    if head.startswith(_EPS_WITH_PREVIEW):
        return True
    after = head.partition(b"%!")[2] if head.startswith(_JOB_LANGUAGE) else head.removeprefix(b"\x04")[2:]
    begins = head.startswith((b"%!", b"\x04%!", _JOB_LANGUAGE))
    return begins and (after.startswith(b"PS") or after[:1].isspace())  # not "%!TEX"


def _is_zpl(head: bytes) -> bool:
    return head.lstrip().startswith((b"^XA", b"~DG", b"~DY", b"\x10CT~~CD", b"CT~~CD"))


def _is_text(head: bytes) -> bool:
    if head.startswith(tuple(BYTE_ORDER_MARKS)):
        return True
    # An escape that does not color letters is the language of some printer.
    plain = _COLORED.sub(b"", head)
    return bool(plain) and not any(octet < 0x20 and octet not in b"\t\n\f\r\x08" for octet in plain)


_PDF: Final = re.compile(rb"%PDF-\d")
_JOB_LANGUAGE: Final = b"\x1b%-12345X"
"""What PJL begins with, which may announce any other language."""
_EPS_WITH_PREVIEW: Final = b"\xc5\xd0\xd3\xc6"
BYTE_ORDER_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, with whose mark it begins
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What text begins with that tells its charset, as Python calls it."""
_COLORED: Final = re.compile(rb"\x1b\[[\d;]*m?")
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?([^;\"\s]+)", re.IGNORECASE)

_FORMATS: Final = (
    Format(PCLM, ".pclm", _is_pclm),
    Format(POSTSCRIPT, ".ps", _is_postscript),
    Format(JPEG, ".jpg", _starts(b"\xff\xd8\xff")),
    Format(PNG, ".png", _starts(b"\x89PNG\r\n\x1a\n")),
    Format(TIFF, ".tif", _starts(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    Format(PWG_RASTER, ".pwg", _starts(b"RaS2")),
    Format(APPLE_RASTER, ".urf", _starts(b"UNIRAST\0")),
    Format(ZPL, ".zpl", _is_zpl),
    Format(PDF, ".pdf", _is_pdf),  # its mark may stand anywhere in the head, so those at the start come first
    Format(TEXT, ".txt"),
)
_BY_TYPE: Final[Mapping[str, Format]] = {known.media_type.lower(): known for known in _FORMATS}

READ: Final = (PDF, JPEG, PNG, PWG_RASTER, APPLE_RASTER, PCLM, TIFF, TEXT)
"""What pages are made of, in order of preference; of PostScript, too, where that is switched on."""
ACCEPTED: Final = (*READ, OCTET_STREAM)
"""What a Printer with `accept = "known"` takes."""

_ONE_OCTET: Final = ("iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-15", "koi8-r")
CHARSETS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8",
    **dict.fromkeys(("us-ascii", "ascii"), ""),
    **dict.fromkeys(("iso-8859-1", "latin1"), "cp1252"),  # what calls itself so is that, as browsers found
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    **{
        name: name
        for name in (*_ONE_OCTET, "shift_jis", "euc-jp", "gb2312", "gbk", "gb18030", "big5", "euc-kr")
    },
    "utf-16": "utf-16-be",  # without a mark (RFC 2781 4.3)
    "utf-16be": "utf-16-be",
    "utf-16le": "utf-16-le",
}
"""The charsets of text that are read, as IANA calls them, and as Python does; empty where the text tells."""


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


def charset(media_type: str) -> str | None:
    """The parameter of "text/plain; charset=...", lower case."""
    found = _CHARSET.search(media_type)
    return None if found is None else found[1].lower()


def contradicts(media_type: str, head: bytes) -> bool:
    """Whether the first octets rule out the declared type: a PDF without its mark, a JPEG that is a PNG."""
    known = _BY_TYPE.get(essence(media_type))
    first = head[:HEAD_OCTETS]
    if known is not None and known.media_type == TEXT:
        wide = first.startswith(tuple(BYTE_ORDER_MARKS)) or (charset(media_type) or "").startswith("utf-16")
        return b"\0" in first and not wide
    return known is not None and known.begins is not None and not known.begins(first)
