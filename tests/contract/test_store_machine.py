"""Any sequence of operations on the SQLite store gives what the memory store gives, restarts included."""

import asyncio
import tempfile
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ippserver.iana import names
from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import NotifyEvent
from ippserver.interfaces import JobQuery, Keep, NoSuchJob, PrinterRecord
from ippserver.ipp.values import Name, OctetString
from ippserver.model.delivery import Delivery, DeliveryState, LeftBehind
from ippserver.model.document import Document
from ippserver.model.job import Job, JobDraft
from ippserver.model.states import IllegalTransition, JobEvent
from ippserver.model.subscription import Subscription
from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.strategies import texts

T = TypeVar("T")

MAX_JOBS = 12
ids = st.integers(1, MAX_JOBS)
moments = st.integers(0, 20).map(float)
paths = st.sampled_from(["/", "/ipp/print", "/ipp/print/2"])
users = st.sampled_from(["alice", "bob", "Alice"])
limits = st.none() | st.integers(0, MAX_JOBS)
documents = st.builds(
    Document,
    number=st.integers(1, 3),
    key=st.integers(0, 1 << 60).map("{:x}".format),
    format=st.sampled_from(["application/pdf", "image/jpeg"]),
    size_octets=st.integers(0, 10),
    sha256=st.just("00"),
    name=st.none() | texts().map(Name),
    template=st.lists(st.integers(1, 9).map(names.COPIES.of), max_size=1).map(tuple),
    state=st.sampled_from(DocumentState),
    created=moments,
    deliveries=st.lists(
        st.builds(Delivery, output=texts(), target=texts(), state=st.sampled_from(DeliveryState)), max_size=2
    ).map(tuple),
    left_behind=st.lists(st.builds(LeftBehind, texts(), texts()), max_size=2).map(tuple),
)
drafts = st.builds(
    JobDraft,
    uuid=st.just("0123"),
    printer=paths,
    user=users.map(Name),
    name=texts().map(Name),
    charset=st.just("utf-8"),
    natural_language=st.just("en"),
    created=moments,
    state=st.sampled_from(JobState),
    priority=st.integers(1, 3),
    template=st.lists(
        st.integers(1, 9).map(names.COPIES.of) | st.integers(0, 9).map(names.JOB_RETAIN_UNTIL_INTERVAL.of),
        max_size=2,
        unique_by=lambda attribute: attribute.name,
    ).map(tuple),
)

subscriptions = st.builds(
    Subscription,
    id=ids,
    job_id=st.none() | ids,
    printer=paths,
    printer_uri=st.just("ipp://localhost/"),
    user=users.map(Name),
    events=st.just((NotifyEvent.JOB_COMPLETED,)),
    charset=st.just("utf-8"),
    natural_language=st.just("en"),
    user_data=st.none() | st.binary(max_size=63).map(OctetString),
    lease_seconds=st.none() | st.integers(0, 9),
    promised=st.integers(0, 9),
)


class StoresAgree(RuleBasedStateMachine):
    """Each step is done to both, and what they answer is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.memory = MemoryStore()

    @initialize()
    def begin(self) -> None:
        self.open()

    def open(self) -> None:
        self.sqlite = SqliteStore(Path(self.folder.name) / "store" / "jobs.sqlite3")
        self.runner.run(self.sqlite.open())

    def teardown(self) -> None:
        self.runner.run(self.sqlite.close())
        self.runner.close()
        self.folder.cleanup()

    def outcome(self, work: Coroutine[Any, Any, T]) -> T | type[Exception]:
        try:
            return self.runner.run(work)
        except (NoSuchJob, IllegalTransition) as error:
            return type(error)

    @rule()
    def restart(self) -> None:
        self.runner.run(self.sqlite.close())
        self.open()

    @rule(batch=st.lists(drafts, min_size=1, max_size=3))
    def create(self, batch: Sequence[JobDraft]) -> None:
        async def create_all(store: MemoryStore | SqliteStore) -> list[Job]:
            return await asyncio.gather(*(store.create(draft) for draft in batch))

        assert self.runner.run(create_all(self.sqlite)) == self.runner.run(create_all(self.memory))

    @rule(job_id=ids, event=st.sampled_from(JobEvent), moment=moments)
    def event(self, job_id: int, event: JobEvent, moment: float) -> None:
        def change(job: Job) -> Job:
            return job.on(event, moment, message=event.name)

        sqlite = self.outcome(self.sqlite.update(job_id, change))
        assert sqlite == self.outcome(self.memory.update(job_id, change))

    @rule(job_ids=st.lists(ids, max_size=3), event=st.sampled_from(JobEvent), moment=moments)
    def event_of_all(self, job_ids: Sequence[int], event: JobEvent, moment: float) -> None:
        def change(job: Job) -> Job:
            return job.on(event, moment)

        sqlite = self.outcome(self.sqlite.update_all(job_ids, change))
        assert sqlite == self.outcome(self.memory.update_all(job_ids, change))

    @rule(job_id=ids, place=st.integers(1, 99).map(lambda number: f"{number}5"))
    def move(self, job_id: int, place: str) -> None:
        def change(job: Job) -> Job:
            return replace(job, moved=place)

        sqlite = self.outcome(self.sqlite.update(job_id, change))
        assert sqlite == self.outcome(self.memory.update(job_id, change))

    @rule(job_id=ids)
    def let_go(self, job_id: int) -> None:
        def change(job: Job) -> Job:
            return replace(job, documents=tuple(replace(document, key="") for document in job.documents))

        sqlite = self.outcome(self.sqlite.update(job_id, change))
        assert sqlite == self.outcome(self.memory.update(job_id, change))

    @rule(now=moments, limit=st.integers(0, MAX_JOBS))
    def overdue(self, now: float, limit: int) -> None:
        sqlite = self.outcome(self.sqlite.overdue(now, limit))
        assert sqlite == self.outcome(self.memory.overdue(now, limit))

    @rule(before=moments, limit=st.integers(0, MAX_JOBS))
    def kept(self, before: float, limit: int) -> None:
        sqlite = self.outcome(self.sqlite.kept(before, limit))
        assert sqlite == self.outcome(self.memory.kept(before, limit))

    @rule(job_id=ids, document=documents)
    def add(self, job_id: int, document: Document) -> None:
        def change(job: Job) -> Job:
            return job.with_document(document)

        sqlite = self.outcome(self.sqlite.update(job_id, change))
        assert sqlite == self.outcome(self.memory.update(job_id, change))

    @rule(job_id=ids, number=st.integers(1, 3))
    def delete_document(self, job_id: int, number: int) -> None:
        def change(job: Job) -> Job:
            has_it = any(document.number == number for document in job.documents)
            return job.without_document(number) if has_it else job

        sqlite = self.outcome(self.sqlite.update(job_id, change))
        assert sqlite == self.outcome(self.memory.update(job_id, change))

    @rule(job_ids=st.lists(ids, max_size=4))
    def delete(self, job_ids: Sequence[int]) -> None:
        sqlite = self.outcome(self.sqlite.delete(job_ids))
        assert sqlite == self.outcome(self.memory.delete(job_ids))

    @rule(job_id=ids)
    def get(self, job_id: int) -> None:
        assert self.outcome(self.sqlite.get(job_id)) == self.outcome(self.memory.get(job_id))
        assert self.outcome(self.sqlite.forgotten(job_id)) == self.outcome(self.memory.forgotten(job_id))

    @rule(
        query=st.builds(
            JobQuery,
            printer=st.none() | paths,
            states=st.none() | st.sets(st.sampled_from(JobState)),
            user=st.none() | users,
            ids=st.none() | st.sets(ids),
            first=st.integers(1, MAX_JOBS),
            limit=limits,
        )
    )
    def query(self, query: JobQuery) -> None:
        assert self.outcome(self.sqlite.query(query)) == self.outcome(self.memory.query(query))
        assert self.outcome(self.sqlite.ids(query)) == self.outcome(self.memory.ids(query))

    @rule(
        keep=st.builds(
            Keep,
            completed_after=st.none() | moments,
            jobs=limits,
            octets=st.none() | st.integers(0, 50),
        ),
        limit=st.integers(0, MAX_JOBS),
    )
    def excess(self, keep: Keep, limit: int) -> None:
        sqlite = self.outcome(self.sqlite.excess(keep, limit))
        assert sqlite == self.outcome(self.memory.excess(keep, limit))

    @rule()
    def keys(self) -> None:
        assert self.outcome(self.sqlite.spool_keys()) == self.outcome(self.memory.spool_keys())

    @rule(
        record=st.builds(
            PrinterRecord, path=paths, uuid=texts(), accepting=st.booleans(), paused=st.booleans()
        )
    )
    def printer(self, record: PrinterRecord) -> None:
        for store in (self.sqlite, self.memory):
            self.runner.run(store.save_printer(record))
            assert self.runner.run(store.load_printer(record.path)) == record

    @rule(batch=st.lists(subscriptions, max_size=3, unique_by=lambda one: one.id))
    def subscribe(self, batch: Sequence[Subscription]) -> None:
        known = {one.id: one for one in self.runner.run(self.memory.subscriptions())}
        new = [one for one in batch if one.id not in known]
        changed = [  # what a subscription is about stays what it is
            replace(one, printer=known[one.id].printer, job_id=known[one.id].job_id)
            for one in batch
            if one.id in known
        ]
        for store in (self.sqlite, self.memory):
            self.runner.run(store.add_subscriptions(new))
            self.runner.run(store.change_subscriptions([*new, *changed]))
        self.agree_on_subscriptions()

    @rule(subscription_ids=st.lists(ids, max_size=3))
    def unsubscribe(self, subscription_ids: Sequence[int]) -> None:
        for store in (self.sqlite, self.memory):
            self.runner.run(store.delete_subscriptions(subscription_ids))
        self.agree_on_subscriptions()

    @rule()
    def agree_on_subscriptions(self) -> None:
        assert self.runner.run(self.sqlite.subscriptions()) == self.runner.run(self.memory.subscriptions())


StoresAgree.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestStoresAgree = StoresAgree.TestCase
