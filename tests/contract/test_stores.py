"""What every JobStore and PrinterStore does (interfaces), on every one that there is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import DocumentStateReason, JobHoldUntil, JobStateReason, Sides
from ippserver.interfaces import (
    JobQuery,
    Keep,
    NoSuchJob,
    PrinterRecord,
)
from ippserver.ipp.values import DateTime, Keyword, Name, NameWithLanguage, RangeOfInteger
from ippserver.model.amount import Amount, Kinds
from ippserver.model.delivery import Delivery, DeliveryState, LeftBehind
from ippserver.model.document import Document
from ippserver.model.document_states import DocumentEvent
from ippserver.model.hold import Until
from ippserver.model.job import Job, JobDraft
from ippserver.model.place import between
from ippserver.model.states import TERMINAL, IllegalTransition, JobEvent
from ippserver.testing.fakes import job_draft
from tests.contract.jobs import Store, document, ended, reread

RICH_DOCUMENT = Document(
    number=2,
    key="0123-2",
    format="image/jpeg",
    size_octets=2**40,
    sha256="cd" * 32,
    name=NameWithLanguage("de", "Bild"),
    natural_language="de",
    supplied=(names.DOCUMENT_FORMAT_SUPPLIED.of("application/octet-stream"),),
    deliveries=(
        Delivery(output="folder", target='a "name" \u2028.jpg', state=DeliveryState.DONE),
        Delivery(output="folder-2", target="", together=1),
    ),
    left_behind=(LeftBehind("forward", "ipp://p.example.org/7"), LeftBehind('a "b"', "\u2028")),
    template=(names.COPIES.of(2), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)),
    extent=Amount(pages=5, impressions=4, sheets=6, kinds_of_pages=Kinds(color=4, monochrome=1)),
    done=Amount(pages=3, impressions=2, sheets=1, kinds_of_sheets=Kinds(blank_two_sided=1)),
    before=Amount(pages=3, impressions=1, sheets=1, kinds_of_impressions=Kinds(color=1)),
    state=DocumentState.PROCESSING,
    reasons=frozenset({DocumentStateReason.PRINTING, DocumentStateReason.PROCESSING_TO_STOP_POINT}),
    created=1_800_000_000.25,
    processing_since=1_800_000_001.5,
    completed=1_800_000_002.75,
)
RICH_DRAFT = JobDraft(
    uuid="0123abcd-0000-4000-8000-000000000000",
    printer="/ipp/print/ä",
    user=NameWithLanguage("fr", "Zoë"),
    name=Name("Grüße 🙂\n'; DROP TABLE jobs; --"),
    charset="utf-8",
    natural_language="fr-ca",
    created=1_800_000_000.123,
    state=JobState.PENDING_HELD,
    reasons=frozenset({JobStateReason.JOB_HOLD_UNTIL_SPECIFIED, JobStateReason.JOB_INCOMING}),
    priority=99,
    hold_until=JobHoldUntil.NIGHT,
    template=(
        names.COPIES.of(3),
        names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
        names.PAGE_RANGES.of(RangeOfInteger(1, 2), RangeOfInteger(5, 2**31 - 1)),
        names.MEDIA.of(NameWithLanguage("en", "letterhead")),
    ),
    supplied=(names.JOB_K_OCTETS.of(2**31 - 1),),
    documents=(document(), RICH_DOCUMENT),
    incoming=True,
    touched=1_800_000_001.5,
)


@pytest.mark.parametrize("draft", [job_draft(), RICH_DRAFT], ids=["plain", "rich"])
async def test_a_job_is_read_as_it_was_created(store: Store, draft: JobDraft) -> None:
    job = await store.create(draft)
    assert job == Job.of(draft, job.id)
    assert await reread(store, job.id) == job


@pytest.mark.parametrize(
    "hold_until", [None, Keyword("night"), Name("night"), NameWithLanguage("en", "night")], ids=repr
)
async def test_a_value_keeps_its_syntax(
    store: Store, hold_until: Keyword | Name | NameWithLanguage | None
) -> None:
    job = await store.create(replace(RICH_DRAFT, hold_until=hold_until))
    read = await reread(store, job.id)
    assert type(read.hold_until) is type(hold_until)
    assert type(read.name) is Name
    assert all(type(reason) is Keyword for reason in read.reasons)
    assert [type(value) for a in read.template for value in a.values] == [
        type(value) for a in RICH_DRAFT.template for value in a.values
    ]


async def test_job_ids_grow_and_are_never_used_again(store: Store) -> None:
    ids = [(await store.create(job_draft())).id for _ in range(3)]
    await store.delete(ids)
    ids.append((await store.create(job_draft())).id)
    assert ids == sorted(set(ids))
    assert min(ids) >= 1


async def test_jobs_created_at_the_same_time_get_different_ids(store: Store) -> None:
    jobs = await asyncio.gather(*(store.create(job_draft()) for _ in range(300)))
    assert len({job.id for job in jobs}) == 300


async def test_a_job_that_was_never_there_is_neither_found_nor_known(store: Store) -> None:
    assert await store.get(7) is None
    assert await store.forgotten(7) is None


CHANGES: dict[str, Callable[[Job], Job]] = {
    "start": lambda job: job.on(JobEvent.START, 5.0),
    "finish": lambda job: job.on(JobEvent.START, 5.0).on(JobEvent.FINISH, 6.0, message="done"),
    "priority": lambda job: replace(job, priority=1),
    "template": lambda job: replace(job, template=(names.COPIES.of(9),)),
    "add": lambda job: job.with_document(RICH_DOCUMENT),
    "remove": lambda job: replace(job, documents=()),
    "replace": lambda job: job.with_document(replace(document(), format="text/plain")),
    "delete": lambda job: job.without_document(1),
    "begin": lambda job: job.with_document(job.document(1).on(DocumentEvent.START, 5.5)),
    "deliver": lambda job: job.with_document(
        job.document(1).with_delivery(Delivery(output="folder", target="a.pdf", state=DeliveryState.DONE))
    ),
    "nothing": lambda job: job,
    "equal": lambda job: replace(job),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_change_is_stored_and_answered_with_both_sides(
    store: Store, change: Callable[[Job], Job]
) -> None:
    before = await store.create(job_draft(documents=(document(),)))
    done = await store.update(before.id, change)
    assert (done.before, done.after) == (before, change(before))
    assert await reread(store, before.id) == change(before)


async def test_changes_of_one_job_see_one_another(store: Store) -> None:
    job = await store.create(job_draft())

    def count(old: Job) -> Job:
        return replace(old, attempts=old.attempts + 1)

    await asyncio.gather(*(store.update(job.id, count) for _ in range(100)))
    assert (await reread(store, job.id)).attempts == 100


async def test_a_change_that_raises_stores_nothing_and_spares_its_neighbours(store: Store) -> None:
    jobs = [await store.create(job_draft()) for _ in range(3)]

    def fail(job: Job) -> Job:
        return job.on(JobEvent.FINISH, 1.0)

    def start(job: Job) -> Job:
        return job.on(JobEvent.START, 1.0)

    outcomes = await asyncio.gather(
        store.update(jobs[0].id, start),
        store.update(jobs[1].id, fail),
        store.update(jobs[2].id, start),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], IllegalTransition)
    states = [(await reread(store, job.id)).state for job in jobs]
    assert states == [JobState.PROCESSING, JobState.PENDING, JobState.PROCESSING]


async def test_changing_what_is_not_there_says_so(store: Store) -> None:
    with pytest.raises(NoSuchJob):
        await store.update(3, lambda job: job)


async def test_deleted_jobs_are_answered_once_and_known_to_have_been_there(store: Store) -> None:
    kept, gone = [await store.create(job_draft(printer=path)) for path in ("/kept", "/gone")]
    assert await store.delete([gone.id, 12345, gone.id]) == [gone]
    assert await store.delete([gone.id]) == []
    assert await store.get(gone.id) is None
    assert await store.forgotten(gone.id) == "/gone"
    assert await store.forgotten(kept.id) is None
    assert await store.query(JobQuery()) == [kept]


async def test_a_deleted_job_cannot_be_changed(store: Store) -> None:
    job = await store.create(job_draft())
    await store.delete([job.id])
    with pytest.raises(NoSuchJob):
        await store.update(job.id, lambda old: old)


@pytest.fixture
async def listed(store: Store) -> list[Job]:
    """Jobs of every kind, in the order in which they are to be listed."""
    held = await store.create(job_draft(state=JobState.PENDING_HELD, priority=100))
    low = await store.create(job_draft(priority=10))
    old = await ended(store, 100.0)
    second = await store.create(job_draft(priority=60, user="bob"))
    first = await store.create(job_draft(priority=70, printer="/other"))
    third = await store.create(job_draft(priority=60))
    new = await ended(store, 300.0, JobEvent.CANCEL)
    middle = await ended(store, 200.0)
    same_moment = await ended(store, 200.0)
    processing = await store.create(job_draft(priority=1))
    processing = (await store.update(processing.id, lambda job: job.on(JobEvent.START, 1.0))).job
    stopped = await store.create(job_draft(priority=2))
    await store.update(stopped.id, lambda job: job.on(JobEvent.START, 1.0))
    stopped = (await store.update(stopped.id, lambda job: job.on(JobEvent.PAUSE, 2.0))).job
    return [stopped, processing, first, second, third, low, held, new, same_moment, middle, old]


async def test_jobs_are_listed_as_the_standard_says(store: Store, listed: list[Job]) -> None:
    assert await store.query(JobQuery()) == listed


QUERIES: dict[str, tuple[JobQuery, Callable[[Job], bool]]] = {
    "printer": (JobQuery(printer="/other"), lambda job: job.printer == "/other"),
    "no-printer": (JobQuery(printer="/nowhere"), lambda job: False),
    "user": (JobQuery(user="bob"), lambda job: job.user == "bob"),
    "other-case": (JobQuery(user="BOB"), lambda job: False),
    "completed": (JobQuery(states=TERMINAL), lambda job: job.terminal),
    "not-completed": (
        JobQuery(states=[state for state in JobState if state not in TERMINAL]),
        lambda job: not job.terminal,
    ),
    "aborted": (JobQuery(states={JobState.ABORTED}), lambda job: job.state is JobState.ABORTED),
    "mixed": (
        JobQuery(states={JobState.ABORTED, JobState.PENDING}),
        lambda job: job.state in (JobState.ABORTED, JobState.PENDING),
    ),
    "no-states": (JobQuery(states=()), lambda job: False),
    "all-at-once": (
        JobQuery(states={JobState.PENDING}, printer="/ipp/print", user="alice"),
        lambda job: job.state is JobState.PENDING and job.user == "alice" and job.printer == "/ipp/print",
    ),
}


@pytest.mark.parametrize("limit", [None, 0, 1, 2, 8, 100])
@pytest.mark.parametrize(("query", "matches"), QUERIES.values(), ids=QUERIES)
async def test_a_query_selects_and_keeps_the_order(
    store: Store, listed: list[Job], query: JobQuery, matches: Callable[[Job], bool], limit: int | None
) -> None:
    expected = [job for job in listed if matches(job)]
    assert await store.query(replace(query, limit=limit)) == expected[:limit]
    for first in (1, 2, 5, 7, 8, 11, 12, 50):
        some = await store.query(replace(query, first=first, limit=limit))
        assert some == expected[first - 1 :][:limit], first
        assert await store.ids(replace(query, first=first, limit=limit)) == [job.id for job in some]


@pytest.mark.parametrize("ids", [(), (1,), (2, 9, 3), (4, 77), (5, 5)])
async def test_jobs_are_found_by_their_ids(store: Store, listed: list[Job], ids: tuple[int, ...]) -> None:
    assert await store.query(JobQuery(ids=ids)) == [job for job in listed if job.id in ids]


async def test_what_a_job_really_got_is_kept(store: Store) -> None:
    job = await store.create(RICH_DRAFT)
    assert (await reread(store, job.id)).actual == ()
    actual = (names.COPIES_ACTUAL.of(3), names.SIDES_ACTUAL.of(Sides.ONE_SIDED, Sides.TWO_SIDED_LONG_EDGE))
    await store.update(job.id, lambda job: replace(job, actual=actual))
    assert (await reread(store, job.id)).actual == actual


async def test_a_job_that_was_moved_is_listed_at_its_place(store: Store, listed: list[Job]) -> None:
    second, third = listed[3], listed[4]
    moved = (await store.update(third.id, lambda job: replace(job, moved=between("", second.place)))).job
    assert (await store.query(JobQuery()))[3:5] == [moved, second]
    back = (await store.update(third.id, lambda job: replace(job, moved=""))).job
    assert (await store.query(JobQuery()))[3:5] == [second, back]


@pytest.mark.parametrize(
    "until",
    [DateTime(b"\x07\xeb\x01\x02\x03\x04\x05\x06+\x01\x00"), JobHoldUntil.NIGHT, Name("noon")],
    ids=repr,
)
async def test_what_a_job_waits_for_keeps_its_syntax(store: Store, until: Until) -> None:
    job = await store.create(replace(RICH_DRAFT, hold_until=until, delay_until=until))
    read = await reread(store, job.id)
    assert (read.hold_until, type(read.hold_until)) == (until, type(until))
    assert (read.delay_until, type(read.delay_until)) == (until, type(until))


async def test_a_restarted_job_is_listed_as_new(store: Store, listed: list[Job]) -> None:
    again = (await store.update(listed[-1].id, lambda job: job.on(JobEvent.RESTART, 400.0))).job
    pending = await store.query(JobQuery(states={JobState.PENDING}, user="alice"))
    assert pending == [listed[2], listed[4], again, listed[5]]


async def test_a_user_with_a_language_is_found_by_the_text(store: Store) -> None:
    job = await store.create(RICH_DRAFT)
    assert await store.query(JobQuery(user="Zoë")) == [job]


KEEPS: dict[str, tuple[Keep, int]] = {
    "everything": (Keep(), 0),
    "after": (Keep(completed_after=250.0), 3),
    "after-exactly": (Keep(completed_after=200.0), 1),
    "number": (Keep(jobs=3), 1),
    "none": (Keep(jobs=0), 4),
    "more-than-there-are": (Keep(jobs=100), 0),
    "octets": (Keep(octets=350), 1),
    "octets-exactly": (Keep(octets=300), 1),
    "no-octets": (Keep(octets=0), 4),
    "first-that-applies": (Keep(jobs=3, octets=200, completed_after=150.0), 2),
    "spared": (Keep(jobs=0, octets=0, completed_after=250.0, spared_after=200.0), 1),
    "spared-exactly": (Keep(jobs=0, spared_after=100.0), 0),
    "spared-and-few": (Keep(jobs=3, spared_after=500.0), 1),
}


@pytest.mark.parametrize(("keep", "excess"), KEEPS.values(), ids=KEEPS)
async def test_the_oldest_terminal_jobs_go_beyond_what_is_kept(
    store: Store, listed: list[Job], keep: Keep, excess: int
) -> None:
    oldest = [listed[-1], listed[-2], listed[-3], listed[-4]]
    assert await store.excess(keep, 100) == oldest[:excess]
    assert await store.excess(keep, 1) == oldest[: min(1, excess)]


async def test_the_keys_are_those_of_every_document_of_every_job(store: Store) -> None:
    job = await store.create(RICH_DRAFT)
    gone = await store.create(job_draft(documents=(document(9),)))
    await store.delete([gone.id])
    assert set(await store.spool_keys()) == {document.key for document in job.documents}


async def test_a_printer_is_remembered(store: Store) -> None:
    record = PrinterRecord(
        path="/ipp/print/ä",
        uuid="0123",
        accepting=False,
        paused=True,
        state_changed=1.5,
        config_digest="abc",
        config_changed=2.5,
        holding=True,
        deactivated=True,
        shut_down=True,
        attributes=(names.PRINTER_INFO.of("hall"), names.MEDIA_DEFAULT.of(Keyword("iso_a4_210x297mm"))),
        message_at=3.5,
        levels=(("main", 7), ("black", 0)),
    )
    await store.save_printer(PrinterRecord(path=record.path, uuid="first"))
    await store.save_printer(record)
    assert await store.load_printer(record.path) == record
    assert await store.load_printer("/other") is None


async def test_a_printer_that_is_not_configured_otherwise_accepts_jobs(store: Store) -> None:
    await store.save_printer(PrinterRecord(path="/", uuid="0123"))
    assert await store.load_printer("/") == PrinterRecord(path="/", uuid="0123", accepting=True, paused=False)
