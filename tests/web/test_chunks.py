"""The chunked coding: what comes out, in any split, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.web.chunks import ChunkedBody
from ippserver.web.limits import HttpLimits
from ippserver.web.refusal import Refusal
from tests.web.printer import chunked

LIMITS = HttpLimits(chunk_extension_octets=20, trailers=2, trailer_octets=40)
MAX_OCTETS = 1000


def read(octets: bytes, step: int) -> tuple[bytes, bool]:
    body = ChunkedBody(LIMITS, MAX_OCTETS)
    data: list[bytes] = []
    for start in range(0, len(octets), step):
        piece = octets[start : start + step]
        if body.feed(piece, 0, data) < len(piece):
            break
    return b"".join(data), body.complete


@given(
    st.lists(st.binary(min_size=1, max_size=40), max_size=8),
    st.integers(1, 60),
)
def test_any_split_gives_the_same_data(chunks: list[bytes], step: int) -> None:
    octets = b"".join(b"%X\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    assert read(octets, step) == (b"".join(chunks), True)


@pytest.mark.parametrize("step", [1, 2, 1000])
@pytest.mark.parametrize(
    "octets",
    [
        b"5;a=b\r\nhello\r\n0\r\n\r\n",
        b'5;a="b c"\r\nhello\r\n0;x\r\n\r\n',
        b"0005\r\nhello\r\n000\r\n\r\n",
        b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
    ],
)
def test_extensions_and_trailers_are_dropped(octets: bytes, step: int) -> None:
    assert read(octets, step) == (b"hello", True)


def test_reading_stops_after_the_body() -> None:
    body = ChunkedBody(LIMITS, MAX_OCTETS)
    data: list[bytes] = []
    assert body.feed(b"1\r\na\r\n0\r\n\r\nPOST", 0, data) == 11


@pytest.mark.parametrize("step", [1, 1000])
@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        pytest.param(b"-4\r\n", 400, id="below-zero"),
        pytest.param(b"0x4\r\n", 400, id="prefix"),
        pytest.param(b"4 \r\n", 400, id="space-after"),
        pytest.param(b" 4\r\n", 400, id="space-before"),
        pytest.param(b"\r\n", 400, id="empty"),
        pytest.param(b"1_0\r\n", 400, id="underscore"),
        pytest.param(b"00000000000000004\r\n", 400, id="17-digits"),
        pytest.param(b"ffffffffffffffff\r\n", 413, id="16-times-f"),
        pytest.param(b"3e9\r\n", 413, id="above-the-maximum"),
        pytest.param(b"4\nabcd\r\n", 400, id="line-feed-only"),
        pytest.param(b"4\r\nabcde\r\n", 400, id="data-longer"),
        pytest.param(b"4\r\nabcdefgh", 400, id="data-longer-without-end"),
        pytest.param(b"4\r\nabc\r\n0\r\n\r\n", 400, id="data-shorter"),
        pytest.param(b"4\r\nabcd\n0\r\n\r\n", 400, id="line-feed-only-after-data"),
        pytest.param(b"4;" + b"a" * 20 + b"\r\n", 400, id="long-extension"),
        pytest.param(b"4;" + b"a" * 200, 400, id="endless-extension"),
        pytest.param(b"1;" + b"a" * 10 + b"\r\na\r\n1;" + b"a" * 10 + b"\r\n", 400, id="many-extensions"),
        pytest.param(b"4;\x00\r\n", 400, id="nul-in-extension"),
        pytest.param(b"0\r\nContent-Length: 4\r\n\r\n", 400, id="length-in-trailer"),
        pytest.param(b"0\r\nHost: a\r\n\r\n", 400, id="host-in-trailer"),
        pytest.param(b"0\r\nA: 1\r\nB: 1\r\nC: 1\r\n\r\n", 400, id="three-trailers"),
        pytest.param(b"0\r\nA: " + b"1" * 50, 400, id="long-trailer"),
        pytest.param(b"0\r\nno colon\r\n\r\n", 400, id="no-field"),
    ],
)
def test_a_malformed_body_is_refused(octets: bytes, expected: int, step: int) -> None:
    with pytest.raises(Refusal) as refusal:
        read(octets, step)
    assert refusal.value.status == expected


def test_the_largest_chunk_is_taken() -> None:
    assert read(chunked(bytes(MAX_OCTETS), MAX_OCTETS), 100) == (bytes(MAX_OCTETS), True)
