"""CUPS's programs straight against the server, with no daemon between: `lpstat -h HOST` and its like."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ippserver.ipp.values import RangeOfInteger, Resolution
from ippserver.testing import CapturedJob, VirtualPrinter
from ippserver.testing.tools import require_tool

Run = Callable[..., str]

YEAR = r"20\d\d"
OFFICE = "Office"
SLOW = "slow"
PRINTERS = [
    {"name": OFFICE, "location": "Hall"},
    {"name": SLOW, "minimum-processing-seconds": 3600},
]


@dataclass(frozen=True)
class Programs:
    """Runs CUPS's programs against a server with the printers `Office` and `slow`, as the user alice."""

    printer: VirtualPrinter
    home: Path
    run_program: Run

    def __call__(self, command: str, *more: str | Path, ok: int = 0) -> str:
        """What `command` says, with HOST for the server; it must exit with `ok`."""
        program, *arguments = command.replace("HOST", f"localhost:{self.printer.port}").split()
        environ = {
            **{name: value for name, value in os.environ.items() if name not in ("PRINTER", "LPDEST")},
            "HOME": str(self.home),  # where the user's own default printer would stand
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "CUPS_USER": "alice",
        }
        return self.run_program(require_tool(program), *arguments, *more, ok=[ok], environ=environ)

    def print(self, command: str, *more: str | Path) -> int:
        """The job-id of what `lp` prints."""
        said = re.fullmatch(r"request id is \S+-(\d+) \(\d+ file\(s\)\)\n", self(command, *more))
        assert said, "lp tells the request id"
        return int(said[1])

    def job(self, job_id: int, state: str) -> CapturedJob:
        """The job as soon as it is in that state."""
        found = self.printer.wait_for_jobs(1, state=state)
        return next(job for job in found if job.id == job_id)


@pytest.fixture
def cups(run: Run, tmp_path: Path) -> Iterator[Programs]:
    with VirtualPrinter(settings={"printer": PRINTERS}) as printer:
        yield Programs(printer, tmp_path, run)


# ---- lpstat


def test_lpstat_lists_the_printers_that_accept_jobs_since_when(cups: Programs) -> None:
    said = cups("lpstat -h HOST -a").splitlines()
    assert [line.split()[0] for line in said] == [OFFICE, SLOW]
    assert all(re.search(rf"accepting requests since .* {YEAR}$", line) for line in said)


def test_lpstat_shows_the_state_of_each_printer(cups: Programs, pdf: Path) -> None:
    assert re.search(rf"printer Office is idle\.  enabled since .* {YEAR}", cups("lpstat -h HOST -p Office"))
    cups.print("lp -h HOST -d slow", pdf)
    cups.printer.wait_for_job(state="processing")
    said = cups("lpstat -h HOST -p")
    assert "printer Office is idle" in said
    assert "printer slow" in said


def test_lpstat_names_the_default_printer(cups: Programs) -> None:
    assert cups("lpstat -h HOST -d") == "system default destination: Office\n"


def test_lpstat_shows_where_printers_are(cups: Programs) -> None:
    root = f"ipp://localhost:{cups.printer.port}/printers"
    assert cups("lpstat -h HOST -v") == f"device for Office: {root}/Office\ndevice for slow: {root}/slow\n"


def test_lpstat_lists_the_queue_by_the_printers_names(cups: Programs, pdf: Path) -> None:
    first = cups.print("lp -h HOST -d slow", pdf)
    second = cups.print("lp -h HOST -d Office -H indefinite", pdf)
    said = cups("lpstat -h HOST -o").splitlines()
    assert {line.split()[0] for line in said} == {f"slow-{first}", f"Office-{second}"}
    assert all(re.search(rf" 1024 .* {YEAR}$", line) for line in said)
    assert cups("lpstat -h HOST -o slow").startswith(f"slow-{first} ")


def test_lpstat_lists_what_is_done(cups: Programs, pdf: Path) -> None:
    job_id = cups.print("lp -h HOST -d Office", pdf)
    cups.job(job_id, "completed")
    assert cups("lpstat -h HOST -W completed -o").startswith(f"Office-{job_id} ")
    assert cups("lpstat -h HOST -o") == ""


def test_lpstat_says_everything_at_once(cups: Programs) -> None:
    said = cups("lpstat -h HOST -t")
    for part in ("scheduler is running", "system default destination: Office", "slow accepting requests"):
        assert part in said


def test_lpstat_knows_no_classes(cups: Programs) -> None:
    assert cups("lpstat -h HOST -c") == ""


def test_cupsreject_and_cupsaccept_close_and_open_a_printer(cups: Programs, pdf: Path) -> None:
    cups("cupsreject -h HOST slow")
    assert "slow not accepting requests" in cups("lpstat -h HOST -a slow")
    assert "not accepting" in cups("lp -h HOST -d slow", pdf, ok=1)
    cups("cupsaccept -h HOST slow")
    assert "slow accepting requests" in cups("lpstat -h HOST -a slow")


# ---- lp, lpr and cancel


def test_lp_prints_the_files_with_its_options(cups: Programs, pdf: Path) -> None:
    options = "-n 2 -q 70 -o sides=two-sided-long-edge -o media=iso_a5_148x210mm -t letter"
    job_id = cups.print(f"lp -h HOST -d Office {options}", pdf, pdf)
    job = cups.job(job_id, "completed")
    assert (job.name, job.printer) == ("letter", "/ipp/print")
    assert [document.data for document in job.documents] == [pdf.read_bytes()] * 2
    asked = {attribute.name: attribute.values for attribute in job.attributes}
    assert asked["copies"] == (2,)
    assert asked["sides"] == ("two-sided-long-edge",)
    assert asked["media"] == ("iso_a5_148x210mm",)


def test_every_option_of_lp_arrives_as_it_is_where_no_daemon_carries_it_out(
    cups: Programs, pdf: Path
) -> None:
    wishes: dict[str, tuple[str, object]] = {
        "number-up": ("2", 2),
        "page-ranges": ("2-4", RangeOfInteger(2, 4)),
        "orientation-requested": ("4", 4),
        "print-scaling": ("fit", "fit"),
        "print-quality": ("5", 5),
        "print-color-mode": ("monochrome", "monochrome"),
        "output-bin": ("face-down", "face-down"),
        "finishings": ("3", 3),
        "printer-resolution": ("300dpi", Resolution(300, 300)),
    }
    options = " ".join(f"-o {name}={said}" for name, (said, _) in wishes.items())
    job = cups.job(cups.print(f"lp -h HOST -d Office {options}", pdf), "completed")
    asked = {attribute.name: attribute.values for attribute in job.attributes}
    assert {name: asked.get(name) for name in wishes} == {
        name: (meant,) for name, (_, meant) in wishes.items()
    }


def test_lp_without_a_destination_prints_to_the_default_one(cups: Programs, pdf: Path) -> None:
    assert cups.job(cups.print("lp -h HOST", pdf), "completed").printer == "/ipp/print"


def test_lp_knows_which_printers_there_are(cups: Programs, pdf: Path) -> None:
    said = cups("lp -h HOST -d nobody", pdf, ok=1)
    assert "nobody" in said or "does not exist" in said
    assert cups.printer.jobs == []


def test_lpr_prints(cups: Programs, pdf: Path) -> None:
    cups("lpr -H HOST -P slow -T letter", pdf)
    job = cups.printer.wait_for_job(state="processing")
    assert (job.name, job.printer) == ("letter", "/ipp/print/slow")
    assert job.documents[0].data == pdf.read_bytes()


@pytest.mark.parametrize("name", ["slow-{}", "{}"])
def test_cancel_ends_a_job(cups: Programs, pdf: Path, name: str) -> None:
    job_id = cups.print("lp -h HOST -d slow", pdf)
    cups.job(job_id, "processing")
    assert cups("cancel -h HOST", name.format(job_id)) == ""
    assert "job-canceled-by-user" in cups.job(job_id, "canceled").reasons


def test_cancel_says_when_there_is_no_such_job(cups: Programs) -> None:
    assert "There is no such job." in cups("cancel -h HOST 99", ok=1)


def test_cancel_ends_what_a_printer_is_at_work_on(cups: Programs, pdf: Path) -> None:
    job_id = cups.print("lp -h HOST -d slow", pdf)
    cups.job(job_id, "processing")
    assert cups("cancel -h HOST slow") == ""
    assert "job-canceled-by-user" in cups.job(job_id, "canceled").reasons


@pytest.mark.parametrize("command", ["cancel -h HOST -a slow", "cancel -h HOST -a", "lprm -h HOST -P slow -"])
def test_all_jobs_are_canceled_and_their_history_stays(cups: Programs, pdf: Path, command: str) -> None:
    done = cups.print("lp -h HOST -d Office", pdf)
    cups.job(done, "completed")
    waiting = cups.print("lp -h HOST -d slow", pdf)
    cups(command)
    cups.job(waiting, "canceled")
    assert {job.id for job in cups.printer.jobs} == {done, waiting}


def test_a_held_job_is_let_go_and_a_waiting_one_changed(cups: Programs, pdf: Path) -> None:
    job_id = cups.print("lp -h HOST -d Office -H hold", pdf)
    cups("lp -h HOST -q 70", "-i", str(job_id))
    cups("lp -h HOST -H resume", "-i", f"Office-{job_id}")
    assert cups.job(job_id, "completed").documents[0].data == pdf.read_bytes()


def test_what_lp_prints_with_a_password_waits_for_it(cups: Programs, pdf: Path) -> None:
    password = "-o job-password=4711 -o job-password-encryption=none"
    job_id = cups.print(f"lp -h HOST -d Office {password}", pdf)
    assert cups.job(job_id, "pending-held").user == "alice"


# ---- lpq and lprm


def test_lpq_lists_the_queue_of_one_printer_and_of_all(cups: Programs, pdf: Path) -> None:
    job_id = cups.print("lp -h HOST -d slow -t letter", pdf)
    cups.job(job_id, "processing")
    said = cups("lpq -h HOST -P slow").splitlines()
    assert said[0].startswith("slow is ready")
    assert re.match(rf"active +\S+ +{job_id} +letter +1024 bytes$", said[-1])
    assert cups("lpq -h HOST -a").splitlines()[-1] == said[-1]
    assert cups("lpq -h HOST -P Office").splitlines()[-1] == "no entries"


def test_lprm_ends_a_job(cups: Programs, pdf: Path) -> None:
    job_id = cups.print("lp -h HOST -d slow", pdf)
    cups.job(job_id, "processing")
    cups("lprm -h HOST", str(job_id))
    assert cups.job(job_id, "canceled").documents[0].data == pdf.read_bytes()


def test_lpoptions_shows_what_a_printer_is(cups: Programs) -> None:
    said = cups("lpoptions -h HOST -p Office")
    assert "printer-location=Hall" in said
    assert f"printer-uri-supported=ipp://localhost:{cups.printer.port}/printers/Office" in said
