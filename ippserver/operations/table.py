"""Every operation there is; operations-supported is made from this tuple."""

from collections.abc import Iterable
from typing import Final

from ippserver.ipp.values import Enum
from ippserver.operations.declare import OperationSpec
from ippserver.operations.documents import send_document, send_uri
from ippserver.operations.job_control import cancel_job, hold_job, release_job, restart_job
from ippserver.operations.job_creation import create_job, print_job, print_uri, validate_job
from ippserver.operations.job_queries import get_job_attributes, get_jobs
from ippserver.operations.printer_control import pause_printer, purge_jobs, resume_printer
from ippserver.operations.printer_queries import get_printer_attributes

OPERATIONS: Final[tuple[OperationSpec, ...]] = (
    print_job,
    print_uri,
    validate_job,
    create_job,
    send_document,
    send_uri,
    cancel_job,
    get_job_attributes,
    get_jobs,
    get_printer_attributes,
    hold_job,
    release_job,
    restart_job,
    pause_printer,
    resume_printer,
    purge_jobs,
)


def operations(*, by_reference: bool) -> tuple[OperationSpec, ...]:
    """The operations of a server that fetches documents `by_reference`, or does not."""
    return tuple(spec for spec in OPERATIONS if by_reference or not spec.by_reference)


def supported(specs: Iterable[OperationSpec]) -> tuple[Enum, ...]:
    """The values of operations-supported."""
    return tuple(Enum(spec.operation) for spec in specs)
