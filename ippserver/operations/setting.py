"""What a Set operation sets and deletes, and what keeps it from that (RFC 3380 4.2)."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.values import OutOfBand
from ippserver.model.errors import (
    AttributesNotSettable,
    AttributesOrValuesNotSupported,
    BadRequest,
    IppError,
)
from ippserver.operations.declare import Definition


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request sets, by name, and what it deletes."""

    set: dict[str, Attribute]
    deleted: frozenset[str]

    @classmethod
    def of(cls, group: AttributeGroup) -> "Wanted":
        """What `group` says."""
        deleted = frozenset(each.name for each in group if each.values == (OutOfBand.DELETE_ATTRIBUTE,))
        return cls({each.name: each for each in group if each.name not in deleted}, deleted)

    @property
    def names(self) -> frozenset[str]:
        """Of all attributes in it."""
        return self.deleted | self.set.keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settables:
    """What can be set of an object."""

    descriptive: tuple[Definition, ...]
    """What takes any value of its syntax."""
    template: Collection[str]
    """The names of the template attributes."""
    known: Collection[str]
    """The names of all attributes that such an object may have."""
    unsupported: Callable[[Iterable[Attribute]], Iterable[Attribute]]
    """What is not supported of template attributes."""

    def check(self, wanted: Wanted) -> None:
        """Whether it could all be set of some object, as if with ipp-attribute-fidelity (RFC 3380 4.2.3).

        Raises:
            BadRequest: There is nothing to set.
            AttributesOrValuesNotSupported, AttributesNotSettable: With every attribute that fails.
            RequestValueTooLong: A string is longer than its attribute allows.
        """
        if not wanted.names:
            raise BadRequest("There is nothing to set.")
        settable = {*self.template, *(definition.name for definition in self.descriptive)}
        known = settable.union(self.known)
        unknown = [Attribute(name, (OutOfBand.UNSUPPORTED,)) for name in sorted(wanted.names - known)]
        read_only = sorted(wanted.names & known - settable)
        fixed = [Attribute(name, (OutOfBand.NOT_SETTABLE,)) for name in read_only]
        bad = list(self._bad_values([each for name, each in wanted.set.items() if name in settable]))
        failures: tuple[tuple[list[Attribute], type[IppError]], ...] = (
            (unknown, AttributesOrValuesNotSupported),
            (fixed, AttributesNotSettable),
            (bad, AttributesOrValuesNotSupported),
        )
        for failing, error in failures:  # the first that fits names all that fail
            if failing:
                raise error(unsupported=(*unknown, *fixed, *bad))

    def _bad_values(self, possible: Iterable[Attribute]) -> Iterator[Attribute]:
        """The values that are not supported, or no values of their attribute at all."""
        descriptive = {definition.name: definition for definition in self.descriptive}
        template = []
        for attribute in possible:
            definition = descriptive.get(attribute.name)
            if definition is None:
                template.append(attribute)
            elif definition.problem(attribute.values) is not None:
                yield attribute
        yield from self.unsupported(template)
