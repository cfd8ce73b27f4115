"""Twice the octets are twice the work: counted in calls, which no busy machine changes."""

import sys
from collections.abc import Callable
from itertools import count
from types import FrameType

import pytest

from ippserver.ipp import Decoder, GroupTag, Limits, MalformedMessage, Request, ValueTag
from ippserver.testing.wire import BEGIN_COLLECTION, END_COLLECTION, field, header, member, more

LIMITS = Limits(octets=1 << 20, groups=10**6, attributes=10**6, values=10**6, fields=10**6)
SECTION_OCTETS = 4000

Part = Callable[[int], bytes]

PARTS: dict[str, Part] = {
    "empty values": lambda n: field(ValueTag.KEYWORD, "" if n else "x"),
    "integers": lambda n: field(ValueTag.INTEGER, "" if n else "x", b"\0\0\0\1"),
    "texts in an old code page": lambda n: field(ValueTag.TEXT, "" if n else "x", b"\xff\xff"),
    "texts with language": lambda n: field(ValueTag.TEXT_WITH_LANGUAGE, "" if n else "x", b"\0\1a\0\1b"),
    "long values": lambda n: field(ValueTag.OCTET_STRING, "" if n else "x", b"a" * 300),
    "attributes": lambda n: field(ValueTag.ENUM, f"x{n:06}", b"\0\0\0\3"),
    "long names": lambda n: field(ValueTag.ENUM, f"x{n:0254}", b"\0\0\0\3"),
    "groups": lambda n: bytes((GroupTag.JOB,)),
    "groups of one attribute": lambda n: bytes((GroupTag.JOB,)) + field(ValueTag.NO_VALUE, "x"),
    "empty collections": lambda n: field(ValueTag.BEG_COLLECTION, "" if n else "x") + END_COLLECTION,
    "members": lambda n: (
        (b"" if n else field(ValueTag.BEG_COLLECTION, "x")) + member(f"m{n:06}") + more(ValueTag.NO_VALUE)
    ),
    "nested collections": lambda n: (
        field(ValueTag.BEG_COLLECTION, "" if n else "x")
        + (member("m") + BEGIN_COLLECTION) * 9
        + END_COLLECTION * 10
    ),
    "garbage": lambda n: b"\xff",
}


def section(part: Part, octets: int) -> bytes:
    parts = bytearray(header() + bytes((GroupTag.JOB,)))
    for n in count():
        if len(parts) >= octets:
            break
        parts += part(n)
    return bytes(parts)


def calls(octets: bytes, piece: int) -> int:
    """How many functions, ours and built-in ones, a decoder calls for `octets` in such pieces."""
    number = 0

    def see(frame: FrameType, event: str, argument: object) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    decoder = Decoder(Request, LIMITS)
    before = sys.getprofile()
    sys.setprofile(see)
    try:
        for start in range(0, len(octets), piece):
            decoder.feed(octets[start : start + piece])
    except MalformedMessage:
        pass
    finally:
        sys.setprofile(before)
    return number


@pytest.mark.parametrize("piece", [1, 64, 1 << 20])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_twice_the_octets_are_at_most_a_little_more_than_twice_the_calls(part: Part, piece: int) -> None:
    once = calls(section(part, SECTION_OCTETS), piece)
    twice = calls(section(part, 2 * SECTION_OCTETS), piece)
    assert twice <= 2.3 * once + 50


def test_octets_of_a_value_that_is_not_whole_are_not_looked_at_again() -> None:
    start = header() + bytes((GroupTag.JOB, ValueTag.OCTET_STRING)) + b"\0\1x\x7f\xff"
    few = calls(start + b"a" * 100, 1)
    many = calls(start + b"a" * 1100, 1)
    assert many - few <= 1000 * 4
