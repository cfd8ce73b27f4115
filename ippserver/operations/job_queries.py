"""Get-Job-Attributes and Get-Jobs (RFC 8011 4.2.6, 4.3.4)."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation
from ippserver.iana.groups import ALL
from ippserver.iana.keywords import JobStorageAccess, WhichJobs
from ippserver.interfaces import JobQuery
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import Keyword
from ippserver.model import release
from ippserver.model.access import Access, allowed
from ippserver.model.errors import AttributesOrValuesNotSupported, ConflictingAttributes
from ippserver.model.job import Job
from ippserver.model.selection import JOB_GROUPS, Selection
from ippserver.model.states import TERMINAL
from ippserver.model.views import JOB_PRIVATE, job_attributes, job_names
from ippserver.operations.declare import Call, Definition, Reply, Target, job_group_of, operation
from ippserver.operations.language import group_in

_QUERIES: Final[Mapping[Keyword, JobQuery]] = {
    WhichJobs.COMPLETED: JobQuery(states=TERMINAL),
    WhichJobs.NOT_COMPLETED: JobQuery(states=frozenset(JobState) - TERMINAL),
    WhichJobs.ALL: JobQuery(),
    WhichJobs.ABORTED: JobQuery(states=(JobState.ABORTED,)),
    WhichJobs.CANCELED: JobQuery(states=(JobState.CANCELED,)),
    WhichJobs.PENDING: JobQuery(states=(JobState.PENDING,)),
    WhichJobs.PENDING_HELD: JobQuery(states=(JobState.PENDING_HELD,)),
    WhichJobs.PROCESSING: JobQuery(states=(JobState.PROCESSING,)),
    WhichJobs.PROCESSING_STOPPED: JobQuery(states=(JobState.PROCESSING_STOPPED,)),
    WhichJobs.SAVED: JobQuery(stored=release.ACCESSES),
    WhichJobs.STORED_OWNER: JobQuery(stored=release.ACCESSES),
    WhichJobs.STORED_PUBLIC: JobQuery(stored=(JobStorageAccess.PUBLIC,)),
    WhichJobs.PROOF_PRINT: JobQuery(proof=WhichJobs.PROOF_PRINT),
    WhichJobs.PROOF_AND_SUSPEND: JobQuery(proof=WhichJobs.PROOF_AND_SUSPEND),
}
_FILTERS: Final[tuple[Definition, ...]] = (names.WHICH_JOBS, names.MY_JOBS, names.FIRST_INDEX, names.LIMIT)
_BRIEF: Final = (Keyword(names.JOB_URI.name), Keyword(names.JOB_ID.name))
"""What Get-Jobs shows unasked (RFC 8011 4.2.6.1)."""
_AT_ONCE: Final = 20
"""Jobs shown before others get their turn: 10 000 of the history take seconds."""


@operation(
    Operation.GET_JOB_ATTRIBUTES,
    target=Target.JOB,
    access=Access.QUERY,
    accepts=(names.REQUESTED_ATTRIBUTES,),
    spec="RFC 8011 4.3.4",
)
async def get_job_attributes(call: Call) -> Reply:
    """Shows one Job."""
    wanted = _Wanted(call, names.REQUESTED_ATTRIBUTES.all(call.operation) or (ALL,))
    return Reply((wanted.of(call.job),), wanted.unknown())


@operation(
    Operation.GET_JOBS,
    target=Target.PRINTER,
    access=Access.QUERY,
    accepts=(*_FILTERS, names.JOB_IDS, names.REQUESTED_ATTRIBUTES),
    everywhere=True,
    spec="RFC 8011 4.2.6",
)
async def get_jobs(call: Call) -> Reply:
    """Lists the Jobs of a Printer, or of all: one job group each, in the order of JobQuery."""
    wanted = _Wanted(call, names.REQUESTED_ATTRIBUTES.all(call.operation) or _BRIEF)
    listed: list[bytes] = []
    async with aclosing(call.services.jobs.each(_query(call))) as jobs:
        async for job in jobs:
            listed.append(group_in(wanted.of(job), call.language).wire)
            if len(listed) % _AT_ONCE == 0:
                await asyncio.sleep(0)
    return Reply(listed=tuple(listed), unsupported=wanted.unknown())


def _query(call: Call) -> JobQuery:
    """Which Jobs; job-ids say it alone (PWG 5100.7)."""
    job_ids = names.JOB_IDS.all(call.operation)
    others = [attribute for one in _FILTERS if (attribute := one.attribute(call.operation)) is not None]
    if job_ids and others:
        raise ConflictingAttributes(unsupported=(names.JOB_IDS.of(*job_ids), *others))
    if job_ids:
        return JobQuery(printer=None if call.everywhere else call.printer.path, ids=frozenset(job_ids))
    which = _which_jobs(call)
    mine = names.MY_JOBS.get(call.operation) or which == WhichJobs.STORED_OWNER
    return replace(
        _QUERIES[which],
        printer=None if call.everywhere else call.printer.path,
        user=call.principal.name if mine else None,
        first=names.FIRST_INDEX.get(call.operation) or 1,
        limit=names.LIMIT.get(call.operation),
    )


class _Wanted:
    """What a request wants to see of Jobs, and may.

    Preset `home` tells users apart, so there a Job of somebody else shows nothing of JOB_PRIVATE (RFC 8011
    9.4: the status is the same as if it did). Without authentication that is a courtesy, as owners are.
    """

    def __init__(self, call: Call, requested: Iterable[Keyword]) -> None:
        self._call = call
        self.all = Selection(requested, JOB_GROUPS)
        self._of_others = Selection(requested, JOB_GROUPS, hidden=JOB_PRIVATE)

    def of(self, job: Job) -> AttributeGroup:
        """The group of one Job."""
        call = self._call
        is_open = job.public or allowed(call.services.preset, Access.OWN, call.principal, job)
        scene = call.scene(job, call.services.jobs.ahead_of(job))
        return job_group_of(job_attributes(scene, self.all if is_open else self._of_others))

    def unknown(self) -> tuple[Attribute, ...]:
        """The names that no Job of the Printer can have: ignored and reported (RFC 8011 B.1.4.12)."""
        unknown = self.all.unknown(job_names(self._call.printer.capabilities), JOB_GROUPS)
        return (names.REQUESTED_ATTRIBUTES.of(*unknown),) if unknown else ()


def _which_jobs(call: Call) -> Keyword:
    which = names.WHICH_JOBS.get(call.operation) or WhichJobs.NOT_COMPLETED
    if which not in _QUERIES:
        raise AttributesOrValuesNotSupported(unsupported=(names.WHICH_JOBS.of(which),))
    return which
