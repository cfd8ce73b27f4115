"""Requests as a client shapes them: its HTTP fields, its pieces, its version, its order of attributes.

What each client insists on is known from its source or from a capture: docs/reference/clients.md says which.
Names are strings here, as clients have them: some are in no registry.
"""

import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from ippserver.iana.enums import Operation
from ippserver.ipp.attributes import Attribute, AttributeGroup, Collection
from ippserver.ipp.decoder import Decoder
from ippserver.ipp.limits import CLIENT_LIMITS
from ippserver.ipp.message import Request, Response, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import (
    Charset,
    Enum,
    Keyword,
    MimeMediaType,
    Name,
    NaturalLanguage,
    Uri,
    Value,
)
from ippserver.testing import VirtualPrinter
from ippserver.testing.desk import Answer
from ippserver.testing.http import RawConnection

PIECE_OCTETS: Final = 8192
"""How much of a document clients put into one chunk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How a client speaks."""

    user_agent: str
    version: tuple[int, int] = (2, 0)
    language: str = "en-us"
    fields: Sequence[str] = ("Expect: 100-continue",)
    """What else it says in the head of each request."""
    patient: bool = False
    """It waits for 100 Continue before it sends more; libcups sends the message at once."""
    scheme: str = "ipp"
    """Of the printer-uri."""


@dataclass(slots=True)
class Session:
    """A client's connection to a printer, which it keeps."""

    client: Client
    connection: RawConnection
    port: int
    secure: bool = False
    """Over TLS."""
    path: str = "/ipp/print"
    answers: list[Answer] = field(default_factory=list)

    @property
    def uri(self) -> str:
        """The printer-uri that it asks with."""
        scheme = f"{self.client.scheme}s" if self.secure else self.client.scheme
        return f"{scheme}://localhost:{self.port}{self.path}"

    async def ask(
        self,
        operation: Operation,
        *attributes: Attribute,
        job: Iterable[Attribute] | None = None,
        document: bytes | None = None,
    ) -> Answer:
        """The answer to a request; with a `document` it goes out in chunks, else with its length."""
        groups = [
            AttributeGroup(
                GroupTag.OPERATION,
                (
                    Attribute("attributes-charset", [Charset("utf-8")]),
                    Attribute("attributes-natural-language", [NaturalLanguage(self.client.language)]),
                    Attribute("printer-uri", [Uri(self.uri)]),
                    *attributes,
                ),
            )
        ]
        if job is not None:
            groups.append(AttributeGroup(GroupTag.JOB, job))
        request = Request(
            version=Version(*self.client.version),
            operation_id=operation,
            request_id=len(self.answers) + 1,
            groups=tuple(groups),
        )
        answer = await self._exchange(request.encode(), document)
        assert answer.response.version == request.version
        assert answer.response.request_id == request.request_id
        self.answers.append(answer)
        return answer

    async def _exchange(self, message: bytes, document: bytes | None) -> Answer:
        framing = f"Content-Length: {len(message)}" if document is None else "Transfer-Encoding: chunked"
        await self.connection.send(self._head(framing))
        if self.client.patient:
            interim = await self.connection.answer()
            assert interim is not None
            assert interim.status == 100
        if document is None:
            await self.connection.send(message)
        else:
            for piece in _pieces(message, document):
                await self.connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        answer = await self.connection.answer()
        while answer is not None and answer.status == 100:
            answer = await self.connection.answer()
        assert answer is not None, "the server has closed the connection"
        assert answer.status == 200
        assert answer.fields["content-type"] == "application/ipp"
        assert not answer.closes
        decoder = Decoder(Response, CLIENT_LIMITS)
        assert decoder.feed(answer.body)
        assert not decoder.remainder
        return Answer(decoder.message)

    def _head(self, framing: str) -> bytes:
        lines = (
            f"POST {self.path} HTTP/1.1",
            framing,
            "Content-Type: application/ipp",
            f"Host: localhost:{self.port}",
            f"User-Agent: {self.client.user_agent}",
            *self.client.fields,
        )
        return "\r\n".join((*lines, "", "")).encode()

    async def get_printer_attributes(self, *requested: str, document_format: str | None = None) -> Answer:
        """What Get-Printer-Attributes says to the names `requested`; without any, to none being named."""
        about = [] if document_format is None else [media_type("document-format", document_format)]
        wanted = [requested_attributes(*requested)] if requested else []
        return await self.ask(Operation.GET_PRINTER_ATTRIBUTES, *about, *wanted)


@asynccontextmanager
async def connected(
    client: Client, printer: VirtualPrinter, *, secure: bool = False
) -> AsyncIterator[Session]:
    """A connection of `client` to `printer`, closed with the context; `secure` is over TLS."""
    trusted = ssl.create_default_context(cafile=printer.certificate) if secure else None
    async with RawConnection("localhost", printer.port, tls=trusted) as connection:
        yield Session(client, connection, printer.port, secure)


def _pieces(message: bytes, document: bytes) -> Iterable[bytes]:
    """The chunks: the message by itself, as clients write it, then the document, then the end."""
    yield message
    for start in range(0, len(document), PIECE_OCTETS):
        yield document[start : start + PIECE_OCTETS]
    yield b""


def requested_attributes(*names: str) -> Attribute:
    """requested-attributes, in the client's order."""
    return Attribute("requested-attributes", [Keyword(name) for name in names])


def keyword(name: str, *values: str) -> Attribute:
    """An attribute of keywords."""
    return Attribute(name, [Keyword(value) for value in values])


def name(of: str, value: str) -> Attribute:
    """An attribute that is a name without a language."""
    return Attribute(of, [Name(value)])


def enum(name: str, *values: int) -> Attribute:
    """An attribute of enums."""
    return Attribute(name, [Enum(value) for value in values])


def media_type(name: str, value: str) -> Attribute:
    """An attribute that is a MIME media type."""
    return Attribute(name, [MimeMediaType(value)])


def media_col(width: int, length: int, **members: Value) -> Attribute:
    """media-col: the size in hundredths of a millimetre, and `members` with underscores for hyphens."""
    size = Collection([Attribute("x-dimension", [width]), Attribute("y-dimension", [length])])
    more = [Attribute(member.replace("_", "-"), [value]) for member, value in members.items()]
    return Attribute("media-col", [Collection([Attribute("media-size", [size]), *more])])


def shown(answer: Answer) -> dict[str, tuple[Value, ...]]:
    """The attributes of the printer in `answer`, by name."""
    return {attribute.name: attribute.values for attribute in answer.printer}
