"""The deliveries of a Job in process: every output has its documents in order, each in its own time.

One document after the other is at work. An output that has to wait holds up neither the others, which go
ahead through the documents, nor the Printer, which begins its next Job meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, ParamSpec, TypeAlias

from ippserver.engine.jobs import Jobs
from ippserver.engine.pipeline import (
    Problem,
    after,
    brought,
    parcel_of,
    planned_delivery,
    tell,
    tried,
    wished,
)
from ippserver.engine.printer import Printer
from ippserver.engine.renditions import Renditions
from ippserver.engine.standing import Standing
from ippserver.engine.supplies import Feeder
from ippserver.engine.watching import Watching
from ippserver.iana.enums import JobState
from ippserver.interfaces import Clock, Output, Parcel, Watch
from ippserver.ipp.values import Keyword
from ippserver.model.amount import Amount
from ippserver.model.delivery import Delivery
from ippserver.model.job import Job
from ippserver.model.proof import due
from ippserver.model.report import Report, shown_of_job

P = ParamSpec("P")

Insist: TypeAlias = Callable[[int, Callable[[Job], Job]], Awaitable[Job | None]]
"""Applies a change to the Job, sooner or later; None where that is not possible any more."""

_CUT_OFF: Final = Problem("The printing of this job was cut off.", lasting=True)
_PATIENCE: Final = 1.5
"""A pause never lasts longer than the longest of its output by so much, whatever became of the wall clock."""

_TEXT_CHARACTERS: Final = 2**20
"""Of what can be read in the Documents of a Job: a thousand small ones could hold a gigabyte."""

_SENTENCE_SECONDS: Final = 1.0
"""How long one thing that an output says is shown at least."""


class Deliveries:
    """Brings the Documents of one Job to the outputs of its Printer."""

    def __init__(
        self,
        printer: Printer,
        jobs: Jobs,
        clock: Clock,
        insist: Insist,
        *,
        renditions: Renditions | None = None,
        feeder: Feeder | None = None,
    ) -> None:
        """Without `renditions` outputs take documents as they are; without `feeder` nothing is used up."""
        self._feeder = feeder
        self._renditions = renditions
        self._printer = printer
        self._jobs = jobs
        self._clock = clock
        self._insist = insist
        self._bringing: dict[str, tuple[int, asyncio.Task[None]]] = {}
        """By output: which document it is at, or was last."""
        self._behind: set[str] = set()
        """The outputs that have to wait."""
        self._ended: set[str] = set()
        """Those that are through with all documents."""
        self._elsewhere: dict[str, frozenset[Keyword]] = {}
        """By output: how the Job stands behind it."""
        self._stirred = asyncio.Event()
        self._at_rest: Callable[[], None] = lambda: None
        self._text_room = _TEXT_CHARACTERS
        self._said = ""
        self._spoken = asyncio.Event()

    async def run(self, job: Job, at_rest: Callable[[], None]) -> Job:
        """`job` when nothing is left to be tried, or one of its documents was given up at every output.

        The last document stays in process until its Job is finished. `at_rest` is called as soon as there is
        nothing to do but to wait; it may be called again.
        """
        self._job = job
        self._standing = Standing(job, self._jobs, counted=self._spoken.set)
        self._at_rest = at_rest
        outputs = () if due(job) is None else self._printer.outputs
        async with asyncio.TaskGroup() as group:
            courses = [group.create_task(self._course(output), name=output.name) for output in outputs]
            courses.append(group.create_task(self._speak(), name="speaker"))
            try:
                return await self._through()
            finally:
                for course in courses:
                    course.cancel()

    async def _through(self) -> Job:
        """Goes through the documents, each as soon as the one before is settled."""
        while (document := self._standing.job.document_at_work) is not None:
            await self._until(self._standing.is_settled, document.number)
            await self._until(self._is_fed)
            job = self._standing.learned(self._standing.job)
            if not job.has_next_document or job.document(document.number).lost:
                return job
            if await self._insist(job.id, self._gone_on) is None:
                break
            self._stir()
        return self._standing.learned(self._standing.job)

    def _gone_on(self, job: Job) -> Job:
        return self._standing.learned(job).with_next_document(self._clock.now())

    # ---- one output

    async def _course(self, output: Output) -> None:
        try:
            for number in self._standing.numbers:
                await self._until(self._may_begin, number, output.name)
                async with asyncio.TaskGroup() as group:
                    bringing = group.create_task(self._bring(output, number), name=f"document {number}")
                    self._bringing[output.name] = (number, bringing)
                self._behind.discard(output.name)
        finally:
            self._ended.add(output.name)
            self._stir()

    async def _bring(self, output: Output, number: int) -> None:
        """Tries until the output has the document, or it is given up."""
        if self._standing.is_open(number, output.name):
            await self._follow(output, number)
        lane = self._printer.outlets.lanes[output.name]
        place, found = lane.place(), None
        while self._standing.is_open(number, output.name):
            # Where the output is down, it waits in its lane: others follow when it has come through.
            if not (isinstance(found, Problem) and found.down):
                await self._pause(output, number, lane.policy.longest_seconds * _PATIENCE)
            if not lane.free:
                self.wait(output)
                await self._excuse()
            async with lane.passage(place):
                if not self._standing.is_open(number, output.name):
                    break
                found = await self._try(output, number)
                delivery = after(self._standing.of(number, output.name), found, lane, self._clock.now())
            await self._note(number, delivery)

    async def _follow(self, output: Output, number: int) -> None:
        """Has what is delivered as one with another document fare as that; without that, it goes first."""
        standing = self._standing
        own = standing.of(number, output.name)
        first = standing.get(own.together, output.name)
        if not own.together:
            return
        if first is not None and first.settled:
            await self._note(number, replace(first, together=own.together, as_one=own.as_one))
            return
        if own.together in standing.tallies:
            standing.tallies[own.together].forgets()
        if first is not None and first.target and not own.as_one:
            standing.takes_over(number, output.name)
        else:
            standing.leads(number, output.name)
            parcel = self._parcel(output, number)
            standing.put(number, await planned_delivery(self._printer, parcel, output, self._clock.now))
        await self._store()

    async def _try(self, output: Output, number: int) -> str | Problem:
        """What came of it; a failure while the work is being stopped is none."""
        task = asyncio.current_task()
        assert task is not None, "this runs in a task"
        try:
            found = await self._replanned(output, number)
            if isinstance(found, str):
                found = await self._brought(output, number, found)
        except asyncio.CancelledError:
            if task.cancelling():
                raise
            return _CUT_OFF  # by a fault of the output's own
        finally:
            self.stand(output, ())
        if isinstance(found, Problem) and task.cancelling():
            raise asyncio.CancelledError
        return found

    async def _brought(self, output: Output, number: int, target: str) -> str | Problem:
        if not target:
            self._standing.leaves_out(number, output.name)
        parcel = self._parcel(output, number, Watching(self, number, output))
        wishes = await wished(parcel, target, output, self._printer.outlets.wishes.get(output.name))
        if isinstance(wishes, Problem):
            return wishes
        if parcel.each and wishes.apart:
            await self._part(output, number)
            return await self._brought(output, number, target)
        if wishes.wanted is not None or wishes.each:
            self._standing.goes(number, output.name, as_one=not wishes.each)
        spool, renditions, tallies = self._jobs.spool, self._renditions, self._standing.tallies
        feed = None if self._feeder is None else partial(self._feed, self._feeder)
        return await brought(
            parcel, target, output, spool, renditions, wishes=wishes, tallies=tallies, feed=feed
        )

    async def _feed(
        self, feeder: Feeder, parcel: Parcel, counted: Amount | None, media: Mapping[str, int]
    ) -> None:
        await feeder.feed(parcel, counted, media)
        self._stir()

    async def _part(self, output: Output, number: int) -> None:
        """Has those that go with the document go by themselves."""
        job = self._standing.learned(self._standing.job)
        for later in self._standing.following(number, output.name):
            await asyncio.sleep(0)  # as in `planned`
            parcel = parcel_of(self._printer, job, job.document(later), output)
            alone = await planned_delivery(self._printer, parcel, output, self._clock.now)
            self._standing.put(later, alone)
        await self._store()

    async def _replanned(self, output: Output, number: int) -> str | Problem:
        """Its target, chosen and stored now where that failed before."""
        delivery = self._standing.of(number, output.name)
        if delivery.target or not delivery.attempts:
            return delivery.target
        parcel = self._parcel(output, number)
        found = await tried(parcel, output, partial(output.plan, parcel))
        if isinstance(found, str):
            self._standing.put(number, replace(delivery, target=found))
            await self._store()
        return found

    async def _pause(self, output: Output, number: int, longest_seconds: float) -> None:
        """Waits until the delivery is due."""
        moment = self._standing.of(number, output.name).due
        seconds = 0.0 if moment is None else min(moment - self._clock.now(), longest_seconds)
        if seconds > 0:
            self.wait(output)
            await self._clock.sleep(seconds)

    async def _excuse(self) -> None:
        """A Job that waits behind others is not begun again and again by a fault of its own."""
        if self._standing.job.attempts > 1:
            await self._insist(self._job.id, lambda job: replace(job, attempts=1) if job.active else job)

    async def _note(self, number: int, delivery: Delivery) -> None:
        """Keeps what came of a try; the document at work, when it is settled, is stored by its next step."""
        self._standing.put(number, delivery)
        tally = self._standing.tallies[number]
        if text := tally.take_text()[: self._text_room]:
            self._text_room -= len(text)
            await self._jobs.keep_text(self._job.id, number, text)
        if delivery.done:
            tally.delivered()
        tell(self._job, number, delivery)
        at_work = self._standing.job.document_at_work
        if at_work is None or at_work.number != number or not self._standing.is_settled(number):
            await self._store()
        self._stir()

    async def _store(self) -> None:
        await self._insist(self._job.id, self._kept)

    def _kept(self, job: Job) -> Job:
        """`job` with what is known; since the work goes on in good order, no crash was its fault so far."""
        learned = self._standing.learned(job)
        return learned if learned is job else replace(learned, attempts=min(learned.attempts, 1), message="")

    def _parcel(self, output: Output, number: int, watch: Watch | None = None) -> Parcel:
        job = self._standing.learned(self._standing.job)
        return parcel_of(self._printer, job, job.document(number), output, watch)

    # ---- what the outputs say

    async def _speak(self) -> None:
        """Keeps what the outputs say and what is counted, the newest and not more than once a second."""
        while True:
            await self._spoken.wait()
            self._spoken.clear()
            counted_only = not self._said
            if counted_only:  # what is counted to its end in a moment is stored with the next step anyway
                await self._clock.sleep(_SENTENCE_SECONDS)
            said, self._said = self._said, ""
            await self._insist(self._job.id, partial(self._with_what_was_said, said))
            if not counted_only:
                await self._clock.sleep(_SENTENCE_SECONDS)

    def _with_what_was_said(self, said: str, job: Job) -> Job:
        job = self._standing.learned(job)
        return replace(job, message=said) if said and job.active else job

    # ---- whose turn it is

    def _is_fed(self) -> bool:
        """Whether the Job does not wait for what one of its documents uses up: it would not go on."""
        job = self._standing.job
        return job.state is not JobState.PROCESSING_STOPPED or job.suspended

    def _may_begin(self, number: int, output: str) -> bool:
        """Whether the document is at work, or all who still have to do with the one that is have to wait."""
        at_work = self._standing.job.document_at_work
        if at_work is None or at_work.number >= number:
            return at_work is not None
        missing = self._standing.missing(at_work.number)
        return bool(missing) and missing <= self._behind

    async def _until(self, fits: Callable[P, bool], *args: P.args, **kwargs: P.kwargs) -> None:
        while not fits(*args, **kwargs):
            await self._stirred.wait()

    def _stir(self) -> None:
        """Has everybody look again."""
        if self._behind and {output.name for output in self._printer.outputs} <= self._behind | self._ended:
            self._at_rest()
        self._stirred.set()
        self._stirred = asyncio.Event()

    def report(self, output: Output, report: Report) -> None:
        """Has the Printer show what the device behind an output says."""
        self._printer.outlets.report(output.name, report)

    def hear(self, text: str) -> None:
        """Has the Job show what an output says."""
        self._said = text
        self._spoken.set()

    def stand(self, output: Output, reasons: Collection[str]) -> None:
        """Has the Job show how it stands behind an output; events do not tell of it."""
        self._elsewhere[output.name] = shown_of_job(reasons)
        self._printer.outlets.stands(self._job.id, frozenset().union(*self._elsewhere.values()))

    def count(self, output: Output, number: int, impressions: int | None, sheets: int | None) -> None:
        """Has the Document, and those that go with it, show what a device has printed of them."""
        self._standing.count(number, output.name, impressions, sheets)

    def wait(self, output: Output) -> None:
        """Nobody need wait for the output any more."""
        self._behind.add(output.name)
        self._stir()

    async def place(self, output: Output, number: int, target: str) -> None:
        """Stores where an output has begun to bring a document."""
        self._standing.put(number, replace(self._standing.of(number, output.name), target=target))
        await self._store()

    def canceling(self, output: Output, number: int) -> bool:
        """Whether nobody wants what the output does with a document, and what goes with it one by one."""
        return self._standing.job.canceling or not self._standing.is_wanted(number, output.name)

    def let_go(self) -> None:
        """Stops the work on documents that were canceled before their turn had come."""
        for number, bringing in self._bringing.values():
            if self._standing.is_over(number) and not bringing.cancelling():
                bringing.cancel()
