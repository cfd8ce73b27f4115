"""Plain text as documents: in columns of one width, laid out for the sheet that is printed on."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

from ippserver.documents.opened import PdfPages, Workshop, numbered, written
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Box, Size, turn
from ippserver.documents.plan.instructions import PageStyle
from ippserver.documents.text.letters import Letters
from ippserver.documents.text.own_font import width_of_cell
from ippserver.documents.text.reading import characters
from ippserver.documents.text.rows import pages
from ippserver.documents.text.shaping import Row

_FONT_POINTS: Final = 10.0
_LINE_POINTS: Final = 12.0
"""Six lines to the inch, as line printers had them."""
_MARGIN_POINTS: Final = 36.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What text is laid out for: a page that is read upright, points."""

    size: Size
    area: Box

    @classmethod
    def of(cls, style: PageStyle) -> "Sheet":
        """The sheet that `style` prints on, turned to be read."""
        medium = style.medium
        size = medium.size.turned(style.turn)
        printable = turn(medium.size, -style.turn).box(medium.printable)
        width, height = size
        margin = min(_MARGIN_POINTS, width / 8, height / 8)
        return cls(size, printable.cut(Box(margin, margin, width - margin, height - margin)))

    @property
    def columns(self) -> int:
        """Letters of a line."""
        return max(2, int(self.area.size.width / (_FONT_POINTS * width_of_cell())))

    @property
    def lines(self) -> int:
        """Lines of a page."""
        return max(1, int(self.area.size.height / _LINE_POINTS))


class TextDocument:
    """Opened text: its pages are laid out and held as lines."""

    are_sheets = False

    def __init__(self, file: BinaryIO, workshop: Workshop, sheet: Sheet, charset: str | None) -> None:
        """Raises DocumentError: Its charset is not known, or it passes a limit."""
        self._workshop = workshop
        self._sheet = sheet
        self._pages: list[list[Row]] = []
        for page in pages(characters(file, charset), sheet.columns, sheet.lines):
            self._pages.append(page)
            workshop.check_pages(len(self._pages))

    @property
    def sizes(self) -> Sequence[Size]:
        """The size of each page: that of the sheet it is laid out for."""
        return [self._sheet.size] * len(self._pages)

    @property
    def colorless(self) -> Collection[int]:
        """All pages: text is black."""
        return range(len(self._pages))

    @contextmanager
    def as_pdf(self, chosen: Collection[int]) -> Iterator[PdfPages]:
        """The `chosen` pages, as text."""

        def write(pdf: PlainPdf) -> None:
            letters = Letters(pdf)
            for index in sorted(chosen):
                pdf.add_page(self._sheet.size, self._content(letters, index), letters.resources)
                self._workshop.on_page()
            letters.close()

        with written(self._workshop, write) as pdf:
            yield numbered(pdf, chosen)

    def text(self, chosen: Collection[int]) -> str:
        """What stands on them."""
        return "\f".join("\n".join(row.text for row in self._pages[index]) for index in sorted(chosen))

    def _content(self, letters: Letters, index: int) -> bytes:
        first = self._sheet.area.top - _FONT_POINTS
        return b"".join(
            letters.line(row, _FONT_POINTS, self._left(row), first - number * _LINE_POINTS)
            for number, row in enumerate(self._pages[index])
            if row.text
        )

    def _left(self, row: Row) -> float:
        """Where the row begins; those from the right end in the last column."""
        blank = self._sheet.columns - row.cells if row.is_from_right else 0
        return self._sheet.area.left + blank * _FONT_POINTS * width_of_cell()
