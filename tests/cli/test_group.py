"""The group of commands: what it lists, and what it does not load."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from ippserver import __version__
from ippserver.cli import COMMANDS, main

HEAVY = ("aiohttp", "asyncio", "pydantic", "rich", "sqlite3", "ippserver.ipp", "ippserver.iana")


def test_help_names_every_command_with_its_summary() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name, command in COMMANDS.items():
        assert any(line.split() == [name, *command.summary.split()] for line in result.stdout.splitlines())


def test_no_command_at_all_prints_the_help() -> None:
    assert CliRunner().invoke(main, []).output == CliRunner().invoke(main, ["--help"]).output


def test_help_loads_nothing_but_click() -> None:
    program = (
        "import sys; from ippserver.cli import main; main(['--help'], standalone_mode=False);"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_the_options_of_all(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert "--version" in result.stdout
    assert CliRunner().invoke(main, [name, "--version"]).stdout == f"ippserver, version {__version__}\n"


LOCAL = {"serve", "check-config", "profiles", "reset", "search", "decode", "dns-sd"}


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - LOCAL))
def test_every_command_that_talks_to_a_printer_has_the_options_of_the_connection(name: str) -> None:
    help_text = CliRunner().invoke(main, [name, "--help"]).stdout
    for option in (
        *("--user", "--password", "--cafile", "--fingerprint", "--insecure"),
        *("--json", "--log-level", "--log-format"),
    ):
        assert option in help_text


def test_a_command_that_is_none_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["prnt"])
    assert result.exit_code == 2
    assert "No such command 'prnt'" in result.stderr


def test_python_m_is_the_same_program() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "ippserver", "--version"], capture_output=True, text=True, check=True
    )
    assert result.stdout == f"ippserver, version {__version__}\n"
