"""A worker in its jail: what it may still do, and what it is refused (SECURITY P13, P15-16, G32)."""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest

from ippserver.testing.tools import absent
from tests.processes import is_over

SECONDS: Final = 60.0

PROGRAM: Final = """
import ctypes, errno, fcntl, json, os, platform, resource, signal, socket, subprocess, sys, threading
from pathlib import Path
from ippserver.documents import jail
from ippserver.documents.syscalls import MACHINES

inside, outside, secret, fifo = map(Path, sys.argv[1:])
server = os.getppid()
mine = open(outside / "mine", "w+b")
libc = ctypes.CDLL(None, use_errno=True)
limits = jail.JailLimits(cpu_seconds=5, memory_octets=2**30, file_octets=2**20)
walls = jail.enter(limits, reads=[inside], writes=[outside])

def call(name, *arguments):
    number = name if isinstance(name, int) else MACHINES[platform.machine()].number(name)
    result = libc.syscall(ctypes.c_long(number), *map(plain, arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def plain(argument):
    if isinstance(argument, int):
        return ctypes.c_long(argument)
    return ctypes.c_char_p(bytes(argument) if isinstance(argument, (bytes, Path)) else argument)

def in_thread():
    done = []
    thread = threading.Thread(target=done.append, args=(1,))
    thread.start()
    thread.join()
    return len(done)

attempts = {
    "read": lambda: (inside / "document").read_text(),
    "write": lambda: (outside / "part").write_text("x"),
    "empty what it wrote": lambda: mine.truncate(0),
    "thread": in_thread,
    "abort itself": lambda: signal.pthread_kill(threading.get_ident(), 0),
    "its own limits": lambda: resource.prlimit(0, resource.RLIMIT_CORE)[0],
    # files
    "change the document": lambda: (inside / "document").write_text("x"),
    "write elsewhere": lambda: (secret.parent / "new").write_text("x"),
    "read elsewhere": lambda: secret.read_text(),
    "list elsewhere": lambda: os.listdir(secret.parent),
    "/etc/passwd": lambda: Path("/etc/passwd").read_text(),
    "the folder of all workers": lambda: os.listdir(inside.parent),
    "read by a link": lambda: ((outside / "link").symlink_to(secret), (outside / "link").read_text()),
    "symbolic link": lambda: (outside / "link").symlink_to("part"),
    "hard link": lambda: os.link(secret, outside / "link"),
    "hard link to itself": lambda: os.link(outside / "part", outside / "link"),
    "rename": lambda: os.rename(outside / "part", outside / "other"),
    "remove": lambda: (outside / "part").unlink(),
    "remove its folder": lambda: outside.rmdir(),
    "FIFO": lambda: os.mkfifo(outside / "fifo"),
    "device": lambda: os.mknod(outside / "device", 0o600, os.makedev(1, 3)),
    "make a folder": lambda: (outside / "folder").mkdir(),
    "file without a name": lambda: os.open(outside, os.O_TMPFILE | os.O_RDWR),
    "memory as a file": lambda: os.memfd_create("x"),
    "truncate elsewhere": lambda: os.truncate(secret, 0),
    "empty the document": lambda: os.open(inside / "document", os.O_RDONLY | os.O_TRUNC),
    "empty elsewhere": lambda: os.open(secret, os.O_ACCMODE | os.O_TRUNC),
    "mode elsewhere": lambda: os.chmod(secret, 0o777),
    "mode of its own": lambda: os.fchmod(mine.fileno(), 0o777),
    "owner elsewhere": lambda: os.chown(secret, os.geteuid(), os.getegid()),
    "time elsewhere": lambda: os.utime(secret),
    "attribute elsewhere": lambda: os.setxattr(secret, "user.x", b"x"),
    "watch a folder": lambda: call("inotify_init1", 0),
    "wait at a FIFO": lambda: os.open(fifo, os.O_RDONLY),
    "a terminal": lambda: os.open("/dev/tty", os.O_RDWR),
    "a device": lambda: os.open("/dev/zero", os.O_RDONLY),
    "a large file": lambda: (outside / "large").write_bytes(bytes(2**20 + 1)),
    "a sparse file": lambda: mine.truncate(2**40),
    "room on the disk": lambda: call("fallocate", mine.fileno(), 1, 0, 2**27),
    "others wait for the document": lambda: fcntl.fcntl(os.open(inside / "document", 0), 1024, fcntl.F_WRLCK),
    "others wait for a library": lambda: fcntl.fcntl(os.open(json.__file__, 0), 1024, fcntl.F_RDLCK),
    "many open files": lambda: [os.dup(0) for _ in range(5000)] and None,
    "openat2": lambda: call("openat2", -100, b"/etc/passwd", bytes(24), 24),
    # /proc
    "memory of the server": lambda: open(f"/proc/{server}/mem", "rb"),
    "its own memory": lambda: open("/proc/self/mem", "r+b"),
    "its own environment": lambda: open("/proc/self/environ", "rb"),
    "environment of the server": lambda: open(f"/proc/{server}/environ", "rb"),
    "files of the server": lambda: os.readlink(f"/proc/{server}/fd/0"),
    "the server's choice when memory ends": lambda: open(f"/proc/{server}/oom_score_adj", "w"),
    # the network
    **{
        f"socket {family}": lambda family=family: socket.socket(family, socket.SOCK_RAW if family > 15 else 1)
        for family in (1, 2, 10, 15, 16, 17, 38, 40)
    },
    "UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "pair of sockets": lambda: socket.socketpair(),
    "io_uring": lambda: call("io_uring_setup", 8, bytes(120)),
    # programs and processes
    "start a program": lambda: os.execv("/bin/true", ["true"]),
    "start a program by its file": lambda: os.execve(mine.fileno(), ["true"], {}),
    "start a child": lambda: subprocess.run(["/bin/true"]),
    "fork": lambda: os.fork(),
    "fork by clone": lambda: call("clone", 17, 0, 0, 0, 0),
    "thread in a namespace": lambda: call("clone", 0x10000000 | 0x00010000 | 0x800 | 0x100, 0, 0, 0, 0),
    "clone3": lambda: call("clone3", bytes(88), 88),
    "session": lambda: os.setsid(),
    # others
    "signal its parent": lambda: os.kill(server, 0),
    "signal a thread of its parent": lambda: call("tgkill", server, server, 0),
    "signal with a value": lambda: call("rt_sigqueueinfo", server, 0, bytes(128)),
    "signal by a file": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, server),
    "signal of choice": lambda: fcntl.fcntl(0, fcntl.F_SETSIG, signal.SIGKILL),
    "signal by a handle": lambda: call("pidfd_open", server, 0),
    "trace": lambda: call("ptrace", 16, server, 0, 0),
    "read memory": lambda: call("process_vm_readv", server, 0, 0, 0, 0, 0),
    "limits of the server": lambda: resource.prlimit(server, resource.RLIMIT_NOFILE),
    "priority of the server": lambda: os.setpriority(os.PRIO_PROCESS, server, 19),
    "processors of the server": lambda: os.sched_setaffinity(server, {0}),
    "schedule of the server": lambda: os.sched_setscheduler(server, os.SCHED_IDLE, os.sched_param(0)),
    "letters of the terminal": lambda: fcntl.ioctl(0, 0x5412, b"x"),
    # what is shared
    "shared memory": lambda: call("shmget", 0, 4096, 0o1600),
    "remove shared memory": lambda: call("shmctl", 0, 0, 0),
    "queue": lambda: call("mq_open", b"x", 66, 0o600, 0),
    "keys": lambda: call("keyctl", 0, -3, 0),
    # itself and the system
    "outlive the server": lambda: libc.prctl(1, 0, 0, 0, 0) and refuse(),
    "be looked at": lambda: libc.prctl(4, 1, 0, 0, 0) and refuse(),
    "more of a limit": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30)),
    "another user": lambda: os.setuid(os.geteuid()),
    "capabilities": lambda: call("capset", bytes((0x22, 5, 8, 32, 0, 0, 0, 0)), bytes(24)),
    "mount": lambda: call("mount", b"none", bytes(outside), b"tmpfs", 0, 0),
    "new namespaces": lambda: call("unshare", 0x10000000),
    "another root": lambda: os.chroot(outside),
    "bpf": lambda: call("bpf", 0, bytes(128), 128),
    "perf": lambda: call("perf_event_open", bytes(128), 0, -1, -1, 0),
    "userfaultfd": lambda: call("userfaultfd", 0),
    "module": lambda: call("init_module", b"", 0, b""),
    "what is not there yet": lambda: call(499),
    "much memory": lambda: len(bytearray(2**30)),
}

REFUSALS = [
    errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ENOTTY, errno.EOPNOTSUPP, errno.EFBIG, errno.EMFILE
]

def refuse():
    raise PermissionError(errno.EPERM, "refused")

found = {}
for name, attempt in attempts.items():
    try:
        found[name] = attempt()
    except MemoryError:
        found[name] = "refused"
    except OSError as error:
        found[name] = "refused" if error.errno in REFUSALS else repr(error)
    except ValueError as error:
        found[name] = "refused" if "not allowed" in str(error) else repr(error)
print(json.dumps([walls.landlock, walls.seccomp, found], default=repr))
"""


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Any]:
    """What came of each attempt."""
    for folder in ("in", "out", "else"):
        (tmp_path / folder).mkdir()
    (tmp_path / "in" / "document").write_text("a document")
    (tmp_path / "else" / "secret").write_text("a secret")
    os.mkfifo(tmp_path / "else" / "fifo")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    places = [tmp_path / "in", tmp_path / "out", tmp_path / "else" / "secret", tmp_path / "else" / "fifo"]
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
        "empty what it wrote": 0,
        "thread": 1,
        "abort itself": None,
        "its own limits": 0,
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


def ended(program: str) -> int:
    """How a process ends that enters the jail and runs `program`."""
    begin = "import ctypes, mmap, os, sys, threading\nfrom ippserver.documents import jail\n"
    begin += "libc = ctypes.CDLL(None)\njail.enter(jail.JailLimits(), reads=[], writes=[])\n"
    done = subprocess.run(
        [sys.executable, "-P", "-c", begin + program], capture_output=True, timeout=SECONDS, check=False
    )
    return done.returncode


@pytest.mark.skipif(platform.machine() != "x86_64", reason="these are calls of x86_64")
@pytest.mark.parametrize(
    "program",
    [
        "libc.syscall(ctypes.c_long(0x40000000 | 39))",
        """
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, getpid of i386; int 0x80; ret
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
""",
    ],
    ids=["x32", "i386"],
)
def test_calls_of_another_kind_of_machine_end_it(program: str) -> None:
    assert ended(program) == -signal.SIGSYS


def test_threads_without_end_are_refused() -> None:
    """As a user like any other: the limit does not count for root."""
    program = """
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
threading.stack_size(32768)
jail.enter(jail.JailLimits(), reads=[], writes=[])
waiting = threading.Event()
def begin():
    for number in range(20_000):
        thread = threading.Thread(target=waiting.wait, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return 10 if number > 8 else 11
    return 12
os._exit(begin())
"""
    begin = "import os, threading\nfrom ippserver.documents import jail\n"
    done = subprocess.run(
        [sys.executable, "-P", "-c", begin + program], capture_output=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 10, done.stderr


def test_a_worker_ends_with_its_server_however_that_ends(tmp_path: Path) -> None:
    """PR_SET_PDEATHSIG, which nobody inside takes back."""
    program = """
import ctypes, os, sys, time
from ippserver.documents import jail
reading, writing = os.pipe()
child = os.fork()
if child == 0:
    jail.enter(jail.JailLimits(), reads=[], writes=[])
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    os.write(writing, b"in")
    while True: time.sleep(60)
os.read(reading, 2)
print(child, flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    deadline = time.monotonic() + SECONDS
    while not is_over(int(done.stdout)):
        assert time.monotonic() < deadline, "it is still there"


def test_a_thread_that_runs_before_is_shut_in_by_the_filter_and_told_of() -> None:
    program = """
import os, threading
from ippserver.documents import jail
enter, entered, found = threading.Event(), threading.Event(), []
def attempt():
    enter.wait()
    try:
        found.append(os.fork())
    except PermissionError:
        found.append("refused")
thread = threading.Thread(target=attempt)
thread.start()
walls = jail.enter(jail.JailLimits(), reads=[], writes=[])
enter.set()
thread.join()
print(walls.landlock, walls.seccomp, *found)
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=SECONDS, check=True
    )
    if done.stdout.split()[1] != "True":
        absent("this kernel has no seccomp")
    assert done.stdout.split() == ["0", "True", "refused"]
