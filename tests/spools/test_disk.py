import asyncio
import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from ippserver.interfaces import Clock, NoSuchDocument, SpoolError, SpoolFailed, SpoolFull
from ippserver.runtime.files import Disk
from ippserver.spools.disk import DiskSpool
from ippserver.testing.fakes import FailingDisk, FakeClock, stream

KEY = "0123abcd-1"
OTHER = "0123abcd-2"
SMALL = [b"small"]
LARGE = [b"x" * 700_000] * 4


@asynccontextmanager
async def _opened(
    folder: Path, disk: Disk | None = None, min_free_octets: int = 0, clock: Clock | None = None
) -> AsyncIterator[DiskSpool]:
    spool = DiskSpool(folder, disk=disk, min_free_octets=min_free_octets, clock=clock)
    await spool.open()
    try:
        yield spool
    finally:
        await spool.close()


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_documents_and_their_folder_are_private(tmp_path: Path) -> None:
    async with _opened(tmp_path / "spool") as spool:
        await spool.write(KEY, stream(SMALL))
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "spool" / KEY).stat().st_mode) == 0o600


@pytest.mark.parametrize("pieces", [SMALL, LARGE], ids=["small", "large"])
async def test_file_then_name_then_folder_are_synced(tmp_path: Path, pieces: Sequence[bytes]) -> None:
    disk = FailingDisk()
    async with _opened(tmp_path, disk) as spool:
        await spool.write(KEY, stream(pieces))
    ending = [call for call in disk.calls if call != "free_octets"]
    assert ending[-5:] == ["write", "fsync", "replace", "open", "fsync"]


@pytest.mark.parametrize("pieces", [SMALL, LARGE], ids=["small", "large"])
async def test_what_can_be_made_again_is_whole_or_not_there_and_waits_for_no_disk(
    tmp_path: Path, pieces: Sequence[bytes]
) -> None:
    disk = FailingDisk()
    async with _opened(tmp_path, disk) as spool:
        await spool.write(KEY, stream(pieces), lasting=False)
        assert b"".join([piece async for piece in spool.read(KEY)]) == b"".join(pieces)
    assert "fsync" not in disk.calls
    assert disk.calls.count("replace") == 1


FAULTS = [("open", 1), ("open", 2), ("write", 1), ("write", 2), ("fsync", 1), ("fsync", 2), ("replace", 1)]


@pytest.mark.parametrize("pieces", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize(("operation", "fails_at"), FAULTS)
async def test_a_call_that_fails_leaves_nothing_and_the_next_document_is_taken(
    tmp_path: Path, operation: str, fails_at: int, error: int, pieces: Sequence[bytes]
) -> None:
    disk = FailingDisk(operation, fails_at, error=error)
    async with _opened(tmp_path, disk) as spool:
        with pytest.raises(SpoolFailed):
            await spool.write(KEY, stream(pieces))
        assert _names(tmp_path) == []
        await spool.write(KEY, stream(pieces))
        assert _names(tmp_path) == [KEY]


async def test_a_sync_that_failed_is_not_tried_again(tmp_path: Path) -> None:
    disk = FailingDisk("fsync")
    async with _opened(tmp_path, disk) as spool:
        with pytest.raises(SpoolFailed):
            await spool.write(KEY, stream(SMALL))
    assert disk.calls.count("fsync") == 1


async def test_what_could_not_be_removed_is_in_nobodys_way(tmp_path: Path) -> None:
    disk = FailingDisk("fsync")
    async with _opened(tmp_path, disk) as spool:
        (tmp_path / f"{KEY}.part").write_bytes(b"half, and unlink failed")
        disk.operation = ""
        await spool.write(KEY, stream(SMALL))
    assert _names(tmp_path) == [KEY]


async def test_a_failure_to_clean_up_does_not_hide_the_reason(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class StubbornDisk(FailingDisk):
        def unlink(self, path: str | Path, *, folder: int | None = None) -> None:
            raise OSError(errno.EROFS, "read-only")

    async with _opened(tmp_path, StubbornDisk("fsync", error=errno.ENOSPC)) as spool:
        with pytest.raises(SpoolFailed, match="No space"):
            await spool.write(KEY, stream(SMALL))
    assert "stays until the next start" in caplog.text


@pytest.mark.parametrize("pieces", [SMALL, LARGE], ids=["small", "large"])
async def test_cancelling_while_a_thread_works_leaves_nothing(
    tmp_path: Path, pieces: Sequence[bytes]
) -> None:
    """At every call of the kernel's in turn: its thread goes on, and what it makes is removed."""

    class WatchedDisk(FailingDisk):
        on_call: Callable[[], object] = staticmethod(lambda: None)
        countdown = 0

        def _called(self, operation: str) -> None:
            super()._called(operation)
            self.countdown -= 1
            if self.countdown == 0:
                self.on_call()

    loop = asyncio.get_running_loop()
    reached = 0
    for at in range(1, 12):
        disk = WatchedDisk()
        async with _opened(tmp_path / str(at), disk) as spool:
            writing = asyncio.ensure_future(spool.write(KEY, stream(pieces)))
            disk.countdown = at
            disk.on_call = lambda task=writing: loop.call_soon_threadsafe(task.cancel)  # type: ignore[misc]
            await asyncio.wait([writing])
            if writing.cancelled():
                reached += 1
                assert _names(tmp_path / str(at)) == []
    assert reached >= 5


async def test_below_its_reserve_the_spool_refuses_before_it_reads(tmp_path: Path) -> None:
    disk = FailingDisk()
    disk.free = 999
    async with _opened(tmp_path, disk, min_free_octets=1000) as spool:
        with pytest.raises(SpoolFull):
            await spool.write(KEY, stream([], then=AssertionError("it was read")))
        assert await spool.full()


async def test_it_takes_documents_again_as_soon_as_there_is_room(tmp_path: Path) -> None:
    disk = FailingDisk()
    disk.free = 0
    async with _opened(tmp_path, disk, min_free_octets=1000) as spool:
        with pytest.raises(SpoolFull):
            await spool.write(KEY, stream(SMALL))
        disk.free = 2000
        await spool.write(KEY, stream(SMALL))
        assert not await spool.full()


@pytest.mark.parametrize("pieces", [SMALL, LARGE], ids=["small", "large"])
async def test_a_document_that_would_use_the_reserve_fails(tmp_path: Path, pieces: Sequence[bytes]) -> None:
    disk = FailingDisk()
    disk.free = 1001
    async with _opened(tmp_path, disk, min_free_octets=1000) as spool:
        with pytest.raises(SpoolFailed, match="kept free"):
            await spool.write(KEY, stream(pieces))
        disk.free = 0
        with pytest.raises(SpoolFull):  # although there was room less than a second ago
            await spool.write(KEY, stream(pieces))
    assert _names(tmp_path) == []


async def test_the_disk_is_not_asked_for_its_room_again_within_a_second(tmp_path: Path) -> None:
    disk, clock = FailingDisk(), FakeClock()
    async with _opened(tmp_path, disk, clock=clock) as spool:
        for asked in (1, 2):
            for number in range(5):
                await spool.write(f"{number}", stream(SMALL))
            assert disk.calls.count("free_octets") == asked
            clock.advance(1)


async def test_a_spool_whose_folder_was_removed_fails_once_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    async with _opened(folder) as spool:
        folder.rmdir()
        assert not await spool.full()
        folder.rmdir()
        with pytest.raises(SpoolFailed):
            await spool.write(KEY, stream(SMALL))
        await spool.write(KEY, stream(SMALL))
    assert _names(folder) == [KEY]


async def test_a_folder_removed_under_a_document_fails_it_and_leaves_no_trace(tmp_path: Path) -> None:
    folder = tmp_path / "spool"

    async def pieces() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        await asyncio.to_thread(shutil.rmtree, folder)
        yield b"x"

    async with _opened(folder) as spool:
        with pytest.raises(SpoolFailed):
            await spool.write(KEY, pieces())
        await spool.full()
        await spool.write(KEY, stream(SMALL))
    assert _names(folder) == [KEY]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into a read-only folder")
async def test_a_read_only_folder_fails_and_recovers(tmp_path: Path) -> None:
    async with _opened(tmp_path) as spool:
        await asyncio.to_thread(tmp_path.chmod, 0o500)
        with pytest.raises(SpoolFailed):
            await spool.write(KEY, stream(SMALL))
        await asyncio.to_thread(tmp_path.chmod, 0o700)
        await spool.write(KEY, stream(SMALL))


async def test_a_document_is_not_written_twice_at_the_same_time(tmp_path: Path) -> None:
    async with _opened(tmp_path) as spool:

        async def pieces() -> AsyncIterator[bytes]:
            yield b"first"
            with pytest.raises(SpoolError, match="already"):
                await spool.write(KEY, stream([b"second"]))

        await spool.write(KEY, pieces())
    assert (tmp_path / KEY).read_bytes() == b"first"


async def test_a_symlink_in_the_place_of_a_document_is_neither_read_nor_written_through(
    tmp_path: Path,
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    async with _opened(tmp_path / "spool") as spool:
        for name in (KEY, f"{KEY}.part"):
            (tmp_path / "spool" / name).symlink_to(secret)
        with pytest.raises(SpoolFailed):
            async with aclosing(spool.read(KEY)) as pieces:
                await anext(pieces)
        await spool.write(KEY, stream(SMALL))
    assert secret.read_text() == "secret"
    assert (tmp_path / "spool" / KEY).read_bytes() == b"small"


async def test_a_fault_while_reading_is_told(tmp_path: Path) -> None:
    disk = FailingDisk()
    async with _opened(tmp_path, disk) as spool:
        await spool.write(KEY, stream(SMALL))
        disk.operation, disk.fails_at = "open", disk.calls.count("open") + 1
        with pytest.raises(SpoolFailed) as caught:
            async with aclosing(spool.read(KEY)) as pieces:
                await anext(pieces)
    assert not isinstance(caught.value, NoSuchDocument)


async def test_sweeping_removes_half_written_documents_and_leaves_foreign_files(tmp_path: Path) -> None:
    foreign = ["README", "new\nline", "store.sqlite3", ".hidden", "0aF", "upper.part"]
    for name in [*foreign, "aa-1", "aa-1.part", "bb-1.part"]:
        (tmp_path / name).touch()
    (tmp_path / "cc-1").mkdir()
    async with _opened(tmp_path) as spool:
        assert await spool.sweep(["aa-1", "bb-1"]) == 2
    assert _names(tmp_path) == sorted([*foreign, "aa-1", "cc-1"])


async def test_sweeping_leaves_what_is_being_written(tmp_path: Path) -> None:
    async with _opened(tmp_path) as spool:

        async def pieces() -> AsyncIterator[bytes]:
            yield b"x" * 2_000_000
            assert await spool.sweep([]) == 0

        await spool.write(KEY, pieces())
    assert _names(tmp_path) == [KEY]


async def test_many_orphans_are_swept_without_blocking(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"{number:x}-1").touch()
    async with _opened(tmp_path) as spool:
        assert await spool.sweep([]) == 2000


@pytest.mark.parametrize("mode", [0o777, 0o720])
async def test_a_spool_that_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    await asyncio.to_thread(tmp_path.chmod, mode)
    spool = DiskSpool(tmp_path)
    with pytest.raises(SpoolError, match="written by others"):
        await spool.open()
    await spool.close()


async def test_a_spool_behind_a_symlink_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    spool = DiskSpool(tmp_path / "link")
    with pytest.raises(SpoolError, match="symlink"):
        await spool.open()
    await spool.close()


def test_a_full_file_system_is_found_out_and_recovered_from(tmp_path: Path) -> None:
    """On a real file system of 4 MiB, mounted where nobody else sees it."""
    unshare = ["unshare", "--mount", "--map-root-user"] if os.geteuid() else ["unshare", "--mount"]
    script = Path(__file__).with_name("full_disk.py")
    mount = f"mount -t tmpfs -o size=4m,mode=700 tmpfs {tmp_path}"
    probe = subprocess.run([*unshare, "sh", "-c", mount], capture_output=True, check=False, timeout=30)
    if probe.returncode:
        pytest.skip(f"no file system can be mounted here: {probe.stderr.decode()}")
    command = f"{mount} && exec {sys.executable} {script} {tmp_path}"
    done = subprocess.run([*unshare, "sh", "-c", command], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.decode()) == (0, "full, then taken again\n"), done.stderr.decode()


@pytest.mark.parametrize("pieces", [SMALL, [b"x" * 2_000_000]], ids=["small", "large"])
async def test_without_hard_links_a_copy_is_written(tmp_path: Path, pieces: Sequence[bytes]) -> None:
    disk = FailingDisk("link", error=errno.EOPNOTSUPP)
    async with _opened(tmp_path, disk) as spool:
        await spool.write(KEY, stream(pieces))
        await spool.copy(KEY, OTHER)
    assert (tmp_path / OTHER).read_bytes() == b"".join(pieces)
    assert (tmp_path / OTHER).stat().st_nlink == 1


async def test_a_copy_takes_no_room_where_there_are_hard_links(tmp_path: Path) -> None:
    async with _opened(tmp_path) as spool:
        await spool.write(KEY, stream(SMALL))
        await spool.copy(KEY, OTHER)
    assert (tmp_path / OTHER).stat().st_ino == (tmp_path / KEY).stat().st_ino


@pytest.mark.parametrize("call", ["link", "fsync"])
async def test_a_copy_that_fails_leaves_nothing(tmp_path: Path, call: str) -> None:
    disk = FailingDisk()
    async with _opened(tmp_path, disk) as spool:
        await spool.write(KEY, stream(SMALL))
        disk.operation, disk.fails_at = call, disk.calls.count(call) + 1
        with pytest.raises(SpoolFailed):
            await spool.copy(KEY, OTHER)
    assert _names(tmp_path) == [KEY]
