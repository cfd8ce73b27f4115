"""Documents to a raw port, as printers and print servers take them (host:9100, "AppSocket", "JetDirect")."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from ippserver.interfaces import DocumentStream, OutputUnavailable, Parcel
from ippserver.outbound.guard import AllowedHosts, Guard, OutboundRefused, Pinned

_READ_OCTETS: Final = 65_536
_CONNECT_SECONDS: Final = 10.0


class SocketOutput:
    """Sends the octets of each Document over a connection of its own (see interfaces.Output).

    The protocol knows no answer: a document counts as delivered when the peer took all of it and closed the
    connection, or said nothing for a while after its end.
    """

    def __init__(
        self, name: str, host: str, port: int, *, timeout_seconds: float = 60.0, linger_seconds: float = 5.0
    ) -> None:
        """`timeout_seconds` is how long the peer may take nothing."""
        self._name = name
        self._host = host
        self._port = port
        self._timeout_seconds = timeout_seconds
        self._linger_seconds = linger_seconds
        self._guard = Guard(AllowedHosts(frozenset({host.lower().removesuffix(".")})))

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    async def open(self) -> None:
        """Nobody is connected to yet: a printer may be off."""

    async def plan(self, parcel: Parcel) -> str:
        """Where it goes."""
        return f"socket://{self._host}:{self._port}"

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Sends it."""
        (content,) = contents
        with self._failing():
            reader, writer = await self._connected(await self._guard.pin(self._host, self._port))
        writer.transport.set_write_buffer_limits(0)  # `drain` returns when the kernel has all of it
        try:
            async for piece in content:
                with self._failing():
                    writer.write(piece)
                    async with asyncio.timeout(self._timeout_seconds):
                        await writer.drain()
            with self._failing():
                if writer.can_write_eof():
                    writer.write_eof()
                await self._until_silent(reader)
        finally:
            writer.transport.abort()
        return target

    async def _connected(self, pinned: Pinned) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        problem: Exception = OSError("it has no address")
        for address in pinned.addresses:
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    return await asyncio.open_connection(address, self._port)
            except OSError as error:  # TimeoutError is one
                problem = error
        raise problem

    async def _until_silent(self, reader: asyncio.StreamReader) -> None:
        """Returns when the peer closes or says nothing more; what it says is not understood.

        One that never stops is not listened to for longer than one that takes nothing is waited for.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timeout_seconds):
                while True:
                    async with asyncio.timeout(self._linger_seconds):
                        if not await reader.read(_READ_OCTETS):
                            return

    @contextmanager
    def _failing(self) -> Iterator[None]:
        where = f"{self._host}:{self._port}"
        try:
            yield
        except TimeoutError as error:
            raise OutputUnavailable(f"{where} takes nothing.") from error
        except OSError as error:
            number = error.errno or 0
            reason = os.strerror(number) if number > 0 else str(error) or "no connection"
            raise OutputUnavailable(f"{where} cannot be reached: {reason}.") from error
        except OutboundRefused as error:
            raise OutputUnavailable(str(error)) from error
