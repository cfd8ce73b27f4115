"""Documents beside Ghostscript, poppler and cups-filters: `python tests/bench/bench_documents.py [--short]`.

Each turn is a process of its own, ours too, so that starting and the memory at its highest count for all.
Figures are processor time, in brackets the time by the clock, and resident memory at its highest.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

from ippserver.model import formats

REPOSITORY = Path(__file__).parents[2]
OFFICE = Path(__file__).with_name("office.py")
MEBIBYTE = 2**20


ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**27),
}
"""What workers run with (ippserver/converters/process.py)."""


@dataclass(frozen=True)
class Cost:
    """Of a process."""

    seconds: float
    """Of processors, its children's too."""
    passed: float
    """Seconds by the clock; on a machine that has other work they say little."""
    octets: int
    """Resident, at the highest."""


def as_installed(folder: Path) -> None:
    """Lets all that is imported be compiled once, as where it is installed, even where that is forbidden."""
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def cost(command: Sequence[str], output: Path | None = None) -> Cost:
    """Runs a program, and counts what it took."""
    begin = time.perf_counter()
    with (output or Path(os.devnull)).open("wb") as out:
        child = subprocess.Popen(
            command, stdout=out, stderr=subprocess.DEVNULL, cwd=REPOSITORY, env=os.environ | ENVIRONMENT
        )
    return ended(child, begin)


def ended(child: "subprocess.Popen[bytes]", begin: float, used_before: float = 0.0) -> Cost:
    """Waits for the end of a program: what it took since `begin`."""
    _, status, usage = os.wait4(child.pid, 0)
    passed = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{child.args!r} failed: {child.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime - used_before, passed, usage.ru_maxrss * 1024)


def cost_when_ready(command: Sequence[str]) -> Cost:
    """Runs a program that says when it is ready and is then told to go on: what it took from there."""
    pipe, environment = subprocess.PIPE, os.environ | ENVIRONMENT
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=REPOSITORY, env=environment) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        started = used_by(child.pid)
        begin = time.perf_counter()
        child.stdin.close()
        return ended(child, begin, started)


def used_by(pid: int) -> float:
    """Seconds of processors, so far."""
    *_, user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def ours(
    source: Path, source_format: str, target: str, dpi: int, folder: Path, *, verb: str = "convert"
) -> list[str]:
    """The command that converts a document; with the verb "await" it waits for being told before."""
    return [
        sys.executable,
        str(OFFICE),
        verb,
        *(str(source), source_format, target, str(dpi), str(folder)),
    ]


def make(what: int | str, path: Path) -> None:
    """Writes a PDF of so many office pages, or of one page of that kind."""
    cost([sys.executable, str(OFFICE), "make", str(what), str(path)])


def ghostscript(device: str, dpi: int, source: Path, target: Path, *more: str) -> list[str]:
    options = ("-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", f"-sDEVICE={device}", f"-r{dpi}", *more)
    return [which("gs") or "", *options, f"-sOutputFile={target}", str(source)]


KINDS = ("text", "chart", "photo", "scan", "mixed")
SRGB_RASTER = ("-dcupsColorSpace=19", "-dcupsBitsPerColor=8", "-sPAPERSIZE=a4")
GRAY_RASTER = ("-dcupsColorSpace=18", "-dcupsBitsPerColor=8", "-sPAPERSIZE=a4")
BLACK_RASTER = ("-dcupsColorSpace=3", "-dcupsBitsPerColor=1", "-sPAPERSIZE=a4")
RASTERS = {"sRGB": SRGB_RASTER, "gray": GRAY_RASTER, "black": BLACK_RASTER}


def shown(what: str, mine: Cost, other: Cost, name: str) -> None:
    print(
        f"{what:30} {told(mine)}   {name} {told(other)}"
        f"   {mine.seconds / other.seconds:5.2f} of its time, {mine.passed / other.passed:5.2f} by the clock"
    )


def told(taken: Cost) -> str:
    return f"{taken.seconds:7.2f} s ({taken.passed:6.2f}) {taken.octets / MEBIBYTE:4.0f} MiB"


def speed(pages: int, folder: Path) -> None:
    source, out = folder / "office.pdf", folder / "out"
    out.mkdir()
    make(pages, source)
    for dpi in (150, 300):
        mine = cost(ours(source, formats.PDF, formats.PNG, dpi, out))
        poppler = cost([which("pdftoppm") or "", "-png", "-r", str(dpi), str(source), str(out / "poppler")])
        shown(f"{pages} pages to PNG, {dpi} dpi", mine, poppler, "poppler    ")
    for dpi in (300, 600):
        mine = cost(ours(source, formats.PDF, formats.PWG_RASTER, dpi, out))
        gs = cost(ghostscript("pwgraster", dpi, source, out / "gs", *SRGB_RASTER))
        shown(f"{pages} pages to PWG Raster, {dpi} dpi", mine, gs, "Ghostscript")
        ready = cost_when_ready(ours(source, formats.PDF, formats.PWG_RASTER, dpi, out, verb="await"))
        shown("    by a worker that is ready", ready, gs, "Ghostscript")


def sizes(folder: Path, *, short: bool) -> None:
    """A page of each kind as raster, and as PDF again, by us and by cups-filters."""
    program = Path("/usr/lib/cups/filter/rastertopdf")
    if not program.exists():
        print("skipped: cups-filters is not installed")
        return
    source, out = folder / "sample.pdf", folder / "out"
    raster, cups_pdf = folder / "a.pwg", folder / "a.pdf"
    print("\nOctets of a page in 300 dpi as PDF, ours and those of cups-filters")
    for mode, options in list(RASTERS.items())[: 1 if short else None]:
        totals, seconds = [0, 0], [0.0, 0.0]
        for kind in KINDS:
            make(kind, source)
            cost(ghostscript("pwgraster", 300, source, raster, *options))
            mine = cost(ours(raster, formats.PWG_RASTER, formats.PDF, 300, out))
            theirs = cost([str(program), "1", "user", "title", "1", "", str(raster)], cups_pdf)
            octets = [(out / "part-1").stat().st_size, cups_pdf.stat().st_size]
            print(f"{mode:5} {kind:10} {octets[0]:9} {octets[1]:9}   {octets[0] / octets[1]:5.2f}")
            totals = [sum(both) for both in zip(totals, octets, strict=True)]
            taken = (mine.seconds, theirs.seconds)
            seconds = [sum(both) for both in zip(seconds, taken, strict=True)]
        ratio = totals[0] / totals[1]
        print(
            f"{mode:5} {'all':10} {totals[0]:9} {totals[1]:9}   {ratio:5.2f}"
            f"   {seconds[0]:.2f} s, {seconds[1]:.2f} s of theirs"
        )


def memory(pdf_pages: int, raster_pages: int, folder: Path) -> None:
    source, raster, out = folder / "long.pdf", folder / "long.pwg", folder / "out"
    make(pdf_pages, source)
    cases: list[tuple[str, Callable[[], list[str]]]] = [
        (f"{pdf_pages} pages of PDF to PDF", lambda: ours(source, formats.PDF, formats.PDF, 300, out)),
        (
            f"{pdf_pages} pages of PDF to PNG, 150 dpi",
            lambda: ours(source, formats.PDF, formats.PNG, 150, out),
        ),
        (
            f"{raster_pages} pages of 600 dpi to PDF",
            lambda: ours(raster, formats.PWG_RASTER, formats.PDF, 600, out),
        ),
    ]
    last = f"-dLastPage={raster_pages}"
    cost(ghostscript("pwgraster", 600, source, raster, last, *SRGB_RASTER))
    for name, command in cases:
        taken = cost(command())
        print(f"{name:30} {told(taken)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few pages: does it still run?")
    short = parser.parse_args().short
    for program in ("gs", "pdftoppm"):
        if which(program) is None:
            print(f"skipped: {program} is not installed")
            return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        as_installed(folder / "compiled")
        speed(2 if short else 10, folder)
        sizes(folder, short=short)
        memory(*((5, 1) if short else (200, 100)), folder)


if __name__ == "__main__":
    main()
