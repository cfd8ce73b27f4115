"""Get-Notifications: the events of Subscriptions, fetched by whoever subscribed (RFC 3996 5)."""

from itertools import chain, repeat

from ippserver.engine.channel import Channel
from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.ipp.attributes import AttributeGroup
from ippserver.model.access import Access
from ippserver.model.notifications import Notification, NotificationScene, event_attributes
from ippserver.operations.declare import Call, Reply, Target, operation


@operation(
    Operation.GET_NOTIFICATIONS,
    target=Target.SUBSCRIPTION,
    access=Access.OWN,
    accepts=(names.NOTIFY_SEQUENCE_NUMBERS, names.NOTIFY_WAIT),
    requires=(names.NOTIFY_SUBSCRIPTION_IDS,),
    spec="RFC 3996 5",
)
async def get_notifications(call: Call) -> Reply:
    """Answers with the events that there are; with notify-wait, as soon as there is one.

    Event Wait Mode is declined (5.2 option 3): the answer is one, and says when to ask again.
    """
    hub = call.services.events
    lowest = chain(names.NOTIFY_SEQUENCE_NUMBERS.all(call.operation), repeat(1))
    wanted = dict(zip(call.subscriptions, lowest, strict=False))
    if names.NOTIFY_WAIT.get(call.operation):
        await hub.news(wanted, call.origin.gone)
    await hub.subscriptions.promise(wanted)
    held = [(channel, channel.held(first, hub.up_time)) for channel, first in wanted.items()]
    complete = [channel for channel in wanted if hub.subscriptions.is_complete(channel)]
    is_complete = len(complete) == len(wanted)
    told = {channel in complete for channel, events in held if events}
    return Reply(
        tuple(
            _group(channel, notification, complete if len(told) > 1 else None)
            for channel, events in held
            for notification in events
        ),
        status=Status.SUCCESSFUL_OK_EVENTS_COMPLETE if is_complete else Status.SUCCESSFUL_OK,
        operation=(
            names.PRINTER_UP_TIME.of(hub.up_time),
            *(() if is_complete else (names.NOTIFY_GET_INTERVAL.of(hub.terms.event_life_seconds),)),
        ),
        language=call.subscriptions[0].subscription.natural_language,  # of one of them (RFC 3996 5.2)
    )


def _group(channel: Channel, notification: Notification, complete: list[Channel] | None) -> AttributeGroup:
    """One event; where the Subscriptions of an answer differ, with the status of its own (5.2)."""
    scene = NotificationScene(notification, channel.subscription)
    if complete is None:
        return event_attributes(scene)
    is_complete = channel in complete
    status = Status.SUCCESSFUL_OK_EVENTS_COMPLETE if is_complete else Status.SUCCESSFUL_OK
    return event_attributes(scene, names.NOTIFY_STATUS_CODE.of(status))
