"""Several Jobs changed at once, and documents that are let go, on every store (interfaces)."""

from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.interfaces import JobQuery, Keep, NoSuchJob
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.model.job import Job
from ippserver.model.states import IllegalTransition, JobEvent
from ippserver.testing.fakes import job_draft
from tests.contract.jobs import Store, document, ended, reread


async def test_several_jobs_are_changed_each_once_and_in_order(store: Store) -> None:
    jobs = [await store.create(job_draft()) for _ in range(3)]

    def start(job: Job) -> Job:
        return job.on(JobEvent.START, 1.0)

    done = await store.update_all([jobs[2].id, jobs[0].id, jobs[2].id], start)
    assert [change.before for change in done] == [jobs[2], jobs[0]]
    assert [change.after for change in done] == [start(jobs[2]), start(jobs[0])]
    assert [(await reread(store, job.id)).attempts for job in jobs] == [1, 0, 1]
    assert await store.update_all([], start) == []


@pytest.mark.parametrize("bad", ["refused", "gone"])
async def test_several_jobs_are_changed_all_or_none(store: Store, bad: str) -> None:
    jobs = [await store.create(job_draft()) for _ in range(3)]
    if bad == "refused":
        jobs[1] = (await store.update(jobs[1].id, lambda job: job.on(JobEvent.HOLD, 1.0))).job
    else:
        await store.delete([jobs[1].id])
    with pytest.raises(IllegalTransition if bad == "refused" else NoSuchJob):
        await store.update_all([job.id for job in jobs], lambda job: job.on(JobEvent.START, 1.0))
    await store.update(jobs[0].id, lambda job: job)  # the next change does not bring it to light either
    assert [await store.get(job.id) for job in (jobs[0], jobs[2])] == [jobs[0], jobs[2]]
    left = {job.id: job for job in await store.query(JobQuery())}
    assert [left[job.id] for job in (jobs[0], jobs[2])] == [jobs[0], jobs[2]]


# ---- documents that are let go


async def test_terminal_jobs_are_overdue_from_their_moment_until_their_documents_are_gone(
    store: Store,
) -> None:
    async def over(interval: int, moment: float) -> Job:
        template = (names.JOB_RETAIN_UNTIL_INTERVAL.of(interval),)
        job = await store.create(replace(job_draft(documents=(document(),)), template=template))
        return (await store.update(job.id, lambda old: old.on(JobEvent.CANCEL, moment))).job

    late, soon = await over(100, 1000.0), await over(10, 1000.0)
    await store.create(replace(job_draft(documents=(document(),)), template=late.template))
    await ended(store, 1.0)
    assert await store.overdue(1009.9, 9) == []
    assert await store.overdue(1010.0, 9) == [soon]
    assert await store.overdue(2000.0, 9) == [soon, late]
    assert await store.overdue(2000.0, 1) == [soon]
    emptied = tuple(replace(document, key="") for document in soon.documents)
    after = (await store.update(soon.id, lambda job: replace(job, documents=emptied))).job
    assert await store.overdue(2000.0, 9) == [late]
    assert (await reread(store, soon.id)) == after
    assert after.size_octets == 100
    assert "" not in await store.spool_keys()


async def test_terminal_jobs_are_kept_from_their_end_until_their_documents_are_gone(store: Store) -> None:
    old, new = await ended(store, 100.0, octets=900), await ended(store, 200.0, octets=100)
    await store.create(job_draft(documents=(document(),)))
    assert await store.kept(100.0, 9) == []
    assert await store.kept(200.1, 9) == [old, new]
    assert await store.kept(200.1, 1) == [old]
    emptied = tuple(replace(each, key="") for each in old.documents)
    await store.update(old.id, lambda job: replace(job, documents=emptied))
    assert await store.kept(200.1, 9) == [new]


async def test_documents_of_which_a_delivery_was_given_up_are_needed(
    store: Store,
) -> None:
    job = await ended(store, 100.0, octets=900)
    given_up = Delivery(output="hook", target="", state=DeliveryState.DEAD)
    dead = tuple(each.with_delivery(given_up) for each in job.documents)
    await store.update(job.id, lambda job: replace(job, documents=dead))
    assert await store.kept(1000.0, 9) == []
    assert [found.id for found in await store.query(JobQuery(undelivered=True))] == [job.id]


async def test_documents_that_were_let_go_weigh_nothing(store: Store) -> None:
    old, new = await ended(store, 100.0, octets=900), await ended(store, 200.0, octets=100)
    assert await store.excess(Keep(octets=100), 9) == [old]
    emptied = tuple(replace(document, key="") for document in old.documents)
    await store.update(old.id, lambda job: replace(job, documents=emptied))
    assert await store.excess(Keep(octets=100), 9) == []
    assert new.retained
