"""What can be asked of a Job (RFC 8011 5.2, PWG 5100.7), but for media, finishings and rasters."""

from collections.abc import Iterator
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import OrientationRequested, PrintQuality
from ippserver.iana.keywords import (
    JobDelayOutputUntil,
    JobHoldUntil,
    JobRetainUntil,
    JobSheets,
    MultipleDocumentHandling,
    PrintColorMode,
    PrintScaling,
    Sides,
)
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import MAX_INTEGER, Keyword, OutOfBand, RangeOfInteger, Resolution
from ippserver.model import hold, retain
from ippserver.model.printer import PrinterConfig

PRIORITY_LEVELS: Final = 100
NUMBERS_UP: Final = (1, 2, 4, 6, 9, 16)


def job_template(config: PrinterConfig) -> Iterator[Attribute]:
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
    modes = [Keyword(mode) for mode in config.color_modes if config.color or mode != PrintColorMode.COLOR]
    # CUPS 2.4 takes `auto` for colour, which the queue of a printer without it does not have.
    gray = not config.color and PrintColorMode.MONOCHROME in modes
    yield names.PRINT_COLOR_MODE_DEFAULT.of(PrintColorMode.MONOCHROME if gray else modes[0])
    yield names.PRINT_COLOR_MODE_SUPPORTED.of(*modes)
    qualities = config.qualities
    normal = PrintQuality.NORMAL if PrintQuality.NORMAL in qualities else qualities[0]
    yield names.PRINT_QUALITY_DEFAULT.of(normal)
    yield names.PRINT_QUALITY_SUPPORTED.of(*qualities)
    yield names.PRINT_SCALING_DEFAULT.of(PrintScaling.AUTO)
    yield names.PRINT_SCALING_SUPPORTED.of(
        PrintScaling.AUTO, PrintScaling.AUTO_FIT, PrintScaling.FILL, PrintScaling.FIT, PrintScaling.NONE
    )
    resolutions = [Resolution(dpi, dpi) for dpi in config.resolutions_dpi]
    yield names.PRINTER_RESOLUTION_DEFAULT.of(resolutions[0])
    yield names.PRINTER_RESOLUTION_SUPPORTED.of(*resolutions)
    two_sided = (Sides.TWO_SIDED_LONG_EDGE, Sides.TWO_SIDED_SHORT_EDGE) if config.duplex else ()
    yield names.SIDES_DEFAULT.of(Sides.ONE_SIDED)
    yield names.SIDES_SUPPORTED.of(Sides.ONE_SIDED, *two_sided)


def job_control(config: PrinterConfig) -> Iterator[Attribute]:
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
