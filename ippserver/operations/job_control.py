"""What is done to one Job: cancel, hold, restart and close it (RFC 8011 4.3.3-4.3.7, PWG 5100.7)."""

from dataclasses import replace

from ippserver.iana.enums import Operation
from ippserver.iana.keywords import JobHoldUntil, JobStateReason
from ippserver.ipp.values import Keyword
from ippserver.model.access import Access, owns
from ippserver.model.errors import NotPossible
from ippserver.model.hold import Until
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.operations.declare import Call, Reply, Target, operation
from ippserver.operations.documents import fetched_again
from ippserver.operations.job_hold import HOLDS, MESSAGES, held, hold_of, note, told, without_hold
from ippserver.operations.job_release import KEY, unlock


@operation(
    Operation.CANCEL_JOB, target=Target.JOB, access=Access.OWN, accepts=MESSAGES, spec="RFC 8011 4.3.3"
)
async def cancel_job(call: Call) -> Reply:
    """Cancels a Job: at once while it waits, else as soon as its output has let go.

    One that is stored is no longer: from then on it is a Job of the history as others are.
    """
    note(call)
    await call.services.jobs.apply(call.job.id, lambda job: canceled(call, job))
    return Reply()


def canceled(call: Call, job: Job) -> Job:
    """`job` canceled by whoever asks; IllegalTransition where that is not possible."""
    if job.stored:
        return told(call, job).on(JobEvent.UNSTORE, call.now)
    return told(call, job).on(JobEvent.CANCEL, call.now, adds={_canceler(call, job)})


def _canceler(call: Call, job: Job) -> Keyword:
    mine = owns(call.principal, job)
    return JobStateReason.JOB_CANCELED_BY_USER if mine else JobStateReason.JOB_CANCELED_BY_OPERATOR


@operation(
    Operation.HOLD_JOB,
    target=Target.JOB,
    access=Access.OWN,
    accepts=MESSAGES + HOLDS,
    spec="RFC 8011 4.3.5",
)
async def hold_job(call: Call) -> Reply:
    """Holds a waiting Job until a period begins, until a moment, or until Release-Job."""
    note(call)
    until, unsupported = hold_of(call, absent=JobHoldUntil.INDEFINITE)
    await call.services.jobs.apply(call.job.id, lambda job: told(call, held(job, until, call.now)))
    return Reply(unsupported=unsupported)


@operation(
    Operation.RESTART_JOB,
    target=Target.JOB,
    access=Access.OWN,
    accepts=MESSAGES + HOLDS + KEY,
    spec="RFC 8011 4.3.7",
)
async def restart_job(call: Call) -> Reply:
    """Prints a Job of the history again, under its own job-id; what it has by reference is fetched again."""
    note(call)
    until, unsupported = hold_of(call, absent=JobHoldUntil.NO_HOLD)
    _restarted(call.job, until, call.now)  # refused before anything is fetched
    await unlock(call)
    async with fetched_again(call) as documents:
        await call.services.jobs.take_again(
            call.job.id,
            documents,
            call.printer.config,
            lambda job: told(call, _restarted(job, until, call.now)),
        )
    return Reply(unsupported=unsupported)


def _restarted(job: Job, until: Until, now: float) -> Job:
    again = without_hold(job.on(JobEvent.RESTART, now))
    if not again.retained:
        raise NotPossible("The job has no documents to print again.")
    return held(replace(again, delay_until=None), until, now)


@operation(Operation.CLOSE_JOB, target=Target.JOB, access=Access.OWN, accepts=MESSAGES, spec="PWG 5100.7 4.3")
async def close_job(call: Call) -> Reply:
    """Takes no more documents for a Job, as the last Send-Document; one that is closed is left as it is."""
    note(call)
    await call.services.jobs.close(call.job.id)
    return Reply()
