"""Printers of every profile: what they say that they can do, and what they make of it."""

import asyncio
import io
import struct
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pikepdf
import pytest

from ippserver.config import load
from ippserver.config.printers import printer_config
from ippserver.config.profiles import profile_names
from ippserver.documents.conversion import convert
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Size
from ippserver.documents.task import Result, Target, Task
from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from ippserver.model.conversion import in_force
from ippserver.model.printer import PrinterConfig
from ippserver.model.proof import due
from ippserver.testing.desk import Desk
from tests.documents.press import Color, MemorySink, Picture, pdf, upright

each_profile: Final = pytest.mark.parametrize("profile", profile_names())
BOUNDS: Final = ("custom_min_", "custom_max_", "roll_min_", "roll_max_")
"""How names begin that are no media, but the ends of ranges."""
POINTS_PER_HUNDREDTH: Final = 72 / 2540
PAPER: Final = 250
"""What is lighter is paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of a document."""

    asked: AttributeGroup
    """What is in force of what was asked."""
    result: Result
    file: bytes


@cache
def _printer(profile: str) -> PrinterConfig:
    settings = load(None, {}, {"printer": [{"name": "office", "profile": profile}]})
    return printer_config(settings.printers[0], settings.limits)


@cache
def offered(profile: str) -> AttributeGroup:
    """All that a printer of the profile tells of itself."""
    config = _printer(profile)

    async def asked() -> AttributeGroup:
        desk = await Desk(config).open()
        every = names.REQUESTED_ATTRIBUTES.of(Keyword("all"), Keyword(names.MEDIA_COL_DATABASE.name))
        return (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, every)).printer

    return asyncio.run(asked())


def tickets(profile: str, *templates: Sequence[Attribute]) -> list[AttributeGroup]:
    """For each Job of which a printer of the profile is asked `templates`: what is in force for its pages.

    The printer takes each of them as it is, or the test fails.
    """
    config = _printer(profile)

    async def asked() -> list[AttributeGroup]:
        desk = await Desk(config).open()
        (printer,) = desk.printers
        found = []
        for template in templates:
            answer = await desk.create(Operation.PRINT_JOB, names.JOB_NAME.of("Matrix"), job=template)
            assert (answer.status, answer.unsupported) == (Status.SUCCESSFUL_OK, ()), template
            job = due(await desk.job(answer.job_id))
            assert job is not None, "it has pages"
            found.append(in_force(job, job.documents[0], printer.capabilities))
        return found

    return asyncio.run(asked())


def refused(profile: str, *template: Attribute) -> bool:
    """Whether a printer of the profile does not take `template` as it is."""
    config = _printer(profile)

    async def asked() -> bool:
        desk = await Desk(config).open()
        strict = names.IPP_ATTRIBUTE_FIDELITY.of(True)
        answer = await desk.create(Operation.PRINT_JOB, strict, job=template)
        return answer.status == Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED

    return asyncio.run(asked())


def made(profile: str, document: bytes, *template: Attribute, target: str = formats.PDF) -> Made:
    """What a printer of the profile makes of the PDF `document`, asked for `template`."""
    return made_of(tickets(profile, template)[0], document, target=target)


def made_of(asked: AttributeGroup, document: bytes, *, target: str = formats.PDF) -> Made:
    """What is made of the PDF `document`, as is `asked`."""
    task = Task(
        source_format=formats.PDF, target=Target(media_type=target), attributes=asked, title="The Matrix"
    )
    sink = MemorySink()
    result = convert(task, io.BytesIO(document), sink, lambda progress: None)
    (file,) = [document] if result.unchanged else sink.parts
    return Made(asked=asked, result=result, file=file)


def default_size(profile: str) -> Size:
    """The size of the sheet that nobody has to ask for, points."""
    return named_size(str(names.MEDIA_DEFAULT.get(offered(profile))))


def named_size(medium: str) -> Size:
    """Points from a self-describing name: iso_a4_210x297mm (PWG 5101.1, 5)."""
    dimensions = medium.rpartition("_")[2]
    unit = 72 / 25.4 if dimensions.endswith("mm") else 72.0
    width, length = dimensions.removesuffix("mm").removesuffix("in").split("x")
    return Size(float(width) * unit, float(length) * unit)


def size_of(media_col: Collection) -> Size | None:
    """Points from media-size; None where it is a range."""
    size = names.MEDIA_SIZE.get(media_col)
    assert size is not None, media_col
    width, length = names.X_DIMENSION.get(size), names.Y_DIMENSION.get(size)
    if type(width) is not int or type(length) is not int:
        return None
    return Size(width * POINTS_PER_HUNDREDTH, length * POINTS_PER_HUNDREDTH)


def plain_color(number: int) -> tuple[int, int, int]:
    """The gray by which page `number`, up to 17, is known."""
    return (12 * number,) * 3


def plain_pages(count: int, size: Size) -> bytes:
    """A PDF whose pages are of one color each, on white."""
    file = io.BytesIO()
    pdf = PlainPdf(file)
    for number in range(1, count + 1):
        color = " ".join(f"{value / 255:.4f}" for value in plain_color(number))
        place = f"{size.width * 0.3} {size.height * 0.3} {size.width * 0.4} {size.height * 0.4}"
        pdf.add_page(size, f"{color} rg {place} re f".encode(), b"")
    pdf.close()
    return file.getvalue()


def joined(files: Sequence[bytes]) -> bytes:
    """The pages of several PDFs in one, to be looked at together."""
    file = io.BytesIO()
    with pikepdf.new() as whole, ExitStack() as stack:
        for each in files:
            whole.pages.extend(stack.enter_context(pikepdf.open(io.BytesIO(each))).pages)
        whole.save(file)
    return file.getvalue()


def middle(picture: Picture, color: tuple[int, int, int]) -> tuple[float, float]:
    """Where that color is, across and down, in parts of the width and height."""
    rows, columns = np.nonzero(abs(picture.astype(int) - color).max(axis=2) <= 3)
    assert len(rows) > 0, f"nothing is {color}"
    height, width, _ = picture.shape
    return float(columns.mean() / width), float(rows.mean() / height)


def ink(picture: Picture) -> tuple[float, float, float, float]:
    """The part of a page that is not white: left, top, right, bottom, in parts of its size."""
    dark = picture.min(axis=2) < PAPER
    rows, columns = np.flatnonzero(dark.max(axis=1)), np.flatnonzero(dark.max(axis=0))
    height, width, _ = picture.shape
    return (
        float(columns[0] / width),
        float(rows[0] / height),
        float((columns[-1] + 1) / width),
        float((rows[-1] + 1) / height),
    )


@dataclass(frozen=True, slots=True)
class RasterHeader:
    """What stands in the header of the first page of PWG Raster, by its place alone (PWG 5102.4, table 2)."""

    duplex: int
    resolution: tuple[int, int]
    page_size: tuple[int, int]
    tumble: int
    pixels: tuple[int, int]
    quality: int
    name: str


def raster_header(file: bytes) -> RasterHeader:
    """Reads it."""
    header = file[4 : 4 + 1796]
    words = struct.unpack(">449I", header)
    return RasterHeader(
        duplex=words[272 // 4],
        resolution=(words[276 // 4], words[280 // 4]),
        page_size=(words[352 // 4], words[356 // 4]),
        tumble=words[368 // 4],
        pixels=(words[372 // 4], words[376 // 4]),
        quality=words[484 // 4],
        name=header[1732:].rstrip(b"\0").decode(),
    )


def marked(profile: str, pages: int = 1) -> bytes:
    """Marked pages of the size of the sheet."""
    return pdf(pages, default_size(profile))[1]


def is_color(profile: str) -> bool:
    """Whether it prints colors."""
    return bool(names.COLOR_SUPPORTED.get(offered(profile)))


def shown(profile: str, number: int = 1) -> list[Color]:
    """The corners of marked page `number` on a printer of the profile: in gray if it has no colors."""
    if is_color(profile):
        return upright(number)
    shades = [round(0.3 * red + 0.59 * green + 0.11 * blue) for red, green, blue in upright(number)]
    return [(shade,) * 3 for shade in shades]


def smallest(profile: str) -> Attribute:
    """The smallest medium, for what does not depend on it."""
    media = [str(medium) for medium in names.MEDIA_SUPPORTED.all(offered(profile))]
    areas = {
        medium: named_size(medium).width * named_size(medium).height
        for medium in media
        if not medium.startswith(BOUNDS)
    }
    return names.MEDIA.of(Keyword(min(areas, key=areas.__getitem__)))


def sized(width: int, length: int) -> Attribute:
    """A medium of that size, hundredths of a millimetre."""
    size = Collection([names.X_DIMENSION.of(width), names.Y_DIMENSION.of(length)])
    return names.MEDIA_COL.of(Collection([names.MEDIA_SIZE.of(size)]))


def margins_of(entry: Collection) -> tuple[float, float, float, float]:
    """Left, bottom, right and top, points."""
    edges = (
        names.MEDIA_LEFT_MARGIN,
        names.MEDIA_BOTTOM_MARGIN,
        names.MEDIA_RIGHT_MARGIN,
        names.MEDIA_TOP_MARGIN,
    )
    left, bottom, right, top = ((edge.get(entry) or 0) * 72 / 2540 for edge in edges)
    return left, bottom, right, top
