"""Real workers on real documents, and on documents that are none."""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pikepdf
import pytest

from ippserver.converters.limits import WorkerLimits
from ippserver.converters.pool import COMMAND, ConverterPool
from ippserver.converters.process import Worker
from ippserver.documents.raster import pwg
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.iana import names
from ippserver.iana.keywords import JobStateReason, MultipleDocumentHandling, Sides
from ippserver.interfaces import ConversionError
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import RangeOfInteger
from ippserver.model import formats
from ippserver.model.conversion import Conversion, Outcome, Progress, Wanted
from ippserver.testing.fakes import stream
from ippserver.testing.tools import require_file
from tests.documents.press import printed

SECONDS: Final = 120.0
NOTHING: Final = AttributeGroup(GroupTag.JOB, ())
MANY: Final = 140


def pdf(*pages: str) -> bytes:
    """A PDF with such content on its pages; /F is a font."""
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
    )
    with pikepdf.new() as document, io.BytesIO() as file:
        for content in pages:
            page = document.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = document.make_stream(content.encode())
        document.save(file)
        return file.getvalue()


FIVE_PAGES: Final = pdf(*(f"BT /F 20 Tf 72 700 Td (page {number}) Tj ET" for number in range(1, 6)))


def drawn(document: bytes) -> set[bytes]:
    """The pictures of letters in a PDF."""
    with pikepdf.open(io.BytesIO(document)) as opened:
        fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
        return {glyph.read_bytes() for font in fonts for glyph in font.get("/CharProcs", {}).values()}


async def converted(
    folder: Path,
    content: bytes,
    conversion: Conversion,
    limits: WorkerLimits | None = None,
    seen: list[Progress] | None = None,
) -> tuple[Outcome, list[bytes]]:
    """What a real worker makes of `content`."""

    pool = ConverterPool(folder, limits or WorkerLimits(), workers=1)
    told = [] if seen is None else seen
    async with (
        asyncio.timeout(SECONDS),
        pool.convert([conversion], [stream([content])], told.append) as (outcome, parts),
    ):
        return outcome, [b"".join([piece async for piece in part.content()]) for part in parts]


def conversion(source_format: str = formats.PDF, target_format: str = formats.PDF) -> Conversion:
    pages = names.PAGE_RANGES.of(RangeOfInteger(2, 3))
    return Conversion(
        source_format=source_format,
        target=Wanted(target_format),
        attributes=AttributeGroup(GroupTag.JOB, [pages, names.COPIES.of(2)]),
        title="five pages",
    )


async def test_pages_are_made_as_the_job_says(tmp_path: Path) -> None:
    seen: list[Progress] = []
    outcome, (pdf,) = await converted(tmp_path, FIVE_PAGES, conversion(), seen=seen)
    assert pdf.startswith(b"%PDF-")
    assert (outcome.pages, outcome.impressions, outcome.impressions_completed) == (2, 2, 4)
    assert "page 2" in outcome.text
    assert "page 4" not in outcome.text
    assert seen[-1].impressions == 4


async def test_a_worker_that_stands_ready_says_that_it_is_awake_and_waits_on(tmp_path: Path) -> None:
    worker = await Worker.start(COMMAND, tmp_path, WorkerLimits())
    worker.listen()
    heard: list[Mapping[str, Any]] = []
    try:
        assert await worker.is_awake(heard.append)
        assert [list(word) for word in heard] == [["walls"]]
        assert worker._process.returncode is None
    finally:
        await worker.end()


async def test_pictures_come_one_for_each_side(tmp_path: Path) -> None:
    _, parts = await converted(tmp_path, FIVE_PAGES, conversion(target_format=formats.PNG))
    assert [part[:4] for part in parts] == [b"\x89PNG"] * 4


async def test_documents_of_several_formats_become_one_on_the_same_sheet(tmp_path: Path) -> None:
    attributes = [
        names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT),
        names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
    ]
    first = Conversion(
        source_format=formats.PDF,
        target=Wanted(formats.PDF),
        attributes=AttributeGroup(GroupTag.JOB, attributes),
    )
    contents = [stream([pdf("")]), stream([b"words"])]
    pool = ConverterPool(tmp_path, WorkerLimits(), workers=1)
    both = [first, replace(first, source_format=formats.TEXT, number=2)]
    async with asyncio.timeout(SECONDS), pool.convert(both, contents, lambda done: None) as (outcome, parts):
        made = b"".join([piece async for piece in parts[0].content()])
    assert (outcome.pages, outcome.impressions, outcome.sheets) == (2, 2, 1)
    assert len(pikepdf.open(io.BytesIO(made)).pages) == 2


async def joined(pool: ConverterPool) -> Outcome:
    """What became of MANY documents that are one."""
    first = replace(conversion(formats.TEXT), attributes=NOTHING, of_documents=MANY)
    each = [replace(first, number=number) for number in range(1, MANY + 1)]
    contents = [stream([b"words"]) for _ in each]
    async with asyncio.timeout(SECONDS), pool.convert(each, contents, lambda done: None) as (outcome, _):
        return outcome


async def test_very_many_documents_become_one(tmp_path: Path) -> None:
    outcome = await joined(ConverterPool(tmp_path, WorkerLimits(), workers=1))
    assert (outcome.pages, outcome.sheets) == (MANY, MANY)


async def test_more_documents_than_files_may_be_open_are_unprintable(tmp_path: Path) -> None:
    command = ("sh", "-c", 'ulimit -n 200; exec "$@"', "sh", *COMMAND)
    with pytest.raises(ConversionError, match=r"more documents") as caught:
        await joined(ConverterPool(tmp_path, WorkerLimits(), workers=1, command=command))
    assert caught.value.reason == JobStateReason.DOCUMENT_UNPRINTABLE_ERROR


@pytest.mark.parametrize(
    ("source_format", "content"),
    [
        (formats.PDF, b"%PDF-1.7\nnothing of the kind"),
        (formats.JPEG, b"\xff\xd8\xff\xe0" + bytes(100)),
        (formats.PNG, b"\x89PNG\r\n\x1a\n" + bytes(100)),
        (formats.PWG_RASTER, b"RaS2" + bytes(2000)),
        (formats.APPLE_RASTER, b"UNIRAST\0" + bytes(40)),
    ],
)
async def test_what_is_no_document_is_a_format_error(
    tmp_path: Path, source_format: str, content: bytes
) -> None:
    with pytest.raises(ConversionError) as caught:
        await converted(tmp_path, content, conversion(source_format))
    assert caught.value.reason == JobStateReason.DOCUMENT_FORMAT_ERROR


async def test_a_document_that_computes_too_long_ends_its_worker(tmp_path: Path) -> None:
    limits = WorkerLimits(cpu_seconds=2, look_seconds=0.05)
    curves = ["0 0 m 500 700 500 0 0 700 c S\n" * 100_000] * 3
    with pytest.raises(ConversionError, match="computed for too long"):
        await converted(tmp_path, pdf(*curves), conversion(target_format=formats.PWG_RASTER), limits)


async def test_a_document_that_needs_too_much_memory_is_unprintable(tmp_path: Path) -> None:
    header = pwg.PageHeader(
        pixels=PixelFormat(ColorSpace.SRGB, 8),
        width=60_000,
        height=10_000,
        resolution=(7200, 7200),
        page_size=(595, 842),
    )
    row = bytes((255,)) + bytes((127, 1, 2, 3)) * (60_000 // 128) + bytes((95, 1, 2, 3))
    limits = WorkerLimits(memory_octets=512 * 2**20, look_seconds=0.05)
    content = pwg.SYNC + header.encode() + row * 40
    with pytest.raises(ConversionError) as caught:
        await converted(tmp_path, content, conversion(formats.PWG_RASTER, formats.JPEG), limits)
    assert caught.value.reason == JobStateReason.DOCUMENT_UNPRINTABLE_ERROR


async def test_the_jail_lets_letters_be_drawn_and_joined(tmp_path: Path) -> None:
    require_file(Path("/usr/share/fonts/truetype/lohit-devanagari/Lohit-Devanagari.ttf"))
    text = "क्षत्रिय".encode()
    wanted = replace(conversion(formats.TEXT), attributes=NOTHING)
    _, (made,) = await converted(tmp_path, text, wanted)
    outside = await asyncio.to_thread(printed, (formats.TEXT, text))
    assert drawn(made) == drawn(outside.file) != set()
