"""A document on its way in: decompressed under a limit, its format found out, spooled (RFC 8011 4.2.1.1)."""

import asyncio
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
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
_SLICE: Final = 16 * 1024
"""Compressed octets handed to zlib at once; bounds what it copies each time it stops."""


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
    async with _decoded(incoming, config.max_document_octets) as document:
        head = await _head(document)
        if not head:
            raise BadRequest("The document is empty.")
        found = document_format(incoming.format, head, config)
        async with aclosing(_joined(head, document)) as whole:
            return await spool.write(key, whole), found


def document_format(declared: str, head: bytes, config: PrinterConfig) -> str:
    """The format of a document that begins with `head`, in lower case (RFC 8011 5.1.10.1).

    Raises:
        DocumentFormatError: The first octets rule the declared one out.
        DocumentFormatNotSupported: It was to be detected, and is nothing that the Printer takes.
    """
    if formats.essence(declared) != formats.OCTET_STREAM:
        if formats.contradicts(declared, head):
            raise DocumentFormatError(f"The document does not begin as {formats.essence(declared)} does.")
        return formats.essence(declared)
    found = formats.detect(head)
    if found is not None and found in config.formats:
        return formats.essence(found)
    if config.any_format:  # raw printer languages look like text, too
        return formats.OCTET_STREAM if found in (None, formats.TEXT) else formats.essence(found)
    raise DocumentFormatNotSupported("The document is of no format that this printer takes.")


async def _head(stream: AsyncIterator[bytes]) -> bytes:
    head = b""
    async for piece in stream:
        head += piece
        if len(head) >= formats.HEAD_OCTETS:
            break
    return head


async def _joined(head: bytes, rest: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    yield head
    async for piece in rest:
        yield piece


@asynccontextmanager
async def _decoded(incoming: Incoming, limit: int) -> AsyncIterator[AsyncIterator[bytes]]:
    """The document decompressed; RequestEntityTooLarge at the first octet beyond `limit`."""
    async with AsyncExitStack() as opened:
        stream = incoming.stream
        inflater = _INFLATERS.get(incoming.compression)
        if inflater is not None:
            stream = await opened.enter_async_context(aclosing(_inflated(stream, inflater)))
        yield await opened.enter_async_context(aclosing(_limited(stream, limit)))


async def _limited(stream: AsyncIterator[bytes], limit: int) -> AsyncGenerator[bytes, None]:
    total = 0
    async for piece in stream:
        total += len(piece)
        if total > limit:
            raise RequestEntityTooLarge(f"The document is larger than {limit} octets.")
        yield piece


async def _inflated(
    stream: AsyncIterator[bytes], inflater_for: "Callable[[bytes], _Inflater]"
) -> AsyncGenerator[bytes, None]:
    """What `stream` decompresses to; nothing where there is nothing at all."""
    inflater: _Inflater | None = None
    async with aclosing(_sliced(stream)) as slices:
        async for octets in slices:
            inflater = inflater or inflater_for(octets)
            inflater.add(octets)
            while out := await inflater.step():
                yield out
    if inflater is not None and not inflater.ended:
        raise CompressionError("The compressed document ends too early.")


async def _sliced(stream: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The same octets, _SLICE at a time: a thread's attention is too dear for single octets."""
    waiting = bytearray()
    async for piece in stream:
        waiting += piece
        while len(waiting) >= _SLICE:
            yield bytes(waiting[:_SLICE])
            del waiting[:_SLICE]
    if waiting:
        yield bytes(waiting)


class _Inflater:
    """zlib's decompressor, in a thread, asked for at most _PIECE octets at a time."""

    def __init__(self, wbits: int, *, members: bool = False) -> None:
        """With `members`, what follows the end of a compressed stream is another one."""
        self._wbits = wbits
        self._members = members
        self._member = zlib.decompressobj(wbits)
        self._octets = b""
        self._more = False

    @property
    def ended(self) -> bool:
        """True once the end of the compressed stream was seen, its check value included."""
        return self._member.eof

    def add(self, octets: bytes) -> None:
        """Takes more compressed octets; those before are used up."""
        self._octets = octets
        self._more = True

    async def step(self) -> bytes:
        """The next decompressed octets; empty when more compressed ones are needed.

        Raises:
            CompressionError: They cannot be decompressed, or follow after the end.
        """
        if not self._more:
            return b""
        try:
            return await asyncio.to_thread(self._step)
        except zlib.error as error:
            raise CompressionError from error

    def _step(self) -> bytes:
        pieces: list[bytes] = []
        room = _PIECE
        while room:
            if self._member.eof:
                self._begin_another()
            piece = self._member.decompress(self._octets, room)
            self._octets = self._member.unused_data or self._member.unconsumed_tail
            pieces.append(piece)
            room -= len(piece)
            if room and not self._octets:
                self._more = False
                break
        else:
            # zlib may hold back octets, although it took all its input; not when it has come to the end.
            self._more = bool(self._octets) or not self._member.eof
        return b"".join(pieces)

    def _begin_another(self) -> None:
        if not self._members:
            raise CompressionError("There is data after the end of the compressed document.")
        self._member = zlib.decompressobj(self._wbits)


def _gunzipper(start: bytes) -> _Inflater:
    return _Inflater(16 + zlib.MAX_WBITS, members=True)  # RFC 1952 2.2


def _deflater(start: bytes) -> _Inflater:
    # "deflate" is zlib (RFC 1950) in HTTP, but ipptool sends raw RFC 1951: the first two octets tell.
    zlib_header = start[0] & 0x0F == 8 and int.from_bytes(start[:2]) % 31 == 0
    return _Inflater(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)


_INFLATERS: Final[Mapping[Keyword, Callable[[bytes], _Inflater]]] = {
    Compression.GZIP: _gunzipper,
    Compression.DEFLATE: _deflater,
}
"""The decompressor for a document by its compression and its first octets."""
