"""The sheet before a Job that says whose it is (RFC 8011 5.2.3, job-sheets)."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from ippserver.documents.opened import PdfPages, Workshop, numbered, written
from ippserver.documents.pdf.plain import PlainPdf, numbers
from ippserver.documents.plan.geometry import Size
from ippserver.documents.task import Task
from ippserver.documents.text.letters import Letters
from ippserver.documents.text.own_font import width_of_cell
from ippserver.documents.text.rows import row
from ippserver.documents.text.shaping import cells
from ippserver.iana import names
from ippserver.ipp.values import DateTime, NameWithLanguage, TextWithLanguage

_ROWS: Final = (
    ("User", names.JOB_ORIGINATING_USER_NAME),
    ("For", names.JOB_RECIPIENT_NAME),
    ("Account", names.JOB_ACCOUNT_ID),
    ("Job", names.JOB_ID),
    ("Printer", names.PRINTER_NAME),
    ("Created", names.DATE_TIME_AT_CREATION),
    ("Message", names.JOB_SHEET_MESSAGE),
)
"""What is written, where the task's attributes have it."""
_TITLE_POINTS: Final = 26.0
_POINTS: Final = 12.0
_LEAST_POINTS: Final = 7.0
"""Nobody reads smaller letters at arm's length."""
_LEADING: Final = 1.5
"""From one line to the next, in parts of the size of letters."""
_LABEL_CELLS: Final = 10
_NESTED_CELLS: Final = 2
"""By how much a value is indented that stands below its label."""
_ROOM_CELLS: Final = 40
"""So many stand beside each other at least, as long as letters do not become too small."""
_PART_OF_MARGIN: Final = 8


class JobSheet:
    """A page with what `task` says of its Job."""

    are_sheets = True

    def __init__(self, task: Task, size: Size, workshop: Workshop) -> None:
        self._task = task
        self._size = size
        self._workshop = workshop

    @property
    def sizes(self) -> Sequence[Size]:
        """The size of the page."""
        return [self._size]

    @property
    def colorless(self) -> Collection[int]:
        """The page: its text is black."""
        return range(1)

    @contextmanager
    def as_pdf(self, chosen: Collection[int]) -> Iterator[PdfPages]:
        """The page."""
        with written(self._workshop, self._write) as pdf:
            yield numbered(pdf, [0])

    def text(self, chosen: Collection[int]) -> str:
        """Nothing: it is no part of the document."""
        return ""

    def _write(self, pdf: PlainPdf) -> None:
        letters = Letters(pdf)
        margin = min(self._size) / _PART_OF_MARGIN
        room = self._size.width - 2 * margin
        points = max(_LEAST_POINTS, min(_POINTS, room / (_ROOM_CELLS * width_of_cell())))
        cell = points * width_of_cell()
        column = _Column(letters, margin, room, self._size.height - margin, margin)
        column.write(self._task.title or "Untitled", points * _TITLE_POINTS / _POINTS)
        column.rule(points)
        is_narrow = room < _ROOM_CELLS * cell * 0.75
        for label, value in self._rows():
            column.write(label, points)
            if not is_narrow:
                column.back(points)
            column.write(value, points, (_NESTED_CELLS if is_narrow else _LABEL_CELLS) * cell)
        pdf.add_page(self._size, b"".join(column.content), letters.resources)
        letters.close()

    def _rows(self) -> Iterator[tuple[str, str]]:
        for label, name in _ROWS:
            said = _said(name.get(self._task.attributes))
            if said:
                yield label, said


def _said(value: object) -> str:
    """A value for people, on one line."""
    if isinstance(value, NameWithLanguage | TextWithLanguage):
        return _said(value.text)
    if isinstance(value, DateTime):
        moment = value.datetime
        return "" if moment is None else f"{moment:%Y-%m-%d %H:%M %Z}"
    return "" if value is None else " ".join(str(value).split())


@dataclass(slots=True)
class _Column:
    """Lines one under the other, until there is no more room; points."""

    letters: Letters
    left: float
    room: float
    bottom: float
    """Of the line that was written last."""
    end: float
    content: list[bytes] = field(default_factory=list)

    def write(self, text: str, points: float, indent: float = 0.0) -> None:
        """Writes `text` on as many lines as it takes."""
        for line in _wrapped(text, max(1, int((self.room - indent) / (points * width_of_cell())))):
            self.bottom -= points * _LEADING
            if self.bottom >= self.end:
                self.content.append(self.letters.line(row(line), points, self.left + indent, self.bottom))

    def back(self, points: float) -> None:
        """Goes up by a line."""
        self.bottom += points * _LEADING

    def rule(self, points: float) -> None:
        """Draws a line with room around it."""
        self.bottom -= points
        self.content.append(b"%b re f\n" % numbers((self.left, self.bottom, self.room, points / 6)))
        self.bottom -= points / 2


def _wrapped(text: str, columns: int) -> Iterator[str]:
    """`text` in lines of so many columns, broken between words where that is possible."""
    line = ""
    for word in text.split():
        if line and _width(line) + 1 + _width(word) <= columns:
            line += f" {word}"
            continue
        if line:
            yield line
        line = ""
        for character in word:
            if line and _width(line) + cells(character) > columns:
                yield line
                line = ""
            line += character
    yield line


def _width(text: str) -> int:
    return sum(map(cells, text))
