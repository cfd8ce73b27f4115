"""Debian's CUPS, with a daemon of our own: `lp` prints through a raw and through an `everywhere` queue."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ippserver.testing import VirtualPrinter
from tests.clients.cupsd import Cups
from tests.clients.relay import Relay, relay

PRINT_SECONDS = 60.0


@pytest.fixture
def recorder(printer: VirtualPrinter) -> Iterator[Relay]:
    with relay(printer.port) as running:
        yield running


@pytest.mark.parametrize("model", ["raw", "everywhere"])
def test_lp_prints_exactly_what_cups_sent(
    cups: Cups, printer: VirtualPrinter, recorder: Relay, prints: Path, pdf: Path, model: str
) -> None:
    uri = f"ipp://localhost:{recorder.port}/ipp/print"
    cups.add_queue(uri, model)
    cups.run("lp", "-d", "virtual", "-t", "a letter", pdf)
    try:
        printer.wait_for_job(timeout_seconds=PRINT_SECONDS)
    except AssertionError as missing:
        pytest.fail(f"{missing}\n{cups.log}")
    (printed,) = (path for path in prints.iterdir() if path.is_file())
    sent = [document for _, document in recorder.requests() if document]
    assert sent == [printed.read_bytes()]
    assert printed.read_bytes().startswith(b"%PDF")
    if model == "raw":
        assert printed.read_bytes() == pdf.read_bytes()


def test_lp_prints_several_copies_on_both_sides(cups: Cups, printer: VirtualPrinter, pdf: Path) -> None:
    cups.add_queue(printer.uri)
    cups.run(
        "lp",
        "-d",
        "virtual",
        "-n",
        "2",
        "-o",
        "sides=two-sided-long-edge",
        "-o",
        "media=iso_a5_148x210mm",
        pdf,
    )
    job = printer.wait_for_job(timeout_seconds=PRINT_SECONDS)
    asked = {attribute.name: attribute.values for attribute in job.attributes}
    assert asked["sides"] == ("two-sided-long-edge",)


def test_lpstat_sees_the_queue_as_idle(cups: Cups, printer: VirtualPrinter) -> None:
    cups.add_queue(printer.uri)
    assert "printer virtual is idle" in cups.run("lpstat", "-p")


def test_cancel_reaches_the_printer(cups: Cups, pdf: Path) -> None:
    slow = {"printer": [{"name": "slow", "minimum-processing-seconds": 3600}]}
    with VirtualPrinter(settings=slow) as printer:
        cups.add_queue(printer.uri)
        queued = cups.run("lp", "-d", "virtual", pdf).split()
        printer.wait_for_job(state="processing", timeout_seconds=PRINT_SECONDS)
        cups.run("cancel", next(word for word in queued if word.startswith("virtual-")))
        canceled = printer.wait_for_job(state="canceled", timeout_seconds=PRINT_SECONDS)
    assert "job-canceled-by-user" in canceled.reasons
