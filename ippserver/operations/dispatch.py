"""From a request to its response; the only place where exceptions become status codes."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
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
)
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.errors import LimitExceeded, MalformedMessage
from ippserver.ipp.message import Header, Request, Response, Version
from ippserver.ipp.tags import GroupTag
from ippserver.model.capabilities import CHARSET, LANGUAGE
from ippserver.model.errors import (
    BadRequest,
    Busy,
    IppError,
    NotFound,
    NotPossible,
    RequestEntityTooLarge,
    TemporaryError,
)
from ippserver.model.states import IllegalTransition
from ippserver.operations import checks
from ippserver.operations.checks import Inquiry
from ippserver.operations.declare import Call, Data, OperationSpec, Reply, Services
from ippserver.operations.origin import Origin
from ippserver.operations.target import find_target, shown_at

logger: Final = logging.getLogger(__name__)

_LOWER_LAYERS: Final[tuple[tuple[type[Exception], type[IppError]], ...]] = (
    (SpoolFull, Busy),
    (SpoolError, TemporaryError),
    (NoSuchJob, NotFound),
    (StoreError, Busy),
)
"""What the layers below refuse, and as which refusal a client sees it (SECURITY O01-O05, O13)."""


class Dispatcher:
    """Runs the checks, then the handler; never raises but for a client that went away."""

    def __init__(self, operations: Iterable[OperationSpec], services: Services) -> None:
        self._operations: Mapping[int, OperationSpec] = {spec.operation: spec for spec in operations}
        self._services = services

    def serves(self, path: str, query: str = "") -> bool:
        """Whether `path`, in normal form, is a Printer's or that of a Job below one."""
        return self._services.printers.paths.resolve(path, query) is not None

    async def dispatch(self, request: Request, origin: Origin, document: DocumentStream) -> Response:
        """The response to `request`; as much of `document` as it needs has been read.

        Raises:
            DocumentInterrupted: The client went away, and there is nobody to answer.
        """
        inquiry = Inquiry(
            request=request, origin=origin, services=self._services, operations=self._operations
        )
        header = Header(request.version, request.operation_id, request.request_id)
        try:
            reply = await self._reply(inquiry, document)
        except IppError as error:
            return self._refusal(header, error, origin)
        except IllegalTransition as error:
            return self._refusal(header, NotPossible(f"It is not possible: {error}."), origin)
        except (SpoolError, StoreError) as error:
            logger.warning("refused for now: %s", error, extra={"peer": origin.peer})
            kind = next(kind for layer, kind in _LOWER_LAYERS if isinstance(error, layer))
            return self._refusal(header, kind(), origin)
        except DocumentInterrupted:
            raise
        except Exception:
            logger.exception("request failed", extra={"peer": origin.peer, "request_id": header.request_id})
            return self._refusal(header, IppError(), origin)
        return _response(header, _status(reply), "", reply.unsupported, reply.groups)

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
        return _response(header, refusal.status, refusal.message, ())

    async def _reply(self, inquiry: Inquiry, document: DocumentStream) -> Reply:
        for check in checks.BEFORE_TARGET:
            check(inquiry)
        await find_target(inquiry)
        for check in checks.AFTER_TARGET:
            check(inquiry)
        spec = inquiry.spec
        if spec.data is Data.NONE:
            await _expect_no_data(document)
        now = self._services.clock.now()
        call = Call(
            request=inquiry.request,
            origin=inquiry.origin,
            operation=inquiry.operation,
            job_group=inquiry.job_group,
            printer=inquiry.printer,
            principal=inquiry.principal,
            document=document,
            services=self._services,
            now=now,
            at=shown_at(inquiry, now),
            target_job=inquiry.job,
        )
        reply = await spec.handler(call)
        return replace(reply, unsupported=(*inquiry.unsupported, *reply.unsupported))

    @staticmethod
    def _refusal(header: Header, error: IppError, origin: Origin) -> Response:
        logger.info(
            "operation %#06x refused with %s: %s",
            header.code,
            error.status.keyword,
            error.message,
            extra={"peer": origin.peer, "request_id": header.request_id},
        )
        return _response(header, error.status, error.message, error.unsupported)


async def _expect_no_data(document: DocumentStream) -> None:
    async for piece in document:
        if piece:
            raise BadRequest("This operation takes no document.")


def _status(reply: Reply) -> Status:
    """Nothing is successful-ok that was not done in full (RFC 8011 4.1.7)."""
    if reply.unsupported and reply.status is Status.SUCCESSFUL_OK:
        return Status.SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES
    return reply.status


def _response(
    header: Header,
    status: Status,
    message: str,
    unsupported: tuple[Attribute, ...],
    groups: tuple[AttributeGroup, ...] = (),
) -> Response:
    operation = [_CHARSET, _LANGUAGE]
    if message:
        operation.append(names.STATUS_MESSAGE.of(message))
    refused = (AttributeGroup(GroupTag.UNSUPPORTED, unsupported),) if unsupported else ()
    return Response(
        version=checks.answer_version(header.version),
        status_code=status,
        request_id=header.request_id,
        groups=(AttributeGroup(GroupTag.OPERATION, operation), *refused, *groups),
    )


_CHARSET: Final = names.ATTRIBUTES_CHARSET.of(CHARSET)
_LANGUAGE: Final = names.ATTRIBUTES_NATURAL_LANGUAGE.of(LANGUAGE)
