"""What a client asks of a Job, against what its Printer can do (RFC 8011 4.2.1.1, 5.2, appendix C.1)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ippserver.iana import names
from ippserver.iana.pairing import EXCLUSIVE, TEMPLATES, Template, Verdict
from ippserver.iana.syntax import ProblemKind
from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.attributes import Collection as IppCollection
from ippserver.ipp.values import OutOfBand
from ippserver.model import constraints, overrides
from ippserver.model.capabilities import Capabilities
from ippserver.model.errors import (
    AttributesOrValuesNotSupported,
    BadRequest,
    ConflictingAttributes,
    RequestValueTooLong,
)
from ippserver.model.ranges import ascend


def _check_page_ranges(attribute: Attribute) -> None:
    if not ascend(attribute):
        raise BadRequest("The page-ranges do not ascend, or overlap.")


_CHECKS: Final[Mapping[str, Callable[[Attribute], None]]] = {
    names.PAGE_RANGES.name: _check_page_ranges,
    names.OVERRIDES.name: overrides.check,
}
"""What must be right of an attribute whatever the Printer supports; each raises BadRequest."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The Job Template attributes as accepted, and what was ignored of those asked for."""

    template: tuple[Attribute, ...]
    unsupported: tuple[Attribute, ...] = ()
    conflicting: tuple[Attribute, ...] = ()


def resolve(
    wanted: AttributeGroup,
    printer: Capabilities,
    *,
    fidelity: bool,
    now: float,
    mandatory: Collection[str] = (),
) -> Ticket:
    """The ticket for the job group `wanted`; with `fidelity`, all of it or nothing.

    Without, it is so for the attributes named in `mandatory` alone, or members (`media-col.media-key`).

    Raises:
        BadRequest: page-ranges do not ascend (RFC 8011 5.2.7), overrides are out of order (PWG 5100.6 4.1).
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
    conflicting = _conflicts({attribute.name: attribute for attribute in wanted}, accepted)
    for attribute in conflicting:
        del accepted[attribute.name]
        unsupported.pop(attribute.name, None)
    possible = constraints.resolve(accepted, printer)
    conflicting = (*conflicting, *possible.conflicting)
    ticket = Ticket(tuple(possible.template.values()), tuple(unsupported.values()), conflicting)
    if any(fidelity or attribute.name in mandatory for attribute in conflicting):
        raise ConflictingAttributes(unsupported=(*ticket.unsupported, *conflicting))
    if any(fidelity or _must_be(attribute, mandatory) for attribute in ticket.unsupported):
        raise AttributesOrValuesNotSupported(unsupported=(*ticket.unsupported, *conflicting))
    return ticket


def _must_be(unsupported: Attribute, mandatory: Collection[str]) -> bool:
    """Whether what is not supported of an attribute is mandatory (PWG 5100.7)."""
    if unsupported.name in mandatory:
        return True
    collections = (value for value in unsupported.values if type(value) is IppCollection)
    return any(f"{unsupported.name}.{member.name}" in mandatory for value in collections for member in value)


def _conflicts(wanted: Mapping[str, Attribute], accepted: Mapping[str, Attribute]) -> tuple[Attribute, ...]:
    """What the client asked for that something better, which it can have, contradicts."""
    simple = dict.fromkeys(one.name for one, other in EXCLUSIVE if {one.name, other.name} <= accepted.keys())
    return tuple(wanted[name] for name in simple)


def clashing(template: Collection[str]) -> frozenset[str]:
    """The names in `template` of attributes that contradict one another."""
    pairs = ({one.name, other.name} for one, other in EXCLUSIVE)
    return frozenset().union(*(pair for pair in pairs if pair <= set(template)))


def overlaid(template: Mapping[str, Attribute], new: Iterable[Attribute]) -> dict[str, Attribute]:
    """`template` with the `new` attributes, and without those that a new one contradicts."""
    added = {attribute.name: attribute for attribute in new}
    contradicted = {
        one.name for pair in EXCLUSIVE for one, other in (pair, pair[::-1]) if other.name in added
    }
    return {name: kept for name, kept in template.items() if name not in contradicted} | added


def _judge(
    attribute: Attribute, printer: Capabilities, now: datetime
) -> tuple[list[Attribute], list[Attribute]]:
    """The part of `attribute` that is accepted, and the part that is not."""
    template = TEMPLATES.get(attribute.name)
    if template is None or template.supported is None or template.supported.attribute(printer) is None:
        return [], [Attribute(attribute.name, (OutOfBand.UNSUPPORTED,))]
    if any(template.job.syntax.fault(value) is ProblemKind.TOO_LONG for value in attribute.values):
        raise RequestValueTooLong(f"{attribute.name} is too long.")
    if attribute.name in _CHECKS:
        _CHECKS[attribute.name](attribute)
    verdict = _verdict(attribute, template, printer, now)
    if not verdict.unsupported:
        return [attribute], []
    bad = [Attribute(attribute.name, verdict.unsupported)]
    return ([Attribute(attribute.name, verdict.accepted)] if verdict.accepted else []), bad


def _verdict(attribute: Attribute, template: Template, printer: Capabilities, now: datetime) -> Verdict:
    if attribute.name == names.OVERRIDES.name:
        return overrides.judge(attribute, printer, now)
    most = names.MAX_PAGE_RANGES_SUPPORTED.get(printer)
    if attribute.name == names.PAGE_RANGES.name and most is not None and len(attribute.values) > most:
        return Verdict((), attribute.values)  # some of the ranges would be other pages than were asked for
    return template.judge(attribute.values, printer, now=now)
