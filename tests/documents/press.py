"""A press for tests: documents to print, what becomes of them, and somebody else's eye on that."""

import io
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, Final, cast

import numpy as np
import numpy.typing as npt
from PIL import Image

from ippserver.documents.conversion import convert_together
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Size
from ippserver.documents.raster import pwg, urf
from ippserver.documents.raster.bands import Band, banded
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Limits, Progress, Result, Target, Task
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model import formats
from ippserver.testing.tools import require_tool

SECONDS: Final = 60.0
A4: Final = Size(595.276, 841.89)
A5: Final = Size(419.528, 595.276)
RED: Final = (255, 0, 0)
GREEN: Final = (0, 255, 0)
BLUE: Final = (0, 0, 255)
WHITE: Final = (255, 255, 255)
BLACK: Final = (0, 0, 0)
Color = tuple[int, ...]
Picture = npt.NDArray[np.uint8]
"""Rows, columns, and red, green and blue."""


class _Part(io.BytesIO):
    """A file whose octets stay when it is closed."""

    octets = b""

    def close(self) -> None:
        if not self.closed:
            self.octets = self.getvalue()
        super().close()


class MemorySink:
    """Keeps what is written."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self.scratches: list[_Part] = []

    def part(self, number: int) -> BinaryIO:
        assert number == len(self._parts) + 1, "parts come in order"
        self._parts.append(_Part())
        return self._parts[-1]

    def scratch(self) -> BinaryIO:
        self.scratches.append(_Part())
        return self.scratches[-1]

    @property
    def parts(self) -> list[bytes]:
        assert all(part.closed for part in (*self._parts, *self.scratches)), "every file is closed again"
        return [part.octets for part in self._parts]


class Printed:
    """What became of documents."""

    def __init__(self, result: Result, parts: list[bytes], progress: list[Progress]) -> None:
        self.result = result
        self.parts = parts
        self.progress = progress

    @property
    def file(self) -> bytes:
        """The only one."""
        (file,) = self.parts
        return file


def printed(
    *sources: tuple[str, bytes],
    attributes: Sequence[Attribute] = (),
    target: Target | None = None,
    password: str | None = None,
    limits: Limits | None = None,
) -> Printed:
    """Prints documents, each a media type and octets, as one Job."""
    tasks = [
        Task(
            source_format=media_type,
            target=target or Target(),
            number=number + 1,
            of_documents=len(sources),
            attributes=AttributeGroup(GroupTag.JOB, attributes if number == 0 else ()),
            password=password,
            title="A title",
            limits=limits or Limits(),
        )
        for number, (media_type, _) in enumerate(sources)
    ]
    return converted(tasks, [octets for _, octets in sources])


def converted(tasks: Sequence[Task], documents: Sequence[bytes]) -> Printed:
    """What becomes of documents that have their tasks."""
    sink = MemorySink()
    progress: list[Progress] = []
    result = convert_together(tasks, list(map(io.BytesIO, documents)), sink, progress.append)
    return Printed(result, [documents[0]] if result.unchanged else sink.parts, progress)


def pdf(pages: int = 1, size: Size = A4) -> tuple[str, bytes]:
    """A PDF with `marked` pages."""
    file = io.BytesIO()
    plain = PlainPdf(file)
    for number in range(1, pages + 1):
        width, height = size.width / 2, size.height / 2
        corners = ((0, height, RED), (width, height, GREEN), (0, 0, BLUE), (width, 0, (level(number),) * 3))
        content = "".join(
            f"{color[0] / 255:.5f} {color[1] / 255:.5f} {color[2] / 255:.5f} rg"
            f" {left} {bottom} {width} {height} re f\n"
            for left, bottom, color in corners
        )
        plain.add_page(size, content.encode(), b"")
    plain.close()
    return formats.PDF, file.getvalue()


def level(number: int) -> int:
    """The gray by which page `number` is known."""
    return 20 * number


def marked(number: int, width: int = 60, height: int = 80) -> Picture:
    """A page that shows how it stands: red, green; blue, the gray of its number."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = RED
    picture[: height // 2, width // 2 :] = GREEN
    picture[height // 2 :, : width // 2] = BLUE
    picture[height // 2 :, width // 2 :] = level(number)
    return picture


def image(
    kind: str, number: int = 1, *, dpi: int = 72, size: tuple[int, int] = (60, 80)
) -> tuple[str, bytes]:
    """A marked page as JPEG, PNG or TIFF."""
    file = io.BytesIO()
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    Image.fromarray(marked(number, *size)).save(file, kind, dpi=(dpi, dpi), **options)
    return {"JPEG": formats.JPEG, "PNG": formats.PNG, "TIFF": formats.TIFF}[kind], file.getvalue()


SRGB_8: Final = PixelFormat(ColorSpace.SRGB, 8)


def raster(
    pages: Sequence[Band],
    dpi: int,
    pixels: PixelFormat = SRGB_8,
    *,
    width: int | None = None,
    apple: bool = False,
) -> tuple[str, bytes]:
    """Pages of rows as PWG or Apple Raster, as wide as their octets hold, or as `width`."""
    file = io.BytesIO()
    shapes = [(width or rows.shape[1] * 8 // pixels.bits_per_pixel, rows.shape[0]) for rows in pages]
    if apple:
        apple_writer = urf.Writer(file, len(pages))
        for rows, (columns, height) in zip(pages, shapes, strict=True):
            header = urf.PageHeader(pixels=pixels, width=columns, height=height, dpi=dpi)
            apple_writer.page(header, banded(rows))
        return formats.APPLE_RASTER, file.getvalue()
    writer = pwg.Writer(file)
    for rows, (columns, height) in zip(pages, shapes, strict=True):
        pwg_header = pwg.PageHeader(
            pixels=pixels, width=columns, height=height, resolution=(dpi, dpi), page_size=(0, 0)
        )
        writer.page(pwg_header, banded(rows))
    return formats.PWG_RASTER, file.getvalue()


def rows_of(picture: Picture) -> Band:
    """A picture as rows of octets."""
    return picture.reshape(len(picture), -1)


def marked_raster(pages: int = 1, dpi: int = 18, *, apple: bool = False) -> tuple[str, bytes]:
    """A4 pages that are marked."""
    width, height = round(A4.width * dpi / 72), round(A4.height * dpi / 72)
    rows = [rows_of(marked(number, width, height)) for number in range(1, pages + 1)]
    return raster(rows, dpi, apple=apple)


def seen(document: bytes, dpi: int = 36, *, sound: bool = True, smooth: bool = False) -> list[Picture]:
    """The pages of a PDF as poppler draws them, without complaint if it is `sound`."""
    edges = "yes" if smooth else "no"
    command = [require_tool("pdftoppm"), "-cropbox", "-r", str(dpi), "-aa", edges, "-aaVector", edges, "-"]
    drawn = subprocess.run(command, input=document, capture_output=True, check=True, timeout=SECONDS)
    assert drawn.stderr == b"" or not sound
    return _pictures(drawn.stdout)


def seen_by_ghostscript(document: bytes, dpi: int = 36) -> Picture:
    """The first page of a PDF as Ghostscript draws it."""
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(document)
        file.flush()
        options = ("-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-dLastPage=1", "-sDEVICE=png16m", f"-r{dpi}")
        smooth = ("-dTextAlphaBits=4", "-dGraphicsAlphaBits=4")
        command = [require_tool("gs"), *options, *smooth, "-sOutputFile=-", file.name]
        drawn = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)
    with Image.open(io.BytesIO(drawn.stdout)) as image:
        return np.asarray(image.convert("RGB"))


def _pictures(octets: bytes) -> list[Picture]:
    pictures = []
    while octets:
        head = re.match(rb"P6\s(\d+)\s(\d+)\s255\s", octets)
        assert head is not None
        width, height = int(head[1]), int(head[2])
        end = head.end() + 3 * width * height
        pictures.append(np.frombuffer(octets[head.end() : end], np.uint8).reshape(height, width, 3))
        octets = octets[end:]
    return pictures


def pages_of(document: bytes, folder: Path) -> list[tuple[float, float, int]]:
    """What poppler says of each page of a PDF: width, height, rotation."""
    file = folder / "document.pdf"
    file.write_bytes(document)
    command = [require_tool("pdfinfo"), "-f", "1", "-l", "10000", str(file)]
    said = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS, text=True).stdout
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+) pts", said)
    turns = re.findall(r"Page +\d+ rot: +(\d+)", said)
    return [
        (float(width), float(height), int(turned))
        for (width, height), turned in zip(sizes, turns, strict=True)
    ]


def words_of(document: bytes) -> list[str]:
    """What poppler reads on each page of a PDF."""
    command = [require_tool("pdftotext"), "-layout", "-", "-"]
    done = subprocess.run(command, input=document, capture_output=True, check=True, timeout=SECONDS)
    return [page.strip() for page in done.stdout.decode().split("\f")[:-1]]


def images_of(document: bytes, folder: Path) -> list[tuple[str, int]]:
    """What poppler says of each image in a PDF: its color space and bits of a component."""
    file = folder / "document.pdf"
    file.write_bytes(document)
    command = [require_tool("pdfimages"), "-list", str(file)]
    said = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS, text=True).stdout
    rows = [line.split() for line in said.splitlines()[2:]]
    return [(row[5], int(row[7])) for row in rows]


def pixels_in(document: bytes, folder: Path) -> Picture:
    """The pixels of the only image in a PDF, as poppler takes it out."""
    file = folder / "document.pdf"
    file.write_bytes(document)
    command = [require_tool("pdfimages"), "-png", str(file), str(folder / "image")]
    subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)
    (found,) = folder.glob("image-*.png")
    with Image.open(found) as image:
        return np.asarray(image.convert("RGB"))


def at(picture: Picture, across: float, down: float) -> Color:
    """The color at a place, given in parts of the width and the height."""
    height, width, _ = picture.shape
    return tuple(int(value) for value in picture[int(down * height), int(across * width)])


def corners(picture: Picture, box: tuple[float, float, float, float] = (0, 0, 1, 1)) -> list[Color]:
    """The colors within a part of the picture (left, top, right, bottom): how a marked page stands there."""
    left, top, right, bottom = box
    return [
        at(picture, left + (right - left) * across, top + (bottom - top) * down)
        for down in (0.25, 0.75)
        for across in (0.25, 0.75)
    ]


def about(colors: Sequence[Color], wanted: Sequence[Color], tolerance: int = 6) -> bool:
    """Whether no color differs by more."""
    differences = np.abs(np.array(colors, int) - np.array(wanted, int))
    return bool(differences.max() <= tolerance)


def upright(number: int = 1) -> list[Color]:
    """The corners of page `number`, read as it is."""
    return [RED, GREEN, BLUE, (level(number),) * 3]


def whole(page: pwg.PageHeader | urf.PageHeader, bands: Sequence[Band]) -> Picture:
    """The picture in a raster page of sRGB."""
    rows = np.concatenate(bands)
    return cast(Picture, rows.reshape(page.height, page.width, 3))
