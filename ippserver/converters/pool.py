"""Documents are converted by workers of their own, not by too many at once (see interfaces.Converter)."""

import asyncio
import logging
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from ippserver.converters.limits import WorkerLimits
from ippserver.converters.postscript import Ghostscript
from ippserver.converters.process import Worker, WorkerExhausted, WorkerFailed, WorkerStarved
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Limits, Result, Target, Task, encoded
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import ConversionError, DocumentStream, SpoolError
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from ippserver.model.conversion import Conversion, Outcome, Part, Progress, Wanted
from ippserver.runtime.files import UnsafePath, open_private_folder
from ippserver.runtime.threads import Workers

_threads: Final = Workers("convert")
_MOST: Final = 2**31 - 1
_SENTENCE_CHARACTERS: Final = 500

logger: Final = logging.getLogger(__name__)

COMMAND: Final = (sys.executable, "-P", "-m", "ippserver.documents.worker")

_REASONS: Final[Mapping[str, Keyword]] = {
    "DamagedDocument": JobStateReason.DOCUMENT_FORMAT_ERROR,
    "DocumentTooLarge": JobStateReason.DOCUMENT_UNPRINTABLE_ERROR,
    "PasswordNeeded": JobStateReason.DOCUMENT_PASSWORD_ERROR,
    "WrongPassword": JobStateReason.DOCUMENT_PASSWORD_ERROR,
    "Unsupported": JobStateReason.UNSUPPORTED_DOCUMENT_FORMAT,
}
"""What clients are told of what is wrong with a document, by the names of documents.errors."""


class ConverterPool:
    """Workers, started when they are needed; after the first, another one always stands ready."""

    def __init__(
        self,
        folder: Path,
        limits: WorkerLimits,
        *,
        workers: int,
        command: Sequence[str] = COMMAND,
        ghostscript: Ghostscript | None = None,
    ) -> None:
        """Without `ghostscript`, no PostScript is read."""
        self._folder = folder
        self._limits = limits
        self._command = command
        self._ghostscript = ghostscript
        self._turns = asyncio.Semaphore(workers)
        self._wanted = asyncio.Event()
        self._ready: asyncio.Queue[Worker] = asyncio.Queue(1)
        self._walls: Mapping[str, Any] | None = None

    async def open(self) -> None:
        """Makes the folder that workers get theirs in, and removes what an earlier run left there.

        Raises:
            SpoolError: It cannot be used.
        """
        try:
            await _threads.run(_prepare, self._folder)
        except (UnsafePath, OSError) as error:
            raise SpoolError(f"documents cannot be converted: {error}") from error

    async def run(self) -> None:
        """Keeps a worker ready, once one was needed; until it is cancelled."""
        spare: Worker | None = None
        try:
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                try:
                    spare = await Worker.start(self._command, self._folder, self._limits)
                except WorkerFailed as error:
                    logger.warning("%s", error)
                    continue
                spare.listen()
                await self._ready.put(spare)
                spare = None
        finally:
            left = [] if spare is None else [spare]
            while not self._ready.empty():
                left.append(self._ready.get_nowait())
            for worker in left:
                await worker.end()

    @asynccontextmanager
    async def convert(
        self,
        conversions: Sequence[Conversion],
        contents: Sequence[DocumentStream],
        progress: Callable[[Progress], None],
    ) -> AsyncIterator[tuple[Outcome, Sequence[Part]]]:
        """What became of `contents`; its parts are there until the context is left."""
        async with self._turns, AsyncExitStack() as held:
            try:
                made = [
                    await held.enter_async_context(self._pdf_of(*each))
                    for each in zip(conversions, contents, strict=True)
                ]
                worker = await self._worker()
                held.push_async_callback(worker.end)
                documents = [pdf.content() if pdf else sent for pdf, sent in zip(made, contents, strict=True)]
                tasks = await _threads.run(encoded, list(map(self._task, conversions, made)))
                await worker.give(tasks, documents)
                result = await self._heard(worker, progress)
                await worker.finish()
                parts = [Part(number, partial(worker.read, number)) for number in range(1, result.parts + 1)]
                if result.unchanged and made[0] is not None:  # what was sent is no PDF
                    result, parts = replace(result, unchanged=False), [made[0]]
                yield _outcome(result, conversions[0].target, await worker.text()), parts
            except WorkerFailed as error:
                raise _blamed(error) from error

    @asynccontextmanager
    async def _pdf_of(self, conversion: Conversion, content: DocumentStream) -> AsyncIterator[Part | None]:
        """The PDF that comes of PostScript; None of what workers read themselves."""
        if formats.essence(conversion.source_format) != formats.POSTSCRIPT or self._ghostscript is None:
            yield None
            return
        made = self._ghostscript.pdf(content, conversion.attributes, self._folder, self._limits)
        async with made as pdf:
            yield pdf

    async def _worker(self) -> Worker:
        try:
            ready = self._ready.get_nowait()
        except asyncio.QueueEmpty:
            return await self._started()
        finally:
            self._wanted.set()
        try:
            if await ready.is_awake(self._look_at):
                return ready
        except BaseException:
            await ready.end()
            raise
        logger.warning("a worker that stood ready does not answer: it is replaced")
        await ready.end()
        return await self._started()

    async def _started(self) -> Worker:
        try:
            return await Worker.start(self._command, self._folder, self._limits)
        except WorkerFailed as error:
            raise _blamed(error) from error

    async def _heard(self, worker: Worker, progress: Callable[[Progress], None]) -> Result:
        """The result, after everything that the worker says before.

        Raises:
            ConversionError: Something is wrong with the document.
            WorkerFailed: It had no result.
        """
        so_far = Progress()
        begun = asyncio.get_running_loop().time()
        for _ in range(self._limits.most_said):
            match await worker.says():
                case {"walls": dict()} as word:
                    self._look_at(word)
                case {"progress": {"pages": int(pages), "impressions": int(out), "of_impressions": int(of)}}:
                    now = Progress(pages=_count(pages), impressions=_count(out), of_impressions=_count(of))
                    if now != so_far:
                        progress(now)
                    so_far = now
                case {"error": str(error), "message": str(message)}:
                    raise _complaint(error, message)
                case {"result": dict(result)}:
                    return _checked(result, self._limits)
                case _:
                    break
            if asyncio.get_running_loop().time() - begun > self._limits.longest_seconds:
                raise WorkerExhausted("it takes too long")
        raise WorkerFailed("the worker talks nonsense")

    def _look_at(self, word: Mapping[str, Any]) -> None:
        """Says once where this system's kernel lacks something, if that is what a worker speaks of."""
        walls = word.get("walls")
        if not isinstance(walls, dict):
            return
        if self._walls is None and not (walls.get("landlock") and walls.get("seccomp")):
            logger.warning(
                "documents are converted with weaker walls: this kernel has no %s",
                " and no ".join(name for name in ("landlock", "seccomp") if not walls.get(name)),
            )
        self._walls = walls

    def _task(self, conversion: Conversion, pdf: Part | None) -> Task:
        return Task(
            source_format=formats.PDF if pdf else conversion.source_format,
            target=_target(conversion.target),
            number=conversion.number,
            of_documents=conversion.of_documents,
            attributes=conversion.attributes,
            password=conversion.password,
            title=conversion.title,
            limits=Limits(octets=self._limits.output_octets, text_octets=self._limits.text_octets),
        )


def _prepare(folder: Path) -> None:
    open_private_folder(folder)
    for left in folder.iterdir():
        shutil.rmtree(left, ignore_errors=True)


def _target(wanted: Wanted) -> Target:
    space, _, bits = wanted.raster_type.rpartition("_")
    return Target(
        media_type=wanted.media_type,
        split=wanted.split,
        dpi=wanted.dpi,
        pixels=PixelFormat(ColorSpace(space), int(bits)) if space else None,
        sheet_back=wanted.sheet_back,
    )


def _blamed(error: WorkerFailed) -> ConversionError:
    """What is told of a worker that failed: who is to blame decides whether it is of use to try again."""
    if isinstance(error, WorkerStarved):
        return ConversionError(f"Documents cannot be converted now: {error}.", lasting=False)
    exhausted = isinstance(error, WorkerExhausted)
    reason = JobStateReason.DOCUMENT_UNPRINTABLE_ERROR if exhausted else JobStateReason.DOCUMENT_FORMAT_ERROR
    return ConversionError(f"The document cannot be converted: {error}.", reason)


# A worker may be in the hands of the document that it has opened: it is believed as little as a client.


def _complaint(error: str, message: str) -> ConversionError | WorkerStarved:
    """What it says is wrong."""
    said = " ".join("".join(filter(str.isprintable, message[:_SENTENCE_CHARACTERS])).split())
    if error == "NoRoom":
        return WorkerStarved(said)
    return ConversionError(said, _REASONS.get(error))


def _count(number: int, most: int = _MOST) -> int:
    """A number of pages, sheets or the like, which an attribute can hold."""
    if not 0 <= number <= most:
        raise WorkerFailed("the worker talks nonsense")
    return number


def _checked(plain: Mapping[str, Any], limits: WorkerLimits) -> Result:
    """Its result."""
    try:
        result = Result.of(plain)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise WorkerFailed("the worker talks nonsense") from error
    _count(result.parts, limits.files)
    counts = (result.pages, result.impressions, result.impressions_completed, result.sheets)
    for number in (*counts, *result.counts.all, *result.media.values()):
        _count(number)
    return result


def _outcome(result: Result, wanted: Wanted, text: str) -> Outcome:
    """What of it is the worker's to say: the format is the one that was wanted."""
    return Outcome(
        pages=result.pages,
        impressions=result.impressions,
        impressions_completed=result.impressions_completed,
        sheets=result.sheets,
        counts=result.counts,
        media=result.media,
        media_type=wanted.media_type,
        extension=formats.extension(wanted.media_type),
        text=text,
        unchanged=result.unchanged,
    )
