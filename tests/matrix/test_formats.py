"""Every format that comes in, printed over IPP, in every format that goes out: the same page in each.

A whole server, its workers in their jails, and a folder for each format. None of the programs that write and
read the files here is ours.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final, get_args

import pytest

from ippserver.client import IppClient
from ippserver.config.outputs import FolderSettings
from ippserver.iana import names
from ippserver.model import formats
from ippserver.testing import VirtualPrinter
from tests.documents.press import words_of
from tests.matrix.paper import DPI, SENT, difference, pages_in, read, reference, sent

SECONDS: Final = 120.0
EVERY: Final = "/ipp/print"
ONLY_PDF: Final = "/ipp/pdf"
ORIGINAL: Final = "original"
FORMATS: Final[tuple[str, ...]] = get_args(FolderSettings.model_fields["format"].annotation)
"""All that a folder may get."""
TOLERANCE: Final = 42
"""Of 255, in the mean of squares of a sixth of an inch: what a shift by two points would make of an edge."""
WORDS: Final = "Grüße aus Zürich: naïve Fahrvergnügen"
CHARSETS: Final = {
    "utf-8": "utf-8",
    "us-ascii": "ascii",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso8859-15",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
}
"""Charsets as clients name them, and as Python does."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the outputs write."""
    return tmp_path_factory.mktemp("matrix")


@pytest.fixture(scope="module")
def printer(folder: Path) -> Iterator[VirtualPrinter]:
    """A printer with an output for each format, and one that makes PDF."""
    outputs = [
        {
            "type": "folder",
            "name": each,
            "folder": str(folder / each),
            "template": "{name}/{page}{ext}",
            "format": each,
            "resolution-dpi": DPI,
        }
        for each in FORMATS
    ]
    printers = [
        {"name": "every", "path": EVERY, "output": outputs},
        {"name": "pdf", "path": ONLY_PDF, "output": [one for one in outputs if one["name"] == "pdf"]},
    ]
    with VirtualPrinter(settings={"printer": printers}) as running:
        yield running


def prints(uri: str, name: str, content: bytes, media_type: str) -> None:
    """Prints a document."""

    async def document() -> AsyncIterator[bytes]:
        yield content

    async def print_() -> None:
        async with IppClient(uri) as client:
            await client.print_job(
                document(), (names.JOB_NAME.of(name), names.DOCUMENT_FORMAT.of(media_type))
            )

    asyncio.run(print_())


def files(folder: Path) -> dict[str, bytes]:
    """The files in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("media_type", SENT)
def test_a_document_is_the_same_in_every_format(
    printer: VirtualPrinter, folder: Path, media_type: str
) -> None:
    name = media_type.replace("/", "-")
    content = sent(media_type)
    prints(printer.uri_of(EVERY), name, content, media_type)
    job = printer.wait_for_job(name=name, timeout_seconds=SECONDS)
    assert "job-completed-successfully" in job.reasons
    assert list(files(folder / ORIGINAL / name).values()) == [content]
    pages = reference()[: pages_in(media_type)]
    for wanted in FORMATS:
        if wanted != ORIGINAL:
            made = read(files(folder / wanted / name))
            assert [page.shape[0] > page.shape[1] for page in made] == [True] * len(pages), wanted
            differences = [difference(one, other) for one, other in zip(made, pages, strict=True)]
            assert max(differences) < TOLERANCE, wanted


def test_text_is_the_same_in_every_format(printer: VirtualPrinter, folder: Path) -> None:
    prints(printer.uri_of(EVERY), "text", (WORDS * 30).encode(), formats.TEXT)
    printer.wait_for_job(name="text", timeout_seconds=SECONDS)
    (page,) = read(files(folder / "pdf" / "text"))
    assert page.min() < 50
    for wanted in FORMATS:
        if wanted != ORIGINAL:
            (made,) = read(files(folder / wanted / "text"))
            assert difference(made, page) < 2 * TOLERANCE, wanted  # letters are all edges


def test_text_in_any_charset_is_read(printer: VirtualPrinter, folder: Path) -> None:
    sources = {charset: WORDS.encode(codec, errors="ignore") for charset, codec in CHARSETS.items()}
    for charset, words in sources.items():
        prints(printer.uri_of(ONLY_PDF), charset, words, f"{formats.TEXT}; charset={charset}")
    for charset, words in sources.items():
        printer.wait_for_job(name=charset, timeout_seconds=SECONDS)
        (pdf,) = files(folder / "pdf" / charset).values()
        assert words_of(pdf) == [words.decode(CHARSETS[charset])], charset
