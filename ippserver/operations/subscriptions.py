"""Creating, showing, renewing and canceling Subscriptions (RFC 3995 11)."""

from dataclasses import replace
from typing import Final

from ippserver.engine.channel import Channel
from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.groups import ALL
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, OutOfBand
from ippserver.model.access import Access, allowed, owns
from ippserver.model.errors import BadRequest, NotPossible
from ippserver.model.notifications import (
    SUBSCRIPTION_GROUPS,
    SUBSCRIPTION_NAMES,
    SubscriptionScene,
    subscription_attributes,
)
from ippserver.model.selection import Selection
from ippserver.model.subscription_template import granted_lease
from ippserver.operations.declare import Call, Reply, Target, operation
from ippserver.operations.subscribing import answered, drafts, wishes

_BRIEF: Final = (Keyword(names.NOTIFY_SUBSCRIPTION_ID.name),)
"""What Get-Subscriptions shows unasked (RFC 3995 11.2.5.1.3)."""


@operation(
    Operation.CREATE_PRINTER_SUBSCRIPTIONS,
    target=Target.PRINTER,
    access=Access.OPERATE,
    subscription_groups=True,
    spec="RFC 3995 11.1.2",
)
async def create_printer_subscriptions(call: Call) -> Reply:
    """Creates a Subscription to events of the Printer and of all its Jobs for each group."""
    return await _create(call, None)


@operation(
    Operation.CREATE_JOB_SUBSCRIPTIONS,
    target=Target.WATCHED_JOB,
    access=Access.OWN,
    requires=(names.NOTIFY_JOB_ID,),
    subscription_groups=True,
    spec="RFC 3995 11.1.1",
)
async def create_job_subscriptions(call: Call) -> Reply:
    """Creates a Subscription to events of one Job and of its Printer for each group."""
    if call.job.terminal:
        raise NotPossible("The job is completed: nothing happens to it any more.")
    return await _create(call, call.job.id)


async def _create(call: Call, job_id: int | None) -> Reply:
    if not call.subscription_groups:
        raise BadRequest("There is no group of subscription attributes.")
    wished = wishes(call, about_job=job_id is not None)
    channels = await call.services.events.subscribe(drafts(wished), job_id)
    reply = answered(Reply(), wished, channels)
    if any(channel is not None for channel in channels):
        return reply
    return replace(reply, status=Status.CLIENT_ERROR_IGNORED_ALL_SUBSCRIPTIONS)


@operation(
    Operation.GET_SUBSCRIPTION_ATTRIBUTES,
    target=Target.SUBSCRIPTION,
    access=Access.OWN,
    accepts=(names.REQUESTED_ATTRIBUTES,),
    requires=(names.NOTIFY_SUBSCRIPTION_ID,),
    spec="RFC 3995 11.2.4",
)
async def get_subscription_attributes(call: Call) -> Reply:
    """Shows one Subscription."""
    return await _shown(call, call.subscriptions, (ALL,))


@operation(
    Operation.GET_SUBSCRIPTIONS,
    target=Target.WATCHED_JOB,
    access=Access.OWN,
    accepts=(names.NOTIFY_JOB_ID, names.LIMIT, names.REQUESTED_ATTRIBUTES, names.MY_SUBSCRIPTIONS),
    spec="RFC 3995 11.2.5",
)
async def get_subscriptions(call: Call) -> Reply:
    """Lists the Subscriptions about a Job, or those about the whole Printer, by id."""
    there = call.services.events.subscriptions
    job = call.target_job
    found = there.of_printer(call.printer.path) if job is None else there.of_job(job.id)
    # The owner of a Job does not own what an Operator subscribed to.
    seen = [
        each for each in found if allowed(call.services.preset, Access.OWN, call.principal, each.subscription)
    ]
    if names.MY_SUBSCRIPTIONS.get(call.operation):
        seen = [each for each in seen if owns(call.principal, each.subscription)]
    return await _shown(call, tuple(seen[: names.LIMIT.get(call.operation)]), _BRIEF)


async def _shown(call: Call, channels: tuple[Channel, ...], unasked: tuple[Keyword, ...]) -> Reply:
    requested = names.REQUESTED_ATTRIBUTES.all(call.operation) or unasked
    wanted = Selection(requested, SUBSCRIPTION_GROUPS)
    if names.NOTIFY_SEQUENCE_NUMBER.name in wanted:
        await call.services.events.subscriptions.promise(channels)
    unknown = wanted.unknown(SUBSCRIPTION_NAMES, SUBSCRIPTION_GROUPS)
    return Reply(
        tuple(subscription_attributes(_scene(call, channel), wanted) for channel in channels),
        (names.REQUESTED_ATTRIBUTES.of(*unknown),) if unknown else (),
    )


def _scene(call: Call, channel: Channel) -> SubscriptionScene:
    return SubscriptionScene(
        subscription=channel.subscription,
        number=channel.number,
        up_time=call.services.up_time,
        seconds_left=max(0, round(channel.seconds_left or 0)),
    )


@operation(
    Operation.RENEW_SUBSCRIPTION,
    target=Target.SUBSCRIPTION,
    access=Access.OWN,
    requires=(names.NOTIFY_SUBSCRIPTION_ID,),
    subscription_groups=True,
    spec="RFC 3995 11.2.6",
)
async def renew_subscription(call: Call) -> Reply:
    """Has the lease of a Subscription about a Printer begin anew."""
    (channel,) = call.subscriptions
    if channel.subscription.job_id is not None:
        raise NotPossible("The subscription lasts as long as its job; it has no lease.")
    if len(call.subscription_groups) > 1:
        raise BadRequest("There is more than one group of subscription attributes.")
    wanted = next(iter(call.subscription_groups), AttributeGroup(GroupTag.SUBSCRIPTION))
    granted, is_as_asked = granted_lease(wanted, call.services.events.terms)
    await call.services.events.renew(channel, granted)
    unsupported = tuple(
        Attribute(attribute.name, (OutOfBand.UNSUPPORTED,))
        for attribute in wanted
        if attribute.name != names.NOTIFY_LEASE_DURATION.name
    )
    ignored = Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    group = AttributeGroup(GroupTag.SUBSCRIPTION, [names.NOTIFY_LEASE_DURATION.of(granted)])
    return Reply((group,), unsupported, Status.SUCCESSFUL_OK if is_as_asked else ignored)


@operation(
    Operation.CANCEL_SUBSCRIPTION,
    target=Target.SUBSCRIPTION,
    access=Access.OWN,
    requires=(names.NOTIFY_SUBSCRIPTION_ID,),
    spec="RFC 3995 11.2.7",
)
async def cancel_subscription(call: Call) -> Reply:
    """Ends a Subscription, with the events that it has not fetched."""
    (channel,) = call.subscriptions
    await call.services.events.subscriptions.cancel(channel)
    return Reply()
