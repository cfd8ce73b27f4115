"""What the filters of CUPS write is read here, and what is written here they read."""

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.documents.task import Target
from ippserver.model import formats
from ippserver.testing.tools import require_file
from tests.documents.press import (
    SECONDS,
    about,
    corners,
    marked_raster,
    pdf,
    printed,
    seen,
    upright,
)

FILTERS: Final = Path("/usr/lib/cups/filter")
PPD: Final = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "X.PPD"
*Manufacturer: "X"
*Product: "(X)"
*ModelName: "X"
*ShortNickName: "X"
*NickName: "X"
*PSVersion: "(3010.000) 0"
*ColorDevice: True
*DefaultColorSpace: RGB
*cupsPclmStripHeightPreferred: "16"
*cupsPclmStripHeightSupported: "16"
*cupsPclmSourceResolutionDefault: "{dpi}dpi"
*cupsPclmSourceResolutionSupported: "{dpi}dpi"
*cupsPclmCompressionMethodPreferred: "flate"
*cupsPclmRasterBackSide: "normal"
*OpenUI *PageSize/P: PickOne
*DefaultPageSize: A4
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageSize
*DefaultPaperDimension: A4
*PaperDimension A4/A4: "595 842"
*DefaultImageableArea: A4
*ImageableArea A4/A4: "0 0 595 842"
"""


def filtered(name: str, document: bytes, folder: Path, **environment: str) -> bytes:
    """What a filter of CUPS makes of a document."""
    program = require_file(FILTERS / name)
    source = folder / "source"
    source.write_bytes(document)
    done = subprocess.run(
        [str(program), "1", "user", "title", "1", "", str(source)],
        env={**os.environ, "CUPS_SERVERBIN": "/usr/lib/cups", **environment},
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    return done.stdout


def test_pclm_of_cups_is_read(tmp_path: Path) -> None:
    """Its pages are strips of pixels, one under the other."""
    ppd = tmp_path / "printer.ppd"
    ppd.write_text(PPD.format(dpi=72))
    _, raster = marked_raster(2, dpi=72)
    pclm = filtered("rastertopclm", raster, tmp_path, PPD=str(ppd), FINAL_CONTENT_TYPE=formats.PCLM)
    assert formats.detect(pclm) == formats.PCLM
    made = printed((formats.PCLM, pclm))
    assert [about(corners(page), upright(number)) for number, page in enumerate(seen(made.file), 1)] == [
        True
    ] * 2
    assert made.result.text == ""


@pytest.mark.parametrize(
    "pixels",
    [PixelFormat(ColorSpace.SRGB, 8), PixelFormat(ColorSpace.SGRAY, 8), PixelFormat(ColorSpace.BLACK, 1)],
    ids=str,
)
def test_our_pwg_raster_is_read_by_cups(pixels: PixelFormat, tmp_path: Path) -> None:
    target = Target(media_type=formats.PWG_RASTER, pixels=pixels, dpi=72)
    raster = printed(pdf(2), target=target).file
    first, second = seen(filtered("rastertopdf", raster, tmp_path), 72, sound=False)
    assert first.shape == second.shape == pytest.approx((842, 595, 3), abs=1)
    if pixels.components == 3:
        assert about(corners(first), upright())
    shades = [int(page[600:, 350:].mean()) for page in (first, second)]
    assert shades == pytest.approx([20, 40], abs=9)  # its gray has a gamma
