"""What the decoder makes of well-formed octets, however they come."""

import pytest

from ippserver.ipp import (
    Attribute,
    Charset,
    Collection,
    DateTime,
    Decoder,
    Enum,
    GroupTag,
    Header,
    Keyword,
    MalformedMessage,
    MimeMediaType,
    Name,
    NameWithLanguage,
    NaturalLanguage,
    OctetString,
    Opaque,
    OutOfBand,
    RangeOfInteger,
    Request,
    Resolution,
    Response,
    Text,
    TextWithLanguage,
    Uri,
    UriScheme,
    Value,
    ValueTag,
    Version,
)
from ippserver.testing.wire import (
    BEGIN_COLLECTION,
    END,
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


def decode_attribute(octets: bytes) -> Attribute:
    (attribute,) = decode(message(GROUP, octets)).group(GroupTag.JOB)
    return attribute


VALUES: list[tuple[int, bytes, Value]] = [
    (0x10, b"", OutOfBand.UNSUPPORTED),
    (0x12, b"", OutOfBand.UNKNOWN),
    (0x13, b"", OutOfBand.NO_VALUE),
    (0x15, b"", OutOfBand.NOT_SETTABLE),
    (0x16, b"", OutOfBand.DELETE_ATTRIBUTE),
    (0x17, b"", OutOfBand.ADMIN_DEFINE),
    (0x21, b"\x80\0\0\0", -(2**31)),
    (0x21, b"\x7f\xff\xff\xff", 2**31 - 1),
    (0x22, b"\0", False),
    (0x22, b"\1", True),
    (0x23, b"\0\0\0\3", Enum(3)),
    (0x30, b"\0\xff", OctetString(b"\0\xff")),
    (
        0x31,
        b"\x07\xe9\x0b\x16\x04\x10\x1d\x05+\x01\x1e",
        DateTime(b"\x07\xe9\x0b\x16\x04\x10\x1d\x05+\x01\x1e"),
    ),
    (0x32, b"\0\0\2\x58\0\0\4\xb0\3", Resolution(600, 1200, 3)),
    (0x33, b"\0\0\0\5\0\0\0\1", RangeOfInteger(5, 1)),
    (0x35, b"\0\2de\0\4Gr\xc3\xbc", TextWithLanguage("de", "Grü")),
    (0x36, b"\0\2de\0\0", NameWithLanguage("de", "")),
    (0x41, "Grüße\r\n\x1b".encode(), Text("Grüße\r\n\x1b")),
    (0x42, b"", Name("")),
    (0x44, b"one-sided", Keyword("one-sided")),
    (0x45, b"ipp://example.com/", Uri("ipp://example.com/")),
    (0x46, b"ipp", UriScheme("ipp")),
    (0x47, b"utf-8", Charset("utf-8")),
    (0x48, b"en-US", NaturalLanguage("en-US")),
    (0x49, b"text/plain; charset=utf-8", MimeMediaType("text/plain; charset=utf-8")),
    (0x7F, b"\0\0\0\x47utf-8", Opaque(0x7F, b"\0\0\0\x47utf-8")),
    (0x7F, b"\x80\0\0\0", Opaque(0x7F, b"\x80\0\0\0")),
    *((tag, b"\0\xff", Opaque(tag, b"\0\xff")) for tag in (0x11, 0x14, *range(0x18, 0x21))),
    *((tag, b"", Opaque(tag, b"")) for tag in (*range(0x24, 0x30), *range(0x38, 0x41), 0x43)),
    *((tag, b"ab", Opaque(tag, b"ab")) for tag in (*range(0x4B, 0x7F), *range(0x80, 0x100))),
]
"""Tag, octets, value: every value tag at least once."""


def test_the_table_of_values_names_every_tag_but_those_of_collections() -> None:
    collection_tags = {ValueTag.BEG_COLLECTION, ValueTag.END_COLLECTION, ValueTag.MEMBER_ATTR_NAME}
    assert {tag for tag, _, _ in VALUES} == set(range(0x10, 0x100)) - collection_tags


@pytest.mark.parametrize(("tag", "octets", "value"), VALUES, ids=lambda part: repr(part)[:40])
class TestValue:
    def test_it_is_read_as_its_type(self, tag: int, octets: bytes, value: Value) -> None:
        attribute = decode_attribute(field(tag, "x", octets))
        assert attribute.values == (value,)
        assert type(attribute.values[0]) is type(value)

    def test_it_is_written_as_it_was_read(self, tag: int, octets: bytes, value: Value) -> None:
        assert Attribute("x", (value,)).wire == field(tag, "x", octets)

    def test_it_may_stand_beside_a_value_of_another_syntax(
        self, tag: int, octets: bytes, value: Value
    ) -> None:
        attribute = decode_attribute(field(ValueTag.INTEGER, "x", b"\0\0\0\7") + field(tag, "", octets))
        assert attribute.values == (7, value)

    def test_it_may_be_a_member_of_a_collection(self, tag: int, octets: bytes, value: Value) -> None:
        octets = field(ValueTag.BEG_COLLECTION, "x") + MEMBER + field(tag, "", octets) + CLOSE
        attribute = decode_attribute(octets)
        assert attribute.values == (Collection([Attribute("m", [value])]),)
        assert Attribute("x", attribute.values).wire == octets


@pytest.mark.parametrize("tag", [0x0B, 0x0C, 0x0D, 0x0E, 0x0F])
def test_an_unassigned_group_is_kept_with_its_number(tag: int) -> None:
    request = decode(message(bytes((tag,)), field(0x44, "x", "a")))
    assert [group.tag for group in request.groups] == [tag]
    assert request.encode() == message(bytes((tag,)), field(0x44, "x", "a"))


def test_groups_stand_in_the_order_of_the_wire_and_may_be_empty() -> None:
    tags = b"\x02\x01\x02\x04"
    assert [group.tag for group in decode(message(tags)).groups] == list(tags)


def test_a_message_may_have_no_group() -> None:
    assert decode(message()).groups == ()


def test_the_same_name_may_stand_in_two_groups() -> None:
    octets = message(b"\1", field(0x44, "x", "a"), b"\2", field(0x44, "x", "b"))
    request = decode(octets)
    assert [group.get("x") for group in request.groups] == [
        Attribute("x", [Keyword("a")]),
        Attribute("x", [Keyword("b")]),
    ]


def test_the_same_name_may_stand_in_a_collection_and_beside_it() -> None:
    octets = field(0x34, "m") + MEMBER + BEGIN + MEMBER + VALUE + CLOSE + CLOSE
    inner = Collection([Attribute("m", [1])])
    assert decode_attribute(octets).values == (Collection([Attribute("m", [inner])]),)


def test_ten_out_of_band_values_in_a_row_are_read() -> None:
    octets = field(0x10, "x") + field(0x12, "") * 4 + field(0x13, "") * 5
    assert decode_attribute(octets).values == (
        OutOfBand.UNSUPPORTED,
        *[OutOfBand.UNKNOWN] * 4,
        *[OutOfBand.NO_VALUE] * 5,
    )


def test_ten_collections_in_each_other_are_read() -> None:
    octets = field(0x34, "m") + (MEMBER + BEGIN) * 9 + CLOSE * 10
    value = decode_attribute(octets).values[0]
    for _ in range(9):
        assert isinstance(value, Collection)
        value = value.members[0].values[0]
    assert value == Collection()


def test_a_member_may_have_many_values_and_a_collection_be_one_of_them() -> None:
    octets = field(0x34, "x") + MEMBER + VALUE + BEGIN + CLOSE + VALUE + CLOSE + BEGIN + CLOSE
    attribute = decode_attribute(octets)
    assert attribute.values == (Collection([Attribute("m", [1, Collection(), 1])]), Collection())
    assert Attribute("x", attribute.values).wire == octets


def test_a_string_syntax_may_hold_any_character_that_is_no_control_character() -> None:
    assert decode_attribute(field(0x44, "x", "naïve\u202e\u00a0")).values == (Keyword("naïve\u202e\u00a0"),)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"Gr\xfc\xdfe \x96 5\x80", "Grüße – 5€"),
        (b"a\xff", "aÿ"),
        (b"\xc0\x80", "À€"),
        (b"\xed\xa0\x80", "í\u00a0€"),
        (b"\x80", "€"),
        (b"\x81", "\ufffd"),
        (b"\xe2\x82", "â‚"),
    ],
)
class TestTextThatIsNotUtf8:
    @pytest.mark.parametrize(("tag", "syntax"), [(0x41, Text), (0x42, Name)])
    def test_it_is_read_as_windows_1252(
        self, octets: bytes, text: str, tag: int, syntax: type[Text] | type[Name]
    ) -> None:
        assert decode_attribute(field(tag, "x", octets)).values == (syntax(text),)

    @pytest.mark.parametrize(("tag", "syntax"), [(0x35, TextWithLanguage), (0x36, NameWithLanguage)])
    def test_with_a_language_too(
        self,
        octets: bytes,
        text: str,
        tag: int,
        syntax: type[TextWithLanguage] | type[NameWithLanguage],
    ) -> None:
        attribute = decode_attribute(field(tag, "x", sized("de") + sized(octets)))
        assert attribute.values == (syntax("de", text),)

    def test_it_is_answered_as_utf_8(self, octets: bytes, text: str) -> None:
        assert decode_attribute(field(0x42, "x", octets)).wire == field(0x42, "x", text)

    def test_it_is_answered_as_utf_8_from_within_a_collection(self, octets: bytes, text: str) -> None:
        begin, member = field(0x34, "x"), field(0x4A, "", "m")
        attribute = decode_attribute(begin + member + field(0x42, "", octets) + CLOSE)
        assert attribute.wire == begin + member + field(0x42, "", text) + CLOSE

    def test_the_attributes_beside_it_keep_their_octets(self, octets: bytes, text: str) -> None:
        request = decode(message(GROUP, field(0x42, "x", octets), field(0x42, "y", "ü")))
        assert request.encode() == message(GROUP, field(0x42, "x", text), field(0x42, "y", "ü"))


class TestHeader:
    def test_it_is_there_as_soon_as_eight_octets_are(self) -> None:
        decoder = Decoder()
        decoder.feed(header((1, 1), 0x000B, 7)[:7])
        assert decoder.header is None
        decoder.feed(header((1, 1), 0x000B, 7)[7:])
        assert decoder.header == Header(Version(1, 1), 0x000B, 7)

    def test_it_is_there_after_an_error(self) -> None:
        decoder = Decoder()
        with pytest.raises(MalformedMessage):
            decoder.feed(header(code=4) + b"\0")
        assert decoder.header == Header(Version(2, 0), 4, 1)

    @pytest.mark.parametrize("version", [(0, 0), (1, 9), (3, 0), (127, 127), (255, 255)])
    @pytest.mark.parametrize("code", [0, 0x4000, 0xFFFF])
    @pytest.mark.parametrize("request_id", [0, -1, 2**31 - 1, -(2**31)])
    def test_its_numbers_are_not_judged(self, version: tuple[int, int], code: int, request_id: int) -> None:
        octets = message(GROUP, version=version, code=code, request_id=request_id)
        request = decode(octets)
        assert (request.version, request.operation_id, request.request_id) == (version, code, request_id)
        assert request.encode() == octets


class TestFeeding:
    def test_true_means_the_message_is_complete(self) -> None:
        decoder = Decoder()
        octets = message(GROUP, field(0x44, "x", "a"))
        assert [decoder.feed(octets[:12]), decoder.feed(octets[12:-1]), decoder.feed(END)] == [
            False,
            False,
            True,
        ]

    def test_nothing_is_an_allowed_piece(self) -> None:
        decoder = Decoder()
        assert not decoder.feed(b"")
        assert decoder.feed(message())

    @pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
    def test_any_octets_like_object_will_do(
        self, kind: type[bytes] | type[bytearray] | type[memoryview]
    ) -> None:
        decoder = Decoder()
        assert decoder.feed(kind(message(GROUP)))

    def test_what_follows_the_message_is_the_start_of_the_document(self) -> None:
        decoder = Decoder()
        assert decoder.feed(message(GROUP) + b"%PDF\x03\x00")
        assert decoder.remainder == b"%PDF\x03\x00"

    def test_a_message_that_ends_with_the_piece_leaves_no_remainder(self) -> None:
        decoder = Decoder()
        decoder.feed(message(GROUP))
        assert decoder.remainder == b""

    def test_every_pair_of_pieces_gives_the_same_message_and_remainder(self) -> None:
        octets = message(GROUP, field(0x34, "x"), MEMBER, VALUE, CLOSE, BEGIN, CLOSE, field(0x44, "y", "ab"))
        whole = decode(octets)
        for cut in range(len(octets) + 1):
            decoder = Decoder()
            done = decoder.feed(octets[:cut]) or decoder.feed(octets[cut:] + b"data")
            assert done
            assert decoder.message == whole
            assert decoder.remainder == (b"" if cut == len(octets) else b"data")

    def test_finish_after_the_end_is_silent(self) -> None:
        decoder = Decoder()
        decoder.feed(message())
        decoder.finish()
        assert decoder.message == Request(version=Version(2, 0), operation_id=2, request_id=1, groups=())

    def test_feeding_a_complete_message_more_is_a_mistake_of_ours(self) -> None:
        decoder = Decoder()
        decoder.feed(message())
        with pytest.raises(RuntimeError):
            decoder.feed(b"data")

    def test_asking_for_an_incomplete_message_is_a_mistake_of_ours(self) -> None:
        decoder = Decoder()
        decoder.feed(header())
        with pytest.raises(RuntimeError):
            _ = decoder.message

    def test_a_fault_stays(self) -> None:
        decoder = Decoder()
        with pytest.raises(MalformedMessage) as first:
            decoder.feed(header() + b"\0")
        with pytest.raises(MalformedMessage) as second:
            decoder.feed(END)
        with pytest.raises(MalformedMessage) as third:
            decoder.finish()
        assert first.value is second.value
        assert first.value is third.value


class TestResponse:
    def test_it_has_a_status_code(self) -> None:
        decoder = Decoder(Response)
        decoder.feed(message(code=0x0503))
        assert decoder.message == Response(version=Version(2, 0), status_code=0x0503, request_id=1, groups=())

    def test_a_name_may_stand_twice_and_the_last_counts(self) -> None:
        octets = message(GROUP, field(0x44, "x", "a"), field(0x44, "x", "b"))
        decoder = Decoder(Response)
        decoder.feed(octets)
        assert decoder.message.group(GroupTag.JOB).get("x") == Attribute("x", [Keyword("b")])
        assert decoder.message.encode() == octets

    def test_a_member_may_stand_twice_and_the_last_counts(self) -> None:
        other = field(ValueTag.INTEGER, "", b"\0\0\0\2")
        decoder = Decoder(Response)
        decoder.feed(message(GROUP, field(0x34, "x"), MEMBER, VALUE, MEMBER, other, CLOSE))
        attribute = decoder.message.group(GroupTag.JOB).get("x")
        assert attribute is not None
        (collection,) = attribute.values
        assert isinstance(collection, Collection)
        assert collection.get("m") == Attribute("m", [2])
        assert Attribute("x", attribute.values) == attribute
