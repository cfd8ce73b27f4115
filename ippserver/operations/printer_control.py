"""What Operators do to Printers (RFC 8011 4.2.7-4.2.8, RFC 3998 3, PWG 5100.13 Identify-Printer)."""

import logging
from contextlib import suppress
from typing import Final

from ippserver.engine.identification import Identification
from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.iana.keywords import JobStateReason
from ippserver.interfaces import NoSuchJob
from ippserver.ipp.attributes import Attribute
from ippserver.model import formats
from ippserver.model.access import Access
from ippserver.model.errors import DocumentFormatNotSupported, NotPossible
from ippserver.model.states import IllegalTransition, PrinterEvent
from ippserver.operations.declare import Call, Definition, Reply, Target, operation
from ippserver.operations.documents import check_format
from ippserver.operations.job_creation import release_held_on_create
from ippserver.operations.language import plain

logger: Final = logging.getLogger(__name__)

_MESSAGE: Final[tuple[Definition, ...]] = (names.PRINTER_MESSAGE_FROM_OPERATOR,)
"""What all of them take beside their target (RFC 3998 6, table 5)."""


@operation(
    Operation.PAUSE_PRINTER,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 8011 4.2.7",
)
async def pause_printer(call: Call) -> Reply:
    """Begins no more Jobs; those in process are finished first."""
    return await _done(call, PrinterEvent.PAUSE)


@operation(
    Operation.PAUSE_PRINTER_AFTER_CURRENT_JOB,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.2.1",
)
async def pause_printer_after_current_job(call: Call) -> Reply:
    """Begins no more Jobs; those in process are finished first, as Pause-Printer has it, too."""
    return await _done(call, PrinterEvent.PAUSE)


@operation(
    Operation.RESUME_PRINTER,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 8011 4.2.8",
)
async def resume_printer(call: Call) -> Reply:
    """Goes on after Pause-Printer."""
    return await _done(call, PrinterEvent.RESUME)


@operation(
    Operation.ENABLE_PRINTER,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.1.2",
)
async def enable_printer(call: Call) -> Reply:
    """Accepts Jobs again."""
    return await _done(call, PrinterEvent.ENABLE)


@operation(
    Operation.DISABLE_PRINTER,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.1.1",
)
async def disable_printer(call: Call) -> Reply:
    """Accepts no new Jobs; those that it has go on, and take the rest of their documents."""
    return await _done(call, PrinterEvent.DISABLE)


@operation(
    Operation.HOLD_NEW_JOBS,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.3.1",
)
async def hold_new_jobs(call: Call) -> Reply:
    """Holds every Job that is created from now on."""
    return await _done(call, PrinterEvent.HOLD_NEW_JOBS)


@operation(
    Operation.RELEASE_HELD_NEW_JOBS,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.3.2",
)
async def release_held_new_jobs(call: Call) -> Reply:
    """Holds no more new Jobs, and lets those go that it has held."""
    return await _done(call, PrinterEvent.RELEASE_HELD_NEW_JOBS)


@operation(
    Operation.DEACTIVATE_PRINTER,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.4.1",
)
async def deactivate_printer(call: Call) -> Reply:
    """Pauses it, and refuses nearly everything but queries."""
    return await _done(call, PrinterEvent.DEACTIVATE)


@operation(
    Operation.ACTIVATE_PRINTER,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.4.2",
)
async def activate_printer(call: Call) -> Reply:
    """Accepts requests and Jobs again, and prints."""
    return await _done(call, PrinterEvent.ACTIVATE)


@operation(
    Operation.RESTART_PRINTER,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.5.1",
)
async def restart_printer(call: Call) -> Reply:
    """Makes good whatever Operators have done before; no Job is lost."""
    return await _done(call, PrinterEvent.RESTART)


@operation(
    Operation.SHUTDOWN_PRINTER,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.5.2",
)
async def shutdown_printer(call: Call) -> Reply:
    """Takes it out of service until Startup-Printer, across restarts of the server; no Job is lost."""
    return await _done(call, PrinterEvent.SHUT_DOWN)


@operation(
    Operation.STARTUP_PRINTER,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=_MESSAGE,
    spec="RFC 3998 3.5.3",
)
async def startup_printer(call: Call) -> Reply:
    """Puts a Printer that was shut down into service again; it accepts Jobs after Enable-Printer."""
    if not call.printer.status.shut_down:
        raise NotPossible("The printer is not shut down.")
    return await _done(call, PrinterEvent.START_UP)


@operation(
    Operation.SET_PRINTER_ATTRIBUTES,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=(names.DOCUMENT_FORMAT,),
    printer_group=True,
    spec="RFC 3380 4.1",
)
async def set_printer_attributes(call: Call) -> Reply:
    """Changes what the Printer says of itself, its defaults and what it supports: all of it, or nothing."""
    check_format(call)
    if (
        names.DOCUMENT_FORMAT.get(call.operation) == formats.OCTET_STREAM
    ):  # is any format, and none to set for
        raise DocumentFormatNotSupported(unsupported=(names.DOCUMENT_FORMAT.of(formats.OCTET_STREAM),))
    await call.printer.set(tuple(call.printer_group))
    changed = ", ".join(attribute.name for attribute in call.printer_group)
    logger.info("%s: %s set %s", call.printer.path, call.principal.name, changed)
    return Reply()


@operation(
    Operation.IDENTIFY_PRINTER,
    target=Target.PRINTER,
    access=Access.SUBMIT,
    accepts=(names.IDENTIFY_ACTIONS, names.MESSAGE, names.JOB_ID),
    spec="PWG 5100.13 4.1",
)
async def identify_printer(call: Call) -> Reply:
    """Has the Printer show which one it is: in the log, at whoever watches, and in printer-state-reasons."""
    wanted = names.IDENTIFY_ACTIONS.all(call.operation)
    supported = names.IDENTIFY_ACTIONS_SUPPORTED.all(call.printer.capabilities)
    actions = tuple(action for action in wanted if action in supported)
    message = plain(names.MESSAGE.get(call.operation))
    identification = Identification(
        printer=call.printer.path,
        actions=actions or names.IDENTIFY_ACTIONS_DEFAULT.all(call.printer.capabilities),
        message=message,
        user=call.principal.name,
        job_id=names.JOB_ID.get(call.operation),
    )
    logger.info(
        "this is printer %s (%s, asked by %s)%s",
        call.printer.config.name,
        ", ".join(identification.actions),
        identification.user,
        f": {message}" if message else "",
        extra={"printer": call.printer.path},
    )
    call.printer.identify(identification)
    ignored = [action for action in wanted if action not in supported]
    return Reply(unsupported=(names.IDENTIFY_ACTIONS.of(*ignored),) if ignored else ())


def _message(call: Call) -> Attribute | None:
    return names.PRINTER_MESSAGE_FROM_OPERATOR.attribute(call.operation)


async def _done(call: Call, event: PrinterEvent) -> Reply:
    """Lets `event` happen to the Printer; Jobs that are not to be held any more are let go."""
    await call.printer.on(event, _message(call))
    logger.info("%s: %s", event.name.lower().replace("_", " "), call.printer.path)
    if not call.printer.status.holding:
        await _let_go(call)
    return Reply()


async def _let_go(call: Call) -> None:
    """Releases what Hold-New-Jobs held (RFC 3998 3.3.2)."""
    for job in list(call.services.jobs.unfinished.values()):
        if job.printer == call.printer.path and JobStateReason.JOB_HELD_ON_CREATE in job.reasons:
            with suppress(NoSuchJob, IllegalTransition):  # deleted, or canceled meanwhile
                await release_held_on_create(call, job)
