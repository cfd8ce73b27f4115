import time
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ippserver.iana import names
from ippserver.iana.keywords import JobHoldUntil
from ippserver.ipp.values import Keyword, Name, NameWithLanguage
from ippserver.model import hold
from ippserver.model.hold import has_begun, release_moment

Moment = Callable[[str], float]

PERIODS = [until for until in hold.SUPPORTED if until not in (JobHoldUntil.NO_HOLD, JobHoldUntil.INDEFINITE)]


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moment]:
    """Makes the time zone of the parameter the local one; answers moments in it."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    local = ZoneInfo(request.param)
    yield lambda moment: datetime.fromisoformat(moment).replace(tzinfo=local).timestamp()
    monkeypatch.undo()
    time.tzset()


in_berlin = pytest.mark.parametrize("zone", ["Europe/Berlin"], indirect=True)


@in_berlin
@pytest.mark.parametrize(
    ("until", "now", "begins"),
    [
        (JobHoldUntil.DAY_TIME, "2026-11-18T05:59:59", "2026-11-18T06:00"),
        (JobHoldUntil.DAY_TIME, "2026-11-18T18:00", "2026-11-19T06:00"),
        (JobHoldUntil.EVENING, "2026-11-18T17:59", "2026-11-18T18:00"),
        (JobHoldUntil.EVENING, "2026-11-18T00:00", "2026-11-18T18:00"),
        (JobHoldUntil.NIGHT, "2026-11-18T06:00", "2026-11-19T00:00"),
        (JobHoldUntil.NIGHT, "2026-12-31T23:59:59", "2027-01-01T00:00"),
        (JobHoldUntil.SECOND_SHIFT, "2026-11-18T12:00", "2026-11-18T16:00"),
        (JobHoldUntil.THIRD_SHIFT, "2026-11-18T08:00", "2026-11-19T00:00"),
        (JobHoldUntil.WEEKEND, "2026-11-16T00:00", "2026-11-21T00:00"),
        (JobHoldUntil.WEEKEND, "2026-11-20T23:59:59", "2026-11-21T00:00"),
    ],
)
def test_a_job_waits_for_the_first_moment_of_the_period(
    zone: Moment, until: Keyword, now: str, begins: str
) -> None:
    assert release_moment(until, zone(now)) == zone(begins)
    assert not has_begun(until, zone(now))


@in_berlin
@pytest.mark.parametrize(
    ("until", "now"),
    [
        (JobHoldUntil.DAY_TIME, "2026-11-18T06:00"),
        (JobHoldUntil.DAY_TIME, "2026-11-18T17:59:59"),
        (JobHoldUntil.EVENING, "2026-11-18T23:59:59"),
        (JobHoldUntil.NIGHT, "2026-11-18T00:00"),
        (JobHoldUntil.SECOND_SHIFT, "2026-11-18T16:00"),
        (JobHoldUntil.THIRD_SHIFT, "2026-11-18T07:59:59"),
        (JobHoldUntil.WEEKEND, "2026-11-21T00:00"),
        (JobHoldUntil.WEEKEND, "2026-11-22T23:59:59"),
        (JobHoldUntil.NO_HOLD, "2026-11-18T12:00"),
    ],
)
def test_a_job_goes_at_once_within_the_period(zone: Moment, until: Keyword, now: str) -> None:
    assert release_moment(until, zone(now)) == zone(now)
    assert has_begun(until, zone(now))


@pytest.mark.parametrize(
    ("zone", "until", "now", "begins", "hours"),
    [
        # Clocks go forward at 02:00 on 28 March: a night of an hour less.
        ("Europe/Berlin", JobHoldUntil.DAY_TIME, "2027-03-27T18:00", "2027-03-28T06:00", 11),
        # They go back at 03:00 on 25 October: an hour more, within which the night goes on.
        ("Europe/Berlin", JobHoldUntil.DAY_TIME, "2026-10-24T18:00", "2026-10-25T06:00", 13),
        ("Europe/Berlin", JobHoldUntil.WEEKEND, "2027-10-29T00:00", "2027-10-30T00:00", 24),
        # In Chile midnight itself is skipped: the night begins at one.
        ("America/Santiago", JobHoldUntil.NIGHT, "2026-09-05T22:00", "2026-09-06T01:00", 2),
    ],
    indirect=["zone"],
)
def test_a_change_of_the_clocks_moves_no_period(
    zone: Moment, until: Keyword, now: str, begins: str, hours: int
) -> None:
    assert release_moment(until, zone(now)) == zone(begins)
    assert zone(begins) - zone(now) == hours * 3600


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "America/Santiago", "Asia/Kathmandu", "Pacific/Apia"], indirect=True
)
def test_a_period_has_begun_when_its_moment_has_come(zone: Moment) -> None:
    start = zone("2026-01-01T00:00")

    @given(st.integers(0, 2 * 366 * 86_400), st.sampled_from(PERIODS))
    def check(seconds: int, until: Keyword) -> None:
        now = start + seconds
        begins = release_moment(until, now)
        assert begins is not None
        assert now <= begins <= now + 8 * 86_400
        assert has_begun(until, begins)

    check()


@pytest.mark.parametrize("until", [JobHoldUntil.INDEFINITE, Keyword("until-payday")])
def test_nothing_ends_an_indefinite_or_unknown_hold(until: Keyword) -> None:
    assert release_moment(until, 0.0) is None
    assert not has_begun(until, 0.0)


@pytest.mark.parametrize("until", [Name(JobHoldUntil.NO_HOLD), NameWithLanguage("en", JobHoldUntil.NO_HOLD)])
def test_a_name_is_no_keyword_though_it_reads_the_same(until: Name | NameWithLanguage) -> None:
    assert not has_begun(until, 0.0)


def test_every_supported_value_has_the_syntax_of_the_attribute() -> None:
    assert names.JOB_HOLD_UNTIL_SUPPORTED.problem(hold.SUPPORTED) is None
