"""Creating, showing, renewing and canceling Subscriptions (RFC 3995 5, 11)."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.groups import ALL, SUBSCRIPTION_DESCRIPTION, SUBSCRIPTION_TEMPLATE
from ippserver.iana.keywords import NotifyEvent
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, NameWithLanguage, OctetString, Uri
from ippserver.model.access import Preset, Principal, Role
from ippserver.model.subscription import NotificationTerms
from ippserver.testing.desk import URI, Desk, here, unsupported
from tests.operations.subscribed import PULL, id_of, subscribe, to
from tests.operations.subscriptions import ABOUT_ONE, COMPLETED, LONG_DATA, PUSH, created, held_job, shown

OPERATOR = here(principal=Principal(name="olga", role=Role.OPERATOR, authenticated=True))


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
