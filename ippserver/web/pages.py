"""The pages for people: one for each Printer, and the list of them; made from IPP attributes, without script.

Shows state and counts, never whose Jobs there are or what they are called: strangers see it in every preset.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ippserver.engine.identification import Identification
from ippserver.iana import names, vendor
from ippserver.iana.enums import PrinterState
from ippserver.iana.keywords import PrinterStateReason
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.values import Keyword
from ippserver.model.device import Device
from ippserver.model.labels import medium_label, value_label
from ippserver.model.language import Language
from ippserver.model.links import ICON_SIZES, SUPPLIES, icon_path
from ippserver.model.uris import from_http, parse
from ippserver.operations.language import plain

_SMALL, _LARGE, _ = ICON_SIZES
_STATE_CLASSES: Final[Mapping[int, str]] = {
    PrinterState.IDLE: "idle",
    PrinterState.PROCESSING: "busy",
    PrinterState.STOPPED: "stopped",
}


_SEVERITY: Final = re.compile(r"-(?:report|warning|error)\Z")
_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_NO_COLOR: Final = "#808080"
_SAID_ELSEWHERE: Final = frozenset({PrinterStateReason.NONE, PrinterStateReason.IDENTIFY_PRINTER_REQUESTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A Printer as a page shows it."""

    attributes: AttributeGroup
    """All that it has, as IPP shows it to this visitor."""
    device: Device
    icon: str
    identification: Identification | None
    """What it was asked to show, while it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A bar: how much of a part is left."""

    name: str
    percent: int
    color: str = _NO_COLOR
    """As "#rrggbb"."""
    note: str = ""


class View:
    """The words and numbers of one Printer, in one language; what templates read."""

    def __init__(self, shown: Shown, language: Language) -> None:
        self._group = shown.attributes
        self._shown = shown
        self._language = language
        self.icon: Final = icon_path(shown.icon, _LARGE)
        self.small_icon: Final = icon_path(shown.icon, _SMALL)
        self.name: Final = plain(names.PRINTER_NAME.get(self._group))
        self.info: Final = plain(names.PRINTER_INFO.get(self._group))
        self.make_and_model: Final = plain(names.PRINTER_MAKE_AND_MODEL.get(self._group))
        self.location: Final = plain(names.PRINTER_LOCATION.get(self._group))
        self.page: Final = str(names.PRINTER_MORE_INFO.get(self._group))
        self.queued: Final = names.QUEUED_JOB_COUNT.get(self._group) or 0
        self.accepting: Final = bool(names.PRINTER_IS_ACCEPTING_JOBS.get(self._group))

    @property
    def about(self) -> str:
        """What stands below the name, as far as it says more."""
        more = dict.fromkeys((self.info, self.make_and_model))
        return " · ".join(each for each in more if each and each != self.name)

    @property
    def owner(self) -> str:
        """Organization and unit."""
        definitions = (names.PRINTER_ORGANIZATION, names.PRINTER_ORGANIZATIONAL_UNIT)
        return ", ".join(filter(None, (plain(each.get(self._group)) for each in definitions)))

    @property
    def place(self) -> str:
        """Where it stands, as a geo: URI; empty for unknown."""
        place = str(names.PRINTER_GEO_LOCATION.get(self._group) or "")
        return place if place.lower().startswith("geo:") else ""

    @property
    def state_class(self) -> str:
        """The state as a word for the style sheet."""
        return _STATE_CLASSES.get(names.PRINTER_STATE.get(self._group) or 0, "stopped")

    @property
    def state(self) -> str:
        """The state in a word."""
        return value_label(self._language, names.PRINTER_STATE, names.PRINTER_STATE.get(self._group))

    @property
    def message(self) -> str:
        """The state in a sentence."""
        return self._language.words(plain(names.PRINTER_STATE_MESSAGE.get(self._group)))

    @property
    def operator_message(self) -> str:
        """What an Operator has to say."""
        return plain(names.PRINTER_MESSAGE_FROM_OPERATOR.get(self._group))

    @property
    def reasons(self) -> Sequence[str]:
        """The state's reasons in words."""
        found = names.PRINTER_STATE_REASONS.all(self._group)
        return [self._reason(one) for one in found if one not in _SAID_ELSEWHERE]

    def _reason(self, reason: Keyword) -> str:
        """A reason without how bad it is, which the state says."""
        bare = Keyword(_SEVERITY.sub("", reason))
        return value_label(self._language, names.PRINTER_STATE_REASONS, bare)

    @property
    def identification(self) -> Identification | None:
        """What it was asked to show."""
        return self._shown.identification

    @property
    def supplies(self) -> Sequence[Level]:
        """Ink or toner."""
        columns = (vendor.MARKER_NAMES, vendor.MARKER_COLORS, vendor.MARKER_LEVELS)
        rows = zip(*(column.all(self._group) for column in columns), strict=False)
        return [
            Level(name=self._language.words(plain(name)), color=_color(plain(color)), percent=max(0, level))
            for name, color, level in rows
        ]

    @property
    def trays(self) -> Sequence[Level]:
        """What is in them, and how much."""
        return [
            Level(
                name=value_label(self._language, names.MEDIA_SOURCE, Keyword(tray.name)),
                percent=tray.percent,
                note=medium_label(self._language, tray.media),
            )
            for tray in self._shown.device.trays
        ]

    @property
    def bins(self) -> Sequence[Level]:
        """How full they are."""
        return [
            Level(
                name=value_label(self._language, names.OUTPUT_BIN, Keyword(part.name)), percent=part.percent
            )
            for part in self._shown.device.bins
        ]

    @property
    def addresses(self) -> Sequence[str]:
        """Its URIs, without the port that everybody knows."""
        return [from_http(parse(uri)) for uri in names.PRINTER_URI_SUPPORTED.all(self._group)]


def _color(text: str) -> str:
    """`text` if it is one colour, else grey: a supply may have several."""
    return text if _COLOR.fullmatch(text) else _NO_COLOR


def printer_page(shown: Shown, language: Language, moment: str) -> bytes:
    """The page of one Printer, as it was at `moment`; not to be called on the loop."""
    return _page("printer.html", language, printer=View(shown, language), moment=moment, anchor=SUPPLIES)


def list_page(printers: Sequence[Shown], language: Language, moment: str) -> bytes:
    """The list of all Printers, as they were at `moment`; not to be called on the loop."""
    views = [View(shown, language) for shown in printers]
    return _page("printers.html", language, printers=views, moment=moment)


def _page(template: str, language: Language, **values: object) -> bytes:
    from ippserver.web.rendering import render  # what it needs takes 120 ms to import: printing goes without

    return render(template, say=language.words, language=language.tag, **values)
