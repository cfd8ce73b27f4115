"""What of a Printer is read over HTTP: its page, its icons, the names of what it can do (PWG 5100.13 5.6)."""

from collections.abc import Iterator
from typing import Final

from ippserver.iana import names
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Uri
from ippserver.model.uris import parse, to_http

ICON_SIZES: Final = (48, 128, 512)
"""Pixels a side of the icons; clients expect these three."""
SUPPLIES: Final = "supplies"
"""The part of the page that is about them."""


def icon_path(icon: str, size: int) -> str:
    """Where an icon is."""
    return f"/icons/{icon}-{size}.png"


def strings_path(language: str) -> str:
    """Where the names of everything are, in one language."""
    return f"/strings/{language}.strings"


def links(printer_uri: str, icon: str, language: str | None) -> Iterator[Attribute]:
    """The URIs, on the host and by the scheme of `printer_uri`; without `language` there are no strings."""
    page = to_http(parse(printer_uri))
    host = page[: page.index("/", page.index("//") + 2)]
    yield names.PRINTER_MORE_INFO.of(Uri(page))
    yield names.PRINTER_SUPPLY_INFO_URI.of(Uri(f"{page}#{SUPPLIES}"))
    yield names.PRINTER_ICONS.of(*(Uri(host + icon_path(icon, size)) for size in ICON_SIZES))
    if language is not None:
        yield names.PRINTER_STRINGS_URI.of(Uri(host + strings_path(language)))


LINK_NAMES: Final = frozenset(
    definition.name
    for definition in (
        names.PRINTER_MORE_INFO,
        names.PRINTER_SUPPLY_INFO_URI,
        names.PRINTER_ICONS,
        names.PRINTER_STRINGS_URI,
    )
)
"""Theirs."""
