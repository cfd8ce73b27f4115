import os
from pathlib import Path

import pytest

from ippserver.testing.tools import absent, require_file, require_tool


def test_a_program_in_the_path_is_found() -> None:
    found = Path(require_tool("sh"))
    assert found.is_absolute()
    assert os.access(found, os.X_OK)


def test_a_daemon_is_found_without_sbin_in_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    daemon = tmp_path / "daemon"
    daemon.write_text("#!/bin/sh\n")
    daemon.chmod(0o755)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("ippserver.testing.tools.SYSTEM_FOLDERS", (str(tmp_path),))
    assert require_tool("daemon") == str(daemon)


def test_an_absent_program_skips_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="the program no-such-program is not installed"):
        require_tool("no-such-program")


def test_an_absent_file_skips_with_its_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="none is not there"):
        require_file(tmp_path / "none")
    assert require_file(tmp_path) == tmp_path


def test_where_ci_is_true_nothing_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="it is gone, and CI=true allows no gaps"):
        absent("it is gone")
