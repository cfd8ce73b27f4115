"""Documents for outputs."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace

from ippserver.interfaces import DocumentStream, Parcel, Watch
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Name
from ippserver.model import formats
from ippserver.model.capabilities import capabilities
from ippserver.model.conversion import Outcome, Rendition, SpooledFile, Wanted
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.printer import PrinterConfig
from ippserver.model.report import Report
from ippserver.testing.fakes import job_draft, stream

PDF = b"%PDF-1.7\n%%EOF\n"
PRINTER = capabilities(PrinterConfig(path="/ipp/print", name="Office"))


class Ear:
    """Who wants to know how it goes."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.stood: list[Collection[str]] = []
        self.reported: list[Report] = []
        self.placed_at: list[str] = []
        self.printed: list[tuple[int | None, int | None]] = []
        self.waited = 0
        self.canceling = False

    def reports(self, report: Report) -> None:
        """As interfaces.Watch."""
        self.reported.append(report)

    def stands(self, reasons: Collection[str]) -> None:
        """As interfaces.Watch."""
        self.stood.append(reasons)

    def prints(self, impressions: int | None, sheets: int | None) -> None:
        """As interfaces.Watch."""
        self.printed.append((impressions, sheets))

    def waits(self) -> None:
        """As interfaces.Watch."""
        self.waited += 1

    async def placed(self, target: str) -> None:
        """As interfaces.Watch."""
        self.placed_at.append(target)

    def says(self, text: str) -> None:
        """As interfaces.Watch."""
        self.said.append(text)


def parcel(
    content: bytes = PDF,
    *,
    name: str = "report",
    user: str = "alice",
    template: tuple[Attribute, ...] = (),
    media_type: str = "application/pdf",
    watch: Watch | None = None,
) -> Parcel:
    """A Job's one document."""
    document = Document(
        number=1,
        key="aa-1",
        format=media_type,
        size_octets=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        name=Name("page one"),
        created=1_800_000_000.0,
    )
    draft = job_draft(name=name, user=user, documents=(document,))
    job = Job.of(draft, 7)
    job = Job(**{**{field: getattr(job, field) for field in job.__dataclass_fields__}, "template": template})
    return Parcel(
        job=job,
        document=document,
        printer_name="Office",
        printer=PRINTER,
        printer_uri="ipp://printer.local:631/ipp/print",
        watch=watch,
    )


def several(*documents: Document, template: tuple[Attribute, ...] = (), watch: Watch | None = None) -> Parcel:
    """A Job's documents that are delivered at once."""
    first = parcel(template=template, watch=watch)
    numbered = [replace(one, number=at, key=f"aa-{at}") for at, one in enumerate(documents, 1)]
    job = replace(first.job, documents=tuple(numbered))
    each = tuple(replace(first, job=job, document=one) for one in numbered)
    return replace(each[0], each=each)


def document(
    media_type: str = formats.PDF, content: bytes = PDF, template: tuple[Attribute, ...] = ()
) -> Document:
    """The first document of a Job."""
    return replace(parcel(content, media_type=media_type).document, template=template)


def pages(*contents: bytes, job_id: int = 7, name: str = "report") -> Parcel:
    """A Job's one document as pictures of its pages."""
    whole = parcel(name=name)
    files = tuple(
        SpooledFile(key=f"aa-1-{number}", size_octets=len(each), sha256=hashlib.sha256(each).hexdigest())
        for number, each in enumerate(contents, 1)
    )
    made = Outcome(
        media_type=formats.PNG,
        extension=".png",
        pages=len(files),
        impressions=len(files),
        impressions_completed=len(files),
        sheets=len(files),
    )
    return replace(
        whole,
        job=replace(whole.job, id=job_id),
        document=replace(whole.document, key=f"{job_id:x}-1"),
        wanted=Wanted(formats.PNG, split=True),
        rendition=Rendition(files=files, outcome=made),
    )


def streams(contents: Sequence[bytes]) -> list[DocumentStream]:
    """What is delivered of them."""
    return [stream([each[:1], each[1:]]) for each in contents]
