"""One POST of a form with files in it, streamed, to an address that was judged; no redirect is followed."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import uuid4

import aiohttp
from yarl import URL

from ippserver.outbound.guard import Guard, OutboundRefused
from ippserver.outbound.http import PinnedResolver

_MAX_ANSWER_OCTETS: Final = 64 * 1024
_MAX_HEADERS: Final = 64
_MAX_HEADER_OCTETS: Final = 8192
_PATIENCE: Final = 2
"""How many times the longest silence a peer may take for one piece, and for the whole of its answer."""
_QUOTED: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
"""As forms of web pages write names (WHATWG HTML 4.10.21.8)."""


class PostFailed(Exception):
    """There was no answer; the text is a sentence without secrets."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the form, held in memory."""

    name: str
    content: bytes
    media_type: str = ""
    file_name: str = ""

    @property
    def head(self) -> bytes:
        """Its header, with the empty line after it."""
        name = f'form-data; name="{self.name.translate(_QUOTED)}"'
        if self.file_name:
            name += f'; filename="{self.file_name.translate(_QUOTED)}"'
        kind = f"Content-Type: {self.media_type}\r\n" if self.media_type else ""
        return f"Content-Disposition: {name}\r\n{kind}\r\n".encode()


@dataclass(frozen=True, slots=True)
class FilePart:
    """A field of the form whose octets come as a stream, after the header of `field`."""

    field: Part
    size_octets: int
    content: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is posted: `parts`, then `files`."""

    parts: Sequence[Part]
    files: Sequence[FilePart]
    boundary: str = field(default_factory=lambda: uuid4().hex)

    @property
    def _opening(self) -> bytes:
        return f"--{self.boundary}\r\n".encode()

    @property
    def _before(self) -> bytes:
        return b"".join(self._opening + part.head + part.content + b"\r\n" for part in self.parts)

    @property
    def _after(self) -> bytes:
        return f"--{self.boundary}--\r\n".encode()

    @property
    def headers(self) -> Mapping[str, str]:
        """Content-Type, and Content-Length: not every server takes chunks."""
        around = len(self._opening) + len(b"\r\n")
        files = sum(around + len(file.field.head) + file.size_octets for file in self.files)
        return {
            "Content-Type": f"multipart/form-data; boundary={self.boundary}",
            "Content-Length": str(len(self._before) + files + len(self._after)),
        }

    async def octets(self) -> AsyncIterator[bytes]:
        """All of it; the files are read as it goes on."""
        yield self._before
        for file in self.files:
            yield self._opening + file.field.head
            async for piece in file.content:
                yield piece
            yield b"\r\n"
        yield self._after


@dataclass(frozen=True, slots=True)
class Answer:
    """What the peer said."""

    status: int
    text: str
    """The start of its body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """Posts forms to one URL that an operator wrote: its host may have any address, and no other is used."""

    url: URL
    guard: Guard
    timeout_seconds: float
    """The longest silence."""
    ca_file: Path | None = None
    """Certificates to trust in the place of the system's."""

    async def post(self, form: Form, headers: Mapping[str, str]) -> Answer:
        """The answer to the form; what its files raise comes through.

        Raises:
            PostFailed: None came.
        """
        host, loop = self.url.host or "", asyncio.get_running_loop()
        patience = _PATIENCE * self.timeout_seconds
        fault: list[Exception] = []

        async def octets() -> AsyncIterator[bytes]:
            try:
                async for piece in form.octets():
                    yield piece
                    with suppress(RuntimeError):  # it is over, or about to be
                        limit.reschedule(loop.time() + patience)
            except Exception as error:
                fault.append(error)  # aiohttp would report it as a fault of the connection
                raise

        try:
            pinned = await self.guard.pin(host, self.url.port or 443)
            tls = await asyncio.to_thread(self._tls) if self.url.scheme == "https" else True
            connector = aiohttp.TCPConnector(
                resolver=PinnedResolver(pinned), use_dns_cache=False, force_close=True, ssl=tls
            )
            async with aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=self.timeout_seconds, sock_read=self.timeout_seconds
                ),
                max_headers=_MAX_HEADERS,
                max_line_size=_MAX_HEADER_OCTETS,
                max_field_size=_MAX_HEADER_OCTETS,
            ) as session:
                said = {"User-Agent": "ippserver", **headers, **form.headers}
                posting = session.post(self.url, data=octets(), headers=said, allow_redirects=False)
                async with asyncio.timeout(patience) as limit, posting as answer:
                    text = await answer.content.read(_MAX_ANSWER_OCTETS)
                    return Answer(answer.status, text.decode("utf-8", "replace"))
        except (OutboundRefused, aiohttp.ClientError, OSError) as error:
            if fault:
                raise fault[0] from None
            raise PostFailed(_problem(host, error)) from error

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def _problem(host: str, error: BaseException) -> str:
    """What went wrong, without the URL, which may hold a secret."""
    if isinstance(error, OutboundRefused):
        return str(error)
    if isinstance(error, TimeoutError):
        return f"{host} is silent."
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return f"{host} closed the connection without an answer."
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    number = getattr(inner, "errno", None) or 0
    known = os.strerror(number) if number > 0 and not isinstance(inner, ssl.SSLError) else ""
    text = getattr(inner, "verify_message", "") or known or type(inner).__name__
    return f"{host} cannot be reached: {str(text).rstrip('.')}."
