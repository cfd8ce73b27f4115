"""What `lp` prints through a queue `everywhere`, in whatever format CUPS sends it, is what was printed."""

from pathlib import Path
from typing import Final

import pytest

from ippserver.model import formats
from ippserver.testing import VirtualPrinter
from tests.clients.cupsd import Cups
from tests.documents.press import seen
from tests.matrix.paper import DPI, difference, gray, reference, sent

PRINT_SECONDS: Final = 90.0
TOLERANCE: Final = 42
"""Of 255, in the mean of squares of a sixth of an inch: what a shift by two points would make of an edge."""


def takes(*media_types: str, folder: Path) -> VirtualPrinter:
    """A printer that takes only these, and makes PDF of them."""
    output = {"folder": str(folder), "template": "{name}{ext}", "format": "pdf"}
    printer = {"name": "pages", "formats": list(media_types), "output": [output]}
    return VirtualPrinter(settings={"printer": [printer]})


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Two pages of A4."""
    path = tmp_path / "document.pdf"
    path.write_bytes(sent(formats.PDF))
    return path


def prints(cups: Cups, printer: VirtualPrinter, *words: str | Path) -> str:
    """Prints with lp, and answers which format CUPS sends."""
    cups.add_queue(printer.uri)
    cups.run("lp", "-d", "virtual", "-t", "printed", "-o", "media=iso_a4_210x297mm", *words)
    try:
        job = printer.wait_for_job(timeout_seconds=PRINT_SECONDS)
    except AssertionError as missing:
        pytest.fail(f"{missing}\n{cups.log}")
    return job.documents[0].format


@pytest.mark.parametrize("media_type", [formats.PDF, formats.PWG_RASTER, formats.APPLE_RASTER])
def test_every_format_of_cups_gives_the_pages_of_all_files(
    cups: Cups, tmp_path: Path, document: Path, media_type: str
) -> None:
    with takes(media_type, formats.OCTET_STREAM, folder=tmp_path / "pages") as printer:
        assert prints(cups, printer, document, document) == media_type
    pages = seen((tmp_path / "pages" / "printed.pdf").read_bytes(), DPI, smooth=True)
    assert len(pages) == 4
    for page, wanted in zip(pages, (*reference(), *reference()), strict=True):
        assert difference(page, wanted) < TOLERANCE


def test_gray_is_gray_through_cups(cups: Cups, tmp_path: Path, document: Path) -> None:
    with takes(formats.PDF, folder=tmp_path / "pages") as printer:
        prints(cups, printer, "-o", "print-color-mode=monochrome", document)
    pages = seen((tmp_path / "pages" / "printed.pdf").read_bytes(), DPI, smooth=True)
    for page, wanted in zip(pages, reference(), strict=True):
        assert (page.max(axis=2) == page.min(axis=2)).all()
        assert difference(page, gray(wanted)) < TOLERANCE
