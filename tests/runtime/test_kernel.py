import errno
import os
from pathlib import Path

import pytest

from ippserver.runtime import kernel
from ippserver.runtime.files import Disk, descriptor_of


def _rename(folder: Path) -> None:
    with descriptor_of(folder, Disk()) as descriptor:
        kernel.rename_new("from", "to", source_folder=descriptor, target_folder=descriptor)


def test_a_file_is_renamed_where_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "from").write_text("content")
    _rename(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["to"]


def test_a_file_is_not_renamed_over_another(tmp_path: Path) -> None:
    (tmp_path / "from").touch()
    (tmp_path / "to").touch()
    with pytest.raises(FileExistsError):
        _rename(tmp_path)


def test_what_is_not_there_is_not_renamed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        _rename(tmp_path)


def test_beginning_the_writeback_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb", buffering=0) as file:
        file.write(b"x" * 100_000)
        kernel.begin_writeback(file.fileno(), 0, 100_000)
        os.fsync(file.fileno())
    assert (tmp_path / "file").read_bytes() == b"x" * 100_000


def test_a_system_without_the_calls_says_so_or_does_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "_function", lambda name: None)
    kernel.begin_writeback(0, 0, 1)
    with pytest.raises(OSError, match="without replacing") as caught:
        _rename(tmp_path)
    assert caught.value.errno == errno.EOPNOTSUPP
