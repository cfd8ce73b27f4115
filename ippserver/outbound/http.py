"""Documents by HTTP and HTTPS: one request to a pinned address, no redirect followed, no credentials."""

import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from ippserver.interfaces import FetchError
from ippserver.outbound.guard import Pinned

_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_MAX_HEADERS: Final = 64
_MAX_HEADER_OCTETS: Final = 4096
_HEADERS: Final = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "ippserver"}


async def open_http(
    url: URL, pinned: Pinned, resources: AsyncExitStack, max_octets: int
) -> AsyncGenerator[bytes, None] | URL:
    """The document at `url`, or where the server sends us instead; `resources` ends the connection.

    Raises:
        FetchError, aiohttp.ClientError, OSError: It cannot be had.
    """
    connector = aiohttp.TCPConnector(resolver=PinnedResolver(pinned), use_dns_cache=False, force_close=True)
    session = await resources.enter_async_context(
        aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,  # a proxy of the environment would resolve the name a second time
            timeout=aiohttp.ClientTimeout(total=None),  # the Fetcher keeps one deadline for everything
            auto_decompress=False,
            max_headers=_MAX_HEADERS,
            max_line_size=_MAX_HEADER_OCTETS,
            max_field_size=_MAX_HEADER_OCTETS,
        )
    )
    response = await resources.enter_async_context(session.get(url, headers=_HEADERS, allow_redirects=False))
    resources.callback(response.close)
    if response.status in _REDIRECTS:
        return _redirected(url, response)
    if response.status != 200:
        raise FetchError(f"The server of the document answers with HTTP status {response.status}.")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FetchError("The server of the document sends it in an encoding that was not asked for.")
    if (response.content_length or 0) > max_octets:
        raise FetchError(f"The document is larger than {max_octets} octets.")
    return _pieces(response)


async def _pieces(response: aiohttp.ClientResponse) -> AsyncGenerator[bytes, None]:
    async for piece in response.content.iter_any():
        yield piece


def _redirected(url: URL, response: aiohttp.ClientResponse) -> URL:
    try:
        target = url.join(URL(response.headers.get("Location", "")))
    except ValueError:
        raise FetchError("The server of the document redirects to what is no URI.") from None
    if url.scheme == "https" and target.scheme != "https":
        raise FetchError("The server of the document redirects from https to a scheme without TLS.")
    return target


class PinnedResolver(AbstractResolver):
    """Answers the addresses that were judged, whatever it is asked.

    aiohttp asks no resolver about an address; the guard judged that very address then.
    """

    def __init__(self, pinned: Pinned) -> None:
        self._pinned = pinned

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The pinned addresses."""
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._pinned.addresses
        ]

    async def close(self) -> None:
        """Holds nothing."""
