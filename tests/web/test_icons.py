"""The icons are what their drawings give."""

import struct
import zlib
from hashlib import sha256
from importlib.resources import files

import pytest

from ippserver.model.links import ICON_SIZES
from ippserver.model.printer import DEFAULT_ICON
from ippserver.web.icons.canvas import UNITS, Canvas, box, disc
from ippserver.web.icons.draw import DRAWINGS, drawn


def pixels(png: bytes) -> tuple[int, str]:
    """The size of a PNG of ours and a digest of its rows; another zlib may pack them differently."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, position = {}, 8
    while position < len(png):
        length, kind = struct.unpack_from(">I4s", png, position)
        data = png[position + 8 : position + 8 + length]
        assert int.from_bytes(png[position + 8 + length :][:4]) == zlib.crc32(kind + data)
        chunks[kind] = data
        position += 12 + length
    width, height, *kind = struct.unpack(">II5B", chunks[b"IHDR"])
    assert (width, kind) == (height, [8, 6, 0, 0, 0])
    assert b"IEND" in chunks
    return width, sha256(zlib.decompress(chunks[b"IDAT"])).hexdigest()


@pytest.mark.parametrize("size", ICON_SIZES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_an_icon_is_up_to_date(name: str, size: int) -> None:
    file = files("ippserver.web.icons").joinpath(f"{name}-{size}.png")
    assert pixels(file.read_bytes()) == pixels(drawn(name, size).png()), "run -m ippserver.web.icons.draw"


@pytest.mark.parametrize("name", DRAWINGS)
def test_an_icon_is_transparent_around_and_opaque_inside(name: str) -> None:
    rows = drawn(name, 48).rows
    assert [rows[0][3], rows[47][-1]] == [0, 0]
    assert rows[30][4 * 24 + 3] == 255
    assert any(0 < alpha < 255 for row in rows for alpha in row[3::4]), "its edges are not smooth"


def test_no_icon_is_left_over() -> None:
    found = {file.name for file in files("ippserver.web.icons").iterdir() if file.name.endswith(".png")}
    assert found == {f"{name}-{size}.png" for name in DRAWINGS for size in ICON_SIZES}
    assert DEFAULT_ICON in DRAWINGS


def test_coverage_is_what_lies_inside() -> None:
    canvas = Canvas(2)
    half = UNITS / 2
    canvas.fill(box(half / 2, 0, UNITS, half), "#ff0000")
    assert canvas.rows[0] == bytes((255, 0, 0, 128, 255, 0, 0, 255))
    assert canvas.rows[1] == bytes(8)


def test_colours_lie_over_one_another() -> None:
    canvas = Canvas(1)
    canvas.fill(box(0, 0, UNITS, UNITS), "#000000")
    canvas.fill(box(0, 0, UNITS, UNITS), "#ffffff", 0.5)
    assert canvas.rows[0] == bytes((128, 128, 128, 255))


def test_a_disc_has_the_area_of_a_circle() -> None:
    canvas = Canvas(64)
    canvas.fill(disc(UNITS / 2, UNITS / 2, UNITS / 2), "#00ff00")
    covered = sum(alpha for row in canvas.rows for alpha in row[3::4]) / 255
    assert covered == pytest.approx(3.14159 * 32**2, rel=0.01)
