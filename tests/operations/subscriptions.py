"""What the tests of subscriptions begin with."""

from collections.abc import Sequence

from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.iana.keywords import JobHoldUntil, NotifyEvent
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, OctetString, Uri
from ippserver.testing.desk import PDF, Answer, Desk

COMPLETED = NotifyEvent.JOB_COMPLETED
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


LONG_DATA = names.NOTIFY_USER_DATA.of(OctetString(b"x" * 64))
ABOUT_ONE = (
    Operation.GET_SUBSCRIPTION_ATTRIBUTES,
    Operation.RENEW_SUBSCRIPTION,
    Operation.CANCEL_SUBSCRIPTION,
)
