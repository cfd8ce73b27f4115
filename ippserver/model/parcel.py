"""A Document on its way to an output: what that gets to name and describe it by, and whom it tells."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Protocol, Self, TypeAlias

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
    each: "tuple[Parcel, ...]" = ()
    """It and those that are delivered with it, in order and by themselves; empty where it is alone."""
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

    def becoming(self, wanted: Wanted | None, rendition: Rendition | None = None) -> Self:
        """The same when this is wanted of it, and was perhaps made."""
        return replace(self, wanted=wanted, rendition=rendition)

    @property
    def others(self) -> tuple[Document, ...]:
        """Those that are delivered with it, after it."""
        return tuple(part.document for part in self.each[1:])

    @property
    def parts(self) -> "tuple[Parcel, ...]":
        """What is delivered, in order: it, or each where nothing was made of all of them together."""
        return self.each if self.each and self.rendition is None else (self,)

    @property
    def media_type(self) -> str:
        """What the content is."""
        return self.document.format if self.wanted is None else self.wanted.media_type

    @property
    def files(self) -> tuple[SpooledFile, ...]:
        """What lies in the spool to be delivered, in order."""
        if self.rendition is not None:
            return self.rendition.files
        return (
            tuple(file for part in self.each for file in part.files)
            if self.each
            else (as_sent(self.document),)
        )

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
        """A name of this document in this run of its Job: no other has it, and each further try has it.

        Restart-Job begins another run, and so does the rest after a proof: whoever leaves out what has a name
        that is known must not leave out those.
        """
        job = self.job
        began_ms = int(1000 * (job.processing_since or job.created))
        return f"{job.uuid}-{self.document.number}-{began_ms}{'-rest' * job.proofed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an output that looks first wants documents to be, and how they go."""

    wanted: Wanted | None = None
    """What the document becomes, or all of the parcel as one; None for as it was sent."""
    each: tuple[Wanted | None, ...] = ()
    """The same for every document where they go one by one, but all at once; empty where they do not."""
    apart: bool = False
    """Whether the documents do not go at once: the others are delivered after this one."""


Wish: TypeAlias = Callable[[Parcel, str], Awaitable[Wishes]]
"""What an output that looks first wants documents to be that go to this target.

Asked at each try, just before the document is delivered; raises what `Output.deliver` raises.
"""


Recall: TypeAlias = Callable[[Parcel, str], Awaitable[None]]
"""Takes back what an output has begun to bring to this target.

Where the parcel has `each`, that is its Document alone: the others there are wanted.

Raises OutputUnavailable where that may be possible later, and OutputError where it is not.
"""


def as_sent(document: Document) -> SpooledFile:
    """The Document itself, as it lies in the spool."""
    return SpooledFile(key=document.key, size_octets=document.size_octets, sha256=document.sha256)
