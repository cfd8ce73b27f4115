"""The head of a request, octet by octet as RFC 9112 3 and 5 have it, before any parser sees it.

aiohttp's parser takes 128 fields without a total, HTTP/2.0 in the request line, `Transfer-Encoding: gzip,
chunked` and more; what passes here means the same to every reader. Knows nothing of IPP, paths or hosts.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, NamedTuple

from ippserver.web.limits import HttpLimits
from ippserver.web.refusal import NotHttp, Refusal

CRLF: Final = b"\r\n"
END_OF_HEAD: Final = CRLF + CRLF

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_REQUEST_LINE: Final = re.compile(rb"(?P<method>" + _TOKEN + rb") (?P<target>[!-~]++) HTTP/(\d)\.(\d)")
_BEGINNING: Final = re.compile(_TOKEN + rb"|\r\Z")
"""What a request can begin with; the carriage return is half of an empty line before it."""
_TARGET: Final = re.compile(rb"/|[A-Za-z][A-Za-z0-9+.\-]*+://[^/?#]")
"""Origin form or absolute form (RFC 9112 3.2); the rest of it is judged when its path is looked up."""
_SIMPLE_REQUEST: Final = re.compile(rb"GET [!-~]++")
FIELD: Final = re.compile(rb"(?P<name>" + _TOKEN + rb"):(?P<value>[\t -~\x80-\xff]*+)\r\n")
"""A field line; obs-fold, a space before the colon, NUL and lone CR or LF do not fit (RFC 9112 5)."""
_LONE_LINE_FEED: Final = re.compile(rb"(?<!\r)\n")
_DIGITS: Final = re.compile(rb"[0-9]{1,20}")

_METHODS: Final = frozenset(
    (b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"CONNECT")
)
_NEVER: Final = frozenset((b"TRACE", b"CONNECT"))
_CODINGS: Final = frozenset((b"gzip", b"x-gzip", b"compress", b"x-compress", b"deflate"))
_AT_MOST_ONCE: Final = frozenset(
    (b"host", b"content-length", b"transfer-encoding", b"content-type", b"expect")
)
_LINE_OCTETS: Final = 32
"""What the request line has beside its target."""

METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
"""What may be done at all: to read a page, to send an IPP message, to ask."""
_ALLOW: Final[Mapping[str, str]] = {"Allow": ", ".join(METHODS)}


class Framing(NamedTuple):
    """How the body after a head is delimited."""

    chunked: bool
    length: int
    """Octets, where it is not chunked."""


class _RequestLine(NamedTuple):
    method: bytes
    is_http_1_0: bool


def check_beginning(octets: bytearray, searched: int, limits: HttpLimits) -> None:
    """Refuses a head that is not complete as early as it can be known to be none.

    The octets before `searched` were looked at by an earlier call.

    Raises:
        Refusal: It will never be a head that we take.
        NotHttp: It is no HTTP at all.
    """
    _check_not_tls(octets)
    if not _BEGINNING.match(octets):
        raise Refusal(HTTPStatus.BAD_REQUEST, "The request line is malformed.")
    if _LONE_LINE_FEED.search(octets, searched):
        raise Refusal(HTTPStatus.BAD_REQUEST, "A header field is malformed.")
    end_of_line = octets.find(CRLF)
    if end_of_line < 0:
        if len(octets) > limits.target_octets + _LINE_OCTETS:
            raise Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, "The request target is too long.")
        return
    if searched <= end_of_line + len(CRLF):
        _request_line(bytes(octets[:end_of_line]), limits)
    if len(octets) > end_of_line + limits.field_section_octets + len(END_OF_HEAD):
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The header fields are too large.")


def _check_not_tls(octets: bytes | bytearray) -> None:
    if octets[:1] == b"\x16":
        raise NotHttp("TLS on a port without TLS")


def framing(head: bytes, limits: HttpLimits) -> Framing:
    """How the body after `head` (all its octets, the empty line too) is delimited.

    Raises:
        Refusal: The head is malformed, ambiguous, too large or not for us (RFC 9112 3, 5, 6).
        NotHttp: It is a request of HTTP/0.9, whose client understands no status.
    """
    end_of_line = head.find(CRLF)
    line = _request_line(head[:end_of_line], limits)
    fields = _fields(head, end_of_line + len(CRLF), limits)
    if b"host" not in fields and not line.is_http_1_0:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The Host field is missing.")
    coding = fields.get(b"transfer-encoding")
    length = fields.get(b"content-length")
    if coding is not None:
        if line.is_http_1_0:
            raise Refusal(HTTPStatus.BAD_REQUEST, "HTTP/1.0 knows no Transfer-Encoding.")
        if length is not None:
            raise Refusal(HTTPStatus.BAD_REQUEST, "Transfer-Encoding and Content-Length exclude each other.")
        _check_coding(coding)
        return Framing(chunked=True, length=0)
    if length is not None:
        return Framing(chunked=False, length=_length(length))
    if line.method == b"POST":
        raise Refusal(HTTPStatus.LENGTH_REQUIRED, "The request needs a Content-Length.")
    return Framing(chunked=False, length=0)


def _request_line(line: bytes, limits: HttpLimits) -> _RequestLine:
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        _check_not_tls(line)
        if _SIMPLE_REQUEST.fullmatch(line):
            raise NotHttp("HTTP/0.9")
        raise Refusal(HTTPStatus.BAD_REQUEST, "The request line is malformed.")
    method, target, major, minor = match.groups()
    if len(target) > limits.target_octets:
        raise Refusal(HTTPStatus.REQUEST_URI_TOO_LONG, "The request target is too long.")
    if method not in _METHODS:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The method is unknown.")
    if major == b"0":
        raise NotHttp("HTTP/0.9")
    if major != b"1":
        raise Refusal(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "Speak HTTP/1.1.")
    if minor not in b"01":
        raise Refusal(HTTPStatus.BAD_REQUEST, "The version of HTTP is unknown.")
    if method in _NEVER:
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "This method is not allowed.", headers=_ALLOW)
    if not _TARGET.match(target) and (method, target) != (b"OPTIONS", b"*"):
        raise Refusal(HTTPStatus.BAD_REQUEST, "The request target is malformed.")
    return _RequestLine(method, minor == b"0")


def _fields(head: bytes, position: int, limits: HttpLimits) -> Mapping[bytes, bytes]:
    """The fields by their names in lower case; of those that may be repeated, the last."""
    if len(head) - position > limits.field_section_octets + len(CRLF):
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The header fields are too large.")
    fields: dict[bytes, bytes] = {}
    count = 0
    end = len(head) - len(CRLF)
    while position < end:
        match = FIELD.match(head, position)
        if match is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, "A header field is malformed.")
        name = match["name"].lower()
        if match.end() - position - len(CRLF) > limits.field_octets:
            _check_long_field(name, match["value"], limits)
        if name in fields and name in _AT_MOST_ONCE:
            raise Refusal(HTTPStatus.BAD_REQUEST, "A header field that may stand once was repeated.")
        fields[name] = match["value"].strip(b" \t")
        count += 1
        position = match.end()
    if count > limits.fields:
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "There are too many header fields.")
    return fields


def _check_long_field(name: bytes, value: bytes, limits: HttpLimits) -> None:
    if name != b"authorization" or len(value.strip(b" \t")) > limits.authorization_octets:
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The header fields are too large.")


def _check_coding(value: bytes) -> None:
    codings = [coding.strip(b" \t") for coding in value.lower().split(b",")]
    if codings == [b"chunked"]:
        return
    if codings[-1] == b"chunked" and _CODINGS.issuperset(codings[:-1]):
        raise Refusal(HTTPStatus.NOT_IMPLEMENTED, "No transfer coding but chunked is supported.")
    raise Refusal(HTTPStatus.BAD_REQUEST, "The Transfer-Encoding is malformed.")


def _length(value: bytes) -> int:
    if not _DIGITS.fullmatch(value):
        raise Refusal(HTTPStatus.BAD_REQUEST, "The Content-Length is malformed.")
    length = int(value)
    if length >= 2**64:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The Content-Length is malformed.")
    return length
