"""What a client asks of one Document of a Job, against what its Printer can do (PWG 5100.5)."""

from dataclasses import replace

from ippserver.iana.pairing import DOCUMENT_TEMPLATES
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import OutOfBand
from ippserver.model.capabilities import Capabilities
from ippserver.model.errors import AttributesOrValuesNotSupported
from ippserver.model.ticket import Ticket, resolve


def resolve_document(wanted: AttributeGroup, printer: Capabilities, *, fidelity: bool, now: float) -> Ticket:
    """The ticket for the document group `wanted`, judged as a job group is; with `fidelity`, all or nothing.

    Raises:
        BadRequest, RequestValueTooLong, AttributesOrValuesNotSupported, ConflictingAttributes: As for a Job.
    """
    possible = AttributeGroup(wanted.tag, [each for each in wanted if each.name in DOCUMENT_TEMPLATES])
    others = (each.name for each in wanted if each.name not in DOCUMENT_TEMPLATES)
    foreign = tuple(Attribute(name, (OutOfBand.UNSUPPORTED,)) for name in others)
    if fidelity and foreign:
        ticket = resolve(possible, printer, fidelity=False, now=now)
        raise AttributesOrValuesNotSupported(unsupported=(*ticket.unsupported, *ticket.conflicting, *foreign))
    ticket = resolve(possible, printer, fidelity=fidelity, now=now)
    return replace(ticket, unsupported=(*ticket.unsupported, *foreign))
