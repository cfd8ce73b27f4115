"""What every store does with Jobs that have a password, a proof, or are kept to be printed again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import (
    JobPasswordEncryption,
    JobRetainUntil,
    JobStateReason,
    JobStorageAccess,
    JobStorageDisposition,
    WhichJobs,
)
from ippserver.interfaces import JobQuery, JobStore, Keep
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword
from ippserver.model import release
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.password import Password
from ippserver.model.proof import ended
from ippserver.model.states import JobEvent
from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import job_draft

NOW = 1_800_000_100.0
EVERYTHING = Keep(completed_after=NOW * 2, jobs=0, octets=0)
PASSWORD = Password(
    encryption=JobPasswordEncryption.SHA2_256, salt="salt", digest="ab" * 32, tries=2, tried=NOW
)
DOCUMENT = Document(number=1, key="k-1", format="application/pdf", size_octets=100, sha256="ab" * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "jobs.sqlite3"


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, path: Path) -> AsyncIterator[JobStore]:
    made: JobStore = MemoryStore() if request.param == "memory" else SqliteStore(path)
    await made.open()
    yield made
    await made.close()


async def done(
    store: JobStore,
    *template: Attribute,
    access: Keyword | None = None,
    user: str = "alice",
    printer: str = "/ipp/print",
) -> Job:
    """A Job whose only, or first, run is over."""
    storage = () if access is None else (release.storage(access, JobStorageDisposition.PRINT_AND_STORE),)
    document = replace(DOCUMENT, key=f"k-{user}-{len(await store.spool_keys())}")
    draft = job_draft(user=user, printer=printer, documents=(document,))
    job = await store.create(replace(draft, template=template, supplied=storage))
    change = await store.update(job.id, lambda job: ended(job.on(JobEvent.START, NOW), NOW))
    return change.job


async def ids(store: JobStore, query: JobQuery) -> list[int]:
    return [job.id for job in await store.query(query)]


async def test_a_password_is_kept_with_its_tries(store: JobStore) -> None:
    job = await store.create(replace(job_draft(), password=PASSWORD))
    assert job.password == PASSWORD
    tried = PASSWORD.tried_at(NOW + 1)
    await store.update(job.id, lambda job: replace(job, password=tried))
    read = await store.get(job.id)
    assert read is not None
    assert read.password == tried
    assert type(tried.encryption) is type(read.password.encryption)


async def test_a_password_survives_the_process_and_lies_nowhere_in_clear(path: Path) -> None:
    secret = b"0815481516234223"
    password = Password.of(secret, JobPasswordEncryption.NONE, "salt")
    first = SqliteStore(path)
    await first.open()
    job = await first.create(replace(job_draft(), password=password))
    await first.close()
    second = SqliteStore(path)
    await second.open()
    read = await second.get(job.id)
    await second.close()
    assert read is not None
    assert read.password == password
    assert not any(secret in file.read_bytes() for file in path.parent.iterdir() if file.is_file())


async def test_the_password_of_a_document_is_kept_with_it(store: JobStore) -> None:
    locked = (replace(DOCUMENT, password="grüße"), replace(DOCUMENT, number=2, key="k-2"))
    job = await store.create(replace(job_draft(), documents=locked))
    read = await store.get(job.id)
    assert read is not None
    assert [document.password for document in read.documents] == ["grüße", None]


async def test_of_a_documents_password_nothing_is_left_when_its_job_is_over(path: Path) -> None:
    first = SqliteStore(path)
    await first.open()
    locked = (replace(DOCUMENT, password="0815481516234223"),)
    job = await first.create(replace(job_draft(), documents=locked))
    await first.close()
    second = SqliteStore(path)
    await second.open()
    read = await second.get(job.id)
    assert read is not None
    assert read.documents[0].password == "0815481516234223"  # a restart prints the Job nevertheless
    await second.update(job.id, lambda job: job.on(JobEvent.START, NOW))
    await second.update(job.id, lambda job: job.on(JobEvent.FINISH, NOW))
    await second.close()
    assert not any(b"0815481516" in file.read_bytes() for file in path.parent.iterdir() if file.is_file())


async def test_a_stored_job_is_never_too_much(store: JobStore) -> None:
    kept = await done(store, access=JobStorageAccess.OWNER)
    plain = await done(store)
    assert [job.id for job in await store.excess(EVERYTHING, 10)] == [plain.id]
    await store.update(kept.id, lambda job: job.on(JobEvent.UNSTORE, NOW))
    assert {job.id for job in await store.excess(EVERYTHING, 10)} == {kept.id, plain.id}


async def test_the_octets_of_stored_jobs_do_not_count(store: JobStore) -> None:
    await done(store, access=JobStorageAccess.OWNER)
    await done(store)
    assert not await store.excess(Keep(octets=100), 10)
    assert not await store.excess(Keep(jobs=1), 10)


async def test_a_stored_job_keeps_its_documents_whatever_it_says(store: JobStore) -> None:
    none = names.JOB_RETAIN_UNTIL.of(JobRetainUntil.NONE)
    kept, plain = await done(store, none, access=JobStorageAccess.OWNER), await done(store, none)
    assert [job.id for job in await store.overdue(NOW * 2, 10)] == [plain.id]
    await store.update(kept.id, lambda job: job.on(JobEvent.UNSTORE, NOW))
    assert len(await store.overdue(NOW * 2, 10)) == 2


async def test_a_proof_waits_as_it_was_stored(store: JobStore) -> None:
    job = await done(store, names.PROOF_COPIES.of(1))
    read = await store.get(job.id)
    assert read == job
    assert read.proofed
    assert JobStateReason.JOB_SUSPENDED_FOR_APPROVAL in read.reasons


async def test_jobs_are_found_by_their_proof(store: JobStore) -> None:
    printed = await done(store, names.PROOF_PRINT.of(Collection([names.PROOF_PRINT_COPIES.of(1)])))
    waiting = await done(store, names.PROOF_COPIES.of(1))
    await done(store)
    assert await ids(store, JobQuery(proof=WhichJobs.PROOF_PRINT)) == [printed.id]
    assert await ids(store, JobQuery(proof=WhichJobs.PROOF_AND_SUSPEND)) == [waiting.id]
    assert await ids(store, JobQuery(proof=WhichJobs.PROOF_PRINT, states={JobState.PENDING})) == []


async def test_jobs_are_found_by_their_storage(store: JobStore) -> None:
    own = await done(store, access=JobStorageAccess.OWNER)
    public = await done(store, access=JobStorageAccess.PUBLIC, user="bob")
    elsewhere = await done(store, access=JobStorageAccess.PUBLIC, printer="/other")
    await done(store)
    everything = JobQuery(stored=release.ACCESSES)
    assert await ids(store, everything) == [elsewhere.id, public.id, own.id]
    assert await ids(store, replace(everything, printer="/ipp/print")) == [public.id, own.id]
    assert await ids(store, replace(everything, user="bob")) == [public.id]
    assert await ids(store, JobQuery(stored=(JobStorageAccess.PUBLIC,))) == [elsewhere.id, public.id]
    assert await ids(store, replace(everything, first=2, limit=1)) == [public.id]
    assert await ids(store, replace(everything, first=4, limit=1)) == []
    assert await ids(store, replace(everything, states={JobState.PENDING})) == []
