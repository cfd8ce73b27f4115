"""Group P: malicious documents sent to a running server, with real workers (SECURITY P01 to P12, P15)."""

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pikepdf
import pytest

from ippserver.documents.errors import DamagedDocument, DocumentError, DocumentTooLarge
from ippserver.testing import VirtualPrinter
from ippserver.testing.printer import CapturedJob
from tests.documents.press import printed
from tests.hostile.build import RASTER
from tests.hostile.catalogue.malice import FORMAT, PRINTED, PWG, TOO_MUCH, Malicious
from tests.hostile.catalogue.malicious import ROWS, fetching
from tests.hostile.printers import Printers, files_in

CANARY: Final = "a canary that nobody may see"
OUTPUTS: Final = {"/ipp/print/pages": "pdf", "/ipp/print/pixels": "pwg-raster"}


@pytest.fixture(scope="module")
def printers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printers]:
    """A server whose workers may compute for a few seconds."""
    folder = tmp_path_factory.mktemp("malicious")
    settings = {
        "server": {"data-dir": str(folder / "data")},
        "conversion": {"cpu-seconds": 3, "memory-octets": 2**30},
        "limits": {"max-document-octets": 64 * 2**20},
        "printer": [
            {
                "name": kind,
                "path": path,
                "output": [{"type": "folder", "folder": str(folder / "prints" / kind), "format": kind}],
            }
            for path, kind in (("/ipp/print", "original"), *OUTPUTS.items())
        ],
    }
    with VirtualPrinter(settings=settings) as printer:
        (folder / "canary").write_text(CANARY)
        yield Printers(printer, folder)


async def check(printers: Printers, row: Malicious) -> CapturedJob:
    """Prints a row, and then what is right in everything."""
    pages, pixels = OUTPUTS
    document = await asyncio.to_thread(row.document)
    job_id = await printers.send(pixels if row.raster else pages, row.media_type, document)
    job = await printers.ended(job_id)
    assert job.reasons & row.reasons, job.reasons
    assert job.state == ("completed" if PRINTED in job.reasons else "aborted")
    assert bool(job.files) == (job.state == "completed")
    if TOO_MUCH in job.reasons:
        good = await printers.ended(await printers.send(pixels, PWG, RASTER))
        assert good.state == "completed"
    await printers.settle()
    return job


@pytest.mark.parametrize("row", [row for row in ROWS if row.served], ids=lambda row: row.id)
async def test_a_document_ends_as_it_must_and_the_next_one_is_printed(
    row: Malicious, printers: Printers
) -> None:
    job = await check(printers, row)
    if row.pages is not None and not row.raster:
        octets = await asyncio.to_thread((printers.folder / "prints" / "pdf" / job.files[0]).read_bytes)
        with pikepdf.open(io.BytesIO(octets)) as made:
            assert len(made.pages) == row.pages
            whole = " ".join(repr(found) for found in made.objects)
        words = ("JavaScript", "Launch", "OpenAction", "SubmitForm", "XFA", "EmbeddedFile", "x.exe", "/AA")
        assert [word for word in words if word in whole] == []


@pytest.mark.parametrize("row", [row for row in ROWS if not row.served], ids=lambda row: row.id)
def test_a_document_is_read_no_further_than_it_is_sound(row: Malicious) -> None:
    with pytest.raises(DocumentError) as caught:
        printed((row.media_type, row.document()))
    told = {DamagedDocument: FORMAT, DocumentTooLarge: TOO_MUCH}
    assert told[type(caught.value)] in row.reasons


@pytest.mark.parametrize("number", [0, 1])
async def test_a_file_of_the_server_is_never_on_a_page(number: int, printers: Printers) -> None:
    row = fetching(str(printers.folder / "canary"))[number]
    job = await check(printers, row)
    for file in job.files:
        folder = printers.folder / "prints" / OUTPUTS[job.printer]
        assert CANARY.encode() not in await asyncio.to_thread((folder / file).read_bytes)


@pytest.mark.parametrize(
    "name",
    [
        "; touch canary2 #",
        "$(touch canary2)",
        "`touch canary2`",
        "-dNOSAFER -o /etc/passwd",
        "%s%n {0.__class__}",
    ],
)
async def test_p15_what_is_asked_is_never_a_command(name: str, printers: Printers) -> None:
    """It goes to the worker on its standard input."""
    (pages, _) = OUTPUTS
    job = await printers.ended(await printers.send(pages, PWG, RASTER, name))
    assert (job.state, job.name) == ("completed", name)
    assert "canary2" not in {path.name for path in Path.cwd().iterdir()}
    assert not [file for file in files_in(printers.data) if file.name == "canary2"]
