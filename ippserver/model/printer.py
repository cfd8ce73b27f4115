"""What a Printer is configured to be, and what it is now (RFC 8011 5.4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ippserver.iana.enums import Finishings, PrinterState, PrintQuality
from ippserver.iana.keywords import (
    JobPasswordRepertoire,
    MediaType,
    PrintColorMode,
    PrinterKind,
    PwgRasterDocumentSheetBack,
    PwgRasterDocumentType,
)
from ippserver.iana.keywords import PrinterStateReason as Reason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.strings import shortened
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from ippserver.model.device import Device, Trouble
from ippserver.model.device_config import DeviceConfig
from ippserver.model.margins import DEFAULT_MARGINS, Margins
from ippserver.model.report import Report

DEFAULT_DEVICE: Final = DeviceConfig()
DEFAULT_ICON: Final = "office-color"
DEFAULT_MEDIA: Final = (
    "iso_a4_210x297mm",
    "na_letter_8.5x11in",
    "na_legal_8.5x14in",
    "na_executive_7.25x10.5in",
    "na_ledger_11x17in",
    "iso_a3_297x420mm",
    "iso_a5_148x210mm",
    "iso_a6_105x148mm",
    "jis_b5_182x257mm",
    "iso_b5_176x250mm",
    "na_number-10_4.125x9.5in",
    "iso_dl_110x220mm",
    "iso_c5_162x229mm",
    "na_index-4x6_4x6in",
    "na_5x7_5x7in",
    "jpn_hagaki_100x148mm",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Job Template attributes that clients offer by one name (PWG 5100.13 job-presets-supported)."""

    name: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """What the device cannot do together (PWG 5100.13 job-constraints-supported)."""

    name: str
    conflict: tuple[Attribute, ...]
    """A Job that has one of the values of each of these cannot be printed as asked."""
    resolution: tuple[Attribute, ...]
    """What it gets instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterConfig:
    """One Printer as its owner wants it; every attribute that it shows follows from here."""

    path: str
    """Where it is found: absolute, normalised."""
    name: str
    """printer-name, at most 127 octets."""
    dns_sd_name: str = ""
    """What the network is to see it as; empty for its name."""
    info: str = ""
    location: str = ""
    organization: str = ""
    organizational_unit: str = ""
    geo_location: str = ""
    """printer-geo-location, a geo: URI; empty is unknown."""
    contact_name: str = ""
    contact_uri: str = ""
    """printer-service-contact-col; empty is unknown."""
    make_and_model: str = "ippserver Software Printer"
    icon: str = DEFAULT_ICON
    """Which of our pictures shows it."""
    kind: tuple[str, ...] = (PrinterKind.DOCUMENT,)
    """printer-kind."""
    formats: tuple[str, ...] = formats.ACCEPTED
    """document-format-supported, in order of preference."""
    any_format: bool = False
    """Documents of any other format are taken, too, and kept as sent (`accept = "any"`)."""
    converts: bool = True
    """An output gets pages instead of the documents as they came."""
    color: bool = True
    duplex: bool = True
    media: tuple[str, ...] = DEFAULT_MEDIA
    """media-supported: self-describing names of PWG 5101.1."""
    media_default: str = DEFAULT_MEDIA[0]
    borderless: tuple[str, ...] = DEFAULT_MEDIA
    """Those media that can be printed up to the edge, too."""
    margins: Margins = DEFAULT_MARGINS
    """Of all media otherwise."""
    media_types: tuple[str, ...] = (MediaType.STATIONERY,)
    """media-type-supported, the default first."""
    media_of_type: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Media that come as one type only: the type, and which."""
    resolutions_dpi: tuple[int, ...] = (300, 600)
    """The default first."""
    raster_types: tuple[str, ...] = (
        PwgRasterDocumentType.BLACK_1,
        PwgRasterDocumentType.SGRAY_8,
        PwgRasterDocumentType.SRGB_8,
    )
    """pwg-raster-document-type-supported; those with a colour count where it has colour."""
    sheet_back: str = PwgRasterDocumentSheetBack.NORMAL
    """How the back of a sheet is laid out in rasters."""
    color_modes: tuple[str, ...] = (PrintColorMode.AUTO, PrintColorMode.COLOR, PrintColorMode.MONOCHROME)
    """print-color-mode-supported, the default first; those with a colour count where it has colour."""
    qualities: tuple[PrintQuality, ...] = (PrintQuality.DRAFT, PrintQuality.NORMAL, PrintQuality.HIGH)
    finishings: tuple[Finishings, ...] = ()
    """What it can do beside `none`."""
    presets: tuple[Preset, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    max_copies: int = 999
    pages_per_minute: int = 60
    pages_per_minute_color: int = 60
    concurrency: int = 1
    """How many of its Jobs are processed at once."""
    minimum_processing_seconds: float = 1.0
    """A Job shows `processing` at least this long, whatever its outputs took."""
    multiple_operation_time_out_seconds: int = 120
    """After this silence a Job that waits for documents goes on without (RFC 8011 5.4.31)."""
    max_document_octets: int = 16 * 2**30
    max_documents_per_job: int = 1000
    password_repertoire: Keyword = JobPasswordRepertoire.IANA_US_ASCII_DIGITS
    """What a Job's password consists of (job-password-repertoire-configured)."""
    max_stored_jobs: int = 100
    """How many Jobs are kept to be printed again."""
    device: DeviceConfig = DEFAULT_DEVICE

    def reads(self, media_type: str) -> bool:
        """Whether pages can be made of a document of that type; another one is kept as it came."""
        read = formats.READ if formats.POSTSCRIPT not in self.formats else (*formats.READ, formats.POSTSCRIPT)
        return formats.essence(media_type) in {known.lower() for known in read}


_CONNECTING: Final = Keyword(f"{Reason.CONNECTING_TO_DEVICE}-warning")
_MESSAGE_OCTETS: Final = 1023
"""What printer-state-message may have (RFC 8011 5.4.13)."""
UNDELIVERED: Final = Keyword("ippserver-undelivered-warning")
"""printer-state-reasons while there are Jobs of which a delivery was given up; none is registered for it."""


class Visible(NamedTuple):
    """What of a Printer's status is a change of its state (RFC 3995 5.3.3.4.1)."""

    state: PrinterState
    reasons: tuple[Keyword, ...]
    accepting: bool


_NO_DEVICE: Final = Device(simulate=False, trays=(), supplies=(), bins=())


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Of which Jobs of the history an output gave something up."""

    output: str
    """Its name."""
    jobs: int
    """How many they are."""
    newest: int
    """The job-id of the newest of them."""

    @property
    def sentence(self) -> str:
        """The same for people."""
        if self.jobs == 1:
            return f"The output {self.output} gave up on job {self.newest}."
        return f"The output {self.output} gave up on {self.jobs} jobs, the newest is job {self.newest}."


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterStatus:
    """What a Printer is now."""

    accepting: bool = True
    """printer-is-accepting-jobs."""
    paused: bool = False
    holding: bool = False
    """New Jobs are held (Hold-New-Jobs)."""
    deactivated: bool = False
    shut_down: bool = False
    identifying: bool = False
    """It is showing which one it is (Identify-Printer)."""
    processing: int = 0
    """Jobs that are processing."""
    queued: int = 0
    """queued-job-count."""
    spool_full: bool = False
    device: Device = _NO_DEVICE
    starving: tuple[str, ...] = ()
    """The media of Jobs in process that wait until the device has more; a Job that waits for something else
    than its medium counts as well."""
    outputs_down: tuple[str, ...] = ()
    """The names of outputs that cannot be reached now: what they shall have waits."""
    reports: tuple[Report, ...] = ()
    """What the devices behind its outputs say."""
    elsewhere: Mapping[int, frozenset[Keyword]] = field(default_factory=dict, compare=False)
    """By job-id: the job-state-reasons of what Jobs in process have become behind its outputs.

    Only Jobs show them: the Printer is the same, whatever they are.
    """
    given_up: tuple[GivenUp, ...] = ()
    """What of the history did not get everywhere."""

    @property
    def visible(self) -> Visible:
        """What watchers are told of."""
        return Visible(self.state, self.reasons, self.accepting)

    @property
    def state(self) -> PrinterState:
        """printer-state (RFC 8011 5.4.11); Pause-Printer lets the Jobs in process end first (4.2.7)."""
        if self.starved:
            return PrinterState.STOPPED
        if self.processing:
            return PrinterState.PROCESSING
        return PrinterState.STOPPED if self.paused else PrinterState.IDLE

    @property
    def starved(self) -> bool:
        """Whether every Job in process waits for the device."""
        return 0 < self.processing <= len(self.starving)

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What is wrong with the device."""
        if not self.device.simulate:
            return ()
        full = [tray for tray in self.device.trays if tray.level]
        missing = {medium for medium in self.starving if not any(tray.holds(medium) for tray in full)}
        return tuple(self.device.troubles(sorted(missing)))

    @property
    def reasons(self) -> tuple[Keyword, ...]:
        """printer-state-reasons, never empty (RFC 8011 5.4.12)."""
        return tuple(dict.fromkeys(self._reasons())) or (Reason.NONE,)

    def _reasons(self) -> Iterator[Keyword]:
        if self.shut_down:
            yield Reason.SHUTDOWN
        if self.deactivated:
            yield Reason.DEACTIVATED
        if self.paused:  # one replaces the other, they never stand together (RFC 8011 5.4.12, RFC 3998 3.2.1)
            yield Reason.MOVING_TO_PAUSED if self.processing else Reason.PAUSED
        if self.holding:
            yield Reason.HOLD_NEW_JOBS
        if self.identifying:
            yield Reason.IDENTIFY_PRINTER_REQUESTED
        if self.spool_full:
            yield Reason.SPOOL_AREA_FULL
        if self.outputs_down:
            yield _CONNECTING
        if self.given_up:
            yield UNDELIVERED
        yield from (reason for report in self.reports for reason in report.reasons)
        if self.device.simulate:
            yield from self._of_device()

    def _of_device(self) -> Iterator[Keyword]:
        """-error is what stops it, -warning what does not (RFC 8011 5.4.12)."""
        for trouble in self.troubles:
            yield Keyword(f"{trouble.reason}-{'error' if trouble.stops and self.starved else 'warning'}")

    @property
    def message(self) -> str:
        """printer-state-message, sentences for people: how it is now, and what was given up before."""
        said = (self._sentence, *(each.sentence for each in self.given_up))
        return shortened(" ".join(said), _MESSAGE_OCTETS)

    @property
    def _sentence(self) -> str:
        if self.shut_down or self.deactivated:
            return "Shut down." if self.shut_down else "Deactivated."
        if self.starved:
            return " ".join(trouble.text for trouble in self.troubles if trouble.stops)
        if self.paused:
            return "Pausing after the current job." if self.processing else "Paused."
        if self.spool_full:
            return "There is no room for new jobs."
        if self.outputs_down:
            return " ".join(f"The output {name} cannot be reached." for name in self.outputs_down)
        return "Printing." if self.processing else "Ready to print."
