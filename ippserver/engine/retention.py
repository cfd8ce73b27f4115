"""What to forget and when: terminal Jobs beyond an age, a count, a size (RFC 8011 5.3.7.2).

Before that, a Job lets go of its documents when its job-retain-until says so (PWG 5100.7).
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from ippserver.engine.jobs import Jobs
from ippserver.interfaces import Clock, Keep, NoSuchJob, SpoolError, StoreError
from ippserver.model.job import Job

logger: Final = logging.getLogger(__name__)

_BATCH: Final = 200
"""Jobs forgotten in one transaction, so that nobody waits long behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How much history is kept; None is without bound."""

    seconds: float | None = 30 * 86_400.0
    jobs: int | None = 10_000
    octets: int | None = 10 * 2**30
    document_seconds: float | None = None
    """How long the documents of a Job stay that every output has; None is as long as the Job."""
    spared_seconds: float = 0.0
    """Whatever else, so long a completed Job stays: who is told of its end may still ask (RFC 3996 8.1)."""
    every_seconds: float = 60.0
    """How often to look."""


class Retention:
    """Forgets what the policy no longer keeps, its documents too."""

    def __init__(self, jobs: Jobs, policy: RetentionPolicy, clock: Clock) -> None:
        self._jobs = jobs
        self._policy = policy
        self._clock = clock
        self._epoch = clock.now() - clock.monotonic()

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            await self.let_go()
            await self.forget()
            await self._clock.sleep(self._policy.every_seconds)

    async def forget(self) -> int:
        """Forgets everything that is too much now; answers how many Jobs."""
        forgotten = 0
        policy = self._policy
        now = self._now()
        keep = Keep(
            completed_after=None if policy.seconds is None else now - policy.seconds,
            jobs=policy.jobs,
            octets=policy.octets,
            spared_after=now - policy.spared_seconds if policy.spared_seconds else None,
        )
        try:
            while batch := await self._jobs.excess(keep, _BATCH):
                await self._jobs.delete([job.id for job in batch])
                forgotten += len(batch)
        except (StoreError, SpoolError) as error:
            logger.error("history is not tidied: %s", error)  # noqa: TRY400
        if forgotten:
            logger.info("forgot %d jobs beyond the history's bounds", forgotten)
        return forgotten

    async def let_go(self) -> int:
        """Removes the documents of every Job that wants them gone by now; answers of how many Jobs."""
        done = 0
        try:
            while batch := await self._overdue(self._now()):
                for job in batch:
                    with suppress(NoSuchJob):  # it was purged meanwhile
                        await self._jobs.let_go(job)
                done += len(batch)
        except (StoreError, SpoolError) as error:
            logger.error("documents are not let go: %s", error)  # noqa: TRY400
        return done

    async def _overdue(self, now: float) -> Sequence[Job]:
        found = await self._jobs.overdue(now, _BATCH)
        seconds = self._policy.document_seconds
        return found if found or seconds is None else await self._jobs.kept(now - seconds, _BATCH)

    def _now(self) -> float:
        """The wall clock as far as the monotonic one confirms it: setting it ahead makes no Job old."""
        return min(self._clock.now(), self._epoch + self._clock.monotonic())
