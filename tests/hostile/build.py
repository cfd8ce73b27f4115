"""Builds what a hostile client sends; the base is a Print-Job that is right in everything (SECURITY 4)."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Final

from ippserver.testing.wire import BEGIN_COLLECTION, END_COLLECTION, field, header, member, more

PRINT_JOB, VALIDATE_JOB, CREATE_JOB, SEND_DOCUMENT = 0x0002, 0x0004, 0x0005, 0x0006
CANCEL_JOB, GET_JOB_ATTRIBUTES, GET_JOBS, GET_PRINTER_ATTRIBUTES = 0x0008, 0x0009, 0x000A, 0x000B

OPERATION, JOB, END, PRINTER, UNSUPPORTED = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
INTEGER, BOOLEAN, ENUM, OCTETS, DATE, RESOLUTION, RANGE = 0x21, 0x22, 0x23, 0x30, 0x31, 0x32, 0x33
BEGIN, TEXT_LANGUAGE, NAME_LANGUAGE = 0x34, 0x35, 0x36
TEXT, NAME, KEYWORD, URI, CHARSET_TAG, LANGUAGE_TAG, MIME = 0x41, 0x42, 0x44, 0x45, 0x47, 0x48, 0x49

MAX_DOCUMENT_OCTETS: Final = 4 * 1024 * 1024
"""Of the server under attack; the catalogue's 256 MiB and 1 GiB would only take longer."""

PATH: Final = "/ipp/print"
TARGET: Final = "ipp://localhost/ipp/print"

CHARSET: Final = field(CHARSET_TAG, "attributes-charset", "utf-8")
LANGUAGE: Final = field(LANGUAGE_TAG, "attributes-natural-language", "en")
PRINTER_URI: Final = field(URI, "printer-uri", TARGET)
USER: Final = field(NAME, "requesting-user-name", "alice")


def _raster() -> bytes:
    """A page of 8 x 1 grey pixels (PWG 5102.4 4): the smallest document that is one."""
    page = bytearray(1796)
    page[0:9] = b"PwgRaster"
    for offset, number in ((276, 72), (280, 72), (372, 8), (376, 1), (384, 8), (388, 8), (392, 8)):
        page[offset : offset + 4] = number.to_bytes(4)
    page[400:404], page[420:424] = (18).to_bytes(4), (1).to_bytes(4)
    return b"RaS2" + bytes(page) + b"\x00\x07\xff"


RASTER: Final = _raster()


def integer(number: int) -> bytes:
    """An integer or enum value."""
    return number.to_bytes(4, signed=True)


def span(lower: int, upper: int) -> bytes:
    """A rangeOfInteger value."""
    return integer(lower) + integer(upper)


def resolution(cross: int, feed: int, units: int) -> bytes:
    """A resolution value."""
    return integer(cross) + integer(feed) + bytes((units,))


def flag(value: bool) -> bytes:
    """A boolean value."""
    return bytes((value,))


def fidelity(value: bool) -> bytes:
    """ipp-attribute-fidelity."""
    return field(BOOLEAN, "ipp-attribute-fidelity", flag(value))


def collection(*members: bytes) -> bytes:
    """What comes after a begCollection value: its members and its end."""
    return b"".join(members) + END_COLLECTION


def nested(depth: int, name: str = "inner") -> bytes:
    """The rest of a collection with others in it, `depth` in all."""
    opened = (member(name) + BEGIN_COLLECTION) * (depth - 1)
    return opened + member(name) + more(INTEGER, integer(1)) + END_COLLECTION * depth


def message(
    *attributes: bytes,
    operation: int = PRINT_JOB,
    version: tuple[int, int] = (2, 0),
    request_id: int = 1,
    first: bytes = CHARSET + LANGUAGE,
    target: bytes = PRINTER_URI,
    job: Iterable[bytes] = (),
    document: bytes = b"",
) -> bytes:
    """A whole message: operation attributes, those of the job group if there are any, the document."""
    octets = header(version, operation, request_id) + OPERATION + first + target + b"".join(attributes)
    of_job = b"".join(job)
    return octets + (JOB + of_job if of_job else b"") + END + document


def raw(*parts: bytes, operation: int = PRINT_JOB, document: bytes = RASTER) -> bytes:
    """A header and `parts` as they are, no end-of-attributes-tag but the one given; then the document."""
    return header(code=operation) + b"".join(parts) + document


BASE: Final = OPERATION + CHARSET + LANGUAGE + PRINTER_URI
"""What a message begins with after its header."""


def gzipped(data: bytes) -> bytes:
    """RFC 1952."""
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()


def deflated(data: bytes, *, raw_stream: bool) -> bytes:
    """RFC 1951 without, RFC 1950 with a header."""
    packer = zlib.compressobj(wbits=-15 if raw_stream else 15)
    return packer.compress(data) + packer.flush()


def http(
    body: bytes,
    *,
    fields: Mapping[str, str] | None = None,
    target: str = PATH,
    method: str = "POST",
    version: str = "HTTP/1.1",
    chunks_of: int | None = None,
) -> bytes:
    """A request around `body`; a field given as "" is left out, any other is added or replaces ours."""
    found = {"Host": "localhost", "Content-Type": "application/ipp"}
    found |= {"Transfer-Encoding": "chunked"} if chunks_of else {"Content-Length": str(len(body))}
    found |= fields or {}
    lines = [f"{method} {target} {version}"]
    lines += [f"{name}: {value}" for name, value in found.items() if value]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (chunked(body, chunks_of) if chunks_of else body)


def chunked(body: bytes, size: int) -> bytes:
    """`body` in chunks of `size`, with the last chunk and the empty line."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
