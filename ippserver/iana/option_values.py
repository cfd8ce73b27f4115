"""`-o NAME=VALUE`: text to an attribute, by the attribute's registered syntax.

    copies=2   sides=two-sided-long-edge   page-ranges=1-3,5   printer-resolution=600dpi
    media-col={media-size={x-dimension=21000 y-dimension=29700} media-type=stationery}

Values of a set are separated by commas, members of a collection by spaces; quotes take both literally.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from ippserver.iana.definitions import AttributeDef, RegistryGroup
from ippserver.iana.enums import CODES
from ippserver.iana.names import definition
from ippserver.iana.syntax import Syntax, parse_syntax
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import (
    Charset,
    DateTime,
    Enum,
    Keyword,
    MimeMediaType,
    Name,
    NaturalLanguage,
    OctetString,
    RangeOfInteger,
    Resolution,
    Text,
    Uri,
    UriScheme,
    Value,
)

Members: TypeAlias = Mapping[str, AttributeDef[Value]]
"""The definitions of a collection's members, by name."""

_MAX_DEPTH: Final = 10
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,10}")
_RANGE: Final = re.compile(r"(-?[0-9]{1,10})-(-?[0-9]{1,10})")
_RESOLUTION: Final = re.compile(r"([0-9]{1,9})(?:x([0-9]{1,9}))?(dpi|dpcm)", re.IGNORECASE)
_KEYWORD: Final = re.compile(r"[a-z0-9][a-z0-9._+-]*")
_BOOLEANS: Final[Mapping[str, bool]] = {
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
}
_UNITS: Final[Mapping[str, int]] = {"dpi": 3, "dpcm": 4}
_UNKNOWN_SYNTAX: Final = "1setOf (boolean | integer | rangeOfInteger | collection | keyword | name(MAX))"
"""What an attribute without a definition is taken for, such as a vendor's own."""


class WrongOption(ValueError):
    """The option cannot be encoded; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Option:
    """An attribute, and the group it belongs to in a request that makes a Job."""

    attribute: Attribute
    is_template: bool
    """True for the job group, False for the operation group (RFC 8011 4.2.1.1)."""


def parse_option(text: str) -> Option:
    """The option that `text` is; a name alone means true.

    Raises:
        WrongOption: It is none, or no value of that attribute.
    """
    name, separator, value = text.partition("=")
    known = definition(name)
    if not _NAME.fullmatch(name):
        raise WrongOption(f"{name!r} is no attribute name.")
    group = _group(known)
    attribute = _encoded(name, value if separator else "true", known, group, 0)
    return Option(attribute, group is not RegistryGroup.OPERATION)


def _group(known: AttributeDef[Value] | None) -> RegistryGroup:
    if known is not None and RegistryGroup.OPERATION in known.collections:
        if RegistryGroup.JOB_TEMPLATE not in known.collections:
            return RegistryGroup.OPERATION
    return RegistryGroup.JOB_TEMPLATE


def _encoded(
    name: str, text: str, known: AttributeDef[Value] | None, group: RegistryGroup | None, depth: int
) -> Attribute:
    if depth > _MAX_DEPTH:
        raise WrongOption("The collections are nested too deeply.")
    syntax = parse_syntax(_UNKNOWN_SYNTAX) if known is None else known.syntax_in(group)
    members = {} if known is None else known.members_in(group)
    parts = _split(text, ",") if syntax.set_of else (text,)
    values = [_value(name, part, syntax, members, depth) for part in parts]
    if known is not None and known.problem(values, group) is not None:
        raise WrongOption(f"{name} takes {syntax.text}, not {text!r}.")
    return Attribute(name, values)


def _value(name: str, text: str, syntax: Syntax, members: Members, depth: int) -> Value:
    types = {alternative.type for alternative in syntax.alternatives}
    text = text.strip()
    if "collection" in types and text.startswith("{") and text.endswith("}"):
        return _collection(text[1:-1], members, depth)
    quoted = len(text) >= 2 and text[0] in "'\"" and text[-1] == text[0]
    plain = text[1:-1] if quoted else text
    if "enum" in types and name in CODES and (code := _code(name, plain)) is not None:
        return code
    for kind, read in _READERS.items():
        if kind in types and (not quoted or kind in _TEXTS) and (value := read(plain)) is not None:
            return value
    raise WrongOption(f"{name} takes {syntax.text}, not {text!r}.")


def _collection(text: str, members: Members, depth: int) -> Collection:
    attributes = []
    for part in _split(text, " "):
        if not part:
            continue
        name, separator, value = part.partition("=")
        if not separator or not _NAME.fullmatch(name):
            raise WrongOption(f"{part!r} is no member; write NAME=VALUE.")
        attributes.append(_encoded(name, value, members.get(name) or definition(name), None, depth + 1))
    return Collection(attributes)


def _split(text: str, separator: str) -> Iterator[str]:
    """The parts between separators that stand outside braces and quotes."""
    depth = start = 0
    quote = ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and (index == start or text[index - 1] in "={, "):
            quote = character  # behind a letter it is an apostrophe
        elif character in "{}":
            depth += 1 if character == "{" else -1
        elif character == separator and depth == 0:
            yield text[start:index]
            start = index + 1
        if depth < 0:
            break
    if depth or quote:
        raise WrongOption(f"The {'quote' if quote else 'brace'} in {text!r} has no counterpart.")
    yield text[start:]


def _code(name: str, text: str) -> Enum | None:
    """An enum value by its registered keyword or by the last word of it (`high`, `landscape`)."""
    for code in CODES[name]:
        if text in (code.keyword, code.name.lower()):
            return Enum(code)
    return None


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _enum(text: str) -> Enum | None:
    return Enum(text) if _INTEGER.fullmatch(text) else None


def _range(text: str) -> RangeOfInteger | None:
    if (single := _integer(text)) is not None:
        return RangeOfInteger(single, single)
    match = _RANGE.fullmatch(text)
    return RangeOfInteger(int(match[1]), int(match[2])) if match else None


def _resolution(text: str) -> Resolution | None:
    match = _RESOLUTION.fullmatch(text)
    if match is None:
        return None
    return Resolution(int(match[1]), int(match[2] or match[1]), _UNITS[match[3].lower()])


def _date_time(text: str) -> DateTime | None:
    try:
        return DateTime.of(datetime.fromisoformat(text).astimezone())
    except (ValueError, OverflowError):
        return None


_TEXTS: Final = frozenset(("text", "name", "octetString", "uri", "mimeMediaType"))
"""What a value in quotes can be."""

_READERS: Final[Mapping[str, Callable[[str], Value | None]]] = {
    "boolean": _BOOLEANS.get,
    "integer": _integer,
    "rangeOfInteger": _range,
    "resolution": _resolution,
    "dateTime": _date_time,
    "enum": _enum,
    "keyword": lambda text: Keyword(text) if _KEYWORD.fullmatch(text) else None,
    "uri": Uri,
    "uriScheme": UriScheme,
    "charset": Charset,
    "naturalLanguage": NaturalLanguage,
    "mimeMediaType": MimeMediaType,
    "name": Name,
    "text": Text,
    "octetString": lambda text: OctetString(text.encode()),
}
"""From text to a value of each syntax, the particular ones first; None where the text is no such value."""
