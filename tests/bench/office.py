"""What bench_documents.py measures, in a process of its own: python tests/bench/office.py make|convert ...

Apart from it, since a process counts as its own memory what its parent had when it was started.
"""

import io
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # the script runs where the package is not installed too

import numpy as np
from PIL import Image, ImageFilter

from ippserver.documents.conversion import convert
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Size
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Target, Task
from ippserver.documents.text.letters import Letters
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


def document(pages: int, path: Path) -> None:
    """A PDF of office pages: text, bars in color, and on each second page a photograph."""
    with path.open("wb") as file:
        pdf = PlainPdf(file)
        letters = Letters(pdf)
        photograph = pdf.add_stream(
            b"/Type/XObject/Subtype/Image/Width 1200/Height 800/BitsPerComponent 8"
            b"/ColorSpace/DeviceRGB/Filter/DCTDecode",
            [photo()],
        )
        for number in range(pages):
            lines = [
                " ".join(WORDS[at : at + 11]) for at in range(number * 7 % 300, number * 7 % 300 + 400, 11)
            ]
            content = [letters.line(text, 10, 50, 780 - 13 * at) for at, text in enumerate(lines)]
            content += [
                b"0.%d 0.4 0.8 rg %d 60 30 %d re f\n" % (at, 60 + 40 * at, 20 + 9 * at) for at in range(9)
            ]
            if number % 2:
                content.append(b"q 300 0 0 200 150 180 cm /I Do Q\n")
            resources = letters.resources + b"/XObject<</I %d 0 R>>" % photograph
            pdf.add_page(A4, b"".join(content), resources)
        letters.close()
        pdf.close()


def photo() -> bytes:
    """Something with soft edges and grain, as JPEG."""
    random = np.random.default_rng(1)
    soft = Image.fromarray(random.integers(0, 256, (80, 120, 3), np.uint8)).resize((1200, 800))
    soft = soft.filter(ImageFilter.GaussianBlur(12))
    grain = np.asarray(soft).astype(np.int16) + random.integers(-6, 7, (800, 1200, 3))
    file = io.BytesIO()
    Image.fromarray(grain.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
    return file.getvalue()


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "make":
        document(int(arguments[0]), Path(arguments[1]))
    else:
        converted(*arguments)
