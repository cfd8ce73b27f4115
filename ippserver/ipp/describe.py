"""A message for people: as text for logs and as plain data for JSON.

What operations and status-codes are called is not known here, nor which attributes are secret: callers say.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, TypeAlias

from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.message import Request, Response
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import (
    Charset,
    Collection,
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

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
CodeName: TypeAlias = Callable[[int], str]

LINE_CHARACTERS: Final = 512
"""A line of `describe` is no longer, whatever the peer sent."""

_ELLIPSIS: Final = "..."
_HIDDEN: Final = "(hidden)"
_RESOLUTION_UNITS: Final[Mapping[int, str]] = {3: "dpi", 4: "dpcm"}


def describe(
    message: Request | Response, code_name: CodeName | None = None, *, hidden: Container[str] = ()
) -> str:
    """The message as text: a line for its header, for each group and for each attribute.

    Lines have at most `LINE_CHARACTERS` printable characters; all others stand escaped as in a Python string.
    The values of attributes and members with a name in `hidden` are left out.
    """
    kind, code = _kind_and_code(message)
    name = "" if code_name is None else f" {escape(code_name(code))}"
    lines = [f"IPP/{message.version} {kind} {code:#06x}{name} request-id {message.request_id}"]
    for group in message.groups:
        lines.append(f"  {_group_name(group)}:")
        lines.extend(_shorten((f"    {attribute_text(attribute, hidden=hidden)}",)) for attribute in group)
    return "\n".join(lines)


def as_json(
    message: Request | Response, code_name: CodeName | None = None, *, hidden: Container[str] = ()
) -> dict[str, Json]:
    """The message as what `json.dumps` takes, with the syntax beside each value.

    Attributes and members with a name in `hidden` have null for their values.
    """
    kind, code = _kind_and_code(message)
    groups: list[Json] = [
        {"group": _group_name(group), "attributes": [_attribute_json(each, hidden) for each in group]}
        for group in message.groups
    ]
    return {
        "kind": kind,
        "version": str(message.version),
        "code": code,
        "code_name": None if code_name is None else code_name(code),
        "request_id": message.request_id,
        "groups": groups,
    }


def attribute_text(attribute: Attribute, *, hidden: Container[str] = ()) -> str:
    """An attribute as one line of at most `LINE_CHARACTERS`: name, syntaxes and values."""
    syntaxes = " | ".join(dict.fromkeys(syntax_name(value) for value in attribute.values))
    head = f"{escape(attribute.name)} ({syntaxes}) = "
    return _shorten(chain((head,), _separated(attribute, ", ", hidden)))


def value_text(value: Value, *, hidden: Container[str] = ()) -> str:
    """A value as text without control characters, in the way the standards write it; of any length."""
    if isinstance(value, Collection):
        members = (f"{escape(each.name)}={''.join(_separated(each, ',', hidden))}" for each in value)
        return "{" + " ".join(members) + "}"
    return _TEXTS[type(value)](value)


def syntax_name(value: Value) -> str:
    """What the standards call the value's syntax; the tag in hexadecimal where they do not."""
    if isinstance(value, Opaque):
        return f"{value.tag:#04x}"
    return _SYNTAXES[type(value)]


def escape(string: str) -> str:
    """`string` in printable characters only: controls, bidirectional overrides and the like as `\\x1b`."""
    if string.isprintable() and "\\" not in string:
        return string
    return "".join(
        character if character.isprintable() and character != "\\" else _escape_character(character)
        for character in string
    )


def _escape_character(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _kind_and_code(message: Request | Response) -> tuple[str, int]:
    if isinstance(message, Request):
        return "request", message.operation_id
    return "response", message.status_code


def _group_name(group: AttributeGroup) -> str:
    try:
        return GroupTag(group.tag).name.lower().replace("_", "-")
    except ValueError:
        return f"{group.tag:#04x}"


def _separated(attribute: Attribute, separator: str, hidden: Container[str]) -> Iterator[str]:
    if attribute.name in hidden:
        yield _HIDDEN
        return
    for index, value in enumerate(attribute.values):
        if index:
            yield separator
        yield value_text(value, hidden=hidden)


def _shorten(parts: Iterable[str]) -> str:
    """The parts joined, as far as a line goes."""
    line = ""
    for part in parts:
        line += part
        if len(line) > LINE_CHARACTERS:
            return line[: LINE_CHARACTERS - len(_ELLIPSIS)] + _ELLIPSIS
    return line


def _octets_text(value: OctetString) -> str:
    """As text where it is US-ASCII, as most of what Printers send is; in hexadecimal otherwise."""
    return escape(value.decode("ascii")) if value.isascii() else value.hex()


def _date_time_text(value: DateTime) -> str:
    moment = value.datetime
    return value.hex() if moment is None else moment.isoformat()


def _resolution_text(value: Resolution) -> str:
    unit = _RESOLUTION_UNITS.get(value.units, f" unit {value.units}")
    return f"{value.cross_feed}x{value.feed}{unit}"


def _with_language_text(value: TextWithLanguage | NameWithLanguage) -> str:
    return f"{escape(value.text)}[{escape(value.language)}]"


def _attribute_json(attribute: Attribute, hidden: Container[str]) -> Json:
    if attribute.name in hidden:
        return {"name": attribute.name, "values": None}
    values: list[Json] = [
        {"syntax": syntax_name(value), "value": _value_json(value, hidden)} for value in attribute.values
    ]
    return {"name": attribute.name, "values": values}


def _value_json(value: Value, hidden: Container[str]) -> Json:
    if isinstance(value, Collection):
        return [_attribute_json(member, hidden) for member in value]
    return _JSONS[type(value)](value)


_SYNTAXES: Final[Mapping[type, str]] = {
    int: "integer",
    bool: "boolean",
    Enum: "enum",
    Text: "text",
    Name: "name",
    Keyword: "keyword",
    Uri: "uri",
    UriScheme: "uriScheme",
    Charset: "charset",
    NaturalLanguage: "naturalLanguage",
    MimeMediaType: "mimeMediaType",
    OctetString: "octetString",
    DateTime: "dateTime",
    TextWithLanguage: "textWithLanguage",
    NameWithLanguage: "nameWithLanguage",
    RangeOfInteger: "rangeOfInteger",
    Resolution: "resolution",
    Collection: "collection",
    OutOfBand: "out-of-band",
}

_STRINGS: Final = (Text, Name, Keyword, Uri, UriScheme, Charset, NaturalLanguage, MimeMediaType)

# Any: the key is the type that the function takes, which no annotation of a mapping can say.
_TEXTS: Final[Mapping[type, Callable[[Any], str]]] = {
    int: str,
    bool: lambda value: "true" if value else "false",
    Enum: lambda value: str(int(value)),
    OctetString: _octets_text,
    DateTime: _date_time_text,
    TextWithLanguage: _with_language_text,
    NameWithLanguage: _with_language_text,
    RangeOfInteger: lambda value: f"{value.lower}-{value.upper}",
    Resolution: _resolution_text,
    OutOfBand: lambda value: value.name.lower().replace("_", "-"),
    Opaque: lambda value: value.octets.hex(),
    **dict.fromkeys(_STRINGS, escape),
}

_JSONS: Final[Mapping[type, Callable[[Any], Json]]] = {
    **_TEXTS,
    int: int,
    bool: bool,
    Enum: int,
    OctetString: bytes.hex,
    TextWithLanguage: lambda value: {"language": value.language, "text": value.text},
    NameWithLanguage: lambda value: {"language": value.language, "text": value.text},
    RangeOfInteger: lambda value: {"lower": value.lower, "upper": value.upper},
    **dict.fromkeys(_STRINGS, str),
}
