"""Documents that come to a job later, or in the place of others."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from ippserver.engine.jobs import NewDocument
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.interfaces import (
    DocumentInterrupted,
    NoSuchJob,
    SpoolFailed,
    StoreUnavailable,
)
from ippserver.model.errors import JobCanceled, NotPossible, TooManyDocuments
from ippserver.model.job import Job
from ippserver.model.states import IllegalTransition, JobEvent
from ippserver.testing.fakes import stream
from tests.engine.faults import PATIENCE_SECONDS
from tests.engine.house import CONFIG, FAULTY_DOCUMENTS, SMALL, TEXT, House, document


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


@pytest.mark.parametrize(("made", "error"), FAULTY_DOCUMENTS)
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
    faults = faulty.spool_faults if plug == "spool" else faulty.store_faults
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
    faults = house.spool_faults
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
    await house.assert_nothing_is_left()


async def test_two_documents_at_once_do_not_pass_the_limit(house: House) -> None:
    config = replace(CONFIG, max_documents_per_job=1)
    job = await house.create()
    faults = house.spool_faults
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


async def test_a_document_that_was_fetched_again_takes_the_place_of_the_old_one(house: House) -> None:
    job = await house.print(b"old")
    again = await house.jobs.take_again(
        job.id, {1: document(b"new")}, CONFIG, lambda job: replace(job, message="again")
    )
    (fresh,) = again.documents
    assert (fresh.number, again.message) == (1, "again")
    assert b"".join([piece async for piece in house.spool.read(fresh.key)]) == b"new"
    assert house.keys == {fresh.key}
    assert house.told[-1].after == again == await house.job(job.id)


@pytest.mark.parametrize("fault", ["document", "store", "change"])
async def test_a_document_that_cannot_take_the_place_leaves_the_old_one(faulty: House, fault: str) -> None:
    job = await faulty.print(b"old")
    content = stream([b"new"], then=DocumentInterrupted() if fault == "document" else None)
    if fault == "store":
        faulty.store_faults.fails("update", StoreUnavailable("locked"))
    event = JobEvent.FINISH if fault == "change" else JobEvent.HOLD
    with pytest.raises((DocumentInterrupted, StoreUnavailable, IllegalTransition)):
        await faulty.jobs.take_again(
            job.id, {1: document(content)}, CONFIG, lambda job: job.on(event, faulty.clock.now())
        )
    assert await faulty.job(job.id) == job
    assert faulty.keys == {job.documents[0].key}
