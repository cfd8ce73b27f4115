"""What a worker may still do, once it holds a document that somebody sent: read, compute, write its result.

Three walls, each as far as the kernel has it: limits of resources (setrlimit(2)), the file system and, where
the kernel is new enough, TCP and signals (landlock(7)), and system calls (seccomp(2)). `enter` is called when
everything is imported, and cannot be taken back.
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
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ippserver.documents.syscalls import FORBIDDEN, MACHINES, Machine

_libc: Final = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38

_LANDLOCK_CREATE_RULESET: Final = 444  # the same number on every machine
_LANDLOCK_ADD_RULE: Final = 445
_LANDLOCK_RESTRICT_SELF: Final = 446
_LANDLOCK_VERSION: Final = 1
_LANDLOCK_RULE_PATH_BENEATH: Final = 1
_OF_FILES: Final = 0b110 | 1 << 14
"""Those rights that a file can have: to be written, read, truncated."""
_READS: Final = 1 << 2 | 1 << 3
"""Files and folders."""
_WRITES: Final = 1 << 1 | 1 << 5 | 1 << 8 | 1 << 14
"""To write, remove, make and truncate files."""
_RIGHTS_OF_VERSION: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files a version of landlock knows; those after the fifth brought none."""
_TCP_SINCE: Final = 4
_TCP_RIGHTS: Final = 0b11
_SCOPES_SINCE: Final = 6
_SCOPES: Final = 0b11
"""No abstract sockets and no signals to others."""

_SYSTEM_FOLDERS: Final = (
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    *("/usr/share/fonts", "/usr/lib", "/lib", "/lib64"),
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


def enter(limits: JailLimits, *, reads: Iterable[Path], writes: Iterable[Path]) -> Walls:
    """Shuts this process in: files below `reads` and Python's own can be read, `writes` written.

    What is open stays open.
    """
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_AS, limits.memory_octets),
        (resource.RLIMIT_FSIZE, limits.file_octets),
        (resource.RLIMIT_NOFILE, 256),
    ):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file too large is an OSError then
    _prctl(_PR_SET_DUMPABLE, 0)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    return Walls(landlock=_landlock(list(reads), list(writes)), seccomp=_seccomp())


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def _syscall(number: int, *arguments: object) -> int:
    result: int = _libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _landlock(reads: list[Path], writes: list[Path]) -> int:
    try:
        version = _syscall(
            _LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_LANDLOCK_VERSION)
        )
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP):
            return 0
        raise
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


# Instructions of the classic BPF that seccomp runs (linux/bpf_common.h).
_LOAD: Final = 0x20
_EQUAL: Final = 0x15
_AT_LEAST: Final = 0x35
_ANY_BIT: Final = 0x45
_ANSWER: Final = 0x06
_KILL: Final = 0x80000000
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32: Final = 0x40000000
_CLONE_THREAD: Final = 0x00010000
_SECCOMP_SET_MODE_FILTER: Final = 1


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _seccomp() -> bool:
    machine = MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = b"".join(filter_program(machine, os.getpid()))
    block = _Filter(len(program) // 8, program)
    try:
        _syscall(
            machine.seccomp, ctypes.c_uint(_SECCOMP_SET_MODE_FILTER), ctypes.c_uint(0), ctypes.byref(block)
        )
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EINVAL):
            return False
        raise
    return True


def filter_program(machine: Machine, pid: int) -> Iterable[bytes]:
    """Forbids what starts programs, reaches others or the network, or changes the system; allows the rest."""
    yield _instruction(_LOAD, _ARCHITECTURE)
    yield _instruction(_EQUAL, machine.architecture, 1, 0)
    yield _instruction(_ANSWER, _KILL)
    yield _instruction(_LOAD, _NUMBER)
    yield _instruction(_AT_LEAST, _X32, 0, 1)
    yield _instruction(_ANSWER, _KILL)
    for number in machine.numbers(FORBIDDEN):
        yield _instruction(_EQUAL, number, 0, 1)
        yield _instruction(_ANSWER, _ERRNO | errno.EPERM)
    # glibc then makes its threads by clone, whose flags can be looked at.
    yield _instruction(_EQUAL, machine.clone3, 0, 1)
    yield _instruction(_ANSWER, _ERRNO | errno.ENOSYS)
    yield _instruction(_EQUAL, machine.clone, 0, 3)
    yield _instruction(_LOAD, _FIRST_ARGUMENT)
    yield _instruction(_ANY_BIT, _CLONE_THREAD, 4, 0)
    yield _instruction(_ANSWER, _ERRNO | errno.EPERM)
    yield _instruction(_EQUAL, machine.tgkill, 0, 2)  # abort(3) of its own
    yield _instruction(_LOAD, _FIRST_ARGUMENT)
    yield _instruction(_EQUAL, pid, 0, 1)
    yield _instruction(_ANSWER, _ALLOW)
    yield _instruction(_LOAD, _NUMBER)
    yield _instruction(_EQUAL, machine.tgkill, 0, 1)
    yield _instruction(_ANSWER, _ERRNO | errno.EPERM)
    yield _instruction(_ANSWER, _ALLOW)


def _instruction(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)
