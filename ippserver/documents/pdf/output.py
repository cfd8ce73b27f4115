"""Sides of sheets as a PDF."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import pikepdf

from ippserver.documents.opened import PdfPages
from ippserver.documents.pdf import layers
from ippserver.documents.pdf.drawing import Drawer, View
from ippserver.documents.pdf.images import add_page_of_pixels
from ippserver.documents.pdf.imposing import Imposer, kept
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Matrix
from ippserver.documents.plan.instructions import BILEVEL_MODES
from ippserver.documents.plan.layout import Plan
from ippserver.documents.plan.placing import Side
from ippserver.documents.raster.bands import Rows
from ippserver.documents.raster.rendering import drawn, pixels_of, resolution
from ippserver.documents.task import Sink, Target
from ippserver.iana.keywords import Sides

_DUPLEX: Final = {
    Sides.ONE_SIDED: "/Simplex",
    Sides.TWO_SIDED_LONG_EDGE: "/DuplexFlipLongEdge",
    Sides.TWO_SIDED_SHORT_EDGE: "/DuplexFlipShortEdge",
}
_PROOF_DPI: Final = 100
"""So coarsely a page is drawn to see whether it is gray."""


def unlike(plan: Plan) -> list[Side]:
    """The sides of `plan`, each once."""
    return list({id(side): side for side in plan.sides}.values())


@contextmanager
def imposed(sides: Sequence[Side], pages: PdfPages, sink: Sink) -> Iterator[Drawer]:
    """A PDF in which each of the `sides` is a page of the size of its sheet, ready to be drawn."""
    with sink.scratch() as file:
        with pikepdf.new() as pdf:
            imposer = Imposer(pdf, pages.pages, keep=False)
            for side in sides:
                imposer.add(side)
            imposer.close()
            if not sides:
                pdf.add_blank_page()  # PDFium opens no file without pages
            layers.put(pdf, pages.layers)
            pdf.save(file, compress_streams=False)
        with Drawer(file) as drawer:
            yield drawer


def write(
    plan: Plan,
    pages: PdfPages,
    target: Target,
    sink: Sink,
    *,
    title: str,
    on_side: Callable[[Side], None],
    alive: Callable[[], None],
) -> int | None:
    """Writes the sides of `plan`; calls `alive` for each that has to be drawn.

    Answers how many files they are, or None where that is the document as it came, and nothing is written.
    """
    sides = list(plan.sides) if target.split else _paired(plan)
    with _toned(plan, pages, target, sink, alive) as toned:
        if not toned and (len(sides) == 1 or not target.split) and _is_as_sent(sides, pages):
            for side in sides:
                on_side(side)
            return None
        files = [[side] for side in sides] if target.split else [sides]
        for number, of_file in enumerate(files, 1):
            with pikepdf.new() as pdf, sink.part(number) as file:
                imposer = Imposer(pdf, pages.pages, keep=True)
                for side in of_file:
                    imposer.add(side, toned.get(id(side)), in_gray=id(side) in toned)
                    on_side(side)
                imposer.close()
                layers.put(pdf, pages.layers)
                _described(pdf, of_file, title)
                pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return len(files)


def _paired(plan: Plan) -> list[Side]:
    """All sides; where there are backs at all every sheet has one, since a PDF is printed as a whole."""
    if all(sheet.back is None for sheet in plan.sheets):
        return list(plan.sides)
    return [side for sheet in plan.sheets for side in (sheet.front, sheet.back or Side(sheet.front.style))]


def _is_as_sent(sides: Sequence[Side], pages: PdfPages) -> bool:
    """Whether the document as it came has just these sides, in this order."""
    return (
        pages.as_sent
        and [side.placements[0].page for side in sides if side.placements] == sorted(pages.pages)
        and not any(side.style.two_sided or kept(side, pages.pages) is None for side in sides)
    )


def _described(pdf: pikepdf.Pdf, of_file: Sequence[Side], title: str) -> None:
    if title:
        pdf.docinfo["/Title"] = title
    pdf.docinfo["/Producer"] = "ippserver"
    sides = next((side.style.sides for side in of_file if side.style.two_sided), Sides.ONE_SIDED)
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(
        Duplex=pikepdf.Name(_DUPLEX[sides]), PrintScaling=pikepdf.Name("/None")
    )


@contextmanager
def _toned(
    plan: Plan, pages: PdfPages, target: Target, sink: Sink, alive: Callable[[], None]
) -> Iterator[Mapping[int, pikepdf.Page | None]]:
    """By their ids, the sides that must be gray, or black and white, and are not.

    What is black and white is drawn, as pages; what is gray needs nothing but to be shown so.
    """
    asked = [side for side in unlike(plan) if side.style.is_gray]
    asked = [side for side in asked if side.placements]
    if not asked:
        yield {}
        return
    with sink.scratch() as file:
        drawn_sides, gray_sides = [], []
        with imposed(asked, pages, sink) as drawer:
            plain = PlainPdf(file)
            for index, side in enumerate(asked):
                if side.style.color_mode in BILEVEL_MODES:
                    _add(plain, drawer, index, side, target)
                    drawn_sides.append(side)
                elif not _is_gray(drawer, index, side):
                    gray_sides.append(side)
                alive()
            plain.close()
        file.seek(0)
        toned: dict[int, pikepdf.Page | None] = {id(side): None for side in gray_sides}
        if not drawn_sides:
            yield toned
            return
        with pikepdf.open(file) as pdf:
            yield toned | {id(side): page for side, page in zip(drawn_sides, pdf.pages, strict=True)}


def _is_gray(drawer: Drawer, index: int, side: Side) -> bool:
    width, height = side.style.medium.pixels(_PROOF_DPI)
    view = View(width=width, height=height, dpi=_PROOF_DPI, turn=-side.turn)
    return all(
        bool((band[:, ::3] == band[:, 1::3]).all() and (band[:, ::3] == band[:, 2::3]).all())
        for band in drawer.bands(index, view)
    )


def _add(plain: PlainPdf, drawer: Drawer, index: int, side: Side, target: Target) -> None:
    dpi = resolution(side.style, target)
    width, height = side.style.medium.pixels(dpi)
    view = View(width=width, height=height, dpi=dpi, turn=-side.turn)
    pixels = pixels_of(side.style, Target())
    size = side.style.medium.size
    add_page_of_pixels(
        plain,
        size,
        Matrix(size.width, 0, 0, size.height),
        pixels,
        (width, height),
        lambda: map(Rows.of, drawn(drawer, index, view, side.style, pixels)),
        turn=side.turn,
    )
