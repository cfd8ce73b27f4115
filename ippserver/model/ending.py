"""What its deliveries say of a Job: how it ends, and what it waits for."""

from collections.abc import Mapping
from typing import Final

from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.ipp.strings import shortened
from ippserver.ipp.values import Keyword
from ippserver.model.delivery import Delivery
from ippserver.model.job import Job
from ippserver.model.states import JobEvent

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
    """`job` after every delivery was settled: aborted where a document came to no output at all."""
    if any(document.lost and not document.over for document in job.documents):
        failures = [delivery.history[-1] for delivery in job.undelivered if delivery.history]
        return job.on(
            JobEvent.ABORT,
            now,
            adds={Keyword(failure.reason) for failure in failures if failure.reason},
            message=" ".join(dict.fromkeys(map(_error, job.undelivered))),
        )
    if job.undelivered:
        return job.on(
            JobEvent.FINISH,
            now,
            adds={Reason.JOB_COMPLETED_WITH_ERRORS},
            drops={Reason.JOB_COMPLETED_SUCCESSFULLY},
            message=" ".join(dict.fromkeys(map(_missing, job.undelivered))),
        )
    return job.on(JobEvent.FINISH, now)


def reasons_of_deliveries(job: Job) -> frozenset[Keyword]:
    """What job-state-reasons tells of them (PWG 5100.17); seen when it is asked for, and not stored."""
    if job.terminal:
        return frozenset({Reason.DESTINATION_URI_FAILED} if job.undelivered else ())
    held_up = job.state is JobState.PROCESSING and job.held_up
    return frozenset({Reason.CONNECTING_TO_DESTINATION} if held_up else ())


def message_of(job: Job) -> str:
    """job-state-message: what it was told, what it waits for, or how it stands."""
    if job.message or job.state is not JobState.PROCESSING or not job.held_up:
        return job.message or JOB_MESSAGES[job.state]
    delivery = job.held_up[0]
    return shortened(f"Waiting for the output {delivery.output}: {delivery.error}", _MESSAGE_OCTETS)


def _error(delivery: Delivery) -> str:
    return delivery.error


def _missing(delivery: Delivery) -> str:
    return f"The output {delivery.output} does not have it: {delivery.error}"
