"""Kills a server at random moments under submitting clients, and counts what became of their jobs.

    python tests/crash/kill_cycles.py --cycles 200

A document, a hold, a release or a subscription counts as accepted when its client has read the whole answer.
After the last cycle the server works off what is left; then its history, its output folder and the clients'
ledger must agree: what was accepted lost 0, doubled 0, wrong octets 0. The seed is printed; it repeats the
choices, though not the kernel's timing.
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
from ippserver.iana.keywords import JobHoldUntil, NotifyEvent, NotifyPullMethod, WhichJobs
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.limits import CLIENT_LIMITS
from ippserver.ipp.message import Request, Response, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword

PATH: Final = "/ipp/print"
PDF: Final = names.DOCUMENT_FORMAT.of("application/pdf")
START_SECONDS: Final = 90.0
"""How long a server may take to start on a machine where much else is done; nobody waits on purpose."""
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
[notifications]
max-subscriptions = 1000000
max-subscriptions-per-user = 1000000
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
format = "original"
"""


@dataclass(slots=True)
class Ledger:
    """What the clients know."""

    accepted: dict[int, list[str]] = field(default_factory=dict)
    """job-id to the SHA-256 of its documents, in order."""
    held: set[int] = field(default_factory=set)
    """Jobs that wait until they are released, which nobody has asked for."""
    released: set[int] = field(default_factory=set)
    subscriptions: set[int] = field(default_factory=set)
    offered: set[str] = field(default_factory=set)
    """Documents that were sent, perhaps without an answer."""
    refused: Counter[str] = field(default_factory=Counter)
    """Answers other than success."""

    def took(self, response: Response, sha256: str | None = None) -> int | None:
        """The job-id of an answer, whose document, if any, is accepted; None where it is no success."""
        job_id = names.JOB_ID.get(response.group(GroupTag.JOB))
        if response.status_code >= 0x0100 or job_id is None:
            self.refused[f"{response.status_code:#06x}"] += 1
            return None
        if sha256 is not None:
            self.accepted.setdefault(job_id, []).append(sha256)
        return job_id


class NoAnswer(Exception):
    """The server went away before its answer was read."""


async def ask(
    port: int,
    operation: Operation,
    extra: Iterable[Attribute],
    document: bytes = b"",
    more: Iterable[AttributeGroup] = (),
) -> Response:
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
    message = Request(
        version=Version(2, 0), operation_id=operation, request_id=1, groups=(group, *more)
    ).encode()
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


def offered(ledger: Ledger, chance: random.Random) -> tuple[bytes, str]:
    """A document like no other, and its SHA-256."""
    size = chance.choice([100, 5_000, 60_000, 60_000, 300_000, 300_000, 2_000_000])
    document = b"%PDF-1.4\n" + chance.randbytes(chance.randint(1, size))
    sha256 = hashlib.sha256(document).hexdigest()
    ledger.offered.add(sha256)
    return document, sha256


async def print_job(port: int, ledger: Ledger, chance: random.Random) -> None:
    """Print-Job."""
    document, sha256 = offered(ledger, chance)
    ledger.took(await ask(port, Operation.PRINT_JOB, [names.JOB_NAME.of(sha256[:12]), PDF], document), sha256)


async def send_documents(port: int, ledger: Ledger, chance: random.Random) -> None:
    """Create-Job, then Send-Document one to three times."""
    job_id = ledger.took(await ask(port, Operation.CREATE_JOB, [names.JOB_NAME.of("several")]))
    count = chance.choice([1, 1, 2, 3]) if job_id is not None else 0
    for number in range(1, count + 1):
        document, sha256 = offered(ledger, chance)
        about = [names.JOB_ID.of(job_id or 0), names.LAST_DOCUMENT.of(number == count), PDF]
        ledger.took(await ask(port, Operation.SEND_DOCUMENT, about, document), sha256)


async def print_held(port: int, ledger: Ledger, chance: random.Random) -> None:
    """Print-Job with a hold that nothing ends but Release-Job, which follows now and then."""
    document, sha256 = offered(ledger, chance)
    hold = AttributeGroup(GroupTag.JOB, [names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)])
    job_id = ledger.took(await ask(port, Operation.PRINT_JOB, [PDF], document, [hold]), sha256)
    if job_id is None:
        return
    ledger.held.add(job_id)
    if chance.random() < 0.7:
        await release(port, ledger, job_id)


async def release(port: int, ledger: Ledger, job_id: int) -> None:
    """Release-Job."""
    ledger.held.discard(job_id)  # whatever comes of it
    response = await ask(port, Operation.RELEASE_JOB, [names.JOB_ID.of(job_id)])
    if response.status_code < 0x0100:
        ledger.released.add(job_id)


async def subscribe(port: int, ledger: Ledger, chance: random.Random) -> None:
    """Create-Printer-Subscriptions, for some events."""
    events = chance.sample(
        [NotifyEvent.JOB_COMPLETED, NotifyEvent.JOB_CREATED, NotifyEvent.PRINTER_STATE_CHANGED], 2
    )
    wanted = [names.NOTIFY_PULL_METHOD.of(NotifyPullMethod.IPPGET), names.NOTIFY_EVENTS.of(*events)]
    group = AttributeGroup(GroupTag.SUBSCRIPTION, wanted)
    response = await ask(port, Operation.CREATE_PRINTER_SUBSCRIPTIONS, (), more=[group])
    subscription = names.NOTIFY_SUBSCRIPTION_ID.get(response.group(GroupTag.SUBSCRIPTION))
    if subscription is None:
        ledger.refused[f"{response.status_code:#06x}"] += 1
    else:
        ledger.subscriptions.add(subscription)


DEEDS: Final = (*[print_job] * 5, *[send_documents] * 3, print_held, subscribe)


async def client(port: int, ledger: Ledger, seed: int) -> None:
    """Submits until the server is gone."""
    chance = random.Random(seed)
    try:
        while True:
            await chance.choice(DEEDS)(port, ledger, chance)
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


async def unfinished(port: int, which: Keyword = WhichJobs.NOT_COMPLETED) -> set[int]:
    """The jobs that are not in a terminal state."""
    response = await ask(port, Operation.GET_JOBS, [names.WHICH_JOBS.of(which)])
    return {names.JOB_ID.get(group) or 0 for group in response.groups if group.tag == GroupTag.JOB}


async def work_off(folder: Path, ledger: Ledger) -> list[str]:
    """Lets a last server finish what is left, and stops it; answers what is not as clients were told."""
    async with server(folder) as child:
        port = await ready(child)
        held = await unfinished(port, WhichJobs.PENDING_HELD)
        found = [f"lost: the hold of job {job_id}" for job_id in ledger.held - held]
        found += [f"lost: the release of job {job_id}" for job_id in ledger.released & held]
        response = await ask(port, Operation.GET_SUBSCRIPTIONS, ())
        there = {names.NOTIFY_SUBSCRIPTION_ID.get(group) for group in response.groups}
        found += [f"lost: subscription {each}" for each in ledger.subscriptions - there]
        for job_id in held:  # also those of which nobody was told that they are there
            await release(port, ledger, job_id)
        async with asyncio.timeout(IDLE_SECONDS):
            while await unfinished(port):  # noqa: ASYNC110 (another process: there is no event)
                await asyncio.sleep(0.2)
        child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START_SECONDS):
            if await child.wait():
                raise RuntimeError(f"the server ended with {child.returncode}")
    return found


def problems(folder: Path, ledger: Ledger) -> list[str]:
    """Every disagreement between the ledger, the history and the output folder."""
    printed = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "prints").iterdir())
    with closing(sqlite3.connect(folder / "data" / "store" / "ippserver.sqlite3")) as history:
        jobs = history.execute("SELECT id, state, attempts, message FROM jobs").fetchall()
        documents = history.execute("SELECT job_id, sha256, key FROM documents ORDER BY number").fetchall()
        integrity = history.execute("PRAGMA integrity_check").fetchone()[0]
    jobs_by_id = {job_id: tuple(rest) for job_id, *rest in jobs}
    stored: dict[int, list[str]] = {}
    for job_id, sha256, _ in documents:
        stored.setdefault(job_id, []).append(sha256)
    spooled = {path.name for path in (folder / "data" / "spool").iterdir()}
    found: list[str] = [] if integrity == "ok" else [f"the store is damaged: {integrity}"]
    for job_id, accepted in ledger.accepted.items():
        state, attempts, message = jobs_by_id.get(job_id, (None, 0, "gone"))
        if state != JobState.COMPLETED:
            found.append(f"lost: job {job_id} is in state {state} after {attempts} attempts ({message})")
        elif [sha256 for sha256 in stored.get(job_id, ()) if sha256 in accepted] != accepted:
            found.append(f"wrong octets: job {job_id} in the history")
        elif not all(printed[sha256] for sha256 in accepted):
            found.append(f"lost: job {job_id} is completed and not in the folder")
    found += [f"doubled: {count} files of {sha256}" for sha256, count in printed.items() if count > 1]
    jobs_of = Counter(sha256 for _, sha256, _ in documents)
    found += [f"doubled: {count} documents of {sha256}" for sha256, count in jobs_of.items() if count > 1]
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
    found = await work_off(folder, ledger)
    found += await asyncio.to_thread(problems, folder, ledger)
    complaints = (folder / "stderr").read_text(errors="replace")
    found += ["a traceback in the server's log"] if "Traceback" in complaints else []
    kinds = Counter(line.split(":")[0] for line in found)
    print(
        f"{cycles} cycles of kill -9 in {time.monotonic() - begun:.0f} s, slowest start {max(starts):.1f} s:"
        f" {len(ledger.offered)} documents offered, {sum(map(len, ledger.accepted.values()))} accepted"
        f" in {len(ledger.accepted)} jobs, {len(ledger.subscriptions)} subscriptions,"
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
