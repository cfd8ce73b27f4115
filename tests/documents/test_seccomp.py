"""The filter as the kernel runs it, on every machine that we know (SECURITY P16, G32)."""

import errno
import re
import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from ippserver.documents.seccomp import program
from ippserver.documents.syscalls import FORBIDDEN, JUDGED, MACHINES, Machine
from ippserver.testing.tools import absent

PID: Final = 4711
KILLED, ALLOWED = 0x80000000, 0x7FFF0000
REFUSED: Final = 0x00050000 | errno.EPERM
ABSENT: Final = 0x00050000 | errno.ENOSYS
UNSUPPORTED: Final = 0x00050000 | errno.EOPNOTSUPP
HEADERS: Final = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


@cache
def instructions_of(machine: Machine) -> Sequence[tuple[int, int, int, int]]:
    """The filter: code, jumps if true and if false, operand."""
    return list(struct.iter_unpack("=HBBI", program(machine, PID)))


def answer(machine: Machine, number: int | None, *arguments: int, architecture: int | None = None) -> int:
    """What the filter says to a call; the machine of seccomp(2) has one register and jumps forward only."""
    assert number is not None, "there is no such call"
    padded = [*(argument & 0xFFFFFFFFFFFFFFFF for argument in arguments), *(0,) * 6][:6]
    data = struct.pack("=iIQ6Q", number, architecture or machine.architecture, 0, *padded)
    instructions = instructions_of(machine)
    place, register = 0, 0
    while True:
        code, if_true, if_false, operand = instructions[place]
        place += 1
        match code:
            case 0x20:
                (register,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                register &= operand
            case 0x06:
                return int(operand)
            case 0x15 | 0x25 | 0x35 | 0x45:
                holds = {
                    0x15: register == operand,
                    0x25: register > operand,
                    0x35: register >= operand,
                    0x45: bool(register & operand),
                }[code]
                place += if_true if holds else if_false
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> Machine:
    return MACHINES[request.param]


def test_what_is_forbidden_is_refused(machine: Machine) -> None:
    answers = {number: answer(machine, number) for number in machine.numbers(FORBIDDEN)}
    assert len(answers) > 100
    assert {number: said for number, said in answers.items() if said != REFUSED} == {}


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("clone", (0x003D0F00,), ALLOWED),  # as glibc makes a thread
        ("clone", (17,), REFUSED),
        ("clone", (0x003D0F00 | 0x10000000,), REFUSED),
        ("clone", (0x003D0F00 | 0x00020000,), REFUSED),
        ("clone3", (), ABSENT),
        ("openat2", (), ABSENT),
        ("tgkill", (PID, PID, 6), ALLOWED),
        ("tgkill", (PID + 1, PID + 1, 9), REFUSED),
        ("prlimit64", (0, 7), ALLOWED),
        ("prlimit64", (PID, 7), ALLOWED),
        ("prlimit64", (1, 7), REFUSED),
        ("prctl", (15,), ALLOWED),
        ("prctl", (1,), REFUSED),
        ("prctl", (4, 1), REFUSED),
        ("fcntl", (3, 1), ALLOWED),
        ("fcntl", (3, 8, 1), REFUSED),
        ("fcntl", (3, 10, 9), REFUSED),
        ("fcntl", (3, 15), REFUSED),
        ("fcntl", (3, 1024, 1), REFUSED),
        ("ioctl", (3, 0x5401), ALLOWED),
        ("ioctl", (3, 0x5451), ALLOWED),
        ("ioctl", (3, 0x5412), 0x00050000 | errno.ENOTTY),
        ("ioctl", (3, 0x8901), 0x00050000 | errno.ENOTTY),
        ("openat", (-100, 0, 0o2000000), ALLOWED),
        ("openat", (-100, 0, 0o20200002), UNSUPPORTED),
        ("openat", (-100, 0, 0o2001101), ALLOWED),  # as open(3) for "w"
        ("openat", (-100, 0, 0o2001102), ALLOWED),  # and for "w+"
        ("openat", (-100, 0, 0o2001000), UNSUPPORTED),
        ("openat", (-100, 0, 0o2001003), UNSUPPORTED),
        ("openat", (-100, 0, 0o2000003), UNSUPPORTED),
    ],
)
def test_the_arguments_of_some_calls_decide(
    machine: Machine, call: str, arguments: tuple[int, ...], expected: int
) -> None:
    assert answer(machine, machine.number(call), *arguments) == expected
    high = tuple(argument | 1 << 32 for argument in arguments)  # which the kernel does not look at
    assert answer(machine, machine.number(call), *high) == expected


@pytest.mark.parametrize(
    "calls", [{"x86_64": (0, 1, 3, 5, 8, 9, 202, 231), "aarch64": (63, 64, 57, 80, 62, 222, 98, 94)}]
)
def test_what_computing_needs_is_allowed(calls: dict[str, tuple[int, ...]]) -> None:
    """read, write, close, fstat, lseek, mmap, futex, exit_group."""
    for name, numbers in calls.items():
        assert {answer(MACHINES[name], number) for number in numbers} == {ALLOWED}


def test_calls_of_another_kind_of_machine_kill(machine: Machine) -> None:
    assert answer(machine, 0, architecture=0x40000003) == KILLED
    assert answer(machine, 0x40000000 | 39) == KILLED
    assert answer(machine, -1) == KILLED


def test_calls_that_came_later_are_not_there(machine: Machine) -> None:
    assert {answer(machine, number) for number in (451, 467, 1000)} == {ABSENT}
    assert answer(machine, 449, 0) == ALLOWED


@pytest.mark.parametrize("name", MACHINES)
def test_the_numbers_are_those_of_the_kernel(name: str) -> None:
    header = Path(HEADERS[name])
    if not header.is_file():
        absent(f"there is no {header} (Debian: linux-libc-dev)")
    found = dict(re.findall(r"#define\s+__NR(?:3264)?_(\w+)\s+(\d+)", header.read_text()))
    ours = {call: MACHINES[name].number(call) for call in (*FORBIDDEN, *JUDGED)}
    assert ours == {call: int(found[call]) if call in found else None for call in ours}
