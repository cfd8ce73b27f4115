"""Fetches documents by reference (Print-URI, Send-URI) under the rules for outbound connections.

No host is contacted that the guard does not let pass, at the first hop and at every redirect; no
credentials are sent; size and time are bounded. Whatever goes wrong is a FetchError with a sentence for the
client.
"""

import asyncio
import ftplib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Final

import aiohttp
from yarl import URL

from ippserver.interfaces import DocumentStream, FetchError
from ippserver.outbound.ftp import DEFAULT_PORT, open_ftp
from ippserver.outbound.guard import AllowedHosts, Guard, Lookup, OutboundRefused, system_lookup
from ippserver.outbound.http import open_http

SCHEMES: Final = ("http", "https", "ftp")
"""What can be fetched."""
MAX_REDIRECTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """What may be fetched; `allowed_hosts` are names, addresses and networks beyond the public ones."""

    schemes: tuple[str, ...] = SCHEMES
    allowed_hosts: tuple[str, ...] = ()
    max_octets: int = 16 * 1024**3
    timeout_seconds: float = 60.0
    """For all of it: names, redirects, and the last octet of the document."""


class GuardedFetcher:
    """The Fetcher of the server (`interfaces.Fetcher`)."""

    def __init__(self, settings: FetchSettings, *, lookup: Lookup = system_lookup) -> None:
        """Fetches by `settings`; `lookup` resolves names.

        Raises:
            ValueError: A scheme cannot be fetched, or an allowed host is none.
        """
        if unknown := sorted(set(settings.schemes) - set(SCHEMES)):
            raise ValueError(f"cannot fetch by {', '.join(unknown)}; only by {', '.join(SCHEMES)}")
        self._settings = settings
        self._guard = Guard(AllowedHosts.of(settings.allowed_hosts), lookup)

    @property
    def schemes(self) -> tuple[str, ...]:
        """The URI schemes it fetches."""
        return self._settings.schemes

    def fetch(self, uri: str) -> "Fetch":
        """Begins to fetch `uri`; checks and connects when entered."""
        return Fetch(uri, self._settings, self._guard)


class Fetch:
    """One document being fetched (`interfaces.Fetching`): to be entered once, and read inside."""

    __slots__ = ("_deadline", "_guard", "_resources", "_settings", "_uri")

    def __init__(self, uri: str, settings: FetchSettings, guard: Guard) -> None:
        self._uri = uri
        self._settings = settings
        self._guard = guard
        self._resources = AsyncExitStack()
        self._deadline = 0.0

    async def __aenter__(self) -> DocumentStream:
        """Connects, following redirects; FetchError where it may not or cannot."""
        self._deadline = asyncio.get_running_loop().time() + self._settings.timeout_seconds
        try:
            with _as_fetch_errors(self._settings.timeout_seconds):
                async with asyncio.timeout_at(self._deadline):
                    pieces = await self._open(_parsed(self._uri))
        except BaseException:
            await self._resources.aclose()
            raise
        return await self._resources.enter_async_context(aclosing(self._bounded(pieces)))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends every connection."""
        await self._resources.aclose()

    async def _open(self, url: URL) -> AsyncIterator[bytes]:
        for _ in range(MAX_REDIRECTS + 1):
            found = await self._open_one(url)
            if not isinstance(found, URL):
                return await self._resources.enter_async_context(aclosing(found))
            await self._resources.aclose()
            url = found
        raise FetchError(f"The document-uri is redirected more than {MAX_REDIRECTS} times.")

    async def _open_one(self, url: URL) -> AsyncGenerator[bytes, None] | URL:
        if url.scheme not in self._settings.schemes:
            raise FetchError(f"Documents are fetched by {', '.join(self._settings.schemes)} only.")
        if url.raw_user is not None or url.raw_password is not None:
            raise FetchError("The document-uri carries a user name or password; credentials are not sent.")
        if not url.raw_host:
            raise FetchError("The document-uri names no host.")
        pinned = await self._guard.pin(url.raw_host, url.port or DEFAULT_PORT)
        if url.scheme == "ftp":
            return await open_ftp(url, pinned, self._resources, self._settings.timeout_seconds)
        return await open_http(url, pinned, self._resources, self._settings.max_octets)

    async def _bounded(self, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        """`pieces` until the size or the deadline is exceeded."""
        size_octets = 0
        with _as_fetch_errors(self._settings.timeout_seconds):
            while True:
                async with asyncio.timeout_at(self._deadline):
                    piece = await anext(pieces, None)
                if piece is None:
                    return
                size_octets += len(piece)
                if size_octets > self._settings.max_octets:
                    raise FetchError(f"The document is larger than {self._settings.max_octets} octets.")
                yield piece


def _parsed(uri: str) -> URL:
    """`uri`, once no two programs could read it differently."""
    if not uri.isascii() or not uri.isprintable() or any(character in uri for character in ' \\"<>^`{|}'):
        raise FetchError("The document-uri holds characters that a URI may not hold.")
    try:
        url = URL(uri, encoded=True)
        _ = url.port  # a port out of range is noticed only here
    except ValueError:
        raise FetchError("The document-uri is no URI.") from None
    return url


@contextmanager
def _as_fetch_errors(timeout_seconds: float) -> Iterator[None]:
    """Turns what the network does into FetchError."""
    try:
        yield
    except OutboundRefused as error:
        raise FetchError(str(error)) from error
    except TimeoutError as error:
        raise FetchError(f"The document did not come within {timeout_seconds:g} seconds.") from error
    except ftplib.Error as error:
        raise FetchError("The FTP server of the document does not give it.") from error
    except aiohttp.ClientConnectorError as error:
        raise FetchError("The server of the document cannot be reached.") from error
    except (aiohttp.ClientError, OSError, EOFError, ValueError) as error:
        raise FetchError("The document could not be read to its end.") from error
