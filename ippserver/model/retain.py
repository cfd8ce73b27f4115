"""How long a finished Job keeps its documents: job-retain-until, -interval and -time (PWG 5100.7)."""

from datetime import datetime, timedelta
from typing import Final

from ippserver.iana import names
from ippserver.iana.definitions import Holder
from ippserver.iana.keywords import JobRetainUntil
from ippserver.ipp.values import Keyword

SUPPORTED: Final = (
    JobRetainUntil.NONE,
    JobRetainUntil.END_OF_DAY,
    JobRetainUntil.END_OF_WEEK,
    JobRetainUntil.END_OF_MONTH,
    JobRetainUntil.INDEFINITE,
)
"""The values of job-retain-until-supported."""


def let_go_moment(template: Holder, completed: float) -> float | None:
    """When the documents of a Job that was `completed` then are let go, seconds since the epoch.

    None is when the bounds of the history say so, which count in any case.
    """
    time = names.JOB_RETAIN_UNTIL_TIME.get(template)
    moment = None if time is None else time.datetime
    if moment is not None:
        return moment.timestamp()
    interval = names.JOB_RETAIN_UNTIL_INTERVAL.get(template)
    if interval is not None:
        return completed + interval
    until = names.JOB_RETAIN_UNTIL.get(template)
    return _end(until, completed) if isinstance(until, Keyword) else None


def _end(until: Keyword, completed: float) -> float | None:
    """The end of the day, week (which begins on Monday) or month, local time."""
    if until == JobRetainUntil.NONE:
        return completed
    midnight = datetime.fromtimestamp(completed).replace(hour=0, minute=0, second=0, microsecond=0)
    if until == JobRetainUntil.END_OF_DAY:
        return (midnight + timedelta(days=1)).timestamp()
    if until == JobRetainUntil.END_OF_WEEK:
        return (midnight + timedelta(days=7 - midnight.weekday())).timestamp()
    if until == JobRetainUntil.END_OF_MONTH:
        return (midnight.replace(day=28) + timedelta(days=4)).replace(day=1).timestamp()
    return None
