"""Cancel-Job, Hold-Job, Release-Job and Restart-Job (RFC 8011 4.3.3, 4.3.5-4.3.7)."""

import logging
from dataclasses import replace
from typing import Final, TypeAlias

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.iana.keywords import JobHoldUntil, JobStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, Name, NameWithLanguage
from ippserver.model import hold
from ippserver.model.access import Access, owns
from ippserver.model.errors import NotPossible
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.operations.declare import Call, Definition, Reply, Target, operation
from ippserver.operations.documents import fetched_again
from ippserver.operations.language import plain

logger: Final = logging.getLogger(__name__)

_MESSAGE: Final[tuple[Definition, ...]] = (names.MESSAGE,)
"""What every operation that changes a Job's state takes beside its target (RFC 8011 4.3.3.1)."""
_HELD: Final = frozenset({JobStateReason.JOB_HOLD_UNTIL_SPECIFIED})


@operation(
    Operation.CANCEL_JOB, target=Target.JOB, access=Access.OWN, accepts=_MESSAGE, spec="RFC 8011 4.3.3"
)
async def cancel_job(call: Call) -> Reply:
    """Cancels a Job: at once while it waits, else as soon as its output has let go."""
    _note(call)
    mine = owns(call.principal, call.job)
    reason = JobStateReason.JOB_CANCELED_BY_USER if mine else JobStateReason.JOB_CANCELED_BY_OPERATOR
    await call.services.jobs.apply(call.job.id, lambda job: job.on(JobEvent.CANCEL, call.now, adds={reason}))
    return Reply()


@operation(
    Operation.HOLD_JOB,
    target=Target.JOB,
    access=Access.OWN,
    accepts=(*_MESSAGE, names.JOB_HOLD_UNTIL),
    spec="RFC 8011 4.3.5",
)
async def hold_job(call: Call) -> Reply:
    """Holds a waiting Job until a period begins, or until Release-Job."""
    _note(call)
    until, unsupported = _until(call, absent=JobHoldUntil.INDEFINITE)
    await call.services.jobs.apply(call.job.id, lambda job: _held(job, until, call.now))
    return Reply(unsupported=unsupported)


@operation(
    Operation.RELEASE_JOB, target=Target.JOB, access=Access.OWN, accepts=_MESSAGE, spec="RFC 8011 4.3.6"
)
async def release_job(call: Call) -> Reply:
    """Lets a held Job go; one that is not held is left as it is."""
    _note(call)
    await call.services.jobs.apply(call.job.id, lambda job: _released(job, call.now))
    return Reply()


@operation(
    Operation.RESTART_JOB,
    target=Target.JOB,
    access=Access.OWN,
    accepts=(*_MESSAGE, names.JOB_HOLD_UNTIL),
    spec="RFC 8011 4.3.7",
)
async def restart_job(call: Call) -> Reply:
    """Prints a Job of the history again, under its own job-id; what it has by reference is fetched again."""
    _note(call)
    until, unsupported = _until(call, absent=JobHoldUntil.NO_HOLD)
    _restarted(call.job, until, call.now)  # refused before anything is fetched
    async with fetched_again(call) as documents:
        await call.services.jobs.take_again(
            call.job.id, documents, call.printer.config, lambda job: _restarted(job, until, call.now)
        )
    return Reply(unsupported=unsupported)


_Until: TypeAlias = Keyword | Name | NameWithLanguage


def _until(call: Call, *, absent: Keyword) -> tuple[_Until, tuple[Attribute, ...]]:
    """job-hold-until, and what to report of it: what is unsupported holds indefinitely (RFC 8011 4.3.5.1)."""
    attribute = names.JOB_HOLD_UNTIL.attribute(call.operation)
    if attribute is None:
        return absent, ()
    until = names.JOB_HOLD_UNTIL.get(call.operation)
    if isinstance(until, Keyword) and until in hold.SUPPORTED:
        return until, ()
    return JobHoldUntil.INDEFINITE, (attribute,)


def _held(job: Job, until: _Until, now: float) -> Job:
    # HOLD first, also where it is over at once: it is what a Job in process refuses (RFC 8011 table 5).
    held = job.on(JobEvent.HOLD, now, adds=_HELD)
    if hold.has_begun(until, now):
        return _released(held, now)
    return replace(_without_hold(held), hold_until=until, touched=now)


def _released(job: Job, now: float) -> Job:
    return _without_hold(job.on(JobEvent.RELEASE, now, drops=_HELD))


def _without_hold(job: Job) -> Job:
    """`job` without job-hold-until, wherever it came from (RFC 8011 4.3.6)."""
    template = tuple(attribute for attribute in job.template if attribute.name != names.JOB_HOLD_UNTIL.name)
    return replace(job, hold_until=None, template=template)


def _restarted(job: Job, until: _Until, now: float) -> Job:
    again = _without_hold(job.on(JobEvent.RESTART, now))
    if not again.documents:
        raise NotPossible("The job has no documents to print again.")
    fresh = tuple(replace(document, deliveries=()) for document in again.documents)
    return _held(replace(again, documents=fresh), until, now)


def _note(call: Call) -> None:
    """Puts `message`, the client's word to the Operator, into the log (RFC 8011 4.3.3.1)."""
    message = plain(names.MESSAGE.get(call.operation))
    if message:
        logger.info("message about job %d: %s", call.job.id, message, extra={"job_id": call.job.id})
