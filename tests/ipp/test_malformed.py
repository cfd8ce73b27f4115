"""Octets that are no message: the faults of the hostile-input catalogue's groups K, L, C and V."""

import pytest

from ippserver.ipp import Decoder, GroupTag, MalformedMessage, ValueTag
from ippserver.testing.wire import (
    BEGIN_COLLECTION,
    END_COLLECTION,
    decode,
    field,
    header,
    member,
    message,
    more,
    sized,
)

GROUP = bytes((GroupTag.JOB,))
BEGIN = BEGIN_COLLECTION
MEMBER = member("m")
VALUE = more(ValueTag.INTEGER, b"\0\0\0\1")
CLOSE = END_COLLECTION


def fault(octets: bytes, *, piece: int | None = None) -> MalformedMessage:
    with pytest.raises(MalformedMessage) as raised:
        decode(octets, piece=piece)
    return raised.value


MALFORMED: dict[str, tuple[bytes, int]] = {
    "an attribute before any group": (message(field(0x21, "x", b"\0\0\0\1")), 8),
    "the reserved delimiter 0x00": (message(b"\0"), 8),
    "an extension without octets": (message(GROUP, field(0x7F, "x")), 15),
    "an extension of three octets": (message(GROUP, field(0x7F, "x", b"\0\0\1")), 15),
    "an out-of-band value with octets": (message(GROUP, field(0x13, "x", b"a")), 15),
    "the same name twice in a group": (message(GROUP, field(0x44, "x", "a"), field(0x44, "x", "a")), 16),
    "a nameless value first in a group": (message(GROUP, field(0x44, "", "a")), 9),
    "a nameless value first in a second group": (
        message(GROUP, field(0x44, "x", "a"), GROUP, field(0x44, "", "a")),
        17,
    ),
    "a name-length of 0x7fff": (header() + GROUP + b"\x44\x7f\xff" + b"x" * 10, 9),
    "a name-length of 0x8000": (header() + GROUP + b"\x44\x80\0" + b"x" * 10, 9),
    "a name-length of 0xffff": (header() + GROUP + b"\x44\xff\xff" + b"x" * 10, 9),
    "a name of 256 octets": (message(GROUP, field(0x44, "x" * 256, "a")), 9),
    "a name of 32767 octets": (message(GROUP, field(0x44, "x" * 32767, "a")), 9),
    "a name with a control character": (message(GROUP, field(0x44, "a\nb", "a")), 17),
    "a name with DEL": (message(GROUP, field(0x44, "a\x7f", "a")), 16),
    "a name in UTF-8": (message(GROUP, field(0x44, "ä", "a")), 16),
    "a value-length of 0x8000": (message(GROUP, b"\x30\0\1x\x80\0", b"a" * 0x8000), 9),
    "a value-length of 0xffff": (message(GROUP, b"\x30\0\1x\xff\xff", b"a" * 0xFFFF), 9),
    **{
        f"an integer of {size} octets": (message(GROUP, field(0x21, "x", b"a" * size)), 15)
        for size in (0, 3, 5)
    },
    **{
        f"an enum of {size} octets": (message(GROUP, field(0x23, "x", b"a" * size)), 15) for size in (0, 3, 5)
    },
    **{
        f"the boolean {octets!r}": (message(GROUP, field(0x22, "x", octets)), 15) for octets in (b"", b"\0\0")
    },
    **{f"the boolean {octet}": (message(GROUP, field(0x22, "x", bytes((octet,)))), 15) for octet in (2, 255)},
    **{
        f"a dateTime of {size} octets": (message(GROUP, field(0x31, "x", b"a" * size)), 15)
        for size in (0, 10, 12)
    },
    **{
        f"a resolution of {size} octets": (message(GROUP, field(0x32, "x", b"a" * size)), 15)
        for size in (0, 8, 10)
    },
    **{
        f"a range of {size} octets": (message(GROUP, field(0x33, "x", b"a" * size)), 15) for size in (0, 7, 9)
    },
    **{
        f"{what} in syntax {tag:#x}": (message(GROUP, field(tag, "x", octets)), 15)
        for tag in (0x35, 0x36)
        for what, octets in {
            "a text without octets": b"",
            "a text of one octet": b"\0",
            "a text of three octets": b"\0\0\0",
            "a language longer than the value": b"\0\3en\0\1a",
            "a language of 0xffff": b"\xff\xffen\0\1a",
            "a text longer than the value": b"\0\2en\0\2a",
            "a text of 0xffff": b"\0\2en\xff\xffa",
            "a text one octet short": b"\0\2en\0\1ab",
            "an empty language": b"\0\0\0\1a",
            "a language of 64 octets": sized("l" * 64) + sized("a"),
            "a language with NUL": b"\0\2e\0\0\1a",
            "a language with DEL": b"\0\2e\x7f\0\1a",
            "a language not in US-ASCII": b"\0\2\xc3\xa4\0\1a",
            "a NUL in the text": b"\0\2en\0\2a\0",
            "a NUL in a text of an old code page": b"\0\2en\0\2\xff\0",
        }.items()
    },
    **{
        f"{what} in syntax {tag:#x}": (message(GROUP, field(tag, "x", octets)), 15)
        for tag in range(0x44, 0x4A)
        for what, octets in {
            "NUL": b"a\0b",
            "CR": b"a\rb",
            "LF": b"a\n",
            "ESC": b"\x1b",
            "DEL": b"\x7f",
            "a C1 control character": b"\xc2\x85",
            "octet ff": b"a\xff",
            "an overlong NUL": b"\xc0\x80",
            "a surrogate": b"\xed\xa0\x80",
            "a code point too high": b"\xf5\x80\x80\x80",
            "a character cut at the end": b"\xe2\x82",
        }.items()
    },
    "a NUL in a text": (message(GROUP, field(0x41, "x", b"a\0")), 15),
    "a NUL in a name": (message(GROUP, field(0x42, "x", b"\0")), 15),
    "a NUL in a text of an old code page": (message(GROUP, field(0x41, "x", b"\xff\0")), 15),
    "a collection with octets": (message(GROUP, field(0x34, "x", "a"), CLOSE), 9),
    "an endCollection with octets": (message(GROUP, field(0x34, "x"), field(0x37, "", "a")), 15),
    "an endCollection with a name": (message(GROUP, field(0x34, "x"), MEMBER, VALUE, field(0x37, "y")), 30),
    "an endCollection that begins an attribute": (message(GROUP, field(0x37, "x")), 9),
    "an endCollection without a begin": (message(GROUP, field(0x44, "x", "a"), CLOSE), 16),
    "an endCollection too many": (message(GROUP, field(0x34, "x"), CLOSE, CLOSE), 20),
    "a member name outside a collection": (message(GROUP, field(0x44, "x", "a"), MEMBER), 16),
    "a memberAttrName that begins an attribute": (message(GROUP, field(0x4A, "x", "m")), 9),
    "an empty member name": (message(GROUP, field(0x34, "x"), field(0x4A, ""), VALUE, CLOSE), 20),
    "a member name of 256 octets": (
        message(GROUP, field(0x34, "x"), field(0x4A, "", "m" * 256), VALUE, CLOSE),
        20,
    ),
    "a member name with a name": (message(GROUP, field(0x34, "x"), field(0x4A, "y", "m"), VALUE, CLOSE), 15),
    "a collection never closed": (message(GROUP, field(0x34, "x"), MEMBER, VALUE), 30),
    "an inner collection never closed": (message(GROUP, field(0x34, "x"), MEMBER, BEGIN, CLOSE), 31),
    "a value before any member name": (message(GROUP, field(0x34, "x"), VALUE, CLOSE), 15),
    "a collection before any member name": (message(GROUP, field(0x34, "x"), BEGIN, CLOSE, CLOSE), 15),
    "a member without value before the end": (message(GROUP, field(0x34, "x"), MEMBER, CLOSE), 21),
    "a member without value before another": (
        message(GROUP, field(0x34, "x"), MEMBER, field(0x4A, "", "n"), VALUE, CLOSE),
        21,
    ),
    "a named attribute in a collection": (
        message(GROUP, field(0x34, "x"), MEMBER, VALUE, field(0x21, "y", b"\0\0\0\1"), CLOSE),
        30,
    ),
    "a group in a collection": (message(GROUP, field(0x34, "x"), MEMBER, VALUE, GROUP), 30),
    "the same member twice": (message(GROUP, field(0x34, "x"), MEMBER, VALUE, MEMBER, VALUE, CLOSE), 30),
    "eleven collections in each other": (
        message(GROUP, field(0x34, "x"), (MEMBER + BEGIN) * 10, CLOSE * 11),
        15 + 9 * 11 + 6,
    ),
    "five thousand collections in each other": (
        message(GROUP, field(0x34, "x"), (MEMBER + BEGIN) * 4999, CLOSE * 5000),
        15 + 9 * 11 + 6,
    ),
    "a thousand empty groups": (message(GROUP * 1000), 108),
    "two hundred groups": (message(*(GROUP + field(0x44, "x", "a") for _ in range(200))), 8 + 100 * 8),
    "a value tag and nothing after it": (header() + b"\x21", 9),
    "no end": (header() + GROUP + field(0x44, "x", "a"), 16),
    "a header and nothing else": (header(), 8),
    "seven octets": (header()[:7], 7),
    "no octets": (b"", 0),
    "a name cut off": (header() + GROUP + b"\x44\0\5co", 14),
    "a value cut off": (header() + GROUP + field(0x44, "x", "abc")[:-1], 17),
}
"""Octets, and where the fault is seen."""


@pytest.mark.parametrize(("octets", "offset"), MALFORMED.values(), ids=MALFORMED)
class TestMalformed:
    def test_it_is_refused_with_the_place_of_the_fault(self, octets: bytes, offset: int) -> None:
        found = fault(octets)
        assert type(found) is MalformedMessage
        assert found.offset == offset
        assert found.spec.startswith("RFC ")

    def test_it_is_refused_alike_octet_by_octet(self, octets: bytes, offset: int) -> None:
        assert str(fault(octets, piece=1)) == str(fault(octets))

    def test_the_reason_is_a_fixed_sentence(self, octets: bytes, offset: int) -> None:
        reason = fault(octets).reason
        assert reason.isascii()
        assert reason.isprintable()
        assert len(reason) < 80


@pytest.mark.parametrize("tag", range(0x80))
def test_a_value_without_name_and_octets_is_refused_or_harmless_whatever_its_tag(tag: int) -> None:
    decoder = Decoder()
    try:
        decoder.feed(message(GROUP, field(tag, "")))
        decoder.finish()
    except MalformedMessage:
        return
    # Delimiters read as such: the four octets of length are then reserved tags or, after 0x03, the document.
    assert tag == GroupTag.END
