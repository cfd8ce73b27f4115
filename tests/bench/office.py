"""What bench_documents.py measures, in a process of its own: office.py make|convert|await ...

Apart from it, since a process counts as its own memory what its parent had when it was started.
"""

import io
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

import numpy as np
from PIL import Image, ImageFilter

from ippserver.documents.conversion import convert
from ippserver.documents.pdf.drawing import Drawer, View
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Size
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Target, Task
from ippserver.documents.text.letters import Letters
from ippserver.documents.text.rows import row
from ippserver.model import formats

A4 = Size(595.276, 841.89)
WORDS = (Path(__file__).parents[2] / "README.md").read_text().split()
SRGB = PixelFormat(ColorSpace.SRGB, 8)


class Folder:
    """Where the files go (documents.task.Sink)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def part(self, number: int) -> io.BufferedWriter:
        return (self._path / f"part-{number}").open("wb")

    def scratch(self) -> io.BufferedRandom:
        return tempfile.TemporaryFile(dir=self._path)


def converted(source: str, source_format: str, target: str, dpi: str, folder: str) -> None:
    """Converts a document as a worker does."""
    wanted = Target(media_type=target, dpi=int(dpi), pixels=SRGB if target == formats.PWG_RASTER else None)
    with Path(source).open("rb") as file:
        convert(Task(source_format=source_format, target=wanted), file, Folder(Path(folder)), lambda _: None)
    at_the_highest = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    print(*at_the_highest, flush=True)  # resident
    os._exit(0)  # nor does a worker tidy up: it is ended when it has said its result


def document(pages: int, file: BinaryIO) -> None:
    """A PDF of office pages: text, bars in color, and on each second page a photograph."""
    pdf = PlainPdf(file)
    letters = Letters(pdf)
    photograph = pdf.add_stream(
        b"/Type/XObject/Subtype/Image/Width 1200/Height 800/BitsPerComponent 8"
        b"/ColorSpace/DeviceRGB/Filter/DCTDecode",
        [photo()],
    )
    for number in range(pages):
        lines = [" ".join(WORDS[at : at + 11]) for at in range(number * 7 % 300, number * 7 % 300 + 400, 11)]
        content = [letters.line(row(text), 10, 50, 780 - 13 * at) for at, text in enumerate(lines)]
        content += [
            b"0.%d 0.4 0.8 rg %d 60 30 %d re f\n" % (at, 60 + 40 * at, 20 + 9 * at) for at in range(9)
        ]
        if number % 2:
            content.append(b"q 300 0 0 200 150 180 cm /I Do Q\n")
        resources = letters.resources + b"/XObject<</I %d 0 R>>" % photograph
        pdf.add_page(A4, b"".join(content), resources)
    letters.close()
    pdf.close()


def sample(kind: str, path: Path) -> None:
    """A PDF of one page of a kind: text, chart, photo, scan, mixed."""
    with path.open("wb") as file:
        pdf = PlainPdf(file)
        letters = Letters(pdf)
        pictures = b""
        content: list[bytes] = []
        if kind in ("text", "mixed"):
            content += lines(letters, 780, 56 if kind == "text" else 14)
        if kind in ("chart", "mixed"):
            content += bars(letters, 80)
        if kind in ("photo", "mixed"):
            picture = image(pdf, photo(2000, 1333), 2000, 1333, b"/DeviceRGB")
            pictures = b"/XObject<</I %d 0 R>>" % picture
            content.append(b"q 480 0 0 320 57 270 cm /I Do Q\n")
        if kind == "photo":
            content.append(letters.line(row("A photograph with its caption"), 10, 57, 250))
        if kind == "scan":
            picture = image(pdf, scan(), 2480, 3508, b"/DeviceGray")
            pictures = b"/XObject<</I %d 0 R>>" % picture
            content.append(b"q 595.276 0 0 841.89 0 0 cm /I Do Q\n")
        pdf.add_page(A4, b"".join(content), letters.resources + pictures)
        letters.close()
        pdf.close()


def lines(letters: Letters, top: int, count: int) -> list[bytes]:
    """Text."""
    texts = (" ".join(WORDS[at * 11 : at * 11 + 11]) for at in range(count))
    return [letters.line(row(text), 10, 50, top - 13 * at) for at, text in enumerate(texts)]


def bars(letters: Letters, bottom: int) -> list[bytes]:
    """A chart: bars in shades of several colors, a grid, numbers."""
    grid = [b"0.8 G 0.5 w 60 %d m 480 %d l S\n" % (bottom + 20 * at, bottom + 20 * at) for at in range(9)]
    drawn = [
        b"0.%d 0.%d 0.8 rg %d %d 30 %d re f\n" % (at, 9 - at, 65 + 45 * at, bottom, 20 + 15 * at)
        for at in range(9)
    ]
    marks = [letters.line(row(str(at * 20)), 8, 40, bottom + 20 * at) for at in range(9)]
    return [*grid, *drawn, b"0 g\n", *marks]


def image(pdf: PlainPdf, jpeg: bytes, width: int, height: int, space: bytes) -> int:
    """A JPEG, as an object of `pdf`."""
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8" % (width, height)
    return pdf.add_stream(head + b"/ColorSpace%b/Filter/DCTDecode" % space, [jpeg])


def scan() -> bytes:
    """A page of text as a scanner sees it: paper that is not white, grain, soft edges."""
    with io.BytesIO() as file:
        document(1, file)
        with Drawer(file) as drawer:
            view = View(width=2480, height=3508, dpi=300, gray=True)
            page = np.concatenate(list(drawer.bands(0, view))).astype(np.float32)
    grain = np.random.default_rng(2).normal(0, 2, page.shape)
    seen = Image.fromarray((30 + page * 0.83 + grain).clip(0, 255).astype(np.uint8))
    made = io.BytesIO()
    seen.filter(ImageFilter.GaussianBlur(0.8)).save(made, "JPEG", quality=85)
    return made.getvalue()


def photo(width: int = 1200, height: int = 800) -> bytes:
    """Something with soft edges and grain, as JPEG."""
    random = np.random.default_rng(1)
    soft = Image.fromarray(random.integers(0, 256, (80, 120, 3), np.uint8)).resize((width, height))
    soft = soft.filter(ImageFilter.GaussianBlur(12))
    grain = np.asarray(soft).astype(np.int16) + random.integers(-6, 7, (height, width, 3))
    file = io.BytesIO()
    Image.fromarray(grain.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    return file.getvalue()


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "make":
        amount, target = arguments
        if amount.isdecimal():
            with Path(target).open("wb") as made:
                document(int(amount), made)
        else:
            sample(amount, Path(target))
    else:
        if what == "await":
            print("ready", flush=True)
            sys.stdin.readline()
        converted(*arguments)
