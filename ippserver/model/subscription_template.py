"""What a client asks of a Subscription, against what its Printer can do (RFC 3995 5.2, 5.3)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, RegistryGroup, within
from ippserver.iana.enums import Status
from ippserver.iana.keywords import NotifyEvent, NotifyPullMethod
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import (
    MAX_INTEGER,
    Charset,
    Keyword,
    Name,
    NameWithLanguage,
    NaturalLanguage,
    OutOfBand,
    RangeOfInteger,
    Value,
)
from ippserver.model import events
from ippserver.model.capabilities import CHARSET, LANGUAGE
from ippserver.model.errors import BadRequest
from ippserver.model.notifications import NOTIFY_ATTRIBUTES
from ippserver.model.subscription import INFINITE, NotificationTerms, SubscriptionDraft

V = TypeVar("V")

_WEIGHT: Final = (
    Status.CLIENT_ERROR_URI_SCHEME_NOT_SUPPORTED,
    Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
    Status.SUCCESSFUL_OK_TOO_MANY_EVENTS,
    Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES,
    Status.SUCCESSFUL_OK,
)
"""Of several statuses the first counts (RFC 3995 5.2 rule 8, 13)."""
_GROUP: Final = RegistryGroup.SUBSCRIPTION_TEMPLATE
_TEMPLATE: Final = within(names.DEFINITIONS, _GROUP).keys() - {names.NOTIFY_MAX_EVENTS_SUPPORTED.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Who asks, and of which Printer."""

    printer: str
    """The Printer's path."""
    printer_uri: str
    user: Name | NameWithLanguage
    language: str = LANGUAGE
    """What the request is in, if we speak it."""
    languages: Collection[str] = (LANGUAGE,)
    """All that we speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What becomes of one group of Subscription Template attributes."""

    draft: SubscriptionDraft | None
    """None where no Subscription is to be created."""
    status: Status = Status.SUCCESSFUL_OK
    """notify-status-code, which is shown where it is anything else."""
    unsupported: tuple[Attribute, ...] = ()
    """What stands in the group of the answer to say that it is not supported (5.2 rule 2)."""


def advertised(terms: NotificationTerms) -> tuple[Attribute, ...]:
    """The attributes that every Printer has of `terms` (RFC 3995 5.3 table 1, RFC 3996 8.1)."""
    leases = RangeOfInteger(1, terms.max_lease_seconds)
    return (
        names.NOTIFY_PULL_METHOD_SUPPORTED.of(NotifyPullMethod.IPPGET),
        names.NOTIFY_EVENTS_DEFAULT.of(*events.DEFAULT),
        names.NOTIFY_EVENTS_SUPPORTED.of(*events.SUPPORTED),
        names.NOTIFY_MAX_EVENTS_SUPPORTED.of(events.MAX_EVENTS),
        names.NOTIFY_ATTRIBUTES_SUPPORTED.of(*map(Keyword, sorted(NOTIFY_ATTRIBUTES))),
        names.NOTIFY_LEASE_DURATION_DEFAULT.of(terms.lease_seconds),
        names.NOTIFY_LEASE_DURATION_SUPPORTED.of(*([INFINITE] if terms.infinite_leases else []), leases),
        names.IPPGET_EVENT_LIFE.of(terms.event_life_seconds),
    )


def resolve(
    wanted: AttributeGroup, subscriber: Subscriber, terms: NotificationTerms, *, about_job: bool
) -> Wish:
    """The wish of the group `wanted`, with what it leaves out filled in (5.2 rule 5).

    Raises:
        BadRequest: It says neither how nor where events are to be delivered (5.2 rule 4).
    """
    return _Reading(wanted, about_job=about_job).wish(subscriber, terms)


def granted_lease(wanted: AttributeGroup, terms: NotificationTerms) -> tuple[int, bool]:
    """The lease in seconds that the group gets, and whether it is what it asks for (RFC 3995 5.3.8)."""
    attribute = names.NOTIFY_LEASE_DURATION.attribute(wanted)
    if attribute is None:
        return terms.granted(None), True
    asked = names.NOTIFY_LEASE_DURATION.get(wanted) if len(attribute.values) == 1 else None
    if asked is None or asked < 0:
        return terms.granted(None), False
    granted = terms.granted(asked)
    return granted, granted == asked


class _Reading:
    """One group while it is read: what of it is not supported piles up."""

    def __init__(self, wanted: AttributeGroup, *, about_job: bool) -> None:
        self._wanted = wanted
        self._about_job = about_job
        self._unsupported: dict[str, Attribute] = {}
        self._status = Status.SUCCESSFUL_OK

    def wish(self, subscriber: Subscriber, terms: NotificationTerms) -> Wish:
        """See `resolve`."""
        self._read_unknown()
        can_be_delivered = self._reads_delivery()
        events_wanted = self._events()
        draft = SubscriptionDraft(
            printer=subscriber.printer,
            printer_uri=subscriber.printer_uri,
            user=subscriber.user,
            events=events_wanted,
            charset=self._one_of(names.NOTIFY_CHARSET, (CHARSET,)) or CHARSET,
            natural_language=self._language(subscriber),
            attributes=self._among(names.NOTIFY_ATTRIBUTES, NOTIFY_ATTRIBUTES),
            user_data=self._one(names.NOTIFY_USER_DATA),
            time_interval=self._one(names.NOTIFY_TIME_INTERVAL),
            lease_seconds=self._lease(terms),
        )
        if self._unsupported:
            self._note(Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES)
        return Wish(
            draft=draft if can_be_delivered and events_wanted else None,
            status=self._status,
            unsupported=tuple(self._unsupported.values()),
        )

    def _read_unknown(self) -> None:
        for attribute in self._wanted:
            if attribute.name not in _TEMPLATE:
                self._refuse(attribute.name, (OutOfBand.UNSUPPORTED,))

    def _reads_delivery(self) -> bool:
        """Exactly one of notify-pull-method and notify-recipient-uri is there; only the first can be had."""
        method = names.NOTIFY_PULL_METHOD.attribute(self._wanted)
        recipient = names.NOTIFY_RECIPIENT_URI.attribute(self._wanted)
        if method is None and recipient is None:
            raise BadRequest("A subscription says neither notify-pull-method nor notify-recipient-uri.")
        if recipient is not None:
            self._refuse(recipient.name, (OutOfBand.UNSUPPORTED,))
            self._note(Status.CLIENT_ERROR_URI_SCHEME_NOT_SUPPORTED)
            return False
        if self._one(names.NOTIFY_PULL_METHOD) == NotifyPullMethod.IPPGET:
            return True
        self._refuse(names.NOTIFY_PULL_METHOD.name, method.values if method else ())
        self._note(Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED)
        return False

    def _events(self) -> tuple[Keyword, ...]:
        """notify-events; none where `none` is all that is asked for (5.3.3.4.1)."""
        attribute = names.NOTIFY_EVENTS.attribute(self._wanted)
        if attribute is None:
            return events.DEFAULT
        if attribute.values == (NotifyEvent.NONE,):
            self._refuse(attribute.name, attribute.values)
            self._note(Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED)
            return ()
        if len(attribute.values) > events.MAX_EVENTS:
            self._note(Status.SUCCESSFUL_OK_TOO_MANY_EVENTS)
        possible = [event for event in events.SUPPORTED if event != NotifyEvent.NONE]
        return self._among(names.NOTIFY_EVENTS, possible, limit=events.MAX_EVENTS) or events.DEFAULT

    def _lease(self, terms: NotificationTerms) -> int | None:
        attribute = names.NOTIFY_LEASE_DURATION.attribute(self._wanted)
        if self._about_job:
            if attribute is not None:
                self._refuse(attribute.name, (OutOfBand.UNSUPPORTED,))
            return None
        granted, is_as_asked = granted_lease(self._wanted, terms)
        if not is_as_asked:
            self._note(Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES)
        return granted

    def _one(self, definition: AttributeDef[V]) -> V | None:
        """The one value; what is anything else by its syntax is not supported."""
        attribute = definition.attribute(self._wanted)
        if attribute is None:
            return None
        if definition.problem(attribute.values, _GROUP) is None:
            return definition.get(self._wanted)
        self._refuse(attribute.name, attribute.values)
        return None

    def _language(self, subscriber: Subscriber) -> str:
        """What notify-text is to be in: the request's, where the group does not say (5.3.7)."""
        if names.NOTIFY_NATURAL_LANGUAGE.attribute(self._wanted) is None:
            return subscriber.language
        return self._one_of(names.NOTIFY_NATURAL_LANGUAGE, subscriber.languages) or LANGUAGE

    def _one_of(
        self, definition: AttributeDef[Charset] | AttributeDef[NaturalLanguage], supported: Collection[str]
    ) -> str | None:
        """The value, if it is one of `supported`."""
        attribute = definition.attribute(self._wanted)
        value = self._one(definition)
        if attribute is None or value is None:
            return None
        if value.lower() in supported:
            return value.lower()
        self._refuse(attribute.name, attribute.values)
        return None

    def _among(
        self, definition: AttributeDef[Keyword], allowed: Iterable[Keyword | str], limit: int = MAX_INTEGER
    ) -> tuple[Keyword, ...]:
        """Those of its first `limit` values that are `allowed`, each once."""
        attribute = definition.attribute(self._wanted)
        if attribute is None:
            return ()
        known = frozenset(allowed)
        good = dict.fromkeys(v for v in attribute.values[:limit] if type(v) is Keyword and v in known)
        bad = [v for v in attribute.values[:limit] if v not in good] + list(attribute.values[limit:])
        if bad:
            self._refuse(attribute.name, bad)
        return tuple(good)

    def _refuse(self, name: str, values: Iterable[Value]) -> None:
        self._unsupported[name] = Attribute(name, values)

    def _note(self, status: Status) -> None:
        """Notes `status`, unless a weightier one is there (RFC 3995 13)."""
        if _WEIGHT.index(status) < _WEIGHT.index(self._status):
            self._status = status
