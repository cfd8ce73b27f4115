"""One IPP message over HTTP: exactly the port that the URI names, the document in pieces, the answer decoded.

Knows nothing of operations and attributes.
"""

import asyncio
import hashlib
import os
import ssl
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
from aiohttp import hdrs
from yarl import URL

from ippserver import __version__
from ippserver.client.errors import BadAnswer, ClientError, HttpError, Unreachable, Untrusted
from ippserver.client.trust import Trust, is_this_host
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.errors import MalformedMessage
from ippserver.ipp.limits import CLIENT_LIMITS, Limits
from ippserver.ipp.message import Request, Response
from ippserver.model.uris import IppUri, to_http

MEDIA_TYPE: Final = "application/ipp"
CONTINUE_SECONDS: Final = 1.0
"""How long "100 Continue" is waited for: servers that do not know it never send it (RFC 9110 10.1.1)."""

_HEADERS: Final[Mapping[str, str]] = {
    hdrs.CONTENT_TYPE: MEDIA_TYPE,
    hdrs.ACCEPT: MEDIA_TYPE,
    hdrs.ACCEPT_ENCODING: "identity",
    hdrs.USER_AGENT: f"ippserver/{__version__}",
}
_SLOWEST: Final = 10
"""So many times the longest silence an answer may take: else it comes octet by octet for ever."""
_MAX_HEADERS: Final = 128
_MAX_TRAILING_OCTETS: Final = 64 * 1024


class Transport:
    """Connections to the server of one URI, kept open between requests; an async context."""

    def __init__(
        self,
        uri: IppUri,
        *,
        user: str | None,
        password: str | None,
        trust: Trust,
        timeout_seconds: float,
        allow_clear_text: bool = False,
        limits: Limits = CLIENT_LIMITS,
    ) -> None:
        self._uri = uri
        self._url, host = _address(uri)
        self._user = user
        self._password = password
        self._trust = trust
        self._timeout_seconds = timeout_seconds
        self._allow_clear_text = allow_clear_text
        self._limits = limits
        self._headers = {**_HEADERS, hdrs.HOST: host}
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Makes it ready; connects nowhere.

        Raises:
            ClientError: The file of certificates or the user's name cannot be used.
        """
        # In a thread: the system's certificates are a large file.
        context = await asyncio.to_thread(_trusting, self._trust) if self._url.scheme == "https" else True
        middlewares = []
        if self._password is not None:
            if ":" in (self._user or ""):
                raise ClientError("A user name with a colon in it cannot log in.")
            middlewares.append(aiohttp.DigestAuthMiddleware(self._user or "", self._password))
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=context, use_dns_cache=False),
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=_PatientRequest,
            timeout=aiohttp.ClientTimeout(total=None),  # inactivity is watched here, uploads included
            auto_decompress=False,
            max_headers=_MAX_HEADERS,
            middlewares=middlewares,
        )

    async def close(self) -> None:
        """Ends all connections."""
        if self._session is not None:
            await self._session.close()

    async def exchange(self, request: Request, document: AsyncIterable[bytes] | None = None) -> Response:
        """The response to `request`, whatever its status-code.

        A request alone is sent with its length; with a document it is sent in chunks, the first of them only
        when the server says so or says nothing for a second.

        Raises:
            Unreachable, HttpError, BadAnswer: By what the peer does.
            Exception: Whatever `document` raises.
        """
        body = _Body(request.encode(), document)
        try:
            return await self._exchange(body)
        except HttpError as error:
            if error.status != 401 or hdrs.AUTHORIZATION in self._headers or body.started:
                raise
            if (credentials := self._basic_credentials()) is None:
                raise
            self._headers[hdrs.AUTHORIZATION] = credentials
            return await self._exchange(body)
        except Untrusted as error:
            raise await self._with_fingerprint(error) from error
        except ClientError:
            if body.fault is not None:
                raise body.fault from None
            raise

    async def _exchange(self, body: "_Body") -> Response:
        assert self._session is not None, "entered"
        async with self._watched() as watch:
            async with self._session.post(
                self._url,
                data=body.message if body.document is None else body.pieces(watch, self._timeout_seconds),
                headers=self._headers,
                expect100=body.document is not None,
                allow_redirects=False,  # RFC 3510 5.1a: no other port than the one named
            ) as answer:
                _check_http(answer, self._url)
                return await self._decode(answer, watch)

    async def _with_fingerprint(self, error: Untrusted) -> Untrusted:
        """The same, and which certificate it is about, if that can be found out; sends nothing."""
        if error.fingerprint:
            return error
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            async with asyncio.timeout(self._timeout_seconds):
                _, writer = await asyncio.open_connection(self._url.host, self._url.port, ssl=context)
        except (OSError, TimeoutError):
            return error
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.transport.abort()
        return Untrusted(str(error), hashlib.sha256(certificate).digest())

    async def _decode(self, answer: aiohttp.ClientResponse, watch: asyncio.Timeout) -> Response:
        decoder = Decoder(Response, self._limits)
        trailing_octets = 0
        clock = asyncio.get_running_loop()
        last = clock.time() + _SLOWEST * self._timeout_seconds
        async for piece in answer.content.iter_any():
            _extend(watch, min(self._timeout_seconds, last - clock.time()))
            if trailing_octets or decoder.feed(piece):
                trailing_octets += len(piece)
                if trailing_octets > _MAX_TRAILING_OCTETS:
                    answer.close()
                    break
        decoder.finish()
        return decoder.message

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[asyncio.Timeout]:
        """A deadline that everything which moves extends, and the peer's faults as ClientError."""
        host = self._uri.authority
        try:
            async with asyncio.timeout(self._timeout_seconds) as watch:
                yield watch
        except TimeoutError as error:
            raise Unreachable(f"{host} does not answer for {self._timeout_seconds:g} seconds.") from error
        except MalformedMessage as error:
            raise BadAnswer(f"{host} answers with a malformed message: {error}.") from error
        except aiohttp.ServerFingerprintMismatch as error:
            raise Untrusted(f"The certificate of {host} is another one.", error.got) from error
        except (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError) as error:
            raise Untrusted(f"The certificate of {host} is not trusted: {_reason(error)}.") from error
        except (aiohttp.ClientConnectorSSLError, ssl.SSLError) as error:
            raise Unreachable(f"{host} speaks no TLS that can be used: {_reason(error)}.") from error
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(f"{host} cannot be reached: {_reason(error)}.") from error
        except aiohttp.ClientResponseError as error:
            raise BadAnswer(f"{host} does not answer in HTTP.") from error
        except (aiohttp.InvalidURL, UnicodeError) as error:
            raise Unreachable(f"{host} cannot be reached: it is no name of a host.") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(f"The connection to {host} broke off: {_reason(error)}.") from error

    def _basic_credentials(self) -> str | None:
        """The Authorization header where a password was given (RFC 7617 2)."""
        if self._password is None:
            return None
        private = self._url.scheme == "https" or is_this_host(self._url.host or "")
        if not private and not self._allow_clear_text:
            raise ClientError("The password would travel unencrypted; use an ipps: URI.")
        return aiohttp.encode_basic_auth(self._user or "", self._password, "utf-8")


def _trusting(trust: Trust) -> ssl.SSLContext | aiohttp.Fingerprint:
    """What a TLS connection needs.

    Raises:
        ClientError: The file of certificates cannot be used.
    """
    if trust.fingerprint is not None:
        return aiohttp.Fingerprint(trust.fingerprint)
    try:
        context = ssl.create_default_context(cafile=trust.cafile)
    except OSError as error:
        raise ClientError(f"{trust.cafile} holds no certificates: {_reason(error)}.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 7472 6.3
    if trust.anybody:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _address(uri: IppUri) -> tuple[URL, str]:
    """Where to connect to, and the Host field: the zone of an address is ours alone (RFC 6874 4)."""
    url = URL(to_http(uri), encoded=True)
    host = f"[{uri.host}]" if uri.bracketed else uri.host
    address, mark, _ = uri.host.partition("%25")
    if mark:
        url = URL(to_http(uri).replace(mark, "%", 1), encoded=True)
        host = f"[{address}]"
    return url, f"{host}:{uri.port}"


class _Body:
    """The octets of a request.

    `started` once a document was begun, which cannot be sent again; `fault` is what it raised.
    """

    def __init__(self, message: bytes, document: AsyncIterable[bytes] | None) -> None:
        self.message = message
        self.document = document
        self.started = False
        self.fault: Exception | None = None

    async def pieces(self, watch: asyncio.Timeout, timeout_seconds: float) -> AsyncGenerator[bytes, None]:
        """Message and document; the time that the document itself takes to come does not count."""
        assert self.document is not None
        self.started = True
        yield self.message
        watch.reschedule(None)
        try:
            async for piece in self.document:
                if piece:
                    _extend(watch, timeout_seconds)
                    yield piece
                watch.reschedule(None)
        except Exception as fault:
            self.fault = fault  # aiohttp would report it as a fault of the connection
            raise
        _extend(watch, timeout_seconds)


class _PatientRequest(aiohttp.ClientRequest):
    """A request that waits for "100 Continue", but not for ever."""

    async def write_bytes(
        self, *arguments: Any, **options: Any
    ) -> None:  # Any: aiohttp's own signature varies
        """Writes the body once the server wants it, or has been silent for `CONTINUE_SECONDS`."""
        waiter = self._continue
        timer = None if waiter is None else self.loop.call_later(CONTINUE_SECONDS, _resolve, waiter)
        try:
            await super().write_bytes(*arguments, **options)
        finally:
            if timer is not None:
                timer.cancel()


def _resolve(waiter: "asyncio.Future[bool]") -> None:
    if not waiter.done():
        waiter.set_result(True)


def _extend(watch: asyncio.Timeout, seconds: float) -> None:
    if not watch.expired():
        watch.reschedule(asyncio.get_running_loop().time() + seconds)


def _check_http(answer: aiohttp.ClientResponse, url: URL) -> None:
    if answer.status == 401:
        raise HttpError(401, "The printer asks for a user name and password, or does not accept those given.")
    if answer.status == 426:
        raise HttpError(426, "The printer asks for an encrypted connection; use an ipps: URI.")
    if answer.status != 200:
        raise HttpError(
            answer.status, f"{url.host} answers with HTTP status {answer.status}, not as a printer."
        )
    if answer.content_type != MEDIA_TYPE:
        raise BadAnswer(f"{url.host} answers with {answer.content_type[:80]!r}, not as a printer.")


def _reason(error: BaseException) -> str:
    """What the system says, in a few words."""
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    number = getattr(inner, "errno", None) or 0
    if number > 0 and not isinstance(inner, ssl.SSLError):
        return os.strerror(number)
    text = getattr(inner, "verify_message", "") or getattr(inner, "strerror", "") or str(inner)
    return (text or type(inner).__name__).rstrip(".")
