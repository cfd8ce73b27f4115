"""The pages for people: what they show, what they never show, and that it stays text."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from ippserver.client import IppClient
from ippserver.iana import names, vendor
from ippserver.iana.enums import Operation
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, Name, Text, Uri
from ippserver.testing import VirtualPrinter
from tests.web.reader import read, read_encrypted

HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'onload='alert(1)",
    "</title><svg onload=alert(1)>",
    "{{7*7}}{% raw %}",
    "javascript:alert(1)",
    "]]><!--",
)
SECRET: Final = "secret-report"
USER: Final = "whistleblower"
ELEMENTS: Final = frozenset(
    "html head meta title link body header img div h1 p a main section h2 span ul li svg rect path g dl dt dd"
    " code footer".split()
)
"""All that a page of ours consists of."""


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    table = {
        "name": "Office",
        "info": "By the kitchen",
        "location": "2nd floor",
        "organization": "Example Ltd",
        "organizational-unit": "Accounting",
        "geo-location": "geo:52.5,13.4",
        "device": {
            "simulate": True,
            "tray": [{"source": "main"}, {"source": "tray-2", "media": "na_letter_8.5x11in"}],
        },
    }
    with VirtualPrinter(settings={"printer": [table, {"name": "Other"}]}) as printer:
        yield printer


async def ask(printer: VirtualPrinter, operation: Operation, *attributes: Attribute) -> None:
    async with IppClient(printer.uri, user=USER) as client:
        await client.request(operation, attributes)


async def put(printer: VirtualPrinter, *attributes: Attribute) -> None:
    async with IppClient(printer.uri, user=USER) as client:
        await client.set_printer_attributes(attributes)


def shown(printer: VirtualPrinter, path: str = "/ipp/print", **fields: str) -> str:
    return read(printer, path, **fields).page.text


def test_it_says_which_printer_it_is(printer: VirtualPrinter) -> None:
    page = read(printer, "/ipp/print").page
    for words in (
        "Office By the kitchen · ippserver Office Color",
        "2nd floor Map",
        "Example Ltd, Accounting",
        "Ready Ready to print.",
        "New jobs accepted",
        "Jobs in the queue 0",
    ):
        assert words in page.text
    assert {"href": "geo:52.5,13.4"} in page.all("a")


async def test_it_shows_what_is_left(printer: VirtualPrinter) -> None:
    await put(
        printer,
        vendor.MARKER_LEVELS.of(72, 40, 0, 55),
        vendor.IPPSERVER_INPUT_TRAY_LEVELS.of(125, 0),
    )
    page = read(printer, "/ipp/print").page
    for words in (
        "Black toner 72 %",
        "Magenta toner 0 %",
        "Main tray A4 50 %",
        "Tray 2 Letter 0 %",
        "Face down 0 %",
    ):
        assert words in page.text
    assert "A tray is empty A toner is used up" in page.text
    filled = [(bar["fill"], bar["width"]) for bar in page.all("rect") if "fill" in bar]
    assert filled[:4] == [("#000000", "72"), ("#00FFFF", "40"), ("#FF00FF", "0"), ("#FFFF00", "55")]


async def test_it_shows_why_it_stands_still(printer: VirtualPrinter) -> None:
    await ask(printer, Operation.PAUSE_PRINTER)
    await ask(printer, Operation.DISABLE_PRINTER)
    page = read(printer, "/ipp/print").page
    assert "Stopped Paused." in page.text
    assert "New jobs not accepted" in page.text
    assert any(each.get("class") == "state wide stopped" for each in page.all("section"))


async def test_it_shows_itself_while_it_is_asked_to(printer: VirtualPrinter) -> None:
    sentence = "This is the printer you are looking for."
    assert sentence not in shown(printer)
    await ask(
        printer,
        Operation.IDENTIFY_PRINTER,
        names.IDENTIFY_ACTIONS.of(Keyword("display")),
        names.MESSAGE.of(Text("Hello from room 12")),
    )
    assert f"{sentence} Hello from room 12" in shown(printer)
    assert sentence not in shown(printer, "/ipp/print/Other")


async def test_it_shows_what_the_operator_says(printer: VirtualPrinter) -> None:
    await put(printer, names.PRINTER_MESSAGE_FROM_OPERATOR.of(Text("New toner comes on Tuesday.")))
    assert "New toner comes on Tuesday." in shown(printer)


def test_it_gives_its_address_as_the_visitor_knows_it(printer: VirtualPrinter) -> None:
    page = read(printer, "/ipp/print", Host="printer.local:8631").page
    assert "ipp://printer.local:8631/ipp/print" in page.text
    assert page.all("svg")[-1]["viewbox"] == "0 0 35 35"
    assert {"class": "qr", "role": "img", "aria-label": "The address as a QR code"} in page.all("div")
    assert "ipp://printer.local/ipp/print" in shown(printer, Host="printer.local:631")


def test_it_gives_both_addresses_where_there_is_tls() -> None:
    with VirtualPrinter(tls=True) as printer:
        clear = shown(printer, Host="printer.local:8631")
        page = read_encrypted(printer, "/ipp/print", Host="printer.local:8631").page
        everything = read_encrypted(printer, "/").page
    addresses = ("ipp://printer.local:8631/ipp/print", "ipps://printer.local:8631/ipp/print")
    assert " ".join(addresses) in clear
    assert " ".join(reversed(addresses)) in page.text
    assert f"https://localhost:{printer.port}/ipp/print" in [each["href"] for each in everything.all("a")]


def test_the_list_links_to_every_page(printer: VirtualPrinter) -> None:
    page = read(printer, "/").page
    links = [each["href"] for each in page.all("a")]
    assert links == [
        f"http://localhost:{printer.port}{path}" for path in ("/ipp/print", "/ipp/print/Other")
    ] + [""]
    assert "Office 2nd floor Ready to print. Jobs in the queue: 0 Other" in page.text


async def test_nobody_reads_whose_jobs_there_are() -> None:
    for preset in ("home", "open"):
        settings = {"access": {"preset": preset}}
        with VirtualPrinter(settings=settings) as printer:
            async with IppClient(printer.uri, user=USER) as client:
                await client.create_job([names.JOB_NAME.of(Name(SECRET))])
            for path in ("/", "/ipp/print"):
                body = read(printer, path).body
                assert b"Jobs in the queue" in body
                assert SECRET.encode() not in body
                assert USER.encode() not in body
            assert "Jobs in the queue 1" in shown(printer)


def _hostile(text: str) -> dict[str, Any]:
    keys = ("name", "info", "location", "organization", "organizational-unit", "make-and-model")
    return {"path": "/ipp/print", **dict.fromkeys(keys, text)}


@pytest.mark.parametrize("text", HOSTILE)
async def test_w01_names_stay_text(text: str) -> None:
    with VirtualPrinter(settings={"printer": [_hostile(text)]}) as printer:
        await put(
            printer,
            names.PRINTER_MESSAGE_FROM_OPERATOR.of(Text(text)),
            names.PRINTER_GEO_LOCATION.of(Uri("javascript:alert(1)")),
        )
        await ask(printer, Operation.IDENTIFY_PRINTER, names.MESSAGE.of(Text(text)))
        for path in ("/ipp/print", "/"):
            page = read(printer, path, Accept_Language=text).page
            assert {tag for tag, _ in page.elements} <= ELEMENTS
            assert text in page.text
            assert not any(name.startswith("on") for _, found in page.elements for name in found)
            assert not any("javascript:" in each.get("href", "") for each in page.all("a"))


@pytest.mark.parametrize("path", ["/ipp/print?<script>", "/<script>", "/%3Cscript%3E", "/ipp/print/{{7*7}}"])
def test_w01_a_path_is_not_shown(printer: VirtualPrinter, path: str) -> None:
    answer = read(printer, path)
    assert answer.status in (400, 404)
    assert b"script" not in answer.body
    assert b"49" not in answer.body
