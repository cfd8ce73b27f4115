"""What a worker may still do, once it holds a document that somebody sent: read, compute, write its result.

Three walls, each as far as the kernel has it: limits of resources (setrlimit(2)), the file system and, where
the kernel is new enough, TCP and signals (landlock(7)), and system calls (seccomp(2)); rights that root has
beside are given up. `enter` is called when everything is imported, and cannot be taken back.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import stat
import struct
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ippserver.documents.seccomp import program
from ippserver.documents.syscalls import MACHINES

_libc: Final = ctypes.CDLL(None, use_errno=True)

_OPEN_FILES: Final = 4096
"""A thousand documents of a Job may become one, and each has a file to work with."""
_MORE_TASKS: Final = 256
"""How many threads a worker may have beside all that there are on the system when it begins."""
_CAPABILITIES: Final = 0x20080522
"""The version of capset(2) that takes 64 of them."""

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_GET_SECCOMP: Final = 21
_PR_SET_NO_NEW_PRIVS: Final = 38

_LANDLOCK_CREATE_RULESET: Final = 444  # the same number on every machine
_LANDLOCK_ADD_RULE: Final = 445
_LANDLOCK_RESTRICT_SELF: Final = 446
_LANDLOCK_VERSION: Final = 1
_LANDLOCK_RULE_PATH_BENEATH: Final = 1
_OF_FILES: Final = 0b111 | 1 << 14
"""Those rights that a file can have: to be executed, written, read, truncated."""
_EXECUTES: Final = 1
_READS: Final = 1 << 2 | 1 << 3
"""Files and folders."""
_WRITES: Final = 1 << 1 | 1 << 8 | 1 << 14
"""To write, make and truncate files, and not to remove them: all that was written is counted."""
_RIGHTS_OF_VERSION: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files a version of landlock knows; those after the fifth brought none."""
_TCP_SINCE: Final = 4
_TCP_RIGHTS: Final = 0b11
_SCOPES_SINCE: Final = 6
_SCOPES: Final = 0b11
"""No abstract sockets and no signals to others."""

_SYSTEM_FOLDERS: Final = (
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    *("/usr/share/fonts", "/usr/local/share/fonts", "/usr/lib", "/lib", "/lib64"),
    "/dev/urandom",  # qpdf wants it to decrypt a document
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JailLimits:
    """What a worker may use."""

    cpu_seconds: int = 120
    memory_octets: int = 2 * 2**30
    """Of address space, libraries included."""
    file_octets: int = 8 * 2**30
    """Of one file that it writes."""


@dataclass(frozen=True, slots=True)
class Walls:
    """What the kernel gave."""

    landlock: int
    """The version of landlock; 0 without."""
    seccomp: bool


def enter(
    limits: JailLimits, *, reads: Iterable[Path], writes: Iterable[Path], executes: Iterable[Path] = ()
) -> Walls:
    """Shuts this process in: files below `reads` and Python's own can be read, `writes` written.

    What is open stays open. It may become one of the programs `executes`, in the same walls, and no other.
    """
    programs = list(executes)
    _drop_capabilities()
    for kind, most, hardest in _most(limits):
        _, hard = resource.getrlimit(kind)
        least = [each if hard == resource.RLIM_INFINITY else min(each, hard) for each in (most, hardest)]
        resource.setrlimit(kind, (least[0], least[1]))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file too large is an OSError then
    _prctl(_PR_SET_DUMPABLE, 0)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    alone = _is_alone()  # landlock shuts in no thread that runs already
    landlock = _landlock(list(reads), list(writes), programs)
    return Walls(landlock=landlock if alone else 0, seccomp=_seccomp(may_execute=bool(programs)))


def _most(limits: JailLimits) -> Iterator[tuple[int, int, int]]:
    """The limits of setrlimit(2), soft and hard."""
    yield resource.RLIMIT_CORE, 0, 0
    # First SIGXCPU, which tells why; a second later SIGKILL.
    yield resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1
    yield resource.RLIMIT_AS, limits.memory_octets, limits.memory_octets
    yield resource.RLIMIT_FSIZE, limits.file_octets, limits.file_octets
    yield resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES
    tasks = _tasks_of_the_system()
    if tasks:  # this limit counts all tasks of the user, and those are not more
        yield resource.RLIMIT_NPROC, tasks + _MORE_TASKS, tasks + _MORE_TASKS


def _tasks_of_the_system() -> int:
    """How many tasks there are; 0 where nobody says so (proc(5), /proc/loadavg)."""
    try:
        return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
    except (OSError, ValueError, IndexError):
        return 0


def _is_alone() -> bool:
    """Whether this process has one thread, as far as that can be seen."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return True


def _drop_capabilities() -> None:
    """Gives up what root may do beside being the owner of its files (capabilities(7))."""
    header = struct.pack("=Ii", _CAPABILITIES, 0)
    if _libc.capset(header, struct.pack("=6I", *(0,) * 6)):
        raise OSError(ctypes.get_errno(), f"capset: {os.strerror(ctypes.get_errno())}")


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def _syscall(number: int, *arguments: object) -> int:
    result: int = _libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def promised() -> Walls:
    """What the kernel would give this process, as far as it can be asked."""
    seccomp = platform.machine() in MACHINES and _libc.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0
    return Walls(landlock=_landlock_version(), seccomp=seccomp)


def _landlock_version() -> int:
    try:
        return _syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_LANDLOCK_VERSION))
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP):
            return 0
        raise


def _landlock(reads: list[Path], writes: list[Path], executes: list[Path]) -> int:
    version = _landlock_version()
    if not version:
        return 0
    files = (1 << _RIGHTS_OF_VERSION[min(version, max(_RIGHTS_OF_VERSION))]) - 1
    handled = struct.pack(
        "=QQQ",
        files,
        _TCP_RIGHTS if version >= _TCP_SINCE else 0,
        _SCOPES if version >= _SCOPES_SINCE else 0,
    )
    known = 8 if version < _TCP_SINCE else 16 if version < _SCOPES_SINCE else 24
    rules = _syscall(_LANDLOCK_CREATE_RULESET, handled, ctypes.c_size_t(known), ctypes.c_uint(0))
    try:
        for path in (*map(str, reads), *_SYSTEM_FOLDERS, *_own_folders()):
            _allow(rules, path, _READS)
        for path in map(str, writes):
            _allow(rules, path, (_READS | _WRITES) & files)
        for path in map(str, executes):
            _allow(rules, path, _READS | _EXECUTES)
        _syscall(_LANDLOCK_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint(0))
    finally:
        os.close(rules)
    return version


def _own_folders() -> set[str]:
    """Where the packages are that are imported: they may still want to load more of themselves."""
    packages = [module for name, module in sys.modules.items() if "." not in name]
    return {path for package in packages for path in getattr(package, "__path__", ())}


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not on this machine
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, place)
        _syscall(_LANDLOCK_ADD_RULE, ctypes.c_int(rules), ctypes.c_int(_LANDLOCK_RULE_PATH_BENEATH), rule, 0)
    finally:
        os.close(place)


_SECCOMP_SET_MODE_FILTER: Final = 1
_SECCOMP_OF_ALL_THREADS: Final = 1


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _seccomp(*, may_execute: bool) -> bool:
    machine = MACHINES.get(platform.machine())
    if machine is None:
        return False
    octets = program(machine, os.getpid(), may_execute=may_execute)
    block = _Filter(len(octets) // 8, octets)
    try:
        _syscall(
            machine.seccomp,
            ctypes.c_uint(_SECCOMP_SET_MODE_FILTER),
            ctypes.c_uint(_SECCOMP_OF_ALL_THREADS),
            ctypes.byref(block),
        )
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EINVAL):
            return False
        raise
    return True
