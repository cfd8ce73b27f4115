"""The smallest thing that can stand behind the HTTP side, and requests for it."""

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, TypeVar

import pytest
from aiohttp import web
from aiohttp.web_request import BaseRequest

from ippserver.interfaces import DocumentInterrupted, DocumentStream
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.errors import LimitExceeded, MalformedMessage
from ippserver.ipp.message import Header, Request, Response, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import OctetString
from ippserver.model.errors import IppError
from ippserver.operations.answer import Answer, Lasting
from ippserver.operations.declare import Enclosed
from ippserver.operations.origin import Origin
from ippserver.testing import http
from ippserver.testing.http import exchange
from ippserver.testing.wire import message
from ippserver.web.limits import HttpLimits
from ippserver.web.service import WebService

PATH = "/ipp/print"
PAGE = "/page"
OK = 0x0000
BAD_REQUEST = 0x0400
TOO_LARGE = 0x0408

QUICK = HttpLimits(
    turned_away_seconds=0.3,
    head_seconds=0.3,
    handshake_seconds=0.5,
    keep_alive_seconds=0.6,
    attributes_seconds=0.3,
    document_seconds=0.3,
    rate_seconds=0.1,
    answer_seconds=0.3,
    lingering_seconds=0.2,
    stop_seconds=0.5,
)
"""Deadlines that are to expire while a test looks on, and not for another reason: see `quickly`."""

PATIENT = replace(
    QUICK,
    head_seconds=20.0,
    handshake_seconds=20.0,
    keep_alive_seconds=20.0,
    attributes_seconds=20.0,
    document_seconds=20.0,
    answer_seconds=20.0,
    lingering_seconds=20.0,
    stop_seconds=20.0,
)
"""Deadlines that expire in no test, also where the machine stalls."""

PATIENCE_SECONDS: Final = 30.0
"""How long what must happen may take."""

T = TypeVar("T", bound=Callable[..., object] | type)
Address: TypeAlias = tuple[str, int]
Serve: TypeAlias = Callable[..., Awaitable[WebService]]
"""The fixture that starts services."""

DOCUMENT = random.Random(1).randbytes(300_000)
DIGEST = hashlib.sha256(DOCUMENT).hexdigest()
CHUNKED = {"Transfer-Encoding": "chunked", "Content-Length": ""}
"""Fields for a body that is written chunk by chunk in the test."""

CREDULOUS = message(code=0x000B)
"""A message with no attributes at all: whoever stands behind here does not mind."""


@dataclass
class TinyPrinter:
    """Takes every message, and every document to its end; remembers what came."""

    answer_octets: int = 0
    """About how long answers are."""
    reads_documents: bool = True
    requests: list[Request] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    interrupted: asyncio.Event = field(default_factory=asyncio.Event)
    enclosed: Enclosed | None = None
    """What follows the next answer."""
    holding: asyncio.Event | None = None
    """While it is there and not set, answers wait."""
    lasting: Lasting | None = None
    """How long its answers hold."""

    def serves(self, path: str, query: str = "") -> bool:
        return path in (PATH, "/") and not query

    async def dispatch(self, request: Request, origin: Origin, document: DocumentStream) -> Answer:
        self.requests.append(request)
        self.asked.set()
        self.origins.append(origin)
        status = OK
        try:
            if self.reads_documents:
                await self._read(document)
        except IppError as error:
            status = error.status
        except DocumentInterrupted:
            self.interrupted.set()
            raise
        if self.holding is not None:
            await self.holding.wait()
        padding = AttributeGroup(GroupTag.PRINTER, [Attribute("padding", [OctetString(bytes(1000))])])
        response = _response(request.version, status, request.request_id)
        padded = replace(response, groups=(padding,) * (self.answer_octets // 1000))
        return Answer(padded, self.lasting, self.enclosed)

    async def _read(self, document: DocumentStream) -> None:
        digest = hashlib.sha256()
        async for piece in document:
            digest.update(piece)
        self.digests.append(digest.hexdigest())

    def refuse(self, error: MalformedMessage, header: Header | None) -> Response:
        status = TOO_LARGE if isinstance(error, LimitExceeded) else BAD_REQUEST
        return _response(Version(2, 0), status, header.request_id if header else 0)


class TinySite:
    """Has one page."""

    def has(self, path: str, query: str = "") -> bool:
        return path in (PATH, PAGE) and not query

    async def answer(self, request: BaseRequest, origin: Origin) -> web.Response:
        return web.Response(text=f"the page at {origin.path} for {origin.authority}")


def _response(version: Version, status: int, request_id: int) -> Response:
    return Response(version=version, status_code=status, request_id=request_id, groups=())


def quickly(test: T) -> T:
    """Marks a test of a deadline: they are QUICK, by a clock that knows no stalls."""
    quick = pytest.mark.parametrize("limits", [QUICK], ids=["quick"])
    return pytest.mark.usefixtures("leaping")(quick(test))  # type: ignore[no-any-return] # it is the test


def post(
    body: bytes = CREDULOUS,
    *,
    target: str = PATH,
    fields: Mapping[str, str] | None = None,
    chunks_of: int | None = None,
    version: str = "1.1",
) -> bytes:
    """A POST of `body`, by Content-Length or in chunks; a field given as "" is left out."""
    found = {"Host": "localhost:631", "Content-Type": "application/ipp"}
    found |= {"Transfer-Encoding": "chunked"} if chunks_of else {"Content-Length": str(len(body))}
    found |= fields or {}
    head = f"POST {target} HTTP/{version}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in found.items() if value)
    return head.encode("latin-1") + b"\r\n" + (chunked(body, chunks_of) if chunks_of else body)


def chunked(body: bytes, size: int) -> bytes:
    """`body` in chunks of `size`, the last one and the empty line included."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def ipp_status(body: bytes) -> int:
    """The status-code of an encoded response."""
    return int.from_bytes(body[2:4])


async def answer_to(address: Address, octets: bytes) -> http.Answer:
    """The answer to a request on a connection of its own; there must be one."""
    answer = await exchange(address, octets)
    if answer is None:
        raise AssertionError("the connection was closed without an answer")
    return answer


async def empty(service: WebService) -> None:
    """Returns when nobody is connected any more."""
    seconds = 0.001
    async with asyncio.timeout(PATIENCE_SECONDS):
        while service.connections:  # the service tells nobody
            await asyncio.sleep(seconds)
            seconds = min(2 * seconds, 0.1)
