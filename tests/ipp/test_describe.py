"""Messages for people: every syntax, nothing unprintable, no line too long, nothing hidden shown."""

import json

import pytest

from ippserver.ipp import (
    Attribute,
    AttributeGroup,
    Charset,
    Collection,
    DateTime,
    Enum,
    GroupTag,
    Header,
    Keyword,
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
    Version,
    as_json,
    describe,
)
from ippserver.ipp.describe import LINE_CHARACTERS, Json, attribute_text, escape, syntax_name, value_text

HEADER = Header(Version(2, 0), 0x0B, 7)
SIZE = Collection([Attribute("x", [21000]), Attribute("y", [29700, 1])])
MOMENT = DateTime(b"\x07\xc8\x05\x1a\x0d\x1e\x0f\0-\4\0")


def request(*attributes: Attribute) -> Request:
    return Request.of(HEADER, [AttributeGroup(GroupTag.JOB, attributes)])


VALUES: list[tuple[Value, str, str, Json]] = [
    (5, "integer", "5", 5),
    (True, "boolean", "true", True),
    (False, "boolean", "false", False),
    (Enum(3), "enum", "3", 3),
    (Text("a\nb"), "text", "a\\nb", "a\nb"),
    (Name("ü"), "name", "ü", "ü"),
    (Keyword("none"), "keyword", "none", "none"),
    (Uri("ipp://h/"), "uri", "ipp://h/", "ipp://h/"),
    (UriScheme("ipp"), "uriScheme", "ipp", "ipp"),
    (Charset("utf-8"), "charset", "utf-8", "utf-8"),
    (NaturalLanguage("en"), "naturalLanguage", "en", "en"),
    (MimeMediaType("a/b"), "mimeMediaType", "a/b", "a/b"),
    (OctetString(b"type=other;"), "octetString", "type=other;", "747970653d6f746865723b"),
    (OctetString(b"\0\xff"), "octetString", "00ff", "00ff"),
    (OctetString(b"a\x1b"), "octetString", "a\\x1b", "611b"),
    (MOMENT, "dateTime", "1992-05-26T13:30:15-04:00", "1992-05-26T13:30:15-04:00"),
    (DateTime(b"\0" * 11), "dateTime", "00" * 11, "00" * 11),
    (TextWithLanguage("de", "ü\r"), "textWithLanguage", "ü\\r[de]", {"language": "de", "text": "ü\r"}),
    (NameWithLanguage("de", "ü"), "nameWithLanguage", "ü[de]", {"language": "de", "text": "ü"}),
    (RangeOfInteger(1, 9), "rangeOfInteger", "1-9", {"lower": 1, "upper": 9}),
    (Resolution(600, 300), "resolution", "600x300dpi", "600x300dpi"),
    (Resolution(100, 100, 4), "resolution", "100x100dpcm", "100x100dpcm"),
    (Resolution(1, 2, -1), "resolution", "1x2 unit -1", "1x2 unit -1"),
    (OutOfBand.NO_VALUE, "out-of-band", "no-value", "no-value"),
    (Opaque(0x60, b"\1\2"), "0x60", "0102", "0102"),
    (Collection(), "collection", "{}", []),
    (
        Collection([Attribute("size", [SIZE])]),
        "collection",
        "{size={x=21000 y=29700,1}}",
        [
            {
                "name": "size",
                "values": [
                    {
                        "syntax": "collection",
                        "value": [
                            {"name": "x", "values": [{"syntax": "integer", "value": 21000}]},
                            {
                                "name": "y",
                                "values": [
                                    {"syntax": "integer", "value": 29700},
                                    {"syntax": "integer", "value": 1},
                                ],
                            },
                        ],
                    }
                ],
            }
        ],
    ),
]


@pytest.mark.parametrize(
    ("value", "syntax", "text", "data"), VALUES, ids=[f"{row[1]} {row[2]}" for row in VALUES]
)
class TestValue:
    def test_its_syntax_has_the_name_of_the_standards(
        self, value: Value, syntax: str, text: str, data: Json
    ) -> None:
        assert syntax_name(value) == syntax

    def test_its_text_is_printable(self, value: Value, syntax: str, text: str, data: Json) -> None:
        assert value_text(value) == text
        assert value_text(value).isprintable()

    def test_its_json_loses_nothing(self, value: Value, syntax: str, text: str, data: Json) -> None:
        document = as_json(request(Attribute("a", [value])))
        assert json.loads(json.dumps(document))["groups"][0]["attributes"] == [
            {"name": "a", "values": [{"syntax": syntax, "value": data}]}
        ]


class TestText:
    def test_a_request_is_a_line_for_header_group_and_attribute_each(self) -> None:
        text = describe(request(Attribute("a", [Keyword("b"), Name("c"), Keyword("d")])))
        assert text == "\n".join(
            ["IPP/2.0 request 0x000b request-id 7", "  job:", "    a (keyword | name) = b, c, d"]
        )

    def test_a_response_says_so(self) -> None:
        assert describe(Response.of(HEADER, [])) == "IPP/2.0 response 0x000b request-id 7"

    def test_codes_have_the_names_the_caller_gives_them(self) -> None:
        text = describe(Request.of(HEADER, []), {0x0B: "Get-It"}.__getitem__)
        assert text == "IPP/2.0 request 0x000b Get-It request-id 7"

    def test_an_unknown_group_has_its_number(self) -> None:
        assert describe(Request.of(HEADER, [AttributeGroup(0x0F)])).endswith("\n  0x0f:")

    def test_a_group_of_two_words_is_written_as_one(self) -> None:
        message = Request.of(HEADER, [AttributeGroup(GroupTag.EVENT_NOTIFICATION)])
        assert describe(message).endswith("\n  event-notification:")

    @pytest.mark.parametrize(
        "attribute",
        [
            Attribute("a", [Text("x" * 30_000)]),
            Attribute("a", [Keyword("abcdefgh")] * 10_000),
            Attribute("a", [Collection([Attribute("m", [OctetString(b"x" * 30_000)])])]),
            Attribute("a", [Text("\x1b" * 30_000)]),
        ],
        ids=["long text", "many values", "long member", "long escapes"],
    )
    def test_no_line_is_too_long(self, attribute: Attribute) -> None:
        line = describe(request(attribute)).splitlines()[-1]
        assert len(line) <= LINE_CHARACTERS
        assert line.endswith("...")

    def test_a_line_that_just_fits_is_whole(self) -> None:
        head = "a (text) = "
        text = attribute_text(Attribute("a", [Text("x" * (LINE_CHARACTERS - len(head)))]))
        assert len(text) == LINE_CHARACTERS
        assert text.endswith("xxx")

    def test_a_message_cannot_forge_a_line(self) -> None:
        attribute = Attribute("a", [Text("x\n  printer:\r\n\x85\u2028IPP/2.0 request")])
        assert len(describe(request(attribute)).splitlines()) == 3


@pytest.mark.parametrize(
    ("string", "escaped"),
    [
        ("", ""),
        ("a b", "a b"),
        ("ü😀", "ü😀"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x7f\x85", "\\x7f\\x85"),
        ("\u202e", "\\u202e"),
        ("\u2028", "\\u2028"),
        ("\udc80", "\\udc80"),
        ("\\x1b", "\\\\x1b"),
    ],
)
def test_what_cannot_be_printed_is_escaped_and_can_be_told_from_a_backslash(
    string: str, escaped: str
) -> None:
    assert escape(string) == escaped


class TestHidden:
    SECRET = Attribute("secret", [OctetString(b"1234"), OctetString(b"5678")])

    def test_a_hidden_attribute_shows_no_value(self) -> None:
        text = describe(request(self.SECRET, Attribute("open", [1])), hidden={"secret"})
        assert text.splitlines()[2:] == ["    secret (octetString) = (hidden)", "    open (integer) = 1"]

    def test_a_hidden_member_shows_no_value(self) -> None:
        attribute = Attribute("a", [Collection([self.SECRET, Attribute("b", [1])])])
        assert attribute_text(attribute, hidden={"secret"}) == "a (collection) = {secret=(hidden) b=1}"

    def test_hidden_values_are_null_in_json(self) -> None:
        attribute = Attribute("a", [Collection([self.SECRET])])
        document = json.dumps(as_json(request(attribute, self.SECRET), hidden={"secret"}))
        assert document.count('"values": null') == 2
        assert b"1234".hex() not in document


class TestJson:
    def test_the_header_has_a_key_for_each_part(self) -> None:
        assert as_json(Response.of(HEADER, []), {0x0B: "it-failed"}.__getitem__) == {
            "kind": "response",
            "version": "2.0",
            "code": 0x0B,
            "code_name": "it-failed",
            "request_id": 7,
            "groups": [],
        }

    def test_a_code_without_a_name_has_null(self) -> None:
        assert as_json(Request.of(HEADER, []))["code_name"] is None
