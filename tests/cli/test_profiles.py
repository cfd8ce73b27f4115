"""`ippserver profiles`: the list, what follows from one, and the file to begin one's own with."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ippserver.cli import main
from ippserver.config import profile_names


def profiles(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["profiles", *map(str, arguments)])


def test_every_profile_is_listed_with_what_it_is() -> None:
    lines = profiles().stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(profile_names())
    assert all(len(line.split()) > 4 for line in lines)
    as_json = json.loads(profiles("--json").stdout)
    assert [entry["name"] for entry in as_json] == list(profile_names())
    assert all(entry["summary"] for entry in as_json)


def test_all_that_follows_from_one_is_shown() -> None:
    shown = json.loads(profiles("label", "--json").stdout)
    assert shown["printer-kind"] == ["label", "roll"]
    assert "roll_current_108x0mm" in shown["media-ready"]
    lines = profiles("label").stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(shown)


def test_a_file_of_ones_own_is_shown_like_the_others(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(profiles("photo", "--toml").stdout.replace("ippserver Photo", "Acme Selfie"))
    shown = json.loads(profiles(own, "--json").stdout)
    assert shown["printer-make-and-model"] == "Acme Selfie"


def test_the_file_of_a_profile_is_printed_as_it_is() -> None:
    assert tomllib.loads(profiles("receipt", "--toml").stdout)["accept"] == "any"


@pytest.mark.parametrize(
    "wrong", [("office",), ("./nowhere.toml",), ("--toml",), ("photo", "--toml", "--json")]
)
def test_what_is_not_there_is_wrong_usage(wrong: tuple[str, ...]) -> None:
    result = profiles(*wrong)
    assert result.exit_code == 2
    assert result.stderr


def test_every_mistake_in_a_file_is_named(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('colour = true\nqualities = ["best"]\n')
    result = profiles(own)
    assert result.exit_code == 2
    assert set(result.stderr.splitlines()) == {
        f'error: {own}: colour: there is no such key; did you mean "color"?',
        f'error: {own}: qualities.0: "best" is none of draft, normal, high',
    }
