"""The decoder is fuzzed for a minute (or IPPSERVER_FUZZ_SECONDS); what was found once stays fixed."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ippserver.testing.tools import absent
from ippserver.testing.wire import END
from tests.fuzz.seeds import compress, expand, seeds

HARNESS = Path(__file__).with_name("fuzz_decoder.py")
FINDINGS = Path(__file__).with_name("findings")
SECONDS = int(os.environ.get("IPPSERVER_FUZZ_SECONDS", "60"))
START_AND_END_SECONDS = 60


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(HARNESS), *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS + START_AND_END_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-6000:]
    return done.stdout + done.stderr


@pytest.mark.timeout(SECONDS + 2 * START_AND_END_SECONDS)
def test_fuzzing_finds_nothing(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        absent("the package atheris is not installed")
    corpus = tmp_path / "corpus"
    report = run(f"--seconds={SECONDS}", f"--corpus={corpus}", f"--findings={tmp_path}")
    assert "stat::number_of_executed_units" in report
    assert " cov: " in report, "the code was not instrumented"
    assert not list(tmp_path.glob("crash-*"))


def test_seeds_and_old_findings_hold(tmp_path: Path) -> None:
    run("--runs=0", f"--corpus={tmp_path}")
    inputs = [*tmp_path.iterdir(), *FINDINGS.glob("*.bin")]
    assert f"{len(inputs)} inputs hold" in run("--replay", *map(str, inputs))


def test_a_compressed_message_expands_to_itself() -> None:
    well_formed = [octets for octets in seeds() if octets.endswith(END)]
    assert len(well_formed) > 200
    assert [expand(compress(octets)) for octets in well_formed] == well_formed
