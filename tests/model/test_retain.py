import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ippserver.iana import names
from ippserver.iana.keywords import JobRetainUntil
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import DateTime, Keyword, Name
from ippserver.model import retain


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Days end by the local time."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def let_go(*template: Attribute, completed: str = "2026-12-16T10:30") -> float | None:
    return retain.let_go_moment(AttributeGroup(GroupTag.JOB, template), at(completed))


@pytest.mark.parametrize(
    ("until", "completed", "moment"),
    [
        (JobRetainUntil.NONE, "2026-12-16T10:30", "2026-12-16T10:30"),
        (JobRetainUntil.END_OF_DAY, "2026-12-16T10:30", "2026-12-17"),
        (JobRetainUntil.END_OF_DAY, "2026-12-31T23:59", "2027-01-01"),
        (JobRetainUntil.END_OF_WEEK, "2026-12-16T10:30", "2026-12-21"),
        (JobRetainUntil.END_OF_WEEK, "2026-12-20T23:59", "2026-12-21"),
        (JobRetainUntil.END_OF_WEEK, "2026-12-21T00:00", "2026-12-28"),
        (JobRetainUntil.END_OF_MONTH, "2026-12-16T10:30", "2027-01-01"),
        (JobRetainUntil.END_OF_MONTH, "2027-01-31T23:59", "2027-02-01"),
        (JobRetainUntil.END_OF_MONTH, "2027-02-28T12:00", "2027-03-01"),
    ],
)
def test_a_period_ends_where_the_next_one_begins(until: Keyword, completed: str, moment: str) -> None:
    assert let_go(names.JOB_RETAIN_UNTIL.of(until), completed=completed) == at(moment)


@pytest.mark.parametrize("until", [JobRetainUntil.INDEFINITE, Keyword("x-other"), Name("none")])
def test_all_else_is_left_to_the_bounds_of_the_history(until: Keyword | Name) -> None:
    assert let_go(names.JOB_RETAIN_UNTIL.of(until)) is None
    assert let_go() is None


def test_an_interval_is_counted_from_the_end_of_the_job() -> None:
    assert let_go(names.JOB_RETAIN_UNTIL_INTERVAL.of(90)) == at("2026-12-16T10:31:30")


def test_a_moment_is_a_moment() -> None:
    moment = DateTime.of(datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC))
    assert let_go(names.JOB_RETAIN_UNTIL_TIME.of(moment)) == at("2027-03-04T05:06:07")


def test_every_period_that_is_supported_is_known() -> None:
    known = {until for until in retain.SUPPORTED if let_go(names.JOB_RETAIN_UNTIL.of(until)) is not None}
    assert known == set(retain.SUPPORTED) - {JobRetainUntil.INDEFINITE}
