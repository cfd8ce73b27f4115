"""What PWG Raster and Apple Raster have in common: a header, then rows in run coding, page after page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Generic, Protocol, TypedDict, TypeVar

from ippserver.documents.errors import DamagedDocument
from ippserver.documents.raster.bands import Band, RasterLimits, Rows
from ippserver.documents.raster.ordered import Ordered
from ippserver.documents.raster.packing import Ink, Units, as_octets, in_units, packed_units
from ippserver.documents.raster.pixels import PixelFormat
from ippserver.documents.raster.runs import Source, skip, unpacked, unrepeated


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


class _Measures(TypedDict):
    """What the run coding of a page has to be known of."""

    row_octets: int
    height: int
    unit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Generic[H]):
    """How a format of rasters is put together."""

    name: str
    sync: bytes
    """What a file begins with."""
    beginning_octets: int
    """Of all that is said before the first page."""
    header_octets: int
    decode: Callable[[bytes], H]
    """Reads a header."""


@dataclass(frozen=True, slots=True)
class Page(Generic[H]):
    """A page that is being read: its `bands` can be taken once, before the next page is."""

    header: H
    bands: Iterator[Band]


@dataclass(frozen=True, slots=True)
class Place(Generic[H]):
    """A page that can be read later, and again."""

    header: H
    octet: int
    """Where its rows begin in the file."""

    def bands(self, file: BinaryIO) -> Iterator[Band]:
        """Its rows, from the file that it was found in.

        Raises:
            DamagedDocument: The file is not what it was.
        """
        return (band for rows in self.rows(file) for band in rows.bands())

    def rows(self, file: BinaryIO) -> Iterator[Rows]:
        """The same, with rows that are repeated only once."""
        file.seek(self.octet)
        pixels = self.header.pixels
        return unrepeated(Source(file), white=pixels.white, **_measures(self.header))


def read_pages(file: BinaryIO, form: Form[H], limits: RasterLimits | None) -> Iterator[Page[H]]:
    """The pages of `file`, which is at its beginning; what was not taken of one is passed over.

    Raises:
        DamagedDocument: It has not that form, contradicts itself, has no page, or ends too early.
        DocumentTooLarge: It passes `limits`.
    """
    source = Source(file)
    for header in _headers(source, form, limits or RasterLimits()):
        bands = unpacked(source, white=header.pixels.white, **_measures(header))
        yield Page(header, bands)
        for _ in bands:
            pass


def find_pages(file: BinaryIO, form: Form[H], limits: RasterLimits | None) -> Iterator[Place[H]]:
    """Where they are; all that can be wrong with them is found without unpacking them.

    Raises:
        DamagedDocument: It has not that form, contradicts itself, has no page, or ends too early.
        DocumentTooLarge: It passes `limits`.
    """
    source = Source(file)
    for header in _headers(source, form, limits or RasterLimits()):
        yield Place(header, source.position)
        skip(source, **_measures(header))


def _headers(source: Source, form: Form[H], limits: RasterLimits) -> Iterator[H]:
    if not source.take(form.beginning_octets).startswith(form.sync):
        raise DamagedDocument(f"The document does not begin as {form.name} does.")
    number = 0
    while head := source.take(form.header_octets):
        number += 1
        limits.check_pages(number)
        if head.startswith(form.sync):  # another file: CUPS sends those of one job, and its banners, in a row
            head = head[form.beginning_octets :] + source.take(form.beginning_octets)
        if len(head) < form.header_octets:
            raise DamagedDocument("The document ends within a page header.")
        header = form.decode(head)
        limits.check_page(header.pixels, header.width, header.height)
        yield header
    if not number:
        raise DamagedDocument("The document has no pages.")


def _measures(header: Header) -> _Measures:
    pixels = header.pixels
    return _Measures(
        row_octets=pixels.row_octets(header.width), height=header.height, unit=pixels.unit_octets
    )


def write_page(
    file: BinaryIO | Ordered, header: Header, bands: Iterable[Units], ink: Ink | None = None
) -> None:
    """Writes a page to `file`; `bands` have exactly its rows.

    With `ink`, they are rows of units of which it makes the octets, else rows of octets.
    """
    ordered = file if isinstance(file, Ordered) else None
    file.write(header.encode())
    unit, row_octets, rows = header.pixels.unit_octets, header.pixels.row_octets(header.width), 0
    for band in bands:
        units = in_units(band, unit) if ink is None else band
        assert units.shape[1] == row_octets // unit, "rows are as long as the header says"
        rows += band.shape[0]
        if ordered is None:
            file.write(packed_units(units, ink or as_octets))
        else:
            ordered.write_later(partial(packed_units, units, ink or as_octets))
    assert rows == header.height, "a page has as many rows as its header says"
