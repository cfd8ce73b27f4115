"""Draws the icons of the profiles, NAME-SIZE.png, into this folder: `python -m ippserver.web.icons.draw`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ippserver.model.links import ICON_SIZES
from ippserver.web.icons.canvas import Canvas, Polygon, box, disc

HERE: Final = Path(__file__).parent

INK: Final = "#263238"
BODY: Final = "#455a64"
TOP: Final = "#607d8b"
SLOT: Final = "#1c262b"
PAPER: Final = "#ffffff"
EDGE: Final = "#b0bec5"
FEED: Final = "#eceff1"
GREY: Final = "#90a4ae"
LAMP: Final = "#69f0ae"


def _sheet(canvas: Canvas, left: float, top: float, right: float, bottom: float) -> None:
    """A sheet with an edge, so that it is seen on white as well."""
    canvas.fill(box(left - 6, top - 6, right + 6, bottom + 6, 16), EDGE)
    canvas.fill(box(left, top, right, bottom, 12), PAPER)


def _printer(canvas: Canvas, accent: str) -> None:
    """What stands on a desk: a sheet above, the body, the slot that a page comes out of."""
    canvas.fill(box(122, 34, 390, 240, 22), EDGE)
    canvas.fill(box(130, 42, 382, 240, 16), FEED)
    canvas.fill(box(28, 148, 484, 392, 48), BODY)
    canvas.fill(box(28, 148, 484, 244, 48), TOP)
    canvas.fill(box(28, 196, 484, 262), TOP)
    canvas.fill(box(28, 254, 484, 266), accent)
    canvas.fill(disc(424, 204, 17), LAMP)
    canvas.fill(box(84, 288, 428, 332, 20), SLOT)


def office_color(canvas: Canvas) -> None:
    """A page in cyan, magenta, yellow and black."""
    _printer(canvas, "#00bcd4")
    _sheet(canvas, 116, 310, 396, 476)
    for left, color in ((142, "#00acc1"), (203, "#d81b60"), (264, "#fdd835"), (325, INK)):
        canvas.fill(box(left, 340, left + 45, 446, 10), color)


def office_mono(canvas: Canvas) -> None:
    """A page of text."""
    _printer(canvas, GREY)
    _sheet(canvas, 116, 310, 396, 476)
    for top, right, color in ((340, 290, INK), (378, 366, GREY), (412, 366, GREY), (446, 316, GREY)):
        canvas.fill(box(146, top, right, top + 18, 8), color)


def photo(canvas: Canvas) -> None:
    """A picture of mountains under the sun."""
    _printer(canvas, "#ff8a65")
    _sheet(canvas, 96, 310, 416, 484)
    canvas.fill(box(114, 328, 398, 466), "#81d4fa")
    canvas.fill(disc(340, 364, 24), "#ffd54f")
    canvas.fill([(114, 466), (114, 440), (196, 356), (280, 466)], "#2e7d32")
    canvas.fill([(210, 466), (292, 396), (398, 458), (398, 466)], "#66bb6a")


def label(canvas: Canvas) -> None:
    """A label with a bar code, and the roll that it comes from."""
    canvas.fill(disc(256, 176, 138), EDGE)
    canvas.fill(disc(256, 176, 130), FEED)
    canvas.fill(disc(256, 176, 54), GREY)
    canvas.fill(disc(256, 176, 40), INK)
    canvas.fill(box(60, 196, 452, 400, 48), BODY)
    canvas.fill(box(60, 196, 452, 284, 48), TOP)
    canvas.fill(box(60, 246, 452, 286), TOP)
    canvas.fill(box(60, 276, 452, 288), "#ffb300")
    canvas.fill(disc(396, 238, 16), LAMP)
    canvas.fill(box(104, 308, 408, 348, 18), SLOT)
    _sheet(canvas, 130, 328, 382, 480)
    left = 148.0
    for width, gap in ((16, 12), (8, 12), (24, 12), (8, 16), (16, 12), (28, 12), (8, 12), (20, 0)):
        canvas.fill(box(left, 352, left + width, 428), INK)
        left += width + gap
    canvas.fill(box(156, 442, 290, 458, 6), GREY)


def receipt(canvas: Canvas) -> None:
    """A long strip with a torn edge and a sum."""
    canvas.fill(_torn(130, 382, 58, 8), EDGE)
    canvas.fill(_torn(138, 374, 66, 0), PAPER)
    for top, right in ((112, 276), (148, 252), (184, 288)):
        canvas.fill(box(166, top, right, top + 16, 7), GREY)
        canvas.fill(box(312, top, 346, top + 16, 7), GREY)
    canvas.fill(box(166, 228, 240, 250, 8), INK)
    canvas.fill(box(290, 228, 346, 250, 8), INK)
    canvas.fill(box(60, 290, 452, 484, 48), BODY)
    canvas.fill(box(60, 290, 452, 366, 44), TOP)
    canvas.fill(box(60, 330, 452, 372), TOP)
    canvas.fill(box(60, 364, 452, 376), "#ab47bc")
    canvas.fill(box(104, 304, 408, 332, 14), SLOT)
    canvas.fill(box(138, 270, 374, 318), PAPER)
    canvas.fill(disc(398, 430, 17), LAMP)


def _torn(left: float, right: float, top: float, more: float) -> Polygon:
    """A strip whose upper edge has six teeth."""
    step = (right - left) / 12
    teeth = [(left + number * step, top + (0 if number % 2 else 30 - more)) for number in range(13)]
    return [*teeth, (right, 316), (left, 316)]


DRAWINGS: Final[Mapping[str, Callable[[Canvas], None]]] = {
    "office-color": office_color,
    "office-mono": office_mono,
    "photo": photo,
    "label": label,
    "receipt": receipt,
}
"""How each icon is drawn, by its name."""


def drawn(name: str, size: int) -> Canvas:
    """The icon called `name`, `size` pixels a side."""
    canvas = Canvas(size)
    DRAWINGS[name](canvas)
    return canvas


if __name__ == "__main__":
    for name in DRAWINGS:
        for size in ICON_SIZES:
            (HERE / f"{name}-{size}.png").write_bytes(drawn(name, size).png())
