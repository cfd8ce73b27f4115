"""The protocol examples of RFC 8010, appendix A: read as they are explained there, and written again."""

from dataclasses import dataclass

import pytest

from ippserver.ipp import (
    Attribute,
    AttributeGroup,
    Charset,
    Collection,
    Decoder,
    Enum,
    GroupTag,
    Header,
    Keyword,
    Name,
    NameWithLanguage,
    NaturalLanguage,
    OutOfBand,
    Request,
    Response,
    Text,
    Uri,
    Version,
)
from ippserver.testing.wire import BEGIN_COLLECTION, END_COLLECTION, field, member, message, more

PRINTER = "ipp://printer.example.com/ipp/print/pinetree"
JOB = f"{PRINTER}/147"

LANGUAGE_OCTETS = (
    bytes.fromhex("01 47 0012")
    + b"attributes-charset"
    + bytes.fromhex("0005")
    + b"utf-8"
    + bytes.fromhex("48 001b")
    + b"attributes-natural-language"
    + bytes.fromhex("0005")
    + b"en-us"
)
PRINTER_OCTETS = bytes.fromhex("45 000b") + b"printer-uri" + bytes.fromhex("002c") + PRINTER.encode()
LANGUAGE = (
    Attribute("attributes-charset", [Charset("utf-8")]),
    Attribute("attributes-natural-language", [NaturalLanguage("en-us")]),
)
PRINTER_URI = Attribute("printer-uri", [Uri(PRINTER)])
JOB_NAME = Attribute("job-name", [Name("foobar")])
JOB_GROUP = AttributeGroup(
    GroupTag.JOB,
    [
        Attribute("job-id", [147]),
        Attribute("job-uri", [Uri(JOB)]),
        Attribute("job-state", [Enum(3)]),
    ],
)
JOB_OCTETS = (
    field(0x21, "job-id", b"\0\0\0\x93") + field(0x45, "job-uri", JOB) + field(0x23, "job-state", b"\0\0\0\3")
)
UNSUPPORTED = AttributeGroup(
    GroupTag.UNSUPPORTED, [Attribute("copies", [20]), Attribute("sides", [OutOfBand.UNSUPPORTED])]
)
UNSUPPORTED_OCTETS = field(0x21, "copies", b"\0\0\0\x14") + field(0x10, "sides")


def operation(*attributes: Attribute) -> AttributeGroup:
    return AttributeGroup(GroupTag.OPERATION, [*LANGUAGE, *attributes])


def answered(text: str) -> tuple[AttributeGroup, bytes]:
    return operation(Attribute("status-message", [Text(text)])), field(0x41, "status-message", text)


@dataclass(frozen=True)
class Example:
    """A message as octets and as what they mean."""

    kind: type[Request] | type[Response]
    code: int
    request_id: int
    octets: bytes
    groups: tuple[AttributeGroup, ...]
    document: bytes = b""

    @property
    def message(self) -> Request | Response:
        return self.kind.of(Header(Version(1, 1), self.code, self.request_id), self.groups)

    @property
    def wire(self) -> bytes:
        return (
            message(self.octets, version=(1, 1), code=self.code, request_id=self.request_id) + self.document
        )


FAILED = "client-error-attributes-or-values-not-supported"
IGNORED = "successful-ok-ignored-or-substituted-attributes"

EXAMPLES = {
    "A.1 Print-Job request": Example(
        Request,
        0x0002,
        1,
        LANGUAGE_OCTETS
        + PRINTER_OCTETS
        + field(0x42, "job-name", "foobar")
        + field(0x22, "ipp-attribute-fidelity", b"\1")
        + b"\x02"
        + field(0x21, "copies", b"\0\0\0\x14")
        + field(0x44, "sides", "two-sided-long-edge"),
        (
            operation(PRINTER_URI, JOB_NAME, Attribute("ipp-attribute-fidelity", [True])),
            AttributeGroup(
                GroupTag.JOB,
                [Attribute("copies", [20]), Attribute("sides", [Keyword("two-sided-long-edge")])],
            ),
        ),
        b"%!PDF...",
    ),
    "A.2 Print-Job response": Example(
        Response,
        0x0000,
        1,
        LANGUAGE_OCTETS + answered("successful-ok")[1] + b"\x02" + JOB_OCTETS,
        (answered("successful-ok")[0], JOB_GROUP),
    ),
    "A.3 Print-Job response, failure": Example(
        Response,
        0x040B,
        1,
        LANGUAGE_OCTETS + answered(FAILED)[1] + b"\x05" + UNSUPPORTED_OCTETS,
        (answered(FAILED)[0], UNSUPPORTED),
    ),
    "A.4 Print-Job response, attributes ignored": Example(
        Response,
        0x0001,
        1,
        LANGUAGE_OCTETS + answered(IGNORED)[1] + b"\x05" + UNSUPPORTED_OCTETS + b"\x02" + JOB_OCTETS,
        (answered(IGNORED)[0], UNSUPPORTED, JOB_GROUP),
    ),
    "A.5 Print-URI request": Example(
        Request,
        0x0003,
        1,
        LANGUAGE_OCTETS
        + PRINTER_OCTETS
        + field(0x45, "document-uri", "ftp://foo.example.com/foo")
        + field(0x42, "job-name", "foobar")
        + b"\x02"
        + field(0x21, "copies", b"\0\0\0\1"),
        (
            operation(PRINTER_URI, Attribute("document-uri", [Uri("ftp://foo.example.com/foo")]), JOB_NAME),
            AttributeGroup(GroupTag.JOB, [Attribute("copies", [1])]),
        ),
    ),
    "A.6 Create-Job request": Example(
        Request, 0x0005, 1, LANGUAGE_OCTETS + PRINTER_OCTETS, (operation(PRINTER_URI),)
    ),
    "A.7 Create-Job request with a collection": Example(
        Request,
        0x0005,
        1,
        LANGUAGE_OCTETS
        + PRINTER_OCTETS
        + field(0x34, "media-col")
        + (member("media-size") + BEGIN_COLLECTION)
        + (member("x-dimension") + more(0x21, b"\0\0\x52\x08"))
        + (member("y-dimension") + more(0x21, b"\0\0\x74\x04"))
        + END_COLLECTION
        + (member("media-type") + more(0x44, "stationery"))
        + END_COLLECTION,
        (
            operation(
                PRINTER_URI,
                Attribute(
                    "media-col",
                    [
                        Collection(
                            [
                                Attribute(
                                    "media-size",
                                    [
                                        Collection(
                                            [
                                                Attribute("x-dimension", [21000]),
                                                Attribute("y-dimension", [29700]),
                                            ]
                                        )
                                    ],
                                ),
                                Attribute("media-type", [Keyword("stationery")]),
                            ]
                        )
                    ],
                ),
            ),
        ),
    ),
    "A.8 Get-Jobs request": Example(
        Request,
        0x000A,
        123,
        LANGUAGE_OCTETS
        + PRINTER_OCTETS
        + field(0x21, "limit", b"\0\0\0\x32")
        + field(0x44, "requested-attributes", "job-id")
        + more(0x44, "job-name")
        + more(0x44, "document-format"),
        (
            operation(
                PRINTER_URI,
                Attribute("limit", [50]),
                Attribute(
                    "requested-attributes",
                    [Keyword("job-id"), Keyword("job-name"), Keyword("document-format")],
                ),
            ),
        ),
    ),
    "A.9 Get-Jobs response": Example(
        Response,
        0x0000,
        123,
        LANGUAGE_OCTETS
        + answered("successful-ok")[1]
        + b"\x02"
        + field(0x21, "job-id", b"\0\0\0\x93")
        + field(0x36, "job-name", b"\0\5fr-ca\0\3fou")
        + b"\x02\x02"
        + field(0x21, "job-id", b"\0\0\0\x95")
        + field(0x36, "job-name", b"\0\5de-CH\0\tisch guet"),
        (
            answered("successful-ok")[0],
            AttributeGroup(
                GroupTag.JOB,
                [Attribute("job-id", [147]), Attribute("job-name", [NameWithLanguage("fr-ca", "fou")])],
            ),
            AttributeGroup(GroupTag.JOB),
            AttributeGroup(
                GroupTag.JOB,
                [
                    Attribute("job-id", [149]),
                    Attribute("job-name", [NameWithLanguage("de-CH", "isch guet")]),
                ],
            ),
        ),
    ),
}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
class TestExample:
    def test_it_is_read_as_explained(self, example: Example) -> None:
        decoder: Decoder[Request] | Decoder[Response] = (
            Decoder(Request) if example.kind is Request else Decoder(Response)
        )
        assert decoder.feed(example.wire)
        assert decoder.message == example.message
        assert decoder.remainder == example.document

    def test_it_is_written_with_the_same_octets(self, example: Example) -> None:
        assert example.message.encode() + example.document == example.wire
