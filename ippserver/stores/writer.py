"""The one thread that changes the store: many changes, one synced transaction, a savepoint for each.

Nobody is answered before COMMIT has returned, so an answer is a promise. What fails inside its savepoint
fails alone; what fails the transaction fails everything in it.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeAlias, TypeVar

from ippserver.interfaces import StoreError
from ippserver.runtime.threads import to_end
from ippserver.stores.faults import fault
from ippserver.stores.recent import RecentJobs

T = TypeVar("T")

MAX_CHANGES: Final = 256
"""In one transaction: 32 tasks at once store ten times as much as with a sync each."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What somebody wants done, and the future that waits for it."""

    work: Callable[[sqlite3.Connection], Any]  # Any: each change has its own result, `submit` types it
    result: "asyncio.Future[Any]"


_Outcome: TypeAlias = tuple["asyncio.Future[Any]", Any, BaseException | None]


class Writer:
    """Runs changes on `connection`, which is its own until `close`; `recent` hears what was committed.

    `guard` is asked before each transaction, and raises a StoreError where there shall be none.
    """

    def __init__(self, connection: sqlite3.Connection, recent: RecentJobs, guard: Callable[[], None]) -> None:
        """Begins; to be called where the event loop runs."""
        self._connection = connection
        self._recent = recent
        self._guard = guard
        self._loop = asyncio.get_running_loop()
        self._changes: SimpleQueue[_Change | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-write", daemon=True)
        self._thread.start()

    async def submit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` answers, once it is committed.

        Who is cancelled meanwhile hears of it when the outcome is settled.

        Raises:
            StoreError: It has not happened.
            Exception: Whatever `work` raises; it has not happened then either.
        """
        if self._closed:
            raise StoreError("the store is closed")
        result: asyncio.Future[T] = self._loop.create_future()
        self._changes.put(_Change(work, result))
        return await to_end(result)

    async def close(self) -> None:
        """Ends after the changes that were submitted; the connection is the caller's again."""
        if not self._closed:
            self._closed = True
            self._changes.put(None)
        await to_end(asyncio.to_thread(self._thread.join))

    def _run(self) -> None:
        more = True
        while more:
            changes, more = self._next()
            outcomes = self._commit(changes) if changes else []
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(_settle, outcomes)

    def _next(self) -> tuple[list[_Change], bool]:
        """The changes that wait, at least one; False with them when they are the last."""
        changes: list[_Change] = []
        waiting = self._changes.get()
        with suppress(Empty):
            while waiting is not None:
                changes.append(waiting)
                if len(changes) == MAX_CHANGES:
                    return changes, True
                waiting = self._changes.get_nowait()
            return changes, False
        return changes, True

    def _commit(self, changes: list[_Change]) -> list[_Outcome]:
        try:
            self._guard()
            self._connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._apply(change) for change in changes]
            self._connection.execute("COMMIT")
        except (sqlite3.Error, StoreError) as error:
            self._recent.rollback()
            if self._connection.in_transaction:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            return [(change.result, None, _translated(error)) for change in changes]
        self._recent.commit()
        return outcomes

    def _apply(self, change: _Change) -> _Outcome:
        self._connection.execute("SAVEPOINT change")
        try:
            answer = change.work(self._connection)
        except Exception as error:  # its owner's to handle, whatever it is: this thread serves others too
            if isinstance(error, sqlite3.Error) and not self._connection.in_transaction:
                raise  # SQLite gave up the whole transaction
            self._connection.execute("ROLLBACK TO change")
            self._connection.execute("RELEASE change")
            return change.result, None, _translated(error)
        self._connection.execute("RELEASE change")
        return change.result, answer, None


def _translated(error: Exception) -> Exception:
    return fault(error) if isinstance(error, sqlite3.Error) else error


def _settle(outcomes: list[_Outcome]) -> None:
    for result, answer, error in outcomes:
        if result.done():
            continue
        if error is None:
            result.set_result(answer)
        else:
            result.set_exception(error)
