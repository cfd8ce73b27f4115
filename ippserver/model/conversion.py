"""What is asked of a converter, and what it answers."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, PrintQuality
from ippserver.iana.keywords import JobSheets, PrintColorMode, PwgRasterDocumentSheetBack
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import DateTime, Resolution
from ippserver.model import formats
from ippserver.model.actuals import with_medium
from ippserver.model.amount import Counts
from ippserver.model.capabilities import Capabilities
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.quality import dpi_of
from ippserver.model.scheduling import whole_template

_BY_THE_PAGES: Final = frozenset({names.ORIENTATION_REQUESTED.name, names.PRINTER_RESOLUTION.name})
"""What nobody asked for follows from the pages: their shape, and print-quality."""
_WITHOUT_COLOR: Final = frozenset({PrintColorMode.MONOCHROME, PrintColorMode.BI_LEVEL})


_NO_JOB_SHEET: Final = names.JOB_SHEETS_COL.of(Collection([names.JOB_SHEETS.of(JobSheets.NONE)]))
"""job-sheets-col counts more than job-sheets."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an output wants documents to be."""

    media_type: str
    split: bool = False
    """A file for each side that is printed, else one for all; PNG and JPEG are always split."""
    dpi: int | None = None
    """Of pages that are drawn; None leaves it to printer-resolution and print-quality."""
    raster_type: str = ""
    """Of pages that are drawn, as in pwg-raster-document-type-supported; empty for print-color-mode's."""
    sheet_back: str = PwgRasterDocumentSheetBack.NORMAL
    """How the back of a sheet stands in PWG Raster and Apple Raster."""
    instead: tuple[Attribute, ...] = ()
    """What counts in the place of what the Job says: one copy, where the output makes more of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A document of one format that is to be one of another, printed as its Job says."""

    source_format: str
    """Its media type."""
    target: Wanted
    attributes: AttributeGroup
    """The Job Template attributes in force: the document's, else the Job's, else the Printer's defaults."""
    number: int = 1
    """document-number."""
    of_documents: int = 1
    """The highest document-number of the Job."""
    title: str = ""
    password: str | None = field(default=None, repr=False)
    """document-password (PWG 5100.13)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a conversion is."""

    pages: int = 0
    """Of the document, read."""
    impressions: int = 0
    """That have come out."""
    of_impressions: int = 0
    """That will come out; 0 until that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a conversion made, and how much it is."""

    media_type: str
    extension: str
    """Of its files, with the dot."""
    pages: int
    """Of the document, those that one copy has (job-pages, PWG 5100.7)."""
    impressions: int
    """Sides of one copy, blank ones not counted (RFC 8011 5.3.17.2)."""
    impressions_completed: int
    """Sides of all copies and job sheets, blank ones not counted (RFC 8011 5.3.18.2)."""
    sheets: int
    """Of all copies and job sheets (RFC 8011 5.3.17.3)."""
    counts: Counts | None = None
    """The same by their kinds, and the blank sides; None where nobody looked."""
    media: Mapping[str, int] = field(default_factory=dict)
    """Sheets of each medium by its name, or its size in hundredths of a millimetre: "21000x29700"."""
    text: str = ""
    """What can be read in it, for search."""
    unchanged: bool = False
    """The document is what is wanted, octet for octet, as it came: nothing was made."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file that a conversion made: the whole document, or one of its sides."""

    number: int
    """From 1."""
    content: Callable[[], AsyncGenerator[bytes, None]]
    """Reads it; while the conversion is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledFile:
    """What lies in the spool to be delivered."""

    key: str
    """The spool's."""
    size_octets: int
    sha256: str
    """Hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """What was made of a Document: it lies in the spool beside it while its Job is printed."""

    files: tuple[SpooledFile, ...]
    """One for each part, in order; the Document itself where that is unchanged; none for no pages at all."""
    outcome: Outcome


def conversion(
    job: Job, document: Document, printer: Capabilities, target: Wanted, *, alone: bool = True
) -> Conversion:
    """What is asked of a converter, so that the Document is printed as its Job and Printer say.

    Of one that is not printed `alone`, but as one with others, the Job has the title. A job sheet comes
    before the first Document only.
    """
    instead = (*target.instead, *(() if _is_first(job, document) else (_NO_JOB_SHEET,)))
    attributes = in_force(job, document, printer, instead)
    if target.media_type in (formats.PWG_RASTER, formats.APPLE_RASTER):
        attributes = _with_resolution(attributes, printer)
    name = (alone and document.name) or job.name
    return Conversion(
        source_format=source_format(document),
        target=target,
        attributes=attributes,
        number=document.number,
        of_documents=max(one.number for one in (document, *job.documents)),
        title=str(name or ""),
        password=document.password,
    )


def _with_resolution(attributes: AttributeGroup, printer: Capabilities) -> AttributeGroup:
    """With a resolution for rasters, where only the quality is known: the nearest that the Printer has."""
    if names.PRINTER_RESOLUTION.get(attributes) is not None:
        return attributes
    quality = names.PRINT_QUALITY.get(attributes) or PrintQuality.NORMAL
    wanted = dpi_of(quality)
    supported = [one.feed for one in names.PRINTER_RESOLUTION_SUPPORTED.all(printer)]
    dpi = min(supported, key=lambda dots: abs(dots - wanted), default=wanted)
    return AttributeGroup(attributes.tag, (*attributes, names.PRINTER_RESOLUTION.of(Resolution(dpi, dpi))))


def source_format(document: Document) -> str:
    """The format of the Document, with what its client declared of it (the charset of text)."""
    said = names.DOCUMENT_FORMAT_SUPPLIED.get(AttributeGroup(GroupTag.DOCUMENT, document.supplied))
    declared = said is not None and formats.essence(said) == document.format
    return said if said is not None and declared else document.format


def _is_first(job: Job, document: Document) -> bool:
    """Whether none of the Job's Documents is printed before it."""
    return all(one.number >= document.number or one.state is DocumentState.CANCELED for one in job.documents)


def in_force(
    job: Job, document: Document, printer: Capabilities, instead: Iterable[Attribute] = ()
) -> AttributeGroup:
    """What counts for the pages of the Document, and what a job sheet tells of the Job.

    That are those of `instead`, else the Document's own Job Template attributes, else those of the Job, else
    the Printer's defaults.
    """
    own = {attribute.name: attribute for attribute in (*document.template, *instead)}
    asked = with_medium(Collection((whole_template(job) | own).values()), printer)
    found = {attribute.name: attribute for attribute in asked}
    for name, template in TEMPLATES.items():
        default = None if template.default is None else template.default.attribute(printer)
        if name not in found and name not in _BY_THE_PAGES and default is not None:
            found[name] = Attribute(name, default.values)
    if not names.COLOR_SUPPORTED.get(printer):
        mode = names.PRINT_COLOR_MODE.get(found)
        if mode is None or mode not in _WITHOUT_COLOR:
            found[names.PRINT_COLOR_MODE.name] = names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)
    told = (
        names.JOB_ID.of(job.id),
        names.JOB_ORIGINATING_USER_NAME.of(job.user),
        names.DATE_TIME_AT_CREATION.of(DateTime.of(datetime.fromtimestamp(job.created, UTC))),
        *filter(None, [names.PRINTER_NAME.attribute(printer)]),
    )
    return AttributeGroup(GroupTag.JOB, (*found.values(), *told))
