"""Everything that is read by GET, from a whole server."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Final

import pytest

from ippserver.client import IppClient
from ippserver.iana import names
from ippserver.ipp.values import Keyword
from ippserver.model.language import Language
from ippserver.testing import VirtualPrinter
from tests.web.reader import read

PRINTERS: Final = [
    {"name": "First", "path": "/ipp/print"},
    {"name": "Second", "path": "/second?x=1", "media": ["custom_mine_77x99mm", "iso_a4_210x297mm"]},
]
PAGES: Final = ("/ipp/print", "/%69pp/print", "/second?x=1", "/printers/First", "/", "/printers/")


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter(settings={"printer": PRINTERS}) as printer:
        yield printer


def test_every_page_is_safe_by_its_header(printer: VirtualPrinter) -> None:
    for path in PAGES:
        answer = read(printer, path)
        assert (answer.status, answer.fields["content-type"]) == (200, "text/html; charset=utf-8"), path
        assert answer.fields["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert answer.fields["x-content-type-options"] == "nosniff"
        assert answer.fields["referrer-policy"] == "no-referrer"
        assert answer.fields["cache-control"] == "no-store"
        assert answer.fields["server"] == "ippserver"
        assert "access-control-allow-origin" not in answer.fields


def test_a_page_needs_nothing_but_what_is_here(printer: VirtualPrinter) -> None:
    page = read(printer, "/ipp/print").page
    linked = [each["href"] for each in page.all("link")] + [each["src"] for each in page.all("img")]
    assert linked
    for path in linked:
        answer = read(printer, path)
        assert answer.status == 200, path
        assert answer.fields["x-content-type-options"] == "nosniff"
    assert page.all("script") == page.all("style") == page.all("iframe") == page.all("form") == []
    assert not any("style" in attributes or "onclick" in attributes for _, attributes in page.elements)


@pytest.mark.parametrize(
    "path",
    [
        "/ipp/print?x=1",
        "/second",
        "/icons/",
        "/icons/draw.py",
        "/icons/__init__.py",
        "/icons/../strings/de.strings",
        "/icons/%2e%2e/strings/de.strings",
        "/static/page.css?x",
        "/static/..%2f..%2fserver.py",
        "/strings/fr.strings",
        "/strings/de.strings/",
        "/templates/base.html",
        "/printers/Third",
        "/favicon.ico",
    ],
)
def test_nothing_else_is_there(printer: VirtualPrinter, path: str) -> None:
    answer = read(printer, path)
    assert (answer.status, answer.body) == (404, b"There is nothing here.\n")
    assert answer.fields["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert (answer.fields["x-content-type-options"], answer.fields["cache-control"]) == (
        "nosniff",
        "no-store",
    )


def test_a_job_has_no_page(printer: VirtualPrinter) -> None:
    answer = read(printer, "/ipp/print/7")
    assert (answer.status, answer.fields["allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize("path", ["/ipp/print", "/icons/photo-48.png", "/strings/de.strings"])
def test_a_head_is_the_same_without_the_body(printer: VirtualPrinter, path: str) -> None:
    whole, head = read(printer, path), read(printer, path, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.fields["content-length"] == str(len(whole.body))
    assert head.fields["content-type"] == whole.fields["content-type"]


def test_icons_are_pictures(printer: VirtualPrinter) -> None:
    for size in (48, 128, 512):
        answer = read(printer, f"/icons/office-color-{size}.png")
        file = files("ippserver.web.icons").joinpath(f"office-color-{size}.png")
        assert (answer.fields["content-type"], answer.body) == ("image/png", file.read_bytes())


def test_what_a_client_has_is_not_sent_again(printer: VirtualPrinter) -> None:
    path = "/icons/photo-48.png"
    first = read(printer, path)
    tag, since = first.fields["etag"], first.fields["last-modified"]
    for fields in (
        {"If_None_Match": tag},
        {"If_None_Match": f'"else", W/{tag}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": since},
        {"If_None_Match": tag, "If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        answer = read(printer, path, **fields)
        assert (answer.status, answer.body, answer.fields["etag"]) == (304, b"", tag), fields
        assert answer.fields["cache-control"] == "no-cache"
    for fields in (
        {"If_None_Match": '"else"'},
        {"If_None_Match": "nonsense"},
        {"If_None_Match": '"else"', "If_Modified_Since": since},
        {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If_Modified_Since": "nonsense"},
    ):
        assert read(printer, path, **fields).status == 200, fields


def test_the_strings_name_what_the_printers_have(printer: VirtualPrinter) -> None:
    answer = read(printer, "/strings/de.strings")
    assert answer.fields["content-type"] == "text/strings; charset=utf-8"
    assert answer.fields["content-language"] == "de"
    entries = Language.parse("de", answer.body.decode()).entries
    assert entries["sides.two-sided-long-edge"] == "Beidseitig, lange Kante"
    assert entries["print-quality.3"] == "Entwurf"
    assert entries["media.custom_mine_77x99mm"] == "77 × 99 mm"
    again = read(printer, "/strings/de.strings", If_None_Match=answer.fields["etag"])
    assert again.status == 304


async def test_the_strings_follow_what_the_printers_have(printer: VirtualPrinter) -> None:
    before = read(printer, "/strings/en.strings")
    async with IppClient(printer.uri) as client:
        await client.set_printer_attributes([names.PRINTER_LOCATION.of("elsewhere")])
        same = read(printer, "/strings/en.strings", If_None_Match=before.fields["etag"])
        await client.set_printer_attributes([names.MEDIA_SUPPORTED.of(Keyword("iso_a4_210x297mm"))])
    after = read(printer, "/strings/en.strings", If_None_Match=before.fields["etag"])
    assert (same.status, after.status) == (304, 200)
    assert b'"media.na_index-4x6_4x6in"' in before.body
    assert b'"media.na_index-4x6_4x6in"' not in after.body


@pytest.mark.parametrize(("accepted", "language"), [("de-DE,de;q=0.9", "de"), ("fr", "en"), ("", "en")])
def test_a_page_is_in_the_language_of_the_browser(
    printer: VirtualPrinter, accepted: str, language: str
) -> None:
    answer = read(printer, "/ipp/print", Accept_Language=accepted)
    assert (answer.fields["content-language"], answer.fields["vary"]) == (language, "Accept-Language")
    assert answer.page.all("html") == [{"lang": language}]
    assert {"de": "Bereit zum Drucken.", "en": "Ready to print."}[language] in answer.page.text


def test_a_foreign_host_sees_nothing() -> None:
    with VirtualPrinter(settings={"access": {"preset": "home"}}) as printer:
        for path in ("/", "/ipp/print", "/icons/photo-48.png", "/strings/de.strings"):
            answer = read(printer, path, Host="evil.example")
            assert (answer.status, b"host-names" in answer.body) == (400, True)


def test_no_other_site_is_let_in(printer: VirtualPrinter) -> None:
    fields = {"Origin": "http://evil.example", "Access_Control_Request_Method": "POST"}
    answer = read(printer, "/ipp/print", method="OPTIONS", **fields)
    assert answer.status == 200
    assert not any(name.startswith("access-control-") for name in answer.fields)
