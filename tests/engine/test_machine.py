"""Random days of an engine: whatever is asked, fails or is interrupted, everything keeps agreeing."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ippserver.iana.enums import JobState
from ippserver.interfaces import JobQuery, NoSuchJob, OutputError, SpoolFailed, StoreUnavailable
from ippserver.model.errors import IppError
from ippserver.model.job import Job
from ippserver.model.states import HOLD_REASONS, IllegalTransition, JobEvent
from ippserver.testing.fakes import job_draft
from tests.engine.faults import FaultySpool, FaultyStore, Tray
from tests.engine.house import CONFIG, House

T = TypeVar("T")

NUMBERS = st.integers(1, 12)
"""Ids of Jobs, or of none."""
REFUSALS = (IppError, IllegalTransition, NoSuchJob, StoreUnavailable, SpoolFailed)
EVENTS = [
    JobEvent.HOLD,
    JobEvent.CANCEL,
    JobEvent.ABORT,
    JobEvent.RESTART,
    JobEvent.SUSPEND,
    JobEvent.RESUME_JOB,
]
"""What somebody may do; beginning and ending is the scheduler's."""


class Days(RuleBasedStateMachine):
    """An engine over memory, and what is true of it after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.store, self.spool, self.tray = FaultyStore(), FaultySpool(), Tray()
        self.house = self.run(House(self.tray, store=self.store, spool=self.spool).open())

    def teardown(self) -> None:
        """Ends the loop."""
        self.runner.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` answers."""
        return self.runner.run(work)

    def try_(self, work: Coroutine[Any, Any, Any]) -> None:
        """Does `work`, or is refused."""
        try:
            self.run(work)
        except REFUSALS:
            self.store.faults.errors.clear()
            self.spool.faults.errors.clear()

    @rule(priority=st.integers(1, 100), content=st.binary(max_size=3).map(lambda octets: b"x" + octets))
    def print(self, priority: int, content: bytes) -> None:
        self.try_(self.house.print(content, priority=priority))

    @rule()
    def create(self) -> None:
        self.try_(self.house.create())

    @rule(number=NUMBERS, content=st.none() | st.just(b"text"), last=st.booleans())
    def send(self, number: int, content: bytes | None, last: bool) -> None:
        self.try_(self.house.send(number, content, last=last or content is None))

    @rule(number=NUMBERS, event=st.sampled_from(EVENTS))
    def happen(self, number: int, event: JobEvent) -> None:
        self.try_(self.house.jobs.on(number, event))

    @rule(number=NUMBERS)
    def release(self, number: int) -> None:
        def released(job: Job) -> Job:
            drops = HOLD_REASONS - (job.reasons if job.incoming else set())
            return job.on(JobEvent.RELEASE, self.house.clock.now(), drops=drops)

        self.try_(self.house.jobs.apply(number, released))

    @rule(number=NUMBERS, priority=st.integers(1, 3), after=st.none() | NUMBERS)
    def move(self, number: int, priority: int, after: int | None) -> None:
        unfinished = self.house.jobs.unfinished
        job, behind = unfinished.get(number), None if after is None else unfinished.get(after)
        if job is not None and (behind is None or (behind.state is JobState.PENDING and behind is not job)):
            priority = priority if behind is None else behind.priority
            self.try_(self.house.jobs.move(job, priority, behind=behind, change=lambda job: job))

    @rule(number=NUMBERS)
    def copy(self, number: int) -> None:
        async def copy() -> None:
            job = await self.house.jobs.get(number)
            if job is not None and job.terminal and job.retained:
                draft = job_draft(self.house.ids.uuid(), created=self.house.clock.now())
                await self.house.jobs.submit_copy(draft, job, {}, CONFIG)

        self.try_(copy())

    @rule(number=NUMBERS)
    def let_go(self, number: int) -> None:
        async def let_go() -> None:
            job = await self.house.jobs.get(number)
            if job is not None:
                await self.house.jobs.let_go(job)

        self.try_(let_go())

    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        self.try_(self.house.jobs.delete([number]))

    @rule(call=st.sampled_from(["create", "update", "delete"]))
    def store_will_fail(self, call: str) -> None:
        self.store.faults.fails(call, StoreUnavailable("locked"))

    @rule()
    def spool_will_fail(self) -> None:
        self.spool.faults.fails("write", SpoolFailed("no room"))

    @rule(stage=st.sampled_from(["plan", "deliver"]))
    def output_will_fail(self, stage: str) -> None:
        self.tray.faults.fails(stage, OutputError("jam"))

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        self.run(self.house.printer.pause() if paused else self.house.printer.resume())

    @rule(number=NUMBERS, moments=st.lists(st.integers(0, 12), min_size=2, max_size=6))
    def interfere(self, number: int, moments: list[int]) -> None:
        """Suspends and resumes a Job, in turn, while it may be printed."""

        async def interfere() -> None:
            async with self.house.printing():
                for turn, count in enumerate(moments):
                    for _ in range(count):
                        await asyncio.sleep(0)
                    with suppress(*REFUSALS):
                        event = JobEvent.RESUME_JOB if turn % 2 else JobEvent.SUSPEND
                        await self.house.jobs.on(number, event)
                for _ in range(60):
                    await asyncio.sleep(0)
            await self.house.jobs.put_back()

        self.run(interfere())
        self.store.faults.errors.clear()
        self.house = self.run(self.house.moved())

    @rule(moments=st.integers(0, 60), orderly=st.booleans())
    def work(self, moments: int, orderly: bool) -> None:
        """Prints for so many moments, until the server stops or crashes and starts again."""

        async def work() -> None:
            async with self.house.printing():
                for _ in range(moments):
                    await asyncio.sleep(0)
            if orderly:
                await self.house.jobs.put_back()

        self.run(work())
        self.store.faults.errors.clear()
        self.house = self.run(self.house.moved())
        assert all(job.state is not JobState.PROCESSING for job in self.house.jobs.unfinished.values())

    @rule(seconds=st.integers(1, 300))
    def pass_time(self, seconds: int) -> None:
        async def pass_time() -> None:
            async with self.house.minding():
                await self.house.clock.until_sleeping()
                self.house.clock.advance(seconds)
                await self.house.settle()

        self.run(pass_time())

    @invariant()
    def the_engine_knows_what_the_store_knows(self) -> None:
        stored = {job.id: job for job in self.run(self.store.query(JobQuery()))}
        unfinished = {job_id: job for job_id, job in stored.items() if not job.terminal}
        assert dict(self.house.jobs.unfinished) == unfinished
        assert self.house.printer.status.queued == len(unfinished)
        for change in {change.job.id: change for change in self.house.told}.values():
            assert change.after == stored.get(change.job.id)

    @invariant()
    def every_waiting_job_knows_its_place(self) -> None:
        waiting = [job for job in self.house.jobs.unfinished.values() if job.state is JobState.PENDING]
        waiting.sort(key=lambda job: (-job.priority, job.place))
        assert [self.house.jobs.ahead_of(job) for job in waiting] == list(range(len(waiting)))

    @invariant()
    def the_spool_holds_the_documents_and_nothing_else(self) -> None:
        assert self.run(self.house.spooled()) == frozenset()

    @invariant()
    def nobody_works_when_nobody_prints(self) -> None:
        assert (self.house.printer.status.processing, self.tray.busy) == (0, 0)

    @invariant()
    def every_job_is_in_order(self) -> None:
        for job in self.run(self.store.query(JobQuery())):
            assert bool(job.reasons & HOLD_REASONS) == (job.state is JobState.PENDING_HELD) or job.terminal
            assert not job.incoming or job.state is JobState.PENDING_HELD
            assert (job.completed is not None) == job.terminal
            assert [document.number for document in job.documents] == list(range(1, len(job.documents) + 1))

    @invariant()
    def what_is_completed_was_delivered(self) -> None:
        for job in self.run(self.store.query(JobQuery(states=(JobState.COMPLETED,)))):
            for document in job.documents:
                assert all(delivery.done for delivery in document.deliveries)
                assert document.deliveries


TestDays = Days.TestCase
TestDays.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
