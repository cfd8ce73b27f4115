"""What is set of a Printer over IPP, laid over its configuration (RFC 3380 4.1).

All or nothing is set, and everything that keeps a request from being done is named at once.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.definitions import AttributeDef, RegistryGroup
from ippserver.iana.names import DEFINITIONS
from ippserver.iana.pairing import TEMPLATES, Template, same_value
from ippserver.iana.syntax import ProblemKind
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, OutOfBand, RangeOfInteger, Value
from ippserver.model.capabilities import Capabilities
from ippserver.model.device import LEVELS, Device
from ippserver.model.device_config import DeviceConfig
from ippserver.model.errors import (
    AttributesNotSettable,
    AttributesOrValuesNotSupported,
    BadRequest,
    ConflictingAttributes,
    RequestEntityTooLarge,
    RequestValueTooLong,
)
from ippserver.model.printer import PrinterConfig

MAX_ATTRIBUTES: Final = 200
"""In one request."""

_DESCRIPTIONS: Final = (
    names.PRINTER_INFO,
    names.PRINTER_LOCATION,
    names.PRINTER_ORGANIZATION,
    names.PRINTER_ORGANIZATIONAL_UNIT,
    names.PRINTER_GEO_LOCATION,
    names.PRINTER_KIND,
    names.PRINTER_SERVICE_CONTACT_COL,
    names.PRINTER_MESSAGE_FROM_OPERATOR,
)
"""Take any value of their syntax."""
_SUPPORTED: Final = (
    names.COPIES_SUPPORTED,
    names.JOB_SHEETS_SUPPORTED,
    names.MEDIA_SUPPORTED,
    names.MULTIPLE_DOCUMENT_HANDLING_SUPPORTED,
    names.NUMBER_UP_SUPPORTED,
    names.ORIENTATION_REQUESTED_SUPPORTED,
    names.PAGE_RANGES_SUPPORTED,
    names.PRINT_COLOR_MODE_SUPPORTED,
    names.PRINT_QUALITY_SUPPORTED,
    names.PRINT_SCALING_SUPPORTED,
    names.PRINTER_RESOLUTION_SUPPORTED,
    names.SIDES_SUPPORTED,
)
"""Take what the configuration makes possible, or less of it."""
_IN_TRAYS: Final = names.MEDIA_READY
"""What is loaded, one medium for each tray, where the device is simulated."""
_FOLLOWING: Final = frozenset(
    {names.MEDIA_COL_DEFAULT.name, names.JOB_SHEETS_COL_DEFAULT.name, names.FINISHINGS_COL_DEFAULT.name}
)
"""Defaults that follow from others."""
_NEVER: Final = frozenset({OutOfBand.NOT_SETTABLE, OutOfBand.DELETE_ATTRIBUTE, OutOfBand.ADMIN_DEFINE})
"""What must not stand in a request (RFC 3380 8)."""

_TEMPLATE_OF: Final[Mapping[str, Template]] = {
    template.default.name: template for template in TEMPLATES.values() if template.default is not None
}
"""By the name of xxx-default."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """One Printer, as far as it matters to what can be set of it."""

    names: Collection[str]
    """All attributes that it has."""
    settable: Collection[str]
    overlay: Mapping[str, Attribute]
    """What was set before."""
    inherent: Capabilities
    """What it can do by its configuration."""
    build: Callable[[Mapping[str, Attribute]], Capabilities]
    """What it can do with an overlay."""
    device: Device


def settable(printer: Capabilities, device: DeviceConfig) -> tuple[Keyword, ...]:
    """printer-settable-attributes-supported."""
    levels = [one for one in LEVELS if one != vendor.MARKER_LEVELS or has_supplies(printer, device)]
    fixed = (definition.name for definition in (*_DESCRIPTIONS, *_SUPPORTED))
    known = [name for name in fixed if printer.get(name) is not None]
    known += [definition.name for definition in (*levels, *([_IN_TRAYS] if device.simulate else []))]
    defaults = [name for name in _TEMPLATE_OF if name not in _FOLLOWING and printer.get(name) is not None]
    return tuple(map(Keyword, sorted((*known, *defaults))))


def has_supplies(printer: Capabilities, device: DeviceConfig) -> bool:
    """Whether printing uses up anything but paper."""
    return bool(device.supplies_for(color=names.COLOR_SUPPORTED.get(printer) is True))


def supported_values(printer: Capabilities) -> Iterator[Attribute]:
    """What Set-Printer-Attributes takes for each xxx-supported that is settable (RFC 3380 4.3)."""
    for definition in _SUPPORTED:
        attribute = definition.attribute(printer)
        if attribute is not None:
            yield Attribute(attribute.name, _choices(attribute))


def _choices(attribute: Attribute) -> Sequence[Value]:
    return (True, False) if attribute.values == (True,) else attribute.values


def configured(config: PrinterConfig, overlay: Mapping[str, Attribute]) -> PrinterConfig:
    """`config` with that of `overlay` which more than one attribute follows from."""
    media = _plain(overlay.get(names.MEDIA_SUPPORTED.name)) or config.media
    default, *_ = _plain(overlay.get(names.MEDIA_DEFAULT.name)) or (config.media_default,)
    inside = [tray.media or config.media_default for tray in config.device.trays]
    loaded = _plain(overlay.get(_IN_TRAYS.name)) or inside
    trays = (replace(tray, media=each) for tray, each in zip(config.device.trays, loaded, strict=True))
    device = replace(config.device, trays=tuple(trays))
    return replace(config, media=media, media_default=default, device=device)


def displayed(overlay: Mapping[str, Attribute]) -> tuple[Attribute, ...]:
    """That of `overlay` which is shown as it was set."""
    elsewhere = {names.MEDIA_SUPPORTED.name, names.MEDIA_DEFAULT.name, _IN_TRAYS.name}
    return tuple(attribute for name, attribute in overlay.items() if name not in elsewhere)


def _plain(attribute: Attribute | None) -> tuple[str, ...]:
    return () if attribute is None else tuple(map(str, attribute.values))


def settle(wanted: Sequence[Attribute], printer: Bounds, now: datetime) -> Mapping[str, Attribute]:
    """The overlay with `wanted`, all of which may be set.

    Raises:
        BadRequest: There is nothing to set, or an out-of-band value that belongs to answers.
        RequestEntityTooLarge: There is too much.
        RequestValueTooLong: A text is longer than its attribute allows.
        AttributesOrValuesNotSupported, AttributesNotSettable, ConflictingAttributes: The first that holds, in
            the order of RFC 3380 4.1.3; its `unsupported` is everything that is wrong.
    """
    _check_request(wanted)
    known = [attribute for attribute in wanted if attribute.name in printer.names]
    open_to_all = [attribute for attribute in known if attribute.name in printer.settable]
    unknown = [_said(attribute, OutOfBand.UNSUPPORTED) for attribute in wanted if attribute not in known]
    fixed = [_said(attribute, OutOfBand.NOT_SETTABLE) for attribute in known if attribute not in open_to_all]
    bad = [each for attribute in open_to_all if (each := _unsupported(attribute, printer)) is not None]
    given = {attribute.name: attribute for attribute in open_to_all}
    overlay = {**printer.overlay, **given}
    clashing = [] if bad else list(_conflicts(given, overlay, printer, now))
    everything = (*unknown, *fixed, *bad, *clashing)
    if unknown or (bad and not fixed):
        raise AttributesOrValuesNotSupported(unsupported=everything)
    if fixed:
        raise AttributesNotSettable(unsupported=everything)
    if clashing:
        raise ConflictingAttributes(unsupported=everything)
    return overlay


def _check_request(wanted: Sequence[Attribute]) -> None:
    if not wanted:
        raise BadRequest("There are no attributes to set.")
    if len(wanted) > MAX_ATTRIBUTES:
        raise RequestEntityTooLarge(f"At most {MAX_ATTRIBUTES} attributes can be set at once.")
    if any(value in _NEVER for attribute in wanted for value in attribute.values if type(value) is OutOfBand):
        raise BadRequest("A value belongs to other messages.")


def _said(attribute: Attribute, word: OutOfBand) -> Attribute:
    return Attribute(attribute.name, (word,))


def _unsupported(attribute: Attribute, printer: Bounds) -> Attribute | None:
    """The values that cannot be, whatever else is set: of a wrong syntax, or beyond the configuration."""
    definition: AttributeDef[Value] = DEFINITIONS[attribute.name]
    problem = definition.problem(attribute.values, RegistryGroup.PRINTER_DESCRIPTION)
    if problem is not None and problem.kind is ProblemKind.TOO_LONG:
        raise RequestValueTooLong(f"{attribute.name} is too long.")
    if problem is not None:
        return Attribute(attribute.name, definition.syntax.wrong_values(attribute.values) or attribute.values)
    if definition in LEVELS:
        return None if printer.device.takes(attribute) else attribute
    if definition == _IN_TRAYS and len(attribute.values) != len(printer.device.trays):
        return attribute
    bounds = (names.MEDIA_SUPPORTED if definition == _IN_TRAYS else definition).attribute(printer.inherent)
    if bounds is None or definition not in (*_SUPPORTED, _IN_TRAYS):
        return None
    beyond = [value for value in attribute.values if not any(_within(value, one) for one in _choices(bounds))]
    return Attribute(attribute.name, beyond) if beyond else None


def _within(value: Value, bound: Value) -> bool:
    if type(value) is RangeOfInteger and type(bound) is RangeOfInteger:
        return bound.lower <= value.lower <= value.upper <= bound.upper
    return same_value(value, bound)


def _conflicts(
    given: Mapping[str, Attribute], overlay: Mapping[str, Attribute], bounds: Bounds, now: datetime
) -> Iterator[Attribute]:
    """Of `given`, every xxx-default that is not supported, and every xxx-supported without the default."""
    media, default_medium = (
        overlay.get(one.name) or one.attribute(bounds.inherent)
        for one in (names.MEDIA_SUPPORTED, names.MEDIA_DEFAULT)
    )
    if media and default_medium and not set(default_medium.values) <= set(media.values):
        # Much follows from the medium: nothing could be built with one that is not there.
        yield from (given[one.name] for one in (default_medium, media) if one.name in given)
        return
    printer = bounds.build(overlay)
    for default, template in _TEMPLATE_OF.items():
        attribute, supported = printer.get(default), template.supported
        if attribute is None or supported is None or not {default, supported.name} & given.keys():
            continue
        values = [value for value in attribute.values if type(value) is not OutOfBand]
        if template.unsupported(values, printer, now=now):
            yield from (given[name] for name in (default, supported.name) if name in given)


def sound(overlay: Mapping[str, Attribute], printer: Bounds, now: datetime) -> Mapping[str, Attribute]:
    """What is left of `overlay` where the configuration is another than when it was set."""
    while overlay:
        try:
            return settle(tuple(overlay.values()), replace(printer, overlay={}), now)
        except (AttributesOrValuesNotSupported, AttributesNotSettable, ConflictingAttributes) as error:
            gone = {attribute.name for attribute in error.unsupported}
            overlay = {name: attribute for name, attribute in overlay.items() if name not in gone}
    return overlay
