"""Values to octets (RFC 8010 3): what is written here, `decoder` reads back as the same values.

Nothing the decoder would refuse is written: that is a ValueError, since it is our own mistake.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from struct import Struct
from struct import error as StructError
from typing import TYPE_CHECKING, Any, Final

from ippserver.ipp.strings import has_control_characters, is_attribute_name
from ippserver.ipp.tags import FIRST_VALUE_TAG, KNOWN_VALUE_TAGS, GroupTag, ValueTag
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

if TYPE_CHECKING:
    from ippserver.ipp.attributes import AttributeGroup

MAX_VALUE_OCTETS: Final = 0x7FFF
"""A length is a SIGNED-SHORT (RFC 8010 3.8)."""

_HEADER: Final = Struct(">BBHi")
_SHORT: Final = Struct(">H")
_INTEGER: Final = Struct(">Hi")
_RANGE: Final = Struct(">Hii")
_RESOLUTION: Final = Struct(">Hiib")
_NOTHING: Final = b"\0\0"
_END_COLLECTION: Final = bytes((ValueTag.END_COLLECTION,)) + _NOTHING + _NOTHING
_MEMBER_NAME: Final = bytes((ValueTag.MEMBER_ATTR_NAME,)) + _NOTHING
_END: Final = bytes((GroupTag.END,))


def encode_attribute(name: str, values: Sequence[Value]) -> bytes:
    """The octets of an attribute as it stands in a group (RFC 8010 3.1.4 to 3.1.7).

    Raises:
        ValueError: there is no value, or the name or a value is one that no message can carry.
    """
    try:
        return _encode_values(_encode_name(name), values)
    except (ValueError, StructError) as problem:
        raise ValueError(f"{name!r} cannot be encoded: {problem}") from problem


def encode_group(tag: int, attributes: Iterable[bytes]) -> bytes:
    """The octets of a group: its tag, and its encoded `attributes` (RFC 8010 3.1.2).

    Raises:
        ValueError: `tag` opens no group.
    """
    if not 0 < tag < FIRST_VALUE_TAG or tag == GroupTag.END:
        raise ValueError(f"{tag:#04x} opens no attribute group")
    return _SHORT.pack(tag)[1:] + b"".join(attributes)


def encode_message(
    version: tuple[int, int],
    code: int,
    request_id: int,
    groups: Iterable["AttributeGroup"],
    encoded: Iterable[bytes] = (),
) -> bytes:
    """The octets of a message: header, groups and end-of-attributes-tag (RFC 8010 3.1.1).

    Groups that are `encoded` already follow the others.

    Raises:
        ValueError: a number of the header or a tag or an attribute of a group cannot be encoded.
    """
    try:
        parts = [_HEADER.pack(*version, code, request_id)]
    except StructError as problem:
        raise ValueError(f"header {version}, {code}, {request_id}: {problem}") from problem
    parts.extend([group.wire for group in groups])
    parts.extend(encoded)
    parts.append(_END)
    return b"".join(parts)


def _encode_values(name_field: bytes, values: Iterable[Value]) -> bytes:
    parts: list[bytes] = []
    for value in values:
        syntax = _SYNTAXES.get(type(value))
        tag, field = _encode_tagged(value) if syntax is None else (syntax[0], syntax[1](value))
        parts += (tag, name_field, field)
        name_field = _NOTHING  # RFC 8010 3.1.5: the values after the first carry no name
    if not parts:
        raise ValueError("an attribute has at least one value")
    return b"".join(parts)


def _encode_tagged(value: object) -> tuple[bytes, bytes]:
    """Tag and length-prefixed octets of a value that carries its own tag."""
    if isinstance(value, OutOfBand):
        return bytes((value.value,)), _NOTHING
    if not isinstance(value, Opaque):
        # The exact type names the syntax, so a plain str or an IntEnum says too little.
        raise ValueError(f"{type(value).__name__} is no attribute syntax")  # noqa: TRY004
    if not FIRST_VALUE_TAG <= value.tag <= 0xFF or value.tag in KNOWN_VALUE_TAGS:
        raise ValueError(f"{value.tag:#04x} is no tag of an unknown syntax")
    if value.tag == ValueTag.EXTENSION and len(value.octets) < 4:
        raise ValueError("an extension starts with the four octets of its tag")
    return bytes((value.tag,)), _sized(value.octets)


def _sized(octets: bytes) -> bytes:
    if len(octets) > MAX_VALUE_OCTETS:
        raise ValueError(f"{len(octets)} octets are more than a value can have")
    return _SHORT.pack(len(octets)) + octets


@lru_cache(maxsize=4096)  # the same names leave again and again
def _encode_name(name: str) -> bytes:
    if not is_attribute_name(name):
        raise ValueError("not an attribute name")
    return _SHORT.pack(len(name)) + name.encode("ascii")


def _encode_string(value: str) -> bytes:
    if not value.isprintable() and has_control_characters(value):  # the call costs more than the test
        raise ValueError("control characters")
    return _sized(value.encode())


def _encode_text(value: str) -> bytes:
    if "\0" in value:
        raise ValueError("NUL")
    return _sized(value.encode())


def _encode_boolean(value: bool) -> bytes:
    return b"\0\1\1" if value else b"\0\1\0"


def _encode_integer(value: int) -> bytes:
    return _INTEGER.pack(4, value)


def _encode_range(value: RangeOfInteger) -> bytes:
    return _RANGE.pack(8, *value)


def _encode_resolution(value: Resolution) -> bytes:
    return _RESOLUTION.pack(9, *value)


def _encode_date_time(value: DateTime) -> bytes:
    if len(value) != 11:
        raise ValueError("a dateTime has eleven octets")
    return _sized(value)


def _encode_with_language(value: TextWithLanguage | NameWithLanguage) -> bytes:
    language = _encode_string(value.language)
    if not 0 < len(language) - 2 <= 63 or not language.isascii():
        raise ValueError("a natural language has 1 to 63 octets of US-ASCII")
    return _sized(language + _encode_text(value.text))


def _encode_collection(collection: Collection) -> bytes:
    parts = [_NOTHING]
    for member in collection.members:
        parts += (_MEMBER_NAME, _encode_name(member.name), _encode_values(_NOTHING, member.values))
    parts.append(_END_COLLECTION)
    return b"".join(parts)


def _syntax(tag: ValueTag, encode: Callable[[Any], bytes]) -> tuple[bytes, Callable[[Any], bytes]]:
    return bytes((tag,)), encode


# Any: the key is the type that the function takes, which no annotation of a mapping can say.
_SYNTAXES: Final[Mapping[type, tuple[bytes, Callable[[Any], bytes]]]] = {
    int: _syntax(ValueTag.INTEGER, _encode_integer),
    bool: _syntax(ValueTag.BOOLEAN, _encode_boolean),
    Enum: _syntax(ValueTag.ENUM, _encode_integer),
    OctetString: _syntax(ValueTag.OCTET_STRING, _sized),
    DateTime: _syntax(ValueTag.DATE_TIME, _encode_date_time),
    Resolution: _syntax(ValueTag.RESOLUTION, _encode_resolution),
    RangeOfInteger: _syntax(ValueTag.RANGE_OF_INTEGER, _encode_range),
    Collection: _syntax(ValueTag.BEG_COLLECTION, _encode_collection),
    TextWithLanguage: _syntax(ValueTag.TEXT_WITH_LANGUAGE, _encode_with_language),
    NameWithLanguage: _syntax(ValueTag.NAME_WITH_LANGUAGE, _encode_with_language),
    Text: _syntax(ValueTag.TEXT, _encode_text),
    Name: _syntax(ValueTag.NAME, _encode_text),
    Keyword: _syntax(ValueTag.KEYWORD, _encode_string),
    Uri: _syntax(ValueTag.URI, _encode_string),
    UriScheme: _syntax(ValueTag.URI_SCHEME, _encode_string),
    Charset: _syntax(ValueTag.CHARSET, _encode_string),
    NaturalLanguage: _syntax(ValueTag.NATURAL_LANGUAGE, _encode_string),
    MimeMediaType: _syntax(ValueTag.MIME_MEDIA_TYPE, _encode_string),
}
