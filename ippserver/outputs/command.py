"""A program that gets each document: as files, on its standard input, with all that is known of the job.

What it has started is killed with it, when its time is up and when the job is canceled.
"""

import asyncio
import errno
import logging
import os
import shutil
import signal
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from ippserver.interfaces import DocumentStream, OutputError, OutputRefused, OutputUnavailable, Parcel
from ippserver.outputs.description import as_json, environment
from ippserver.outputs.names import plain_names
from ippserver.outputs.words import Device
from ippserver.runtime.files import PRIVATE_FOLDER, Disk, NewFile
from ippserver.runtime.programs import open_pipe, signal_name
from ippserver.runtime.streams import write_stream
from ippserver.runtime.threads import Workers, to_end

_log = logging.getLogger(__name__)

_INHERITED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER")
"""All that the program gets of the server's own environment, which may hold secrets."""
_PREFIX: Final = "command-"
_LINE_OCTETS: Final = 8192
_KILL_SECONDS: Final = 1.0
"""How long a program has to tidy up after SIGTERM."""
_LAST_WORDS_SECONDS: Final = 1.0
"""How long something that the program left running is listened to after its end."""
_LAST_WORDS_TURNS: Final = 10
"""In so many turns: what the program itself said is heard in the first, however late the server looks."""
_FAILURES: Final[Mapping[int, type[OutputError]]] = {
    os.EX_DATAERR: OutputRefused,
    os.EX_UNAVAILABLE: OutputUnavailable,
}


class CommandOutput:
    """Runs `command` with the path of the document, or those of its pages, added (see interfaces.Output).

    It has done its work when it ends with status 0. With 65 (EX_DATAERR) it will never take this document,
    with 69 (EX_UNAVAILABLE) it can take none now; after any other status the document is tried again.
    """

    def __init__(
        self, name: str, command: Sequence[str], scratch: Path, *, timeout_seconds: float = 600.0
    ) -> None:
        """`scratch` is a folder of the server's own for documents in use."""
        self._name = name
        self._command = tuple(command)
        self._scratch = scratch
        self._timeout_seconds = timeout_seconds
        self._workers = Workers("output")
        self._device = Device()

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    async def open(self) -> None:
        """Looks for the program."""
        if await self._workers.run(shutil.which, self._command[0]) is None:
            raise OutputError(f"output {self._name}: there is no program {self._command[0]}")
        with self._failing():
            await self._workers.run(partial(self._scratch.mkdir, PRIVATE_FOLDER, parents=True, exist_ok=True))

    async def plan(self, parcel: Parcel) -> str:
        """There is no place to name."""
        return ""

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Runs the program."""
        async with self._folder() as folder:
            documents = [folder / name for name in plain_names(parcel)]
            for document, content in zip(documents, contents, strict=True):
                async with self._workers.opened(partial(NewFile, document, disk=Disk())) as file:
                    await write_stream(file, content, workers=self._workers, failing=self._failing)
            description = folder / "job.json"
            with self._failing():
                await self._workers.run(lambda: description.write_text(as_json(parcel), "utf-8"))
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    await self._run(parcel, documents, description)
            except TimeoutError:
                raise OutputError(
                    f"{self._program} took longer than {self._timeout_seconds:g} seconds."
                ) from None
        return target

    @property
    def _program(self) -> str:
        return Path(self._command[0]).name

    @asynccontextmanager
    async def _folder(self) -> AsyncIterator[Path]:
        with self._failing():
            folder = Path(await self._workers.run(tempfile.mkdtemp, prefix=_PREFIX, dir=self._scratch))
        try:
            yield folder
        finally:
            await self._workers.run(shutil.rmtree, folder, ignore_errors=True)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno == errno.E2BIG:  # the next document may have fewer
                raise OutputRefused(f"{self._program} cannot be given so many files.") from error
            raise OutputUnavailable(f"output {self._name} failed: {error}") from error

    async def _run(self, parcel: Parcel, documents: Sequence[Path], description: Path) -> None:
        own = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        ours = {
            "IPPSERVER_JSON": str(description),
            "IPPSERVER_OUTPUT": self._name,
            "IPPSERVER_FILES": str(len(documents)),
        }
        complaints: list[str] = []
        async with AsyncExitStack() as held:
            with self._failing():
                first = partial(documents[0].open, "rb")
                stdin = await held.enter_async_context(self._workers.opened(first))
                words, stderr = await open_pipe(held, _LINE_OCTETS)
                starting = asyncio.create_subprocess_exec(
                    *self._command,
                    *map(str, documents),
                    stdin=stdin if len(documents) == 1 else DEVNULL,
                    stdout=DEVNULL,
                    stderr=stderr,
                    cwd=description.parent,
                    env={**own, **environment(parcel), **ours},
                    start_new_session=True,
                )
                process = await held.enter_async_context(_running(starting))
            stderr.close()
            listening = asyncio.ensure_future(self._listen(words, parcel, complaints))
            held.push_async_callback(_stop, listening)
            await process.wait()
            for _ in range(_LAST_WORDS_TURNS):
                await asyncio.wait([listening], timeout=_LAST_WORDS_SECONDS / _LAST_WORDS_TURNS)
        if process.returncode:
            raise self._failure(process.returncode, complaints)

    async def _listen(self, words: asyncio.StreamReader, parcel: Parcel, complaints: list[str]) -> None:
        while True:
            try:
                line = await words.readline()
            except ValueError:  # longer than the limit: what there was of it is gone
                continue
            if not line:
                return
            text = line.decode("utf-8", "replace").strip()
            _log.debug("job %d: %s: %s", parcel.job.id, self._program, text)
            complaint = self._device.hears(text, parcel.watch)
            if complaint:
                complaints[:] = [complaint]

    def _failure(self, status: int, complaints: list[str]) -> OutputError:
        if status < 0:
            what = f"{self._program} was ended by {signal_name(-status)}."
        else:
            what = f"{self._program} ended with status {status}."
        return _FAILURES.get(status, OutputError)(complaints[0] if complaints else what)


async def _stop(task: asyncio.Future[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


@asynccontextmanager
async def _running(starting: Coroutine[Any, Any, Process]) -> AsyncIterator[Process]:
    """The program that is being started, ended after the block; also when cancelled before it has begun."""
    start = asyncio.ensure_future(starting)
    try:
        yield await asyncio.shield(start)
    finally:
        await to_end(_end(start))


async def _end(start: asyncio.Future[Process]) -> None:
    """Ends the program, and all that it started, if it still runs."""
    await asyncio.wait([start])
    if start.exception() is not None or (process := start.result()).returncode is not None:
        return
    ended = asyncio.ensure_future(process.wait())
    for number, seconds in ((signal.SIGTERM, _KILL_SECONDS), (signal.SIGKILL, None)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        if (await asyncio.wait((ended,), timeout=seconds))[0]:
            return
