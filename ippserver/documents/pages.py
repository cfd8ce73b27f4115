"""What PWG Raster and Apple Raster have in common: a header, then rows in run coding, page after page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Generic, Protocol, TypeVar

from ippserver.documents.errors import DamagedDocument
from ippserver.documents.pixels import PixelFormat
from ippserver.documents.raster import Band, RasterLimits
from ippserver.documents.runs import Source, packed, unpacked


class Header(Protocol):
    """What is said before a page, as far as its pixels go."""

    @property
    def pixels(self) -> PixelFormat:
        """What they are."""

    @property
    def width(self) -> int:
        """Pixels of a row."""

    @property
    def height(self) -> int:
        """Rows."""

    def encode(self) -> bytes:
        """Its octets."""


H = TypeVar("H", bound=Header)


@dataclass(frozen=True, slots=True)
class Page(Generic[H]):
    """A page that is being read: its `bands` can be taken once, before the next page is."""

    header: H
    bands: Iterator[Band]


def read_pages(
    source: Source, octets: int, decode: Callable[[bytes], H], limits: RasterLimits
) -> Iterator[Page[H]]:
    """The pages of `source`, whose headers of `octets` are what `decode` reads.

    What was not taken of a page is passed over.

    Raises:
        DamagedDocument: There is none, or it ends too early.
        DocumentTooLarge: It passes `limits`.
    """
    number = 0
    while head := source.take(octets):
        number += 1
        limits.check_pages(number)
        if len(head) < octets:
            raise DamagedDocument("The document ends within a page header.")
        header = decode(head)
        pixels = header.pixels
        limits.check_page(pixels, header.width, header.height)
        bands = unpacked(
            source,
            row_octets=pixels.row_octets(header.width),
            height=header.height,
            unit=pixels.unit_octets,
            white=pixels.white,
        )
        yield Page(header, bands)
        for _ in bands:
            pass
    if not number:
        raise DamagedDocument("The document has no pages.")


def write_page(file: BinaryIO, header: Header, bands: Iterable[Band]) -> None:
    """Writes a page to `file`; `bands` have exactly its rows."""
    file.write(header.encode())
    row_octets, rows = header.pixels.row_octets(header.width), 0
    for band in bands:
        assert band.shape[1] == row_octets, "rows are as long as the header says"
        rows += band.shape[0]
        file.write(packed(band, header.pixels.unit_octets))
    assert rows == header.height, "a page has as many rows as its header says"
