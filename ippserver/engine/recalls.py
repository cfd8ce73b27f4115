"""What outputs have begun to bring of Jobs that are canceled: it is taken back, as soon as that is possible.

A Job keeps in mind what there is to be taken back (Delivery.target) as long as it stays in the history.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from ippserver.engine.jobs import Jobs
from ippserver.engine.pipeline import parcel_of
from ippserver.engine.printer import Printer
from ippserver.iana.enums import JobState
from ippserver.interfaces import (
    Clock,
    JobQuery,
    NoSuchJob,
    Output,
    OutputError,
    OutputUnavailable,
    Parcel,
    StoreError,
)
from ippserver.model.delivery import Delivery
from ippserver.model.job import Job

logger: Final = logging.getLogger(__name__)

_MOST: Final = 1000
"""Of very many that are canceled, the others are taken back after the next start."""
_OUR_FAULT: Final = "The server failed while canceling this job."


@dataclass(frozen=True, slots=True)
class _Recalled:
    parcel: Parcel
    target: str


class Recalls:
    """Takes back what the outputs of one Printer have of its canceled Jobs."""

    def __init__(self, printer: Printer, jobs: Jobs, clock: Clock) -> None:
        self._printer = printer
        self._jobs = jobs
        self._clock = clock
        self._outputs = [output for output in printer.outputs if output.name in printer.outlets.recalls]
        self._waiting: dict[str, asyncio.Queue[_Recalled]] = {
            output.name: asyncio.Queue(_MOST) for output in self._outputs
        }

    def take(self, job: Job) -> None:
        """Has all of `job`, which is canceled, taken back soon."""
        for output in self._outputs:
            for document in job.documents:
                delivery = document.delivery(output.name)
                waiting = self._waiting[output.name]
                if delivery is not None and delivery.target and not delivery.settled and not waiting.full():
                    parcel = parcel_of(self._printer, job, document, output)
                    waiting.put_nowait(_Recalled(parcel, delivery.target))

    async def run(self) -> None:
        """Works until it is cancelled, and begins with what was left when the server ended last."""
        async with asyncio.TaskGroup() as group:
            for output in self._outputs:
                group.create_task(self._take_back(output), name=f"recalls of {output.name}")
            if self._outputs:
                await self._remember()

    async def _remember(self) -> None:
        query = JobQuery(printer=self._printer.path, states={JobState.CANCELED}, limit=_MOST)
        try:
            async with aclosing(self._jobs.each(query)) as canceled:
                async for job in canceled:
                    self.take(job)
        except StoreError as error:
            logger.warning("what was canceled before is not taken back: %s", error)

    async def _take_back(self, output: Output) -> None:
        """One after the other: where the output cannot be reached, the others would fare no better."""
        recall, lane = self._printer.outlets.recalls[output.name], self._printer.outlets.lanes[output.name]
        while True:
            one, failures = await self._waiting[output.name].get(), 0
            while True:
                try:
                    await recall(one.parcel, one.target)
                except OutputUnavailable as error:
                    failures += 1
                    if not await self._note(output, one, str(error), target=one.target):
                        break
                    await self._clock.sleep(lane.pause_seconds(failures))
                    continue
                except OutputError as error:
                    await self._note(output, one, str(error))
                except Exception:
                    # One output's fault is nobody else's: the others, and printing, go on.
                    logger.exception("job %d is not canceled by %s", one.parcel.job.id, output.name)
                    await self._note(output, one, _OUR_FAULT)
                else:
                    await self._note(output, one)
                break

    async def _note(self, output: Output, one: _Recalled, missed: str = "", target: str = "") -> bool:
        """Keeps what became of a try; answers whether the Job is still known."""
        job, number = one.parcel.job, one.parcel.document.number
        if missed:
            known = {"job_id": job.id, "printer": job.printer}
            logger.info("job %d is not canceled by %s yet: %s", job.id, output.name, missed, extra=known)

        def noted(delivery: Delivery) -> Delivery:
            return replace(delivery, target=target, missed=missed)

        try:
            await self._jobs.apply(job.id, _changing(number, output.name, one.target, noted))
        except NoSuchJob:
            return False
        except StoreError as error:
            logger.warning("job %d: %s", job.id, error, extra={"job_id": job.id})
        return True


def _changing(
    number: int, output: str, target: str, change: Callable[[Delivery], Delivery]
) -> Callable[[Job], Job]:
    """The step that changes a delivery of a canceled Job, if it is still the same."""

    def changed(job: Job) -> Job:
        document = next((one for one in job.documents if one.number == number), None)
        delivery = None if document is None else document.delivery(output)
        if job.state is not JobState.CANCELED or delivery is None or delivery.target != target:
            return job  # it was printed again
        assert document is not None, "it has the delivery"
        return job.with_document(document.with_delivery(change(delivery)))

    return changed
