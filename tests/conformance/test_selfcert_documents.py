"""IPP Everywhere's self-certification (PWG 5100.20), the document data tests: D-1 to D-3 of ippeveselfcert.

Every resolution is tried, not only the highest, and both colour modes; the rasters are small, and valid.
"""

import gzip
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import Compression, PrintColorMode, Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, MimeMediaType, RangeOfInteger
from ippserver.model import formats
from ippserver.testing.desk import PDF
from tests.conformance.subject import Subject
from tests.rasters import PWG_KINDS, pwg_raster

A4: Final = Keyword("iso_a4_210x297mm")
LETTER: Final = Keyword("na_letter_8.5x11in")
JPEG: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
FIDELITY: Final = names.IPP_ATTRIBUTE_FIDELITY.of(True)

CODECS: Final[Mapping[Keyword, Callable[[bytes], bytes]]] = {
    Compression.NONE: bytes,
    Compression.DEFLATE: zlib.compress,  # in RFC 1950's wrapping, as "deflate" is in HTTP and in ipptool
    Compression.GZIP: gzip.compress,
}


async def prints(
    subject: Subject,
    document_format: str,
    document: bytes,
    *attributes: Attribute,
    job: Iterable[Attribute] = (),
    sent: bytes | None = None,
) -> None:
    """Sees that the document is printed as it is; `sent` is what goes over the wire for it."""
    subject.finish()
    format_of_it = names.DOCUMENT_FORMAT.of(MimeMediaType(document_format))
    async with subject.at_work():
        answer = await subject.ask(
            Operation.PRINT_JOB,
            format_of_it,
            *attributes,
            job=job,
            document=document if sent is None else sent,
        )
        done = await subject.desk.until(answer.job_id, JobState.COMPLETED)
    assert answer.unsupported == ()
    assert done.documents[0].format == document_format
    assert list(subject.tray.delivered.values()) == [document]


async def test_d_1_rasters_are_supported(subject: Subject) -> None:
    assert formats.PWG_RASTER in await subject.printer(names.DOCUMENT_FORMAT_SUPPORTED)
    kinds = set(map(str, await subject.printer(names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED)))
    assert {"black_1", "sgray_8", "srgb_8"} <= kinds <= PWG_KINDS.keys()


@pytest.mark.parametrize(
    ("test", "compression"),
    [("D-1.1", Compression.NONE), ("D-1.2", Compression.DEFLATE), ("D-1.3", Compression.GZIP)],
)
async def test_d_1_rasters_of_every_kind_and_resolution_print(test: str, compression: Keyword) -> None:
    subject = await Subject().open()
    compress = CODECS[compression]
    resolutions = await subject.printer(names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED)
    kinds = await subject.printer(names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED)
    assert resolutions
    for kind in map(str, kinds):
        for resolution in resolutions:
            document = pwg_raster(kind, (resolution.cross_feed, resolution.feed))
            await prints(
                await Subject().open(),
                formats.PWG_RASTER,
                document,
                names.COMPRESSION.of(compression),
                sent=compress(document),
            )


@pytest.mark.parametrize(("test", "medium"), [("D-1.4", A4), ("D-1.5", LETTER)])
async def test_d_1_rasters_of_several_pages_print(subject: Subject, test: str, medium: Keyword) -> None:
    document = pwg_raster("sgray_8", (300, 300), pages=4, medium=medium)
    await prints(subject, formats.PWG_RASTER, document, job=[names.MEDIA.of(medium)])


@pytest.mark.parametrize(
    "job",
    [
        pytest.param([], id="D-2.1"),
        pytest.param([names.COPIES.of(2)], id="D-2.2"),
        pytest.param([names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)], id="D-2.3"),
    ],
)
async def test_d_2_photographs_print(subject: Subject, job: list[Attribute]) -> None:
    await prints(subject, formats.JPEG, JPEG, job=job)


@pytest.mark.parametrize("medium", [LETTER, A4])
async def test_d_2_photographs_print_on_exactly_the_medium_asked_for(
    subject: Subject, medium: Keyword
) -> None:
    await prints(subject, formats.JPEG, JPEG, FIDELITY, job=[names.MEDIA.of(medium)])


@pytest.mark.parametrize(
    "job",
    [
        pytest.param([], id="D-3.1"),
        pytest.param([names.COPIES.of(2)], id="D-3.2"),
        pytest.param(
            [
                names.PAGE_RANGES.of(RangeOfInteger(3, 3)),
                names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME),
            ],
            id="D-3.3",
        ),
        pytest.param([names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)], id="D-3.4"),
    ],
)
async def test_d_3_pdf_prints(subject: Subject, job: list[Attribute]) -> None:
    await prints(subject, formats.PDF, PDF, job=job)


@pytest.mark.parametrize("medium", [LETTER, A4])
async def test_d_3_pdf_prints_on_exactly_the_medium_asked_for(subject: Subject, medium: Keyword) -> None:
    await prints(subject, formats.PDF, PDF, FIDELITY, job=[names.MEDIA.of(medium)])
