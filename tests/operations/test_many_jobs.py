"""Thousands of jobs: listed and forgotten a few at a time, so that nobody waits for the memory of all."""

from collections.abc import Collection, Sequence

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.interfaces import JobQuery
from ippserver.model.job import Job
from ippserver.stores.memory import MemoryStore
from ippserver.testing.desk import Desk
from ippserver.testing.fakes import job_draft

MANY = 1050


class Observed(MemoryStore):
    """Notes how many jobs it hands out at once."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once: list[int] = []

    async def query(self, query: JobQuery) -> Sequence[Job]:
        """As MemoryStore.query."""
        found = await super().query(query)
        self.at_once.append(len(found))
        return found

    async def ids(self, query: JobQuery) -> Sequence[int]:
        """As MemoryStore.ids, for which no job leaves the store."""
        return [job.id for job in await super().query(query)]

    async def delete(self, job_ids: Collection[int]) -> list[Job]:
        """As MemoryStore.delete."""
        gone = list(await super().delete(job_ids))
        self.at_once.append(len(gone))
        return gone


async def crowded() -> tuple[Desk, Observed]:
    """A server with MANY jobs."""
    store = Observed()
    for _ in range(MANY):
        await store.create(job_draft())
    desk = await Desk(store=store, max_unfinished=MANY).open()
    store.at_once.clear()
    return desk, store


async def test_a_list_of_many_jobs_is_made_of_few_at_a_time() -> None:
    desk, store = await crowded()
    answer = await desk.ask(Operation.GET_JOBS)
    assert [names.JOB_ID.get(group) for group in answer.jobs] == list(range(1, MANY + 1))
    assert max(store.at_once) <= 100


async def test_a_short_list_is_one_question_to_the_store() -> None:
    desk, store = await crowded()
    answer = await desk.ask(Operation.GET_JOBS, names.LIMIT.of(50))
    assert len(answer.jobs) == 50
    assert store.at_once == [50]


async def test_many_jobs_are_forgotten_few_at_a_time() -> None:
    desk, store = await crowded()
    assert (await desk.ask(Operation.PURGE_JOBS)).status is Status.SUCCESSFUL_OK
    assert sum(store.at_once) == MANY
    assert max(store.at_once) <= 200
    assert not desk.jobs.unfinished
