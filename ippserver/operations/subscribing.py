"""Groups of Subscription Template attributes and what is answered to each (RFC 3995 5.2, 11.1)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ippserver.engine.channel import Channel
from ippserver.engine.events import EventHub, Expected
from ippserver.iana import names
from ippserver.iana.enums import Status
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.job import JobDraft
from ippserver.model.subscription import SubscriptionDraft
from ippserver.model.subscription_template import Subscriber, Wish, resolve
from ippserver.operations.declare import Call, Reply
from ippserver.operations.owner import owner_of


def wishes(call: Call, *, about_job: bool) -> list[Wish]:
    """What becomes of each group of the request.

    Raises:
        BadRequest: One does not say how its events are to be delivered: all is refused (5.2 rule 4).
    """
    subscriber = Subscriber(
        printer=call.printer.path,
        printer_uri=names.PRINTER_URI.get(call.operation) or call.at.printer_uri,
        user=owner_of(call),
        language=call.at.language,
        languages=[language.tag for language in call.services.languages],
    )
    terms = call.services.events.terms
    return [resolve(group, subscriber, terms, about_job=about_job) for group in call.subscription_groups]


def drafts(wished: Iterable[Wish]) -> list[SubscriptionDraft]:
    """The Subscriptions that are to be created."""
    return [wish.draft for wish in wished if wish.draft is not None]


def answered(reply: Reply, wished: Sequence[Wish], channels: Iterable[Channel | None]) -> Reply:
    """`reply` with a group for each wish; `channels` are those of the drafts, None without room."""
    made = iter(channels)
    outcomes = [(wish, next(made) if wish.draft is not None else None) for wish in wished]
    groups = [_group(wish, channel, has_room=channel is not None) for wish, channel in outcomes]
    return _with(reply, groups, failures=sum(channel is None for _, channel in outcomes))


def foreseen(call: Call, reply: Reply) -> Reply:
    """`reply` with what would become of the Subscriptions about the Job, were it created (11.2.2)."""
    wished = wishes(call, about_job=True)
    fits = iter(call.services.events.subscriptions.room(drafts(wished)))
    outcomes = [(wish, wish.draft is not None and next(fits)) for wish in wished]
    groups = [_group(wish, None, has_room=has_room) for wish, has_room in outcomes]
    return _with(reply, groups, failures=sum(not has_room for _, has_room in outcomes))


@dataclass(frozen=True, slots=True)
class Subscribing:
    """The Subscriptions about a Job that a request creates with it."""

    events: EventHub
    wished: Sequence[Wish]
    expected: Expected

    async def answered(self, reply: Reply) -> Reply:
        """`reply` to the creation of the Job with a group for each Subscription, which is stored now."""
        if not self.wished:
            return reply
        return answered(reply, self.wished, await self.events.keep(self.expected))


@contextmanager
def expecting(call: Call, draft: JobDraft) -> Iterator[Subscribing]:
    """Around the creation of the Job: its Subscriptions are there from its first moment on."""
    wished = wishes(call, about_job=True)
    with call.services.events.expecting(draft.uuid, drafts(wished)) as expected:
        yield Subscribing(call.services.events, wished, expected)


def _with(reply: Reply, groups: Iterable[AttributeGroup], *, failures: int) -> Reply:
    """This status hides the others that are successful (RFC 3995 12.1)."""
    status = Status.SUCCESSFUL_OK_IGNORED_SUBSCRIPTIONS if failures else reply.status
    return replace(reply, groups=(*reply.groups, *groups), status=status)


def _group(wish: Wish, channel: Channel | None, *, has_room: bool) -> AttributeGroup:
    return AttributeGroup(GroupTag.SUBSCRIPTION, _attributes(wish, channel, has_room=has_room))


def _attributes(wish: Wish, channel: Channel | None, *, has_room: bool) -> Iterator[Attribute]:
    if channel is not None:
        yield names.NOTIFY_SUBSCRIPTION_ID.of(channel.subscription.id)
        if channel.subscription.lease_seconds is not None:
            yield names.NOTIFY_LEASE_DURATION.of(channel.subscription.lease_seconds)
    yield from wish.unsupported
    is_crowded_out = wish.draft is not None and not has_room
    status = Status.CLIENT_ERROR_TOO_MANY_SUBSCRIPTIONS if is_crowded_out else wish.status
    if status is not Status.SUCCESSFUL_OK:
        yield names.NOTIFY_STATUS_CODE.of(status)
