"""Subscriptions: who wants to be told of what, for how long, and what of that is granted (RFC 3995 5)."""

from dataclasses import dataclass
from typing import Final

from ippserver.ipp.values import MAX_INTEGER, Keyword, Name, NameWithLanguage, OctetString

MAX_LEASE_SECONDS: Final = 67_108_863
"""About two years, far from the end of printer-up-time (RFC 3995 5.3.8)."""
INFINITE: Final = 0
"""The lease that never ends (RFC 3995 5.3.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationTerms:
    """On which terms a server tells of events: what it advertises, and what bounds it has."""

    event_life_seconds: int = 60
    """ippget-event-life: how long an event can be fetched."""
    lease_seconds: int = 86_400
    """notify-lease-duration-default."""
    max_lease_seconds: int = 7 * 86_400
    infinite_leases: bool = False
    """Whether a lease that never ends may be asked for."""
    wait_seconds: float = 60.0
    """How long Get-Notifications waits for an event at the most."""
    max_waiting: int = 256
    """Requests that wait at once; others are answered without waiting."""
    max_subscriptions: int = 1000
    """In the whole server, those of completed Jobs included; these make room for new ones."""
    max_subscriptions_per_user: int = 100
    """Those of completed Jobs do not count."""
    max_events: int = 100
    """Events that are kept for one Subscription; older ones are dropped."""

    def granted(self, wanted: int | None) -> int:
        """The lease for somebody who asks for `wanted` seconds: that, or the nearest (RFC 3995 5.3.8)."""
        if wanted is None:
            return self.lease_seconds
        if wanted == INFINITE:
            return INFINITE if self.infinite_leases else self.max_lease_seconds
        return min(wanted, self.max_lease_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDraft:
    """A Subscription before it has its notify-subscription-id; its defaults are filled in (RFC 3995 5.2)."""

    printer: str
    """The path of the Printer."""
    printer_uri: str
    """notify-printer-uri: as the client wrote it."""
    user: Name | NameWithLanguage
    """notify-subscriber-user-name."""
    events: tuple[Keyword, ...]
    """notify-events, never empty."""
    charset: str
    natural_language: str
    attributes: tuple[Keyword, ...] = ()
    """notify-attributes: what is shown with each event beside what always is."""
    user_data: OctetString | None = None
    time_interval: int | None = None
    """notify-time-interval: seconds from one job-progress event to the next, at least."""
    lease_seconds: int | None = None
    """notify-lease-duration as granted; None where it is about one Job, and lasts as long as that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(SubscriptionDraft):
    """A Subscription as it is stored."""

    id: int
    """notify-subscription-id, never used again."""
    job_id: int | None = None
    """notify-job-id: the Job that it is about; None where it is about the whole Printer."""
    promised: int = 0
    """Clients may have seen notify-sequence-numbers up to this one: after a crash it goes on from here."""

    @classmethod
    def of(cls, draft: SubscriptionDraft, subscription_id: int, job_id: int | None) -> "Subscription":
        """`draft` under its id, about the Job if any."""
        fields = {name: getattr(draft, name) for name in _DRAFT_FIELDS}
        return cls(id=subscription_id, job_id=job_id, **fields)


_DRAFT_FIELDS: Final = tuple(SubscriptionDraft.__dataclass_fields__)


def next_number(number: int) -> int:
    """The notify-sequence-number after `number` (RFC 3995 5.4.2)."""
    return 0 if number == MAX_INTEGER else number + 1
