"""What outputs need of the machine is looked for before a server is started."""

from pathlib import Path

import pytest

from ippserver.config import ConfigError, load, warnings

HOOK = 'type = "webhook", url = "https://h.example.org/x"'
MAIL = 'type = "mail", host = "m.example.org", sender = "a@b.example", recipients = ["c@d.example"]'


def warned(folder: Path, output: str) -> list[str]:
    path = folder / "ippserver.toml"
    path.write_text(f"[[printer]]\noutput = [{{{output}}}]\n")
    return list(warnings(load(path, {}, {})))


@pytest.mark.parametrize(
    ("output", "warning"),
    [
        ('type = "command", command = ["/nowhere/x"]', "command: there is no program /nowhere/x"),
        ('group = "no-such-group"', "group: there is no group no-such-group"),
        (f'{HOOK}, secret = "env:NOT_SET"', "secret: env:NOT_SET is empty"),
        (f'{HOOK}, authorization = "env:NOT_SET"', "authorization: env:NOT_SET is empty"),
        (f'{MAIL}, password = "env:NOT_SET"', "password: env:NOT_SET is empty"),
    ],
)
def test_what_is_not_there_is_warned_of(
    output: str, warning: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    assert warned(tmp_path, output) == [f"printer.0.output.0.{warning}"]


@pytest.mark.parametrize(
    "output",
    [
        'type = "command", command = ["sh"]',
        'group = "root"',
        f'{HOOK}, secret = "env:SET"',
        HOOK,
        'type = "discard"',
    ],
)
def test_what_is_there_is_not(output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SET", "k3y")
    assert warned(tmp_path, output) == []


def test_a_key_of_another_type_of_output_is_not_taken_for_misspelt(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        warned(tmp_path, 'type = "discard", folder = "out"')
    assert [(each.key, each.rule) for each in caught.value.problems] == [
        ("printer.0.output.0.folder", "there is no such key beside this type")
    ]
