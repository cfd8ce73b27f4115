"""What attributes, their values and media are called by people (PWG 5100.13 5.6.40).

Most names stand in the file of the language. By rule are named: media by their size, resolutions, xxx-default
and the like, and what is the same in every language, such as the names of operations.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import Operation
from ippserver.iana.media import media_size
from ippserver.iana.names import DEFINITIONS
from ippserver.ipp.values import Collection, Enum, Keyword, Resolution, Value
from ippserver.model.capabilities import Capabilities
from ippserver.model.language import Language

_SUPPORTED: Final = "-supported"
_ATTRIBUTES: Final = "-attributes"
_SUFFIXES: Final = ("-actual", "-default", _SUPPORTED)
_KEY: Final = names.MEDIA.name
_MEDIA: Final = frozenset({names.MEDIA.name, names.MEDIA_KEY.name})
_AS_IT_IS: Final = frozenset(
    {
        names.IPP_VERSIONS_SUPPORTED.name,
        vendor.URF_SUPPORTED.name,
        names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.name,
    }
)
"""Attributes whose keywords are technical terms."""
_NUMBERED: Final = re.compile(r"(?:(?P<iso>iso)|jis|jpn)_(?P<letter>[abc]\d{1,2})_.*")
_PARTS: Final = re.compile(r"[^_]+_[^_]+_(?P<width>[\d.]+)x(?P<length>[\d.]+)(?P<unit>in|mm)")
_ENDLESS: Final = "0"
"""The length of a roll (PWG 5101.1 5.2)."""
_LIMIT: Final = re.compile(r"(?:custom|roll)_(?P<end>min|max)_.*")


def value_label(language: Language, definition: AttributeDef[Value], value: Value | None) -> str:
    """What `value` of the attribute is called; itself where it has no name."""
    return _value(language, definition.name, value) or str(value)


def attribute_label(language: Language, name: str) -> str | None:
    """What an attribute is called, or None."""
    known = language.entries.get(name)
    if known is not None:
        return known
    for suffix in _SUFFIXES:
        base = language.entries.get(name.removesuffix(suffix))
        if name.endswith(suffix) and base is not None:
            return language.words(f"{{}} ({suffix[1:]})").format(base)
    return None


def medium_label(language: Language, name: str) -> str:
    """What a medium is called: "A4", "Letter", "100 × 150 mm"."""
    known = language.entries.get(f"{_KEY}.{name}")
    if known is not None:
        return known
    limit = _LIMIT.fullmatch(name)
    if limit is not None:
        sentence = "from {}" if limit["end"] == "min" else "up to {}"
        return language.words(sentence).format(_size(language, name))
    numbered = _NUMBERED.fullmatch(name)
    if numbered is not None:
        return f"{'' if numbered['iso'] else 'JIS '}{numbered['letter'].upper()}"
    return _size(language, name)


def _size(language: Language, name: str) -> str:
    parts = _PARTS.fullmatch(name)
    if parts is None or media_size(name) is None:
        return name
    point = language.words(".")
    width, length = (parts[side].replace(".", point) for side in ("width", "length"))
    if length == _ENDLESS:
        return language.words(f"{{}} {parts['unit']} wide").format(width)
    return language.words(f"{{}} × {{}} {parts['unit']}").format(width, length)


def labels(language: Language, printers: Iterable[Capabilities]) -> Mapping[str, str]:
    """Every key of the file that clients get: the language's own, and those that are named by rule."""
    found = dict(language.entries)
    for printer in printers:
        for attribute in printer.attributes.values():
            if attribute.name.endswith(_SUPPORTED):
                found.update(_named(language, attribute.name, attribute.values))
    return found


def _named(language: Language, name: str, values: Iterable[Value]) -> Iterator[tuple[str, str]]:
    for value in values:
        key, base = key_of(name, value), name.removesuffix(_SUPPORTED)
        is_name = key == value
        label = attribute_label(language, str(value)) if is_name else _value(language, base, value)
        if key is not None and label is not None:
            yield key, label


def key_of(name: str, value: Value) -> str | None:
    """The key of `value` of the xxx-supported called `name`; None where it needs none."""
    if name in _AS_IT_IS or type(value) not in (Keyword, Enum, Resolution):
        return None
    base = name.removesuffix(_SUPPORTED)
    return str(value) if _lists_names(base) else f"{base}.{_written(value)}"


def _lists_names(name: str) -> bool:
    """Whether xxx-supported lists names of attributes: those of a collection's members, for instance."""
    definition = DEFINITIONS.get(name)
    is_collection = definition is not None and Collection in definition.types
    return is_collection or name.endswith(_ATTRIBUTES)


def _written(value: Value) -> str:
    """`value` in a key."""
    return _dots(value).replace(" ", "") if type(value) is Resolution else str(value)


def _dots(value: Resolution) -> str:
    across = "" if value.cross_feed == value.feed else f"{value.cross_feed}x"
    return f"{across}{value.feed} {'dpi' if value.units == 3 else 'dpcm'}"


def _value(language: Language, name: str, value: Value | None) -> str | None:
    if value is None:
        return None
    if name in _MEDIA:
        return medium_label(language, str(value))
    if f"{name}{_SUPPORTED}" == names.OPERATIONS_SUPPORTED.name and isinstance(value, int):
        return Operation(value).keyword
    if type(value) is Resolution:
        return _dots(value)
    return language.entries.get(f"{name}.{_written(value)}")
