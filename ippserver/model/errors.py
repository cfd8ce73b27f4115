"""One exception per refusal: its class is the status-code, its docstring the default status-message.

Handlers raise the most specific one; the Dispatcher alone turns it into a Response. `unsupported` are the
attributes for the Unsupported group (RFC 8011 4.1.7).
"""

from typing import ClassVar

from ippserver.iana.enums import Status
from ippserver.ipp.attributes import Attribute


class IppError(Exception):
    """The server failed."""

    status: ClassVar[Status] = Status.SERVER_ERROR_INTERNAL_ERROR

    def __init__(self, message: str = "", *, unsupported: tuple[Attribute, ...] = ()) -> None:
        self.message = message or " ".join((type(self).__doc__ or "").split())
        super().__init__(self.message)
        self.unsupported = unsupported


class BadRequest(IppError):
    """The request is malformed."""

    status = Status.CLIENT_ERROR_BAD_REQUEST


class NotAuthenticated(IppError):
    """This operation needs a login."""

    status = Status.CLIENT_ERROR_NOT_AUTHENTICATED


class NotAuthorized(IppError):
    """You may not do this."""

    status = Status.CLIENT_ERROR_NOT_AUTHORIZED


class NotPossible(IppError):
    """This is not possible in the present state."""

    status = Status.CLIENT_ERROR_NOT_POSSIBLE


class Timeout(IppError):
    """The rest of the request did not come in time."""

    status = Status.CLIENT_ERROR_TIMEOUT


class NotFound(IppError):
    """There is no such printer or job."""

    status = Status.CLIENT_ERROR_NOT_FOUND


class Gone(IppError):
    """The job was here and has been deleted."""

    status = Status.CLIENT_ERROR_GONE


class RequestEntityTooLarge(IppError):
    """The request or its document is too large."""

    status = Status.CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE


class RequestValueTooLong(IppError):
    """A value is longer than its attribute allows."""

    status = Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG


class DocumentFormatNotSupported(IppError):
    """The document format is not supported."""

    status = Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED


class AttributesOrValuesNotSupported(IppError):
    """Attributes or values are not supported."""

    status = Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED


class AttributesNotSettable(IppError):
    """Attributes cannot be set."""

    status = Status.CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE


class UriSchemeNotSupported(IppError):
    """The URI scheme is not supported."""

    status = Status.CLIENT_ERROR_URI_SCHEME_NOT_SUPPORTED


class CharsetNotSupported(IppError):
    """The charset is not supported."""

    status = Status.CLIENT_ERROR_CHARSET_NOT_SUPPORTED


class ConflictingAttributes(IppError):
    """Attributes contradict one another."""

    status = Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES


class CompressionNotSupported(IppError):
    """The compression is not supported."""

    status = Status.CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED


class CompressionError(IppError):
    """The document does not decompress."""

    status = Status.CLIENT_ERROR_COMPRESSION_ERROR


class DocumentFormatError(IppError):
    """The document is not what its format says."""

    status = Status.CLIENT_ERROR_DOCUMENT_FORMAT_ERROR


class DocumentAccessError(IppError):
    """The document could not be fetched."""

    status = Status.CLIENT_ERROR_DOCUMENT_ACCESS_ERROR


class OperationNotSupported(IppError):
    """The operation is not supported."""

    status = Status.SERVER_ERROR_OPERATION_NOT_SUPPORTED


class VersionNotSupported(IppError):
    """The version of IPP is not supported."""

    status = Status.SERVER_ERROR_VERSION_NOT_SUPPORTED


class ServiceUnavailable(IppError):
    """The printer is out of service."""

    status = Status.SERVER_ERROR_SERVICE_UNAVAILABLE


class TemporaryError(IppError):
    """The document could not be stored; try again."""

    status = Status.SERVER_ERROR_TEMPORARY_ERROR


class NotAcceptingJobs(IppError):
    """The printer is not accepting jobs."""

    status = Status.SERVER_ERROR_NOT_ACCEPTING_JOBS


class Busy(IppError):
    """There is no room for a job now; try again later."""

    status = Status.SERVER_ERROR_BUSY


class JobCanceled(IppError):
    """The job was canceled while its document was still arriving."""

    status = Status.SERVER_ERROR_JOB_CANCELED


class TooManyJobs(IppError):
    """There are too many jobs."""

    status = Status.SERVER_ERROR_TOO_MANY_JOBS


class TooManyDocuments(IppError):
    """The job has too many documents."""

    status = Status.SERVER_ERROR_TOO_MANY_DOCUMENTS
