"""A document that was sent with Print-Job, which was not answered: is it there?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from ippserver.client import IppClient, JobInfo
from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, Holder
from ippserver.iana.enums import Operation
from ippserver.iana.keywords import WhichJobs
from ippserver.interfaces import Parcel
from ippserver.ipp.values import Value

_MOST: Final = 100
"""Of the Jobs that have ended, the newest."""
_HISTORY_SECONDS: Final = 60
"""So long every Printer should know a Job that has ended (RFC 8011 5.3.7.2)."""
_SLACK_SECONDS: Final = 1
_ASKED: Final[tuple[AttributeDef[Value], ...]] = (
    names.JOB_ID,
    names.JOB_NAME,
    names.JOB_STATE,
    names.JOB_STATE_REASONS,
    names.TIME_AT_CREATION,
)


class Unsure(Exception):
    """Nobody can know whether the Printer has taken the document."""


@dataclass(frozen=True, slots=True)
class Search:
    """Looks for the parcel's Job, which the Printer took when it was up for `since` seconds, if it did."""

    printer: IppClient
    able: Holder
    """What it says of itself now."""
    parcel: Parcel
    since: int
    """By its printer-up-time; 0 where that is not known."""
    others: Collection[int]
    """Its Jobs that are known to be of other documents."""

    async def run(self) -> int:
        """The job-id there; 0 where the Printer has no such Job.

        Raises:
            Unsure: It does not say, or may have had it and forgotten it.
            ClientError: It does not answer as it should.
        """
        if int(Operation.GET_JOBS) not in map(int, names.OPERATIONS_SUPPORTED.all(self.able)):
            raise Unsure
        up = names.PRINTER_UP_TIME.get(self.able)
        if not self.since or up is None or up < self.since:  # it has begun anew, and its times with it
            raise Unsure
        waiting = await self.printer.get_jobs(WhichJobs.NOT_COMPLETED, mine=True, requested=_ASKED)
        ended = await self.printer.get_jobs(WhichJobs.COMPLETED, limit=_MOST, mine=True, requested=_ASKED)
        found = min((job.id for job in (*waiting, *ended) if self._is_ours(job)), default=0)
        if not found and up - self.since > _HISTORY_SECONDS and not self._reaches_back(ended):
            raise Unsure
        return found

    def _is_ours(self, job: JobInfo) -> bool:
        created = names.TIME_AT_CREATION.get(job.attributes)
        is_new = created is not None and created >= self.since - _SLACK_SECONDS
        return is_new and job.id not in self.others and job.name in ("", str(self.parcel.job.name))

    def _reaches_back(self, ended: Iterable[JobInfo]) -> bool:
        """Whether the Printer still knows what had ended before, and so what has ended since."""
        times = [names.TIME_AT_CREATION.get(job.attributes) for job in ended]
        return any(created is not None and created < self.since - _SLACK_SECONDS for created in times)
