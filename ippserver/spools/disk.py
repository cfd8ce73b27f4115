"""Documents in a folder of our own: written, synced, renamed, the folder synced, before anything is promised.

A document under way is `KEY.part`; only a complete one is called `KEY`. Octets pass through in pieces, so
memory does not grow with a document. All blocking calls run in the spool's own threads.
"""

import os
from collections.abc import AsyncGenerator, Collection, Iterator
from contextlib import aclosing, contextmanager, suppress
from io import FileIO
from logging import getLogger
from pathlib import Path
from typing import Final

from aiofiles.threadpool import wrap

from ippserver.interfaces import (
    Clock,
    DocumentStream,
    NoSuchDocument,
    Spooled,
    SpoolError,
    SpoolFailed,
    SpoolFull,
)
from ippserver.runtime.clock import SystemClock
from ippserver.runtime.files import (
    NO_HARD_LINKS,
    Disk,
    NewFile,
    UnsafePath,
    descriptor_of,
    open_private_folder,
    open_to_read,
    sync_folder,
)
from ippserver.runtime.streams import PIECE_OCTETS, SMALL_OCTETS, first_pieces, write_stream
from ippserver.runtime.threads import Workers, to_end
from ippserver.spools.keys import checked, is_key

_log = getLogger(__name__)

MIN_FREE_OCTETS: Final = 256 * 1024 * 1024
"""Left free on the file system by default, for the store not least."""
_ROOM_SECONDS: Final = 1.0
"""How long an answer that there is room holds; without room, the disk is asked again each time."""
_PART: Final = ".part"


@contextmanager
def _failing() -> Iterator[None]:
    """Around calls on the disk and nothing else: what a document's sender raises is another matter."""
    try:
        yield
    except (OSError, UnsafePath) as error:
        raise SpoolFailed(f"the spool failed: {error}") from error


class DiskSpool:
    """A Spool in `folder`, which is this server's alone (see interfaces.Spool)."""

    def __init__(
        self,
        folder: Path,
        *,
        min_free_octets: int = MIN_FREE_OCTETS,
        threads: int = 8,
        disk: Disk | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._folder = folder
        self._min_free_octets = min_free_octets
        self._disk = disk or Disk()
        self._clock = clock or SystemClock()
        self._workers = Workers("spool", threads)
        self._writing: set[str] = set()
        self._room_until = 0.0

    async def open(self) -> None:
        """Makes the folder where it is missing; SpoolError where others could get at it."""
        try:
            await self._workers.run(open_private_folder, self._folder)
        except (UnsafePath, OSError) as error:
            raise SpoolError(f"the spool cannot be used: {error}") from error

    async def close(self) -> None:
        """Ends the threads."""
        await self._workers.close()

    async def write(self, key: str, document: DocumentStream, *, lasting: bool = True) -> Spooled:
        """Stores all of `document` under `key`, or nothing."""
        checked(key)
        if self._clock.monotonic() >= self._room_until and not await self._workers.run(self._has_room):
            raise SpoolFull("the disk of the spool is full")
        if key in self._writing:
            raise SpoolError(f"document {key} is being written already")
        self._writing.add(key)
        try:
            return await self._receive(key, document, lasting)
        except BaseException:
            self._room_until = 0.0
            await self._workers.run(self._discard, key)
            raise
        finally:
            self._writing.discard(key)

    async def _receive(self, key: str, document: DocumentStream, lasting: bool) -> Spooled:
        pieces, whole = await first_pieces(document)
        if whole:
            return await self._workers.run(self._write_small, key, b"".join(pieces), lasting)
        async with self._workers.opened(lambda: self._new_part(key)) as part:
            await write_stream(part, document, workers=self._workers, failing=_failing, begun=pieces)
            return await self._workers.run(self._complete, key, part, lasting)

    async def copy(self, key: str, new_key: str) -> None:
        """Gives the file another name; where the file system has no hard links, it is written again."""
        if not await self._workers.run(self._link, checked(key), checked(new_key)):
            async with aclosing(self.read(key)) as document:
                await self.write(new_key, document)

    async def read(self, key: str) -> AsyncGenerator[bytes, None]:
        """The document in pieces of at most 1 MiB."""
        path = self._path(checked(key))
        small = await self._workers.run(_read_small, path, self._disk)
        if small is not None:
            yield small
            return
        async with self._workers.opened(lambda: _open_document(path, self._disk)) as opened:
            file = wrap(opened, executor=self._workers.executor)
            while True:
                with _failing():
                    piece: bytes = await to_end(file.read(PIECE_OCTETS))
                if not piece:
                    return
                yield piece

    async def delete(self, keys: Collection[str]) -> None:
        """Removes the documents that are there."""
        await self._workers.run(self._delete, [checked(key) for key in keys])

    async def sweep(self, keep: Collection[str]) -> int:
        """Removes what is the spool's own and neither in `keep` nor being written; answers how many."""
        return await self._workers.run(self._sweep, frozenset(keep))

    async def missing(self, keys: Collection[str]) -> Collection[str]:
        """Those of `keys` under which there is no file."""
        return await self._workers.run(self._missing, [checked(key) for key in keys])

    async def full(self) -> bool:
        """True while the disk has less room than its reserve."""
        if self._clock.monotonic() < self._room_until:
            return False
        try:
            return not await self._workers.run(self._has_room)
        except SpoolFailed:  # gone, not full: the next write says so
            return False

    # What follows blocks, and runs in the spool's threads.

    @_failing()
    def _has_room(self) -> bool:
        try:
            room = self._disk.free_octets(self._folder) > self._min_free_octets
        except FileNotFoundError:
            open_private_folder(self._folder)  # for the next one: this loss must not go unnoticed
            raise
        self._room_until = self._clock.monotonic() + _ROOM_SECONDS if room else 0.0
        return room

    @_failing()
    def _write_small(self, key: str, octets: bytes, lasting: bool) -> Spooled:
        with self._new_part(key) as part:
            part.write(octets)
            return self._complete(key, part, lasting)

    @_failing()
    def _new_part(self, key: str) -> NewFile:
        path = self._part(key)
        try:
            return self._create(path)
        except FileExistsError:  # ours, from a failure after which it could not be removed
            self._disk.unlink(path)
            return self._create(path)
        except FileNotFoundError:
            open_private_folder(self._folder)  # as above
            raise

    def _create(self, path: Path) -> NewFile:
        return NewFile(path, disk=self._disk, keep_free_octets=self._min_free_octets)

    @_failing()
    def _complete(self, key: str, part: NewFile, lasting: bool) -> Spooled:
        """File, name, folder: each is on the disk before the next one (SECURITY, accept rule)."""
        if lasting:
            part.sync()
        self._disk.replace(self._part(key), self._path(key))
        if lasting:
            sync_folder(self._folder, self._disk)
        return Spooled(size_octets=part.size_octets, sha256=part.sha256)

    @_failing()
    def _link(self, key: str, new_key: str) -> bool:
        """Whether it could be done."""
        try:
            with descriptor_of(self._folder, self._disk) as folder:
                self._disk.link(key, new_key, source_folder=folder, target_folder=folder)
        except FileNotFoundError:
            raise NoSuchDocument(f"the spool has no document {key}") from None
        except OSError as error:
            if error.errno not in NO_HARD_LINKS:
                raise
            return False
        try:
            sync_folder(self._folder, self._disk)
        except OSError:
            self._discard(new_key)
            raise
        return True

    def _discard(self, key: str) -> None:
        for path in (self._part(key), self._path(key)):
            try:
                self._disk.unlink(path)
            except FileNotFoundError:
                pass
            except OSError as error:
                _log.warning("%s stays until the next start: %s", path, error)

    @_failing()
    def _delete(self, keys: Collection[str]) -> None:
        for key in keys:
            with suppress(FileNotFoundError):
                self._disk.unlink(self._path(key))

    @_failing()
    def _sweep(self, keep: frozenset[str]) -> int:
        removed = 0
        for name in os.listdir(self._folder):  # noqa: PTH208 (names suffice, and there may be 10^5)
            key = name.removesuffix(_PART)
            wanted = key in self._writing or (key in keep and key == name)
            if wanted or not is_key(key):
                continue
            try:
                self._disk.unlink(self._folder / name)
            except OSError as error:  # a folder of that name, say
                _log.warning("%s in the spool cannot be removed: %s", name, error)
            else:
                removed += 1
        return removed

    @_failing()
    def _missing(self, keys: Collection[str]) -> Collection[str]:
        return frozenset(key for key in keys if not self._path(key).is_file())

    def _path(self, key: str) -> Path:
        return self._folder / key

    def _part(self, key: str) -> Path:
        return self._folder / (key + _PART)


@_failing()
def _read_small(path: Path, disk: Disk) -> bytes | None:
    """The document, or None where it is not small."""
    with _open_document(path, disk) as file:
        return file.read() if os.fstat(file.fileno()).st_size <= SMALL_OCTETS else None


@_failing()
def _open_document(path: Path, disk: Disk) -> FileIO:
    try:
        return open_to_read(path, disk=disk)
    except FileNotFoundError:
        raise NoSuchDocument(f"the spool has no document {path.name}") from None
