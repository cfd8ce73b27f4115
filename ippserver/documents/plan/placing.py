"""Where pages go on a side of a sheet: scaled, turned, several beside each other.

Pure. In points, from the lower left corner of the sheet as it is fed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ippserver.documents.plan.geometry import Box, Matrix, Size, centered, turn
from ippserver.documents.plan.instructions import Instructions, Medium, PageStyle
from ippserver.iana.keywords import PresentationDirectionNumberUp, PrintScaling

TOLERANCE: Final = 2.0
"""Points: pages that differ by less from the medium have its size, since A4 is rounded in several ways."""
_INSET: Final = 0.002
"""Points: by so much less than the sheet such pages fill; PDFium draws on every pixel that is touched."""
_GROWS: Final = (PrintScaling.FIT, PrintScaling.FILL)
_MORE: Final = 1.001
"""A turn has to make a page larger by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a document, as it is to be looked at."""

    size: Size
    document: int = 1
    """Its number in the Job."""
    is_sheet: bool = False
    """Whether it was laid out for a sheet before it came: a page of PWG or Apple Raster.

    Where the medium has its size it is neither scaled nor turned.
    """


@dataclass(frozen=True, slots=True)
class Placement:
    """A page on a side: an index, where it goes from (0, 0) to its size, and what is visible of the side."""

    page: int
    matrix: Matrix
    clip: Box


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet: an impression, or blank where there are no placements."""

    style: PageStyle
    placements: tuple[Placement, ...] = ()
    turn: int = 0
    """How the sheet is turned clockwise, degrees, to be read."""


def laid_out(pages: Sequence[tuple[int, Page]], style: PageStyle, wanted: Instructions) -> Side:
    """The side with `pages`, which are not more than number-up, each with its index."""
    views = [_View.of(index, page, style) for index, page in pages]
    if wanted.number_up == 1:
        (view,) = views
        to_sheet = turn(view.size, view.turn)
        return Side(style, (view.placed(to_sheet),), view.turn)
    grid = _Grid.best(wanted.number_up, views[0], style.medium)
    to_sheet = turn(style.medium.size.turned(grid.turn), grid.turn)
    placements = []
    for view, cell in zip(views, grid.cells(_DIRECTIONS[wanted.direction]), strict=False):
        into = centered(view.size, cell, view.size.scale_into(cell.size))
        placements.append(view.placed(into.then(to_sheet)))
    return Side(style, tuple(placements), grid.turn)


@dataclass(frozen=True, slots=True)
class _View:
    """A page on a sheet of its own, which is turned so that it is read upright."""

    index: int
    page: Size
    turn: int
    size: Size
    """Of the sheet, as it is turned."""
    matrix: Matrix
    clip: Box

    @classmethod
    def of(cls, index: int, page: Page, style: PageStyle) -> "_View":
        medium = style.medium
        turned = _turn(page, style)
        size = medium.size.turned(turned)
        whole = Box(0, 0, *size)
        printable = turn(medium.size, -turned).box(medium.printable)
        matrix = _scaled(page, style, whole, printable)
        return cls(index, page.size, turned, size, matrix, whole)

    def placed(self, matrix: Matrix) -> Placement:
        """The page, after the sheet has gone through `matrix`."""
        return Placement(self.index, self.matrix.then(matrix), matrix.box(self.clip))


def _turn(page: Page, style: PageStyle) -> int:
    """How the page stands on the sheet, degrees counterclockwise (RFC 8011 5.2.10).

    What nobody asked to stand across the sheet does so where that lets it come out larger.
    """
    sheet = style.medium.size
    across = page.size.turned(90).scale_into(sheet)
    upright = page.size.scale_into(sheet)
    if page.is_sheet:
        return 90 if upright < 1 and across > upright * _MORE else 0
    if style.turn % 180:
        return style.turn
    must_change = style.scaling in _GROWS or not _is_within(page.size, sheet)
    return style.turn + 90 if must_change and across > upright * _MORE else style.turn


def _scaled(page: Page, style: PageStyle, whole: Box, printable: Box) -> Matrix:
    """Where the page goes on a sheet that is turned for it (PWG 5100.13, print-scaling)."""
    size = page.size
    method = style.scaling
    if method in (PrintScaling.AUTO, PrintScaling.AUTO_FIT):
        method = PrintScaling.NONE if _is_within(size, whole.size) else PrintScaling.FIT
        if style.scaling == PrintScaling.AUTO and method == PrintScaling.FIT and printable == whole:
            method = PrintScaling.FILL
    if page.is_sheet and size.is_about(whole.size, TOLERANCE):
        # Its pixels are those of the sheet: a shift by a part of one, or one too many, would blur them.
        return Matrix(
            (whole.right - 2 * _INSET) / size.width,
            0,
            0,
            (whole.top - 2 * _INSET) / size.height,
            _INSET,
            _INSET,
        )
    if method == PrintScaling.FIT:
        return centered(size, printable, size.scale_into(printable.size))
    if method == PrintScaling.FILL:
        return centered(size, whole, max(whole.right / size.width, whole.top / size.height))
    return centered(size, whole, 1)


def _is_within(size: Size, other: Size) -> bool:
    return size.width <= other.width + TOLERANCE and size.height <= other.height + TOLERANCE


@dataclass(frozen=True, slots=True)
class _Direction:
    """How cells follow each other: along rows or columns, and where each begins."""

    by_rows: bool
    to_right: bool
    to_bottom: bool


_DIRECTIONS: Final = {
    PresentationDirectionNumberUp.TORIGHT_TOBOTTOM: _Direction(True, True, True),
    PresentationDirectionNumberUp.TOLEFT_TOBOTTOM: _Direction(True, False, True),
    PresentationDirectionNumberUp.TORIGHT_TOTOP: _Direction(True, True, False),
    PresentationDirectionNumberUp.TOLEFT_TOTOP: _Direction(True, False, False),
    PresentationDirectionNumberUp.TOBOTTOM_TORIGHT: _Direction(False, True, True),
    PresentationDirectionNumberUp.TOBOTTOM_TOLEFT: _Direction(False, False, True),
    PresentationDirectionNumberUp.TOTOP_TORIGHT: _Direction(False, True, False),
    PresentationDirectionNumberUp.TOTOP_TOLEFT: _Direction(False, False, False),
}


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells of the same size on a sheet that is turned."""

    columns: int
    rows: int
    turn: int
    area: Box

    @classmethod
    def best(cls, number: int, view: _View, medium: Medium) -> "_Grid":
        """The grid of at least `number` cells that lets pages as `view` come out largest."""
        upright = view.turn // 180 * 180
        turns = (upright, upright + 90)
        areas = {turned: turn(medium.size, -turned).box(medium.printable) for turned in turns}
        grids = [
            cls(columns, -(-number // columns), turned, areas[turned])
            for turned in turns
            for columns in range(1, number + 1)
        ]
        scales = [round(view.size.scale_into(grid.cell), 6) for grid in grids]
        return grids[scales.index(max(scales))]

    @property
    def cell(self) -> Size:
        """The size of one."""
        width, height = self.area.size
        return Size(width / self.columns, height / self.rows)

    def cells(self, direction: _Direction) -> Iterator[Box]:
        """The cells in the order in which they are filled."""
        for number in range(self.columns * self.rows):
            if direction.by_rows:
                row, column = divmod(number, self.columns)
            else:
                column, row = divmod(number, self.rows)
            if not direction.to_right:
                column = self.columns - 1 - column
            if direction.to_bottom:
                row = self.rows - 1 - row
            left = self.area.left + column * self.cell.width
            bottom = self.area.bottom + row * self.cell.height
            yield Box(left, bottom, left + self.cell.width, bottom + self.cell.height)
