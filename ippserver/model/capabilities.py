"""What can be asked of a Printer: every xxx-supported, xxx-default and xxx-ready, from its configuration.

Advertising and checking read the same attributes, so that what is advertised is what is accepted.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.enums import Finishings, OrientationRequested, PrintQuality
from ippserver.iana.keywords import (
    Compression,
    IdentifyActions,
    JobDelayOutputUntil,
    JobHoldUntil,
    JobRetainUntil,
    JobSheets,
    JpegFeatures,
    MediaColor,
    MediaSource,
    MediaType,
    MultipleDocumentHandling,
    MultipleOperationTimeOutAction,
    OutputBin,
    PdfVersions,
    PdlOverride,
    PrintColorMode,
    PrinterKind,
    PrintScaling,
    PwgRasterDocumentSheetBack,
    Sides,
    WhichJobs,
)
from ippserver.iana.media import media_size
from ippserver.iana.pairing import DOCUMENT_TEMPLATES, TEMPLATES
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import MAX_INTEGER, Keyword, MimeMediaType, OutOfBand, RangeOfInteger, Resolution
from ippserver.model import cups, extensions, formats, hold, release, retain
from ippserver.model.printer import PrinterConfig

PRIORITY_LEVELS: Final = 100
MAX_PASSWORD_OCTETS: Final = 1023
"""Of document-password (PWG 5100.13)."""
NUMBERS_UP: Final = (1, 2, 4, 6, 9, 16)
MARGIN: Final = 423
"""The unprintable border of the media, hundredths of a millimetre (a sixth of an inch)."""
COMPRESSIONS: Final = (Compression.NONE, Compression.GZIP, Compression.DEFLATE)
VERSIONS: Final = ("1.0", "1.1", "2.0", "2.1", "2.2")
LANGUAGE: Final = "en"
CHARSET: Final = "utf-8"
IDENTIFY_ACTIONS: Final = (
    IdentifyActions.FLASH,
    IdentifyActions.SOUND,
    IdentifyActions.DISPLAY,
    IdentifyActions.SPEAK,
)
JPEG_FEATURES: Final = (JpegFeatures.CMYK, JpegFeatures.ICC, JpegFeatures.PROGRESSIVE)
MAX_JPEG_PIXELS: Final = 65_535
PDF_VERSIONS: Final = (
    PdfVersions.ADOBE_1_3,
    PdfVersions.ADOBE_1_4,
    PdfVersions.ADOBE_1_5,
    PdfVersions.ADOBE_1_6,
    PdfVersions.ISO_32000_1_2008,
    PdfVersions.ISO_19005_1_2005,
)
WHICH_JOBS: Final = (
    WhichJobs.COMPLETED,
    WhichJobs.NOT_COMPLETED,
    WhichJobs.ALL,
    WhichJobs.ABORTED,
    WhichJobs.CANCELED,
    WhichJobs.PENDING,
    WhichJobs.PENDING_HELD,
    WhichJobs.PROCESSING,
    WhichJobs.PROCESSING_STOPPED,
    WhichJobs.SAVED,
    WhichJobs.STORED_OWNER,
    WhichJobs.STORED_PUBLIC,
    WhichJobs.PROOF_PRINT,
    WhichJobs.PROOF_AND_SUSPEND,
)


ONLY_BY_NAME: Final = frozenset({names.MEDIA_COL_DATABASE.name})
"""Too long for everybody: part of no group, sent only when it is named (PWG 5100.7 6.9)."""


class Capabilities:
    """The static attributes of a Printer: made once, remembered with their octets."""

    __slots__ = ("__weakref__", "attributes", "only_by_name", "shown")

    def __init__(self, attributes: Iterable[Attribute]) -> None:
        self.attributes: Final[Mapping[str, Attribute]] = {each.name: each for each in attributes}
        self.shown: Final = tuple(v for k, v in self.attributes.items() if k not in ONLY_BY_NAME)
        """Those that everybody gets who asks for `all`."""
        self.only_by_name: Final = tuple(v for k, v in self.attributes.items() if k in ONLY_BY_NAME)

    def get(self, name: str) -> Attribute | None:
        """The attribute called `name`, or None: so that attribute handles read from here, too."""
        return self.attributes.get(name)


def capabilities(config: PrinterConfig, more: Iterable[Attribute] = ()) -> Capabilities:
    """All that `config` can do and be asked for, and `more`, in the order in which it is shown."""
    own = (_general, _documents, _job_template, _job_control, _media, _finishing, _rasters)
    parts = (*own, extensions.attributes, release.attributes, cups.attributes)
    found = Capabilities([*(attribute for part in parts for attribute in part(config)), *more])
    settable = names.JOB_SETTABLE_ATTRIBUTES_SUPPORTED.of(*map(Keyword, sorted(settable_of_jobs(found))))
    return Capabilities([*found.attributes.values(), settable])


def template_of_jobs(printer: Capabilities) -> frozenset[str]:
    """The names of the Job Template attributes that the Printer supports."""
    return frozenset(
        name
        for name, paired in TEMPLATES.items()
        if paired.supported is not None and paired.supported.attribute(printer) is not None
    )


def settable_of_jobs(printer: Capabilities) -> frozenset[str]:
    """The names of what Set-Job-Attributes can set (RFC 3380 4.2.1, 6.2)."""
    return template_of_jobs(printer) | {names.JOB_NAME.name, names.JOB_MESSAGE_FROM_OPERATOR.name}


def templates(printer: Capabilities) -> Iterator[Keyword]:
    """The names of the Job Template attributes that a client may ask of `printer`."""
    for name, template in TEMPLATES.items():
        if template.supported is not None and template.supported.attribute(printer) is not None:
            yield Keyword(name)


def document_templates(printer: Capabilities) -> Iterator[Keyword]:
    """The names of those of them that each Document may have by itself (PWG 5100.5)."""
    return (name for name in templates(printer) if name in DOCUMENT_TEMPLATES)


def _general(config: PrinterConfig) -> Iterator[Attribute]:
    yield names.CHARSET_CONFIGURED.of(CHARSET)
    yield names.CHARSET_SUPPORTED.of(CHARSET)
    yield names.NATURAL_LANGUAGE_CONFIGURED.of(LANGUAGE)
    yield names.GENERATED_NATURAL_LANGUAGE_SUPPORTED.of(LANGUAGE)
    yield names.IPP_VERSIONS_SUPPORTED.of(*VERSIONS)
    yield names.PRINTER_NAME.of(config.name)
    yield names.PRINTER_INFO.of(config.info or config.name)
    yield names.PRINTER_LOCATION.of(config.location)
    yield names.PRINTER_ORGANIZATION.of(config.organization)
    yield names.PRINTER_ORGANIZATIONAL_UNIT.of(config.organizational_unit)
    yield names.PRINTER_DNS_SD_NAME.of(OutOfBand.NO_VALUE)
    yield names.PRINTER_KIND.of(PrinterKind.DOCUMENT)
    yield names.PRINTER_MESSAGE_FROM_OPERATOR.of("")
    yield names.PRINTER_GEO_LOCATION.of(config.geo_location or OutOfBand.UNKNOWN)
    yield names.PRINTER_MAKE_AND_MODEL.of(config.make_and_model)
    yield names.PRINTER_DEVICE_ID.of(_device_id(config))
    yield names.COLOR_SUPPORTED.of(config.color)
    yield names.PAGES_PER_MINUTE.of(config.pages_per_minute)
    if config.color:
        yield names.PAGES_PER_MINUTE_COLOR.of(config.pages_per_minute_color)
    yield names.PDL_OVERRIDE_SUPPORTED.of(PdlOverride.ATTEMPTED)
    yield names.MULTIPLE_DOCUMENT_JOBS_SUPPORTED.of(True)
    yield names.MULTIPLE_OPERATION_TIME_OUT.of(config.multiple_operation_time_out_seconds)
    yield names.MULTIPLE_OPERATION_TIME_OUT_ACTION.of(MultipleOperationTimeOutAction.PROCESS_JOB)
    yield names.IDENTIFY_ACTIONS_DEFAULT.of(IdentifyActions.FLASH)
    yield names.IDENTIFY_ACTIONS_SUPPORTED.of(*IDENTIFY_ACTIONS)
    yield names.WHICH_JOBS_SUPPORTED.of(*WHICH_JOBS)
    yield names.PRINTER_GET_ATTRIBUTES_SUPPORTED.of(names.DOCUMENT_FORMAT.name)


def _device_id(config: PrinterConfig) -> str:
    """printer-device-id (IEEE 1284): what drivers look at to choose themselves."""
    maker, _, model = config.make_and_model.partition(" ")
    short = {formats.PDF: "PDF", formats.JPEG: "JPEG", formats.PNG: "PNG", formats.PWG_RASTER: "PWGRaster"}
    short |= {formats.APPLE_RASTER: "AppleRaster", formats.PCLM: "PCLm", formats.TEXT: "TXT"}
    commands = ",".join(short[known] for known in config.formats if known in short)
    return f"MFG:{maker};MDL:{model or maker};CMD:{commands};CLS:PRINTER;"


def _documents(config: PrinterConfig) -> Iterator[Attribute]:
    yield names.COMPRESSION_SUPPORTED.of(*COMPRESSIONS)
    yield names.DOCUMENT_FORMAT_SUPPORTED.of(*map(MimeMediaType, config.formats))
    yield names.DOCUMENT_FORMAT_DEFAULT.of(MimeMediaType(_format_default(config)))
    if formats.PDF in config.formats:
        yield names.DOCUMENT_PASSWORD_SUPPORTED.of(MAX_PASSWORD_OCTETS)
    kilo_octets = min(-(-config.max_document_octets // 1024), MAX_INTEGER)
    size = RangeOfInteger(0, kilo_octets)
    yield names.JOB_K_OCTETS_SUPPORTED.of(size)
    if formats.PDF in config.formats:
        yield names.PDF_K_OCTETS_SUPPORTED.of(size)
        yield names.PDF_VERSIONS_SUPPORTED.of(*PDF_VERSIONS)
    if formats.JPEG in config.formats:
        yield names.JPEG_K_OCTETS_SUPPORTED.of(size)
        yield names.JPEG_X_DIMENSION_SUPPORTED.of(RangeOfInteger(0, MAX_JPEG_PIXELS))
        yield names.JPEG_Y_DIMENSION_SUPPORTED.of(RangeOfInteger(1, MAX_JPEG_PIXELS))
        yield names.JPEG_FEATURES_SUPPORTED.of(*JPEG_FEATURES)
    yield names.JOB_IMPRESSIONS_SUPPORTED.of(RangeOfInteger(0, MAX_INTEGER))
    yield names.JOB_MEDIA_SHEETS_SUPPORTED.of(RangeOfInteger(0, MAX_INTEGER))


def _format_default(config: PrinterConfig) -> str:
    return formats.OCTET_STREAM if formats.OCTET_STREAM in config.formats else config.formats[0]


def _job_template(config: PrinterConfig) -> Iterator[Attribute]:
    yield names.COPIES_DEFAULT.of(1)
    yield names.COPIES_SUPPORTED.of(RangeOfInteger(1, config.max_copies))
    yield names.JOB_HOLD_UNTIL_DEFAULT.of(JobHoldUntil.NO_HOLD)
    yield names.JOB_HOLD_UNTIL_SUPPORTED.of(*hold.SUPPORTED)
    yield names.JOB_PRIORITY_DEFAULT.of(50)
    yield names.JOB_PRIORITY_SUPPORTED.of(PRIORITY_LEVELS)
    yield names.JOB_SHEETS_DEFAULT.of(JobSheets.NONE)
    yield names.JOB_SHEETS_SUPPORTED.of(JobSheets.NONE, JobSheets.STANDARD)
    yield names.MULTIPLE_DOCUMENT_HANDLING_DEFAULT.of(
        MultipleDocumentHandling.SEPARATE_DOCUMENTS_COLLATED_COPIES
    )
    yield names.MULTIPLE_DOCUMENT_HANDLING_SUPPORTED.of(
        MultipleDocumentHandling.SINGLE_DOCUMENT,
        MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET,
        MultipleDocumentHandling.SEPARATE_DOCUMENTS_COLLATED_COPIES,
        MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES,
    )
    yield names.NUMBER_UP_DEFAULT.of(1)
    yield names.NUMBER_UP_SUPPORTED.of(*NUMBERS_UP)
    yield names.ORIENTATION_REQUESTED_DEFAULT.of(OrientationRequested.PORTRAIT)
    yield names.ORIENTATION_REQUESTED_SUPPORTED.of(
        OrientationRequested.PORTRAIT,
        OrientationRequested.LANDSCAPE,
        OrientationRequested.REVERSE_LANDSCAPE,
        OrientationRequested.REVERSE_PORTRAIT,
    )
    yield names.PAGE_RANGES_SUPPORTED.of(True)
    modes = (PrintColorMode.AUTO, PrintColorMode.COLOR) if config.color else (PrintColorMode.AUTO,)
    yield names.PRINT_COLOR_MODE_DEFAULT.of(PrintColorMode.AUTO)
    yield names.PRINT_COLOR_MODE_SUPPORTED.of(*modes, PrintColorMode.MONOCHROME)
    yield names.PRINT_QUALITY_DEFAULT.of(PrintQuality.NORMAL)
    yield names.PRINT_QUALITY_SUPPORTED.of(PrintQuality.DRAFT, PrintQuality.NORMAL, PrintQuality.HIGH)
    yield names.PRINT_SCALING_DEFAULT.of(PrintScaling.AUTO)
    yield names.PRINT_SCALING_SUPPORTED.of(
        PrintScaling.AUTO, PrintScaling.AUTO_FIT, PrintScaling.FILL, PrintScaling.FIT, PrintScaling.NONE
    )
    resolutions = [Resolution(dpi, dpi) for dpi in config.resolutions_dpi]
    yield names.PRINTER_RESOLUTION_DEFAULT.of(resolutions[0])
    yield names.PRINTER_RESOLUTION_SUPPORTED.of(*resolutions)


def _job_control(config: PrinterConfig) -> Iterator[Attribute]:
    ahead = RangeOfInteger(0, MAX_INTEGER)
    yield names.JOB_IDS_SUPPORTED.of(True)
    yield names.JOB_MANDATORY_ATTRIBUTES_SUPPORTED.of(True)
    yield names.JOB_HOLD_UNTIL_TIME_SUPPORTED.of(ahead)
    yield names.JOB_DELAY_OUTPUT_UNTIL_DEFAULT.of(JobDelayOutputUntil.NO_DELAY_OUTPUT)
    yield names.JOB_DELAY_OUTPUT_UNTIL_SUPPORTED.of(*hold.DELAYS_SUPPORTED)
    yield names.JOB_DELAY_OUTPUT_UNTIL_TIME_SUPPORTED.of(ahead)
    yield names.JOB_RETAIN_UNTIL_DEFAULT.of(JobRetainUntil.INDEFINITE)
    yield names.JOB_RETAIN_UNTIL_SUPPORTED.of(*retain.SUPPORTED)
    yield names.JOB_RETAIN_UNTIL_INTERVAL_DEFAULT.of(OutOfBand.NO_VALUE)
    yield names.JOB_RETAIN_UNTIL_INTERVAL_SUPPORTED.of(ahead)
    yield names.JOB_RETAIN_UNTIL_TIME_SUPPORTED.of(ahead)
    yield names.JOB_CANCEL_AFTER_DEFAULT.of(OutOfBand.NO_VALUE)
    yield names.JOB_CANCEL_AFTER_SUPPORTED.of(RangeOfInteger(1, MAX_INTEGER))


def _media(config: PrinterConfig) -> Iterator[Attribute]:
    default, *_ = ordered = _default_first(config)
    media = [Keyword(name) for name in ordered]
    yield names.MEDIA_DEFAULT.of(Keyword(default))
    yield names.MEDIA_SUPPORTED.of(*media)
    loaded = _loaded(config)
    if loaded:
        yield names.MEDIA_READY.of(*dict.fromkeys(Keyword(medium) for medium, _ in loaded))
    yield names.MEDIA_SIZE_SUPPORTED.of(*(_size(name) for name in ordered))
    yield names.MEDIA_SOURCE_SUPPORTED.of(
        MediaSource.AUTO, *(Keyword(tray.source) for tray in config.device.trays)
    )
    yield names.MEDIA_KEY_SUPPORTED.of(*map(Keyword, config.media))
    yield names.MEDIA_COLOR_SUPPORTED.of(MediaColor.WHITE)
    yield names.MEDIA_TYPE_SUPPORTED.of(MediaType.STATIONERY)
    for margin in (
        names.MEDIA_BOTTOM_MARGIN_SUPPORTED,
        names.MEDIA_LEFT_MARGIN_SUPPORTED,
        names.MEDIA_RIGHT_MARGIN_SUPPORTED,
        names.MEDIA_TOP_MARGIN_SUPPORTED,
    ):
        yield margin.of(0, MARGIN)
    yield names.MEDIA_COL_DEFAULT.of(_media_col(default, MediaSource.AUTO))
    if loaded:
        yield names.MEDIA_COL_READY.of(*(_media_col(medium, Keyword(source)) for medium, source in loaded))
    first = Keyword(config.device.trays[0].source)
    yield names.MEDIA_COL_DATABASE.of(*(_media_col(name, first) for name in ordered))
    yield names.MEDIA_COL_SUPPORTED.of(
        *(Keyword(member.name) for member in _media_col(default, MediaSource.AUTO)),
        *(Keyword(member.name) for member in (names.MEDIA_SIZE_NAME, *extensions.MEDIA_MEMBERS)),
    )


def _loaded(config: PrinterConfig) -> list[tuple[str, str]]:
    """Every medium that is ready, and the tray that it is in: any, where the trays are not simulated."""
    trays = config.device.trays
    if not config.device.simulate:
        return [(medium, trays[0].source) for medium in _default_first(config)]
    inside = [(tray.media or config.media_default, tray.source) for tray in trays]
    return [(medium, source) for medium, source in inside if medium in config.media]


def _default_first(config: PrinterConfig) -> list[str]:
    return [config.media_default, *(name for name in config.media if name != config.media_default)]


def _size(name: str) -> Collection:
    size = media_size(name)
    assert size is not None, "the configuration holds names of known media only"
    return Collection([names.X_DIMENSION.of(size.width), names.Y_DIMENSION.of(size.length)])


def _media_col(name: str, source: Keyword) -> Collection:
    return Collection(
        [
            names.MEDIA_SIZE.of(_size(name)),
            names.MEDIA_KEY.of(Keyword(name)),
            names.MEDIA_COLOR.of(MediaColor.WHITE),
            names.MEDIA_BOTTOM_MARGIN.of(MARGIN),
            names.MEDIA_LEFT_MARGIN.of(MARGIN),
            names.MEDIA_RIGHT_MARGIN.of(MARGIN),
            names.MEDIA_TOP_MARGIN.of(MARGIN),
            names.MEDIA_SOURCE.of(source),
            names.MEDIA_TYPE.of(MediaType.STATIONERY),
        ]
    )


def _finishing(config: PrinterConfig) -> Iterator[Attribute]:
    yield names.FINISHINGS_DEFAULT.of(Finishings.NONE)
    yield names.FINISHINGS_SUPPORTED.of(Finishings.NONE)
    yield names.OUTPUT_BIN_DEFAULT.of(OutputBin.FACE_DOWN)
    yield names.OUTPUT_BIN_SUPPORTED.of(OutputBin.FACE_DOWN)
    two_sided = (Sides.TWO_SIDED_LONG_EDGE, Sides.TWO_SIDED_SHORT_EDGE) if config.duplex else ()
    yield names.SIDES_DEFAULT.of(Sides.ONE_SIDED)
    yield names.SIDES_SUPPORTED.of(Sides.ONE_SIDED, *two_sided)


def _rasters(config: PrinterConfig) -> Iterator[Attribute]:
    kinds = ("black_1", "sgray_8", "srgb_8") if config.color else ("black_1", "sgray_8")
    if formats.PWG_RASTER in config.formats:
        resolutions = (Resolution(dpi, dpi) for dpi in config.resolutions_dpi)
        yield names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED.of(*resolutions)
        yield names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.of(*kinds)
        if config.duplex:
            yield names.PWG_RASTER_DOCUMENT_SHEET_BACK.of(PwgRasterDocumentSheetBack.NORMAL)
    if formats.APPLE_RASTER in config.formats:
        dots = "-".join(str(dpi) for dpi in config.resolutions_dpi)
        yield vendor.URF_SUPPORTED.of(
            "V1.4",
            "CP1",
            f"RS{dots}",
            "W8",
            *(["SRGB24"] if config.color else []),
            *(["DM1"] if config.duplex else []),
        )
