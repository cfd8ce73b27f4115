from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ippserver.engine.queue import PendingQueue
from ippserver.model.job import Job
from ippserver.testing.fakes import job_draft


def job(number: int, priority: int = 50) -> Job:
    return Job.of(job_draft(priority=priority), number)


def ids(queue: PendingQueue) -> list[int]:
    found = []
    while (next_id := queue.pop()) is not None:
        found.append(next_id)
    return found


def queue_of(*jobs: Job) -> PendingQueue:
    queue = PendingQueue()
    for each in jobs:
        queue.add(each)
    return queue


@given(st.lists(st.integers(1, 100), max_size=30))
def test_jobs_come_by_priority_then_by_age(priorities: list[int]) -> None:
    jobs = [job(number, priority) for number, priority in enumerate(priorities, 1)]
    wanted = sorted(jobs, key=lambda each: (-each.priority, each.id))
    assert ids(queue_of(*jobs)) == [each.id for each in wanted]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=30), st.data())
def test_as_many_are_ahead_as_come_before(priorities: list[int], data: st.DataObject) -> None:
    jobs = [job(number, priority) for number, priority in enumerate(priorities, 1)]
    one = data.draw(st.sampled_from(jobs))
    queue = queue_of(*jobs)
    ahead = queue.ahead_of(one)
    assert ids(queue).index(one.id) == ahead


def test_jobs_that_are_not_here_know_their_place_too() -> None:
    assert queue_of(job(1), job(3), job(4, priority=10)).ahead_of(job(2)) == 1


def test_an_empty_queue_has_no_next_job() -> None:
    assert PendingQueue().pop() is None


def test_jobs_that_are_taken_out_do_not_come() -> None:
    queue = queue_of(job(1), job(2), job(3))
    queue.discard(job(2))
    assert ids(queue) == [1, 3]


def test_taking_out_what_is_not_there_changes_nothing() -> None:
    queue = queue_of(job(1), job(3))
    queue.discard(job(2))
    queue.discard(replace(job(3), priority=90))
    assert ids(queue) == [1, 3]


def test_a_job_entered_twice_comes_once() -> None:
    assert ids(queue_of(job(1), job(1))) == [1]


def test_the_length_is_how_many_wait() -> None:
    assert len(queue_of(job(1), job(2), job(1))) == 2


@given(
    st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9), st.integers(1, 2)), max_size=30),
)
def test_moved_jobs_stand_where_they_were_put(moves: list[tuple[int, int | None, int]]) -> None:
    jobs = [job(number, 1) for number in range(1, 11)]
    queue, order = queue_of(*jobs), list(jobs)
    for target, after, priority in moves:
        moving, predecessor = order[target], None if after is None else order[after]
        if predecessor is moving:
            continue
        if predecessor is None:
            moved = replace(moving, priority=priority, moved=queue.front(priority))
        else:
            moved = replace(moving, priority=predecessor.priority, moved=queue.behind(predecessor))
        queue.discard(moving)
        queue.add(moved)
        order.remove(moving)
        if predecessor is None:
            higher = [each for each in order if each.priority > priority]
            order.insert(len(higher), moved)
        else:
            order.insert(order.index(predecessor) + 1, moved)
    assert ids(queue) == [each.id for each in order]


def test_the_front_is_before_jobs_of_that_priority_that_are_still_to_come() -> None:
    moved = replace(job(7, 100), moved=PendingQueue().front(100))
    assert ids(queue_of(moved, job(1, 100), job(9, 100))) == [7, 1, 9]
