"""Purge-Jobs: Jobs are forgotten, with their documents and their history (RFC 8011 4.2.9, CUPS)."""

from collections.abc import Sequence
from typing import Final

from ippserver.iana import names, vendor
from ippserver.iana.enums import Operation
from ippserver.interfaces import JobQuery
from ippserver.model.access import Access, owns
from ippserver.model.errors import NotAuthorized, NotFound
from ippserver.operations.declare import Call, Reply, Target, operation
from ippserver.operations.jobs_cancel import cancel_jobs

_BATCH: Final = 200
"""Jobs forgotten in one transaction, so that nobody waits long behind it."""


@operation(
    Operation.PURGE_JOBS,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=(names.PRINTER_MESSAGE_FROM_OPERATOR, names.JOB_IDS, names.MY_JOBS, vendor.PURGE_JOBS),
    everywhere=True,
    spec="RFC 8011 4.2.9",
)
async def purge_jobs(call: Call) -> Reply:
    """Forgets every Job of the Printer, its documents and its history, and ends a pause.

    What narrows it down is CUPS's, and leaves a pause: job-ids, of which all are there or nothing is done,
    and my-jobs, which are the user's own. With purge-jobs false, which `lprm -` sends, the Jobs are canceled
    and nothing is forgotten.
    """
    if vendor.PURGE_JOBS.get(call.operation) is False:
        return await cancel_jobs.handler(call)
    named = dict.fromkeys(names.JOB_IDS.all(call.operation))
    mine = names.MY_JOBS.get(call.operation) is True
    if named:
        doomed: Sequence[int] = await _named(call, list(named), mine=mine)
    else:
        path = None if call.everywhere else call.printer.path
        query = JobQuery(printer=path, user=call.principal.name if mine else None)
        doomed = await call.services.jobs.ids(query)
    for start in range(0, len(doomed), _BATCH):
        gone = await call.services.jobs.delete(doomed[start : start + _BATCH])
        call.services.events.purged(gone)
    for printer in call.printers:
        await printer.say(names.PRINTER_MESSAGE_FROM_OPERATOR.attribute(call.operation))
        if printer.status.paused and not (named or mine):
            await printer.resume()
    return Reply()


async def _named(call: Call, job_ids: Sequence[int], *, mine: bool) -> Sequence[int]:
    """The job-ids of the request.

    Raises:
        NotFound: Some of them are not there; job-ids says which.
        NotAuthorized: Some of them are not the user's, who wanted my-jobs.
    """
    found = [job for job in await call.services.jobs.query(JobQuery(ids=job_ids)) if call.concerns(job)]
    missing = set(job_ids) - {job.id for job in found}
    if missing:
        raise NotFound("Some of the jobs are not there.", unsupported=(names.JOB_IDS.of(*sorted(missing)),))
    others = [job.id for job in found if mine and not owns(call.principal, job)]
    if others:
        raise NotAuthorized(unsupported=(names.JOB_IDS.of(*others),))
    return job_ids
