"""Servers that print what they are sent, and what can be seen of their workers."""

import asyncio
import os
from pathlib import Path
from typing import Final

from ippserver.testing import VirtualPrinter
from ippserver.testing.http import exchange
from ippserver.testing.printer import CapturedJob
from ippserver.testing.wire import field
from tests.hostile.build import (
    CANCEL_JOB,
    GET_PRINTER_ATTRIBUTES,
    INTEGER,
    MIME,
    NAME,
    PATH,
    URI,
    http,
    integer,
    message,
)
from tests.hostile.decode import decode
from tests.steps import MOST_SECONDS, steps

SERVER: Final = "virtual-printer"
"""The thread that its loop runs in."""
OVER: Final = ("completed", "aborted", "canceled")
SECONDS: Final = 60.0


class Printers:
    """A server with two printers, and its folders."""

    def __init__(self, printer: VirtualPrinter, folder: Path) -> None:
        self.printer = printer
        self.address = ("127.0.0.1", printer.port)
        self.folder = folder
        self.data = folder / "data"

    async def send(self, path: str, media_type: str, document: bytes, name: str = "job") -> int:
        """The job-id of a document that was accepted."""
        target = field(URI, "printer-uri", f"ipp://localhost{path}")
        attributes = (field(NAME, "job-name", name), field(MIME, "document-format", media_type))
        octets = http(message(*attributes, target=target, document=document), target=path)
        answer = await exchange(self.address, octets)
        assert answer is not None
        response = decode(answer.body)
        assert response.code in (0, 1), response.group(1).get("status-message")
        [(_, job_id)] = response.group(0x02)["job-id"]
        return int.from_bytes(job_id)

    async def ended(self, job_id: int) -> CapturedJob:
        """The job when it is over; fails where anybody else is kept from an answer until then."""
        with steps(SERVER) as seen:
            async with asyncio.timeout(SECONDS):
                while (job := await self._looked_at(job_id)).state not in OVER:  # noqa: ASYNC110 (it asks)
                    await asyncio.sleep(0.02)
        assert seen.longest_seconds < MOST_SECONDS
        return job

    async def _looked_at(self, job_id: int) -> CapturedJob:
        """The job, while somebody else asks for something."""
        answer = await exchange(self.address, http(message(operation=GET_PRINTER_ATTRIBUTES)))
        assert answer is not None
        jobs = await asyncio.to_thread(lambda: self.printer.jobs)
        (job,) = (job for job in jobs if job.id == job_id)
        return job

    async def settle(self) -> None:
        """Returns when nothing is left of converting but the worker that stands ready, with nothing to do."""
        async with asyncio.timeout(SECONDS):
            while not await asyncio.to_thread(self._is_settled):  # noqa: ASYNC110 (files have no event)
                await asyncio.sleep(0.02)

    def _is_settled(self) -> bool:
        workers = list((self.data / "convert").iterdir())
        at_work = [file for worker in workers for file in files_in(worker)]
        keys = {document.sha256 for job in self.printer.jobs for document in job.documents}
        spooled = files_in(self.data / "spool")
        return len(workers) <= 1 and not at_work and len(spooled) <= max(len(keys), len(self.printer.jobs))

    def workers(self) -> list[int]:
        """The processes that convert for this server."""
        folder = str(self.data / "convert").encode()
        numbers = (int(process.name) for process in Path("/proc").glob("[0-9]*"))
        return [number for number in numbers if folder in _words(number)]

    async def worker_at_work(self) -> int:
        """The process that has begun to write, as soon as there is one."""
        async with asyncio.timeout(SECONDS):
            while (pid := await asyncio.to_thread(self._at_work)) is None:  # noqa: ASYNC110 (files tell nobody)
                await asyncio.sleep(0.02)
        return pid

    def _at_work(self) -> int | None:
        for file in files_in(self.data / "convert"):
            for pid in self.workers():
                if file.parent.name == "out" and str(file.parent).encode() in _words(pid):
                    return pid
        return None

    async def cancel(self, job_id: int) -> None:
        """Cancel-Job."""
        target = field(URI, "printer-uri", f"ipp://localhost{PATH}")
        job = field(INTEGER, "job-id", integer(job_id))
        octets = http(message(job, target=target, operation=CANCEL_JOB), target=PATH)
        answer = await exchange(self.address, octets)
        assert answer is not None
        assert decode(answer.body).code == 0


def files_in(folder: Path) -> list[Path]:
    """All files below it; what goes meanwhile is not there."""
    return [Path(path, name) for path, _, names in os.walk(folder) for name in names]


def _words(pid: int) -> bytes:
    """The command line of a process; nothing where it is over."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
