import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from ippserver.runtime.files import (
    Disk,
    Locked,
    NewFile,
    UnsafePath,
    check_private_file,
    descriptor_of,
    hold_lock,
    move_without_replacing,
    open_private_folder,
    open_to_read,
    sync_folder,
)
from ippserver.testing.fakes import FailingDisk


def test_a_new_file_counts_and_hashes_what_is_written(tmp_path: Path) -> None:
    with NewFile(tmp_path / "new", disk=Disk()) as file:
        file.write(b"ab")
        file.write(memoryview(b"cd"))
        file.sync()
        assert (file.size_octets, file.sha256) == (4, hashlib.sha256(b"abcd").hexdigest())
    assert (tmp_path / "new").read_bytes() == b"abcd"


def test_a_new_file_is_written_whole_though_the_kernel_takes_it_in_parts(tmp_path: Path) -> None:
    with NewFile(tmp_path / "new", disk=FailingDisk()) as file:
        assert file.write(b"abcdefgh") == 8
    assert (tmp_path / "new").read_bytes() == b"abcdefgh"


@pytest.mark.parametrize("disk", [Disk(), FailingDisk()], ids=["at once", "in parts"])
def test_many_pieces_are_written_in_their_order(tmp_path: Path, disk: Disk) -> None:
    pieces = [b"%d " % number for number in range(2500)]  # more than the kernel takes in one call
    octets = b"".join(pieces)
    with NewFile(tmp_path / "new", disk=disk) as file:
        file.writelines([b"", *pieces, b""])
        assert (file.size_octets, file.sha256) == (len(octets), hashlib.sha256(octets).hexdigest())
    assert (tmp_path / "new").read_bytes() == octets


def test_a_new_file_is_private(tmp_path: Path) -> None:
    NewFile(tmp_path / "new", disk=Disk()).close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    with pytest.raises(FileExistsError):
        NewFile(tmp_path / "old", disk=Disk())
    assert (tmp_path / "old").read_text() == "old"


def test_a_new_file_is_not_made_through_a_symlink(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"):
        NewFile(tmp_path / "link", disk=Disk())
    assert not (tmp_path / "elsewhere").exists()


def test_a_new_file_leaves_the_reserve_of_the_disk_alone(tmp_path: Path) -> None:
    disk = FailingDisk()
    with NewFile(tmp_path / "new", disk=disk, keep_free_octets=1000) as file:
        disk.free = 1010
        file.write(b"0123456789")
        written = disk.calls.count("write")
        with pytest.raises(OSError, match="kept free") as caught:
            file.writelines([b"01234", b"567890"])
        assert (file.size_octets, disk.calls.count("write")) == (10, written)
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_regular_file_is_not_read(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "odd")
    with pytest.raises(OSError, match="odd"):
        open_to_read(tmp_path / "odd", disk=Disk())


def test_a_symlink_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="link") as caught:
        open_to_read(tmp_path / "link", disk=Disk())
    assert caught.value.errno == errno.ELOOP


def test_syncing_a_folder_syncs_it_and_leaves_no_descriptor_open(tmp_path: Path) -> None:
    disk = FailingDisk()
    sync_folder(tmp_path, disk)
    assert disk.calls == ["open", "fsync"]
    assert str(tmp_path) not in map(os.path.realpath, Path("/proc/self/fd").iterdir())


def test_a_private_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    open_private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_private_folder_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    open_private_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o777, 0o702])
def test_a_folder_that_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    with pytest.raises(UnsafePath, match="written by others"):
        open_private_folder(tmp_path)


def test_a_folder_behind_a_symlink_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(UnsafePath, match="symlink"):
        open_private_folder(tmp_path / "link")


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnsafePath, match="not a folder"):
        open_private_folder(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, -1)
    with pytest.raises(UnsafePath, match="user 12345"):
        open_private_folder(tmp_path)


def test_a_private_file_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch(0o644)
    check_private_file(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_private_file_that_others_can_write_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(0o666)
    with pytest.raises(UnsafePath, match="written by others"):
        check_private_file(file)


def test_a_private_file_behind_a_symlink_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with pytest.raises(UnsafePath, match="symlink"):
        check_private_file(tmp_path / "link")


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    held = hold_lock(tmp_path / "lock")
    with pytest.raises(Locked):
        hold_lock(tmp_path / "lock")
    os.close(held)
    os.close(hold_lock(tmp_path / "lock"))


def _move(folder: Path, disk: Disk) -> None:
    with descriptor_of(folder, disk) as descriptor:
        move_without_replacing("from", "to", source_folder=descriptor, target_folder=descriptor, disk=disk)


@pytest.mark.parametrize("links", [True, False], ids=["links", "no-links"])
def test_a_file_is_moved_where_there_is_nothing(tmp_path: Path, links: bool) -> None:
    (tmp_path / "from").write_text("content")
    _move(tmp_path, Disk() if links else FailingDisk("link", error=errno.EPERM))
    assert [path.name for path in tmp_path.iterdir()] == ["to"]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no-links"])
def test_a_file_is_not_moved_over_another(tmp_path: Path, links: bool) -> None:
    (tmp_path / "from").write_text("new")
    (tmp_path / "to").write_text("old")
    with pytest.raises(FileExistsError):
        _move(tmp_path, Disk() if links else FailingDisk("link", error=errno.EPERM))
    assert ((tmp_path / "from").read_text(), (tmp_path / "to").read_text()) == ("new", "old")


def test_a_disk_without_room_for_another_file_has_no_free_octets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = os.statvfs(tmp_path)
    without_inodes = os.statvfs_result((*found[:7], 0, *found[8:]))
    monkeypatch.setattr(os, "statvfs", lambda path: without_inodes)
    assert Disk().free_octets(tmp_path) == 0


def test_free_octets_are_those_for_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = os.statvfs(tmp_path)
    monkeypatch.setattr(os, "statvfs", lambda path: found)  # others write to that disk meanwhile
    assert Disk().free_octets(tmp_path) == found.f_bavail * found.f_frsize
