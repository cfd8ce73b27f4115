"""Documents as attachments of mails (RFC 5321, RFC 5322)."""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import BinaryIO, Final, Literal

from ippserver.interfaces import (
    DocumentStream,
    OutputError,
    OutputRefused,
    OutputUnavailable,
    Parcel,
)
from ippserver.model.formats import OCTET_STREAM
from ippserver.outputs.names import titled_names
from ippserver.outputs.texts import TextTemplate
from ippserver.runtime.secrets import NoSecret, read_secret
from ippserver.runtime.threads import Workers

_ATTACHED: Final = re.compile(r"(application|audio|font|image|model|text|video)/[a-z0-9.+-]+")
"""Types that say what one attachment is, and not that it is several, or a mail: a client may say anything."""
_MOST_SAID_OCTETS: Final = 2**18
"""By a mail server on one connection."""
_PATIENCE: Final = 10
"""How many times the longest silence a connection may last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailConfig:
    """Through which server, from whom and to whom."""

    host: str
    port: int
    sender: str
    recipients: Sequence[str]
    subject: str = "{name}"
    tls: Literal["starttls", "tls", "off"] = "starttls"
    user: str = ""
    password: str = ""
    """Where it is, "file:/PATH" or "env:NAME"."""
    max_octets: int = 25 * 2**20
    """The largest document, all its files together."""
    timeout_seconds: float = 60.0
    ca_file: Path | None = None


class MailOutput:
    """Sends each Document in a mail of its own (see interfaces.Output)."""

    def __init__(self, name: str, config: MailConfig) -> None:
        """Raises OutputError where the template has a field that there is not."""
        self._name = name
        self._config = config
        self._subject = TextTemplate(config.subject)
        self._workers = Workers("output")

    @property
    def name(self) -> str:
        """Its name among the Printer's outputs."""
        return self._name

    async def open(self) -> None:
        """Looks whether the password is there; nobody is connected to yet."""
        try:
            await self._workers.run(self._password)
        except NoSecret as error:
            raise OutputError(f"output {self._name}: {error}") from error

    async def plan(self, parcel: Parcel) -> str:
        """To whom it goes."""
        return "mailto:" + ",".join(self._config.recipients)

    async def deliver(self, parcel: Parcel, target: str, contents: Sequence[DocumentStream]) -> str:
        """Sends it."""
        config = self._config
        if parcel.size_octets > config.max_octets:
            raise OutputRefused(f"The document has more than the {config.max_octets} octets that are mailed.")
        files = [b"".join([piece async for piece in each]) for each in contents]
        try:
            await self._workers.run(self._send, parcel, files)
        except NoSecret as error:
            raise OutputUnavailable(str(error)) from error
        except smtplib.SMTPException as error:
            raise self._failure(error) from error
        except OSError as error:
            reason = error.strerror or str(error) or "it is silent"
            raise OutputUnavailable(f"The mail server {config.host} cannot be reached: {reason}.") from error
        return target

    # What follows blocks, and runs in threads.

    def _message(self, parcel: Parcel, files: Sequence[bytes]) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._config.sender
        message["To"] = ", ".join(self._config.recipients)
        message["Subject"] = self._subject.text(parcel)
        message["Date"] = format_datetime(datetime.fromtimestamp(parcel.job.created, UTC))
        # The same whenever it is tried again, so that whoever gets it twice can tell.
        message["Message-ID"] = f"<{parcel.key}@{self._config.sender.rpartition('@')[2]}>"
        message.set_content(
            f"Job {parcel.job.id} of {parcel.printer_name}, document {parcel.document.number}.\n"
        )
        media_type = parcel.media_type if _ATTACHED.fullmatch(parcel.media_type) else OCTET_STREAM
        kind, _, subtype = media_type.partition("/")
        for name, octets in zip(titled_names(parcel), files, strict=True):
            message.add_attachment(octets, maintype=kind, subtype=subtype, filename=name)
        return message

    def _password(self) -> str:
        return read_secret(self._config.password) if self._config.password else ""

    def _send(self, parcel: Parcel, files: Sequence[bytes]) -> None:
        config, password = self._config, self._password()
        message = self._message(parcel, files)
        with closing(self._connected()) as server:
            if config.user:
                server.login(config.user, password)
            server.send_message(message, config.sender, list(config.recipients))
            with suppress(smtplib.SMTPException, OSError):  # it has the mail already
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        config = self._config
        context = ssl.create_default_context(cafile=config.ca_file)
        name = socket.getfqdn()
        if config.tls == "tls":
            return _TlsServer(config.host, config.port, name, timeout=config.timeout_seconds, context=context)
        server = _Server(config.host, config.port, name, timeout=config.timeout_seconds)
        try:
            if config.tls == "starttls":
                server.starttls(context=context)
        except BaseException:
            server.close()
            raise
        return server

    def _failure(self, error: smtplib.SMTPException) -> OutputError:
        code, text = _code(error)
        said = f"The mail server {self._config.host} refuses: {code} {text}".strip() + "."
        if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPRecipientsRefused) and code >= 500:
            return OutputRefused(said)
        return OutputError(said) if isinstance(error, smtplib.SMTPDataError) else OutputUnavailable(said)


class _Heard:
    """What a server says, until it is too much."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = _MOST_SAID_OCTETS

    def readline(self, limit: int = -1) -> bytes:
        """A line; an OSError where there is no end of lines."""
        line = self._file.readline(limit)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("it says too much")
        return line

    def close(self) -> None:
        """Closes the connection's file."""
        self._file.close()


class _Bounded(smtplib.SMTP):
    """A connection that ends whatever the server says, however slowly: smtplib waits for each octet anew."""

    _last: threading.Timer | None = None

    def getreply(self) -> tuple[int, bytes]:
        """As in smtplib."""
        if self._last is None:
            self._last = threading.Timer(_PATIENCE * self.timeout, self._cut)
            self._last.start()
        if self.file is None and self.sock is not None:
            self.file = _Heard(self.sock.makefile("rb"))
        return super().getreply()

    def _cut(self) -> None:
        with suppress(OSError):  # it is closed already
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """As in smtplib."""
        if self._last is not None:
            self._last.cancel()
            self._last.join()
        super().close()


class _Server(_Bounded):
    """In the clear, at first."""


class _TlsServer(_Bounded, smtplib.SMTP_SSL):
    """With TLS from the beginning."""


def _code(error: smtplib.SMTPException) -> tuple[int, str]:
    said: tuple[int, bytes | str] = (0, str(error))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = next(iter(error.recipients.values()), said)
    elif isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_code, error.smtp_error
    code, words = said
    text = words if isinstance(words, str) else words.decode("utf-8", "replace")
    return code, " ".join(text.split())[:200].rstrip(".")
