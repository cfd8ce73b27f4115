"""Documents of one Job that outputs get at once, or as one (multiple-document-handling, RFC 8011 5.2.4)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import DocumentState
from ippserver.iana.keywords import MultipleDocumentHandling
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.capabilities import Capabilities
from ippserver.model.delivery import Delivery
from ippserver.model.document import Document
from ippserver.model.job import Job

_AS_ONE: Final = (
    MultipleDocumentHandling.SINGLE_DOCUMENT,
    MultipleDocumentHandling.SINGLE_DOCUMENT_NEW_SHEET,
)


def are_one(job: Job, printer: Capabilities) -> bool:
    """Whether the Documents of the Job are to be printed as one."""
    template = AttributeGroup(GroupTag.JOB, job.template)
    handling = names.MULTIPLE_DOCUMENT_HANDLING.get(template)
    if handling is None:
        handling = names.MULTIPLE_DOCUMENT_HANDLING_DEFAULT.get(printer)
    return handling in _AS_ONE


def leader(job: Job, reads: Callable[[str], bool]) -> int:
    """The document-number of the Document that the others of the Job go with; 0 where none can be one.

    It is the first that is left, of those of a format that the converter `reads`.
    """
    left = (one.number for one in job.documents if not one.over and reads(one.format))
    return next(left, 0)


def first_left(job: Job, output: str) -> int:
    """The document-number of the first of the Job's Documents that the output is to have yet; 0 for none."""
    left = (
        one.number
        for one in job.documents
        if not one.over and not ((delivery := one.delivery(output)) is not None and delivery.settled)
    )
    return next(left, 0)


def others(job: Job, document: Document, output: str) -> tuple[Document, ...]:
    """Those of the Job's Documents that go with this one to the output, in order.

    One that is canceled when something was sent already, each by itself, is still among them: what comes
    after it keeps its place.
    """
    first = document.delivery(output)
    was_sent = first is not None and bool(first.target)
    return tuple(
        one
        for one in job.documents
        if (delivery := one.delivery(output)) is not None
        and delivery.together == document.number
        and (not one.over or (was_sent and not delivery.as_one))
    )


def goes_with_another(document: Document) -> bool:
    """Whether the Document goes to some output as one with one that comes before it."""
    return any(delivery.together and delivery.as_one for delivery in document.deliveries)


def is_shared(job: Job, document: Document) -> bool:
    """Whether the Document goes to some output as one with another."""
    return goes_with_another(document) or any(
        delivery.together == document.number and delivery.as_one
        for one in job.documents
        for delivery in one.deliveries
    )


@dataclass(frozen=True, slots=True)
class Canceled:
    """A canceled Document of which an output has begun to bring something."""

    number: int
    """Its document-number."""
    first: int = field(compare=False)
    """That of the Document that it goes with now, or its own."""
    target: str
    """Where it has gone."""
    among_others: bool
    """Whether there are others there that are wanted."""
    as_one: bool
    """Whether it is one document with them."""


def taken_back(job: Job, output: str) -> tuple[Canceled, ...]:
    """What the output is to take back of the Job, which may have very many Documents."""
    known = {one.number: each for one in job.documents if (each := one.delivery(output)) is not None}
    others: dict[int, bool] = {}
    """By the first of those that go together and are wanted: whether some go by themselves, after it."""
    for one in job.documents:
        own = known.get(one.number)
        if own is not None and not one.over:
            first = own.together or one.number
            others[first] = others.get(first, False) or bool(own.together and not own.as_one)
    canceled = (one.number for one in job.documents if one.state is DocumentState.CANCELED)
    now = (found for one in canceled if (found := _taken_back(one, known, others)) is not None)
    return (*now, *_left_behind(job, output))


def _left_behind(job: Job, output: str) -> Iterator[Canceled]:
    """What is to be taken back since before the Job was printed again: all that was there."""
    for one in job.documents:
        for left in one.left_behind:
            if left.output == output:
                yield Canceled(one.number, one.number, left.target, among_others=False, as_one=False)


def _taken_back(number: int, known: Mapping[int, Delivery], others: Mapping[int, bool]) -> Canceled | None:
    own = known.get(number)
    first = (own and own.together) or number
    sent = known.get(first)
    if own is None or own.settled or sent is None or not sent.target or sent.settled:
        return None
    if first != number:
        return Canceled(number, first, sent.target, True, own.as_one) if first in others else None
    # What is one document without it is sent anew.
    return Canceled(number, first, sent.target, others.get(first, False), as_one=False)
