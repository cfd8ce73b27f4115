"""Printers that take no PDF: what they get is held, pixel by pixel, against what poppler draws of the PDF."""

import asyncio
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ippserver.client import IppClient
from ippserver.documents.raster import pwg, urf
from ippserver.documents.raster.pixels import ColorSpace
from ippserver.iana import names
from ippserver.iana.enums import JobState, PrintQuality
from ippserver.iana.keywords import PrintColorMode, Sides
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import RangeOfInteger
from ippserver.model import formats
from ippserver.testing import VirtualPrinter
from ippserver.testing.fakes import stream
from ippserver.testing.printer import CapturedJob
from tests.documents.press import Picture, pdf, seen

PATIENCE_SECONDS = 60.0
DPI = 60
ALIKE = 0.99
"""So much of a page has the same color, give or take 8 of 255: the rest are the edges of what is drawn."""
PWG = {"formats": [formats.PWG_RASTER]}
URF = {"formats": [formats.APPLE_RASTER]}


@contextmanager
def forwarding(
    output: Mapping[str, Any] | None = None, /, **other: Any
) -> Iterator[tuple[VirtualPrinter, VirtualPrinter]]:
    """A printer that forwards, by an `output` like this, and the other one, which is like that."""
    known = {"resolutions-dpi": [DPI], "device": {}, **other}
    with VirtualPrinter(name="other", settings={"printer": [known]}) as there:
        forward = {"type": "forward", "uri": there.uri, **(output or {})}
        with VirtualPrinter(name="first", settings={"printer": [{"output": [forward]}]}) as here:
            yield here, there


def printed(
    here: VirtualPrinter, there: VirtualPrinter, document: tuple[str, bytes], *template: Attribute
) -> CapturedJob:
    """The Job that the other printer has when ours is completed."""

    async def print_() -> JobState:
        async with IppClient(here.uri) as client, asyncio.timeout(PATIENCE_SECONDS):
            said = [names.DOCUMENT_FORMAT.of(document[0])]
            job = await client.print_job(stream([document[1]]), said, template)
            return (await client.wait_for_job(job.id)).state

    assert asyncio.run(print_()) is JobState.COMPLETED
    (job,) = there.jobs
    return job


def pages(job: CapturedJob) -> list[tuple[pwg.PageHeader | urf.PageHeader, Picture]]:
    """Headers and pictures of what a printer got, as its own codec reads it."""
    (document,) = job.documents
    file = io.BytesIO(document.data)
    found: list[tuple[pwg.PageHeader | urf.PageHeader, Picture]] = []
    for page in pwg.read(file) if document.format == formats.PWG_RASTER else urf.read(file):
        rows = np.concatenate(list(page.bands))
        gray = page.header.pixels.space is ColorSpace.SGRAY
        shape = (page.header.height, page.header.width, 1 if gray else 3)
        found.append((page.header, np.broadcast_to(rows.reshape(shape), (*shape[:2], 3))))
    return found


def alike(one: Picture, other: Picture) -> bool:
    """Whether two pictures show the same."""
    assert max(abs(np.subtract(one.shape, other.shape))) <= 1, "both are pages of one size"
    height, width = np.minimum(one.shape, other.shape)[:2]
    difference = np.abs(one[:height, :width].astype(int) - other[:height, :width])
    return bool((difference.max(axis=2) <= 8).mean() >= ALIKE)


@pytest.mark.parametrize("other", [PWG, URF], ids=["pwg", "urf"])
def test_a_pdf_becomes_the_raster_that_the_printer_takes(other: dict[str, Any]) -> None:
    document = pdf(2)
    with forwarding(**other) as (here, there):
        job = printed(here, there, document)
        got = pages(job)
    drawn = seen(document[1], DPI)
    assert len(got) == len(drawn) == 2
    assert all(alike(picture, wanted) for (_, picture), wanted in zip(got, drawn, strict=True))
    assert not alike(got[0][1], drawn[1])


def test_what_is_asked_of_the_pages_is_done_once() -> None:
    document = pdf(4)
    template = (names.PAGE_RANGES.of(RangeOfInteger(2, 3)), names.COPIES.of(3))
    with forwarding(**PWG) as (here, there):
        job = printed(here, there, document, *template)
        got = pages(job)
    drawn = seen(document[1], DPI)
    assert [alike(picture, drawn[at]) for at, (_, picture) in enumerate(got, 1)] == [True, True]
    asked = {attribute.name: attribute for attribute in job.attributes}
    assert names.COPIES.get(asked) == 3
    assert names.PAGE_RANGES.name not in asked


@pytest.mark.parametrize(("dpi", "drawn"), [(0, 300), (70, 72), (1200, 300)])
def test_pages_are_drawn_as_finely_as_the_configuration_says_and_the_printer_takes(
    dpi: int, drawn: int
) -> None:
    with forwarding({"resolution-dpi": dpi}, **PWG, **{"resolutions-dpi": [72, 300]}) as (here, there):
        ((header, _),) = pages(printed(here, there, pdf()))
    assert isinstance(header, pwg.PageHeader)
    assert header.resolution == (drawn, drawn)


def test_a_printer_without_color_gets_gray_pixels() -> None:
    document = pdf()
    with forwarding(color=False, **PWG) as (here, there):
        ((header, picture),) = pages(printed(here, there, document))
    gray = np.asarray(Image.fromarray(seen(document[1], DPI)[0]).convert("L"))
    assert str(header.pixels) == "sgray_8"
    assert alike(picture, np.broadcast_to(gray[..., None], (*gray.shape, 3)))


def test_a_job_in_gray_is_gray_on_a_printer_with_color() -> None:
    mode = names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)
    with forwarding(**URF) as (here, there):
        job = printed(here, there, pdf(), mode)
        ((header, _),) = pages(job)
    assert str(header.pixels) == "sgray_8"
    assert mode in job.attributes


@pytest.mark.parametrize("other", [PWG, URF], ids=["pwg", "urf"])
def test_backs_are_turned_as_the_printer_wants_them(other: dict[str, Any]) -> None:
    document = pdf(2)
    sides = names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE)
    with forwarding(**{"sheet-back": "rotated"}, **other) as (here, there):
        job = printed(here, there, document, sides)
        (_, front), (_, back) = pages(job)
    drawn = seen(document[1], DPI)
    assert alike(front, drawn[0])
    assert alike(back[::-1, ::-1], drawn[1])
    assert sides in job.attributes


def test_pages_are_fit_to_the_sheets_of_the_printer() -> None:
    label = {"media": ["na_index-4x6_4x6in"], "media-default": "na_index-4x6_4x6in"}
    with forwarding(**PWG, **label) as (here, there):
        ((header, picture),) = pages(printed(here, there, pdf()))
    assert (header.width, header.height) == (4 * DPI, 6 * DPI)
    assert (picture < 250).any(), "something is on it"


def test_a_printer_of_pictures_gets_one_document_for_each_side() -> None:
    document = pdf(2)
    with forwarding(formats=[formats.JPEG]) as (here, there):
        job = printed(here, there, document, names.PRINT_QUALITY.of(PrintQuality.DRAFT))
        got = [np.asarray(Image.open(io.BytesIO(each.data)).convert("RGB")) for each in job.documents]
    assert [each.format for each in job.documents] == [formats.JPEG, formats.JPEG]
    drawn = seen(document[1], 150)
    assert [alike(*both) for both in zip(got, drawn, strict=True)] == [True, True]


def test_what_the_printer_takes_goes_on_octet_for_octet() -> None:
    document = pdf(2)
    with forwarding() as (here, there):
        job = printed(here, there, document, names.PAGE_RANGES.of(RangeOfInteger(2, 2)))
        assert [each.data for each in job.documents] == [document[1]]
    assert names.PAGE_RANGES.of(RangeOfInteger(2, 2)) in job.attributes
