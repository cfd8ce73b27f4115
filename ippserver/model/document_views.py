"""What Documents show of themselves (PWG 5100.5): a table, one row per attribute."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import DocumentStateReason
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Enum, Keyword, MimeMediaType, Name, Text, Uri
from ippserver.model import formats
from ippserver.model.amount import NOTHING, Amount
from ippserver.model.capabilities import Capabilities, document_templates
from ippserver.model.derived import derived
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.progress import impressions_col, pages_col, sheets_col
from ippserver.model.selection import Selection
from ippserver.model.together import is_shared
from ippserver.model.uris import job_uri
from ippserver.model.views import At, Row, chosen, date_time, every, row


@dataclass(frozen=True, slots=True)
class DocumentScene:
    """A Document, and what its attributes depend on beside it."""

    document: Document
    job: Job
    at: At

    @property
    def supplied(self) -> AttributeGroup:
        """What its client said of it."""
        return AttributeGroup(GroupTag.DOCUMENT, self.document.supplied)


_MESSAGES: Final[Mapping[DocumentState, str]] = {
    DocumentState.PENDING: "Waiting for its turn.",
    DocumentState.PROCESSING: "Printing.",
    DocumentState.PROCESSING_STOPPED: "Stopped.",
    DocumentState.CANCELED: "Canceled.",
    DocumentState.ABORTED: "Aborted.",
    DocumentState.COMPLETED: "Completed.",
}


def _message(scene: DocumentScene) -> Text:
    aborted = scene.document.state is DocumentState.ABORTED and scene.job.state is JobState.ABORTED
    return Text((scene.job.message if aborted else "") or _MESSAGES[scene.document.state])


def _reasons(scene: DocumentScene) -> tuple[Keyword, ...]:
    return tuple(sorted(scene.document.reasons)) or (DocumentStateReason.NONE,)


def _is_last(scene: DocumentScene) -> bool:
    """Whether no Document of the Job follows, nor will."""
    return not scene.job.incoming and scene.document is scene.job.documents[-1]


def _k_octets(scene: DocumentScene) -> int:
    return -(-scene.document.size_octets // 1024)


def _k_octets_processed(scene: DocumentScene) -> int:
    return _k_octets(scene) if scene.document.state is DocumentState.COMPLETED else 0


def _detected(scene: DocumentScene) -> MimeMediaType | None:
    """The format, where it was looked for and found (PWG 5100.5 9.1.16)."""
    declared = names.DOCUMENT_FORMAT_SUPPLIED.get(scene.supplied)
    found = scene.document.format
    if found == formats.OCTET_STREAM or formats.essence(declared or formats.OCTET_STREAM) != (
        formats.OCTET_STREAM
    ):
        return None
    return MimeMediaType(found)


def _extent(scene: DocumentScene) -> Amount | None:
    """How much it is; None where that is not known, or not of it alone."""
    return None if is_shared(scene.job, scene.document) else scene.document.whole


def _done(scene: DocumentScene) -> Amount | None:
    """How much of it is done, likewise."""
    document = scene.document
    counted = document.extent is not None or document.printed != NOTHING or not document.over
    return document.printed if counted and not is_shared(scene.job, document) else None


def _impressions(scene: DocumentScene) -> int | None:
    """As counted, else as the client stated of the Job, where the Document is all of it."""
    extent = _extent(scene)
    if extent is not None:
        return extent.impressions
    if len(scene.job.documents) > 1:
        return None
    return names.JOB_IMPRESSIONS.get(AttributeGroup(GroupTag.JOB, scene.job.supplied))


def _of(
    amount: Callable[[DocumentScene], Amount | None], part: Callable[[Amount], int]
) -> Callable[[DocumentScene], int | None]:
    def value(scene: DocumentScene) -> int | None:
        found = amount(scene)
        return None if found is None else part(found)

    return value


DOCUMENT_CREATED_ROWS: Final[tuple[Row[DocumentScene], ...]] = (
    row(names.DOCUMENT_NUMBER, lambda s: s.document.number),
    row(names.DOCUMENT_STATE, lambda s: Enum(s.document.state)),
    Row(names.DOCUMENT_STATE_REASONS, _reasons),
    row(names.DOCUMENT_STATE_MESSAGE, _message),
)
"""What answers to Send-Document and Send-URI hold of the Document."""

DOCUMENT_ROWS: Final[tuple[Row[DocumentScene], ...]] = (
    *DOCUMENT_CREATED_ROWS,
    row(names.DOCUMENT_JOB_ID, lambda s: s.job.id),
    row(names.DOCUMENT_JOB_URI, lambda s: Uri(job_uri(s.at.printer_uri, s.job.id))),
    row(names.DOCUMENT_PRINTER_URI, lambda s: Uri(s.at.printer_uri)),
    row(names.DOCUMENT_UUID, lambda s: Uri(f"urn:uuid:{s.document.uuid_in(s.job.uuid)}")),
    row(names.DOCUMENT_NAME, lambda s: s.document.name or Name("")),
    row(names.DOCUMENT_FORMAT, lambda s: MimeMediaType(s.document.format)),
    row(names.DOCUMENT_FORMAT_DETECTED, _detected),
    row(names.DOCUMENT_NATURAL_LANGUAGE, lambda s: s.document.natural_language),
    row(names.ATTRIBUTES_CHARSET, lambda s: s.job.charset),
    row(names.ATTRIBUTES_NATURAL_LANGUAGE, lambda s: s.job.natural_language),
    row(names.LAST_DOCUMENT, _is_last),
    row(names.K_OCTETS, _k_octets),
    row(names.K_OCTETS_PROCESSED, _k_octets_processed),
    row(names.IMPRESSIONS, _impressions),
    row(names.MEDIA_SHEETS, _of(_extent, lambda amount: amount.sheets)),
    row(names.PAGES, _of(_extent, lambda amount: amount.pages)),
    row(names.IMPRESSIONS_COMPLETED, _of(_done, lambda amount: amount.impressions)),
    row(names.MEDIA_SHEETS_COMPLETED, _of(_done, lambda amount: amount.sheets)),
    row(names.PAGES_COMPLETED, _of(_done, lambda amount: amount.pages)),
    row(names.IMPRESSIONS_COL, lambda s: impressions_col(_extent(s))),
    row(names.MEDIA_SHEETS_COL, lambda s: sheets_col(_extent(s))),
    row(names.PAGES_COL, lambda s: pages_col(_extent(s))),
    row(names.IMPRESSIONS_COMPLETED_COL, lambda s: impressions_col(_done(s))),
    row(names.MEDIA_SHEETS_COMPLETED_COL, lambda s: sheets_col(_done(s))),
    row(names.PAGES_COMPLETED_COL, lambda s: pages_col(_done(s))),
    row(names.PRINTER_UP_TIME, lambda s: s.at.up_time),
    row(names.TIME_AT_CREATION, lambda s: s.at.up_time_at(s.document.created)),
    row(vendor.TIME_AT_CREATED, lambda s: s.at.up_time_at(s.document.created)),
    row(names.TIME_AT_PROCESSING, lambda s: s.at.up_time_at(s.document.processing_since)),
    row(names.TIME_AT_COMPLETED, lambda s: s.at.up_time_at(s.document.completed)),
    row(names.DATE_TIME_AT_CREATION, lambda s: date_time(s.document.created)),
    row(names.DATE_TIME_AT_CREATED, lambda s: date_time(s.document.created)),
    row(names.DATE_TIME_AT_PROCESSING, lambda s: date_time(s.document.processing_since)),
    row(names.DATE_TIME_AT_COMPLETED, lambda s: date_time(s.document.completed)),
)

DOCUMENT_SUPPLIED: Final = (
    names.COMPRESSION_SUPPLIED,
    names.DOCUMENT_FORMAT_SUPPLIED,
    names.DOCUMENT_NAME_SUPPLIED,
    names.DOCUMENT_MESSAGE,
    names.DOCUMENT_METADATA,
    names.DOCUMENT_URI,
)
"""What a Document keeps of its client's operation attributes."""

DOCUMENT_PRIVATE: Final = frozenset(
    definition.name
    for definition in (
        names.DOCUMENT_NAME,
        names.DOCUMENT_NAME_SUPPLIED,
        names.DOCUMENT_MESSAGE,
        names.DOCUMENT_METADATA,
        names.DOCUMENT_URI,
    )
)
"""What says what is printed: where users are told apart, for the owner and for Operators (RFC 8011 9.4)."""


@derived
def document_names(printer: Capabilities) -> frozenset[str]:
    """Every attribute that a Document of the Printer may have."""
    rows = (*(each.name for each in DOCUMENT_ROWS), *(each.name for each in DOCUMENT_SUPPLIED))
    return frozenset((*rows, *document_templates(printer)))


def document_attributes(scene: DocumentScene, wanted: Selection) -> AttributeGroup:
    """The attributes of a Document that are `wanted`: its rows, then what its client supplied and it kept."""
    shown = chosen(DOCUMENT_ROWS, scene, wanted)
    known = {attribute.name for attribute in shown}
    kept = (*scene.document.template, *scene.document.supplied)
    more = [each for each in kept if each.name in wanted and each.name not in known]
    return AttributeGroup(GroupTag.DOCUMENT, [*shown, *more])


def document_created(scene: DocumentScene) -> AttributeGroup:
    """The document group of an answer to Send-Document and Send-URI."""
    return AttributeGroup(GroupTag.DOCUMENT, every(DOCUMENT_CREATED_ROWS, scene))
