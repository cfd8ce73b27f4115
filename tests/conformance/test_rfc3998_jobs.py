"""RFC 3998: administration of jobs, as ippsample's suite demands it."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.testing.desk import PDF
from tests.conformance.subject import Subject

PAIRS = [
    (Operation.SUSPEND_CURRENT_JOB, Operation.RESUME_JOB),
    (Operation.PROMOTE_JOB, Operation.SCHEDULE_JOB_AFTER),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_operations_that_need_one_another_come_together(
    subject: Subject, one: Operation, other: Operation
) -> None:
    assert {one, other} <= set(await subject.printer(names.OPERATIONS_SUPPORTED))


async def test_reprocess_job_makes_a_new_job_of_the_same_documents(subject: Subject) -> None:
    subject.finish()
    async with subject.at_work():
        job_id = await subject.print()
        await subject.desk.until(job_id, JobState.COMPLETED)
        answer = await subject.ask(Operation.REPROCESS_JOB, of=job_id)
        assert answer.job_id != job_id
        again = await subject.desk.until(answer.job_id, JobState.COMPLETED)
    assert await subject.desk.content(again) == [PDF]


async def test_cancel_current_job_cancels_what_is_in_process(subject: Subject) -> None:
    async with subject.at_work():
        job_id, waiting = await subject.print(), await subject.print()
        await subject.working(job_id)
        await subject.ask(Operation.CANCEL_CURRENT_JOB)
        await subject.desk.until(job_id, JobState.CANCELED)
        assert await subject.state(waiting) in (JobState.PENDING, JobState.PROCESSING)


@pytest.mark.parametrize("operation", [Operation.CANCEL_CURRENT_JOB, Operation.SUSPEND_CURRENT_JOB])
async def test_without_a_current_job_that_is_not_possible(subject: Subject, operation: Operation) -> None:
    await subject.print()
    assert (await subject.answer(operation)).status is Status.CLIENT_ERROR_NOT_POSSIBLE


@pytest.mark.parametrize("operation", [Operation.CANCEL_CURRENT_JOB, Operation.SUSPEND_CURRENT_JOB])
async def test_a_job_id_guards_against_another_current_job(subject: Subject, operation: Operation) -> None:
    async with subject.at_work():
        job_id, waiting = await subject.print(), await subject.print()
        await subject.working(job_id)
        answer = await subject.answer(operation, names.JOB_ID.of(waiting))
        assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE
        assert await subject.state(job_id) == JobState.PROCESSING
        await subject.ask(operation, names.JOB_ID.of(job_id))


async def test_suspend_current_job_stops_it_and_says_why(subject: Subject) -> None:
    async with subject.at_work():
        job_id = await subject.print()
        await subject.working(job_id)
        await subject.ask(Operation.SUSPEND_CURRENT_JOB)
        await subject.desk.until(job_id, JobState.PROCESSING_STOPPED)
        assert JobStateReason.JOB_SUSPENDED in await subject.job(job_id, names.JOB_STATE_REASONS)


async def test_resume_job_lets_it_be_printed(subject: Subject) -> None:
    async with subject.at_work():
        job_id = await subject.print()
        await subject.working(job_id)
        await subject.ask(Operation.SUSPEND_CURRENT_JOB)
        await subject.desk.until(job_id, JobState.PROCESSING_STOPPED)
        subject.finish()
        await subject.ask(Operation.RESUME_JOB, of=job_id)
        await subject.desk.until(job_id, JobState.COMPLETED)


async def test_resume_job_needs_a_suspended_one(subject: Subject) -> None:
    answer = await subject.answer(Operation.RESUME_JOB, of=await subject.print())
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE


async def queue(subject: Subject) -> list[int]:
    """The job-ids in the order in which they will be printed."""
    answer = await subject.ask(Operation.GET_JOBS)
    return [names.JOB_ID.get(job) or 0 for job in answer.jobs]


async def test_promote_job_makes_it_the_next(subject: Subject) -> None:
    first, second, third = [await subject.print() for _ in range(3)]
    await subject.ask(Operation.PROMOTE_JOB, of=third)
    assert await queue(subject) == [third, first, second]


async def test_schedule_job_after_puts_it_behind_another(subject: Subject) -> None:
    first, second, third = [await subject.print() for _ in range(3)]
    await subject.ask(Operation.SCHEDULE_JOB_AFTER, names.PREDECESSOR_JOB_ID.of(first), of=third)
    assert await queue(subject) == [first, third, second]


async def test_schedule_job_after_nothing_is_a_promotion(subject: Subject) -> None:
    first, second = [await subject.print() for _ in range(2)]
    await subject.ask(Operation.SCHEDULE_JOB_AFTER, of=second)
    assert await queue(subject) == [second, first]


async def test_schedule_job_after_an_unknown_one_is_not_found(subject: Subject) -> None:
    job_id = await subject.print()
    answer = await subject.answer(
        Operation.SCHEDULE_JOB_AFTER, names.PREDECESSOR_JOB_ID.of(job_id + 1), of=job_id
    )
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND


@pytest.mark.parametrize("operation", [Operation.PROMOTE_JOB, Operation.SCHEDULE_JOB_AFTER])
async def test_only_a_pending_job_changes_its_place(subject: Subject, operation: Operation) -> None:
    job_id = await subject.print()
    await subject.ask(Operation.HOLD_JOB, of=job_id)
    answer = await subject.answer(operation, of=job_id)
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE
