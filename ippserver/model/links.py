"""What of a Printer is read over HTTP: its page, its icons, the names of what it can do (PWG 5100.13 5.6)."""

from collections.abc import Iterator, Sequence
from typing import Final

from ippserver.iana import names
from ippserver.iana.keywords import UriAuthentication, UriSecurity
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Uri
from ippserver.model.uris import parse, to_http

_SECURE: Final = ("ipps", "https")
_AUTHENTICATION: Final = UriAuthentication.REQUESTING_USER_NAME

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


def uri_lists(uris: Sequence[str]) -> Iterator[Attribute]:
    """The `uris` of a Printer and what each demands, in parallel lists (RFC 8011 5.4.1, RFC 3380 6.6)."""
    schemes = [parse(uri).scheme for uri in uris]
    securities = [UriSecurity.TLS if scheme in _SECURE else UriSecurity.NONE for scheme in schemes]
    yield names.PRINTER_URI_SUPPORTED.of(*map(Uri, uris))
    yield names.URI_SECURITY_SUPPORTED.of(*securities)
    yield names.URI_AUTHENTICATION_SUPPORTED.of(*(_AUTHENTICATION,) * len(uris))
    yield names.PRINTER_XRI_SUPPORTED.of(
        *(
            Collection(
                (
                    names.XRI_URI.of(Uri(uri)),
                    names.XRI_AUTHENTICATION.of(_AUTHENTICATION),
                    names.XRI_SECURITY.of(security),
                )
            )
            for uri, security in zip(uris, securities, strict=True)
        )
    )


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
        names.PRINTER_URI_SUPPORTED,
        names.URI_SECURITY_SUPPORTED,
        names.URI_AUTHENTICATION_SUPPORTED,
        names.PRINTER_XRI_SUPPORTED,
        names.PRINTER_MORE_INFO,
        names.PRINTER_SUPPLY_INFO_URI,
        names.PRINTER_ICONS,
        names.PRINTER_STRINGS_URI,
    )
)
"""Theirs."""
