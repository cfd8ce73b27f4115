"""The decoder is fuzzed for a minute (or IPPSERVER_FUZZ_SECONDS); what was found once stays fixed."""

import os
from pathlib import Path

import pytest

from ippserver.testing.wire import END
from tests.fuzz.running import Harness
from tests.fuzz.seeds import compress, expand, seeds

FINDINGS = Path(__file__).with_name("findings")
HARNESS = Harness(
    script="fuzz_decoder.py",
    seconds=int(os.environ.get("IPPSERVER_FUZZ_SECONDS", "60")),
    start_and_end_seconds=240,
)


@pytest.mark.timeout(HARNESS.timeout)
def test_fuzzing_finds_nothing(tmp_path: Path) -> None:
    HARNESS.finds_nothing(tmp_path)
    assert list((tmp_path / "corpus").iterdir())


def test_seeds_and_old_findings_hold(tmp_path: Path) -> None:
    HARNESS.run("--runs=0", f"--corpus={tmp_path}")
    inputs = [*tmp_path.iterdir(), *FINDINGS.glob("*.bin")]
    assert f"{len(inputs)} inputs hold" in HARNESS.run("--replay", *map(str, inputs))


def test_a_compressed_message_expands_to_itself() -> None:
    well_formed = [octets for octets in seeds() if octets.endswith(END)]
    assert len(well_formed) > 200
    assert [expand(compress(octets)) for octets in well_formed] == well_formed
