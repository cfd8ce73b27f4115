"""Pause-Printer, Resume-Printer and Purge-Jobs (RFC 8011 4.2.7-4.2.9)."""

from ippserver.iana.enums import Operation
from ippserver.interfaces import JobQuery
from ippserver.model.access import Access
from ippserver.operations.declare import Call, Reply, Target, operation


@operation(Operation.PAUSE_PRINTER, target=Target.PRINTER, access=Access.OPERATE, spec="RFC 8011 4.2.7")
async def pause_printer(call: Call) -> Reply:
    """Begins no more Jobs; those in process are finished first."""
    await call.printer.pause()
    return Reply()


@operation(Operation.RESUME_PRINTER, target=Target.PRINTER, access=Access.OPERATE, spec="RFC 8011 4.2.8")
async def resume_printer(call: Call) -> Reply:
    """Goes on after Pause-Printer."""
    await call.printer.resume()
    return Reply()


@operation(Operation.PURGE_JOBS, target=Target.PRINTER, access=Access.OPERATE, spec="RFC 8011 4.2.9")
async def purge_jobs(call: Call) -> Reply:
    """Forgets every Job of the Printer, its documents and its history, and ends a pause."""
    jobs = call.services.jobs
    doomed = await jobs.query(JobQuery(printer=call.printer.path))
    await jobs.delete([job.id for job in doomed])
    if call.printer.status.paused:
        await call.printer.resume()
    return Reply()
