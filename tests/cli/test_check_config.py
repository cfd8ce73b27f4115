from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ippserver.cli.check_config import command


def check(path: Path, **environ: str) -> Result:
    return CliRunner().invoke(command, [str(path)], env=environ)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ippserver.toml"


def test_a_valid_file_is_confirmed_on_one_line(path: Path) -> None:
    path.write_text('[[printer]]\nname = "a"\n[[printer]]\nname = "b"\n')
    result = check(path)
    assert (result.exit_code, result.stdout) == (0, f"{path}: valid, 2 printers\n")


def test_every_error_is_a_line_with_file_key_and_rule(path: Path) -> None:
    path.write_text('[server]\nlog-level = "loud"\n[limits]\nmax-jobs = 0\n')
    result = check(path)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"error: {path}: server.log-level: must be 'debug', 'info', 'warning' or 'error'",
        f"error: {path}: limits.max-jobs: must be at least 1",
    ]


def test_warnings_do_not_fail(path: Path) -> None:
    path.write_text('[server]\nhost-names = ["192.0.2.7"]\n')
    result = check(path)
    assert result.exit_code == 0
    assert result.stderr.startswith(f"warning: {path}: server.host-names: ipp://192.0.2.7:631/ipp/print: ")


def test_the_environment_is_part_of_what_is_checked(path: Path) -> None:
    path.write_text("")
    result = check(path, IPPSERVER__LIMITS__MAX_JOBS="none")
    assert result.exit_code == 2
    assert result.stderr == "error: IPPSERVER__LIMITS__MAX_JOBS: limits.max-jobs: must be a whole number\n"


def test_a_file_that_is_not_there_is_one_line(path: Path) -> None:
    result = check(path)
    assert (result.exit_code, result.stderr) == (2, f"error: {path}: No such file or directory\n")


def test_the_example_is_valid(repository: Path) -> None:
    result = check(repository / "config" / "ippserver.toml")
    assert (result.exit_code, result.stderr) == (0, "")
