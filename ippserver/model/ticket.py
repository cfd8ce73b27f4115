"""What a client asks of a Job, against what its Printer can do (RFC 8011 4.2.1.1, 5.2, appendix C.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ippserver.iana import names
from ippserver.iana.pairing import TEMPLATES
from ippserver.iana.syntax import ProblemKind
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import OutOfBand, RangeOfInteger
from ippserver.model.capabilities import Capabilities
from ippserver.model.errors import (
    AttributesOrValuesNotSupported,
    BadRequest,
    ConflictingAttributes,
    RequestValueTooLong,
)

_EXCLUSIVE: Final = ((names.MEDIA, names.MEDIA_COL), (names.FINISHINGS, names.FINISHINGS_COL))
"""A simple attribute and the collection that says it better: of both, the collection counts (PWG 5100.7)."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The Job Template attributes as accepted, and what was ignored of those asked for."""

    template: tuple[Attribute, ...]
    unsupported: tuple[Attribute, ...] = ()
    conflicting: tuple[Attribute, ...] = ()


def resolve(wanted: AttributeGroup, printer: Capabilities, *, fidelity: bool, now: float) -> Ticket:
    """The ticket for the job group `wanted`; with `fidelity`, all of it or nothing.

    Raises:
        BadRequest: page-ranges do not ascend (RFC 8011 5.2.7).
        RequestValueTooLong: A string is longer than its attribute allows.
        AttributesOrValuesNotSupported, ConflictingAttributes: Something cannot be had as asked.
    """
    moment = datetime.fromtimestamp(now, UTC)
    accepted: dict[str, Attribute] = {}
    unsupported: dict[str, Attribute] = {}
    for attribute in wanted:
        good, bad = _judge(attribute, printer, moment)
        accepted |= {each.name: each for each in good}
        unsupported |= {each.name: each for each in bad}
    conflicting = tuple(_conflicts(wanted, accepted))
    for attribute in conflicting:
        del accepted[attribute.name]
        unsupported.pop(attribute.name, None)
    ticket = Ticket(tuple(accepted.values()), tuple(unsupported.values()), conflicting)
    if fidelity and conflicting:
        raise ConflictingAttributes(unsupported=(*ticket.unsupported, *conflicting))
    if fidelity and unsupported:
        raise AttributesOrValuesNotSupported(unsupported=ticket.unsupported)
    return ticket


def _conflicts(wanted: AttributeGroup, accepted: Mapping[str, Attribute]) -> Iterator[Attribute]:
    """What the client asked for that something better, which it can have, contradicts."""
    for simple, better in _EXCLUSIVE:
        attribute = simple.attribute(wanted)
        if attribute is not None and simple.name in accepted and better.name in accepted:
            yield attribute


def _judge(
    attribute: Attribute, printer: Capabilities, now: datetime
) -> tuple[list[Attribute], list[Attribute]]:
    """The part of `attribute` that is accepted, and the part that is not."""
    template = TEMPLATES.get(attribute.name)
    if template is None or template.supported is None or template.supported.attribute(printer) is None:
        return [], [Attribute(attribute.name, (OutOfBand.UNSUPPORTED,))]
    if any(template.job.syntax.fault(value) is ProblemKind.TOO_LONG for value in attribute.values):
        raise RequestValueTooLong(f"{attribute.name} is too long.")
    if attribute.name == names.PAGE_RANGES.name:
        _check_page_ranges(attribute)
    verdict = template.judge(attribute.values, printer, now=now)
    if not verdict.unsupported:
        return [attribute], []
    bad = [Attribute(attribute.name, verdict.unsupported)]
    return ([Attribute(attribute.name, verdict.accepted)] if verdict.accepted else []), bad


def _check_page_ranges(attribute: Attribute) -> None:
    last = 0
    for value in attribute.values:
        if type(value) is not RangeOfInteger:
            continue  # of a wrong syntax, and reported so
        if not last < value.lower <= value.upper:
            raise BadRequest("The page-ranges do not ascend, or overlap.")
        last = value.upper
