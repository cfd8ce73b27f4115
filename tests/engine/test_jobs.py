import asyncio
import errno
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ippserver.engine.jobs import NewDocument
from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.interfaces import (
    DocumentInterrupted,
    JobQuery,
    Keep,
    NoSuchJob,
    SpoolError,
    SpoolFailed,
    SpoolFull,
    StoreError,
    StoreUnavailable,
)
from ippserver.model import formats
from ippserver.model.errors import (
    BadRequest,
    DocumentFormatError,
    JobCanceled,
    NotPossible,
    RequestEntityTooLarge,
    TooManyDocuments,
    TooManyJobs,
)
from ippserver.model.job import MAX_ATTEMPTS, Job
from ippserver.model.states import ACTIVE, IllegalTransition, JobEvent
from ippserver.spools.disk import DiskSpool
from ippserver.testing.fakes import FailingDisk, job_draft, stream
from tests.engine.house import (
    CONFIG,
    PATIENCE_SECONDS,
    TEXT,
    FaultySpool,
    FaultyStore,
    House,
    Store,
    document,
)


@pytest.fixture
async def faulty() -> House:
    """A house whose store and spool fail when told to."""
    return await House(store=FaultyStore(), spool=FaultySpool()).open()


def store_of(house: House) -> FaultyStore:
    assert isinstance(house.store, FaultyStore)
    return house.store


def spool_of(house: House) -> FaultySpool:
    assert isinstance(house.spool, FaultySpool)
    return house.spool


async def assert_nothing_is_left(house: House) -> None:
    """SECURITY, state S0: no job, no document row, no file."""
    assert await house.store.query(JobQuery()) == []
    assert house.jobs.unfinished == {}
    assert spool_of(house).keys == frozenset()


# ---- the accept rule


async def test_a_job_that_is_accepted_is_stored_with_its_document_and_told(house: House) -> None:
    job = await house.print(TEXT)
    assert (await house.job(job.id)).documents == job.documents
    (kept,) = job.documents
    assert (kept.number, kept.size_octets, kept.format) == (1, len(TEXT), formats.TEXT)
    assert b"".join([piece async for piece in house.spool.read(kept.key)]) == TEXT
    assert dict(house.jobs.unfinished) == {job.id: job}
    assert [(change.before, change.after) for change in house.told] == [(None, job)]


SMALL = replace(CONFIG, max_document_octets=4096)


def interrupted(pieces: int) -> NewDocument:
    return document(stream([b"x" * 600] * pieces, then=DocumentInterrupted()))


FAULTY: list[tuple[Callable[[], NewDocument], type[Exception]]] = [
    (lambda: document(b""), BadRequest),
    (lambda: document(stream([b"", b""])), BadRequest),
    (lambda: document(b"no pdf", media_type=formats.PDF), DocumentFormatError),
    (lambda: document(b"x" * (SMALL.max_document_octets + 1)), RequestEntityTooLarge),
    *((partial(interrupted, pieces), DocumentInterrupted) for pieces in range(4)),
]


@pytest.mark.parametrize(("made", "error"), FAULTY)
async def test_a_faulty_document_leaves_no_job_and_no_file(
    faulty: House, made: Callable[[], NewDocument], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await faulty.jobs.submit(job_draft(), made(), SMALL)
    await assert_nothing_is_left(faulty)
    assert faulty.told == []


@pytest.mark.parametrize(
    ("plug", "call", "error"),
    [
        ("spool", "write", SpoolFull("full")),
        ("spool", "write", SpoolFailed("no more room")),
        ("store", "create", StoreUnavailable("locked")),
        ("store", "create", StoreError("damaged")),
        ("store", "create", TooManyJobs("all job-ids are used up")),
    ],
)
async def test_a_fault_of_spool_or_store_leaves_no_job_and_no_file(
    faulty: House, plug: str, call: str, error: Exception
) -> None:
    faults = spool_of(faulty).faults if plug == "spool" else store_of(faulty).faults
    faults.fails(call, error)
    with pytest.raises(type(error)):
        await faulty.print()
    await assert_nothing_is_left(faulty)
    assert (await faulty.print()).id == 1


async def test_a_file_that_cannot_be_removed_after_a_fault_is_swept_at_the_next_start(faulty: House) -> None:
    store_of(faulty).faults.fails("create", StoreUnavailable("locked"))
    spool_of(faulty).faults.fails("delete", SpoolFailed("read-only"))
    with pytest.raises(StoreUnavailable):
        await faulty.print()
    assert len(spool_of(faulty).keys) == 1
    await faulty.moved()
    await assert_nothing_is_left(faulty)


async def canceled(work: Coroutine[Any, Any, Any], reached: asyncio.Event, gate: asyncio.Event) -> None:
    """Cancels `work` when it has reached the gate, and opens the gate afterwards."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        task = asyncio.ensure_future(work)
        await reached.wait()
        task.cancel()
        await asyncio.sleep(0)
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_who_is_cancelled_while_the_document_is_written_leaves_nothing(faulty: House) -> None:
    faults = spool_of(faulty).faults
    gate = faults.waits("write")
    await canceled(faulty.print(), faults.reached, gate)
    await assert_nothing_is_left(faulty)


@pytest.mark.parametrize("moment", ["create", "create-done"])
async def test_a_job_that_is_committed_is_told_though_its_client_has_left(faulty: House, moment: str) -> None:
    faults = store_of(faulty).faults
    gate = faults.waits(moment)
    await canceled(faulty.print(), faults.reached, gate)
    (job,) = await faulty.store.query(JobQuery())
    assert [change.after for change in faulty.told] == [job]
    assert await faulty.spooled() == frozenset()


async def test_a_fault_of_the_store_after_its_client_has_left_leaves_nothing(faulty: House) -> None:
    faults = store_of(faulty).faults
    gate = faults.waits("create")
    faults.fails("create", StoreUnavailable("locked"))
    await canceled(faulty.print(), faults.reached, gate)
    await assert_nothing_is_left(faulty)


@pytest.mark.parametrize("moment", ["update", "update-done"])
async def test_a_change_that_is_committed_is_told_though_nobody_waits_for_it(
    faulty: House, moment: str
) -> None:
    job = await faulty.print()
    faults = store_of(faulty).faults
    gate = faults.waits(moment)
    await canceled(faulty.jobs.on(job.id, JobEvent.HOLD), faults.reached, gate)
    assert faulty.jobs.unfinished[job.id] == await faulty.job(job.id)
    assert faulty.told[-1].job.state is JobState.PENDING_HELD


async def test_too_many_unfinished_jobs_are_refused_unread_those_that_arrive_counted(tray: Any) -> None:
    house = await House(tray, max_unfinished=2).open()
    gate = spool_of(house).faults.waits("write")
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(house.print())
        await spool_of(house).faults.reached.wait()
        await house.create()
        with pytest.raises(TooManyJobs):
            await house.create()
        with pytest.raises(TooManyJobs):
            house.jobs.check_room()
        gate.set()
    await house.jobs.on(2, JobEvent.HOLD)
    await house.jobs.on(1, JobEvent.CANCEL)
    assert (await house.create()).id == 3


DISK_CALLS = ["free_octets", "open", "write", "fsync", "replace"]


@pytest.mark.parametrize("operation", DISK_CALLS)
@pytest.mark.parametrize("fails_at", range(1, 4))
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("octets", [20, 600_000])
async def test_a_disk_that_fails_at_any_call_leaves_all_of_a_job_or_nothing(
    tmp_path: Path, operation: str, fails_at: int, error: int, octets: int
) -> None:
    folder = tmp_path / "spool"
    spool = DiskSpool(folder, min_free_octets=0, disk=FailingDisk(operation, fails_at, error=error))
    await spool.open()
    try:
        house = await House(spool=spool).open()
        try:
            job = await house.print(b"x" * octets)
        except SpoolError:
            assert await house.store.query(JobQuery()) == []
            assert list(folder.iterdir()) == []
            job = await house.print(b"x" * octets)
    finally:
        await spool.close()
    assert [file.name for file in folder.iterdir()] == [job.documents[0].key]
    assert (folder / job.documents[0].key).stat().st_size == octets


# ---- more documents


async def test_documents_are_numbered_as_they_come_and_the_last_one_closes_the_job(house: House) -> None:
    job = await house.create()
    assert job.reasons == {Reason.JOB_INCOMING, Reason.JOB_DATA_INSUFFICIENT}
    first = await house.send(job.id, b"one", last=False)
    assert (first.state, first.reasons) == (JobState.PENDING_HELD, frozenset({Reason.JOB_INCOMING}))
    second = await house.send(job.id, b"two", last=True)
    assert (second.state, second.reasons, second.incoming) == (JobState.PENDING, frozenset(), False)
    assert [each.number for each in second.documents] == [1, 2]


async def test_a_job_is_closed_without_a_document(house: House) -> None:
    job = await house.create()
    closed = await house.send(job.id, None, last=True)
    assert (closed.state, closed.documents, closed.incoming) == (JobState.PENDING, (), False)


async def test_a_job_that_is_held_stays_so_when_it_is_closed(house: House) -> None:
    job = await house.create()
    await house.jobs.on(job.id, JobEvent.HOLD)
    closed = await house.send(job.id, last=True)
    assert closed.state is JobState.PENDING_HELD
    assert closed.reasons == {Reason.JOB_HOLD_UNTIL_SPECIFIED}


@pytest.mark.parametrize("content", [None, TEXT])
async def test_a_closed_job_takes_no_more(house: House, content: bytes | None) -> None:
    job = await house.print()
    with pytest.raises(NotPossible):
        await house.send(job.id, content, last=True)
    assert await house.job(job.id) == job
    assert await house.spooled() == frozenset()


@pytest.mark.parametrize("content", [None, TEXT])
async def test_a_job_that_has_ended_takes_no_more(house: House, content: bytes | None) -> None:
    job = await house.create()
    await house.jobs.on(job.id, JobEvent.CANCEL)
    with pytest.raises(NotPossible):
        await house.send(job.id, content, last=True)


@pytest.mark.parametrize(("made", "error"), FAULTY)
async def test_a_faulty_document_leaves_an_open_job_with_those_it_had(
    faulty: House, made: Callable[[], NewDocument], error: type[Exception]
) -> None:
    job = await faulty.create()
    kept = await faulty.send(job.id, last=False)
    with pytest.raises(error):
        await faulty.jobs.add_document(job.id, made(), SMALL, last=True)
    assert await faulty.job(job.id) == kept
    assert await faulty.spooled() == frozenset()
    assert not faulty.jobs.receiving(job.id)
    assert len((await faulty.send(job.id, last=True)).documents) == 2


@pytest.mark.parametrize(
    ("plug", "call", "error"),
    [
        ("spool", "write", SpoolFailed("no more room")),
        ("store", "update", StoreUnavailable("locked")),
    ],
)
async def test_a_fault_of_spool_or_store_leaves_an_open_job_as_it_was(
    faulty: House, plug: str, call: str, error: Exception
) -> None:
    job = await faulty.create()
    faults = spool_of(faulty).faults if plug == "spool" else store_of(faulty).faults
    faults.fails(call, error)
    with pytest.raises(type(error)):
        await faulty.send(job.id, last=True)
    assert await faulty.job(job.id) == job
    assert await faulty.spooled() == frozenset()


async def test_a_client_that_failed_to_send_a_document_has_its_time_again(house: House) -> None:
    job = await house.create()
    house.clock.advance(100.0)
    with pytest.raises(DocumentInterrupted):
        await house.send(job.id, stream([TEXT], then=DocumentInterrupted()), last=True)
    assert (await house.job(job.id)).touched == house.clock.now()


async def arriving(house: House, job: Job, meanwhile: Callable[[], Coroutine[Any, Any, Any]]) -> Job:
    """The Job after a document during whose arrival something happened."""
    faults = spool_of(house).faults
    gate = faults.waits("write")
    async with asyncio.timeout(PATIENCE_SECONDS):
        task = asyncio.ensure_future(house.send(job.id, last=True))
        await faults.reached.wait()
        assert house.jobs.receiving(job.id)
        await meanwhile()
        gate.set()
        return await task


async def test_a_job_that_is_canceled_while_a_document_arrives_does_not_get_it(house: House) -> None:
    job = await house.create()
    with pytest.raises(JobCanceled):
        await arriving(house, job, lambda: house.jobs.on(job.id, JobEvent.CANCEL))
    assert (await house.job(job.id)).state is JobState.CANCELED
    assert await house.spooled() == frozenset()
    assert not house.jobs.receiving(job.id)


async def test_a_job_that_is_closed_while_a_document_arrives_does_not_get_it(house: House) -> None:
    job = await house.create()
    with pytest.raises(NotPossible):
        await arriving(house, job, lambda: house.send(job.id, None, last=True))
    assert await house.spooled() == frozenset()


async def test_a_job_that_is_deleted_while_a_document_arrives_is_gone(house: House) -> None:
    job = await house.create()
    with pytest.raises(NoSuchJob):
        await arriving(house, job, lambda: house.jobs.delete([job.id]))
    await assert_nothing_is_left(house)


async def test_two_documents_at_once_do_not_pass_the_limit(house: House) -> None:
    config = replace(CONFIG, max_documents_per_job=1)
    job = await house.create()
    faults = spool_of(house).faults
    gate = faults.waits("write")
    async with asyncio.timeout(PATIENCE_SECONDS):
        both = [
            asyncio.ensure_future(house.jobs.add_document(job.id, document(TEXT), config, last=False))
            for _ in range(2)
        ]
        await faults.reached.wait()
        await house.settle()
        gate.set()
        outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Job", "TooManyDocuments"]
    assert len((await house.job(job.id)).documents) == 1
    assert await house.spooled() == frozenset()


async def test_a_document_beyond_the_limit_is_not_read(house: House) -> None:
    config = replace(CONFIG, max_documents_per_job=1)
    job = await house.create()
    await house.send(job.id, last=False)
    unread = stream([TEXT])
    with pytest.raises(TooManyDocuments):
        await house.jobs.add_document(job.id, document(unread), config, last=False)
    assert await anext(unread) == TEXT
    await unread.aclose()


# ---- documents in the place of others


async def test_a_document_that_was_fetched_again_takes_the_place_of_the_old_one(house: House) -> None:
    job = await house.print(b"old")
    again = await house.jobs.take_again(
        job.id, {1: document(b"new")}, CONFIG, lambda job: replace(job, message="again")
    )
    (fresh,) = again.documents
    assert (fresh.number, again.message) == (1, "again")
    assert b"".join([piece async for piece in house.spool.read(fresh.key)]) == b"new"
    assert spool_of(house).keys == {fresh.key}
    assert house.told[-1].after == again == await house.job(job.id)


@pytest.mark.parametrize("fault", ["document", "store", "change"])
async def test_a_document_that_cannot_take_the_place_leaves_the_old_one(faulty: House, fault: str) -> None:
    job = await faulty.print(b"old")
    content = stream([b"new"], then=DocumentInterrupted() if fault == "document" else None)
    if fault == "store":
        store_of(faulty).faults.fails("update", StoreUnavailable("locked"))
    event = JobEvent.FINISH if fault == "change" else JobEvent.HOLD
    with pytest.raises((DocumentInterrupted, StoreUnavailable, IllegalTransition)):
        await faulty.jobs.take_again(
            job.id, {1: document(content)}, CONFIG, lambda job: job.on(event, faulty.clock.now())
        )
    assert await faulty.job(job.id) == job
    assert spool_of(faulty).keys == {job.documents[0].key}


# ---- changing


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
    spool_of(faulty).faults.fails("delete", SpoolFailed("read-only"))
    await faulty.jobs.delete([job.id])
    assert await faulty.jobs.get(job.id) is None
    await faulty.moved()
    await assert_nothing_is_left(faulty)


async def test_a_store_that_cannot_delete_leaves_jobs_and_documents(faulty: House) -> None:
    job = await faulty.print()
    store_of(faulty).faults.fails("delete", StoreUnavailable("locked"))
    with pytest.raises(StoreUnavailable):
        await faulty.jobs.delete([job.id])
    assert await faulty.jobs.get(job.id) == job
    assert await faulty.spooled() == frozenset()
    assert len(spool_of(faulty).keys) == 1


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
    assert spool_of(moved).keys == {job.documents[0].key}
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
    store_of(faulty).faults.fails("update", StoreUnavailable("locked"))
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
