"""The client's side of TLS by hand: records out when the test says so, halves closed one by one."""

import asyncio
import ssl
from types import TracebackType
from typing import Self

from ippserver.testing.http import ANSWER_SECONDS


class TlsClient:
    """A TCP connection on which TLS is spoken step by step; use it as an async context."""

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext, name: str = "localhost") -> None:
        self._address = address
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(*self._address)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            pass  # the server was first

    def hello(self) -> bytes:
        """The octets that begin the handshake, not sent yet."""
        try:
            self.session.do_handshake()
        except ssl.SSLWantReadError:
            return self._outgoing.read()
        raise AssertionError("the handshake is done already")

    async def shake_hands(self, hello: bytes | None = None) -> None:
        """Goes through the handshake; with `hello`, what begins it was sent already."""
        if hello is None:
            self.writer.write(self.hello())
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                try:
                    self.session.do_handshake()
                except ssl.SSLWantReadError:
                    self._send()
                    await self._receive()
                else:
                    break
                finally:
                    self._send()  # an alert, where it failed

    def write(self, octets: bytes) -> None:
        """Sends `octets`."""
        self.writer.write(self.encrypted(octets))

    def encrypted(self, octets: bytes) -> bytes:
        """The records that carry `octets`, not sent yet."""
        rest = memoryview(octets)
        while rest:
            rest = rest[self.session.write(rest) :]
        return self._outgoing.read()

    async def read(self) -> bytes:
        """What came; none once the server has said close_notify."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                try:
                    return self.session.read(65536)
                except ssl.SSLZeroReturnError:
                    return b""
                except ssl.SSLWantReadError:
                    await self._receive()

    def end(self) -> None:
        """Says close_notify; the connection stays open."""
        try:
            self.session.unwrap()
        except ssl.SSLWantReadError:
            pass
        self._send()

    async def _receive(self) -> None:
        octets = await self.reader.read(65536)
        if not octets:
            raise ConnectionResetError("the server closed without close_notify")
        self._incoming.write(octets)

    def _send(self) -> None:
        self.writer.write(self._outgoing.read())
