"""What Subscriptions and Event Notifications show: a row for each attribute (RFC 3995 5, 9; RFC 3996 5.2)."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from ippserver.iana import names
from ippserver.iana.definitions import RegistryGroup, within
from ippserver.iana.groups import ALL, NONE, SUBSCRIPTION_DESCRIPTION, SUBSCRIPTION_TEMPLATE
from ippserver.iana.keywords import NotifyEvent, NotifyPullMethod
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.strings import shortened
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, OctetString, Text, Uri
from ippserver.model.events import Event
from ippserver.model.job import Job
from ippserver.model.printer_views import STATUS_ROWS
from ippserver.model.progress import impressions_completed
from ippserver.model.selection import Group, Selection
from ippserver.model.subscription import INFINITE, Subscription
from ippserver.model.views import JOB_ROWS, At, JobScene, Row, date_time, row

S = TypeVar("S")

_TEXT_OCTETS: Final = 1023

# ---- Subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionScene:
    """A Subscription, and what its attributes depend on beside it."""

    subscription: Subscription
    number: int
    """notify-sequence-number."""
    up_time: int
    """printer-up-time."""
    seconds_left: int = 0
    """Of its lease, where that ends."""


def _expiration(scene: SubscriptionScene) -> int | None:
    lease = scene.subscription.lease_seconds
    if lease is None:
        return None
    return INFINITE if lease == INFINITE else scene.up_time + scene.seconds_left


def _up_time(scene: SubscriptionScene) -> int | None:
    return None if scene.subscription.lease_seconds is None else scene.up_time


SUBSCRIPTION_ROWS: Final[tuple[Row[SubscriptionScene], ...]] = (
    row(names.NOTIFY_SUBSCRIPTION_ID, lambda s: s.subscription.id),
    row(names.NOTIFY_SEQUENCE_NUMBER, lambda s: s.number),
    row(names.NOTIFY_PULL_METHOD, lambda s: NotifyPullMethod.IPPGET),
    Row(names.NOTIFY_EVENTS, lambda s: s.subscription.events),
    Row(names.NOTIFY_ATTRIBUTES, lambda s: s.subscription.attributes),
    row(names.NOTIFY_USER_DATA, lambda s: s.subscription.user_data),
    row(names.NOTIFY_CHARSET, lambda s: s.subscription.charset),
    row(names.NOTIFY_NATURAL_LANGUAGE, lambda s: s.subscription.natural_language),
    row(names.NOTIFY_TIME_INTERVAL, lambda s: s.subscription.time_interval),
    row(names.NOTIFY_LEASE_DURATION, lambda s: s.subscription.lease_seconds),
    row(names.NOTIFY_LEASE_EXPIRATION_TIME, _expiration),
    row(names.NOTIFY_PRINTER_UP_TIME, _up_time),
    row(names.NOTIFY_PRINTER_URI, lambda s: Uri(s.subscription.printer_uri)),
    row(names.NOTIFY_JOB_ID, lambda s: s.subscription.job_id),
    row(names.NOTIFY_SUBSCRIBER_USER_NAME, lambda s: s.subscription.user),
)
SUBSCRIPTION_NAMES: Final = frozenset(each.name for each in SUBSCRIPTION_ROWS)
"""Every attribute that a Subscription may have."""

_OF_TEMPLATE: Final = frozenset(within(names.DEFINITIONS, RegistryGroup.SUBSCRIPTION_TEMPLATE))

SUBSCRIPTION_GROUPS: Final[Mapping[str, Group]] = {
    ALL: lambda name: True,
    NONE: lambda name: False,
    SUBSCRIPTION_TEMPLATE: lambda name: name in _OF_TEMPLATE,
    SUBSCRIPTION_DESCRIPTION: lambda name: name not in _OF_TEMPLATE,
}
"""The groups of Get-Subscription-Attributes and Get-Subscriptions (RFC 3995 11.2.4.1.2)."""


def subscription_attributes(scene: SubscriptionScene, wanted: Selection) -> AttributeGroup:
    """The attributes of a Subscription that are `wanted`."""
    return AttributeGroup(GroupTag.SUBSCRIPTION, _shown(SUBSCRIPTION_ROWS, scene, wanted))


# ---- Event Notifications


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One event, as one Subscription is told of it."""

    event: Event
    subscribed: Keyword
    """notify-subscribed-event."""
    number: int
    """notify-sequence-number."""
    job: Job | None = None
    """The Job that notify-attributes are about (RFC 3995 5.3.4)."""


@dataclass(frozen=True, slots=True)
class NotificationScene:
    """A Notification, and the Subscription that it is for."""

    notification: Notification
    subscription: Subscription

    @property
    def event(self) -> Event:
        """What happened."""
        return self.notification.event

    def job_scene(self, job: Job) -> JobScene:
        """`job` as it was when it happened."""
        at = At(now=self.event.now, up_time=self.event.up_time, printer_uri=self.subscription.printer_uri)
        return JobScene(job, at, self.event.status)


_Scene: TypeAlias = NotificationScene
_EVENT_ROWS: Final[tuple[Row[_Scene], ...]] = (
    row(names.NOTIFY_SUBSCRIPTION_ID, lambda s: s.subscription.id),
    row(names.NOTIFY_PRINTER_URI, lambda s: Uri(s.subscription.printer_uri)),
    row(names.NOTIFY_SUBSCRIBED_EVENT, lambda s: s.notification.subscribed),
    row(names.PRINTER_UP_TIME, lambda s: s.event.up_time),
    row(names.PRINTER_CURRENT_TIME, lambda s: date_time(s.event.now)),
    row(names.NOTIFY_SEQUENCE_NUMBER, lambda s: s.notification.number),
    row(names.NOTIFY_CHARSET, lambda s: s.subscription.charset),
    row(names.NOTIFY_NATURAL_LANGUAGE, lambda s: s.subscription.natural_language),
    row(names.NOTIFY_USER_DATA, lambda s: s.subscription.user_data or OctetString(b"")),
    row(names.NOTIFY_TEXT, lambda s: Text(shortened(_sentence(s.event), _TEXT_OCTETS))),
    row(names.NOTIFY_JOB_ID, lambda s: s.subscription.job_id),
)
"""What every event shows (RFC 3996 5.2 table 3), and which Job a Subscription is about (RFC 3995 5.4.6)."""

_BY_NAME: Final = {each.name: each for each in JOB_ROWS}
_ALWAYS_OF_JOBS: Final = (names.JOB_ID.name, names.JOB_STATE.name, names.JOB_STATE_REASONS.name)
_JOB_EVENT_ROWS: Final = tuple(_BY_NAME[name] for name in _ALWAYS_OF_JOBS)
"""RFC 3996 5.2 table 4."""
_PRINTER_EVENT_ROWS: Final = tuple(
    each
    for each in STATUS_ROWS
    if each.name
    in (names.PRINTER_STATE.name, names.PRINTER_STATE_REASONS.name, names.PRINTER_IS_ACCEPTING_JOBS.name)
)
"""RFC 3996 5.2 table 6."""

_NEVER_ADDED: Final = (names.NUMBER_OF_INTERVENING_JOBS.name, names.JOB_IMPRESSIONS_COMPLETED.name)
_MAY_BE_ADDED: Final[tuple[Row[JobScene], ...]] = tuple(
    each for each in JOB_ROWS if each.name not in (*_ALWAYS_OF_JOBS, *_NEVER_ADDED)
)
_OF_PRINTERS: Final[tuple[Row[_Scene], ...]] = (
    row(names.PRINTER_NAME, lambda s: s.event.printer_name),
    row(names.PRINTER_STATE_MESSAGE, lambda s: s.event.status.message),
    row(names.QUEUED_JOB_COUNT, lambda s: s.event.status.queued),
)
_OF_SUBSCRIPTIONS: Final[tuple[Row[_Scene], ...]] = (
    row(names.NOTIFY_SUBSCRIBER_USER_NAME, lambda s: s.subscription.user),
    row(names.NOTIFY_LEASE_DURATION, lambda s: s.subscription.lease_seconds),
    row(names.NOTIFY_TIME_INTERVAL, lambda s: s.subscription.time_interval),
)
NOTIFY_ATTRIBUTES: Final = frozenset(
    each.name for rows in (_MAY_BE_ADDED, _OF_PRINTERS, _OF_SUBSCRIPTIONS) for each in rows
)
"""notify-attributes-supported: nothing that is shown anyway, nothing that is not remembered with an event."""


def event_attributes(scene: NotificationScene, *more: Attribute) -> AttributeGroup:
    """One Event Notification Attributes group; `more` go with it."""
    return AttributeGroup(GroupTag.EVENT_NOTIFICATION, [*_event(scene), *more])


def _event(scene: NotificationScene) -> Iterator[Attribute]:
    yield from _shown(_EVENT_ROWS, scene)
    job = scene.event.job
    if job is None:
        yield from _shown(_PRINTER_EVENT_ROWS, scene.event.status)
    else:
        yield from _shown(_JOB_EVENT_ROWS, scene.job_scene(job))
        if (scene.event.kinds[0], scene.notification.subscribed) in _WITH_IMPRESSIONS:
            yield names.JOB_IMPRESSIONS_COMPLETED.of(impressions_completed(job))
    wanted = scene.subscription.attributes
    if wanted:
        yield from _shown(_OF_PRINTERS, scene, wanted)
        yield from _shown(_OF_SUBSCRIPTIONS, scene, wanted)
        if scene.notification.job is not None:
            yield from _shown(_MAY_BE_ADDED, scene.job_scene(scene.notification.job), wanted)


_WITH_IMPRESSIONS: Final = frozenset(
    {
        (NotifyEvent.JOB_PROGRESS, NotifyEvent.JOB_PROGRESS),
        (NotifyEvent.JOB_COMPLETED, NotifyEvent.JOB_COMPLETED),
        (NotifyEvent.JOB_COMPLETED, NotifyEvent.JOB_STATE_CHANGED),
    }
)
"""Event and subscribed event that come with job-impressions-completed (RFC 3996 5.2 table 5)."""


def _sentence(event: Event) -> str:
    """notify-text: what happened to whom, for people (RFC 3995 9.2)."""
    if event.job is None:
        return f"{event.printer_name}: {_OF_PRINTER.get(event.kinds[0]) or event.status.message}"
    name = event.job.title if isinstance(event.job.title, str) else event.job.title.text
    happened = _OF_JOB.get(event.kinds[0]) or f"is {event.job.state.keyword}"
    return f"{event.printer_name}: job {event.job.id} ({name}) {happened}."


_OF_PRINTER: Final[Mapping[Keyword, str]] = {
    NotifyEvent.PRINTER_RESTARTED: "Restarted.",
    NotifyEvent.PRINTER_SHUTDOWN: "Shut down.",
    NotifyEvent.PRINTER_CONFIG_CHANGED: "The configuration changed.",
    NotifyEvent.PRINTER_MEDIA_CHANGED: "The media changed.",
    NotifyEvent.PRINTER_FINISHINGS_CHANGED: "The finishings changed.",
    NotifyEvent.PRINTER_QUEUE_ORDER_CHANGED: "The order of the jobs changed.",
}
_OF_JOB: Final[Mapping[Keyword, str]] = {
    NotifyEvent.JOB_CREATED: "was created",
    NotifyEvent.JOB_CONFIG_CHANGED: "was changed",
    NotifyEvent.JOB_PROGRESS: "goes on",
}


def _shown(
    rows: tuple[Row[S], ...], scene: S, wanted: Container[str] | Selection | None = None
) -> list[Attribute]:
    return [
        each.definition.of(*values)
        for each in rows
        if (wanted is None or each.name in wanted) and (values := each.values(scene))
    ]
