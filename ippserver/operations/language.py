"""Every text and name keeps the natural language it is in (RFC 8011 4.1.4.1, 4.1.4.2).

A value without language is in that of its message. Inside, that is LANGUAGE: what a client says in another
one is marked with it as soon as it comes in. A response is made in LANGUAGE and turned into another one that
we speak where its client wants that: our own sentences are translated, and what is not is marked.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from ippserver.iana import names, vendor
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.message import Response
from ippserver.ipp.strings import shortened
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Name, NameWithLanguage, Text, TextWithLanguage, Value
from ippserver.model.capabilities import LANGUAGE
from ippserver.model.language import Language, normal_tag

_UNMARKED: Final = frozenset({Text, Name, Collection})
"""Types whose values may be, or hold, a string without language."""
_WORDS: Final = _UNMARKED | {NameWithLanguage, TextWithLanguage}
_OURS: Final = frozenset(
    definition.name
    for definition in (
        names.STATUS_MESSAGE,
        names.JOB_STATE_MESSAGE,
        names.DOCUMENT_STATE_MESSAGE,
        names.NOTIFY_TEXT,
        names.PRINTER_STATE_MESSAGE,
        names.PRINTER_ALERT_DESCRIPTION,
        names.PRINTER_SUPPLY_DESCRIPTION,
        vendor.MARKER_NAMES,
    )
)
"""Attributes that hold sentences of our own."""
STATUS_MESSAGE_OCTETS: Final = 255
_FIRST_REFUSAL: Final = 0x0400
"""The first status-code that is none of success (RFC 8011 B.1)."""
_TEXT_OCTETS: Final = 1023
_NAME_OCTETS: Final = 255


def in_language(group: AttributeGroup, language: str) -> AttributeGroup:
    """`group` with its texts and names marked as `language`; as it is where that is a kind of LANGUAGE."""
    language = normal_tag(language)
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


def said_in(response: Response, language: Language) -> Response:
    """`response` in `language`, but for groups that are octets; a refusal only if it can be said in it.

    What a language has is a matter of its file: where it lacks the words for a refusal, all is in LANGUAGE.
    """
    head, *groups = response.groups
    is_refusal = response.status_code >= _FIRST_REFUSAL
    if language.tag == LANGUAGE or (is_refusal and language.say(_message(head)) is None):
        return response
    tag = names.ATTRIBUTES_NATURAL_LANGUAGE.of(language.tag)
    operation = [tag if each.name == tag.name else _turned(each, language, marks=False) for each in head]
    turned = (group_in(group, language) for group in groups)
    return replace(response, groups=(AttributeGroup(head.tag, operation), *turned))


def _message(head: AttributeGroup) -> str:
    return str(names.STATUS_MESSAGE.get(head))


def group_in(group: AttributeGroup, language: Language) -> AttributeGroup:
    """A group of an answer in `language`."""
    if language.tag == LANGUAGE or group.tag == GroupTag.UNSUPPORTED:
        return group  # what is not supported goes back as the client wrote it
    if group.tag == GroupTag.PRINTER:
        return AttributeGroup(group.tag, [_of_printer(attribute, language) for attribute in group])
    return AttributeGroup(group.tag, [_turned(attribute, language, marks=True) for attribute in group])


@lru_cache(maxsize=1024)  # nearly all are the same in every answer
def _of_printer(attribute: Attribute, language: Language) -> Attribute:
    """Without marks: what an Operator configured is in no language that we know of."""
    return _turned(attribute, language, marks=False)


def _turned(attribute: Attribute, language: Language, *, marks: bool) -> Attribute:
    if attribute.name in _OURS:
        octets = STATUS_MESSAGE_OCTETS if attribute.name == names.STATUS_MESSAGE.name else _TEXT_OCTETS
        return Attribute(attribute.name, [_translated(value, language, octets) for value in attribute.values])
    if not any(type(value) in _WORDS for value in attribute.values):
        return attribute
    return Attribute(attribute.name, [_word(value, language, marks=marks) for value in attribute.values])


def _translated(value: Value, language: Language, octets: int) -> Value:
    if not isinstance(value, Text | Name) or not value:
        return value
    said = language.say(str(value))
    if said is None:
        return _value(value, LANGUAGE)
    return Name(shortened(said, _NAME_OCTETS)) if isinstance(value, Name) else Text(shortened(said, octets))


def _word(value: Value, language: Language, *, marks: bool) -> Value:
    if type(value) is Collection:
        return Collection([_turned(member, language, marks=marks) for member in value])
    if type(value) is NameWithLanguage and language.speaks(value.language):
        return Name(value.text)
    if type(value) is TextWithLanguage and language.speaks(value.language):
        return Text(value.text)
    return _value(value, LANGUAGE) if marks else value
