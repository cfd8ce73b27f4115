from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState
from ippserver.iana.keywords import JobDelayOutputUntil, JobHoldUntil, JobRetainUntil
from ippserver.iana.keywords import JobStateReason as Reason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import DateTime, Keyword
from ippserver.model.capabilities import Capabilities
from ippserver.model.job import Job
from ippserver.model.scheduling import rescheduled, schedule, wait_attributes, whole_template, with_defaults
from ippserver.testing.fakes import job_draft

NOW = 1_800_000_000.0
SOON = DateTime.of(datetime.fromtimestamp(NOW + 60, UTC))
PAST = DateTime.of(datetime.fromtimestamp(NOW - 60, UTC))
HOLD = names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)
DELAY = names.JOB_DELAY_OUTPUT_UNTIL.of(JobDelayOutputUntil.INDEFINITE)


@pytest.mark.parametrize(
    ("attribute", "reason"),
    [
        (HOLD, Reason.JOB_HOLD_UNTIL_SPECIFIED),
        (names.JOB_HOLD_UNTIL_TIME.of(SOON), Reason.JOB_HOLD_UNTIL_SPECIFIED),
        (DELAY, Reason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED),
        (names.JOB_DELAY_OUTPUT_UNTIL_TIME.of(SOON), Reason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED),
    ],
)
def test_what_is_still_to_come_is_waited_for(attribute: Attribute, reason: Keyword) -> None:
    plan = schedule([names.COPIES.of(2), attribute], NOW)
    assert (plan.reasons, plan.template) == (frozenset({reason}), (names.COPIES.of(2),))
    job = replace(Job.of(job_draft(), 1), hold_until=plan.hold_until, delay_until=plan.delay_until)
    assert wait_attributes(job) == (attribute,)


@pytest.mark.parametrize(
    "attribute",
    [
        names.JOB_HOLD_UNTIL.of(JobHoldUntil.NO_HOLD),
        names.JOB_HOLD_UNTIL_TIME.of(PAST),
        names.JOB_DELAY_OUTPUT_UNTIL.of(JobDelayOutputUntil.NO_DELAY_OUTPUT),
        names.JOB_DELAY_OUTPUT_UNTIL_TIME.of(PAST),
    ],
)
def test_what_is_past_stays_in_the_template_and_holds_nothing(attribute: Attribute) -> None:
    plan = schedule([attribute], NOW)
    assert (plan.reasons, plan.template) == (frozenset(), (attribute,))


def test_the_whole_template_is_what_schedule_takes_apart() -> None:
    template = (names.COPIES.of(2), HOLD, DELAY, names.JOB_PRIORITY.of(7))
    plan = schedule(template, NOW)
    job = replace(
        Job.of(job_draft(), 1),
        template=plan.template,
        priority=plan.priority,
        hold_until=plan.hold_until,
        delay_until=plan.delay_until,
    )
    assert set(whole_template(job).values()) == set(template)


def test_a_job_is_held_by_its_new_template_and_let_go_by_the_next() -> None:
    job = Job.of(job_draft(), 1)
    waits = (HOLD, DELAY)
    held = rescheduled(job, {each.name: each for each in waits}, [each.name for each in waits], NOW)
    assert held.state is JobState.PENDING_HELD
    assert held.reasons == {Reason.JOB_HOLD_UNTIL_SPECIFIED, Reason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED}
    delayed = rescheduled(held, {DELAY.name: DELAY}, [HOLD.name], NOW)
    assert delayed.reasons == {Reason.JOB_DELAY_OUTPUT_UNTIL_SPECIFIED}
    free = rescheduled(delayed, {}, [DELAY.name], NOW)
    assert (free.state, free.reasons, free.template) == (JobState.PENDING, frozenset(), ())


DEFAULTS = Capabilities(
    [
        names.JOB_PRIORITY_DEFAULT.of(70),
        names.JOB_HOLD_UNTIL_DEFAULT.of(JobHoldUntil.INDEFINITE),
        names.JOB_DELAY_OUTPUT_UNTIL_DEFAULT.of(JobDelayOutputUntil.NO_DELAY_OUTPUT),
        names.JOB_CANCEL_AFTER_DEFAULT.of(60),
        names.JOB_RETAIN_UNTIL_DEFAULT.of(JobRetainUntil.END_OF_DAY),
        names.COPIES_DEFAULT.of(3),
    ]
)


def test_defaults_that_say_when_are_taken_at_creation_and_no_others() -> None:
    assert set(with_defaults({}, DEFAULTS).values()) == {
        names.JOB_PRIORITY.of(70),
        HOLD,
        names.JOB_CANCEL_AFTER.of(60),
        names.JOB_RETAIN_UNTIL.of(JobRetainUntil.END_OF_DAY),
    }


def test_no_default_contradicts_what_the_client_says() -> None:
    said = (
        names.JOB_HOLD_UNTIL_TIME.of(SOON),
        names.JOB_RETAIN_UNTIL_INTERVAL.of(5),
        names.JOB_PRIORITY.of(1),
        names.JOB_CANCEL_AFTER.of(2),
    )
    assert set(with_defaults({each.name: each for each in said}, DEFAULTS).values()) == set(said)
