"""Stand-ins for the world: time that a test moves, ids it can foresee, a disk that fails when told to."""

import asyncio
import errno
import os
from collections.abc import AsyncGenerator, Iterable, Sequence
from pathlib import Path
from uuid import UUID

from ippserver.iana.enums import JobState
from ippserver.ipp.values import Name
from ippserver.model.document import Document
from ippserver.model.job import JobDraft
from ippserver.runtime.files import PRIVATE_FILE, Disk


class FakeClock:
    """A Clock that stands still until `advance` (see interfaces.Clock); usable from several event loops."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._monotonic = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._watchers: list[tuple[int, asyncio.Future[None]]] = []

    def now(self) -> float:
        """Seconds since the epoch, by this clock."""
        return self._now

    def monotonic(self) -> float:
        """The seconds that `advance` was told."""
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        """Returns when `advance` has reached the moment; at once only where it is not in the future."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper = asyncio.get_running_loop().create_future()
        entry = (self._monotonic + seconds, sleeper)
        self._sleepers.append(entry)
        for count, watcher in self._watchers:
            if len(self._sleepers) >= count:
                watcher.get_loop().call_soon_threadsafe(_wake, watcher)
        try:
            await sleeper
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)

    @property
    def sleepers(self) -> int:
        """How many wait for their moment."""
        return len(self._sleepers)

    async def until_sleeping(self, count: int = 1) -> None:
        """Returns when at least `count` wait for their moment, so that `advance` will wake them."""
        if len(self._sleepers) >= count:
            return
        entry = (count, asyncio.get_running_loop().create_future())
        self._watchers.append(entry)
        try:
            await entry[1]
        finally:
            self._watchers.remove(entry)

    def advance(self, seconds: float) -> None:
        """Lets both clocks go on, and wakes those whose moment has come, the earliest first."""
        self._now += seconds
        self._monotonic += seconds
        due = sorted(
            (entry for entry in self._sleepers if entry[0] <= self._monotonic), key=lambda one: one[0]
        )
        for entry in due:
            self._sleepers.remove(entry)
            entry[1].get_loop().call_soon_threadsafe(_wake, entry[1])

    def set_wall_clock(self, now: float) -> None:
        """Moves `now` alone, as somebody who corrects the system's clock."""
        self._now = now


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)


class CountingIds:
    """Ids whose UUIDs are 1, 2, 3 ... (see interfaces.Ids)."""

    def __init__(self) -> None:
        self._last = 0

    def uuid(self) -> str:
        """The next UUID."""
        self._last += 1
        return str(UUID(int=self._last))


class FailingDisk(Disk):
    """A disk whose call number `fails_at` to `operation` raises `error`; all calls are counted."""

    def __init__(self, operation: str = "", fails_at: int = 1, *, error: int = errno.EIO) -> None:
        self.operation = operation
        self.fails_at = fails_at
        self.error = error
        self.free = 1 << 40
        self.calls: list[str] = []

    def _called(self, operation: str) -> None:
        self.calls.append(operation)
        if operation == self.operation and self.calls.count(operation) == self.fails_at:
            raise OSError(self.error, os.strerror(self.error))

    def open(
        self, path: str | Path, flags: int, mode: int = PRIVATE_FILE, *, folder: int | None = None
    ) -> int:
        """As Disk.open."""
        self._called("open")
        return super().open(path, flags, mode, folder=folder)

    def write(self, descriptor: int, pieces: Sequence[memoryview]) -> int:
        """As Disk.write, of no more than half of the octets, as the kernel may."""
        self._called("write")
        octets = memoryview(b"".join(pieces))
        return super().write(descriptor, [octets[: len(octets) // 2 + 1]])

    def fsync(self, descriptor: int) -> None:
        """As Disk.fsync."""
        self._called("fsync")
        super().fsync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """As Disk.replace."""
        self._called("replace")
        super().replace(source, target)

    def link(self, source: str, target: str, *, source_folder: int, target_folder: int) -> None:
        """As Disk.link."""
        self._called("link")
        super().link(source, target, source_folder=source_folder, target_folder=target_folder)

    def unlink(self, path: str | Path, *, folder: int | None = None) -> None:
        """As Disk.unlink."""
        self._called("unlink")
        super().unlink(path, folder=folder)

    def free_octets(self, path: Path | int) -> int:
        """As much as the test says."""
        self._called("free_octets")
        return self.free


async def stream(pieces: Iterable[bytes], then: BaseException | None = None) -> AsyncGenerator[bytes, None]:
    """A DocumentStream of `pieces`, which ends with the exception `then` where there is one."""
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece
    if then is not None:
        raise then


def job_draft(
    uuid: str = "00000000-0000-0000-0000-000000000001",
    *,
    printer: str = "/ipp/print",
    user: str = "alice",
    name: str = "report",
    state: JobState = JobState.PENDING,
    priority: int = 50,
    created: float = 1_800_000_000.0,
    documents: tuple[Document, ...] = (),
) -> JobDraft:
    """A JobDraft as Print-Job makes it, for tests to whom most of it does not matter."""
    return JobDraft(
        uuid=uuid,
        printer=printer,
        user=Name(user),
        name=Name(name),
        charset="utf-8",
        natural_language="en",
        created=created,
        touched=created,
        state=state,
        priority=priority,
        documents=documents,
    )
