"""Set-Job-Attributes: what a Job was told, told anew (RFC 3380 4.2)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Name, OutOfBand
from ippserver.model.access import Access
from ippserver.model.capabilities import Capabilities, settable_of_jobs
from ippserver.model.errors import (
    AttributesNotSettable,
    AttributesOrValuesNotSupported,
    BadRequest,
    ConflictingAttributes,
    IppError,
    NotPossible,
)
from ippserver.model.job import Job
from ippserver.model.scheduling import rescheduled, whole_template, with_defaults
from ippserver.model.states import ACTIVE
from ippserver.model.ticket import clashing, resolve
from ippserver.model.views import job_names
from ippserver.operations.declare import Call, Definition, Reply, Target, operation
from ippserver.operations.job_hold import with_description, without_description

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
    wanted = _wanted(call.job_group)
    _check(wanted, call.printer.capabilities, call.now)
    defaults = call.printer.capabilities
    await call.services.jobs.apply(call.job.id, lambda job: _set(job, wanted, defaults, call.now))
    return Reply()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a request sets, by name, and what it deletes."""

    set: dict[str, Attribute]
    deleted: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """Of all attributes in it."""
        return self.deleted | self.set.keys()


def _wanted(group: AttributeGroup) -> _Wanted:
    deleted = frozenset(each.name for each in group if each.values == (OutOfBand.DELETE_ATTRIBUTE,))
    return _Wanted({each.name: each for each in group if each.name not in deleted}, deleted)


def _check(wanted: _Wanted, printer: Capabilities, now: float) -> None:
    """Whether it could all be set of some Job, as if with ipp-attribute-fidelity (RFC 3380 4.2.3).

    Raises:
        BadRequest: There is nothing to set.
        AttributesOrValuesNotSupported, AttributesNotSettable: With every attribute that fails.
        RequestValueTooLong: A string is longer than its attribute allows.
    """
    if not wanted.names:
        raise BadRequest("There is nothing to set.")
    settable = settable_of_jobs(printer)
    known = job_names(printer) | settable
    unknown = [_marked(name, OutOfBand.UNSUPPORTED) for name in sorted(wanted.names - known)]
    fixed = [_marked(name, OutOfBand.NOT_SETTABLE) for name in sorted(wanted.names & known - settable)]
    possible = [each for name, each in wanted.set.items() if name in settable]
    bad = list(_bad_values(possible, printer, now))
    failures: tuple[tuple[list[Attribute], type[IppError]], ...] = (
        (unknown, AttributesOrValuesNotSupported),
        (fixed, AttributesNotSettable),
        (bad, AttributesOrValuesNotSupported),
    )
    for failing, error in failures:  # the first that fits names all that fail
        if failing:
            raise error(unsupported=(*unknown, *fixed, *bad))


def _marked(name: str, mark: OutOfBand) -> Attribute:
    return Attribute(name, (mark,))


def _bad_values(possible: list[Attribute], printer: Capabilities, now: float) -> Iterator[Attribute]:
    """The values that are not supported, or no values of their attribute at all."""
    descriptive = {definition.name: definition for definition in _DESCRIPTIVE}
    for attribute in possible:
        definition = descriptive.get(attribute.name)
        if definition is not None and definition.problem(attribute.values) is not None:
            yield attribute
    template = AttributeGroup(GroupTag.JOB, [each for each in possible if each.name not in descriptive])
    ticket = resolve(template, printer, fidelity=False, now=now)
    yield from ticket.unsupported


def _set(job: Job, wanted: _Wanted, defaults: Capabilities, now: float) -> Job:
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


def _described(job: Job, wanted: _Wanted) -> Job:
    """`job` with its name and its Operator's message as wanted."""
    name = names.JOB_NAME.get(wanted.set)
    if name is not None:
        job = replace(job, name=name)
    elif names.JOB_NAME.name in wanted.deleted:  # as if there had been none (RFC 8011 5.3.5)
        job = replace(job, name=next((one.name for one in job.documents if one.name), Name("Untitled")))
    message = names.JOB_MESSAGE_FROM_OPERATOR.attribute(wanted.set)
    if message is not None:
        return with_description(job, message)
    if names.JOB_MESSAGE_FROM_OPERATOR.name in wanted.deleted:
        return without_description(job, names.JOB_MESSAGE_FROM_OPERATOR)
    return job
