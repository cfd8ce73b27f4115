"""Every text and name keeps the natural language it is in (RFC 8011 4.1.4.1, 4.1.4.2).

A value without language is in that of its message. All our messages are in LANGUAGE, so what a client says in
another one is marked with it as soon as it comes in, and goes out like that whoever asks.
"""

from typing import Final

from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.values import Name, NameWithLanguage, Text, TextWithLanguage, Value
from ippserver.model.capabilities import LANGUAGE

_UNMARKED: Final = frozenset({Text, Name, Collection})
"""Types whose values may be, or hold, a string without language."""


def in_language(group: AttributeGroup, language: str) -> AttributeGroup:
    """`group` with its texts and names marked as `language`; as it is where that is a kind of LANGUAGE."""
    language = language.lower().replace("_", "-")  # old clients send the name of a locale, en_US
    if f"{language}-".startswith(f"{LANGUAGE}-"):  # "en" is English of any country (RFC 8011 5.1.3.3)
        return group
    return AttributeGroup(group.tag, [_attribute(attribute, language) for attribute in group])


def plain(value: str | TextWithLanguage | NameWithLanguage | None) -> str:
    """The words of `value` without their language; none for None."""
    if isinstance(value, TextWithLanguage | NameWithLanguage):
        return value.text
    return "" if value is None else str(value)


def _attribute(attribute: Attribute, language: str) -> Attribute:
    if not any(type(value) in _UNMARKED for value in attribute.values):
        return attribute
    return Attribute(attribute.name, [_value(value, language) for value in attribute.values])


def _value(value: Value, language: str) -> Value:
    if type(value) is Name:
        return NameWithLanguage(language, str(value))
    if type(value) is Text:
        return TextWithLanguage(language, str(value))
    if type(value) is Collection:
        return Collection([_attribute(member, language) for member in value])
    return value
