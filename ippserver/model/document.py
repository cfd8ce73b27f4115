"""Documents of Jobs: frozen records that change only by events (PWG 5100.5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Self
from uuid import UUID, uuid5

from ippserver.iana.enums import DocumentState
from ippserver.iana.keywords import DocumentStateReason as Reason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, Name, NameWithLanguage
from ippserver.model.amount import NOTHING, Amount
from ippserver.model.delivery import MAX_LEFT_BEHIND, Delivery, LeftBehind
from ippserver.model.document_states import (
    CAUSES,
    DOCUMENT_STEPS,
    DOCUMENTS_OVER,
    FOLLOWS,
    LETS_GO,
    DocumentEvent,
    document_step,
)
from ippserver.model.states import IllegalTransition, JobEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One accepted document of a Job; its octets lie in the spool under `key`. `on` leads to other states."""

    number: int
    """document-number, from 1."""
    key: str
    """The spool's key: a name that nobody had before, never made from a client's; empty once it is let go."""
    format: str
    """The media type it has: as declared, or as detected for application/octet-stream; lower case."""
    size_octets: int
    """Octets in the spool, after decompression."""
    sha256: str
    """Of the octets in the spool, hexadecimal."""
    name: Name | NameWithLanguage | None = None
    natural_language: str | None = None
    template: tuple[Attribute, ...] = ()
    """The accepted Document Template attributes: they count more than the Job's."""
    supplied: tuple[Attribute, ...] = ()
    """The client's words that are kept beside the resolved ones (document-format-supplied ...)."""
    deliveries: tuple[Delivery, ...] = ()
    left_behind: tuple[LeftBehind, ...] = ()
    """What outputs were to take back when it was printed again after it was canceled, the newest."""
    extent: Amount | None = None
    """How much it is, once it was converted; of Documents that were made one, the first has it for all."""
    done: Amount = NOTHING
    """How much of it is printed in this run of its Job, as far as that is counted."""
    before: Amount = NOTHING
    """How much of it an earlier run printed that is part of the same Job: its proof."""
    state: DocumentState = DocumentState.PENDING
    reasons: frozenset[Keyword] = frozenset()
    """Without `none`: an empty set is shown as `none`."""
    created: float = 0.0
    """When it was accepted, seconds since the epoch."""
    processing_since: float | None = None
    """When it was first processed, seconds since the epoch."""
    completed: float | None = None
    """When it reached its terminal state, seconds since the epoch."""
    password: str | None = field(default=None, repr=False)
    """What opens it (document-password), until it is not needed any more; shown to nobody."""

    @property
    def retained(self) -> bool:
        """False once its octets are gone, as job-retain-until may want it."""
        return bool(self.key)

    @property
    def over(self) -> bool:
        """True when nothing more is done with it, unless its Job is printed once more."""
        return self.state in DOCUMENTS_OVER

    @property
    def canceling(self) -> bool:
        """True between its cancellation and the moment when the work on it has stopped."""
        return Reason.PROCESSING_TO_STOP_POINT in self.reasons

    @property
    def whole(self) -> Amount | None:
        """How much it is in all runs, as far as they are known: sheets are of all copies."""
        if self.extent is None or self.before == NOTHING:
            return self.extent
        both = self.before.then(self.extent)
        known = (self.extent.impressions, self.extent.kinds_of_impressions)
        return replace(both, impressions=known[0], kinds_of_impressions=known[1])

    @property
    def printed(self) -> Amount:
        """How much of it is printed in all runs."""
        return self.before.then(self.done)

    def uuid_in(self, job_uuid: str) -> str:
        """Its UUID, which follows from that of its Job (RFC 9562 5.5); without urn:uuid:."""
        return str(uuid5(UUID(job_uuid), str(self.number)))

    def with_delivery(self, delivery: Delivery) -> Self:
        """A copy in which `delivery` is the one of its output."""
        others = tuple(known for known in self.deliveries if known.output != delivery.output)
        return replace(self, deliveries=(*others, delivery))

    def with_what_was_done(self, other: Self) -> Self:
        """A copy with the deliveries of `other`, and what is counted of that.

        Of one that was canceled, what is taken back meanwhile is known here.
        """
        deliveries = other.deliveries
        if self.state is DocumentState.CANCELED:
            own = {delivery.output: delivery for delivery in self.deliveries}
            deliveries = tuple(each.taken_back_as(own.get(each.output, each)) for each in deliveries)
        return replace(self, deliveries=deliveries, extent=other.extent, done=other.done)

    def delivery(self, output: str) -> Delivery | None:
        """The delivery to the output of that name, if it was planned."""
        return next((known for known in self.deliveries if known.output == output), None)

    @property
    def given_up(self) -> tuple[Delivery, ...]:
        """The deliveries that were given up."""
        return tuple(delivery for delivery in self.deliveries if delivery.dead)

    @property
    def undelivered(self) -> tuple[Delivery, ...]:
        """Those of them that may succeed another time: the Document is not to blame."""
        return tuple(delivery for delivery in self.deliveries if delivery.missing)

    @property
    def lost(self) -> bool:
        """Whether it was given up at every output."""
        return bool(self.deliveries) and all(delivery.dead for delivery in self.deliveries)

    def copied(self, key: str, now: float) -> Self:
        """The same under another `key`, accepted `now`: nothing was done with it yet."""
        return replace(
            self,
            key=key,
            deliveries=(),
            left_behind=(),
            extent=None,
            done=NOTHING,
            before=NOTHING,
            state=DocumentState.PENDING,
            reasons=frozenset(),
            created=now,
            processing_since=None,
            completed=None,
        )

    def on(self, event: DocumentEvent, now: float, *, adds: Iterable[Keyword] = ()) -> Self:
        """The Document after `event`; `adds` are reasons beyond those of the table.

        One that is being canceled ends canceled, whatever ends the work on it.

        Raises:
            IllegalTransition: The event is not possible in this state, or not while it is being canceled.
        """
        if self.canceling:
            if event not in LETS_GO:
                raise IllegalTransition(self.state, event, "document")
            event, adds = DocumentEvent.CANCEL_DONE, ()
        found = document_step(self.state, event)
        reasons = self.reasons - found.drops | found.adds | frozenset(adds)
        after = replace(self, state=found.state, reasons=reasons)
        match event:
            case DocumentEvent.START:
                return replace(after, processing_since=self.processing_since or now)
            case DocumentEvent.RESTART:
                after = replace(after, processing_since=None, completed=None, deliveries=())
                return replace(after, left_behind=self._left_behind(), done=NOTHING, before=NOTHING)
        return replace(after, completed=now) if after.over else after

    def _left_behind(self) -> tuple[LeftBehind, ...]:
        if self.state is not DocumentState.CANCELED:
            return self.left_behind
        begun = (each for each in self.deliveries if each.target and not each.settled)
        return (*self.left_behind, *(LeftBehind(each.output, each.target) for each in begun))[
            -MAX_LEFT_BEHIND:
        ]

    def follow(self, event: JobEvent, now: float, reasons: Iterable[Keyword]) -> Self:
        """The Document after an `event` of its Job, which adds `reasons` to the Job's own."""
        own = FOLLOWS.get(event)
        if own is None or own not in (LETS_GO if self.canceling else DOCUMENT_STEPS[self.state]):
            return self
        return self.on(own, now, adds=_causes(reasons))


def begun(documents: tuple[Document, ...], now: float) -> tuple[Document, ...]:
    """`documents` with the first that waits for its turn processing, if none is yet."""
    if any(document.state is DocumentState.PROCESSING for document in documents):
        return documents
    for at, document in enumerate(documents):
        if document.state is DocumentState.PENDING:
            return (*documents[:at], document.on(DocumentEvent.START, now), *documents[at + 1 :])
    return documents


def followed(
    documents: tuple[Document, ...], event: JobEvent, now: float, reasons: Iterable[Keyword]
) -> tuple[Document, ...]:
    """`documents` after an `event` of their Job, which adds `reasons` to the Job's own."""
    if event in FOLLOWS:
        documents = tuple(document.follow(event, now, reasons) for document in documents)
    return begun(documents, now) if event in _BEGIN else documents


_BEGIN: Final = frozenset({JobEvent.START, JobEvent.RESUME_PRINTER})
"""After which the Job has a Document at work, if there is one to work on."""
_OF_JOBS: Final = "job-"


def _causes(reasons: Iterable[Keyword]) -> frozenset[Keyword]:
    """Reasons of a Job as those of its Documents: the same, but for the prefix (PWG 5100.5 table 13)."""
    return CAUSES.intersection(Keyword(reason.removeprefix(_OF_JOBS)) for reason in reasons)
