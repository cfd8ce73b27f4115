"""The current Job and the order of the queue (RFC 3998 4.2-4.4)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason, WhichJobs
from ippserver.model.access import Preset, Principal, Role
from ippserver.model.states import JobEvent
from ippserver.testing.desk import PDF, PRINTER, Desk, Tray, here
from tests.operations.jobs import job_in, suspended

NOT_POSSIBLE = Status.CLIENT_ERROR_NOT_POSSIBLE
OK = Status.SUCCESSFUL_OK


async def queue(desk: Desk) -> list[int | None]:
    """The Jobs that wait, as Get-Jobs shows them."""
    answer = await desk.ask(Operation.GET_JOBS, names.WHICH_JOBS.of(WhichJobs.PENDING))
    return [names.JOB_ID.get(group) for group in answer.jobs]


async def waiting(desk: Desk, count: int, *, priority: int = 50) -> list[int]:
    """So many Jobs that wait, in the order in which they came."""
    wanted = [names.JOB_PRIORITY.of(priority)]
    return [(await desk.ask(Operation.PRINT_JOB, job=wanted, document=PDF)).job_id for _ in range(count)]


# ---- Cancel-Current-Job


@pytest.mark.effect(Operation.CANCEL_CURRENT_JOB)
async def test_the_current_job_is_canceled_and_no_other(desk: Desk) -> None:
    (other,) = await waiting(desk, 1)
    current = await job_in(desk, JobState.PROCESSING)
    assert (await desk.ask(Operation.CANCEL_CURRENT_JOB)).status is OK
    assert (await desk.job(current)).canceling
    assert (await desk.job(other)).state is JobState.PENDING


async def test_of_several_the_one_that_is_at_work_longest_is_canceled(desk: Desk) -> None:
    jobs = await waiting(desk, 2)
    for job_id in reversed(jobs):
        await desk.jobs.on(job_id, JobEvent.START)
        desk.clock.advance(1)
    assert (await desk.ask(Operation.CANCEL_CURRENT_JOB)).status is OK
    assert [(await desk.job(job_id)).canceling for job_id in jobs] == [False, True]


@pytest.mark.parametrize("operation", [Operation.CANCEL_CURRENT_JOB, Operation.SUSPEND_CURRENT_JOB])
async def test_without_a_current_job_there_is_nothing_to_do(desk: Desk, operation: Operation) -> None:
    await suspended(desk)
    waits = await job_in(desk, JobState.PENDING)
    for asked in ((), (names.JOB_ID.of(waits),), (names.JOB_ID.of(99),)):
        assert (await desk.ask(operation, *asked)).status is NOT_POSSIBLE


@pytest.mark.parametrize("operation", [Operation.CANCEL_CURRENT_JOB, Operation.SUSPEND_CURRENT_JOB])
async def test_the_current_job_of_another_printer_is_none_of_this_one(operation: Operation) -> None:
    desk = await Desk(PRINTER, replace(PRINTER, path="/ipp/other")).open()
    job_id = await job_in(desk, JobState.PROCESSING)
    other = names.PRINTER_URI.of("ipp://printer.local/ipp/other")
    for asked in ((), (names.JOB_ID.of(job_id),)):
        assert (await desk.ask(operation, *asked, target=(other,))).status is NOT_POSSIBLE


async def test_a_job_id_that_is_the_current_one_is_canceled_suspended_or_not(desk: Desk) -> None:
    for job_id in (await job_in(desk, JobState.PROCESSING), await suspended(desk)):
        asked = names.JOB_ID.of(job_id)
        assert (await desk.ask(Operation.CANCEL_CURRENT_JOB, asked)).status is OK
        job = await desk.job(job_id)
        assert job.canceling or job.state is JobState.CANCELED


@pytest.mark.parametrize("operation", [Operation.CANCEL_CURRENT_JOB, Operation.SUSPEND_CURRENT_JOB])
async def test_preset_home_leaves_the_current_job_to_its_owner_and_to_operators(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await job_in(desk, JobState.PROCESSING)
    before = await desk.job(job_id)
    for asked in ((), (names.JOB_ID.of(job_id),)):
        answer = await desk.ask(operation, *asked, user="bob")
        assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert await desk.job(job_id) == before
    assert (await desk.ask(operation, user="alice")).status is OK
    assert await desk.job(job_id) != before


@pytest.mark.parametrize("operation", [Operation.CANCEL_CURRENT_JOB, Operation.SUSPEND_CURRENT_JOB])
async def test_preset_home_leaves_every_current_job_to_operators(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    job_id = await job_in(desk, JobState.PROCESSING)
    operator = here(principal=Principal(name="eve", role=Role.OPERATOR, authenticated=True))
    assert (await desk.ask(operation, origin=operator)).status is OK
    job = await desk.job(job_id)
    assert job.suspended or JobStateReason.JOB_CANCELED_BY_OPERATOR in job.reasons


# ---- Suspend-Current-Job and Resume-Job


@pytest.mark.effect(Operation.SUSPEND_CURRENT_JOB)
async def test_all_current_jobs_are_suspended(desk: Desk) -> None:
    jobs = [await job_in(desk, JobState.PROCESSING) for _ in range(2)]
    assert (await desk.ask(Operation.SUSPEND_CURRENT_JOB)).status is OK
    for job_id in jobs:
        shown = (await desk.ask_of(Operation.GET_JOB_ATTRIBUTES, job_id)).job
        assert names.JOB_STATE.get(shown) == JobState.PROCESSING_STOPPED
        assert names.JOB_STATE_REASONS.all(shown) == (JobStateReason.JOB_SUSPENDED,)


async def test_none_is_suspended_where_one_of_them_is_somebody_elses() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    mine = await job_in(desk, JobState.PROCESSING)
    others = (await desk.ask(Operation.PRINT_JOB, document=PDF, user="bob")).job_id
    await desk.jobs.on(others, JobEvent.START)
    answer = await desk.ask(Operation.SUSPEND_CURRENT_JOB, user="alice")
    assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert (await desk.job(mine)).state is JobState.PROCESSING


async def test_a_job_that_is_suspended_cannot_be_suspended_again(desk: Desk) -> None:
    job_id = await suspended(desk)
    answer = await desk.ask(Operation.SUSPEND_CURRENT_JOB, names.JOB_ID.of(job_id))
    assert answer.status is NOT_POSSIBLE


@pytest.mark.effect(Operation.RESUME_JOB)
async def test_a_resumed_job_waits_for_its_turn(desk: Desk) -> None:
    job_id = await suspended(desk)
    assert (await desk.ask_of(Operation.RESUME_JOB, job_id)).status is OK
    job = await desk.job(job_id)
    assert (job.state, job.reasons) == (JobState.PENDING, frozenset())


@pytest.mark.parametrize("state", list(JobState))
async def test_a_job_that_is_not_suspended_cannot_be_resumed(desk: Desk, state: JobState) -> None:
    job_id = await job_in(desk, state)
    before = await desk.job(job_id)
    assert (await desk.ask_of(Operation.RESUME_JOB, job_id)).status is NOT_POSSIBLE
    assert await desk.job(job_id) == before


@pytest.mark.effect(Operation.SUSPEND_CURRENT_JOB, Operation.RESUME_JOB)
async def test_others_are_printed_while_a_job_is_suspended_and_then_it_is_printed_whole() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(outputs=[tray]).open()
    first, second = await waiting(desk, 2)
    async with desk.printing():
        await desk.until(first, JobState.PROCESSING)
        await tray.working.wait()
        assert (await desk.ask(Operation.SUSPEND_CURRENT_JOB)).status is OK
        await desk.until(second, JobState.PROCESSING)
        tray.may_finish.set()
        await desk.until(second, JobState.COMPLETED)
        assert tray.delivered == {"2-1": PDF}
        await desk.ask_of(Operation.RESUME_JOB, first)
        await desk.until(first, JobState.COMPLETED)
    assert tray.delivered == {"1-1": PDF, "2-1": PDF}


# ---- Promote-Job and Schedule-Job-After


@pytest.mark.effect(Operation.PROMOTE_JOB)
async def test_the_job_that_was_promoted_last_is_the_next(desk: Desk) -> None:
    urgent = await waiting(desk, 1, priority=100)
    one, two, three = await waiting(desk, 3)
    for job_id in (three, two):
        assert (await desk.ask_of(Operation.PROMOTE_JOB, job_id)).status is OK
    assert await queue(desk) == [two, three, *urgent, one]
    assert (await desk.job(two)).priority == 100


async def test_a_job_that_comes_later_with_the_highest_priority_stands_behind_promoted_ones(
    desk: Desk,
) -> None:
    one, two = await waiting(desk, 2)
    await desk.ask_of(Operation.PROMOTE_JOB, two)
    (late,) = await waiting(desk, 1, priority=100)
    assert await queue(desk) == [two, late, one]


@pytest.mark.effect(Operation.SCHEDULE_JOB_AFTER)
async def test_jobs_are_scheduled_right_after_their_predecessor(desk: Desk) -> None:
    a, b, c, d, e = await waiting(desk, 5)
    for job_id, expected in ((e, [a, b, e, c, d]), (d, [a, b, d, e, c])):  # the example of RFC 3998 4.4.2
        answer = await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, job_id, names.PREDECESSOR_JOB_ID.of(b))
        assert answer.status is OK
        assert await queue(desk) == expected


async def test_a_job_takes_the_priority_of_its_predecessor(desk: Desk) -> None:
    low = await waiting(desk, 2, priority=10)
    high = await waiting(desk, 2, priority=90)
    await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, high[0], names.PREDECESSOR_JOB_ID.of(low[0]))
    assert await queue(desk) == [high[1], low[0], high[0], low[1]]
    await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, low[1], names.PREDECESSOR_JOB_ID.of(high[1]))
    assert await queue(desk) == [high[1], low[1], low[0], high[0]]


async def test_after_the_last_of_its_priority_a_job_is_the_last_of_it_and_before_those_to_come(
    desk: Desk,
) -> None:
    one, two, three = await waiting(desk, 3)
    await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, one, names.PREDECESSOR_JOB_ID.of(three))
    (late,) = await waiting(desk, 1)
    assert await queue(desk) == [two, three, one, late]


@pytest.mark.parametrize("make", [suspended, lambda desk: job_in(desk, JobState.PROCESSING)])
async def test_after_a_job_at_work_the_next_of_its_priority_is_scheduled(
    desk: Desk, make: Callable[[Desk], Awaitable[int]]
) -> None:
    at_work = await make(desk)
    one, two = await waiting(desk, 2)
    answer = await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, two, names.PREDECESSOR_JOB_ID.of(at_work))
    assert answer.status is OK
    assert await queue(desk) == [two, one]
    assert (await desk.job(two)).priority == 50


async def test_without_a_predecessor_it_is_as_promote_job(desk: Desk) -> None:
    one, two = await waiting(desk, 2)
    assert (await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, two)).status is OK
    assert await queue(desk) == [two, one]
    assert (await desk.job(two)).priority == 100


@pytest.mark.parametrize("operation", [Operation.PROMOTE_JOB, Operation.SCHEDULE_JOB_AFTER])
@pytest.mark.parametrize("state", [state for state in JobState if state is not JobState.PENDING])
async def test_only_a_pending_job_has_a_place(desk: Desk, operation: Operation, state: JobState) -> None:
    job_id = await job_in(desk, state)
    before = await desk.job(job_id)
    assert (await desk.ask_of(operation, job_id)).status is NOT_POSSIBLE
    assert await desk.job(job_id) == before


@pytest.mark.parametrize(
    "state", [JobState.PENDING_HELD, JobState.COMPLETED, JobState.CANCELED, JobState.ABORTED]
)
async def test_a_predecessor_must_be_in_the_queue_or_at_work(desk: Desk, state: JobState) -> None:
    (job_id,) = await waiting(desk, 1)
    predecessor = await job_in(desk, state)
    answer = await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, job_id, names.PREDECESSOR_JOB_ID.of(predecessor))
    assert answer.status is NOT_POSSIBLE


async def test_a_job_cannot_follow_itself_nor_one_that_is_not_there(desk: Desk) -> None:
    (job_id,) = await waiting(desk, 1)
    for predecessor, status in ((job_id, NOT_POSSIBLE), (99, Status.CLIENT_ERROR_NOT_FOUND)):
        asked = names.PREDECESSOR_JOB_ID.of(predecessor)
        assert (await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, job_id, asked)).status is status


async def test_the_order_of_the_queue_is_that_of_the_printing() -> None:
    tray = Tray()
    desk = await Desk(outputs=[tray]).open()
    one, two, three = await waiting(desk, 3)
    await desk.ask_of(Operation.PROMOTE_JOB, three)
    await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, one, names.PREDECESSOR_JOB_ID.of(two))
    async with desk.printing():
        await desk.until(one, JobState.COMPLETED)
    assert list(tray.delivered) == ["3-1", "2-1", "1-1"]


async def test_the_order_of_the_queue_outlives_the_server(desk: Desk) -> None:
    one, two, three = await waiting(desk, 3)
    await desk.ask_of(Operation.PROMOTE_JOB, three)
    await desk.ask_of(Operation.SCHEDULE_JOB_AFTER, one, names.PREDECESSOR_JOB_ID.of(two))
    again = await Desk(store=desk.store, spool=desk.spool).open()
    assert await queue(again) == [three, two, one]
    assert [again.jobs.pending("/ipp/print").pop() for _ in range(3)] == [three, two, one]
