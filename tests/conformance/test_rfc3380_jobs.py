"""RFC 3380: setting attributes of jobs, as ippsample's suite demands it."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobHoldUntil
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import OutOfBand
from tests.conformance.subject import Subject

MESSAGE = names.JOB_MESSAGE_FROM_OPERATOR.of("Too long")


async def test_set_job_attributes_sets_what_is_read_back(subject: Subject) -> None:
    job_id = await subject.print()
    await subject.ask(Operation.SET_JOB_ATTRIBUTES, of=job_id, job=[names.COPIES.of(2)])
    assert await subject.job(job_id, names.COPIES) == (2,)


async def test_delete_attribute_takes_an_attribute_away(subject: Subject) -> None:
    job_id = await subject.print(job=[names.COPIES.of(2)])
    gone = Attribute(names.COPIES.name, (OutOfBand.DELETE_ATTRIBUTE,))
    for _ in range(2):  # once more, though it is not there any longer
        await subject.ask(Operation.SET_JOB_ATTRIBUTES, of=job_id, job=[gone])
        assert await subject.job(job_id, names.COPIES) == ()


async def test_what_may_be_set_of_a_job_is_listed(subject: Subject) -> None:
    settable = await subject.printer(names.JOB_SETTABLE_ATTRIBUTES_SUPPORTED)
    assert {names.COPIES.name, names.JOB_MESSAGE_FROM_OPERATOR.name} <= set(settable)


async def test_a_message_from_the_operator_can_be_set(subject: Subject) -> None:
    job_id = await subject.print()
    await subject.ask(Operation.SET_JOB_ATTRIBUTES, of=job_id, job=[MESSAGE])
    assert await subject.job(job_id, names.JOB_MESSAGE_FROM_OPERATOR) == ("Too long",)


@pytest.mark.parametrize("operation", [Operation.HOLD_JOB, Operation.RELEASE_JOB, Operation.CANCEL_JOB])
async def test_a_message_from_the_operator_comes_with_other_operations_too(
    subject: Subject, operation: Operation
) -> None:
    job_id = await subject.print()
    await subject.ask(operation, MESSAGE, of=job_id)
    assert await subject.job(job_id, names.JOB_MESSAGE_FROM_OPERATOR) == ("Too long",)


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        (
            Attribute("x-unknown", (1,)),
            Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
            OutOfBand.UNSUPPORTED,
        ),
        (names.JOB_ID.of(7), Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE, OutOfBand.NOT_SETTABLE),
        (names.COPIES.of(0), Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED, 0),
    ],
    ids=["unknown", "not-settable", "value"],
)
async def test_all_is_set_or_nothing(
    subject: Subject, wrong: Attribute, status: Status, told: object
) -> None:
    job_id = await subject.print()
    answer = await subject.answer(Operation.SET_JOB_ATTRIBUTES, of=job_id, job=[names.NUMBER_UP.of(2), wrong])
    assert answer.status is status
    assert [(each.name, *each.values) for each in answer.unsupported] == [(wrong.name, told)]
    assert await subject.job(job_id, names.NUMBER_UP) == ()


async def test_a_job_that_is_done_cannot_be_changed(subject: Subject) -> None:
    job_id = await subject.print()
    await subject.ask(Operation.CANCEL_JOB, of=job_id)
    answer = await subject.answer(Operation.SET_JOB_ATTRIBUTES, of=job_id, job=[names.COPIES.of(2)])
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE


async def test_setting_the_hold_moves_the_job(subject: Subject) -> None:
    job_id = await subject.print()
    for until, state in (
        (JobHoldUntil.INDEFINITE, JobState.PENDING_HELD),
        (JobHoldUntil.NO_HOLD, JobState.PENDING),
    ):
        await subject.ask(Operation.SET_JOB_ATTRIBUTES, of=job_id, job=[names.JOB_HOLD_UNTIL.of(until)])
        assert await subject.state(job_id) == state
