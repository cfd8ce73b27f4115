"""Get-Notifications with notify-wait over real sockets: who goes away, or stops, is not waited for."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import NotifyEvent, NotifyPullMethod
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.message import Request, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Uri
from ippserver.server import Server
from ippserver.testing.http import Answer, RawConnection
from tests.test_server import running, server_in
from tests.web.printer import PATIENCE_SECONDS, empty, ipp_status, post

SUBSCRIBE = (
    names.NOTIFY_PULL_METHOD.of(NotifyPullMethod.IPPGET),
    names.NOTIFY_EVENTS.of(NotifyEvent.PRINTER_STOPPED),
)
WAIT = (names.NOTIFY_SUBSCRIPTION_IDS.of(1), names.NOTIFY_WAIT.of(True))


def posted(operation: int, *attributes: Attribute, subscription: Iterable[Attribute] = ()) -> bytes:
    """A request to the printer."""
    usual = (
        names.ATTRIBUTES_CHARSET.of("utf-8"),
        names.ATTRIBUTES_NATURAL_LANGUAGE.of("en"),
        names.PRINTER_URI.of(Uri("ipp://localhost/ipp/print")),
    )
    groups = (
        AttributeGroup(GroupTag.OPERATION, (*usual, *attributes)),
        AttributeGroup(GroupTag.SUBSCRIPTION, subscription),
    )
    request = Request(version=Version(2, 0), operation_id=operation, request_id=1, groups=groups)
    return post(request.encode(), target="/ipp/print", fields={"Host": "localhost"})


async def until_waiting(server: Server, count: int) -> None:
    """Returns when so many wait for events."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while server.events.waiting != count:  # noqa: ASYNC110 - the hub tells nobody
            await asyncio.sleep(0.01)


@asynccontextmanager
async def waiting_client(server: Server, address: tuple[str, int]) -> AsyncIterator[RawConnection]:
    """A client whose request waits for an event."""
    async with RawConnection(*address) as client:
        await client.send(posted(Operation.CREATE_PRINTER_SUBSCRIPTIONS, subscription=SUBSCRIBE))
        assert succeeded(await client.answer())
        await client.send(posted(Operation.GET_NOTIFICATIONS, *WAIT))
        await until_waiting(server, 1)
        yield client


def succeeded(answer: Answer | None) -> bool:
    """Whether there is an answer, and it says successful-ok."""
    return answer is not None and ipp_status(answer.body) == Status.SUCCESSFUL_OK


async def test_the_answer_comes_with_the_event(tmp_path: Path) -> None:
    server = await server_in(tmp_path)
    async with running(server) as (address,), waiting_client(server, address) as client:
        async with RawConnection(*address) as other:
            await other.send(posted(Operation.PAUSE_PRINTER))
            assert succeeded(await other.answer())
        answer = await client.answer()
        assert answer is not None
        assert NotifyEvent.PRINTER_STOPPED.encode() in answer.body


async def test_a_stop_waits_for_nobody_who_waits_for_events(tmp_path: Path) -> None:
    server = await server_in(tmp_path)
    async with AsyncExitStack() as clients:
        async with running(server) as (address,):
            client = await clients.enter_async_context(waiting_client(server, address))
        assert succeeded(await client.answer())  # while the server ran it would have taken a minute
        assert await client.is_closed()


async def test_a_client_that_closes_its_half_is_answered_at_once(tmp_path: Path) -> None:
    server = await server_in(tmp_path)
    async with running(server) as (address,), waiting_client(server, address) as client:
        client.end()
        assert succeeded(await client.answer())


@pytest.mark.parametrize("rudely", [False, True])
async def test_a_client_that_goes_away_is_not_waited_for(tmp_path: Path, rudely: bool) -> None:
    server = await server_in(tmp_path)
    async with running(server) as (address,):
        async with waiting_client(server, address) as client:
            if rudely:
                client.reset()
        await until_waiting(server, 0)
        await empty(server.web)
        assert not server.events.waiting
