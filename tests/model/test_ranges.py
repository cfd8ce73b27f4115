import pytest

from ippserver.iana import names
from ippserver.ipp.attributes import Attribute
from ippserver.ipp.values import MAX_INTEGER, Keyword, RangeOfInteger, Value
from ippserver.model.ranges import ascend


def pages(*values: Value) -> Attribute:
    return Attribute(names.PAGES.name, values)


@pytest.mark.parametrize(
    "values",
    [
        [RangeOfInteger(1, 1)],
        [RangeOfInteger(1, 1), RangeOfInteger(2, MAX_INTEGER)],
        [RangeOfInteger(3, 4), RangeOfInteger(9, 9)],
        [RangeOfInteger(MAX_INTEGER - 1, MAX_INTEGER)],
        [RangeOfInteger(1, 2), Keyword("all"), RangeOfInteger(3, 3)],
        [Keyword("all")],
    ],
    ids=repr,
)
def test_ranges_one_after_the_other_ascend(values: list[Value]) -> None:
    assert ascend(pages(*values))


@pytest.mark.parametrize(
    "values",
    [
        [RangeOfInteger(0, 1)],
        [RangeOfInteger(-5, 1)],
        [RangeOfInteger(2, 1)],
        [RangeOfInteger(1, 3), RangeOfInteger(3, 4)],
        [RangeOfInteger(5, 6), RangeOfInteger(1, 2)],
        [RangeOfInteger(1, 2), Keyword("all"), RangeOfInteger(1, 1)],
    ],
    ids=repr,
)
def test_ranges_that_are_none_overlap_or_go_back_do_not(values: list[Value]) -> None:
    assert not ascend(pages(*values))
