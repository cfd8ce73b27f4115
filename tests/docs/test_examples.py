"""Every example that a page marks with `<!-- run -->` runs, block after block, as a reader would type it.

`<!-- run: PROGRAM -->` needs that program too. Port 8631 stands for a free one here; after `ippserver serve`
the test waits until the printer answers, as a reader would.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ippserver.testing.ports import free_port

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(
    r"^<!-- run(?:: (?P<tool>\w+))? -->\n```(?P<language>\w+)\n(?P<code>.*?)^```$", re.M | re.S
)
PAGE_SECONDS = 300.0
WAIT = """
for _ in $(seq 100); do
    ippserver healthcheck ipp://localhost:8631/ipp/print >/dev/null 2>&1 && break
    sleep 0.1
done
"""


def pages() -> list[Path]:
    return sorted(path for path in DOCS.rglob("*.md") if BLOCK.search(path.read_text(encoding="utf-8")))


def steps(page: Path) -> Iterator[str]:
    """The page as lines of one shell script."""
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["tool"] and shutil.which(block["tool"]) is None:
            yield f"echo 'left out: {block['tool']} is not installed'"
        elif block["language"] == "python":
            yield f"python - <<'END-OF-EXAMPLE'\n{block['code']}END-OF-EXAMPLE"
        else:
            yield block["code"] + (WAIT if "ippserver serve" in block["code"] else "")


@pytest.mark.timeout(PAGE_SECONDS + 60)
@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(DOCS)))
def test_the_examples_of_a_page_run(page: Path, tmp_path: Path) -> None:
    script = "\n".join(["set -eux", *steps(page)]).replace("8631", str(free_port()))
    environ = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "HOME": str(tmp_path),
        "IPPSERVER__SERVER__DATA_DIR": str(tmp_path / "data"),
        "IPPSERVER__DNS_SD__ENABLED": "false",  # the network of whoever runs this need not know
    }
    with (
        (tmp_path / "said").open("w+", encoding="utf-8") as said,
        subprocess.Popen(
            ["bash", "-c", script],
            cwd=tmp_path,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as shell,
    ):
        try:
            status = shell.wait(PAGE_SECONDS)
        finally:
            _end(shell.pid)
        said.seek(0)
        assert status == 0, said.read()


def _end(session: int) -> None:
    """Ends whatever an example that failed has left running."""
    try:
        os.killpg(session, signal.SIGKILL)
    except ProcessLookupError:
        return


def test_the_tutorial_and_several_howtos_are_run() -> None:
    assert {page.name for page in pages()} >= {"first-printer.md", "several-printers.md", "pytest.md"}


def test_every_marked_block_is_found() -> None:
    marks = sum(path.read_text(encoding="utf-8").count("<!-- run") for path in DOCS.rglob("*.md"))
    assert marks == sum(len(list(steps(page))) for page in pages()) > 10
