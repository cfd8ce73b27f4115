"""Each limit may be reached and not passed."""

import pytest

from ippserver.ipp import (
    CLIENT_LIMITS,
    Attribute,
    AttributeGroup,
    Collection,
    Decoder,
    GroupTag,
    LimitExceeded,
    Limits,
    MalformedMessage,
    Request,
    ValueTag,
)
from ippserver.testing.wire import (
    BEGIN_COLLECTION,
    DEFAULT_LIMITS,
    END,
    END_COLLECTION,
    decode,
    field,
    header,
    member,
    message,
    more,
)

GROUP = bytes((GroupTag.JOB,))
BEGIN = BEGIN_COLLECTION
MEMBER = member("m")
VALUE = more(ValueTag.INTEGER, b"\0\0\0\1")
CLOSE = END_COLLECTION


def fault(octets: bytes, limits: Limits = DEFAULT_LIMITS, *, piece: int | None = None) -> MalformedMessage:
    with pytest.raises(MalformedMessage) as raised:
        decode(octets, limits, piece=piece)
    return raised.value


def keywords(count: int) -> bytes:
    return field(0x44, "x", "a") + field(0x44, "", "a") * (count - 1)


def padded(section_octets: int) -> bytes:
    """A message whose attribute section has so many octets."""
    octets = GROUP
    count = 0
    while section_octets - len(octets) - len(END) > 40_000:
        octets += field(0x30, f"x{count}", b"a" * 30_000)
        count += 1
    rest = section_octets - len(octets) - len(END)
    octets += field(0x30, "y", b"a" * (rest // 2)) + field(0x30, "z", b"a" * (rest - rest // 2 - 12))
    assert len(octets) + len(END) == section_octets
    return message(octets)


WITHIN: dict[str, bytes] = {
    "values": message(GROUP, keywords(10_000)),
    "attributes": message(GROUP, *(field(0x44, f"x{n}", "a") for n in range(1000))),
    "groups": message(GROUP * 100),
    "octets": padded(256 * 1024),
    "fields": message(GROUP, keywords(10_000), *(field(0x44, f"y{n}", "a") for n in range(500))),
}
BEYOND: dict[str, bytes] = {
    "values": message(GROUP, keywords(10_001)),
    "many more values": message(GROUP, keywords(50_000)),
    "attributes": message(GROUP, *(field(0x44, f"x{n}", "a") for n in range(1001))),
    "attributes of two groups": message(
        *(GROUP + b"".join(field(0x44, f"x{n}", "a") for n in range(501)) for _ in range(2))
    ),
    "octets": padded(256 * 1024 + 1),
    "octets without end": padded(256 * 1024 + 1)[:-1] + b"\x02",
    "fields": message(GROUP, keywords(10_000), *(field(0x44, f"y{n}", "a") for n in range(501))),
    "collections": message(GROUP, field(0x34, "x"), CLOSE, (BEGIN + CLOSE) * 5250),
    "values of a member": message(GROUP, field(0x34, "x"), MEMBER, VALUE * 10_001, CLOSE),
    "collections of a member": message(GROUP, field(0x34, "x"), MEMBER, (BEGIN + CLOSE) * 10_001, CLOSE),
}


class TestLimits:
    @pytest.mark.parametrize("octets", WITHIN.values(), ids=WITHIN)
    def test_a_message_at_the_limit_is_read(self, octets: bytes) -> None:
        assert decode(octets).encode() == octets

    @pytest.mark.parametrize("octets", BEYOND.values(), ids=BEYOND)
    def test_a_message_beyond_the_limit_is_too_large(self, octets: bytes) -> None:
        assert type(fault(octets)) is LimitExceeded

    @pytest.mark.parametrize("octets", BEYOND.values(), ids=BEYOND)
    def test_the_same_octets_are_no_trouble_for_a_client(self, octets: bytes) -> None:
        decoder = Decoder(Request, CLIENT_LIMITS)
        decoder.feed(octets)
        assert decoder.header is not None

    def test_a_value_that_would_pass_the_limit_is_refused_before_it_comes(self) -> None:
        decoder = Decoder(Request, Limits(octets=100))
        with pytest.raises(LimitExceeded):
            decoder.feed(header() + GROUP + b"\x30\0\1x\x7f\xff")

    def test_the_end_must_come_within_the_limit(self) -> None:
        section = GROUP + field(0x44, "x", "a")
        assert decode(message(section), Limits(octets=len(section) + 1)).groups
        assert type(fault(message(section), Limits(octets=len(section)))) is LimitExceeded

    def test_the_document_is_not_counted(self) -> None:
        decoder = Decoder(Request, Limits(octets=2))
        assert decoder.feed(message(GROUP) + b"%PDF")
        assert decoder.remainder == b"%PDF"

    def test_an_octet_by_octet_message_is_refused_at_the_same_place(self) -> None:
        limits = Limits(octets=20)
        octets = message(GROUP, field(0x44, "x", "abc"), field(0x44, "y", "abc"), field(0x44, "z", "abc"))
        found = fault(octets, limits, piece=1)
        assert type(found) is LimitExceeded
        assert str(found) == str(fault(octets, limits))

    def test_nesting_is_limited_by_depth(self) -> None:
        octets = message(GROUP, field(0x34, "x"), MEMBER, BEGIN, CLOSE, CLOSE)
        assert decode(octets, Limits(depth=2)).groups == (
            AttributeGroup(GroupTag.JOB, [Attribute("x", [Collection([Attribute("m", [Collection()])])])]),
        )
        assert type(fault(octets, Limits(depth=1))) is MalformedMessage
