"""Octets of one value to the value: one function per value tag (RFC 8010 3.9).

A reader knows neither where its octets stood nor what the attribute is called. It raises `UnreadableValue`,
or UnicodeDecodeError for a string that is not UTF-8; the decoder says where that was.
"""

from codecs import charmap_decode
from collections.abc import Callable, Mapping
from functools import lru_cache
from struct import Struct
from typing import Final, TypeAlias, TypeVar

from ippserver.ipp.strings import has_control_characters, is_attribute_name
from ippserver.ipp.tags import KNOWN_VALUE_TAGS, ValueTag
from ippserver.ipp.values import (
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

Reader: TypeAlias = Callable[[bytes], Value]
_S = TypeVar("_S", Keyword, Uri, UriScheme, Charset, NaturalLanguage, MimeMediaType)
_T = TypeVar("_T", Text, Name)
_L = TypeVar("_L", TextWithLanguage, NameWithLanguage)

_INTEGER: Final = Struct(">i")
_RANGE: Final = Struct(">ii")
_RESOLUTION: Final = Struct(">iib")
_BOOLEANS: Final = {b"\0": False, b"\1": True}
_MAX_LANGUAGE_OCTETS: Final = 63


class UnreadableValue(Exception):
    """The octets are no value of the syntax that their tag names."""

    def __init__(self, reason: str, spec: str = "RFC 8010 3.9") -> None:
        super().__init__(reason, spec)
        self.reason = reason
        self.spec = spec


@lru_cache(
    maxsize=4096
)  # clients ask the same again and again; a hit costs a third and the name is hashed already
def read_name(octets: bytes) -> str:
    """The name of an attribute or member.

    Raises:
        UnreadableValue: it is none.
    """
    name = octets.decode("latin-1")
    if not is_attribute_name(name):
        raise UnreadableValue("a name is not 1 to 255 octets of printable US-ASCII", "RFC 8010 3.2")
    return name


def _read_integer(octets: bytes) -> Value:
    if len(octets) != 4:
        raise UnreadableValue("an integer has four octets", "RFC 8010 3.8")
    number: int = _INTEGER.unpack(octets)[0]
    return number


def _read_enum(octets: bytes) -> Value:
    if len(octets) != 4:
        raise UnreadableValue("an enum has four octets", "RFC 8010 3.8")
    return Enum(_INTEGER.unpack(octets)[0])


def _read_boolean(octets: bytes) -> Value:
    value = _BOOLEANS.get(octets)
    if value is None:
        raise UnreadableValue("a boolean is one octet, 0x00 or 0x01")
    return value


def _read_range(octets: bytes) -> Value:
    if len(octets) != 8:
        raise UnreadableValue("a rangeOfInteger has eight octets")
    return RangeOfInteger(*_RANGE.unpack(octets))


def _read_resolution(octets: bytes) -> Value:
    if len(octets) != 9:
        raise UnreadableValue("a resolution has nine octets")
    return Resolution(*_RESOLUTION.unpack(octets))


def _read_date_time(octets: bytes) -> Value:
    if len(octets) != 11:
        raise UnreadableValue("a dateTime has eleven octets")
    return DateTime(octets)


def _read_extension(octets: bytes) -> Value:
    if len(octets) < 4:
        raise UnreadableValue("an extension starts with the four octets of its tag", "RFC 8010 3.5.2")
    return Opaque(int(ValueTag.EXTENSION), octets)


def _opaque_reader(tag: int) -> Reader:
    return lambda octets: Opaque(tag, octets)


def _out_of_band_reader(value: OutOfBand) -> Reader:
    def read(octets: bytes) -> Value:
        if octets:
            raise UnreadableValue("an out-of-band value has no octets", "RFC 8010 3.8")
        return value

    return read


def _string_reader(syntax: type[_S]) -> Reader:
    def read(octets: bytes) -> Value:
        string = syntax(octets, "utf-8")
        if not string.isprintable() and has_control_characters(string):  # the call costs more than the test
            raise UnreadableValue("a control character stands in the value", "RFC 8011 5.1")
        return string

    return read


def _decode_leniently(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return charmap_decode(octets, "strict", _WINDOWS_1252)[0]


def _text_reader(syntax: type[_T], decode: Callable[[bytes], str]) -> Reader:
    def read(octets: bytes) -> Value:
        if 0 in octets:
            raise UnreadableValue("a NUL stands in the value", "RFC 8011 5.1.2")
        return syntax(decode(octets))

    return read


@lru_cache(maxsize=256)
def _read_language(octets: bytes) -> str:
    if not 0 < len(octets) <= _MAX_LANGUAGE_OCTETS:
        raise UnreadableValue("a natural language has 1 to 63 octets", "RFC 8011 5.1.9")
    language = octets.decode("latin-1")
    if not language.isascii() or not language.isprintable():
        raise UnreadableValue("a natural language is printable US-ASCII", "RFC 8011 5.1.9")
    return language


def _with_language_reader(syntax: type[_L], decode: Callable[[bytes], str]) -> Reader:
    def read(octets: bytes) -> Value:
        size = len(octets)
        if size < 4:
            raise UnreadableValue("the value has no room for two lengths")
        text_start = 4 + (octets[0] << 8 | octets[1])
        if text_start > size:
            raise UnreadableValue("the language is longer than the value")
        if text_start + (octets[text_start - 2] << 8 | octets[text_start - 1]) != size:
            raise UnreadableValue("language and text do not fill the value")
        text = octets[text_start:]
        if 0 in text:
            raise UnreadableValue("a NUL stands in the value", "RFC 8011 5.1.2")
        return syntax(_read_language(octets[2 : text_start - 2]), decode(text))

    return read


def _localized_readers(decode: Callable[[bytes], str]) -> dict[int, Reader]:
    return {
        ValueTag.TEXT: _text_reader(Text, decode),
        ValueTag.NAME: _text_reader(Name, decode),
        ValueTag.TEXT_WITH_LANGUAGE: _with_language_reader(TextWithLanguage, decode),
        ValueTag.NAME_WITH_LANGUAGE: _with_language_reader(NameWithLanguage, decode),
    }


_WINDOWS_1252: Final = bytes(range(0x100)).decode("cp1252", "replace")
"""The character of each octet; U+FFFD for the five that have none."""

_READERS: Final[Mapping[int, Reader]] = {
    ValueTag.INTEGER: _read_integer,
    ValueTag.BOOLEAN: _read_boolean,
    ValueTag.ENUM: _read_enum,
    ValueTag.OCTET_STRING: OctetString,
    ValueTag.DATE_TIME: _read_date_time,
    ValueTag.RESOLUTION: _read_resolution,
    ValueTag.RANGE_OF_INTEGER: _read_range,
    ValueTag.KEYWORD: _string_reader(Keyword),
    ValueTag.URI: _string_reader(Uri),
    ValueTag.URI_SCHEME: _string_reader(UriScheme),
    ValueTag.CHARSET: _string_reader(Charset),
    ValueTag.NATURAL_LANGUAGE: _string_reader(NaturalLanguage),
    ValueTag.MIME_MEDIA_TYPE: _string_reader(MimeMediaType),
    ValueTag.EXTENSION: _read_extension,
    **_localized_readers(bytes.decode),
    **{value.value: _out_of_band_reader(value) for value in OutOfBand},
    **{tag: _opaque_reader(tag) for tag in range(0x10, 0x100) if tag not in set(ValueTag)},
}

READERS: Final[tuple[Reader | None, ...]] = tuple(_READERS.get(tag) for tag in range(0x100))
"""By value tag; None for delimiters and for the three tags that collections are built of."""

_LENIENT: Final = _localized_readers(_decode_leniently)

LENIENT_READERS: Final[tuple[Reader | None, ...]] = tuple(
    _LENIENT.get(tag, reader) for tag, reader in enumerate(READERS)
)
"""Also for text and names not in UTF-8: Windows sends job names in its code page, whatever the charset."""

assert {tag for tag in KNOWN_VALUE_TAGS if READERS[tag] is None} == {
    ValueTag.BEG_COLLECTION,
    ValueTag.END_COLLECTION,
    ValueTag.MEMBER_ATTR_NAME,
}
