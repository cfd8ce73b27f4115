"""When a held Job may go: the named periods of job-hold-until (RFC 8011 5.2.2)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from ippserver.iana.keywords import JobHoldUntil
from ippserver.ipp.values import Keyword, Name, NameWithLanguage

_HOURS: Final[Mapping[Keyword, tuple[int, int]]] = {
    JobHoldUntil.DAY_TIME: (6, 18),
    JobHoldUntil.EVENING: (18, 24),
    JobHoldUntil.NIGHT: (0, 6),
    JobHoldUntil.SECOND_SHIFT: (16, 24),
    JobHoldUntil.THIRD_SHIFT: (0, 8),
}
"""From the first hour to before the second, local time: RFC 8011 leaves the hours to the administrator."""

SUPPORTED: Final = (
    JobHoldUntil.NO_HOLD,
    JobHoldUntil.INDEFINITE,
    JobHoldUntil.DAY_TIME,
    JobHoldUntil.EVENING,
    JobHoldUntil.NIGHT,
    JobHoldUntil.WEEKEND,
    JobHoldUntil.SECOND_SHIFT,
    JobHoldUntil.THIRD_SHIFT,
)
"""The values of job-hold-until-supported."""

_SATURDAY: Final = 5


def has_begun(until: Keyword | Name | NameWithLanguage, now: float) -> bool:
    """Whether there is nothing to wait for: `no-hold`, or a period that includes `now` (RFC 8011 5.2.2)."""
    moment = release_moment(until, now) if isinstance(until, Keyword) else None
    return moment is not None and moment <= now


def release_moment(until: Keyword, now: float) -> float | None:
    """When the period begins, seconds since the epoch: `now` inside it; None for `indefinite`."""
    if until == JobHoldUntil.NO_HOLD:
        return now
    local = datetime.fromtimestamp(now).astimezone()
    if until == JobHoldUntil.WEEKEND:
        days = max(0, _SATURDAY - local.weekday())
        return now if days == 0 else _midnight(local + timedelta(days=days)).timestamp()
    hours = _HOURS.get(until)
    if hours is None:
        return None
    first, end = hours
    if first <= local.hour < end:
        return now
    begins = _midnight(local).replace(hour=first)
    if local.hour >= end:
        begins += timedelta(days=1)
    return begins.timestamp()


def _midnight(moment: datetime) -> datetime:
    # Naive on purpose: the day's own offset is looked up by timestamp(), so that a clock change is right.
    return moment.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
