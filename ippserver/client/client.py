"""An asyncio client of any IPP Printer (RFC 8011; RFC 3510 5.1 and RFC 7472 3 for its URIs)."""

import asyncio
import logging
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Sequence
from types import TracebackType
from typing import Final, Self

from ippserver.client.errors import BadAnswer, IppStatusError
from ippserver.client.job import DESCRIPTION, JobInfo, plain_text
from ippserver.client.transport import Transport
from ippserver.client.trust import BY_NAME, Trust
from ippserver.iana import groups, names
from ippserver.iana.codes import Code
from ippserver.iana.definitions import AttributeDef
from ippserver.iana.enums import Operation, Status
from ippserver.iana.keywords import WhichJobs
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.describe import describe
from ippserver.ipp.limits import CLIENT_LIMITS, Limits
from ippserver.ipp.message import Request, Response, Version
from ippserver.ipp.tags import GroupTag
from ippserver.ipp.values import MAX_INTEGER, Keyword, Value
from ippserver.model.password import SECRET, sent
from ippserver.model.uris import InvalidUri, IppUri, from_http, parse

DEFAULT_VERSION: Final = Version(2, 0)
CHARSET: Final = "utf-8"
LANGUAGE: Final = "en"
FIRST_POLL_SECONDS: Final = 0.1
LAST_POLL_SECONDS: Final = 2.0


class IppClient:
    """Talks to the Printer, or about the Job, that one URI names; an async context.

    Connects to the port that the URI names, or else 631, and never to another one. Sends the version it was
    given, and never another one: what a Printer does not speak is an IppStatusError.
    """

    def __init__(
        self,
        uri: str,
        *,
        user: str | None = None,
        password: str | None = None,
        trust: Trust = BY_NAME,
        timeout_seconds: float = 30.0,
        allow_clear_text: bool = False,
        version: Version = DEFAULT_VERSION,
        limits: Limits = CLIENT_LIMITS,
    ) -> None:
        """A client for `uri`; an `http:` or `https:` one is taken for the `ipp:` or `ipps:` one it means.

        `user` is both requesting-user-name and, with `password`, the login; the password never travels
        unencrypted but to this very host, or with `allow_clear_text`. `timeout_seconds` is the longest
        silence, however long a document takes; an answer may take ten times that, and pass no `limits`.

        Raises:
            InvalidUri: `uri` does not conform to the grammar, or carries user info.
        """
        parsed = parse(uri)
        if parsed.userinfo is not None:
            raise InvalidUri("it carries a user name or password")
        self._uri = parse(from_http(parsed))
        self._user = user
        self._version = version
        self._transport = Transport(
            self._uri,
            user=user,
            password=password,
            trust=trust,
            timeout_seconds=timeout_seconds,
            allow_clear_text=allow_clear_text,
            limits=limits,
        )
        self._request_id = 0

    async def __aenter__(self) -> Self:
        """Makes the client ready; connects nowhere yet."""
        await self._transport.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends its connections."""
        await self._transport.close()

    @property
    def uri(self) -> IppUri:
        """The Printer or Job that the client is for."""
        return self._uri

    async def exchange(self, request: Request, document: AsyncIterable[bytes] | None = None) -> Response:
        """The response to a ready-made `request`, whatever its status-code.

        Raises:
            ClientError: No response came.
        """
        _log(request, Operation)
        response = await self._transport.exchange(request, document)
        _log(response, Status)
        return response

    async def request(
        self,
        operation: Operation,
        attributes: Iterable[Attribute] = (),
        *more: AttributeGroup,
        job_id: int | None = None,
        document: AsyncIterable[bytes] | None = None,
    ) -> Response:
        """The successful response to an operation on the Printer, or on its Job `job_id`.

        `attributes` are those of the operation group beyond charset, language, target and user; `more` are
        the groups after it.

        Raises:
            IppStatusError: The Printer answered with an error.
            ClientError: No response came.
        """
        self._request_id = self._request_id % MAX_INTEGER + 1
        request = Request(
            version=self._version,
            operation_id=int(operation),
            request_id=self._request_id,
            groups=(
                AttributeGroup(GroupTag.OPERATION, (*self._target(operation, job_id), *attributes)),
                *(group for group in more if len(group)),
            ),
        )
        response = await self.exchange(request, document)
        if response.request_id != request.request_id:
            raise BadAnswer(f"{self._uri.authority} answers another request than the one it was sent.")
        _check(response)
        return response

    def _target(self, operation: Operation, job_id: int | None) -> Iterable[Attribute]:
        """The attributes that every request begins with, in the order of RFC 8011 4.1.4 and 4.1.5."""
        yield names.ATTRIBUTES_CHARSET.of(CHARSET)
        yield names.ATTRIBUTES_NATURAL_LANGUAGE.of(LANGUAGE)
        if job_id is None and operation in JOB_OPERATIONS:
            yield names.JOB_URI.of(str(self._uri))
        else:
            yield names.PRINTER_URI.of(str(self._uri))
        if job_id is not None:
            yield names.JOB_ID.of(job_id)
        if self._user is not None:
            yield names.REQUESTING_USER_NAME.of(self._user)

    async def get_printer_attributes(
        self, requested: Sequence[AttributeDef[Value] | Keyword] = (groups.ALL,)
    ) -> AttributeGroup:
        """The Printer's attributes; `requested` are handles, or names of groups (RFC 8011 4.2.5)."""
        response = await self.request(Operation.GET_PRINTER_ATTRIBUTES, (_requested(requested),))
        return response.group(GroupTag.PRINTER)

    async def set_printer_attributes(self, attributes: Iterable[Attribute]) -> None:
        """Sets all of `attributes` of the Printer, or none (RFC 3380 4.1)."""
        group = AttributeGroup(GroupTag.PRINTER, attributes)
        await self.request(Operation.SET_PRINTER_ATTRIBUTES, (), group)

    async def validate_job(
        self, attributes: Iterable[Attribute] = (), template: Iterable[Attribute] = ()
    ) -> Response:
        """Whether Print-Job with these operation and Job Template attributes would do (RFC 8011 4.2.3).

        Raises:
            IppStatusError: It would not.
        """
        return await self.request(Operation.VALIDATE_JOB, attributes, _job(template))

    async def print_job(
        self,
        document: AsyncIterable[bytes],
        attributes: Iterable[Attribute] = (),
        template: Iterable[Attribute] = (),
    ) -> JobInfo:
        """Prints a document (RFC 8011 4.2.1); `attributes` are job-name, document-format and the like."""
        response = await self.request(Operation.PRINT_JOB, attributes, _job(template), document=document)
        return _only_job(response)

    async def create_job(
        self, attributes: Iterable[Attribute] = (), template: Iterable[Attribute] = ()
    ) -> JobInfo:
        """Makes a Job without documents yet (RFC 8011 4.2.4)."""
        return _only_job(await self.request(Operation.CREATE_JOB, attributes, _job(template)))

    async def send_document(
        self,
        job_id: int,
        document: AsyncIterable[bytes] | None,
        attributes: Iterable[Attribute] = (),
        *,
        last: bool,
    ) -> JobInfo:
        """Adds a document to the Job, or with None and `last` only closes it (RFC 8011 4.3.1)."""
        response = await self.request(
            Operation.SEND_DOCUMENT,
            (*attributes, names.LAST_DOCUMENT.of(last)),
            job_id=job_id,
            document=document,
        )
        return _only_job(response)

    async def get_jobs(
        self,
        which: Keyword = WhichJobs.NOT_COMPLETED,
        *,
        limit: int | None = None,
        mine: bool = False,
        requested: Sequence[AttributeDef[Value] | Keyword] = DESCRIPTION,
    ) -> list[JobInfo]:
        """The Printer's Jobs in its order (RFC 8011 4.2.6); `mine` are those of the client's user."""
        attributes = [_requested(requested), names.WHICH_JOBS.of(which)]
        if limit is not None:
            attributes.append(names.LIMIT.of(limit))
        if mine:
            attributes.append(names.MY_JOBS.of(True))
        response = await self.request(Operation.GET_JOBS, attributes)
        return [JobInfo.of(group) for group in response.groups if group.tag == GroupTag.JOB]

    async def get_job_attributes(
        self,
        job_id: int | None = None,
        requested: Sequence[AttributeDef[Value] | Keyword] = (groups.ALL,),
    ) -> JobInfo:
        """The Job `job_id`, or without one the Job that the client's URI names (RFC 8011 4.3.4)."""
        response = await self.request(Operation.GET_JOB_ATTRIBUTES, (_requested(requested),), job_id=job_id)
        return _only_job(response)

    async def cancel_job(self, job_id: int | None = None) -> None:
        """Cancels the Job (RFC 8011 4.3.3)."""
        await self.request(Operation.CANCEL_JOB, job_id=job_id)

    async def cancel_document(self, job_id: int, number: int) -> None:
        """Cancels one Document of the Job; the others are printed (PWG 5100.5 4.5)."""
        await self.request(Operation.CANCEL_DOCUMENT, (names.DOCUMENT_NUMBER.of(number),), job_id=job_id)

    async def hold_job(self, job_id: int | None = None, until: Keyword | None = None) -> None:
        """Holds the Job, for ever or `until` a period begins (RFC 8011 4.3.5)."""
        attributes = () if until is None else (names.JOB_HOLD_UNTIL.of(until),)
        await self.request(Operation.HOLD_JOB, attributes, job_id=job_id)

    async def release_job(self, job_id: int | None = None, *, password: str | None = None) -> None:
        """Lets a held Job be printed (RFC 8011 4.3.6).

        That a `password` releases it is an extension of this server: elsewhere it is entered at the device.
        """
        key = () if password is None else sent(password)
        await self.request(Operation.RELEASE_JOB, key, job_id=job_id)

    async def wait_for_job(
        self,
        job_id: int | None = None,
        *,
        watch: Callable[[JobInfo], Awaitable[None] | None] | None = None,
    ) -> JobInfo:
        """The Job once it is completed, canceled or aborted; `watch` sees every state asked for before.

        Asks ever more seldom. Waits for ever: use `asyncio.timeout`.
        """
        pause_seconds = FIRST_POLL_SECONDS
        while True:
            job = await self.get_job_attributes(job_id, DESCRIPTION)
            if watch is not None and (seen := watch(job)) is not None:
                await seen
            if job.is_terminal:
                return job
            await asyncio.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 1.5, LAST_POLL_SECONDS)


JOB_OPERATIONS: Final = frozenset(
    (
        Operation.SEND_DOCUMENT,
        Operation.SEND_URI,
        Operation.CANCEL_JOB,
        Operation.GET_JOB_ATTRIBUTES,
        Operation.HOLD_JOB,
        Operation.RELEASE_JOB,
        Operation.RESTART_JOB,
    )
)
"""Operations whose target is a Job (RFC 8011 4.3)."""

_FIRST_ERROR: Final = 0x0100
"""Status-codes below mean success (RFC 8011 B.1)."""


_logger: Final = logging.getLogger(__name__)


def _log(message: Request | Response, codes: type[Code]) -> None:
    if _logger.isEnabledFor(logging.DEBUG):
        for line in describe(message, lambda code: codes(code).keyword, hidden=SECRET).splitlines():
            _logger.debug("%s", line)


def _check(response: Response) -> None:
    if response.status_code < _FIRST_ERROR:
        return
    operation_group = response.group(GroupTag.OPERATION)
    raise IppStatusError(
        Status(response.status_code),
        plain_text(names.STATUS_MESSAGE.all(operation_group)),
        response.group(GroupTag.UNSUPPORTED),
    )


def _only_job(response: Response) -> JobInfo:
    job = JobInfo.of(response.group(GroupTag.JOB), response.group(GroupTag.UNSUPPORTED))
    if not job.id and not job.uri and not len(job.attributes):
        raise BadAnswer("The printer accepts the job, but does not say which one it is.")
    return job


def _job(template: Iterable[Attribute]) -> AttributeGroup:
    return AttributeGroup(GroupTag.JOB, template)


def _requested(requested: Sequence[AttributeDef[Value] | Keyword]) -> Attribute:
    return names.REQUESTED_ATTRIBUTES.of(
        *(Keyword(each.name) if isinstance(each, AttributeDef) else each for each in requested)
    )
