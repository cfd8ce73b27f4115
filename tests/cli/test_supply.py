"""`ippserver supply`, against our own server with a simulated device and a printer that is not ours."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from ippserver.cli import main
from ippserver.testing import VirtualPrinter


def supply(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["supply", *arguments])


@pytest.fixture
def uri() -> Iterator[str]:
    device = {"simulate": True, "tray": [{"capacity": 10}, {"source": "top", "capacity": 5}]}
    tables = [{"device": device}]
    with VirtualPrinter(settings={"printer": tables}) as printer:
        yield printer.uri


def levels(uri: str) -> dict[str, int]:
    return {part["name"]: part["level"] for part in json.loads(supply(uri, "--json").stdout)}


def test_all_parts_are_shown_with_their_levels(uri: str) -> None:
    result = supply(uri)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[:3] == [
        "tray    main          10 of 10 sheets",
        "tray    top           5 of 5 sheets",
        "supply  black         100 of 100%",
    ]
    assert result.stdout.splitlines()[-2:] == [
        "bin     face-down     0 of 500 sheets",
        "bin     face-up       0 of 500 sheets",
    ]


def test_parts_are_set_by_name_and_the_others_left(uri: str) -> None:
    result = supply(uri, "main=3", "cyan=empty", "face-down=full")
    assert result.exit_code == 0, result.stderr
    after = levels(uri)
    assert (after["main"], after["top"], after["cyan"], after["face-down"]) == (3, 5, 0, 500)
    assert after["black"] == 100


def test_a_refill_makes_everything_as_new_but_what_is_named(uri: str) -> None:
    supply(uri, "main=0", "cyan=empty", "face-down=full")
    assert supply(uri, "--refill", "top=1").exit_code == 0
    after = levels(uri)
    assert (after["main"], after["top"], after["cyan"], after["face-down"]) == (10, 1, 100, 0)


@pytest.mark.parametrize("wrong", ["main", "main=", "main=much", "main=-1", "nowhere=1"])
def test_a_level_that_is_none_is_wrong_usage(uri: str, wrong: str) -> None:
    assert supply(uri, wrong).exit_code == 2


def test_too_much_is_refused_by_the_printer(uri: str) -> None:
    result = supply(uri, "main=11")
    assert result.exit_code == 1
    assert levels(uri)["main"] == 10


def test_the_supplies_of_another_printer_are_shown(ippeveprinter: str) -> None:
    result = supply(ippeveprinter)
    assert result.exit_code == 0, result.stderr
    assert "supply" in result.stdout
