"""What a Printer offers together, and what it cannot do together (PWG 5100.13: presets and constraints)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Final

from ippserver.iana import names
from ippserver.iana.definitions import Holder
from ippserver.iana.pairing import TEMPLATES
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Keyword, Name
from ippserver.model.printer import Constraint, Preset, PrinterConfig

_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No preset has a moment of its own."""


def together(config: PrinterConfig, printer: Holder) -> Iterator[Attribute]:
    """Those presets and constraints of `config` that ask for nothing but what `printer` supports."""
    presets = [_preset(one) for one in config.presets if not missing(one.attributes, printer)]
    if presets:
        yield names.JOB_PRESETS_SUPPORTED.of(*presets)
    constraints = [
        one for one in config.constraints if not missing((*one.conflict, *one.resolution), printer)
    ]
    if constraints:
        cases = [_named(one, case) for one in constraints for case in _cases(one)]
        yield names.JOB_CONSTRAINTS_SUPPORTED.of(*cases)
        yield names.JOB_RESOLVERS_SUPPORTED.of(*(_named(one, one.resolution) for one in constraints))


def missing(wanted: Sequence[Attribute], printer: Holder) -> tuple[Attribute, ...]:
    """What of `wanted` is not supported."""
    return tuple(attribute for attribute in wanted if not _supported(attribute, printer))


def _supported(attribute: Attribute, printer: Holder) -> bool:
    """Whether each of the values is: a constraint has several where a Job can have but one."""
    template = TEMPLATES.get(attribute.name)
    return template is not None and not any(
        template.unsupported((value,), printer, now=_ANY_TIME) for value in attribute.values
    )


def _cases(constraint: Constraint) -> Iterator[Sequence[Attribute]]:
    """A constraint for each combination of values: a member has one where the attribute can have but one."""
    return product(
        *(tuple(Attribute(one.name, (value,)) for value in one.values) for one in constraint.conflict)
    )


def _preset(preset: Preset) -> Collection:
    return Collection([names.PRESET_NAME.of(Keyword(preset.name)), *preset.attributes])


def _named(constraint: Constraint, attributes: Sequence[Attribute]) -> Collection:
    return Collection([names.RESOLVER_NAME.of(Name(constraint.name)), *attributes])
