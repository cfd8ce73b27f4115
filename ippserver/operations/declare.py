"""How an operation is declared: what it is about, what it needs, what it accepts, who answers it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Final, TypeAlias

from ippserver.engine.channel import Channel
from ippserver.engine.events import EventHub
from ippserver.engine.jobs import Jobs
from ippserver.engine.passwords import Passwords
from ippserver.engine.printer import Printer
from ippserver.engine.printers import PrinterRegistry
from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import Operation, Status
from ippserver.interfaces import Clock, DocumentStream, Fetcher, Ids
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.message import Request
from ippserver.ipp.tags import GroupTag
from ippserver.model.access import Access, Preset, Principal, allowed
from ippserver.model.document import Document
from ippserver.model.errors import NotAuthorized
from ippserver.model.job import Job
from ippserver.model.language import Language, Languages
from ippserver.model.printer import PrinterStatus
from ippserver.model.views import At, JobScene
from ippserver.operations.origin import Origin

Definition: TypeAlias = AttributeDef[Any]  # operations accept attributes of every syntax


_ENGLISH: Final = Languages()


class Target(Enum):
    """What an operation is about (RFC 8011 4.1.5)."""

    PRINTER = auto()
    """printer-uri."""
    JOB = auto()
    """printer-uri and job-id, or job-uri."""
    DOCUMENT = auto()
    """As JOB, and document-number."""
    SERVER = auto()
    """Nothing: all Printers, or the default one (CUPS)."""
    WATCHED_JOB = auto()
    """printer-uri and, where it is about one Job and not about the Printer, notify-job-id."""
    SUBSCRIPTION = auto()
    """printer-uri and notify-subscription-id, or several in notify-subscription-ids."""


class Data(Enum):
    """Whether octets may follow the attributes."""

    NONE = auto()
    REQUIRED = auto()
    OPTIONAL = auto()


@dataclass(frozen=True, slots=True)
class Services:
    """The living parts that handlers use."""

    printers: PrinterRegistry
    jobs: Jobs
    clock: Clock
    ids: Ids
    preset: Preset
    events: EventHub
    passwords: Passwords
    fetcher: Fetcher | None = None
    """None where documents are not printed by reference."""
    languages: Languages = _ENGLISH
    """Those that answers are written in."""
    schemes: tuple[str, ...] = ("ipp",)
    """The URI schemes by which every Printer can be had, "ipp" and "ipps"."""

    @property
    def up_time(self) -> int:
        """printer-up-time, seconds, from 1 (RFC 8011 5.4.29)."""
        return self.events.up_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that has passed the checks."""

    request: Request
    origin: Origin
    operation: AttributeGroup
    """The operation attributes."""
    job_group: AttributeGroup
    """The Job Template attributes, perhaps none."""
    printer_group: AttributeGroup
    """The Printer attributes to set, perhaps none."""
    subscription_groups: tuple[AttributeGroup, ...]
    """The groups of Subscription Template attributes, perhaps none."""
    printer: Printer
    principal: Principal
    document: DocumentStream
    services: Services
    operations: "Mapping[int, OperationSpec]"
    """All that are served."""
    now: float
    """The one moment of the request, seconds since the epoch."""
    at: At
    document_group: AttributeGroup
    """What a Document is to be, perhaps nothing."""
    target_job: Job | None = None
    target_document: Document | None = None
    everywhere: bool = False
    """The request names the server and no Printer of it; `printer` is then the default one."""
    subscriptions: tuple[Channel, ...] = ()
    """The Subscriptions that the request is about."""

    @property
    def job(self) -> Job:
        """The Job that the request is about."""
        assert self.target_job is not None, "the operation's target is a job"
        return self.target_job

    @property
    def job_document(self) -> Document:
        """The Document of the Job that the request is about, as it was when it was looked up."""
        assert self.target_document is not None, "the operation's target is a document"
        return self.target_document

    def scene(self, job: Job, ahead: int = 0) -> JobScene:
        """`job` as this request sees it, whichever Printer has it."""
        if job.printer == self.printer.path:
            return JobScene(job, self.at, self.printer.status, ahead, self.printer.capabilities)
        at, printer = self.at_of(job.printer), self.services.printers.find(job.printer)
        if printer is None:
            return JobScene(job, at, PrinterStatus(), ahead)
        return JobScene(job, at, printer.status, ahead, printer.capabilities)

    @property
    def language(self) -> Language:
        """The one of ours that the client wants."""
        return self.services.languages.best(self.at.language)

    @property
    def printers(self) -> Iterable[Printer]:
        """The Printer that the request is about, or all of them."""
        return self.services.printers if self.everywhere else (self.printer,)

    def concerns(self, job: Job) -> bool:
        """Whether `job` is one of a Printer that the request is about."""
        return self.everywhere or job.printer == self.printer.path

    def at_of(self, printer: str) -> At:
        """As `at`, for what is shown of the Printer with that path beside the one that is meant."""
        alias = self.services.printers.paths.alias(printer)
        return replace(self.at, printer_uri=self.origin.uri(alias))


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A document that follows the attributes of an answer (CUPS-Get-Document)."""

    octets: AsyncGenerator[bytes, None]
    size_octets: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers; the Dispatcher adds charset, language, status and the Unsupported group."""

    groups: tuple[AttributeGroup, ...] = ()
    unsupported: tuple[Attribute, ...] = ()
    status: Status = Status.SUCCESSFUL_OK
    operation: tuple[Attribute, ...] = ()
    """Operation attributes beside those that every answer has."""
    document: Enclosed | None = None
    listed: tuple[bytes, ...] = ()
    """The groups of a long list, which follow the others, as octets."""
    language: str | None = None
    """The one to answer in, where it is not the request's."""


Handler: TypeAlias = Callable[[Call], Awaitable[Reply]]

COMMON: Final[tuple[Definition, ...]] = (
    names.ATTRIBUTES_CHARSET,
    names.ATTRIBUTES_NATURAL_LANGUAGE,
    names.PRINTER_URI,
    names.REQUESTING_USER_NAME,
    names.REQUESTING_USER_URI,
    names.CLIENT_INFO,
)
"""Operation attributes of every request (RFC 8011 4.1.4, 4.1.5, 9.3; PWG 5100.13, 5100.7)."""

JOB_TARGET: Final[tuple[Definition, ...]] = (names.JOB_ID, names.JOB_URI)
_OF_JOBS: Final[Mapping[Target, tuple[Definition, ...]]] = {
    Target.JOB: JOB_TARGET,
    Target.DOCUMENT: (*JOB_TARGET, names.DOCUMENT_NUMBER),
}
"""What names a target beside printer-uri."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSpec:
    """One declared operation."""

    operation: Operation
    target: Target
    access: Access
    handler: Handler
    spec: str
    """The section that defines it."""
    data: Data = Data.NONE
    accepts: frozenset[str] = frozenset()
    """The names of its operation attributes."""
    requires: tuple[Definition, ...] = ()
    job_group: bool = False
    """Whether a group of Job Template attributes may follow."""
    everywhere: bool = False
    """Whether printer-uri may name the server: then it is about all Printers at once (CUPS)."""
    printer_group: bool = False
    """Whether a group of Printer attributes may follow."""
    subscription_groups: bool = False
    """Whether groups of Subscription Template attributes may follow."""
    document_group: bool = False
    """Whether a group of Document attributes may follow (PWG 5100.5)."""
    by_reference: bool = False
    """Whether it fetches documents, and is there only where that is switched on."""
    lasting: bool = False
    """Whether its reply follows from the request, the Printer's state and the second alone."""


def operation(
    code: Operation,
    *,
    target: Target,
    access: Access,
    spec: str,
    data: Data = Data.NONE,
    accepts: Iterable[Definition] = (),
    requires: tuple[Definition, ...] = (),
    job_group: bool = False,
    everywhere: bool = False,
    printer_group: bool = False,
    subscription_groups: bool = False,
    document_group: bool = False,
    by_reference: bool = False,
    lasting: bool = False,
) -> Callable[[Handler], OperationSpec]:
    """Declares the decorated handler as the operation `code`; nothing is registered behind the scenes."""
    every = (*COMMON, *(_OF_JOBS.get(target, ())), *accepts, *requires)

    def declare(handler: Handler) -> OperationSpec:
        return OperationSpec(
            operation=code,
            target=target,
            access=access,
            handler=handler,
            spec=spec,
            data=data,
            accepts=frozenset(definition.name for definition in every),
            requires=requires,
            job_group=job_group,
            everywhere=everywhere,
            printer_group=printer_group,
            subscription_groups=subscription_groups,
            document_group=document_group,
            by_reference=by_reference,
            lasting=lasting,
        )

    return declare


def check_owns(call: Call, job: Job) -> None:
    """Raises NotAuthorized where the principal may not change `job`, which is not the operation's target."""
    if not allowed(call.services.preset, Access.OWN, call.principal, job):
        raise NotAuthorized


def job_group_of(attributes: Iterable[Attribute]) -> AttributeGroup:
    """A job group for a Reply."""
    return AttributeGroup(GroupTag.JOB, attributes)
