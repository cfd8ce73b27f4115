"""What the encoder writes, and what it refuses to write."""

from collections.abc import Sequence
from enum import IntEnum
from typing import cast

import pytest

from ippserver.ipp import (
    Attribute,
    AttributeGroup,
    Charset,
    Collection,
    DateTime,
    Enum,
    GroupTag,
    Keyword,
    Name,
    NameWithLanguage,
    OctetString,
    Opaque,
    OutOfBand,
    RangeOfInteger,
    Resolution,
    Text,
    TextWithLanguage,
    Uri,
    Value,
    ValueTag,
    encode_attribute,
    encode_message,
)
from ippserver.testing.wire import BEGIN_COLLECTION, END_COLLECTION, field, header, member, message, more


class State(IntEnum):
    IDLE = 3


def test_an_attribute_has_its_name_before_the_first_value_only() -> None:
    assert encode_attribute("sides-supported", [Keyword("one-sided"), Keyword("two-sided")]) == (
        field(0x44, "sides-supported", "one-sided") + field(0x44, "", "two-sided")
    )


def test_values_of_several_syntaxes_carry_their_own_tags() -> None:
    assert encode_attribute("x", [Keyword("a"), Name("b"), 1]) == (
        field(0x44, "x", "a") + field(0x42, "", "b") + field(0x21, "", b"\0\0\0\1")
    )


def test_a_boolean_and_an_enum_are_no_integers() -> None:
    assert encode_attribute("x", [True, Enum(1), 1]) == (
        field(0x22, "x", b"\1") + field(0x23, "", b"\0\0\0\1") + field(0x21, "", b"\0\0\0\1")
    )


def test_a_collection_holds_members_whose_names_are_values() -> None:
    size = Collection([Attribute("x", [21000]), Attribute("y", [29700, 1])])
    octets = encode_attribute("media", [Collection([Attribute("size", [size])]), Collection()])
    assert octets == (
        field(ValueTag.BEG_COLLECTION, "media")
        + member("size")
        + BEGIN_COLLECTION
        + (member("x") + more(0x21, b"\0\0\x52\x08"))
        + (member("y") + more(0x21, b"\0\0\x74\x04") + more(0x21, b"\0\0\0\1"))
        + END_COLLECTION * 2
        + BEGIN_COLLECTION
        + END_COLLECTION
    )


REFUSED: dict[str, tuple[str, Sequence[object]]] = {
    "no value": ("x", []),
    "a plain string": ("x", ["a"]),
    "plain octets": ("x", [b"a"]),
    "None": ("x", [None]),
    "a float": ("x", [1.0]),
    "an IntEnum": ("x", [State.IDLE]),
    "a tuple": ("x", [(1, 2)]),
    "an attribute": ("x", [Attribute("y", [1])]),
    "an empty name": ("", [1]),
    "a name of 256 octets": ("x" * 256, [1]),
    "a name with a line feed": ("a\nb", [1]),
    "a name not in US-ASCII": ("ä", [1]),
    "an integer too high": ("x", [2**31]),
    "an integer too low": ("x", [-(2**31) - 1]),
    "an enum too high": ("x", [Enum(2**31)]),
    "a range too high": ("x", [RangeOfInteger(0, 2**31)]),
    "a resolution with units of two octets": ("x", [Resolution(600, 600, 300)]),
    "a resolution too high": ("x", [Resolution(2**31, 600)]),
    "a dateTime of ten octets": ("x", [DateTime(b"a" * 10)]),
    "a NUL in a text": ("x", [Text("a\0")]),
    "a NUL in a name": ("x", [Name("a\0")]),
    "a NUL in a keyword": ("x", [Keyword("a\0")]),
    "a line feed in a uri": ("x", [Uri("ipp://\n")]),
    "DEL in a charset": ("x", [Charset("utf\x7f")]),
    "a surrogate in a text": ("x", [Text("\udc80")]),
    "a surrogate in a keyword": ("x", [Keyword("\udc80")]),
    "a text of 32768 octets": ("x", [Text("a" * 0x8000)]),
    "a text of 32768 octets but fewer characters": ("x", [Text("ä" * 0x4000)]),
    "an octetString of 32768 octets": ("x", [OctetString(b"a" * 0x8000)]),
    "an empty language": ("x", [TextWithLanguage("", "a")]),
    "a language of 64 octets": ("x", [NameWithLanguage("a" * 64, "a")]),
    "a language not in US-ASCII": ("x", [NameWithLanguage("ä", "a")]),
    "a NUL after a language": ("x", [NameWithLanguage("en", "\0")]),
    "a text with language of 32768 octets": ("x", [TextWithLanguage("en", "a" * 0x7FFA)]),
    "a known tag without its type": ("x", [Opaque(ValueTag.KEYWORD, b"a")]),
    "a collection without its type": ("x", [Opaque(ValueTag.BEG_COLLECTION, b"")]),
    "a delimiter for a value": ("x", [Opaque(0x03, b"")]),
    "a tag of two octets": ("x", [Opaque(0x100, b"")]),
    "an extension of three octets": ("x", [Opaque(ValueTag.EXTENSION, b"abc")]),
    "opaque octets too long": ("x", [Opaque(0x60, b"a" * 0x8000)]),
    "a member without value": ("x", [Collection([Attribute("y", [])])]),
    "a member without name": ("x", [Collection([Attribute("", [1])])]),
}


@pytest.mark.parametrize(("name", "values"), REFUSED.values(), ids=REFUSED)
def test_what_no_decoder_would_read_is_refused(name: str, values: Sequence[object]) -> None:
    with pytest.raises(ValueError, match="cannot be encoded"):
        encode_attribute(name, cast("Sequence[Value]", values))


LARGEST: list[Value] = [
    Text("a" * 0x7FFF),
    Keyword("a" * 0x7FFF),
    OctetString(b"a" * 0x7FFF),
    Opaque(0xFF, b"a" * 0x7FFF),
    TextWithLanguage("l" * 63, "a" * (0x7FFF - 63 - 4)),
]


@pytest.mark.parametrize("value", LARGEST, ids=lambda value: type(value).__name__)
def test_a_value_may_have_32767_octets(value: Value) -> None:
    assert len(encode_attribute("x", [value])) == 1 + 2 + 1 + 2 + 0x7FFF


class TestMessage:
    def test_it_is_header_groups_and_end(self) -> None:
        groups = [
            AttributeGroup(GroupTag.OPERATION, [Attribute("x", [1])]),
            AttributeGroup(GroupTag.JOB),
            AttributeGroup(0x0F, [Attribute("y", [OutOfBand.UNKNOWN])]),
        ]
        assert encode_message((1, 1), 0x0B, 5, groups) == message(
            b"\1",
            field(0x21, "x", b"\0\0\0\1"),
            b"\2\x0f",
            field(0x12, "y"),
            version=(1, 1),
            code=0x0B,
            request_id=5,
        )

    def test_groups_that_are_octets_already_come_last(self) -> None:
        job = AttributeGroup(GroupTag.JOB, [Attribute("x", [1])])
        groups = [AttributeGroup(GroupTag.OPERATION), job, job]
        assert encode_message((1, 1), 0, 1, groups[:1], [job.wire] * 2) == encode_message(
            (1, 1), 0, 1, groups
        )

    def test_it_may_have_no_group(self) -> None:
        assert encode_message((2, 0), 2, 1, []) == header() + b"\3"

    @pytest.mark.parametrize("tag", [-1, 0x00, 0x03, 0x10, 0x100])
    def test_a_tag_that_opens_no_group_is_refused(self, tag: int) -> None:
        with pytest.raises(ValueError, match="opens no attribute group"):
            encode_message((2, 0), 2, 1, [AttributeGroup(tag)])

    @pytest.mark.parametrize(
        ("version", "code", "request_id"),
        [((256, 0), 2, 1), ((2, -1), 2, 1), ((2, 0), 0x10000, 1), ((2, 0), -1, 1), ((2, 0), 2, 2**31)],
    )
    def test_a_number_too_large_for_the_header_is_refused(
        self, version: tuple[int, int], code: int, request_id: int
    ) -> None:
        with pytest.raises(ValueError, match="header"):
            encode_message(version, code, request_id, [])
