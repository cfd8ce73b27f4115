"""Who listens to events alone knows how every Job and the Printer are, whatever was done, also restarts."""

import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.iana.keywords import JobHoldUntil, NotifyEvent
from ippserver.interfaces import JobQuery
from ippserver.model.states import TERMINAL
from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.desk import Desk, Tray
from tests.operations.subscribed import fetch, subscribe, to

T = TypeVar("T")

JOBS = (NotifyEvent.JOB_CREATED, NotifyEvent.JOB_STATE_CHANGED)
OF_JOBS = (
    Operation.HOLD_JOB,
    Operation.RELEASE_JOB,
    Operation.CANCEL_JOB,
    Operation.RESTART_JOB,
    Operation.PROMOTE_JOB,
)
OF_PRINTERS = (
    Operation.PAUSE_PRINTER,
    Operation.RESUME_PRINTER,
    Operation.DISABLE_PRINTER,
    Operation.ENABLE_PRINTER,
    Operation.PURGE_JOBS,
    Operation.RESTART_PRINTER,
)


class Listener(RuleBasedStateMachine):
    """Two Subscriptions about the Printer, one about each Job, and what is known from their events."""

    on_disk = False

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.store: MemoryStore | SqliteStore = MemoryStore()
        self.jobs: dict[int, int] = {}
        self.created: set[int] = set()
        self.of_jobs: dict[int, int] = {}
        self.printer: int = PrinterState.IDLE
        self.next_numbers = {1: 1, 2: 1}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        if self.on_disk:
            self.store = SqliteStore(Path(self.folder.name) / "store" / "jobs.sqlite3")
        self.run(self.store.open())
        self.desk = self.run(Desk(store=self.store, outputs=[Tray()]).open())
        self.run(subscribe(self.desk, *JOBS))
        self.run(subscribe(self.desk, NotifyEvent.PRINTER_STATE_CHANGED))

    def teardown(self) -> None:
        self.run(self.store.close())
        self.runner.close()
        self.folder.cleanup()

    @rule(held=st.booleans())
    def create(self, held: bool) -> None:
        until = [names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)] if held else []
        group = to(NotifyEvent.JOB_STATE_CHANGED)
        answer = self.run(self.desk.create(Operation.PRINT_JOB, job=until, subscriptions=[group]))
        if answer.status is Status.SUCCESSFUL_OK:
            found = names.NOTIFY_SUBSCRIPTION_ID.get(answer.subscription)
            assert found is not None
            self.of_jobs[answer.job_id] = found

    @precondition(lambda self: self.jobs)
    @rule(operation=st.sampled_from(OF_JOBS), number=st.integers(0, 2))
    def change_job(self, operation: Operation, number: int) -> None:
        newest_first = sorted(self.jobs, reverse=True)
        self.run(self.desk.ask_of(operation, newest_first[number % len(newest_first)]))

    @rule(operation=st.sampled_from(OF_PRINTERS))
    def change_printer(self, operation: Operation) -> None:
        self.run(self.desk.ask(operation))

    @rule()
    def print_all(self) -> None:
        async def work() -> None:
            pending = [job.id for job in await self.store.query(JobQuery(states={JobState.PENDING}))]
            async with self.desk.printing():
                for job_id in pending:
                    await self.desk.until(job_id, JobState.COMPLETED)

        (printer,) = self.desk.printers
        if not printer.status.paused:
            self.run(work())

    @rule()
    def restart(self) -> None:
        async def stopped() -> None:
            self.desk.events.stop()
            await self.desk.events.close()

        self.run(stopped())
        self.hear()
        self.desk = self.run(Desk(store=self.store, spool=self.desk.spool, outputs=[Tray()]).open())

    @rule(seconds=st.integers(1, 59))
    def wait(self, seconds: int) -> None:
        self.desk.clock.advance(seconds)

    @invariant()
    def hear(self) -> None:
        for subscription_id, first in self.next_numbers.items():
            answer = self.run(fetch(self.desk, subscription_id, first=[first]))
            for event in answer.events:
                assert names.NOTIFY_SEQUENCE_NUMBER.get(event) == self.next_numbers[subscription_id]
                self.next_numbers[subscription_id] += 1
                job_id, state = names.JOB_ID.get(event), names.JOB_STATE.get(event)
                if job_id is not None:
                    self.jobs[job_id] = state or 0
                    if names.NOTIFY_SUBSCRIBED_EVENT.get(event) == NotifyEvent.JOB_CREATED:
                        self.created.add(job_id)
                else:
                    self.printer = names.PRINTER_STATE.get(event) or 0

    @invariant()
    def know(self) -> None:
        there = {job.id: job.state for job in self.run(self.store.query(JobQuery()))}
        assert {job_id: self.jobs[job_id] for job_id in there} == there
        gone = self.jobs.keys() - there.keys()
        assert all(self.jobs[job_id] == JobState.CANCELED for job_id in gone)
        assert self.created == self.jobs.keys()
        (printer,) = self.desk.printers
        assert self.printer == printer.status.state

    @invariant()
    def subscriptions_live_with_their_jobs(self) -> None:
        there = {job.id: job.state for job in self.run(self.store.query(JobQuery()))}
        for job_id, subscription_id in self.of_jobs.items():
            status = self.run(fetch(self.desk, subscription_id)).status
            if job_id not in there:
                assert status is Status.CLIENT_ERROR_NOT_FOUND
            elif there[job_id] in TERMINAL:
                assert status is Status.SUCCESSFUL_OK_EVENTS_COMPLETE
            else:
                assert status is Status.SUCCESSFUL_OK
        stored = {subscription.id for subscription in self.run(self.store.subscriptions())}
        assert stored == {1, 2} | {self.of_jobs[job_id] for job_id in there if job_id in self.of_jobs}


class ListenerOnDisk(Listener):
    """The same on the SQLite store."""

    on_disk = True


@pytest.mark.parametrize(
    ("machine", "examples"), [(Listener, 30), (ListenerOnDisk, 5)], ids=["memory", "sqlite"]
)
def test_events_tell_all_there_is_to_know(machine: type[Listener], examples: int) -> None:
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=30, deadline=None)
    )
