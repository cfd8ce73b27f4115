"""From a request to its response; the only place where exceptions become status codes."""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ippserver.iana import names
from ippserver.iana.enums import Status
from ippserver.interfaces import (
    DocumentInterrupted,
    DocumentStream,
    NoSuchJob,
    SpoolError,
    SpoolFull,
    StoreError,
    StoreUnavailable,
)
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.errors import LimitExceeded, MalformedMessage
from ippserver.ipp.message import Header, Request, Response, Version
from ippserver.ipp.strings import shortened
from ippserver.ipp.tags import GroupTag
from ippserver.model.capabilities import CHARSET, LANGUAGE
from ippserver.model.errors import (
    AttributesOrValuesNotSupported,
    BadRequest,
    Busy,
    ConflictingAttributes,
    IppError,
    NotFound,
    NotPossible,
    RequestEntityTooLarge,
    TemporaryError,
)
from ippserver.model.states import IllegalTransition
from ippserver.operations import checks
from ippserver.operations.answer import Answer, Unchanged
from ippserver.operations.checks import Inquiry
from ippserver.operations.declare import Call, Data, OperationSpec, Reply, Services
from ippserver.operations.language import STATUS_MESSAGE_OCTETS, in_language, said_in
from ippserver.operations.origin import Origin
from ippserver.operations.target import find_target, shown_at

logger: Final = logging.getLogger(__name__)

_LOWER_LAYERS: Final[tuple[tuple[type[Exception], type[IppError]], ...]] = (
    (SpoolFull, Busy),
    (SpoolError, TemporaryError),
    (NoSuchJob, NotFound),
    (StoreUnavailable, Busy),
    (StoreError, TemporaryError),
)
"""What the layers below refuse, and as which refusal a client sees it."""

_TELL_ALL: Final = frozenset({AttributesOrValuesNotSupported.status, ConflictingAttributes.status})
"""Refusals whose Unsupported group holds everything that is unsupported (RFC 8011 4.1.7)."""


class Dispatcher:
    """Runs the checks, then the handler; never raises but for a client that went away."""

    def __init__(self, operations: Iterable[OperationSpec], services: Services) -> None:
        self._operations: Mapping[int, OperationSpec] = {spec.operation: spec for spec in operations}
        self._services = services

    def serves(self, path: str, query: str = "") -> bool:
        """Whether `path`, in normal form, is that of a Printer, a Job or the server, or an alias of one."""
        return self._services.printers.paths.resolve(path, query) is not None

    async def dispatch(self, request: Request, origin: Origin, document: DocumentStream) -> Answer:
        """The answer to `request`; as much of `document` as it needs has been read.

        Raises:
            DocumentInterrupted: The client went away, and there is nobody to answer.
        """
        inquiry = Inquiry(
            request=request, origin=origin, services=self._services, operations=self._operations
        )
        header = Header(request.version, request.operation_id, request.request_id)
        try:
            await _check(inquiry)
            lasting = Unchanged.of(self._services, inquiry.printer) if inquiry.spec.lasting else None
            reply = await self._reply(inquiry, document)
        except DocumentInterrupted:
            raise
        except Exception as error:
            return Answer(said_in(_refused(header, _refusal(error), inquiry), inquiry.language))
        wanted = reply.language
        language = inquiry.language if wanted is None else self._services.languages.best(wanted)
        return Answer(said_in(_answered(header, reply), language), lasting, reply.document)

    def refuse(self, error: MalformedMessage, header: Header | None) -> Response:
        """The response to octets that are no message; `header` as far as they went."""
        header = header or Header(Version(1, 1), 0, 0)
        refusal: IppError = (
            RequestEntityTooLarge(error.reason)
            if isinstance(error, LimitExceeded)
            else BadRequest(error.reason)
        )
        try:
            checks.check_header(header)
        except IppError as wrong_version:
            refusal = wrong_version
        return _response(header, refusal.status, refusal.message)

    async def _reply(self, inquiry: Inquiry, document: DocumentStream) -> Reply:
        if inquiry.spec.data is Data.NONE:
            await _expect_no_data(document)
        reply = await inquiry.spec.handler(self._call(inquiry, document))
        if not inquiry.unsupported:
            return reply
        return replace(reply, unsupported=_merged(inquiry.unsupported, reply.unsupported))

    def _call(self, inquiry: Inquiry, document: DocumentStream) -> Call:
        now = self._services.clock.now()
        language = str(names.ATTRIBUTES_NATURAL_LANGUAGE.get(inquiry.operation))
        return Call(
            request=inquiry.request,
            origin=inquiry.origin,
            operation=in_language(inquiry.operation, language),
            job_group=in_language(inquiry.job_group, language),
            printer_group=in_language(inquiry.printer_group, language),
            subscription_groups=inquiry.subscription_groups,
            printer=inquiry.printer,
            principal=inquiry.principal,
            document=document,
            services=self._services,
            operations=self._operations,
            now=now,
            at=shown_at(inquiry, now),
            document_group=in_language(inquiry.document_group, language),
            target_job=inquiry.job,
            target_document=inquiry.document,
            everywhere=inquiry.everywhere,
            subscriptions=inquiry.subscriptions,
        )


async def _check(inquiry: Inquiry) -> None:
    for check in checks.BEFORE_TARGET:
        check(inquiry)
    await find_target(inquiry)
    for check in checks.AFTER_TARGET:
        check(inquiry)


async def _expect_no_data(document: DocumentStream) -> None:
    async for piece in document:
        if piece:
            raise BadRequest("This operation takes no document.")


def _refusal(error: Exception) -> IppError:
    """What a client is told of `error`, whatever layer it comes from."""
    if isinstance(error, IppError):
        return error
    if isinstance(error, IllegalTransition):
        return NotPossible(f"It is not possible: {error}.")
    for layer, kind in _LOWER_LAYERS:
        if isinstance(error, layer):
            logger.warning("refused for now: %s", error)
            return kind()
    logger.error("a request failed", exc_info=error)
    return IppError()


def _answered(header: Header, reply: Reply) -> Response:
    response = _response(header, _status(reply), unsupported=reply.unsupported, more=reply.operation)
    return replace(response, groups=(*response.groups, *reply.groups), listed=reply.listed)


def _refused(header: Header, error: IppError, inquiry: Inquiry) -> Response:
    logger.info(
        "operation %#06x refused with %s: %s",
        header.code,
        error.status.keyword,
        error.message,
        extra={"peer": inquiry.origin.peer, "request_id": header.request_id},
    )
    beside = inquiry.unsupported if error.status in _TELL_ALL else ()
    return _response(header, error.status, error.message, _merged(beside, error.unsupported))


def _merged(*parts: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """One Unsupported group of several, each name once: what is said of a Job Template attribute counts."""
    return tuple({attribute.name: attribute for part in parts for attribute in part}.values())


def _status(reply: Reply) -> Status:
    """Nothing is successful-ok that was not done in full (RFC 8011 4.1.7)."""
    if reply.unsupported and reply.status is Status.SUCCESSFUL_OK:
        return Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    return reply.status


def _response(
    header: Header,
    status: Status,
    message: str = "",
    unsupported: Collection[Attribute] = (),
    *,
    more: tuple[Attribute, ...] = (),
) -> Response:
    said = _status_message(message or status.keyword)
    refused = (AttributeGroup(GroupTag.UNSUPPORTED, unsupported),) if unsupported else ()
    return Response(
        version=checks.answer_version(header.version),
        status_code=status,
        request_id=header.request_id,
        groups=(AttributeGroup(GroupTag.OPERATION, (_CHARSET, _LANGUAGE, said, *more)), *refused),
    )


@lru_cache(maxsize=64)  # there are few, and each remembers its octets
def _status_message(text: str) -> Attribute:
    return names.STATUS_MESSAGE.of(shortened(text, STATUS_MESSAGE_OCTETS))


_CHARSET: Final = names.ATTRIBUTES_CHARSET.of(CHARSET)
_LANGUAGE: Final = names.ATTRIBUTES_NATURAL_LANGUAGE.of(LANGUAGE)
