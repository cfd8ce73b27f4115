"""Events: what happens to Jobs and Printers, as Subscriptions call it (RFC 3995 5.3.3).

An event is a tuple of keywords: what it is, finest first, then what that is a sub-value of. A Subscription
that names any of them is told.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from ippserver.iana import names, vendor
from ippserver.iana.enums import JobState, PrinterState
from ippserver.iana.keywords import JobStateReason, NotifyEvent, PrinterStateReason
from ippserver.ipp.values import Keyword
from ippserver.model.job import Change, Job
from ippserver.model.printer import PrinterStatus
from ippserver.model.progress import documents_done

Kinds: TypeAlias = tuple[Keyword, ...]

SUPPORTED: Final = (
    NotifyEvent.NONE,
    NotifyEvent.JOB_COMPLETED,
    NotifyEvent.JOB_CONFIG_CHANGED,
    NotifyEvent.JOB_CREATED,
    NotifyEvent.JOB_PROGRESS,
    NotifyEvent.JOB_STATE_CHANGED,
    NotifyEvent.JOB_STOPPED,
    NotifyEvent.PRINTER_CONFIG_CHANGED,
    NotifyEvent.PRINTER_FINISHINGS_CHANGED,
    NotifyEvent.PRINTER_MEDIA_CHANGED,
    NotifyEvent.PRINTER_QUEUE_ORDER_CHANGED,
    NotifyEvent.PRINTER_RESTARTED,
    NotifyEvent.PRINTER_SHUTDOWN,
    NotifyEvent.PRINTER_STATE_CHANGED,
    NotifyEvent.PRINTER_STOPPED,
)
"""notify-events-supported."""
DEFAULT: Final = (NotifyEvent.JOB_COMPLETED,)
"""notify-events-default."""
MAX_EVENTS: Final = 16
"""notify-max-events-supported."""

CREATED: Final = (NotifyEvent.JOB_CREATED, NotifyEvent.JOB_STATE_CHANGED)
COMPLETED: Final = (NotifyEvent.JOB_COMPLETED, NotifyEvent.JOB_STATE_CHANGED)
STOPPED: Final = (NotifyEvent.JOB_STOPPED, NotifyEvent.JOB_STATE_CHANGED)
MOVED: Final = (NotifyEvent.JOB_STATE_CHANGED,)
EDITED: Final = (NotifyEvent.JOB_CONFIG_CHANGED,)
PROGRESS: Final = (NotifyEvent.JOB_PROGRESS,)

RESTARTED: Final = (NotifyEvent.PRINTER_RESTARTED, NotifyEvent.PRINTER_STATE_CHANGED)
SHUTDOWN: Final = (NotifyEvent.PRINTER_SHUTDOWN, NotifyEvent.PRINTER_STATE_CHANGED)
REORDERED: Final = (NotifyEvent.PRINTER_QUEUE_ORDER_CHANGED,)

_MEDIA: Final = frozenset(
    {names.MEDIA_READY.name, names.MEDIA_COL_READY.name, vendor.IPPSERVER_INPUT_TRAY_LEVELS.name}
)
_FINISHINGS: Final = frozenset({names.FINISHINGS_READY.name, names.FINISHINGS_COL_READY.name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, with everything as it was right after it (RFC 3995 9)."""

    kinds: Kinds
    printer: str
    """The Printer's path."""
    printer_name: str
    status: PrinterStatus
    job: Job | None = None
    """The Job that it happened to; None where it is the Printer's."""
    now: float
    """Seconds since the epoch."""
    up_time: int
    """printer-up-time."""

    def matched(self, wanted: Collection[Keyword]) -> Keyword | None:
        """notify-subscribed-event for a Subscription to `wanted`; None where it is not told of this."""
        return next((kind for kind in self.kinds if kind in wanted), None)


def of_job(change: Change) -> Iterator[Kinds]:
    """What a change of a Job is, in order; one that takes it out of the history is nothing (5.3.3.4.3)."""
    before, after = change.before, change.after
    if after is None:
        if before is not None and not before.terminal:
            yield COMPLETED
        return
    if before is None or (before.terminal and not after.terminal):
        yield CREATED
        return
    if documents_done(after) > documents_done(before) or _counted(after) > _counted(before):
        yield PROGRESS
    if after.terminal and not before.terminal:
        yield COMPLETED
    elif _enters(JobState.PROCESSING_STOPPED, before.state, after.state):
        yield STOPPED
    elif (before.state, before.reasons) != (after.state, after.reasons):
        yield MOVED
    if _configuration(before) != _configuration(after):
        yield EDITED


def reorders(change: Change) -> bool:
    """Whether a change gives a waiting Job another place in the queue that it was in and stays in."""
    before, after = change.before, change.after
    if before is None or after is None or {before.state, after.state} != {JobState.PENDING}:
        return False
    return (before.priority, before.place) != (after.priority, after.place)


def of_printer(
    before: PrinterStatus, after: PrinterStatus, config: Collection[str], *, restarted: bool = False
) -> Iterator[Kinds]:
    """What a change of a Printer is: of its state, of the attributes `config`, or one event of each."""
    if restarted:
        yield RESTARTED
    elif before.visible != after.visible:
        yield (*_finer_states(before, after), NotifyEvent.PRINTER_STATE_CHANGED)
    loaded = _without_media(before) != _without_media(after)
    if config or loaded:
        finer = _finer_configurations(frozenset(config) | (_MEDIA if loaded else set()))
        yield (*finer, NotifyEvent.PRINTER_CONFIG_CHANGED)


def _without_media(status: PrinterStatus) -> bool:
    """Whether an input tray is empty: then other media are ready (RFC 3995 5.3.3.4.2)."""
    return any(reason.startswith(PrinterStateReason.MEDIA_EMPTY) for reason in status.reasons)


def _finer_states(before: PrinterStatus, after: PrinterStatus) -> Iterator[Keyword]:
    was_shut, is_shut = (PrinterStateReason.SHUTDOWN in status.reasons for status in (before, after))
    if is_shut and not was_shut:
        yield NotifyEvent.PRINTER_SHUTDOWN
    if was_shut and not is_shut:
        yield NotifyEvent.PRINTER_RESTARTED
    if _enters(PrinterState.STOPPED, before.state, after.state):
        yield NotifyEvent.PRINTER_STOPPED


def _finer_configurations(config: frozenset[str]) -> Iterator[Keyword]:
    if config & _MEDIA:
        yield NotifyEvent.PRINTER_MEDIA_CHANGED
    if config & _FINISHINGS:
        yield NotifyEvent.PRINTER_FINISHINGS_CHANGED


def _counted(job: Job) -> int:
    return sum(document.printed.impressions for document in job.documents)


def _enters(state: object, before: object, after: object) -> bool:
    return after is state and before is not state


def removed(job: Job) -> Job:
    """`job` as the event shows it that Purge-Jobs removed it (RFC 3995 5.3.3.4.3)."""
    reasons = frozenset({JobStateReason.JOB_CANCELED_BY_OPERATOR})
    return replace(job, state=JobState.CANCELED, reasons=reasons)


def _configuration(job: Job) -> tuple[object, ...]:
    """What somebody may have changed of it."""
    return job.name, job.priority, job.hold_until, job.delay_until, job.template, job.supplied
