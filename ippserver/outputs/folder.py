"""Documents as files in a folder that people look into: complete, never replaced, never anywhere else.

A file is written under a hidden name and then published by a link, which fails where there is something.
After a crash, a file with the document's octets under the name that was planned for it is the document.
"""

import fcntl
import grp
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path
from typing import Final
from uuid import uuid4

from ippserver.interfaces import DocumentStream, OutputError, OutputUnavailable, Parcel
from ippserver.model.conversion import SpooledFile
from ippserver.outputs.names import Template, another, as_pattern, first_names, is_for_several, of_files
from ippserver.runtime.files import (
    Disk,
    NewFile,
    descriptor_of,
    move_without_replacing,
    open_to_read,
)
from ippserver.runtime.streams import first_pieces, write_stream
from ippserver.runtime.threads import Workers

_log = getLogger(__name__)

DEFAULT_TEMPLATE: Final = "{id}-{name}{ext}"
_NO_ROUTES: Final[Mapping[str, str]] = {}
_FOLDER_MODE: Final = 0o777
_FILE_MODE: Final = 0o666  # the operator's umask decides: these files are for people
_HIDDEN: Final = ".ippserver-"
_PART: Final = ".part"
_MAX_PLANS: Final = 10_000
"""So many planned names are remembered; those of Jobs that were canceled meanwhile are forgotten in time."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A file, the path that is meant for it, and all paths that it may get, that one first."""

    file: SpooledFile
    path: str
    candidates: Iterator[str]


class FolderOutput:
    """Puts each Document into `folder` under a name that `template` makes (see interfaces.Output)."""

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        template: str = DEFAULT_TEMPLATE,
        routes: Mapping[str, str] = _NO_ROUTES,
        file_mode: int | None = None,
        group: str = "",
        disk: Disk | None = None,
    ) -> None:
        """`routes` are templates for media types, such as "image/png" or "image/*".

        Without `file_mode` the umask decides, without `group` the folder or the process.

        Raises:
            OutputError: A template has a field that there is not.
        """
        self._name = name
        self._folder = folder
        self._template = Template(template)
        self._routes = {media_type.lower(): Template(pattern) for media_type, pattern in routes.items()}
        self._file_mode = file_mode
        self._group = group
        self._group_id = -1
        self._disk = disk or Disk()
        self._workers = Workers("output")
        self._plans: OrderedDict[str, str] = OrderedDict()
        self._planning = threading.Lock()

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    async def open(self) -> None:
        """Makes the folder, tries to write there, and removes what a crash left half-written."""
        await self._workers.run(self._prepare)

    async def plan(self, parcel: Parcel) -> str:
        """A path below the folder that is neither there nor planned for another Document."""
        return await self._workers.run(self._plan, parcel)

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Publishes the content as the file `target`; answers the path below the folder where it is now.

        Several contents become several files, whose names follow from `target`; the answer is a pattern then.
        """
        if len(contents) > 1 and not is_for_several(target):
            target = await self.plan(parcel)  # it was planned by another configuration
        paths = of_files(target, len(contents))
        placed = []
        for file, path, content in zip(parcel.files, paths, contents, strict=True):
            candidates = self._files_like(path) if len(paths) > 1 else self._names_like(path, parcel)
            placed.append(await self._deliver(_Place(file, path, candidates), content))
        self._plans.pop(target, None)
        return placed[0] if len(placed) == 1 else as_pattern(target)

    async def _deliver(self, place: _Place, content: DocumentStream) -> str:
        """Publishes one file; one that is there already is as good."""
        hidden = f"{_HIDDEN}{uuid4().hex}{_PART}"
        pieces, whole = await first_pieces(content)
        try:
            if whole:
                return await self._workers.run(self._deliver_small, b"".join(pieces), hidden, place)
            if await self._workers.run(self._is_there, place):
                return place.path
            async with self._workers.opened(lambda: self._new_part(hidden)) as part:
                await write_stream(part, content, workers=self._workers, failing=self._failing, begun=pieces)
                return await self._workers.run(self._publish, part, hidden, place)
        except BaseException:
            await self._workers.run(self._discard, hidden)
            raise

    # What follows blocks, and runs in threads.

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputUnavailable(f"output {self._name} in {self._folder} failed: {error}") from error

    def _prepare(self) -> None:
        if self._group:
            try:
                self._group_id = grp.getgrnam(self._group).gr_gid
            except KeyError as error:
                raise OutputError(f"output {self._name}: there is no group {self._group}") from error
        with self._failing():
            self._folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
            self._folder = self._folder.resolve()
            trial = f"{_HIDDEN}{uuid4().hex}{_PART}"
            self._create_part(trial).close()
            self._disk.unlink(self._folder / trial)
            with os.scandir(self._folder) as entries:
                found = [entry.name for entry in entries if entry.name.startswith(_HIDDEN)]
            for hidden in found:
                if hidden.endswith(_PART):
                    self._sweep(hidden)

    def _sweep(self, hidden: str) -> None:
        """Removes a half-written file, unless somebody is writing it: another output, another server."""
        path = self._folder / hidden
        try:
            with open_to_read(path, disk=self._disk) as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._disk.unlink(path)
        except OSError as error:
            _log.info("%s is left: %s", path, error)

    def _plan(self, parcel: Parcel) -> str:
        name = self._template_for(parcel.media_type).name(parcel)
        key = parcel.document.key
        with self._planning, self._failing():

            def is_free(number: int) -> bool:
                path = name.numbered(number)
                return self._plans.get(path, key) == key and not any(
                    os.path.lexists(self._folder / first) for first in first_names(path)
                )

            target = name.numbered(_first(is_free))
            self._remember(target, key)
        return target

    def _template_for(self, media_type: str) -> Template:
        exact = media_type.partition(";")[0].strip().lower()
        kind = f"{exact.partition('/')[0]}/*"
        return self._routes.get(exact) or self._routes.get(kind) or self._template

    def _remember(self, target: str, key: str) -> None:
        self._plans[target] = key
        if len(self._plans) > _MAX_PLANS:
            self._plans.popitem(last=False)

    def _deliver_small(self, octets: bytes, hidden: str, place: _Place) -> str:
        if self._is_there(place):
            return place.path
        with self._new_part(hidden) as part:
            with self._failing():
                part.write(octets)
            return self._publish(part, hidden, place)

    def _is_there(self, place: _Place) -> bool:
        try:
            with self._failing(), self._place(place.path, make=False) as (folder, name):
                return self._is(place.file, folder, name)
        except OutputError:
            return False

    def _is(self, spooled: SpooledFile, folder: int, name: str) -> bool:
        try:
            file = open_to_read(name, disk=self._disk, folder=folder)
        except OSError:  # a symlink, a folder, a pipe
            return False
        with file:
            return (
                os.fstat(file.fileno()).st_size == spooled.size_octets
                and hashlib.file_digest(file, "sha256").hexdigest() == spooled.sha256
            )

    def _new_part(self, hidden: str) -> NewFile:
        with self._failing():
            try:
                return self._create_part(hidden)
            except FileNotFoundError:
                self._folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
                return self._create_part(hidden)

    def _create_part(self, hidden: str) -> NewFile:
        part = NewFile(self._folder / hidden, disk=self._disk, mode=_FILE_MODE)
        try:
            if self._group_id >= 0:
                os.fchown(part.fileno(), -1, self._group_id)
            if self._file_mode is not None:
                os.fchmod(part.fileno(), self._file_mode)
        except BaseException:
            part.close()
            self._discard(hidden)
            raise
        with suppress(OSError):  # a file system without locks; sweeping needs one
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return part

    def _publish(self, part: NewFile, hidden: str, place: _Place) -> str:
        with self._failing():
            part.sync()
            with descriptor_of(self._folder, self._disk) as root:
                for path in place.candidates:
                    if self._put(hidden, root, path, place.file):
                        return path
        raise OutputError(f"output {self._name} found no free name like {place.path!a}")

    def _put(self, hidden: str, root: int, path: str, spooled: SpooledFile) -> bool:
        """Whether the document is at `path` now, moved there or found there."""
        with self._place(path, make=True) as (folder, name):
            try:
                move_without_replacing(
                    hidden, name, source_folder=root, target_folder=folder, disk=self._disk
                )
            except FileExistsError:
                if not self._is(spooled, folder, name):
                    return False
                self._disk.unlink(hidden, folder=root)
            self._disk.fsync(folder)
        return True

    def _names_like(self, path: str, parcel: Parcel) -> Iterator[str]:
        """Where the only file of a document may go."""
        yield path
        for _ in range(_MAX_PLANS):
            planned = self._plan(parcel)
            self._plans.pop(planned, None)  # it is tried at once
            yield of_files(planned, 1)[0]

    def _files_like(self, path: str) -> Iterator[str]:
        """Where a file of several may go: beside the others, whatever is in its place."""
        yield path
        for number in range(2, _MAX_PLANS):
            yield another(path, number)

    @contextmanager
    def _place(self, target: str, *, make: bool) -> Iterator[tuple[int, str]]:
        """The descriptor of the sub-folder that `target` is in, no symlink on the way, and its name there."""
        *folders, name = target.split("/")
        if any(part in ("", ".", "..") for part in (*folders, name)):
            raise OutputError(f"{target!a} is no place in a folder")
        with ExitStack() as held:
            folder = held.enter_context(descriptor_of(self._folder, self._disk))
            for part in folders:
                if make and _made(part, folder):
                    self._disk.fsync(folder)
                folder = self._disk.open(part, os.O_RDONLY | os.O_DIRECTORY, folder=folder)
                held.callback(os.close, folder)
            yield folder, name

    def _discard(self, hidden: str) -> None:
        try:
            self._disk.unlink(self._folder / hidden)
        except FileNotFoundError:
            pass
        except OSError as error:
            _log.warning("%s stays until the next start: %s", self._folder / hidden, error)


def _made(name: str, folder: int) -> bool:
    """Whether the sub-folder `name` had to be made."""
    try:
        os.mkdir(name, _FOLDER_MODE, dir_fd=folder)
    except FileExistsError:
        return False
    return True


def _first(is_free: Callable[[int], bool]) -> int:
    """A number from 1 that is free, next to one that is not; quick however many are taken."""
    taken, free = 0, 1
    while not is_free(free):
        taken, free = free, free * 2
    while free - taken > 1:
        middle = (taken + free) // 2
        if is_free(middle):
            free = middle
        else:
            taken = middle
    return free
