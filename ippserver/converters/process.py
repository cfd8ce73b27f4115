"""One worker: a process, and the folders that it reads from and writes to."""

import asyncio
import errno
import json
import os
import shutil
import signal
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import ExitStack, aclosing, nullcontext, suppress
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from aiofiles.threadpool import wrap

from ippserver.converters.limits import WorkerLimits
from ippserver.interfaces import DocumentStream
from ippserver.runtime.files import PRIVATE_FOLDER, Disk, NewFile, open_to_read
from ippserver.runtime.programs import open_pipe, signal_name
from ippserver.runtime.streams import PIECE_OCTETS, write_stream
from ippserver.runtime.threads import Workers, to_end

_LINE_OCTETS: Final = 64 * 1024
"""The longest line that a worker may say: to read one made to hurt takes 5 ms, and 40 in a large process."""
_TEXT: Final = "text"
"""The file with what is written on the pages."""
_BLOCK_OCTETS: Final = 4096
"""What a file takes at least."""
_KEPT_VARIABLES: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What Python and its libraries may need; nothing else of the server's environment is a worker's business."""
_ENVIRONMENT: Final = {
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**27),
}
"""Of every worker. Memory that one band of pixels gave back is used for the next one: what comes new from the
system costs a tenth of all the time. The thread that draws and those that encode have some of their own:
waiting for each other costs another tenth.
"""
_NONSENSE: Final = "the worker talks nonsense"
_files: Final = Workers("convert")


class WorkerFailed(Exception):
    """A worker ended without a result, or had to be ended; the text says why."""


class WorkerExhausted(WorkerFailed):
    """It has used up what it may."""


class WorkerStarved(WorkerFailed):
    """The system has no room for what it needs; no document is to blame."""


class Worker:
    """A process that converts documents to one. What a client sent is only ever opened there."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        words: asyncio.StreamReader,
        folder: Path,
        limits: WorkerLimits,
        held: ExitStack,
    ) -> None:
        self._process = process
        self._words = words
        self._folder = folder
        self._limits = limits
        self._held = held
        self._first_word: asyncio.Future[bytes] | None = None
        self._has_spoken = False
        self._said_octets = 0
        self._is_killed = False
        self._next_look = 0.0

    @classmethod
    async def start(cls, command: Sequence[str], folder: Path, limits: WorkerLimits) -> "Worker":
        """A worker that waits for its task, with a folder of its own below `folder`.

        Raises:
            WorkerFailed: There is no room, or no process can be had.
        """
        own = folder / uuid4().hex
        with ExitStack() as held:
            try:
                await _files.run(_make_folders, own)
                words, stdout = await open_pipe(held, _LINE_OCTETS)
                process = await asyncio.create_subprocess_exec(
                    *command,
                    str(own / "in"),
                    str(own / "out"),
                    json.dumps(limits.walls),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=stdout,
                    stderr=asyncio.subprocess.DEVNULL,
                    cwd=own,
                    env=_environment(),
                    start_new_session=True,
                )
            except BaseException as error:
                await _files.run(shutil.rmtree, own, ignore_errors=True)
                if isinstance(error, OSError):
                    raise WorkerStarved(f"no worker can be started: {error.strerror}") from error
                raise
            stdout.close()
            return cls(process, words, own, limits, held.pop_all())

    def listen(self) -> None:
        """Hears its first word as soon as it comes, though nobody waits for it yet."""
        self._first_word = asyncio.ensure_future(self._words.readline())
        self._first_word.add_done_callback(lambda word: word.cancelled() or word.exception())

    async def is_awake(self, hear: Callable[[Mapping[str, Any]], None]) -> bool:
        """Whether one that was listened to answers, in spare_seconds once it has begun to speak.

        Something may have killed or stopped it while nobody needed it. `hear` gets what it says of itself.
        """
        assert self._first_word is not None, "it was listened to"
        seconds = self._limits.spare_seconds if self._first_word.done() else self._limits.page_seconds
        try:
            async with asyncio.timeout(seconds):
                await self._tell(b"\n")
                hear(await self.says())
                return await self.says() == {"awake": True}
        except (TimeoutError, WorkerFailed):
            return False

    async def end(self) -> None:
        """Kills it, if it lives, and removes its folder; also when cancelled meanwhile, however often."""
        await to_end(self._end())

    async def _end(self) -> None:
        await self._kill()
        self._held.close()
        await _files.run(shutil.rmtree, self._folder, ignore_errors=True)

    async def _kill(self) -> None:
        if self._is_killed:
            return  # somebody else may have its number now
        self._is_killed = True
        if self._first_word is not None:
            self._first_word.cancel()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        assert self._process.stdin is not None
        pipe = self._process.stdin.transport
        if not pipe.is_closing():
            pipe.abort()  # the end of a process is not told before that of its pipe
        await to_end(self._process.wait())

    async def finish(self) -> None:
        """Ends it: from now on, nobody changes what it has written.

        Raises:
            WorkerExhausted: That is too much.
        """
        await self._kill()
        await self._look()

    async def give(self, tasks: bytes, documents: Sequence[DocumentStream]) -> None:
        """Puts `documents` where the worker finds them, and tells it its `tasks` (documents.task.encoded).

        Raises:
            WorkerStarved: There is no room, or it does not listen.
        """
        try:
            for number, document in enumerate(documents, 1):
                path = self._folder / "in" / str(number)
                async with _files.opened(partial(NewFile, path, disk=Disk())) as file:
                    await write_stream(file, document, workers=_files, failing=nullcontext)
        except OSError as error:
            raise WorkerStarved(f"there is no room to convert documents: {error.strerror}") from error
        await self._tell(tasks + b"\n")

    async def _tell(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        try:
            async with asyncio.timeout(self._limits.page_seconds):
                await self._process.stdin.drain()
        except TimeoutError:
            raise WorkerStarved("the worker does not listen") from None
        except ConnectionError as error:
            raise WorkerStarved("the worker has ended before") from error

    async def says(self) -> Mapping[str, Any]:
        """The next thing that it says (documents.worker).

        Raises:
            WorkerFailed: It says no more, or nonsense.
            WorkerExhausted: It says nothing for too long, or has written too much.
            WorkerStarved: Either, before it has said anything: it has not opened a document then.
        """
        try:
            said = await self._line()
        except WorkerFailed as error:
            if self._has_spoken:
                raise
            raise WorkerStarved(str(error)) from error
        self._has_spoken = True
        if not isinstance(said, dict):
            raise WorkerFailed(_NONSENSE)
        return said

    async def ended(self) -> int:
        """The status that it ends with, whatever it says before.

        Raises:
            WorkerFailed: A signal ended it.
            WorkerExhausted: It writes nothing for too long, or has written too much.
        """
        loop = asyncio.get_running_loop()
        self._has_spoken = True
        gone = asyncio.ensure_future(self._gone())
        written, patience = 0, loop.time() + self._limits.page_seconds
        try:
            while not gone.done():
                await asyncio.wait((gone,), timeout=self._limits.look_seconds)
                now = await self._look()
                if now > written:
                    written, patience = now, loop.time() + self._limits.page_seconds
                elif loop.time() > patience:
                    raise WorkerExhausted(self._impatience)
            status = gone.result()
        finally:
            gone.cancel()
            await asyncio.wait((gone,))
        if status < 0:
            raise await self._how_it_ended()
        return status

    async def _gone(self) -> int:
        while await self._words.read(PIECE_OCTETS):
            pass
        return await self._process.wait()

    @property
    def _impatience(self) -> str:
        return f"no page was finished in {self._limits.page_seconds:g} seconds"

    async def _line(self) -> Any:  # Any: what json.loads answers
        line = self._first_word or asyncio.ensure_future(self._words.readline())
        self._first_word = None
        try:
            async with asyncio.timeout(self._limits.page_seconds):
                while not line.done():
                    await asyncio.wait((line,), timeout=self._limits.look_seconds)
                    await self._look_at_times()
            said = line.result()
        except TimeoutError:
            raise WorkerExhausted(self._impatience) from None
        except ValueError:  # no end of a line
            raise WorkerFailed(_NONSENSE) from None
        finally:
            line.cancel()
        if not said.endswith(b"\n"):
            raise await self._how_it_ended()
        self._said_octets += len(said)
        try:
            return json.loads(b"" if self._said_octets > self._limits.said_octets else said)
        except (ValueError, RecursionError):
            raise WorkerFailed(_NONSENSE) from None

    async def _look_at_times(self) -> None:
        """Looks at what it has written, every look_seconds; before it speaks there is nothing."""
        now = asyncio.get_running_loop().time()
        if self._has_spoken and now >= self._next_look:
            self._next_look = now + self._limits.look_seconds
            await self._look()

    async def _look(self) -> int:
        """How many octets it has written; WorkerExhausted where that is too much."""
        octets, files = await _files.run(_written_in, self._folder / "out", self._limits)
        if octets > self._limits.output_octets:
            raise WorkerExhausted(f"more than {self._limits.output_octets} octets come of the document")
        if files > self._limits.files:
            raise WorkerExhausted(f"more than {self._limits.files} files come of the document")
        return octets

    async def _how_it_ended(self) -> WorkerFailed:
        """Why it says no more: its pipe is closed, which comes to be known before its own end."""
        try:
            async with asyncio.timeout(self._limits.end_seconds):
                status = await self._process.wait()
        except TimeoutError:
            return WorkerFailed(_NONSENSE)
        if status == -signal.SIGXCPU:
            return WorkerExhausted("the worker has computed for too long")
        if status < 0:
            return WorkerFailed(f"the worker was ended by {signal_name(-status)}")
        return WorkerFailed(f"the worker ended with status {status}")

    async def read(self, part: int) -> AsyncGenerator[bytes, None]:
        """What it has written as `part`, in pieces.

        Raises:
            WorkerFailed: There is no such file.
        """
        async for piece in self._file(str(part)):
            yield piece

    async def text(self) -> str:
        """What is written on the pages, as far as it is kept.

        Raises:
            WorkerFailed: It cannot be read.
        """
        octets = b""
        async with aclosing(self._file(_TEXT)) as pieces:
            async for piece in pieces:
                octets += piece
                if len(octets) >= self._limits.text_octets:
                    break
        return octets[: self._limits.text_octets].decode(errors="ignore").replace("\0", "")

    async def _file(self, name: str) -> AsyncGenerator[bytes, None]:
        path = self._folder / "out" / name
        try:
            async with _files.opened(partial(_open_own, path)) as opened:
                file = wrap(opened, executor=_files.executor)
                while piece := await to_end(file.read(PIECE_OCTETS)):
                    yield piece
        except OSError as error:
            raise WorkerFailed(f"a result cannot be read: {error.strerror}") from error


def _open_own(path: Path) -> FileIO:
    """The file at `path`, which must be the worker's own: no link to another, of either kind."""
    file = open_to_read(path, disk=Disk())
    if os.fstat(file.fileno()).st_nlink == 1:
        return file
    file.close()
    raise OSError(errno.EMLINK, "it has other names", str(path))


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | _ENVIRONMENT


def _make_folders(own: Path) -> None:
    for folder in (own, own / "in", own / "out"):
        folder.mkdir(PRIVATE_FOLDER)


def _written_in(folder: Path, limits: WorkerLimits) -> tuple[int, int]:
    """The octets and the files in `folder`, counted until it is more than is allowed of either."""
    octets = files = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            octets += max(entry.stat(follow_symlinks=False).st_size, _BLOCK_OCTETS)
            files += 1
            if octets > limits.output_octets or files > limits.files:
                break
    return octets, files
