"""Every format that is read becomes every format that is written, looked at by somebody else."""

import io
from collections.abc import Callable
from typing import Final

import numpy as np
import pytest
from PIL import Image

from ippserver.documents.conversion import TARGETS, convert
from ippserver.documents.errors import DamagedDocument, DocumentTooLarge, Unsupported
from ippserver.documents.raster import pwg, urf
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Limits, Target, Task
from ippserver.iana import names
from ippserver.iana.keywords import MultipleDocumentHandling, PrintColorMode, Sides
from ippserver.ipp.attributes import AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import RangeOfInteger
from ippserver.model import formats
from ippserver.model.amount import Kinds
from tests.documents.press import (
    A4,
    MemorySink,
    Picture,
    about,
    corners,
    image,
    marked_raster,
    pdf,
    printed,
    seen,
    upright,
    whole,
)

DPI: Final = 36


def gray_picture(kind: str) -> tuple[str, bytes]:
    """A picture of gray pixels."""
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, kind)
    return f"image/{kind.lower()}", file.getvalue()


INPUTS: Final[dict[str, Callable[[], tuple[str, bytes]]]] = {
    formats.PDF: pdf,
    formats.PCLM: lambda: (formats.PCLM, pdf()[1]),
    formats.JPEG: lambda: image("JPEG", dpi=18, size=(149, 210)),
    formats.PNG: lambda: image("PNG", dpi=18, size=(149, 210)),
    formats.TIFF: lambda: image("TIFF", dpi=18, size=(149, 210)),
    formats.PWG_RASTER: marked_raster,
    formats.APPLE_RASTER: lambda: marked_raster(apple=True),
}


def pictures(media_type: str, parts: list[bytes]) -> list[Picture]:
    """The pages in what was written."""
    if media_type == formats.PDF:
        return seen(parts[0], DPI)
    if media_type == formats.PWG_RASTER:
        return [whole(page.header, list(page.bands)) for page in pwg.read(io.BytesIO(parts[0]))]
    if media_type == formats.APPLE_RASTER:
        return [whole(page.header, list(page.bands)) for page in urf.read(io.BytesIO(parts[0]))]
    return [np.asarray(Image.open(io.BytesIO(part)).convert("RGB")) for part in parts]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("source", INPUTS)
def test_every_format_becomes_every_other(source: str, target: str) -> None:
    made = printed(INPUTS[source](), target=Target(media_type=target, dpi=DPI))
    (page,) = pictures(target, made.parts)
    height, width, _ = page.shape
    assert (width, height) == pytest.approx((A4.width / 2, A4.height / 2), abs=1.5)
    assert about(corners(page), upright(), tolerance=8)
    result = made.result
    assert (result.media_type, result.extension) == (target, formats.extension(target))
    assert (result.pages, result.impressions, result.impressions_completed, result.sheets) == (1, 1, 1, 1)


@pytest.mark.parametrize("target", TARGETS)
def test_text_becomes_every_format(target: str) -> None:
    made = printed((formats.TEXT, b"###\n" * 100), target=Target(media_type=target, dpi=DPI))
    first, second = pictures(target, made.parts)
    assert first.shape[:2] == pytest.approx((A4.height / 2, A4.width / 2), abs=1.5)
    assert 100 < (first < 128).sum() > (second < 128).sum() > 50


def test_every_source_is_tried() -> None:
    assert {*INPUTS, formats.TEXT} == set(formats.READ)


@pytest.mark.parametrize("target", TARGETS)
def test_pages_sides_and_copies_come_out_in_order(target: str) -> None:
    attributes = [names.COPIES.of(2), names.PAGE_RANGES.of(RangeOfInteger(2, 4))]
    made = printed(pdf(5), attributes=attributes, target=Target(media_type=target, dpi=DPI))
    pages = pictures(target, made.parts)
    assert all(
        about(corners(page), upright(number), 8) for page, number in zip(pages, (2, 3, 4) * 2, strict=True)
    )
    assert made.result.parts == (6 if target in (formats.PNG, formats.JPEG) else 1)


@pytest.mark.parametrize("target", TARGETS)
def test_a_blank_back_is_blank(target: str) -> None:
    attributes = [names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE), names.COPIES.of(2)]
    made = printed(pdf(1), attributes=attributes, target=Target(media_type=target, dpi=DPI))
    pages = pictures(target, made.parts)
    assert [bool((page == 255).all()) for page in pages] == [False, True, False, True]
    result = made.result
    assert (result.impressions, result.impressions_completed, result.sheets) == (1, 2, 2)


def test_progress_is_reported_page_by_page_and_side_by_side() -> None:
    made = printed(pdf(3), attributes=[names.COPIES.of(2)], target=Target(media_type=formats.PNG, dpi=9))
    assert list(dict.fromkeys((one.pages, one.impressions) for one in made.progress)) == [
        *((number, 0) for number in (1, 2, 3)),
        *((3, number) for number in range(1, 7)),
    ]
    assert {one.of_impressions for one in made.progress} == {6}


def test_what_must_be_drawn_gray_shows_that_it_goes_on() -> None:
    attributes = [names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)]
    plain = printed(pdf(3))
    made = printed(pdf(3), attributes=attributes, target=Target(dpi=18))
    assert len(made.progress) == len(plain.progress) + 3


def test_documents_of_one_job_become_one() -> None:
    attributes = [names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT)]
    documents = (pdf(2), image("PNG", 3, dpi=18, size=(149, 210)), marked_raster())
    made = printed(*documents, attributes=[*attributes, names.NUMBER_UP.of(4)])
    (page,) = seen(made.file, DPI)
    quarters = [(0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)]
    assert all(
        about(corners(page, quarter), upright(number))
        for quarter, number in zip(quarters, (1, 2, 3, 1), strict=True)
    )
    assert (made.result.pages, made.result.impressions) == (4, 1)


@pytest.mark.parametrize("target", TARGETS)
def test_of_pages_that_are_not_there_nothing_is_printed(target: str) -> None:
    """RFC 8011 5.2.7."""
    nowhere = [names.PAGE_RANGES.of(RangeOfInteger(5, 9))]
    made = printed(pdf(1), attributes=nowhere, target=Target(media_type=target))
    assert (made.result.pages, made.result.sheets, made.result.text) == (0, 0, "")
    assert (made.result.impressions_completed, made.parts, made.result.unchanged) == (0, [], False)


@pytest.mark.parametrize(
    "source",
    [pdf(1), image("JPEG"), marked_raster(1), ("text/plain", b"one page")],
    ids=lambda source: str(source[0]),
)
def test_documents_that_page_ranges_leave_out_do_not_hold_up_the_others(source: tuple[str, bytes]) -> None:
    """Whatever they are, first, last or alone."""
    ranges = [names.PAGE_RANGES.of(RangeOfInteger(2, 3))]
    as_one = names.MULTIPLE_DOCUMENT_HANDLING.of(MultipleDocumentHandling.SINGLE_DOCUMENT)
    made = printed(source, pdf(2), source, attributes=[as_one, *ranges])
    pages = zip(seen(made.file), (1, 2), strict=True)
    assert all(about(corners(page), upright(number)) for page, number in pages)
    assert printed(source, attributes=ranges).parts == []


@pytest.mark.parametrize("target", TARGETS)
def test_of_pages_that_are_partly_there_those_are_printed(target: str) -> None:
    beyond = [names.PAGE_RANGES.of(RangeOfInteger(2, 9), RangeOfInteger(11, 12))]
    made = printed(pdf(3), attributes=beyond, target=Target(media_type=target, dpi=DPI))
    assert len(pictures(target, made.parts)) == made.result.pages == made.result.sheets == 2


def test_an_override_is_about_the_documents_that_it_names_whichever_are_printed_alone() -> None:
    override = [
        names.PAGES.of(RangeOfInteger(1, 9)),
        names.DOCUMENT_NUMBERS.of(RangeOfInteger(2, 2)),
        names.SIDES.of(Sides.TWO_SIDED_LONG_EDGE),
    ]
    attributes = AttributeGroup(GroupTag.JOB, [names.OVERRIDES.of(Collection(override))])
    media_type, octets = pdf(2)
    sheets = []
    for number in (1, 2, 3):
        task = Task(source_format=media_type, attributes=attributes, number=number, of_documents=3)
        done = convert(task, io.BytesIO(octets), MemorySink(), lambda progress: None)
        sheets.append(done.sheets)
    assert sheets == [2, 1, 2]


def test_unknown_formats_are_refused() -> None:
    with pytest.raises(Unsupported, match="reads text/html"):
        printed(("text/html", b"<html>"))
    with pytest.raises(Unsupported, match="writes text/html"):
        printed(pdf(), target=Target(media_type="text/html"))


@pytest.mark.parametrize("source", INPUTS)
def test_a_document_that_is_cut_off_is_damaged(source: str) -> None:
    media_type, octets = INPUTS[source]()
    keep = 30 if source in (formats.PDF, formats.PCLM) else len(octets) * 2 // 3
    with pytest.raises(DamagedDocument):
        printed((media_type, octets[:keep]))


@pytest.mark.parametrize("source", INPUTS)
def test_noise_is_damaged(source: str) -> None:
    with pytest.raises(DamagedDocument):
        printed((source, bytes(range(256)) * 20))


@pytest.mark.parametrize("source", [formats.JPEG, formats.PNG, formats.TIFF, formats.PWG_RASTER])
def test_more_pixels_than_allowed_are_refused(source: str) -> None:
    with pytest.raises(DocumentTooLarge, match="149 by 210"):
        printed(INPUTS[source](), limits=Limits(pixels=149 * 210 - 1))


@pytest.mark.parametrize("document", [pdf(3), marked_raster(3)])
def test_more_pages_than_allowed_are_refused(document: tuple[str, bytes]) -> None:
    with pytest.raises(DocumentTooLarge, match="more than 2 pages"):
        printed(document, limits=Limits(pages=2))
    with pytest.raises(DocumentTooLarge, match="more than 5 pages"):
        printed(document, attributes=[names.COPIES.of(2)], limits=Limits(sides=5))


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        (pdf(1), Kinds(color=1)),
        (image("JPEG"), Kinds(color=1)),
        ((formats.TEXT, b"words"), Kinds(monochrome=1)),
        (marked_raster(), Kinds(color=1)),
        (gray_picture("PNG"), Kinds(monochrome=1)),
        (gray_picture("JPEG"), Kinds(monochrome=1)),
        (gray_picture("TIFF"), Kinds(monochrome=1)),
    ],
)
def test_what_a_format_says_of_color_counts(source: tuple[str, bytes], kinds: Kinds) -> None:
    counts = printed(source).result.counts
    assert (counts.pages, counts.impressions, counts.sheets) == (kinds,) * 3


@pytest.mark.parametrize(("space", "kinds"), [("sgray", Kinds(monochrome=2)), ("srgb", Kinds(color=2))])
def test_what_is_drawn_counts_in_the_colors_that_it_is_drawn_in(space: str, kinds: Kinds) -> None:
    pixels = PixelFormat(ColorSpace(space), 8)
    made = printed(pdf(2), target=Target(media_type=formats.PWG_RASTER, pixels=pixels, dpi=DPI))
    assert made.result.counts.impressions_completed == kinds
