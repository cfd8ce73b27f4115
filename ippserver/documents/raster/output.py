"""Sides of sheets as pixels: PNG and JPEG, to be looked at, and the two rasters, as sheets are fed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Final

from PIL import Image

from ippserver.documents.images import png
from ippserver.documents.images.shrinking import Pixels, as_they_are, shrunk
from ippserver.documents.pdf.drawing import Drawer, View
from ippserver.documents.plan.instructions import Medium
from ippserver.documents.plan.layout import Plan
from ippserver.documents.plan.placing import Side
from ippserver.documents.raster import pwg, urf
from ippserver.documents.raster.bands import Band
from ippserver.documents.raster.ordered import Ordered
from ippserver.documents.raster.packing import Ink, Units
from ippserver.documents.raster.pixels import PixelFormat
from ippserver.documents.raster.rendering import drawn, inked, pixels_of, resolution
from ippserver.documents.task import Sink, Target
from ippserver.iana.keywords import MediaType, PwgRasterDocumentSheetBack
from ippserver.iana.media import media_size
from ippserver.iana.raster_codes import MEDIA_SOURCE_CODES, MEDIA_TYPE_CODES
from ippserver.ipp.values import Keyword
from ippserver.model import formats

_JPEG_QUALITY: Final = 90
_OTHER_TYPE: Final = MEDIA_TYPE_CODES[MediaType.OTHER]
_HELD_OCTETS: Final = 2**26
"""A page up to this is drawn once and held, a larger one drawn again where it is read twice."""
_BACKS: Final = {
    PwgRasterDocumentSheetBack.NORMAL: ((1, 1), (1, 1)),
    PwgRasterDocumentSheetBack.FLIPPED: ((1, -1), (-1, 1)),
    PwgRasterDocumentSheetBack.ROTATED: ((-1, -1), (1, 1)),
    PwgRasterDocumentSheetBack.MANUAL_TUMBLE: ((1, 1), (-1, -1)),
}
"""How a back is mirrored across and along where the long edges meet, and the short ones (PWG 5102.4 4.3)."""

_Turned = tuple[Side, bool]
"""A side, and whether it is the back of its sheet."""


@dataclass(frozen=True, slots=True)
class Printer:
    """Draws the sides of a plan, which are pages of a PDF, and writes them as the target wants them."""

    drawer: Drawer
    numbers: Mapping[int, int]
    """The page of each side, by the side's id."""
    target: Target
    on_side: Callable[[Side], None]

    def print(self, plan: Plan, sink: Sink) -> int:
        """Writes all sides, and answers how many files they are."""
        if self.target.media_type in (formats.PNG, formats.JPEG):
            return self._print_pictures(plan, sink)
        sides = list(_sides(plan))
        files = [[side] for side in sides] if self.target.split else [sides]
        write = self._print_pwg if self.target.media_type == formats.PWG_RASTER else self._print_urf
        for number, of_file in enumerate(files, 1):
            with sink.part(number) as file, Ordered(file) as ordered:
                write(of_file, ordered)
        return len(files)

    def _print_pictures(self, plan: Plan, sink: Sink) -> int:
        """Writes each side while the next one is drawn, if there is memory for both."""
        number = 0
        before: tuple[Side, Future[None]] | None = None
        with ThreadPoolExecutor(1) as thread:
            for number, side in enumerate(plan.sides, 1):
                dpi = resolution(side.style, self.target)
                page, is_held = self._page(side, self._view(side, dpi, upright=True))
                self._finish(before)
                before = side, thread.submit(self._write_picture, sink.part(number), page, dpi)
                if not is_held:
                    before[1].result()  # PDFium draws it only now, and must not draw another one
            self._finish(before)
        return number

    def _write_picture(self, file: BinaryIO, page: Callable[[], Pixels], dpi: int) -> None:
        write = _write_png if self.target.media_type == formats.PNG else _write_jpeg
        with file:
            write(file, page(), dpi)

    def _finish(self, before: tuple[Side, Future[None]] | None) -> None:
        if before is not None:
            side, written = before
            written.result()
            self.on_side(side)

    def _page(self, side: Side, view: View) -> tuple[Callable[[], Pixels], bool]:
        """What answers the page, and whether that is drawn already."""
        pixels = pixels_of(side.style, self.target)
        is_jpeg = self.target.media_type == formats.JPEG
        if is_jpeg:
            pixels = PixelFormat(pixels.space, 8)
        bands: Callable[[], Iterable[Band]] = partial(self._bands, side, view, pixels)
        is_held = pixels.row_octets(view.width) * view.height <= _HELD_OCTETS
        if is_held:
            held = list(bands())
            bands = partial(iter, held)
        page = as_they_are if is_jpeg or self.target.pixels is not None else shrunk
        return partial(page, pixels, view.width, view.height, bands), is_held

    def _print_pwg(self, sides: Sequence[_Turned], file: Ordered) -> None:
        writer = pwg.Writer(file)
        for side, is_back in sides:
            style = side.style
            dpi = resolution(style, self.target)
            view = self._view(side, dpi, mirror=self._mirror(side, is_back))
            name = style.medium.name
            width, length = style.medium.size
            header = pwg.PageHeader(
                pixels=pixels_of(style, self.target),
                width=view.width,
                height=view.height,
                resolution=(dpi, dpi),
                page_size=(round(width), round(length)),
                page_size_name=name if media_size(name) else "",
                media_type=style.medium.media_type,
                media_position=MEDIA_SOURCE_CODES.get(style.medium.media_source, 0),
                two_sided=style.two_sided,
                tumble=style.tumbles,
                print_quality=style.quality,
                transform=view.mirror,
                total_pages=len(sides),
            )
            writer.page(header, *self._inked(side, view, header.pixels))
            self.on_side(side)

    def _print_urf(self, sides: Sequence[_Turned], file: Ordered) -> None:
        writer = urf.Writer(file, len(sides))
        for side, is_back in sides:
            style = side.style
            dpi = resolution(style, self.target)
            view = self._view(side, dpi, mirror=self._mirror(side, is_back))
            two_sided = urf.Duplex.SHORT_EDGE if style.tumbles else urf.Duplex.LONG_EDGE
            header = urf.PageHeader(
                pixels=pixels_of(style, self.target),
                width=view.width,
                height=view.height,
                dpi=dpi,
                duplex=two_sided if style.two_sided else urf.Duplex.ONE_SIDED,
                print_quality=style.quality,
                media_type=_type_code(style.medium),
                media_position=MEDIA_SOURCE_CODES.get(style.medium.media_source, 0),
            )
            writer.page(header, *self._inked(side, view, header.pixels))
            self.on_side(side)

    def _bands(self, side: Side, view: View, pixels: PixelFormat) -> Iterator[Band]:
        return drawn(self.drawer, self.numbers[id(side)], view, side.style, pixels)

    def _inked(self, side: Side, view: View, pixels: PixelFormat) -> tuple[Iterator[Units], Ink]:
        return inked(self.drawer, self.numbers[id(side)], view, side.style, pixels)

    def _view(self, side: Side, dpi: int, *, upright: bool = False, mirror: tuple[int, int] = (1, 1)) -> View:
        width, height = side.style.medium.pixels(dpi)
        if upright and side.turn % 180:
            width, height = height, width
        return View(width=width, height=height, dpi=dpi, turn=0 if upright else -side.turn, mirror=mirror)

    def _mirror(self, side: Side, is_back: bool) -> tuple[int, int]:
        if not is_back:
            return (1, 1)
        long_edge, short_edge = _BACKS[Keyword(self.target.sheet_back)]
        return short_edge if side.style.tumbles else long_edge


def _type_code(medium: Medium) -> int:
    return MEDIA_TYPE_CODES.get(medium.media_type, _OTHER_TYPE) if medium.media_type else 0


def _sides(plan: Plan) -> Iterator[_Turned]:
    """Every side, and whether it is the back of its sheet."""
    return ((side, bool(at)) for sheet in plan.sheets for at, side in enumerate(sheet.sides))


def _write_png(file: BinaryIO, page: Pixels, dpi: int) -> None:
    png.write(file, page, dpi)


def _write_jpeg(file: BinaryIO, page: Pixels, dpi: int) -> None:
    mode = "L" if page.components == 1 else "RGB"
    image = Image.new(mode, (page.width, page.height))
    top = 0
    for band in page.bands():
        image.paste(Image.frombytes(mode, (page.width, len(band)), band.tobytes()), (0, top))
        top += len(band)
    image.save(file, "JPEG", quality=_JPEG_QUALITY, dpi=(dpi, dpi))
