"""One connection: aiohttp's protocol behind the guard, with the deadlines that aiohttp does not keep.

Measured on aiohttp 3.14.5: a stalled header section lives for `keepalive_timeout` (3 630 s by default), a
stalled body or a reader that never reads for ever, malformed requests are echoed and logged with a traceback,
and a client that closed its sending half after a whole request gets no answer.
"""

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, cast

from aiohttp import web
from aiohttp.web_request import BaseRequest
from aiohttp.web_response import StreamResponse

from ippserver.web.guard import Guard, joined
from ippserver.web.limits import HttpLimits
from ippserver.web.memory import IppResponse, Memory, Place, Question
from ippserver.web.refusal import NotHttp, Refusal
from ippserver.web.tls import Session, Tls
from ippserver.web.wire import RECORD, TlsWire

logger: Final = logging.getLogger(__name__)

_SWITCHING: Final = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
_NO_REQUEST: Final = b"\0"
"""An octet that no request begins with. It makes aiohttp queue an error behind the requests before it."""


class Connection(web.RequestHandler):
    """A client's connection.

    `closed` is called once, when the connection is no more.
    """

    peer: str
    """The client's address, for the log."""
    local: tuple[str, int]
    """The address and port that the client connected to."""
    gone: asyncio.Event
    """Set once the client has closed its sending half, or all: nobody should wait on its account."""

    def __init__(
        self,
        server: web.Server,
        limits: HttpLimits,
        *,
        memory: Memory,
        max_body_octets: int,
        closed: Callable[["Connection"], None],
        tls: Tls | None = None,
    ) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            logger=logger,
            access_log=None,  # type: ignore[arg-type] # None is how web.Server's users switch it off, too
            auto_decompress=False,
            keepalive_timeout=limits.keep_alive_seconds,
            lingering_time=0.0,
            read_bufsize=limits.buffer_octets,
            max_line_size=limits.target_octets,
            max_headers=limits.fields,
            max_field_size=limits.authorization_octets + limits.field_octets,
        )
        self.peer = ""
        self.local = ("localhost", 0)
        self.gone = asyncio.Event()
        self._limits = limits
        self._memory = memory
        self._closed = closed
        self._tls = tls
        self._is_fresh = True  # nothing has come yet
        self._guard = Guard(limits, max_body_octets)
        self._wire: asyncio.Transport | None = None
        self._place = Place("", None)
        self._question: Question | None = (
            None  # the request that is being handled, if it came at once and alone
        )
        self._door_closes = 0.0  # until then aiohttp does not take the connection for idle
        self._refusal: Refusal | None = None
        self._is_body_at_fault = False
        self._begun = 0  # requests whose handler has begun
        self._answered = 0
        self._body: web.BaseRequest | None = None  # of the request that is being handled
        self._half_closed = False
        self._is_refused = False  # its answer is under way
        self._is_stopping = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._reader_timer: asyncio.TimerHandle | None = None
        self._lingering: asyncio.Future[None] | None = None
        self._discarded = 0

    def begin(self, request: BaseRequest) -> None:
        """To be called first by the handler of each request: faults found in its body are then told to it."""
        self._begun += 1
        self._body = request
        self._tell_body()

    def finish(self) -> None:
        """Closes the connection now where it is idle, else after the requests that have arrived."""
        self._is_stopping = True
        if self._answered >= self._due and not self._guard.in_head:
            self.force_close()

    def body_refusal(self) -> Refusal | None:
        """What is wrong with the body that the handler could not read on; None where the client is gone."""
        return self._refusal if self._is_body_at_fault else None

    @property
    def _due(self) -> int:
        """How many answers there have to be, by what has come so far."""
        is_head_refused = self._refusal is not None and not self._is_body_at_fault
        return self._guard.requests + is_head_refused

    def log(self, message: str, *arguments: object) -> None:
        """One line about what the peer did; what it sent is never among the arguments."""
        logger.info(message, *arguments, extra={"peer": self.peer})

    @property
    def is_secure(self) -> bool:
        """Whether the client speaks TLS."""
        return self._place.is_secure

    @property
    def server_name(self) -> str | None:
        """The name that the client asked for in its TLS handshake, if any (RFC 6066 3)."""
        session = None if self._wire is None else self._wire.get_extra_info("ssl_object")
        return session.name if isinstance(session, Session) else None

    async def upgrade(self, tls: Tls, token: str) -> None:
        """Changes to TLS before the request that is being handled is answered (RFC 2817 3.3).

        Raises:
            Refusal: More came in the clear after the request; it must not count as having come by TLS.
            ConnectionError: The handshake failed.
        """
        guard = self._guard
        if self._begun != guard.requests or guard.in_head or guard.in_body or self._refusal is not None:
            raise Refusal(HTTPStatus.BAD_REQUEST, "Nothing may follow a request to upgrade.")
        if self._wire is None or self._wire.is_closing():
            raise ConnectionResetError
        self._wire.write(f"{_SWITCHING}Upgrade: {token}, HTTP/1.1\r\n\r\n".encode())
        wire = self._begin_tls(tls)
        if wire is None or not await wire.opened:
            raise ConnectionResetError

    def _begin_tls(self, tls: Tls, octets: bytes = b"") -> TlsWire | None:
        """Takes `octets` and what comes after them for TLS; where there is no room for it, closes."""
        assert self._wire is not None
        wire = tls.wire(self._wire, self, failed=self._tls_failed)
        if wire is None:
            self.log("closed: there are too many TLS connections")
            self.force_close()
            return None
        self._wire = self.transport = wire
        self._place = self._place._replace(is_secure=True)
        self._end_head_timer()  # the handshake has a deadline of its own
        wire.opened.add_done_callback(self._tls_begun)
        wire.begin(octets)
        return wire

    def _tls_begun(self, opened: "asyncio.Future[bool]") -> None:
        if opened.result():
            self._watch_head()

    def _tls_failed(self, reason: str) -> None:
        self.log("closed: TLS failed: %s", reason)

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        wire = self._wire = cast(asyncio.Transport, transport)
        # pause_writing is then called as soon as the peer does not take all of an answer at once.
        wire.set_write_buffer_limits(high=0)
        peer = wire.get_extra_info("peername")
        self.peer = peer[0] if isinstance(peer, tuple) else "local"
        name = wire.get_extra_info("sockname")
        if isinstance(name, tuple):
            self.local = name[:2]
        self._place = Place(self.peer, self.local)
        super().connection_made(transport)
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        if self._lingering is not None:
            self._discard(len(data))
        elif not data:
            super().data_received(data)  # aiohttp's own call, to go on with what it holds
        elif self._refusal is None and not self._answer_again(data):
            self._take(data)

    def _answer_again(self, data: bytes) -> bool:
        """Answers a request whose answer was given before and still holds; False where there is none."""
        if not self._is_idle or self._loop.time() > self._door_closes:
            return False
        answer = self._memory.find(data, self._place)
        if answer is None:
            return False
        assert self._wire is not None
        self._wire.write(answer)
        return True

    @property
    def _is_idle(self) -> bool:
        """Whether everything that came was answered, the answers were taken, and more may come."""
        guard = self._guard
        is_answered = self._answered >= self._due and not guard.in_head and not guard.in_body
        return is_answered and self._reader_timer is None and not self._is_stopping

    def _take(self, data: bytes) -> None:
        """Passes on what the guard lets through; the first octet of all decides for TLS or against it."""
        is_first, self._is_fresh = self._is_fresh, False
        if is_first and self._tls is not None and data.startswith(RECORD):
            self._begin_tls(self._tls, data)
            return
        guard = self._guard
        alone = guard.requests + 1 if self._is_idle else 0
        try:
            for piece in joined(guard.feed(data)):
                super().data_received(piece)
        except Refusal as refusal:
            self._refuse(refusal)
        except NotHttp as reason:
            self.log("closed: %s", reason)
            self.force_close()
        is_whole = guard.requests == alone and not guard.in_head and not guard.in_body
        self._question = Question.of(data, self._place) if is_whole else None
        self._watch_head()

    def eof_received(self) -> bool | None:  # type: ignore[override] # asyncio's answer, which aiohttp never gives
        self.gone.set()
        if self._lingering is not None:
            self._end_lingering()
            return None
        is_cut_off = self._guard.in_body and not self._is_body_at_fault
        if is_cut_off or self._answered >= self._due:
            return None
        self._half_closed = True
        return True  # keeps our half open for the answers that are due

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reader_timer is not None:
            self._reader_timer.cancel()
            self._reader_timer = None

    def connection_lost(self, exc: BaseException | None) -> None:
        for timer in (self._head_timer, self._reader_timer):
            if timer is not None:
                timer.cancel()
        self._end_lingering()
        self.gone.set()
        super().connection_lost(exc)
        self._closed(self)

    # What aiohttp calls.

    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> StreamResponse:
        """The answer to what is no request, or to a fault of ours; never the text that aiohttp proposes."""
        self._is_refused = True
        if status == HTTPStatus.BAD_REQUEST:
            refusal = self._refusal or Refusal(HTTPStatus.BAD_REQUEST, "The request is malformed.")
            self.log("refused: %s", refusal)
        else:
            logger.error("the request could not be handled", exc_info=exc, extra={"peer": self.peer})
            refusal = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed.")
        if request.writer.output_size > 0:
            raise ConnectionError("a part of another answer was sent already")
        return refusal.response()

    async def finish_response(
        self, request: BaseRequest, resp: StreamResponse, start_time: float | None
    ) -> tuple[StreamResponse, bool]:
        """Sends the answer, and closes after it where the request was not read whole."""
        self._body = None
        unread = self._is_refused or not request.content.is_eof()
        is_last = (self._half_closed or self._is_stopping) and self._answered + 1 >= self._due
        if unread or is_last:
            resp.force_close()
        sent = await super().finish_response(request, resp, start_time)
        self._answered += 1
        self._door_closes = self._loop.time() + self._limits.keep_alive_seconds / 2
        if self._question is not None and isinstance(resp, IppResponse) and not is_last:
            self._memory.keep(self._question, request, resp)
        if unread:
            await self._linger()
        return sent

    def _refuse(self, refusal: Refusal) -> None:
        """Has `refusal` answered, after the requests before it; what still comes is thrown away."""
        self._refusal = refusal
        if self._guard.in_body:
            self._is_body_at_fault = True
            self._tell_body()
        else:
            super().data_received(_NO_REQUEST)

    def _tell_body(self) -> None:
        if self._is_body_at_fault and self._body is not None and self._begun == self._guard.requests:
            assert self._refusal is not None
            self._body.content.set_exception(self._refusal)

    def _watch_head(self) -> None:
        """Sees to it that the header section ends in time; the first one counts from the accept."""
        is_due = self._refusal is None and (self._guard.in_head or not self._guard.requests)
        if not is_due:
            self._end_head_timer()
        elif self._head_timer is None:
            self._head_timer = self._loop.call_later(self._limits.head_seconds, self._head_overdue)

    def _end_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_overdue(self) -> None:
        self._head_timer = None
        if self._wire is not None and not self._wire.is_reading():
            self._watch_head()  # it is we who do not read, since an earlier document is not taken yet
        elif self._guard.in_head:
            self._refuse(Refusal(HTTPStatus.REQUEST_TIMEOUT, "The header fields did not come in time."))
        else:
            logger.debug("closed: no request came", extra={"peer": self.peer})
            self.force_close()

    def _watch_reader(self) -> None:
        unsent = 0 if self._wire is None else self._wire.get_write_buffer_size()
        self._reader_timer = self._loop.call_later(self._limits.answer_seconds, self._check_reader, unsent)

    def _check_reader(self, unsent_before: int) -> None:
        wire = self._wire
        if wire is None:
            return
        taken = unsent_before - wire.get_write_buffer_size()
        if taken >= self._limits.minimum_rate * self._limits.answer_seconds:
            self._watch_reader()
            return
        self.log("cut: the answer was not read")
        wire.abort()

    async def _linger(self) -> None:
        """Closes our half and throws away what still comes, for a while.

        Closing at once would reset the connection, and take back the answer before the client has read it.
        """
        wire = self._wire
        if wire is None or wire.is_closing() or self._half_closed:
            return
        self._lingering = self._loop.create_future()
        try:
            wire.write_eof()
        except OSError:
            return  # the client has reset the connection
        wire.resume_reading()
        try:
            async with asyncio.timeout(self._limits.lingering_seconds):
                await self._lingering
        except TimeoutError:
            logger.debug("closed while the client was still sending", extra={"peer": self.peer})

    def _discard(self, octets: int) -> None:
        self._discarded += octets
        if self._discarded > self._limits.lingering_octets:
            self._end_lingering()

    def _end_lingering(self) -> None:
        if self._lingering is not None and not self._lingering.done():
            self._lingering.set_result(None)
