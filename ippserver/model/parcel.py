"""A Document on its way to an output: what that gets to name and describe it by, and whom it tells."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from ippserver.model.capabilities import Capabilities
from ippserver.model.conversion import Rendition, SpooledFile, Wanted
from ippserver.model.document import Document
from ippserver.model.formats import extension
from ippserver.model.job import Job
from ippserver.model.report import Report


class Watch(Protocol):
    """What an output tells while it delivers. Every call returns at once."""

    def reports(self, report: Report) -> None:
        """The device behind the output says this of itself, until its next word."""

    def says(self, text: str) -> None:
        """A sentence for people about the Job in process (job-state-message)."""

    def stands(self, reasons: Collection[str]) -> None:
        """The job-state-reasons of the Job that it became behind the output, until the next word.

        The end of the try takes them back; see report.shown_of_job for those that are shown.
        """

    def prints(self, impressions: int | None, sheets: int | None) -> None:
        """The device behind the output has printed so much of the document; None for what it does not say."""

    def waits(self) -> None:
        """The rest takes as long as somebody else wants: nobody need wait for this output meanwhile."""

    async def placed(self, target: str) -> None:
        """The document has reached `target`, which is stored when this returns; later tries begin with it."""

    @property
    def canceling(self) -> bool:
        """Whether the Job is being canceled; else the work is to be gone on with later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What an output gets to name and describe a document by."""

    job: Job
    document: Document
    printer_name: str
    others: tuple[Document, ...] = ()
    """Those that are delivered with it, as one, after it."""
    printer: Capabilities = field(default_factory=lambda: Capabilities(()))
    """What can be asked of the Printer."""
    printer_uri: str = "ipp://localhost/"
    """A URI of the Printer; it need not be the one that the client knows."""
    watch: Watch | None = None
    """Who wants to know how it goes; None where nobody does."""
    convertible: bool = True
    """Whether pages can be made of the document."""
    wanted: Wanted | None = None
    """What the output wants; None for the document as it was sent."""
    rendition: Rendition | None = None
    """What was made of the document, once it was."""

    @property
    def media_type(self) -> str:
        """What the content is."""
        return self.document.format if self.wanted is None else self.wanted.media_type

    @property
    def files(self) -> tuple[SpooledFile, ...]:
        """What lies in the spool to be delivered, in order."""
        return (as_sent(self.document),) if self.rendition is None else self.rendition.files

    @property
    def size_octets(self) -> int:
        """How much of it there is, in all files."""
        return sum(file.size_octets for file in self.files)

    @property
    def extension(self) -> str:
        """What names of files of its media type end with: ".pdf"."""
        return extension(self.media_type)

    @property
    def key(self) -> str:
        """A name of this document that no other has, the same whenever it is tried again."""
        return f"{self.job.uuid}-{self.document.number}"


Wish: TypeAlias = Callable[[Parcel, str], Awaitable[Wanted | None]]
"""What an output that looks first wants a document to be that goes to this target; None for as it was sent.

Asked at each try, just before the document is delivered; raises what `Output.deliver` raises.
"""


Recall: TypeAlias = Callable[[Parcel, str], Awaitable[None]]
"""Takes back what an output has begun to bring to this target, if it can; raises nothing."""


def as_sent(document: Document) -> SpooledFile:
    """The Document itself, as it lies in the spool."""
    return SpooledFile(key=document.key, size_octets=document.size_octets, sha256=document.sha256)
