"""TLS on a connection that was accepted in the clear: a transport for the protocol above it.

asyncio's own layer (`start_tls`) holds 256 KiB for each connection, drops unsent answers when the client says
close_notify, has no half-close, and tells the protocol above nothing of a handshake that failed. This one is
between the two in the same task, and what is above sees the same calls in the same order as in the clear.
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import Any, Final

RECORD: Final = b"\x16"
"""The first octet of TLS, a handshake record (RFC 8446 5.1), which begins no HTTP request."""
_RECORD_OCTETS: Final = 16 * 1024
"""The most that one record carries, and so the most that one read gives."""
_HANDSHAKE_OCTETS: Final = 64 * 1024
"""What a client may send before the handshake is done; browsers send 2 KiB."""


class TlsWire(asyncio.Transport, asyncio.Protocol):
    """The server's end of TLS: the transport of `above`, the protocol of `below`.

    The handshake has to be done in `seconds`. `failed` gets a reason where the peer speaks no TLS of ours;
    `gone` is called once, at the end. Either way `above` is told of the end as in the clear.
    """

    opened: "asyncio.Future[bool]"
    """Whether the handshake succeeded, once that is known."""

    def __init__(
        self,
        below: asyncio.Transport,
        above: asyncio.Protocol,
        context: ssl.SSLContext,
        *,
        seconds: float,
        failed: Callable[[str], None],
        gone: Callable[[], None],
    ) -> None:
        super().__init__()
        self.opened = asyncio.get_running_loop().create_future()
        self._below = below
        self._above = above
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.session = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._seconds = seconds
        self._failed = failed
        self._gone = gone
        self._timer: asyncio.TimerHandle | None = None
        self._octets = 0  # of the handshake
        self._is_open = False
        self._is_closing = False
        self._has_ended = False  # our half
        self._has_peer_ended = False

    def begin(self, octets: bytes) -> None:
        """Takes the connection over; `octets` of the handshake came already."""
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._overdue)
        self._below.set_protocol(self)
        if octets:
            self.data_received(octets)

    # What the transport below calls.

    def data_received(self, data: bytes) -> None:
        if self._is_closing or self._has_peer_ended:
            return  # what comes after close_notify is nobody's, and would be held for ever
        self._incoming.write(data)
        if self._is_open or self._shake_hands(len(data)):
            self._read()

    def eof_received(self) -> bool:
        if not self._is_open:
            self._fail("the client left during the handshake")
            return False
        return self._peer_has_ended()

    def pause_writing(self) -> None:
        self._above.pause_writing()

    def resume_writing(self) -> None:
        self._above.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closing = True
        self._end_handshake(opened=False)
        self._gone()
        self._above.connection_lost(exc)

    # What the protocol above calls.

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._is_closing or self._has_ended:
            return
        view = memoryview(data)
        try:
            while view:  # one record a turn
                view = view[self.session.write(view) :]
        except ssl.SSLError as error:
            self._fail(_reason(error))
        self._flush()

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self._say_goodbye()
        self._below.write_eof()

    def close(self) -> None:
        if self._is_closing:
            return
        self._say_goodbye()
        self._is_closing = True
        self._below.close()

    def abort(self) -> None:
        self._is_closing = True
        self._below.abort()

    def is_closing(self) -> bool:
        return self._is_closing

    def pause_reading(self) -> None:
        self._below.pause_reading()  # nothing is held here then: all that came was passed on

    def resume_reading(self) -> None:
        self._below.resume_reading()

    def is_reading(self) -> bool:
        return self._below.is_reading()

    def get_write_buffer_size(self) -> int:
        return self._below.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:  # Any: as asyncio has it
        match name:
            case "ssl_object":
                return self.session
            case "sslcontext":
                return self.session.context
            case _:
                return self._below.get_extra_info(name, default)

    def _shake_hands(self, octets: int) -> bool:
        """Whether the handshake is done."""
        try:
            self.session.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            self._octets += octets  # not those of its end, which bring a part of the first request along
            if self._octets > _HANDSHAKE_OCTETS:
                self._fail("the handshake is too long")
            return False
        except ssl.SSLError as error:
            self._fail(_reason(error))
            return False
        self._flush()
        self._is_open = True
        self._end_handshake(opened=True)
        return True

    def _end_handshake(self, *, opened: bool) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self.opened.done():
            self.opened.set_result(opened)

    def _overdue(self) -> None:
        self._fail("the handshake did not end in time")

    def _read(self) -> None:
        """Passes on all that can be read; what came before a fault comes before it."""
        pieces: list[bytes] = []
        has_ended, fault = False, ""  # not the exception: it would hold the pieces until the next collection
        try:
            while piece := self.session.read(_RECORD_OCTETS):
                pieces.append(piece)
            has_ended = True  # by close_notify
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            has_ended = True
        except ssl.SSLError as error:
            fault = _reason(error)
        self._flush()
        if pieces:
            self._above.data_received(b"".join(pieces))
        if has_ended:
            self._peer_has_ended()
        elif fault:
            self._fail(fault)

    def _peer_has_ended(self) -> bool:
        """Whether the connection stays open for answers that are due; the end may come twice."""
        if self._has_peer_ended or self._is_closing:
            return not self._is_closing
        self._has_peer_ended = True
        if not self._above.eof_received():
            self.close()
        return not self._is_closing

    def _flush(self) -> None:
        octets = self._outgoing.read()
        if octets:
            self._below.write(octets)

    def _say_goodbye(self) -> None:
        """Sends close_notify, once."""
        if not self._is_open or self._has_ended:
            return
        self._has_ended = True
        held = self._incoming.read()  # unwrap() would go on to look for the peer's, and stumble over it
        try:
            self.session.unwrap()
        except ssl.SSLError:
            pass  # the peer's has not come, which is not waited for (RFC 8446 6.1)
        self._incoming.write(held)
        self._flush()

    def _fail(self, reason: str) -> None:
        """Gives the connection up; the alert that tells the peer why is sent first."""
        if self._is_closing:
            return
        self._failed(reason)
        self._is_closing = True
        self._flush()
        self._below.close()


def _reason(error: ssl.SSLError) -> str:
    """What OpenSSL calls it; never what the peer sent."""
    return error.reason or "malformed"
