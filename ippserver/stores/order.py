"""The order in which Jobs are listed and forgotten, the same for every store (RFC 8011 4.2.6.2)."""

from collections.abc import Mapping
from typing import Final

from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobStateReason, WhichJobs
from ippserver.interfaces import Keep
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.model import release
from ippserver.model.job import Job
from ippserver.model.retain import let_go_moment

MAX_JOB_ID: Final = 2**31 - 1
MAX_FORGOTTEN: Final = 100_000
"""So many deleted Jobs are known to be gone; of older ones it is as if they had never been."""

LIVE_RANK: Final[Mapping[JobState, int]] = {
    JobState.PROCESSING: 0,
    JobState.PROCESSING_STOPPED: 0,
    JobState.PENDING: 1,
    JobState.PENDING_HELD: 2,
}
"""Which Jobs that are not terminal come first."""


def ended(job: Job) -> float | None:
    """When the Job became terminal, or None; one that was created terminal ended then."""
    if job.state in LIVE_RANK:
        return None
    return job.created if job.completed is None else job.completed


def let_go(job: Job) -> float | None:
    """When the documents of a terminal Job leave the spool before it is forgotten, or None."""
    moment = ended(job)
    if moment is None or job.stored or not job.retained_octets:
        return None
    return let_go_moment(AttributeGroup(GroupTag.JOB, job.template), moment)


def kept_since(job: Job) -> float | None:
    """When a terminal Job ended whose documents are kept only to be printed again; None for others."""
    needed = job.stored or job.undelivered or not job.retained_octets
    return None if needed else ended(job)


def stored(job: Job) -> Keyword | None:
    """For whom it is stored, or None; a stored Job is neither forgotten nor let go of."""
    return release.access(job.supplied) if job.stored else None


def proof(job: Job) -> Keyword | None:
    """`proof-print` or `proof-and-suspend` for a Job whose proof was printed and that stands for the rest."""
    if JobStateReason.JOB_SUSPENDED_FOR_APPROVAL in job.reasons:
        return WhichJobs.PROOF_AND_SUSPEND
    done = job.state is JobState.COMPLETED and job.retained
    return WhichJobs.PROOF_PRINT if done and release.proof(job.template) == WhichJobs.PROOF_PRINT else None


def undelivered(job: Job) -> int | None:
    """How many deliveries of a terminal Job were given up; None for none."""
    count = sum(len(document.undelivered) for document in job.documents)
    return count or None if job.terminal else None


class Excess:
    """Says of terminal Jobs, oldest first, whether each goes beyond `keep`; after one that stays all stay."""

    def __init__(self, keep: Keep, jobs: int, octets: int) -> None:
        """`jobs` terminal Jobs there are, with documents of `octets` together."""
        self._keep = keep
        self._jobs = jobs
        self._octets = octets

    def takes(self, moment: float, octets: int) -> bool:
        """Whether the next Job goes, that ended at `moment` and has documents of `octets`."""
        keep = self._keep
        spared = keep.spared_after is not None and moment >= keep.spared_after
        goes = not spared and (
            (keep.completed_after is not None and moment < keep.completed_after)
            or (keep.jobs is not None and self._jobs > keep.jobs)
            or (keep.octets is not None and self._octets > keep.octets)
        )
        self._jobs -= 1
        self._octets -= octets
        return goes
