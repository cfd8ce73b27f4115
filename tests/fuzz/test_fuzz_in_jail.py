"""Some hundred mutants are tried in the jail, always the same (or others for IPPSERVER_FUZZ_SECONDS)."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from ippserver.model import formats
from tests.documents.press import pdf, printed
from tests.fuzz.asked import SOURCES, TARGETS, asked, case
from tests.fuzz.cell import Cell, Conduct
from tests.fuzz.fuzz_in_jail import GROWN_OCTETS, SLOW_SECONDS, complaints
from tests.fuzz.mutation import MOST_OCTETS
from tests.fuzz.running import Harness

SECONDS = int(os.environ.get("IPPSERVER_FUZZ_SECONDS", "0"))
HARNESS = Harness(script="fuzz_in_jail.py", seconds=SECONDS, start_and_end_seconds=240)


@pytest.mark.timeout(HARNESS.timeout)
def test_nothing_but_refusals_comes_of_mutants(tmp_path: Path) -> None:
    how_long = (f"--seconds={SECONDS}",) if SECONDS else ("--runs=300", "--seed=1")
    report = HARNESS.run(*how_long, f"--findings={tmp_path}")
    assert SECONDS or "300 mutants" in report
    assert all(f"{source_format}: " in report for source_format in SOURCES)
    assert "printed: " in report
    assert "DamagedDocument: " in report


def test_an_inmate_does_one_document_after_the_other() -> None:
    sound, damaged = (case(formats.PDF, 1, octets) for octets in (pdf()[1], b"%PDF-1.7 and no more"))
    with Cell() as cell:
        conducts = [cell.convert(*asked(data)) for data in (sound, damaged, sound)]
        assert cell.started == 1
    made, refused, again = conducts
    assert refused.word("error") == "DamagedDocument"
    assert made.result == again.result
    assert made.parts[0].startswith(b"\x89PNG")
    assert not any(list(complaints(conduct, len(sound))) for conduct in conducts)


@pytest.mark.parametrize(
    ("conduct", "complaint"),
    [
        (Conduct(), "silent"),
        (Conduct(overran=True, ended="SIGKILL"), "overran"),
        (Conduct(said=[{"error": "NoRoom"}]), "no room"),
        (Conduct(said=[{"error": "DamagedDocument"}], left=["scratch-1 of 9 octets"]), "left scratch"),
        (Conduct(said=[{"error": "DamagedDocument", "why": ["x"]}], cpu_seconds=2 * SLOW_SECONDS), "slow x"),
        (
            Conduct(said=[{"error": "DamagedDocument", "why": ["x"]}], grown_octets=2 * GROWN_OCTETS),
            "large x",
        ),
        (Conduct(said=[{"broke": '  File "a/b.py", line 7, in f\nKeyError: 1\n'}]), "broke KeyError b.py:7"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_must_not_come_of_a_document_is_seen(conduct: Conduct, complaint: str) -> None:
    assert list(complaints(conduct, MOST_OCTETS)) == [complaint]


def test_a_result_beyond_the_limits_is_seen() -> None:
    sound = printed(pdf(), target=TARGETS[0]).result
    said = [{"result": json.loads(replace(sound, sheets=999).encode())}]
    assert list(complaints(Conduct(said=said, parts=[b"%PDF"]), MOST_OCTETS)) == ["wrong sheets"]
