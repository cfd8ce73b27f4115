"""Documents are fuzzed for ten seconds (or IPPSERVER_FUZZ_SECONDS); what was found once stays fixed."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ippserver.testing.tools import absent
from tests.fuzz.document_seeds import document_seeds

HARNESS = Path(__file__).with_name("fuzz_documents.py")
FINDINGS = Path(__file__).with_name("findings") / "documents"
SECONDS = int(os.environ.get("IPPSERVER_FUZZ_SECONDS", "10"))
START_AND_END_SECONDS = 90


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
    paths = [tmp_path / str(number) for number, _ in enumerate(document_seeds())]
    for path, seed in zip(paths, document_seeds(), strict=True):
        path.write_bytes(seed)
    inputs = [*paths, *FINDINGS.glob("*.bin")]
    assert len(paths) > 100
    assert f"{len(inputs)} inputs hold" in run("--replay", *map(str, inputs))
