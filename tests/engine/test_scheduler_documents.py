"""Documents of one Job, delivered one after the other, canceled, deleted, interrupted (PWG 5100.5)."""

import asyncio
from contextlib import suppress

import pytest

from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import DocumentStateReason as Reason
from ippserver.interfaces import StoreUnavailable
from ippserver.model.document_states import DocumentEvent
from ippserver.model.job import Job
from ippserver.model.states import IllegalTransition, JobEvent
from tests.engine.faults import FaultyStore, Tray
from tests.engine.house import House, house_of

THREE = (b"one", b"two", b"three")


async def print_all(house: House, *contents: bytes) -> Job:
    """A Job of so many documents."""
    job = await house.create()
    for number, content in enumerate(contents, 1):
        job = await house.send(job.id, content, last=number == len(contents))
    return job


async def cancel(house: House, job: Job, number: int) -> Job:
    """As Cancel-Document of its owner."""
    now, adds = house.clock.now(), {Reason.CANCELED_BY_USER}
    return await house.jobs.apply(
        job.id,
        lambda job: job.with_document(job.document(number).on(DocumentEvent.CANCEL, now, adds=adds)),
    )


def states(job: Job) -> list[DocumentState]:
    return [document.state for document in job.documents]


async def test_they_are_at_work_one_after_the_other(house: House, tray: Tray) -> None:
    async with house.printing():
        job = await print_all(house, *THREE)
        done = await house.until(job.id, JobState.COMPLETED)
    seen = [states(change.after) for change in house.told if change.after and change.after.active]
    pending, processing, completed = DocumentState.PENDING, DocumentState.PROCESSING, DocumentState.COMPLETED
    assert seen == [
        [processing, pending, pending],
        [completed, processing, pending],
        [completed, completed, processing],
    ]
    assert states(done) == [completed] * 3
    assert tray.delivered == {"1-1": b"one", "1-2": b"two", "1-3": b"three"}
    assert all(document.deliveries[0].done for document in done.documents)


async def test_a_job_of_one_document_costs_no_transaction_more() -> None:
    store = FaultyStore()
    house = await house_of(Tray(), store=store)
    async with house.printing():
        job = await house.print()
        await house.until(job.id, JobState.COMPLETED)
    assert store.faults.calls.count("update") == 2  # begun, finished


async def test_one_is_canceled_before_its_turn(house: House, tray: Tray) -> None:
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await print_all(house, *THREE)
        await tray.reached()
        await cancel(house, job, 2)
        gate.set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert states(done) == [DocumentState.COMPLETED, DocumentState.CANCELED, DocumentState.COMPLETED]
    assert tray.delivered == {"1-1": b"one", "1-3": b"three"}


async def test_one_is_canceled_while_it_is_delivered_and_the_next_one_follows(
    house: House, tray: Tray
) -> None:
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await print_all(house, *THREE)
        await tray.reached()
        after = await cancel(house, job, 1)
        assert after.document(1).canceling
        gate.set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert states(done) == [DocumentState.CANCELED, DocumentState.COMPLETED, DocumentState.COMPLETED]
    assert done.document(1).reasons == {Reason.CANCELED_BY_USER}
    assert (tray.interrupted, tray.delivered) == (1, {"1-2": b"two", "1-3": b"three"})
    house.assert_idle()


@pytest.mark.parametrize("number", [1, 2])
async def test_the_last_one_is_canceled_while_it_is_delivered_and_the_job_is_completed(
    house: House, tray: Tray, number: int
) -> None:
    tray.faults.waits("deliver")
    async with house.printing():
        job = await print_all(house, *THREE[:number])
        for at_work in range(1, number + 1):
            await tray.reached()
            tray.faults.reached.clear()
            await cancel(house, job, at_work)
        done = await house.until(job.id, JobState.COMPLETED)
    assert states(done) == [DocumentState.CANCELED] * number
    assert tray.delivered == {}
    house.assert_idle()


async def test_one_is_canceled_after_its_delivery_while_its_job_is_still_in_process(tray: Tray) -> None:
    house = await house_of(tray, minimum_processing_seconds=5.0)
    async with house.printing():
        job = await house.print()
        await house.clock.until_sleeping()
        assert states(await house.job(job.id)) == [DocumentState.PROCESSING]
        await cancel(house, job, 1)
        done = await house.until(job.id, JobState.COMPLETED)
    assert states(done) == [DocumentState.CANCELED]


async def test_a_job_whose_documents_were_all_canceled_is_completed_without_them(
    house: House, tray: Tray
) -> None:
    job = await print_all(house, *THREE)
    for number in (1, 2, 3):
        await cancel(house, job, number)
    async with house.printing():
        await house.until(job.id, JobState.COMPLETED)
    assert tray.faults.calls == []


async def test_what_cannot_be_delivered_is_aborted_with_its_job_and_what_was_delivered_is_not(
    house: House, tray: Tray
) -> None:
    job = await print_all(house, *THREE)
    await house.spool.delete([job.document(2).key])
    async with house.printing():
        aborted = await house.until(job.id, JobState.ABORTED)
    assert states(aborted) == [DocumentState.COMPLETED, DocumentState.ABORTED, DocumentState.ABORTED]
    assert aborted.document(3).reasons == {Reason.ABORTED_BY_SYSTEM}
    assert tray.delivered == {"1-1": b"one"}


async def test_a_job_that_is_canceled_is_not_gone_on_with(house: House, tray: Tray) -> None:
    tray.faults.waits("deliver")
    async with house.printing():
        job = await print_all(house, *THREE)
        await tray.reached()
        await house.cancel(job)
        canceled = await house.until(job.id, JobState.CANCELED)
    assert states(canceled) == [DocumentState.CANCELED] * 3
    assert tray.faults.calls.count("deliver") == 1


async def test_a_suspended_job_goes_on_with_the_document_that_was_at_work(house: House, tray: Tray) -> None:
    gate = tray.faults.waits("deliver")
    async with house.printing():
        job = await print_all(house, *THREE)
        await tray.reached()
        suspended = await house.jobs.on(job.id, JobEvent.SUSPEND)
        assert states(suspended)[0] is DocumentState.PROCESSING_STOPPED
        gate.set()
        await house.settle()
        await house.jobs.on(job.id, JobEvent.RESUME_JOB)
        done = await house.until(job.id, JobState.COMPLETED)
    assert states(done) == [DocumentState.COMPLETED] * 3
    assert sorted(tray.delivered.values()) == sorted(THREE)


async def test_after_a_crash_only_what_was_not_finished_is_delivered_again(house: House, tray: Tray) -> None:
    job = await print_all(house, *THREE)
    async with house.printing():
        await house.until_job(job.id, lambda job: job.document(1).over)
        tray.faults.waits("deliver")
        await house.settle()
    other = Tray()
    house = await house.moved(other)
    assert states(await house.job(job.id))[0] is DocumentState.COMPLETED
    async with house.printing(), house.time_passing():
        done = await house.until(job.id, JobState.COMPLETED)
    assert states(done) == [DocumentState.COMPLETED] * 3
    assert "1-1" in tray.delivered
    assert "1-1" not in other.delivered


async def test_the_next_document_waits_while_the_store_cannot_be_written(tray: Tray) -> None:
    store = FaultyStore()
    house = await house_of(tray, store=store)
    gate = tray.faults.waits("deliver")
    async with house.printing(), house.time_passing():
        job = await print_all(house, *THREE)
        await tray.reached()
        store.faults.fails("update", StoreUnavailable("locked"), StoreUnavailable("locked"))
        gate.set()
        done = await house.until(job.id, JobState.COMPLETED)
    assert states(done) == [DocumentState.COMPLETED] * 3
    assert tray.faults.calls.count("deliver") == 3


@pytest.mark.parametrize("pauses", range(0, 24, 2))
async def test_canceling_one_at_any_moment_leaves_the_others_printed(
    house: House, tray: Tray, pauses: int
) -> None:
    async with house.printing():
        job = await print_all(house, *THREE)
        for _ in range(pauses):
            await asyncio.sleep(0)
        with suppress(IllegalTransition):  # it is completed already
            await cancel(house, job, 2)
        done = await house.until(job.id, JobState.COMPLETED)
    assert states(done)[::2] == [DocumentState.COMPLETED] * 2
    assert done.document(2).over
    assert {"1-1", "1-3"} <= tray.delivered.keys()
    house.assert_idle()


async def test_one_is_deleted_and_its_octets_after_it(house: House, tray: Tray) -> None:
    job = await print_all(house, *THREE)
    gone = job.document(2).key
    await house.jobs.delete_document(job.id, 2, lambda job: None)
    assert gone not in house.keys
    assert await house.spooled() == frozenset()
    async with house.printing():
        done = await house.until(job.id, JobState.COMPLETED)
    assert [document.number for document in done.documents] == [1, 3]
    assert tray.delivered == {"1-1": b"one", "1-3": b"three"}


async def test_one_that_may_not_be_deleted_keeps_its_octets(house: House) -> None:
    job = await print_all(house, *THREE)

    def refuse(job: Job) -> None:
        raise PermissionError

    with pytest.raises(PermissionError):
        await house.jobs.delete_document(job.id, 2, refuse)
    assert await house.job(job.id) == job
    assert job.document(2).key in house.keys


async def test_a_document_after_a_deleted_one_has_a_number_of_its_own(house: House) -> None:
    job = await house.create()
    for content in (b"one", b"two"):
        await house.send(job.id, content, last=False)
    await house.jobs.delete_document(job.id, 2, lambda job: None)
    job = await house.send(job.id, b"three", last=True)
    assert [document.number for document in job.documents] == [1, 3]
