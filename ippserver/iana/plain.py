"""Attributes as plain data: the one JSON shape of a group, and values as words.

In JSON a group of attributes is an object. A value is what JSON has for it; enums are their registered
keywords, collections objects, and out-of-band values null. An attribute that may have several values is a
list, also of one.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ippserver.iana.enums import CODES
from ippserver.iana.names import definition
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.describe import Json, value_text
from ippserver.ipp.values import (
    DateTime,
    Enum,
    NameWithLanguage,
    OctetString,
    Opaque,
    OutOfBand,
    RangeOfInteger,
    Resolution,
    TextWithLanguage,
    Value,
)


def group_json(attributes: Iterable[Attribute]) -> dict[str, Json]:
    """A group, or the members of a collection, as an object."""
    return {attribute.name: attribute_json(attribute) for attribute in attributes}


def attribute_json(attribute: Attribute) -> Json:
    """The value, or the list of values, of an attribute."""
    values = [_json(attribute.name, value) for value in attribute.values]
    known = definition(attribute.name)
    single = known is not None and not any(each.syntax.set_of for each in known.registrations)
    return values[0] if single and len(values) == 1 else list(values)


def keyword_text(name: str, value: Value) -> str:
    """A value of the attribute `name` as text without control characters, an enum as its keyword."""
    if isinstance(value, Enum) and name in CODES:
        return CODES[name](value).keyword
    return value_text(value)


def _json(name: str, value: Value) -> Json:
    if isinstance(value, Collection):
        return group_json(value)
    if isinstance(value, Enum):
        return CODES[name](value).keyword if name in CODES else int(value)
    return _JSONS.get(type(value), _plain)(value)


def _plain(value: Any) -> Json:  # Any: the table below is by exact type
    return value if isinstance(value, bool) else int(value) if isinstance(value, int) else str(value)


_UNITS: Final[Mapping[int, str]] = {3: "dpi", 4: "dpcm"}

# Any: the key is the type that the function takes, which no annotation of a mapping can say.
_JSONS: Final[Mapping[type, Callable[[Any], Json]]] = {
    DateTime: value_text,
    NameWithLanguage: lambda value: value.text,
    TextWithLanguage: lambda value: value.text,
    OctetString: value_text,
    Opaque: value_text,
    OutOfBand: lambda value: None,
    RangeOfInteger: lambda value: {"lower": value.lower, "upper": value.upper},
    Resolution: lambda value: {
        "cross_feed": value.cross_feed,
        "feed": value.feed,
        "units": _UNITS.get(value.units, value.units),
    },
}
