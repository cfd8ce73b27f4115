"""Which Job is at work and which is next: the current Job, and the order of the queue (RFC 3998 4.2-4.4)."""

from collections.abc import Sequence
from typing import Final

from ippserver.engine.queue import HIGHEST_PRIORITY
from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.model.access import Access
from ippserver.model.errors import NotFound, NotPossible
from ippserver.model.job import Job
from ippserver.model.states import ACTIVE, JobEvent
from ippserver.operations.declare import Call, Reply, Target, check_owns, operation
from ippserver.operations.job_control import canceled
from ippserver.operations.job_hold import MESSAGES, note, told

_MAY_PRECEDE: Final = frozenset({JobState.PENDING, *ACTIVE})
"""The states of a Job that another one can be scheduled after (RFC 3998 4.4.2)."""


@operation(
    Operation.CANCEL_CURRENT_JOB,
    target=Target.PRINTER,
    access=Access.OWN,
    accepts=(*MESSAGES, names.JOB_ID),
    spec="RFC 3998 4.2",
)
async def cancel_current_job(call: Call) -> Reply:
    """Cancels the Job that the Printer is at work on the longest; it is that of job-id, if there is one."""
    note(call)
    job = _current(call)[0]
    check_owns(call, job)
    await call.services.jobs.apply(job.id, lambda job: canceled(call, job))
    return Reply()


@operation(
    Operation.SUSPEND_CURRENT_JOB,
    target=Target.PRINTER,
    access=Access.OWN,
    accepts=(*MESSAGES, names.JOB_ID),
    spec="RFC 3998 4.3.1",
)
async def suspend_current_job(call: Call) -> Reply:
    """Stops all Jobs at work, or the one that job-id says is, so that others are printed until Resume-Job."""
    note(call)
    current = _current(call)
    for job in current:
        check_owns(call, job)
    await call.services.jobs.apply_all(
        [job.id for job in current],
        lambda job: told(call, job).on(JobEvent.SUSPEND, call.now, message="Suspended."),
    )
    return Reply()


def _current(call: Call) -> Sequence[Job]:
    """The Jobs at work, the longest at it first; with a job-id that one, suspended or not.

    Raises:
        NotPossible: There is none, or the one is not at work.
    """
    jobs = call.services.jobs
    job_id = names.JOB_ID.get(call.operation)
    if job_id is None:
        found = jobs.current(call.printer.path)
    else:
        named = jobs.unfinished.get(job_id)
        here = named is not None and named.printer == call.printer.path and named.state in ACTIVE
        found = [named] if named is not None and here else []
    if not found:
        raise NotPossible("The printer is not at work on that job, or on any.")
    return found


@operation(
    Operation.RESUME_JOB, target=Target.JOB, access=Access.OWN, accepts=MESSAGES, spec="RFC 3998 4.3.2"
)
async def resume_job(call: Call) -> Reply:
    """Lets a suspended Job wait for its turn again."""
    note(call)
    await call.services.jobs.apply(call.job.id, lambda job: told(call, job).on(JobEvent.RESUME_JOB, call.now))
    return Reply()


@operation(
    Operation.PROMOTE_JOB, target=Target.JOB, access=Access.OPERATE, accepts=MESSAGES, spec="RFC 3998 4.4.1"
)
async def promote_job(call: Call) -> Reply:
    """Makes a pending Job the next one."""
    note(call)
    return await _moved(call, HIGHEST_PRIORITY, behind=None)


@operation(
    Operation.SCHEDULE_JOB_AFTER,
    target=Target.JOB,
    access=Access.OPERATE,
    accepts=(*MESSAGES, names.PREDECESSOR_JOB_ID),
    spec="RFC 3998 4.4.2",
)
async def schedule_job_after(call: Call) -> Reply:
    """Puts a pending Job right after another one, with its priority; without one, makes it the next."""
    note(call)
    job_id = names.PREDECESSOR_JOB_ID.get(call.operation)
    if job_id is None:
        return await _moved(call, HIGHEST_PRIORITY, behind=None)
    predecessor = await call.services.jobs.get(job_id)
    if predecessor is None or predecessor.printer != call.printer.path:
        raise NotFound("There is no such predecessor.")
    if predecessor.state not in _MAY_PRECEDE or predecessor.id == call.job.id:
        raise NotPossible("A job can only follow one that waits for its turn or is at work.")
    waits = predecessor.state is JobState.PENDING
    return await _moved(call, predecessor.priority, behind=predecessor if waits else None)


async def _moved(call: Call, priority: int, *, behind: Job | None) -> Reply:
    jobs = call.services.jobs
    await jobs.move(call.job, priority, behind=behind, change=lambda job: told(call, job))
    return Reply()
