"""From documents to what is to become of them: what a worker does with its task."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

import pikepdf

from ippserver.documents.errors import Unsupported
from ippserver.documents.images.document import ImageDocument
from ippserver.documents.opened import Opened, PdfPages, Workshop
from ippserver.documents.pdf import output as pdf_output
from ippserver.documents.pdf import series
from ippserver.documents.pdf.document import PdfDocument
from ippserver.documents.plan.counts import counted
from ippserver.documents.plan.instructions import Instructions, Override, PageStyle, Place, instructions
from ippserver.documents.plan.layout import Plan, plan
from ippserver.documents.plan.placing import Page, Side
from ippserver.documents.raster.colors import is_gray
from ippserver.documents.raster.document import RasterDocument
from ippserver.documents.raster.output import Printer
from ippserver.documents.task import Progress, Result, Sink, Task
from ippserver.documents.text.document import Sheet, TextDocument
from ippserver.documents.text.job_sheet import JobSheet
from ippserver.ipp.attributes import Collection as IppCollection
from ippserver.ipp.values import RangeOfInteger
from ippserver.model import formats

TARGETS: Final = (formats.PDF, formats.PNG, formats.JPEG, formats.PWG_RASTER, formats.APPLE_RASTER)
"""What is written."""


def convert(task: Task, source: BinaryIO, sink: Sink, progress: Callable[[Progress], None]) -> Result:
    """Makes of the document in `source`, a file that is at its beginning, what `task` says.

    Raises:
        DocumentError: The document is to blame, or what is asked of it.
        OSError: `source` or `sink` fails.
    """
    return convert_together((task,), (source,), sink, progress)


def convert_together(
    tasks: Sequence[Task], sources: Sequence[BinaryIO], sink: Sink, progress: Callable[[Progress], None]
) -> Result:
    """The same with the documents of one Job, in order, as one.

    The first task says what is to become of them, and what is asked of the Job as a whole; the attributes of
    the others count for their pages only.

    Raises:
        DocumentError: A document is to blame, or what is asked of it.
        OSError: A source or `sink` fails.
    """
    return _Conversion(tasks, sources, sink, progress).run()


@dataclass(slots=True)
class _Conversion:
    tasks: Sequence[Task]
    sources: Sequence[BinaryIO]
    sink: Sink
    progress: Callable[[Progress], None]
    read: int = 0
    impressions: int = 0
    of_impressions: int = 0

    def run(self) -> Result:
        first = self.tasks[0]
        if first.target.media_type not in TARGETS:
            raise Unsupported(f"Nothing here writes {first.target.media_type}.")
        wanted = self._wanted()
        draft = first.target.media_type != formats.PDF
        ends = Place(first.of_documents, sys.maxsize, wanted.copies)  # no page is known as the last one yet
        workshop = Workshop(self.sink, first.limits, self._on_page, self._report, draft)
        opened: list[Opened] = []
        pages: list[Page] = []
        for task, source in zip(self.tasks, self.sources, strict=True):
            style = wanted.style_of(Place(task.number, 1, 1), ends)
            for document in _opened(task, source, workshop, style):
                opened.append(document)
                are_sheets = document.are_sheets
                pages += [
                    Page(size=size, document=task.number, is_sheet=are_sheets) for size in document.sizes
                ]
        cover = None
        if wanted.job_sheet is not None and pages:
            cover = len(pages)
            opened.append(JobSheet(first, wanted.job_sheet.size, workshop))
            pages.append(Page(size=wanted.job_sheet.size, document=0, is_sheet=True))
        made = plan(
            pages, wanted, job_sheet=cover, documents=first.of_documents, most_sides=first.limits.sides
        )
        self.of_impressions = made.impressions_completed
        parts = self._write(made, opened)
        return self._result(made, parts, opened)

    def _wanted(self) -> Instructions:
        """What the first task asks, and the others for their own pages."""
        wanted = instructions(self.tasks[0].attributes)
        others = tuple(
            Override(
                pages=(),
                documents=(RangeOfInteger(task.number, task.number),),
                copies=(),
                members=IppCollection(task.attributes),
            )
            for task in self.tasks[1:]
        )
        return replace(wanted, overrides=(*others, *wanted.overrides))

    def _write(self, made: Plan, opened: Sequence[Opened]) -> int | None:
        """How many files were written; None where the document is what is wanted.

        Where nothing is printed there is none, whatever the format: no file is better than one without pages.
        """
        target = self.tasks[0].target
        if not made.sheets:
            return 0
        with ExitStack() as stack:
            pages = _joined(
                [
                    stack.enter_context(one.as_pdf(chosen)) if chosen else PdfPages({})
                    for one, chosen in _chosen(made, opened)
                ],
                opened,
            )
            if target.media_type == formats.PDF:
                title = self.tasks[0].title
                return pdf_output.write(
                    made, pages, target, self.sink, title=title, on_side=self._on_side, alive=self._report
                )
            sides = pdf_output.unlike(made)
            drawer = stack.enter_context(pdf_output.imposed(sides, pages, self.sink))
            numbers = {id(side): number for number, side in enumerate(sides)}
            return Printer(drawer, numbers, target, self._on_side).print(made, self.sink)

    def _result(self, made: Plan, parts: int | None, opened: Sequence[Opened]) -> Result:
        target, limits = self.tasks[0].target, self.tasks[0].limits
        texts = [document.text(chosen) for document, chosen in _chosen(made, opened) if chosen]
        in_gray = target.pixels is not None and is_gray(target.pixels)
        text = "\f".join(filter(None, texts)).encode(errors="replace")[: limits.text_octets]
        return Result(
            media_type=target.media_type,
            extension=formats.extension(target.media_type),
            parts=parts or 0,
            unchanged=parts is None,
            pages=made.pages,
            impressions=made.impressions,
            impressions_completed=made.impressions_completed,
            sheets=len(made.sheets),
            counts=counted(made, _colorless(opened), in_gray=in_gray),
            text=text.decode(errors="ignore"),
            media=made.media,
        )

    def _on_page(self) -> None:
        self.read += 1
        self._report()

    def _on_side(self, side: Side) -> None:
        self.impressions += bool(side.placements)
        self._report()

    def _report(self) -> None:
        self.progress(
            Progress(pages=self.read, impressions=self.impressions, of_impressions=self.of_impressions)
        )


def _opened(task: Task, source: BinaryIO, workshop: Workshop, style: PageStyle) -> Sequence[Opened]:
    if formats.essence(task.source_format) == formats.PDF:
        return [PdfDocument(file, workshop, task.password) for file in series.split(source)]
    return (_opened_alone(task, source, workshop, style),)


def _opened_alone(task: Task, source: BinaryIO, workshop: Workshop, style: PageStyle) -> Opened:
    media_type = formats.essence(task.source_format)
    if media_type == formats.PCLM.lower():
        return PdfDocument(source, workshop, task.password, are_sheets=True)
    if media_type in (formats.PWG_RASTER, formats.APPLE_RASTER):
        return RasterDocument(source, workshop, apple=media_type == formats.APPLE_RASTER)
    if media_type in (formats.JPEG, formats.PNG, formats.TIFF):
        return ImageDocument(source, workshop, media_type)
    if media_type == formats.TEXT:
        return TextDocument(source, workshop, Sheet.of(style), formats.charset(task.source_format))
    raise Unsupported(f"Nothing here reads {task.source_format}.")


def _chosen(made: Plan, opened: Sequence[Opened]) -> Iterator[tuple[Opened, list[int]]]:
    """Each document, and which of its pages are on the sheets."""
    used = sorted({placement.page for side in made.sides for placement in side.placements})
    first = 0
    for document in opened:
        last = first + len(document.sizes)
        yield document, [index - first for index in used if first <= index < last]
        first = last


def _colorless(opened: Sequence[Opened]) -> set[int]:
    """Which pages of all documents, numbered through, have no color."""
    found: set[int] = set()
    first = 0
    for document in opened:
        found |= {first + index for index in document.colorless}
        first += len(document.sizes)
    return found


def _joined(parts: Sequence[PdfPages], opened: Sequence[Opened]) -> PdfPages:
    """The pages of all documents, numbered through."""
    pages: dict[int, pikepdf.Page] = {}
    first = 0
    for part, document in zip(parts, opened, strict=True):
        pages |= {first + index: page for index, page in part.pages.items()}
        first += len(document.sizes)
    layers = [of_document for part in parts for of_document in part.layers]
    return PdfPages(pages, layers, as_sent=len(parts) == 1 and parts[0].as_sent)
