"""TLS as the server offers it: versions, ciphers, the certificate in use, and room for so many connections.

A certificate that changes is taken for the next connection; those that are open keep theirs.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from typing import Final, NoReturn

from ippserver.web.certificate import CertificateSource, Pair, TlsError
from ippserver.web.limits import HttpLimits
from ippserver.web.wire import TlsWire

logger: Final = logging.getLogger(__name__)

VERSION: Final = "1.3"
"""The highest version that is spoken, as DNS-SD has it (TXT key TLS)."""
UPGRADE_TOKENS: Final = ("TLS/1.3", "TLS/1.2", "TLS/1.1", "TLS/1.0")
"""What a client may ask for in its Upgrade field, best first (RFC 2817 3).

CUPS 2.4 sends "TLS/1.2,TLS/1.1,TLS/1.0", older programs only what the RFC names; whichever it was, the
handshake then agrees on 1.2 or 1.3, or fails.
"""
OFFERED: Final = "TLS/1.2, HTTP/1.1"
"""What an answer in the clear says of it (RFC 2817 4.2)."""
_CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: with forward secrecy and authenticated encryption (RFC 9325 4.2), as all of 1.3 are."""
_PROTOCOLS: Final = ["http/1.1"]
POLL_SECONDS: Final = 10.0
"""How often the files of the certificate are looked at."""


class Tls:
    """The TLS of one server. `required` means that nothing is answered in the clear."""

    required: bool

    def __init__(
        self, source: CertificateSource, *, required: bool = False, limits: HttpLimits | None = None
    ) -> None:
        self.required = required
        self._refreshing = asyncio.Lock()
        self._source = source
        self._limits = limits or HttpLimits()
        self._context: ssl.SSLContext | None = None
        self._stamp: object = None
        self._refused: object = None
        self._in_use = 0
        self._reload = asyncio.Event()

    async def open(self) -> None:
        """Loads the certificate, which is made before where it is ours and missing.

        Raises:
            TlsError: It cannot be used.
        """
        await asyncio.to_thread(self._source.prepare)
        await self._load()

    async def watch(self) -> None:
        """Renews and loads the certificate whenever it is time, until cancelled."""
        while True:
            self._reload.clear()  # before looking: what is asked for meanwhile is about what was not seen
            try:
                await self.refresh()
            except TlsError as error:
                # Once for each fault: this is asked again and again.
                if str(error) != self._refused:
                    logger.error("the certificate stays as it was: %s", error)  # noqa: TRY400
                self._refused = str(error)
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._reload.wait()
            except TimeoutError:
                pass

    async def refresh(self) -> None:
        """Renews the certificate where it ends soon, and loads it where its files changed.

        Raises:
            TlsError: It cannot be used; the one before stays.
        """
        async with self._refreshing:  # or two would write the same files
            await asyncio.to_thread(self._source.renew)
            if await asyncio.to_thread(self._source.pair.stamp) != self._stamp:
                await self._load()

    def reload(self) -> None:
        """Has `watch` look at the files now."""
        self._reload.set()

    def wire(
        self, below: asyncio.Transport, above: asyncio.Protocol, *, failed: Callable[[str], None]
    ) -> TlsWire | None:
        """What is to stand between `below` and `above`; None where too many use TLS already."""
        if self._in_use >= self._limits.tls_connections:
            return None
        assert self._context is not None, "opened"
        self._in_use += 1
        return TlsWire(
            below,
            above,
            self._context,
            seconds=self._limits.handshake_seconds,
            failed=failed,
            gone=self._leave,
        )

    def _leave(self) -> None:
        self._in_use -= 1

    async def _load(self) -> None:
        pair = self._source.pair
        stamp = await asyncio.to_thread(pair.stamp)
        self._context = await asyncio.to_thread(server_context, pair)
        self._stamp, self._refused = stamp, None
        fingerprint = await asyncio.to_thread(pair.fingerprint)
        logger.info("TLS with the certificate of SHA-256 fingerprint %s", fingerprint)


def server_context(pair: Pair) -> ssl.SSLContext:
    """What a handshake of ours needs, with the certificate and key of `pair`.

    Raises:
        TlsError: They cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 7472 6.3
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ciphers(_CIPHERS)
    context.set_alpn_protocols(_PROTOCOLS)
    context.sslobject_class = Session
    context.sni_callback = _note_name
    try:
        context.load_cert_chain(pair.certificate, pair.key, password=lambda: _no_password(pair))
    except ssl.SSLError as error:
        reason = (error.reason or "malformed").replace("_", " ").lower()
        raise TlsError(f"{pair.certificate}, {pair.key}: no certificate and its key: {reason}") from error
    except OSError as error:
        raise TlsError(f"{pair.certificate} or {pair.key}: {error.strerror}") from error
    return context


class Session(ssl.SSLObject):
    """One client's session. `name` is that of the server which it asked for (RFC 6066 3), if any."""

    name: str | None = None


def _note_name(session: ssl.SSLObject | ssl.SSLSocket, name: str, context: ssl.SSLContext) -> None:
    assert isinstance(session, Session)
    session.name = name


def _no_password(pair: Pair) -> NoReturn:
    raise TlsError(f"{pair.key}: a key with a password cannot be used; nobody would be there to type it")
