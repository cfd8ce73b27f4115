"""What is asked of a converter."""

from dataclasses import replace
from typing import Final

import pytest

from ippserver.iana import names
from ippserver.iana.enums import OrientationRequested, PrintQuality
from ippserver.iana.keywords import PrintColorMode, Sides
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import DateTime, Keyword, Name, Resolution
from ippserver.model import formats
from ippserver.model.capabilities import capabilities
from ippserver.model.conversion import Wanted, conversion, in_force
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.printer import PrinterConfig
from ippserver.testing.fakes import job_draft

CONFIG: Final = PrinterConfig(path="/ipp/print", name="Office")
PRINTER: Final = capabilities(CONFIG)
RASTER: Final = Wanted(formats.PWG_RASTER)
DOCUMENT: Final = Document(number=1, key="1", format=formats.PDF, size_octets=1, sha256="0")


def asked(
    *template: Attribute, document: Document = DOCUMENT, config: PrinterConfig = CONFIG
) -> AttributeGroup:
    job = replace(Job.of(job_draft(), 7), template=template)
    return in_force(job, document, capabilities(config))


def test_the_document_counts_before_its_job_and_that_before_the_printer() -> None:
    document = replace(DOCUMENT, template=(names.COPIES.of(3),))
    found = asked(names.COPIES.of(2), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), document=document)
    assert names.COPIES.get(found) == 3
    assert names.SIDES.get(found) == Sides.TWO_SIDED_LONG_EDGE
    assert names.PRINT_SCALING.get(found) == names.PRINT_SCALING_DEFAULT.get(PRINTER)


def test_a_medium_that_was_asked_for_is_not_overruled_by_the_printers_own() -> None:
    found = asked(names.MEDIA.of(Keyword("iso_a5_148x210mm")))
    medium = names.MEDIA_COL.get(found)
    assert medium is not None
    size = names.MEDIA_SIZE.get(medium)
    assert size is not None
    assert (names.X_DIMENSION.get(size), names.Y_DIMENSION.get(size)) == (14800, 21000)


def test_what_follows_from_the_pages_is_not_set_by_the_printer() -> None:
    found = asked()
    assert names.ORIENTATION_REQUESTED.get(found) is None
    assert names.PRINTER_RESOLUTION.get(found) is None
    wanted = asked(names.ORIENTATION_REQUESTED.of(OrientationRequested.LANDSCAPE))
    assert names.ORIENTATION_REQUESTED.get(wanted) == OrientationRequested.LANDSCAPE


def test_a_printer_without_colour_prints_none() -> None:
    config = replace(CONFIG, color=False)
    auto = asked(names.PRINT_COLOR_MODE.of(PrintColorMode.AUTO), config=config)
    assert names.PRINT_COLOR_MODE.get(auto) == PrintColorMode.MONOCHROME
    bits = asked(names.PRINT_COLOR_MODE.of(PrintColorMode.BI_LEVEL), config=config)
    assert names.PRINT_COLOR_MODE.get(bits) == PrintColorMode.BI_LEVEL


def test_a_job_sheet_can_tell_whose_job_it_is() -> None:
    found = asked()
    assert names.JOB_ID.get(found) == 7
    assert names.JOB_ORIGINATING_USER_NAME.get(found) is not None
    assert names.PRINTER_NAME.get(found) == "Office"
    created = names.DATE_TIME_AT_CREATION.get(found)
    assert isinstance(created, DateTime)


@pytest.mark.parametrize(
    ("supported", "quality", "dpi"),
    [
        ((300, 600), PrintQuality.DRAFT, 300),
        ((300, 600), PrintQuality.NORMAL, 300),
        ((300, 600), PrintQuality.HIGH, 600),
        ((203, 300), PrintQuality.DRAFT, 203),
        ((203,), PrintQuality.HIGH, 203),
    ],
)
def test_rasters_have_the_resolution_of_the_printer_that_is_nearest_to_their_quality(
    supported: tuple[int, ...], quality: PrintQuality, dpi: int
) -> None:
    printer = capabilities(replace(CONFIG, resolutions_dpi=supported))
    job = Job.of(replace(job_draft(), template=(names.PRINT_QUALITY.of(quality),)), 7)
    made = conversion(job, DOCUMENT, printer, RASTER)
    assert names.PRINTER_RESOLUTION.get(made.attributes) == Resolution(dpi, dpi)
    asked = replace(job, template=(names.PRINTER_RESOLUTION.of(Resolution(600, 600)),))
    said = conversion(asked, DOCUMENT, printer, RASTER).attributes
    assert names.PRINTER_RESOLUTION.all(said) == (Resolution(600, 600),)


def test_a_converter_is_told_which_of_the_documents_of_the_job_it_gets() -> None:
    third = replace(DOCUMENT, number=3)
    job = replace(Job.of(job_draft(), 7), documents=(DOCUMENT, third))
    told = conversion(job, DOCUMENT, PRINTER, RASTER)
    assert (told.number, told.of_documents) == (1, 3)


def test_what_is_made_is_called_as_the_document_or_its_job() -> None:
    job = Job.of(job_draft(), 7)
    wanted = conversion(job, DOCUMENT, PRINTER, RASTER)
    assert (wanted.source_format, wanted.target) == (formats.PDF, RASTER)
    assert wanted.title == str(job.name)
    assert conversion(job, replace(DOCUMENT, name=Name("a")), PRINTER, RASTER).title == "a"
