"""Group T: HTTP and TCP, as far as one request and one answer tell it; the rest is in test_transport.py."""

import gzip
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tests.hostile.build import PATH, RASTER, chunked, http, message
from tests.hostile.case import OK, Case, Closed, Expected, Http, State

BODY: Final = message(document=RASTER)
GZIPPED: Final = gzip.compress(BODY)
LENGTH: Final = str(len(BODY))
CHUNKED: Final = {"Transfer-Encoding": "chunked", "Content-Length": ""}
LINE: Final = b"POST /ipp/print HTTP/1.1\r\n"
FIELDS: Final = b"Host: localhost\r\nContent-Type: application/ipp\r\n"


def _case(id: str, expect: Expected, octets: bytes) -> Case:
    return Case(id=id, octets=octets, expect=expect, state=State.JOB if expect == OK else State.NOTHING)


def _fields(id: str, expect: Expected, fields: Mapping[str, str], body: bytes = BODY) -> Case:
    return _case(id, expect, http(body, fields=fields))


def _head(id: str, expect: Expected, *lines: bytes, line: bytes = LINE) -> Case:
    """A head with these lines, each with its end, beside the usual ones; then a body."""
    return _case(id, expect, line + FIELDS + b"".join(lines) + b"\r\n" + BODY)


def _chunks(id: str, expect: Expected, octets: bytes) -> Case:
    """A chunked body of which the message is right, and what comes after it."""
    return _fields(id, expect, CHUNKED, chunked(BODY, len(BODY))[: -len(b"0\r\n\r\n")] + octets)


def _method(id: str, expect: Expected, method: str, target: str = PATH) -> Case:
    return _case(id, expect, http(b"", method=method, target=target))


def _lengths(id: str, expect: Expected, *values: str) -> Case:
    return _head(id, expect, *(b"Content-Length: " + value.encode("latin-1") + b"\r\n" for value in values))


def _codings(id: str, expect: Expected, *values: str) -> Case:
    return _head(id, expect, *(f"Transfer-Encoding: {value}\r\n".encode() for value in values))


def _field_of(octets: int, name: str = "X-Long") -> bytes:
    return name.encode() + b":" + b"a" * (octets - len(name) - 1) + b"\r\n"


LENGTH_LINE: Final = f"Content-Length: {LENGTH}\r\n".encode()
HELLO: Final = bytes.fromhex("16030100c8010000c40303") + bytes(194)

CASES: Final = (
    _fields("T01-1", Http(415), {"Content-Type": ""}),
    _fields("T01-2", Http(415), {"Content-Type": "text/plain"}),
    _fields("T01-3", Http(415), {"Content-Type": "application/x-www-form-urlencoded"}),
    _fields("T01-4", Http(415), {"Content-Type": "application/ippx"}),
    *(_method(f"T02-{method}", Http(200), method) for method in ("GET", "HEAD")),
    *(_method(f"T02-{method}", Http(405), method) for method in ("PUT", "DELETE", "PATCH")),
    _method("T02-TRACE", Http(405), "TRACE"),
    _method("T02-CONNECT", Http(405), "CONNECT", "localhost:631"),
    _method("T03-1", Http(400), "FOO"),
    _method("T03-2", Http(400), "post"),
    _case("T04-1", Http(200), http(b"", method="OPTIONS", target="*")),
    _case(
        "T04-2",
        Http(200),
        http(b"", method="OPTIONS", target="*", fields={"Upgrade": "TLS/1.2", "Connection": "upgrade"}),
    ),
    _head("T05", Http(400), LENGTH_LINE, b"Transfer-Encoding: chunked\r\n"),
    _lengths("T06-1", Http(400), LENGTH, LENGTH),
    _lengths("T06-2", Http(400), LENGTH, "4"),
    _lengths("T07-1", Http(400), "4, 4"),
    _lengths("T07-2", Http(400), "+4"),
    _lengths("T07-3", Http(400), "-1"),
    _lengths("T07-4", Http(400), "0x4"),
    _lengths("T07-5", Http(400), "1_0"),
    _lengths("T07-6", Http(400), "\xef\xbc\x94"),
    _lengths("T08", Http(413), str(2**63)),
    _lengths("T09", Http(400), str(2**64)),
    _codings("T10-1", Http(400), "xchunked"),
    _codings("T10-2", Http(400), "identity"),
    _codings("T10-3", Http(400), "chunked, gzip"),
    _codings("T10-4", Http(400), "chunked", "chunked"),
    _codings("T11", Http(501), "gzip, chunked"),
    _head("T12", Http(400), b"Transfer-Encoding: chunked\r\n", line=LINE.replace(b"1.1", b"1.0")),
    _chunks("T13-1", Http(400), b"-4\r\nabcd\r\n"),
    _chunks("T13-2", Http(400), b"0x4\r\nabcd\r\n"),
    _chunks("T13-3", Http(400), b"4 \r\nabcd\r\n"),
    _chunks("T13-4", Http(400), b"\r\nabcd\r\n"),
    _chunks("T13-5", Http(400), b"00000000000000004\r\nabcd\r\n"),
    _chunks("T14", Http(413), b"ffffffffffffffff\r\nabcd\r\n"),
    _chunks("T15-1", Http(400), b"4\r\nabcde\r\n0\r\n\r\n"),
    _chunks("T15-2", Http(400), b"4\r\nabc\r\n0\r\n\r\n"),
    _case("T16-1", Http(400), (LINE + FIELDS + LENGTH_LINE + b"\r\n").replace(b"\r\n", b"\n") + BODY),
    _head("T16-2", Http(400), LENGTH_LINE, b"X: a\r\n b\r\n"),
    _head("T16-3", Http(400), b"Content-Length : " + LENGTH.encode() + b"\r\n"),
    _head("T16-4", Http(400), LENGTH_LINE, b"X: a\x00b\r\n"),
    _head("T16-5", Http(400), LENGTH_LINE, b"X: a\rb\r\n"),
    _fields("T17-1", Http(400), {"Host": ""}),
    _head("T17-2", Http(400), LENGTH_LINE, b"Host: localhost\r\n"),
    _fields("T17-3", Http(400), {"Host": "a b/../"}),
    replace(_chunks("T19-1", Http(400), b"4;" + b"x" * 2**20), single_octets=False),
    _chunks("T19-2", Http(400), b"0\r\n" + b"X-Trailer: a\r\n" * 200 + b"\r\n"),
    _chunks("T19-3", Http(400), b"0\r\nContent-Length: 4\r\n\r\n"),
    _chunks("T19-4", Http(400), b"0\r\nHost: localhost\r\n\r\n"),
    _chunks("T19-5", OK, b"0\r\nX-Sum: 1\r\n\r\n"),
    _case("T21-1", Closed(), b"GET /ipp/print\r\n"),
    _case("T21-2", Http(400), http(BODY, version="HTTP/1.9")),
    _case("T21-3", Http(505), http(BODY, version="HTTP/2.0")),
    _case("T21-4", Http(400), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    _case("T21-5", Closed(), HELLO),
    _case("T21-6", Http(400), b"what is this?\r\n"),
    _head("T24-1", Http(431), LENGTH_LINE, _field_of(4097)),
    _head("T24-2", OK, LENGTH_LINE, _field_of(4096)),
    _head("T24-3", Http(431), LENGTH_LINE, b"Authorization: " + b"a" * (16 * 1024 + 1) + b"\r\n"),
    _head("T24-4", OK, LENGTH_LINE, b"Authorization: " + b"a" * (16 * 1024) + b"\r\n"),
    _head("T24-5", Http(431), LENGTH_LINE, *[b"X: a\r\n"] * 62),
    _head("T24-6", OK, LENGTH_LINE, *[b"X: a\r\n"] * 61),
    _head("T24-7", Http(431), LENGTH_LINE, *[_field_of(3300)] * 10),
    _case("T24-8", Http(414), http(BODY, target="/" + "a" * 8190)),
    _case("T24-9", Http(404), http(BODY, target="/" + "a" * 8189)),
    _case("T25", OK, http(BODY, version="HTTP/1.0")),
    _case("T26", Http(411), http(BODY, version="HTTP/1.0", fields={"Content-Length": ""})),
    _case("T29-1", Http(404), http(BODY, target="/else", fields={"Expect": "100-continue"})),
    _fields("T29-2", Http(415), {"Expect": "100-continue", "Content-Type": "text/plain"}),
    _fields("T29-3", Http(413), {"Expect": "100-continue", "Content-Length": str(2**40)}),
    _fields("T30", Http(417), {"Expect": "200-ok"}),
    _fields("T31", Http(415), {"Content-Encoding": "gzip"}, GZIPPED),
    _fields("T32", Http(415), {"Content-Encoding": "gzip"}),
    _fields("T33", Http(415), {"Content-Encoding": "gzip"}, GZIPPED[:-9]),
    _fields("T34", Http(415), {"Content-Encoding": "gzip"}, gzip.compress(BODY + bytes(2**24))),
    _fields("T35-1", Http(415), {"Content-Encoding": "gzip, gzip"}, gzip.compress(GZIPPED)),
    _fields("T35-2", Http(415), {"Content-Encoding": "zz"}),
    *(
        _fields(f"T36-{number}", OK, {"Upgrade": protocol, "Connection": "upgrade"})
        for number, protocol in enumerate(("h2c", "websocket", "TLS/1.0"), 1)
    ),
    _case("T37-1", Http(404), http(BODY, target="/ipp%2fprint")),
    _case("T37-2", Http(404), http(BODY, target="/x/../ipp/print")),
    _case("T37-3", Http(400), http(BODY, target="/ipp/print%00")),
    _case("T37-4", OK, http(BODY, target="/%69pp/print")),
    _case("T37-5", Http(400), http(BODY, target="/ipp/\x00print")),
    *(
        _head(f"T38-{number}", OK, LENGTH_LINE, name + b": a\x80\xff\xc3\x28b\r\n")
        for number, name in enumerate((b"User-Agent", b"Authorization", b"Cookie"), 1)
    ),
    _fields("T39-1", OK, {"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Host": "evil.example"}),
    _fields("T39-2", OK, {"Forwarded": "for=8.8.8.8;host=evil.example;proto=https"}),
)
