"""The device behind a Printer as it is configured: its trays, supplies and bins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from ippserver.iana.keywords import OutputBin
from ippserver.iana.keywords import PrinterStateReason as Reason
from ippserver.ipp.values import Keyword


class SupplyKind(NamedTuple):
    """What a kind of supply is called, and what is said when it runs out."""

    word: str
    """In sentences."""
    mib: str
    """PrtMarkerSuppliesTypeTC (RFC 3805)."""
    alert: str
    """Its part of PrtAlertCodeTC."""
    low: Keyword
    empty: Keyword


SUPPLY_KINDS: Final[Mapping[str, SupplyKind]] = {
    "toner": SupplyKind("toner", "toner", "Toner", Reason.TONER_LOW, Reason.TONER_EMPTY),
    "ink-cartridge": SupplyKind(
        "ink", "inkCartridge", "Ink", Reason.MARKER_SUPPLY_LOW, Reason.MARKER_SUPPLY_EMPTY
    ),
    "ink-ribbon": SupplyKind(
        "ribbon", "inkRibbon", "PrintRibbon", Reason.MARKER_SUPPLY_LOW, Reason.MARKER_SUPPLY_EMPTY
    ),
}
"""By the value of CUPS's marker-types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayConfig:
    """An input tray."""

    source: str = "main"
    """media-source."""
    media: str = ""
    """What is loaded; empty is the default medium."""
    type: str = ""
    """media-type of what is loaded; empty is the default type."""
    capacity: int = 250
    """Sheets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyConfig:
    """Something that printing uses up."""

    name: str
    """Its colorant, as keywords are written."""
    color: str
    """How it looks: #RRGGBB."""
    kind: str = "toner"
    """One of SUPPLY_KINDS."""

    @property
    def neutral(self) -> bool:
        """Whether it is black, white or grey: what printing without colour needs."""
        return self.color[1:3] == self.color[3:5] == self.color[5:7]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceConfig:
    """All of them."""

    simulate: bool = False
    """Things run out, and Jobs wait for them."""
    trays: tuple[TrayConfig, ...] = (TrayConfig(),)
    """At least one."""
    supplies: tuple[SupplyConfig, ...] = (
        SupplyConfig(name="black", color="#000000"),
        SupplyConfig(name="cyan", color="#00FFFF"),
        SupplyConfig(name="magenta", color="#FF00FF"),
        SupplyConfig(name="yellow", color="#FFFF00"),
    )
    """Those with a colour are of no use to a Printer without."""
    supply_impressions: int = 2000
    """How far a fresh supply goes."""
    bins: tuple[str, ...] = (OutputBin.FACE_DOWN,)
    """output-bin of each, the default first."""
    bin_capacity: int = 500
    """Sheets, of each."""

    def supplies_for(self, *, color: bool) -> tuple[SupplyConfig, ...]:
        """The supplies that a Printer with or without colour has."""
        return tuple(supply for supply in self.supplies if color or supply.neutral)
