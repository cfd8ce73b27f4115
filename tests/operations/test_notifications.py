"""Get-Notifications, and the events that it brings (RFC 3995 5.3.3, 9; RFC 3996 5)."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.iana.keywords import JobHoldUntil, JobStateReason, NotifyEvent, PrinterStateReason
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import Keyword, OctetString
from ippserver.model.subscription import NotificationTerms
from ippserver.model.views import date_time
from ippserver.testing.desk import PDF, URI, Answer, Desk, Tray, here
from tests.operations.subscribed import PULL, fetch, id_of, subscribe, to, told

COMPLETED = NotifyEvent.JOB_COMPLETED
HELD = [names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)]
ALL_JOBS = (
    NotifyEvent.JOB_CREATED,
    NotifyEvent.JOB_COMPLETED,
    NotifyEvent.JOB_STOPPED,
    NotifyEvent.JOB_STATE_CHANGED,
    NotifyEvent.JOB_CONFIG_CHANGED,
    NotifyEvent.JOB_PROGRESS,
)


async def canceled(desk: Desk, job_id: int) -> None:
    """Cancels a Job."""
    assert (await desk.ask_of(Operation.CANCEL_JOB, job_id)).status is Status.SUCCESSFUL_OK


def interval(answer: Answer) -> int | None:
    """notify-get-interval."""
    return names.NOTIFY_GET_INTERVAL.get(answer.operation)


# ---- the answer


@pytest.mark.effect(Operation.GET_NOTIFICATIONS)
async def test_a_job_event_shows_the_job_as_it_was(desk: Desk) -> None:
    await subscribe(desk, COMPLETED, data=names.NOTIFY_USER_DATA.of(OctetString(b"me")))
    job_id = (await desk.ask(Operation.PRINT_JOB, job=HELD, document=PDF)).job_id
    desk.clock.advance(5)
    await canceled(desk, job_id)
    at = desk.clock.now()
    desk.clock.advance(5)
    answer = await fetch(desk, 1)
    assert answer.status is Status.SUCCESSFUL_OK
    assert answer.operation.attributes[3:] == (
        names.PRINTER_UP_TIME.of(11),
        names.NOTIFY_GET_INTERVAL.of(60),
    )
    (event,) = answer.events
    assert event.attributes == (
        names.NOTIFY_SUBSCRIPTION_ID.of(1),
        names.NOTIFY_PRINTER_URI.of(URI),
        names.NOTIFY_SUBSCRIBED_EVENT.of(COMPLETED),
        names.PRINTER_UP_TIME.of(6),
        names.PRINTER_CURRENT_TIME.of(date_time(at)),
        names.NOTIFY_SEQUENCE_NUMBER.of(1),
        names.NOTIFY_CHARSET.of("utf-8"),
        names.NOTIFY_NATURAL_LANGUAGE.of("en"),
        names.NOTIFY_USER_DATA.of(OctetString(b"me")),
        names.NOTIFY_TEXT.of("Office: job 1 (Untitled) is canceled."),
        names.JOB_ID.of(job_id),
        names.JOB_STATE.of(JobState.CANCELED),
        names.JOB_STATE_REASONS.of(JobStateReason.JOB_CANCELED_BY_USER, JobStateReason.JOB_RESTARTABLE),
        names.JOB_IMPRESSIONS_COMPLETED.of(0),
    )


async def test_a_printer_event_shows_the_printer_as_it_was(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_STATE_CHANGED)
    await desk.ask(Operation.PAUSE_PRINTER)
    await desk.ask(Operation.RESUME_PRINTER)
    paused, resumed = (await fetch(desk, 1)).events
    assert names.NOTIFY_TEXT.get(paused) == "Office: Paused."
    assert paused.attributes[-3:] == (
        names.PRINTER_STATE.of(PrinterState.STOPPED),
        names.PRINTER_STATE_REASONS.of(PrinterStateReason.PAUSED),
        names.PRINTER_IS_ACCEPTING_JOBS.of(True),
    )
    assert names.PRINTER_STATE.get(resumed) == PrinterState.IDLE
    assert names.NOTIFY_USER_DATA.get(resumed) == b""
    assert names.JOB_ID.get(resumed) is None


async def test_events_are_told_by_the_names_that_were_subscribed_to(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.JOB_STATE_CHANGED)
    await subscribe(desk, NotifyEvent.JOB_STATE_CHANGED, COMPLETED)
    await subscribe(desk, NotifyEvent.JOB_STOPPED)
    await canceled(desk, (await desk.ask(Operation.CREATE_JOB)).job_id)
    assert await told(desk, 1) == [NotifyEvent.JOB_STATE_CHANGED] * 2
    assert await told(desk, 2) == [NotifyEvent.JOB_STATE_CHANGED, COMPLETED]
    assert await told(desk, 3) == []


async def test_only_numbers_that_are_wanted_come_again(desk: Desk) -> None:
    for _ in range(2):
        await subscribe(desk, NotifyEvent.PRINTER_STATE_CHANGED)
    for operation in (Operation.PAUSE_PRINTER, Operation.RESUME_PRINTER) * 2:
        await desk.ask(operation)
    for first, expected in (
        ((), [1, 2, 3, 4, 1, 2, 3, 4]),
        ((3,), [3, 4, 1, 2, 3, 4]),
        ((3, 4), [3, 4, 4]),
        ((5, 5, 1), []),
    ):
        events = (await fetch(desk, 1, 2, first=first)).events
        assert [names.NOTIFY_SEQUENCE_NUMBER.get(event) for event in events] == expected
    ids = [id_of(event) for event in (await fetch(desk, 2, 1)).events]
    assert ids == [2] * 4 + [1] * 4


async def test_events_live_for_as_long_as_the_printer_says(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_STATE_CHANGED)
    await desk.ask(Operation.PAUSE_PRINTER)
    desk.clock.advance(60)
    assert len((await fetch(desk, 1)).events) == 1
    desk.clock.advance(1)
    assert (await fetch(desk, 1)).events == []


async def test_of_too_many_events_the_newest_are_kept() -> None:
    desk = await Desk(terms=NotificationTerms(max_events=3)).open()
    await subscribe(desk, NotifyEvent.PRINTER_STATE_CHANGED)
    for operation in (Operation.PAUSE_PRINTER, Operation.RESUME_PRINTER) * 2:
        await desk.ask(operation)
    events = (await fetch(desk, 1)).events
    assert [names.NOTIFY_SEQUENCE_NUMBER.get(event) for event in events] == [2, 3, 4]


async def test_attributes_of_ones_choice_come_along(desk: Desk) -> None:
    wanted = [names.JOB_NAME, names.JOB_PRINTER_URI, names.QUEUED_JOB_COUNT, names.NOTIFY_LEASE_DURATION]
    more = names.NOTIFY_ATTRIBUTES.of(*(Keyword(each.name) for each in wanted))
    await subscribe(desk, NotifyEvent.JOB_CREATED, more=more)
    await desk.ask(Operation.CREATE_JOB, names.JOB_NAME.of("report"))
    (event,) = (await fetch(desk, 1)).events
    assert names.JOB_NAME.get(event) == "report"
    assert names.JOB_PRINTER_URI.get(event) == URI
    assert names.QUEUED_JOB_COUNT.get(event) == 1
    assert names.NOTIFY_LEASE_DURATION.get(event) == 86_400


async def test_a_printer_event_shows_attributes_of_the_subscriptions_job_or_the_active_one() -> None:
    tray = Tray(open_at_once=False)
    desk = await Desk(outputs=[tray]).open()
    group = to(
        NotifyEvent.PRINTER_STATE_CHANGED, names=names.NOTIFY_ATTRIBUTES.of(Keyword(names.JOB_NAME.name))
    )
    await desk.ask(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscriptions=[group])
    waiting = names.JOB_NAME.of("waiting")
    await desk.ask(Operation.PRINT_JOB, waiting, job=HELD, document=PDF, subscriptions=[group])
    async with desk.printing():
        await desk.ask(Operation.PRINT_JOB, names.JOB_NAME.of("active"), document=PDF)
        await tray.working.wait()
        await desk.ask(Operation.PAUSE_PRINTER)
        shown = [(await fetch(desk, number)).events[-1] for number in (1, 2)]
    assert [names.JOB_NAME.get(event) for event in shown] == ["active", "waiting"]


# ---- complete


async def test_a_subscription_is_complete_with_its_job(desk: Desk) -> None:
    answer = await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])
    assert (await fetch(desk, 1)).status is Status.SUCCESSFUL_OK
    await canceled(desk, answer.job_id)
    done = await fetch(desk, 1)
    assert done.status is Status.SUCCESSFUL_OK_EVENTS_COMPLETE
    assert interval(done) is None
    (event,) = done.events
    assert names.NOTIFY_JOB_ID.get(event) == answer.job_id
    assert names.NOTIFY_STATUS_CODE.get(event) is None
    await desk.ask(Operation.PAUSE_PRINTER)
    desk.clock.advance(61)
    later = await fetch(desk, 1, wait=True)
    assert (later.status, later.events) == (Status.SUCCESSFUL_OK_EVENTS_COMPLETE, [])


async def test_a_restarted_job_is_told_of_again() -> None:
    desk = await Desk(outputs=[Tray()]).open()
    async with desk.printing():
        group = to(NotifyEvent.JOB_CREATED, COMPLETED)
        job_id = (await desk.create(Operation.PRINT_JOB, subscriptions=[group])).job_id
        await desk.until(job_id, JobState.COMPLETED)
        held = names.JOB_HOLD_UNTIL.of(JobHoldUntil.INDEFINITE)
        await desk.ask_of(Operation.RESTART_JOB, job_id, held)
    answer = await fetch(desk, 1)
    assert answer.status is Status.SUCCESSFUL_OK
    subscribed = [names.NOTIFY_SUBSCRIBED_EVENT.get(event) for event in answer.events]
    assert subscribed == [NotifyEvent.JOB_CREATED, COMPLETED, NotifyEvent.JOB_CREATED]


async def test_where_only_some_are_complete_each_event_says_so(desk: Desk) -> None:
    await subscribe(desk, COMPLETED)
    answer = await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])
    await canceled(desk, answer.job_id)
    both = await fetch(desk, 1, 2)
    assert both.status is Status.SUCCESSFUL_OK
    assert interval(both) == 60
    statuses = [names.NOTIFY_STATUS_CODE.get(event) for event in both.events]
    assert statuses == [Status.SUCCESSFUL_OK, Status.SUCCESSFUL_OK_EVENTS_COMPLETE]


@pytest.mark.parametrize(
    "ids", [[], [Attribute(names.NOTIFY_SUBSCRIPTION_IDS.name, [0])]], ids=["none", "zero"]
)
async def test_subscriptions_must_be_named(desk: Desk, ids: list[Attribute]) -> None:
    answer = await desk.ask(Operation.GET_NOTIFICATIONS, *ids)
    assert answer.status is Status.CLIENT_ERROR_BAD_REQUEST


@pytest.mark.parametrize("wait", [False, True])
async def test_one_unknown_subscription_refuses_all(desk: Desk, wait: bool) -> None:
    await subscribe(desk, COMPLETED)
    await canceled(desk, (await desk.ask(Operation.CREATE_JOB)).job_id)
    answer = await fetch(desk, 1, 2, wait=wait)
    assert answer.status is Status.CLIENT_ERROR_NOT_FOUND
    assert answer.events == []
    assert interval(answer) is None


async def test_a_canceled_subscription_has_no_events(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_STATE_CHANGED)
    await desk.ask(Operation.PAUSE_PRINTER)
    await desk.ask(Operation.CANCEL_SUBSCRIPTION, names.NOTIFY_SUBSCRIPTION_ID.of(1))
    assert (await fetch(desk, 1)).status is Status.CLIENT_ERROR_NOT_FOUND


# ---- waiting


@asynccontextmanager
async def waiting(asked: Coroutine[Any, Any, Answer], desk: Desk) -> AsyncIterator["asyncio.Task[Answer]"]:
    """The request while it waits."""
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(asked)
        await desk.clock.until_sleeping()
        assert not task.done()
        yield task


async def test_who_waits_is_answered_with_the_first_event(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_STOPPED)
    async with waiting(fetch(desk, 1, wait=True), desk) as asked:
        desk.clock.advance(7)
        await desk.ask(Operation.PAUSE_PRINTER)
    answer = asked.result()
    assert answer.status is Status.SUCCESSFUL_OK
    assert interval(answer) == 60
    assert names.PRINTER_UP_TIME.get(answer.operation) == 8
    assert [names.NOTIFY_SUBSCRIBED_EVENT.get(event) for event in answer.events] == [
        NotifyEvent.PRINTER_STOPPED
    ]
    assert desk.clock.sleepers == 0


async def test_who_waits_for_later_events_is_not_answered_with_earlier_ones(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_STATE_CHANGED)
    await desk.ask(Operation.PAUSE_PRINTER)
    assert len((await fetch(desk, 1, wait=True)).events) == 1
    async with waiting(fetch(desk, 1, first=[2], wait=True), desk) as asked:
        await desk.ask(Operation.RESUME_PRINTER)
    numbers = [names.NOTIFY_SEQUENCE_NUMBER.get(event) for event in asked.result().events]
    assert numbers == [2]


async def test_nobody_waits_longer_than_the_time_that_is_set(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_STOPPED)
    async with waiting(fetch(desk, 1, wait=True), desk) as asked:
        desk.clock.advance(60)
    answer = asked.result()
    assert (answer.status, answer.events, interval(answer)) == (Status.SUCCESSFUL_OK, [], 60)


async def test_a_client_that_goes_away_is_not_waited_for(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_STOPPED)
    gone = asyncio.Event()
    asked_to_wait = desk.ask(
        Operation.GET_NOTIFICATIONS,
        names.NOTIFY_SUBSCRIPTION_IDS.of(1),
        names.NOTIFY_WAIT.of(True),
        origin=replace(here(), gone=gone),
    )
    async with waiting(asked_to_wait, desk) as asked:
        gone.set()
    assert asked.result().events == []
    assert desk.clock.sleepers == 0


async def test_a_server_that_stops_lets_everybody_go(desk: Desk) -> None:
    await subscribe(desk, NotifyEvent.PRINTER_SHUTDOWN)
    await subscribe(desk, COMPLETED)
    async with waiting(fetch(desk, 2, wait=True), desk) as asked:
        desk.events.stop()
    assert asked.result().events == []
    assert (await fetch(desk, 2, wait=True)).events == []
    (event,) = (await fetch(desk, 1)).events
    assert names.NOTIFY_TEXT.get(event) == "Office: Shut down."


async def test_waiting_ends_with_the_subscriptions(desk: Desk) -> None:
    job_id = (await desk.create(Operation.CREATE_JOB, subscriptions=[to(NotifyEvent.JOB_STOPPED)])).job_id
    await subscribe(desk, NotifyEvent.JOB_STOPPED)
    async with waiting(fetch(desk, 1, wait=True), desk) as asked:
        await canceled(desk, job_id)
    assert asked.result().status is Status.SUCCESSFUL_OK_EVENTS_COMPLETE
    async with waiting(fetch(desk, 2, wait=True), desk) as asked:
        await desk.ask(Operation.CANCEL_SUBSCRIPTION, names.NOTIFY_SUBSCRIPTION_ID.of(2))
    assert asked.result().status is Status.SUCCESSFUL_OK_EVENTS_COMPLETE


async def test_who_waits_for_a_job_that_is_purged_hears_of_it(desk: Desk) -> None:
    await desk.create(Operation.CREATE_JOB, subscriptions=[[PULL]])
    async with waiting(fetch(desk, 1, wait=True), desk) as asked:
        await desk.ask(Operation.PURGE_JOBS)
    answer = asked.result()
    assert answer.status is Status.SUCCESSFUL_OK_EVENTS_COMPLETE
    assert [names.JOB_STATE.get(event) for event in answer.events] == [JobState.CANCELED]


async def test_only_so_many_wait_at_once() -> None:
    desk = await Desk(terms=NotificationTerms(max_waiting=1)).open()
    await subscribe(desk, NotifyEvent.PRINTER_STOPPED)
    async with waiting(fetch(desk, 1, wait=True), desk):
        second = await fetch(desk, 1, wait=True)
        assert (second.events, interval(second)) == ([], 60)
        await desk.ask(Operation.PAUSE_PRINTER)
    assert len((await fetch(desk, 1, wait=True)).events) == 1


# ---- what events there are


async def test_a_job_is_told_of_from_its_creation_to_its_end() -> None:
    desk = await Desk(outputs=[Tray()]).open()
    await subscribe(desk, *ALL_JOBS)
    async with desk.printing():
        job_id = (await desk.ask(Operation.PRINT_JOB, document=PDF)).job_id
        await desk.until(job_id, JobState.COMPLETED)
    events = (await fetch(desk, 1)).events
    assert [names.NOTIFY_SUBSCRIBED_EVENT.get(event) for event in events] == [
        NotifyEvent.JOB_CREATED,
        NotifyEvent.JOB_STATE_CHANGED,
        NotifyEvent.JOB_PROGRESS,
        COMPLETED,
    ]
    states = [names.JOB_STATE.get(event) for event in events]
    assert states == [JobState.PENDING, JobState.PROCESSING, JobState.COMPLETED, JobState.COMPLETED]
    completed = [names.JOB_IMPRESSIONS_COMPLETED.get(event) for event in events]
    assert completed == [None, None, 1, 1]
