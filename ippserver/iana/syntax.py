"""The registry's syntax notation, read into a checker of values (RFC 8011 5.1).

Knows values and their bounds, not attributes: what a collection may hold is a matter of `definitions`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum as PythonEnum
from enum import auto
from typing import Any, Final

from ippserver.ipp.attributes import Collection
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
    OutOfBand,
    RangeOfInteger,
    Resolution,
    Text,
    TextWithLanguage,
    Uri,
    UriScheme,
    Value,
)


class ProblemKind(PythonEnum):
    """What is wrong with a value; dispatch turns it into a status code."""

    WRONG_SYNTAX = auto()
    """A value of a type that the attribute does not take."""
    OUT_OF_RANGE = auto()
    """A number outside the bounds."""
    TOO_LONG = auto()
    """A string of more octets than the attribute allows."""
    NOT_A_SET = auto()
    """Several values for an attribute that takes one."""
    MALFORMED = auto()
    """A value of the right type without meaning: an empty keyword, a range upside down, 30 February."""


@dataclass(frozen=True, slots=True)
class Problem:
    """The first fault found: its kind, the index of the value and, in collections, the members' names."""

    kind: ProblemKind
    index: int
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the types a value may have, with its bounds: of the number, or of the octets of a string."""

    type: str
    lower: int
    upper: int


class Syntax:
    """What values an attribute takes; made by `parse_syntax`, never changed afterwards."""

    __slots__ = ("_by_type", "alternatives", "out_of_band", "set_of", "text")

    def __init__(
        self,
        text: str,
        *,
        set_of: bool,
        alternatives: Sequence[Alternative],
        out_of_band: Sequence[OutOfBand],
    ) -> None:
        self.text: Final = text
        self.set_of: Final = set_of
        self.alternatives: Final = tuple(alternatives)
        self.out_of_band: Final = frozenset(out_of_band)
        self._by_type: Final = {
            python_type: alternative
            for alternative in self.alternatives
            for python_type in PYTHON_TYPES[alternative.type]
        }

    @property
    def types(self) -> frozenset[type]:
        """The exact types of the values, out-of-band ones not included."""
        return frozenset(self._by_type)

    def alternative(self, python_type: type) -> Alternative | None:
        """The alternative that values of this exact type are measured by."""
        return self._by_type.get(python_type)

    def problem(self, values: Sequence[Value]) -> Problem | None:
        """The first thing wrong with all the values of one attribute, or None.

        Out-of-band values pass only where the registry lists them (RFC 8011 5.1.1) and alone.
        """
        if len(values) > 1 and not self.set_of:
            return Problem(ProblemKind.NOT_A_SET, 1)
        for index, value in enumerate(values):
            kind = self.fault(value)
            if kind is None and type(value) is OutOfBand and len(values) > 1:
                kind = ProblemKind.WRONG_SYNTAX
            if kind is not None:
                return Problem(kind, index)
        return None

    def wrong_values(self, values: Sequence[Value]) -> tuple[Value, ...]:
        """Those that do not fit; all of them where only one was allowed."""
        if len(values) > 1 and not self.set_of:
            return tuple(values)
        alone = len(values) == 1
        return tuple(v for v in values if self.fault(v) is not None or (type(v) is OutOfBand and not alone))

    def fault(self, value: Value) -> ProblemKind | None:
        """What is wrong with a single value, or None."""
        if type(value) is OutOfBand:
            return None if value in self.out_of_band else ProblemKind.WRONG_SYNTAX
        alternative = self._by_type.get(type(value))
        if alternative is None:
            return ProblemKind.WRONG_SYNTAX
        return _CHECKS[type(value)](value, alternative.lower, alternative.upper)

    def __repr__(self) -> str:
        return f"parse_syntax({self.text!r})"


PYTHON_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "boolean": (bool,),
    "charset": (Charset,),
    "collection": (Collection,),
    "dateTime": (DateTime,),
    "enum": (Enum,),
    "integer": (int,),
    "keyword": (Keyword,),
    "mimeMediaType": (MimeMediaType,),
    "name": (Name, NameWithLanguage),
    "naturalLanguage": (NaturalLanguage,),
    "octetString": (OctetString,),
    "rangeOfInteger": (RangeOfInteger,),
    "resolution": (Resolution,),
    "text": (Text, TextWithLanguage),
    "uri": (Uri,),
    "uriScheme": (UriScheme,),
}
"""The exact types of values by the syntax's registered word."""

_DEFAULT_BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "charset": (0, 63),
    "enum": (1, MAX_INTEGER),
    "integer": (MIN_INTEGER, MAX_INTEGER),
    "keyword": (1, 255),
    "mimeMediaType": (0, 255),
    "name": (0, 255),
    "naturalLanguage": (0, 63),
    "octetString": (0, 1023),
    "rangeOfInteger": (MIN_INTEGER, MAX_INTEGER),
    "text": (0, 1023),
    "uri": (0, 1023),
    "uriScheme": (0, 63),
}

_OUT_OF_BAND: Final[Mapping[str, OutOfBand]] = {
    member.name.lower().replace("_", "-"): member for member in OutOfBand
}

_LANGUAGE_OCTETS: Final = 63

_KEYWORD: Final = re.compile(r"[!-~]+")
"""Wider than RFC 8011 5.1.4 on purpose: '1.1', '1-to-n-order' and 'certificate+basic' are registered, and
clients send names of media in capitals. Such a value is unsupported, no reason to refuse the request."""


# Each checks one exact type; the signatures differ only by that type, which the table below ties to the key.
def _check_string(value: str, lower: int, upper: int) -> ProblemKind | None:
    # No character takes more than four octets, so most strings need no encoding to be measured.
    too_long = 4 * len(value) > upper and len(value.encode("utf-8", "surrogatepass")) > upper
    return ProblemKind.TOO_LONG if too_long else None


def _check_string_with_language(
    value: TextWithLanguage | NameWithLanguage, lower: int, upper: int
) -> ProblemKind | None:
    return _check_string(value.text, lower, upper) or _check_string(value.language, 0, _LANGUAGE_OCTETS)


def _check_keyword(value: Keyword, lower: int, upper: int) -> ProblemKind | None:
    return _check_string(value, lower, upper) or (
        None if _KEYWORD.fullmatch(value) else ProblemKind.MALFORMED
    )


def _check_octets(value: bytes, lower: int, upper: int) -> ProblemKind | None:
    return ProblemKind.TOO_LONG if len(value) > upper else None


def _check_number(value: int, lower: int, upper: int) -> ProblemKind | None:
    return None if lower <= value <= upper else ProblemKind.OUT_OF_RANGE


def _check_range(value: RangeOfInteger, lower: int, upper: int) -> ProblemKind | None:
    if value.lower > value.upper:
        return ProblemKind.MALFORMED
    return None if lower <= value.lower and value.upper <= upper else ProblemKind.OUT_OF_RANGE


def _check_resolution(value: Resolution, lower: int, upper: int) -> ProblemKind | None:
    if value.units not in (3, 4):
        return ProblemKind.MALFORMED
    return None if value.cross_feed > 0 and value.feed > 0 else ProblemKind.OUT_OF_RANGE


def _check_date_time(value: DateTime, lower: int, upper: int) -> ProblemKind | None:
    return None if value.datetime is not None else ProblemKind.MALFORMED


def _check_nothing(value: Value, lower: int, upper: int) -> ProblemKind | None:
    return None


# Any: one table for functions of different exact types; the key is the type of the argument.
_CHECKS: Final[Mapping[type, Callable[[Any, int, int], ProblemKind | None]]] = {
    Charset: _check_string,
    Collection: _check_nothing,
    DateTime: _check_date_time,
    Enum: _check_number,
    Keyword: _check_keyword,
    MimeMediaType: _check_string,
    Name: _check_string,
    NameWithLanguage: _check_string_with_language,
    NaturalLanguage: _check_string,
    OctetString: _check_octets,
    RangeOfInteger: _check_range,
    Resolution: _check_resolution,
    Text: _check_string,
    TextWithLanguage: _check_string_with_language,
    Uri: _check_string,
    UriScheme: _check_string,
    bool: _check_nothing,
    int: _check_number,
}

_ALTERNATIVE: Final = re.compile(
    r"(?:type[12]\s+)?(?P<type>[A-Za-z-]+)(?:\s*\(\s*(?:(?P<lower>-?\d+|MIN):)?(?P<upper>-?\d+|MAX|MIN)\s*\))?"
)


def parse_syntax(text: str) -> Syntax:
    """Read a syntax as the registry writes it: `1setOf (type2 keyword | name(MAX))`, `uri(45) | no-value`.

    Raises:
        ValueError: the text is not in that notation; a correction belongs into `errata.toml`.
    """
    rest, set_of = _without_set_of(_without_parentheses(text.strip()))
    alternatives: list[Alternative] = []
    out_of_band: list[OutOfBand] = []
    for part in _without_parentheses(rest).split("|"):
        word, is_set = _without_set_of(part.strip())
        if set_of and is_set:
            raise ValueError(f"a set of sets cannot be encoded, in syntax {text!r}")
        set_of = set_of or is_set
        if (value := _OUT_OF_BAND.get(word)) is not None:
            out_of_band.append(value)
        else:
            alternatives.append(_parse_alternative(word, text))
    if not alternatives:
        raise ValueError(f"no type in syntax {text!r}")
    return Syntax(text, set_of=set_of, alternatives=alternatives, out_of_band=out_of_band)


def _without_set_of(text: str) -> tuple[str, bool]:
    if text[:6].lower() == "1setof":
        return text[6:].strip(), True
    return text, False


def _without_parentheses(text: str) -> str:
    return text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text


def _parse_alternative(word: str, text: str) -> Alternative:
    match = _ALTERNATIVE.fullmatch(word)
    if match is None or match["type"] not in PYTHON_TYPES:
        raise ValueError(f"{word!r} is no type, in syntax {text!r}")
    name = match["type"]
    lower, upper = _DEFAULT_BOUNDS.get(name, (0, 0))
    counts = name in ("integer", "rangeOfInteger", "enum")
    if match["upper"] is not None:
        if counts != (match["lower"] is not None) or name not in _DEFAULT_BOUNDS:
            raise ValueError(f"{word!r} has the wrong kind of bounds, in syntax {text!r}")
        lower = _bound(match["lower"], lower) if counts else lower
        upper = _bound(match["upper"], upper)
    if lower > upper or (counts and lower == upper):
        raise ValueError(f"{word!r} has no room between its bounds, in syntax {text!r}")
    return Alternative(name, lower, upper)


def _bound(word: str, default: int) -> int:
    if word == "MIN":
        return MIN_INTEGER
    return default if word == "MAX" else int(word)
