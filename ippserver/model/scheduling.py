"""What of a Job's template decides when it is printed: priority, holds and delays (RFC 8011 5.2.1, 5.2.2)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from ippserver.iana import names
from ippserver.iana.definitions import AttributeDef, Holder
from ippserver.iana.keywords import JobDelayOutputUntil, JobHoldUntil, JobRetainUntil, JobStateReason
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import DateTime, Keyword, Name, NameWithLanguage
from ippserver.model.hold import Until, has_begun
from ippserver.model.job import DEFAULT_PRIORITY, Job
from ippserver.model.states import JobEvent
from ippserver.model.ticket import clashing

_Periods: TypeAlias = AttributeDef[Keyword | Name | NameWithLanguage]

_HOLDS: Final = frozenset({names.JOB_HOLD_UNTIL.name, names.JOB_HOLD_UNTIL_TIME.name})
_DELAYS: Final = frozenset({names.JOB_DELAY_OUTPUT_UNTIL.name, names.JOB_DELAY_OUTPUT_UNTIL_TIME.name})
WAITS: Final = _HOLDS | _DELAYS
"""The names of what makes a Job wait."""
_REASONS: Final = frozenset(
    {JobStateReason.JOB_HOLD_UNTIL_SPECIFIED, JobStateReason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED}
)


_DEFAULTS: Final[tuple[tuple[AttributeDef[Any], AttributeDef[Any], object], ...]] = (
    (names.JOB_PRIORITY, names.JOB_PRIORITY_DEFAULT, DEFAULT_PRIORITY),
    (names.JOB_HOLD_UNTIL, names.JOB_HOLD_UNTIL_DEFAULT, JobHoldUntil.NO_HOLD),
    (names.JOB_DELAY_OUTPUT_UNTIL, names.JOB_DELAY_OUTPUT_UNTIL_DEFAULT, JobDelayOutputUntil.NO_DELAY_OUTPUT),
    (names.JOB_CANCEL_AFTER, names.JOB_CANCEL_AFTER_DEFAULT, None),
    (names.PROOF_PRINT, names.PROOF_PRINT_DEFAULT, None),
    (names.JOB_RETAIN_UNTIL_INTERVAL, names.JOB_RETAIN_UNTIL_INTERVAL_DEFAULT, None),
    (names.JOB_RETAIN_UNTIL, names.JOB_RETAIN_UNTIL_DEFAULT, JobRetainUntil.INDEFINITE),
)
"""What is taken from a Printer when a Job is created, and the default that changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The template of a Job, sorted into what makes it wait and all the rest."""

    priority: int
    hold_until: Until | None
    delay_until: Until | None
    template: tuple[Attribute, ...]

    @property
    def reasons(self) -> frozenset[Keyword]:
        """The job-state-reasons of what it waits for."""
        held = self.hold_until is not None and {JobStateReason.JOB_HOLD_UNTIL_SPECIFIED}
        delayed = self.delay_until is not None and {JobStateReason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED}
        return frozenset(held or ()) | frozenset(delayed or ())


def with_defaults(template: Mapping[str, Attribute], printer: Holder) -> dict[str, Attribute]:
    """`template` and what the Printer's defaults add to it when a Job is created (RFC 8011 5.2.1, 5.2.2).

    All other defaults are none of the Job's: they count when it is printed.
    """
    whole = dict(template)
    for definition, default, neutral in _DEFAULTS:
        value = default.get(printer)
        if value is not None and value != neutral and definition.name not in whole:
            candidate = whole | {definition.name: definition.of(value)}
            whole = whole if definition.name in clashing(candidate) else candidate
    return whole


def schedule(template: Iterable[Attribute], now: float) -> Schedule:
    """The accepted `template`, sorted; a period that has begun, a moment that is past, holds nothing."""
    whole = AttributeGroup(GroupTag.JOB, template)
    hold = _wait(whole, names.JOB_HOLD_UNTIL, names.JOB_HOLD_UNTIL_TIME, now)
    delay = _wait(whole, names.JOB_DELAY_OUTPUT_UNTIL, names.JOB_DELAY_OUTPUT_UNTIL_TIME, now)
    elsewhere = {names.JOB_PRIORITY.name}
    elsewhere |= frozenset() if hold is None else _HOLDS
    elsewhere |= frozenset() if delay is None else _DELAYS
    return Schedule(
        priority=names.JOB_PRIORITY.get(whole) or DEFAULT_PRIORITY,
        hold_until=hold,
        delay_until=delay,
        template=tuple(attribute for attribute in whole if attribute.name not in elsewhere),
    )


def whole_template(job: Job) -> dict[str, Attribute]:
    """The template of `job` by name, as `schedule` is given it: with what makes it wait."""
    kept = (*job.template, names.JOB_PRIORITY.of(job.priority), *wait_attributes(job))
    return {attribute.name: attribute for attribute in kept}


def rescheduled(job: Job, template: Mapping[str, Attribute], changed: Collection[str], now: float) -> Job:
    """`job` with another whole `template`: held or let go, where `changed` names what makes it wait."""
    plan = schedule(template.values(), now)
    moved = job.moved if plan.priority == job.priority else ""
    after = replace(job, priority=plan.priority, moved=moved)
    if WAITS.isdisjoint(changed):
        elsewhere = {names.JOB_PRIORITY.name, *(attribute.name for attribute in wait_attributes(job))}
        return replace(after, template=tuple(v for name, v in template.items() if name not in elsewhere))
    after = replace(after, hold_until=plan.hold_until, delay_until=plan.delay_until)
    after = replace(after, template=plan.template, touched=now)
    return after.on(JobEvent.RELEASE, now, adds=plan.reasons, drops=_REASONS - plan.reasons)


def wait_attributes(job: Job) -> tuple[Attribute, ...]:
    """What makes `job` wait: job-hold-until or -time, job-delay-output-until or -time."""
    waits = (
        (job.hold_until, names.JOB_HOLD_UNTIL, names.JOB_HOLD_UNTIL_TIME),
        (job.delay_until, names.JOB_DELAY_OUTPUT_UNTIL, names.JOB_DELAY_OUTPUT_UNTIL_TIME),
    )
    return tuple(
        time.of(until) if isinstance(until, DateTime) else periods.of(until)
        for until, periods, time in waits
        if until is not None
    )


def _wait(
    template: AttributeGroup, periods: _Periods, time: AttributeDef[DateTime], now: float
) -> Until | None:
    until: Until | None = time.get(template) or periods.get(template)
    return None if until is None or has_begun(until, now) else until
