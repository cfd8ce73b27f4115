"""Group L: lengths."""

from dataclasses import replace
from typing import Final

from ippserver.testing.wire import field, member, more, sized
from tests.hostile.build import (
    BASE,
    BEGIN,
    BOOLEAN,
    CHARSET,
    CHARSET_TAG,
    DATE,
    END,
    ENUM,
    GET_PRINTER_ATTRIBUTES,
    INTEGER,
    KEYWORD,
    LANGUAGE,
    LANGUAGE_TAG,
    MAX_DOCUMENT_OCTETS,
    MIME,
    NAME,
    OCTETS,
    RANGE,
    RASTER,
    RESOLUTION,
    TARGET,
    TEXT,
    TEXT_LANGUAGE,
    URI,
    collection,
    http,
    integer,
    message,
    raw,
)
from tests.hostile.case import (
    ACCEPTED,
    BAD,
    IGNORED,
    OK,
    TOO_LARGE,
    TOO_LONG,
    Case,
    Expected,
    State,
    body,
    ipp,
    printing,
)

SECTION_OCTETS: Final = 256 * 1024
"""Of the attribute section, from the ninth octet to the end-of-attributes-tag."""

VALUE_LESS: Final = frozenset((0x10, 0x12, 0x13, 0x15, 0x16, 0x17))

COPIES: Final = field(INTEGER, "copies", integer(1))


def _section(octets: int, *, end: bool = True) -> bytes:
    """A Print-Job with an attribute section of so many octets, in values of legal length."""
    largest = more(OCTETS, bytes(1023))
    left = octets - len(BASE) - len(field(OCTETS, "x-padding", b"")) - len(END)
    count, rest = divmod(left, len(largest))
    name = "x-padding"
    if rest > 1023:
        name, rest = "x-padding-long", rest - len("-long")
    return raw(BASE, field(OCTETS, name, bytes(rest)), largest * count, END if end else b"")


def _with_language(language_length: int, language: bytes, text_length: int, text: bytes) -> bytes:
    value = language_length.to_bytes(2) + language + text_length.to_bytes(2) + text
    return field(TEXT_LANGUAGE, "x-test", value)


def _attribute_longer_than_message(length: int) -> bytes:
    return raw(BASE, bytes((KEYWORD,)) + length.to_bytes(2) + b"0123456789", document=b"")


def _nothing_of(tag: int) -> Case:
    """An additional value of no octets; strings may be so, delimiters are what they are."""
    expect: Expected = BAD
    if tag in VALUE_LESS:
        expect = IGNORED
    elif tag >= 0x10:
        expect = ipp(0x0001, 0x0400)
    else:
        expect = ipp(0x0000, 0x0001, 0x0400, 0x040A)
    octets = raw(BASE, field(KEYWORD, "x-test", "a"), bytes((tag, 0, 0, 0, 0)), END)
    return replace(body(f"L12-{tag:02x}", expect, octets, state=State.BY_ANSWER), single_octets=tag % 16 == 1)


def _limit(id: str, too_long: Case, at_limit: Case) -> tuple[Case, Case]:
    return replace(too_long, id=f"L13-{id}-above"), replace(at_limit, id=f"L13-{id}-at")


def _asking(
    *attributes: bytes, expect: Expected, charset: bytes = CHARSET, language: bytes = LANGUAGE
) -> Case:
    octets = message(*attributes, operation=GET_PRINTER_ATTRIBUTES, first=charset + language)
    return Case(id="", octets=http(octets), expect=expect)


CASES: Final = (
    body("L01", BAD, _attribute_longer_than_message(0x7FFF)),
    body("L02-1", BAD, _attribute_longer_than_message(0x8000)),
    body("L02-2", BAD, _attribute_longer_than_message(0xFFFF)),
    body("L03-1", BAD, raw(BASE, field(KEYWORD, "a" * 256, "a"), END)),
    body("L03-2", BAD, raw(BASE, field(KEYWORD, "a" * 32767, "a"), END)),
    body("L05", BAD, raw(BASE, bytes((OCTETS,)) + sized("x-test") + b"\x80\x00" + bytes(32768), END)),
    *(
        printing(f"L06-{name}-{length}", BAD, field(tag, "x-test", bytes(length)))
        for name, tag, lengths in (
            ("integer", INTEGER, (0, 3, 5)),
            ("enum", ENUM, (0, 3, 5)),
            ("boolean", BOOLEAN, (0, 2)),
            ("resolution", RESOLUTION, (8,)),
            ("range", RANGE, (7,)),
            ("date", DATE, (10, 12)),
        )
        for length in lengths
    ),
    *(printing(f"L07-{length}", BAD, field(TEXT_LANGUAGE, "x-test", bytes(length))) for length in range(4)),
    printing("L08-1", BAD, _with_language(200, b"en", 4, b"text")),
    printing("L08-2", BAD, _with_language(2, b"en", 200, b"text")),
    printing("L08-3", BAD, _with_language(2, b"en", 4, b"texts")),
    printing("L09-1", ipp(0x0001, 0x0400), _with_language(0, b"", 4, b"text"), state=State.BY_ANSWER),
    printing("L09-2", BAD, _with_language(64, b"e" * 64, 4, b"text")),
    printing("L10-1", BAD, field(BEGIN, "x-test", b"value"), collection()),
    printing(
        "L10-2", BAD, field(BEGIN, "x-test"), member("inner"), more(INTEGER, integer(1)), more(0x37, b"value")
    ),
    printing("L11-1", BAD, field(BEGIN, "x-test"), member(""), more(INTEGER, integer(1)), collection()),
    printing(
        "L11-2",
        BAD,
        field(BEGIN, "x-test"),
        field(0x4A, "a", "inner"),
        more(INTEGER, integer(1)),
        collection(),
    ),
    *map(_nothing_of, range(0x80)),
    *_limit(
        "keyword",
        _asking(field(KEYWORD, "requested-attributes", "a" * 256), expect=TOO_LONG),
        _asking(field(KEYWORD, "requested-attributes", "a" * 255), expect=ACCEPTED),
    ),
    *_limit(
        "name",
        printing("", TOO_LONG, field(NAME, "job-name", "a" * 256)),
        printing("", OK, field(NAME, "job-name", "a" * 255)),
    ),
    *_limit(
        "text",
        printing("", TOO_LONG, field(TEXT, "x-test", "a" * 1024)),
        printing("", IGNORED, field(TEXT, "x-test", "a" * 1023)),
    ),
    *_limit(
        "uri",
        printing("", TOO_LONG, field(URI, "x-test", TARGET + "a" * (1024 - len(TARGET)))),
        printing("", IGNORED, field(URI, "x-test", TARGET + "a" * (1023 - len(TARGET)))),
    ),
    *_limit(
        "charset",
        _asking(expect=TOO_LONG, charset=field(CHARSET_TAG, "attributes-charset", "a" * 64)),
        _asking(expect=ipp(0x040D), charset=field(CHARSET_TAG, "attributes-charset", "a" * 63)),
    ),
    *_limit(
        "language",
        _asking(expect=TOO_LONG, language=field(LANGUAGE_TAG, "attributes-natural-language", "a" * 64)),
        _asking(expect=OK, language=field(LANGUAGE_TAG, "attributes-natural-language", "a" * 63)),
    ),
    *_limit(
        "mime",
        printing("", TOO_LONG, field(MIME, "document-format", "a/" + "b" * 254)),
        printing("", ipp(0x040A), field(MIME, "document-format", "a/" + "b" * 253)),
    ),
    *_limit(
        "octets",
        printing("", TOO_LONG, field(OCTETS, "x-test", bytes(1024))),
        printing("", IGNORED, field(OCTETS, "x-test", bytes(1023))),
    ),
    body("L14-1", IGNORED, _section(SECTION_OCTETS - 1)),
    body("L14-2", IGNORED, _section(SECTION_OCTETS)),
    body("L14-3", TOO_LARGE, _section(SECTION_OCTETS + 1)),
    Case(
        id="L14-4",
        octets=http(
            _section(SECTION_OCTETS + 5000, end=False)[: -len(RASTER)],
            fields={"Content-Length": str(MAX_DOCUMENT_OCTETS)},
        ),
        expect=TOO_LARGE,
    ),
)
