"""Random histories of a server, held against a model of one; see run.py for long ones."""

import asyncio
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, rule

from ippserver.iana.enums import Operation
from ippserver.operations import table
from tests import effects
from tests.machine import run
from tests.machine.histories import Deviation, live, shortest
from tests.machine.machine import Machine
from tests.machine.steps import KINDS, Step, history, steps


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What goes wrong on purpose fills the log with tens of thousands of lines."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Histories(RuleBasedStateMachine):
    """Steps as Hypothesis chooses them, and leaves out what a failure does not need."""

    kind = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.machine = Machine(self.kind, Path(self.folder.name))
        self.runner.run(self.machine.open())

    def teardown(self) -> None:
        """Ends the server, of which nothing may be left."""
        self.runner.run(self.machine.close())
        self.runner.close()
        self.folder.cleanup()

    @rule(step=steps())
    def do(self, step: Step) -> None:
        self.runner.run(self.machine.do(step))


class HistoriesOnDisk(Histories):
    """The same on the store and spool that keep files."""

    kind = "sqlite"


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=10, stateful_step_count=30, deadline=None)
TestHistoriesOnDisk = HistoriesOnDisk.TestCase
TestHistoriesOnDisk.settings = settings(max_examples=3, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_thousand_random_operations_leave_a_server_as_its_model(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["--operations", "1000", "--seed", "2026", "--store", kind]) == 0
    assert "fine" in capsys.readouterr().out


def test_a_seed_gives_the_same_history_again() -> None:
    assert list(history(7, 300)) == list(history(7, 300))
    assert list(history(7, 300)) != list(history(8, 300))


def test_a_history_has_every_kind_of_step() -> None:
    assert {step.kind for step in history(1, 10_000)} == set(KINDS)


@pytest.fixture
def without_hold_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose Hold-Job does nothing, and says that all is well."""
    without = [
        effects.hollowed(spec) if spec.operation == Operation.HOLD_JOB else spec for spec in table.OPERATIONS
    ]
    monkeypatch.setattr(table, "OPERATIONS", tuple(without))


@pytest.mark.usefixtures("without_hold_job")
def test_an_operation_that_does_nothing_is_noticed_and_shown_in_a_short_history() -> None:
    with pytest.raises(Deviation) as failed:
        live("memory", history(1, 1000))
    short = shortest("memory", failed.value)
    assert [step.kind for step in short.steps][-1] == "hold_job"
    assert len(short.steps) <= 3


@pytest.mark.usefixtures("without_hold_job")
def test_the_command_fails_with_the_history(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--operations", "1000", "--seed", "1", "--store", "memory"]) == 1
    out = capsys.readouterr().out
    assert "seed 1" in out
    assert "hold_job(" in out
