"""Reading is a table: one row per attribute of a Job or Printer, made when asked for (RFC 8011 5.3, 5.4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason, UriAuthentication, UriSecurity
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import DateTime, Enum, Keyword, OutOfBand, Text, Uri
from ippserver.model.capabilities import Capabilities
from ippserver.model.job import Job
from ippserver.model.printer import PrinterStatus
from ippserver.model.selection import ONLY_BY_NAME, Selection
from ippserver.model.states import ACTIVE, TERMINAL
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
    """The Printer's URI as the client wrote it, without query: generated URIs begin like it."""

    def up_time_at(self, moment: float | None) -> int | OutOfBand:
        """`moment` on the scale of printer-up-time, 0 or less before the start (RFC 8011 5.3.14)."""
        return OutOfBand.NO_VALUE if moment is None else self.up_time - round(self.now - moment)


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


def _show(rows: tuple[Row[S], ...], scene: S, wanted: Selection) -> list[Attribute]:
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


_MESSAGES: Final[Mapping[JobState, str]] = {
    JobState.PENDING: "Waiting to be printed.",
    JobState.PENDING_HELD: "Held.",
    JobState.PROCESSING: "Printing.",
    JobState.PROCESSING_STOPPED: "Stopped.",
    JobState.CANCELED: "Canceled.",
    JobState.ABORTED: "Aborted.",
    JobState.COMPLETED: "Completed.",
}


def _job_reasons(scene: JobScene) -> tuple[Keyword, ...]:
    reasons = set(scene.job.reasons)
    # Seen from the Printer, not stored: all waiting Jobs show it while it is paused (RFC 8011 4.2.7).
    if scene.printer.paused and scene.job.state in (JobState.PENDING, JobState.PENDING_HELD):
        reasons.add(JobStateReason.PRINTER_STOPPED)
    return tuple(sorted(reasons)) or (JobStateReason.NONE,)


def _k_octets(scene: JobScene) -> int:
    return -(-scene.job.size_octets // 1024)


def _k_octets_processed(scene: JobScene) -> int:
    return _k_octets(scene) if scene.job.state is JobState.COMPLETED else 0


def _ahead(scene: JobScene) -> int | None:
    return None if scene.job.state in TERMINAL | ACTIVE else scene.ahead


JOB_CREATED_ROWS: Final[tuple[Row[JobScene], ...]] = (
    row(names.JOB_URI, lambda s: Uri(job_uri(s.at.printer_uri, s.job.id))),
    row(names.JOB_ID, lambda s: s.job.id),
    row(names.JOB_STATE, lambda s: Enum(s.job.state)),
    Row(names.JOB_STATE_REASONS, _job_reasons),
    row(names.JOB_STATE_MESSAGE, lambda s: Text(s.job.message or _MESSAGES[s.job.state])),
    row(names.NUMBER_OF_INTERVENING_JOBS, _ahead),
)
"""What answers to job creation and Send-Document hold (RFC 8011 4.2.1.2, 4.3.1.2)."""

JOB_ROWS: Final[tuple[Row[JobScene], ...]] = (
    *JOB_CREATED_ROWS,
    row(names.JOB_PRINTER_URI, lambda s: Uri(s.at.printer_uri)),
    row(names.JOB_UUID, lambda s: Uri(f"urn:uuid:{s.job.uuid}")),
    row(names.JOB_NAME, lambda s: s.job.name),
    row(names.JOB_ORIGINATING_USER_NAME, lambda s: s.job.user),
    row(names.ATTRIBUTES_CHARSET, lambda s: s.job.charset),
    row(names.ATTRIBUTES_NATURAL_LANGUAGE, lambda s: s.job.natural_language),
    row(names.JOB_PRIORITY, lambda s: s.job.priority),
    row(names.JOB_HOLD_UNTIL, lambda s: s.job.hold_until),
    row(names.NUMBER_OF_DOCUMENTS, lambda s: len(s.job.documents)),
    row(names.JOB_K_OCTETS, _k_octets),
    row(names.JOB_K_OCTETS_PROCESSED, _k_octets_processed),
    row(names.JOB_PRINTER_UP_TIME, lambda s: s.at.up_time),
    row(names.TIME_AT_CREATION, lambda s: s.at.up_time_at(s.job.created)),
    row(names.TIME_AT_PROCESSING, lambda s: s.at.up_time_at(s.job.processing_since)),
    row(names.TIME_AT_COMPLETED, lambda s: s.at.up_time_at(s.job.completed)),
    row(names.DATE_TIME_AT_CREATION, lambda s: date_time(s.job.created)),
    row(names.DATE_TIME_AT_PROCESSING, lambda s: date_time(s.job.processing_since)),
    row(names.DATE_TIME_AT_COMPLETED, lambda s: date_time(s.job.completed)),
)

JOB_SUPPLIED: Final = (
    names.JOB_IMPRESSIONS,
    names.JOB_MEDIA_SHEETS,
    names.COMPRESSION_SUPPLIED,
    names.DOCUMENT_FORMAT_SUPPLIED,
    names.DOCUMENT_NAME_SUPPLIED,
)
"""What a Job keeps of its client's operation attributes, beside the Job Template ones."""

JOB_NAMES: Final = frozenset(
    {*(each.name for each in JOB_ROWS), *(each.name for each in JOB_SUPPLIED), *TEMPLATES}
)
"""Every attribute that a Job of ours may have."""


def job_attributes(scene: JobScene, wanted: Selection) -> list[Attribute]:
    """The attributes of a Job that are `wanted`: its rows, then what its client supplied and it kept."""
    shown = _show(JOB_ROWS, scene, wanted)
    known = {attribute.name for attribute in shown}
    kept = (*scene.job.template, *scene.job.supplied)
    return shown + [each for each in kept if each.name in wanted and each.name not in known]


def job_created(scene: JobScene) -> list[Attribute]:
    """The job group of an answer to job creation and Send-Document."""
    return [each.definition.of(*values) for each in JOB_CREATED_ROWS if (values := each.values(scene))]


# ---- Printers


@dataclass(frozen=True, slots=True)
class PrinterScene:
    """A Printer, and the request that it is shown for."""

    capabilities: Capabilities
    status: PrinterStatus
    at: At
    uuid: str
    more_info: str
    """The http URI of its page on the host that the client used."""
    state_changed: float
    config_changed: float


PRINTER_ROWS: Final[tuple[Row[PrinterScene], ...]] = (
    row(names.PRINTER_URI_SUPPORTED, lambda s: Uri(s.at.printer_uri)),
    row(names.URI_SECURITY_SUPPORTED, lambda s: _security(s.at.printer_uri)),
    row(names.URI_AUTHENTICATION_SUPPORTED, lambda s: UriAuthentication.REQUESTING_USER_NAME),
    row(names.PRINTER_MORE_INFO, lambda s: Uri(s.more_info)),
    row(names.PRINTER_UUID, lambda s: Uri(f"urn:uuid:{s.uuid}")),
    row(names.PRINTER_STATE, lambda s: Enum(s.status.state)),
    Row(names.PRINTER_STATE_REASONS, lambda s: tuple(s.status.reasons)),
    row(names.PRINTER_STATE_MESSAGE, lambda s: s.status.message),
    row(names.PRINTER_IS_ACCEPTING_JOBS, lambda s: s.status.accepting),
    row(names.QUEUED_JOB_COUNT, lambda s: s.status.queued),
    row(names.PRINTER_UP_TIME, lambda s: s.at.up_time),
    row(names.PRINTER_CURRENT_TIME, lambda s: date_time(s.at.now)),
    row(names.PRINTER_STATE_CHANGE_TIME, lambda s: s.at.up_time_at(s.state_changed)),
    row(names.PRINTER_STATE_CHANGE_DATE_TIME, lambda s: date_time(s.state_changed)),
    row(names.PRINTER_CONFIG_CHANGE_TIME, lambda s: s.at.up_time_at(s.config_changed)),
    row(names.PRINTER_CONFIG_CHANGE_DATE_TIME, lambda s: date_time(s.config_changed)),
)


def _security(uri: str) -> Keyword:
    secure = uri.lower().startswith(("ipps:", "https:"))
    return UriSecurity.TLS if secure else UriSecurity.NONE


def printer_attributes(scene: PrinterScene, wanted: Selection) -> list[Attribute]:
    """The attributes of a Printer that are `wanted`: what it is now, then what it can do."""
    shown = _show(PRINTER_ROWS, scene, wanted)
    static = scene.capabilities.attributes.values()
    if wanted.everything:
        return shown + [each for each in static if each.name not in ONLY_BY_NAME]
    return shown + [each for each in static if each.name in wanted]


def printer_names(capabilities: Capabilities) -> frozenset[str]:
    """Every attribute that the Printer has."""
    return frozenset({*(each.name for each in PRINTER_ROWS), *capabilities.attributes})
