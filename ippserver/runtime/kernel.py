"""Calls of Linux that Python does not offer; elsewhere they are missing, and their callers do without."""

import ctypes
import errno
import os
from functools import cache
from typing import Any, Final

_RENAME_NOREPLACE: Final = 1
_SYNC_FILE_RANGE_WRITE: Final = 2


def rename_new(source: str, target: str, *, source_folder: int, target_folder: int) -> None:
    """Renames `source` by renameat2, which fails where `target` is taken.

    Raises:
        FileExistsError: `target` is taken.
        OSError: It cannot be done, or there is no such call.
    """
    call = _function("renameat2")
    if call is None:
        raise OSError(errno.EOPNOTSUPP, "there is no way to rename without replacing", target)
    names = os.fsencode(source), os.fsencode(target)
    if call(source_folder, names[0], target_folder, names[1], ctypes.c_uint(_RENAME_NOREPLACE)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def begin_writeback(descriptor: int, start: int, octets: int) -> None:
    """Has the disk begin with a part of a file; a later fsync, which tells of errors, has less to do then."""
    call = _function("sync_file_range")
    if call is not None:
        call(descriptor, ctypes.c_int64(start), ctypes.c_int64(octets), ctypes.c_uint(_SYNC_FILE_RANGE_WRITE))


@cache
def _function(name: str) -> Any:  # Any: what ctypes finds in the C library, or None
    return getattr(ctypes.CDLL(None, use_errno=True), name, None)
