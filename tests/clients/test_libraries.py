"""Libraries that speak IPP, without the libraries: their requests."""

from pathlib import Path
from typing import Final

from ippserver.iana.enums import Operation, Status
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.message import Response
from ippserver.testing import VirtualPrinter
from ippserver.testing.desk import Answer
from ippserver.testing.http import RawConnection
from tests.clients.replay import Client, connected, media_type, name, shown

JIPP: Final = Client(
    user_agent="Java/17.0.12",
    language="en",
    fields=("Accept: text/html, image/gif, image/jpeg, */*; q=0.2", "Connection: keep-alive"),
    scheme="http",
)
"""Rebuilt from its sample program jprint: HttpURLConnection, every request in chunks."""
DOCUMENT: Final = b"%PDF-1.5\n% from Java\n%%EOF\n"


async def test_jipp_reads_and_prints_with_requests_in_chunks(printer: VirtualPrinter) -> None:
    user = name("requesting-user-name", "jprint")
    async with connected(JIPP, printer) as session:
        read = await session.ask(Operation.GET_PRINTER_ATTRIBUTES, user, document=b"")
        assert shown(read)["printer-name"] == ("virtual",)
        title, kind = name("job-name", "page.pdf"), media_type("document-format", "application/pdf")
        printed = await session.ask(Operation.PRINT_JOB, user, title, kind, document=DOCUMENT)
    assert printed.status is Status.SUCCESSFUL_OK
    (job,) = printer.jobs
    assert (job.user, job.name, job.documents[0].data) == ("jprint", "page.pdf", DOCUMENT)


async def test_a_captured_request_for_another_host_and_port_is_answered(
    printer: VirtualPrinter, samples: Path
) -> None:
    """Printers behind names and ports that they do not know are found by their path."""
    body = (samples / "get-printer-attributes.request.ipp").read_bytes()
    head = (
        f"POST /ipp/print HTTP/1.1\r\nHost: localhost:{printer.port}\r\nUser-Agent: PythonIPP/0.1\r\n"
        f"Content-Type: application/ipp\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    async with RawConnection("127.0.0.1", printer.port) as connection:
        await connection.send(head.encode() + body)
        answer = await connection.answer()
    assert answer is not None
    decoder = Decoder(Response)
    assert decoder.feed(answer.body)
    told = Answer(decoder.message)
    assert told.status is Status.SUCCESSFUL_OK
    assert "printer-uuid" in shown(told)
