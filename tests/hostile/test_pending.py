"""What of the catalogue waits or runs elsewhere, printed with its reason (`pytest -ra`)."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.hostile.catalogue import malicious
from tests.hostile.test_catalogue import CASES

ROWS: Final = {
    "H": 10,
    "K": 14,
    "L": 14,
    "C": 11,
    "F": 9,
    "V": 21,
    "U": 10,
    "D": 12,
    "T": 52,
    "W": 12,
    "P": 18,
}
"""How many rows each group of the catalogue has."""

PENDING: Final = {
    "T29": "Expect with credentials missing or wrong: comes with authentication",
    "T39": "forwarded addresses from a configured proxy: comes with proxies",
    "U04": "the policy of the printer named, where it differs by printer: comes with authentication",
    "W03": "tokens of forms: come with forms, a page has none",
    "W09": "forms: a page has none",
}
"""Parts of rows that wait, and for what; the rest of each row runs."""

ELSEWHERE: Final = {
    "T20": "test_transport.TestAtHome",
    "T45": "tests/web/test_service.py: test_a_reader_that_does_not_read_is_cut",
    "L04": "test_transport: test_attributes_that_do_not_come",
    "W06": "tests/web/test_site.py: test_a_foreign_host_sees_nothing",
    "W07": "tests/web/test_site.py: test_every_page_is_safe_by_its_header",
    "W12": "tests/web/test_service.py: test_a_connection_above_the_cap_is_told_and_closed",
    "V15": "with outputs: tests/outputs/test_hostile_names.py",
    "W10": "tests/outputs/test_hostile_names.py; no export but JSON, which quotes all",
    "P13": "test_hijacked_workers",
    "P14": "test_hijacked_workers; tests/converters/test_hostile_workers.py",
    "P15": "test_malicious_documents: test_p15_what_is_asked_is_never_a_command",
    "P16": "test_hijacked_workers; tests/documents/test_jail.py",
    "P17": "tests/crash/test_poison.py",
    "P18": "test_hijacked_workers; tests/converters/test_hostile_workers.py",
    "D04": "test_transport: test_d04_more_documents_than_a_job_may_have",
}


@pytest.mark.parametrize(("row", "reason"), PENDING.items(), ids=PENDING)
def test_a_row_that_waits_for_its_part(row: str, reason: str) -> None:
    assert reason
    pytest.skip(f"{row}: {reason}")


def _covered() -> set[str]:
    scripts = [Path(__file__).with_name(name) for name in ("test_transport.py", "test_tls.py")]
    script = "".join(each.read_text() for each in scripts)
    in_script = {found.upper() for found in re.findall(r"[_\"]([dlt]\d\d)(?=[_\"\[-])", script)}
    spans = re.findall(r"test_t(\d\d)_t(\d\d)_", script)
    in_spans = {f"T{row:02}" for first, last in spans for row in range(int(first), int(last) + 1)}
    ids = [case.id for case in CASES] + [row.id for row in malicious.ROWS]
    return {id[:3] for id in ids} | in_script | in_spans


def test_every_row_of_the_catalogue_runs_somewhere() -> None:
    rows = {f"{group}{number:02}" for group, count in ROWS.items() for number in range(1, count + 1)}
    assert sorted(rows - _covered() - set(ELSEWHERE) - set(PENDING)) == []
