"""The document in a request's body: an iterator that counts, keeps time, and names a vanished client."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from aiohttp import StreamReader, web

from ippserver.interfaces import DocumentInterrupted
from ippserver.model.errors import RequestEntityTooLarge, Timeout
from ippserver.web.limits import HttpLimits
from ippserver.web.refusal import Refusal

_FAULTS: Final = (OSError, RuntimeError, web.RequestPayloadError, web.PayloadAccessError, Refusal)
"""What reading a body raises when its sender is gone, or what it sent is no body.

The RuntimeError is aiohttp's where the client was gone before its request was looked at.
"""


async def next_piece(content: StreamReader) -> bytes:
    """The next octets of a body as soon as there are any; none at its end.

    Raises:
        DocumentInterrupted: Its sender is gone. That appears as a bare ConnectionResetError, an OSError as a
            full disk is, and so is renamed before anybody could take one for the other.
    """
    try:
        return await content.readany()
    except _FAULTS as fault:
        raise DocumentInterrupted from fault


class IncomingDocument(AsyncIterator[bytes]):
    """The octets after the attributes: `start`, which came with them, and the rest of `content`.

    Raises, when iterated:
        RequestEntityTooLarge: The document is larger than `max_octets`.
        Timeout: No octet came for `limits.document_seconds`, or, while `is_crowded`, too few of them.
        DocumentInterrupted: The client went away, or what it sent is no body.
    """

    octets_read: int
    """How much was handed out."""

    def __init__(
        self,
        content: StreamReader,
        start: bytes,
        *,
        limits: HttpLimits,
        max_octets: int,
        is_crowded: Callable[[], bool],
    ) -> None:
        self.octets_read = 0
        self._content = content
        self._start = start
        self._limits = limits
        self._max_octets = max_octets
        self._is_crowded = is_crowded
        self._window_seconds = 0.0  # spent waiting for the client, since the rate was judged last
        self._window_octets = 0

    async def __anext__(self) -> bytes:
        piece, self._start = self._start, b""
        if not piece and not self._content.at_eof():
            piece = await self._read()
        if not piece:
            raise StopAsyncIteration
        self.octets_read += len(piece)
        if self.octets_read > self._max_octets:
            raise RequestEntityTooLarge
        return piece

    async def _read(self) -> bytes:
        """The next octets of the body; none at its end."""
        silent_seconds = 0.0
        while True:
            patience = min(
                self._limits.document_seconds - silent_seconds,
                self._limits.rate_seconds - self._window_seconds,
            )
            began = asyncio.get_running_loop().time()
            piece = await self._read_within(patience)
            waited = asyncio.get_running_loop().time() - began
            silent_seconds += waited
            self._judge_rate(waited, 0 if piece is None else len(piece))
            if piece is not None:
                return piece
            if silent_seconds >= self._limits.document_seconds:
                raise Timeout

    async def _read_within(self, seconds: float) -> bytes | None:
        """The next octets, none at the end of the body, or None where `seconds` passed without any."""
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                return await next_piece(self._content)
        except TimeoutError:
            return None

    def _judge_rate(self, waited: float, octets: int) -> None:
        """Refuses who drips while others wait for a connection; only time spent waiting counts."""
        self._window_seconds += waited
        self._window_octets += octets
        if self._window_seconds < self._limits.rate_seconds:
            return
        is_slow = self._window_octets < self._limits.minimum_rate * self._window_seconds
        self._window_seconds = 0.0
        self._window_octets = 0
        if is_slow and self._is_crowded():
            raise Timeout
