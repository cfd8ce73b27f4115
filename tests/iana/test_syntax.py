"""The registry's notation and the values it admits (RFC 8011 5.1)."""

from datetime import UTC, datetime

import pytest

from ippserver.iana.generate import Errata, rows
from ippserver.iana.syntax import Alternative, Problem, ProblemKind, parse_syntax
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import (
    MAX_INTEGER,
    MIN_INTEGER,
    Charset,
    DateTime,
    Enum,
    Keyword,
    MimeMediaType,
    Name,
    NameWithLanguage,
    NaturalLanguage,
    OctetString,
    Opaque,
    OutOfBand,
    RangeOfInteger,
    Resolution,
    Text,
    TextWithLanguage,
    Uri,
    UriScheme,
    Value,
)

MOMENT = DateTime.of(datetime(2026, 1, 31, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "set_of", "alternatives", "out_of_band"),
    [
        ("boolean", False, [("boolean", 0, 0)], []),
        ("integer", False, [("integer", MIN_INTEGER, MAX_INTEGER)], []),
        ("integer (0:MAX)", False, [("integer", 0, MAX_INTEGER)], []),
        ("integer(-273:MAX) | unknown", False, [("integer", -273, MAX_INTEGER)], [OutOfBand.UNKNOWN]),
        ("type1 enum", False, [("enum", 1, MAX_INTEGER)], []),
        ("name(127)", False, [("name", 0, 127)], []),
        ("uri(45)", False, [("uri", 0, 45)], []),
        ("1setOf octetString(64)", True, [("octetString", 0, 64)], []),
        ("1setof name(127) | delete-attribute", True, [("name", 0, 127)], [OutOfBand.DELETE_ATTRIBUTE]),
        ("no-value | 1setOf collection", True, [("collection", 0, 0)], [OutOfBand.NO_VALUE]),
        ("dateTime|unknown", False, [("dateTime", 0, 0)], [OutOfBand.UNKNOWN]),
        ("1setOf (type2 keyword | name(MAX))", True, [("keyword", 1, 255), ("name", 0, 255)], []),
        ("(1setOf type2 keyword | name(MAX))", True, [("keyword", 1, 255), ("name", 0, 255)], []),
        (
            "1setOf (integer(0:359) | rangeOfInteger(0:359))",
            True,
            [("integer", 0, 359), ("rangeOfInteger", 0, 359)],
            [],
        ),
    ],
)
def test_the_notation_of_the_registry_is_read(
    text: str, set_of: bool, alternatives: list[tuple[str, int, int]], out_of_band: list[OutOfBand]
) -> None:
    syntax = parse_syntax(text)
    assert syntax.set_of is set_of
    assert syntax.alternatives == tuple(Alternative(*alternative) for alternative in alternatives)
    assert syntax.out_of_band == frozenset(out_of_band)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no-value",
        "type2 keyword]",
        "text(255) | 'no-value'",
        "1setOf (name(MAX)",
        "1setOf (1setOf integer(1:MAX))",
        "integer:0:MAX",
        "integer(0: 67108863x)",
        "integer(MIN:MIN)",
        "integer(MAX)",
        "rangeOfInteger(MAX)",
        "name(1:127)",
        "boolean(1)",
        "type3 keyword",
        "number",
    ],
)
def test_what_is_not_in_the_notation_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="syntax"):
        parse_syntax(text)


@pytest.mark.parametrize("table", ["attributes", "attributes-cups"])
def test_every_row_of_the_registry_parses_once_corrected(table: str) -> None:
    errata = Errata()
    registered = [row for row in rows(table) if row["syntax"]]
    for row in registered:
        parse_syntax(errata.syntax(row["path"], row["syntax"]))
    assert len(registered) > 50


def test_every_member_of_a_collection_parses_once_corrected() -> None:
    errata = Errata()
    members = [row for row in rows("collections") if row["syntax"]]
    for row in members:
        parse_syntax(errata.syntax(f"{row['attribute']}/{row['member']}", row["syntax"]))
    assert len(members) > 2000


def test_the_registry_has_all_its_rows() -> None:
    assert len(rows("attributes")) == 1658


GOOD: list[tuple[str, Value]] = [
    ("boolean", True),
    ("integer(1:100)", 1),
    ("integer(1:100)", 100),
    ("type2 enum", Enum(MAX_INTEGER)),
    ("type2 keyword", Keyword("x" * 255)),
    ("type2 keyword", Keyword("1.1")),
    ("type2 keyword", Keyword("certificate+basic")),
    ("type2 keyword", Keyword("Letter")),
    ("name(MAX)", Name("")),
    ("name(MAX)", Name("ß" * 127)),
    ("name(MAX)", NameWithLanguage("x" * 63, "x" * 255)),
    ("name(127)", Name("x" * 127)),
    ("text(MAX)", Text("x" * 1023)),
    ("text(MAX)", TextWithLanguage("de", "x" * 1023)),
    ("uri", Uri("x" * 1023)),
    ("uriScheme", UriScheme("x" * 63)),
    ("charset", Charset("utf-8")),
    ("naturalLanguage", NaturalLanguage("en-US")),
    ("mimeMediaType", MimeMediaType("x" * 255)),
    ("octetString(MAX)", OctetString(bytes(1023))),
    ("rangeOfInteger(1:MAX)", RangeOfInteger(1, MAX_INTEGER)),
    ("rangeOfInteger(1:MAX)", RangeOfInteger(7, 7)),
    ("resolution", Resolution(600, 300, 4)),
    ("dateTime", MOMENT),
    ("collection", Collection()),
    ("integer | no-value", OutOfBand.NO_VALUE),
]

BAD: list[tuple[str, Value, ProblemKind]] = [
    ("boolean", 1, ProblemKind.WRONG_SYNTAX),
    ("integer", True, ProblemKind.WRONG_SYNTAX),
    ("integer", Enum(1), ProblemKind.WRONG_SYNTAX),
    ("type2 enum", 3, ProblemKind.WRONG_SYNTAX),
    ("type2 keyword", Name("none"), ProblemKind.WRONG_SYNTAX),
    ("name(MAX)", Keyword("none"), ProblemKind.WRONG_SYNTAX),
    ("name(MAX)", Text("none"), ProblemKind.WRONG_SYNTAX),
    ("name(MAX)", TextWithLanguage("de", "none"), ProblemKind.WRONG_SYNTAX),
    ("text(MAX)", NameWithLanguage("de", "none"), ProblemKind.WRONG_SYNTAX),
    ("octetString(MAX)", MOMENT, ProblemKind.WRONG_SYNTAX),
    ("octetString(MAX)", Opaque(0x7E, b""), ProblemKind.WRONG_SYNTAX),
    ("integer", OutOfBand.NO_VALUE, ProblemKind.WRONG_SYNTAX),
    ("integer | no-value", OutOfBand.UNKNOWN, ProblemKind.WRONG_SYNTAX),
    ("integer(1:100)", 0, ProblemKind.OUT_OF_RANGE),
    ("integer(1:100)", 101, ProblemKind.OUT_OF_RANGE),
    ("type2 enum", Enum(0), ProblemKind.OUT_OF_RANGE),
    ("rangeOfInteger(1:MAX)", RangeOfInteger(0, 1), ProblemKind.OUT_OF_RANGE),
    ("rangeOfInteger(0:255)", RangeOfInteger(1, 256), ProblemKind.OUT_OF_RANGE),
    ("resolution", Resolution(0, 600), ProblemKind.OUT_OF_RANGE),
    ("resolution", Resolution(600, -1), ProblemKind.OUT_OF_RANGE),
    ("type2 keyword", Keyword("x" * 256), ProblemKind.TOO_LONG),
    ("name(MAX)", Name("ß" * 128), ProblemKind.TOO_LONG),
    ("name(MAX)", NameWithLanguage("en", "x" * 256), ProblemKind.TOO_LONG),
    ("name(MAX)", NameWithLanguage("x" * 64, ""), ProblemKind.TOO_LONG),
    ("name(127)", Name("x" * 128), ProblemKind.TOO_LONG),
    ("text(MAX)", Text("x" * 1024), ProblemKind.TOO_LONG),
    ("uri", Uri("x" * 1024), ProblemKind.TOO_LONG),
    ("uriScheme", UriScheme("x" * 64), ProblemKind.TOO_LONG),
    ("charset", Charset("x" * 64), ProblemKind.TOO_LONG),
    ("naturalLanguage", NaturalLanguage("x" * 64), ProblemKind.TOO_LONG),
    ("mimeMediaType", MimeMediaType("x" * 256), ProblemKind.TOO_LONG),
    ("octetString(MAX)", OctetString(bytes(1024)), ProblemKind.TOO_LONG),
    ("type2 keyword", Keyword(""), ProblemKind.MALFORMED),
    ("type2 keyword", Keyword("two sided"), ProblemKind.MALFORMED),
    ("type2 keyword", Keyword("größe"), ProblemKind.MALFORMED),
    ("rangeOfInteger(1:MAX)", RangeOfInteger(2, 1), ProblemKind.MALFORMED),
    ("resolution", Resolution(600, 600, 5), ProblemKind.MALFORMED),
    ("dateTime", DateTime(bytes(11)), ProblemKind.MALFORMED),
]


@pytest.mark.parametrize(("text", "value"), GOOD)
def test_a_value_within_its_syntax_passes(text: str, value: Value) -> None:
    syntax = parse_syntax(text)
    assert syntax.problem([value]) is None
    assert syntax.wrong_values([value]) == ()


@pytest.mark.parametrize(("text", "value", "kind"), BAD)
def test_a_value_outside_its_syntax_is_found(text: str, value: Value, kind: ProblemKind) -> None:
    syntax = parse_syntax(text)
    assert syntax.problem([value]) == Problem(kind, 0)
    assert syntax.wrong_values([value]) == (value,)


def test_several_values_for_one_are_a_problem_of_them_all() -> None:
    syntax = parse_syntax("integer(1:MAX)")
    assert syntax.problem([1, 2]) == Problem(ProblemKind.NOT_A_SET, 1)
    assert syntax.wrong_values([1, 2]) == (1, 2)


def test_only_the_wrong_values_of_a_set_are_wrong() -> None:
    syntax = parse_syntax("1setOf (type2 keyword | name(3))")
    values: list[Value] = [Keyword("none"), Name("abcd"), Name("abc"), 5]
    assert syntax.problem(values) == Problem(ProblemKind.TOO_LONG, 1)
    assert syntax.wrong_values(values) == (Name("abcd"), 5)


def test_an_out_of_band_value_stands_alone() -> None:
    syntax = parse_syntax("1setOf collection | no-value")
    values: list[Value] = [Collection([Attribute("media-key", [Keyword("a")])]), OutOfBand.NO_VALUE]
    assert syntax.problem(values) == Problem(ProblemKind.WRONG_SYNTAX, 1)
    assert syntax.wrong_values(values) == (OutOfBand.NO_VALUE,)
    assert syntax.problem(values[1:]) is None


def test_a_syntax_tells_its_types_and_their_measures() -> None:
    syntax = parse_syntax("type2 keyword | name(127)")
    assert syntax.types == {Keyword, Name, NameWithLanguage}
    assert syntax.alternative(NameWithLanguage) == Alternative("name", 0, 127)
    assert syntax.alternative(int) is None
    assert repr(syntax) == "parse_syntax('type2 keyword | name(127)')"
