"""Kills a server at random moments under submitting clients, and counts what became of their jobs.

    python tests/crash/kill_cycles.py --cycles 200

A job counts as accepted when its client has read the whole answer. After the last cycle the server works off
what is left; then its history, its output folder and the clients' ledger must agree: accepted jobs lost 0,
doubled 0, wrong octets 0. The seed is printed; it repeats the choices, though not the kernel's timing.
"""

import argparse
import asyncio
import hashlib
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import uuid4

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.keywords import WhichJobs
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.limits import CLIENT_LIMITS
from ippserver.ipp.message import Request, Response, Version
from ippserver.ipp.tags import GroupTag

PATH: Final = "/ipp/print"
START_SECONDS: Final = 30.0
IDLE_SECONDS: Final = 300.0
LIFE_SECONDS: Final = 0.6
"""How long a server lives at most once it is ready."""
EARLY_KILLS: Final = 0.1
"""The share of servers that are killed while they start."""

CONFIG: Final = """
[server]
listen = ["127.0.0.1:0"]
data-dir = "{folder}/data"
log-level = "warning"
[access]
preset = "open"
[limits]
max-jobs = 1000000
multiple-operation-time-out-seconds = 3
[retention]
days = 365
jobs = 1000000
octets = "1 TiB"
[[printer]]
path = "{path}"
concurrency = 2
minimum-processing-seconds = 0.0
[[printer.output]]
folder = "{folder}/prints"
"""


@dataclass(slots=True)
class Ledger:
    """What the clients know."""

    accepted: dict[int, str] = field(default_factory=dict)
    """job-id to the SHA-256 of its document."""
    offered: set[str] = field(default_factory=set)
    """Documents that were sent, perhaps without an answer."""
    refused: Counter[str] = field(default_factory=Counter)
    """Answers other than success."""


class NoAnswer(Exception):
    """The server went away before its answer was read."""


async def ask(port: int, operation: Operation, extra: Iterable[Attribute], document: bytes = b"") -> Response:
    """The whole answer to one request on a connection of its own; NoAnswer where the server dies first."""
    group = AttributeGroup(
        GroupTag.OPERATION,
        [
            names.ATTRIBUTES_CHARSET.of("utf-8"),
            names.ATTRIBUTES_NATURAL_LANGUAGE.of("en"),
            names.PRINTER_URI.of(f"ipp://127.0.0.1:{port}{PATH}"),
            names.REQUESTING_USER_NAME.of("crash"),
            *extra,
        ],
    )
    message = Request(version=Version(2, 0), operation_id=operation, request_id=1, groups=(group,)).encode()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            head = (
                f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/ipp\r\n"
                f"Content-Length: {len(message) + len(document)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + message)
            for start in range(0, len(document), 65536):
                writer.write(document[start : start + 65536])
                await writer.drain()
            return await _answer(reader)
        finally:
            writer.close()
    except (OSError, EOFError) as error:
        raise NoAnswer from error


async def _answer(reader: asyncio.StreamReader) -> Response:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
    if not head[0].startswith("http/1.1 200"):
        raise RuntimeError(f"the server answered {head[0]}")
    length = next(int(line.split(":")[1]) for line in head if line.startswith("content-length:"))
    decoder = Decoder(Response, CLIENT_LIMITS)
    decoder.feed(await reader.readexactly(length))
    decoder.finish()
    return decoder.message


async def submit(port: int, ledger: Ledger, chance: random.Random) -> None:
    """Sends one job, by one operation or by two, and notes what came of it."""
    size = chance.choice([100, 5_000, 60_000, 60_000, 300_000, 300_000, 2_000_000])
    document = b"%PDF-1.4\n" + chance.randbytes(chance.randint(1, size))
    sha256 = hashlib.sha256(document).hexdigest()
    described = [names.JOB_NAME.of(f"{sha256[:12]}"), names.DOCUMENT_FORMAT.of("application/pdf")]
    if chance.random() < 0.7:
        ledger.offered.add(sha256)
        response = await ask(port, Operation.PRINT_JOB, described, document)
    else:
        response = await ask(port, Operation.CREATE_JOB, described[:1])
        if (job_id := names.JOB_ID.get(response.group(GroupTag.JOB))) is None:
            ledger.refused[f"{response.status_code:#06x}"] += 1
            return
        ledger.offered.add(sha256)
        last = [names.JOB_ID.of(job_id), names.LAST_DOCUMENT.of(True), *described[1:]]
        response = await ask(port, Operation.SEND_DOCUMENT, last, document)
    accepted = names.JOB_ID.get(response.group(GroupTag.JOB))
    if response.status_code < 0x0100 and accepted is not None:
        ledger.accepted[accepted] = sha256
    else:
        ledger.refused[f"{response.status_code:#06x}"] += 1


async def client(port: int, ledger: Ledger, seed: int) -> None:
    """Submits until the server is gone."""
    chance = random.Random(seed)
    try:
        while True:
            await submit(port, ledger, chance)
    except NoAnswer:
        return


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server that has been started, and is killed at the end if it still runs."""
    with (folder / "stderr").open("ab") as errors:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ippserver", "serve", "--config", str(folder / "ippserver.toml")),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        try:
            yield child
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()


async def ready(child: asyncio.subprocess.Process) -> int:
    """The port, once the server has announced it."""
    assert child.stdout is not None, "it was started with a pipe"
    async with asyncio.timeout(START_SECONDS):
        line = (await child.stdout.readline()).decode()
    if not line:
        raise RuntimeError(f"the server did not start; it ended with {await child.wait()}")
    return int(line.split("ipp://127.0.0.1:")[1].split("/")[0])


async def cycle(folder: Path, ledger: Ledger, chance: random.Random, clients: int) -> float:
    """One life of the server, which ends by SIGKILL; answers how long its start took."""
    begun = time.monotonic()
    async with asyncio.TaskGroup() as group, server(folder) as child:
        if chance.random() < EARLY_KILLS:
            await asyncio.sleep(chance.uniform(0.0, 0.8))
            return 0.0
        port = await ready(child)
        start = time.monotonic() - begun
        for _ in range(clients):
            group.create_task(client(port, ledger, chance.getrandbits(32)))
        await asyncio.sleep(chance.uniform(0.0, LIFE_SECONDS))
    return start


async def unfinished(port: int) -> bool:
    """Whether there is a job that is not in a terminal state."""
    wanted = [names.WHICH_JOBS.of(WhichJobs.NOT_COMPLETED), names.LIMIT.of(1)]
    return bool((await ask(port, Operation.GET_JOBS, wanted)).group(GroupTag.JOB).attributes)


async def work_off(folder: Path) -> None:
    """Lets a last server finish what is left, and stops it in good order."""
    async with server(folder) as child:
        port = await ready(child)
        async with asyncio.timeout(IDLE_SECONDS):
            while await unfinished(port):  # noqa: ASYNC110 (another process: there is no event)
                await asyncio.sleep(0.2)
        child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START_SECONDS):
            if await child.wait():
                raise RuntimeError(f"the server ended with {child.returncode}")


def problems(folder: Path, ledger: Ledger) -> list[str]:
    """Every disagreement between the ledger, the history and the output folder."""
    printed = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "prints").iterdir())
    with closing(sqlite3.connect(folder / "data" / "store" / "ippserver.sqlite3")) as history:
        jobs = history.execute("SELECT id, state, attempts, message FROM jobs").fetchall()
        documents = history.execute("SELECT job_id, sha256, key FROM documents").fetchall()
        integrity = history.execute("PRAGMA integrity_check").fetchone()[0]
    jobs_by_id = {job_id: tuple(rest) for job_id, *rest in jobs}
    stored = {job_id: sha256 for job_id, sha256, _ in documents}
    spooled = {path.name for path in (folder / "data" / "spool").iterdir()}
    found: list[str] = [] if integrity == "ok" else [f"the store is damaged: {integrity}"]
    for job_id, sha256 in ledger.accepted.items():
        state, attempts, message = jobs_by_id.get(job_id, (None, 0, "gone"))
        if state != JobState.COMPLETED:
            found.append(f"lost: job {job_id} is in state {state} after {attempts} attempts ({message})")
        elif stored.get(job_id) != sha256:
            found.append(f"wrong octets: job {job_id} in the history")
        elif not printed[sha256]:
            found.append(f"lost: job {job_id} is completed and not in the folder")
    found += [f"doubled: {count} files of {sha256}" for sha256, count in printed.items() if count > 1]
    jobs_of = Counter(stored.values())
    found += [f"doubled: {count} jobs of {sha256}" for sha256, count in jobs_of.items() if count > 1]
    found += [f"wrong octets: a file of {sha256}" for sha256 in printed if sha256 not in ledger.offered]
    found += [f"orphan in the spool: {name}" for name in spooled - {key for _, _, key in documents}]
    return found


async def run(folder: Path, cycles: int, clients: int, seed: int) -> int:
    """Runs everything and prints the outcome; answers the exit status."""
    chance, ledger, starts = random.Random(seed), Ledger(), list[float]()
    (folder / "ippserver.toml").write_text(CONFIG.format(folder=folder, path=PATH))
    begun = time.monotonic()
    for number in range(1, cycles + 1):
        starts.append(await cycle(folder, ledger, chance, clients))
        if number % 20 == 0:
            print(f"{number} cycles, {len(ledger.accepted)} jobs accepted", flush=True)
    await work_off(folder)
    found = await asyncio.to_thread(problems, folder, ledger)
    complaints = (folder / "stderr").read_text(errors="replace")
    found += ["a traceback in the server's log"] if "Traceback" in complaints else []
    kinds = Counter(line.split(":")[0] for line in found)
    print(
        f"{cycles} cycles of kill -9 in {time.monotonic() - begun:.0f} s, slowest start {max(starts):.1f} s:"
        f" {len(ledger.offered)} jobs offered, {len(ledger.accepted)} accepted,"
        f" lost {kinds['lost']}, doubled {kinds['doubled']}, wrong octets {kinds['wrong octets']}"
    )
    print("\n".join(found[:50]), f"refused: {dict(ledger.refused)}" if ledger.refused else "", sep="")
    if found:
        print(f"--- the end of the server's log\n{complaints[-3000:]}")
    return 1 if found or not ledger.accepted else 0


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=uuid4().int % 1_000_000)
    parser.add_argument("--folder", type=Path, help="an empty folder to work in, which is kept")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="ippserver-crash-") as temporary:
        folder = options.folder or Path(temporary)
        sys.exit(asyncio.run(run(folder, options.cycles, options.clients, options.seed)))


if __name__ == "__main__":
    main()
