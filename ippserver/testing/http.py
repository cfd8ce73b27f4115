"""HTTP by hand, for tests: octets out as they are given, answers in as they come, nothing helped along."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

ANSWER_SECONDS: Final = 30.0
"""How long an answer may take before the test fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP response."""

    status: int
    fields: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def closes(self) -> bool:
        """Whether the server announced that it closes the connection."""
        return self.fields.get("connection", "").lower() == "close"


class RawConnection:
    """A TCP connection to a server under test, on request with TLS; use it as an async context."""

    def __init__(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> None:
        self._address = (host, port)
        self._tls = tls
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        async with asyncio.timeout(ANSWER_SECONDS):
            self._reader, self._writer = await asyncio.open_connection(*self._address, ssl=self._tls)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except (ConnectionError, ssl.SSLError):
            pass  # the server was first

    @property
    def socket(self) -> socket.socket:
        """The socket, for options and measures."""
        found = self._writer.get_extra_info("socket")
        assert found is not None
        raw: socket.socket = found._sock  # asyncio hands out a facade without send
        return raw

    async def send(self, octets: bytes, *, segments_of: int | None = None) -> None:
        """Sends `octets`, on request in segments of so many; a server that closes meanwhile is no error."""
        step = segments_of or max(len(octets), 1)
        try:
            for start in range(0, len(octets), step):
                self._writer.write(octets[start : start + step])
                await self._writer.drain()
                if segments_of:
                    await asyncio.sleep(0)
        except ConnectionError:
            pass

    def end(self) -> None:
        """Closes the sending half (FIN)."""
        self._writer.write_eof()

    def reset(self) -> None:
        """Drops the connection (RST)."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self._writer.transport.abort()

    async def answer(self, *, seconds: float = ANSWER_SECONDS, to_head: bool = False) -> Answer | None:
        """The next answer (`to_head`: one without a body), or None where the server closed without one.

        Raises:
            TimeoutError: None of that happened in `seconds`.
        """
        async with asyncio.timeout(seconds):
            try:
                head = await self._reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return None
            status_line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
            fields = {}
            for line in lines:
                name, _, value = line.partition(":")
                fields[name.lower()] = value.strip()
            length = 0 if to_head else int(fields.get("content-length", "0"))
            body = await self._reader.readexactly(length)
        return Answer(status=int(status_line.split(" ")[1]), fields=fields, body=body)

    async def is_closed(self, *, seconds: float = ANSWER_SECONDS) -> bool:
        """True once the server has closed and nothing more came; False where octets came instead.

        Raises:
            TimeoutError: It did not within `seconds`.
        """
        async with asyncio.timeout(seconds):
            try:
                return not await self._reader.read(1)
            except ConnectionError:
                return True


async def exchange(
    address: tuple[str, int], octets: bytes, *, segments_of: int | None = None
) -> Answer | None:
    """Sends `octets` on a connection of their own; the answer, or None where it was closed without one."""
    async with RawConnection(*address) as connection:
        await connection.send(octets, segments_of=segments_of)
        answer = await connection.answer()
        while answer is not None and answer.status == 100:
            answer = await connection.answer()
        return answer
