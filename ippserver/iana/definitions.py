"""What is known of one attribute: where it occurs, what values it takes, how to read and to build it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum as PythonEnum
from typing import Final, Generic, Protocol, TypeVar, cast

from ippserver.iana.syntax import Problem, Syntax, parse_syntax
from ippserver.ipp.attributes import Attribute, Collection
from ippserver.ipp.values import Enum, OutOfBand, Value

T_co = TypeVar("T_co", covariant=True)


class RegistryGroup(PythonEnum):
    """The registry's collections of attributes, as it spells them; CUPS has three more."""

    OPERATION = "Operation"
    JOB_TEMPLATE = "Job Template"
    JOB_DESCRIPTION = "Job Description"
    JOB_STATUS = "Job Status"
    DOCUMENT_TEMPLATE = "Document Template"
    DOCUMENT_DESCRIPTION = "Document Description"
    DOCUMENT_STATUS = "Document Status"
    PRINTER_DESCRIPTION = "Printer Description"
    PRINTER_STATUS = "Printer Status"
    SUBSCRIPTION_TEMPLATE = "Subscription Template"
    SUBSCRIPTION_STATUS = "Subscription Status"
    EVENT_NOTIFICATIONS = "Event Notifications"
    SYSTEM_DESCRIPTION = "System Description"
    SYSTEM_STATUS = "System Status"
    RESOURCE_DESCRIPTION = "Resource Description"
    RESOURCE_STATUS = "Resource Status"
    CUPS_DEVICE = "CUPS Device Attributes"
    CUPS_PPD = "CUPS PPD Attributes"
    CUPS_CLASS = "CUPS Printer Class Attributes"


class Holder(Protocol):
    """What attributes are read from: a group or a collection."""

    def get(self, name: str) -> Attribute | None:
        """The attribute called `name`, or None."""


class Members:
    """The member attributes of a collection: its own, and those of whole groups where any of them may stand.

    Rows are (name, syntax) or (name, syntax, members); `others` gives the attributes of those groups.
    """

    __slots__ = ("_others", "_resolved", "_rows")

    def __init__(
        self,
        *rows: "tuple[str, str] | tuple[str, str, Members]",
        others: "Callable[[], Mapping[str, AttributeDef[Value]]] | None" = None,
    ) -> None:
        self._rows = rows
        self._others = others
        self._resolved: Mapping[str, AttributeDef[Value]] | None = None

    def resolve(self) -> "Mapping[str, AttributeDef[Value]]":
        """The members by name, each with the syntax it has in this collection."""
        resolved = self._resolved
        if resolved is None:
            own: dict[str, AttributeDef[Value]] = {
                name: AttributeDef(name, "", Registration(syntax, members=members[0] if members else None))
                for name, syntax, *members in self._rows
            }
            resolved = self._resolved = ({} if self._others is None else dict(self._others())) | own
        return resolved


class Registration:
    """One syntax of an attribute and the registry groups that give it; no group: only collections hold it."""

    __slots__ = ("_syntax", "groups", "members", "text")

    def __init__(self, text: str, *groups: str, members: Members | None = None) -> None:
        self.text: Final = text
        self.groups: Final = groups
        self.members: Final = members
        self._syntax: Syntax | None = None

    @property
    def syntax(self) -> Syntax:
        """The syntax, read on first use: no run of the program needs all of them."""
        syntax = self._syntax
        if syntax is None:
            syntax = self._syntax = parse_syntax(self.text)
        return syntax


class AttributeDef(Generic[T_co]):
    """A handle: the definition of the attributes of one name. Never changes; equal by name.

    `T` is the union of the values that any registration of the name takes, out-of-band ones left out.
    The first registration counts where no group is named: the Job Template's or Operation's, if there is one.
    """

    __slots__ = ("_collections", "_types", "name", "registrations", "spec")

    def __init__(self, name: str, spec: str, *registrations: Registration) -> None:
        self.name: Final = name
        self.spec: Final = spec
        self.registrations: Final = registrations
        self._types: frozenset[type] | None = None
        self._collections: frozenset[RegistryGroup] | None = None

    @property
    def syntax(self) -> Syntax:
        """The syntax of the first registration."""
        return self.registrations[0].syntax

    @property
    def collections(self) -> frozenset[RegistryGroup]:
        """The registry groups that hold the attribute; empty for one that only stands in collections."""
        collections = self._collections
        if collections is None:
            groups = (group for registration in self.registrations for group in registration.groups)
            collections = self._collections = frozenset(map(RegistryGroup, groups))
        return collections

    @property
    def types(self) -> frozenset[type]:
        """The exact types of the values under any registration."""
        types = self._types
        if types is None:
            types = self._types = frozenset().union(*(r.syntax.types for r in self.registrations))
        return types

    @property
    def members(self) -> "Mapping[str, AttributeDef[Value]]":
        """The member attributes by name; empty where the attribute is no collection."""
        return self.members_in(None)

    def registration(self, group: RegistryGroup | None) -> Registration:
        """What `group` says of the attribute, or the first registration."""
        wanted = None if group is None else group.value
        return next((r for r in self.registrations if wanted in r.groups), self.registrations[0])

    def syntax_in(self, group: RegistryGroup | None) -> Syntax:
        """The syntax that `group` gives the attribute, or the first one."""
        return self.registration(group).syntax

    def members_in(self, group: RegistryGroup | None) -> "Mapping[str, AttributeDef[Value]]":
        """The member attributes as `group` has them."""
        members = self.registration(group).members
        return {} if members is None else members.resolve()

    def of(self, *values: T_co | OutOfBand | str) -> Attribute:
        """The attribute with `values`, in order.

        A plain `str` becomes the attribute's string type where it has but one (text and name: the form
        without language), a `Code` such as `JobState.PENDING` becomes an `Enum`.

        Raises:
            TypeError: a value of a type that the attribute never has. Lengths and bounds are not looked at.
        """
        types = self.types
        checked = [value if type(value) in types else self._convert(value) for value in values]
        return Attribute(self.name, cast(list[Value], checked))

    def get(self, holder: Holder) -> T_co | None:
        """The first value; None where the attribute is absent, out-of-band or of a type it never has."""
        attribute = holder.get(self.name)
        if attribute is None:
            return None
        types = self.types
        return next((cast(T_co, value) for value in attribute.values if type(value) in types), None)

    def all(self, holder: Holder) -> tuple[T_co, ...]:
        """Every value, in order; empty where `get` is None."""
        attribute = holder.get(self.name)
        if attribute is None:
            return ()
        types = self.types
        return tuple(cast(T_co, value) for value in attribute.values if type(value) in types)

    def attribute(self, holder: Holder) -> Attribute | None:
        """The attribute itself, out-of-band or not."""
        return holder.get(self.name)

    def problem(self, values: Sequence[Value], group: RegistryGroup | None = None) -> Problem | None:
        """The first thing wrong with the values, members of collections included (RFC 8011 5.1).

        A member that the collection does not define is no problem of syntax: it is unsupported.
        """
        problem = self.syntax_in(group).problem(values)
        if problem is not None:
            return problem
        for index, value in enumerate(values):
            if type(value) is Collection:
                inner = _problem_of_members(value, self.members_in(group))
                if inner is not None:
                    return Problem(inner.kind, index, inner.members)
        return None

    def _convert(self, value: object) -> Value:
        if type(value) is OutOfBand:
            return value
        if type(value) is str:
            strings = [t for t in self.types if issubclass(t, str)]
            if len(strings) == 1:
                return cast(Value, strings[0](value))
        if isinstance(value, Enum) and Enum in self.types:
            return Enum(value)
        raise TypeError(f"{self.name} takes {self.syntax.text}, not {value!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AttributeDef) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"AttributeDef({self.name!r}, {self.registrations[0].text!r})"


def _problem_of_members(
    collection: Collection, members: "Mapping[str, AttributeDef[Value]]"
) -> Problem | None:
    for attribute in collection:
        definition = members.get(attribute.name)
        problem = None if definition is None else definition.problem(attribute.values)
        if problem is not None:
            return Problem(problem.kind, problem.index, (attribute.name, *problem.members))
    return None


def by_name(definitions: Iterable[object]) -> "dict[str, AttributeDef[Value]]":
    """The definitions among `definitions`, such as a module's contents, by the attribute's name."""
    return {found.name: found for found in definitions if isinstance(found, AttributeDef)}


def within(
    definitions: "Mapping[str, AttributeDef[Value]]", *groups: RegistryGroup
) -> "dict[str, AttributeDef[Value]]":
    """Those of `definitions` that one of `groups` holds."""
    wanted = frozenset(groups)
    return {name: found for name, found in definitions.items() if found.collections & wanted}
