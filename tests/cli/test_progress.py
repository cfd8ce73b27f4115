"""How far something is: on a terminal only."""

import io
import sys

import pytest

from ippserver.cli.progress import progress

TERMINAL = {"TERM": "xterm", "COLUMNS": "80"}
"""What every terminal of a test is, whatever that is on which the tests run."""


class Terminal(io.StringIO):
    """Standard error of a user who watches."""

    def isatty(self) -> bool:
        return True


def watched(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The terminal that standard error is from now on; pytest would take it from a fixture."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    for name, value in TERMINAL.items():
        monkeypatch.setenv(name, value)
    return terminal


def test_nothing_is_written_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Sending") as report:
        report(1, 2)
    assert capsys.readouterr() == ("", "")


def test_without_rich_a_line_is_written_over_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = watched(monkeypatch)
    monkeypatch.setitem(sys.modules, "rich", None)
    with progress("Sending a.pdf", in_octets=True) as report:
        report(0, 1000)
        report(500, 1000)
        report(501, 1000)
        report(2048, None)
    with progress("Printing job 5") as report:
        report(1, 3)
        report(2, None)
    clear = "\r\x1b[K"
    assert terminal.getvalue() == clear.join(
        [
            "",
            "Sending a.pdf: 0 %",
            "Sending a.pdf: 50 %",
            "Sending a.pdf: 2 KiB",
            "",
            "Printing job 5: 1 of 3",
            "Printing job 5: 2",
            "",
        ]
    )


@pytest.mark.parametrize("in_octets", [True, False])
def test_with_rich_it_is_a_bar(monkeypatch: pytest.MonkeyPatch, in_octets: bool) -> None:
    pytest.importorskip("rich")
    terminal = watched(monkeypatch)
    with progress("Sending [bold]a[/bold].pdf", in_octets=in_octets) as report:
        report(1024, 2048)
    assert "Sending [bold]a[/bold].pdf" in terminal.getvalue()
    assert ("1.0/2.0 KiB" if in_octets else "1024/2048") in terminal.getvalue()
