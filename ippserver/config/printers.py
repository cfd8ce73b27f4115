"""From a printer's settings to what the model knows of it."""

from collections.abc import Mapping
from typing import Final

from ippserver.config.outputs import FilesSettings, ForwardSettings
from ippserver.config.profile import FINISHINGS, QUALITIES, DeviceSettings, ProfileSettings
from ippserver.config.settings import LimitSettings, PrinterSettings, Settings
from ippserver.converters.postscript import Ghostscript
from ippserver.iana.keywords import JobPasswordRepertoire
from ippserver.model import formats
from ippserver.model.conversion import Wanted
from ippserver.model.device_config import DeviceConfig, SupplyConfig, TrayConfig
from ippserver.model.margins import Margins
from ippserver.model.printer import Constraint, Preset, PrinterConfig

_REPERTOIRES: Final = {
    "digits": JobPasswordRepertoire.IANA_US_ASCII_DIGITS,
    "letters": JobPasswordRepertoire.IANA_US_ASCII_LETTERS,
    "any": JobPasswordRepertoire.IANA_UTF_8_ANY,
}

MEDIA_TYPES: Final = {
    "pdf": formats.PDF,
    "png": formats.PNG,
    "jpeg": formats.JPEG,
    "pwg-raster": formats.PWG_RASTER,
    "urf": formats.APPLE_RASTER,
}
"""What documents are made into, by the words of the configuration."""


def wanted_by(printer: PrinterSettings) -> Mapping[str, Wanted]:
    """What outputs of `printer` want, by their names; others take documents as they are, or look
    first."""
    return {
        output.name: Wanted(
            MEDIA_TYPES[output.format],
            split=isinstance(output, FilesSettings) and output.makes_each,
            dpi=output.resolution_dpi or None,
        )
        for output in printer.outputs
        if not isinstance(output, ForwardSettings) and output.format != "original"
    }


def ghostscript(settings: Settings) -> Ghostscript | None:
    """What reads PostScript; None where that is not switched on, or not possible."""
    return Ghostscript.found() if settings.documents.postscript else None


def printer_config(
    printer: PrinterSettings, limits: LimitSettings, *, postscript: bool = False
) -> PrinterConfig:
    """The Printer that `printer` describes, on a server that reads `postscript` or not."""
    return PrinterConfig(
        path=printer.path,
        name=printer.name,
        dns_sd_name=printer.dns_sd_name,
        info=printer.info,
        location=printer.location,
        organization=printer.organization,
        organizational_unit=printer.organizational_unit,
        geo_location=printer.geo_location,
        contact_name=printer.contact_name,
        contact_uri=printer.contact_uri,
        make_and_model=printer.make_and_model,
        icon=printer.icon,
        kind=printer.kind,
        formats=_formats(printer, postscript=postscript),
        any_format=printer.accept == "any",
        converts=any(output.format != "original" for output in printer.outputs),
        color=printer.color,
        duplex=printer.duplex,
        media=printer.media,
        media_default=printer.media_default,
        borderless=printer.borderless,
        margins=_margins(printer),
        media_types=printer.media_types,
        media_of_type=tuple(printer.media_of_type.items()),
        resolutions_dpi=printer.resolutions_dpi,
        raster_types=printer.raster_types,
        sheet_back=printer.sheet_back,
        color_modes=printer.color_modes,
        qualities=tuple(QUALITIES[word] for word in printer.qualities),
        finishings=tuple(FINISHINGS[word] for word in printer.finishings),
        presets=tuple(Preset(name=one.name, attributes=one.job) for one in printer.presets),
        constraints=tuple(
            Constraint(name=one.name, conflict=one.when, resolution=one.then) for one in printer.constraints
        ),
        max_copies=printer.max_copies,
        pages_per_minute=printer.pages_per_minute,
        pages_per_minute_color=printer.pages_per_minute_color,
        password_repertoire=_REPERTOIRES[printer.passwords],
        max_stored_jobs=printer.max_stored_jobs,
        concurrency=printer.concurrency,
        minimum_processing_seconds=printer.minimum_processing_seconds,
        multiple_operation_time_out_seconds=limits.multiple_operation_time_out_seconds,
        max_document_octets=limits.max_document_octets,
        max_documents_per_job=limits.max_documents_per_job,
        device=_device(printer.device),
    )


def _formats(printer: PrinterSettings, *, postscript: bool) -> tuple[str, ...]:
    """What it takes: PostScript like PDF, and whoever takes anything takes what has no name."""
    more = [formats.POSTSCRIPT] if postscript and formats.PDF in printer.formats else []
    more += [formats.OCTET_STREAM] if printer.accept == "any" else []
    return tuple(dict.fromkeys((*printer.formats, *more)))


def _margins(printer: ProfileSettings) -> Margins:
    margins = printer.margins
    return Margins(margins.top, margins.bottom, margins.left, margins.right)


def _device(device: DeviceSettings) -> DeviceConfig:
    return DeviceConfig(
        simulate=device.simulate,
        trays=tuple(
            TrayConfig(source=tray.source, media=tray.media, type=tray.type, capacity=tray.capacity)
            for tray in device.trays
        ),
        supplies=tuple(
            SupplyConfig(name=supply.name, color=supply.color.upper(), kind=supply.kind)
            for supply in device.supplies
        ),
        supply_impressions=device.supply_impressions,
        bins=device.bins,
        bin_capacity=device.bin_capacity,
    )
