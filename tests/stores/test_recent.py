import pytest

from ippserver.model.job import Job
from ippserver.stores.recent import RecentJobs
from ippserver.testing.fakes import job_draft


def _job(job_id: int) -> Job:
    return Job.of(job_draft(), job_id)


@pytest.fixture
def recent() -> RecentJobs:
    jobs = RecentJobs(capacity=2)
    jobs.put(_job(1))
    jobs.commit()
    return jobs


def test_a_change_is_known_to_the_writer_before_it_is_committed(recent: RecentJobs) -> None:
    recent.put(_job(2))
    assert recent.known(2) == (True, _job(2))
    assert recent.get(2) is None
    recent.commit()
    assert recent.get(2) == _job(2)


def test_a_change_that_is_rolled_back_was_never_there(recent: RecentJobs) -> None:
    recent.put(_job(2))
    recent.drop(1)
    assert recent.known(1) == (True, None)
    recent.rollback()
    assert (recent.known(1), recent.known(2)) == ((True, _job(1)), (False, None))


def test_a_deleted_job_is_forgotten(recent: RecentJobs) -> None:
    recent.drop(1)
    recent.commit()
    assert (recent.get(1), recent.known(1)) == (None, (False, None))


def test_the_longest_unchanged_goes_first(recent: RecentJobs) -> None:
    for job_id in (2, 1, 3):
        recent.put(_job(job_id))
        recent.commit()
    assert [recent.get(job_id) is not None for job_id in (1, 2, 3)] == [True, False, True]
