"""The EventHub beside requests: leases that run out, stores that fail, Printers that are no more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from ippserver.engine.channel import Channel
from ippserver.engine.events import EventHub
from ippserver.iana import names
from ippserver.iana.keywords import NotifyEvent
from ippserver.interfaces import StoreError, StoreUnavailable
from ippserver.ipp.values import MAX_INTEGER, Name
from ippserver.model.printer import PrinterConfig
from ippserver.model.subscription import NotificationTerms, Subscription, SubscriptionDraft
from tests.engine.faults import FaultyStore
from tests.engine.house import CONFIG, PATH, House

DRAFT = SubscriptionDraft(
    printer=PATH,
    printer_uri="ipp://printer.local/ipp/print",
    user=Name("alice"),
    events=(NotifyEvent.JOB_STATE_CHANGED, NotifyEvent.PRINTER_STATE_CHANGED),
    charset="utf-8",
    natural_language="en",
    lease_seconds=100,
)
OF_JOB = replace(DRAFT, lease_seconds=None)


async def made(house: House, *drafts: SubscriptionDraft) -> list[Channel]:
    """Subscriptions about the Printer."""
    channels = await house.events.subscribe(drafts)
    assert None not in channels
    return [channel for channel in channels if channel is not None]


def told(channel: Channel) -> list[str]:
    """What can be fetched of it."""
    return [notification.event.kinds[0] for notification in channel.held(1, 1)]


async def ids(house: House) -> list[int]:
    """What the store has."""
    return [subscription.id for subscription in await house.store.subscriptions()]


@asynccontextmanager
async def running(hub: EventHub) -> AsyncIterator[None]:
    """Runs the hub inside."""
    task = asyncio.ensure_future(hub.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until_gone(house: House, subscription_id: int) -> None:
    """Sees to it that the store has it no more."""
    await house.settle()
    assert subscription_id not in await ids(house)


async def test_a_lease_that_runs_out_ends_the_subscription_in_the_store_too(house: House) -> None:
    await made(house, DRAFT, replace(DRAFT, lease_seconds=50), replace(DRAFT, lease_seconds=0))
    async with running(house.events):
        await house.clock.until_sleeping()
        house.clock.advance(50)
        await until_gone(house, 2)
        assert await ids(house) == [1, 3]
        await house.clock.until_sleeping()
        house.clock.advance(50)
        await until_gone(house, 1)
    assert await ids(house) == [3]


async def test_a_shorter_lease_is_not_overslept(house: House) -> None:
    (first,) = await made(house, DRAFT)
    async with running(house.events):
        await house.clock.until_sleeping()
        await made(house, replace(DRAFT, lease_seconds=5))
        await house.events.renew(first, 3)
        for _ in range(5):
            await asyncio.sleep(0)
        house.clock.advance(3)
        await until_gone(house, 1)
        await house.clock.until_sleeping()
        house.clock.advance(2)
        await until_gone(house, 2)
    assert len(house.events.subscriptions) == 0


async def test_what_the_store_cannot_forget_now_it_forgets_later() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    await made(house, replace(DRAFT, lease_seconds=10))
    store.faults.fails("delete-subscriptions", StoreUnavailable("busy"))
    async with running(house.events):
        await house.clock.until_sleeping()
        house.clock.advance(10)
        await house.clock.until_sleeping()
        assert house.events.subscriptions.find(1) is None
        assert await ids(house) == [1]
        house.clock.advance(5)
        await until_gone(house, 1)
    assert store.faults.calls.count("delete-subscriptions") == 2


async def test_a_subscription_that_cannot_be_stored_is_none() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    store.faults.fails("add-subscriptions", StoreError("full"))
    with pytest.raises(StoreError):
        await house.events.subscribe([DRAFT])
    assert len(house.events.subscriptions) == 0
    await made(house, DRAFT)
    assert len(house.events.subscriptions) == 1


async def test_a_job_is_accepted_though_its_subscription_cannot_be_stored() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    store.faults.fails("add-subscriptions", StoreError("full"))
    with house.events.expecting("7", [OF_JOB]) as expected:
        job = await house.create(uuid="7")
    assert await house.events.keep(expected) == [None]
    assert house.events.subscriptions.of_job(job.id) == []


async def test_no_number_is_shown_that_the_store_does_not_know_of() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    (channel,) = await made(house, DRAFT)
    await house.printer.pause()
    store.faults.fails("change-subscriptions", StoreError("full"))
    with pytest.raises(StoreError):
        await house.events.subscriptions.promise([channel])
    await house.events.subscriptions.promise([channel])
    (stored,) = await store.subscriptions()
    assert stored.promised >= channel.number == 1


async def test_what_cannot_be_canceled_goes_on() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    (channel,) = await made(house, DRAFT)
    store.faults.fails("delete-subscriptions", StoreError("full"))
    with pytest.raises(StoreError):
        await house.events.subscriptions.cancel(channel)
    await house.printer.pause()
    assert told(channel) == [NotifyEvent.PRINTER_STOPPED]


async def test_a_stop_that_cannot_be_noted_is_no_failure() -> None:
    store = FaultyStore()
    house = await House(store=store).open()
    (channel,) = await made(house, DRAFT)
    house.events.stop()
    store.faults.fails("change-subscriptions", StoreError("full"))
    await house.events.close()
    (stored,) = await store.subscriptions()
    assert (stored.promised, channel.number) == (0, 1)


async def test_an_orderly_stop_leaves_no_gap_in_the_numbers(house: House) -> None:
    (channel,) = await made(house, DRAFT)
    await house.printer.pause()
    await house.events.subscriptions.promise([channel])
    await house.events.close()
    (stored,) = await house.store.subscriptions()
    assert stored.promised == 1


async def test_subscriptions_to_a_printer_end_with_it_and_those_to_jobs_with_them() -> None:
    configs = [CONFIG, PrinterConfig(path="/other", name="other")]
    house = await House(configs=configs).open()
    await made(house, DRAFT, replace(DRAFT, printer="/other"))
    with house.events.expecting("7", [replace(OF_JOB, printer="/other")]) as expected:
        await house.create(uuid="7", printer="/other")
    await house.events.keep(expected)
    again = await house.moved()
    await again.events.subscriptions.tidy()
    assert await ids(again) == [1, 3]


async def test_a_job_that_fails_to_come_about_leaves_nothing_expected(house: House) -> None:
    with pytest.raises(RuntimeError), house.events.expecting("7", [OF_JOB]):
        raise RuntimeError
    job = await house.create(uuid="7")
    assert house.events.subscriptions.of_job(job.id) == []


async def test_what_a_restart_does_to_a_job_is_told(house: House) -> None:
    with house.events.expecting("7", [OF_JOB]) as expected:
        job = await house.print(uuid="7")
    await house.events.keep(expected)
    await house.spool.delete([job.documents[0].key])
    again = await house.moved()
    (channel,) = again.events.subscriptions.of_job(job.id)
    assert told(channel) == [NotifyEvent.JOB_COMPLETED]


def test_numbers_begin_again_at_the_end_of_the_integers(house: House) -> None:
    subscription = Subscription.of(DRAFT, 1, None)
    last = Channel(replace(subscription, promised=MAX_INTEGER), NotificationTerms(), house.clock)
    assert last.promised().promised == MAX_INTEGER
    assert names.NOTIFY_SEQUENCE_NUMBER.problem([last.number]) is None
