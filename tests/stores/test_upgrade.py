"""A store of every schema of which one was kept opens with today's code, and has everything in it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobHoldUntil, JobStateReason, JobStorageAccess, NotifyEvent, Sides
from ippserver.interfaces import JobQuery, PrinterRecord
from ippserver.ipp.values import Name, NameWithLanguage, RangeOfInteger
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.model.document import Document
from ippserver.model.subscription import Subscription
from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import job_draft
from tests.data import make_store

DATA = Path(__file__).parents[1] / "data"
CREATED = 1_800_000_000.0
IDS = {
    JobState.PENDING: 1,
    JobState.PENDING_HELD: 2,
    JobState.PROCESSING: 3,
    JobState.PROCESSING_STOPPED: 4,
    JobState.CANCELED: 5,
    JobState.ABORTED: 6,
    JobState.COMPLETED: 7,
}


@asynccontextmanager
async def opened(kept: Path, folder: Path) -> AsyncIterator[SqliteStore]:
    """A copy of the store `kept`, upgraded."""
    path = folder / "store" / "jobs.sqlite3"
    path.parent.mkdir(0o700)
    shutil.copyfile(kept, path)
    made = SqliteStore(path)
    await made.open()
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """One of the first schema."""
    async with opened(DATA / "store-v1.sqlite3", tmp_path) as store:
        yield store


async def test_a_store_of_schema_6_has_all_that_was_stored(tmp_path: Path) -> None:
    expected = MemoryStore()
    await make_store.fill(expected)
    await make_store.fill_later(expected)
    async with opened(DATA / "store-v6.sqlite3", tmp_path) as store:
        jobs = await store.query(JobQuery())
        assert jobs == await expected.query(JobQuery())
        assert await store.subscriptions() == await expected.subscriptions() != []
        assert await store.last_subscription_id() == 9
        for path in ("/ipp/print", "/ipp/print/second"):
            assert await store.load_printer(path) == await expected.load_printer(path) is not None
        kept = JobQuery(stored=(JobStorageAccess.OWNER,))
        assert [job.name for job in await store.query(kept)] == ["Bericht 22 🙂"]
        assert [job.name for job in await store.overdue(CREATED * 2, 9)] == ["Bericht 23 🙂"]
        assert (await store.create(job_draft())).id == 1 + max(job.id for job in jobs)


@pytest.mark.parametrize("state", IDS)
async def test_a_job_of_every_state_is_found(store: SqliteStore, state: JobState) -> None:
    (job,) = await store.query(JobQuery(states={state}))
    assert job.id == IDS[state]
    assert job == await store.get(job.id)
    assert job.terminal == (job.completed is not None)
    assert (job.message == "") == (state is JobState.PENDING)


async def test_a_job_has_all_that_was_stored(store: SqliteStore) -> None:
    job = await store.get(1)
    assert job is not None
    assert (job.uuid, job.printer) == ("00000000-0000-4000-8000-000000000001", "/ipp/print")
    assert (job.user, job.name) == (NameWithLanguage("fr", "Zoë"), Name("Bericht 1 🙂"))
    assert (job.charset, job.natural_language) == ("utf-8", "de")
    assert (job.created, job.touched) == (CREATED + 1, CREATED + 1.5)
    assert (job.priority, job.attempts, job.incoming) == (10, 0, True)
    assert (job.password, job.proofed, job.stored) == (None, False, False)
    assert job.reasons == {JobStateReason.JOB_QUEUED}
    assert job.hold_until == JobHoldUntil.NIGHT
    assert job.template == (
        names.COPIES.of(1),
        names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
        names.PAGE_RANGES.of(RangeOfInteger(1, 2), RangeOfInteger(5, 7)),
    )
    assert job.supplied == (names.JOB_K_OCTETS.of(1),)


async def test_documents_have_all_that_was_stored(store: SqliteStore) -> None:
    job = await store.get(2)
    assert job is not None
    assert job.documents[0] == Document(
        number=1,
        key="00000000-0000-4000-8000-000000000002-1",
        format="application/pdf",
        size_octets=2000,
        sha256=f"{2:064x}",
        name=Name("Seite"),
        natural_language="de",
        supplied=(names.DOCUMENT_FORMAT_SUPPLIED.of("application/octet-stream"),),
        deliveries=(Delivery(output="folder", target="2-Bericht.pdf", state=DeliveryState.DONE),),
        created=CREATED + 2,
    )
    assert [(document.number, document.name) for document in job.documents[1:]] == [(2, None)]
    assert len(await store.spool_keys()) == 14


@pytest.mark.parametrize("state", IDS)
async def test_what_happened_to_a_job_happened_to_its_documents(store: SqliteStore, state: JobState) -> None:
    job = await store.get(IDS[state])
    assert job is not None
    ended = {JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED}
    for document in job.documents:
        assert document.state.keyword == (state.keyword if state in ended else "pending")
        assert (document.created, document.processing_since) == (job.created, job.processing_since)
        assert document.completed == job.completed
        assert bool(document.reasons) == document.over


async def test_moments_of_processing_are_kept(store: SqliteStore) -> None:
    job = await store.get(7)
    assert job is not None
    assert (job.processing_since, job.completed, job.attempts) == (CREATED + 107, CREATED + 107, 1)


async def test_deleted_jobs_and_printers_are_remembered(store: SqliteStore) -> None:
    assert await store.forgotten(8) == "/ipp/print"
    assert await store.load_printer("/ipp/print") == PrinterRecord(
        path="/ipp/print",
        uuid="00000000-0000-4000-8000-00000000abcd",
        accepting=False,
        paused=True,
        state_changed=CREATED,
        config_digest="digest",
        config_changed=CREATED + 1,
    )


async def test_it_can_keep_subscriptions(store: SqliteStore) -> None:
    assert await store.subscriptions() == []
    subscription = Subscription(
        id=1,
        printer="/ipp/print",
        printer_uri="ipp://printer.local/ipp/print",
        user=Name("alice"),
        events=(NotifyEvent.JOB_COMPLETED,),
        charset="utf-8",
        natural_language="en",
        job_id=IDS[JobState.PENDING],
    )
    await store.add_subscriptions([subscription])
    assert await store.subscriptions() == [subscription]
    await store.delete([IDS[JobState.PENDING]])
    assert await store.subscriptions() == []


async def test_new_jobs_follow_the_old_ones(store: SqliteStore) -> None:
    assert (await store.create(job_draft())).id == 9
