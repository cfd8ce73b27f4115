"""Jobs in memory: the same contract as on disk, for tests and for servers that shall leave nothing behind."""

from collections.abc import Callable, Collection, Sequence
from itertools import islice

from ippserver.interfaces import JobQuery, Keep, NoSuchJob, PrinterRecord
from ippserver.model.access import user_name
from ippserver.model.errors import TooManyJobs
from ippserver.model.job import Change, Job, JobDraft
from ippserver.stores.order import LIVE_RANK, MAX_FORGOTTEN, MAX_JOB_ID, Excess, ended


class MemoryStore:
    """A JobStore and PrinterStore, gone with the process (see interfaces)."""

    def __init__(self, *, first_id: int = 1) -> None:
        self._next_id = first_id
        self._jobs: dict[int, Job] = {}
        self._forgotten: dict[int, str] = {}
        self._printers: dict[str, PrinterRecord] = {}

    async def open(self) -> None:
        """Nothing is needed."""

    async def close(self) -> None:
        """Nothing is held."""

    async def create(self, draft: JobDraft) -> Job:
        """The Job with its new job-id."""
        if self._next_id > MAX_JOB_ID:
            raise TooManyJobs("all job-ids are used up")
        job = Job.of(draft, self._next_id)
        self._next_id += 1
        self._jobs[job.id] = job
        return job

    async def get(self, job_id: int) -> Job | None:
        """The Job, or None."""
        return self._jobs.get(job_id)

    async def forgotten(self, job_id: int) -> str | None:
        """The Printer that had the Job."""
        return self._forgotten.get(job_id)

    async def query(self, query: JobQuery) -> Sequence[Job]:
        """The Jobs that match, in order."""
        found = sorted((job for job in self._jobs.values() if _matches(job, query)), key=_place)
        return found[: query.limit]

    async def update(self, job_id: int, change: Callable[[Job], Job]) -> Change:
        """Replaces the Job by `change(job)`."""
        before = self._jobs.get(job_id)
        if before is None:
            raise NoSuchJob(f"there is no job {job_id}")
        after = self._jobs[job_id] = change(before)
        return Change(before=before, after=after)

    async def delete(self, job_ids: Collection[int]) -> Sequence[Job]:
        """Forgets the Jobs."""
        deleted = [self._jobs.pop(job_id) for job_id in sorted(set(job_ids)) if job_id in self._jobs]
        self._forgotten |= {job.id: job.printer for job in deleted}
        for job_id in sorted(self._forgotten)[:-MAX_FORGOTTEN]:
            del self._forgotten[job_id]
        return deleted

    async def excess(self, keep: Keep, limit: int) -> Sequence[Job]:
        """At most `limit` terminal Jobs that go beyond `keep`, oldest first."""
        terminal = sorted(
            (moment, job.id, job) for job in self._jobs.values() if (moment := ended(job)) is not None
        )
        excess = Excess(keep, len(terminal), sum(job.size_octets for _, _, job in terminal))
        return [job for moment, _, job in islice(terminal, limit) if excess.takes(moment, job.size_octets)]

    async def spool_keys(self) -> Collection[str]:
        """The keys of every Document."""
        return {document.key for job in self._jobs.values() for document in job.documents}

    async def load_printer(self, path: str) -> PrinterRecord | None:
        """The record of the Printer at `path`, or None."""
        return self._printers.get(path)

    async def save_printer(self, record: PrinterRecord) -> None:
        """Stores `record`."""
        self._printers[record.path] = record


def _matches(job: Job, query: JobQuery) -> bool:
    return (
        (query.printer is None or job.printer == query.printer)
        and (query.states is None or job.state in query.states)
        and (query.user is None or user_name(job) == query.user)
    )


def _place(job: Job) -> tuple[float, ...]:
    moment = ended(job)
    if moment is None:
        return (0, LIVE_RANK[job.state], -job.priority, job.id)
    return (1, -moment, -job.id)
