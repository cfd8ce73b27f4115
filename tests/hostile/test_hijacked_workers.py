"""Workers that a document has got hold of, below a running server (SECURITY P13, P14, P16, P18).

The documents here are programs that a worker runs in its jail (hijacked/sitecustomize.py). Where one of them
is not stopped, it is printed as the text that it is, and its job is completed: none may be.
"""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from ippserver.testing import VirtualPrinter
from tests.hostile.build import PATH, RASTER
from tests.hostile.catalogue.malice import FORMAT, PWG, TOO_MUCH
from tests.hostile.hijacked.sitecustomize import HIJACKED
from tests.hostile.printers import Printers

TEXT: Final = "text/plain"
GONE_SECONDS: Final = 20.0
BEGIN: Final = "import ctypes, os, signal, socket, subprocess, sys, threading, time\n"


@contextmanager
def hijacked(folder: Path, **conversion: float) -> Iterator[Printers]:
    """A server whose workers do what their documents say, with such limits."""
    settings = {
        "server": {"data-dir": str(folder / "data")},
        "conversion": {"memory-octets": 2**30, "output-octets": 20 * 2**20, **conversion},
        "printer": [
            {
                "name": "pages",
                "path": PATH,
                "output": [{"type": "folder", "folder": str(folder / "prints"), "format": "pdf"}],
            }
        ],
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).with_name("hijacked")), prepend=os.pathsep)
        with VirtualPrinter(settings=settings) as printer:
            yield Printers(printer, folder)


@pytest.fixture(scope="module")
def printers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printers]:
    """Such a server whose workers have time."""
    with hijacked(tmp_path_factory.mktemp("hijacked")) as found:
        yield found


@pytest.fixture(scope="module")
def impatient_printers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printers]:
    """Such a server whose workers have little time."""
    limits = {"page-timeout-seconds": 5.0, "cpu-seconds": 2}
    with hijacked(tmp_path_factory.mktemp("hijacked"), **limits) as found:
        yield found


def program(text: str) -> bytes:
    """A document that does that."""
    return HIJACKED + (BEGIN + text).encode()


SAY: Final = "for file in range(3, 9):\n  try: os.write(file, {octets})\n  except OSError: pass\n"
DEEDS: Final = {
    "forks": ("while True: os.fork()", FORMAT),
    "starts a program": ("subprocess.run(['/bin/true'])", FORMAT),
    "threads": ("while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", FORMAT),
    "eats memory": ("x = bytearray(10 * 2**30)", TOO_MUCH),
    "eats memory slowly": ("x = []\nwhile True: x.append(bytes(2**20))", TOO_MUCH),
    "writes a large file": ("file = sink.part(1)\nwhile True: file.write(bytes(2**20))", TOO_MUCH),
    "writes many files": (
        "for n in range(1, 10**6): sink.part(n).write(bytes(100_000)); time.sleep(0.001)",
        TOO_MUCH,
    ),
    "garbage": (SAY.format(octets="b'garbage' * 100 + bytes([10])"), FORMAT),
    "half": (SAY.format(octets="b'{\"result\": {'") + "os._exit(0)", FORMAT),
    "endless": ("while True:\n " + SAY.format(octets="bytes(65536)").replace("\n", "\n "), FORMAT),
    "no result": ("os._exit(0)", FORMAT),
    "crash": ("ctypes.string_at(0)", FORMAT),
    "network": ("socket.create_connection(('127.0.0.1', 1))", FORMAT),
    "foreign file": ("open('/etc/passwd').read()", FORMAT),
    "signal": ("os.kill(os.getppid(), 0)", FORMAT),
}


@pytest.mark.parametrize(("deed", "reason"), DEEDS.values(), ids=DEEDS)
async def test_what_a_worker_does_ends_its_job_alone(deed: str, reason: str, printers: Printers) -> None:
    job = await printers.ended(await printers.send(PATH, TEXT, program(deed)))
    assert (job.state, job.files) == ("aborted", ())
    assert reason in job.reasons
    await printers.settle()
    assert len(printers.workers()) <= 1


@pytest.mark.parametrize("deed", ["time.sleep(3600)", "while True: pass"], ids=["sleeps", "computes"])
async def test_a_worker_that_comes_to_no_end_is_ended(deed: str, impatient_printers: Printers) -> None:
    await test_what_a_worker_does_ends_its_job_alone(deed, TOO_MUCH, impatient_printers)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
async def test_a_worker_that_is_killed_ends_its_job_alone(number: int, printers: Printers) -> None:
    job_id = await printers.send(PATH, TEXT, program("file = sink.scratch(); time.sleep(3600)"))
    os.kill(await printers.worker_at_work(), number)
    job = await printers.ended(job_id)
    assert (job.state, FORMAT in job.reasons) == ("aborted", True)
    good = await printers.ended(await printers.send(PATH, PWG, RASTER))
    assert good.state == "completed"


async def test_a_spare_worker_that_is_killed_is_replaced(printers: Printers) -> None:
    await printers.ended(await printers.send(PATH, PWG, RASTER))
    await printers.settle()
    for pid in printers.workers():
        os.kill(pid, signal.SIGKILL)
    first = await printers.ended(await printers.send(PATH, PWG, RASTER))
    assert first.state == "completed"


STAGES: Final = {
    "asleep": "time.sleep(3600)",
    "computing": "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
    "writing": "part = sink.part(1)\nwhile True: part.write(bytes(100)); time.sleep(0.01)",
    "talking": "while True: progress(Progress(pages=1, impressions=1, of_impressions=0)); time.sleep(0.01)",
}


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
async def test_p18_a_job_that_is_canceled_leaves_nothing(stage: str, printers: Printers) -> None:
    job_id = await printers.send(PATH, TEXT, program("file = sink.scratch()\n" + stage))
    pid = await printers.worker_at_work()
    begun = time.monotonic()
    await printers.cancel(job_id)
    job = await printers.ended(job_id)
    assert (job.state, job.files) == ("canceled", ())
    while pid in printers.workers():
        assert time.monotonic() - begun < GONE_SECONDS
        await asyncio.sleep(0.01)
    await printers.settle()
