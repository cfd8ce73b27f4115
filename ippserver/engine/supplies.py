"""A Job takes from the Printer's device what it uses up; where there is not enough, it waits, stopped."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from ippserver.engine.printers import Printer
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.model.supplies import need_of

logger: Final = logging.getLogger(__name__)

Change: TypeAlias = Callable[[Job], Job]
Insist: TypeAlias = Callable[[int, Change], Awaitable[object]]
"""Applies a change to the Job, sooner or later; what is not possible any more is left out."""


async def feed(printer: Printer, job: Job, now: Callable[[], float], insist: Insist) -> None:
    """Returns when the device has had all that `job`, which is processing, needs."""
    rest = printer.take(need_of(job, printer.capabilities))
    if rest is None:
        return
    with printer.starving(rest):
        message = printer.status.message
        logger.warning("job %d waits: %s", job.id, message, extra={"job_id": job.id, "printer": job.printer})
        await insist(job.id, lambda job: job.on(JobEvent.PAUSE, now(), message=message))
        while True:
            rest = printer.take(rest)
            if rest is None:
                break
            await printer.until_refilled()
    await insist(job.id, lambda job: job.on(JobEvent.RESUME_PRINTER, now()))
