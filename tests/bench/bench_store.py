"""What the stores and the spool do in a second, against the disk's own syncs.

    python tests/bench/bench_store.py

One at a time shows the latency that a single client sees; 32 at a time shows what shares a transaction.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from ippserver.iana import names
from ippserver.iana.keywords import Sides
from ippserver.interfaces import JobQuery, JobStore, Spool
from ippserver.model.document import Document
from ippserver.model.job import JobDraft
from ippserver.model.states import JobEvent
from ippserver.spools.disk import DiskSpool
from ippserver.spools.memory import MemorySpool
from ippserver.stores.memory import MemoryStore
from ippserver.stores.sqlite import SqliteStore
from ippserver.testing.fakes import job_draft

ROUNDS: Final = 500
TASKS: Final = 32
LARGE_OCTETS: Final = 512 * 1024 * 1024
SMALL: Final = os.urandom(20_000)
PIECE: Final = os.urandom(256 * 1024)


def draft() -> JobDraft:
    """A Job as a usual Print-Job makes it."""
    plain = job_draft(str(uuid4()))
    document = Document(
        number=1, key=f"{plain.uuid}-1", format="application/pdf", size_octets=20_000, sha256="ab" * 32
    )
    template = (names.COPIES.of(2), names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE))
    return replace(plain, template=template, documents=(document,))


async def timed(work: Callable[[int], Awaitable[object]], rounds: int, tasks: int = 1) -> float:
    """How often `work` is done in a second, by `tasks` at once; it gets the number of the round."""

    async def run(first: int) -> None:
        for number in range(first, rounds, tasks):
            await work(number)

    begun = time.perf_counter()
    await asyncio.gather(*(run(first) for first in range(tasks)))
    return rounds / (time.perf_counter() - begun)


async def measure_store(name: str, store: JobStore) -> None:
    """Prints the figures of one store."""
    await store.open()
    for tasks in (1, TASKS):
        rounds = ROUNDS * (1 if tasks == 1 else 10)
        made = [await store.create(draft()) for _ in range(rounds)]
        inserts = await timed(lambda _: store.create(draft()), rounds, tasks)
        updates = await timed(
            lambda number, made=made: store.update(made[number].id, lambda job: job.on(JobEvent.START, 1.0)),  # type: ignore[misc]
            rounds,
            tasks,
        )
        reads = await timed(lambda number, made=made: store.get(made[number].id), rounds, tasks)  # type: ignore[misc]
        print(
            f"{name:8} {tasks:3} at a time: {inserts:8,.0f} inserts/s {updates:8,.0f} updates/s"
            f" {reads:10,.0f} reads/s"
        )
    lists = await timed(lambda _: store.query(JobQuery(limit=50)), 100)
    print(f"{name:8}   1 at a time: {lists:8,.0f} lists of 50 jobs/s")
    await store.close()


async def _pieces(octets: int) -> AsyncIterator[bytes]:
    for _ in range(octets // len(PIECE)):
        yield PIECE


async def _small() -> AsyncIterator[bytes]:
    yield SMALL


async def measure_spool(name: str, spool: Spool) -> None:
    """Prints the figures of one spool."""
    await spool.open()
    for tasks in (1, 16):
        documents = await timed(lambda number: spool.write(f"{number:x}", _small()), ROUNDS, tasks)
        print(f"{name:8} {tasks:3} at a time: {documents:8,.0f} documents of 20 kB/s")
    begun = time.perf_counter()
    await spool.write("f", _pieces(LARGE_OCTETS))
    print(f"{name:8}   1 at a time: {LARGE_OCTETS / 2**20 / (time.perf_counter() - begun):8,.0f} MiB/s")
    await spool.close()


def measure_disk(folder: Path) -> None:
    """Prints how fast the disk syncs, which bounds everything that is promised one at a time."""
    begun = time.perf_counter()
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(ROUNDS):
            file.write(SMALL)
            os.fsync(file.fileno())
    print(f"disk       1 at a time: {ROUNDS / (time.perf_counter() - begun):8,.0f} syncs of 20 kB/s")


async def main() -> None:
    """The command."""
    with tempfile.TemporaryDirectory(prefix="ippserver-bench-") as folder:
        await asyncio.to_thread(measure_disk, Path(folder))
        await measure_store("sqlite", SqliteStore(Path(folder) / "store" / "jobs.sqlite3"))
        await measure_store("memory", MemoryStore())
        await measure_spool("disk", DiskSpool(Path(folder) / "spool"))
        await measure_spool("memory", MemorySpool())


if __name__ == "__main__":
    asyncio.run(main())
