"""Reading is a table: one row per attribute, made when asked for; here of a Job (RFC 8011 5.3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import (
    MIN_INTEGER,
    DateTime,
    Enum,
    Keyword,
    NameWithLanguage,
    OutOfBand,
    Text,
    Uri,
)
from ippserver.model import extensions, progress
from ippserver.model.actuals import actual_names, unknown
from ippserver.model.capabilities import LANGUAGE, Capabilities, template_of_jobs
from ippserver.model.derived import derived
from ippserver.model.ending import deliveries, message_of, reasons_of_deliveries
from ippserver.model.job import Job
from ippserver.model.printer import PrinterStatus
from ippserver.model.scheduling import wait_attributes
from ippserver.model.selection import Selection
from ippserver.model.states import ACTIVE
from ippserver.model.uris import job_uri

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """The moment and the request for which something is shown."""

    now: float
    """Seconds since the epoch."""
    up_time: int
    """printer-up-time, seconds, from 1."""
    printer_uri: str
    """The Printer's URI as the client wrote it: generated URIs begin like it."""
    language: str = LANGUAGE
    """The one of ours that the client wants, as far as we know."""
    schemes: tuple[str, ...] = ()
    """Those by which every Printer can be had; that of `printer_uri` always can."""

    @property
    def printer_uris(self) -> tuple[str, ...]:
        """The Printer's URI by each scheme, the client's own first."""
        own, colon, rest = self.printer_uri.partition(":")
        others = (f"{each}{colon}{rest}" for each in self.schemes if each != own.lower())
        return (self.printer_uri, *others)

    def up_time_at(self, moment: float | None) -> int | OutOfBand:
        """`moment` on the scale of printer-up-time, 0 or less before the start (RFC 8011 5.3.14).

        What has happened is never shown as still to come, whatever became of the wall clock since.
        """
        if moment is None:
            return OutOfBand.NO_VALUE
        return max(MIN_INTEGER, self.up_time - max(0, round(self.now - moment)))


def date_time(moment: float | None) -> DateTime | OutOfBand:
    """`moment` (seconds since the epoch) as dateTime in UTC; no-value for None."""
    return OutOfBand.NO_VALUE if moment is None else DateTime.of(datetime.fromtimestamp(moment, UTC))


@dataclass(frozen=True, slots=True)
class Row(Generic[S]):
    """One attribute: its handle, and its values as seen in a scene; no values leave it out."""

    definition: AttributeDef[Any]  # rows of every syntax stand in one table
    values: Callable[[S], tuple[Any, ...]]

    @property
    def name(self) -> str:
        """The attribute's name."""
        return self.definition.name


def row(definition: AttributeDef[Any], value: Callable[[S], Any]) -> Row[S]:
    """A row of one value; None leaves the attribute out."""

    def values(scene: S) -> tuple[Any, ...]:
        found = value(scene)
        return () if found is None else (found,)

    return Row(definition, values)


def every(rows: tuple[Row[S], ...], scene: S) -> tuple[Attribute, ...]:
    return tuple(each.definition.of(*values) for each in rows if (values := each.values(scene)))


def chosen(rows: tuple[Row[S], ...], scene: S, wanted: Selection) -> list[Attribute]:
    return [
        each.definition.of(*values) for each in rows if each.name in wanted and (values := each.values(scene))
    ]


# ---- Jobs


@dataclass(frozen=True, slots=True)
class JobScene:
    """A Job, and what its attributes depend on beside it."""

    job: Job
    at: At
    printer: PrinterStatus
    ahead: int = 0
    """number-of-intervening-jobs."""
    capabilities: Capabilities | None = None
    """Of its Printer; None for one that is gone."""


def _job_reasons(scene: JobScene) -> tuple[Keyword, ...]:
    reasons = set(scene.job.reasons)
    # Seen from the Printer, not stored: all waiting Jobs show it while it is stopped (RFC 8011 4.2.7).
    stopped = scene.printer.paused or scene.printer.starved
    if stopped and scene.job.state in (JobState.PENDING, JobState.PENDING_HELD):
        reasons.add(JobStateReason.PRINTER_STOPPED)
    reasons |= reasons_of_deliveries(scene.job, scene.printer.outputs_down)
    if scene.job.state is JobState.PROCESSING:
        reasons |= scene.printer.elsewhere.get(scene.job.id, frozenset())
    return tuple(sorted(reasons)) or (JobStateReason.NONE,)


def _output_device(scene: JobScene) -> str | NameWithLanguage | None:
    """Its Printer's one device, by the Printer's name (RFC 8011 5.3.13)."""
    return None if scene.capabilities is None else names.PRINTER_NAME.get(scene.capabilities)


def _ahead(scene: JobScene) -> int | None:
    if scene.job.terminal:
        return None
    return 0 if scene.job.state in ACTIVE else scene.ahead


JOB_CREATED_ROWS: Final[tuple[Row[JobScene], ...]] = (
    row(names.JOB_URI, lambda s: Uri(job_uri(s.at.printer_uri, s.job.id))),
    row(names.JOB_ID, lambda s: s.job.id),
    row(names.JOB_STATE, lambda s: Enum(s.job.state)),
    Row(names.JOB_STATE_REASONS, _job_reasons),
    row(names.JOB_STATE_MESSAGE, lambda s: Text(message_of(s.job, s.printer.outputs_down))),
    row(names.NUMBER_OF_INTERVENING_JOBS, _ahead),
)
"""What answers to job creation and Send-Document hold (RFC 8011 4.2.1.2, 4.3.1.2)."""

JOB_ROWS: Final[tuple[Row[JobScene], ...]] = (
    *JOB_CREATED_ROWS,
    row(names.JOB_PRINTER_URI, lambda s: Uri(s.at.printer_uri)),
    Row(vendor.IPPSERVER_DELIVERIES, lambda s: deliveries(s.job)),
    row(names.JOB_UUID, lambda s: Uri(f"urn:uuid:{s.job.uuid}")),
    row(names.OUTPUT_DEVICE_ASSIGNED, lambda s: _output_device(s)),
    row(names.JOB_NAME, lambda s: s.job.title),
    row(names.JOB_ORIGINATING_USER_NAME, lambda s: s.job.user),
    row(names.ATTRIBUTES_CHARSET, lambda s: s.job.charset),
    row(names.ATTRIBUTES_NATURAL_LANGUAGE, lambda s: s.job.natural_language),
    row(names.JOB_PRIORITY, lambda s: s.job.priority),
    row(names.NUMBER_OF_DOCUMENTS, lambda s: len(s.job.documents)),
    row(names.JOB_K_OCTETS, lambda s: progress.k_octets(s.job)),
    row(names.JOB_K_OCTETS_PROCESSED, lambda s: progress.k_octets_processed(s.job)),
    row(names.JOB_IMPRESSIONS, lambda s: progress.impressions(s.job, OutOfBand.NO_VALUE)),
    row(names.JOB_MEDIA_SHEETS, lambda s: progress.sheets(s.job, OutOfBand.NO_VALUE)),
    row(names.JOB_PAGES, lambda s: progress.pages(s.job)),
    row(names.JOB_IMPRESSIONS_COMPLETED, lambda s: progress.impressions_completed(s.job)),
    row(names.JOB_MEDIA_SHEETS_COMPLETED, lambda s: progress.sheets_completed(s.job)),
    row(names.JOB_PAGES_COMPLETED, lambda s: progress.pages_completed(s.job)),
    row(names.JOB_IMPRESSIONS_COL, lambda s: progress.impressions_col(progress.extent(s.job))),
    row(names.JOB_MEDIA_SHEETS_COL, lambda s: progress.sheets_col(progress.extent(s.job))),
    row(names.JOB_PAGES_COL, lambda s: progress.pages_col(progress.extent(s.job))),
    row(names.JOB_IMPRESSIONS_COMPLETED_COL, lambda s: progress.impressions_col(progress.done(s.job))),
    row(names.JOB_MEDIA_SHEETS_COMPLETED_COL, lambda s: progress.sheets_col(progress.done(s.job))),
    row(names.JOB_PAGES_COMPLETED_COL, lambda s: progress.pages_col(progress.done(s.job))),
    row(names.JOB_PRINTER_UP_TIME, lambda s: s.at.up_time),
    row(names.TIME_AT_CREATION, lambda s: s.at.up_time_at(s.job.created)),
    row(names.TIME_AT_PROCESSING, lambda s: s.at.up_time_at(s.job.processing_since)),
    row(names.TIME_AT_COMPLETED, lambda s: s.at.up_time_at(s.job.completed)),
    row(names.DATE_TIME_AT_CREATION, lambda s: date_time(s.job.created)),
    row(names.DATE_TIME_AT_PROCESSING, lambda s: date_time(s.job.processing_since)),
    row(names.DATE_TIME_AT_COMPLETED, lambda s: date_time(s.job.completed)),
)

JOB_SUPPLIED: Final = (
    names.COMPRESSION_SUPPLIED,
    names.DOCUMENT_FORMAT_SUPPLIED,
    names.DOCUMENT_NAME_SUPPLIED,
    names.DOCUMENT_METADATA,
    names.JOB_MANDATORY_ATTRIBUTES,
    names.JOB_MESSAGE_FROM_OPERATOR,
    *extensions.DESCRIPTIONS,
    names.JOB_RELEASE_ACTION,
    names.JOB_STORAGE,
)
"""What a Job keeps of operation attributes, beside the Job Template ones."""

JOB_PRIVATE: Final = frozenset(
    {
        names.JOB_NAME.name,
        names.JOB_ORIGINATING_USER_NAME.name,
        names.DOCUMENT_NAME_SUPPLIED.name,
        names.DOCUMENT_METADATA.name,
        vendor.IPPSERVER_DELIVERIES.name,
    }
    | extensions.PRIVATE
)
"""What says who prints what: where users are told apart, for the owner and for Operators (RFC 8011 9.4)."""


@derived
def job_names(printer: Capabilities) -> frozenset[str]:
    """Every attribute that a Job of the Printer may have."""
    rows = (*(each.name for each in JOB_ROWS), *(each.name for each in JOB_SUPPLIED))
    return template_of_jobs(printer).union(rows, actual_names(printer))


def job_attributes(scene: JobScene, wanted: Selection) -> list[Attribute]:
    """The attributes of a Job that are `wanted`: its rows, then what its client supplied and it kept."""
    shown = chosen(JOB_ROWS, scene, wanted)
    known = {attribute.name for attribute in shown}
    kept = (*scene.job.template, *wait_attributes(scene.job), *scene.job.supplied, *_actuals(scene, wanted))
    return shown + [each for each in kept if each.name in wanted and each.name not in known]


def _actuals(scene: JobScene, wanted: Selection) -> tuple[Attribute, ...]:
    """What the Job really got; `unknown` until it is printed (PWG 5100.8 3)."""
    job, printer = scene.job, scene.capabilities
    if job.actual or printer is None or not any(name in wanted for name in actual_names(printer)):
        return job.actual
    return unknown(job, printer)


def job_created(scene: JobScene) -> tuple[Attribute, ...]:
    """The job group of an answer to job creation and Send-Document."""
    return every(JOB_CREATED_ROWS, scene)
