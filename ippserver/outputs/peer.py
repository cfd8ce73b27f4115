"""Another Printer, as it describes itself: what of a document and its Job it is sent, and what is made first.

Pure: it knows attributes, and nobody is connected to.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ippserver.iana import names
from ippserver.iana.definitions import Holder
from ippserver.iana.enums import Operation, OrientationRequested, PrintQuality
from ippserver.iana.keywords import JobSheets, MultipleDocumentHandling, PrintColorMode, PrintScaling, Sides
from ippserver.iana.media import media_size
from ippserver.interfaces import OutputRefused, Parcel
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Resolution
from ippserver.model import formats
from ippserver.model.capabilities import Capabilities
from ippserver.model.conversion import Wanted, in_force, source_format
from ippserver.model.errors import IppError
from ippserver.model.ticket import resolve
from ippserver.outputs.peer_rasters import WITHOUT_COLOR, RasterWish, raster, takes_as_offered

_IN_STEPS: Final = frozenset(map(int, (Operation.CREATE_JOB, Operation.SEND_DOCUMENT)))
_RASTERS: Final = (formats.PWG_RASTER, formats.APPLE_RASTER)
_CHARSETS: Final = (None, "us-ascii", "utf-8")
"""What text may be in that is only called text/plain."""
_OF_THE_JOB: Final = frozenset(
    definition.name
    for definition in (
        names.JOB_HOLD_UNTIL,
        names.JOB_HOLD_UNTIL_TIME,
        names.JOB_DELAY_OUTPUT_UNTIL,
        names.JOB_DELAY_OUTPUT_UNTIL_TIME,
        names.JOB_CANCEL_AFTER,
        names.JOB_RETAIN_UNTIL,
        names.JOB_RETAIN_UNTIL_INTERVAL,
        names.JOB_RETAIN_UNTIL_TIME,
        names.PROOF_PRINT,
        names.PROOF_COPIES,
    )
)
"""What is about the Job here and not about its pages."""
_OF_THE_PAGES: Final = frozenset(
    definition.name
    for definition in (
        names.COPIES,
        names.JOB_SHEETS,
        names.JOB_SHEETS_COL,
        names.MULTIPLE_DOCUMENT_HANDLING,
        names.NUMBER_UP,
        names.ORIENTATION_REQUESTED,
        names.OVERRIDES,
        names.PAGE_RANGES,
        names.PRESENTATION_DIRECTION_NUMBER_UP,
        names.PRINT_SCALING,
    )
)
"""What is done already where the document was converted."""
_BY_THE_SHEET: Final = frozenset((names.PRINT_COLOR_MODE.name, names.SIDES.name))
"""What is asked of the pages and remains to be done by the Printer."""
_UNCOLLATED: Final = names.MULTIPLE_DOCUMENT_HANDLING.of(
    MultipleDocumentHandling.SEPARATE_DOCUMENTS_UNCOLLATED_COPIES
)
_CUPS: Final = "cups-version"
"""Who says that strings the documents of a Job together like one file: queues that CUPS (till 2.4.2 at least)
has made for driverless printers lose all PDFs but the last (its issue 643)."""
_MEDIA: Final = frozenset((names.MEDIA.name, names.MEDIA_COL.name))
_MANNERS: Final = frozenset(
    (names.MULTIPLE_DOCUMENT_HANDLING.name, names.PRESENTATION_DIRECTION_NUMBER_UP.name)
)
"""How something is done that is not done at all unless somebody asks: defaults of them demand nothing."""
_NOTHING_MORE: Final = frozenset(
    (
        names.COPIES.of(1),
        names.JOB_SHEETS.of(JobSheets.NONE),
        names.NUMBER_UP.of(1),
        names.ORIENTATION_REQUESTED.of(OrientationRequested.PORTRAIT),
        names.PRINT_COLOR_MODE.of(PrintColorMode.AUTO),
        names.PRINT_COLOR_MODE.of(PrintColorMode.COLOR),
        names.PRINT_SCALING.of(PrintScaling.AUTO),
        names.SIDES.of(Sides.ONE_SIDED),
    )
)
"""What every Printer does with pages, whatever it says that it supports."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The Printer that documents are forwarded to."""

    name: str
    """For people: its host and port."""
    able: Capabilities
    """All its attributes."""
    now: float
    """Seconds since the epoch."""

    # ---- what the document becomes

    def wanted(self, parcel: Parcel, media_type: str = "", *, dpi: int = 0) -> Wanted | None:
        """What the document becomes first; None where it is sent as it came.

        That is so where the Printer takes it and does itself what is asked of the pages. Else it becomes PDF,
        a raster or JPEG: the first that the Printer takes. Where a `media_type` is given, it becomes that.
        Pages are drawn with `dpi`, or as the Job says for 0; rasters with the next that the Printer takes.

        Raises:
            OutputRefused: The Printer takes nothing that the document is or could become.
        """
        came = parcel.document.format
        force = in_force(parcel.job, parcel.document, parcel.printer)
        if not parcel.convertible:
            media_type = ""
        if not media_type and self.takes(came) and self._does_all(parcel, force):
            return None
        others = (formats.PDF, *_RASTERS, formats.JPEG) if parcel.convertible else ()
        for each in (media_type,) if media_type else others:
            found = self._made(each, parcel, force, dpi)
            if found is not None:
                return found
        if media_type or parcel.others or not self.takes(came):
            raise OutputRefused(f"{self.name} takes no {media_type or came}.")
        return None

    def takes(self, media_type: str) -> bool:
        """Whether its document-format-supported has the media type, with its parameters or without."""
        taken = {str(each).lower() for each in names.DOCUMENT_FORMAT_SUPPORTED.all(self.able)}
        return not taken.isdisjoint({media_type.lower(), formats.essence(media_type)})

    def _does_all(self, parcel: Parcel, force: AttributeGroup) -> bool:
        """Whether the document as it came is printed as its Job says, as far as pages could be made so."""
        came = formats.essence(parcel.document.format)
        if parcel.others or parcel.document.password is not None:  # which is nobody else's business
            return False
        if came in _RASTERS and not takes_as_offered(came, self.able, parcel.printer):
            return False
        if formats.charset(source_format(parcel.document)) not in _CHARSETS:
            return False
        colorless = names.COLOR_SUPPORTED.get(self.able) is False
        done = {names.SIDES.name, *([names.PRINT_COLOR_MODE.name] if colorless else [])}
        return self.agrees(each for each in _demands(parcel, force) if each.name not in done)

    def _made(self, media_type: str, parcel: Parcel, force: AttributeGroup, dpi: int) -> Wanted | None:
        """What the Job becomes in that format, if the Printer takes it."""
        if not self.takes(media_type):
            return None
        instead = self._other_sheets(parcel, force)
        if self._makes_copies(parcel, force):
            instead = (names.COPIES.of(1), *instead)
        if media_type not in _RASTERS:
            return Wanted(media_type, split=media_type == formats.JPEG, dpi=dpi or None, instead=instead)
        wish = self._wish(parcel, force)
        found = raster(media_type, self.able, replace(wish, dpi=dpi) if dpi else wish)
        return None if found is None else replace(found, instead=instead)

    def _makes_copies(self, parcel: Parcel, force: AttributeGroup) -> bool:
        """Whether the Printer copies what it is sent: only where all of that belongs to each copy."""
        copies = names.COPIES.attribute(force)
        handling = names.MULTIPLE_DOCUMENT_HANDLING.attribute(_asked(parcel))
        if copies is None or copies in _NOTHING_MORE or not _is_plain_sheet(force):
            return False
        if parcel.others and handling == _UNCOLLATED:  # which it could not do with one document
            return False
        if any(names.DOCUMENT_COPIES.attribute(override) for override in names.OVERRIDES.all(force)):
            return False
        return self.agrees([copies] if handling is None else [copies, handling])

    def _wish(self, parcel: Parcel, force: AttributeGroup) -> RasterWish:
        pages: tuple[Holder, ...] = (force, *names.OVERRIDES.all(force))
        modes = [mode for page in pages if (mode := names.PRINT_COLOR_MODE.get(page)) is not None]
        colorful = [mode for mode in modes if mode not in WITHOUT_COLOR]
        mode = next(iter((*colorful, *modes)), PrintColorMode.AUTO)
        if names.COLOR_SUPPORTED.get(self.able) is False and mode not in WITHOUT_COLOR:
            mode = PrintColorMode.MONOCHROME
        resolution = names.PRINTER_RESOLUTION.get(_asked(parcel))
        return RasterWish(
            color_mode=mode,
            quality=names.PRINT_QUALITY.get(force) or PrintQuality.NORMAL,
            dpi=None if resolution is None else max(resolution.cross_feed, resolution.feed),
        )

    def check_files(self, files: int) -> None:
        """Whether it takes so many of them in one Job.

        Raises:
            OutputRefused: It does not.
        """
        if files > 1 and not self.takes_several:
            raise OutputRefused(f"{self.name} takes one file in a job, and the document makes {files}.")

    @property
    def takes_several(self) -> bool:
        """Whether a Job can have several documents, and all of them are printed."""
        supported = names.MULTIPLE_DOCUMENT_JOBS_SUPPORTED.get(self.able)
        return self.makes_jobs_in_steps and bool(supported) and self.able.get(_CUPS) is None

    @property
    def makes_jobs_in_steps(self) -> bool:
        """Whether a Job can be made before its document is sent."""
        return set(map(int, names.OPERATIONS_SUPPORTED.all(self.able))) >= _IN_STEPS

    # ---- what goes with it

    def template(self, parcel: Parcel) -> tuple[Attribute, ...]:
        """The Job Template attributes that go with the parcel's files: what is left to be done, and can be.

        That is what was asked for; of pages that were made, also what our Printer does unasked.
        """
        asked = {name: each for name, each in _asked(parcel).items() if name not in _OF_THE_JOB}
        force = in_force(parcel.job, parcel.document, parcel.printer)
        made = parcel.wanted
        if made is None:
            return self.supported(({each.name: each for each in _demands(parcel, force)} | asked).values())
        left = {name: each for name, each in asked.items() if name not in _OF_THE_PAGES}
        other = [each for each in made.instead if each.name == names.MEDIA.name]
        medium = self.supported(other) if other else self._medium(asked, force)
        kept = [names.SIDES.attribute(force), *medium]
        if medium:  # the pages are as large as the sheets
            kept.append(names.PRINT_SCALING.of(PrintScaling.NONE))
        if any(each.name == names.COPIES.name for each in made.instead):
            kept += [names.COPIES.attribute(force), names.MULTIPLE_DOCUMENT_HANDLING.attribute(force)]
        if made.dpi is not None and names.PRINTER_RESOLUTION.name in asked:
            kept.append(names.PRINTER_RESOLUTION.of(Resolution(made.dpi, made.dpi)))
        left = {name: each for name, each in left.items() if name not in _MEDIA}
        return self.supported((left | {each.name: each for each in kept if each is not None}).values())

    def _medium(self, asked: Mapping[str, Attribute], force: AttributeGroup) -> tuple[Attribute, ...]:
        """What the pages were made for, as the Printer understands it; nothing where it has none such."""
        whole = names.MEDIA_COL.attribute(asked)
        if whole is not None and any(_has_size(each) for each in self.supported([whole])):
            return (whole,)
        named = names.MEDIA.attribute(force)
        return () if named is None else self.supported([named])

    def _other_sheets(self, parcel: Parcel, force: AttributeGroup) -> tuple[Attribute, ...]:
        """The medium for one that the Printer does not have: its default, to which pages are fit."""
        default = names.MEDIA_DEFAULT.get(self.able)
        size = None if default is None else media_size(str(default))
        if default is None or size is None or not names.MEDIA_SUPPORTED.all(self.able):
            return ()
        if self._medium(_asked(parcel), force):
            return ()
        dimensions = Collection([names.X_DIMENSION.of(size.width), names.Y_DIMENSION.of(size.length)])
        return names.MEDIA.of(default), names.MEDIA_COL.of(Collection([names.MEDIA_SIZE.of(dimensions)]))

    def supported(self, attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
        """What of `attributes` the Printer supports."""
        try:
            return resolve(
                AttributeGroup(GroupTag.JOB, attributes), self.able, fidelity=False, now=self.now
            ).template
        except IppError:
            return ()  # it is printed as the Printer does by itself

    def agrees(self, attributes: Iterable[Attribute]) -> bool:
        """Whether it supports all of `attributes`, as they are."""
        asked = tuple(attributes)
        return set(asked) <= set(self.supported(asked))


def _asked(parcel: Parcel) -> dict[str, Attribute]:
    """What somebody asked for: the Document's own attributes, else those of the Job."""
    return {each.name: each for each in (*parcel.job.template, *parcel.document.template)}


def _demands(parcel: Parcel, force: AttributeGroup) -> Iterator[Attribute]:
    """What is to be done with the pages beyond what every Printer does."""
    asked = _asked(parcel)
    for attribute in force:
        of_pages = attribute.name in _OF_THE_PAGES or attribute.name in _BY_THE_SHEET
        if not of_pages or attribute in _NOTHING_MORE:
            continue
        if attribute.name in _MANNERS and attribute.name not in asked:
            continue
        if attribute.name != names.JOB_SHEETS_COL.name or not _is_plain_sheet(force):
            yield attribute


def _is_plain_sheet(force: Holder) -> bool:
    """Whether no job sheet is printed."""
    whole = names.JOB_SHEETS_COL.get(force) or Collection()
    wanted = names.JOB_SHEETS.get(whole) or names.JOB_SHEETS.get(force)
    return wanted is None or wanted == JobSheets.NONE


def _has_size(media_col: Attribute) -> bool:
    said = (names.MEDIA_SIZE, names.MEDIA_SIZE_NAME, names.MEDIA_KEY)
    return any(
        each.attribute(value) is not None
        for value in media_col.values
        if isinstance(value, Collection)
        for each in said
    )
