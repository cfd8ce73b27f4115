"""What can be read in documents, on every store (interfaces)."""

from dataclasses import replace

import pytest

from ippserver.interfaces import JobQuery
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.model.words import MOST_SHOWN
from ippserver.testing.fakes import job_draft
from tests.contract.jobs import Store, document


async def kept(store: Store, *texts: str) -> Job:
    """A Job of Documents in which that can be read."""
    documents = tuple(document(number) for number in range(1, len(texts) + 1))
    job = await store.create(job_draft(documents=documents))
    for number, text in enumerate(texts, 1):
        await store.keep_text(job.id, number, text)
    return job


async def found(store: Store, text: str) -> list[int]:
    """The ids of the Jobs that are found, by both ways of reading."""
    ids = await store.ids(JobQuery(text=text))
    assert [job.id for job in await store.query(JobQuery(text=text))] == ids
    return list(ids)


async def test_jobs_are_found_by_words_that_their_documents_hold_together(store: Store) -> None:
    first = await kept(store, "An Invoice\nof May", "and a receipt")
    second = await kept(store, "INVOICE of June")
    await kept(store)
    assert await found(store, "invoice") == [first.id, second.id]
    assert await found(store, "invoice receipt") == [first.id]
    assert await found(store, "ju* invoice") == [second.id]
    assert await found(store, "voice") == []


@pytest.mark.parametrize("text", ["", "*", "%", "_", "' OR 1=1 --"])
async def test_what_is_no_word_finds_nothing(store: Store, text: str) -> None:
    await kept(store, "An invoice")
    assert await found(store, text) == []


async def test_words_are_one_condition_among_others(store: Store) -> None:
    live, over = await kept(store, "invoice"), await kept(store, "invoice")
    await kept(store, "receipt")
    await store.update(over.id, lambda job: job.on(JobEvent.CANCEL, 1.0))
    assert [job.id for job in await store.query(JobQuery(text="invoice", limit=1))] == [live.id]
    assert await store.ids(JobQuery(text="invoice", first=2)) == [over.id]
    assert await store.ids(JobQuery(text="invoice", user="nobody")) == []


async def test_the_text_of_a_document_is_replaced_by_its_next_one(store: Store) -> None:
    job = await kept(store, "invoice", "receipt")
    await store.keep_text(job.id, 1, "letter")
    assert await store.texts(job.id) == {1: "letter", 2: "receipt"}
    assert await found(store, "invoice") == []


async def test_of_a_long_text_the_beginning_is_shown_and_all_is_found(store: Store) -> None:
    job = await kept(store, "a " * MOST_SHOWN + "end")
    assert await store.texts(job.id) == {1: ("a " * MOST_SHOWN)[:MOST_SHOWN]}
    assert await found(store, "end") == [job.id]


async def test_changing_a_job_keeps_its_texts(store: Store) -> None:
    job = await kept(store, "invoice")
    await store.update(job.id, lambda old: old.with_document(replace(old.documents[0], key="")))
    assert await found(store, "invoice") == [job.id]


async def test_a_text_goes_with_its_document_and_with_its_job(store: Store) -> None:
    job = await kept(store, "invoice", "receipt")
    await store.update(job.id, lambda old: old.without_document(1))
    assert await store.texts(job.id) == {2: "receipt"}
    assert await found(store, "invoice") == []
    await store.delete([job.id])
    assert await store.texts(job.id) == {}
    assert await found(store, "receipt") == []


async def test_a_text_of_what_is_gone_is_not_kept(store: Store) -> None:
    job = await kept(store, "invoice")
    await store.keep_text(job.id, 2, "receipt")
    await store.keep_text(job.id + 1, 1, "receipt")
    assert await store.texts(job.id) == {1: "invoice"}
    assert await store.texts(job.id + 1) == {}
