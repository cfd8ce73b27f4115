"""Stores of Subscriptions: one suite for every backend."""

from dataclasses import replace

from ippserver.iana import names
from ippserver.iana.keywords import NotifyEvent
from ippserver.ipp.values import Keyword, Name, NameWithLanguage, OctetString
from ippserver.model.subscription import Subscription
from ippserver.testing.fakes import job_draft
from tests.contract.jobs import Store

# ---- subscriptions

PLAIN = Subscription(
    id=1,
    printer="/ipp/print",
    printer_uri="ipp://printer.local/ipp/print",
    user=Name("alice"),
    events=(NotifyEvent.JOB_COMPLETED,),
    charset="utf-8",
    natural_language="en",
    lease_seconds=60,
)


RICH = Subscription(
    id=2**31 - 2,
    printer="/ipp/print/ä",
    printer_uri="ipps://printer.local:443/ipp/print/%C3%A4?x=y",
    user=NameWithLanguage("fr", "Zoë"),
    events=(NotifyEvent.PRINTER_STOPPED, NotifyEvent.JOB_PROGRESS),
    charset="utf-8",
    natural_language="en",
    attributes=(Keyword(names.JOB_NAME.name), Keyword(names.PRINTER_NAME.name)),
    user_data=OctetString(bytes(range(63))),
    time_interval=0,
    lease_seconds=0,
    promised=2**31 - 1,
)


async def test_subscriptions_are_read_as_they_were_stored(store: Store) -> None:
    await store.add_subscriptions([RICH, PLAIN])
    assert await store.subscriptions() == [PLAIN, RICH]


async def test_no_id_of_a_subscription_is_used_twice(store: Store) -> None:
    assert await store.last_subscription_id() == 0
    await store.add_subscriptions([replace(PLAIN, id=7), replace(PLAIN, id=5)])
    assert await store.last_subscription_id() == 7
    await store.delete_subscriptions([7, 5, 99])
    assert await store.subscriptions() == []
    assert await store.last_subscription_id() == 7


async def test_a_changed_subscription_takes_the_place_of_the_old_one(store: Store) -> None:
    await store.add_subscriptions([PLAIN, replace(PLAIN, id=2)])
    changed = replace(PLAIN, id=2, lease_seconds=99, promised=3)
    await store.change_subscriptions([changed, replace(PLAIN, id=3)])
    assert await store.subscriptions() == [PLAIN, changed]


async def test_subscriptions_about_a_job_go_with_it(store: Store) -> None:
    kept, gone = [await store.create(job_draft()) for _ in range(2)]
    about = [replace(PLAIN, id=number, job_id=number, lease_seconds=None) for number in (kept.id, gone.id)]
    printers = replace(PLAIN, id=9)
    await store.add_subscriptions([*about, printers])
    await store.delete([gone.id])
    assert await store.subscriptions() == [about[0], printers]


async def test_a_subscription_about_a_job_that_is_gone_is_not_stored(store: Store) -> None:
    job = await store.create(job_draft())
    await store.delete([job.id])
    await store.add_subscriptions([replace(PLAIN, id=1, job_id=job.id), replace(PLAIN, id=2)])
    assert await store.subscriptions() == [replace(PLAIN, id=2)]
    await store.change_subscriptions([replace(PLAIN, id=1, job_id=job.id)])
    assert await store.subscriptions() == [replace(PLAIN, id=2)]
