"""pyipp, the client of Home Assistant."""

from typing import Final

from pyipp import IPP
from pyipp.enums import IppOperation

from ippserver.testing import VirtualPrinter

DOCUMENT: Final = b"%PDF-1.4\n%%EOF\n"


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
