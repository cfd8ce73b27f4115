"""What a Printer is: its names, its languages, its speed (RFC 8011 5.4)."""

import re
from collections.abc import Iterator
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.keywords import (
    IdentifyActions,
    MultipleOperationTimeOutAction,
    PdlOverride,
    WhichJobs,
)
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, OutOfBand
from ippserver.model import formats
from ippserver.model.printer import PrinterConfig

VERSIONS: Final = ("1.0", "1.1", "2.0", "2.1", "2.2")
LANGUAGE: Final = "en"
CHARSET: Final = "utf-8"
IDENTIFY_ACTIONS: Final = (
    IdentifyActions.FLASH,
    IdentifyActions.SOUND,
    IdentifyActions.DISPLAY,
    IdentifyActions.SPEAK,
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
MOPRIA_VERSION: Final = "1.3"
"""Of Mopria's print profile: what Android and Windows look for in mopria-certified."""
_COMMANDS: Final = {
    formats.PDF: "PDF",
    formats.JPEG: "JPEG",
    formats.PNG: "PNG",
    formats.PWG_RASTER: "PWGRaster",
    formats.APPLE_RASTER: "AppleRaster",
    formats.PCLM: "PCLm",
    formats.TEXT: "TXT",
}
"""The formats that have a name in CMD of printer-device-id."""


def general(config: PrinterConfig) -> Iterator[Attribute]:
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
    yield names.PRINTER_KIND.of(*map(Keyword, config.kind))
    yield names.PRINTER_MESSAGE_FROM_OPERATOR.of("")
    yield names.PRINTER_GEO_LOCATION.of(config.geo_location or OutOfBand.UNKNOWN)
    yield names.PRINTER_SERVICE_CONTACT_COL.of(_contact(config) or OutOfBand.UNKNOWN)
    yield names.PRINTER_MAKE_AND_MODEL.of(config.make_and_model)
    yield names.PRINTER_DEVICE_ID.of(_device_id(config))
    yield vendor.MOPRIA_CERTIFIED.of(MOPRIA_VERSION)
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


def _contact(config: PrinterConfig) -> Collection | None:
    """Who looks after the Printer, as far as that is known."""
    said = [names.CONTACT_NAME.of(config.contact_name)] if config.contact_name else []
    said += [names.CONTACT_URI.of(config.contact_uri)] if config.contact_uri else []
    return Collection(said) if said else None


def _device_id(config: PrinterConfig) -> str:
    """printer-device-id (IEEE 1284): what drivers look at to choose themselves."""
    said = re.sub("[;:]", " ", config.make_and_model)
    maker, _, model = said.partition(" ")
    commands = ",".join(_COMMANDS[known] for known in config.formats if known in _COMMANDS)
    return f"MFG:{maker};MDL:{model.strip() or maker};CMD:{commands};CLS:PRINTER;DES:{said};"
