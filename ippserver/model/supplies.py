"""What a device shows of itself (PWG 5100.9, 5100.13, CUPS's marker-levels), and what a Job needs of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.enums import PrinterState
from ippserver.iana.keywords import MediaSource, OutputBin, PrintColorMode, Sides
from ippserver.iana.media import media_size
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, Name, OctetString, Text
from ippserver.model.amount import Amount
from ippserver.model.capabilities import Capabilities
from ippserver.model.device import LOW, Device, Need, Part
from ippserver.model.device_config import SUPPLY_KINDS
from ippserver.model.job import Job
from ippserver.model.medium import medium_of
from ippserver.model.printer import PrinterStatus

DEVICE_NAMES: Final = frozenset(
    definition.name
    for definition in (
        names.PRINTER_ALERT,
        names.PRINTER_ALERT_DESCRIPTION,
        names.PRINTER_INPUT_TRAY,
        names.PRINTER_OUTPUT_TRAY,
        names.PRINTER_SUPPLY,
        names.PRINTER_SUPPLY_DESCRIPTION,
        vendor.MARKER_COLORS,
        vendor.MARKER_HIGH_LEVELS,
        vendor.MARKER_LEVELS,
        vendor.MARKER_LOW_LEVELS,
        vendor.MARKER_NAMES,
        vendor.MARKER_TYPES,
        vendor.IPPSERVER_INPUT_TRAY_LEVELS,
        vendor.IPPSERVER_OUTPUT_TRAY_LEVELS,
    )
)
"""What every Printer with a device shows."""

_READY: Final = "code=printerReadyToPrint"
"""The one alert of a Printer that nothing is wrong with (RFC 3805, prtAlertCode)."""
_PERCENT: Final = 100
_COLORLESS: Final = (PrintColorMode.MONOCHROME, PrintColorMode.BI_LEVEL)
_TRAY_TYPES: Final[Mapping[str, str]] = {
    MediaSource.MANUAL: "sheetFeedManual",
    MediaSource.BY_PASS_TRAY: "sheetFeedAutoNonRemovableTray",
    MediaSource.REAR: "sheetFeedAutoNonRemovableTray",
}


@lru_cache(maxsize=256)
def alerts(status: PrinterStatus) -> tuple[Attribute, ...]:
    """printer-alert and printer-alert-description, in parallel; empty for no alert (PWG 5100.9 5.2)."""
    troubles = list(status.troubles)
    codes = [
        f"code={one.code};index={index};severity={'critical' if one.stops else 'warning'}"
        f";group={one.group};groupindex={one.number}"
        for index, one in enumerate(troubles, 1)
    ]
    texts = [one.text for one in troubles]
    if not troubles:
        ready = status.state is not PrinterState.STOPPED
        codes, texts = [_READY if ready else ""], ["ready" if ready else ""]
    return (
        names.PRINTER_ALERT.of(*(OctetString(code.encode()) for code in codes)),
        names.PRINTER_ALERT_DESCRIPTION.of(*map(Text, texts)),
    )


@lru_cache(maxsize=256)
def device_attributes(device: Device) -> tuple[Attribute, ...]:
    """Trays, supplies and bins with their levels: nothing for a Printer without any."""
    if not device.trays:
        return ()
    return (
        names.PRINTER_INPUT_TRAY.of(*(_octets(_input_tray(one)) for one in (None, *device.trays))),
        names.PRINTER_OUTPUT_TRAY.of(*(_octets(_output_tray(part)) for part in device.bins)),
        *(_of_supplies(device.supplies) if device.supplies else ()),
        vendor.IPPSERVER_INPUT_TRAY_LEVELS.of(*(part.level for part in device.trays)),
        vendor.IPPSERVER_OUTPUT_TRAY_LEVELS.of(*(part.level for part in device.bins)),
    )


def _of_supplies(supplies: Sequence[Part]) -> Iterator[Attribute]:
    texts = [
        f"{part.name.replace('-', ' ')} {SUPPLY_KINDS[part.kind].word}".capitalize() for part in supplies
    ]
    yield names.PRINTER_SUPPLY.of(*(_octets(_supply(n, part)) for n, part in enumerate(supplies, 1)))
    yield names.PRINTER_SUPPLY_DESCRIPTION.of(*texts)
    yield vendor.MARKER_NAMES.of(*map(Name, texts))
    yield vendor.MARKER_COLORS.of(*(Name(part.color) for part in supplies))
    yield vendor.MARKER_TYPES.of(*(Keyword(part.kind) for part in supplies))
    yield vendor.MARKER_LEVELS.of(*(part.percent for part in supplies))
    yield vendor.MARKER_LOW_LEVELS.of(*(round(LOW * _PERCENT) for _ in supplies))
    yield vendor.MARKER_HIGH_LEVELS.of(*(_PERCENT for _ in supplies))


def _octets(words: Iterable[tuple[str, object]]) -> OctetString:
    return OctetString("".join(f"{key}={value};" for key, value in words).encode())


def _input_tray(part: Part | None) -> Iterator[tuple[str, object]]:
    """One value of printer-input-tray; None is the choice of any, which media-source-supported has, too."""
    size = None if part is None else media_size(part.media)
    yield "type", "other" if part is None else _tray_type(part.name)
    yield "mediafeed", -2 if size is None else size.length  # hundredths of a millimetre; -2 is unknown
    yield "mediaxfeed", -2 if size is None else size.width
    yield "maxcapacity", -2 if part is None else part.capacity
    yield "level", -2 if part is None else part.level
    yield "status", 0
    yield "name", MediaSource.AUTO if part is None else part.name


def _tray_type(source: str) -> str:
    """PrtInputTypeTC (RFC 3805)."""
    if "roll" in source:
        return "continuousRoll"
    return _TRAY_TYPES.get(source, "sheetFeedAutoRemovableTray")


def _output_tray(part: Part) -> Iterator[tuple[str, object]]:
    yield "type", "unRemovableBin"
    yield "maxcapacity", part.capacity
    yield "remaining", part.capacity - part.level
    yield "status", 0
    yield "name", part.name
    yield "stackingorder", "firstToLast"
    yield "pagedelivery", "faceUp" if part.name == OutputBin.FACE_UP else "faceDown"


def _supply(index: int, part: Part) -> Iterator[tuple[str, object]]:
    yield "index", index
    yield "class", "supplyThatIsConsumed"
    yield "type", SUPPLY_KINDS[part.kind].mib
    yield "unit", "percent"
    yield "maxcapacity", _PERCENT
    yield "level", part.percent
    yield "colorantname", part.name


def need_of(job: Job, printer: Capabilities) -> Need:
    """What `job` uses up, where nobody counts: by what its client said of it, else one for a document."""
    asked = AttributeGroup(GroupTag.JOB, job.template)
    said = AttributeGroup(GroupTag.JOB, job.supplied)
    media_col = names.MEDIA_COL.get(asked) or Collection([])
    source = names.MEDIA_SOURCE.get(media_col)
    copies = names.COPIES.get(asked) or 1
    impressions = (names.JOB_IMPRESSIONS.get(said) or len(job.documents) or 1) * copies
    faces = 1 if (names.SIDES.get(asked) or Sides.ONE_SIDED) == Sides.ONE_SIDED else 2
    default = names.MEDIA_DEFAULT.get(printer)
    into = names.OUTPUT_BIN.get(asked)
    return Need(
        media=str(names.MEDIA.get(asked) or medium_of(media_col, printer) or default),
        source=None if source in (None, MediaSource.AUTO) else str(source),
        bin=None if into is None else str(into),
        sheets=names.JOB_MEDIA_SHEETS.get(said) or -(-impressions // faces),
        impressions=impressions,
        color=0 if names.PRINT_COLOR_MODE.get(asked) in _COLORLESS else None,
    )


def needs_of(job: Job, printer: Capabilities, counted: Amount, media: Mapping[str, int]) -> Iterator[Need]:
    """What is used up of each medium, where so much was `counted` of a Document of `job`.

    `media` are sheets by the names of media. What the Printer does not know counts as the medium of the Job;
    impressions count as if there were as many on each sheet.
    """
    usual = need_of(job, printer)
    known = {usual.media, *map(str, names.MEDIA_SUPPORTED.all(printer))} if len(media) > 1 else ()
    sheets: Counter[str] = Counter()
    for medium, number in (media or {usual.media: 1}).items():
        sheets[medium if medium in known else usual.media] += number
    kinds, whole = counted.kinds_of_impressions, max(1, sum(sheets.values()))
    color = usual.color if kinds is None else kinds.in_color
    for medium, number in sheets.items():
        own = counted.sheets * number // whole
        if own:
            yield replace(
                usual,
                media=medium,
                sheets=own,
                impressions=-(-counted.impressions * own // counted.sheets),
                color=color and -(-color * own // counted.sheets),
            )
