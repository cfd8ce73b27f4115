"""What a Printer shows of itself (RFC 8011 4.2.5, RFC 3380 4.3, PWG 5100.11)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ippserver.engine.printer import Printer
from ippserver.iana import names
from ippserver.iana.enums import Operation
from ippserver.iana.groups import ALL, NONE
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.tags import GroupTag
from ippserver.model.access import Access, allowed
from ippserver.model.overlay import supported_values
from ippserver.model.printer_views import PrinterScene, printer_attributes
from ippserver.model.selection import PRINTER_GROUPS, Selection
from ippserver.model.views import At
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


@operation(
    Operation.GET_USER_PRINTER_ATTRIBUTES,
    target=Target.PRINTER,
    access=Access.QUERY,
    accepts=(names.REQUESTED_ATTRIBUTES, names.DOCUMENT_FORMAT),
    spec="PWG 5100.11 4.5",
)
async def get_user_printer_attributes(call: Call) -> Reply:
    """Shows a Printer as Get-Printer-Attributes does, but of what only others may do, nothing."""
    reply = await get_printer_attributes.handler(call)
    own = {each.name: each for each in _for_user(call)}
    (shown,) = reply.groups
    group = AttributeGroup(GroupTag.PRINTER, [own.get(each.name, each) for each in shown])
    return replace(reply, groups=(group,))


def _for_user(call: Call) -> Iterator[Attribute]:
    """What whoever asks may do, where that is not what everybody may."""

    def may(access: Access) -> bool:
        return access in (Access.OWN, Access.REPRINT) or allowed(call.services.preset, access, call.principal)

    supported = names.OPERATIONS_SUPPORTED.all(call.printer.capabilities)
    yield names.OPERATIONS_SUPPORTED.of(*(code for code in supported if may(call.operations[code].access)))
    if not may(Access.OPERATE):
        yield names.PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED.of(NONE)


@operation(
    Operation.GET_PRINTER_SUPPORTED_VALUES,
    target=Target.PRINTER,
    access=Access.ADMINISTER,
    accepts=(names.REQUESTED_ATTRIBUTES, names.DOCUMENT_FORMAT),
    spec="RFC 3380 4.3",
)
async def get_printer_supported_values(call: Call) -> Reply:
    """Shows what Set-Printer-Attributes takes for every xxx-supported that can be set, and nothing else."""
    check_format(call)
    wanted = Selection(names.REQUESTED_ATTRIBUTES.all(call.operation) or (ALL,), PRINTER_GROUPS)
    values = supported_values(call.printer.inherent)
    return Reply((AttributeGroup(GroupTag.PRINTER, [each for each in values if each.name in wanted]),))


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
        icon=printer.config.icon,
    )
