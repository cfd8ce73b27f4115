"""What CUPS's clients ask of a server: its Printers, a document, to accept jobs or not (extensions of CUPS).

Whatever names no Printer is posted to / and has no target; see `model.aliases` for the names of Printers.
"""

import asyncio
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Final

from ippserver.engine.printer import Printer
from ippserver.iana import names, vendor
from ippserver.iana.enums import Operation
from ippserver.iana.groups import ALL
from ippserver.ipp.attributes import AttributeGroup
from ippserver.ipp.values import MimeMediaType
from ippserver.model.access import Access
from ippserver.model.cups import printer_type
from ippserver.model.errors import NotFound
from ippserver.model.printer_views import printer_attributes
from ippserver.model.selection import PRINTER_GROUPS, Selection
from ippserver.operations.declare import Call, Definition, Enclosed, Reply, Target, operation
from ippserver.operations.job_release import KEY, unlock
from ippserver.operations.language import plain
from ippserver.operations.printer_control import disable_printer, enable_printer
from ippserver.operations.printer_queries import scene

_FILTERS: Final[tuple[Definition, ...]] = (
    vendor.FIRST_PRINTER_NAME,
    names.LIMIT,
    names.PRINTER_INFO,
    names.PRINTER_LOCATION,
    vendor.PRINTER_TYPE,
    vendor.PRINTER_TYPE_MASK,
    names.REQUESTED_ATTRIBUTES,
)


@operation(
    Operation.CUPS_GET_DEFAULT,
    target=Target.SERVER,
    access=Access.QUERY,
    accepts=(names.REQUESTED_ATTRIBUTES,),
    spec="CUPS",
)
async def cups_get_default(call: Call) -> Reply:
    """Shows the default Printer: the first of the configuration."""
    return await _shown(call, [call.printer])


@operation(
    Operation.CUPS_GET_PRINTERS, target=Target.SERVER, access=Access.QUERY, accepts=_FILTERS, spec="CUPS"
)
async def cups_get_printers(call: Call) -> Reply:
    """Shows all Printers, or those that match, one printer group each, in the order of the configuration."""
    limit = names.LIMIT.get(call.operation)
    return await _shown(call, islice(_matching(call), limit))


@operation(
    Operation.CUPS_GET_CLASSES, target=Target.SERVER, access=Access.QUERY, accepts=_FILTERS, spec="CUPS"
)
async def cups_get_classes(call: Call) -> Reply:
    """Shows no class, since there is none: each Printer stands for itself."""
    return await _shown(call, ())


@operation(
    Operation.CUPS_GET_DOCUMENT,
    target=Target.JOB,
    access=Access.OWN,
    accepts=KEY,
    requires=(names.DOCUMENT_NUMBER,),
    spec="CUPS",
)
async def cups_get_document(call: Call) -> Reply:
    """Hands out a Document of a Job as it lies in the spool, decompressed."""
    await unlock(call)
    number = names.DOCUMENT_NUMBER.get(call.operation)
    document = next((one for one in call.job.documents if one.number == number), None)
    if document is None:
        raise NotFound("The job has no such document.")
    spool = call.services.jobs.spool
    if not document.retained or await spool.missing([document.key]):
        raise NotFound("The document is no longer in the spool.")
    described = [
        names.DOCUMENT_NUMBER.of(document.number),
        names.DOCUMENT_FORMAT.of(MimeMediaType(document.format)),
        *([] if document.name is None else [names.DOCUMENT_NAME.of(document.name)]),
    ]
    enclosed = Enclosed(spool.read(document.key), document.size_octets)
    return Reply(operation=tuple(described), document=enclosed)


@operation(
    Operation.CUPS_ACCEPT_JOBS,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=(names.PRINTER_MESSAGE_FROM_OPERATOR,),
    spec="CUPS",
)
async def cups_accept_jobs(call: Call) -> Reply:
    """Enable-Printer, as cupsaccept has it."""
    return await enable_printer.handler(call)


@operation(
    Operation.CUPS_REJECT_JOBS,
    target=Target.PRINTER,
    access=Access.OPERATE,
    accepts=(names.PRINTER_MESSAGE_FROM_OPERATOR,),
    spec="CUPS",
)
async def cups_reject_jobs(call: Call) -> Reply:
    """Disable-Printer, as cupsreject has it."""
    return await disable_printer.handler(call)


async def _shown(call: Call, printers: Iterable[Printer]) -> Reply:
    wanted = Selection(names.REQUESTED_ATTRIBUTES.all(call.operation) or (ALL,), PRINTER_GROUPS)
    groups: list[AttributeGroup] = []
    for printer in printers:
        groups.append(printer_attributes(scene(printer, call.at_of(printer.path)), wanted))
        await asyncio.sleep(0)  # of many Printers each is as long as an answer to Get-Printer-Attributes
    unknown = wanted.unknown(call.printer.names, PRINTER_GROUPS)
    return Reply(tuple(groups), (names.REQUESTED_ATTRIBUTES.of(*unknown),) if unknown else ())


def _matching(call: Call) -> Iterator[Printer]:
    """The Printers from first-printer-name on, or all where nobody has that name, as far as they match."""
    printers = list(call.services.printers)
    first = plain(vendor.FIRST_PRINTER_NAME.get(call.operation))
    begin = next((index for index, printer in enumerate(printers) if printer.config.name == first), 0)
    return filter(partial(_matches, call.operation), printers[begin:])


def _matches(wanted: AttributeGroup, printer: Printer) -> bool:
    type_, mask = vendor.PRINTER_TYPE.get(wanted), vendor.PRINTER_TYPE_MASK.get(wanted)
    if mask is not None and int(printer_type(printer.config)) & mask != (type_ or 0):
        return False
    return all(
        asked is None or plain(asked).casefold() == plain(filtered.get(printer.capabilities)).casefold()
        for filtered in (names.PRINTER_LOCATION, names.PRINTER_INFO)
        for asked in (filtered.get(wanted),)
    )
