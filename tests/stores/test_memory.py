import pytest

from ippserver.model.errors import TooManyJobs
from ippserver.stores.memory import MemoryStore
from ippserver.stores.order import MAX_FORGOTTEN, MAX_JOB_ID
from ippserver.testing.fakes import job_draft


async def test_when_job_ids_are_used_up_there_are_too_many_jobs() -> None:
    store = MemoryStore(first_id=MAX_JOB_ID)
    assert (await store.create(job_draft())).id == MAX_JOB_ID
    with pytest.raises(TooManyJobs):
        await store.create(job_draft())


async def test_only_the_newest_deleted_jobs_are_known() -> None:
    store = MemoryStore()
    ids = [(await store.create(job_draft())).id for _ in range(MAX_FORGOTTEN + 1)]
    await store.delete(ids)
    assert await store.forgotten(ids[0]) is None
    assert await store.forgotten(ids[1]) is not None
