"""Attributes and the groups that hold them: immutable, compared by octets."""

from collections.abc import Iterable, Iterator

from ippserver.ipp.encoder import encode_attribute, encode_group
from ippserver.ipp.values import Collection, Value

__all__ = ["Attribute", "AttributeGroup", "Collection"]


class Attribute:
    """A name and its values, in order; never a bare scalar.

    An Attribute never changes, so it remembers its octets: the received ones, or the first encoding.
    Two Attributes are equal when their octets are.
    """

    __slots__ = ("_wire", "name", "values")

    name: str
    values: tuple[Value, ...]

    def __init__(self, name: str, values: Iterable[Value], wire: bytes | None = None) -> None:
        self.name = name
        self.values = tuple(values)
        self._wire = wire

    @property
    def wire(self) -> bytes:
        """The octets of the attribute as it stands in a group (RFC 8010 3.1.4)."""
        wire = self._wire
        if wire is None:
            wire = self._wire = encode_attribute(self.name, self.values)
        return wire

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attribute) and self.wire == other.wire

    def __hash__(self) -> int:
        return hash(self.wire)

    def __repr__(self) -> str:
        return f"Attribute({self.name!r}, {self.values!r})"


class AttributeGroup:
    """A delimiter tag and the attributes after it, in order; each name at most once (RFC 8011 4.1.3).

    Some Printers repeat a name all the same: both then stand in `attributes`, and `get` gives the last.
    """

    __slots__ = ("_by_name", "_wire", "attributes", "tag")

    tag: int
    attributes: tuple[Attribute, ...]

    def __init__(self, tag: int, attributes: Iterable[Attribute] = ()) -> None:
        self.tag = tag
        self.attributes = tuple(attributes)
        self._by_name: dict[str, Attribute] | None = None
        self._wire: bytes | None = None

    @property
    def wire(self) -> bytes:
        """The octets of the group: its tag, then those of its attributes (RFC 8010 3.1.2)."""
        wire = self._wire
        if wire is None:
            wire = self._wire = encode_group(self.tag, [attribute.wire for attribute in self.attributes])
        return wire

    @property
    def _named(self) -> dict[str, Attribute]:
        by_name = self._by_name
        if by_name is None:  # made when first asked for: most groups are only written, never read
            by_name = self._by_name = {attribute.name: attribute for attribute in self.attributes}
        return by_name

    def get(self, name: str) -> Attribute | None:
        """The attribute called `name`, or None."""
        return self._named.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._named

    def __iter__(self) -> Iterator[Attribute]:
        return iter(self.attributes)

    def __len__(self) -> int:
        return len(self.attributes)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AttributeGroup)
            and self.tag == other.tag
            and self.attributes == other.attributes
        )

    def __hash__(self) -> int:
        return hash((self.tag, self.attributes))

    def __repr__(self) -> str:
        return f"AttributeGroup({self.tag:#04x}, {list(self.attributes)!r})"
