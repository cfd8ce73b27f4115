"""What it means for a document and its output that another Printer fails: who waits, and who gives up."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from ippserver.client import BadAnswer, ClientError, HttpError, IppStatusError
from ippserver.iana.enums import Status
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import OutputError, OutputRefused, OutputUnavailable
from ippserver.ipp.describe import escape
from ippserver.ipp.values import Keyword
from ippserver.runtime.secrets import NoSecret

_LASTING: Final[Mapping[Status, Keyword | None]] = {
    Status.CLIENT_ERROR_BAD_REQUEST: None,
    Status.CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE: JobStateReason.DOCUMENT_UNPRINTABLE_ERROR,
    Status.CLIENT_ERROR_REQUEST_VALUE_TOO_LONG: None,
    Status.CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED: JobStateReason.UNSUPPORTED_DOCUMENT_FORMAT,
    Status.CLIENT_ERROR_DOCUMENT_FORMAT_ERROR: JobStateReason.DOCUMENT_FORMAT_ERROR,
    Status.CLIENT_ERROR_DOCUMENT_PASSWORD_ERROR: JobStateReason.DOCUMENT_PASSWORD_ERROR,
    Status.CLIENT_ERROR_DOCUMENT_PERMISSION_ERROR: JobStateReason.DOCUMENT_PERMISSION_ERROR,
    Status.CLIENT_ERROR_DOCUMENT_SECURITY_ERROR: JobStateReason.DOCUMENT_SECURITY_ERROR,
    Status.CLIENT_ERROR_DOCUMENT_UNPRINTABLE_ERROR: JobStateReason.DOCUMENT_UNPRINTABLE_ERROR,
    Status.CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED: None,
    Status.CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED: None,
    Status.CLIENT_ERROR_CONFLICTING_ATTRIBUTES: None,
    Status.SERVER_ERROR_JOB_CANCELED: JobStateReason.JOB_CANCELED_AT_DEVICE,
}
"""What a Printer says of this document, and will say again; and what clients are told of it."""
_OF_THIS_DOCUMENT: Final = frozenset(
    {Status.SERVER_ERROR_INTERNAL_ERROR, Status.CLIENT_ERROR_TIMEOUT, Status.CLIENT_ERROR_NOT_POSSIBLE}
)
"""What need not befall the next document."""
_HTTP_LASTING: Final = frozenset({405, 411, 413, 415, 422})
_HTTP_DOWN: Final = frozenset({401, 403, 404, 407, 426, 429, 502, 503, 504})
"""The same in HTTP, as of a webhook."""


def is_lasting(error: IppStatusError) -> bool:
    """Whether the Printer would say the same of this document again."""
    return error.status in _LASTING


@contextmanager
def failing(*, asking: bool = False) -> Iterator[None]:
    """The client's errors as those of an output; while `asking`, the document has no part in any of them."""
    try:
        yield
    except IppStatusError as error:
        text = f"The other printer refuses: {escape(str(error))}"
        if is_lasting(error) and not asking:
            raise OutputRefused(text, _LASTING[error.status]) from error
        if error.status in _OF_THIS_DOCUMENT and not asking:
            raise OutputError(text) from error
        raise OutputUnavailable(text) from error
    except HttpError as error:
        text = escape(str(error))
        if error.status in _HTTP_LASTING and not asking:
            raise OutputRefused(text) from error
        if error.status in _HTTP_DOWN or asking:
            raise OutputUnavailable(text) from error
        raise OutputError(text) from error
    except BadAnswer as error:
        raise (OutputUnavailable if asking else OutputError)(escape(str(error))) from error
    except (ClientError, NoSecret) as error:
        raise OutputUnavailable(escape(str(error))) from error
