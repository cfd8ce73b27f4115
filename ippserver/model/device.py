"""The device behind a Printer, simulated: trays, supplies and bins whose levels printing uses up.

Where `simulate` is off, somebody fills and empties everything in time: the levels move, and nothing ever runs
out. Where it is on, a Job waits for what is not there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Self, TypeAlias

from ippserver.iana import vendor
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.keywords import PrinterStateReason as Reason
from ippserver.iana.media import is_roll, media_size
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword
from ippserver.model.device_config import SUPPLY_KINDS, DeviceConfig

LOW: Final = 0.1
"""The part of its capacity below which something is low."""
Levels: TypeAlias = tuple[tuple[str, int], ...]
"""What is left or lies in each part, by the part's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing with a level: a tray, a supply or a bin."""

    name: str
    """media-source of a tray, the colorant of a supply, output-bin of a bin."""
    capacity: int
    level: int
    """Sheets in a tray or bin, impressions that are left in a supply."""
    media: str = ""
    """What a tray holds."""
    color: str = ""
    """How a supply looks: #RRGGBB."""
    kind: str = ""
    """Of a supply, one of SUPPLY_KINDS."""
    neutral: bool = False
    """Whether a supply serves to print without colour."""

    @property
    def percent(self) -> int:
        """The level as part of the capacity, rounded up: only what is empty shows 0."""
        return -(-100 * self.level // self.capacity)

    @property
    def low(self) -> bool:
        """Whether little is left."""
        return self.level <= LOW * self.capacity

    @property
    def almost_full(self) -> bool:
        """Whether there is little room."""
        return self.room <= LOW * self.capacity

    @property
    def room(self) -> int:
        """How much more a bin takes."""
        return self.capacity - self.level

    def holds(self, medium: str) -> bool:
        """Whether a tray has it: pieces of a roll are as wide as it is, or less."""
        if not is_roll(self.media):
            return self.media == medium
        roll, wanted = media_size(self.media), media_size(medium)
        return roll is not None and wanted is not None and wanted.width <= roll.width

    def at(self, level: int) -> Self:
        """It with another level, as far as that is possible."""
        level = max(0, min(level, self.capacity))
        return self if level == self.level else replace(self, level=level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a Job, or the rest of one, uses up."""

    media: str
    source: str | None = None
    """The tray that it must come from; None for any."""
    bin: str | None = None
    """The bin that it goes to; None for the first."""
    sheets: int = 1
    impressions: int = 1
    color: int | None = None
    """Those of the impressions that are in color; None for all."""

    def inks(self, supply: Part) -> int:
        """The impressions that use up a supply."""
        return self.impressions if supply.neutral or self.color is None else self.color

    def inks_of(self, supply: Part, sheets: int) -> int:
        """Those of them on the first `sheets`: as many on each."""
        return min(self.inks(supply), sheets * _on_each(self.inks(supply), self.sheets))

    def without(self, sheets: int) -> Self | None:
        """What is left to do after so many sheets; None where nothing is."""
        if sheets >= self.sheets:
            return None
        left = max(1, self.impressions - sheets * _on_each(self.impressions, self.sheets))
        color = self.color
        if color is not None:
            color = max(0, color - sheets * _on_each(color, self.sheets))
        return replace(self, sheets=self.sheets - sheets, impressions=left, color=color)


class Trouble(NamedTuple):
    """Something that somebody has to look after."""

    reason: Keyword
    """Without -warning or -error."""
    code: str
    """PrtAlertCodeTC (RFC 3805), for printer-alert."""
    group: str
    """PrtAlertGroupTC."""
    number: int
    """Which one of the group, from 1."""
    text: str
    """A sentence for people."""
    stops: bool
    """Whether a Job can wait for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """All parts of one Printer's device, as they are now."""

    simulate: bool
    trays: tuple[Part, ...]
    supplies: tuple[Part, ...]
    bins: tuple[Part, ...]

    @classmethod
    def of(cls, config: DeviceConfig, *, media_default: str, color: bool) -> Self:
        """A new device: trays and supplies full, bins empty."""
        fresh = config.supply_impressions
        return cls(
            simulate=config.simulate,
            trays=tuple(
                Part(
                    name=tray.source,
                    capacity=tray.capacity,
                    level=tray.capacity,
                    media=tray.media or media_default,
                )
                for tray in config.trays
            ),
            supplies=tuple(
                Part(
                    name=supply.name,
                    capacity=fresh,
                    level=fresh,
                    color=supply.color,
                    kind=supply.kind,
                    neutral=supply.neutral,
                )
                for supply in config.supplies_for(color=color)
            ),
            bins=tuple(Part(name=name, capacity=config.bin_capacity, level=0) for name in config.bins),
        )

    # ---- remembering

    @property
    def levels(self) -> Levels:
        """What has to be remembered of it."""
        return tuple((f"{kind} {part.name}", part.level) for kind, parts in self._kinds for part in parts)

    def at(self, levels: Levels) -> Self:
        """It with `levels`; parts that they do not name stay as they are."""
        known = dict(levels)
        trays, supplies, bins = (
            tuple(part.at(known.get(f"{kind} {part.name}", part.level)) for part in parts)
            for kind, parts in self._kinds
        )
        return replace(self, trays=trays, supplies=supplies, bins=bins)

    @property
    def _kinds(self) -> tuple[tuple[str, tuple[Part, ...]], ...]:
        return ("tray", self.trays), ("supply", self.supplies), ("bin", self.bins)

    # ---- printing

    def take(self, need: Need) -> tuple[Self, Need | None]:
        """The device after as much of `need` as is possible, and the rest, None where that is nothing."""
        tray = self.tray_for(need)
        if not self.simulate:
            return self._used(tray or self.trays[0], need, need.sheets)._kept_up(), None
        if tray is None:
            return self, need
        inked = [(part.level, _on_each(need.inks(part), need.sheets)) for part in self.supplies]
        possible = min(
            need.sheets,
            tray.level,
            self.bin_for(need).room,
            *(-(-level // each) for level, each in inked if each),  # the last sheet takes the last drop
        )
        return (self._used(tray, need, possible), need.without(possible)) if possible else (self, need)

    def tray_for(self, need: Need) -> Part | None:
        """The tray that has the medium, of several the fullest."""
        fitting = [part for part in self.trays if part.holds(need.media)]
        if need.source is not None:
            fitting = [part for part in fitting if part.name == need.source]
        return max(fitting, key=lambda part: part.level, default=None)

    def bin_for(self, need: Need) -> Part:
        """The bin that it goes to."""
        return next((part for part in self.bins if part.name == need.bin), self.bins[0])

    def _used(self, tray: Part, need: Need, sheets: int) -> Self:
        into = self.bin_for(need)
        return replace(
            self,
            trays=tuple(part.at(part.level - sheets) if part is tray else part for part in self.trays),
            supplies=tuple(part.at(part.level - need.inks_of(part, sheets)) for part in self.supplies),
            bins=tuple(part.at(part.level + sheets) if part is into else part for part in self.bins),
        )

    def _kept_up(self) -> Self:
        """It after somebody has looked after what runs out or over."""
        if not any(part.low for part in (*self.trays, *self.supplies)) and not any(
            part.almost_full for part in self.bins
        ):
            return self
        return replace(
            self,
            trays=tuple(part.at(part.capacity) if part.low else part for part in self.trays),
            supplies=tuple(part.at(part.capacity) if part.low else part for part in self.supplies),
            bins=tuple(part.at(0) if part.almost_full else part for part in self.bins),
        )

    # ---- setting

    def takes(self, attribute: Attribute) -> bool:
        """Whether one of LEVELS has what it must: a value for each part, none beyond its capacity."""
        parts = _SETS[attribute.name](self)
        limits = [100 if attribute.name == vendor.MARKER_LEVELS.name else part.capacity for part in parts]
        return len(attribute.values) == len(limits) and all(
            type(value) is int and 0 <= value <= limit
            for value, limit in zip(attribute.values, limits, strict=True)
        )

    def set(self, attribute: Attribute) -> Self:
        """The device after one of LEVELS, which it takes, was set."""
        parts = zip(_SETS[attribute.name](self), attribute.values, strict=True)
        if attribute.name == vendor.MARKER_LEVELS.name:
            supplies = tuple(
                part if value == part.percent else part.at(_number(value) * part.capacity // 100)
                for part, value in parts
            )
            return replace(self, supplies=supplies)
        changed = tuple(part.at(_number(value)) for part, value in parts)
        if attribute.name == vendor.IPPSERVER_INPUT_TRAY_LEVELS.name:
            return replace(self, trays=changed)
        return replace(self, bins=changed)

    # ---- what is wrong

    def troubles(self, wanted: Iterable[str] = ()) -> Iterator[Trouble]:
        """All that somebody has to look after while Jobs wait for the media `wanted`; nothing where it is not
        simulated.
        """
        if not self.simulate:
            return
        for medium in wanted:
            text = f"Load {medium}."
            yield Trouble(Reason.MEDIA_NEEDED, "inputMediaChangeRequest", "input", 1, text, True)
        for number, tray in enumerate(self.trays, 1):
            if tray.level == 0:
                text = f"Tray {tray.name} is empty."
                yield Trouble(Reason.MEDIA_EMPTY, "inputMediaSupplyEmpty", "input", number, text, True)
            elif tray.low:
                text = f"There is little left in tray {tray.name}."
                yield Trouble(Reason.MEDIA_LOW, "inputMediaSupplyLow", "input", number, text, False)
        for number, supply in enumerate(self.supplies, 1):
            kind = SUPPLY_KINDS[supply.kind]
            if supply.level == 0:
                text = f"The {supply.name} {kind.word} is used up."
                yield Trouble(kind.empty, f"marker{kind.alert}Empty", "markerSupplies", number, text, True)
            elif supply.low:
                text = f"There is little {supply.name} {kind.word} left."
                code = f"marker{kind.alert}AlmostEmpty"
                yield Trouble(kind.low, code, "markerSupplies", number, text, False)
        for number, part in enumerate(self.bins, 1):
            if part.level == part.capacity:
                text = f"Bin {part.name} is full."
                yield Trouble(Reason.OUTPUT_AREA_FULL, "outputMediaTrayFull", "output", number, text, True)
            elif part.almost_full:
                text = f"There is little room in bin {part.name}."
                reason = Reason.OUTPUT_AREA_ALMOST_FULL
                yield Trouble(reason, "outputMediaTrayAlmostFull", "output", number, text, False)


def _on_each(impressions: int, sheets: int) -> int:
    """The impressions on each of so many sheets."""
    return -(-impressions // sheets)


def _number(value: object) -> int:
    assert isinstance(value, int), "it was looked at before"
    return value


_SETS: Final = {
    vendor.IPPSERVER_INPUT_TRAY_LEVELS.name: lambda device: device.trays,
    vendor.MARKER_LEVELS.name: lambda device: device.supplies,
    vendor.IPPSERVER_OUTPUT_TRAY_LEVELS.name: lambda device: device.bins,
}
LEVELS: Final[tuple[AttributeDef[int], ...]] = (
    vendor.IPPSERVER_INPUT_TRAY_LEVELS,
    vendor.MARKER_LEVELS,
    vendor.IPPSERVER_OUTPUT_TRAY_LEVELS,
)
"""What is set to fill trays and supplies and to empty bins: one value for each part."""
