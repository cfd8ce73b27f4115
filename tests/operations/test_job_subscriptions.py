"""Subscriptions about Jobs, and those that come with new ones."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import NotifyEvent
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import OutOfBand
from ippserver.model.subscription import NotificationTerms
from ippserver.testing.desk import URI, Desk, unsupported
from tests.operations.subscribed import PULL, fetch, id_of, subscribe
from tests.operations.subscriptions import COMPLETED, HELD, LONG_DATA, PUSH, held_job, shown

# ---- about Jobs


@pytest.mark.effect(Operation.CREATE_JOB_SUBSCRIPTIONS)
async def test_a_subscription_about_a_job_has_no_lease(desk: Desk) -> None:
    job_id = await held_job(desk)
    lease = names.NOTIFY_LEASE_DURATION.of(60)
    answer = await desk.ask(
        Operation.CREATE_JOB_SUBSCRIPTIONS, names.NOTIFY_JOB_ID.of(job_id), subscriptions=[[PULL, lease]]
    )
    assert answer.status is Status.SUCCESSFUL_OK
    ignored = Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.subscription.attributes == (
        names.NOTIFY_SUBSCRIPTION_ID.of(1),
        names.NOTIFY_LEASE_DURATION.of(OutOfBand.UNSUPPORTED),
        names.NOTIFY_STATUS_CODE.of(ignored),
    )
    group = (await shown(desk, 1)).subscription
    assert names.NOTIFY_JOB_ID.get(group) == job_id
    for absent in (
        names.NOTIFY_LEASE_DURATION,
        names.NOTIFY_LEASE_EXPIRATION_TIME,
        names.NOTIFY_PRINTER_UP_TIME,
    ):
        assert absent.get(group) is None


async def test_only_jobs_that_are_not_completed_can_be_subscribed_to(desk: Desk) -> None:
    job_id = await held_job(desk)
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    for number, status in (
        (job_id, Status.CLIENT_ERROR_NOT_POSSIBLE),
        (99, Status.CLIENT_ERROR_NOT_FOUND),
    ):
        answer = await desk.ask(
            Operation.CREATE_JOB_SUBSCRIPTIONS, names.NOTIFY_JOB_ID.of(number), subscriptions=[[PULL]]
        )
        assert answer.status is status
        assert answer.subscriptions == []


@pytest.mark.parametrize("job", [[], [Attribute(names.NOTIFY_JOB_ID.name, [0])]], ids=["absent", "zero"])
async def test_a_subscription_about_a_job_names_it(desk: Desk, job: list[Attribute]) -> None:
    answer = await desk.ask(Operation.CREATE_JOB_SUBSCRIPTIONS, *job, subscriptions=[[PULL]])
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


# ---- with the creation of a Job


@pytest.mark.parametrize("operation", [Operation.PRINT_JOB, Operation.CREATE_JOB])
async def test_a_new_job_comes_with_its_subscriptions(desk: Desk, operation: Operation) -> None:
    created = [names.NOTIFY_EVENTS.of(NotifyEvent.JOB_CREATED)]
    answer = await desk.create(operation, job=HELD, subscriptions=[[PULL, *created], [PULL]])
    assert answer.status is Status.SUCCESSFUL_OK
    assert [id_of(group) for group in answer.subscriptions] == [1, 2]
    tags = [group.tag for group in answer.response.groups]
    assert tags == [0x01, 0x02, 0x06, 0x06]
    assert names.NOTIFY_JOB_ID.get((await shown(desk, 2)).subscription) == answer.job_id
    (event,) = (await fetch(desk, 1)).events
    assert names.NOTIFY_SUBSCRIBED_EVENT.get(event) == NotifyEvent.JOB_CREATED
    assert len(await desk.store.subscriptions()) == 2


async def test_a_copy_of_a_job_has_subscriptions_of_its_own(desk: Desk) -> None:
    original = (await desk.create(Operation.PRINT_JOB, job=HELD, subscriptions=[[PULL]])).job_id
    await desk.ask_of(Operation.CANCEL_JOB, original)
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(original))
    answer = await desk.ask(Operation.RESUBMIT_JOB, target=target, subscriptions=[[PULL]])
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.NOTIFY_JOB_ID.get((await shown(desk, 2)).subscription) == answer.job_id != original


async def test_a_job_is_created_whatever_becomes_of_its_subscriptions(desk: Desk) -> None:
    answer = await desk.create(Operation.PRINT_JOB, job=[names.COPIES.of(0)], subscriptions=[[PUSH], [PULL]])
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_SUBSCRIPTIONS
    assert answer.job_id == 1
    assert answer.unsupported == (names.COPIES.of(0),)
    ids = [names.NOTIFY_SUBSCRIPTION_ID.get(group) for group in answer.subscriptions]
    assert ids == [None, 1]


async def test_a_restarted_job_gets_no_new_subscriptions(desk: Desk) -> None:
    job_id = await held_job(desk)
    await desk.ask_of(Operation.CANCEL_JOB, job_id)
    target = (names.PRINTER_URI.of(URI), names.JOB_ID.of(job_id))
    answer = await desk.ask(Operation.RESTART_JOB, target=target, subscriptions=[[PULL]])
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == (unsupported(names.NOTIFY_PULL_METHOD.name),)
    assert answer.subscriptions == []
    assert len(desk.events.subscriptions) == 0


async def test_a_refused_job_leaves_no_subscription(desk: Desk) -> None:
    fidelity = names.IPP_ATTRIBUTE_FIDELITY.of(True)
    answer = await desk.create(
        Operation.PRINT_JOB, fidelity, job=[names.COPIES.of(0)], subscriptions=[[PULL]]
    )
    assert answer.status is Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED
    assert answer.subscriptions == []
    assert len(desk.events.subscriptions) == 0


async def test_a_subscription_that_does_not_say_how_to_deliver_refuses_the_job(desk: Desk) -> None:
    answer = await desk.create(Operation.PRINT_JOB, subscriptions=[[names.NOTIFY_EVENTS.of(COMPLETED)]])
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert desk.jobs.unfinished == {}


async def test_validate_job_says_what_would_happen() -> None:
    desk = await Desk(terms=NotificationTerms(max_subscriptions=1)).open()
    answer = await desk.create(Operation.VALIDATE_JOB, subscriptions=[[PULL, LONG_DATA], [PULL], [PUSH]])
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_SUBSCRIPTIONS
    statuses = [names.NOTIFY_STATUS_CODE.get(group) for group in answer.subscriptions]
    assert statuses == [
        Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES,
        Status.CLIENT_ERROR_TOO_MANY_SUBSCRIPTIONS,
        Status.CLIENT_ERROR_URI_SCHEME_NOT_SUPPORTED,
    ]
    assert all(names.NOTIFY_SUBSCRIPTION_ID.get(group) is None for group in answer.subscriptions)
    assert len(desk.events.subscriptions) == 0


async def test_subscriptions_of_completed_jobs_make_room_for_new_ones() -> None:
    desk = await Desk(terms=NotificationTerms(max_subscriptions=2, max_subscriptions_per_user=2)).open()
    jobs = [(await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])).job_id for _ in range(2)]
    await desk.ask_of(Operation.CANCEL_JOB, jobs[0])
    assert await subscribe(desk, COMPLETED) == 3
    assert [known.id for known in await desk.store.subscriptions()] == [2, 3]
    assert (await shown(desk, 1)).status is Status.CLIENT_ERROR_NOT_FOUND


@pytest.mark.effect(Operation.PURGE_JOBS)
async def test_subscriptions_go_with_the_history_of_their_job(desk: Desk) -> None:
    answer = await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])
    await desk.ask_of(Operation.CANCEL_JOB, answer.job_id)
    assert (await shown(desk, 1)).status is Status.SUCCESSFUL_OK
    await desk.ask(Operation.PURGE_JOBS)
    assert (await shown(desk, 1)).status is Status.CLIENT_ERROR_NOT_FOUND
    assert await desk.store.subscriptions() == []
