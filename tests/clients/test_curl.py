"""curl as an IPP client: any HTTP client will do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.message import Request, Response, Version
from ippserver.ipp.tags import GroupTag
from ippserver.testing import VirtualPrinter
from ippserver.testing.tools import require_tool

Run = Callable[..., str]


def print_job(uri: str, document: bytes) -> bytes:
    operation = AttributeGroup(
        GroupTag.OPERATION,
        [
            names.ATTRIBUTES_CHARSET.of("utf-8"),
            names.ATTRIBUTES_NATURAL_LANGUAGE.of("en"),
            names.PRINTER_URI.of(uri),
            names.JOB_NAME.of("from curl"),
        ],
    )
    request = Request(
        version=Version(1, 1), operation_id=Operation.PRINT_JOB, request_id=7, groups=(operation,)
    )
    return request.encode() + document


@pytest.mark.parametrize(
    "options",
    [
        ("--header", "Transfer-Encoding: chunked"),
        ("--header", "Expect: 100-continue"),
        ("--header", "Transfer-Encoding: chunked", "--header", "Expect: 100-continue"),
        ("--header", "Expect:"),
        ("--http1.0",),
        ("--ipv4",),
    ],
    ids=["chunked", "expect", "chunked-expect", "plain", "http-1.0", "ipv4"],
)
def test_a_document_of_megabytes_is_printed(
    run: Run, printer: VirtualPrinter, prints: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    document = b"%PDF-1.4\n" + bytes(range(256)) * 8192
    (tmp_path / "request.ipp").write_bytes(print_job(printer.uri, document))
    run(
        *(require_tool("curl"), "--silent", "--show-error", "--fail", "--max-time", "60", *options),
        *("--header", "Content-Type: application/ipp", "--data-binary", "@request.ipp"),
        *("--output", "response.ipp", f"http://localhost:{printer.port}/ipp/print"),
    )
    decoder = Decoder(Response)
    assert decoder.feed((tmp_path / "response.ipp").read_bytes())
    assert decoder.message.status_code == Status.SUCCESSFUL_OK
    printer.wait_for_job(name="from curl")
    (path,) = prints.iterdir()
    assert path.read_bytes() == document


def test_an_unknown_path_is_refused_before_the_document_is_sent(
    run: Run, printer: VirtualPrinter, tmp_path: Path
) -> None:
    (tmp_path / "request.ipp").write_bytes(print_job(printer.uri, b"x" * 1_000_000))
    report = run(
        *(
            require_tool("curl"),
            "--silent",
            "--verbose",
            "--max-time",
            "60",
            "--header",
            "Expect: 100-continue",
            "--expect100-timeout",
            "60",
        ),
        *("--header", "Content-Type: application/ipp", "--data-binary", "@request.ipp"),
        *(
            "--write-out",
            "status %{http_code} sent %{size_upload}",
            f"http://localhost:{printer.port}/elsewhere",
        ),
    )
    assert "status 404 sent 0" in report
    assert printer.jobs == []
