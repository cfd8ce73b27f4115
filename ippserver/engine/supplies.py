"""A Job takes from the Printer's device what it uses up; where there is not enough, it waits, stopped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from ippserver.engine.printer import Printer
from ippserver.model.amount import Amount
from ippserver.model.device import Need
from ippserver.model.job import Job
from ippserver.model.parcel import Parcel
from ippserver.model.states import JobEvent
from ippserver.model.supplies import need_of, needs_of

logger: Final = logging.getLogger(__name__)

_ALL: Final = 0
"""In the place of a document-number: every Document."""
Change: TypeAlias = Callable[[Job], Job]
Insist: TypeAlias = Callable[[int, Change], Awaitable[object]]
"""Applies a change to the Job, sooner or later; what is not possible any more is left out."""


async def feed(printer: Printer, job: Job, need: Need, now: Callable[[], float], insist: Insist) -> None:
    """Returns when the device has had all that `job`, which is processing, needs."""
    rest = printer.take(need)
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


class Feeder:
    """Feeds what a run of a Job prints, just before an output gets it: each Document once."""

    def __init__(self, printer: Printer, job: Job, now: Callable[[], float], insist: Insist) -> None:
        self._printer = printer
        self._now = now
        self._insist = insist
        self._tried = {one.number for one in job.documents if any(each.attempts for each in one.deliveries)}
        """What was tried in an earlier run of the server: it had what it needed then."""
        self._fed = set(self._tried)
        self._turn = asyncio.Lock()

    async def feed(self, parcel: Parcel, counted: Amount | None, media: Mapping[str, int]) -> None:
        """Returns when the device has had what the parcel's Document uses up.

        Where nothing is `counted`, that is all of the Job by what its client said, unless another output has
        the Document counted.
        """
        if counted is None and (self._tried or (parcel.convertible and self._printer.outlets.wanted)):
            return
        if self._has(parcel):
            return
        async with self._turn:
            if self._has(parcel):
                return
            if counted is None:
                needs = [need_of(parcel.job, parcel.printer)]
            else:
                needs = list(needs_of(parcel.job, parcel.printer, counted, media))
            for need in needs:
                await feed(self._printer, parcel.job, need, self._now, self._insist)
            self._fed.add(_ALL if counted is None else parcel.document.number)

    def _has(self, parcel: Parcel) -> bool:
        return not self._fed.isdisjoint((_ALL, parcel.document.number))
