import asyncio
from contextlib import aclosing
from dataclasses import replace
from functools import partial

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.interfaces import (
    JobQuery,
    Keep,
    NoSuchJob,
    SpoolFailed,
    StoreUnavailable,
)
from ippserver.model.job import MAX_ATTEMPTS
from ippserver.model.states import ACTIVE, IllegalTransition, JobEvent
from ippserver.testing.fakes import job_draft, stream
from tests.engine.faults import PATIENCE_SECONDS
from tests.engine.house import CONFIG, PATH, TEXT, House, Store, document


async def test_watchers_hear_of_changes_in_the_order_of_their_commits(store: Store) -> None:
    house = await House(store=store).open()
    job = await house.print()
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        for number in range(100):
            group.create_task(house.jobs.apply(job.id, partial(replace, attempts=number)))
    assert len(house.told) == 101
    for earlier, later in zip(house.told, house.told[1:], strict=False):
        assert later.before == earlier.after
    assert house.jobs.unfinished[job.id] == await house.job(job.id) == house.told[-1].after


async def test_a_cancelled_caller_does_not_upset_the_order(store: Store) -> None:
    house = await House(store=store).open()
    job = await house.print()
    tasks = [
        asyncio.ensure_future(house.jobs.apply(job.id, partial(replace, attempts=number)))
        for number in range(60)
    ]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*tasks, return_exceptions=True)
    for earlier, later in zip(house.told, house.told[1:], strict=False):
        assert later.before == earlier.after
    assert house.jobs.unfinished[job.id] == await house.job(job.id)


async def test_what_a_change_raises_comes_back_and_nothing_has_happened(store: Store) -> None:
    house = await House(store=store).open()
    job = await house.print()
    with pytest.raises(IllegalTransition):
        await house.jobs.on(job.id, JobEvent.FINISH)
    with pytest.raises(NoSuchJob):
        await house.jobs.on(99, JobEvent.CANCEL)
    assert await house.job(job.id) == job
    assert len(house.told) == 1


async def test_a_job_that_has_ended_is_unfinished_no_more_until_it_restarts(house: House) -> None:
    job = await house.print()
    await house.jobs.on(job.id, JobEvent.CANCEL)
    assert job.id not in house.jobs.unfinished
    assert await house.jobs.get(job.id) == await house.job(job.id)
    await house.jobs.on(job.id, JobEvent.RESTART)
    assert job.id in house.jobs.unfinished


async def test_a_deleted_job_is_gone_with_its_documents_and_known_as_forgotten(house: House) -> None:
    job, other = await house.print(), await house.print()
    await house.jobs.delete([job.id, 99])
    assert await house.jobs.get(job.id) is None
    assert await house.jobs.forgotten(job.id) == job.printer
    assert await house.jobs.query(JobQuery()) == [other]
    assert await house.spooled() == frozenset()
    assert (house.told[-1].before, house.told[-1].after) == (job, None)


async def test_a_deleted_job_is_gone_though_its_document_cannot_be_removed(faulty: House) -> None:
    job = await faulty.print()
    faulty.spool_faults.fails("delete", SpoolFailed("read-only"))
    await faulty.jobs.delete([job.id])
    assert await faulty.jobs.get(job.id) is None
    await faulty.moved()
    await faulty.assert_nothing_is_left()


async def test_a_store_that_cannot_delete_leaves_jobs_and_documents(faulty: House) -> None:
    job = await faulty.print()
    faulty.store_faults.fails("delete", StoreUnavailable("locked"))
    with pytest.raises(StoreUnavailable):
        await faulty.jobs.delete([job.id])
    assert await faulty.jobs.get(job.id) == job
    assert await faulty.spooled() == frozenset()
    assert len(faulty.keys) == 1


async def test_excess_comes_from_the_store(house: House) -> None:
    job = await house.print()
    await house.jobs.on(job.id, JobEvent.CANCEL)
    assert [each.id for each in await house.jobs.excess(Keep(jobs=0), 10)] == [job.id]


async def test_jobs_stand_ahead_by_state_then_priority_then_age(house: House) -> None:
    first = await house.print()
    urgent = await house.print(priority=90)
    held = await house.print()
    await house.jobs.on(held.id, JobEvent.HOLD)
    last = await house.print()
    elsewhere = await house.print(printer="/elsewhere")
    ahead = [house.jobs.ahead_of(job) for job in (urgent, first, last, elsewhere)]
    assert ahead == [0, 1, 2, 0]
    await house.jobs.on(last.id, JobEvent.START)
    assert house.jobs.ahead_of(urgent) == 1
    assert house.jobs.ahead_of(house.jobs.unfinished[last.id]) == 0


# ---- starting and stopping


async def test_a_job_that_was_interrupted_is_pending_again_with_its_attempt_counted(store: Store) -> None:
    house = await House(store=store).open()
    job = await house.print()
    await house.jobs.on(job.id, JobEvent.START)
    after = (await house.moved()).jobs.unfinished[job.id]
    assert (after.state, after.attempts, after.reasons) == (JobState.PENDING, 1, frozenset())


async def test_a_job_during_which_the_server_ends_again_and_again_is_given_up(house: House) -> None:
    job = await house.print()
    for _ in range(MAX_ATTEMPTS):
        assert (await house.job(job.id)).state is JobState.PENDING
        await house.jobs.on(job.id, JobEvent.START)
        house = await house.moved()
    after = await house.job(job.id)
    assert after.state is JobState.ABORTED
    assert str(MAX_ATTEMPTS) in after.message


async def test_a_job_that_was_being_canceled_is_canceled_at_the_next_start(house: House) -> None:
    job = await house.print()
    await house.jobs.on(job.id, JobEvent.START)
    await house.jobs.on(job.id, JobEvent.CANCEL)
    assert (await (await house.moved()).job(job.id)).state is JobState.CANCELED


@pytest.mark.parametrize("events", [(), (JobEvent.HOLD,), (JobEvent.START,)])
async def test_a_job_that_has_lost_its_document_is_aborted_and_not_restartable(
    house: House, events: tuple[JobEvent, ...]
) -> None:
    job, other = await house.print(), await house.print()
    for event in events:
        await house.jobs.on(job.id, event)
    await house.spool.delete([job.documents[0].key])
    moved = await house.moved()
    after = await moved.job(job.id)
    assert after.state is JobState.ABORTED
    assert after.reasons == {Reason.ABORTED_BY_SYSTEM}
    assert "spool" in after.message
    assert set(moved.jobs.unfinished) == {other.id}


async def test_a_job_being_canceled_that_has_lost_its_document_is_canceled(house: House) -> None:
    job = await house.print()
    await house.jobs.on(job.id, JobEvent.START)
    await house.jobs.on(job.id, JobEvent.CANCEL)
    await house.spool.delete([job.documents[0].key])
    assert (await (await house.moved()).job(job.id)).state is JobState.CANCELED


async def test_a_start_sweeps_documents_of_no_job_and_keeps_those_of_the_history(house: House) -> None:
    job = await house.print()
    await house.jobs.on(job.id, JobEvent.CANCEL)
    await house.spool.write("abc", stream([b"orphan"]))
    moved = await house.moved()
    assert moved.keys == {job.documents[0].key}
    assert moved.jobs.unfinished == {}
    assert moved.told == []


async def test_an_orderly_stop_puts_jobs_back_and_counts_no_attempt(house: House) -> None:
    job, stopping = await house.print(), await house.print()
    for each in (job, stopping):
        await house.jobs.on(each.id, JobEvent.START)
    await house.jobs.on(stopping.id, JobEvent.CANCEL)
    await house.jobs.put_back()
    after = await house.job(job.id)
    assert (after.state, after.attempts) == (JobState.PENDING, 0)
    assert (await house.job(stopping.id)).state is JobState.CANCELED


async def test_a_stop_survives_a_store_that_cannot_be_written(faulty: House) -> None:
    jobs = [await faulty.print() for _ in range(2)]
    for job in jobs:
        await faulty.jobs.on(job.id, JobEvent.START)
    faulty.store_faults.fails("update", StoreUnavailable("locked"))
    await faulty.jobs.put_back()
    states = [(await faulty.job(job.id)).state for job in jobs]
    assert sorted(state in ACTIVE for state in states) == [False, True]


async def test_jobs_of_a_printer_that_is_no_more_wait_until_it_comes_back(house: House) -> None:
    job = await house.print()
    await house.jobs.on(job.id, JobEvent.START)
    moved = await house.moved(configs=())
    assert (await moved.job(job.id)).state is JobState.PENDING
    async with moved.printing():
        await moved.settle()
    back = await moved.moved()
    async with back.printing():
        await back.clock.until_sleeping()
        back.clock.advance(1.0)
        done = await back.until(job.id, JobState.COMPLETED)
    assert done.completed is not None


async def test_the_language_and_words_of_the_client_stay_with_the_document(house: House) -> None:
    supplied = (names.DOCUMENT_FORMAT_SUPPLIED.of("text/plain"),)
    sent = replace(document(TEXT), natural_language="fr", supplied=supplied)
    job = await house.jobs.submit(job_draft(), sent, CONFIG)
    assert (job.documents[0].natural_language, job.documents[0].supplied) == ("fr", supplied)


async def test_a_long_list_has_every_job_once_though_they_change_and_go_meanwhile(house: House) -> None:
    ids = [(await house.jobs.submit(job_draft(), None, CONFIG)).id for _ in range(230)]
    seen: list[int] = []
    async with aclosing(house.jobs.each(JobQuery())) as jobs:
        async for job in jobs:
            seen.append(job.id)
            if len(seen) == 50:
                await house.jobs.delete([ids[20], ids[120]])
                await house.jobs.on(ids[30], JobEvent.CANCEL)
                await house.jobs.on(ids[220], JobEvent.CANCEL)
    assert sorted(seen) == [job_id for job_id in ids if job_id != ids[120]]


@pytest.mark.parametrize("limit", [1, 99, 100, 101, 205])
async def test_a_long_list_begins_and_ends_where_it_should(house: House, limit: int) -> None:
    for _ in range(210):
        await house.jobs.submit(job_draft(), None, CONFIG)
    query = JobQuery(first=3, limit=limit)
    async with aclosing(house.jobs.each(query)) as jobs:
        assert [job async for job in jobs] == await house.jobs.query(query)


async def test_the_order_of_the_queue_is_that_of_the_store_after_a_restart(store: Store) -> None:
    house = await House(store=store).open()
    one, two, three = [await house.print() for _ in range(3)]
    await house.jobs.move(three, 50, behind=None, change=lambda job: job)
    await house.jobs.move(one, 50, behind=two, change=lambda job: job)
    again = await house.moved()
    queue = again.jobs.pending(PATH)
    assert [queue.pop() for _ in range(4)] == [three.id, two.id, one.id, None]
    listed = await again.jobs.query(JobQuery(states={JobState.PENDING}))
    assert [job.id for job in listed] == [three.id, two.id, one.id]
