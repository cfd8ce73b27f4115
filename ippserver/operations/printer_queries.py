"""Get-Printer-Attributes (RFC 8011 4.2.5)."""

from typing import Final

from ippserver.engine.printers import Printer
from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.iana.groups import ALL
from ippserver.ipp.attributes import Attribute
from ippserver.model.access import Access
from ippserver.model.selection import PRINTER_GROUPS, Selection
from ippserver.model.views import At, PrinterScene, printer_attributes
from ippserver.operations.declare import Call, Reply, Target, operation
from ippserver.operations.documents import check_format

_EVERYTHING: Final = Selection((ALL,), PRINTER_GROUPS)


@operation(
    Operation.GET_PRINTER_ATTRIBUTES,
    target=Target.PRINTER,
    access=Access.QUERY,
    accepts=(names.REQUESTED_ATTRIBUTES, names.DOCUMENT_FORMAT),
    lasting=True,
    spec="RFC 8011 4.2.5",
)
async def get_printer_attributes(call: Call) -> Reply:
    """Shows a Printer: what it is, what it can do, what it is doing."""
    check_format(call)
    if call.printer.status.spool_full:  # as soon as there is room, it shows
        call.printer.note_room(await call.services.jobs.spool.full())
    requested = names.REQUESTED_ATTRIBUTES.all(call.operation)
    wanted = Selection(requested, PRINTER_GROUPS) if requested else _EVERYTHING
    shown = printer_attributes(scene(call.printer, call.at), wanted)
    return Reply((shown,), _unknown(call, wanted))


def _unknown(call: Call, wanted: Selection) -> tuple[Attribute, ...]:
    unknown = wanted.unknown(call.printer.names, PRINTER_GROUPS)
    return (names.REQUESTED_ATTRIBUTES.of(*unknown),) if unknown else ()


def scene(printer: Printer, at: At) -> PrinterScene:
    """The Printer as it is shown at that moment, to that client."""
    record = printer.record
    return PrinterScene(
        capabilities=printer.capabilities,
        status=printer.status,
        at=at,
        uuid=record.uuid,
        state_changed=record.state_changed,
        config_changed=record.config_changed,
        message_at=record.message_at,
    )
