"""Heads of requests: which bodies they announce, and which are refused before any parser sees them."""

import pytest

from ippserver.web.head import Framing, check_beginning, framing
from ippserver.web.limits import HttpLimits
from ippserver.web.refusal import NotHttp, Refusal

LIMITS = HttpLimits()


def head(*fields: str, line: str = "POST /ipp/print HTTP/1.1", host: bool = True) -> bytes:
    lines = [line, *(["Host: localhost:631"] if host else []), *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def status(octets: bytes) -> int:
    with pytest.raises(Refusal) as refusal:
        framing(octets, LIMITS)
    return refusal.value.status


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (head("Content-Length: 5"), Framing(chunked=False, length=5)),
        (head("content-length:5"), Framing(chunked=False, length=5)),
        (head("Content-Length: \t5 "), Framing(chunked=False, length=5)),
        (head("Content-Length: 0"), Framing(chunked=False, length=0)),
        (head("Transfer-Encoding: chunked"), Framing(chunked=True, length=0)),
        (head("transfer-encoding: Chunked"), Framing(chunked=True, length=0)),
        (head(line="GET / HTTP/1.1"), Framing(chunked=False, length=0)),
        (head(line="OPTIONS * HTTP/1.1"), Framing(chunked=False, length=0)),
        (head("Content-Length: 7", line="POST / HTTP/1.0", host=False), Framing(chunked=False, length=7)),
        (head("Content-Length: 9223372036854775808"), Framing(chunked=False, length=2**63)),
        (head("Content-Length: 5", "User-Agent: \x80\xff \t!"), Framing(chunked=False, length=5)),
        (head("Content-Length: 5", "X-Empty:"), Framing(chunked=False, length=5)),
    ],
)
def test_a_head_tells_how_its_body_is_delimited(octets: bytes, expected: Framing) -> None:
    assert framing(octets, LIMITS) == expected


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        pytest.param(head("Content-Length: 5", "Transfer-Encoding: chunked"), 400, id="both"),
        pytest.param(head("Content-Length: 5", "Content-Length: 5"), 400, id="two-equal-lengths"),
        pytest.param(head("Content-Length: 5", "Content-Length: 6"), 400, id="two-lengths"),
        pytest.param(head("Content-Length: 4, 4"), 400, id="length-list"),
        pytest.param(head("Content-Length: +4"), 400, id="length-with-plus"),
        pytest.param(head("Content-Length: -1"), 400, id="length-below-zero"),
        pytest.param(head("Content-Length: 0x4"), 400, id="length-in-hex"),
        pytest.param(head("Content-Length: 1_0"), 400, id="length-with-underscore"),
        pytest.param(head("Content-Length: \xef\xbc\x94"), 400, id="length-in-full-width-digits"),
        pytest.param(head("Content-Length:"), 400, id="length-empty"),
        pytest.param(head("Content-Length: 18446744073709551616"), 400, id="length-of-65-bits"),
        pytest.param(head("Content-Length: " + "9" * 30), 400, id="length-of-30-digits"),
        pytest.param(head("Transfer-Encoding: xchunked"), 400, id="xchunked"),
        pytest.param(head("Transfer-Encoding: identity"), 400, id="identity"),
        pytest.param(head("Transfer-Encoding: chunked, gzip"), 400, id="chunked-not-last"),
        pytest.param(head("Transfer-Encoding: chunked, chunked"), 400, id="chunked-twice"),
        pytest.param(head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), 400, id="two-codings"),
        pytest.param(head("Transfer-Encoding: gzip, chunked"), 501, id="gzip-chunked"),
        pytest.param(
            head("Transfer-Encoding: chunked", line="POST / HTTP/1.0"), 400, id="coding-in-http-1.0"
        ),
        pytest.param(head(), 411, id="post-without-length"),
        pytest.param(head(line="POST / HTTP/1.0"), 411, id="http-1.0-post-without-length"),
        pytest.param(head("Content-Length: 5", host=False), 400, id="no-host"),
        pytest.param(head("Content-Length: 5", "Host: localhost"), 400, id="two-hosts"),
        pytest.param(head("Content-Type: a", "content-type: a", "Content-Length: 5"), 400, id="two-types"),
        pytest.param(head(line="FOO / HTTP/1.1"), 400, id="unknown-method"),
        pytest.param(head(line="post / HTTP/1.1"), 400, id="method-in-lower-case"),
        pytest.param(head(line="PRI * HTTP/2.0"), 400, id="preface-of-http-2"),
        pytest.param(head(line="TRACE / HTTP/1.1"), 405, id="trace"),
        pytest.param(head(line="CONNECT localhost:631 HTTP/1.1"), 405, id="connect"),
        pytest.param(head(line="POST / HTTP/2.0"), 505, id="http-2.0"),
        pytest.param(head(line="POST / HTTP/1.9"), 400, id="http-1.9"),
        pytest.param(head(line="POST / HTTP/1.1 "), 400, id="space-after-version"),
        pytest.param(head(line="POST  / HTTP/1.1"), 400, id="two-spaces"),
        pytest.param(head(line="POST /a b HTTP/1.1"), 400, id="space-in-target"),
        pytest.param(head(line="POST * HTTP/1.1"), 400, id="asterisk-for-post"),
        pytest.param(head(line="POST ipp/print HTTP/1.1"), 400, id="relative-target"),
        pytest.param(head(line="POST http:///ipp HTTP/1.1"), 400, id="absolute-target-without-host"),
        pytest.param(head(line="POST /\x00 HTTP/1.1"), 400, id="nul-in-target"),
        pytest.param(head(line="POST /\xe9 HTTP/1.1"), 400, id="octet-e9-in-target"),
        pytest.param(head("Content-Length: 5", " folded"), 400, id="obs-fold"),
        pytest.param(head("Content-Length : 5"), 400, id="space-before-colon"),
        pytest.param(head("Content-Length: 5", "X: a\x00b"), 400, id="nul-in-value"),
        pytest.param(head("Content-Length: 5", "X: a\rb"), 400, id="cr-in-value"),
        pytest.param(head("Content-Length: 5", "X: a\nY: b"), 400, id="lf-between-fields"),
        pytest.param(head("Content-Length: 5", ": a"), 400, id="no-name"),
        pytest.param(head("Content-Length: 5", "no colon"), 400, id="no-colon"),
        pytest.param(head("Content-Length: 5", "X: " + " " * 3000 + "\x00"), 400, id="long-space-then-nul"),
    ],
)
def test_a_doubtful_head_is_refused(octets: bytes, expected: int) -> None:
    assert status(octets) == expected


@pytest.mark.parametrize("line", ["GET /", "GET / HTTP/0.9"])
def test_a_request_of_http_0_9_gets_no_answer(line: str) -> None:
    with pytest.raises(NotHttp):
        framing(head(line=line), LIMITS)


def sized_field(octets: int, name: str = "X") -> str:
    return f"{name}:" + "a" * (octets - len(name) - 1)


@pytest.mark.parametrize(
    ("fits", "too_much", "expected"),
    [
        pytest.param(
            head(sized_field(4096), "Content-Length: 5"),
            head(sized_field(4097), "Content-Length: 5"),
            431,
            id="one-field",
        ),
        pytest.param(
            head("Authorization: " + "a" * 16384, "Content-Length: 5"),
            head("Authorization: " + "a" * 16385, "Content-Length: 5"),
            431,
            id="authorization",
        ),
        pytest.param(
            head(*["X: a"] * 62, "Content-Length: 5"),
            head(*["X: a"] * 63, "Content-Length: 5"),
            431,
            id="number",
        ),
        pytest.param(
            head(*[sized_field(4000)] * 8, "Content-Length: 5"),
            head(*[sized_field(4000)] * 8, sized_field(800), "Content-Length: 5"),
            431,
            id="total",
        ),
        pytest.param(
            head("Content-Length: 5", line=f"POST /{'a' * 8189} HTTP/1.1"),
            head("Content-Length: 5", line=f"POST /{'a' * 8190} HTTP/1.1"),
            414,
            id="target",
        ),
    ],
)
def test_every_size_is_taken_at_its_limit_and_refused_above(
    fits: bytes, too_much: bytes, expected: int
) -> None:
    assert framing(fits, LIMITS).length == 5
    assert status(too_much) == expected


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [
        pytest.param(b"\x00", 400, id="nul"),
        pytest.param(b"POST / HTTP/1.1\n", 400, id="lone-line-feed"),
        pytest.param(b"FOO / HTTP/1.1\r\n", 400, id="unknown-method"),
        pytest.param(b"POST / HTTP/3.0\r\n", 505, id="http-3.0"),
        pytest.param(b"POST /" + b"a" * 9000, 414, id="endless-target"),
        pytest.param(b"POST / HTTP/1.1\r\n" + b"X: " + b"a" * 40000, 431, id="endless-field"),
    ],
)
def test_a_hopeless_head_is_refused_before_its_end(beginning: bytes, expected: int) -> None:
    with pytest.raises(Refusal) as refusal:
        check_beginning(bytearray(beginning), 0, LIMITS)
    assert refusal.value.status == expected


def test_tls_on_a_port_without_it_gets_no_answer() -> None:
    with pytest.raises(NotHttp):
        check_beginning(bytearray(b"\x16\x03\x01\x02\x00\x01"), 0, LIMITS)


def test_tls_gets_none_either_where_it_happens_to_look_like_a_whole_head() -> None:
    with pytest.raises(NotHttp):
        framing(b"\x16\x03\x01\r\n\r\n", LIMITS)


def test_no_refusal_repeats_what_the_client_sent() -> None:
    with pytest.raises(Refusal) as refusal:
        framing(head("Content-Length: 5", "X: marker\x00"), LIMITS)
    assert b"marker" not in refusal.value.encode()
