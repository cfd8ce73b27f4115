"""What stands in front of aiohttp's parser: it sees every octet first and passes on what is beyond doubt.

Heads are held until they are complete and checked; bodies of known length pass untouched; chunked ones are
taken apart, checked and put together again, so that the parser behind reads our framing and never the
client's. Sans-I/O, in linear time, and it holds at most one head.
"""

from collections.abc import Generator, Iterator
from http import HTTPStatus
from typing import Final

from ippserver.web.chunks import ChunkedBody
from ippserver.web.head import CRLF, END_OF_HEAD, Framing, check_beginning, framing
from ippserver.web.limits import HttpLimits
from ippserver.web.refusal import NotHttp, Refusal

_LAST_CHUNK: Final = b"0\r\n\r\n"
_FAMILIAR_OCTETS: Final = 1024
"""A head up to this size is remembered, with its framing: watchers send the same one again."""
_SHORT_OCTETS: Final = 4096
_EMPTY_LINES: Final = 2
"""How many may stand before a request line; some clients end a body with one (RFC 9112 2.2)."""


class Guard:
    """Watches one connection. `max_body_octets` is the largest Content-Length or single chunk."""

    requests: int
    """How many heads have been passed on."""

    def __init__(self, limits: HttpLimits, max_body_octets: int) -> None:
        self.requests = 0
        self._limits = limits
        self._max_body_octets = max_body_octets
        self._head = bytearray()
        self._familiar = b""
        self._framing = Framing(chunked=False, length=0)
        self._empty_lines = 0
        self._left = 0  # of a body of known length
        self._chunked: ChunkedBody | None = None

    @property
    def in_head(self) -> bool:
        """True while a head has begun and is not complete."""
        return bool(self._head)

    @property
    def in_body(self) -> bool:
        """True while octets of a body are still to come."""
        return self._left > 0 or self._chunked is not None

    def feed(self, octets: bytes) -> Iterator[bytes]:
        """The octets for the parser, in order; whole requests before a fault come before it is raised.

        Raises:
            Refusal: The client is to be answered so, after all that came before.
            NotHttp: The connection is to be closed.
        """
        position = 0
        end = len(octets)
        while position < end:
            if self._left:
                stop = min(position + self._left, end)
                self._left -= stop - position
                yield octets[position:stop]
                position = stop
            elif self._chunked is not None:
                position = yield from self._chunks(self._chunked, octets, position)
            else:
                position = yield from self._request_head(octets, position)

    def _request_head(self, octets: bytes, position: int) -> Generator[bytes, None, int]:
        head = self._head
        if not head:
            if octets.startswith(CRLF, position):
                self._skip_empty_line()
                return position + len(CRLF)
            end = octets.find(END_OF_HEAD, position)
            if end >= 0:  # the usual case: a whole head in one segment
                end += len(END_OF_HEAD)
                yield from self._pass_on(octets[position:end])
                return end
        held = len(head)
        head += octets[position:]
        if held < len(CRLF) and head.startswith(CRLF):
            head.clear()
            self._skip_empty_line()
            return position + len(CRLF) - held
        searched = max(0, held - len(END_OF_HEAD) + 1)
        end = head.find(END_OF_HEAD, searched)
        if end < 0:
            check_beginning(head, searched, self._limits)
            return len(octets)
        end += len(END_OF_HEAD)
        self._head = bytearray()
        yield from self._pass_on(bytes(head[:end]))
        return position + end - held

    def _skip_empty_line(self) -> None:
        self._empty_lines += 1
        if self._empty_lines > _EMPTY_LINES:
            raise Refusal(HTTPStatus.BAD_REQUEST, "The request line is malformed.")

    def _pass_on(self, head: bytes) -> Iterator[bytes]:
        body = self._framing if head == self._familiar else framing(head, self._limits)
        if len(head) <= _FAMILIAR_OCTETS:
            self._familiar, self._framing = head, body
        if body.length > self._max_body_octets:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The document is too large.")
        self.requests += 1
        self._empty_lines = 0
        self._left = body.length
        if body.chunked:
            self._chunked = ChunkedBody(self._limits, self._max_body_octets)
        yield head

    def _chunks(self, body: ChunkedBody, octets: bytes, position: int) -> Generator[bytes, None, int]:
        data: list[bytes] = []
        position = body.feed(octets, position, data)
        merged = data[0] if len(data) == 1 else b"".join(data)
        if merged:
            yield b"%x\r\n" % len(merged)
            yield merged
            yield CRLF
        if body.complete:
            self._chunked = None
            yield _LAST_CHUNK
        return position


def joined(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same octets, short pieces in one: each costs the parser behind a turn, a head and its body two.

    What came before a fault comes before it here, too.
    """
    short: list[bytes] = []
    fault: Exception | None = None
    while fault is None:
        try:
            piece = next(pieces)
        except StopIteration:
            break
        except (Refusal, NotHttp) as found:
            fault = found
            continue
        if len(piece) <= _SHORT_OCTETS:
            short.append(piece)
            continue
        if short:
            yield b"".join(short)
            short.clear()
        yield piece
    if short:
        yield b"".join(short)
    if fault is not None:
        raise fault
