"""Cancel-Jobs and Cancel-My-Jobs (PWG 5100.7, 5100.11)."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.model.access import Preset, Principal, Role
from ippserver.testing.desk import PDF, Desk, here
from tests.operations.jobs import job_in, suspended

BOTH = pytest.mark.parametrize("operation", [Operation.CANCEL_JOBS, Operation.CANCEL_MY_JOBS])
OK = Status.SUCCESSFUL_OK
NOT_POSSIBLE = Status.CLIENT_ERROR_NOT_POSSIBLE


async def of(desk: Desk, user: str) -> int:
    """A Job of `user` that waits."""
    return (await desk.ask(Operation.PRINT_JOB, document=PDF, user=user)).job_id


async def states(desk: Desk, *job_ids: int) -> list[JobState]:
    """What became of the Jobs."""
    return [(await desk.job(job_id)).state for job_id in job_ids]


@pytest.mark.effect(Operation.CANCEL_JOBS)
async def test_every_job_that_is_not_over_is_canceled(desk: Desk) -> None:
    over = await job_in(desk, JobState.COMPLETED)
    waits, held = await of(desk, "bob"), await job_in(desk, JobState.PENDING_HELD)
    stopped, at_work = await suspended(desk), await job_in(desk, JobState.PROCESSING)
    assert (await desk.ask(Operation.CANCEL_JOBS)).status is OK
    assert await states(desk, over, waits, held, stopped) == [JobState.COMPLETED, *[JobState.CANCELED] * 3]
    assert (await desk.job(at_work)).canceling


@pytest.mark.effect(Operation.CANCEL_MY_JOBS)
async def test_ones_own_jobs_are_canceled_and_nobody_elses(desk: Desk) -> None:
    mine, others, alike = await of(desk, "alice"), await of(desk, "bob"), await of(desk, "Alice")
    assert (await desk.ask(Operation.CANCEL_MY_JOBS, user="alice")).status is OK
    assert await states(desk, mine, others, alike) == [JobState.CANCELED, JobState.PENDING, JobState.PENDING]
    assert JobStateReason.JOB_CANCELED_BY_USER in (await desk.job(mine)).reasons


@BOTH
async def test_where_there_is_nothing_to_cancel_all_is_well(desk: Desk, operation: Operation) -> None:
    await job_in(desk, JobState.CANCELED)
    for _ in range(2):
        assert (await desk.ask(operation)).status is OK
    at_work = await job_in(desk, JobState.PROCESSING)
    for _ in range(2):  # the second time it is being canceled already
        assert (await desk.ask(operation)).status is OK
        assert (await desk.job(at_work)).canceling


@BOTH
async def test_of_jobs_that_are_named_only_those_are_canceled(desk: Desk, operation: Operation) -> None:
    one, two, three = [await of(desk, "alice") for _ in range(3)]
    assert (await desk.ask(operation, names.JOB_IDS.of(three, one, three))).status is OK
    assert await states(desk, one, two, three) == [JobState.CANCELED, JobState.PENDING, JobState.CANCELED]


@BOTH
@pytest.mark.parametrize("over", [JobState.COMPLETED, JobState.CANCELED, JobState.ABORTED])
async def test_where_one_of_them_is_over_none_is_canceled(
    desk: Desk, operation: Operation, over: JobState
) -> None:
    waits, bad = await of(desk, "alice"), await job_in(desk, over)
    answer = await desk.ask(operation, names.JOB_IDS.of(waits, 99, bad))
    assert (answer.status, answer.unsupported) == (NOT_POSSIBLE, (names.JOB_IDS.of(bad, 99),))
    assert await states(desk, waits) == [JobState.PENDING]


@BOTH
async def test_a_job_that_is_being_canceled_cannot_be_named(desk: Desk, operation: Operation) -> None:
    at_work = await job_in(desk, JobState.PROCESSING)
    named = names.JOB_IDS.of(at_work)
    assert (await desk.ask(operation, named)).status is OK
    answer = await desk.ask(operation, named)
    assert (answer.status, answer.unsupported) == (NOT_POSSIBLE, (named,))


async def test_of_ones_own_jobs_none_is_canceled_where_one_is_somebody_elses(desk: Desk) -> None:
    mine, others = await of(desk, "alice"), await of(desk, "bob")
    answer = await desk.ask(Operation.CANCEL_MY_JOBS, names.JOB_IDS.of(mine, others), user="alice")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert answer.unsupported == (names.JOB_IDS.of(others),)
    assert await states(desk, mine, others) == [JobState.PENDING, JobState.PENDING]


@BOTH
async def test_the_message_of_the_operator_goes_to_each_of_them(desk: Desk, operation: Operation) -> None:
    said = names.JOB_MESSAGE_FROM_OPERATOR.of("The printer is on fire.")
    jobs = [await of(desk, "alice") for _ in range(2)]
    await desk.ask(operation, said)
    assert [(await desk.job(job_id)).supplied[-1] for job_id in jobs] == [said, said]


async def test_preset_home_leaves_the_jobs_of_all_to_operators() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await of(desk, "alice")
    answer = await desk.ask(Operation.CANCEL_JOBS, user="alice")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    operator = here(principal=Principal(name="eve", role=Role.OPERATOR, authenticated=True))
    assert (await desk.ask(Operation.CANCEL_JOBS, origin=operator)).status is OK
    assert JobStateReason.JOB_CANCELED_BY_OPERATOR in (await desk.job(job_id)).reasons


async def test_preset_home_leaves_ones_own_jobs_to_everybody() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await of(desk, "bob")
    assert (await desk.ask(Operation.CANCEL_MY_JOBS, user="bob")).status is OK
    assert await states(desk, job_id) == [JobState.CANCELED]


async def test_an_operators_own_jobs_are_not_those_of_others() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await of(desk, "alice")
    operator = here(principal=Principal(name="eve", role=Role.OPERATOR, authenticated=True))
    named = names.JOB_IDS.of(job_id)
    answer = await desk.ask(Operation.CANCEL_MY_JOBS, named, origin=operator)
    assert (answer.status, answer.unsupported) == (Status.CLIENT_ERROR_NOT_AUTHORIZED, (named,))
