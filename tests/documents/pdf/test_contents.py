"""What is drawn for paper, gray where that is known: octet for octet what is drawn in color."""

import io
from collections.abc import Iterator
from itertools import product
from typing import BinaryIO, Final

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name

from ippserver.documents.pdf.contents import Secrets
from ippserver.documents.pdf.drawing import Drawer, View
from ippserver.documents.raster.bands import Band

SIDE: Final = 200
"""Points of a page."""
DPI: Final = 144
PIXELS: Final = SIDE * DPI // 72

GRAY: Final = {
    "nothing": b"",
    "a path": b".3 g 50 50 100 100 re f",
    "a line": b".3 G 5 w 50 50 m 150 140 l S",
    "text": b"BT /H 40 Tf 50 50 Td (Hail) Tj ET",
    "small text": b"BT /H 20 Tf 50 50 Td (Hail) Tj ET",
    "outlined text": b"BT 1 Tr /H 40 Tf 50 50 Td (Hail) Tj ET",
    "invisible text": b"1 0 0 rg BT 3 Tr /H 40 Tf 50 50 Td (Hail) Tj ET",
    "a gray picture": b"q 100 20 5 100 50 50 cm /Gray Do Q",
    "a calibrated picture": b"q 100 0 0 100 50 50 cm /Calibrated Do Q",
    "a picture with a mask": b"q 100 0 0 100 50 50 cm /Masked Do Q",
    "a stencil": b".6 g q 100 0 0 100 50 50 cm /Stencil Do Q",
    "a form": b"q 1 0 0 1 20 20 cm /Form Do Q",
    "transparency": b"/Half gs .3 g 50 50 80 80 re f .8 g 80 80 100 100 re f",
    "black ink": b"/Dark cs 1 scn 50 50 100 100 re f",
}
COLORED: Final = {
    "a path": b"1 0 0 rg 50 50 100 100 re f",
    "a path in inks": b".9 .2 0 0 k 50 50 100 100 re f",
    "a line": b"0 0 1 RG 5 w 50 50 m 150 140 l S",
    "text": b"1 0 0 rg BT /H 40 Tf 50 50 Td (Hail) Tj ET",
    "outlined text": b"1 0 0 RG BT 2 Tr /H 40 Tf 50 50 Td (Hail) Tj ET",
    "drawn letters": b"BT /Drawn 40 Tf 50 50 Td (a) Tj ET",
    "a picture": b"q 100 0 0 100 50 50 cm /Picture Do Q",
    "a picture with a table": b"q 100 0 0 100 50 50 cm /Table Do Q",
    "a picture within": b"q 100 0 0 100 50 50 cm BI /W 2 /H 1 /BPC 8 /CS /RGB ID \xff\0\0\0\xff\0 EI Q",
    "a stencil": b"1 0 0 rg q 100 0 0 100 50 50 cm /Stencil Do Q",
    "a form that inherits": b"1 0 0 rg q 1 0 0 1 20 20 cm /Form Do Q",
    "a form": b"q 1 0 0 1 20 20 cm /Green Do Q",
    "a shading": b"q 50 50 99 99 re W n /Shading sh Q",
}
SECRET: Final = {
    "a shading": (b"/Pattern cs /Shaded scn 50 50 100 100 re f", "patterns"),
    "a line of a shading": (b"/Pattern CS /Shaded SCN 9 w 50 50 100 100 re S", "patterns"),
    "tiles": (b"/Pattern cs /Tiles scn 50 50 100 100 re f", "patterns"),
    "text of tiles": (b"/Pattern cs /Tiles scn BT /H 40 Tf 50 50 Td (Hail) Tj ET", "patterns"),
    "a stencil of a shading": (b"/Pattern cs /Shaded scn q 100 0 0 100 50 50 cm /Stencil Do Q", "patterns"),
    "tiles in one color": (b"/OnePattern cs 1 0 0 /One scn 50 50 100 100 re f", "patterns"),
    "a transfer function": (b"/Transfer gs 50 50 100 100 re f", "transfers"),
    "a picture and a transfer function": (b"/Transfer gs q 99 0 0 99 50 50 cm /Gray Do Q", "transfers"),
}
SHADES: Final = bytes(range(0, 256, 4))


def page_of(content: bytes, secret: str = "") -> io.BytesIO:
    """A PDF with that page, and a text on it."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(SIDE, SIDE))
        pdf.pages[0].Resources = Dictionary(
            Font=Dictionary(H=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)),
            XObject=Dictionary({f"/{name}": stream for name, stream in drawn_things(pdf)}),
            ColorSpace=Dictionary(Dark=spot((0, 0, 0)), OnePattern=Array([Name.Pattern, Name.DeviceRGB])),
            ExtGState=Dictionary(Half=Dictionary(BM=Name.Multiply, ca=0.5)),
            Shading=Dictionary(Shading=shading()),
        )
        resources = pdf.pages[0].Resources
        resources.Font.Drawn = drawn_font(pdf)
        if secret == "patterns":
            tile = b"1 0 0 rg 0 0 5 5 re f 0 0 1 rg 5 5 5 5 re f"
            shaded = Dictionary(PatternType=2, Shading=shading())
            resources.Pattern = Dictionary(
                Shaded=shaded, Tiles=tiles(pdf, tile, 1), One=tiles(pdf, b"0 0 5 5 re f", 2)
            )
        if secret == "transfers":
            resources.ExtGState.Transfer = Dictionary(
                TR=Array([between((at,), (1 - at,)) for at in (0, 1, 0, 0)])
            )
        pdf.pages[0].Contents = pdf.make_stream(content)
        pdf.save(file)
    return file


def drawn_things(pdf: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    def picture(
        space: pikepdf.Object, octets: bytes, bits: int = 8, **more: pikepdf.Object
    ) -> pikepdf.Object:
        across = 8 * len(octets) // bits // (3 if space == Name.DeviceRGB else 1) // 8
        return pdf.make_stream(
            octets,
            Dictionary(
                {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": across, "/Height": 8}
                | {"/BitsPerComponent": bits, "/ColorSpace": space}
                | {f"/{name}": value for name, value in more.items()}
            ),
        )

    def form(octets: bytes) -> pikepdf.Object:
        box, matrix = Array([0, 0, 100, 100]), Array([1, 0, 0, 2, 10, 0])
        return pdf.make_stream(octets, Type=Name.XObject, Subtype=Name.Form, BBox=box, Matrix=matrix)

    gray = picture(Name.DeviceGray, SHADES)
    white = Dictionary(WhitePoint=Array([0.95, 1, 1.09]), Gamma=2.2)
    table = Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String(b"\xff\0\0\0\0\xff")])
    yield "Gray", gray
    yield "Masked", picture(Name.DeviceGray, SHADES, SMask=gray)
    yield "Calibrated", picture(Array([Name.CalGray, white]), SHADES)
    yield "Picture", picture(Name.DeviceRGB, bytes(range(192)))
    yield "Table", picture(table, b"\xaa\x55" * 4, 1)
    stencil = picture(Name.DeviceGray, b"\xaa\x55" * 4, 1)
    del stencil.ColorSpace
    stencil.ImageMask = True
    yield "Stencil", stencil
    yield "Form", form(b"0 0 40 40 re f")
    yield "Green", form(b"0 1 0 rg 0 0 40 40 re f")


def drawn_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, 1000, 1000]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=Dictionary(a=pdf.make_stream(b"1000 0 d0 1 0 0 rg 0 0 750 750 re f")),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([97, Name.a])),
        FirstChar=97,
        LastChar=97,
        Widths=Array([1000]),
    )


def between(begin: tuple[float, ...], end: tuple[float, ...]) -> pikepdf.Object:
    return Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array(begin), C1=Array(end), N=1)


def spot(color: tuple[float, ...]) -> pikepdf.Object:
    return Array([Name.Separation, Name.Spot, Name.DeviceRGB, between((1, 1, 1), color)])


def shading() -> pikepdf.Object:
    function = between((1, 0, 0), (0, 0, 1))
    return Dictionary(
        ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([0, 0, SIDE, 0]), Function=function
    )


def tiles(pdf: pikepdf.Pdf, octets: bytes, paint: int) -> pikepdf.Object:
    tiling = {"/PatternType": 1, "/PaintType": paint, "/TilingType": 1, "/XStep": 10, "/YStep": 10}
    return pdf.make_stream(octets, Dictionary(tiling | {"/BBox": Array([0, 0, 10, 10])}))


def bands(file: BinaryIO, turn: int, mirror: tuple[int, int], **how: bool) -> list[Band]:
    view = View(width=PIXELS, height=PIXELS, dpi=DPI, turn=turn, mirror=mirror, **how)
    with Drawer(file) as drawer:
        return list(drawer.bands(0, view))


def in_color(band: Band) -> Band:
    """A band of any kind, as rows of pixels of red, green and blue."""
    pixels = band.reshape(len(band), PIXELS, -1)
    return np.repeat(pixels, 3, axis=2) if is_gray(band) else pixels[:, :, :3]


def is_gray(band: Band) -> bool:
    return bool(band.shape[1] == PIXELS)


def as_in_color(file: BinaryIO, turn: int = 0, mirror: tuple[int, int] = (1, 1)) -> list[Band]:
    """The bands for paper: they show what is drawn in color, or in gray where that has none.

    Where a slanting edge is cut, it may be elsewhere by a pixel.
    """
    fast = bands(file, turn, mirror, for_paper=True)
    gray, color = (
        np.concatenate([in_color(band) for band in bands(file, turn, mirror, gray=gray)])
        for gray in (True, False)
    )
    top = 0
    for band in fast:
        rows = slice(top, top + len(band))
        slow = gray[rows] if is_gray(band) else color[rows]
        assert float(np.abs(slow - in_color(band).astype(np.int16)).mean()) < (2 if len(fast) > 1 else 1e-9)
        assert not is_gray(band) or (color[rows] == color[rows, :, :1]).all()
        top += len(band)
    return fast


@pytest.mark.parametrize("kind", GRAY)
def test_what_is_gray_is_drawn_in_gray(kind: str) -> None:
    assert [band.shape[1] for band in as_in_color(page_of(GRAY[kind]))] == [PIXELS]


@pytest.mark.parametrize("kind", COLORED)
def test_what_has_a_color_is_drawn_in_color_and_the_rows_above_it_in_gray(kind: str) -> None:
    above, below = as_in_color(page_of(b"1 0 0 1 0 -40 cm " + COLORED[kind]))[:2]
    assert (above.shape[1], below.shape[1]) == (PIXELS, 4 * PIXELS)


@pytest.mark.parametrize("kind", SECRET)
def test_color_that_does_not_show_in_an_object_is_not_lost(kind: str) -> None:
    assert 4 * PIXELS in {band.shape[1] for band in as_in_color(page_of(*SECRET[kind]))}


def test_white_is_gray_where_no_pattern_is() -> None:
    white = b"1 g 50 50 100 100 re f"
    assert [band.shape[1] for band in as_in_color(page_of(white))] == [PIXELS]


def placed(thing: bytes, halves: tuple[int, int, int, int], right: int, up: int) -> bytes:
    a, b, c, d = (half / 2 for half in halves)
    return b"q %g %g %g %g %d %d cm %b Q\n" % (a, b, c, d, right, up, thing)


@given(
    st.lists(
        st.builds(
            placed,
            st.sampled_from(
                [*GRAY.values(), *COLORED.values(), *(content for content, _ in SECRET.values())]
            ),
            st.tuples(*(st.integers(-3, 3),) * 4).filter(lambda m: m[0] * m[3] != m[1] * m[2]),
            *(st.integers(-SIDE, SIDE),) * 2,
        ),
        max_size=4,
    ),
    st.sampled_from(("", "patterns", "transfers")),
)
@settings(max_examples=50)
def test_whatever_is_on_a_page_looks_as_in_color(things: list[bytes], secret: str) -> None:
    assert as_in_color(page_of(b"".join(things), secret))


@pytest.mark.parametrize(
    ("turn", "mirror"), list(product((0, 90, 180, 270), list(product((1, -1), repeat=2))))
)
def test_pages_may_be_turned_and_mirrored(turn: int, mirror: tuple[int, int]) -> None:
    content = b"1 0 0 rg 10 150 20 20 re f 0 g BT /H 40 Tf 50 50 Td (Hail) Tj ET"
    fast = as_in_color(page_of(content), turn, mirror)
    assert {band.shape[1] for band in fast} == {PIXELS, 4 * PIXELS}


def test_a_page_with_very_many_objects_is_drawn_in_color() -> None:
    content = b"".join(b"%d %d 1 1 re f " % (at % 50, at // 50) for at in range(2500))
    assert [band.shape[1] for band in as_in_color(page_of(content))] == [4 * PIXELS]


@pytest.mark.parametrize(
    ("words", "secrets"),
    [
        (b"", Secrets(patterns=False, others=False)),
        (b"/PatternType 1", Secrets(patterns=True, others=False)),
        (b"/TR2 7 0 R", Secrets(patterns=False, others=True)),
        (b"/Type/ObjStm", Secrets(patterns=False, others=True)),
    ],
)
def test_secrets_are_found_wherever_they_stand(words: bytes, secrets: Secrets) -> None:
    for place in (0, 2**20 - 5, 2**20, 2**21 - 1):
        assert Secrets.of(io.BytesIO(b" " * place + words + b" " * 9)) == secrets


def picture_of(pixels: int, points: int) -> io.BytesIO:
    """A PDF with a picture of black and white stripes."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(SIDE, SIDE))
        stripes = pdf.make_stream(
            bytes((0, 255)) * (pixels * pixels // 2),
            Dictionary(
                {"/Type": Name.XObject, "/Subtype": Name.Image, "/ColorSpace": Name.DeviceGray}
                | {"/Width": pixels, "/Height": pixels, "/BitsPerComponent": 8}
            ),
        )
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(P=stripes))
        pdf.pages[0].Contents = pdf.make_stream(b"%d 0 0 %d 20 20 cm /P Do" % (points, points))
        pdf.save(file)
    return file


@pytest.mark.parametrize(
    ("pixels", "smooth"),
    [(120, True), (180, False), (290, True)],
    ids=["coarse", "fine", "as fine as the raster"],
)
def test_pictures_fine_enough_for_eyes_keep_their_pixels_on_paper(pixels: int, smooth: bool) -> None:
    view = View(width=833, height=833, dpi=300, for_paper=True)
    with Drawer(picture_of(pixels, 72)) as drawer:
        shades = set(np.unique(np.concatenate(list(drawer.bands(0, view)))))
    assert (shades > {0, 255}) == smooth


def test_for_eyes_every_picture_is_smoothed() -> None:
    with Drawer(picture_of(180, 72)) as drawer:
        page = np.concatenate(list(drawer.bands(0, View(width=833, height=833, dpi=300, gray=True))))
    assert set(np.unique(page)) > {0, 255}


def letters(dpi: int, *, size: int, more: bytes = b"") -> Band:
    """The middle of a page with black letters, for paper, in gray or as red."""
    content = b"BT /H %d Tf 50 50 Td (Hail) Tj ET " % size + more
    width = SIDE * dpi // 72
    view = View(width=width, height=width, dpi=dpi, for_paper=True)
    with Drawer(page_of(content)) as drawer:
        page = [band.reshape(len(band), width, -1)[..., 0] for band in drawer.bands(0, view)]
    return np.concatenate(page)[:, width // 5 :]


@pytest.mark.parametrize("size", [3, 5, 40])
def test_letters_of_any_size_are_as_sharp_in_gray_as_in_color(size: int) -> None:
    colored_rows = b"1 0 0 rg 0 0 10 200 re f"
    gray = letters(600, size=size)
    assert set(np.unique(gray)) == {0, 255}
    assert np.array_equal(gray, letters(600, size=size, more=colored_rows))


def test_letters_are_smoothed_where_eyes_would_see_their_pixels() -> None:
    assert set(np.unique(letters(300, size=40))) > {0, 255}


@pytest.mark.parametrize(
    ("content", "is_gray_above"), [((0, 1), True), ((0, 2), True), ((0, 1, 2), False), ((0, 1, 3), True)]
)
def test_small_letters_look_the_same_all_over_a_page(content: tuple[int, ...], is_gray_above: bool) -> None:
    above = b"BT /H 20 Tf 50 180 Td (Hail) Tj ET "
    below = b"BT /H 20 Tf 50 50 Td (Hail) Tj ET "
    beside, between = (b"q 1 0 0 rg 10 %d 20 20 re f Q " % bottom for bottom in (50, 100))
    things = above, below, beside, between
    first, *_ = as_in_color(page_of(b"".join(things[at] for at in content)))
    assert is_gray(first) == is_gray_above


def test_strokes_of_letters_that_reach_out_of_their_bounds_are_in_color() -> None:
    text = b"q 0 -1.5 -0.5 -1 25 129 cm 1 0 0 RG BT 2 Tr /H 40 Tf 50 50 Td (Hail) Tj ET Q\n"
    assert [is_gray(band) for band in as_in_color(page_of(text))] == [True, False]
