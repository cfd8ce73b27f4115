"""pyipp, the client of Home Assistant."""

from pathlib import Path
from typing import Final

from pyipp import IPP
from pyipp.enums import IppOperation

from ippserver.testing import VirtualPrinter

DOCUMENT: Final = b"%PDF-1.4\n%%EOF\n"
READ_BY_HOME_ASSISTANT: Final = [
    "printer-uuid",
    "printer-geo-location",
    "printer-organization",
    "printer-supply",
    "printer-supply-description",
    "printer-icons",
]


async def test_it_reads_the_printer(printer: VirtualPrinter) -> None:
    async with IPP(host="localhost", port=printer.port, base_path="/ipp/print") as client:
        read = await client.printer()
    assert read.info.printer_name == "virtual"
    assert read.info.printer_info == "virtual"
    assert read.info.uptime >= 1
    assert printer.uri in read.info.printer_uri_supported
    assert read.state.printer_state == "idle"


async def test_it_prints(printer: VirtualPrinter) -> None:
    async with IPP(host="localhost", port=printer.port, base_path="/ipp/print") as client:
        message = {
            "operation-attributes-tag": {"job-name": "from pyipp", "document-format": "application/pdf"},
            "data": DOCUMENT,
        }
        answer = await client.execute(IppOperation.PRINT_JOB, message)
    assert answer["status-code"] == 0
    (job,) = printer.jobs
    assert (job.name, job.documents[0].data) == ("from pyipp", DOCUMENT)


async def test_it_reads_all_that_it_shows(prints: Path) -> None:
    table = {
        "name": "Office",
        "info": "By the kitchen",
        "location": "2nd floor",
        "organization": "Example Ltd",
        "geo-location": "geo:52.5,13.4",
        "make-and-model": "Example Laser 5",
    }
    with VirtualPrinter(save=prints, settings={"printer": [table]}) as printer:
        async with IPP(host="localhost", port=printer.port, base_path="/ipp/print") as client:
            read = await client.printer()
            wanted = {"operation-attributes-tag": {"requested-attributes": READ_BY_HOME_ASSISTANT}}
            raw = await client.execute(IppOperation.GET_PRINTER_ATTRIBUTES, wanted)
    (found,) = raw["printers"]
    assert (read.info.name, read.info.manufacturer, read.info.model) == (
        "Example Laser 5",
        "Example",
        "Laser 5",
    )
    assert (read.info.location, read.info.printer_info) == ("2nd floor", "By the kitchen")
    assert read.info.more_info == f"http://localhost:{printer.port}/ipp/print"
    assert (read.state.printer_state, read.state.reasons) == ("idle", None)
    assert read.state.message == "Ready to print."
    assert [(marker.name, marker.marker_type, marker.color) for marker in read.markers] == [
        ("Black toner", "toner", "#000000"),
        ("Cyan toner", "toner", "#00FFFF"),
        ("Magenta toner", "toner", "#FF00FF"),
        ("Yellow toner", "toner", "#FFFF00"),
    ]
    assert {(marker.level, marker.low_level, marker.high_level) for marker in read.markers} == {
        (100, 10, 100)
    }
    assert f"ipp://localhost:{printer.port}/ipp/print" in [uri.uri for uri in read.uris]
    assert found["printer-uuid"].startswith("urn:uuid:")
    assert found["printer-geo-location"] == "geo:52.5,13.4"
    assert found["printer-organization"] == "Example Ltd"
    assert len(found["printer-supply"]) == len(found["printer-supply-description"]) == len(read.markers)
    assert [uri.rpartition("/")[2] for uri in found["printer-icons"]] == [
        f"office-color-{size}.png" for size in (48, 128, 512)
    ]
