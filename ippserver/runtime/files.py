"""Files that survive a power cut, made so that nobody can slip another one under their name.

Everything here blocks: it is called in threads. It knows folders and octets, not what they mean.
"""

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ippserver.runtime.kernel import begin_writeback, rename_new

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
_WRITEBACK_OCTETS: Final = 8 * 1024 * 1024
"""What the disk is told to begin with while more arrives: the sync of 512 MiB then takes 5 ms, not 280."""
_PIECES: Final = 1024
"""How many Linux takes in one call (IOV_MAX)."""
NO_HARD_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""How file systems say that a file cannot have one more name."""
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class Disk:
    """The kernel's calls that data depends on; a test gives one whose nth call fails."""

    __slots__ = ()

    def open(
        self, path: str | Path, flags: int, mode: int = PRIVATE_FILE, *, folder: int | None = None
    ) -> int:
        """A descriptor for `path` (relative to `folder`); never through a symlink, never inherited."""
        return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=folder)

    def write(self, descriptor: int, pieces: Sequence[memoryview]) -> int:
        """Writes the start of `pieces`, and answers how many octets."""
        return os.writev(descriptor, pieces)

    def fsync(self, descriptor: int) -> None:
        """Returns when all that was written is on the disk; once it failed, it is never to be asked again."""
        os.fsync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Renames `source` to `target`, whatever was there."""
        source.replace(target)

    def link(self, source: str, target: str, *, source_folder: int, target_folder: int) -> None:
        """Gives the file `source` a second name; FileExistsError where there is something."""
        os.link(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder, follow_symlinks=False)

    def rename_new(self, source: str, target: str, *, source_folder: int, target_folder: int) -> None:
        """As `link` and `unlink` of the source, for file systems without hard links (FAT, some shares)."""
        rename_new(source, target, source_folder=source_folder, target_folder=target_folder)

    def unlink(self, path: str | Path, *, folder: int | None = None) -> None:
        """Removes the name `path`."""
        os.unlink(path, dir_fd=folder)

    def free_octets(self, path: Path | int) -> int:
        """The room there is for us on the file system of `path`; none where no file can be made any more."""
        system = os.statvfs(path)
        if system.f_files and not system.f_favail:
            return 0
        return system.f_bavail * system.f_frsize


class NewFile(FileIO):
    """A file that was not there before; what is written to it is counted and hashed on the way.

    `write` and `writelines` write everything or raise, and raise ENOSPC before the file system has less
    than `keep_free_octets` left.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        disk: Disk,
        mode: int = PRIVATE_FILE,
        folder: int | None = None,
        keep_free_octets: int = 0,
    ) -> None:
        super().__init__(
            str(path), "xb", opener=lambda name, flags: disk.open(name, flags, mode, folder=folder)
        )
        self._disk = disk
        self._keep_free_octets = keep_free_octets
        self._digest = hashlib.sha256()
        self._begun_octets = 0
        self.size_octets = 0

    def write(self, octets: "ReadableBuffer", /) -> int:
        """Writes all of `octets`."""
        view = memoryview(octets).cast("B")
        self.writelines((view,))
        return len(view)

    def writelines(self, pieces: "Iterable[ReadableBuffer]", /) -> None:
        """Writes all of `pieces` in one call, since after each a thread has to wait for the interpreter."""
        views = [memoryview(piece).cast("B") for piece in pieces]
        octets = sum(map(len, views))
        room = self._keep_free_octets + octets
        if self._keep_free_octets and self._disk.free_octets(self.fileno()) < room:
            raise OSError(errno.ENOSPC, "the rest of the disk is kept free")
        rest: Sequence[memoryview] = views
        while rest:
            rest = _after(self._disk.write(self.fileno(), rest[:_PIECES]), rest)
        for view in views:
            self._digest.update(view)
        self.size_octets += octets
        waiting = self.size_octets - self._begun_octets
        if waiting >= _WRITEBACK_OCTETS:
            begin_writeback(self.fileno(), self._begun_octets, waiting)
            self._begun_octets = self.size_octets

    def sync(self) -> None:
        """Returns when the octets, though not the name, are on the disk."""
        self._disk.fsync(self.fileno())

    @property
    def sha256(self) -> str:
        """Of what was written, hexadecimal."""
        return self._digest.hexdigest()


def _after(octets: int, pieces: Sequence[memoryview]) -> Sequence[memoryview]:
    """What of `pieces` follows their first `octets`."""
    for number, piece in enumerate(pieces):
        if octets < len(piece):
            return [piece[octets:], *pieces[number + 1 :]]
        octets -= len(piece)
    return ()


def open_to_read(path: str | Path, *, disk: Disk, folder: int | None = None) -> FileIO:
    """The regular file `path`, unbuffered; whatever else has that name, a pipe say, is an OSError at once."""
    file = FileIO(
        str(path), "rb", opener=lambda name, flags: disk.open(name, flags | os.O_NONBLOCK, folder=folder)
    )
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "not a regular file", str(path))


def sync_folder(folder: Path, disk: Disk) -> None:
    """Returns when the names in `folder` are on the disk: a rename alone does not survive a power cut."""
    descriptor = disk.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        disk.fsync(descriptor)
    finally:
        os.close(descriptor)


class UnsafePath(Exception):
    """Others could read or change what is there, or it is not what it should be; says so in a sentence."""


def open_private_folder(folder: Path) -> None:
    """Makes `folder` with its parents where it is missing, closes it to others, and syncs its name.

    Raises:
        UnsafePath: It is a symlink, not ours, or others could have written to it.
        OSError: It can neither be made nor opened.
    """
    if not folder.exists():
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        sync_folder(folder.parent.resolve(), Disk())
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise UnsafePath(f"{folder} is a symlink or not a folder") from error
        raise
    try:
        _close_to_others(folder, descriptor, PRIVATE_FOLDER)
    finally:
        os.close(descriptor)


def check_private_file(path: Path) -> None:
    """Closes the file at `path` to others.

    Raises:
        UnsafePath: It is a symlink, no regular file, not ours, or others could have written to it.
        OSError: It cannot be opened.
    """
    try:
        file = open_to_read(path, disk=Disk())
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EINVAL, errno.EISDIR):
            raise UnsafePath(f"{path} is a symlink or no regular file") from error
        raise
    with file:
        _close_to_others(path, file.fileno(), PRIVATE_FILE)


def _close_to_others(path: Path, descriptor: int, mode: int) -> None:
    found = os.fstat(descriptor)
    if found.st_uid != os.geteuid():
        raise UnsafePath(
            f"{path} belongs to user {found.st_uid}, not to {os.geteuid()} as which the server runs"
        )
    if found.st_mode & _OTHERS_WRITE:
        raise UnsafePath(f"{path} can be written by others: check what is in it, then chmod {mode:o} it")
    if found.st_mode & _OTHERS:
        os.fchmod(descriptor, mode)


def move_without_replacing(
    source: str, target: str, *, source_folder: int, target_folder: int, disk: Disk
) -> None:
    """Renames `source` to `target` in one step that fails where there is something.

    Raises:
        FileExistsError: `target` is taken; `source` is as it was.
    """
    try:
        disk.link(source, target, source_folder=source_folder, target_folder=target_folder)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        disk.rename_new(source, target, source_folder=source_folder, target_folder=target_folder)
    else:
        disk.unlink(source, folder=source_folder)


@contextmanager
def descriptor_of(folder: Path, disk: Disk) -> Iterator[int]:
    """A descriptor of `folder` to name files relative to."""
    descriptor = disk.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class Locked(Exception):
    """Somebody else holds the lock."""


def hold_lock(path: Path) -> int:
    """A descriptor that holds the lock file `path` until it is closed, by the kernel too when we die.

    Raises:
        Locked: Another process (or another descriptor of ours) holds it.
        OSError: The file can be neither made nor opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise Locked(str(path)) from error
        raise
    return descriptor
