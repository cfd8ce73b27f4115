"""A browser for tests: reads pages over HTTP and takes their HTML apart."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from ippserver.testing import VirtualPrinter
from tests.web.printer import PATIENCE_SECONDS

VOID: Final = frozenset({"meta", "link", "img", "rect", "path", "br"})
"""Elements without an end, as HTML or our SVG writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What came."""

    status: int
    fields: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def page(self) -> "Page":
        """It as HTML."""
        page = Page()
        page.feed(self.body.decode())
        page.close()
        assert page.open == [], "elements are not closed"
        return page


class Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "elements overlap"

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        """All text, each run of white space as one space."""
        return " ".join(" ".join(self.pieces).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of each element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]


def read(printer: VirtualPrinter, path: str, *, method: str = "GET", **fields: str) -> Read:
    """What is at `path`; `fields` with underscores for hyphens."""
    return _read(
        http.client.HTTPConnection("localhost", printer.port, timeout=PATIENCE_SECONDS), method, path, fields
    )


def read_encrypted(printer: VirtualPrinter, path: str, **fields: str) -> Read:
    """As `read`, by https:."""
    trusting = ssl.create_default_context(cafile=printer.certificate)
    connection = http.client.HTTPSConnection(
        "localhost", printer.port, timeout=PATIENCE_SECONDS, context=trusting
    )
    return _read(connection, "GET", path, fields)


def _read(connection: http.client.HTTPConnection, method: str, path: str, fields: Mapping[str, str]) -> Read:
    try:
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in fields.items()})
        answer = connection.getresponse()
        return Read(
            status=answer.status,
            fields={name.lower(): value for name, value in answer.getheaders()},
            body=answer.read(),
        )
    finally:
        connection.close()
