"""What its deliveries say of a Job: how it ends, and what it waits for."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from ippserver.iana.enums import DocumentState, JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.ipp.strings import shortened
from ippserver.ipp.values import Keyword, Text
from ippserver.model.delivery import Delivery, DeliveryState
from ippserver.model.document import Document
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.model.together import is_shared

_MOST_DELIVERIES: Final = 50
_MESSAGE_OCTETS: Final = 1023
"""What job-state-message may have (RFC 8011 5.3.9)."""

JOB_MESSAGES: Final[Mapping[JobState, str]] = {
    JobState.PENDING: "Waiting to be printed.",
    JobState.PENDING_HELD: "Held.",
    JobState.PROCESSING: "Printing.",
    JobState.PROCESSING_STOPPED: "Stopped.",
    JobState.CANCELED: "Canceled.",
    JobState.ABORTED: "Aborted.",
    JobState.COMPLETED: "Completed.",
}
"""job-state-message where there is nothing more to say."""


def finished(job: Job, now: float) -> Job:
    """`job` after every delivery was settled.

    It is aborted where a document came to no output at all, or canceled where somebody canceled it there; and
    completed with warnings where one has none of the pages that were asked for (RFC 8011 5.2.7).
    """
    if any(document.lost and not document.over for document in job.documents):
        failures = [delivery.history[-1] for delivery in job.given_up if delivery.history]
        reasons = {Keyword(failure.reason) for failure in failures if failure.reason}
        message = _in_a_row(map(_error, job.given_up))
        if reasons == {Reason.JOB_CANCELED_AT_DEVICE} and all(failure.reason for failure in failures):
            stopping = job.on(JobEvent.CANCEL, now, adds=reasons, message=message)
            return stopping if stopping.terminal else stopping.on(JobEvent.CANCEL_DONE, now, message=message)
        return job.on(JobEvent.ABORT, now, adds=reasons, message=message)
    if job.given_up:
        return job.on(
            JobEvent.FINISH,
            now,
            adds={Reason.JOB_COMPLETED_WITH_ERRORS},
            drops={Reason.JOB_COMPLETED_SUCCESSFULLY},
            message=_in_a_row(map(_missing, job.given_up)),
        )
    if pageless := [one for one in job.documents if not one.over and _has_no_pages(one)]:
        return job.on(
            JobEvent.FINISH,
            now,
            adds={Reason.JOB_COMPLETED_WITH_WARNINGS},
            drops={Reason.JOB_COMPLETED_SUCCESSFULLY},
            message=" ".join(f"{_called(one, job)} has none of the pages to be printed." for one in pageless),
        )
    return job.on(JobEvent.FINISH, now)


def reasons_of_deliveries(job: Job, down: Collection[str]) -> frozenset[Keyword]:
    """What job-state-reasons tells of them (PWG 5100.17); seen when it is asked for, and not stored.

    `down` are the outputs of its Printer that cannot be reached.
    """
    if any(delivery.target for delivery in _missed(job)):
        return frozenset({Reason.CONNECTING_TO_DESTINATION})
    if job.terminal:
        return frozenset({Reason.DESTINATION_URI_FAILED} if job.undelivered else ())
    return frozenset({Reason.CONNECTING_TO_DESTINATION} if _held_up(job, down) else ())


def message_of(job: Job, down: Collection[str]) -> str:
    """job-state-message: what it was told, what it waits for, or how it stands, and what is not canceled."""
    said = (_stands(job, down), *map(_still_there, _missed(job)))
    return shortened(_in_a_row(said), _MESSAGE_OCTETS)


def _stands(job: Job, down: Collection[str]) -> str:
    delivery = None if job.message else _held_up(job, down)
    if delivery is None:
        return job.message or JOB_MESSAGES[job.state]
    reason = f": {delivery.error}" if delivery.error else "."
    return f"Waiting for the output {delivery.output}{reason}"


def deliveries(job: Job) -> tuple[Text, ...]:
    """How each delivery stands, in words; those that are not done first, and of very many not all."""
    known = [(document, each) for document in job.documents for each in document.deliveries]
    known.sort(key=lambda one: one[1].done)
    return tuple(
        Text(shortened(_outcome(document, delivery), _MESSAGE_OCTETS))
        for document, delivery in known[:_MOST_DELIVERIES]
    )


def _outcome(document: Document, delivery: Delivery) -> str:
    words = f"document {document.number} to {delivery.output}: {_CALLED[delivery.state]}"
    if delivery.history:
        tries = f"attempt {delivery.attempts}" if delivery.attempts > 1 else "first attempt"
        words += f", {tries}: {delivery.error}" if not delivery.done else f", {tries}"
    if delivery.due is not None and not document.over:
        words = _in_a_row(
            (words, f"Next attempt {datetime.fromtimestamp(delivery.due, UTC):%Y-%m-%dT%H:%M:%SZ}.")
        )
    if delivery.together:
        words += f", {'as one ' * delivery.as_one}with document {delivery.together}"
    return f"{words}, {delivery.target}" if delivery.done and delivery.target else words


_CALLED: Final[Mapping[DeliveryState, str]] = {
    DeliveryState.PENDING: "pending",
    DeliveryState.FAILED: "failed",
    DeliveryState.DONE: "done",
    DeliveryState.DEAD: "given up",
}


def _held_up(job: Job, down: Collection[str]) -> Delivery | None:
    """What a Job in process waits for: a delivery that failed, or one behind it."""
    if job.state is not JobState.PROCESSING:
        return None
    open_ones = [
        delivery
        for document in job.documents
        for delivery in document.deliveries
        if not delivery.settled and (delivery.state is DeliveryState.FAILED or delivery.output in down)
    ]
    return min(open_ones, key=lambda one: one.state is not DeliveryState.FAILED, default=None)


def _has_no_pages(document: Document) -> bool:
    """Whether it was counted, and nothing of it was to be printed."""
    return document.extent is not None and not document.extent.pages


def _called(document: Document, job: Job) -> str:
    """The Document, or all of them where they go as one."""
    alone = len(job.documents) == 1 or is_shared(job, document)
    return "The job" if alone else f"Document {document.number}"


def _missed(job: Job) -> list[Delivery]:
    """What could not be taken back of Documents that were canceled."""
    canceled = (one for one in job.documents if one.state is DocumentState.CANCELED)
    return [each for document in canceled for each in document.deliveries if each.missed]


def _still_there(delivery: Delivery) -> str:
    return f"Not canceled {'yet ' * bool(delivery.target)}by the output {delivery.output}: {delivery.missed}"


def _error(delivery: Delivery) -> str:
    return delivery.error


def _missing(delivery: Delivery) -> str:
    return f"The output {delivery.output} does not have it: {delivery.error}"


def _in_a_row(texts: Iterable[str]) -> str:
    """Sentences, each once; those of others, such as the ERROR of a program, may end without a mark."""
    once = list(dict.fromkeys(texts))
    ended = (text if text.endswith((".", "!", "?")) else f"{text}." for text in once[:-1])
    return " ".join((*ended, *once[-1:]))
