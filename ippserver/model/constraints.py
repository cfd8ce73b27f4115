"""What a device cannot do together, and what a Job gets instead (PWG 5100.13: job-constraints-supported)."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ippserver.iana import names
from ippserver.iana.pairing import same_value
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Value
from ippserver.model.capabilities import Capabilities

_NAME: Final = names.RESOLVER_NAME.name


class Resolution(NamedTuple):
    """A Job's attributes, as they can be."""

    template: Mapping[str, Attribute]
    conflicting: tuple[Attribute, ...]
    """What of it was otherwise, as it was asked for."""


def resolve(wanted: Mapping[str, Attribute], printer: Capabilities) -> Resolution:
    """`wanted` without what the constraints of `printer` rule out, each looked at once and in their order."""
    template = dict(wanted)
    conflicting: dict[str, Attribute] = {}
    for constraint in names.JOB_CONSTRAINTS_SUPPORTED.all(printer):
        if all(_has_one(template, attribute) for attribute in _without_name(constraint)):
            for attribute in _resolver(constraint, printer):
                if attribute != template.get(attribute.name):
                    was = wanted.get(attribute.name)
                    conflicting |= {} if was is None else {was.name: was}
                    template[attribute.name] = attribute
    return Resolution(template, tuple(conflicting.values()))


def _resolver(constraint: Collection, printer: Capabilities) -> Iterator[Attribute]:
    name = names.RESOLVER_NAME.get(constraint)
    for resolver in names.JOB_RESOLVERS_SUPPORTED.all(printer):
        if names.RESOLVER_NAME.get(resolver) == name:
            yield from _without_name(resolver)


def _without_name(named: Collection) -> Iterator[Attribute]:
    return (attribute for attribute in named if attribute.name != _NAME)


def _has_one(template: Mapping[str, Attribute], constrained: Attribute) -> bool:
    asked = template.get(constrained.name)
    return asked is not None and any(
        _matches(value, one) for value in asked.values for one in constrained.values
    )


def _matches(value: Value, constrained: Value) -> bool:
    """Whether they are the same; of a collection, those members that are constrained."""
    if type(value) is Collection and type(constrained) is Collection:
        members = {member.name: member for member in value}
        return all(_has_one(members, member) for member in constrained)
    return same_value(value, constrained)
