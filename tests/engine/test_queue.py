from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ippserver.engine.queue import PendingQueue
from ippserver.iana.enums import JobState
from ippserver.model.job import Job
from ippserver.testing.fakes import job_draft


def job(number: int, priority: int = 50, state: JobState = JobState.PENDING) -> Job:
    return Job.of(job_draft(priority=priority, state=state), number)


def ids(queue: PendingQueue) -> list[int]:
    found = []
    while (next_job := queue.pop()) is not None:
        found.append(next_job.id)
    return found


@given(st.lists(st.integers(1, 100), max_size=30))
def test_jobs_come_by_priority_then_by_age(priorities: list[int]) -> None:
    jobs = {number: job(number, priority) for number, priority in enumerate(priorities, 1)}
    queue = PendingQueue(jobs)
    for each in jobs.values():
        queue.add(each)
    assert ids(queue) == sorted(jobs, key=lambda number: (-jobs[number].priority, number))


def test_an_empty_queue_has_no_next_job() -> None:
    assert PendingQueue({}).pop() is None


def test_jobs_that_are_not_pending_any_more_are_left_out() -> None:
    jobs = {number: job(number) for number in range(1, 5)}
    queue = PendingQueue(jobs)
    for each in jobs.values():
        queue.add(each)
    jobs[1] = job(1, state=JobState.PENDING_HELD)
    jobs[2] = job(2, state=JobState.PROCESSING)
    del jobs[3]
    assert ids(queue) == [4]


def test_a_job_that_was_entered_again_with_another_priority_comes_once_at_its_new_place() -> None:
    jobs = {1: job(1), 2: job(2)}
    queue = PendingQueue(jobs)
    queue.add(jobs[1])
    queue.add(jobs[2])
    jobs[2] = replace(jobs[2], priority=90)
    queue.add(jobs[2])
    assert ids(queue) == [2, 1]


def test_the_next_job_is_the_one_as_it_is_now() -> None:
    jobs = {1: job(1)}
    queue = PendingQueue(jobs)
    queue.add(jobs[1])
    jobs[1] = replace(jobs[1], message="changed")
    assert queue.pop() is jobs[1]


def test_jobs_that_come_and_go_do_not_fill_the_memory() -> None:
    jobs = {1: job(1)}
    queue = PendingQueue(jobs)
    queue.add(jobs[1])
    for number in range(2, 10_000):
        jobs[number] = job(number)
        queue.add(jobs[number])
        del jobs[number]
    assert len(queue) < 200
    assert ids(queue) == [1]
