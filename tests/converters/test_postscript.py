"""PostScript through Ghostscript in its jail, and PostScript that means harm (SECURITY P10-12, P15-16)."""

import asyncio
import io
import shutil
import struct
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pikepdf
import pytest

from ippserver.converters.limits import WorkerLimits
from ippserver.converters.pool import ConverterPool
from ippserver.converters.postscript import Ghostscript
from ippserver.documents.jail import promised
from ippserver.documents.postscript import WEAK
from ippserver.iana import names
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import ConversionError
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import RangeOfInteger
from ippserver.model import formats
from ippserver.model.conversion import Conversion, Outcome, Wanted
from ippserver.testing.tools import absent, require_tool
from tests.documents.press import pages_of, seen

SECONDS: Final = 120.0
LIMITS: Final = WorkerLimits(page_seconds=SECONDS, look_seconds=0.05)
FONT: Final = b"/Helvetica findfont 20 scalefont setfont 72 400 moveto "
TWO_PAGES: Final = b"%!PS-Adobe-3.0\n" + FONT + b"(one) show showpage " + FONT + b"(two) show showpage\n"
EPS: Final = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 100 100 300 250\n100 100 200 150 rectfill\n"
PREVIEW: Final = struct.pack("<4s6IH", b"\xc5\xd0\xd3\xc6", 30, len(EPS), 0, 0, 30 + len(EPS), 4, 0xFFFF)


@pytest.fixture
def ghostscript() -> Ghostscript:
    """The one that is installed, on a kernel with walls."""
    require_tool("gs")
    found = Ghostscript.found()
    if found is None:
        absent("this kernel has no landlock or no seccomp")
    return found


async def converted(
    folder: Path,
    program: Ghostscript | None,
    document: bytes,
    *attributes: Attribute,
    limits: WorkerLimits = LIMITS,
) -> tuple[Outcome, bytes]:
    """The PDF that comes of `document`; nothing may be left in the folder of workers."""

    async def content() -> AsyncIterator[bytes]:
        yield document

    asked = Conversion(
        source_format=formats.POSTSCRIPT,
        target=Wanted(formats.PDF),
        attributes=AttributeGroup(GroupTag.JOB, attributes),
    )
    work = folder / "convert"
    work.mkdir(exist_ok=True)
    pool = ConverterPool(work, limits, workers=1, ghostscript=program)
    try:
        async with (
            asyncio.timeout(SECONDS),
            pool.convert([asked], [content()], lambda done: None) as (outcome, [part]),
        ):
            return outcome, b"".join([piece async for piece in part.content()])
    finally:
        assert list(work.iterdir()) == []


async def failure(
    folder: Path, program: Ghostscript | None, document: bytes, limits: WorkerLimits = LIMITS
) -> ConversionError:
    with pytest.raises(ConversionError) as caught:
        await converted(folder, program, document, limits=limits)
    return caught.value


def contents(folder: Path) -> dict[str, str]:
    """The files in it."""
    return {file.name: file.read_text() for file in folder.iterdir() if file.is_file()}


@pytest.mark.parametrize(
    "document",
    [TWO_PAGES, b"\x04" + TWO_PAGES + b"\x04", b"\x1b%-12345X@PJL ENTER LANGUAGE=POSTSCRIPT\n" + TWO_PAGES],
)
async def test_postscript_becomes_pdf(tmp_path: Path, ghostscript: Ghostscript, document: bytes) -> None:
    outcome, pdf = await converted(tmp_path, ghostscript, document)
    assert (outcome.pages, outcome.unchanged, outcome.text) == (2, False, "one\ftwo")
    assert pdf.startswith(b"%PDF-")


async def test_the_attributes_of_the_job_count_for_it(tmp_path: Path, ghostscript: Ghostscript) -> None:
    second = names.PAGE_RANGES.of(RangeOfInteger(2, 2))
    outcome, _ = await converted(tmp_path, ghostscript, TWO_PAGES, second)
    assert (outcome.pages, outcome.text) == (1, "two")


async def test_pages_without_a_size_have_that_of_the_medium(tmp_path: Path, ghostscript: Ghostscript) -> None:
    size = Collection([names.X_DIMENSION.of(10480), names.Y_DIMENSION.of(24130)])
    medium = names.MEDIA_COL.of(Collection([names.MEDIA_SIZE.of(size)]))
    _, pdf = await converted(tmp_path, ghostscript, TWO_PAGES, medium)
    assert [(round(width), round(height)) for width, height, _ in pages_of(pdf, tmp_path)] == [(297, 684)] * 2


@pytest.mark.parametrize("document", [EPS, PREVIEW + EPS + b"a picture"])
async def test_of_eps_its_box_is_printed(tmp_path: Path, ghostscript: Ghostscript, document: bytes) -> None:
    _, pdf = await converted(tmp_path, ghostscript, document)
    (page,) = seen(pdf)
    black = np.argwhere(page.max(axis=2) < 128)
    height, width = black.max(axis=0) - black.min(axis=0)
    assert max(width, height) / min(width, height) == pytest.approx(200 / 150, rel=0.02)


async def test_the_same_document_becomes_the_same_file(tmp_path: Path, ghostscript: Ghostscript) -> None:
    """What a crash interrupted is known again by its octets."""
    first, second = [await converted(tmp_path, ghostscript, TWO_PAGES) for _ in range(2)]
    assert first == second


async def test_its_fonts_come_with_it(tmp_path: Path, ghostscript: Ghostscript) -> None:
    _, octets = await converted(tmp_path, ghostscript, TWO_PAGES)
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        assert any(name.startswith("/FontFile") for name in font.FontDescriptor.keys())


# ---- harm


async def test_a_program_gets_at_nothing(tmp_path: Path, ghostscript: Ghostscript) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    assert contents(tmp_path) == {"secret": "hush"}
    attempts = {
        "read": f"({secret}) (r) file 4 string readstring pop",
        "passwd": "(/etc/passwd) (r) file 4 string readstring pop",
        "environment": "(/proc/self/environ) (r) file 4 string readstring pop",
        "write": f"({tmp_path}/new) (w) file closefile (written)",
        "delete": f"({secret}) deletefile (deleted)",
        "rename": f"({secret}) ({tmp_path}/other) renamefile (renamed)",
        "pipe": f"(%pipe%touch {tmp_path}/new) (w) file closefile (run)",
        "list": f"({tmp_path}/*) {{ }} 100 string filenameforall (listed)",
    }
    lines = [
        f"{FONT.decode()} 0 {-20 * number} rmoveto {{ {code} }} stopped {{ ({name} refused) }} if show"
        for number, (name, code) in enumerate(attempts.items())
    ]
    outcome, _ = await converted(tmp_path, ghostscript, "\n".join(["%!PS", *lines, "showpage\n"]).encode())
    refused = outcome.text.splitlines()
    assert refused == [f"{name} refused" if name != "list" else "listed" for name in attempts]  # of nothing
    assert contents(tmp_path) == {"secret": "hush"}


@pytest.mark.parametrize("program", [b"{} loop", b"{ (Page 1\n) print flush } loop"])
async def test_a_program_without_end_is_ended(
    tmp_path: Path, ghostscript: Ghostscript, program: bytes
) -> None:
    found = await failure(tmp_path, ghostscript, b"%!PS\n" + program, replace(LIMITS, page_seconds=2.0))
    assert found.reason == JobStateReason.DOCUMENT_UNPRINTABLE_ERROR


@pytest.mark.parametrize(
    "program", [b"{ 100000000 string } loop", b"/f { f f } def f", b"nonsense showpage", b"(unfinished"]
)
async def test_a_program_without_sense_is_damaged(
    tmp_path: Path, ghostscript: Ghostscript, program: bytes
) -> None:
    found = await failure(tmp_path, ghostscript, b"%!PS\n" + program)
    assert found.reason == JobStateReason.DOCUMENT_FORMAT_ERROR


async def test_a_program_that_writes_without_end_is_ended(tmp_path: Path, ghostscript: Ghostscript) -> None:
    limits = replace(LIMITS, output_octets=2**20)
    document = (
        b"%!PS\n{ 0 0 moveto 0 1 5000 { rand 600 mod rand 800 mod lineto pop } for stroke showpage } loop"
    )
    with pytest.raises(ConversionError) as caught:
        await converted(tmp_path, ghostscript, document, limits=limits)
    assert caught.value.reason in (
        JobStateReason.DOCUMENT_UNPRINTABLE_ERROR,
        JobStateReason.DOCUMENT_FORMAT_ERROR,
    )


async def test_without_walls_nothing_is_begun(tmp_path: Path) -> None:
    weak = Ghostscript(Path("/bin/false"), launcher=(sys.executable, "-c", f"input(); exit({WEAK})"))
    found = await failure(tmp_path, weak, TWO_PAGES)
    assert found.reason == JobStateReason.UNSUPPORTED_DOCUMENT_FORMAT
    assert "landlock" in str(found)


async def test_without_ghostscript_nothing_is_read(tmp_path: Path) -> None:
    assert (await failure(tmp_path, None, TWO_PAGES)).reason == JobStateReason.UNSUPPORTED_DOCUMENT_FORMAT


def test_ghostscript_is_found_where_it_is_installed_and_the_kernel_has_walls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Ghostscript.found() is None
    (tmp_path / "gs").touch(0o755)
    walls = promised()
    assert Ghostscript.found() == (Ghostscript(tmp_path / "gs") if walls.landlock and walls.seccomp else None)


PROGRAM: Final = """
import os, sys
from pathlib import Path
from ippserver.documents import jail, postscript
shell, folder = map(Path, sys.argv[1:])
promised = jail.promised()
walls = jail.enter(jail.JailLimits(), reads=[], writes=[folder], executes=[shell, *postscript._loader(shell)])
assert walls == promised
if not (walls.landlock and walls.seccomp):
    sys.exit(77)
script = "echo begun; (echo forked); exec /bin/true; echo not executed; read line < /etc/passwd; echo $line"
os.execve(shell, ["sh", "-c", script], {})
"""


def test_a_process_becomes_one_program_and_no_other(tmp_path: Path) -> None:
    shell = Path(shutil.which("sh") or "/bin/sh").resolve()
    command = [sys.executable, "-P", "-c", PROGRAM, str(shell), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode == WEAK:
        absent("landlock or seccomp")
    assert done.stdout.split() == ["begun"]
    assert "fork" in done.stderr
