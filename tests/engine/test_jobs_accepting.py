"""The accept rule: a job is kept whole, or nothing of it (SECURITY 5)."""

import asyncio
import errno
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from ippserver.engine.jobs import NewDocument
from ippserver.iana.enums import JobState
from ippserver.interfaces import (
    JobQuery,
    SpoolError,
    SpoolFailed,
    SpoolFull,
    StoreError,
    StoreUnavailable,
)
from ippserver.model import formats
from ippserver.model.errors import TooManyJobs
from ippserver.model.states import JobEvent
from ippserver.spools.disk import DiskSpool
from ippserver.testing.fakes import FailingDisk, job_draft
from tests.engine.faults import PATIENCE_SECONDS
from tests.engine.house import FAULTY_DOCUMENTS, SMALL, TEXT, House


async def test_a_job_that_is_accepted_is_stored_with_its_document_and_told(house: House) -> None:
    job = await house.print(TEXT)
    assert (await house.job(job.id)).documents == job.documents
    (kept,) = job.documents
    assert (kept.number, kept.size_octets, kept.format) == (1, len(TEXT), formats.TEXT)
    assert b"".join([piece async for piece in house.spool.read(kept.key)]) == TEXT
    assert dict(house.jobs.unfinished) == {job.id: job}
    assert [(change.before, change.after) for change in house.told] == [(None, job)]


@pytest.mark.parametrize(("made", "error"), FAULTY_DOCUMENTS)
async def test_a_faulty_document_leaves_no_job_and_no_file(
    faulty: House, made: Callable[[], NewDocument], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await faulty.jobs.submit(job_draft(), made(), SMALL)
    await faulty.assert_nothing_is_left()
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
    faults = faulty.spool_faults if plug == "spool" else faulty.store_faults
    faults.fails(call, error)
    with pytest.raises(type(error)):
        await faulty.print()
    await faulty.assert_nothing_is_left()
    assert (await faulty.print()).id == 1


async def test_a_file_that_cannot_be_removed_after_a_fault_is_swept_at_the_next_start(faulty: House) -> None:
    faulty.store_faults.fails("create", StoreUnavailable("locked"))
    faulty.spool_faults.fails("delete", SpoolFailed("read-only"))
    with pytest.raises(StoreUnavailable):
        await faulty.print()
    assert len(faulty.keys) == 1
    await faulty.moved()
    await faulty.assert_nothing_is_left()


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
    faults = faulty.spool_faults
    gate = faults.waits("write")
    await canceled(faulty.print(), faults.reached, gate)
    await faulty.assert_nothing_is_left()


@pytest.mark.parametrize("moment", ["create", "create-done"])
async def test_a_job_that_is_committed_is_told_though_its_client_has_left(faulty: House, moment: str) -> None:
    faults = faulty.store_faults
    gate = faults.waits(moment)
    await canceled(faulty.print(), faults.reached, gate)
    (job,) = await faulty.store.query(JobQuery())
    assert [change.after for change in faulty.told] == [job]
    assert await faulty.spooled() == frozenset()


async def test_a_fault_of_the_store_after_its_client_has_left_leaves_nothing(faulty: House) -> None:
    faults = faulty.store_faults
    gate = faults.waits("create")
    faults.fails("create", StoreUnavailable("locked"))
    await canceled(faulty.print(), faults.reached, gate)
    await faulty.assert_nothing_is_left()


@pytest.mark.parametrize("moment", ["update", "update-done"])
async def test_a_change_that_is_committed_is_told_though_nobody_waits_for_it(
    faulty: House, moment: str
) -> None:
    job = await faulty.print()
    faults = faulty.store_faults
    gate = faults.waits(moment)
    await canceled(faulty.jobs.on(job.id, JobEvent.HOLD), faults.reached, gate)
    assert faulty.jobs.unfinished[job.id] == await faulty.job(job.id)
    assert faulty.told[-1].job.state is JobState.PENDING_HELD


async def test_too_many_unfinished_jobs_are_refused_unread_those_that_arrive_counted(tray: Any) -> None:
    house = await House(tray, max_unfinished=2).open()
    gate = house.spool_faults.waits("write")
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(house.print())
        await house.spool_faults.reached.wait()
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
