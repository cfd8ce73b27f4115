"""What the device behind an output says of itself: reasons and levels that its Printer shows as its own."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from ippserver.iana import names, vendor
from ippserver.iana.keywords import JobStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword

_MARKERS: Final = frozenset(
    definition.name
    for definition in (
        vendor.MARKER_COLORS,
        vendor.MARKER_HIGH_LEVELS,
        vendor.MARKER_LEVELS,
        vendor.MARKER_LOW_LEVELS,
        vendor.MARKER_NAMES,
        vendor.MARKER_TYPES,
    )
)
MIRRORED: Final = _MARKERS | frozenset(
    definition.name
    for definition in (
        names.PRINTER_ALERT,
        names.PRINTER_ALERT_DESCRIPTION,
        names.PRINTER_SUPPLY,
        names.PRINTER_SUPPLY_DESCRIPTION,
    )
)
"""The attributes that a device may set."""
_MOST_REASONS: Final = 20
_MOST_OCTETS: Final = 16 * 1024
"""Of an attribute; printers tell a dozen supplies in one or two thousand."""
_OF_JOBS_IN_PROCESS: Final = frozenset(
    {
        JobStateReason.CONNECTING_TO_DESTINATION,
        JobStateReason.ERRORS_DETECTED,
        JobStateReason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED,
        JobStateReason.JOB_HOLD_UNTIL_SPECIFIED,
        JobStateReason.JOB_INTERPRETING,
        JobStateReason.JOB_PRINTING,
        JobStateReason.JOB_QUEUED,
        JobStateReason.JOB_QUEUED_FOR_MARKER,
        JobStateReason.JOB_SPOOLING,
        JobStateReason.JOB_TRANSFORMING,
        JobStateReason.PRINTER_STOPPED,
        JobStateReason.PRINTER_STOPPED_PARTLY,
        JobStateReason.PROCESSING_TO_STOP_POINT,
        JobStateReason.RESOURCES_ARE_NOT_READY,
        JobStateReason.SERVICE_OFF_LINE,
        JobStateReason.WAITING_FOR_USER_ACTION,
        JobStateReason.WARNINGS_DETECTED,
    }
)
"""What a Job there may say that is of use to whoever waits for ours.

Without how it ends, and without what a client would want to do something about here (job-password-wait).
"""


@dataclass(frozen=True, slots=True)
class Report:
    """The newest word of one device."""

    reasons: tuple[Keyword, ...] = ()
    """printer-state-reasons, sorted, without `none`."""
    attributes: tuple[Attribute, ...] = ()
    """Some of MIRRORED."""

    @classmethod
    def of(cls, reasons: Iterable[Keyword], attributes: Iterable[Attribute]) -> "Report":
        """What of it may be shown: `none` says nothing, and only some attributes are a device's.

        What a client could not have sent either, or nobody would read, is left out.
        """
        sound = {reason for reason in reasons if names.PRINTER_STATE_REASONS.problem([reason]) is None}
        shown = sorted(sound - {Keyword("none")})[:_MOST_REASONS]
        return cls(tuple(shown), tuple(each for each in attributes if _may_be_shown(each)))


def _may_be_shown(attribute: Attribute) -> bool:
    definition = names.definition(attribute.name) if attribute.name in MIRRORED else None
    return (
        definition is not None
        and len(attribute.wire) <= _MOST_OCTETS
        and definition.problem(attribute.values) is None
    )


def shown_of_job(reasons: Collection[str]) -> frozenset[Keyword]:
    """What of the `reasons` of a Job there (job-state-reasons) is shown by ours that is in process."""
    return frozenset(known for known in _OF_JOBS_IN_PROCESS if known in reasons)


Mirror: TypeAlias = Callable[[Callable[[Report], None]], Awaitable[None]]
"""Tells how a device is, again and again until it is cancelled; raises nothing else."""


def reported(own: Iterable[Attribute], reports: Iterable[Report]) -> tuple[Attribute, ...]:
    """The Printer's `own` attributes, those that a device reports in their place, and what else it reports.

    Of a device that tells its supplies in one way our own are not shown in the other.
    """
    theirs = {attribute.name: attribute for report in reports for attribute in report.attributes}
    hidden = _MARKERS if names.PRINTER_SUPPLY.name in theirs else frozenset()
    ours = {attribute.name: attribute for attribute in own if attribute.name not in hidden}
    return tuple((ours | theirs).values())
