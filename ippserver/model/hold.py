"""When a held Job may go: moments, and the named periods of job-hold-until (RFC 8011 5.2.2, PWG 5100.7)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from ippserver.iana.keywords import JobDelayOutputUntil, JobHoldUntil
from ippserver.ipp.values import DateTime, Keyword, Name, NameWithLanguage

Until: TypeAlias = Keyword | Name | NameWithLanguage | DateTime
"""What a Job waits for: the beginning of a named period, or a moment."""

_HOURS: Final[Mapping[Keyword, tuple[int, int]]] = {
    JobHoldUntil.DAY_TIME: (6, 18),
    JobHoldUntil.EVENING: (18, 24),
    JobHoldUntil.NIGHT: (0, 6),
    JobHoldUntil.SECOND_SHIFT: (16, 24),
    JobHoldUntil.THIRD_SHIFT: (0, 8),
}
"""From the first hour to before the second, local time: RFC 8011 leaves the hours to the administrator."""

INDEFINITE: Final = JobHoldUntil.INDEFINITE
"""Until somebody releases it."""

_PERIODS: Final = (
    INDEFINITE,
    JobHoldUntil.DAY_TIME,
    JobHoldUntil.EVENING,
    JobHoldUntil.NIGHT,
    JobHoldUntil.WEEKEND,
    JobHoldUntil.SECOND_SHIFT,
    JobHoldUntil.THIRD_SHIFT,
)
"""What job-hold-until and job-delay-output-until have in common."""

SUPPORTED: Final = (JobHoldUntil.NO_HOLD, *_PERIODS)
"""The values of job-hold-until-supported."""
DELAYS_SUPPORTED: Final = (JobDelayOutputUntil.NO_DELAY_OUTPUT, *_PERIODS)
"""The values of job-delay-output-until-supported."""

_AT_ONCE: Final = (JobHoldUntil.NO_HOLD, JobDelayOutputUntil.NO_DELAY_OUTPUT)
_SATURDAY: Final = 5


def has_begun(until: Until, now: float) -> bool:
    """Whether there is nothing to wait for: `no-hold`, or a period that includes `now` (RFC 8011 5.2.2)."""
    moment = release_moment(until, now)
    return moment is not None and moment <= now


def release_moment(until: Until, now: float) -> float | None:
    """When the wait ends, seconds since the epoch: `now` inside a period; None for `indefinite`.

    A name, were one supported, would be of a period that we do not know: it is as `indefinite`.
    """
    if isinstance(until, DateTime):
        moment = until.datetime
        return None if moment is None else moment.timestamp()
    if not isinstance(until, Keyword):
        return None
    if until in _AT_ONCE:
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
