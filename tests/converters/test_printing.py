"""Printers whose outputs want other formats, from the client to the file."""

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pikepdf
import pytest
from PIL import Image

from ippserver.client import IppClient, IppStatusError
from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import JobStateReason, MultipleDocumentHandling, Sides
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import OctetString, RangeOfInteger
from ippserver.model import formats
from ippserver.testing import VirtualPrinter
from ippserver.testing.fakes import stream
from ippserver.testing.tools import require_tool
from tests.converters.test_worker import FIVE_PAGES

SECONDS: Final = 60.0


def printer(
    folder: Path, wanted: str, *, output_settings: Mapping[str, object] = MappingProxyType({}), **own: Any
) -> VirtualPrinter:
    """A printer with settings of its `own` whose folder gets what is `wanted`."""
    output = {"type": "folder", "folder": str(folder), "format": wanted, **output_settings}
    return VirtualPrinter(settings={"printer": [{"name": "pages", "output": [output], **own}]})


def send(
    uri: str, content: bytes, media_type: str, *template: Attribute, more: Sequence[Attribute] = ()
) -> None:
    """Prints a document, of which `more` is said."""

    async def document() -> AsyncIterator[bytes]:
        yield content

    async def print_() -> None:
        async with IppClient(uri) as client:
            said = (names.JOB_NAME.of("five"), names.DOCUMENT_FORMAT.of(media_type), *more)
            await client.print_job(document(), said, template)

    asyncio.run(print_())


async def shown(uri: str) -> tuple[AttributeGroup, AttributeGroup]:
    """All attributes of the printer's first Job, and of its first Document."""
    async with IppClient(uri) as client:
        job = await client.get_job_attributes(1)
        number = names.DOCUMENT_NUMBER.of(1)
        answer = await client.request(Operation.GET_DOCUMENT_ATTRIBUTES, [number], job_id=1)
        return job.attributes, answer.group(GroupTag.DOCUMENT)


def pages_of(pdf: Path) -> list[str]:
    """What poppler reads on each page."""
    command = [require_tool("pdftotext"), str(pdf), "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    return [page.strip() for page in done.stdout.split("\f")[:-1]]


def test_a_folder_gets_the_pages_that_were_chosen(tmp_path: Path) -> None:
    with printer(tmp_path, "pdf") as pages:
        send(
            pages.uri, FIVE_PAGES, formats.PDF, names.PAGE_RANGES.of(RangeOfInteger(2, 3)), names.COPIES.of(2)
        )
        pages.wait_for_job(timeout_seconds=SECONDS)
    (file,) = tmp_path.iterdir()
    assert file.suffix == ".pdf"
    assert pages_of(file) == ["page 2", "page 3"] * 2


@pytest.mark.parametrize("wanted", ["pdf", "png", "jpeg", "pwg-raster", "urf"])
def test_of_pages_that_are_not_there_nothing_is_printed_and_the_job_says_so(
    tmp_path: Path, wanted: str
) -> None:
    """RFC 8011 5.2.7."""
    with printer(tmp_path, wanted, output_settings={"resolution-dpi": 36}) as pages:
        send(pages.uri, FIVE_PAGES, formats.PDF, names.PAGE_RANGES.of(RangeOfInteger(6, 9)))
        job = pages.wait_for_job(timeout_seconds=SECONDS)
        shown_job, _ = asyncio.run(shown(pages.uri))
    assert (job.files, list(tmp_path.iterdir())) == ((), [])
    assert JobStateReason.JOB_COMPLETED_WITH_WARNINGS in job.reasons
    assert names.JOB_STATE_MESSAGE.get(shown_job) == "The job has none of the pages to be printed."
    counts = (names.JOB_PAGES, names.JOB_IMPRESSIONS_COMPLETED, names.JOB_MEDIA_SHEETS_COMPLETED)
    assert [each.get(shown_job) for each in counts] == [0, 0, 0]


def test_what_is_printed_is_counted(tmp_path: Path) -> None:
    with printer(tmp_path, "pdf") as pages:
        two_sided = names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)
        send(pages.uri, FIVE_PAGES, formats.PDF, two_sided, names.COPIES.of(2))
        pages.wait_for_job(timeout_seconds=SECONDS)
        job, document = asyncio.run(shown(pages.uri))
    of_job = (names.JOB_PAGES, names.JOB_IMPRESSIONS, names.JOB_MEDIA_SHEETS)
    completed = (
        names.JOB_PAGES_COMPLETED,
        names.JOB_IMPRESSIONS_COMPLETED,
        names.JOB_MEDIA_SHEETS_COMPLETED,
    )
    of_document = (names.PAGES, names.IMPRESSIONS, names.MEDIA_SHEETS)
    assert [each.get(job) for each in of_job] == [5, 5, 6]
    assert [each.get(job) for each in completed] == [5, 10, 6]
    assert [each.get(document) for each in of_document] == [5, 5, 6]
    done = names.JOB_IMPRESSIONS_COMPLETED_COL.get(job) or Collection()
    assert (names.FULL_COLOR_TWO_SIDED.get(done), names.BLANK_TWO_SIDED.get(done)) == (10, 2)
    assert names.FULL_COLOR.get(names.JOB_MEDIA_SHEETS_COL.get(job) or Collection()) == 6
    assert names.FULL_COLOR.get(names.PAGES_COMPLETED_COL.get(document) or Collection()) == 5


def test_what_is_printed_is_counted_with_its_proof(tmp_path: Path) -> None:
    async def approve() -> None:
        async with IppClient(pages.uri) as client:
            await client.request(Operation.RESUME_JOB, job_id=1)

    with printer(tmp_path, "pdf") as pages:
        send(pages.uri, FIVE_PAGES, formats.PDF, names.PROOF_COPIES.of(1), names.COPIES.of(3))
        pages.wait_for_job(state="processing-stopped", timeout_seconds=SECONDS)
        job, _ = asyncio.run(shown(pages.uri))
        assert names.JOB_IMPRESSIONS_COMPLETED.get(job) == 5
        asyncio.run(approve())
        pages.wait_for_job(timeout_seconds=SECONDS)
        job, _ = asyncio.run(shown(pages.uri))
    counts = (names.JOB_PAGES, names.JOB_IMPRESSIONS, names.JOB_MEDIA_SHEETS)
    assert [each.get(job) for each in counts] == [5, 5, 15]
    completed = (names.JOB_PAGES_COMPLETED, names.JOB_IMPRESSIONS_COMPLETED, names.JOB_MEDIA_SHEETS_COMPLETED)
    assert [each.get(job) for each in completed] == [5, 15, 15]


def test_documents_of_a_job_become_one_file_where_it_wants_that(tmp_path: Path) -> None:
    async def print_() -> None:
        async with IppClient(pages.uri) as client:
            as_one = names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT)
            two_sided = names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)
            job = await client.create_job([names.JOB_NAME.of("both")], [as_one, two_sided])
            for media_type, content in ((formats.PDF, FIVE_PAGES), (formats.TEXT, b"words")):
                said = [names.DOCUMENT_FORMAT.of(media_type)]
                last = media_type == formats.TEXT
                await client.send_document(job.id, stream([content]), said, last=last)

    with printer(tmp_path, "pdf") as pages:
        asyncio.run(print_())
        pages.wait_for_job(timeout_seconds=SECONDS)
        job, _ = asyncio.run(shown(pages.uri))
    (file,) = tmp_path.iterdir()
    assert pages_of(file) == [*(f"page {number}" for number in range(1, 6)), "words"]
    assert [each.get(job) for each in (names.JOB_PAGES, names.JOB_MEDIA_SHEETS_COMPLETED)] == [6, 3]


def test_a_raster_becomes_a_pdf_and_a_pdf_a_raster(tmp_path: Path) -> None:
    with printer(tmp_path / "raster", "pwg-raster") as pages:
        send(pages.uri, FIVE_PAGES, formats.PDF)
        pages.wait_for_job(timeout_seconds=SECONDS)
    (raster,) = (tmp_path / "raster").iterdir()
    assert raster.suffix == ".pwg"
    with printer(tmp_path / "pdf", "pdf") as pages:
        send(pages.uri, raster.read_bytes(), formats.PWG_RASTER)
        pages.wait_for_job(timeout_seconds=SECONDS)
    (pdf,) = (tmp_path / "pdf").iterdir()
    assert len(pages_of(pdf)) == 5


@pytest.mark.parametrize("wanted", ["png", "jpeg"])
def test_pictures_are_a_file_for_each_page(tmp_path: Path, wanted: str) -> None:
    with printer(tmp_path, wanted, output_settings={"resolution-dpi": 50}) as pages:
        send(pages.uri, FIVE_PAGES, formats.PDF, names.PAGE_RANGES.of(RangeOfInteger(2, 4)))
        job = pages.wait_for_job(timeout_seconds=SECONDS)
    ending = {"png": "png", "jpeg": "jpg"}[wanted]
    assert job.files == (f"1-five-*.{ending}",)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [f"1-five-00{number}.{ending}" for number in (1, 2, 3)]
    for file in files:
        with Image.open(file) as picture:
            assert (picture.format, picture.size) == (wanted.upper(), (413, 585))


@pytest.mark.parametrize("wanted", ["pdf", "pwg-raster", "urf"])
def test_pages_can_be_files_of_their_own(tmp_path: Path, wanted: str) -> None:
    each = {"template": "{id}/{page}{ext}", "pages": "each", "resolution-dpi": 36}
    with printer(tmp_path, wanted, output_settings=each) as pages:
        send(pages.uri, FIVE_PAGES, formats.PDF)
        pages.wait_for_job(timeout_seconds=SECONDS)
    files = sorted((tmp_path / "1").iterdir())
    assert [file.stem for file in files] == ["001", "002", "003", "004", "005"]
    if wanted == "pdf":
        assert [pages_of(file) for file in files] == [[f"page {number}"] for number in range(1, 6)]


def test_a_pdf_of_which_nothing_is_to_change_is_the_file_that_was_sent(tmp_path: Path) -> None:
    with printer(tmp_path, "pdf") as pages:
        send(pages.uri, FIVE_PAGES, formats.PDF)
        job = pages.wait_for_job(timeout_seconds=SECONDS)
    assert (tmp_path / job.files[0]).read_bytes() == FIVE_PAGES


def test_a_document_that_is_none_aborts_its_job_and_the_next_is_printed(tmp_path: Path) -> None:
    with printer(tmp_path, "pdf") as pages:
        send(pages.uri, b"%PDF-1.7\nnothing of the kind", formats.PDF)
        job = pages.wait_for_job(state="aborted", timeout_seconds=SECONDS)
        assert "document-format-error" in job.reasons
        send(pages.uri, FIVE_PAGES, formats.PDF)
        pages.wait_for_job(timeout_seconds=SECONDS)
    assert len(list(tmp_path.iterdir())) == 1


def test_an_encrypted_document_is_printed_with_its_password_alone(tmp_path: Path) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(FIVE_PAGES)) as document:
        document.save(locked, encryption=pikepdf.Encryption(user="swordfish", owner="own"))
    with printer(tmp_path, "pdf") as pages:
        for password in ((), (names.DOCUMENT_PASSWORD.of(OctetString(b"haddock")),)):
            send(pages.uri, locked.getvalue(), formats.PDF, more=password)
        for job in pages.wait_for_jobs(2, state="aborted", timeout_seconds=SECONDS):
            assert "document-password-error" in job.reasons
        assert list(tmp_path.iterdir()) == []
        file = tmp_path.parent / f"{tmp_path.name}.pdf"
        file.write_bytes(locked.getvalue())
        command = [sys.executable, "-m", "ippserver", "print", pages.uri, str(file)]
        known = os.environ | {"IPPSERVER_DOCUMENT_PASSWORD": "swordfish"}
        subprocess.run(command, env=known, check=True, timeout=SECONDS)
        pages.wait_for_job(timeout_seconds=SECONDS)
    (file,) = tmp_path.iterdir()
    assert pages_of(file) == [f"page {number}" for number in range(1, 6)]


JPEG: Final = b"\xff\xd8\xff\xe0" + bytes(200)
ZPL: Final = b"^XA^FO50,50^A0N,50,50^FDHello^FS^XZ\n"
NOT_TAKEN: Final = Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED
NOT_SO: Final = Status.CLIENT_ERROR_DOCUMENT_FORMAT_ERROR


@pytest.mark.parametrize("wanted", ["original", "pdf"])
def test_a_document_that_is_not_taken_or_not_what_it_says_leaves_nothing(tmp_path: Path, wanted: str) -> None:
    """SECURITY D05 and D06."""
    refused = [
        ("application/x-unknown", FIVE_PAGES, NOT_TAKEN),
        ("text/html", b"<html></html>", NOT_TAKEN),
        (formats.POSTSCRIPT, b"%!PS-Adobe-3.0\nshowpage\n", NOT_TAKEN),
        (formats.PDF, JPEG, NOT_SO),
        (formats.PCLM, FIVE_PAGES, NOT_SO),
        (formats.TEXT, JPEG, NOT_SO),
        (formats.OCTET_STREAM, bytes(range(256)), NOT_TAKEN),
        (formats.OCTET_STREAM, b"%!PS-Adobe-3.0\nshowpage\n", NOT_TAKEN),
        (formats.OCTET_STREAM, ZPL, NOT_TAKEN),
    ]
    with printer(tmp_path, wanted) as pages:
        for media_type, content, status in refused:
            with pytest.raises(IppStatusError) as caught:
                send(pages.uri, content, media_type)
            assert caught.value.status is status
        send(pages.uri, FIVE_PAGES, formats.OCTET_STREAM)
        pages.wait_for_job(timeout_seconds=SECONDS)
        assert [job.id for job in pages.jobs] == [1]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_charset_that_is_not_read_is_no_format_that_is_taken(tmp_path: Path) -> None:
    with printer(tmp_path, "pdf") as pages:
        with pytest.raises(IppStatusError) as caught:
            send(pages.uri, b"word", "text/plain; charset=klingon")
        assert caught.value.status is NOT_TAKEN
        send(pages.uri, "Grüße".encode("utf-16-le"), "text/plain; charset=utf-16le")
        pages.wait_for_job(timeout_seconds=SECONDS)
    (file,) = tmp_path.iterdir()
    assert pages_of(file) == ["Grüße"]


def test_who_takes_anything_keeps_what_is_not_read_and_prints_the_rest(tmp_path: Path) -> None:
    with printer(tmp_path, "pdf", profile="label", accept="any") as pages:
        escpos = b"\x1b@Receipt\n\x1dV\0"
        sent = [
            (formats.ZPL, ZPL),
            (formats.OCTET_STREAM, ZPL),
            (formats.OCTET_STREAM, escpos),
            ("application/vnd.acme", b"%PDF-1.7 of another kind"),
            (formats.OCTET_STREAM, FIVE_PAGES),
        ]
        for media_type, content in sent:
            send(pages.uri, content, media_type)
        pages.wait_for_jobs(len(sent), timeout_seconds=SECONDS)
    files = sorted(tmp_path.iterdir(), key=lambda file: int(file.name.partition("-")[0]))
    assert [file.suffix for file in files] == [".zpl", ".zpl", ".bin", ".bin", ".pdf"]
    assert [file.read_bytes() for file in files[:4]] == [content for _, content in sent[:4]]
    assert len(pages_of(files[4])) == 5


def test_postscript_is_taken_where_that_is_switched_on(tmp_path: Path) -> None:
    require_tool("gs")
    output = {"type": "folder", "folder": str(tmp_path), "format": "pdf"}
    settings = {"documents": {"postscript": True}, "printer": [{"name": "pages", "output": [output]}]}
    document = b"%!PS-Adobe-3.0\n" + b"".join(
        b"/Helvetica findfont 20 scalefont setfont 72 400 moveto (page %d) show showpage\n" % number
        for number in (1, 2, 3)
    )
    with VirtualPrinter(settings=settings) as pages:
        for media_type in (formats.POSTSCRIPT, formats.OCTET_STREAM):
            send(pages.uri, document, media_type, names.PAGE_RANGES.of(RangeOfInteger(2, 3)))
        pages.wait_for_jobs(2, timeout_seconds=SECONDS)
    assert [pages_of(file) for file in tmp_path.iterdir()] == [["page 2", "page 3"]] * 2


def test_the_same_document_becomes_the_same_file(tmp_path: Path) -> None:
    """What a crash interrupted is recognised by its octets (accepted means kept)."""
    with printer(tmp_path, "pdf") as pages:
        for count in (1, 2):
            send(pages.uri, FIVE_PAGES, formats.PDF)
            pages.wait_for_jobs(count, timeout_seconds=SECONDS)
    first, second = (file.read_bytes() for file in tmp_path.iterdir())
    assert first == second


def test_the_server_itself_loads_nothing_that_parses_documents(tmp_path: Path) -> None:
    document = tmp_path / "five.pdf"
    document.write_bytes(FIVE_PAGES)
    output = {"folder": str(tmp_path / "prints"), "format": "pdf"}
    program = (
        "import subprocess, sys; from ippserver.testing import VirtualPrinter\n"
        f"with VirtualPrinter(settings={{'printer': [{{'output': [{output!r}]}}]}}) as printer:\n"
        f"    command = [sys.executable, '-m', 'ippserver', 'print', printer.uri, {str(document)!r}]\n"
        "    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)\n"
        f"    printer.wait_for_job(timeout_seconds={SECONDS})\n"
        "print({'img2pdf', 'numpy', 'pikepdf', 'PIL', 'pypdfium2'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=SECONDS)
    assert (done.stdout, done.stderr) == ("set()\n", "")
    assert len(list((tmp_path / "prints").iterdir())) == 1
