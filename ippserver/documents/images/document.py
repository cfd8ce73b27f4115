"""JPEG, PNG and TIFF as documents: each picture a page, its octets kept as they are where PDF knows them."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, Final

import numpy as np
import pikepdf
from PIL import Image

from ippserver.documents.errors import DamagedDocument, blamed_on_the_document
from ippserver.documents.images.profiles import in_srgb
from ippserver.documents.images.shrinking import shrunk
from ippserver.documents.opened import PdfPages, Workshop, numbered, written
from ippserver.documents.pdf.images import add_image
from ippserver.documents.pdf.plain import PlainPdf, numbers
from ippserver.documents.plan.geometry import POINTS_PER_INCH, Box, Matrix, Size
from ippserver.documents.raster.bands import banded
from ippserver.documents.raster.pixels import ColorSpace, PixelFormat
from ippserver.model import formats

_READERS: Final = {formats.JPEG: "JPEG", formats.PNG: "PNG", formats.TIFF: "TIFF"}
"""Of Pillow: no other one gets to see the document."""
_DPI: Final = 150.0
"""Of a picture that does not say how large it is."""
_SOUND_DPI: Final = (10.0, 20_000.0)
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = 1
_LYING: Final = (5, 6, 7, 8)
"""The values of Exif's orientation that turn a picture by a quarter."""
_VERBATIM: Final = ("1", "L", "P", "RGB", "I;16")
"""The kinds of PNG that PDF knows."""
_SPACES: Final = {"L": ColorSpace.SGRAY, "RGB": ColorSpace.SRGB, "CMYK": ColorSpace.CMYK}
_COLORLESS: Final = ("1", "L", "LA")
_EIGHTH: Final = 8
_SQUARE: Final = 100.0
"""Points, on each side of the page on which img2pdf puts a picture: it takes none of less than 3."""


class ImageDocument:
    """An opened picture, or several in one file."""

    are_sheets = False

    def __init__(self, file: BinaryIO, workshop: Workshop, media_type: str) -> None:
        """Raises DocumentError: It is damaged, or passes a limit."""
        Image.MAX_IMAGE_PIXELS = None  # ours is looked at before anything is unpacked
        self._file = file
        self._workshop = workshop
        self._media_type = media_type
        self._sizes: list[Size] = []
        self._colorless: list[int] = []
        with blamed_on_the_document(), self._image() as image:
            for number in range(self._count(image)):
                workshop.check_pages(number + 1)
                image.seek(number)
                workshop.check_pixels(*image.size)
                self._sizes.append(_size(image))
                if image.mode in _COLORLESS or image.mode.startswith("I;16"):
                    self._colorless.append(number)
            # Pillow has turned TIFF already.
            stored = None if media_type == formats.TIFF else image.getexif().get(_ORIENTATION)
            self._orientation = _UPRIGHT if stored is None else stored

    @property
    def sizes(self) -> Sequence[Size]:
        """The size of each picture."""
        return [size.turned(90) for size in self._sizes] if self._orientation in _LYING else self._sizes

    @property
    def colorless(self) -> Collection[int]:
        """The pictures whose pixels are gray, or black and white."""
        return self._colorless

    @contextmanager
    def as_pdf(self, chosen: Collection[int]) -> Iterator[PdfPages]:
        """The `chosen` pictures, each a page."""
        with blamed_on_the_document():
            verbatim = self._is_verbatim()
        if not verbatim:
            with written(self._workshop, lambda pdf: self._write(pdf, chosen)) as pdf:
                yield numbered(pdf, chosen)
            return
        import img2pdf  # what it needs takes 20 ms to import: other documents go without

        with self._workshop.sink.scratch() as file:
            with blamed_on_the_document():
                self._file.seek(0)
                img2pdf.convert(
                    self._file,
                    outputstream=file,
                    layout_fun=lambda *_: (_SQUARE,) * 4,
                    rotation=img2pdf.Rotation.none,
                    first_frame_only=True,
                    engine=img2pdf.Engine.pikepdf,
                    nodate=True,
                )
                self._workshop.on_page()
            file.seek(0)
            with pikepdf.open(file) as pdf:
                self._set_upright(pdf.pages[0])
                yield numbered(pdf, chosen)

    def text(self, chosen: Collection[int]) -> str:
        """Nothing: who could read that."""
        return ""

    def _image(self) -> Image.Image:
        self._file.seek(0)
        return Image.open(self._file, formats=[_READERS[self._media_type]])

    def _count(self, image: Image.Image) -> int:
        return int(getattr(image, "n_frames", 1)) if self._media_type == formats.TIFF else 1

    def _is_verbatim(self) -> bool:
        """Whether the octets can stay as they are; looks whether they are all there.

        Raises:
            OSError, SyntaxError: They are not.
        """
        with self._image() as image:
            if self._media_type == formats.JPEG:
                image.draft(None, (max(1, image.width // _EIGHTH), max(1, image.height // _EIGHTH)))
                image.load()
                return True
            if self._media_type == formats.PNG:
                plain = image.mode in _VERBATIM and not {"transparency", "interlace"} & set(image.info)
                if plain:
                    image.verify()
                return plain
        return False

    def _set_upright(self, page: pikepdf.Page) -> None:
        """Stretches, turns and mirrors what is on the page as Exif says; Rotate could not do all of it."""
        (size,) = self._sizes
        matrix = _upright(size, self._orientation)
        stretched = Matrix(size.width / _SQUARE, 0, 0, size.height / _SQUARE, 0, 0).then(matrix)
        page.contents_add(b"q %b cm" % numbers(stretched), prepend=True)
        page.contents_add(b"Q")
        page.mediabox = pikepdf.Array(matrix.box(Box(0, 0, *size)))

    def _write(self, pdf: PlainPdf, chosen: Collection[int]) -> None:
        with self._image() as image:
            for index in sorted(chosen):
                with blamed_on_the_document():
                    image.seek(index)
                    plain = in_srgb(_plain(image), image.info.get("icc_profile"))
                rows = np.asarray(plain).reshape(plain.height, -1)
                pixels = PixelFormat(_SPACES[plain.mode], 8)
                page = shrunk(pixels, plain.width, plain.height, partial(banded, rows))
                added = add_image(pdf, page)
                size = self._sizes[index]
                content = b"%b cm/I Do" % numbers((size.width, 0, 0, size.height, 0, 0))
                pdf.add_page(size, content, b"/XObject<</I %d 0 R>>" % added)
                self._workshop.on_page()


def _plain(image: Image.Image) -> Image.Image:
    """The picture as one of gray, colors or inks with 8 bits each, on white paper.

    Raises:
        DamagedDocument: Pillow does not know how.
    """
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        return paper.convert("RGB")
    if image.mode in ("1", "L"):
        return image.convert("L")
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise DamagedDocument(f"Pictures of the kind {image.mode} are not known.")
    return image.copy() if image.mode in _SPACES else image.convert("RGB")


def _upright(size: Size, orientation: int) -> Matrix:
    """Where a picture goes that is stored in one of the eight ways of Exif (Exif 2.32, 4.6.4)."""
    width, height = size
    maps = {
        2: Matrix(-1, 0, 0, 1, width, 0),
        3: Matrix(-1, 0, 0, -1, width, height),
        4: Matrix(1, 0, 0, -1, 0, height),
        5: Matrix(0, -1, -1, 0, height, width),
        6: Matrix(0, -1, 1, 0, 0, width),
        7: Matrix(0, 1, 1, 0, 0, 0),
        8: Matrix(0, 1, -1, 0, height, 0),
    }
    return maps.get(orientation, Matrix())


def _size(image: Image.Image) -> Size:
    """How large a picture is on paper, points."""
    stated = image.info.get("dpi", (_DPI, _DPI))
    least, most = _SOUND_DPI
    across, along = (float(dots) if least <= dots <= most else _DPI for dots in stated)
    return Size(image.width * POINTS_PER_INCH / across, image.height * POINTS_PER_INCH / along)
