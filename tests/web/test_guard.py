"""The guard: what it passes on means to aiohttp's parser what it meant to us, in any split."""

import asyncio

import pytest
from aiohttp import StreamReader
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import InvalidURLError
from aiohttp.http_parser import HttpRequestParser
from hypothesis import assume, given
from hypothesis import strategies as st

from ippserver.web.guard import Guard
from ippserver.web.limits import HttpLimits
from ippserver.web.refusal import NotHttp, Refusal
from tests.web.printer import post

LIMITS = HttpLimits()
MAX_BODY = 10_000


def passed(octets: bytes, step: int) -> tuple[bytes, int | None]:
    """What the guard passes on of `octets`, and the status of its refusal."""
    guard = Guard(LIMITS, MAX_BODY)
    found = bytearray()
    try:
        for start in range(0, len(octets), step):
            for piece in guard.feed(octets[start : start + step]):
                found += piece
    except Refusal as refusal:
        return bytes(found), refusal.status
    except NotHttp:
        return bytes(found), 0
    return bytes(found), None


bodies = st.binary(max_size=60)
requests = st.builds(
    lambda body, chunks: post(body, chunks_of=chunks),
    bodies,
    st.one_of(st.none(), st.integers(1, 70)),
)
mutations = st.tuples(st.integers(0, 300), st.integers(0, 3), st.binary(max_size=3))


def mutated(octets: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for place, removed, inserted in changes:
        octets = octets[:place] + inserted + octets[place + removed :]
    return octets


@given(st.lists(requests, min_size=1, max_size=3), st.integers(1, 300))
def test_pipelined_requests_pass_in_any_split(found: list[bytes], step: int) -> None:
    guard = Guard(LIMITS, MAX_BODY)
    octets = b"".join(found)
    for start in range(0, len(octets), step):
        list(guard.feed(octets[start : start + step]))
    assert (guard.requests, guard.in_head, guard.in_body) == (len(found), False, False)


@given(requests, st.lists(mutations, max_size=3), st.integers(1, 300))
def test_any_split_of_any_octets_has_the_same_outcome(
    octets: bytes, changes: list[tuple[int, int, bytes]], step: int
) -> None:
    hostile = mutated(octets, changes)
    (cut, refused), (whole, refused_whole) = passed(hostile, step), passed(hostile, 10**6)
    assert refused == refused_whole
    if refused is None:
        assert parsed(cut) == parsed(whole)
    else:
        assert [request[:2] for request in parsed(cut)] == [request[:2] for request in parsed(whole)]


@given(requests, st.lists(mutations, max_size=4))
def test_what_passes_is_what_the_parser_behind_understands(
    octets: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    hostile = mutated(octets, changes)
    whole = passed(hostile, 10**6)
    guard = Guard(LIMITS, MAX_BODY)
    if whole[1] is None:
        list(guard.feed(hostile))
        assert len(parsed(whole[0])) == guard.requests


@pytest.mark.parametrize("step", [1, 1000])
def test_a_known_body_passes_octet_by_octet(step: int) -> None:
    octets = post(b"0123456789") + post(b"abc")
    assert passed(octets, step) == (octets, None)


def test_a_chunked_body_passes_in_our_own_framing() -> None:
    octets = post(b"0123456789", chunks_of=3, fields={"Expect": ""})
    found, refused = passed(octets.replace(b"\r\n3\r\n", b"\r\n3;x=y\r\n"), 10**6)
    assert refused is None
    assert found.endswith(b"\r\n\r\na\r\n0123456789\r\n0\r\n\r\n")


@pytest.mark.parametrize("step", [1, 2, 1000])
def test_empty_lines_before_a_request_are_skipped(step: int) -> None:
    octets = post(b"abc")
    assert passed(b"\r\n" + octets + b"\r\n\r\n" + octets, step) == (octets + octets, None)


@pytest.mark.parametrize("step", [1, 2, 1000])
def test_too_many_empty_lines_are_no_request(step: int) -> None:
    assert passed(b"\r\n\r\n\r\n" + post(), step)[1] == 400


@pytest.mark.parametrize("step", [1, 1000])
def test_a_length_above_the_maximum_is_refused_before_the_body(step: int) -> None:
    octets = post(b"", fields={"Content-Length": str(MAX_BODY + 1)})
    assert passed(octets, step) == (b"", 413)


def test_what_comes_before_a_fault_is_passed_on() -> None:
    octets = post(b"abc")
    assert passed(octets + b"FOO / HTTP/1.1\r\n\r\n", 10**6) == (octets, 400)


class _Silent(BaseProtocol):
    """Takes flow control and does nothing."""

    def pause_reading(self) -> None:
        pass

    def resume_reading(self, resume_parser: bool = True) -> None:
        pass


def parsed(octets: bytes) -> list[tuple[str, str, bytes]]:
    """What aiohttp's parser finds: method, target and body of each request.

    It judges the host in an absolute target already, which we do when the path is looked up.
    """

    async def parse() -> list[tuple[str, str, bytes]]:
        loop = asyncio.get_running_loop()
        parser = HttpRequestParser(_Silent(loop), loop, 2**16, max_field_size=32768, auto_decompress=False)
        try:
            messages, _upgraded, _tail = parser.feed_data(octets)
        except InvalidURLError:
            assume(False)
        return [(message.method, message.path, _buffered(body)) for message, body in messages]

    return asyncio.run(parse())


def _buffered(body: StreamReader) -> bytes:
    return body.read_nowait() if body.total_bytes else b""
