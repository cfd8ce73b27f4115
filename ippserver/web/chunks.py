"""The chunked transfer coding (RFC 9112 7.1), strictly and within budgets; sans-I/O.

Extensions and trailer fields are counted, checked and dropped: nobody behind us ever sees them.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from ippserver.web.head import CRLF, FIELD
from ippserver.web.limits import HttpLimits
from ippserver.web.refusal import Refusal

_SIZE_DIGITS: Final = 16
_SIZE_LINE: Final = re.compile(rb"([0-9A-Fa-f]{1,16})\r\n")
_SIZE_LINE_WITH_EXTENSION: Final = re.compile(rb"([0-9A-Fa-f]{1,16})(;[\t -~\x80-\xff]*+)\r\n")
_FRAMING_FIELDS: Final = frozenset(
    (b"content-length", b"transfer-encoding", b"host", b"trailer", b"content-type", b"content-encoding")
)
"""Fields that would change how the message is read or routed: no trailers (RFC 9110 6.5.1)."""


def _malformed() -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "The chunked body is malformed.")


class ChunkedBody:
    """Takes the chunks off a body that comes in any pieces.

    No chunk may be announced larger than `max_octets`; what they sum up to is for the reader to count.
    """

    complete: bool
    """True once the empty line after the last chunk was read."""

    def __init__(self, limits: HttpLimits, max_octets: int) -> None:
        self.complete = False
        self._limits = limits
        self._max_octets = max_octets
        self._left = 0  # of the chunk whose data is being read
        self._line = bytearray()  # a line that is not complete yet
        self._on_line: Callable[[bytes], None] = self._size_line
        self._extension_octets = 0
        self._trailers = 0
        self._trailer_octets = 0

    def feed(self, octets: bytes, position: int, data: list[bytes]) -> int:
        """Appends the data found in `octets` from `position` on to `data`; answers the position after it.

        Raises:
            Refusal: The coding is malformed (400), or a chunk is too large (413).
        """
        end = len(octets)
        while position < end and not self.complete:
            if self._left:
                stop = min(position + self._left, end)
                data.append(octets[position:stop])
                self._left -= stop - position
                position = stop
            elif self._on_line == self._size_line and not self._line:
                position = self._whole_chunks(octets, position, data)
                if position < end:
                    position = self._take_line(octets, position)
            else:
                position = self._take_line(octets, position)
        return position

    def _whole_chunks(self, octets: bytes, position: int, data: list[bytes]) -> int:
        """Takes the chunks that are all there: a million of one octet must not take a second."""
        match_size_line = _SIZE_LINE.match
        append = data.append
        while match := match_size_line(octets, position):
            size = int(match[1], 16)
            start = match.end()
            stop = start + size
            if not size or octets[stop : stop + 2] != CRLF:
                break
            append(octets[start:stop])
            position = stop + 2
        return position

    def _take_line(self, octets: bytes, position: int) -> int:
        """Adds to the line that is being read, up to its end."""
        found = octets.find(b"\n", position)
        stop = len(octets) if found < 0 else found + 1
        line = self._line
        line += octets[position : min(stop, position + self._line_limit() + 1)]
        if found >= 0 and line.endswith(CRLF):
            self._line = bytearray()
            self._on_line(bytes(line))
        elif found >= 0 or len(line) > self._line_limit() or not self._may_begin_line(line):
            raise _malformed()
        return stop

    def _line_limit(self) -> int:
        if self._on_line == self._trailer_line:
            return self._limits.trailer_octets + len(CRLF)
        return _SIZE_DIGITS + self._limits.chunk_extension_octets + len(CRLF)

    def _may_begin_line(self, line: bytearray) -> bool:
        return self._on_line != self._end_of_data or line == b"\r"

    def _size_line(self, line: bytes) -> None:
        match = _SIZE_LINE.fullmatch(line)
        if match is None:
            match = _SIZE_LINE_WITH_EXTENSION.fullmatch(line)
            if match is None:
                raise _malformed()
            self._extension_octets += len(match[2])
            if self._extension_octets > self._limits.chunk_extension_octets:
                raise Refusal(HTTPStatus.BAD_REQUEST, "The chunk extensions are too large.")
        size = int(match[1], 16)
        if size > self._max_octets:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The document is too large.")
        self._left = size
        self._on_line = self._end_of_data if size else self._trailer_line

    def _end_of_data(self, line: bytes) -> None:
        if line != CRLF:
            raise _malformed()
        self._on_line = self._size_line

    def _trailer_line(self, line: bytes) -> None:
        if line == CRLF:
            self.complete = True
            return
        match = FIELD.fullmatch(line)
        if match is None or match["name"].lower() in _FRAMING_FIELDS:
            raise Refusal(HTTPStatus.BAD_REQUEST, "A trailer field is malformed or not allowed.")
        self._trailers += 1
        self._trailer_octets += len(line)
        if self._trailers > self._limits.trailers or self._trailer_octets > self._limits.trailer_octets:
            raise Refusal(HTTPStatus.BAD_REQUEST, "The trailer fields are too many or too large.")
