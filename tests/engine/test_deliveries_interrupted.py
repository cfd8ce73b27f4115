"""Deliveries that are canceled, suspended, stopped, or cut off by a crash."""

import asyncio

import pytest

from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import DocumentStateReason
from ippserver.interfaces import (
    OutputError,
    StoreUnavailable,
)
from ippserver.model.delivery import RetryPolicy
from ippserver.model.document_states import DocumentEvent
from ippserver.model.states import JobEvent
from tests.engine.bringing import DOWN, POLICY, has_failed, print_all
from tests.engine.faults import FaultyStore, Tray
from tests.engine.house import TEXT, Store, house_of

# ---- cancellation, suspension, stops and crashes


async def test_a_job_that_waits_for_an_output_can_be_canceled(tray: Tray) -> None:
    house = await house_of(tray, retry=POLICY)
    tray.faults.fails("deliver", DOWN)
    async with house.printing():
        job = await house.print()
        await house.until_job(job.id, has_failed("tray"))
        await house.cancel(job)
        await house.until(job.id, JobState.CANCELED)
        await house.settle()
        assert house.clock.sleepers == 0
    house.assert_idle()


async def test_a_document_that_waits_for_an_output_can_be_canceled_and_the_next_one_follows(
    tray: Tray,
) -> None:
    house = await house_of(tray, retry=POLICY)
    tray.faults.fails("deliver", OutputError("Not this one."))
    async with house.printing():
        job = await print_all(house, b"one", b"two")
        await house.until_job(job.id, has_failed("tray"))
        now, adds = house.clock.now(), {DocumentStateReason.CANCELED_BY_USER}
        await house.jobs.apply(
            job.id,
            lambda job: job.with_document(job.document(1).on(DocumentEvent.CANCEL, now, adds=adds)),
        )
        done = await house.until(job.id, JobState.COMPLETED)
    assert [document.state for document in done.documents] == [
        DocumentState.CANCELED,
        DocumentState.COMPLETED,
    ]
    assert tray.delivered == {"1-2": b"two"}


async def test_a_job_that_waits_for_an_output_can_be_suspended_and_goes_on(tray: Tray) -> None:
    house = await house_of(tray, retry=POLICY)
    tray.faults.fails("deliver", DOWN)
    async with house.printing():
        job = await house.print()
        await house.until_job(job.id, has_failed("tray"))
        await house.jobs.on(job.id, JobEvent.SUSPEND)
        await house.settle()
        assert house.clock.sleepers == 0
        await house.jobs.on(job.id, JobEvent.RESUME_JOB)
        async with house.time_passing():
            done = await house.until(job.id, JobState.COMPLETED)
    assert done.documents[0].deliveries[0].attempts == 2


@pytest.mark.parametrize("orderly", [True, False])
async def test_attempts_and_pauses_outlive_the_server(store: Store, tray: Tray, orderly: bool) -> None:
    house = await house_of(tray, store=store, retry=POLICY)
    tray.faults.fails("deliver", OutputError("jam"), OutputError("jam"), OutputError("jam"))
    async with house.printing():
        job = await house.print()
        await house.until_job(job.id, has_failed("tray"))
    for times in (2, 3):
        if orderly:
            await house.jobs.put_back()
        house = await house.moved()
        async with house.printing():
            await house.clock.until_sleeping()
            await house.settle()
            assert tray.faults.calls.count("deliver") == times - 1
            async with house.time_passing():
                after = await house.until_job(job.id, has_failed("tray", times))
    assert (await house.until(job.id, JobState.ABORTED)).documents[0].deliveries[0].attempts == 3
    assert after.message in ("", "jam")


async def test_a_job_that_waits_is_not_blamed_for_crashes(tray: Tray) -> None:
    house = await house_of(tray, retry=RetryPolicy(attempts=100, first_seconds=10.0, longest_seconds=10.0))
    tray.faults.fails("deliver", *[DOWN] * 6)
    async with house.printing():
        job = await house.print()
        await house.until_job(job.id, has_failed("tray"))
    for times in range(2, 7):
        house = await house.moved()
        async with house.printing(), house.time_passing():
            await house.until_job(job.id, has_failed("tray", times))
    async with house.printing(), house.time_passing():
        house = await house.moved()
        async with house.printing():
            await house.until(job.id, JobState.COMPLETED)
    assert tray.delivered == {"1-1": TEXT}


async def test_a_job_that_waits_behind_another_one_is_not_blamed_for_crashes_either(tray: Tray) -> None:
    house = await house_of(tray, retry=RetryPolicy(attempts=10_000, first_seconds=5.0, longest_seconds=5.0))
    tray.faults.fails("deliver", *[DOWN] * 10_000)
    first, behind = await house.print(), await house.print()
    for _ in range(5):
        house = await house.moved()
        async with house.printing(), house.time_passing():
            await house.until(behind.id, JobState.PROCESSING)
            await house.until_job(behind.id, lambda job: job.attempts == 1)
    tray.faults.errors.clear()
    house = await house.moved()
    async with house.printing(), house.time_passing():
        for job in (first, behind):
            await house.until(job.id, JobState.COMPLETED)
    assert list(tray.delivered) == ["1-1", "2-1"]


async def test_what_an_output_has_is_not_delivered_twice_after_a_crash(store: Store, tray: Tray) -> None:
    other = Tray("other")
    house = await house_of(tray, other, store=store, retry=POLICY)
    other.faults.fails("deliver", DOWN)
    async with house.printing():
        job = await house.print()
        await house.until_job(job.id, has_failed("other"))
    fresh = Tray()
    house = await house.moved(fresh, other)
    async with house.printing(), house.time_passing():
        await house.until(job.id, JobState.COMPLETED)
    assert (fresh.faults.calls, list(other.delivered)) == ([], ["1-1"])


async def test_a_store_that_fails_keeps_no_attempt_from_being_counted(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store, retry=POLICY)
    gate = tray.faults.waits("deliver")
    tray.faults.fails("deliver", DOWN)
    async with house.printing(), house.time_passing():
        job = await house.print()
        await tray.reached()
        store.faults.fails("update", StoreUnavailable("locked"), StoreUnavailable("locked"))
        gate.set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert done.documents[0].deliveries[0].attempts == 2


@pytest.mark.parametrize("pauses", range(0, 60, 5))
async def test_a_crash_at_any_moment_delivers_everything_once(store: Store, pauses: int) -> None:
    trays = Tray(), Tray("other")
    house = await house_of(*trays, store=store, retry=POLICY, concurrency=2)
    trays[1].faults.fails("deliver", OutputError("jam"), DOWN)
    jobs = [await house.print() for _ in range(3)]
    async with house.printing():
        for _ in range(pauses):
            await asyncio.sleep(0)
    house = await house.moved()
    async with house.printing(), house.time_passing():
        for job in jobs:
            await house.until(job.id, JobState.COMPLETED)
    for tray in trays:
        assert tray.delivered == {f"{job.id}-1": TEXT for job in jobs}
