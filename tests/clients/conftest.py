"""Documents, programs and a recording relay for tests with real clients."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from ippserver.testing import VirtualPrinter
from ippserver.testing.tools import require_tool
from tests.clients.cupsd import Cups, daemon

CLIENT_SECONDS = 90.0

Run = Callable[..., str]

PAGE = """%!PS-Adobe-3.0
<</PageSize [595 842]>> setpagedevice
1 1 {pages} {{
  /Helvetica findfont 24 scalefont setfont 36 780 moveto (page ) show 10 string cvs show
  0.9 0.2 0.1 setrgbcolor 36 36 150 210 rectfill showpage
}} for
"""


@pytest.fixture
def prints(tmp_path: Path) -> Path:
    return tmp_path / "prints"


@pytest.fixture
def printer(prints: Path) -> Iterator[VirtualPrinter]:
    """A printer whose documents become files in `prints`."""
    with VirtualPrinter(save=prints) as printer:
        yield printer


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a program in a folder of the test's own and answers what it says; it must succeed."""

    def run(*command: str | Path, ok: Sequence[int] = (0,), environ: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environ,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=CLIENT_SECONDS,
            check=False,
        )
        assert done.returncode in ok, f"{command[0]}: exit status {done.returncode}: {done.stdout}"
        return done.stdout

    return run


@pytest.fixture
def cups(run: Run) -> Iterator[Cups]:
    """CUPS's daemon for this test alone."""
    with daemon(run) as cups:
        yield cups


@pytest.fixture
def ghostscript() -> Callable[[str, Path, int], Path]:
    """Draws pages with Ghostscript: device, target and number of pages."""
    program = require_tool("gs")

    def draw(device: str, target: Path, pages: int) -> Path:
        source = target.with_suffix(".source")
        source.write_text(PAGE.format(pages=pages))
        options = ("-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", f"-sDEVICE={device}", f"-sOutputFile={target}")
        subprocess.run([program, *options, source], check=True, timeout=CLIENT_SECONDS)
        return target

    return draw


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A PDF of one page that every program can read."""
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <<>>>>",
        b"<</Length 29>>\nstream\n1 0 0 rg 36 36 150 210 re f \n\nendstream",
    ]
    octets, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(octets))
        octets += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(octets)
    octets += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % offset for offset in offsets
    )
    octets += b"trailer\n<</Size 5 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    path = tmp_path / "page.pdf"
    path.write_bytes(octets)
    return path
