"""One worker: a process, and the folders that it reads from and writes to."""

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from aiofiles.threadpool import wrap

from ippserver.converters.limits import WorkerLimits
from ippserver.interfaces import DocumentStream
from ippserver.runtime.files import Disk, NewFile, open_to_read
from ippserver.runtime.streams import PIECE_OCTETS, write_stream
from ippserver.runtime.threads import Workers, to_end

_LINE_OCTETS: Final = 8 * 2**20
"""The longest line that a worker may say."""
_KEPT_VARIABLES: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What Python and its libraries may need; nothing else of the server's environment is a worker's business."""
_files: Final = Workers("convert")


class WorkerFailed(Exception):
    """A worker ended without a result, or had to be ended; the text says why."""


class Worker:
    """A process that converts documents to one. What a client sent is only ever opened there."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, limits: WorkerLimits) -> None:
        self._process = process
        self._folder = folder
        self._limits = limits
        self._next_look = 0.0

    @classmethod
    async def start(cls, command: Sequence[str], folder: Path, limits: WorkerLimits) -> "Worker":
        """A worker that waits for its task, with a folder of its own below `folder`.

        Raises:
            WorkerFailed: There is no room, or no process can be had.
        """
        own: Path | None = None
        try:
            own = await _files.run(_make_folders, folder)
            process = await asyncio.create_subprocess_exec(
                *command,
                str(own / "in"),
                str(own / "out"),
                json.dumps(limits.walls),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_LINE_OCTETS,
                cwd=own,
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            if own is not None:
                await _files.run(shutil.rmtree, own, ignore_errors=True)
            raise WorkerFailed(f"no worker can be started: {error}") from error
        return cls(process, own, limits)

    async def end(self) -> None:
        """Kills it, if it lives, and removes its folder."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await to_end(self._process.wait())
        await _files.run(shutil.rmtree, self._folder, ignore_errors=True)

    async def give(self, tasks: bytes, documents: Sequence[DocumentStream]) -> None:
        """Puts `documents` where the worker finds them, and tells it its `tasks` (documents.task.encoded).

        Raises:
            WorkerFailed: There is no room.
        """
        try:
            for number, document in enumerate(documents, 1):
                path = self._folder / "in" / str(number)
                async with _files.opened(partial(NewFile, path, disk=Disk())) as file:
                    await write_stream(file, document, workers=_files, failing=nullcontext)
        except OSError as error:
            raise WorkerFailed(f"there is no room to convert documents: {error}") from error
        assert self._process.stdin is not None
        self._process.stdin.write(tasks + b"\n")
        with suppress(ConnectionError):  # what it says, or that it says nothing more, tells why
            await self._process.stdin.drain()

    async def says(self) -> Mapping[str, Any]:
        """The next thing that it says (documents.worker).

        Raises:
            WorkerFailed: It says nothing for too long, or no more, or nonsense, or has written too much.
        """
        assert self._process.stdout is not None
        line = asyncio.ensure_future(self._process.stdout.readline())
        try:
            async with asyncio.timeout(self._limits.page_seconds):
                while not line.done():
                    await asyncio.wait((line,), timeout=self._limits.look_seconds)
                    await self._look()
            said = json.loads(line.result() or b"")
        except TimeoutError:
            raise WorkerFailed(f"no page was finished in {self._limits.page_seconds:g} seconds") from None
        except ValueError:
            raise WorkerFailed(await self._how_it_ended()) from None
        finally:
            line.cancel()
        if not isinstance(said, dict):
            raise WorkerFailed("the worker talks nonsense")
        return said

    async def _look(self) -> None:
        """Looks at what it has written, every look_seconds."""
        now = asyncio.get_running_loop().time()
        if now < self._next_look:
            return
        self._next_look = now + self._limits.look_seconds
        written = await _files.run(_octets_in, self._folder / "out")
        if written > self._limits.output_octets:
            raise WorkerFailed(f"more than {self._limits.output_octets} octets come of the document")

    async def _how_it_ended(self) -> str:
        """Why it says no more."""
        try:
            async with asyncio.timeout(self._limits.look_seconds):
                status = await self._process.wait()
        except TimeoutError:
            return "the worker talks nonsense"
        if status < 0:
            return f"the worker was ended by {signal.Signals(-status).name}"
        return f"the worker ended with status {status}"

    async def read(self, part: int) -> AsyncGenerator[bytes, None]:
        """What it has written as `part`, in pieces.

        Raises:
            WorkerFailed: There is no such file.
        """
        path = self._folder / "out" / str(part)
        try:
            async with _files.opened(lambda: open_to_read(path, disk=Disk())) as opened:
                file = wrap(opened, executor=_files.executor)
                while piece := await to_end(file.read(PIECE_OCTETS)):
                    yield piece
        except OSError as error:
            raise WorkerFailed(f"a result cannot be read: {error}") from error


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}


def _make_folders(parent: Path) -> Path:
    own = Path(mkdtemp(dir=parent))
    for name in ("in", "out"):
        (own / name).mkdir()
    return own


def _octets_in(folder: Path) -> int:
    with os.scandir(folder) as entries:
        return sum(entry.stat(follow_symlinks=False).st_size for entry in entries)
