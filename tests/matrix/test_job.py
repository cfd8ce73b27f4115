"""What a client asks of a Job over IPP is on the pages in the folder, and is told to a program."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest

from ippserver.client import IppClient
from ippserver.iana import names
from ippserver.iana.enums import Finishings, OrientationRequested
from ippserver.iana.keywords import (
    JobSheets,
    MultipleDocumentHandling,
    OutputBin,
    PrintColorMode,
    PrintScaling,
    Sides,
)
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, RangeOfInteger
from ippserver.model import formats
from ippserver.testing import VirtualPrinter
from tests.documents.press import about, corners, level, pages_of, pdf, seen, upright, words_of

SECONDS: Final = 120.0
KEEP: Final = """import os, shutil, sys
folder = sys.argv[1]
shutil.copy(os.environ["IPPSERVER_JSON"], os.path.join(folder, os.environ["IPP_JOB_NAME"] + ".json"))
with open(os.path.join(folder, os.environ["IPP_JOB_NAME"] + ".environ"), "w") as file:
    file.write("\\n".join(f"{name}={value}" for name, value in os.environ.items()))
"""
"""Keeps all that it is told of a Job."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the outputs write."""
    return tmp_path_factory.mktemp("jobs")


@pytest.fixture(scope="module")
def printer(folder: Path) -> Iterator[VirtualPrinter]:
    """A printer whose jobs become PDF, and are told to a program."""
    program = folder / "keep.py"
    program.write_text(KEEP)
    outputs = [
        {"type": "folder", "folder": str(folder), "template": "{name}{ext}", "format": "pdf"},
        {"type": "command", "format": "original", "command": [sys.executable, str(program), str(folder)]},
    ]
    with VirtualPrinter(settings={"printer": [{"name": "jobs", "output": outputs}]}) as running:
        yield running


def prints(printer: VirtualPrinter, name: str, *asked: Attribute, pages: int = 1) -> None:
    """Prints marked pages, and waits until they are at every output."""

    async def document() -> AsyncIterator[bytes]:
        yield pdf(pages)[1]

    async def print_() -> None:
        async with IppClient(printer.uri) as client:
            said = (names.JOB_NAME.of(name), names.DOCUMENT_FORMAT.of(formats.PDF))
            await client.print_job(document(), said, asked)

    asyncio.run(print_())
    job = printer.wait_for_job(name=name, timeout_seconds=SECONDS)
    assert "job-completed-successfully" in job.reasons


def test_what_is_asked_of_the_whole_is_done(printer: VirtualPrinter, folder: Path) -> None:
    prints(
        printer,
        "whole",
        names.COPIES.of(2),
        names.NUMBER_UP.of(2),
        names.PAGE_RANGES.of(RangeOfInteger(2, 6)),
        names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
        names.JOB_SHEETS.of(JobSheets.STANDARD),
        names.JOB_SHEET_MESSAGE.of("Room 12"),
        pages=9,
    )
    made = (folder / "whole.pdf").read_bytes()
    cover, back, *sides = seen(made)
    assert "Room 12" in words_of(made)[0]
    assert "whole" in words_of(made)[0]
    assert (cover != 255).any()
    assert (back == 255).all()
    grays = [[corners(side, half)[3][0] for half in ((0, 0, 0.5, 1), (0.5, 0, 1, 1))] for side in sides]
    copy = [[level(2), level(3)], [level(4), level(5)], [level(6), 255], [255, 255]]
    assert grays == [pytest.approx(pair, abs=6) for pair in copy * 2]


def test_what_is_asked_of_the_pages_is_done(printer: VirtualPrinter, folder: Path, tmp_path: Path) -> None:
    size = Collection([names.X_DIMENSION.of(12345), names.Y_DIMENSION.of(23456)])
    third = Collection(
        [
            names.PAGES.of(RangeOfInteger(3, 3)),
            names.MEDIA.of(Keyword("iso_a5_148x210mm")),
            names.ORIENTATION_REQUESTED.of(OrientationRequested.LANDSCAPE),
        ]
    )
    prints(
        printer,
        "pages",
        names.MEDIA_COL.of(Collection([names.MEDIA_SIZE.of(size)])),
        names.PRINT_SCALING.of(PrintScaling.FILL),
        names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME),
        names.OVERRIDES.of(third),
        pages=3,
    )
    made = (folder / "pages.pdf").read_bytes()
    boxes = pages_of(made, tmp_path)
    assert [turned for _, _, turned in boxes] == [0, 0, 90]
    assert [box[:2] for box in boxes[:2]] == [pytest.approx((349.94, 664.9), abs=0.01)] * 2
    assert boxes[2][:2] == pytest.approx((419.53, 595.28), abs=0.01)
    for number, page in enumerate(seen(made), 1):
        assert (page.max(axis=2) == page.min(axis=2)).all()
        shades = [round(0.3 * red + 0.59 * green + 0.11 * blue) for red, green, blue in upright(number)]
        assert about(corners(page), [(shade,) * 3 for shade in shades])


def test_what_nobody_can_see_is_told_to_whoever_has_the_document(
    printer: VirtualPrinter, folder: Path
) -> None:
    asked = (
        names.FINISHINGS.of(Finishings.STAPLE_TOP_LEFT, Finishings.PUNCH_DUAL_LEFT),
        names.OUTPUT_BIN.of(OutputBin.FACE_UP),
        names.JOB_ACCOUNT_ID.of("4711"),
        names.JOB_MESSAGE_TO_OPERATOR.of("Mind the staples"),
        names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT),
    )
    prints(printer, "kept", *asked)
    environ = (folder / "kept.environ").read_text().splitlines()
    assert {line for line in environ if line.startswith("IPP_")} >= {
        "IPP_FINISHINGS=staple-top-left,punch-dual-left",
        "IPP_OUTPUT_BIN=face-up",
        "IPP_JOB_ACCOUNT_ID=4711",
        "IPP_JOB_MESSAGE_TO_OPERATOR=Mind the staples",
        "IPP_MULTIPLE_DOCUMENT_HANDLING=single-document",
    }
    told = json.loads((folder / "kept.json").read_text())["job"]
    assert told[names.FINISHINGS.name] == ["staple-top-left", "punch-dual-left"]
    assert told[names.OUTPUT_BIN.name] == "face-up"
