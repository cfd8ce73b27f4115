"""What an Event Notification shows (RFC 3996 5.2 tables 3-6)."""

from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.definitions import RegistryGroup
from ippserver.iana.keywords import NotifyEvent
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.values import Keyword, Name, NameWithLanguage
from ippserver.model import events
from ippserver.model.document import Document
from ippserver.model.events import Event, Kinds
from ippserver.model.job import Job
from ippserver.model.notifications import (
    NOTIFY_ATTRIBUTES,
    Notification,
    NotificationScene,
    event_attributes,
)
from ippserver.model.printer import PrinterStatus
from ippserver.model.subscription import Subscription
from ippserver.testing.fakes import job_draft

DOCUMENT = Document(number=1, key="1", format="application/pdf", size_octets=1, sha256="00")
JOB = Job.of(job_draft(documents=(DOCUMENT,)), 7)
SUBSCRIPTION = Subscription(
    id=3,
    printer="/ipp/print",
    printer_uri="ipp://localhost/ipp/print",
    user=Name("alice"),
    events=(NotifyEvent.JOB_COMPLETED,),
    charset="utf-8",
    natural_language="en",
    lease_seconds=60,
)


def shown(
    kinds: Kinds, *, job: Job | None = JOB, subscribed: Keyword | None = None, of: Subscription = SUBSCRIPTION
) -> AttributeGroup:
    """The group of an event."""
    event = Event(
        kinds=kinds,
        printer="/ipp/print",
        printer_name="Office",
        status=PrinterStatus(),
        job=job,
        now=0.0,
        up_time=5,
    )
    notification = Notification(event=event, subscribed=subscribed or kinds[0], number=9, job=job)
    return event_attributes(NotificationScene(notification, of))


@pytest.mark.parametrize(
    ("kinds", "subscribed", "expected"),
    [
        (events.PROGRESS, NotifyEvent.JOB_PROGRESS, True),
        (events.COMPLETED, NotifyEvent.JOB_COMPLETED, True),
        (events.COMPLETED, NotifyEvent.JOB_STATE_CHANGED, True),
        (events.MOVED, NotifyEvent.JOB_STATE_CHANGED, False),
        (events.CREATED, NotifyEvent.JOB_CREATED, False),
    ],
)
def test_impressions_come_with_progress_and_the_end(
    kinds: Kinds, subscribed: Keyword, expected: bool
) -> None:
    group = shown(kinds, subscribed=subscribed)
    assert (names.JOB_IMPRESSIONS_COMPLETED.get(group) is not None) is expected


TEXTS: dict[str, tuple[Kinds, Job | None, str]] = {
    "created": (events.CREATED, JOB, "job 7 (letter) was created."),
    "moved": (events.MOVED, JOB, "job 7 (letter) is pending."),
    "edited": (events.EDITED, JOB, "job 7 (letter) was changed."),
    "progress": (events.PROGRESS, JOB, "job 7 (letter) goes on."),
    "removed": (events.COMPLETED, events.removed(JOB), "job 7 (letter) is canceled."),
    "state": ((NotifyEvent.PRINTER_STATE_CHANGED,), None, "Ready to print."),
    "restarted": (events.RESTARTED, None, "Restarted."),
    "shut-down": (events.SHUTDOWN, None, "Shut down."),
    "order": (events.REORDERED, None, "The order of the jobs changed."),
}


@pytest.mark.parametrize(("kinds", "job", "text"), TEXTS.values(), ids=TEXTS)
def test_people_are_told_in_a_sentence(kinds: Kinds, job: Job | None, text: str) -> None:
    named = None if job is None else replace(job, name=NameWithLanguage("fr", "letter"))
    assert names.NOTIFY_TEXT.get(shown(kinds, job=named)) == f"Office: {text}"


def test_a_name_of_any_length_fits_into_the_sentence() -> None:
    group = shown(events.CREATED, job=replace(JOB, name=Name("ä" * 2000)))
    assert names.NOTIFY_TEXT.problem(group.attributes[9].values, RegistryGroup.EVENT_NOTIFICATIONS) is None


def test_everything_that_may_be_added_is_added_once() -> None:
    wanted = replace(SUBSCRIPTION, attributes=tuple(map(Keyword, sorted(NOTIFY_ATTRIBUTES))))
    plain, full = ([each.name for each in shown(events.COMPLETED, of=of)] for of in (SUBSCRIPTION, wanted))
    assert len(set(full)) == len(full)
    added = set(full) - set(plain)
    assert added <= NOTIFY_ATTRIBUTES
    assert {names.JOB_NAME.name, names.PRINTER_NAME.name, names.NOTIFY_LEASE_DURATION.name} <= added
    assert not NOTIFY_ATTRIBUTES & set(plain)
