import asyncio

import pytest

from ippserver.engine.retention import Retention, RetentionPolicy
from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobRetainUntil
from ippserver.interfaces import JobQuery, OutputError, SpoolFailed, StoreUnavailable
from ippserver.ipp.attributes import Attribute
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from tests.engine.faults import FaultySpool, FaultyStore, Tray
from tests.engine.house import House, Store, house_of

DAY = 86_400.0
FOREVER = RetentionPolicy(seconds=None, jobs=None, octets=None)


async def ended(house: House, count: int, content: bytes = b"text") -> list[Job]:
    """Jobs that were canceled a second after each other."""
    jobs = []
    for _ in range(count):
        job = await house.print(content)
        jobs.append(await house.jobs.on(job.id, JobEvent.CANCEL))
        house.clock.advance(1.0)
    return jobs


async def kept(house: House) -> list[int]:
    return sorted(job.id for job in await house.jobs.query(JobQuery()))


async def test_history_without_bounds_is_kept(house: House) -> None:
    retention = Retention(house.jobs, FOREVER, house.clock)
    await ended(house, 5)
    house.clock.advance(1000 * DAY)
    assert await retention.forget() == 0
    assert await kept(house) == [1, 2, 3, 4, 5]


async def test_jobs_that_ended_too_long_ago_are_forgotten(store: Store) -> None:
    house = await House(store=store).open()
    retention = Retention(house.jobs, RetentionPolicy(seconds=DAY, jobs=None, octets=None), house.clock)
    await ended(house, 3)
    house.clock.advance(DAY - 2)
    assert await retention.forget() == 1
    assert await kept(house) == [2, 3]
    house.clock.advance(10)
    assert await retention.forget() == 2
    assert await house.spooled() == frozenset()
    assert isinstance(house.spool, FaultySpool)
    assert house.spool.keys == frozenset()


async def test_jobs_that_have_just_ended_are_spared(house: House) -> None:
    policy = RetentionPolicy(seconds=0.0, jobs=0, octets=0, spared_seconds=60.0)
    retention = Retention(house.jobs, policy, house.clock)
    await ended(house, 2)
    assert await retention.forget() == 0
    house.clock.advance(58.5)
    assert await retention.forget() == 1
    house.clock.advance(1.0)
    assert await retention.forget() == 1


async def test_of_too_many_the_oldest_are_forgotten(store: Store) -> None:
    house = await House(store=store).open()
    retention = Retention(house.jobs, RetentionPolicy(seconds=None, jobs=2, octets=None), house.clock)
    await ended(house, 5)
    assert await retention.forget() == 3
    assert await kept(house) == [4, 5]


async def test_of_too_large_a_history_the_oldest_are_forgotten(house: House) -> None:
    retention = Retention(house.jobs, RetentionPolicy(seconds=None, jobs=None, octets=250), house.clock)
    await ended(house, 5, b"x" * 100)
    assert await retention.forget() == 3
    assert await kept(house) == [4, 5]


async def test_unfinished_jobs_are_never_forgotten(house: House) -> None:
    retention = Retention(house.jobs, RetentionPolicy(seconds=0.0, jobs=0, octets=0), house.clock)
    waiting = await house.print()
    held = await house.jobs.on((await house.print()).id, JobEvent.HOLD)
    await ended(house, 1)
    house.clock.advance(DAY)
    assert await retention.forget() == 1
    assert await kept(house) == [waiting.id, held.id]
    assert (await house.job(held.id)).state is JobState.PENDING_HELD


async def test_very_many_are_forgotten_in_several_steps(house: House) -> None:
    retention = Retention(house.jobs, RetentionPolicy(seconds=None, jobs=0, octets=None), house.clock)
    await ended(house, 450)
    assert await retention.forget() == 450
    assert await kept(house) == []


@pytest.mark.parametrize("jump", [365 * DAY, -365 * DAY])
async def test_setting_the_clock_forgets_nothing_too_early(house: House, jump: float) -> None:
    retention = Retention(house.jobs, RetentionPolicy(seconds=DAY, jobs=None, octets=None), house.clock)
    await ended(house, 2)
    house.clock.set_wall_clock(house.clock.now() + jump)
    house.clock.advance(DAY / 2)
    assert await retention.forget() == 0


@pytest.mark.parametrize("plug", ["store", "spool"])
async def test_a_fault_is_survived_and_made_good_later(plug: str) -> None:
    house = await House(store=FaultyStore(), spool=FaultySpool()).open()
    retention = Retention(house.jobs, RetentionPolicy(seconds=None, jobs=0, octets=None), house.clock)
    await ended(house, 2)
    assert isinstance(house.store, FaultyStore)
    assert isinstance(house.spool, FaultySpool)
    if plug == "store":
        house.store.faults.fails("delete", StoreUnavailable("locked"))
        assert await retention.forget() == 0
    else:
        house.spool.faults.fails("delete", SpoolFailed("read-only"))
    await retention.forget()
    assert await kept(house) == []


async def test_it_looks_again_and_again(house: House) -> None:
    policy = RetentionPolicy(seconds=None, jobs=1, octets=None, every_seconds=60.0)
    retention = Retention(house.jobs, policy, house.clock)
    task = asyncio.ensure_future(retention.run())
    try:
        await house.clock.until_sleeping()
        await ended(house, 3)
        house.clock.advance(60.0)
        await house.settle()
        assert await kept(house) == [3]
    finally:
        task.cancel()
        await asyncio.wait([task])


# ---- job-retain-until


async def canceled(house: House, *template: Attribute) -> Job:
    """A Job that is over now."""
    job = await house.print(template=template)
    return await house.jobs.on(job.id, JobEvent.CANCEL)


async def test_a_job_lets_its_documents_go_at_its_moment_and_is_still_known(store: Store) -> None:
    house = await House(store=store).open()
    retention = Retention(house.jobs, FOREVER, house.clock)
    job = await canceled(house, names.JOB_RETAIN_UNTIL_INTERVAL.of(60))
    house.clock.advance(59)
    assert await retention.let_go() == 0
    house.clock.advance(1)
    assert await retention.let_go() == 1
    after = await house.job(job.id)
    assert (after.state, after.reasons, after.retained) == (JobState.CANCELED, frozenset(), False)
    assert (after.size_octets, len(after.documents)) == (job.size_octets, 1)
    assert house.keys == frozenset()
    assert house.told[-1].after == after
    assert await retention.let_go() == 0


async def test_a_job_that_wants_nothing_kept_has_nothing_after_the_next_look(house: House) -> None:
    retention = Retention(house.jobs, FOREVER, house.clock)
    modest = await canceled(house, names.JOB_RETAIN_UNTIL.of(JobRetainUntil.NONE))
    usual = await canceled(house)
    assert await retention.let_go() == 1
    assert [(await house.job(job.id)).retained for job in (modest, usual)] == [False, True]


async def test_the_bounds_of_the_history_count_whatever_a_job_wants(house: House) -> None:
    retention = Retention(house.jobs, RetentionPolicy(seconds=None, jobs=0, octets=None), house.clock)
    await canceled(house, names.JOB_RETAIN_UNTIL.of(JobRetainUntil.INDEFINITE))
    assert await retention.forget() == 1


async def test_a_job_that_is_restarted_keeps_its_documents(house: House) -> None:
    retention = Retention(house.jobs, FOREVER, house.clock)
    job = await canceled(house, names.JOB_RETAIN_UNTIL.of(JobRetainUntil.NONE))
    await house.jobs.on(job.id, JobEvent.RESTART)
    assert await retention.let_go() == 0
    await house.jobs.let_go(job)
    assert (await house.job(job.id)).retained
    assert await house.spooled() == frozenset()


async def test_a_fault_while_documents_are_let_go_is_made_good_later() -> None:
    house = await House(store=FaultyStore(), spool=FaultySpool()).open()
    retention = Retention(house.jobs, FOREVER, house.clock)
    job = await canceled(house, names.JOB_RETAIN_UNTIL.of(JobRetainUntil.NONE))
    house.store_faults.fails("update", StoreUnavailable("locked"))
    assert await retention.let_go() == 0
    assert await retention.let_go() == 1
    assert not (await house.job(job.id)).retained


async def test_a_job_that_is_purged_meanwhile_stops_nobody() -> None:
    house = await House(store=FaultyStore(), spool=FaultySpool()).open()
    retention = Retention(house.jobs, FOREVER, house.clock)
    jobs = [await canceled(house, names.JOB_RETAIN_UNTIL.of(JobRetainUntil.NONE)) for _ in range(2)]
    gate = house.store_faults.waits("update")
    letting = asyncio.ensure_future(retention.let_go())
    await house.store_faults.reached.wait()
    await house.jobs.delete([jobs[0].id])
    gate.set()
    await letting
    assert not (await house.job(jobs[1].id)).retained


async def test_documents_that_every_output_has_are_let_go_after_a_time_and_their_jobs_stay(
    house: House,
) -> None:
    policy = RetentionPolicy(seconds=None, jobs=None, octets=None, document_seconds=DAY)
    retention = Retention(house.jobs, policy, house.clock)
    first, second = await ended(house, 2)
    house.clock.advance(DAY - 1.5)
    assert await retention.let_go() == 1
    assert [job.retained for job in (await house.job(first.id), await house.job(second.id))] == [False, True]
    assert await retention.let_go() == 0
    assert await kept(house) == [1, 2]
    assert await house.spooled() == frozenset()


async def test_documents_that_an_output_does_not_have_stay_with_their_job(tray: Tray) -> None:
    house = await house_of(tray)
    tray.faults.fails("deliver", OutputError("jam"))
    async with house.printing():
        job = await house.print()
        await house.until(job.id, JobState.ABORTED)
    policy = RetentionPolicy(seconds=None, jobs=None, octets=None, document_seconds=0.0)
    house.clock.advance(10 * DAY)
    assert await Retention(house.jobs, policy, house.clock).let_go() == 0
    assert (await house.job(job.id)).retained
