"""Cancel-Jobs and Cancel-My-Jobs: many Jobs at once, all of those that are named or none (PWG 5100.7)."""

from collections.abc import Sequence

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.model.access import Access, owns
from ippserver.model.errors import NotAuthorized, NotPossible
from ippserver.model.job import Job
from ippserver.operations.declare import Call, Reply, Target, operation
from ippserver.operations.job_control import canceled
from ippserver.operations.job_hold import MESSAGES, note


@operation(
    Operation.CANCEL_JOBS,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=(*MESSAGES, names.JOB_IDS, names.MY_JOBS),
    everywhere=True,
    spec="PWG 5100.7 4.1",
)
async def cancel_jobs(call: Call) -> Reply:
    """Cancels the Jobs of job-ids, or every Job of the Printer that is not over; with my-jobs the user's own.

    That my-jobs may narrow it down is CUPS's: its `cancel -u USER -a` comes as Cancel-Jobs.
    """
    if names.MY_JOBS.get(call.operation):
        return await cancel_my_jobs.handler(call)
    note(call)
    named = await _named(call)
    return await _cancel(call, _unfinished(call) if named is None else named, all_or_none=named is not None)


@operation(
    Operation.CANCEL_MY_JOBS,
    target=Target.PRINTER,
    access=Access.OWN,
    accepts=(*MESSAGES, names.JOB_IDS),
    everywhere=True,
    spec="PWG 5100.7 4.2",
)
async def cancel_my_jobs(call: Call) -> Reply:
    """Cancels the Jobs of job-ids, which must be the user's own, or every one of them that is not over."""
    note(call)
    named = await _named(call)
    if named is None:
        mine = [job for job in _unfinished(call) if owns(call.principal, job)]
        return await _cancel(call, mine, all_or_none=False)
    others = [job.id for job in named if not owns(call.principal, job)]
    if others:
        raise NotAuthorized(unsupported=(names.JOB_IDS.of(*others),))
    return await _cancel(call, named, all_or_none=True)


async def _named(call: Call) -> Sequence[Job] | None:
    """The Jobs of job-ids, each once; None where the request has none.

    Raises:
        NotPossible: Some of them are not there, or cannot be canceled; job-ids says which.
    """
    job_ids = dict.fromkeys(names.JOB_IDS.all(call.operation))
    if not job_ids:
        return None
    unfinished = call.services.jobs.unfinished
    jobs = [job for job_id in job_ids if (job := unfinished.get(job_id)) and _cancelable(call, job)]
    bad = job_ids.keys() - {job.id for job in jobs}
    if bad:
        named = names.JOB_IDS.of(*sorted(bad))
        raise NotPossible("Some of the jobs cannot be canceled.", unsupported=(named,))
    return jobs


def _unfinished(call: Call) -> Sequence[Job]:
    return [job for job in call.services.jobs.unfinished.values() if _cancelable(call, job)]


def _cancelable(call: Call, job: Job) -> bool:
    return call.concerns(job) and not job.canceling


async def _cancel(call: Call, jobs: Sequence[Job], *, all_or_none: bool) -> Reply:
    """Cancels `jobs` in one step; of those that are over at this very moment `all_or_none` decides."""

    def step(job: Job) -> Job:
        return canceled(call, job) if all_or_none or not (job.terminal or job.canceling) else job

    await call.services.jobs.apply_all([job.id for job in jobs], step)
    return Reply()
