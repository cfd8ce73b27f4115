"""Whether all that a Printer says of itself fits together: one check for every profile and configuration.

It reads the finished attributes and not the configuration that they follow from, so that a mistake of ours
shows as well as one of the configuration's.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef, Holder, RegistryGroup
from ippserver.iana.media import fits_custom, is_bound, media_ranges, media_size
from ippserver.iana.names import DEFINITIONS
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Collection
from ippserver.ipp.values import OutOfBand, Value
from ippserver.model import formats
from ippserver.model.capabilities import Capabilities, capabilities
from ippserver.model.capabilities.rasters import SHEET_BACKS, URF_TYPES
from ippserver.model.device import Device
from ippserver.model.printer import PrinterConfig
from ippserver.model.supplies import device_attributes

_NOW: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No default is a moment."""
_OF_PRINTERS: Final = frozenset({RegistryGroup.PRINTER_DESCRIPTION, RegistryGroup.PRINTER_STATUS})

_PARALLEL: Final[tuple[tuple[AttributeDef[Any], ...], ...]] = (
    (
        names.PRINTER_SUPPLY,
        names.PRINTER_SUPPLY_DESCRIPTION,
        vendor.MARKER_NAMES,
        vendor.MARKER_COLORS,
        vendor.MARKER_TYPES,
        vendor.MARKER_LEVELS,
        vendor.MARKER_LOW_LEVELS,
        vendor.MARKER_HIGH_LEVELS,
    ),
    (names.MEDIA_SOURCE_SUPPORTED, names.PRINTER_INPUT_TRAY),
    (names.OUTPUT_BIN_SUPPORTED, names.PRINTER_OUTPUT_TRAY),
    (names.PRINTER_ALERT, names.PRINTER_ALERT_DESCRIPTION),
    (names.PRINTER_URI_SUPPORTED, names.URI_SECURITY_SUPPORTED, names.URI_AUTHENTICATION_SUPPORTED),
    (names.FINISHINGS_SUPPORTED, names.FINISHING_TEMPLATE_SUPPORTED),
    (
        names.PRINTER_FIRMWARE_NAME,
        names.PRINTER_FIRMWARE_STRING_VERSION,
        names.PRINTER_FIRMWARE_VERSION,
        names.PRINTER_FIRMWARE_PATCHES,
    ),
)
"""Attributes that have as many values as each other, those of them that are there."""

_WITHIN: Final[tuple[tuple[AttributeDef[Any], AttributeDef[Any]], ...]] = (
    (names.DOCUMENT_FORMAT_DEFAULT, names.DOCUMENT_FORMAT_SUPPORTED),
    (vendor.DOCUMENT_FORMAT_PREFERRED, names.DOCUMENT_FORMAT_SUPPORTED),
    (names.CHARSET_CONFIGURED, names.CHARSET_SUPPORTED),
    (names.NATURAL_LANGUAGE_CONFIGURED, names.GENERATED_NATURAL_LANGUAGE_SUPPORTED),
    (names.IDENTIFY_ACTIONS_DEFAULT, names.IDENTIFY_ACTIONS_SUPPORTED),
    (names.PCLM_SOURCE_RESOLUTION_DEFAULT, names.PCLM_SOURCE_RESOLUTION_SUPPORTED),
    (names.PCLM_SOURCE_RESOLUTION_SUPPORTED, names.PRINTER_RESOLUTION_SUPPORTED),
    (names.PCLM_STRIP_HEIGHT_PREFERRED, names.PCLM_STRIP_HEIGHT_SUPPORTED),
    (names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED, names.PRINTER_RESOLUTION_SUPPORTED),
    (names.FINISHINGS_COL_READY, names.FINISHINGS_COL_DATABASE),
)
"""Attributes without a template, whose values are among those of another."""

_WITH_FORMAT: Final = {
    formats.PWG_RASTER: (
        names.PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED,
        names.PWG_RASTER_DOCUMENT_SHEET_BACK,
        names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED,
    ),
    formats.APPLE_RASTER: (vendor.URF_SUPPORTED,),
    formats.PCLM: (
        names.PCLM_SOURCE_RESOLUTION_SUPPORTED,
        names.PCLM_STRIP_HEIGHT_SUPPORTED,
        vendor.PCLM_COMPRESSION_METHOD_PREFERRED,
    ),
    formats.PDF: (names.PDF_VERSIONS_SUPPORTED, names.PDF_K_OCTETS_SUPPORTED),
    formats.JPEG: (names.JPEG_FEATURES_SUPPORTED, names.JPEG_K_OCTETS_SUPPORTED),
}
"""What a Printer says if it takes a format, and else does not."""


def problems_of(config: PrinterConfig) -> Iterator[str]:
    """What is wrong with the Printer that `config` describes, a sentence part for each."""
    yield from problems(told(config))


def told(config: PrinterConfig) -> Capabilities:
    """All that follows from `config` alone: what the Printer can do, and its device as new."""
    static = capabilities(config)
    device = Device.of(config.device, media_default=config.media_default, color=config.color)
    return Capabilities([*static.attributes.values(), *device_attributes(device)])


def problems(printer: Capabilities) -> Iterator[str]:
    """What is wrong with a Printer's attributes: each begins with the name of one."""
    for check in _CHECKS:
        yield from check(printer)


def _syntax(printer: Capabilities) -> Iterator[str]:
    for attribute in printer.attributes.values():
        known = DEFINITIONS.get(attribute.name) or vendor.DEFINITIONS.get(attribute.name)
        if known is None or not known.collections & _OF_PRINTERS:
            yield f"{attribute.name} is no attribute of printers"
            continue
        group = next(iter(known.collections & _OF_PRINTERS))
        if known.problem(attribute.values, group) is not None:
            yield f"{attribute.name} does not have the syntax {known.syntax_in(group).text}"


def _templates(printer: Capabilities) -> Iterator[str]:
    """Every xxx-default and xxx-ready is supported, and there is a default."""
    for template in TEMPLATES.values():
        if template.supported is None or template.supported.attribute(printer) is None:
            continue
        if template.default is not None and template.default.attribute(printer) is None:
            yield f"{template.supported.name} is there without {template.default.name}"
        for paired in (template.default, template.ready):
            attribute = None if paired is None else paired.attribute(printer)
            values = () if attribute is None else [v for v in attribute.values if v is not OutOfBand.NO_VALUE]
            if attribute is not None and any(
                template.unsupported((value,), printer, now=_NOW) for value in values
            ):
                yield f"{attribute.name} has a value that is not in {template.supported.name}"


def _parallel(printer: Capabilities) -> Iterator[str]:
    for definitions in _PARALLEL:
        counts = {
            attribute.name: len(attribute.values)
            for definition in definitions
            if (attribute := definition.attribute(printer)) is not None
        }
        if len(set(counts.values())) > 1:
            said = ", ".join(f"{name} {count}" for name, count in counts.items())
            yield f"{next(iter(counts))} and its parallel lists have different lengths: {said}"


def _within(printer: Capabilities) -> Iterator[str]:
    for definition, supported in _WITHIN:
        if not set(definition.all(printer)) <= set(supported.all(printer)):
            yield f"{definition.name} has a value that is not in {supported.name}"
    for definition in (names.MEDIA_COL_DATABASE, names.FINISHINGS_COL_DATABASE):
        template = TEMPLATES[definition.name.removesuffix("-database")]
        members = dict.fromkeys(member for value in definition.all(printer) for member in value)
        if any(template.unsupported((Collection([one]),), printer, now=_NOW) for one in members):
            yield f"{definition.name} has a value that cannot be asked for"


def _media(printer: Capabilities) -> Iterator[str]:
    """Every medium has a size, which is among those supported; and every range two ends."""
    supported = [str(name) for name in names.MEDIA_SUPPORTED.all(printer)]
    sizes = {_pair(one) for one in names.MEDIA_SIZE_SUPPORTED.all(printer)}
    for name in supported:
        size = media_size(name)
        if size is None:
            yield f"{names.MEDIA_SUPPORTED.name} has {name}, whose size is not known"
        elif not is_bound(name) and (size.width, size.length) not in sizes:
            yield f"{names.MEDIA_SIZE_SUPPORTED.name} lacks the size of {name}"
    if len(media_ranges(supported)) * 2 != len([name for name in supported if is_bound(name)]):
        yield f"{names.MEDIA_SUPPORTED.name} has one end of a range without the other"
    for one in media_ranges(supported):
        if one.smallest.width > one.largest.width or one.smallest.length > one.largest.length:
            yield f"{names.MEDIA_SUPPORTED.name} has a range upside down: {one.smallest.name}"
    default = names.MEDIA_DEFAULT.get(printer)
    if default is None or is_bound(str(default)):
        yield f"{names.MEDIA_DEFAULT.name} is no medium"
    for name in map(str, names.MEDIA_READY.all(printer)):
        if is_bound(name) or (name not in supported and not fits_custom(name, supported)):
            yield f"{names.MEDIA_READY.name} has {name}, which is not supported"


def _pair(size: Holder) -> tuple[Value | None, Value | None]:
    return names.X_DIMENSION.get(size), names.Y_DIMENSION.get(size)


def _formats(printer: Capabilities) -> Iterator[str]:
    known = names.DOCUMENT_FORMAT_SUPPORTED.all(printer)
    for media_type, definitions in _WITH_FORMAT.items():
        for definition in definitions:
            there = definition.attribute(printer) is not None
            if there != (media_type in known):
                yield f"{definition.name} is {'there without' if there else 'missing with'} {media_type}"


def _rasters(printer: Capabilities) -> Iterator[str]:
    """urf-supported says what the attributes of PWG raster, color-supported and sides-supported say."""
    urf = [str(word) for word in vendor.URF_SUPPORTED.all(printer)]
    color = names.COLOR_SUPPORTED.get(printer) is True
    types = names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.all(printer)
    if types and any("rgb" in one or "cmyk" in one for one in types) != color:
        yield f"{names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.name} contradicts {names.COLOR_SUPPORTED.name}"
    two_sided = len(names.SIDES_SUPPORTED.all(printer)) > 1
    back = names.PWG_RASTER_DOCUMENT_SHEET_BACK.get(printer)
    if not urf:
        return
    dots = sorted(one.cross_feed for one in names.PRINTER_RESOLUTION_SUPPORTED.all(printer))
    if f"RS{'-'.join(map(str, dots))}" not in urf:
        name = names.PRINTER_RESOLUTION_SUPPORTED.name
        yield f"{vendor.URF_SUPPORTED.name} has not the resolutions of {name}"
    if ("SRGB24" in urf) != color:
        yield f"{vendor.URF_SUPPORTED.name} contradicts {names.COLOR_SUPPORTED.name}"
    if types and {word for one, word in URF_TYPES.items() if one in types} != set(URF_TYPES.values()) & set(
        urf
    ):
        name = names.PWG_RASTER_DOCUMENT_TYPE_SUPPORTED.name
        yield f"{vendor.URF_SUPPORTED.name} has not the kinds of pages of {name}"
    backs = [word for word in urf if word in SHEET_BACKS.values()]
    if len(backs) != two_sided or (back is not None and backs != [SHEET_BACKS[back]][:two_sided]):
        yield f"{vendor.URF_SUPPORTED.name} contradicts {names.SIDES_SUPPORTED.name}"


def _constraints(printer: Capabilities) -> Iterator[str]:
    resolvers = {names.RESOLVER_NAME.get(one) for one in names.JOB_RESOLVERS_SUPPORTED.all(printer)}
    for one in names.JOB_CONSTRAINTS_SUPPORTED.all(printer):
        name = names.RESOLVER_NAME.get(one)
        if name not in resolvers:
            yield f"{names.JOB_CONSTRAINTS_SUPPORTED.name} has {name}, which has no resolver"


def _device_id(printer: Capabilities) -> Iterator[str]:
    words = str(names.PRINTER_DEVICE_ID.get(printer) or "").split(";")
    said = dict(word.partition(":")[::2] for word in words if word)
    if not all(said.get(key) for key in ("MFG", "MDL", "CMD", "CLS")):
        yield f"{names.PRINTER_DEVICE_ID.name} lacks MFG, MDL, CMD or CLS"


_CHECKS: Final[tuple[Callable[[Capabilities], Iterator[str]], ...]] = (
    _syntax,
    _templates,
    _parallel,
    _within,
    _media,
    _formats,
    _rasters,
    _constraints,
    _device_id,
)
