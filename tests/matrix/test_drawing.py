"""A page with much that PDF can draw comes out as poppler and Ghostscript draw the original."""

import io
from typing import Final

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from ippserver.documents.task import Target
from ippserver.iana import names
from ippserver.iana.enums import OrientationRequested
from ippserver.iana.keywords import PrintColorMode
from ippserver.ipp.attributes import Attribute
from ippserver.model import formats
from tests.documents.press import A4, printed, seen, seen_by_ghostscript
from tests.matrix.paper import DPI, difference, gray, read

TOLERANCE_OF_DRAWING: Final = 36
"""Of 255, in the mean of squares of a sixth of an inch, between two programs that draw the same."""
TOLERANCE_OF_LAYOUT: Final = 12
"""The same where one program draws both."""
CONTENT = b"""
q 40 600 200 200 re W n /Axial sh Q
q 300 600 200 200 re W n /Radial sh Q
/Pattern cs /Tiles scn 40 380 200 200 re f
1 1 0 rg 300 400 120 120 re f q /Multiply gs 0 1 1 rg 360 440 120 120 re f Q
q /Half gs 1 0 0 rg 330 380 60 180 re f Q
q /Masked gs 0 0 1 rg 40 160 200 200 re f Q
0 0.8 0.9 0.1 k 300 160 90 200 re f 0.9 0.2 0 0 k 390 160 90 200 re f
q 180 0 0 100 40 40 cm /Image Do Q
0 G 6 w [20 10] 0 d 300 60 m 480 140 l S [] 0 d
q 300 20 80 100 re 340 40 80 100 re W* n 0.5 0 0.5 rg 280 0 200 200 re f Q
BT /Glyphs 60 Tf 400 60 Td (aa) Tj ET
"""


def rich() -> bytes:
    """A page with shadings, a pattern, blending, a mask, inks, a picture with a hole, a font of drawings."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=A4)
        page = pdf.pages[0].obj
        page.Contents = pdf.make_stream(CONTENT)
        page.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
        page.Resources = Dictionary(
            Shading=Dictionary(
                Axial=_shading(2, [40, 600, 240, 800]), Radial=_shading(3, [400, 700, 10, 400, 700, 100])
            ),
            Pattern=Dictionary(Tiles=_tiles(pdf)),
            ExtGState=Dictionary(
                Multiply=Dictionary(BM=Name.Multiply), Half=Dictionary(ca=0.5), Masked=_mask(pdf)
            ),
            XObject=Dictionary(Image=_image(pdf)),
            Font=Dictionary(Glyphs=_glyphs(pdf)),
        )
        pdf.save(file)
    return file.getvalue()


def _shading(kind: int, coordinates: list[int]) -> Dictionary:
    function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 0, 0], C1=[0, 0, 1], N=1)
    return Dictionary(
        ShadingType=kind,
        ColorSpace=Name.DeviceRGB,
        Coords=Array(coordinates),
        Function=function,
        Extend=[True, True],
    )


def _tiles(pdf: pikepdf.Pdf) -> pikepdf.Object:
    tile = pdf.make_stream(b"0 0.5 0 rg 0 0 24 24 re f")
    tile.PatternType, tile.PaintType, tile.TilingType = 1, 1, 1
    tile.BBox, tile.XStep, tile.YStep = Array([0, 0, 24, 24]), 24, 24
    tile.Resources = Dictionary()
    return tile


def _mask(pdf: pikepdf.Pdf) -> Dictionary:
    """What lets through more and more from the left to the right."""
    group = pdf.make_stream(b"/Fade sh", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, *A4]))
    fade = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0], C1=[1], N=1)
    shading = Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceGray, Coords=[40, 0, 240, 0], Function=fade, Extend=[True, True]
    )
    group.Resources = Dictionary(Shading=Dictionary(Fade=shading))
    group.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
    return Dictionary(SMask=Dictionary(S=Name.Luminosity, G=group))


def _image(pdf: pikepdf.Pdf) -> pikepdf.Object:
    pixels = np.zeros((10, 18, 3), np.uint8)
    pixels[:, :9], pixels[:5, 9:] = (200, 100, 0), (0, 100, 200)
    holes = np.full((10, 18), 255, np.uint8)
    holes[3:7, 6:12] = 0
    head = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 18, "Height": 10, "BitsPerComponent": 8}
    image = pdf.make_stream(pixels.tobytes(), **head, ColorSpace=Name.DeviceRGB)
    image.SMask = pdf.make_stream(holes.tobytes(), **head, ColorSpace=Name.DeviceGray)
    return image


def _glyphs(pdf: pikepdf.Pdf) -> Dictionary:
    """A font of Type 3 whose only letter is a frame."""
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=[0, 0, 1000, 1000],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        CharProcs=Dictionary(
            a=pdf.make_stream(b"1000 0 0 0 800 800 d1 0 0 800 800 re 200 200 400 400 re f*")
        ),
        Encoding=Dictionary(Type=Name.Encoding, Differences=[97, Name.a]),
        FirstChar=97,
        LastChar=97,
        Widths=[1000],
        Resources=Dictionary(),
    )


GRAY = names.PRINT_COLOR_MODE.of(PrintColorMode.MONOCHROME)


@pytest.mark.parametrize("target", [formats.PNG, formats.JPEG, formats.PWG_RASTER, formats.APPLE_RASTER])
def test_what_is_drawn_is_what_ghostscript_draws(target: str) -> None:
    made = printed((formats.PDF, rich()), target=Target(media_type=target, dpi=DPI))
    (ours,) = read({f"page{formats.extension(target)}": made.file})
    assert difference(ours, seen_by_ghostscript(rich(), DPI)) < TOLERANCE_OF_DRAWING


@pytest.mark.parametrize(
    "asked",
    [
        names.COPIES.of(2),
        names.ORIENTATION_REQUESTED.of(OrientationRequested.REVERSE_PORTRAIT),
        GRAY,
    ],
    ids=lambda attribute: attribute.name,
)
def test_what_is_laid_out_is_what_it_was(asked: Attribute) -> None:
    document = rich()
    made = printed((formats.PDF, document), attributes=[asked]).file
    by_poppler = (seen(each, DPI, smooth=True)[0] for each in (made, document))
    by_ghostscript = (seen_by_ghostscript(each, DPI) for each in (made, document))
    for ours, theirs in (by_poppler, by_ghostscript):
        if asked is GRAY:
            assert np.ptp(ours, axis=2).max() == 0
            theirs = gray(theirs)
        assert difference(ours, theirs) < TOLERANCE_OF_LAYOUT
