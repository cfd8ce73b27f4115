"""Renew-Subscription and Cancel-Subscription."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import NotifyEvent
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword
from ippserver.testing.desk import Desk, unsupported
from tests.operations.subscribed import PULL, subscribe, to
from tests.operations.subscriptions import ABOUT_ONE, COMPLETED, shown

# ---- Renew-Subscription, Cancel-Subscription


@pytest.mark.effect(Operation.RENEW_SUBSCRIPTION)
async def test_a_renewed_lease_begins_anew(desk: Desk) -> None:
    await subscribe(desk, COMPLETED, lease=names.NOTIFY_LEASE_DURATION.of(100))
    desk.clock.advance(99)
    answer = await desk.ask(
        Operation.RENEW_SUBSCRIPTION,
        names.NOTIFY_SUBSCRIPTION_ID.of(1),
        subscriptions=[[names.NOTIFY_LEASE_DURATION.of(50)]],
    )
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.subscription.attributes == (names.NOTIFY_LEASE_DURATION.of(50),)
    desk.clock.advance(49)
    group = (await shown(desk, 1)).subscription
    assert names.NOTIFY_LEASE_DURATION.get(group) == 50
    assert names.NOTIFY_LEASE_EXPIRATION_TIME.get(group) == 150
    desk.clock.advance(1)
    assert (await shown(desk, 1)).status is Status.CLIENT_ERROR_NOT_FOUND


@pytest.mark.parametrize(
    ("groups", "granted", "status"),
    [
        ([], 86_400, Status.SUCCESSFUL_OK),
        ([[]], 86_400, Status.SUCCESSFUL_OK),
        (
            [[names.NOTIFY_LEASE_DURATION.of(10**6)]],
            604_800,
            Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES,
        ),
    ],
    ids=["no-group", "empty", "too-long"],
)
async def test_renewing_grants_what_can_be_granted(
    desk: Desk, groups: list[list[Attribute]], granted: int, status: Status
) -> None:
    await subscribe(desk, COMPLETED)
    answer = await desk.ask(
        Operation.RENEW_SUBSCRIPTION, names.NOTIFY_SUBSCRIPTION_ID.of(1), subscriptions=groups
    )
    assert answer.status is status
    assert answer.subscription.attributes == (names.NOTIFY_LEASE_DURATION.of(granted),)


async def test_only_the_lease_can_be_renewed(desk: Desk) -> None:
    await subscribe(desk, COMPLETED)
    target = names.NOTIFY_SUBSCRIPTION_ID.of(1)
    answer = await desk.ask(Operation.RENEW_SUBSCRIPTION, target, subscriptions=[to(NotifyEvent.JOB_CREATED)])
    assert answer.unsupported == (
        unsupported(names.NOTIFY_PULL_METHOD.name),
        unsupported(names.NOTIFY_EVENTS.name),
    )
    assert names.NOTIFY_EVENTS.all((await shown(desk, 1)).subscription) == (COMPLETED,)
    two = await desk.ask(Operation.RENEW_SUBSCRIPTION, target, subscriptions=[[], []])
    assert two.status is Status.CLIENT_ERROR_BAD_REQUEST


async def test_what_has_no_lease_cannot_be_renewed(desk: Desk) -> None:
    await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])
    answer = await desk.ask(Operation.RENEW_SUBSCRIPTION, names.NOTIFY_SUBSCRIPTION_ID.of(1))
    assert answer.status is Status.CLIENT_ERROR_NOT_POSSIBLE


@pytest.mark.effect(Operation.CANCEL_SUBSCRIPTION)
async def test_a_canceled_subscription_is_gone_and_its_job_is_not(desk: Desk) -> None:
    job_id = (await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])).job_id
    before = (await desk.job(job_id)).state
    answer = await desk.ask(Operation.CANCEL_SUBSCRIPTION, names.NOTIFY_SUBSCRIPTION_ID.of(1))
    assert answer.status is Status.SUCCESSFUL_OK
    assert (await shown(desk, 1)).status is Status.CLIENT_ERROR_NOT_FOUND
    assert (await desk.job(job_id)).state is before is JobState.PENDING_HELD
    assert await desk.store.subscriptions() == []


@pytest.mark.parametrize("operation", ABOUT_ONE)
async def test_the_subscription_must_be_named_and_be_there(desk: Desk, operation: Operation) -> None:
    for attributes, status in (
        ([], Status.CLIENT_ERROR_BAD_REQUEST),
        ([Attribute(names.NOTIFY_SUBSCRIPTION_ID.name, [1, 2])], Status.CLIENT_ERROR_BAD_REQUEST),
        ([Attribute(names.NOTIFY_SUBSCRIPTION_ID.name, [Keyword("1")])], Status.CLIENT_ERROR_BAD_REQUEST),
        ([names.NOTIFY_SUBSCRIPTION_ID.of(1)], Status.CLIENT_ERROR_NOT_FOUND),
    ):
        assert (await desk.ask(operation, *attributes)).status is status
