"""Random histories of a server, held against a model of one; see run.py for long ones."""

import asyncio
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, rule

from ippserver.iana.enums import Operation
from ippserver.operations import table
from tests import effects
from tests.machine import run
from tests.machine.doing import begun, do, end
from tests.machine.histories import Deviation, live, shortest
from tests.machine.records import OPERATOR
from tests.machine.steps import KINDS, Step, history, steps
from tests.machine.subscriptions import MAX_SUBSCRIPTIONS
from tests.machine.world import PATHS


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What goes wrong on purpose fills the log with tens of thousands of lines."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Histories(RuleBasedStateMachine):
    """Steps as Hypothesis chooses them, and leaves out what a failure does not need."""

    kind = "memory"
    failed = False

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.machine = self.runner.run(begun(self.kind, Path(self.folder.name)))

    def teardown(self) -> None:
        """Ends the server, of which nothing may be left."""
        try:
            if not self.failed:
                self.runner.run(end(self.machine))
        finally:
            self.runner.run(self.machine.world.abandon())
            self.runner.close()
            self.folder.cleanup()

    @rule(step=steps())
    def do(self, step: Step) -> None:
        self.failed = True
        self.runner.run(do(self.machine, step))
        self.failed = False


class HistoriesOnDisk(Histories):
    """The same on the store and spool that keep files."""

    kind = "sqlite"


# Those that are always others are done at length, by run.py.
_SHORT = settings(stateful_step_count=30)

TestHistories = Histories.TestCase
TestHistories.settings = settings(_SHORT, max_examples=10)
TestHistoriesOnDisk = HistoriesOnDisk.TestCase
TestHistoriesOnDisk.settings = settings(_SHORT, max_examples=3)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_thousand_random_operations_leave_a_server_as_its_model(kind: str, repository: Path) -> None:
    """In a process of its own, whose descriptors nobody else opens."""
    command = [
        sys.executable,
        "-m",
        "tests.machine.run",
        "--operations",
        "1000",
        "--seed",
        "2026",
        "--store",
        kind,
    ]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fine" in done.stdout


def test_a_seed_gives_the_same_history_again() -> None:
    assert list(history(7, 400))[:300] == list(history(7, 300))
    assert list(history(7, 300)) != list(history(8, 300))


def test_a_history_has_every_kind_of_step() -> None:
    assert {step.kind for step in history(1, 10_000)} == set(KINDS)


Arguments: TypeAlias = tuple[tuple[str, object], ...]

PRINTER: Arguments = (("path", PATHS[0]), ("user", OPERATOR), ("fault", None))
JOB: Arguments = (("job", 0), ("user", OPERATOR), ("astray", False), ("fault", None))
TOLD: tuple[str, object] = ("events", ("printer-state-changed", "job-progress"))
FINISH = Step("finish", (("path", PATHS[0]), ("nth", 0), ("fault", None)))


async def test_a_job_without_documents_is_completed_when_it_is_let_go(tmp_path: Path) -> None:
    machine = await begun("memory", tmp_path)
    for step in (
        Step("hold_new_jobs", PRINTER),
        Step("create_job", (*PRINTER, ("priority", None), ("hold", None))),
        Step("close_job", JOB),
        Step("release_held_new_jobs", PRINTER),
    ):
        await do(machine, step)
    assert [job.state for job in machine.model.jobs.values()] == ["completed"]
    await end(machine)


async def test_a_job_that_is_begun_anew_is_told_that_its_printer_warns_no_longer(tmp_path: Path) -> None:
    machine = await begun("memory", tmp_path)
    for step in (
        Step("print_subscribed", (*PRINTER, TOLD)),
        Step("finish", (("path", PATHS[0]), ("nth", 0), ("fault", "jam"))),
        Step("restart_job", (*JOB, ("hold", None))),
        Step("get_notifications", (("nth", 0), *JOB[1:])),
    ):
        await do(machine, step)
    (subscription,) = (each for each in machine.subscriptions.all.values() if each.job_id is not None)
    assert [event.state for event in subscription.told] == ["processing", "idle", "idle", "processing"]
    await end(machine)


async def test_a_subscription_goes_for_one_that_the_store_then_cannot_keep(tmp_path: Path) -> None:
    machine = await begun("memory", tmp_path)
    for _ in range(MAX_SUBSCRIPTIONS - len(machine.subscriptions.all)):
        await do(machine, Step("print_subscribed", (*PRINTER, TOLD)))
        await do(machine, FINISH)
    wanted = (("path", PATHS[0]), ("user", OPERATOR), ("fault", "store"), TOLD, ("lease", None))
    await do(machine, Step("create_printer_subscriptions", wanted))
    assert len(machine.subscriptions.all) == MAX_SUBSCRIPTIONS - 1
    await end(machine)


def without(monkeypatch: pytest.MonkeyPatch, operation: Operation) -> None:
    """Has servers whose `operation` does nothing, and says that all is well."""
    specs = (effects.hollowed(spec) if spec.operation == operation else spec for spec in table.OPERATIONS)
    monkeypatch.setattr(table, "OPERATIONS", tuple(specs))


@pytest.mark.parametrize(
    "operation",
    [Operation.PROMOTE_JOB, Operation.SUSPEND_CURRENT_JOB, Operation.CREATE_JOB_SUBSCRIPTIONS],
)
def test_an_operation_that_does_nothing_is_noticed(
    monkeypatch: pytest.MonkeyPatch, operation: Operation
) -> None:
    without(monkeypatch, operation)
    with pytest.raises(Deviation) as failed:
        live("memory", history(1, 1000), closely_every=10)
    assert failed.value.steps[-1].kind == operation.name.lower()


def test_the_command_fails_with_the_history(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without(monkeypatch, Operation.HOLD_JOB)
    assert run.main(["--operations", "500", "--seed", "1", "--store", "memory", "--tries", "1"]) == 1
    out = capsys.readouterr().out
    assert "seed 1" in out
    assert "hold_job(" in out.splitlines()[-1]


def test_a_history_that_fails_is_made_short(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, Operation.PAUSE_PRINTER)
    with pytest.raises(Deviation) as failed:
        live("memory", history(1, 1000))
    steps = failed.value.steps[-8:-1]
    pause = Step("pause_printer", (("path", "/ipp/print"), ("user", "olga"), ("fault", None)))
    assert shortest("memory", Deviation([*steps, pause], "as before")).steps == [pause]
