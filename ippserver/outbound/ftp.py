"""Documents by FTP: ftplib holds the dialogue in a thread, the document comes by a socket of the event loop.

Both connections go to the address that the guard pinned; where the server says that the document lies on
another host (the classic FTP bounce), nobody listens.
"""

import asyncio
import ftplib
import socket
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from typing import Final, TypeVar
from urllib.parse import unquote

from yarl import URL

from ippserver.interfaces import FetchError
from ippserver.outbound.guard import Pinned

T = TypeVar("T")

DEFAULT_PORT: Final = 21
_CONTROL_OCTETS: Final = 64 * 1024
"""All that a server may say in one dialogue; ftplib itself would collect a greeting without end."""
_PIECE_OCTETS: Final = 256 * 1024


async def open_ftp(
    url: URL, pinned: Pinned, resources: AsyncExitStack, timeout_seconds: float
) -> AsyncGenerator[bytes, None]:
    """The document at `url`, logged in as anonymous; `resources` ends both connections and the thread.

    Raises:
        FetchError, OSError, EOFError, ValueError, ftplib.Error: It cannot be had.
    """
    path = unquote(url.raw_path.partition(";")[0].removeprefix("/"))
    if not path or not path.isprintable():
        raise FetchError("The document-uri names no file on its FTP server.")
    control = await _connect(pinned, pinned.port)
    dialogue = _Dialogue(control, timeout_seconds)
    resources.push_async_callback(dialogue.end)
    port = await dialogue.run(dialogue.log_in)
    data = await _connect(Pinned(pinned.host, port, (control.getpeername()[0],)), port)
    resources.callback(data.close)
    await dialogue.run(dialogue.retrieve, path)
    return _pieces(data, dialogue)


async def _connect(pinned: Pinned, port: int) -> socket.socket:
    """A connection to the first pinned address that answers."""
    loop = asyncio.get_running_loop()
    failure: OSError | None = None
    for address in pinned.addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            await loop.sock_connect(connection, (address, port))
        except OSError as error:
            connection.close()
            failure = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise failure or FetchError("The host has no address.")


async def _pieces(data: socket.socket, dialogue: "_Dialogue") -> AsyncGenerator[bytes, None]:
    loop = asyncio.get_running_loop()
    while piece := await loop.sock_recv(data, _PIECE_OCTETS):
        yield piece
    data.close()
    # Without the server's "transfer complete" the end of the connection may be the end of half a document.
    await dialogue.run(dialogue.finish)


class _Dialogue(ftplib.FTP):
    """The control connection, given ready-made; its methods but `run` and `end` block."""

    def __init__(self, connection: socket.socket, timeout_seconds: float) -> None:
        super().__init__()
        self._connection = connection
        self._connection.settimeout(timeout_seconds)
        self._heard_octets = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ftp")

    async def run(self, step: Callable[..., T], *arguments: str) -> T:
        """What `step` returns or raises, run in the thread; a cancelled one ends with its connection."""
        future = asyncio.get_running_loop().run_in_executor(self._thread, step, *arguments)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            self._hang_up()
            await asyncio.wait((future,))
            if not future.cancelled():
                future.exception()
            raise

    def log_in(self) -> int:
        """Greets, and asks for the port of a passive data connection."""
        self.sock = self._connection
        self.af = self._connection.family
        # Not UTF-8: a server that says other octets must not raise UnicodeError here.
        self.file = self._connection.makefile("r", encoding="latin-1")
        self.welcome = self.getresp()
        self.login()
        self.voidcmd("TYPE I")
        return int(self.makepasv()[1])

    def retrieve(self, path: str) -> None:
        """Starts the transfer of the file at `path`."""
        reply = self.sendcmd(f"RETR {path}")
        if not reply.startswith("1"):
            raise ftplib.error_reply(reply)

    def finish(self) -> None:
        """Hears that the transfer is complete."""
        self.voidresp()

    def getline(self) -> str:
        line = super().getline()
        self._heard_octets += len(line) + 2
        if self._heard_octets > _CONTROL_OCTETS:
            raise ftplib.Error("the server talks too much")
        return line

    def _hang_up(self) -> None:
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    async def end(self) -> None:
        """Ends the connection and the thread."""
        self._hang_up()
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self.close()
        self._connection.close()
