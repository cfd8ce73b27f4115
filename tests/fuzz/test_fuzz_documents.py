"""Documents are fuzzed for five seconds (or IPPSERVER_FUZZ_SECONDS); what was found once stays fixed."""

import os
from pathlib import Path

import pytest

from tests.fuzz.document_seeds import document_seeds
from tests.fuzz.running import Harness

FINDINGS = Path(__file__).with_name("findings") / "documents"
HARNESS = Harness(
    script="fuzz_documents.py",
    seconds=int(os.environ.get("IPPSERVER_FUZZ_SECONDS", "5")),
    start_and_end_seconds=240,
)


@pytest.mark.timeout(HARNESS.timeout)
def test_fuzzing_finds_nothing(tmp_path: Path) -> None:
    HARNESS.finds_nothing(tmp_path, seed=0 if "IPPSERVER_FUZZ_SECONDS" in os.environ else 1)
    assert list((tmp_path / "corpus").iterdir())


def test_seeds_and_old_findings_hold(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number, _ in enumerate(document_seeds())]
    for path, seed in zip(paths, document_seeds(), strict=True):
        path.write_bytes(seed)
    inputs = [*paths, *FINDINGS.glob("*.bin")]
    assert len(paths) > 100
    assert f"{len(inputs)} inputs hold" in HARNESS.run("--replay", *map(str, inputs))
