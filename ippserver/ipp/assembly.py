"""From a message's tags, names and values, in the order of the wire, to its groups (RFC 8010 3.1.2 to 3.1.7).

Knows what may follow what and how much there may be, and nothing of octets. Nesting is a list, not recursion.
"""

from typing import Final, TypeAlias

from ippserver.ipp.attributes import Attribute, AttributeGroup
from ippserver.ipp.errors import LimitExceeded, MalformedMessage
from ippserver.ipp.limits import Limits
from ippserver.ipp.values import Collection, Value

_Members: TypeAlias = list[tuple[str, list[Value]]]

_COLLECTION: Final = "RFC 8010 3.1.6"
_MEMBER: Final = "RFC 8010 3.1.7"


class Assembly:
    """Groups in the making; an `offset` is where the tag stood that brought the call, to report a fault."""

    def __init__(self, limits: Limits, *, names_are_unique: bool) -> None:
        self.groups: list[AttributeGroup] = []
        self.values: list[Value] | None = None
        """Where the next value goes: those of the open attribute or member; None where no value may stand."""
        self._limits = limits
        self._names_are_unique = names_are_unique
        self._group_tag: int | None = None
        self._attributes: list[Attribute] = []
        self._names: set[str] = set()
        self._name = ""
        self._members: _Members = []  # of the innermost open collection
        self._member_names: set[str] = set()
        self._outer: list[tuple[list[Value], _Members, set[str]]] = []  # what each open collection interrupts
        self._attribute_count = 0

    def open_group(self, tag: int, offset: int) -> None:
        """Begins the group of `tag`; the one before must be closed."""
        if tag == 0:
            raise MalformedMessage("the tag 0x00 opens no attribute group", offset, "RFC 8010 3.5.1")
        if len(self.groups) >= self._limits.groups:
            raise MalformedMessage("the message has too many attribute groups", offset, "RFC 8011 4.1.1")
        self._group_tag = tag

    def close_group(self) -> None:
        """Ends the group that is open, if one is; its last attribute must be closed."""
        if self._group_tag is None:
            return
        self.groups.append(AttributeGroup(self._group_tag, self._attributes))
        self._group_tag = None
        self._attributes = []
        self._names = set()

    def open_attribute(self, name: str, offset: int) -> list[Value]:
        """Begins an attribute, whose values these will be; the one before must be closed."""
        if self._group_tag is None:
            raise MalformedMessage("an attribute stands before any group", offset, "RFC 8010 3.1.2")
        if name in self._names:
            self._check_repeated_name(offset)
        self._names.add(name)
        self._attribute_count += 1
        if self._attribute_count > self._limits.attributes:
            raise LimitExceeded("the message has too many attributes", offset)
        self._name = name
        values: list[Value] = []
        self.values = values
        return values

    def close_attribute(self, wire: bytes | None, offset: int) -> None:
        """Ends the attribute that is open; `wire` is its octets where they may be sent again as they are."""
        if self._outer:
            raise MalformedMessage("a collection is not closed", offset, _COLLECTION)
        assert self.values is not None
        self._attributes.append(Attribute(self._name, self.values, wire))
        self.values = None

    def open_collection(self, offset: int) -> None:
        """Begins a collection, as one more value."""
        siblings = self.values_for_one_more(offset)
        if len(self._outer) >= self._limits.depth:
            raise MalformedMessage("collections are nested too deeply", offset, _COLLECTION)
        self._outer.append((siblings, self._members, self._member_names))
        self._members = []
        self._member_names = set()
        self.values = None

    def open_member(self, name: str, offset: int) -> list[Value]:
        """Begins a member of the innermost collection, whose values these will be; ends the one before."""
        if not self._outer:
            raise MalformedMessage("a memberAttrName stands outside any collection", offset, _MEMBER)
        if self.values == []:
            raise MalformedMessage("a member has no value", offset, _MEMBER)
        if name in self._member_names:
            self._check_repeated_name(offset)
        self._member_names.add(name)
        values: list[Value] = []
        self._members.append((name, values))
        self.values = values
        return values

    def close_collection(self, offset: int) -> list[Value]:
        """Ends the innermost collection, which is the last of these values then."""
        if not self._outer:
            raise MalformedMessage("an endCollection has no begCollection", offset, _COLLECTION)
        if self.values == []:
            raise MalformedMessage("a member has no value", offset, _MEMBER)
        collection = Collection([Attribute(name, values) for name, values in self._members])
        siblings, self._members, self._member_names = self._outer.pop()
        siblings.append(collection)
        self.values = siblings
        return siblings

    def values_for_one_more(self, offset: int) -> list[Value]:
        """The values that the next one joins.

        Raises:
            MalformedMessage: no value may stand here, or the attribute has all it may have.
        """
        values = self.values
        if values is None:
            if self._outer:
                raise MalformedMessage("a value stands before any memberAttrName", offset, _MEMBER)
            raise MalformedMessage("the first value of a group has no name", offset, "RFC 8010 3.1.5")
        if len(values) >= self._limits.values:
            raise LimitExceeded("an attribute has too many values", offset, "RFC 8010 3.1.5")
        return values

    def _check_repeated_name(self, offset: int) -> None:
        if self._names_are_unique:
            raise MalformedMessage("a name stands twice in a group or collection", offset, "RFC 8010 3.6")
