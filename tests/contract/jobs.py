"""Stores, and Jobs for them."""

from typing import Protocol

from ippserver.interfaces import JobQuery, JobStore, PrinterStore, SubscriptionStore
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.testing.fakes import job_draft


class Store(JobStore, PrinterStore, SubscriptionStore, Protocol):
    """All in one, as every backend is."""


def document(number: int = 1, size_octets: int = 100) -> Document:
    """One that lies in the spool."""
    return Document(
        number=number,
        key=f"{number:x}-{size_octets}",
        format="application/pdf",
        size_octets=size_octets,
        sha256="ab" * 32,
    )


async def reread(store: Store, job_id: int) -> Job:
    """The Job as both ways of reading find it."""
    (job,) = [one for one in await store.query(JobQuery()) if one.id == job_id]
    assert await store.get(job_id) == job
    return job


async def ended(store: Store, moment: float, event: JobEvent = JobEvent.ABORT, octets: int = 100) -> Job:
    """A Job that was over at `moment`."""
    job = await store.create(job_draft(documents=(document(1, octets),)))
    return (await store.update(job.id, lambda old: old.on(event, moment))).job
