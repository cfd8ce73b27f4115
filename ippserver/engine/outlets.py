"""The outputs of a Printer while the server runs: the ways to them, and what is known of them."""

import asyncio
import logging
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Mapping, Set
from functools import partial
from typing import Final

from ippserver.engine.lanes import Lane
from ippserver.engine.setup import Setup
from ippserver.interfaces import Clock
from ippserver.ipp.values import Keyword
from ippserver.model.delivery import ONCE
from ippserver.model.printer import GivenUp
from ippserver.model.report import Mirror, Report

logger: Final = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 60.0


class Outlets:
    """What the status of a Printer tells of its outputs."""

    def __init__(self, setup: Setup, clock: Clock, changed: Callable[[], None]) -> None:
        """`changed` is called after whatever the status shows."""
        self._changed = changed
        self._clock = clock
        self.uri: Final = setup.uri
        """How they call the Printer when they tell others of it."""
        self._reports: dict[str, Report] = {}
        self.elsewhere: Mapping[int, frozenset[Keyword]] = {}
        """By job-id: what is said of the Jobs in process behind the outputs; never changed, but replaced."""
        self._given_up: defaultdict[str, list[int]] = defaultdict(list)
        """By output: the Jobs of the history of which it gave something up, by their job-ids in order."""
        width = setup.config.concurrency
        self.lanes: Final[Mapping[str, Lane]] = {
            output.name: Lane(setup.retries.get(output.name, ONCE), clock, width=width, moved=changed)
            for output in setup.outputs
        }
        """The ways to them, by their names."""
        self.wanted: Final = setup.wanted
        """What they want, of those that do not take documents as they are."""
        self.wishes: Final = setup.wishes
        """How to ask those that look first."""
        self.gather: Final = setup.gather
        """Those that may take all Documents of a Job at once."""
        self._mirrors: Final = setup.mirrors
        self.recalls: Final = setup.recalls
        """How those that can take back what was canceled."""

    async def attend(self) -> None:
        """Hears what the devices behind them say while nothing is printed, until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, mirror in self._mirrors.items():
                group.create_task(self._hear(name, mirror), name=f"mirror of {name}")

    async def _hear(self, name: str, mirror: Mirror) -> None:
        while True:
            try:
                await mirror(partial(self.report, name))
            except Exception:
                # A fault of ours in one output is nobody else's: printing goes on.
                logger.exception("output %s is not heard for now", name)
                await self._clock.sleep(_RETRY_SECONDS)
            else:
                return

    def make_pages(self, output: str) -> bool:
        """Whether the output may want pages instead of documents as they are."""
        return output in self.wanted or output in self.wishes

    @property
    def down(self) -> tuple[str, ...]:
        """The names of those that cannot be reached now."""
        return tuple(name for name, lane in self.lanes.items() if lane.down)

    @property
    def reports(self) -> tuple[Report, ...]:
        """The last words of the devices behind them."""
        return tuple(self._reports.values())

    def report(self, output: str, report: Report) -> None:
        """Takes the word of the device behind an output in the place of its last one."""
        if self._reports.get(output) != report:
            self._reports[output] = report
            self._changed()

    def stands(self, job_id: int, reasons: frozenset[Keyword]) -> None:
        """Takes what is said now of a Job in process behind the outputs; nothing, when its work ends."""
        if self.elsewhere.get(job_id, frozenset()) != reasons:
            others = {other: said for other, said in self.elsewhere.items() if other != job_id}
            self.elsewhere = {**others, job_id: reasons} if reasons else others

    @property
    def given_up(self) -> tuple[GivenUp, ...]:
        """Which of them gave up on Jobs of the history."""
        return tuple(
            GivenUp(name, len(jobs), jobs[-1]) for name, jobs in sorted(self._given_up.items()) if jobs
        )

    def gives_up(self, job_id: int, before: Set[str], after: Set[str]) -> None:
        """Takes which outputs gave up on a Job of the history, by their names: after a change, and before."""
        for name in before - after:
            self._given_up[name].remove(job_id)
        for name in after - before:
            insort(self._given_up[name], job_id)
        self._changed()
