from dataclasses import replace

from ippserver.iana.enums import JobState
from ippserver.interfaces import Keep
from ippserver.model.job import Job
from ippserver.model.states import TERMINAL
from ippserver.stores.order import LIVE_RANK, Excess, ended
from ippserver.testing.fakes import job_draft


def test_every_state_is_terminal_or_has_a_rank() -> None:
    assert LIVE_RANK.keys() | TERMINAL == frozenset(JobState)
    assert not LIVE_RANK.keys() & TERMINAL


def test_a_job_ended_when_it_was_completed() -> None:
    job = replace(Job.of(job_draft(state=JobState.ABORTED, created=5.0), 1), completed=7.0)
    assert ended(job) == 7.0


def test_a_job_that_was_created_terminal_ended_then() -> None:
    assert ended(Job.of(job_draft(state=JobState.ABORTED, created=5.0), 1)) == 5.0


def test_a_job_that_waits_has_not_ended() -> None:
    assert ended(Job.of(job_draft(), 1)) is None


def test_the_newest_job_goes_too_where_it_alone_is_too_large() -> None:
    excess = Excess(Keep(octets=10), jobs=2, octets=11)
    assert [excess.takes(1.0, 0), excess.takes(2.0, 11)] == [True, True]


def test_after_enough_is_gone_the_rest_stays() -> None:
    excess = Excess(Keep(octets=10, jobs=2), jobs=3, octets=12)
    assert [excess.takes(1.0, 1), excess.takes(2.0, 1), excess.takes(3.0, 10)] == [True, True, False]
