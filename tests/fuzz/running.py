"""Fuzzers as processes."""

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ippserver.testing.tools import absent


@dataclass(frozen=True, kw_only=True)
class Harness:
    """A script of this folder that fuzzes."""

    script: str
    seconds: int
    """How long it fuzzes."""
    start_and_end_seconds: int
    """What it may take besides."""

    @property
    def timeout(self) -> int:
        """Of the test."""
        return self.seconds + 2 * self.start_and_end_seconds

    def run(self, *arguments: str) -> str:
        """What it says."""
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name(self.script)), *arguments],
            capture_output=True,
            text=True,
            timeout=self.seconds + self.start_and_end_seconds,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-6000:]
        return done.stdout + done.stderr

    def finds_nothing(self, folder: Path, *, seed: int = 0) -> None:
        """Has it fuzz, with random numbers from `seed` on; from 0, with others each time."""
        if importlib.util.find_spec("atheris") is None:
            absent("the package atheris is not installed")
        report = self.run(
            f"--seconds={self.seconds}",
            f"--seed={seed}",
            f"--corpus={folder / 'corpus'}",
            f"--findings={folder}",
        )
        assert "stat::number_of_executed_units" in report
        assert " cov: " in report, "the code was not instrumented"
        assert not list(folder.glob("crash-*"))
