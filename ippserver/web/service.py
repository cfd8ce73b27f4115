"""The HTTP side as one thing that starts and stops: sockets, caps, connections, the handler behind them."""

import asyncio
import logging
import os
import socket
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from typing import Final

from aiohttp import web
from aiohttp.http_parser import HttpRequestParser
from aiohttp.web_request import BaseRequest
from aiohttp.web_response import StreamResponse

from ippserver.ipp.limits import Limits
from ippserver.web.connection import Connection
from ippserver.web.host import HostPolicy
from ippserver.web.ipp import Dispatcher, IppHandler, Site
from ippserver.web.limits import HttpLimits
from ippserver.web.listeners import BindError, Census, TurnedAway, accept, activated_sockets, bind_all
from ippserver.web.memory import Memory
from ippserver.web.tls import Tls

logger: Final = logging.getLogger(__name__)

_MESSAGE_OCTETS: Final = Limits().octets + 8
"""What may stand before a document: header and attribute section."""

_CANCEL_SECONDS: Final = 0.1
"""What aiohttp grants a handler twice, before it cancels it; no number at all would be for ever."""


class UnsafeParser(Exception):
    """aiohttp runs with its parser in Python, which takes what it should not; the text is one line."""


class WebService:
    """Serves a Dispatcher and a Site over HTTP. Start and stop it in the same task."""

    addresses: Sequence[tuple[str, int]]
    """Where it listens, with the real ports; empty before the start."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        site: Site,
        *,
        limits: HttpLimits | None = None,
        host_names: Collection[str] = (),
        max_document_octets: int = 16 * 2**30,
        tls: Tls | None = None,
    ) -> None:
        self.limits: Final = limits or HttpLimits()
        """What clients are held to."""
        self._tls = tls
        self._census = Census(self.limits)
        self._memory = Memory()
        self._max_body_octets = max_document_octets + _MESSAGE_OCTETS
        self._handler = IppHandler(
            dispatcher=dispatcher,
            site=site,
            hosts=HostPolicy(host_names),
            limits=self.limits,
            max_document_octets=max_document_octets,
            is_crowded=self._census.is_crowded,
            tls=tls,
        )
        self.addresses = ()
        self._server: web.Server | None = None
        self._sockets: list[socket.socket] = []
        self._connections: dict[Connection, str] = {}
        self._turned_away = 0
        self._under_way = 0
        self._idle = asyncio.Event()
        self._running: list[asyncio.Task[None]] = []
        self._tasks = AsyncExitStack()

    @property
    def connections(self) -> int:
        """How many clients are connected."""
        return self._census.total

    async def start(self, listeners: Sequence[tuple[str, int]]) -> None:
        """Listens on `listeners`, or on the sockets that the service manager passed, and serves.

        Raises:
            BindError: An address may not be had.
            TlsError: There is no certificate to serve with.
            UnsafeParser: aiohttp has no C parser.
        """
        if not HttpRequestParser.__module__.endswith("._http_parser"):
            raise UnsafeParser(
                "aiohttp runs without its C parser; install a wheel of it and unset AIOHTTP_NO_EXTENSIONS"
            )
        if self._tls is not None:
            await self._tls.open()
        self._server = web.Server(self._handle)
        self._sockets = activated_sockets(os.environ) or await asyncio.to_thread(bind_all, listeners)
        if not self._sockets:
            raise BindError("no address to listen on is configured")
        self.addresses = tuple(listening.getsockname()[:2] for listening in self._sockets)
        tasks = await self._tasks.enter_async_context(asyncio.TaskGroup())
        for listening in self._sockets:
            listening.setblocking(False)
            self._running.append(tasks.create_task(accept(listening, self._connect)))
        if self._tls is not None:
            self._running.append(tasks.create_task(self._tls.watch()))

    def reload(self) -> None:
        """Has the certificate loaded anew where its files changed, now and not in some seconds."""
        if self._tls is not None:
            self._tls.reload()

    async def stop(self) -> None:
        """Takes no more connections, lets requests that are under way end, then closes every connection."""
        for task in self._running:
            task.cancel()
        await self._tasks.aclose()
        for listening in self._sockets:
            listening.close()
        for connection in list(self._connections):
            connection.finish()
        if not await self._all_gone():
            logger.info("%d requests are cut off", self._under_way)
        if self._server is not None:
            await self._server.shutdown(_CANCEL_SECONDS)
        if not await self._all_gone():
            logger.error("%d requests do not end", self._under_way)

    async def _all_gone(self) -> bool:
        """Waits until nothing is connected or under way; False where that takes too long."""
        try:
            async with asyncio.timeout(self.limits.stop_seconds):
                while self._connections or self._under_way:
                    self._idle.clear()
                    await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _handle(self, request: BaseRequest) -> StreamResponse:
        self._under_way += 1
        try:
            return await self._handler.handle(request)
        finally:
            self._under_way -= 1
            self._idle.set()

    async def _connect(self, connection: socket.socket, address: str) -> None:
        """Gives an accepted socket the protocol that it deserves."""
        protocol: asyncio.BaseProtocol
        if self._census.admit(address):
            assert self._server is not None
            protocol = client = Connection(
                self._server,
                self.limits,
                memory=self._memory,
                max_body_octets=self._max_body_octets,
                closed=self._closed,
                tls=self._tls,
            )
            self._connections[client] = address
        elif self._turned_away < self.limits.turned_away:
            self._turned_away += 1
            protocol = TurnedAway(self.limits.turned_away_seconds, self._has_gone)
        else:
            connection.close()
            await asyncio.sleep(0)  # a flood must not keep the loop from everything else
            return
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(lambda: protocol, connection)
        except OSError as error:  # the peer is gone already
            logger.debug("%s", error, extra={"peer": address})
            connection.close()
            protocol.connection_lost(error)

    def _closed(self, client: Connection) -> None:
        self._census.leave(self._connections.pop(client))
        self._idle.set()

    def _has_gone(self) -> None:
        self._turned_away -= 1
