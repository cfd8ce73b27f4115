"""Requests of old clients, rebuilt octet by octet from the RFCs and from bug reports about them."""

import socket
from collections.abc import Callable

import pytest

from ippserver.testing import VirtualPrinter

DOCUMENT = b"%PDF-1.1\nas old as the client\n%%EOF\n"

CHARSET, LANGUAGE, URI, NAME, KEYWORD = 0x47, 0x48, 0x45, 0x42, 0x44

Field = tuple[int, bytes, bytes]
Send = Callable[[bytes], bytes]


def fields(*rows: Field) -> bytes:
    return b"".join(
        bytes([tag]) + len(name).to_bytes(2, "big") + name + len(value).to_bytes(2, "big") + value
        for tag, name, value in rows
    )


def print_job(printer: VirtualPrinter, version: bytes, *rows: Field) -> bytes:
    """A Print-Job request with DOCUMENT, its attributes in the order of the first IPP clients."""
    common = (
        (CHARSET, b"attributes-charset", b"utf-8"),
        (LANGUAGE, b"attributes-natural-language", b"en-us"),
        (URI, b"printer-uri", f"ipp://localhost:{printer.port}/ipp/print".encode()),
    )
    return version + b"\x00\x02\x00\x00\x00\x2a\x01" + fields(*common, *rows) + b"\x03" + DOCUMENT


def post(version: str, body: bytes, *lines: str) -> bytes:
    head = (
        f"POST /ipp/print HTTP/{version}",
        *lines,
        "Content-Type: application/ipp",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body


@pytest.fixture
def send(printer: VirtualPrinter) -> Send:
    """Sends octets to the printer and answers the body of its answer, read to the end of the connection."""

    def send(octets: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", printer.port), timeout=60) as connection:
            connection.sendall(octets)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")), answer
        return body

    return send


def test_ipp_1_0_prints_and_is_answered_in_its_version(printer: VirtualPrinter, send: Send) -> None:
    """Windows 2000 and its kind: IPP/1.0 over HTTP/1.1 with Content-Length."""
    body = print_job(
        printer,
        b"\x01\x00",
        (NAME, b"requesting-user-name", b"Administrator"),
        (NAME, b"job-name", b"Remote Downlevel Document"),
    )
    answer = send(post("1.1", body, f"Host: localhost:{printer.port}", "Connection: close"))
    assert answer[:8] == b"\x01\x00\x00\x00\x00\x00\x00\x2a"
    job = printer.wait_for_job(name="Remote Downlevel Document")
    assert (job.user, job.documents[0].data) == ("Administrator", DOCUMENT)


@pytest.mark.parametrize("host", [True, False], ids=["with-host", "without-host"])
def test_http_1_0_with_content_length_prints(printer: VirtualPrinter, send: Send, host: bool) -> None:
    """The first IPP clients spoke HTTP/1.0: one request for each connection, and perhaps no Host."""
    body = print_job(printer, b"\x01\x01", (NAME, b"job-name", b"http-1.0"))
    lines = (f"Host: localhost:{printer.port}",) if host else ()
    answer = send(post("1.0", body, *lines))
    assert answer[2:4] == b"\x00\x00"
    assert printer.wait_for_job(name="http-1.0").documents[0].data == DOCUMENT


def test_a_job_name_in_windows_1252_is_read_and_answered_in_utf_8(
    printer: VirtualPrinter, send: Send
) -> None:
    """Windows sends job names in its ANSI code page under attributes-charset utf-8 (CLIENTS 3)."""
    name = "Übergröße – 5 €"
    body = print_job(printer, b"\x01\x01", (NAME, b"job-name", name.encode("windows-1252")))
    host = (f"Host: localhost:{printer.port}", "Connection: close")
    assert send(post("1.1", body, *host))[2:4] == b"\x00\x00"
    job = printer.wait_for_job(name=name)
    asked = (
        b"\x01\x01\x00\x09\x00\x00\x00\x2b\x01"
        + fields(
            (CHARSET, b"attributes-charset", b"utf-8"),
            (LANGUAGE, b"attributes-natural-language", b"en"),
            (URI, b"job-uri", f"ipp://localhost:{printer.port}/ipp/print/{job.id}".encode()),
            (KEYWORD, b"requested-attributes", b"job-name"),
        )
        + b"\x03"
    )
    assert fields((NAME, b"job-name", name.encode())) in send(post("1.1", asked, *host))


def test_a_printer_uri_with_the_scheme_http_names_the_printer(printer: VirtualPrinter, send: Send) -> None:
    """printer-uri may name the printer with http: and its port, as clients of IPP/1.0 did (RFC 2565 4)."""
    body = print_job(printer, b"\x01\x00").replace(b"ipp://localhost", b"http://localhost")
    body = body.replace(
        len(f"ipp://localhost:{printer.port}/ipp/print").to_bytes(2, "big") + b"http",
        len(f"http://localhost:{printer.port}/ipp/print").to_bytes(2, "big") + b"http",
    )
    assert send(post("1.0", body))[2:4] == b"\x00\x00"
    assert printer.wait_for_job().documents[0].data == DOCUMENT
