"""CUPS's ipptool with the test files that printer makers certify with."""

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ippserver.testing import VirtualPrinter
from ippserver.testing.tools import require_tool
from tests.rasters import pwg_raster

Draw = Callable[[str, Path, int], Path]
Run = Callable[..., str]

SUITES = [("1.1", 53), ("2.0", 54), ("2.1", 55), ("2.2", 56)]
"""Each includes those before it. Of the 66 tests of ipp-1.1 5 can never run, and 8 need PostScript."""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # the base's names
        """Says nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The URL of `tmp_path` on a web server on loopback."""
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def ipptool() -> str:
    return require_tool("ipptool")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("version", "runnable"), SUITES)
def test_the_suites_find_no_fault(
    ipptool: str, run: Run, tmp_path: Path, ghostscript: Draw, served: str, version: str, runnable: int
) -> None:
    for name, device, pages in (
        ("document-a4.pdf", "pdfwrite", 4),
        ("document-letter.pdf", "pdfwrite", 4),
        ("document-a4.ps", "ps2write", 4),
        ("document-letter.ps", "ps2write", 4),
        ("color.jpg", "jpeg", 1),
        ("gray.jpg", "jpeggray", 1),
    ):
        ghostscript(device, tmp_path / name, pages)
    by_reference = {"documents": {"by-reference": True, "allowed-hosts": ["127.0.0.1"]}}
    with VirtualPrinter(settings=by_reference) as printer:
        report = run(
            *(ipptool, "-tI", "-V", version, "-f", "document-letter.pdf"),
            *("-d", f"document-uri={served}/document-letter.pdf", printer.uri, f"ipp-{version}.test"),
        )
    assert "[FAIL]" not in report
    assert report.count("[PASS]") >= runnable


SUITE = Path("/usr/share/cups/ipptool/ipp-everywhere.test")
SAMPLE = re.compile(r"^\s*FILE (pwg-raster-samples-(\d+)dpi/([a-z0-9-]+)-(\d+)/\S+)$", re.M)


def draw_samples(folder: Path) -> int:
    """Makes every raster that the suite names: ipptool ends where one is missing, needed or not."""
    found = set(SAMPLE.findall(SUITE.read_text(encoding="utf-8")))
    for name, dpi, space, bits in found:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pwg_raster(f"{space}_{bits}", (int(dpi), int(dpi))))
    return len(found)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("profile", "printed"), [("office-color", 144), ("office-mono", 72), ("photo", 72)], ids=str
)
def test_the_suite_of_ipp_everywhere_finds_no_fault(
    ipptool: str, run: Run, tmp_path: Path, pdf: Path, profile: str, printed: int
) -> None:
    """Samples of every kind and resolution that the profile has, plain, deflated and zipped."""
    assert draw_samples(tmp_path) > 100
    with VirtualPrinter(settings={"printer": [{"profile": profile}]}) as printer:
        report = run(ipptool, "-tI", "-V", "2.0", "-f", pdf, printer.uri, "ipp-everywhere.test")
        rasters = [
            job for job in printer.jobs if job.documents and job.documents[0].format == "image/pwg-raster"
        ]
    assert "[FAIL]" not in report
    assert len(rasters) == printed


SMALL = """
create-job-format create-job-sheets create-job create-printer-subscription fax-job
get-job-template-attributes get-printer-attributes get-printer-description-attributes
get-completed-jobs get-jobs get-printers get-subscriptions
identify-printer identify-printer-display identify-printer-multiple
print-job print-job-deflate print-job-gzip print-job-hold print-job-letter print-job-manual
print-job-media-col print-job-password set-attrs-hold validate-job
""".split()


@pytest.mark.parametrize("name", SMALL)
def test_the_small_test_files_find_no_fault(
    ipptool: str, run: Run, printer: VirtualPrinter, pdf: Path, name: str
) -> None:
    report = run(ipptool, "-t", "-f", pdf, printer.uri, f"{name}.test")
    assert "[PASS]" in report
    assert "[FAIL]" not in report


def test_the_suite_of_requested_attributes_finds_only_the_fault_of_its_own(
    ipptool: str, run: Run, printer: VirtualPrinter
) -> None:
    report = run(ipptool, "-tI", printer.uri, "get-printer-attributes-suite.test", ok=(1,))
    assert report.count("[PASS]") == 6
    (failed,) = [line for line in report.splitlines() if "[FAIL]" in line]
    assert "media-col-database" in failed  # it asks for `all` there, and expects media-col-database alone


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0", "2.1", "2.2"])
def test_every_version_prints(
    ipptool: str, run: Run, printer: VirtualPrinter, pdf: Path, version: str
) -> None:
    run(ipptool, "-t", "-V", version, "-f", pdf, printer.uri, "print-job.test")
    job = printer.wait_for_job()
    assert job.documents[0].data == pdf.read_bytes()


@pytest.mark.parametrize("length", ["-C", "-L"], ids=["chunked", "with-content-length"])
@pytest.mark.parametrize("test", ["print-job.test", "create-job.test"])
def test_documents_arrive_whole_in_either_framing(
    ipptool: str, run: Run, printer: VirtualPrinter, tmp_path: Path, length: str, test: str
) -> None:
    document = tmp_path / "large.txt"
    document.write_bytes(b"A line of plain text.\n" * 200_000)
    run(ipptool, "-t", length, "-f", document, printer.uri, test)
    assert printer.wait_for_job().documents[0].data == document.read_bytes()


@pytest.mark.parametrize("option", ["-C", "-L"])
def test_the_attributes_answer_in_either_framing(
    ipptool: str, run: Run, printer: VirtualPrinter, option: str
) -> None:
    report = run(ipptool, "-tv", option, printer.uri, "get-printer-attributes.test")
    assert "[PASS]" in report
    assert re.search(r"printer-name \(nameWithoutLanguage\) = virtual", report)


def test_validate_job_keeps_nothing(ipptool: str, run: Run, printer: VirtualPrinter, pdf: Path) -> None:
    run(ipptool, "-t", "-f", pdf, printer.uri, "validate-job.test")
    assert printer.jobs == []
