"""Which events are told, and that they are told after a restart."""

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import NotifyEvent
from ippserver.model.printer import UNDELIVERED
from ippserver.testing.desk import PDF, Desk, Tray
from tests.operations.subscribed import fetch, subscribe, to, told
from tests.operations.test_notifications import ALL_JOBS, COMPLETED, canceled


async def test_holding_a_job_changes_its_state_and_its_attributes(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
    await subscribe(desk, *ALL_JOBS)
    await desk.ask_of(Operation.HOLD_JOB, job_id)
    assert await told(desk, 1) == [NotifyEvent.JOB_STATE_CHANGED, NotifyEvent.JOB_CONFIG_CHANGED]


async def test_a_job_subscription_hears_of_its_own_job_and_of_the_printer_until_it_ends(desk: Desk) -> None:
    events = to(NotifyEvent.JOB_STATE_CHANGED, NotifyEvent.PRINTER_STOPPED)
    first = (await desk.create(Operation.CREATE_JOB, subscriptions=[events])).job_id
    await desk.create(Operation.CREATE_JOB, subscriptions=[events])
    await canceled(desk, first)
    await desk.ask(Operation.PAUSE_PRINTER)
    assert await told(desk, 1) == [NotifyEvent.JOB_STATE_CHANGED] * 2
    assert await told(desk, 2) == [NotifyEvent.JOB_STATE_CHANGED, NotifyEvent.PRINTER_STOPPED]


async def test_a_purge_tells_of_every_job_as_canceled(desk: Desk) -> None:
    done = (await desk.ask(Operation.CREATE_JOB)).job_id
    await canceled(desk, done)
    pending = (await desk.ask(Operation.CREATE_JOB)).job_id
    await subscribe(desk, COMPLETED)
    await desk.ask(Operation.PURGE_JOBS)
    events = (await fetch(desk, 1)).events
    assert sorted(names.JOB_ID.get(event) or 0 for event in events) == [done, pending]
    assert {names.JOB_STATE.get(event) for event in events} == {JobState.CANCELED}


async def test_what_the_history_forgets_is_no_event(desk: Desk) -> None:
    job_id = (await desk.ask(Operation.CREATE_JOB)).job_id
    await canceled(desk, job_id)
    await subscribe(desk, *ALL_JOBS)
    await desk.jobs.delete([job_id])
    assert await told(desk, 1) == []


async def test_shutting_down_and_restarting_a_printer_are_told_as_such(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_SHUTDOWN, NotifyEvent.PRINTER_RESTARTED)
    for operation in (Operation.SHUTDOWN_PRINTER, Operation.STARTUP_PRINTER, Operation.RESTART_PRINTER):
        assert (await desk.ask(operation)).status is Status.SUCCESSFUL_OK
    assert await told(desk, 1) == [
        NotifyEvent.PRINTER_SHUTDOWN,
        NotifyEvent.PRINTER_RESTARTED,
        NotifyEvent.PRINTER_RESTARTED,
    ]


@pytest.mark.effect(Operation.PROMOTE_JOB)
async def test_another_order_of_the_queue_is_told(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_QUEUE_ORDER_CHANGED)
    first, second = [(await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id for _ in range(2)]
    assert await told(desk, 1) == []
    await desk.ask_of(Operation.PROMOTE_JOB, second)
    assert await told(desk, 1) == [NotifyEvent.PRINTER_QUEUE_ORDER_CHANGED]
    await canceled(desk, first)
    assert len(await told(desk, 1)) == 1


async def test_a_suspended_job_is_told_to_have_stopped() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(outputs=[tray]).open()
    await subscribe(desk, NotifyEvent.JOB_STOPPED)
    async with desk.printing():
        job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
        await tray.working.wait()
        await desk.ask(Operation.SUSPEND_CURRENT_JOB)
        await desk.until(job_id, JobState.PROCESSING_STOPPED)
    (event,) = (await fetch(desk, 1)).events
    assert names.JOB_STATE.get(event) == JobState.PROCESSING_STOPPED


async def test_setting_attributes_of_a_printer_is_told_as_a_change_of_its_configuration(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_CONFIG_CHANGED, NotifyEvent.PRINTER_MEDIA_CHANGED)
    answer = await desk.ask(Operation.SET_PRINTER_ATTRIBUTES, printer=[names.PRINTER_LOCATION.of("Hall")])
    assert answer.status is Status.SUCCESSFUL_OK
    (event,) = (await fetch(desk, 1)).events
    assert names.NOTIFY_SUBSCRIBED_EVENT.get(event) == NotifyEvent.PRINTER_CONFIG_CHANGED
    assert names.NOTIFY_TEXT.get(event) == "Office: The configuration changed."


async def test_progress_is_not_told_more_often_than_wanted() -> None:
    desk = await Desk(outputs=[Tray()]).open()
    await subscribe(desk, NotifyEvent.JOB_PROGRESS, every=names.NOTIFY_TIME_INTERVAL.of(10))
    async with desk.printing():
        for seconds in (0, 9, 1):
            desk.clock.advance(seconds)
            job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
            await desk.until(job_id, JobState.COMPLETED)
    events = (await fetch(desk, 1)).events
    assert [names.JOB_ID.get(event) for event in events] == [1, 3]
    assert [names.NOTIFY_SEQUENCE_NUMBER.get(event) for event in events] == [1, 2]


# ---- across restarts


async def reopened(desk: Desk) -> Desk:
    """Another server on the same store."""
    return await Desk(store=desk.store, spool=desk.spool).open()


async def test_subscriptions_survive_a_restart_and_hear_of_it(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_STATE_CHANGED, lease=names.NOTIFY_LEASE_DURATION.of(100))
    await desk.create(Operation.CREATE_JOB, subscriptions=[to(NotifyEvent.PRINTER_RESTARTED)])
    desk.clock.advance(99)
    desk.events.stop()
    await desk.events.close()
    again = await reopened(desk)
    for number, first in ((1, 2), (2, 1)):
        (event,) = (await fetch(again, number)).events
        assert names.NOTIFY_TEXT.get(event) == "Office: Restarted."
        assert names.NOTIFY_SEQUENCE_NUMBER.get(event) == first
    again.clock.advance(99)
    assert (await fetch(again, 1)).status is Status.SUCCESSFUL_OK
    assert await subscribe(again, COMPLETED) == 3


async def test_what_was_not_delivered_before_a_restart_is_no_news_after_it() -> None:
    desk = await Desk(outputs=[Tray(fault="jam")]).open()
    async with desk.printing():
        job_id = (await desk.create(Operation.PRINT_JOB)).job_id
        await desk.until(job_id, JobState.ABORTED)
    await subscribe(desk, NotifyEvent.PRINTER_STATE_CHANGED)
    (event,) = (await fetch(await reopened(desk), 1)).events
    assert names.NOTIFY_TEXT.get(event) == "Office: Restarted."
    assert UNDELIVERED in names.PRINTER_STATE_REASONS.all(event)


async def test_a_number_that_was_seen_is_never_given_again_even_after_a_crash(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_STATE_CHANGED)
    seen: list[int | None] = []
    for _ in range(3):
        await desk.ask(Operation.PAUSE_PRINTER)
        await desk.ask(Operation.RESUME_PRINTER)
        events = (await fetch(desk, 1, first=[max(filter(None, seen), default=0) + 1])).events
        seen += [names.NOTIFY_SEQUENCE_NUMBER.get(event) for event in events]
        desk = await reopened(desk)
    assert len(seen) == 3 * 2 + 2  # and that the Printer was restarted, but for the last time
    assert len(set(seen)) == len(seen)


async def test_jobs_of_before_the_restart_are_not_created_again(desk: Desk) -> None:
    await desk.create(Operation.CREATE_JOB, subscriptions=[to(*ALL_JOBS)])
    await subscribe(desk, *ALL_JOBS)
    again = await reopened(desk)
    assert await told(again, 1, 2) == []
    await canceled(again, 1)
    assert await told(again, 1, 2) == [COMPLETED, COMPLETED]
    assert (await fetch(again, 1)).status is Status.SUCCESSFUL_OK_EVENTS_COMPLETE
