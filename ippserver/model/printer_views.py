"""Reading a Printer (RFC 8011 5.4): three tables, by what attributes depend on, each remembered meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from ippserver.iana import names
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import MIN_INTEGER, Enum, OutOfBand, Uri
from ippserver.model.capabilities import Capabilities
from ippserver.model.derived import derived
from ippserver.model.links import LINK_NAMES, links, uri_lists
from ippserver.model.printer import DEFAULT_ICON, PrinterStatus
from ippserver.model.report import reported
from ippserver.model.selection import Selection
from ippserver.model.supplies import DEVICE_NAMES, alerts, device_attributes
from ippserver.model.views import At, Row, date_time, every, row


class Moments(NamedTuple):
    """The times of a Printer, to the second (RFC 8011 5.4.29, 5.4.30)."""

    now: int
    """Seconds since the epoch."""
    up_time: int
    state_changed: int
    config_changed: int
    message: int | None
    """When printer-message-from-operator was set."""

    def up_time_at(self, moment: int) -> int:
        """`moment` on the scale of printer-up-time, which it never had below 1; see At.up_time_at."""
        return max(1, self.up_time - max(0, self.now - moment))

    @property
    def message_time(self) -> int | OutOfBand:
        """printer-message-time: 0 or less where the message is older than the server (RFC 3380 6.4)."""
        if self.message is None:
            return OutOfBand.NO_VALUE
        return max(MIN_INTEGER, self.up_time - max(0, self.now - self.message))


@dataclass(frozen=True, slots=True)
class PrinterScene:
    """A Printer, and the request that it is shown for."""

    capabilities: Capabilities
    status: PrinterStatus
    at: At
    uuid: str
    state_changed: float
    config_changed: float
    message_at: float | None = None
    icon: str = DEFAULT_ICON


class Identity(NamedTuple):
    """Which Printer it is, as the client sees it: what its URIs are made of."""

    uris: tuple[str, ...]
    uuid: str
    icon: str
    language: str | None
    """Of its strings; None where there are none."""


STATUS_ROWS: Final[tuple[Row[PrinterStatus], ...]] = (
    row(names.PRINTER_STATE, lambda s: Enum(s.state)),
    Row(names.PRINTER_STATE_REASONS, lambda s: s.reasons),
    row(names.PRINTER_STATE_MESSAGE, lambda s: s.message),
    row(names.PRINTER_IS_ACCEPTING_JOBS, lambda s: s.accepting),
    row(names.QUEUED_JOB_COUNT, lambda s: s.queued),
)
MOMENT_ROWS: Final[tuple[Row[Moments], ...]] = (
    row(names.PRINTER_UP_TIME, lambda m: m.up_time),
    row(names.PRINTER_CURRENT_TIME, lambda m: date_time(m.now)),
    row(names.PRINTER_STATE_CHANGE_TIME, lambda m: m.up_time_at(m.state_changed)),
    row(names.PRINTER_STATE_CHANGE_DATE_TIME, lambda m: date_time(m.state_changed)),
    row(names.PRINTER_CONFIG_CHANGE_TIME, lambda m: m.up_time_at(m.config_changed)),
    row(names.PRINTER_CONFIG_CHANGE_DATE_TIME, lambda m: date_time(m.config_changed)),
    row(names.PRINTER_MESSAGE_TIME, lambda m: m.message_time),
    row(names.PRINTER_MESSAGE_DATE_TIME, lambda m: date_time(m.message)),
)


_SERIAL_DIGITS: Final = 12
"""Of the UUID: what is short enough to be read out, and belongs to one Printer alone."""


@lru_cache(maxsize=256)
def _of_identity(identity: Identity) -> tuple[Attribute, ...]:
    uris, uuid, icon, language = identity
    device = uuid5(NAMESPACE_URL, f"urn:uuid:{uuid}")  # one device behind each Printer, and always the same
    return (
        *uri_lists(uris),
        *links(uris[0], icon, language),
        names.PRINTER_UUID.of(Uri(f"urn:uuid:{uuid}")),
        names.DEVICE_UUID.of(Uri(device.urn)),
        names.PRINTER_SERIAL_NUMBER.of(uuid.replace("-", "")[:_SERIAL_DIGITS].upper()),
    )


@lru_cache(maxsize=256)
def _of_status(status: PrinterStatus) -> tuple[Attribute, ...]:
    return every(STATUS_ROWS, status)


@lru_cache(maxsize=256)
def _of_moments(moments: Moments) -> tuple[Attribute, ...]:
    return every(MOMENT_ROWS, moments)


def printer_attributes(scene: PrinterScene, wanted: Selection) -> AttributeGroup:
    """The attributes of a Printer that are `wanted`: what it is now, then what it can do."""
    moments = Moments(
        now=int(scene.at.now),
        up_time=scene.at.up_time,
        state_changed=int(scene.state_changed),
        config_changed=int(scene.config_changed),
        message=None if scene.message_at is None else int(scene.message_at),
    )
    identity = Identity(scene.at.printer_uris, scene.uuid, scene.icon, _language_of_strings(scene))
    everything = _everything(scene.capabilities)(identity, scene.status, moments)
    if wanted.everything:
        return everything
    shown = (*everything, *scene.capabilities.only_by_name)
    return AttributeGroup(GroupTag.PRINTER, [attribute for attribute in shown if attribute.name in wanted])


def _language_of_strings(scene: PrinterScene) -> str | None:
    """The one that is wanted, or the first where it has another, or None (PWG 5100.13 5.6.40)."""
    known = names.PRINTER_STRINGS_LANGUAGES_SUPPORTED.all(scene.capabilities)
    return scene.at.language if scene.at.language in known else next(iter(known), None)


@derived
def _everything(printer: Capabilities) -> Callable[[Identity, PrinterStatus, Moments], AttributeGroup]:
    """All attributes of the Printer by what else they follow from; the last few answers are remembered."""
    static = printer.shown

    @lru_cache(maxsize=16)
    def everything(identity: Identity, status: PrinterStatus, moments: Moments) -> AttributeGroup:
        device = reported((*alerts(status), *device_attributes(status.device)), status.reports)
        parts = (_of_identity(identity), _of_status(status), _of_moments(moments), device, static)
        return AttributeGroup(GroupTag.PRINTER, [attribute for part in parts for attribute in part])

    return everything


PRINTER_NAMES: Final = frozenset(
    {
        *DEVICE_NAMES,
        *LINK_NAMES,
        names.PRINTER_UUID.name,
        names.DEVICE_UUID.name,
        names.PRINTER_SERIAL_NUMBER.name,
        *(each.name for each in STATUS_ROWS),
        *(each.name for each in MOMENT_ROWS),
    }
)
"""What every Printer has beside its capabilities."""
