import pytest

from ippserver.engine.lanes import Lane
from ippserver.engine.pipeline import Problem, after, brought, parcel_of, planned
from ippserver.interfaces import OutputError, OutputRefused, OutputUnavailable, Wishes
from ippserver.model.delivery import Delivery, DeliveryState, Failure, RetryPolicy
from ippserver.model.document_states import DocumentEvent
from ippserver.model.job import Job
from tests.engine.faults import Tray
from tests.engine.house import House


async def job_of(house: House, *contents: bytes) -> Job:
    """A Job of so many documents."""
    job = await house.create()
    for number, content in enumerate(contents, 1):
        job = await house.send(job.id, content, last=number == len(contents))
    return job


async def bring(house: House, job: Job, number: int, output: Tray) -> str | Problem:
    document = job.document(number)
    delivery = document.delivery(output.name)
    assert delivery is not None
    parcel = parcel_of(house.printer, job, document, output)
    return await brought(parcel, delivery.target, output, house.spool, None, wishes=Wishes(), tallies={})


async def plan(house: House, job: Job) -> Job:
    return await planned(house.printer, job, house.clock.now)


def lane_of(house: House, attempts: int) -> Lane:
    """A lane in which no chance plays a part."""
    policy = RetryPolicy(attempts=attempts, first_seconds=4.0, longest_seconds=10.0)
    return Lane(policy, house.clock, chance=lambda: 0.5)


# ---- planning


async def test_every_document_is_planned_for_every_output_before_anything_is_written(tray: Tray) -> None:
    other = Tray("other")
    house = await House(tray, other).open()
    job = await plan(house, await job_of(house, b"one", b"two"))
    for document in job.documents:
        target = f"{job.id}-{document.number}"
        assert document.deliveries == (
            Delivery(output="tray", target=target),
            Delivery(output="other", target=target),
        )
    assert tray.delivered == other.delivered == {}


async def test_what_is_planned_is_not_planned_again(house: House, tray: Tray) -> None:
    once = await plan(house, await job_of(house, b"one"))
    assert await plan(house, once) == once
    assert tray.faults.calls == ["plan"]


async def test_an_output_that_was_added_is_planned_for_what_others_have(house: House, tray: Tray) -> None:
    once = await plan(house, await job_of(house, b"one"))
    moved = await house.moved(tray, Tray("other"))
    again = await plan(moved, once)
    assert [delivery.output for delivery in again.documents[0].deliveries] == ["tray", "other"]


async def test_a_document_that_is_canceled_is_not_planned(house: House) -> None:
    job = await job_of(house, b"one", b"two")
    canceled = job.document(1).on(DocumentEvent.CANCEL, house.clock.now())
    ready = await plan(house, job.with_document(canceled))
    assert [len(document.deliveries) for document in ready.documents] == [0, 1]


async def test_a_printer_without_outputs_has_nothing_to_plan() -> None:
    house = await House().open()
    job = await job_of(house, b"one")
    assert await plan(house, job) == job


async def test_an_output_that_cannot_choose_a_target_has_used_up_an_attempt(house: House, tray: Tray) -> None:
    tray.faults.fails("plan", OutputError("jam"))
    (document,) = (await plan(house, await job_of(house, b"one"))).documents
    assert document.deliveries == (
        Delivery(
            output="tray",
            target="",
            state=DeliveryState.DEAD,
            attempts=1,
            history=(Failure(house.clock.now(), "jam"),),
        ),
    )


# ---- bringing


async def test_what_is_planned_is_brought(house: House, tray: Tray) -> None:
    job = await plan(house, await job_of(house, b"one", b"two"))
    assert await bring(house, job, 2, tray) == "1-2"
    assert tray.delivered == {"1-2": b"two"}


class Mover(Tray):
    """An Output that finds its target taken."""

    async def deliver(self, parcel: object, target: str, contents: object) -> str:
        """Takes another."""
        return f"{target} (2)"


async def test_the_target_that_was_really_used_is_answered() -> None:
    mover = Mover()
    house = await House(mover).open()
    job = await plan(house, await job_of(house, b"one"))
    assert await bring(house, job, 1, mover) == "1-1 (2)"


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (OutputError("jam"), Problem("jam")),
        (OutputUnavailable("gone"), Problem("gone", down=True)),
        (OutputRefused("never"), Problem("never", lasting=True)),
        (RuntimeError("a bug"), Problem("The server failed while printing this job.", lasting=True)),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_what_an_output_raises_is_a_problem(
    house: House, tray: Tray, error: Exception, problem: Problem
) -> None:
    job = await plan(house, await job_of(house, b"one"))
    tray.faults.fails("deliver", error)
    assert await bring(house, job, 1, tray) == problem


async def test_a_document_that_the_spool_has_not_is_a_lasting_problem(house: House, tray: Tray) -> None:
    job = await plan(house, await job_of(house, b"one"))
    await house.spool.delete([job.documents[0].key])
    found = await bring(house, job, 1, tray)
    assert isinstance(found, Problem)
    assert found.lasting


# ---- what comes of it


def delivery(attempts: int = 0) -> Delivery:
    return Delivery(output="tray", target="1-1", attempts=attempts)


def test_a_delivery_that_succeeded_is_done(house: House) -> None:
    done = after(delivery(2), "1-1 (2)", lane_of(house, 5), 100.0)
    assert (done.state, done.target, done.attempts, done.due) == (DeliveryState.DONE, "1-1 (2)", 3, None)


@pytest.mark.parametrize(("attempts", "due"), [(0, 104.0), (1, 108.0), (2, 110.0), (3, 110.0)])
def test_each_failure_makes_the_pause_twice_as_long_up_to_the_longest(
    house: House, attempts: int, due: float
) -> None:
    failed = after(delivery(attempts), Problem("jam"), lane_of(house, 5), 100.0)
    assert (failed.state, failed.attempts, failed.due) == (DeliveryState.FAILED, attempts + 1, due)
    assert failed.error == "jam"


@pytest.mark.parametrize("problem", [Problem("jam"), Problem("gone", down=True)])
def test_after_the_last_attempt_a_delivery_is_given_up(house: House, problem: Problem) -> None:
    dead = after(delivery(4), problem, lane_of(house, 5), 100.0)
    assert (dead.state, dead.attempts, dead.due) == (DeliveryState.DEAD, 5, None)


def test_what_is_of_no_use_is_not_tried_again(house: House) -> None:
    assert after(delivery(), Problem("never", lasting=True), lane_of(house, 5), 100.0).dead


def test_of_failures_only_the_newest_ten_are_remembered(house: House) -> None:
    lane, now = lane_of(house, 100), delivery()
    for number in range(12):
        now = after(now, Problem(f"jam {number}"), lane, float(number))
    assert [failure.error for failure in now.history] == [f"jam {number}" for number in range(2, 12)]
    assert now.attempts == 12
