"""RFC 3995 and 3996: subscriptions and their events, as ippsample's suite demands them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import NotifyEvent, NotifyPullMethod
from ippserver.interfaces import DocumentStream
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import OctetString, Uri
from ippserver.testing.desk import PDF, URI, Answer
from ippserver.testing.fakes import stream
from tests.conformance.subject import Subject

USER_DATA = OctetString(b"a test")
OF_PRINTERS = [
    names.NOTIFY_PULL_METHOD.of(NotifyPullMethod.IPPGET),
    names.NOTIFY_EVENTS.of(NotifyEvent.PRINTER_STATE_CHANGED, NotifyEvent.PRINTER_CONFIG_CHANGED),
    names.NOTIFY_USER_DATA.of(USER_DATA),
]
OF_JOBS = [
    names.NOTIFY_PULL_METHOD.of(NotifyPullMethod.IPPGET),
    names.NOTIFY_EVENTS.of(NotifyEvent.JOB_COMPLETED),
]


class Library:
    """Has every document that is asked for."""

    schemes = ("http",)

    @asynccontextmanager
    async def fetch(self, uri: str) -> AsyncIterator[DocumentStream]:
        yield stream([PDF])


def groups(answer: Answer, tag: GroupTag) -> list[AttributeGroup]:
    return [group for group in answer.response.groups if group.tag == tag]


def subscription_id(answer: Answer) -> int:
    """The notify-subscription-id in the one subscription group of an answer."""
    (group,) = groups(answer, GroupTag.SUBSCRIPTION)
    found = names.NOTIFY_SUBSCRIPTION_ID.get(group)
    assert found is not None, "no subscription was created"
    return found


async def subscribed(subject: Subject) -> int:
    """The id of a new subscription to the printer."""
    return subscription_id(
        await subject.ask(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscription=OF_PRINTERS)
    )


async def shown(subject: Subject, number: int) -> AttributeGroup:
    """What Get-Subscription-Attributes shows."""
    answer = await subject.ask(Operation.GET_SUBSCRIPTION_ATTRIBUTES, names.NOTIFY_SUBSCRIPTION_ID.of(number))
    (group,) = groups(answer, GroupTag.SUBSCRIPTION)
    return group


async def notified(subject: Subject, number: int, *more: Attribute) -> Answer:
    """The answer to Get-Notifications."""
    return await subject.answer(Operation.GET_NOTIFICATIONS, names.NOTIFY_SUBSCRIPTION_IDS.of(number), *more)


# ---- subscriptions to the printer


async def test_a_subscription_to_the_printer_has_an_id_and_a_lease(subject: Subject) -> None:
    answer = await subject.ask(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscription=OF_PRINTERS)
    (group,) = groups(answer, GroupTag.SUBSCRIPTION)
    assert (names.NOTIFY_SUBSCRIPTION_ID.get(group) or 0) > 0
    assert (names.NOTIFY_LEASE_DURATION.get(group) or 0) > 0


async def test_a_subscription_shows_all_that_it_was_asked_for_and_given(subject: Subject) -> None:
    number = await subscribed(subject)
    group = await shown(subject, number)
    assert names.NOTIFY_SUBSCRIPTION_ID.get(group) == number
    assert names.NOTIFY_PULL_METHOD.get(group) == NotifyPullMethod.IPPGET
    assert names.NOTIFY_EVENTS.all(group) == names.NOTIFY_EVENTS.all(AttributeGroup(0, OF_PRINTERS))
    assert names.NOTIFY_USER_DATA.get(group) == USER_DATA
    assert names.NOTIFY_CHARSET.get(group) == "utf-8"
    assert names.NOTIFY_NATURAL_LANGUAGE.get(group) == "en"
    assert names.NOTIFY_SEQUENCE_NUMBER.get(group) == 0
    assert names.NOTIFY_PRINTER_URI.get(group) == URI
    assert names.NOTIFY_SUBSCRIBER_USER_NAME.get(group) == "alice"
    up_time, lease = names.NOTIFY_PRINTER_UP_TIME.get(group), names.NOTIFY_LEASE_DURATION.get(group)
    assert up_time is not None
    assert lease is not None
    assert names.NOTIFY_LEASE_EXPIRATION_TIME.get(group) == up_time + lease
    for absent in (names.NOTIFY_JOB_ID, names.NOTIFY_TIME_INTERVAL):
        assert absent.attribute(group) is None


async def test_disabling_and_enabling_the_printer_are_events(subject: Subject) -> None:
    number = await subscribed(subject)
    await subject.ask(Operation.DISABLE_PRINTER)
    await subject.ask(Operation.ENABLE_PRINTER)
    answer = await notified(subject, number, names.NOTIFY_WAIT.of(False))
    events = groups(answer, GroupTag.EVENT_NOTIFICATION)
    assert [names.PRINTER_IS_ACCEPTING_JOBS.get(event) for event in events] == [False, True]
    assert [names.NOTIFY_SEQUENCE_NUMBER.get(event) for event in events] == [1, 2]
    for event in events:
        assert names.NOTIFY_SUBSCRIBED_EVENT.get(event) == NotifyEvent.PRINTER_STATE_CHANGED
        assert names.NOTIFY_SUBSCRIPTION_ID.get(event) == number
        assert names.NOTIFY_PRINTER_URI.get(event) == URI
        assert names.NOTIFY_USER_DATA.get(event) == USER_DATA
        for present in (
            names.PRINTER_UP_TIME,
            names.NOTIFY_CHARSET,
            names.NOTIFY_NATURAL_LANGUAGE,
            names.NOTIFY_TEXT,
            names.PRINTER_STATE,
            names.PRINTER_STATE_REASONS,
        ):
            assert present.get(event) is not None


async def test_asking_again_is_worth_while_before_events_are_forgotten(subject: Subject) -> None:
    answer = await notified(subject, await subscribed(subject), names.NOTIFY_WAIT.of(False))
    assert answer.status is Status.SUCCESSFUL_OK
    interval = names.NOTIFY_GET_INTERVAL.get(answer.operation)
    (life,) = await subject.printer(names.IPPGET_EVENT_LIFE)
    assert interval is not None
    assert 0 < interval <= life
    assert life >= 15


async def test_get_subscriptions_lists_them(subject: Subject) -> None:
    mine = [await subscribed(subject) for _ in range(2)]
    await subject.ask(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscription=OF_PRINTERS, user="bob")

    async def listed(*more: Attribute) -> list[int | None]:
        answer = await subject.ask(Operation.GET_SUBSCRIPTIONS, *more)
        return [names.NOTIFY_SUBSCRIPTION_ID.get(each) for each in groups(answer, GroupTag.SUBSCRIPTION)]

    assert len(await listed()) == 3
    assert await listed(names.LIMIT.of(1)) == mine[:1]
    assert await listed(names.MY_SUBSCRIPTIONS.of(True)) == mine


@pytest.mark.parametrize("duration", [(), (names.NOTIFY_LEASE_DURATION.of(90),)], ids=["default", "90"])
async def test_renewing_grants_a_lease(subject: Subject, duration: tuple[Attribute, ...]) -> None:
    number = await subscribed(subject)
    answer = await subject.ask(
        Operation.RENEW_SUBSCRIPTION, names.NOTIFY_SUBSCRIPTION_ID.of(number), subscription=duration
    )
    (group,) = groups(answer, GroupTag.SUBSCRIPTION)
    granted = names.NOTIFY_LEASE_DURATION.get(group)
    assert granted is not None
    assert granted == 90 if duration else granted > 0


async def test_a_lease_that_is_not_renewed_ends(subject: Subject) -> None:
    short = [*OF_PRINTERS, names.NOTIFY_LEASE_DURATION.of(60)]
    number = subscription_id(await subject.ask(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscription=short))
    subject.desk.clock.advance(61)
    answer = await notified(subject, number)
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND


async def test_a_canceled_subscription_is_not_found(subject: Subject) -> None:
    number = await subscribed(subject)
    await subject.ask(Operation.CANCEL_SUBSCRIPTION, names.NOTIFY_SUBSCRIPTION_ID.of(number))
    assert (await notified(subject, number)).status is Status.CLIENT_ERROR_NOT_FOUND


# ---- subscriptions to a job


async def test_a_job_is_created_with_its_subscription(subject: Subject) -> None:
    for operation, document in ((Operation.PRINT_JOB, PDF), (Operation.CREATE_JOB, b"")):
        answer = await subject.ask(operation, job=(), subscription=OF_JOBS, document=document)
        group = await shown(subject, subscription_id(answer))
        assert names.NOTIFY_JOB_ID.get(group) == answer.job_id
        for absent in (names.NOTIFY_LEASE_DURATION, names.NOTIFY_LEASE_EXPIRATION_TIME):
            assert absent.attribute(group) is None


async def test_a_job_by_reference_is_created_with_its_subscription() -> None:
    subject = await Subject(fetcher=Library()).open()
    answer = await subject.ask(
        Operation.PRINT_URI, names.DOCUMENT_URI.of(Uri("http://library/letter")), job=(), subscription=OF_JOBS
    )
    group = await shown(subject, subscription_id(answer))
    assert names.NOTIFY_JOB_ID.get(group) == answer.job_id


async def test_a_job_is_subscribed_to_later(subject: Subject) -> None:
    job_id = await subject.print()
    answer = await subject.ask(
        Operation.CREATE_JOB_SUBSCRIPTIONS, names.NOTIFY_JOB_ID.of(job_id), subscription=OF_JOBS
    )
    group = await shown(subject, subscription_id(answer))
    assert names.NOTIFY_JOB_ID.get(group) == job_id
    assert names.NOTIFY_LEASE_DURATION.attribute(group) is None
    answer = await subject.ask(Operation.GET_SUBSCRIPTIONS, names.NOTIFY_JOB_ID.of(job_id))
    assert len(groups(answer, GroupTag.SUBSCRIPTION)) == 1


async def test_the_end_of_a_job_is_waited_for(subject: Subject) -> None:
    subject.finish()
    answer = await subject.ask(Operation.PRINT_JOB, job=(), subscription=OF_JOBS, document=PDF)
    number = subscription_id(answer)
    async with subject.at_work():
        told = await notified(subject, number, names.NOTIFY_WAIT.of(True))
    assert told.status in (Status.SUCCESSFUL_OK, Status.SUCCESSFUL_OK_EVENTS_COMPLETE)
    (event,) = groups(told, GroupTag.EVENT_NOTIFICATION)
    assert names.NOTIFY_SUBSCRIBED_EVENT.get(event) == NotifyEvent.JOB_COMPLETED
    assert names.NOTIFY_JOB_ID.get(event) == answer.job_id
    assert names.JOB_STATE.get(event) == JobState.COMPLETED
    assert names.JOB_STATE_REASONS.get(event) is not None


# ---- what is said of it


async def test_what_can_be_subscribed_to_is_listed(subject: Subject) -> None:
    events = await subject.printer(names.NOTIFY_EVENTS_SUPPORTED)
    assert {
        NotifyEvent.NONE,
        NotifyEvent.PRINTER_STATE_CHANGED,
        NotifyEvent.PRINTER_STOPPED,
        NotifyEvent.JOB_STATE_CHANGED,
        NotifyEvent.JOB_CREATED,
        NotifyEvent.JOB_COMPLETED,
    } <= set(events)
    assert set(await subject.printer(names.NOTIFY_EVENTS_DEFAULT)) <= set(events)
    assert await subject.printer(names.NOTIFY_PULL_METHOD_SUPPORTED) == (NotifyPullMethod.IPPGET,)
    (most,) = await subject.printer(names.NOTIFY_MAX_EVENTS_SUPPORTED)
    assert most >= 2
    assert await subject.printer(names.NOTIFY_LEASE_DURATION_DEFAULT)
    assert await subject.printer(names.NOTIFY_LEASE_DURATION_SUPPORTED)
