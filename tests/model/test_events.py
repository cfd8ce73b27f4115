"""From changes to events (RFC 3995 5.3.3.4)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobHoldUntil, JobStateReason, NotifyEvent
from ippserver.ipp.values import Keyword, Name
from ippserver.model import events
from ippserver.model.amount import Amount
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.model.document import Document
from ippserver.model.events import Event, of_job, of_printer, reorders
from ippserver.model.job import Change, Job
from ippserver.model.printer import PrinterStatus
from ippserver.model.states import JOB_STEPS, TERMINAL, JobEvent
from ippserver.testing.fakes import job_draft

DOCUMENT = Document(
    number=1,
    key="1",
    format="application/pdf",
    size_octets=1,
    sha256="00",
    deliveries=(Delivery(output="tray", target="1"),),
)
JOB = Job.of(job_draft(documents=(DOCUMENT,)), 1)


def delivered(job: Job) -> Job:
    """`job` with its document done."""
    return job.with_document(
        DOCUMENT.with_delivery(Delivery(output="tray", target="1", state=DeliveryState.DONE))
    )


CHANGES: dict[str, tuple[Callable[[Job], Job], list[tuple[Keyword, ...]]]] = {
    "nothing": (lambda job: job, []),
    "touched": (lambda job: replace(job, touched=5.0), []),
    "message": (lambda job: replace(job, message="Look."), []),
    "reasons": (lambda job: replace(job, reasons=frozenset({JobStateReason.JOB_QUEUED})), [events.MOVED]),
    "started": (lambda job: job.on(JobEvent.START, 1.0), [events.MOVED]),
    "name": (lambda job: replace(job, name=Name("other")), [events.EDITED]),
    "priority": (lambda job: replace(job, priority=1), [events.EDITED]),
    "template": (lambda job: replace(job, template=(names.COPIES.of(2),)), [events.EDITED]),
    "held": (
        lambda job: replace(job.on(JobEvent.HOLD, 1.0), hold_until=JobHoldUntil.NIGHT),
        [events.MOVED, events.EDITED],
    ),
    "delivered": (delivered, [events.PROGRESS]),
    "counted": (
        lambda job: job.with_document(replace(DOCUMENT, done=Amount(impressions=1))),
        [events.PROGRESS],
    ),
    "known": (lambda job: job.with_document(replace(DOCUMENT, extent=Amount(impressions=1))), []),
    "stopped": (
        lambda job: replace(job, state=JobState.PROCESSING_STOPPED),
        [events.STOPPED],
    ),
    "canceled": (lambda job: job.on(JobEvent.CANCEL, 1.0), [events.COMPLETED]),
    "finished": (
        lambda job: delivered(job.on(JobEvent.START, 1.0)).on(JobEvent.FINISH, 2.0),
        [events.PROGRESS, events.COMPLETED],
    ),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_a_job_is_told_as_what_it_is(
    change: Callable[[Job], Job], expected: list[tuple[Keyword, ...]]
) -> None:
    assert list(of_job(Change(before=JOB, after=change(JOB)))) == expected


@pytest.mark.parametrize("state", JobState)
def test_coming_and_going_depend_on_the_state(state: JobState) -> None:
    job = replace(JOB, state=state)
    assert list(of_job(Change(before=None, after=job))) == [events.CREATED]
    gone = [] if state in TERMINAL else [events.COMPLETED]
    assert list(of_job(Change(before=job, after=None))) == gone


@pytest.mark.parametrize(
    ("state", "event"), [(state, event) for state, steps in JOB_STEPS.items() for event in steps]
)
def test_every_step_to_another_state_is_told_once(state: JobState, event: JobEvent) -> None:
    job = replace(JOB, state=state)
    target = JOB_STEPS[state][event].state
    told = [kinds for kinds in of_job(Change(before=job, after=replace(job, state=target)))]
    if target is state:
        assert told == []
    elif target in TERMINAL:
        assert told == [events.COMPLETED]
    elif state in TERMINAL:
        assert told == [events.CREATED]
    else:
        assert told == [events.STOPPED if target is JobState.PROCESSING_STOPPED else events.MOVED]


def test_only_a_waiting_job_changes_the_order_of_the_queue() -> None:
    other = replace(JOB, priority=JOB.priority + 1)
    assert reorders(Change(before=JOB, after=other))
    assert reorders(Change(before=JOB, after=replace(JOB, moved="1")))
    assert not reorders(Change(before=JOB, after=replace(JOB, name=Name("other"))))
    assert not reorders(Change(before=None, after=JOB))
    assert not reorders(Change(before=JOB, after=None))
    held = JobState.PENDING_HELD
    assert not reorders(Change(before=replace(JOB, state=held), after=other))
    assert not reorders(Change(before=replace(JOB, state=held), after=replace(other, state=held)))


IDLE = PrinterStatus()
PRINTER_CHANGES: dict[str, tuple[PrinterStatus, PrinterStatus, set[str], list[tuple[Keyword, ...]]]] = {
    "nothing": (IDLE, IDLE, set(), []),
    "queued": (IDLE, PrinterStatus(queued=1), set(), []),
    "works": (IDLE, PrinterStatus(processing=1), set(), [(NotifyEvent.PRINTER_STATE_CHANGED,)]),
    "stops": (
        IDLE,
        PrinterStatus(paused=True),
        set(),
        [(NotifyEvent.PRINTER_STOPPED, NotifyEvent.PRINTER_STATE_CHANGED)],
    ),
    "reasons": (IDLE, PrinterStatus(spool_full=True), set(), [(NotifyEvent.PRINTER_STATE_CHANGED,)]),
    "accepting": (IDLE, PrinterStatus(accepting=False), set(), [(NotifyEvent.PRINTER_STATE_CHANGED,)]),
    "configuration": (
        IDLE,
        IDLE,
        {names.PRINTER_LOCATION.name},
        [(NotifyEvent.PRINTER_CONFIG_CHANGED,)],
    ),
    "media": (
        IDLE,
        IDLE,
        {names.MEDIA_READY.name, names.MEDIA_COL_READY.name},
        [(NotifyEvent.PRINTER_MEDIA_CHANGED, NotifyEvent.PRINTER_CONFIG_CHANGED)],
    ),
    "finishings": (
        IDLE,
        IDLE,
        {names.FINISHINGS_READY.name},
        [(NotifyEvent.PRINTER_FINISHINGS_CHANGED, NotifyEvent.PRINTER_CONFIG_CHANGED)],
    ),
    "both": (
        IDLE,
        PrinterStatus(processing=1),
        {names.PRINTER_INFO.name},
        [(NotifyEvent.PRINTER_STATE_CHANGED,), (NotifyEvent.PRINTER_CONFIG_CHANGED,)],
    ),
}


@pytest.mark.parametrize(
    ("before", "after", "config", "expected"), PRINTER_CHANGES.values(), ids=PRINTER_CHANGES
)
def test_a_change_of_a_printer_is_told_as_what_it_is(
    before: PrinterStatus, after: PrinterStatus, config: set[str], expected: list[tuple[Keyword, ...]]
) -> None:
    assert list(of_printer(before, after, config)) == expected


def test_a_restart_is_told_also_where_nothing_changes() -> None:
    assert list(of_printer(IDLE, IDLE, (), restarted=True)) == [events.RESTARTED]


def test_the_finest_name_that_is_wanted_is_told() -> None:
    event = Event(
        kinds=events.COMPLETED, printer="/", printer_name="p", status=IDLE, job=JOB, now=0.0, up_time=1
    )
    assert event.matched({NotifyEvent.JOB_STATE_CHANGED}) == NotifyEvent.JOB_STATE_CHANGED
    assert event.matched(events.COMPLETED) == NotifyEvent.JOB_COMPLETED
    assert event.matched({NotifyEvent.JOB_CREATED}) is None


def test_every_event_that_happens_is_advertised() -> None:
    happening = {
        *events.CREATED,
        *events.COMPLETED,
        *events.STOPPED,
        *events.EDITED,
        *events.PROGRESS,
        *events.RESTARTED,
        *events.SHUTDOWN,
        *events.REORDERED,
        *(kind for _, _, _, told in PRINTER_CHANGES.values() for kinds in told for kind in kinds),
        NotifyEvent.NONE,
    }
    assert happening == set(events.SUPPORTED)
