"""What the programs of others write we read, and what we write they read: the same page either way."""

import os
import subprocess
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Target
from ippserver.model import formats
from ippserver.testing.tools import require_tool
from tests.documents.press import SECONDS, Picture, printed, seen, seen_by_ghostscript
from tests.matrix.paper import DPI, difference, filtered, gray, read, reference, sent

TOLERANCE: Final = 42
"""Of 255, in the mean of squares of a sixth of an inch: what a shift by two points would make of an edge."""
TOLERANCE_OF_GRAY: Final = 60
"""Where the colors are others, since programs do not agree how light red is."""
PPD: Final = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*PCFileName: "X.PPD"
*Manufacturer: "X"
*ModelName: "X"
*NickName: "X"
*ColorDevice: True
*DefaultColorSpace: RGB
*cupsFilter2: "application/pdf image/pwg-raster 0 -"
*OpenUI *PageSize/P: PickOne
*DefaultPageSize: A4
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageSize
*DefaultPaperDimension: A4
*PaperDimension A4/A4: "595 842"
*DefaultImageableArea: A4
*ImageableArea A4/A4: "0 0 595 842"
*OpenUI *ColorModel/C: PickOne
*DefaultColorModel: RGB
*ColorModel RGB/C: "<</cupsColorOrder 0/cupsColorSpace 19/cupsBitsPerColor 8>>setpagedevice"
*CloseUI: *ColorModel
*OpenUI *Resolution/R: PickOne
*DefaultResolution: 100dpi
*Resolution 100dpi/R: "<</HWResolution[100 100]>>setpagedevice"
*CloseUI: *Resolution
"""
SPACES_OF_CUPS: Final = {
    ColorSpace.BLACK: 3,
    ColorSpace.CMYK: 6,
    ColorSpace.RGB: 1,
    ColorSpace.SGRAY: 18,
    ColorSpace.SRGB: 19,
    ColorSpace.ADOBE_RGB: 20,
}
"""As raster headers number them (PWG 5102.4, table 5)."""


def looked_at(octets: bytes, media_type: str) -> list[Picture]:
    """What becomes of a raster in PDF, as poppler sees it."""
    return seen(printed((media_type, octets)).file, DPI, smooth=True)


def are_the_pages(pages: list[Picture], pixels: PixelFormat) -> bool:
    """Whether they are the pages that were sent: in gray, unless they have the very colors."""
    wanted, tolerance = reference(), TOLERANCE
    if pixels.space not in (ColorSpace.SRGB, ColorSpace.RGB):
        pages, wanted = ([gray(page) for page in several] for several in (pages, wanted))
        tolerance = TOLERANCE_OF_GRAY
    return len(pages) == len(wanted) and all(map(partial(is_like, tolerance), pages, wanted))


def is_like(tolerance: float, page: Picture, other: Picture) -> bool:
    """Whether they differ by less."""
    return difference(page, other) < tolerance


@pytest.mark.parametrize(
    "pixels",
    [
        PixelFormat(ColorSpace.SGRAY, 8),
        PixelFormat(ColorSpace.SGRAY, 16),
        PixelFormat(ColorSpace.SRGB, 16),
        PixelFormat(ColorSpace.ADOBE_RGB, 8),
        PixelFormat(ColorSpace.RGB, 8),
        PixelFormat(ColorSpace.CMYK, 8),
        PixelFormat(ColorSpace.BLACK, 8),
        PixelFormat(ColorSpace.BLACK, 1),
    ],
    ids=str,
)
def test_pwg_raster_of_ghostscript_is_read(pixels: PixelFormat) -> None:
    how = (f"-dcupsColorSpace={SPACES_OF_CUPS[pixels.space]}", f"-dcupsBitsPerColor={pixels.bits}")
    octets = sent(formats.PWG_RASTER, *how)
    assert are_the_pages(looked_at(octets, formats.PWG_RASTER), pixels)


def test_gray_apple_raster_of_ghostscript_is_read() -> None:
    octets = sent(formats.APPLE_RASTER, "-dcupsColorSpace=18")
    assert are_the_pages(looked_at(octets, formats.APPLE_RASTER), PixelFormat(ColorSpace.SGRAY, 8))


@pytest.mark.parametrize("name", ["pdftoraster", "gstoraster"])
def test_pwg_raster_of_cups_is_read(name: str, tmp_path: Path) -> None:
    ppd = tmp_path / "printer.ppd"
    ppd.write_text(PPD)
    wanted = {"FINAL_CONTENT_TYPE": formats.PWG_RASTER, "CONTENT_TYPE": formats.PDF, "PPD": str(ppd)}
    octets = filtered(name, sent(formats.PDF), **wanted)
    assert are_the_pages(looked_at(octets, formats.PWG_RASTER), PixelFormat(ColorSpace.SRGB, 8))


@pytest.mark.parametrize(
    ("media_type", "pixels"),
    [
        (formats.PWG_RASTER, PixelFormat(ColorSpace.BLACK, 1)),
        (formats.PWG_RASTER, PixelFormat(ColorSpace.BLACK, 8)),
        (formats.PWG_RASTER, PixelFormat(ColorSpace.SGRAY, 8)),
        (formats.PWG_RASTER, PixelFormat(ColorSpace.SGRAY, 16)),
        (formats.PWG_RASTER, PixelFormat(ColorSpace.SRGB, 16)),
        (formats.PWG_RASTER, PixelFormat(ColorSpace.ADOBE_RGB, 8)),
        (formats.PWG_RASTER, PixelFormat(ColorSpace.CMYK, 8)),
        (formats.APPLE_RASTER, PixelFormat(ColorSpace.SGRAY, 8)),
        (formats.APPLE_RASTER, PixelFormat(ColorSpace.ADOBE_RGB, 8)),
    ],
    ids=str,
)
def test_our_rasters_are_read_by_cups(media_type: str, pixels: PixelFormat) -> None:
    target = Target(media_type=media_type, pixels=pixels, dpi=DPI)
    octets = printed((formats.PDF, sent(formats.PDF)), target=target).file
    assert are_the_pages(read({f"a{formats.extension(media_type)}": octets}), pixels)


def told_of(tool: str, pixels: PixelFormat, folder: Path) -> tuple[bytes, bytes]:
    """What a tool of ippeveprinter makes of our PWG Raster, and what it says."""
    target = Target(media_type=formats.PWG_RASTER, pixels=pixels, dpi=DPI)
    source = folder / "page.pwg"
    source.write_bytes(printed((formats.PDF, sent(formats.PDF)), target=target).file)
    done = subprocess.run(
        [require_tool(tool), str(source)],
        env={**os.environ, "CONTENT_TYPE": formats.PWG_RASTER, "IPP_JOB_NAME": "page"},
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    return done.stdout, done.stderr


@pytest.mark.parametrize(
    "pixels", [PixelFormat(ColorSpace.SRGB, 8), PixelFormat(ColorSpace.SGRAY, 8)], ids=str
)
def test_our_pwg_raster_is_printed_by_ippeveprinter_on_postscript(
    pixels: PixelFormat, tmp_path: Path
) -> None:
    made, said = told_of("ippeveps", pixels, tmp_path)
    assert b"ATTR: job-impressions=2\n" in said
    first = gray(seen_by_ghostscript(made, DPI))
    assert is_like(TOLERANCE_OF_GRAY, first, gray(reference()[0]))


@pytest.mark.parametrize(
    "pixels", [PixelFormat(ColorSpace.BLACK, 1), PixelFormat(ColorSpace.SGRAY, 8)], ids=str
)
def test_our_pwg_raster_is_printed_by_ippeveprinter_on_pcl(pixels: PixelFormat, tmp_path: Path) -> None:
    made, said = told_of("ippevepcl", pixels, tmp_path)
    assert b"ATTR: job-impressions=2\n" in said
    assert made.count(b"\x1b*r1A") == 2  # the beginning of graphics on each page
