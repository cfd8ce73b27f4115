"""PWG Raster and Apple Raster as documents: pages of pixels, as large as their resolution says."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, TypeAlias

from ippserver.documents.opened import PdfPages, Workshop, numbered, written
from ippserver.documents.pdf.images import add_page_of_pixels
from ippserver.documents.pdf.plain import PlainPdf
from ippserver.documents.plan.geometry import POINTS_PER_INCH, Matrix, Size
from ippserver.documents.raster import pwg, urf
from ippserver.documents.raster.bands import RasterLimits
from ippserver.documents.raster.colors import is_gray
from ippserver.documents.raster.pages import Place

RasterPage: TypeAlias = Place[pwg.PageHeader] | Place[urf.PageHeader]


class RasterDocument:
    """An opened raster document: only the places of its pages are held."""

    are_sheets = True

    def __init__(self, file: BinaryIO, workshop: Workshop, *, apple: bool) -> None:
        """Raises DocumentError: It is damaged, or passes a limit."""
        limits = RasterLimits(pages=workshop.limits.pages)
        self._file = file
        self._workshop = workshop
        self.pages: list[RasterPage] = []
        for page in urf.find(file, limits) if apple else pwg.find(file, limits):
            workshop.check_pixels(page.header.width, page.header.height)
            self.pages.append(page)

    @property
    def sizes(self) -> Sequence[Size]:
        """The size of each page."""
        return [_size(page) for page in self.pages]

    @property
    def colorless(self) -> Collection[int]:
        """The pages whose pixels are gray, or black and white."""
        return [index for index, page in enumerate(self.pages) if is_gray(page.header.pixels)]

    @contextmanager
    def as_pdf(self, chosen: Collection[int]) -> Iterator[PdfPages]:
        """Each of the `chosen` pages as a page that is one image."""

        def write(pdf: PlainPdf) -> None:
            for index in sorted(chosen):
                self._write(pdf, self.pages[index])
                self._workshop.on_page()

        with written(self._workshop, write) as pdf:
            yield numbered(pdf, chosen)

    def text(self, chosen: Collection[int]) -> str:
        """Nothing: who could read that."""
        return ""

    def _write(self, pdf: PlainPdf, page: RasterPage) -> None:
        header = page.header
        size = _size(page)
        across, along = mirrored(page)
        place = Matrix(
            across * size.width,
            0,
            0,
            along * size.height,
            0 if across > 0 else size.width,
            0 if along > 0 else size.height,
        )
        add_page_of_pixels(
            pdf,
            size,
            place,
            header.pixels,
            (header.width, header.height),
            partial(page.rows, self._file),
            draft=self._workshop.draft,
        )


def dots(page: RasterPage) -> tuple[int, int]:
    """Its resolution across and along, dots per inch."""
    header = page.header
    return header.resolution if isinstance(header, pwg.PageHeader) else (header.dpi, header.dpi)


def mirrored(page: RasterPage) -> tuple[int, int]:
    """-1 across or along where the pixels are mirrored that way, since it is the back of a sheet; else 1."""
    return page.header.transform if isinstance(page.header, pwg.PageHeader) else (1, 1)


def _size(page: RasterPage) -> Size:
    across, along = dots(page)
    return Size(page.header.width * POINTS_PER_INCH / across, page.header.height * POINTS_PER_INCH / along)
