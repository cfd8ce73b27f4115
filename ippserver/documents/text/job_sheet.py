"""The sheet before a Job that says whose it is (RFC 8011 5.2.3, job-sheets)."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import Final

from ippserver.documents.opened import PdfPages, Workshop, numbered, written
from ippserver.documents.pdf.plain import PlainPdf, numbers
from ippserver.documents.plan.geometry import Size
from ippserver.documents.task import Task
from ippserver.documents.text.letters import Letters, cells, width_of_cell
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
_LABEL_CELLS: Final = 10
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
        left, top = margin, self._size.height - margin
        room = self._size.width - 2 * margin
        scale = min(1.0, room / (40 * _POINTS * width_of_cell()))  # small media
        title = _fitting(self._task.title or "Untitled", room, _TITLE_POINTS * scale)
        content = [letters.line(title, _TITLE_POINTS * scale, left, top - _TITLE_POINTS * scale)]
        rule = top - 1.7 * _TITLE_POINTS * scale
        content.append(b"%b re f\n" % numbers((left, rule, room, 2 * scale)))
        cell = width_of_cell() * _POINTS * scale
        bottom = rule - 2 * _POINTS * scale
        for label, value in self._rows():
            content.append(letters.line(label, _POINTS * scale, left, bottom))
            text = _fitting(value, room - _LABEL_CELLS * cell, _POINTS * scale)
            content.append(letters.line(text, _POINTS * scale, left + _LABEL_CELLS * cell, bottom))
            bottom -= 1.6 * _POINTS * scale
        pdf.add_page(self._size, b"".join(content), letters.resources)
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


def _fitting(text: str, room: float, points: float) -> str:
    """`text`, cut off where it would go past `room`."""
    most = max(1, int(room / (points * width_of_cell())))
    widths = list(accumulate(map(cells, text)))
    return text if not widths or widths[-1] <= most else text[: bisect_right(widths, most - 1)] + "…"
