"""Set-Job-Attributes: what a Job was told, told anew (RFC 3380 4.2)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.access import Access
from ippserver.model.capabilities import Capabilities, template_of_jobs
from ippserver.model.errors import ConflictingAttributes, NotPossible
from ippserver.model.job import NAMELESS, Job
from ippserver.model.scheduling import rescheduled, whole_template, with_defaults
from ippserver.model.states import ACTIVE
from ippserver.model.ticket import clashing, resolve
from ippserver.model.views import job_names
from ippserver.operations.declare import Call, Definition, Reply, Target, operation
from ippserver.operations.job_hold import with_description, without_description
from ippserver.operations.setting import Settables, Wanted

_DESCRIPTIVE: Final[tuple[Definition, ...]] = (names.JOB_NAME, names.JOB_MESSAGE_FROM_OPERATOR)
"""What can be set beside Job Template attributes."""
_AT_WORK: Final = frozenset(
    definition.name
    for definition in (
        *_DESCRIPTIVE,
        names.JOB_RETAIN_UNTIL,
        names.JOB_RETAIN_UNTIL_INTERVAL,
        names.JOB_RETAIN_UNTIL_TIME,
    )
)
"""What can be set while the Job is processed, since no page depends on it (RFC 3380 table 2)."""


@operation(
    Operation.SET_JOB_ATTRIBUTES, target=Target.JOB, access=Access.OWN, job_group=True, spec="RFC 3380 4.2"
)
async def set_job_attributes(call: Call) -> Reply:
    """Sets and deletes attributes of a Job: all that the request names, or none."""
    wanted = Wanted.of(call.job_group)
    _settables(call.printer.capabilities, call.now).check(wanted)
    defaults = call.printer.capabilities
    await call.services.jobs.apply(call.job.id, lambda job: _set(job, wanted, defaults, call.now))
    return Reply()


def _settables(printer: Capabilities, now: float) -> Settables:
    def unsupported(template: Iterable[Attribute]) -> tuple[Attribute, ...]:
        return resolve(AttributeGroup(GroupTag.JOB, template), printer, fidelity=False, now=now).unsupported

    return Settables(
        descriptive=_DESCRIPTIVE,
        template=template_of_jobs(printer),
        known=job_names(printer),
        unsupported=unsupported,
    )


def _set(job: Job, wanted: Wanted, defaults: Capabilities, now: float) -> Job:
    """A pure step: `job` as wanted.

    Raises:
        NotPossible: The Job is over, or is at work and its pages would change.
        ConflictingAttributes: Something wanted contradicts another attribute of the Job.
    """
    if job.terminal or (job.state in ACTIVE and wanted.names - _AT_WORK):
        raise NotPossible(f"This cannot be set of a job that is {job.state.keyword}.")
    descriptive = {definition.name for definition in _DESCRIPTIVE}
    template = {name: each for name, each in whole_template(job).items() if name not in wanted.deleted}
    template |= {name: each for name, each in wanted.set.items() if name not in descriptive}
    if wanted.deleted:
        template = with_defaults(template, defaults)
    clashes = clashing(template)
    conflicting = [each for name, each in wanted.set.items() if name in clashes]
    if conflicting:
        raise ConflictingAttributes(unsupported=tuple(conflicting))
    return rescheduled(_described(job, wanted), template, wanted.names, now)


def _described(job: Job, wanted: Wanted) -> Job:
    """`job` with its name and its Operator's message as wanted."""
    name = names.JOB_NAME.get(wanted.set)
    if name is not None:
        job = replace(job, name=name)
    elif names.JOB_NAME.name in wanted.deleted:  # as if there had been none (RFC 8011 5.3.5)
        job = replace(job, name=next((one.name for one in job.documents if one.name), NAMELESS))
    message = names.JOB_MESSAGE_FROM_OPERATOR.attribute(wanted.set)
    if message is not None:
        return with_description(job, message)
    if names.JOB_MESSAGE_FROM_OPERATOR.name in wanted.deleted:
        return without_description(job, names.JOB_MESSAGE_FROM_OPERATOR)
    return job
