"""How a request holds a Job, and the messages that it brings (RFC 8011 4.3.5, RFC 3998 6)."""

import logging
from dataclasses import replace
from typing import Final

from ippserver.iana import names
from ippserver.iana.keywords import JobStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import DateTime, Keyword
from ippserver.model import hold
from ippserver.model.errors import ConflictingAttributes
from ippserver.model.hold import Until
from ippserver.model.job import Job
from ippserver.model.states import JobEvent
from ippserver.operations.declare import Call, Definition
from ippserver.operations.language import plain

logger: Final = logging.getLogger(__name__)

MESSAGES: Final[tuple[Definition, ...]] = (names.MESSAGE, names.JOB_MESSAGE_FROM_OPERATOR)
"""What every operation that changes a Job takes beside its target (RFC 8011 4.3.3.1, RFC 3998 table 6)."""
HOLDS: Final[tuple[Definition, ...]] = (names.JOB_HOLD_UNTIL, names.JOB_HOLD_UNTIL_TIME)
_HELD: Final = frozenset({JobStateReason.JOB_HOLD_UNTIL_SPECIFIED})


def note(call: Call) -> None:
    """Puts `message`, the client's word to the Operator, into the log (RFC 8011 4.3.3.1)."""
    message = plain(names.MESSAGE.get(call.operation))
    if message:
        known = {"job_id": call.target_job.id} if call.target_job else {"printer": call.printer.path}
        logger.info("message to the operator: %s", message, extra=known)


def told(call: Call, job: Job) -> Job:
    """`job` with the job-message-from-operator of the request, if it has one (RFC 3998 6)."""
    attribute = names.JOB_MESSAGE_FROM_OPERATOR.attribute(call.operation)
    return job if attribute is None else with_description(job, attribute)


def with_description(job: Job, attribute: Attribute) -> Job:
    """`job` with `attribute` in the place of the one of its name."""
    others = tuple(known for known in job.supplied if known.name != attribute.name)
    return replace(job, supplied=(*others, attribute))


def without_description(job: Job, definition: Definition) -> Job:
    """`job` without that attribute of its client's or Operator's words."""
    return replace(job, supplied=tuple(known for known in job.supplied if known.name != definition.name))


def hold_of(call: Call, *, absent: Keyword) -> tuple[Until, tuple[Attribute, ...]]:
    """job-hold-until or -time, and what to report: what is unsupported holds indefinitely (RFC 8011 4.3.5.1).

    Raises:
        ConflictingAttributes: The request has both.
    """
    asked = [attribute for one in HOLDS if (attribute := one.attribute(call.operation)) is not None]
    if not asked:
        return absent, ()
    if len(asked) > 1:
        raise ConflictingAttributes(unsupported=tuple(asked))
    time, until = names.JOB_HOLD_UNTIL_TIME.get(call.operation), names.JOB_HOLD_UNTIL.get(call.operation)
    if time is not None:
        return time, ()
    if isinstance(until, Keyword) and until in hold.SUPPORTED:
        return until, ()
    return hold.INDEFINITE, tuple(asked)


def hold_attribute(until: Until) -> Attribute:
    """job-hold-until or job-hold-until-time, whichever `until` is a value of."""
    if isinstance(until, DateTime):
        return names.JOB_HOLD_UNTIL_TIME.of(until)
    return names.JOB_HOLD_UNTIL.of(until)


def held(job: Job, until: Until, now: float) -> Job:
    """`job` after Hold-Job; IllegalTransition where that is not possible."""
    # HOLD first, also where it is over at once: it is what a Job in process refuses (RFC 8011 table 5).
    after = job.on(JobEvent.HOLD, now, adds=_HELD)
    if hold.has_begun(until, now):
        return released(after, now)
    return replace(without_hold(after), hold_until=until, touched=now)


def released(job: Job, now: float, unlocked: frozenset[Keyword] = frozenset()) -> Job:
    """`job` after Release-Job, without `unlocked` reasons; IllegalTransition where that is not possible."""
    return without_hold(job.on(JobEvent.RELEASE, now, drops=_HELD | unlocked))


def without_hold(job: Job) -> Job:
    """`job` without job-hold-until and -time, wherever they came from (RFC 8011 4.3.6)."""
    names_of_holds = {definition.name for definition in HOLDS}
    template = tuple(attribute for attribute in job.template if attribute.name not in names_of_holds)
    return replace(job, hold_until=None, template=template)
