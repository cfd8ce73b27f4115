"""Steps that are requests about subscriptions, and the observers, who fetch all that happens."""

from collections.abc import Sequence
from contextlib import suppress
from math import inf
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, PrinterState, Status
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import Keyword
from ippserver.testing.desk import Answer
from tests.machine import answers
from tests.machine.machine import Machine, target
from tests.machine.model import Model
from tests.machine.records import OPERATOR, Refused
from tests.machine.subscriptions import LEASE_SECONDS, MAX_LEASE_SECONDS, Event, Subscription
from tests.machine.world import PATHS

_EVERYTHING: Final = (
    "job-created",
    "job-completed",
    "job-stopped",
    "job-state-changed",
    "job-config-changed",
    "job-progress",
    "printer-restarted",
    "printer-shutdown",
    "printer-stopped",
    "printer-state-changed",
    "printer-config-changed",
    "printer-queue-order-changed",
)
_NOT_SHOWN: Final = {"none", "printer-stopped", "identify-printer-requested", "job-restartable"}
"""Reasons of which no event tells, or whose end is not foreseen."""


# ---- observers


async def observe(machine: Machine) -> None:
    """Fetches all that has happened, and holds it against what should have."""
    for path in PATHS:
        if path not in machine.observers:
            machine.observers[path] = await _subscribed(machine, path)
        observer = machine.subscriptions.all[machine.observers[path]]
        channel = machine.world.desk.events.subscriptions.find(observer.id)
        if channel is not None and channel.number == observer.shown:
            machine.subscriptions.took(path, ())
            continue  # nothing has happened
        answer = await machine.ask(
            Operation.GET_NOTIFICATIONS,
            OPERATOR,
            target(path),
            names.NOTIFY_SUBSCRIPTION_IDS.of(observer.id),
            names.NOTIFY_SEQUENCE_NUMBERS.of(observer.shown + 1),
        )
        events = [_event(group) for group in answer.events]
        machine.subscriptions.took(path, events)
        observer.fetched([event.number for event in events])


async def _subscribed(machine: Machine, path: str) -> int:
    answer = await machine.ask(
        Operation.CREATE_PRINTER_SUBSCRIPTIONS,
        OPERATOR,
        target(path),
        subscriptions=[_wanted(_EVERYTHING, 0)],
    )
    return _add(machine, answer, path, OPERATOR, None, _EVERYTHING, inf)


def _event(group: AttributeGroup) -> Event:
    job_id = names.JOB_ID.get(group)
    state, reasons = JobState(names.JOB_STATE.get(group) or 3).keyword, names.JOB_STATE_REASONS.all(group)
    if job_id is None:
        state = PrinterState(names.PRINTER_STATE.get(group) or 3).keyword
        reasons = names.PRINTER_STATE_REASONS.all(group)
    return Event(
        number=names.NOTIFY_SEQUENCE_NUMBER.get(group) or 0,
        kind=str(names.NOTIFY_SUBSCRIBED_EVENT.get(group)),
        job_id=job_id,
        state=state,
        reasons=frozenset(map(str, reasons)) - _NOT_SHOWN,
        up_time=names.PRINTER_UP_TIME.get(group) or 0,
    )


# ---- coming and going


async def create_printer_subscriptions(
    machine: Machine, *, path: str, user: str, fault: str | None, events: Sequence[str], lease: int | None
) -> None:
    """Create-Printer-Subscriptions, of one."""
    created: list[Answer] = []

    async def ask() -> Answer:
        wanted = [_wanted(events, lease)]
        operation = Operation.CREATE_PRINTER_SUBSCRIPTIONS
        created.append(await machine.ask(operation, user, target(path), subscriptions=wanted))
        return created[0]

    def change(model: Model) -> None:
        model.serving(path, user, operator=True)
        _check_wish(machine, user, events)
        granted = LEASE_SECONDS if lease is None else min(lease or inf, MAX_LEASE_SECONDS)
        _add(machine, created[0], path, user, None, events, inf if lease == 0 else granted)

    if await machine.both(change, ask, fault):
        _make_room(machine, user, events)


async def create_job_subscriptions(
    machine: Machine, *, job: int, user: str, astray: bool, fault: str | None, events: Sequence[str]
) -> None:
    """Create-Job-Subscriptions, of one."""
    job_id, path = machine.named(job, astray=astray)
    created: list[Answer] = []

    async def ask() -> Answer:
        operation, about = Operation.CREATE_JOB_SUBSCRIPTIONS, names.NOTIFY_JOB_ID.of(job_id)
        wanted = [_wanted(events, None)]
        created.append(await machine.ask(operation, user, target(path), about, subscriptions=wanted))
        return created[0]

    def change(model: Model) -> None:
        if model.own(job_id, path, user).is_over:
            raise answers.NOT_POSSIBLE()
        _check_wish(machine, user, events)
        _add(machine, created[0], path, user, job_id, events, inf)

    if await machine.both(change, ask, fault):
        _make_room(machine, user, events)


async def print_subscribed(
    machine: Machine, *, path: str, user: str, fault: str | None, events: Sequence[str]
) -> None:
    """Print-Job, with a subscription to the job."""
    content, order = machine.content(fault), machine.order()
    created: list[Answer] = []

    async def ask() -> Answer:
        wanted = [_wanted(events, None)]
        created.append(
            await machine.ask(Operation.PRINT_JOB, user, target(path), subscriptions=wanted, document=content)
        )
        return created[0]

    def change(model: Model) -> Status | None:
        answers.print_job(model, path, user, order, content)
        job_id = max(model.jobs)
        try:
            _check_wish(machine, user, events)
        except Refused:
            return Status.SUCCESSFUL_OK_IGNORED_SUBSCRIPTIONS
        _add(machine, created[0], path, user, job_id, events, inf)
        return None

    await machine.both(change, ask, fault)


def _make_room(machine: Machine, user: str, events: Sequence[str]) -> None:
    """One had its place, and another one went for it, before the store failed."""
    with suppress(Refused):
        _check_wish(machine, user, events)
        machine.subscriptions.make_room()


def _check_wish(machine: Machine, user: str, events: Sequence[str]) -> None:
    if tuple(events) == ("none",) or not machine.subscriptions.room(user):
        raise Refused(Status.CLIENT_ERROR_IGNORED_ALL_SUBSCRIPTIONS)


def _wanted(events: Sequence[str], lease: int | None) -> tuple[Attribute, ...]:
    wanted = (names.NOTIFY_PULL_METHOD.of(Keyword("ippget")), names.NOTIFY_EVENTS.of(*map(Keyword, events)))
    return wanted if lease is None else (*wanted, names.NOTIFY_LEASE_DURATION.of(lease))


def _add(
    machine: Machine,
    answer: Answer,
    path: str,
    user: str,
    job_id: int | None,
    events: Sequence[str],
    lease: float,
) -> int:
    subscription_id = names.NOTIFY_SUBSCRIPTION_ID.get(answer.subscription)
    assert subscription_id is not None, "there is no subscription in the answer"
    machine.subscriptions.add(
        Subscription(
            id=subscription_id,
            path=path,
            owner=user,
            job_id=job_id,
            events=tuple(events),
            lease=lease,
            ends=machine.model.now + lease,
        )
    )
    return subscription_id


async def renew_subscription(
    machine: Machine, *, nth: int, user: str, astray: bool, fault: str | None, lease: int | None
) -> None:
    """Renew-Subscription."""
    subscription_id, path = _named(machine, nth, astray=astray)

    def change(model: Model) -> Status | None:
        subscription = _own(machine, subscription_id, path, user)
        if subscription.job_id is not None:
            raise answers.NOT_POSSIBLE()
        granted = LEASE_SECONDS if lease is None else min(lease, MAX_LEASE_SECONDS)
        subscription.lease, subscription.ends = granted, model.now + granted
        is_less = lease is not None and granted < lease
        return Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES if is_less else None

    wanted = [] if lease is None else [(names.NOTIFY_LEASE_DURATION.of(lease),)]
    about = names.NOTIFY_SUBSCRIPTION_ID.of(subscription_id)
    await machine.both(
        change,
        lambda: machine.ask(Operation.RENEW_SUBSCRIPTION, user, target(path), about, subscriptions=wanted),
        fault,
    )


async def cancel_subscription(
    machine: Machine, *, nth: int, user: str, astray: bool, fault: str | None
) -> None:
    """Cancel-Subscription."""
    subscription_id, path = _named(machine, nth, astray=astray)

    def change(model: Model) -> None:
        del machine.subscriptions.all[_own(machine, subscription_id, path, user).id]

    about = names.NOTIFY_SUBSCRIPTION_ID.of(subscription_id)
    await machine.both(
        change, lambda: machine.ask(Operation.CANCEL_SUBSCRIPTION, user, target(path), about), fault
    )


def _own(machine: Machine, subscription_id: int, path: str, user: str) -> Subscription:
    subscription = machine.subscriptions.find(subscription_id, path, user)
    machine.model.serving(path, user)
    return subscription


def _named(machine: Machine, nth: int, *, astray: bool) -> tuple[int, str]:
    """The id of the subscription of that number, and the path of its printer; observers are left alone."""
    kept = machine.observers.values()
    known = [each for each in machine.subscriptions.all.values() if each.id not in kept]
    if nth % (len(known) + 1) == len(known):
        return 999_999_999, PATHS[0]
    nth %= len(known) + 1
    return known[nth].id, next(path for path in PATHS if (path != known[nth].path) is astray)


# ---- asking


async def get_notifications(
    machine: Machine, *, nth: int, user: str, astray: bool, fault: str | None
) -> None:
    """Get-Notifications, of one subscription, all that it has."""
    await observe(machine)
    subscription_id, path = _named(machine, nth, astray=astray)
    came: list[Answer] = []

    async def ask() -> Answer:
        about = names.NOTIFY_SUBSCRIPTION_IDS.of(subscription_id)
        came.append(await machine.ask(Operation.GET_NOTIFICATIONS, user, target(path), about))
        return came[0]

    def change(model: Model) -> Status | None:
        subscription = machine.subscriptions.find(subscription_id, path, user)
        shown = [_event(group) for group in came[0].events]
        expected = subscription.held(machine.world.up_time)
        assert [_told(event) for event in shown] == [_told(event) for event in expected], (
            f"subscription {subscription_id} is told {shown}, not {expected}"
        )
        subscription.fetched([event.number for event in shown])
        is_complete = machine.subscriptions.is_complete(subscription)
        return Status.SUCCESSFUL_OK_EVENTS_COMPLETE if is_complete else None

    await machine.both(change, ask, fault)


def _told(event: Event) -> tuple[object, ...]:
    return event.job_id, event.state, event.reasons, event.up_time


async def get_subscriptions(machine: Machine, *, path: str, user: str, limit: int | None) -> None:
    """Get-Subscriptions, of a printer."""
    attributes = () if limit is None else (names.LIMIT.of(limit),)
    answer = await machine.ask(Operation.GET_SUBSCRIPTIONS, user, target(path), *attributes)
    if user != OPERATOR:
        assert answer.status is Status.CLIENT_ERROR_NOT_AUTHORIZED, answer.status
        return
    shown = [names.NOTIFY_SUBSCRIPTION_ID.get(group) for group in answer.subscriptions]
    there = machine.subscriptions.all.values()
    expected = [each.id for each in there if each.path == path and each.job_id is None][:limit]
    assert shown == expected, f"Get-Subscriptions shows {shown}, not {expected}"
