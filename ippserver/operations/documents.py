"""Send-Document and Send-URI, and how a request says what its document is (RFC 8011 4.3.1, 4.3.2)."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from ippserver.engine.intake import Incoming
from ippserver.engine.jobs import NewDocument
from ippserver.iana import names
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import Compression
from ippserver.interfaces import DocumentStream, FetchError
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.strings import shortened
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import Keyword, Name, NameWithLanguage, OutOfBand
from ippserver.model import formats
from ippserver.model.access import Access
from ippserver.model.document_ticket import resolve_document
from ippserver.model.document_views import DocumentScene, document_created
from ippserver.model.errors import (
    BadRequest,
    CompressionNotSupported,
    DocumentAccessError,
    DocumentFormatNotSupported,
    JobCanceled,
    NotPossible,
    UriSchemeNotSupported,
)
from ippserver.model.ticket import Ticket
from ippserver.model.views import job_created
from ippserver.operations.declare import Call, Data, Definition, Reply, Target, job_group_of, operation
from ippserver.operations.language import plain

DOCUMENT_CREATION: Final[tuple[Definition, ...]] = (
    names.DOCUMENT_NAME,
    names.COMPRESSION,
    names.DOCUMENT_FORMAT,
    names.DOCUMENT_NATURAL_LANGUAGE,
    names.DOCUMENT_MESSAGE,
    names.DOCUMENT_METADATA,
    names.DOCUMENT_PASSWORD,
)
"""Operation attributes of every operation that brings a document (RFC 8011 4.2.1.1, PWG 5100.5, 5100.13)."""
_KEPT: Final[tuple[Definition, ...]] = (names.DOCUMENT_MESSAGE, names.DOCUMENT_METADATA)
"""Those of them that are kept and shown as they are."""

_NAME_OCTETS: Final = 255
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
"""RFC 3986 3.1."""


@operation(
    Operation.SEND_DOCUMENT,
    target=Target.JOB,
    access=Access.OWN,
    data=Data.OPTIONAL,
    accepts=(*DOCUMENT_CREATION, names.IPP_ATTRIBUTE_FIDELITY),
    requires=(names.LAST_DOCUMENT,),
    document_group=True,
    spec="RFC 8011 4.3.1",
)
async def send_document(call: Call) -> Reply:
    """Adds the document that follows to a Job; without one, and as the last, only closes the Job."""
    check_document(call)
    ticket = document_ticket(call)
    first = await _first(call.document)
    if first:
        async with aclosing(_rejoined(first, call.document)) as stream:
            return with_outcome(await _extend(call, _new_document(call, stream)), ticket)
    if not names.LAST_DOCUMENT.get(call.operation):
        raise BadRequest("There is no document, and it is not the last one either.")
    return await _extend(call, None)


@operation(
    Operation.SEND_URI,
    target=Target.JOB,
    access=Access.OWN,
    accepts=(*DOCUMENT_CREATION, names.IPP_ATTRIBUTE_FIDELITY),
    requires=(names.LAST_DOCUMENT, names.DOCUMENT_URI),
    document_group=True,
    by_reference=True,
    spec="RFC 8011 4.3.2",
)
async def send_uri(call: Call) -> Reply:
    """Adds the document that document-uri names to a Job."""
    check_document(call)
    check_reference(call)
    ticket = document_ticket(call)
    async with fetched_document(call) as document:
        return with_outcome(await _extend(call, document), ticket)


async def _extend(call: Call, document: NewDocument | None) -> Reply:
    last = bool(names.LAST_DOCUMENT.get(call.operation))
    jobs = call.services.jobs
    status = Status.SUCCESSFUL_OK
    try:
        job = await jobs.add_document(call.job.id, document, call.printer.config, last=last)
    except JobCanceled as canceled:  # the one refusal that shows the Job as success does (RFC 8011 B.1.5.9)
        found = await jobs.get(call.job.id)
        if found is None:
            raise
        job, status = found, canceled.status
    shown = job_group_of(job_created(call.scene(job, jobs.ahead_of(job))))
    if document is None or status is not Status.SUCCESSFUL_OK or not job.documents:
        return Reply((shown,), status=status)
    added = document_created(DocumentScene(job.documents[-1], job, call.at))
    return Reply((shown, added))


def document_ticket(call: Call) -> Ticket:
    """What becomes of the document group, and of document-password where no document has one.

    Raises:
        BadRequest, RequestValueTooLong, AttributesOrValuesNotSupported, ConflictingAttributes: See `resolve`.
    """
    fidelity = names.IPP_ATTRIBUTE_FIDELITY.get(call.operation) or False
    group, printer = without_name(call.document_group), call.printer.capabilities
    ticket = resolve_document(group, printer, fidelity=fidelity, now=call.now)
    password = names.DOCUMENT_PASSWORD.attribute(call.operation)
    if password is None or names.DOCUMENT_PASSWORD_SUPPORTED.get(printer):
        return ticket
    ignored = Attribute(password.name, (OutOfBand.UNSUPPORTED,))
    return replace(ticket, unsupported=(*ticket.unsupported, ignored))


def without_name(group: AttributeGroup) -> AttributeGroup:
    """`group` without document-name, which is found in any group: the PWG's suites have it in the job's."""
    return AttributeGroup(group.tag, [each for each in group if each.name != names.DOCUMENT_NAME.name])


def joined(ticket: Ticket, other: Ticket) -> Ticket:
    """`ticket` of a Job, with what was ignored of its Document."""
    known = {each.name for each in (*ticket.unsupported, *ticket.conflicting)}
    unsupported = (*ticket.unsupported, *(each for each in other.unsupported if each.name not in known))
    conflicting = (*ticket.conflicting, *(each for each in other.conflicting if each.name not in known))
    return replace(ticket, unsupported=unsupported, conflicting=conflicting)


def with_outcome(reply: Reply, ticket: Ticket) -> Reply:
    """`reply` with what was ignored; a conflict outweighs what was merely ignored (RFC 3196 3.1.2.3.5)."""
    ignored = {each.name: each for each in (*reply.unsupported, *ticket.unsupported, *ticket.conflicting)}
    conflict = ticket.conflicting and reply.status is Status.SUCCESSFUL_OK
    status = Status.SUCCESSFUL_OK_CONFLICTING_ATTRIBUTES if conflict else reply.status
    return replace(reply, unsupported=tuple(ignored.values()), status=status)


async def _first(document: DocumentStream) -> bytes:
    """The first octets of `document`; none if there are none at all."""
    async for piece in document:
        if piece:
            return piece
    return b""


async def _rejoined(first: bytes, rest: DocumentStream) -> AsyncGenerator[bytes, None]:
    yield first
    async for piece in rest:
        yield piece


def check_document(call: Call) -> None:
    """compression, then document-format, against what the Printer takes (RFC 8011 4.1.6.1 table 1).

    Raises:
        CompressionNotSupported, DocumentFormatNotSupported: Whatever ipp-attribute-fidelity says.
    """
    compression = names.COMPRESSION.get(call.operation)
    if compression is not None and compression not in names.COMPRESSION_SUPPORTED.all(
        call.printer.capabilities
    ):
        raise CompressionNotSupported(unsupported=(names.COMPRESSION.of(compression),))
    check_format(call)


def check_format(call: Call) -> None:
    """document-format, if there is one.

    Raises:
        DocumentFormatNotSupported: The Printer does not take it, or does not know its charset.
    """
    declared = names.DOCUMENT_FORMAT.get(call.operation)
    config = call.printer.config
    if declared is None or config.any_format:
        return
    taken = formats.essence(declared) in {known.lower() for known in config.formats}
    charset = formats.charset(declared) if formats.essence(declared) == formats.TEXT else None
    if not taken or (config.converts and charset is not None and charset not in formats.CHARSETS):
        raise DocumentFormatNotSupported(unsupported=(names.DOCUMENT_FORMAT.of(declared),))


def check_reference(call: Call) -> None:
    """document-uri, if there is one: it is absolute, and of a scheme that is fetched (RFC 8011 4.2.2).

    Raises:
        BadRequest: It is no URI of any scheme.
        UriSchemeNotSupported: It is of a scheme that is not fetched.
    """
    uri = names.DOCUMENT_URI.get(call.operation)
    if uri is None:
        return
    scheme, colon, _ = uri.partition(":")
    if not colon or not _SCHEME.fullmatch(scheme):
        raise BadRequest("document-uri is no absolute URI.")
    fetcher = call.services.fetcher
    if fetcher is None or scheme.lower() not in fetcher.schemes:
        raise UriSchemeNotSupported(unsupported=(names.DOCUMENT_URI.of(uri),))


def incoming_document(call: Call) -> NewDocument:
    """The document that follows the request."""
    return _new_document(call, call.document)


@asynccontextmanager
async def fetched_document(call: Call) -> AsyncIterator[NewDocument]:
    """The document that document-uri names, while the connection to it is open.

    Raises:
        DocumentAccessError: It may not or cannot be fetched.
    """
    uri = names.DOCUMENT_URI.get(call.operation)
    assert uri is not None, "document-uri is required"
    async with aclosing(_fetched(call, uri)) as stream:
        yield _new_document(call, stream, names.DOCUMENT_URI.of(uri))


@asynccontextmanager
async def fetched_again(call: Call) -> AsyncIterator[dict[int, NewDocument]]:
    """What the Job has by reference, by document-number, while it is fetched once more (RFC 8011 4.3.7).

    Raises:
        NotPossible: There are several: one request never makes us open several connections.
        DocumentAccessError: It may not or cannot be fetched.
    """
    referenced = [
        (document, said, uri)
        for document in call.job.documents
        if (uri := names.DOCUMENT_URI.get(said := AttributeGroup(GroupTag.DOCUMENT, document.supplied)))
    ]
    if len(referenced) > 1:
        raise NotPossible("Several documents of the job would have to be fetched again.")
    if not referenced:
        yield {}
        return
    [(document, said, uri)] = referenced
    async with aclosing(_fetched(call, uri)) as stream:
        incoming = Incoming(
            stream=stream,
            format=_format(call, names.DOCUMENT_FORMAT_SUPPLIED.get(said)),
            compression=names.COMPRESSION_SUPPLIED.get(said) or Compression.NONE,
        )
        fresh = NewDocument(
            incoming=incoming,
            name=document.name,
            natural_language=document.natural_language,
            supplied=document.supplied,
            password=document.password,
        )
        yield {document.number: fresh}


async def _fetched(call: Call, uri: str) -> AsyncGenerator[bytes, None]:
    fetcher = call.services.fetcher
    if fetcher is None:
        raise DocumentAccessError("Documents are not fetched here.")
    try:
        async with fetcher.fetch(uri) as stream:
            async for piece in stream:
                yield piece
    except FetchError as error:
        raise DocumentAccessError(str(error)) from error


def _new_document(call: Call, stream: DocumentStream, *reference: Attribute) -> NewDocument:
    language = names.DOCUMENT_NATURAL_LANGUAGE.get(call.operation)
    return NewDocument(
        incoming=Incoming(
            stream=stream,
            format=_format(call, names.DOCUMENT_FORMAT.get(call.operation)),
            compression=names.COMPRESSION.get(call.operation) or Compression.NONE,
        ),
        name=_name(call),
        title=_title(call),
        natural_language=None if language is None else str(language),
        template=_template(call),
        supplied=(*_supplied(call), *reference),
        password=_password(call),
    )


def _password(call: Call) -> str | None:
    """document-password, where it can be of use: UTF-8, or what older clients have in its place."""
    octets = names.DOCUMENT_PASSWORD.get(call.operation)
    if not octets or not names.DOCUMENT_PASSWORD_SUPPORTED.get(call.printer.capabilities):
        return None
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("iso-8859-1")


def _name(call: Call) -> Name | NameWithLanguage | None:
    groups = (call.operation, call.document_group, call.job_group)
    return next((name for group in groups if (name := names.DOCUMENT_NAME.get(group)) is not None), None)


def _template(call: Call) -> tuple[Attribute, ...]:
    group, printer = without_name(call.document_group), call.printer.capabilities
    return resolve_document(group, printer, fidelity=False, now=call.now).template


def _format(call: Call, declared: str | None) -> str:
    default = names.DOCUMENT_FORMAT_DEFAULT.get(call.printer.capabilities)
    return declared or default or formats.OCTET_STREAM


def _supplied(call: Call) -> Iterator[Attribute]:
    """The client's words, kept beside what became of them (PWG 5100.7)."""
    compression: Keyword | None = names.COMPRESSION.get(call.operation)
    if compression is not None:
        yield names.COMPRESSION_SUPPLIED.of(compression)
    declared = names.DOCUMENT_FORMAT.get(call.operation)
    if declared is not None:
        yield names.DOCUMENT_FORMAT_SUPPLIED.of(declared)
    name = _name(call)
    if name is not None:
        yield names.DOCUMENT_NAME_SUPPLIED.of(name)
    for definition in _KEPT:
        attribute = definition.attribute(call.operation)
        if attribute is not None:
            yield attribute


def name_of_job(call: Call) -> Name | NameWithLanguage:
    """job-name: the client's, else that of the document, else the last of its URI (RFC 8011 5.3.5).

    Empty where there is none of them.
    """
    name = names.JOB_NAME.get(call.operation)
    return name if name is not None and plain(name) else _title(call)


def _title(call: Call) -> Name | NameWithLanguage:
    """What a Job is called after the document of the request."""
    name = _name(call)
    if name is not None and plain(name):
        return name
    uri = names.DOCUMENT_URI.get(call.operation)
    last = unquote(uri.partition("?")[0].rstrip("/").rpartition("/")[2]) if uri else ""
    visible = "".join(filter(str.isprintable, last))  # escapes may hide anything, a NUL too
    return Name(shortened(visible, _NAME_OCTETS))
