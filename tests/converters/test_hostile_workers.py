"""Workers that a document has got hold of, that are killed, and that the system starves (SECURITY P13, P14).

The programs here have no walls: nothing that a worker does or says may reach further than its document.
"""

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from ippserver.converters.limits import WorkerLimits
from ippserver.converters.pool import ConverterPool
from ippserver.converters.process import Worker, WorkerExhausted
from ippserver.iana.keywords import JobStateReason
from tests.converters.test_pool import BEGIN, CONVERSION, SECONDS, content, converted, failure, left, pool
from tests.steps import MOST_SECONDS, steps

BAD: Final = JobStateReason.DOCUMENT_FORMAT_ERROR
TOO_MUCH: Final = JobStateReason.DOCUMENT_UNPRINTABLE_ERROR
GONE_SECONDS: Final = 20.0
"""In which a worker that nobody needs any more is gone (P18)."""


@pytest.mark.parametrize(
    ("program", "problem", "reason"),
    [
        ("print('garbage', flush=True); time.sleep(60)", "nonsense", BAD),
        ("print('[1]', flush=True); time.sleep(60)", "nonsense", BAD),
        ("print('[' * 100_000, flush=True); time.sleep(60)", "nonsense", BAD),
        ("print('[' + '[],' * 20_000 + '0]', flush=True); time.sleep(60)", "nonsense", BAD),
        ("print('{\"progress\": ' + '9' * 100_000 + '}', flush=True); time.sleep(60)", "nonsense", BAD),
        ("print('x' * 9_000_000, flush=True); time.sleep(60)", "nonsense", BAD),
        ("os.write(1, bytes(100_000) + b'\\n'); time.sleep(60)", "nonsense", BAD),
        ("os.write(1, b'\\xff\\xfe\\n'); time.sleep(60)", "nonsense", BAD),
        ("say(result={'parts': 'many'}); time.sleep(60)", "nonsense", BAD),
        ("say(something='else'); time.sleep(60)", "nonsense", BAD),
        (
            "say(progress={'pages': -1, 'impressions': 0, 'of_impressions': 0}); time.sleep(60)",
            "nonsense",
            BAD,
        ),
        (
            "say(progress={'pages': 2**31, 'impressions': 0, 'of_impressions': 0}); time.sleep(60)",
            "nonsense",
            BAD,
        ),
        ("result(10**12); time.sleep(60)", "nonsense", BAD),
        ("result(-1); time.sleep(60)", "nonsense", BAD),
        ("result(1, pages=2**31); time.sleep(60)", "nonsense", BAD),
        ("result(1, sheets=-1); time.sleep(60)", "nonsense", BAD),
        ("result(1, impressions=float('inf')); time.sleep(60)", "nonsense", BAD),
        ("result(1, media={'a': 10**30}); time.sleep(60)", "nonsense", BAD),
        ("while True: say(progress={'pages': 1, 'impressions': 1, 'of_impressions': 1})", "nonsense", BAD),
        ("while True: os.write(1, bytes(65536))", "nonsense", BAD),
        ("sys.stdout.write('{\"res'); sys.stdout.flush()", "ended with status 0", BAD),
        ("", "ended with status 0", BAD),
        ("os.close(1); time.sleep(60)", "nonsense", BAD),
        ("sys.exit(3)", "ended with status 3", BAD),
        ("os.close(1); time.sleep(0.2); os._exit(3)", "ended with status 3", BAD),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by SIGSEGV", BAD),
        ("os.kill(os.getpid(), signal.SIGKILL)", "ended by SIGKILL", BAD),
        ("os.kill(os.getpid(), 40)", "ended by signal 40", BAD),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "computed for too long", TOO_MUCH),
        ("result(1)", "cannot be read", BAD),
        ("(target / '1').symlink_to('/etc/passwd'); result(1)", "cannot be read", BAD),
        ("os.link(source / '1', target / '1'); result(1)", "cannot be read", BAD),
        ("(target / '1').mkdir(); result(1)", "cannot be read", BAD),
        ("os.mkfifo(target / '1'); result(1)", "cannot be read", BAD),
        (
            "import socket; os.chdir(target); socket.socket(socket.AF_UNIX).bind('1'); result(1)",
            "cannot be read",
            BAD,
        ),
    ],
)
async def test_a_worker_gone_mad_fails_its_document_alone(
    tmp_path: Path, program: str, problem: str, reason: str
) -> None:
    patience = 0.05 if "os.close(1); time.sleep(60)" in program else SECONDS  # that one does not end
    limits = WorkerLimits(page_seconds=SECONDS, look_seconds=0.05, most_said=1000, end_seconds=patience)
    found = await failure(pool(tmp_path, program, limits), tmp_path)
    assert problem in str(found)
    assert (found.reason, found.lasting) == (reason, True)
    assert len(str(found)) < 200


@pytest.mark.parametrize(
    "program",
    [
        "print('[' + '[],' * 20_000 + '0]', flush=True)",
        "while True: os.write(1, b'x' * 65536)",
        "while True: say(progress=dict(pages=time.time_ns() % 10**6, impressions=1, of_impressions=1))",
        "for number in range(20_000): (target / str(number)).touch()\ntime.sleep(60)",
    ],
    ids=["nested", "endless", "chatty", "files"],
)
async def test_the_server_goes_on_while_a_worker_rages(tmp_path: Path, program: str) -> None:
    limits = WorkerLimits(page_seconds=SECONDS, look_seconds=0.05, most_said=20_000, files=10_000)
    with steps() as seen:
        await failure(pool(tmp_path, program, limits), tmp_path)
    assert seen.longest_seconds < MOST_SECONDS


async def test_a_worker_that_says_little_at_great_length_is_ended(tmp_path: Path) -> None:
    program = """
some = {"pages": 1, "impressions": 1, "of_impressions": 1, "more": [[]] * 10_000}
while True: say(progress=some)
"""
    with steps() as seen:
        begun = time.thread_time()
        found = await failure(pool(tmp_path, program, WorkerLimits(said_octets=2**20)), tmp_path)
        took = time.thread_time() - begun
    assert ("nonsense" in str(found), found.reason) == (True, BAD)
    assert seen.longest_seconds < MOST_SECONDS
    assert took < 2


@pytest.mark.parametrize(
    "message",
    ["It is\r\nbroken:\x1b[2J\u202e see\0 this", "x" * 100_000, "\ud800"],
    ids=["control", "long", "surrogate"],
)
async def test_what_it_says_is_one_short_line(tmp_path: Path, message: str) -> None:
    found = await failure(pool(tmp_path, f"say(error='DamagedDocument', message={message!r})"), tmp_path)
    assert str(found).isprintable()
    assert len(str(found)) <= 500


async def test_the_format_is_the_one_that_was_wanted(tmp_path: Path) -> None:
    """What it says of it would else be in headers and in names of files."""
    program = "result(0, media_type='text/html\\r\\nX-Evil: 1', extension='/../../evil')"
    async with pool(tmp_path, program).convert([CONVERSION], [content()], print) as (outcome, _):
        assert (outcome.media_type, outcome.extension) == ("application/pdf", ".pdf")


async def test_the_text_is_text_and_not_too_much(tmp_path: Path) -> None:
    program = r"result(0, text=b'a\0b\xff\xed\xa0\x80' + 'ä'.encode() * 2**20)"
    async with pool(tmp_path, program).convert([CONVERSION], [content()], print) as (outcome, _):
        assert outcome.text.startswith("abä")
        assert 2**20 - 8 < len(outcome.text.encode()) <= 2**20


async def test_nobody_changes_what_is_delivered(tmp_path: Path) -> None:
    program = """
(target / "1").write_text(str(os.getpid()))
result(1)
time.sleep(60)
"""
    async with pool(tmp_path, program).convert([CONVERSION], [content()], print) as (_, [part]):
        pid = int(b"".join([piece async for piece in part.content()]))
        assert is_gone(pid)


# ---- limits


async def test_a_worker_that_finishes_no_page_is_ended(tmp_path: Path) -> None:
    limits = WorkerLimits(page_seconds=0.2, look_seconds=0.05)
    worker = await Worker.start((sys.executable, "-c", BEGIN + "time.sleep(60)"), tmp_path, limits)
    try:
        worker.listen()
        assert worker._first_word is not None
        await worker._first_word  # however long that takes: before, nobody blames a document
        await worker.give(b"[]", [])
        assert "walls" in await worker.says()
        with pytest.raises(WorkerExhausted, match="no page was finished"):
            await worker.says()
    finally:
        await worker.end()


async def test_a_worker_that_is_stopped_is_ended(tmp_path: Path) -> None:
    limits = WorkerLimits(page_seconds=0.5, look_seconds=0.05)
    found = await failure(pool(tmp_path, "os.kill(os.getpid(), signal.SIGSTOP)", limits), tmp_path)
    assert "no page was finished" in str(found)


async def test_a_worker_that_always_says_that_it_is_busy_is_ended(tmp_path: Path) -> None:
    limits = WorkerLimits(page_seconds=SECONDS, look_seconds=0.05, cpu_seconds=0)
    program = (
        "while True: say(progress={'pages': 1, 'impressions': 1, 'of_impressions': 1}); time.sleep(0.05)"
    )
    assert "takes too long" in str(await failure(pool(tmp_path, program, limits), tmp_path))


WRITERS: Final = {
    "large": "(target / '1').open('wb').truncate(20_000_000); time.sleep(60)",
    "many": "[(target / str(number)).write_bytes(bytes(99_999)) for number in range(200)]; time.sleep(60)",
    "empty": "[(target / str(number)).touch() for number in range(3000)]; time.sleep(60)",
    "files": "[(target / str(number)).touch() for number in range(300)]; time.sleep(60)",
    "at once": "(target / '1').write_bytes(bytes(20_000_000)); result(1)",
}


@pytest.mark.parametrize("program", WRITERS.values(), ids=WRITERS)
async def test_a_worker_that_writes_without_end_is_ended(
    tmp_path: Path, program: str, request: pytest.FixtureRequest
) -> None:
    files = 200 if "files" in request.node.name else 10_000
    limits = WorkerLimits(page_seconds=SECONDS, look_seconds=0.05, output_octets=10_000_000, files=files)
    found = await failure(pool(tmp_path, program, limits), tmp_path)
    assert ("come of the document" in str(found), found.reason) == (True, TOO_MUCH)


# ---- killed and starved, and no document is to blame


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (("/nonexistent/program",), "no worker can be started"),
        ((sys.executable, "-c", "import no_such_library"), "ended"),
        ((sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"), "ended"),
        ((sys.executable, "-c", "import time; time.sleep(60)"), "no page was finished"),
        (
            (sys.executable, "-c", "import sys; sys.stdin.readline(); print('{\"walls\": {}}')"),
            "ended with status 0",
        ),
    ],
    ids=["no program", "no library", "killed", "asleep", "says walls"],
)
async def test_a_worker_that_never_looks_at_its_document_is_tried_again(
    tmp_path: Path, command: tuple[str, ...], problem: str, request: pytest.FixtureRequest
) -> None:
    patience = 0.5 if "asleep" in request.node.name else SECONDS
    limits = WorkerLimits(page_seconds=patience, end_seconds=SECONDS)
    found = await failure(ConverterPool(tmp_path, limits, workers=1, command=command), tmp_path)
    assert problem in str(found)
    looked = "says walls" in request.node.name
    assert (found.reason, found.lasting) == ((BAD, True) if looked else (None, False))


async def test_a_worker_that_says_that_there_is_no_room_is_tried_again(tmp_path: Path) -> None:
    found = await failure(pool(tmp_path, "say(error='NoRoom', message='There is no room.')"), tmp_path)
    assert (found.reason, found.lasting) == (None, False)
    assert "There is no room" in str(found)


TELLS_ITS_NUMBER: Final = "(target / '1').write_text(str(os.getpid())); result(1)"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGSTOP])
@pytest.mark.parametrize("is_known", [False, True], ids=["at once", "known to be dead"])
async def test_a_worker_killed_or_stopped_while_it_waits_is_replaced(
    tmp_path: Path, number: int, is_known: bool
) -> None:
    """It costs the next document neither its own time nor its job."""
    limits = WorkerLimits(page_seconds=SECONDS, look_seconds=0.05, spare_seconds=0.3)
    workers = pool(tmp_path, TELLS_ITS_NUMBER, limits)
    async with standing_ready(workers) as spare:
        os.kill(spare._process.pid, number)
        if is_known and number != signal.SIGSTOP:
            await spare._process.wait()
        assert int((await converted(workers))[0]) != spare._process.pid
        assert is_gone(spare._process.pid)
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    "answer", ["time.sleep(60)", "sys.exit(0)", "print('garbage', flush=True)", "say(awake='no')"]
)
async def test_a_worker_that_stands_ready_and_answers_nothing_of_sense_is_replaced(
    tmp_path: Path, answer: str
) -> None:
    limits = WorkerLimits(page_seconds=SECONDS, look_seconds=0.05, spare_seconds=0.3)
    program = f"told = sys.stdin.readline()\nif told == '\\n': {answer}\n{TELLS_ITS_NUMBER}"
    command = (sys.executable, "-c", BEGIN.partition("while")[0] + program)
    workers = ConverterPool(tmp_path, limits, workers=1, command=command)
    async with standing_ready(workers) as spare:
        assert int((await converted(workers))[0]) != spare._process.pid
    assert left(tmp_path) == []


async def test_a_worker_that_stands_ready_is_used(tmp_path: Path) -> None:
    workers = pool(tmp_path, TELLS_ITS_NUMBER)
    async with standing_ready(workers) as spare:
        assert int((await converted(workers))[0]) == spare._process.pid
    assert left(tmp_path) == []


async def test_a_conversion_that_is_cancelled_while_it_wakes_a_worker_leaves_nothing(tmp_path: Path) -> None:
    limits = WorkerLimits(page_seconds=SECONDS, look_seconds=0.05, spare_seconds=SECONDS)
    workers = pool(tmp_path, TELLS_ITS_NUMBER, limits)
    async with standing_ready(workers) as spare:
        os.kill(spare._process.pid, signal.SIGSTOP)
        task = asyncio.create_task(converted(workers))
        while not workers._ready.empty():  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert is_gone(spare._process.pid)
    assert left(tmp_path) == []


@asynccontextmanager
async def standing_ready(workers: ConverterPool) -> AsyncIterator[Worker]:
    """The spare worker of a pool that has converted something, when it has said its first word."""
    runner = asyncio.create_task(workers.run())
    try:
        async with asyncio.timeout(SECONDS):
            await converted(workers)
            while workers._ready.empty():  # noqa: ASYNC110 (nobody tells)
                await asyncio.sleep(0.01)
            spare: Worker = workers._ready._queue[0]  # type: ignore[attr-defined] # without taking it
            assert spare._first_word is not None
            await asyncio.shield(spare._first_word)
            yield spare
    finally:
        runner.cancel()
        await asyncio.wait([runner])


STARVED: Final = {
    "full disk": ("mount -t tmpfs -o size=1m,mode=700 tmpfs {folder}", 2_000_000),
    "no inodes": ("mount -t tmpfs -o nr_inodes=2,mode=700 tmpfs {folder}", 10),
    "half a disk": ("mount -t tmpfs -o size=300k,mode=700 tmpfs {folder}", 200_000),
}


@pytest.mark.parametrize(("mount", "octets"), STARVED.values(), ids=STARVED)
def test_a_full_file_system_is_nobodys_fault(tmp_path: Path, mount: str, octets: int) -> None:
    """On a real one, mounted where nobody else sees it; a worker of ours writes on the last."""
    unshare = ["unshare", "--mount", "--map-root-user"] if os.geteuid() else ["unshare", "--mount"]
    mount = mount.format(folder=tmp_path)
    probe = subprocess.run([*unshare, "sh", "-c", mount], capture_output=True, check=False, timeout=30)
    if probe.returncode:
        pytest.skip(f"no file system can be mounted here: {probe.stderr.decode()}")
    script = Path(__file__).with_name("starved.py")
    command = f"{mount} && exec {sys.executable} {script} {tmp_path} {octets}"
    done = subprocess.run([*unshare, "sh", "-c", command], capture_output=True, text=True, timeout=SECONDS)
    assert done.stdout.split() == ["None", "False", "nothing", "left"], done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user, whose processes are counted")
def test_where_no_process_can_be_had_nobody_is_to_blame() -> None:
    script = Path(__file__).with_name("starved.py")
    done = subprocess.run(
        [sys.executable, script, "", "10"], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.stdout.split() == ["None", "False", "nothing", "left"], done.stderr
    assert f"no worker can be started: {os.strerror(errno.EAGAIN)}" in done.stderr


# ---- cancelled


STAGES: Final = {
    "before it is told": "while not (source / '1').exists(): time.sleep(0.001)\ntime.sleep(60)",
    "while it converts": "say(progress={'pages': 1, 'impressions': 1, 'of_impressions': 1}); time.sleep(60)",
    "while it rages": "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
    "after its result": "(target / '1').write_bytes(bytes(10**7)); result(1); time.sleep(60)",
}


@pytest.mark.parametrize("program", STAGES.values(), ids=STAGES)
@pytest.mark.parametrize(("seconds", "times"), [(0.0, 1), (0.02, 1), (0.2, 1), (0.4, 1), (0.4, 5)])
async def test_a_conversion_that_is_cancelled_leaves_nothing(
    tmp_path: Path, program: str, seconds: float, times: int
) -> None:
    """P18: at whatever moment; the worker is started, given its document, converts, is read."""
    workers = pool(tmp_path, program)

    async def convert() -> None:
        async with workers.convert([CONVERSION], [content()], lambda done: None) as (_, parts):
            for part in parts:
                async for _ in part.content():
                    await asyncio.sleep(0.05)
            await asyncio.sleep(SECONDS)

    task = asyncio.create_task(convert())
    await asyncio.wait([task], timeout=seconds)
    async with asyncio.timeout(GONE_SECONDS):
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task])
        assert task.cancelled()
        assert left(tmp_path) == []
        while children_in(tmp_path):  # noqa: ASYNC110 (killed, and not over yet: nobody tells)
            await asyncio.sleep(0.01)


def is_gone(pid: int) -> bool:
    """Whether there is no such process any more."""
    return not Path(f"/proc/{pid}").exists()


def children_in(folder: Path) -> list[str]:
    """The processes that were started for something in `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes()
        except OSError:  # gone meanwhile
            continue
        if str(folder).encode() in words:
            found.append(words.decode(errors="replace"))
    return found
