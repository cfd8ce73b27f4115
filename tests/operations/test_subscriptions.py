"""Creating, showing, renewing and canceling Subscriptions (RFC 3995 5, 11)."""

from collections.abc import Sequence

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.groups import ALL, SUBSCRIPTION_DESCRIPTION, SUBSCRIPTION_TEMPLATE
from ippserver.iana.keywords import JobHoldUntil, NotifyEvent
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, NameWithLanguage, OctetString, OutOfBand, Uri
from ippserver.model.access import Preset, Principal, Role
from ippserver.model.subscription import NotificationTerms
from ippserver.testing.desk import PDF, URI, Answer, Desk, here, unsupported
from tests.operations.subscribed import PULL, fetch, id_of, subscribe, to

COMPLETED = NotifyEvent.JOB_COMPLETED
OPERATOR = here(principal=Principal(name="olga", role=Role.OPERATOR, authenticated=True))
HELD = [names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)]
PUSH = names.NOTIFY_RECIPIENT_URI.of(Uri("mailto:alice@example.com"))


async def created(desk: Desk, *groups: Sequence[Attribute]) -> Answer:
    """The answer to Create-Printer-Subscriptions."""
    return await desk.ask(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscriptions=groups)


async def shown(desk: Desk, subscription_id: int, *requested: Keyword) -> Answer:
    """The answer to Get-Subscription-Attributes."""
    more = [names.REQUESTED_ATTRIBUTES.of(*requested)] if requested else []
    return await desk.ask(
        Operation.GET_SUBSCRIPTION_ATTRIBUTES, names.NOTIFY_SUBSCRIPTION_ID.of(subscription_id), *more
    )


async def held_job(desk: Desk, user: str = "alice") -> int:
    """The job-id of a new Job that waits."""
    return (await desk.ask(Operation.PRINT_JOB, job=HELD, document=PDF, user=user)).job_id


# ---- Create-Printer-Subscriptions


@pytest.mark.effect(Operation.CREATE_PRINTER_SUBSCRIPTIONS, Operation.GET_SUBSCRIPTION_ATTRIBUTES)
async def test_a_subscription_has_what_was_asked_for_and_the_defaults(desk: Desk) -> None:
    data = names.NOTIFY_USER_DATA.of(OctetString(b"\0me"))
    answer = await created(desk, [PULL, data])
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.subscription.attributes == (
        names.NOTIFY_SUBSCRIPTION_ID.of(1),
        names.NOTIFY_LEASE_DURATION.of(86_400),
    )
    desk.clock.advance(10)
    assert (await shown(desk, 1)).subscription.attributes == (
        names.NOTIFY_SUBSCRIPTION_ID.of(1),
        names.NOTIFY_SEQUENCE_NUMBER.of(0),
        PULL,
        names.NOTIFY_EVENTS.of(COMPLETED),
        data,
        names.NOTIFY_CHARSET.of("utf-8"),
        names.NOTIFY_NATURAL_LANGUAGE.of("en"),
        names.NOTIFY_LEASE_DURATION.of(86_400),
        names.NOTIFY_LEASE_EXPIRATION_TIME.of(86_401),
        names.NOTIFY_PRINTER_UP_TIME.of(11),
        names.NOTIFY_PRINTER_URI.of(URI),
        names.NOTIFY_SUBSCRIBER_USER_NAME.of("alice"),
    )


async def test_the_subscriber_keeps_the_language_of_the_name(desk: Desk) -> None:
    await desk.ask(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscriptions=[[PULL]], user="Zoë", language="fr")
    group = (await shown(desk, 1)).subscription
    assert names.NOTIFY_SUBSCRIBER_USER_NAME.get(group) == NameWithLanguage("fr", "Zoë")


async def test_every_group_is_answered_in_order_created_or_not(desk: Desk) -> None:
    answer = await created(desk, [PULL], [PUSH], to(COMPLETED))
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_SUBSCRIPTIONS
    ids = [names.NOTIFY_SUBSCRIPTION_ID.get(group) for group in answer.subscriptions]
    assert ids == [1, None, 2]


NOT_CREATED = {
    "push": (
        [PUSH],
        Status.CLIENT_ERROR_URI_SCHEME_NOT_SUPPORTED,
        [unsupported(names.NOTIFY_RECIPIENT_URI.name)],
    ),
    "push-and-pull": (
        [PUSH, PULL],
        Status.CLIENT_ERROR_URI_SCHEME_NOT_SUPPORTED,
        [unsupported(names.NOTIFY_RECIPIENT_URI.name)],
    ),
    "other-method": (
        [names.NOTIFY_PULL_METHOD.of(Keyword("carrier-pigeon"))],
        Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
        [names.NOTIFY_PULL_METHOD.of(Keyword("carrier-pigeon"))],
    ),
    "method-of-another-syntax": (
        [Attribute(names.NOTIFY_PULL_METHOD.name, [Uri("ippget")])],
        Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
        [Attribute(names.NOTIFY_PULL_METHOD.name, [Uri("ippget")])],
    ),
    "no-events": (
        to(NotifyEvent.NONE),
        Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
        [names.NOTIFY_EVENTS.of(NotifyEvent.NONE)],
    ),
}


@pytest.mark.parametrize(("group", "status", "refused"), NOT_CREATED.values(), ids=NOT_CREATED)
async def test_what_cannot_be_delivered_is_not_created(
    desk: Desk, group: list[Attribute], status: Status, refused: list[Attribute]
) -> None:
    answer = await created(desk, group)
    assert answer.status is Status.CLIENT_ERROR_IGNORED_ALL_SUBSCRIPTIONS
    assert answer.subscription.attributes == (*refused, names.NOTIFY_STATUS_CODE.of(status))
    assert len(desk.events.subscriptions) == 0


LONG_DATA = names.NOTIFY_USER_DATA.of(OctetString(b"x" * 64))
REDUCED: dict[str, tuple[Attribute, Attribute, Attribute | None]] = {
    "data-too-long": (LONG_DATA, LONG_DATA, None),
    "other-charset": (
        names.NOTIFY_CHARSET.of("us-ascii"),
        names.NOTIFY_CHARSET.of("us-ascii"),
        names.NOTIFY_CHARSET.of("utf-8"),
    ),
    "other-language": (
        names.NOTIFY_NATURAL_LANGUAGE.of("de"),
        names.NOTIFY_NATURAL_LANGUAGE.of("de"),
        names.NOTIFY_NATURAL_LANGUAGE.of("en"),
    ),
    "none-among-others": (
        names.NOTIFY_EVENTS.of(NotifyEvent.NONE, COMPLETED),
        names.NOTIFY_EVENTS.of(NotifyEvent.NONE),
        names.NOTIFY_EVENTS.of(COMPLETED),
    ),
    "unknown-events-alone": (
        names.NOTIFY_EVENTS.of(NotifyEvent.DOCUMENT_CREATED),
        names.NOTIFY_EVENTS.of(NotifyEvent.DOCUMENT_CREATED),
        names.NOTIFY_EVENTS.of(COMPLETED),
    ),
    "shown-anyway": (
        names.NOTIFY_ATTRIBUTES.of(Keyword(names.JOB_ID.name), Keyword(names.JOB_NAME.name)),
        names.NOTIFY_ATTRIBUTES.of(Keyword(names.JOB_ID.name)),
        names.NOTIFY_ATTRIBUTES.of(Keyword(names.JOB_NAME.name)),
    ),
    "of-the-printer-to-say": (
        names.NOTIFY_SUBSCRIPTION_ID.of(77),
        unsupported(names.NOTIFY_SUBSCRIPTION_ID.name),
        names.NOTIFY_SUBSCRIPTION_ID.of(1),
    ),
    "unknown": (names.COPIES.of(2), unsupported(names.COPIES.name), None),
}


@pytest.mark.parametrize(("asked", "refused", "kept"), REDUCED.values(), ids=REDUCED)
async def test_what_is_not_supported_is_left_out_and_said_in_its_group(
    desk: Desk, asked: Attribute, refused: Attribute, kept: Attribute | None
) -> None:
    answer = await created(desk, [PULL, asked])
    assert answer.status is Status.SUCCESSFUL_OK
    ignored = Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.subscription.attributes[2:] == (refused, names.NOTIFY_STATUS_CODE.of(ignored))
    assert answer.unsupported == ()
    assert (await shown(desk, 1)).subscription.get(asked.name) == kept


async def test_events_beyond_the_most_are_unsupported(desk: Desk) -> None:
    many = [Keyword(f"event-{number}") for number in range(16)]
    answer = await created(desk, to(COMPLETED, *many[1:], NotifyEvent.JOB_CREATED))
    assert answer.status is Status.SUCCESSFUL_OK
    assert names.NOTIFY_EVENTS.all(answer.subscription) == (*many[1:], NotifyEvent.JOB_CREATED)
    status = names.NOTIFY_STATUS_CODE.get(answer.subscription)
    assert status == Status.SUCCESSFUL_OK_TOO_MANY_EVENTS
    assert names.NOTIFY_EVENTS.all((await shown(desk, 1)).subscription) == (COMPLETED,)


@pytest.mark.parametrize("infinite", [False, True])
async def test_what_is_advertised_is_granted(infinite: bool) -> None:
    terms = NotificationTerms(lease_seconds=60, max_lease_seconds=600, infinite_leases=infinite)
    desk = await Desk(terms=terms).open()
    requested = names.REQUESTED_ATTRIBUTES.of(SUBSCRIPTION_TEMPLATE)
    printer = (await desk.ask(Operation.GET_PRINTER_ATTRIBUTES, requested)).printer
    assert names.NOTIFY_LEASE_DURATION_DEFAULT.get(printer) == 60
    assert names.NOTIFY_LEASE_DURATION_SUPPORTED.all(printer) == ((0,) if infinite else ()) + ((1, 600),)
    assert names.NOTIFY_SCHEMES_SUPPORTED.get(printer) is None
    assert names.CHARSET_SUPPORTED.get(printer) == "utf-8"
    assert names.PRINTER_NAME.get(printer) is None
    events = names.NOTIFY_EVENTS_SUPPORTED.all(printer)
    assert len(events) - 1 <= (names.NOTIFY_MAX_EVENTS_SUPPORTED.get(printer) or 0)
    wanted = [event for event in events if event != NotifyEvent.NONE]
    attributes = names.NOTIFY_ATTRIBUTES_SUPPORTED.all(printer)
    answer = await created(
        desk, [PULL, names.NOTIFY_EVENTS.of(*wanted), names.NOTIFY_ATTRIBUTES.of(*attributes)]
    )
    assert names.NOTIFY_STATUS_CODE.get(answer.subscription) is None


LEASES = {"within": (300, 300), "beyond": (601, 600), "least": (1, 1), "infinite": (0, 600)}


@pytest.mark.parametrize(("asked", "granted"), LEASES.values(), ids=LEASES)
async def test_a_lease_that_is_not_supported_becomes_the_nearest(asked: int, granted: int) -> None:
    desk = await Desk(terms=NotificationTerms(lease_seconds=60, max_lease_seconds=600)).open()
    group = (await created(desk, [PULL, names.NOTIFY_LEASE_DURATION.of(asked)])).subscription
    assert names.NOTIFY_LEASE_DURATION.get(group) == granted
    assert (names.NOTIFY_STATUS_CODE.get(group) is None) is (asked == granted)


async def test_a_lease_without_end_never_ends() -> None:
    desk = await Desk(terms=NotificationTerms(infinite_leases=True)).open()
    await created(desk, [PULL, names.NOTIFY_LEASE_DURATION.of(0)])
    desk.clock.advance(1e9)
    group = (await shown(desk, 1)).subscription
    assert names.NOTIFY_LEASE_DURATION.get(group) == 0
    assert names.NOTIFY_LEASE_EXPIRATION_TIME.get(group) == 0


async def test_an_expired_subscription_is_not_found(desk: Desk) -> None:
    await created(desk, [PULL, names.NOTIFY_LEASE_DURATION.of(10)])
    desk.clock.advance(9)
    assert (await shown(desk, 1)).status is Status.SUCCESSFUL_OK
    desk.clock.advance(1)
    assert (await shown(desk, 1)).status is Status.CLIENT_ERROR_NOT_FOUND
    listed = await desk.ask(Operation.GET_SUBSCRIPTIONS)
    assert listed.subscriptions == []


@pytest.mark.parametrize("groups", [[], [[]], [[names.NOTIFY_EVENTS.of(COMPLETED)]]], ids=repr)
async def test_a_request_that_does_not_say_how_to_deliver_is_refused(
    desk: Desk, groups: list[list[Attribute]]
) -> None:
    answer = await created(desk, *groups)
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST
    assert answer.subscriptions == []


async def test_one_group_that_does_not_say_how_to_deliver_refuses_all(desk: Desk) -> None:
    assert (await created(desk, [PULL], [])).status is Status.CLIENT_ERROR_BAD_REQUEST
    assert len(desk.events.subscriptions) == 0


async def test_a_job_is_an_unsupported_attribute_of_a_subscription_about_a_printer(desk: Desk) -> None:
    answer = await desk.ask(
        Operation.CREATE_PRINTER_SUBSCRIPTIONS, names.NOTIFY_JOB_ID.of(1), subscriptions=[[PULL]]
    )
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.unsupported == (unsupported(names.NOTIFY_JOB_ID.name),)
    assert names.NOTIFY_JOB_ID.get((await shown(desk, 1)).subscription) is None


async def test_nobody_has_more_than_their_share() -> None:
    desk = await Desk(terms=NotificationTerms(max_subscriptions=3, max_subscriptions_per_user=2)).open()
    answer = await created(desk, [PULL], [PULL], [PULL])
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_SUBSCRIPTIONS
    statuses = [names.NOTIFY_STATUS_CODE.get(group) for group in answer.subscriptions]
    assert statuses == [None, None, Status.CLIENT_ERROR_TOO_MANY_SUBSCRIPTIONS]
    await subscribe(desk, COMPLETED, user="bob")
    refused = await desk.ask(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscriptions=[[PULL]], user="carol")
    assert refused.status is Status.CLIENT_ERROR_IGNORED_ALL_SUBSCRIPTIONS
    await desk.ask(Operation.CANCEL_SUBSCRIPTION, names.NOTIFY_SUBSCRIPTION_ID.of(1))
    assert await subscribe(desk, COMPLETED, user="carol") == 4


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


# ---- Get-Subscription-Attributes, Get-Subscriptions


async def test_groups_of_attributes_can_be_asked_for(desk: Desk) -> None:
    await subscribe(desk, COMPLETED, interval=names.NOTIFY_TIME_INTERVAL.of(5))
    template, description, everything = [
        [attribute.name for attribute in (await shown(desk, 1, group)).subscription]
        for group in (SUBSCRIPTION_TEMPLATE, SUBSCRIPTION_DESCRIPTION, ALL)
    ]
    assert sorted(template + description) == sorted(everything)
    assert names.NOTIFY_TIME_INTERVAL.name in template
    assert names.NOTIFY_SEQUENCE_NUMBER.name in description


async def test_names_that_no_subscription_has_are_reported(desk: Desk) -> None:
    await subscribe(desk, COMPLETED)
    answer = await shown(desk, 1, Keyword(names.NOTIFY_EVENTS.name), Keyword(names.COPIES.name))
    assert answer.status is Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    assert answer.subscription.attributes == (names.NOTIFY_EVENTS.of(COMPLETED),)
    assert answer.unsupported == (names.REQUESTED_ATTRIBUTES.of(Keyword(names.COPIES.name)),)


@pytest.mark.effect(Operation.GET_SUBSCRIPTIONS)
async def test_subscriptions_are_listed_by_what_they_are_about(desk: Desk) -> None:
    first, second = await subscribe(desk, COMPLETED), await subscribe(desk, COMPLETED)
    answer = await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])
    listed = await desk.ask(Operation.GET_SUBSCRIPTIONS)
    assert [group.attributes for group in listed.subscriptions] == [
        (names.NOTIFY_SUBSCRIPTION_ID.of(number),) for number in (first, second)
    ]
    of_job = await desk.ask(Operation.GET_SUBSCRIPTIONS, names.NOTIFY_JOB_ID.of(answer.job_id))
    assert id_of(of_job.subscription) == 3
    other = (await desk.create(Operation.CREATE_JOB)).job_id
    none = await desk.ask(Operation.GET_SUBSCRIPTIONS, names.NOTIFY_JOB_ID.of(other))
    assert (none.status, none.subscriptions) == (Status.SUCCESSFUL_OK, [])


async def test_a_list_can_be_short_and_of_ones_own(desk: Desk) -> None:
    for user in ("alice", "bob", "alice"):
        await subscribe(desk, COMPLETED, user=user)
    for attributes, expected in (
        ([], [1, 2, 3]),
        ([names.MY_SUBSCRIPTIONS.of(False)], [1, 2, 3]),
        ([names.MY_SUBSCRIPTIONS.of(True)], [1, 3]),
        ([names.LIMIT.of(2)], [1, 2]),
        ([names.LIMIT.of(1), names.MY_SUBSCRIPTIONS.of(True)], [1]),
    ):
        answer = await desk.ask(Operation.GET_SUBSCRIPTIONS, *attributes)
        assert [id_of(group) for group in answer.subscriptions] == expected


async def test_a_list_shows_what_is_asked_for(desk: Desk) -> None:
    await subscribe(desk, COMPLETED)
    user = Keyword(names.NOTIFY_SUBSCRIBER_USER_NAME.name)
    answer = await desk.ask(Operation.GET_SUBSCRIPTIONS, names.REQUESTED_ATTRIBUTES.of(user))
    assert answer.subscription.attributes == (names.NOTIFY_SUBSCRIBER_USER_NAME.of("alice"),)


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


ABOUT_ONE = (
    Operation.GET_SUBSCRIPTION_ATTRIBUTES,
    Operation.RENEW_SUBSCRIPTION,
    Operation.CANCEL_SUBSCRIPTION,
)


@pytest.mark.parametrize("operation", ABOUT_ONE)
async def test_the_subscription_must_be_named_and_be_there(desk: Desk, operation: Operation) -> None:
    for attributes, status in (
        ([], Status.CLIENT_ERROR_BAD_REQUEST),
        ([Attribute(names.NOTIFY_SUBSCRIPTION_ID.name, [1, 2])], Status.CLIENT_ERROR_BAD_REQUEST),
        ([Attribute(names.NOTIFY_SUBSCRIPTION_ID.name, [Keyword("1")])], Status.CLIENT_ERROR_BAD_REQUEST),
        ([names.NOTIFY_SUBSCRIPTION_ID.of(1)], Status.CLIENT_ERROR_NOT_FOUND),
    ):
        assert (await desk.ask(operation, *attributes)).status is status


# ---- who may


async def test_at_home_only_operators_subscribe_to_printers() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    for operation in (Operation.CREATE_PRINTER_SUBSCRIPTIONS, Operation.GET_SUBSCRIPTIONS):
        groups = [[PULL]] if operation is Operation.CREATE_PRINTER_SUBSCRIPTIONS else []
        refused = await desk.ask(operation, subscriptions=groups)
        assert refused.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
        allowed = await desk.ask(operation, subscriptions=groups, origin=OPERATOR)
        assert allowed.status is Status.SUCCESSFUL_OK


@pytest.mark.parametrize("operation", [*ABOUT_ONE, Operation.GET_NOTIFICATIONS])
async def test_at_home_a_subscription_is_its_owners(operation: Operation) -> None:
    desk = await Desk(preset=Preset.HOME).open()
    await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])
    target = names.NOTIFY_SUBSCRIPTION_ID.of(1)
    if operation is Operation.GET_NOTIFICATIONS:
        target = names.NOTIFY_SUBSCRIPTION_IDS.of(1)
    statuses = [
        (await desk.ask(operation, target, user=user, origin=origin)).status
        for user, origin in (("bob", None), ("alice", None))
    ]
    assert statuses[0] is Status.CLIENT_ERROR_NOT_AUTHORIZED
    assert statuses[1] is not Status.CLIENT_ERROR_NOT_AUTHORIZED
    again = await desk.ask(operation, target, origin=OPERATOR)
    assert again.status is not Status.CLIENT_ERROR_NOT_AUTHORIZED


async def test_at_home_only_owners_and_operators_subscribe_to_a_job() -> None:
    desk = await Desk(preset=Preset.HOME).open()
    about = names.NOTIFY_JOB_ID.of(await held_job(desk))
    subscribing = Operation.CREATE_JOB_SUBSCRIPTIONS
    refused = await desk.ask(subscribing, about, subscriptions=[[PULL]], user="bob")
    assert refused.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
    await desk.ask(subscribing, about, subscriptions=[[PULL]], origin=OPERATOR)
    await desk.ask(subscribing, about, subscriptions=[[PULL]])
    mine = await desk.ask(Operation.GET_SUBSCRIPTIONS, about)
    assert [id_of(group) for group in mine.subscriptions] == [2]
    everybodys = await desk.ask(Operation.GET_SUBSCRIPTIONS, about, origin=OPERATOR)
    assert [id_of(group) for group in everybodys.subscriptions] == [1, 2]
    other = await desk.ask(Operation.GET_SUBSCRIPTIONS, about, user="bob")
    assert other.status is Status.CLIENT_ERROR_NOT_AUTHORIZED
