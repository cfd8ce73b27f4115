"""PDF as documents (PCLm is a kind of it): structure and pages by qpdf, text by PDFium."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final

import pikepdf
import pypdfium2

from ippserver.documents.errors import (
    DamagedDocument,
    PasswordNeeded,
    WrongPassword,
    blamed_on_the_document,
)
from ippserver.documents.opened import PdfPages, Workshop, visible
from ippserver.documents.pdf import fields, layers, loops, notes
from ippserver.documents.pdf.activity import is_quiet, is_web_link
from ippserver.documents.plan.geometry import Size

_MARK: Final = b"%PDF-"
_LEFT_OPEN: Final = 8
"""So many graphics states that the content of a page saves and does not restore do no harm."""


class PdfDocument:
    """An opened PDF."""

    def __init__(
        self, file: BinaryIO, workshop: Workshop, password: str | None, *, are_sheets: bool = False
    ) -> None:
        """Raises DocumentError: It is damaged, locked, or passes a limit."""
        self.are_sheets = are_sheets
        self._file = file
        self._workshop = workshop
        with blamed_on_the_document():
            self._pdf, self._password = _opened(file, password)
            workshop.check_pages(len(self._pdf.pages))
            if not self._pdf.pages:
                raise DamagedDocument("The document has no pages.")
            self._sizes = [visible(page)[0] for page in self._pdf.pages]
        self._written: Mapping[int, Sequence[str]] = {}
        """In the notes and fields of pages that were chosen: PDFium finds nothing of that."""

    @property
    def sizes(self) -> Sequence[Size]:
        """The size of each page."""
        return self._sizes

    @property
    def colorless(self) -> Collection[int]:
        """None: what is on a page of PDF is known to who draws it."""
        return ()

    @contextmanager
    def as_pdf(self, chosen: Collection[int]) -> Iterator[PdfPages]:
        """The `chosen` pages, with what stands on them drawn into them: forms, stamps, notes."""
        with self._pdf:
            with blamed_on_the_document():
                as_sent = len(chosen) == len(self._sizes) and self._may_stay()
                pages = {index: page for index, page in enumerate(self._pdf.pages) if index in chosen}
                self._written = {index: list(notes.texts(self._pdf, pages[index])) for index in pages}
                fields.draw(self._pdf, pages.values())
                notes.draw(self._pdf, pages.values())
                layers.keep_notes_in(pages.values())
                for page in pages.values():
                    _shut(page)
                self._pdf.flatten_annotations("print")
                loops.check(pages.values())
                for page in pages.values():
                    _tame(page)
                    self._workshop.on_page()
                of_document = layers.on_paper(self._pdf)
            yield PdfPages(pages, () if of_document is None else (of_document,), as_sent=as_sent)

    def _may_stay(self) -> bool:
        """Whether whoever wants all its pages as they are may have the very file."""
        self._file.seek(0)
        is_sound = self._file.read(len(_MARK)) == _MARK and not self._pdf.get_warnings()
        if not is_sound or self.are_sheets or self._pdf.is_encrypted:
            return False
        try:
            return is_quiet(self._pdf)
        except (
            TypeError,
            ValueError,
            AttributeError,
            pikepdf.PdfError,
        ):  # something is where nobody expects it
            return False

    def text(self, chosen: Collection[int]) -> str:
        """What is written on them."""
        self._file.seek(0)
        pieces: list[str] = []
        room = self._workshop.limits.text_octets
        with blamed_on_the_document(), pypdfium2.PdfDocument(self._file, self._password) as pdf:
            for index in sorted(chosen):
                page = pdf[index]
                text_page = page.get_textpage()
                found = text_page.get_text_range(0, min(text_page.count_chars(), room))
                pieces.append("\n".join(filter(None, (found, *self._written.get(index, ()))))[:room])
                text_page.close()
                page.close()
                room -= len(pieces[-1])
                self._workshop.alive()
                if room <= 0:
                    break
        text = "\f".join(pieces).replace("\r\n", "\n")
        return text if text.strip() else ""


def _opened(file: BinaryIO, password: str | None) -> tuple[pikepdf.Pdf, str | None]:
    """The PDF, and what PDFium opens it with."""
    try:
        return pikepdf.open(file), None  # what is not locked needs no password, whatever came with it
    except pikepdf.PasswordError as error:
        if password is None:
            raise PasswordNeeded("The document is encrypted, and no password came with it.") from error
    for octets, same in _passwords(password):
        file.seek(0)
        with suppress(pikepdf.PasswordError):
            return pikepdf.open(file, password=octets), same
    raise WrongPassword("The document is encrypted, and not with the password that came with it.")


def _passwords(password: str) -> Iterator[tuple[bytes, str]]:
    """What programs may have made of a password, and how PDFium is told each.

    Since PDF 2.0 it is UTF-8; before that it was PDFDocEncoding, or whatever the system had. PDFium takes its
    text in UTF-8, and tries it in ISO 8859-1, too.
    """
    yield password.encode(), password
    for encoding in () if password.isascii() else ("pdfdoc", "cp1252"):
        with suppress(UnicodeEncodeError):
            octets = password.encode(encoding)
            yield octets, octets.decode("iso-8859-1")


def _shut(page: pikepdf.Page) -> None:
    """Makes notes, which are drawn after the content, stand where they say, whatever that leaves open."""
    if "/Annots" in page.obj:
        page.contents_add(b"q " * _LEFT_OPEN, prepend=True)
        page.contents_add(b" Q" * _LEFT_OPEN)


def _tame(page: pikepdf.Page) -> None:
    """Takes away what would do something when somebody looks at the page, or tells of other pages."""
    for name in ("/AA", "/B", "/Metadata", "/PieceInfo", "/Thumb", "/StructParents", "/Tabs", "/PresSteps"):
        if name in page.obj:
            del page.obj[name]
    links = [note for note in page.obj.get("/Annots", []) if is_web_link(note)]
    if links:
        page.obj.Annots = pikepdf.Array(links)
    elif "/Annots" in page.obj:
        del page.obj["/Annots"]
