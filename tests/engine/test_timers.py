import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobHoldUntil
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.ipp.values import DateTime, Keyword, Name
from ippserver.model.states import JobEvent
from tests.engine.faults import Tray
from tests.engine.house import House
from tests.engine.waiting import HOUR, hold, wait


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Periods of the day are local; the clock of a House stands at 08:00 UTC on a Friday."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


# ---- job-hold-until


@pytest.mark.parametrize(
    ("until", "hours"),
    [
        (JobHoldUntil.EVENING, 10),
        (JobHoldUntil.NIGHT, 16),
        (JobHoldUntil.WEEKEND, 16),
        (JobHoldUntil.SECOND_SHIFT, 8),
        (JobHoldUntil.THIRD_SHIFT, 16),
    ],
)
async def test_a_held_job_goes_when_its_period_begins(house: House, until: Keyword, hours: int) -> None:
    job = await house.print()
    async with house.minding():
        await hold(house, job, until)
        await wait(house, hours * HOUR - 60)
        assert (await house.job(job.id)).state is JobState.PENDING_HELD
        await wait(house, 120)
        after = await house.until(job.id, JobState.PENDING)
    assert (after.reasons, after.hold_until) == (frozenset(), None)


async def test_a_job_goes_at_once_within_its_period(house: House) -> None:
    job = await house.print()
    async with house.minding():
        await hold(house, job, JobHoldUntil.DAY_TIME)
        await house.until(job.id, JobState.PENDING)
    assert house.clock.monotonic() == 0


@pytest.mark.parametrize("until", [JobHoldUntil.INDEFINITE, Name(JobHoldUntil.DAY_TIME)])
async def test_nothing_but_a_release_ends_an_indefinite_hold(house: House, until: Keyword | Name) -> None:
    job = await house.print()
    async with house.minding():
        await hold(house, job, until)
        await wait(house, 600)
        house.clock.advance(1e9)
        await wait(house, 600)
    assert (await house.job(job.id)).state is JobState.PENDING_HELD


async def test_a_hold_that_was_changed_ends_at_its_new_time(house: House) -> None:
    job = await house.print()
    async with house.minding():
        await hold(house, job, JobHoldUntil.SECOND_SHIFT)
        await hold(house, job, JobHoldUntil.EVENING)
        await wait(house, 8.5 * HOUR)
        assert (await house.job(job.id)).state is JobState.PENDING_HELD
        await wait(house, 2 * HOUR)
    assert (await house.job(job.id)).state is JobState.PENDING


async def test_a_job_that_was_released_or_ended_before_its_time_is_left_alone(house: House) -> None:
    released, ended, deleted = [await house.print() for _ in range(3)]
    async with house.minding():
        for job in (released, ended, deleted):
            await hold(house, job, JobHoldUntil.EVENING)
        await house.jobs.apply(
            released.id,
            lambda job: replace(
                job.on(JobEvent.RELEASE, house.clock.now(), drops={Reason.JOB_HOLD_UNTIL_SPECIFIED}),
                hold_until=None,
            ),
        )
        await house.jobs.on(ended.id, JobEvent.CANCEL)
        await house.jobs.delete([deleted.id])
        told = len(house.told)
        await wait(house, 11 * HOUR)
    assert len(house.told) == told


async def test_a_hold_ends_by_the_wall_clock(house: House) -> None:
    job, other = await house.print(), await house.print()
    async with house.minding():
        await hold(house, job, JobHoldUntil.EVENING)
        house.clock.set_wall_clock(house.clock.now() + 10 * HOUR)
        await wait(house, 60)
        await house.until(job.id, JobState.PENDING)
        await hold(house, other, JobHoldUntil.NIGHT)
        house.clock.set_wall_clock(house.clock.now() - 3 * HOUR)
        await wait(house, 7 * HOUR)
        assert (await house.job(other.id)).state is JobState.PENDING_HELD
        await wait(house, 3 * HOUR)
        await house.until(other.id, JobState.PENDING)


async def test_a_hold_from_before_the_start_goes_on(house: House) -> None:
    job = await house.print()
    await hold(house, job, JobHoldUntil.EVENING)
    house.clock.advance(9 * HOUR)
    moved = await house.moved()
    async with moved.minding():
        await wait(moved, 0.5 * HOUR)
        assert (await moved.job(job.id)).state is JobState.PENDING_HELD
        await wait(moved, HOUR)
        await moved.until(job.id, JobState.PENDING)


async def test_many_holds_end_together(house: House) -> None:
    jobs = [await house.print() for _ in range(50)]
    async with house.minding():
        for job in jobs:
            await hold(house, job, JobHoldUntil.EVENING)
        await wait(house, 10 * HOUR + 60)
    assert {(await house.job(job.id)).state for job in jobs} == {JobState.PENDING}


async def test_something_earlier_wakes_the_sleeper(house: House) -> None:
    later, earlier = await house.print(), await house.print()
    async with house.minding():
        await hold(house, later, JobHoldUntil.WEEKEND)
        await house.clock.until_sleeping()
        await hold(house, earlier, JobHoldUntil.DAY_TIME)
        await house.until(earlier.id, JobState.PENDING)


# ---- moments, delays, and the time that a Job may take


def moment(house: House, seconds: float) -> DateTime:
    """So many seconds from now."""
    return DateTime.of(datetime.fromtimestamp(house.clock.now() + seconds, UTC))


async def test_a_job_held_until_a_moment_goes_then(house: House) -> None:
    job = await house.print()
    async with house.minding():
        await hold(house, job, moment(house, 90.0))
        await wait(house, 89)
        assert (await house.job(job.id)).state is JobState.PENDING_HELD
        await wait(house, 2)
        after = await house.until(job.id, JobState.PENDING)
    assert (after.reasons, after.hold_until) == (frozenset(), None)


@pytest.mark.parametrize("after_restart", [False, True])
async def test_a_job_goes_when_hold_and_delay_are_both_over(house: House, after_restart: bool) -> None:
    reasons = frozenset({Reason.JOB_HOLD_UNTIL_SPECIFIED, Reason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED})
    job = await house.print(
        state=JobState.PENDING_HELD,
        reasons=reasons,
        hold_until=moment(house, 60.0),
        delay_until=moment(house, 120.0),
        touched=house.clock.now(),
    )
    house = await house.moved() if after_restart else house
    async with house.minding():
        await wait(house, 61)
        held = await house.until_job(job.id, lambda job: job.hold_until is None)
        assert (held.state, held.reasons) == (
            JobState.PENDING_HELD,
            frozenset({Reason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED}),
        )
        await wait(house, 60)
        free = await house.until(job.id, JobState.PENDING)
    assert (free.reasons, free.delay_until) == (frozenset(), None)


async def test_a_job_that_is_processed_for_too_long_is_canceled(house: House, tray: Tray) -> None:
    tray.faults.waits("deliver")
    async with house.minding(), house.printing():
        job = await house.print(template=(names.JOB_CANCEL_AFTER.of(60),))
        await tray.reached()
        await wait(house, 59)
        assert (await house.job(job.id)).state is JobState.PROCESSING
        await wait(house, 2)
        after = await house.until(job.id, JobState.CANCELED)
    assert after.reasons == {Reason.JOB_CANCELED_AFTER_TIMEOUT, Reason.JOB_RESTARTABLE}
    assert after.message
    house.assert_idle()


async def test_the_time_that_a_job_waits_does_not_count(house: House, tray: Tray) -> None:
    gate = tray.faults.waits("deliver")
    job = await house.print(template=(names.JOB_CANCEL_AFTER.of(60),))
    async with house.minding():
        await wait(house, 100)
        async with house.printing():
            await tray.reached()
            await wait(house, 50)
            await house.jobs.on(job.id, JobEvent.SUSPEND)
            await wait(house, 100)
            tray.faults.reached.clear()
            await house.jobs.on(job.id, JobEvent.RESUME_JOB)
            await tray.reached()
            await wait(house, 50)
            gate.set()
            await house.until(job.id, JobState.COMPLETED)


async def test_a_job_that_ended_in_time_is_not_canceled(house: House) -> None:
    async with house.minding(), house.printing():
        job = await house.print(template=(names.JOB_CANCEL_AFTER.of(60),))
        done = await house.until(job.id, JobState.COMPLETED)
        await wait(house, 100)
    assert await house.job(job.id) == done


async def test_jobs_that_are_over_are_not_kept_in_mind_however_long_they_might_have_taken(
    house: House,
) -> None:
    async with house.minding(), house.printing():
        for _ in range(20):
            job = await house.print(template=(names.JOB_CANCEL_AFTER.of(2**31 - 1),))
            await house.until(job.id, JobState.COMPLETED)
        await wait(house, 70)
        assert house.timers.waiting == 0


async def test_setting_the_clock_cancels_nobody(house: House, tray: Tray) -> None:
    tray.faults.waits("deliver")
    async with house.minding(), house.printing():
        job = await house.print(template=(names.JOB_CANCEL_AFTER.of(3600),))
        await tray.reached()
        house.clock.set_wall_clock(house.clock.now() + 100_000)
        await wait(house, 3500)
        assert (await house.job(job.id)).state is JobState.PROCESSING
        await wait(house, 110)
        await house.until(job.id, JobState.CANCELED)
