"""POST application/ipp: from a request to the Dispatcher and back (RFC 8010 4, DIGEST 2).

Checks what HTTP has to say, in this order: host, path, method, origin, type, coding, expectation. Only then
is the body asked for. Knows nothing of operations: every answer but HTTP's refusals is the Dispatcher's, or
the Site's to GET.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol, cast

from aiohttp import StreamReader, hdrs, web
from aiohttp.web_request import BaseRequest
from aiohttp.web_response import StreamResponse

from ippserver.interfaces import DocumentInterrupted, DocumentStream
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.errors import MalformedMessage
from ippserver.ipp.message import Header, Request, Response
from ippserver.operations.answer import Answer
from ippserver.operations.origin import Origin
from ippserver.web.connection import Connection
from ippserver.web.documents import IncomingDocument, next_piece
from ippserver.web.enclosing import EnclosingResponse
from ippserver.web.head import METHODS
from ippserver.web.host import HostPolicy, socket_authority
from ippserver.web.limits import HttpLimits
from ippserver.web.memory import MEDIA_TYPE, IppResponse
from ippserver.web.refusal import PRODUCT, Refusal
from ippserver.web.target import Target, parse_target
from ippserver.web.tls import Tls
from ippserver.web.upgrade import ensure_tls

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class Dispatcher(Protocol):
    """What stands behind: `operations.dispatch.Dispatcher`, as seen from HTTP."""

    def serves(self, path: str, query: str = "") -> bool:
        """Whether there is a Printer, or could be a Job, at that normalised path."""

    async def dispatch(self, request: Request, origin: Origin, document: DocumentStream) -> Answer:
        """The answer to `request`; raises nothing but DocumentInterrupted."""

    def refuse(self, error: MalformedMessage, header: Header | None) -> Response:
        """The answer to octets that are no message; `header` is what was understood before the fault."""


class Site(Protocol):
    """What is read by GET: `web.site.Site`."""

    def has(self, path: str, query: str = "") -> bool:
        """Whether there is something to read at that normalised path."""

    async def answer(self, request: BaseRequest, origin: Origin) -> StreamResponse:
        """The answer to a GET or HEAD of what there is at the path of `origin`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IppHandler:
    """Handles the requests of all connections."""

    dispatcher: Dispatcher
    site: Site
    hosts: HostPolicy
    limits: HttpLimits
    max_document_octets: int
    is_crowded: Callable[[], bool]
    tls: Tls | None = None

    async def handle(self, request: BaseRequest) -> StreamResponse:
        """The answer to one HTTP request."""
        connection = cast(Connection, request.protocol)
        connection.begin(request)
        try:
            return await self._answer(request, connection)
        except Refusal as refusal:
            connection.log("refused: %s", refusal)
            return refusal.response()

    async def _answer(self, request: BaseRequest, connection: Connection) -> StreamResponse:
        raw = request.raw_path
        is_options = request.method == hdrs.METH_OPTIONS
        target = Target("*") if is_options and raw == "*" else parse_target(raw)
        authority = self._authority(request, target, connection)
        await ensure_tls(request, connection, self.tls, target, authority)
        origin = Origin(
            path=target.path,
            query=target.query,
            scheme="ipps" if connection.is_secure else "ipp",
            authority=authority,
            peer=connection.peer,
            gone=connection.gone,
        )
        methods = self._methods(target)
        if is_options:
            return web.Response(headers={hdrs.SERVER: PRODUCT, hdrs.ALLOW: ", ".join(methods)})
        if request.method not in methods:
            allow: Mapping[str, str] = {hdrs.ALLOW: ", ".join(methods)}
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "This method is not allowed.", headers=allow)
        if request.method != hdrs.METH_POST:
            return await self.site.answer(request, origin)
        _check_origin(request, authority)
        _check_content(request)
        await _ask_for_body(request)
        answer = await self._respond(request, connection, origin)
        message = answer.response.encode()
        if answer.document is not None:
            return EnclosingResponse(message, answer.document)
        return IppResponse(message, answer.lasting)

    def _methods(self, target: Target) -> Sequence[str]:
        """What may be done with the target; raises where there is none."""
        if target.path == "*":
            return METHODS
        reading = METHODS[:2] if self.site.has(target.path, target.query) else ()
        printing = METHODS[2:3] if self.dispatcher.serves(target.path, target.query) else ()
        if not reading and not printing:
            raise Refusal(HTTPStatus.NOT_FOUND, "There is nothing here.")
        return (*reading, *printing, *METHODS[3:])

    def _authority(self, request: BaseRequest, target: Target, connection: Connection) -> str:
        """Host and port as the client named them, checked; an absolute target counts more than Host."""
        address, port = connection.local
        named = [name for name in (request.headers.get(hdrs.HOST), target.authority) if name is not None]
        if not named:
            return socket_authority(address, port)
        secure = connection.is_secure
        authority = [self.hosts.authority(name, port, secure) for name in named][-1]
        if secure and self.hosts.is_misdirected(named[-1], connection.server_name):
            raise Refusal(HTTPStatus.MISDIRECTED_REQUEST, "This connection was made to another name.")
        return authority

    async def _respond(self, request: BaseRequest, connection: Connection, origin: Origin) -> Answer:
        decoder = Decoder()
        try:
            message, start = await self._read_message(request, decoder)
            document = IncomingDocument(
                request.content,
                start,
                limits=self.limits,
                max_octets=self.max_document_octets,
                is_crowded=self.is_crowded,
            )
            return await self.dispatcher.dispatch(message, origin, document)
        except MalformedMessage as error:
            connection.log("malformed: %s", error)
            return Answer(self.dispatcher.refuse(error, decoder.header))
        except DocumentInterrupted:
            refusal = connection.body_refusal()
            if refusal is not None:
                raise refusal from None
            raise _gone() from None

    async def _read_message(self, request: BaseRequest, decoder: Decoder[Request]) -> tuple[Request, bytes]:
        """The message, which `decoder` reads, and the start of the document.

        Raises:
            MalformedMessage: It is none, or the body ends before it does.
            DocumentInterrupted: The client went away, or sent what is no body.
            Refusal: It did not come in time, or the body is empty.
        """
        content = request.content
        try:
            if content.is_eof():  # the usual case: all is there, and no deadline need be set up
                return await _read(decoder, content)
            async with asyncio.timeout(self.limits.attributes_seconds):
                return await _read(decoder, content)
        except TimeoutError:
            raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "The attributes did not come in time.") from None


async def _read(decoder: Decoder[Request], content: StreamReader) -> tuple[Request, bytes]:
    piece = await next_piece(content)
    if not piece:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The request has no body.")
    while not decoder.feed(piece):
        piece = await next_piece(content)
        if not piece:
            decoder.finish()
    return decoder.message, decoder.remainder


def _gone() -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "The client went away before the end.")


def _check_origin(request: BaseRequest, authority: str) -> None:
    """Refuses what a page of another site had a browser send (W04); printing programs send neither field."""
    origin = request.headers.get(hdrs.ORIGIN)
    is_foreign = origin is not None and origin.lower() not in (
        f"http://{authority}",
        f"http://{authority.removesuffix(':80')}",
        f"https://{authority}",
        f"https://{authority.removesuffix(':443')}",
    )
    if is_foreign or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Refusal(HTTPStatus.FORBIDDEN, "Pages of other sites may not print.")


def _check_content(request: BaseRequest) -> None:
    media_type = request.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The Content-Type must be {MEDIA_TYPE}.")
    coding = request.headers.get(hdrs.CONTENT_ENCODING, "identity").strip().lower()
    if coding != "identity":
        # IPP has a "compression" of its own; aiohttp hands out a truncated gzip body as a complete one.
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "No Content-Encoding is supported.")


async def _ask_for_body(request: BaseRequest) -> None:
    """Answers `Expect: 100-continue` (RFC 9110 10.1.1), which CUPS sends with every request."""
    expectation = request.headers.get(hdrs.EXPECT)
    if expectation is None or request.version == (1, 0):
        return
    if expectation.strip().lower() != "100-continue":
        raise Refusal(HTTPStatus.EXPECTATION_FAILED, "Nothing but 100-continue can be expected.")
    try:
        await request.writer.write(_CONTINUE)
    except ConnectionError:
        raise _gone() from None
    request.writer.output_size = 0  # of the answer itself nothing is sent yet
