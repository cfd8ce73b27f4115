"""Jobs: frozen records that change only by events (RFC 8011 5.3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Self

from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.iana.keywords import JobStorageAccess
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.strings import shortened
from ippserver.ipp.values import Keyword, Name, NameWithLanguage
from ippserver.model import release
from ippserver.model.delivery import Delivery
from ippserver.model.document import Document, begun, followed
from ippserver.model.document_states import DocumentEvent
from ippserver.model.hold import Until
from ippserver.model.password import Password
from ippserver.model.place import by_age
from ippserver.model.states import (
    ACTIVE,
    HOLD_REASONS,
    OTHERWISE,
    TERMINAL,
    WHILE_CANCELING,
    WHILE_STORED,
    WHILE_SUSPENDED,
    IllegalTransition,
    JobEvent,
    step,
)

DEFAULT_PRIORITY: Final = 50
NAMELESS: Final = Name("")
UNTITLED: Final = Name("Untitled")
MAX_ATTEMPTS: Final = 3
"""How often a Job is begun before a crash loop counts as its fault."""
_MESSAGE_OCTETS: Final = 1023
"""What job-state-message may have (RFC 8011 5.3.9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDraft:
    """A Job before the store gave it a job-id."""

    uuid: str
    """Without urn:uuid:, lower case."""
    printer: str
    """The path of the Printer that owns it, as in the configuration: "/ipp/print"."""
    user: Name | NameWithLanguage
    """job-originating-user-name: the most authenticated name known at creation."""
    name: Name | NameWithLanguage
    """job-name; empty while neither the client nor a document has given it one."""
    charset: str
    """attributes-charset of the creating request, lower case."""
    natural_language: str
    """attributes-natural-language of the creating request."""
    created: float
    """Seconds since the epoch."""
    state: JobState
    reasons: frozenset[Keyword] = frozenset()
    """Without `none`: an empty set is shown as `none`."""
    priority: int = DEFAULT_PRIORITY
    hold_until: Until | None = None
    """job-hold-until, or job-hold-until-time, while it is a reason to wait, else None."""
    delay_until: Until | None = None
    """job-delay-output-until, or job-delay-output-until-time, likewise."""
    template: tuple[Attribute, ...] = ()
    """The accepted Job Template attributes, as they are returned."""
    supplied: tuple[Attribute, ...] = ()
    """Operation attributes that describe the Job (job-impressions, compression-supplied ...)."""
    documents: tuple[Document, ...] = ()
    password: Password | None = None
    """What its pages can be had with."""
    incoming: bool = False
    """True while Send-Document may add to it (RFC 8011 4.3.1)."""
    touched: float = 0.0
    """Seconds since the epoch: when the last operation on an incoming Job ended (RFC 8011 5.4.31), when its
    hold began, when the work on it was begun last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(JobDraft):
    """A Job with its job-id. `on` is the only way to another state."""

    id: int
    """job-id, unique in the server, never used again."""
    message: str = ""
    """job-state-message, a sentence for people."""
    processing_since: float | None = None
    """When it was first processed, seconds since the epoch."""
    completed: float | None = None
    """When it reached its terminal state, seconds since the epoch."""
    attempts: int = 0
    """How often the scheduler has begun it since it was created or restarted."""
    actual: tuple[Attribute, ...] = ()
    """What it really got (xxx-actual), from the moment when it was printed."""
    proofed: bool = False
    """Whether the proof of one that waits for approval has been printed (proof-copies)."""
    moved: str = ""
    """Its place where an Operator gave it one (RFC 3998 4.4), else empty."""
    last_deleted: int = 0
    """The highest document-number of a deleted Document: no other one gets it."""

    @classmethod
    def of(cls, draft: JobDraft, job_id: int) -> "Job":
        """`draft` under the id that the store gave it."""
        return cls(id=job_id, **{field: getattr(draft, field) for field in _DRAFT_FIELDS})

    @property
    def title(self) -> Name | NameWithLanguage:
        """job-name as it is shown (RFC 8011 5.3.5)."""
        return self.name or UNTITLED

    @property
    def terminal(self) -> bool:
        """True when only Restart-Job changes its state."""
        return self.state in TERMINAL

    @property
    def canceling(self) -> bool:
        """True between Cancel-Job and the moment when the work has stopped."""
        return Reason.PROCESSING_TO_STOP_POINT in self.reasons

    @property
    def suspended(self) -> bool:
        """True between Suspend-Current-Job and Resume-Job."""
        return Reason.JOB_SUSPENDED in self.reasons

    @property
    def stored(self) -> bool:
        """True while it is kept to be printed again (PWG 5100.11)."""
        return Reason.JOB_STORED in self.reasons

    @property
    def public(self) -> bool:
        """True while everybody may print it again."""
        return self.stored and release.access(self.supplied) == JobStorageAccess.PUBLIC

    @property
    def active(self) -> bool:
        """True while it has its turn: others wait for it."""
        return self.state in ACTIVE and not self.suspended

    @property
    def place(self) -> str:
        """Where it stands among the Jobs of its priority; see model.place."""
        return self.moved or by_age(self.id)

    @property
    def size_octets(self) -> int:
        """The octets of all documents."""
        return sum(document.size_octets for document in self.documents)

    @property
    def retained_octets(self) -> int:
        """The octets that it has in the spool."""
        return sum(document.size_octets for document in self.documents if document.retained)

    @property
    def retained(self) -> bool:
        """True where it has documents, and all of them are still there to be printed again."""
        return bool(self.documents) and all(document.retained for document in self.documents)

    def on(
        self,
        event: JobEvent,
        now: float,
        *,
        adds: Iterable[Keyword] = (),
        drops: Iterable[Keyword] = (),
        message: str = "",
    ) -> Self:
        """The Job after `event`; `adds` and `drops` are reasons beyond those of the table.

        RELEASE leaves it pending-held while another reason to hold is left. A `message` of the system's own
        words may be of any length; what is too long for job-state-message is cut off.

        Raises:
            IllegalTransition: The event is not possible in this state, or not while it is being canceled,
                is suspended or stored.
        """
        if event not in self._possible:
            raise IllegalTransition(self.state, event)
        found = step(self.state, event)
        reasons = self.reasons - found.drops | found.adds | frozenset(adds) | self._storing(event)
        reasons -= frozenset(drops)
        if Reason.JOB_STORING in reasons:
            reasons -= {Reason.JOB_PRINTING}
        state = found.state
        if state is JobState.PENDING and reasons & HOLD_REASONS:
            state = JobState.PENDING_HELD
        if not self.retained:
            reasons -= {Reason.JOB_RESTARTABLE}  # there is nothing that could be printed again
        documents = followed(self.documents, event, now, reasons - self.reasons)
        after = replace(self, state=state, reasons=reasons, documents=documents)
        after = replace(after, message=shortened(message, _MESSAGE_OCTETS))
        match event:
            case JobEvent.START:
                since = self.processing_since or now
                return replace(after, processing_since=since, attempts=self.attempts + 1, touched=now)
            case JobEvent.SUSPEND:  # an attempt that ended in good order counts as none
                return replace(after, attempts=max(0, self.attempts - 1))
            case JobEvent.RESTART:
                after = replace(after, processing_since=None, completed=None, attempts=0, moved="")
                if self.given_up:  # only what is missing is delivered again
                    after = replace(
                        after, documents=tuple(map(_with_what_is_done, self.documents, documents))
                    )
                return replace(after, actual=(), proofed=False)
            case JobEvent.UNSTORE:
                return after._without_secrets()
        if state not in TERMINAL:
            return after
        return replace(after, completed=now, incoming=False)._without_secrets()

    def _without_secrets(self) -> Self:
        """A copy whose documents have no passwords, unless those are still of use.

        They are where it is stored, and where a delivery was given up that can be made up for.
        """
        missed = self.undelivered and self.state is not JobState.CANCELED
        if self.stored or (missed and Reason.DOCUMENT_PASSWORD_ERROR not in self.reasons):
            return self
        return replace(self, documents=tuple(replace(one, password=None) for one in self.documents))

    def _storing(self, event: JobEvent) -> frozenset[Keyword]:
        """The reasons that come with `event` because it is to be stored."""
        if event is JobEvent.START and release.store_only(self.supplied):
            return frozenset({Reason.JOB_STORING})
        stores = event is JobEvent.FINISH and release.access(self.supplied) is not None
        return frozenset({Reason.JOB_STORED}) if stores else frozenset()

    @property
    def _possible(self) -> frozenset[JobEvent]:
        """What can happen to it, where its state allows it."""
        if self.canceling:
            return WHILE_CANCELING
        if self.suspended:
            return WHILE_SUSPENDED
        return WHILE_STORED if self.stored else OTHERWISE

    @property
    def given_up(self) -> tuple[Delivery, ...]:
        """The deliveries that were given up."""
        return tuple(delivery for document in self.documents for delivery in document.given_up)

    @property
    def undelivered(self) -> tuple[Delivery, ...]:
        """Those of them that may succeed another time: no document is to blame."""
        return tuple(delivery for document in self.documents for delivery in document.undelivered)

    @property
    def begun(self) -> bool:
        """Whether a delivery of this run was tried to its end."""
        return any(delivery.attempts for document in self.documents for delivery in document.deliveries)

    def document(self, number: int) -> Document:
        """The document with `number`; KeyError where there is none."""
        for document in self.documents:
            if document.number == number:
                return document
        raise KeyError(number)

    def with_document(self, document: Document) -> Self:
        """A copy in which `document` is the one of its number, in order."""
        others = [known for known in self.documents if known.number != document.number]
        return replace(self, documents=tuple(sorted([*others, document], key=lambda one: one.number)))

    def without_document(self, number: int) -> Self:
        """A copy without the document with `number`; KeyError where there is none."""
        gone = self.document(number)
        documents = tuple(document for document in self.documents if document is not gone)
        reasons = self.reasons if documents else self.reasons - {Reason.JOB_RESTARTABLE}
        last_deleted = max(self.last_deleted, number)
        return replace(self, documents=documents, reasons=reasons, last_deleted=last_deleted)

    @property
    def next_number(self) -> int:
        """The document-number of the next Document: one that none had before."""
        return 1 + max(self.last_deleted, *(document.number for document in self.documents), 0)

    @property
    def document_at_work(self) -> Document | None:
        """The Document that is processing, if one is."""
        return next((one for one in self.documents if one.state is DocumentState.PROCESSING), None)

    @property
    def has_next_document(self) -> bool:
        """True while a Document waits for its turn."""
        return any(one.state is DocumentState.PENDING for one in self.documents)

    def with_next_document(self, now: float) -> Self:
        """A copy in which the Document at work is finished, or canceled, and the next one, if any, begun.

        A Job that is not processing has none, and is left as it is.
        """
        if self.state is not JobState.PROCESSING:
            return self
        at_work = self.document_at_work
        after = self if at_work is None else self.with_document(at_work.on(DocumentEvent.FINISH, now))
        return replace(after, documents=begun(after.documents, now))


def _with_what_is_done(before: Document, after: Document) -> Document:
    return replace(after, deliveries=tuple(delivery for delivery in before.deliveries if delivery.done))


_DRAFT_FIELDS: Final = tuple(JobDraft.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one committed step did to a Job; `before` is None for a new one, `after` for a forgotten one."""

    before: Job | None
    after: Job | None

    @property
    def job(self) -> Job:
        """The Job as it is now, or as it last was."""
        job = self.after or self.before
        assert job is not None, "a change is about a job"
        return job
