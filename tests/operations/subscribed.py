"""Subscribing and fetching events at a Desk, for tests."""

from collections.abc import Iterable

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.iana.keywords import NotifyPullMethod
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import Keyword
from ippserver.testing.desk import Answer, Desk

PULL = names.NOTIFY_PULL_METHOD.of(NotifyPullMethod.IPPGET)


def to(*events: Keyword, **more: Attribute) -> list[Attribute]:
    """A group that asks for `events`, and `more` attributes of whatever name."""
    return [PULL, names.NOTIFY_EVENTS.of(*events), *more.values()]


async def subscribe(desk: Desk, *events: Keyword, user: str = "alice", **more: Attribute) -> int:
    """The id of a new Subscription about the Printer."""
    answer = await desk.ask(
        Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscriptions=[to(*events, **more)], user=user
    )
    return id_of(answer.subscription)


def id_of(group: AttributeGroup) -> int:
    """The notify-subscription-id in a group."""
    found = names.NOTIFY_SUBSCRIPTION_ID.get(group)
    assert found is not None, "no subscription was created"
    return found


async def fetch(
    desk: Desk, *ids: int, first: Iterable[int] = (), wait: bool | None = None, user: str = "alice"
) -> Answer:
    """The answer to Get-Notifications."""
    numbers = list(first)
    more = [
        *([names.NOTIFY_SEQUENCE_NUMBERS.of(*numbers)] if numbers else []),
        *([] if wait is None else [names.NOTIFY_WAIT.of(wait)]),
    ]
    return await desk.ask(
        Operation.GET_NOTIFICATIONS, names.NOTIFY_SUBSCRIPTION_IDS.of(*ids), *more, user=user
    )


async def told(desk: Desk, *ids: int) -> list[Keyword | None]:
    """notify-subscribed-event of every event that can be fetched."""
    return [names.NOTIFY_SUBSCRIBED_EVENT.get(event) for event in (await fetch(desk, *ids)).events]
