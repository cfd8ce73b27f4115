"""A document on its way in: decompressed under a limit, its format found out, spooled (RFC 8011 4.2.1.1)."""

import asyncio
import zlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from ippserver.iana.keywords import Compression
from ippserver.interfaces import DocumentStream, Spool, Spooled
from ippserver.ipp.values import Keyword
from ippserver.model import formats
from ippserver.model.errors import (
    BadRequest,
    CompressionError,
    DocumentFormatError,
    DocumentFormatNotSupported,
    RequestEntityTooLarge,
)
from ippserver.model.printer import PrinterConfig

_PIECE: Final = 256 * 1024
"""Octets decompressed in one go; bounds what a bomb can make of one piece."""
_SLICE: Final = 64 * 1024
"""Compressed octets handed to zlib at once; bounds what it copies when it stops early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A document as a request brings it."""

    stream: DocumentStream
    format: str
    """The media type that was declared; application/octet-stream is detected."""
    compression: Keyword = Compression.NONE


async def receive(spool: Spool, key: str, incoming: Incoming, config: PrinterConfig) -> tuple[Spooled, str]:
    """Spools all of `incoming` under `key`; answers what was stored, and its format.

    Raises:
        BadRequest: There is no octet of it.
        CompressionError, RequestEntityTooLarge, DocumentFormatError, DocumentFormatNotSupported: As they say.
        SpoolError: The spool failed.
        DocumentInterrupted: The sender went away.
    """
    decoded = _decompressed(incoming)
    async with aclosing(_limited(decoded, config.max_document_octets)) as limited:
        head = await _head(limited)
        if not head:
            raise BadRequest("The document is empty.")
        found = document_format(incoming.format, head, config)
        return await spool.write(key, _chain(head, limited)), found


def document_format(declared: str, head: bytes, config: PrinterConfig) -> str:
    """The format of a document that begins with `head` (RFC 8011 5.1.10.1).

    Raises:
        DocumentFormatError: The first octets rule the declared one out.
        DocumentFormatNotSupported: It was to be detected, and is nothing that the Printer takes.
    """
    if formats.essence(declared) != formats.OCTET_STREAM:
        if formats.contradicts(declared, head):
            raise DocumentFormatError(f"The document does not begin as {formats.essence(declared)} does.")
        return formats.essence(declared)
    found = formats.detect(head)
    if found in config.formats:
        return str(found)
    if config.any_format:
        return found or formats.OCTET_STREAM
    raise DocumentFormatNotSupported("The document is of no format that this printer takes.")


async def _head(stream: AsyncIterator[bytes]) -> bytes:
    head = b""
    async for piece in stream:
        head += piece
        if len(head) >= formats.HEAD_OCTETS:
            break
    return head


async def _chain(head: bytes, rest: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    yield head
    async for piece in rest:
        yield piece


async def _limited(stream: AsyncIterator[bytes], limit: int) -> AsyncGenerator[bytes, None]:
    total = 0
    async for piece in stream:
        total += len(piece)
        if total > limit:
            raise RequestEntityTooLarge(f"The document is larger than {limit} octets.")
        yield piece


def _decompressed(incoming: Incoming) -> AsyncIterator[bytes]:
    match incoming.compression:
        case Compression.GZIP:
            return _inflated(incoming.stream, wbits=16 + zlib.MAX_WBITS)
        case Compression.DEFLATE:
            return _inflated(incoming.stream, wbits=None)
        case _:
            return incoming.stream


async def _inflated(stream: DocumentStream, *, wbits: int | None) -> AsyncGenerator[bytes, None]:
    """The octets of a gzip member or a deflate stream; `wbits` None tells zlib and raw deflate apart."""
    inflater: _Inflater | None = None
    start = b""
    async for piece in stream:
        if inflater is None:
            start += piece
            if len(start) < 2:  # the two octets that tell may come one by one
                continue
            inflater = _Inflater(_deflate_wbits(start) if wbits is None else wbits)
            piece = start
        for begin in range(0, len(piece), _SLICE):
            inflater.add(piece[begin : begin + _SLICE])
            while out := await inflater.step():
                yield out
    if inflater is None or not inflater.ended:
        raise CompressionError("The compressed document ends too early.")


def _deflate_wbits(start: bytes) -> int:
    # "deflate" is zlib (RFC 1950) in HTTP, but ipptool sends raw RFC 1951: the first two octets tell.
    zlib_header = start[0] & 0x0F == 8 and int.from_bytes(start[:2]) % 31 == 0
    return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS


class _Inflater:
    """zlib's decompressor, in a thread, asked for at most _PIECE octets at a time."""

    def __init__(self, wbits: int) -> None:
        self._inflate = zlib.decompressobj(wbits)
        self._tail = b""
        self._more = False

    @property
    def ended(self) -> bool:
        """True once the end of the compressed stream was seen, its check value included."""
        return self._inflate.eof

    def add(self, octets: bytes) -> None:
        """Takes more compressed octets; those before are used up.

        Raises:
            CompressionError: The compressed stream has ended before them.
        """
        if self._inflate.eof:
            raise CompressionError("There is data after the end of the compressed document.")
        self._tail = octets
        self._more = True

    async def step(self) -> bytes:
        """The next decompressed octets; empty when more compressed ones are needed."""
        if not self._more:
            return b""
        try:
            out = await asyncio.to_thread(self._inflate.decompress, self._tail, _PIECE)
        except zlib.error as error:
            raise CompressionError from error
        if self._inflate.unused_data:
            raise CompressionError("There is data after the end of the compressed document.")
        self._tail = self._inflate.unconsumed_tail
        # A full piece may have been cut short inside zlib although it took all its input.
        self._more = bool(self._tail) or len(out) == _PIECE
        return out
