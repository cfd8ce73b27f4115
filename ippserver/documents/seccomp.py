"""The filter of system calls (seccomp(2)) around a process that only draws pages.

What reaches others, the network or the system is refused, and what is newer than our table does not exist;
where one call does both what is needed and what is not, its arguments decide.
"""

import errno
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ippserver.documents.syscalls import FORBIDDEN, NEWEST, Machine

# Instructions of the classic BPF that seccomp runs (linux/bpf_common.h).
_LOAD: Final = 0x20
_EQUAL: Final = 0x15
_ABOVE: Final = 0x25
_AT_LEAST: Final = 0x35
_ANY_BIT: Final = 0x45
_AND: Final = 0x54
_ANSWER: Final = 0x06
_KILL: Final = 0x80000000
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ARGUMENT_OCTETS: Final = 8
_X32: Final = 0x40000000

_CLONE_THREAD: Final = 0x00010000
_CLONE_NEW: Final = 0x7E020000
"""All flags that make namespaces."""
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _F_SETLEASE = 8, 10, 15, 1024
_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA = 15, 16, 0x53564D41
_TCGETS, _TIOCGWINSZ, _FIONREAD, _FIONCLEX, _FIOCLEX = 0x5401, 0x5413, 0x541B, 0x5450, 0x5451
_O_TMPFILE: Final = 0o20000000
_O_ACCMODE, _O_TRUNC = 0o3, 0o1000
_EMPTIES_UNSEEN: Final = ((_O_ACCMODE | _O_TRUNC, _O_TRUNC), (_O_ACCMODE, _O_ACCMODE))
"""Flags of open(2) to empty a file that is opened to be read only, or neither to be read nor written: before
its third version (Linux 6.2) landlock(7) asks for no right to write then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judgement:
    """When a call is allowed: by one of its arguments, of whose 64 bits the kernel uses the lower 32, too."""

    call: str
    argument: int
    refused: Sequence[int] = ()
    """Where it has one of these values,"""
    refused_bits: int = 0
    """or any of these bits,"""
    refused_under: Sequence[tuple[int, int]] = ()
    """or, under one of these masks, the value beside it."""
    allowed: Sequence[int] = ()
    """If there are any of these two, only where it has one of these values"""
    allowed_bits: int = 0
    """or any of these bits."""
    refusal: int = errno.EPERM


def _judgements(pid: int) -> tuple[_Judgement, ...]:
    return (
        # Threads, but no processes.
        _Judgement(call="clone", argument=0, refused_bits=_CLONE_NEW, allowed_bits=_CLONE_THREAD),
        # abort(3) of its own.
        _Judgement(call="tgkill", argument=0, allowed=(pid,)),
        # The limits of others can be set by whoever has their user, or read.
        _Judgement(call="prlimit64", argument=0, allowed=(0, pid)),
        # Nobody takes back that it ends with the server; names of threads and of memory are harmless.
        _Judgement(call="prctl", argument=0, allowed=(_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA)),
        # Whoever owns a file is sent the signal of one's choice; who opens one that is leased waits for 45 s,
        # and a library may be.
        _Judgement(call="fcntl", argument=1, refused=(_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _F_SETLEASE)),
        # What Python asks of each file that it opens.
        _Judgement(
            call="ioctl",
            argument=1,
            allowed=(_TCGETS, _TIOCGWINSZ, _FIONREAD, _FIONCLEX, _FIOCLEX),
            refusal=errno.ENOTTY,
        ),
        # A file without a name is not seen when what was written is counted.
        *(
            _Judgement(
                call=call,
                argument=argument,
                refused_bits=_O_TMPFILE,
                refused_under=_EMPTIES_UNSEEN,
                refusal=errno.EOPNOTSUPP,
            )
            for call, argument in (("open", 1), ("openat", 2))
        ),
    )


_HIDING: Final = ("clone3", "openat2")
"""Calls with arguments in memory, where a filter cannot look: the C library then takes clone and openat."""


def program(machine: Machine, pid: int, *, may_execute: bool = False) -> bytes:
    """The filter for a process `pid` of such a machine, as seccomp(2) takes it.

    Where it `may_execute`, landlock(7) has to say which programs it may become.
    """
    return b"".join(_instructions(machine, pid, may_execute=may_execute))


def _instructions(machine: Machine, pid: int, *, may_execute: bool) -> Iterator[bytes]:
    yield _instruction(_LOAD, _ARCHITECTURE)
    yield _instruction(_EQUAL, machine.architecture, 1, 0)
    yield _instruction(_ANSWER, _KILL)
    yield _instruction(_LOAD, _NUMBER)
    yield _instruction(_AT_LEAST, _X32, 0, 1)
    yield _instruction(_ANSWER, _KILL)
    yield _instruction(_ABOVE, NEWEST, 0, 1)
    yield _instruction(_ANSWER, _ERRNO | errno.ENOSYS)
    for number in machine.numbers(_HIDING):
        yield _instruction(_EQUAL, number, 0, 1)
        yield _instruction(_ANSWER, _ERRNO | errno.ENOSYS)
    forbidden = [call for call in FORBIDDEN if not (may_execute and call == "execve")]
    for number in machine.numbers(forbidden):
        yield _instruction(_EQUAL, number, 0, 1)
        yield _instruction(_ANSWER, _ERRNO | errno.EPERM)
    for judgement in _judgements(pid):
        known = machine.number(judgement.call)
        if known is not None:
            body = list(_judged(judgement))
            yield _instruction(_EQUAL, known, 0, len(body))
            yield from body
    yield _instruction(_ANSWER, _ALLOW)


def _judged(judgement: _Judgement) -> Iterator[bytes]:
    """Looks at the argument, and answers in any case."""
    load = _FIRST_ARGUMENT + _ARGUMENT_OCTETS * judgement.argument
    tests: list[tuple[int, int, bool | None]] = [(_EQUAL, value, False) for value in judgement.refused]
    tests += [(_ANY_BIT, judgement.refused_bits, False)] if judgement.refused_bits else []
    tests += [(_EQUAL, value, True) for value in judgement.allowed]
    tests += [(_ANY_BIT, judgement.allowed_bits, True)] if judgement.allowed_bits else []
    for mask, value in judgement.refused_under:  # None: what comes before a test, and never jumps
        tests += [(_LOAD, load, None), (_AND, mask, None), (_EQUAL, value, False)]
    yield _instruction(_LOAD, load)
    refuses = bool(judgement.allowed or judgement.allowed_bits)
    for left, (code, operand, allows) in zip(range(len(tests) - 1, -1, -1), tests, strict=True):
        jump = 0 if allows is None else left + (1 if allows == refuses else 0)
        yield _instruction(code, operand, jump, 0)
    answers = (_ERRNO | judgement.refusal, _ALLOW)
    for answer in answers if refuses else reversed(answers):
        yield _instruction(_ANSWER, answer)


def _instruction(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)
