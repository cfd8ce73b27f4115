"""A worker in its jail: what it may still do, and what it is refused (SECURITY P13, P15-16, G32)."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from ippserver.documents import jail
from ippserver.documents.syscalls import FORBIDDEN, MACHINES
from ippserver.testing.tools import absent

SECONDS: Final = 60.0

PROGRAM: Final = """
import ctypes, errno, json, mmap, os, signal, socket, subprocess, sys, threading
from pathlib import Path
from ippserver.documents import jail

inside, outside, secret = map(Path, sys.argv[1:4])
limits = jail.JailLimits(cpu_seconds=5, memory_octets=2**30, file_octets=2**20)
walls = jail.enter(limits, reads=[inside], writes=[outside])

def in_thread():
    done = []
    thread = threading.Thread(target=done.append, args=(1,))
    thread.start()
    thread.join()
    return len(done)

attempts = {
    "read": lambda: (inside / "document").read_text(),
    "write": lambda: (outside / "part").write_text("x"),
    "thread": in_thread,
    "abort itself": lambda: signal.pthread_kill(threading.get_ident(), 0),
    "change the document": lambda: (inside / "document").write_text("x"),
    "write elsewhere": lambda: (secret.parent / "new").write_text("x"),
    "read elsewhere": lambda: secret.read_text(),
    "list elsewhere": lambda: os.listdir(secret.parent),
    "read by a link": lambda: ((outside / "link").symlink_to(secret), (outside / "link").read_text()),
    "make a folder": lambda: (outside / "folder").mkdir(),
    "TCP": lambda: socket.socket(),
    "UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "Unix socket": lambda: socket.socket(socket.AF_UNIX),
    "start a program": lambda: os.execv("/bin/true", ["true"]),
    "start a child": lambda: subprocess.run(["/bin/true"]),
    "fork": lambda: os.fork(),
    "signal its parent": lambda: os.kill(os.getppid(), 0),
    "look at its parent": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "much memory": lambda: len(bytearray(2**30)),
    "a large file": lambda: (outside / "large").write_bytes(bytes(2**20 + 1)),
    "new namespaces": lambda: os.unshare(0x10000000) if hasattr(os, "unshare") else refuse(),
}

def refuse():
    raise PermissionError

found = {}
for name, attempt in attempts.items():
    try:
        found[name] = attempt()
    except (OSError, MemoryError) as error:
        found[name] = "refused"
print(json.dumps([walls.landlock, walls.seccomp, found]))
"""


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Any]:
    """What came of each attempt."""
    for folder in ("in", "out", "else"):
        (tmp_path / folder).mkdir()
    (tmp_path / "in" / "document").write_text("a document")
    (tmp_path / "else" / "secret").write_text("a secret")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    places = [tmp_path / "in", tmp_path / "out", tmp_path / "else" / "secret"]
    done = subprocess.run(
        [sys.executable, "-P", program, *places], capture_output=True, text=True, timeout=SECONDS, check=True
    )
    landlock, seccomp, found = json.loads(done.stdout)
    if not landlock or not seccomp:
        absent(f"this kernel has landlock {landlock} and seccomp {seccomp}")
    assert isinstance(found, dict)
    return found


def test_a_worker_can_do_its_work_and_nothing_else(found: dict[str, Any]) -> None:
    allowed = {
        "read": "a document",
        "write": 1,
        "thread": 1,
        "abort itself": None,
    }
    assert found == allowed | {name: "refused" for name in found if name not in allowed}


def test_a_worker_that_computes_for_ever_is_ended(tmp_path: Path) -> None:
    program = (
        "from ippserver.documents import jail\n"
        "jail.enter(jail.JailLimits(cpu_seconds=1), reads=[], writes=[])\n"
        "while True: pass\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], timeout=SECONDS, check=False)
    assert done.returncode < 0


def test_limits_that_are_tighter_already_stay(tmp_path: Path) -> None:
    program = (
        "import resource\n"
        "from ippserver.documents import jail\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "jail.enter(jail.JailLimits(), reads=[], writes=[])\n"
        "print(resource.getrlimit(resource.RLIMIT_FSIZE))\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=SECONDS, check=True
    )
    assert done.stdout.strip() == "(1000, 1000)"


@pytest.mark.parametrize("machine", MACHINES)
def test_a_program_of_the_filter_fits_and_ends_in_an_answer(machine: str) -> None:
    program = list(jail.filter_program(MACHINES[machine], 4711))
    assert len(program) < 4096
    assert all(len(instruction) == 8 for instruction in program)
    assert program[-1][0] == 0x06
    assert len(set(MACHINES[machine].numbers(FORBIDDEN))) > 60
