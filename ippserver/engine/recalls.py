"""What outputs have begun to bring of canceled Documents: it is taken back, as soon as that is possible.

A Job keeps in mind what there is to be taken back (Delivery.target, and Document.left_behind where it is
printed again meanwhile) as long as it stays in the history. Of
several Documents that have gone together, one is taken back as long as the others are not delivered.
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
from ippserver.iana.enums import DocumentState, JobState
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
from ippserver.model.delivery import Delivery, LeftBehind
from ippserver.model.job import Job
from ippserver.model.together import Canceled, taken_back

logger: Final = logging.getLogger(__name__)

_MOST: Final = 1000
"""Of very many that are canceled, the others are taken back after the next start."""
_ENDED: Final = ({JobState.CANCELED}, {JobState.COMPLETED, JobState.ABORTED})
_OUR_FAULT: Final = "The server failed while canceling this job."
_NOT_ALONE: Final = "It is one document with others there."


@dataclass(frozen=True, slots=True)
class _Recalled:
    what: Canceled
    parcel: Parcel


class Recalls:
    """Takes back what the outputs of one Printer have of what is canceled."""

    def __init__(self, printer: Printer, jobs: Jobs, clock: Clock) -> None:
        self._printer = printer
        self._jobs = jobs
        self._clock = clock
        self._outputs = [output for output in printer.outputs if output.name in printer.outlets.recalls]
        self._waiting: dict[str, asyncio.Queue[_Recalled]] = {
            output.name: asyncio.Queue(_MOST) for output in self._outputs
        }

    def take(self, before: Job | None, job: Job) -> None:
        """Has all of `job` that is canceled taken back soon, but for what was to be so already `before`."""
        if not any(one.left_behind or one.state is DocumentState.CANCELED for one in job.documents):
            return
        for output in self._outputs:
            waiting = self._waiting[output.name]
            known = set() if before is None else set(taken_back(before, output.name))
            for one in taken_back(job, output.name):
                if one not in known and not waiting.full():
                    waiting.put_nowait(_Recalled(one, self._parcel(job, one, output)))

    def _parcel(self, job: Job, one: Canceled, output: Output) -> Parcel:
        """The Document; with those that it has gone with, where it is taken back without them."""
        whole = parcel_of(self._printer, job, job.document(one.first), output)
        own = replace(whole, document=job.document(one.number))
        return own if one.among_others else replace(own, each=())

    async def run(self) -> None:
        """Works until it is cancelled, and begins with what was left when the server ended last."""
        async with asyncio.TaskGroup() as group:
            for output in self._outputs:
                group.create_task(self._take_back(output), name=f"recalls of {output.name}")
            if self._outputs:
                await self._remember()

    async def _remember(self) -> None:
        path = self._printer.path
        for job in [one for one in self._jobs.unfinished.values() if one.printer == path]:
            self.take(None, job)
        try:
            for states in _ENDED:
                query = JobQuery(printer=path, states=states, limit=_MOST)
                async with aclosing(self._jobs.each(query)) as ended:
                    async for job in ended:
                        self.take(None, job)
        except StoreError as error:
            logger.warning("what was canceled before is not taken back: %s", error)

    async def _take_back(self, output: Output) -> None:
        """One after the other: where the output cannot be reached, the others would fare no better."""
        recall, lane = self._printer.outlets.recalls[output.name], self._printer.outlets.lanes[output.name]
        while True:
            one, failures = await self._waiting[output.name].get(), 0
            if one.what.as_one:
                await self._note(output, one, _NOT_ALONE)
                continue
            while self._is_there(output, one):
                try:
                    await recall(one.parcel, one.what.target)
                except OutputUnavailable as error:
                    failures += 1
                    if not await self._note(output, one, str(error), target=one.what.target):
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

    def _is_there(self, output: Output, one: _Recalled) -> bool:
        """Whether there may still be something to be taken back; what goes together ends together."""
        job = self._jobs.unfinished.get(one.parcel.job.id)
        return not one.what.among_others or (job is not None and one.what in taken_back(job, output.name))

    async def _note(self, output: Output, one: _Recalled, missed: str = "", target: str = "") -> bool:
        """Keeps what became of a try; answers whether the Job is still known."""
        job, number = one.parcel.job, one.parcel.document.number
        if missed:
            known = {"job_id": job.id, "printer": job.printer}
            logger.info("job %d is not canceled by %s yet: %s", job.id, output.name, missed, extra=known)

        def noted(delivery: Delivery) -> Delivery:
            if one.what.among_others:  # what they have come to is theirs
                return replace(delivery, missed=missed)
            if delivery.target != one.what.target:
                return delivery
            return replace(delivery, target=target, missed=missed)

        left = None if target else LeftBehind(output.name, one.what.target)
        try:
            await self._jobs.apply(job.id, _changing(number, output.name, noted, left))
        except NoSuchJob:
            return False
        except StoreError as error:
            logger.warning("job %d: %s", job.id, error, extra={"job_id": job.id})
        return True


def _changing(
    number: int, output: str, change: Callable[[Delivery], Delivery], done: LeftBehind | None
) -> Callable[[Job], Job]:
    """The step that changes a delivery of a canceled Document, if it is still canceled.

    What is `done` is no longer left behind of one that is printed again.
    """

    def changed(job: Job) -> Job:
        document = next((one for one in job.documents if one.number == number), None)
        if document is None:
            return job
        if done in document.left_behind:
            left = tuple(each for each in document.left_behind if each != done)
            return job.with_document(replace(document, left_behind=left))
        delivery = document.delivery(output)
        if document.state is not DocumentState.CANCELED or delivery is None:
            return job  # it was printed again
        return job.with_document(document.with_delivery(change(delivery)))

    return changed
