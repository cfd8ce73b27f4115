"""Every operation there is; operations-supported is made from this tuple."""

from collections.abc import Iterable
from typing import Final

from ippserver.ipp.values import Enum
from ippserver.operations.cups import (
    cups_accept_jobs,
    cups_get_classes,
    cups_get_default,
    cups_get_document,
    cups_get_printers,
    cups_reject_jobs,
)
from ippserver.operations.declare import OperationSpec
from ippserver.operations.document_objects import (
    cancel_document,
    delete_document,
    get_document_attributes,
    get_documents,
    set_document_attributes,
    validate_document,
)
from ippserver.operations.documents import send_document, send_uri
from ippserver.operations.job_control import cancel_job, close_job, hold_job, restart_job
from ippserver.operations.job_creation import (
    create_job,
    print_job,
    print_uri,
    reprocess_job,
    resubmit_job,
    validate_job,
)
from ippserver.operations.job_queries import get_job_attributes, get_jobs
from ippserver.operations.job_release import release_job
from ippserver.operations.job_scheduling import (
    cancel_current_job,
    promote_job,
    resume_job,
    schedule_job_after,
    suspend_current_job,
)
from ippserver.operations.job_settings import set_job_attributes
from ippserver.operations.jobs_cancel import cancel_jobs, cancel_my_jobs
from ippserver.operations.jobs_purge import purge_jobs
from ippserver.operations.notifications import get_notifications
from ippserver.operations.printer_control import (
    activate_printer,
    deactivate_printer,
    disable_printer,
    enable_printer,
    hold_new_jobs,
    identify_printer,
    pause_printer,
    pause_printer_after_current_job,
    release_held_new_jobs,
    restart_printer,
    resume_printer,
    set_printer_attributes,
    shutdown_printer,
    startup_printer,
)
from ippserver.operations.printer_queries import (
    get_printer_attributes,
    get_printer_supported_values,
    get_user_printer_attributes,
)
from ippserver.operations.subscriptions import (
    cancel_subscription,
    create_job_subscriptions,
    create_printer_subscriptions,
    get_subscription_attributes,
    get_subscriptions,
    renew_subscription,
)

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
    reprocess_job,
    resubmit_job,
    close_job,
    set_job_attributes,
    cancel_jobs,
    cancel_my_jobs,
    cancel_current_job,
    suspend_current_job,
    resume_job,
    promote_job,
    schedule_job_after,
    pause_printer,
    resume_printer,
    purge_jobs,
    enable_printer,
    disable_printer,
    pause_printer_after_current_job,
    hold_new_jobs,
    release_held_new_jobs,
    deactivate_printer,
    activate_printer,
    restart_printer,
    shutdown_printer,
    startup_printer,
    identify_printer,
    set_printer_attributes,
    get_printer_supported_values,
    get_user_printer_attributes,
    cups_get_default,
    cups_get_printers,
    cups_get_classes,
    cups_accept_jobs,
    cups_reject_jobs,
    cups_get_document,
    create_printer_subscriptions,
    create_job_subscriptions,
    get_subscription_attributes,
    get_subscriptions,
    renew_subscription,
    cancel_subscription,
    get_notifications,
    get_documents,
    get_document_attributes,
    set_document_attributes,
    cancel_document,
    delete_document,
    validate_document,
)


def operations(*, by_reference: bool) -> tuple[OperationSpec, ...]:
    """The operations of a server that fetches documents `by_reference`, or does not."""
    return tuple(spec for spec in OPERATIONS if by_reference or not spec.by_reference)


def supported(specs: Iterable[OperationSpec]) -> tuple[Enum, ...]:
    """The values of operations-supported."""
    return tuple(Enum(spec.operation) for spec in specs)
