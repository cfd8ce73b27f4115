"""What every format of documents has in common once it is opened."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

import pikepdf

from ippserver.documents.errors import DocumentTooLarge
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import Box, Matrix, Size, turn
from ippserver.documents.task import Limits, Sink

_LETTER: Final = Size(612, 792)
"""Of a page that does not say its size, as in most readers."""
_MOST_POINTS: Final = 10**6
_MOST_UNITS: Final = 10**5
"""Points in a unit; Acrobat knows up to 75,000."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What an opened document works with."""

    sink: Sink
    limits: Limits
    on_page: Callable[[], None]
    """Called for each page of the document that has been read."""
    alive: Callable[[], None]
    """Called when something took its time, so that nobody thinks that nothing is done any more."""
    draft: bool = False
    """Whether its pages are only drawn from, so that they are better written fast than small."""

    def check_pages(self, number: int) -> None:
        """Raises DocumentTooLarge where a document has more pages than are allowed."""
        if number > self.limits.pages:
            raise DocumentTooLarge(f"The document has more than {self.limits.pages} pages.")

    def check_pixels(self, width: int, height: int) -> None:
        """Raises DocumentTooLarge where a page has more pixels than are allowed."""
        if width * height > self.limits.pixels:
            raise DocumentTooLarge(f"A page of {width} by {height} pixels is too large.")


@dataclass(frozen=True, slots=True)
class PdfPages:
    """Pages of PDF by their index in the document."""

    pages: Mapping[int, pikepdf.Page]
    layers: Sequence[pikepdf.Object] = ()
    """Of each document that has some."""
    as_sent: bool = False
    """Whether they are all pages of a PDF that may be handed on as it came, if nothing is to change."""


class Opened(Protocol):
    """A document whose pages are known."""

    are_sheets: bool
    """Whether the pages were laid out for a sheet before they came."""

    @property
    def sizes(self) -> Sequence[Size]:
        """The size of each page, as it is to be looked at."""

    @property
    def colorless(self) -> Collection[int]:
        """The pages, by their indices, of which the format itself says that they have no color."""

    def as_pdf(self, chosen: Collection[int]) -> AbstractContextManager[PdfPages]:
        """The `chosen` pages, each a page of PDF, as long as it is entered.

        Raises:
            DocumentError: The document cannot be read.
        """

    def text(self, chosen: Collection[int]) -> str:
        """What is written on them, not more than the limit."""


@contextmanager
def written(workshop: Workshop, write: Callable[[PlainPdf], None]) -> Iterator[pikepdf.Pdf]:
    """The PDF that `write` writes."""
    with workshop.sink.scratch() as file:
        plain = PlainPdf(file)
        write(plain)
        plain.close()
        file.seek(0)
        with pikepdf.open(file) as pdf:
            yield pdf


def numbered(pdf: pikepdf.Pdf, chosen: Collection[int]) -> PdfPages:
    """The pages of `pdf`, which are the chosen ones in order."""
    return PdfPages(dict(zip(sorted(chosen), pdf.pages, strict=True)))


def visible(page: pikepdf.Page) -> tuple[Size, Matrix]:
    """The size of what is seen of a page, and the map that puts it upright at (0, 0)."""
    unit = _unit(page)
    box = visible_box(page)
    degrees = -page.rotation % 360 if page.rotation % 90 == 0 else 0
    to_origin = Matrix(unit, 0, 0, unit, -unit * box.left, -unit * box.bottom)
    size = Size(unit * box.size.width, unit * box.size.height)
    return size.turned(degrees), to_origin.then(turn(size, degrees))


def _unit(page: pikepdf.Page) -> float:
    """How many points its unit has; one that is none, as with all that is nonsense."""
    unit = float(page.obj.get("/UserUnit", 1))
    return unit if 1 / _MOST_UNITS < unit < _MOST_UNITS else 1.0


def visible_box(page: pikepdf.Page) -> Box:
    """What is seen of a page, as it says itself: its CropBox, where that lies on its MediaBox."""
    media, crop = _boxes(page)
    for box in (crop.cut(media), media):
        if 0 < min(box.size) and max(box.size) < _MOST_POINTS:
            return box
    return Box(0, 0, *_LETTER)


def is_cropped_away(page: pikepdf.Page) -> bool:
    """Whether nothing of its CropBox lies on its MediaBox: others see nothing (ISO 32000-1 14.11.2)."""
    media, crop = _boxes(page)
    return min(crop.cut(media).size) <= 0


def _boxes(page: pikepdf.Page) -> tuple[Box, Box]:
    """Its MediaBox and its CropBox."""
    media, crop = (_sorted([float(edge) for edge in box]) for box in (page.mediabox, page.cropbox))
    return media, crop


def _sorted(edges: Sequence[float]) -> Box:
    left, bottom, right, top = edges
    return Box(min(left, right), min(bottom, top), max(left, right), max(bottom, top))
