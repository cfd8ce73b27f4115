"""The server under attack, and what can be seen of it from outside the attack."""

import asyncio
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ippserver.runtime.logging import MAX_OCTETS, TextFormatter
from ippserver.testing.http import exchange
from ippserver.testing.printer import VirtualPrinter
from ippserver.testing.wire import field as attribute
from tests.hostile.build import (
    BOOLEAN,
    CANCEL_JOB,
    CREATE_JOB,
    GET_PRINTER_ATTRIBUTES,
    INTEGER,
    MAX_DOCUMENT_OCTETS,
    NAME,
    RASTER,
    SEND_DOCUMENT,
    flag,
    http,
    integer,
    message,
)
from tests.hostile.catalogue.uris import OTHER
from tests.hostile.decode import decode

SETTLE_SECONDS: Final = 60.0
"""In which descriptors and tasks must be back where they were (SECURITY 4: 2 s, if no machine stalled)."""

PATIENCE_SECONDS: Final = 4.5
"""For a document that drips: it is longer than any machine stalls, and the test as long."""

_RESTS: Final = frozenset({"Event.wait", "SystemClock.sleep"})
"""Tasks in which other tasks of the server wait for an event or a time: they come and go by themselves."""

_FORMATTER: Final = TextFormatter()


class Journal(logging.Handler):
    """Every line that would have been logged, at DEBUG, as it would have been written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.faults: list[str] = []
        """What may not be there whatever a client does: tracebacks, warnings."""

    def emit(self, record: logging.LogRecord) -> None:
        line = _FORMATTER.format(record)
        self.lines.append(line)
        if record.exc_info or record.levelno >= logging.WARNING:
            self.faults.append(line)

    def check(self) -> None:
        """One line is one line, and a short one; nothing is worth a warning or a traceback."""
        assert self.faults == []
        for line in self.lines:
            assert len(line.encode()) <= MAX_OCTETS
            assert line.isprintable(), line


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the server has."""

    jobs: dict[int, tuple[str, ...]]
    """The hashes of each job's documents."""
    files: frozenset[str]
    """In the spool."""


@dataclass
class Server:
    """A printer and its folder."""

    printer: VirtualPrinter
    spool: Path
    _tasks_at_rest: int = 0

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return ("127.0.0.1", self.printer.port)

    async def holdings(self) -> Holdings:
        """All its jobs, documents and files, at this moment."""
        return await asyncio.to_thread(self._holdings)

    def _holdings(self) -> Holdings:
        return Holdings(
            {job.id: tuple(document.sha256 for document in job.documents) for job in self.printer.jobs},
            frozenset(name for _, _, names in os.walk(self.spool) for name in names),
        )

    async def resources(self) -> tuple[int, int]:
        """What is in use, once nothing is any more for those who came before."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while len(self._tasks()) > self._tasks_at_rest:  # noqa: ASYNC110 (nobody tells)
                await asyncio.sleep(0.01)
        return self._in_use()

    def _in_use(self) -> tuple[int, int]:
        """Open descriptors of this process, and tasks on the server's loop but for mere waiting."""
        return len(list(Path("/proc/self/fd").iterdir())), len(self._tasks())

    async def settle(self, before: tuple[int, int]) -> None:
        """Returns when no more is in use than `before`; fails where it does not come to that."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            now = self._in_use()
            if now[0] <= before[0] and now[1] <= before[1]:
                return
            assert time.monotonic() < deadline, f"there were {before}, and are {now}: {self._tasks()}"
            await asyncio.sleep(0.01)

    def _tasks(self) -> set["asyncio.Task[Any]"]:
        running = self.printer._running
        assert running is not None
        tasks = asyncio.all_tasks(running.loop)
        return {task for task in tasks if _work_of(task) not in _RESTS}

    async def begin(self) -> None:
        """Asks until there is an answer: all its tasks have begun then, and can be counted.

        One that waits half a second for a head may have given up on us before.
        """
        question = http(message(operation=GET_PRINTER_ATTRIBUTES))
        async with asyncio.timeout(SETTLE_SECONDS):
            while (answer := await exchange(self.address, question)) is None or answer.status == 408:
                pass
            while any(_is_for_a_client(task) for task in self._tasks()):  # noqa: ASYNC110 (nobody tells)
                await asyncio.sleep(0.01)
        self._tasks_at_rest = len(self._tasks())

    async def make_job(self, kind: str) -> int:
        """The job-id of a new job of alice's that is "incoming", "completed" or "canceled"."""
        user = attribute(NAME, "requesting-user-name", "alice")
        answer = decode(await self._ask(message(user, operation=CREATE_JOB)))
        [(_, octets)] = answer.group(0x02)["job-id"]
        job_id = attribute(INTEGER, "job-id", octets)
        if kind == "completed":
            last = attribute(BOOLEAN, "last-document", flag(True))
            await self._ask(message(job_id, user, last, operation=SEND_DOCUMENT, document=RASTER))
            await asyncio.to_thread(self._wait_for, int.from_bytes(octets))
        elif kind == "canceled":
            await self._ask(message(job_id, user, operation=CANCEL_JOB))
        await self.is_well()  # by then the server has noted when it would lose patience with the job
        return int.from_bytes(octets)

    async def cancel(self, job_id: int) -> None:
        """Cancels a job that may be over already."""
        job = attribute(INTEGER, "job-id", integer(job_id))
        await self._ask(message(job, attribute(NAME, "requesting-user-name", "alice"), operation=CANCEL_JOB))

    async def is_well(self) -> None:
        """Fails unless a new client is answered at once."""
        answer = decode(await self._ask(message(operation=GET_PRINTER_ATTRIBUTES)))
        assert answer.code == 0

    def _wait_for(self, job_id: int) -> None:
        deadline = time.monotonic() + SETTLE_SECONDS
        while not any(job.id == job_id and job.state == "completed" for job in self.printer.jobs):
            assert time.monotonic() < deadline, "the job does not come to its end"
            time.sleep(0.005)

    async def _ask(self, octets: bytes) -> bytes:
        answer = await exchange(self.address, http(octets))
        assert answer is not None
        assert answer.status == 200
        return answer.body


def _work_of(task: "asyncio.Task[Any]") -> str:
    """What it runs."""
    return getattr(task.get_coro(), "__qualname__", "")


def _is_for_a_client(task: "asyncio.Task[Any]") -> bool:
    """Whether it goes when a connection is closed."""
    return _work_of(task).startswith("RequestHandler.")


def settings(folder: Path, access: str, tls: str, **limits: Any) -> dict[str, Any]:
    """The configuration of a server under attack: two printers, documents of at most a few MiB."""
    printer = {"minimum-processing-seconds": 0, "output": [{"type": "discard"}]}
    return {
        "server": {"log-level": "debug"},
        "access": {"preset": access},
        "tls": {"mode": tls},
        "spool": {"folder": str(folder / "spool"), "min-free-octets": 0},
        "limits": {"max-document-octets": MAX_DOCUMENT_OCTETS, **limits},
        "printer": [
            {"name": "first", "path": "/ipp/print", **printer},
            {"name": "other", "path": OTHER, **printer},
        ],
    }
