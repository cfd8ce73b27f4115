"""Clients that encrypt: ipptool and CUPS (GnuTLS), curl and openssl (OpenSSL), pyipp (asyncio)."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyipp import IPP

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.message import Request, Version
from ippserver.ipp.tags import GroupTag
from ippserver.testing import VirtualPrinter
from ippserver.testing.tools import require_tool
from tests.clients.conftest import Run
from tests.clients.cupsd import Cups

PRINT_SECONDS = 60.0


@pytest.fixture
def secure(prints: Path) -> Iterator[VirtualPrinter]:
    """A printer with TLS, whose documents become files in `prints`."""
    with VirtualPrinter(save=prints, tls=True) as printer:
        yield printer


@pytest.fixture
def demanding() -> Iterator[VirtualPrinter]:
    """A printer that demands TLS."""
    with VirtualPrinter(settings={"tls": {"mode": "require"}}) as printer:
        yield printer


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which CUPS's programs keep the certificates that they have seen."""
    return {**os.environ, "HOME": str(tmp_path)}


class TestIpptool:
    @pytest.mark.parametrize("length", ["-C", "-L"], ids=["chunked", "with-content-length"])
    @pytest.mark.parametrize("option", [(), ("-E",)], ids=["ipps", "upgraded"])
    def test_it_prints(
        self,
        run: Run,
        secure: VirtualPrinter,
        home: dict[str, str],
        tmp_path: Path,
        option: tuple[str, ...],
        length: str,
    ) -> None:
        document = tmp_path / "large.txt"
        document.write_bytes(b"A line of plain text.\n" * 200_000)
        uri = secure.uri if option else secure.ipps_uri
        ipptool = require_tool("ipptool")
        run(ipptool, "-t", length, *option, "-f", document, uri, "print-job.test", environ=home)
        assert secure.wait_for_job().documents[0].data == document.read_bytes()

    def test_the_printer_is_told_of_by_the_scheme_that_it_is_asked_by(
        self, run: Run, secure: VirtualPrinter, home: dict[str, str]
    ) -> None:
        ipptool = require_tool("ipptool")
        for options, uri in (((), secure.uri), ((), secure.ipps_uri), (("-E",), secure.uri)):
            scheme = "https" if options or uri.startswith("ipps:") else "http"
            report = run(ipptool, "-tv", *options, uri, "get-printer-attributes.test", environ=home)
            assert f"printer-more-info (uri) = {scheme}://" in report
            assert re.search(r"printer-uri-supported \(1setOf uri\) = ipps?:[^,]*,ipps?:", report)

    @pytest.mark.parametrize("option", [(), ("-E",)], ids=["ipps", "upgraded"])
    def test_a_printer_that_demands_tls_is_reached(
        self, run: Run, demanding: VirtualPrinter, home: dict[str, str], option: tuple[str, ...]
    ) -> None:
        uri = demanding.uri if option else demanding.ipps_uri
        run(require_tool("ipptool"), "-t", *option, uri, "get-printer-attributes.test", environ=home)


def test_cups_prints_by_ipps(cups: Cups, secure: VirtualPrinter, pdf: Path) -> None:
    cups.add_queue(secure.ipps_uri)
    cups.run("lp", "-d", "virtual", pdf)
    assert secure.wait_for_job(timeout_seconds=PRINT_SECONDS).documents[0].data.startswith(b"%PDF")


class TestCurl:
    def test_it_sends_megabytes_to_a_server_that_it_trusts(
        self, run: Run, secure: VirtualPrinter, prints: Path, tmp_path: Path
    ) -> None:
        operation = AttributeGroup(
            GroupTag.OPERATION,
            [
                names.ATTRIBUTES_CHARSET.of("utf-8"),
                names.ATTRIBUTES_NATURAL_LANGUAGE.of("en"),
                names.PRINTER_URI.of(secure.ipps_uri),
            ],
        )
        request = Request(
            version=Version(2, 0), operation_id=Operation.PRINT_JOB, request_id=1, groups=(operation,)
        )
        document = b"%PDF-1.7" + os.urandom(20_000_000)
        (tmp_path / "request.ipp").write_bytes(request.encode() + document)
        said = run(
            *(require_tool("curl"), "--silent", "--verbose", "--fail", "--cacert", secure.certificate),
            *("--header", "Content-Type: application/ipp", "--header", "Transfer-Encoding: chunked"),
            *("--data-binary", "@request.ipp", "--output", "answer.ipp"),
            secure.ipps_uri.replace("ipps:", "https:"),
        )
        assert "ALPN: server accepted http/1.1" in said
        assert secure.wait_for_job().documents[0].data == document

    def test_it_is_led_to_the_page_of_a_printer_that_demands_tls(
        self, run: Run, demanding: VirtualPrinter
    ) -> None:
        page = run(
            *(require_tool("curl"), "--silent", "--fail", "--location", "--cacert", demanding.certificate),
            demanding.uri.replace("ipp:", "http:"),
        )
        assert "<html" in page


class TestOpenssl:
    def client(self, printer: VirtualPrinter, *options: str, said: bytes = b"Q\n") -> str:
        """What openssl's client says of the connection."""
        command = [require_tool("openssl"), "s_client", "-connect", f"localhost:{printer.port}", *options]
        done = subprocess.run(command, input=said, capture_output=True, timeout=60, check=False)
        return (done.stdout + done.stderr).decode("utf-8", "replace")

    @pytest.mark.parametrize("version", ["1_2", "1_3"])
    def test_this_version_is_spoken(self, secure: VirtualPrinter, version: str) -> None:
        said = self.client(secure, f"-tls{version}", "-CAfile", str(secure.certificate))
        assert "Verify return code: 0 (ok)" in said
        assert f"TLSv{version.replace('_', '.')}" in said
        assert "Compression: NONE" in said

    @pytest.mark.parametrize("version", ["1", "1_1"])
    def test_this_version_is_not(self, secure: VirtualPrinter, version: str) -> None:
        said = self.client(secure, f"-tls{version}", "-cipher", "ALL:@SECLEVEL=0")
        assert "alert protocol version" in said
        assert "Cipher is (NONE)" in said

    def test_a_weak_cipher_is_not_agreed_on(self, secure: VirtualPrinter) -> None:
        said = self.client(secure, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:AES128-SHA")
        assert "alert handshake failure" in said

    def test_a_session_is_not_renegotiated(self, secure: VirtualPrinter) -> None:
        said = self.client(secure, "-tls1_2", said=b"R\n")
        assert "RENEGOTIATING" in said
        assert "no renegotiation" in said


async def test_pyipp_reads_the_printer(secure: VirtualPrinter) -> None:
    client = IPP(host="localhost", port=secure.port, base_path="/ipp/print", tls=True, verify_ssl=False)
    async with client:
        assert (await client.printer()).info.printer_name == "virtual"
