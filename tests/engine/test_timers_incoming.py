"""Jobs whose documents do not come in time (multiple-operation-time-out)."""

import asyncio
from dataclasses import replace

import pytest

from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobHoldUntil
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.interfaces import DocumentInterrupted, StoreUnavailable
from ippserver.stores.memory import MemoryStore
from ippserver.testing.fakes import stream
from tests.engine.faults import PATIENCE_SECONDS, FaultySpool, FaultyStore
from tests.engine.house import CONFIG, House, Store
from tests.engine.waiting import HOUR, hold, wait

TIME_OUT = CONFIG.multiple_operation_time_out_seconds


# ---- multiple-operation-time-out


async def test_a_job_that_gets_no_document_in_time_is_aborted(store: Store) -> None:
    house = await House(store=store).open()
    async with house.minding():
        job = await house.create()
        await wait(house, TIME_OUT - 1)
        assert (await house.job(job.id)).state is JobState.PENDING_HELD
        await wait(house, 2)
        after = await house.until(job.id, JobState.ABORTED)
    assert after.reasons == {Reason.ABORTED_BY_SYSTEM, Reason.SUBMISSION_INTERRUPTED}
    assert after.message == "No document came in time."


async def test_a_job_whose_last_document_does_not_come_is_printed_without_it(house: House) -> None:
    async with house.minding():
        job = await house.create()
        await wait(house, TIME_OUT - 1)
        await house.send(job.id, last=False)
        await wait(house, TIME_OUT - 1)
        assert (await house.job(job.id)).incoming
        await wait(house, 2)
        after = await house.until(job.id, JobState.PENDING)
    assert (after.incoming, after.reasons, len(after.documents)) == (False, frozenset(), 1)
    assert "did not come" in after.message


async def test_a_job_that_is_held_stays_held_when_its_last_document_does_not_come(house: House) -> None:
    async with house.minding():
        job = await house.create()
        await house.send(job.id, last=False)
        await hold(house, job, JobHoldUntil.EVENING)
        await wait(house, TIME_OUT + 1)
        after = await house.until_job(job.id, lambda job: not job.incoming)
        assert (after.state, after.reasons) == (
            JobState.PENDING_HELD,
            frozenset({Reason.JOB_HOLD_UNTIL_SPECIFIED}),
        )
        await wait(house, 11 * HOUR)
        await house.until(job.id, JobState.PENDING)


async def test_a_job_that_was_closed_in_time_is_left_alone(house: House) -> None:
    async with house.minding():
        job = await house.create()
        closed = await house.send(job.id, last=True)
        await wait(house, 2 * TIME_OUT)
    assert await house.job(job.id) == closed


async def test_no_time_runs_out_while_a_document_is_arriving(house: House) -> None:
    assert isinstance(house.spool, FaultySpool)
    gate = house.spool.faults.waits("write")
    async with house.minding():
        job = await house.create()
        task = asyncio.ensure_future(house.send(job.id, last=True))
        await house.spool.faults.reached.wait()
        await wait(house, 5 * TIME_OUT)
        assert (await house.job(job.id)).incoming
        gate.set()
        assert (await task).state is JobState.PENDING


async def test_after_a_document_that_failed_the_time_begins_anew(house: House) -> None:
    assert isinstance(house.spool, FaultySpool)
    async with house.minding():
        job = await house.create()
        await wait(house, TIME_OUT - 1)
        with pytest.raises(DocumentInterrupted):
            await house.send(job.id, stream([b"half"], then=DocumentInterrupted()), last=True)
        await wait(house, TIME_OUT - 1)
        assert (await house.job(job.id)).incoming
        assert (await house.send(job.id, last=True)).state is JobState.PENDING


@pytest.mark.parametrize("jump", [-10 * 365 * 24 * HOUR, -HOUR, HOUR, 365 * 24 * HOUR])
async def test_setting_the_clock_takes_no_time_from_a_client_and_gives_none(
    house: House, jump: float
) -> None:
    async with house.minding():
        job = await house.create()
        house.clock.set_wall_clock(house.clock.now() + jump)
        await wait(house, TIME_OUT - 1)
        assert (await house.job(job.id)).incoming
        await wait(house, 2)
        await house.until(job.id, JobState.ABORTED)


@pytest.mark.parametrize("jump", [-HOUR, 0.0, HOUR])
async def test_a_job_that_waits_for_documents_at_the_start_has_what_is_left_of_its_time(
    house: House, jump: float
) -> None:
    job = await house.create()
    house.clock.advance(TIME_OUT - 10)
    house.clock.set_wall_clock(house.clock.now() + jump)
    moved = await house.moved()
    async with moved.minding():
        await moved.clock.until_sleeping()
        await moved.settle()
        assert (await moved.job(job.id)).incoming == (jump <= 0)
        await wait(moved, 11 if jump == 0 else TIME_OUT + 1)
        await moved.until(job.id, JobState.ABORTED)


async def test_a_store_that_fails_is_asked_again() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    async with house.minding():
        job = await house.create()
        store.faults.fails("update", *[StoreUnavailable("locked")] * 3)
        await wait(house, TIME_OUT)
        for _ in range(3):
            assert (await house.job(job.id)).state is JobState.PENDING_HELD
            await wait(house, 5)
        await house.until(job.id, JobState.ABORTED)


async def test_a_job_that_changes_while_its_end_is_stored_is_left_alone() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    job = await house.print()
    async with house.minding(), asyncio.timeout(PATIENCE_SECONDS):
        await hold(house, job, JobHoldUntil.EVENING)
        await wait(house, 10 * HOUR - 1)
        gate = store.faults.waits("update")
        await house.clock.until_sleeping()
        house.clock.advance(2.0)
        await store.faults.reached.wait()
        held = replace(await house.job(job.id), hold_until=JobHoldUntil.INDEFINITE, touched=house.clock.now())
        await MemoryStore.update(store, job.id, lambda job: held)
        gate.set()
        await house.settle()
    assert await house.job(job.id) == held


async def test_a_job_that_is_gone_when_its_time_comes_does_no_harm(house: House) -> None:
    async with house.minding():
        job, other = await house.create(), await house.create()
        await house.store.delete([job.id])  # behind the engine's back
        await wait(house, TIME_OUT + 1)
        await house.until(other.id, JobState.ABORTED)


async def test_what_waits_for_documents_of_a_printer_that_is_no_more_ends_at_the_start(house: House) -> None:
    empty, begun = await house.create(), await house.create()
    await house.send(begun.id, last=False)
    moved = await house.moved(configs=())
    async with moved.minding():
        await moved.until(empty.id, JobState.ABORTED)
        await moved.until(begun.id, JobState.PENDING)
