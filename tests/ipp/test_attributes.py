"""Attributes, groups and collections: looked up by name, compared by octets, never changed."""

from ippserver.ipp import Attribute, AttributeGroup, Collection, GroupTag, Keyword, Name
from ippserver.testing.wire import field


class TestAttribute:
    def test_its_values_are_a_tuple_whatever_they_came_in(self) -> None:
        assert Attribute("x", iter([1, 2])).values == (1, 2)

    def test_it_encodes_itself_once(self) -> None:
        attribute = Attribute("x", [Keyword("a")])
        assert attribute.wire == field(0x44, "x", "a")
        assert attribute.wire is attribute.wire

    def test_octets_it_was_given_are_its_octets(self) -> None:
        wire = field(0x44, "x", "a")
        assert Attribute("x", [Keyword("a")], wire=wire).wire is wire

    def test_the_same_string_in_another_syntax_is_another_attribute(self) -> None:
        assert Attribute("x", [Keyword("a")]) != Attribute("x", [Name("a")])

    def test_the_same_number_in_another_syntax_is_another_attribute(self) -> None:
        assert Attribute("x", [1]) != Attribute("x", [True])

    def test_equal_octets_are_equal_attributes_with_equal_hashes(self) -> None:
        attributes = {Attribute("x", [1]), Attribute("x", [1], wire=field(0x21, "x", b"\0\0\0\1"))}
        assert len(attributes) == 1

    def test_it_equals_nothing_else(self) -> None:
        assert Attribute("x", [1]) != field(0x21, "x", b"\0\0\0\1")

    def test_its_repr_names_it_and_its_values(self) -> None:
        assert repr(Attribute("x", [1])) == "Attribute('x', (1,))"


class TestGroup:
    GROUP = AttributeGroup(GroupTag.JOB, [Attribute("x", [1]), Attribute("y", [2])])

    def test_an_attribute_is_found_by_name(self) -> None:
        assert self.GROUP.get("y") == Attribute("y", [2])

    def test_a_name_it_lacks_gives_none(self) -> None:
        assert self.GROUP.get("z") is None

    def test_in_asks_for_names(self) -> None:
        assert "x" in self.GROUP
        assert "z" not in self.GROUP

    def test_it_is_as_long_as_its_attributes_and_keeps_their_order(self) -> None:
        assert len(self.GROUP) == 2
        assert [attribute.name for attribute in self.GROUP] == ["x", "y"]

    def test_a_repeated_name_is_kept_and_the_last_is_found(self) -> None:
        group = AttributeGroup(GroupTag.JOB, [Attribute("x", [1]), Attribute("x", [2])])
        assert len(group) == 2
        assert group.get("x") == Attribute("x", [2])

    def test_tag_order_and_attributes_make_it_equal(self) -> None:
        same = AttributeGroup(GroupTag.JOB, self.GROUP.attributes)
        assert same == self.GROUP
        assert hash(same) == hash(self.GROUP)
        assert AttributeGroup(GroupTag.PRINTER, self.GROUP.attributes) != self.GROUP
        assert AttributeGroup(GroupTag.JOB, reversed(self.GROUP.attributes)) != self.GROUP

    def test_its_repr_shows_tag_and_attributes(self) -> None:
        assert repr(AttributeGroup(GroupTag.JOB, [Attribute("x", [1])])) == (
            "AttributeGroup(0x02, [Attribute('x', (1,))])"
        )


class TestCollection:
    COLLECTION = Collection([Attribute("x", [1]), Attribute("y", [2])])

    def test_a_member_is_found_by_name(self) -> None:
        assert self.COLLECTION.get("y") == Attribute("y", [2])
        assert self.COLLECTION.get("z") is None

    def test_it_is_as_long_as_its_members_and_keeps_their_order(self) -> None:
        assert len(self.COLLECTION) == 2
        assert [member.name for member in self.COLLECTION] == ["x", "y"]

    def test_replacing_keeps_the_place_of_old_members_and_appends_new_ones(self) -> None:
        changed = self.COLLECTION.replace(Attribute("z", [3]), Attribute("x", [4]))
        assert changed == Collection([Attribute("x", [4]), Attribute("y", [2]), Attribute("z", [3])])
        assert self.COLLECTION.get("x") == Attribute("x", [1])

    def test_equal_members_make_it_equal(self) -> None:
        same = Collection(self.COLLECTION.members)
        assert same == self.COLLECTION
        assert hash(same) == hash(self.COLLECTION)
        assert Collection() != self.COLLECTION

    def test_its_repr_shows_its_members(self) -> None:
        assert repr(Collection([Attribute("x", [1])])) == "Collection([Attribute('x', (1,))])"
