"""Another Printer that does what a test says, and notes what it is asked."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from ippserver.iana import names
from ippserver.iana.enums import JobState, Operation, Status
from ippserver.iana.keywords import JobStateReason
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.message import Request
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from ippserver.testing.fakes import FakeClock
from tests.client.servers import ipp, printer, received, response

Reaction = Callable[[web.Request, Request], Awaitable[web.StreamResponse]]


class HastyClock(FakeClock):
    """Time that passes as soon as somebody waits for it."""

    async def sleep(self, seconds: float) -> None:
        """As interfaces.Clock."""
        self.advance(max(seconds, 0.0))
        await asyncio.sleep(0)


class OtherPrinter:
    """Takes documents, and completes its Jobs when it is asked about them for the first time."""

    def __init__(self) -> None:
        self.asked: list[Operation] = []
        self.documents: list[bytes] = []
        self.last_documents: list[bool] = []
        """What was said of each that was sent."""
        self.operations: Sequence[Operation] = (
            Operation.PRINT_JOB,
            Operation.CREATE_JOB,
            Operation.SEND_DOCUMENT,
        )
        self.up_time = 1_000_000_000
        self.more: Sequence[Attribute] = ()
        """What else it says of itself."""
        self.jobs = 0
        self._reactions: defaultdict[Operation, list[Reaction]] = defaultdict(list)

    def on(self, operation: Operation, *reactions: Reaction) -> None:
        """Has it react so when it is asked for that, one reaction after the other, and then as usual."""
        self._reactions[operation] += reactions

    def forget(self, operation: Operation) -> None:
        """Has it react as usual."""
        self._reactions[operation].clear()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers, and notes what it was asked."""
        message, document = await received(request)
        operation = Operation(message.operation_id)
        self.asked.append(operation)
        if document:
            self.documents.append(document)
        if operation is Operation.SEND_DOCUMENT:
            self.last_documents.append(bool(names.LAST_DOCUMENT.get(message.group(GroupTag.OPERATION))))
        if self._reactions[operation]:
            return await self._reactions[operation].pop(0)(request, message)
        return ipp(response(message, Status.SUCCESSFUL_OK, *self._usual(operation)))

    def _usual(self, operation: Operation) -> Sequence[AttributeGroup]:
        match operation:
            case Operation.GET_PRINTER_ATTRIBUTES:
                known = (
                    names.DOCUMENT_FORMAT_SUPPORTED.of(formats.PDF),
                    names.OPERATIONS_SUPPORTED.of(*self.operations),
                    names.PRINTER_UP_TIME.of(self.up_time),
                    *self.more,
                )
                return [AttributeGroup(GroupTag.PRINTER, known)]
            case Operation.GET_JOB_ATTRIBUTES:
                return [job(JobState.COMPLETED)]
            case Operation.PRINT_JOB | Operation.CREATE_JOB:
                self.jobs += 1
        return [
            AttributeGroup(GroupTag.JOB, (names.JOB_ID.of(self.jobs), names.JOB_STATE.of(JobState.PENDING)))
        ]


@asynccontextmanager
async def serving(other: OtherPrinter) -> AsyncIterator[str]:
    """Its URI, while it can be reached."""
    async with printer(other.handle) as uri:
        yield uri


def job(state: JobState, *reasons: Keyword, more: Sequence[Attribute] = ()) -> AttributeGroup:
    """What is told of a Job."""
    said = names.JOB_STATE_REASONS.of(*(reasons or (JobStateReason.NONE,)))
    return AttributeGroup(GroupTag.JOB, (names.JOB_STATE.of(state), said, *more))


# ---- reactions


def refuses(status: Status) -> Reaction:
    """Answers with an error."""

    async def react(_: web.Request, message: Request) -> web.StreamResponse:
        return ipp(response(message, status))

    return react


def tells(*groups: AttributeGroup) -> Reaction:
    """Answers with these groups."""

    async def react(_: web.Request, message: Request) -> web.StreamResponse:
        return ipp(response(message, Status.SUCCESSFUL_OK, *groups))

    return react


def answers(status: int, body: bytes = b"", **headers: str) -> Reaction:
    """Answers with that HTTP status, and what may be no IPP."""

    async def react(_: web.Request, message: Request) -> web.StreamResponse:
        given = {"Content-Type": "application/ipp", **headers}
        return web.Response(status=status, body=body, headers=given)

    return react


async def breaks_off(request: web.Request, _: Request) -> web.StreamResponse:
    """Has taken all, and is gone before it answers."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def drips(gone: asyncio.Event) -> Reaction:
    """Answers an octet now and then, without end."""

    async def react(request: web.Request, message: Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/ipp"})
        await answer.prepare(request)
        whole = response(message)
        for at in range(len(whole) - 1):
            await answer.write(whole[at : at + 1])
            try:
                await asyncio.wait_for(gone.wait(), 0.02)
            except TimeoutError:
                continue
            break
        return answer

    return react


def hangs(gone: asyncio.Event) -> Reaction:
    """Does not answer."""

    async def react(_: web.Request, message: Request) -> web.StreamResponse:
        await gone.wait()
        return web.Response()

    return react
